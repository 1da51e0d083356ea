"""A successor takes the listening sockets over: whoever connects meanwhile is refused by nobody, and is answered."""

import contextlib
import http.client
import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from harness.machine import ask, free_port, until
from harness.native import QUICK, Person
from harness.server import PATIENCE_S
from harness.tls import Certificate, tls_request


class Visitors:
    """They come some two hundred times a second, each on a connection of its own, and note how it went."""

    def __init__(self, port, count=4):
        self.port, self.answers, self.failures = port, 0, []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._come) for _ in range(count)]

    def _come(self):
        while not self.stop.wait(0.02):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
            try:
                connection.request("GET", "/health", headers={"Connection": "close"})
                if connection.getresponse().status == 200:
                    self.answers += 1
                else:
                    self.failures.append("status")
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            finally:
                connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("before, after", [(1, 1), (2, 1), (1, 2), (3, 2)])
def test_nobody_is_refused(start, before, after):
    """However many loops there were, and are."""
    server = start(*QUICK, "--registration", "open", "--threads", before)
    ada = Person(server)
    room = ada.make_room()["id"]
    with Visitors(server.port) as visitors:
        until(lambda: visitors.answers >= 20, "they come")
        successor = start(
            "--listen", "127.0.0.1:0", *QUICK, "--threads", after, "--wait-lock", "30s", data=server.data, listens=False)
        # It holds the sockets before the other lets go of them, and accepts nobody yet.
        until(lambda: sockets_of(successor) >= before, "it has the sockets")
        ada.say(room, "before")
        server.signal(signal.SIGUSR1)
        line = successor.wait_for_line("listening on")
        assert line == f"listening on http://127.0.0.1:{server.port}"
        successor.port = server.port
        count = visitors.answers
        until(lambda: visitors.answers >= count + 40, "they go on coming")
        assert server.wait() == 0
    assert visitors.failures == []
    assert ada.on(successor).texts(room) == ["before"]
    # And once more: it hands on what it was handed.
    third = start("--listen", "127.0.0.1:0", *QUICK, "--wait-lock", "30s", data=server.data, listens=False)
    until(lambda: sockets_of(third) >= before, "it has the sockets")
    successor.signal(signal.SIGUSR1)
    third.wait_for_line(f"listening on http://127.0.0.1:{server.port}")
    assert successor.wait() == 0
    assert ask(server.port, "/health").status == 200


def sockets_of(server):
    """How many listening sockets the process has."""
    inodes = set()
    for name in os.listdir(f"/proc/{server.process.pid}/fd"):
        with contextlib.suppress(OSError):
            inodes.add(os.readlink(f"/proc/{server.process.pid}/fd/{name}"))
    listening = {
        f"socket:[{line.split()[9]}]" for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A"}
    return len(inodes & listening)


def test_whoever_came_before_the_end_waits_in_the_queue(start):
    """A connection that the old server never accepted is answered by the new one."""
    server = start(*QUICK, "--threads", "1")
    successor = start("--listen", "127.0.0.1:0", *QUICK, "--wait-lock", "30s", data=server.data, listens=False)
    until(lambda: sockets_of(successor) >= 1, "it has the socket")
    # Ended at once, and so without a word; the queue lives.
    server.signal(signal.SIGSTOP)
    with socket.create_connection(server.address, timeout=PATIENCE_S) as waiting:
        waiting.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        server.process.kill()
        assert waiting.recv(65_536).startswith(b"HTTP/1.1 200")
    successor.wait_for_line("listening on")


def test_places_that_change(start, tmp_path):
    """What both name goes over, TLS or not; what only one names is opened, or closed."""
    certificate = Certificate(tmp_path / "tls", "chat.example")
    one, two, three = free_port(), free_port(), free_port()
    path = tmp_path / "chat.sock"
    server = start(
        "--listen", f"127.0.0.1:{one}", "--listen", f"127.0.0.1:{two}", "--listen", f"unix:{path}", "--threads", "2")
    successor = start(
        "--listen", f"https://127.0.0.1:{one}", "--listen", f"127.0.0.1:{three}", "--listen", f"unix:{path}",
        *certificate.flags, "--wait-lock", "30s", "--threads", "2", data=server.data, listens=False)
    until(lambda: sockets_of(successor) >= 4, "it has the sockets")
    server.signal(signal.SIGUSR1)
    successor.wait_for_line(f"listening on unix:{path}")
    assert server.wait() == 0
    assert tls_request(one, "GET", "/health").status == 200
    assert ask(two, "/health") is None
    assert ask(three, "/health").status == 200
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(PATIENCE_S)
        client.connect(str(path))
        client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 200")
    assert successor.stop() == 0
    assert not path.exists()
