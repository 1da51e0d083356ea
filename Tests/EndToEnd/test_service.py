"""What a service manager is told: systemd's protocol, spoken by a socket of the test's own."""

import contextlib
import ctypes
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from harness.server import PATIENCE_S

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0"))

    def hear(self, timeout=PATIENCE_S):
        self.socket.settimeout(timeout)
        return dict(line.split("=", 1) for line in self.socket.recv(4_096).decode().splitlines())

    def hear_until(self, name):
        deadline = time.monotonic() + PATIENCE_S
        while name not in (heard := self.hear()):
            assert time.monotonic() < deadline
        return heard

    def is_silent(self, seconds):
        """Whether nothing comes for so long. What had been sent before does not count."""
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.socket.recv(4_096)
        try:
            self.hear(seconds)
        except TimeoutError:
            return True
        return False


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    address = str(tmp_path / "notify") if request.param == "path" else f"@chatserver-test-{os.getpid()}"
    manager = Manager(address)
    manager.address = address
    with manager.socket:
        yield manager


def test_the_life_of_a_service(start, manager):
    server = start("--store", "memory", environment={"NOTIFY_SOCKET": manager.address})
    assert manager.hear() == {"READY": "1"}
    assert server.get("/health").status == 200
    before = time.monotonic_ns() // 1_000
    server.signal(signal.SIGHUP)
    heard = manager.hear()
    assert heard.keys() == {"RELOADING", "MONOTONIC_USEC"}
    assert before <= int(heard["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1_000
    assert manager.hear() == {"READY": "1"}
    server.signal(signal.SIGTERM)
    assert manager.hear() == {"STOPPING": "1"}
    assert server.wait() == 0


def test_nobody_need_listen(start, tmp_path):
    server = start("--store", "memory", environment={"NOTIFY_SOCKET": str(tmp_path / "none"), "WATCHDOG_USEC": "300000"})
    assert server.get("/health").status == 200
    assert server.stop() == 0


def threads(server):
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    return {(task / "comm").read_text().strip(): int(task.name) for task in tasks}


@contextlib.contextmanager
def stopped(thread):
    """That one thread stands still."""
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    if ptrace(PTRACE_SEIZE, thread, None, None) != 0:
        pytest.skip(f"threads cannot be stopped here: {os.strerror(ctypes.get_errno())}")
    assert ptrace(PTRACE_INTERRUPT, thread, None, None) == 0
    os.waitpid(thread, 0x40000000)
    try:
        yield
    finally:
        ptrace(PTRACE_DETACH, thread, None, None)


@pytest.mark.parametrize("name", ["loop-0", "loop-1"])
def test_the_dog_is_fed_by_every_loop(start, manager, name):
    server = start(
        "--store", "memory", "--threads", "2", environment={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "600000"})
    manager.hear_until("READY")
    # Idle loops count too.
    for _ in range(5):
        manager.hear_until("WATCHDOG")
    with stopped(threads(server)[name]):
        # What one of them had counted before may still come.
        deadline = time.monotonic() + PATIENCE_S
        while not manager.is_silent(1.5):
            assert time.monotonic() < deadline, "the dog is fed though a loop stands still"
    manager.hear_until("WATCHDOG")
    assert server.stop() == 0


def test_a_dog_of_somebody_else_is_not_fed(start, manager):
    start(
        "--store", "memory",
        environment={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "300000", "WATCHDOG_PID": "1"})
    manager.hear_until("READY")
    assert manager.is_silent(0.5)
