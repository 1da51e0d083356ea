"""Too many connections, and readers that do not read."""

import socket
import time
from contextlib import ExitStack

import pytest

from harness.server import PATIENCE_S
from harness.sockets import RawSocket, frame, open_socket, TEXT

pytestmark = pytest.mark.threads


def test_running_out_of_descriptors(start):
    """The server neither dies nor spins, and takes new connections as soon as it can."""
    server = start("--store", "memory", "--threads", "1", launcher=("prlimit", "--nofile=64", "--"))
    held = [socket.create_connection(server.address, timeout=PATIENCE_S) for _ in range(100)]
    # One that was accepted before the end of descriptors is served.
    held[0].sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert held[0].recv(1_000).startswith(b"HTTP/1.1 200 ")

    begun, used = time.monotonic(), server.cpu_seconds()
    time.sleep(1)  # a rate is measured here, nothing is waited for
    assert (server.cpu_seconds() - used) / (time.monotonic() - begun) < 0.2

    for connection in held:
        connection.close()
    assert server.get("/health").status == 200
    with open_socket(server, "/broadcast") as client:
        client.send("hello")
        assert client.recv(timeout=PATIENCE_S) == "hello"


def test_the_number_of_connections_can_be_limited(start):
    server = start("--store", "memory", "--threads", "1", "--set", "connections=3")
    with ExitStack() as stack:
        held = [stack.enter_context(open_socket(server, "/broadcast")) for _ in range(3)]
        fourth = stack.enter_context(socket.create_connection(server.address, timeout=PATIENCE_S))
        fourth.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        server.wait_for_line("limit of connections")
        # Those who are there are served, and the fourth as soon as one of them has left.
        for client in held:
            client.send("hello")
            assert client.recv(timeout=PATIENCE_S) == "hello"
        held[0].close()
        assert fourth.recv(1_000).startswith(b"HTTP/1.1 200 ")


def test_a_slow_reader_is_cut_and_costs_nobody_else_anything(start):
    server = start("--store", "memory", "--threads", "1", "--set", "queue_bytes=262144")
    with RawSocket(server, "/broadcast/slow", receive_buffer=4_096) as slow:
        with open_socket(server, "/broadcast/slow") as sender, open_socket(server, "/broadcast/slow") as other:
            before = server.resident_bytes()
            texts = [f"{number}:" + "x" * 30_000 for number in range(600)]
            for text in texts:
                sender.send(text)
                assert sender.recv(timeout=PATIENCE_S) == text
                assert other.recv(timeout=PATIENCE_S) == text
            assert server.resident_bytes() - before < 30_000_000
            slow.expect_end()


def test_a_slow_asker_is_cut(start):
    """Somebody who sends requests, and never reads an answer."""
    server = start("--store", "memory", "--demo", "--threads", "1", "--set", "queue_bytes=262144")
    with socket.socket() as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        asker.settimeout(PATIENCE_S)
        asker.connect(server.address)
        before = server.resident_bytes()
        request = b"GET /rooms HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100
        try:
            for _ in range(3_000):
                asker.sendall(request)
        except (ConnectionError, TimeoutError):
            pass
        assert server.resident_bytes() - before < 30_000_000
    assert server.get("/health").status == 200


def test_a_flood_of_pings_is_survived(start):
    """Somebody who pings without end, and reads no pong."""
    server = start("--store", "memory", "--threads", "1", "--set", "queue_bytes=262144")
    with RawSocket(server, "/broadcast", receive_buffer=4_096) as flooder:
        before = server.resident_bytes()
        flooder.socket.settimeout(5)
        try:
            for _ in range(2_000):
                flooder.send(frame(0x9, b"p" * 125) * 100)
        except (ConnectionError, TimeoutError):
            pass
        assert server.resident_bytes() - before < 30_000_000
    assert server.get("/health").status == 200


def test_many_rooms_leave_nothing_behind(start):
    server = start("--store", "memory", "--threads", "1")

    def visit(count):
        for number in range(count):
            with RawSocket(server, f"/broadcast/{number}-" + "r" * 200) as client:
                client.send(frame(TEXT, b"x"))
                assert client.receive() == (TEXT, b"x")

    visit(500)
    before = server.resident_bytes()
    visit(3_000)
    assert server.resident_bytes() - before < 4_000_000
