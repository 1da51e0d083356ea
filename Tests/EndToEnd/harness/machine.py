"""Small machines: full disks, little memory, descriptors that are closed or that nobody reads."""

import contextlib
import errno
import fcntl
import http.client
import os
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest

from harness.server import PATIENCE_S, Response

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, as continuous integration is")

F_SETPIPE_SZ = 1031


def until(condition, what, timeout=PATIENCE_S):
    """Waits until the condition holds, and gives what it gave."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.02)
    return found


def free_port():
    """A port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def ask(port, path, method="GET", headers=None, body=None, timeout=PATIENCE_S):
    """One request to a port; None where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        return Response(connection.getresponse())
    except (ConnectionError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def figure(text, name):
    """A figure of /metrics, with its labels as they are written."""
    if isinstance(text, bytes):
        text = text.decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"there is no {name}"
    return float(found.group(1))


def full_pipe():
    """A pipe of a page that holds all it can: its ends."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    return reading, writing


@contextlib.contextmanager
def small_disk(path, megabytes):
    """A disk of that size, mounted at the path."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "chatserver-test", str(path)], check=True)
    try:
        yield path
    finally:
        # Whatever still has it open must not keep it mounted.
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def free_bytes(path):
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize


def fill(path, leaving=0):
    """Fills the disk with a file, but for so many bytes."""
    with open(path, "ab", buffering=0) as file:
        while (left := free_bytes(path.parent) - leaving) > 0:
            try:
                file.write(bytes(min(left, 1 << 20)))
            except OSError as error:
                assert error.errno == errno.ENOSPC
                return


class MemoryGroup:
    """A cgroup with a limit of memory. Use it in a `with` statement."""

    def __init__(self, limit):
        name = f"chatserver-test-{os.getpid()}"
        if Path("/sys/fs/cgroup/memory/memory.limit_in_bytes").exists():
            self.path, self.files = Path("/sys/fs/cgroup/memory") / name, ["memory.limit_in_bytes"]
        else:
            self.path, self.files = Path("/sys/fs/cgroup") / name, ["memory.max"]
        self.limit = limit

    def __enter__(self):
        try:
            self.path.mkdir()
            for file in self.files:
                (self.path / file).write_text(str(self.limit))
        except OSError as error:
            with contextlib.suppress(OSError):
                self.path.rmdir()
            pytest.skip(f"there are no cgroups of memory to be had here: {error}")
        return self

    def __exit__(self, *_):
        until(self._remove, "the cgroup is empty")

    def _remove(self):
        with contextlib.suppress(OSError):
            self.path.rmdir()
        return not self.path.exists()

    @property
    def launcher(self):
        """What puts a program into it."""
        return ("sh", "-c", f'echo $$ >{self.path}/cgroup.procs && exec "$@"', "sh")
