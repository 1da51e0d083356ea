"""How bytes arrive: in bursts, with an end behind them, while nobody reads, or never."""

import contextlib
import os
import select
import socket
import struct
import time
import zlib

import pytest

from harness.server import PATIENCE_S
from harness.sockets import BINARY, RawSocket, frame

REQUEST = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"


def read_all(connection):
    answer = b""
    while chunk := connection.recv(65_536):
        answer += chunk
    return answer


@pytest.mark.parametrize("path", [b"/health", b"/users", b"/"])
@pytest.mark.parametrize("count", [1, 2, 300])
def test_what_was_asked_before_the_end_is_answered(server, path, count):
    with socket.create_connection(server.address, timeout=PATIENCE_S) as connection:
        connection.sendall(REQUEST % path * count)
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 200 ")
    if path == b"/health":
        assert answer.count(b"HTTP/1.1 200 ") == count


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 131_072, 200_000, 1_000_000])
def test_a_burst_is_read_to_its_end(server, size):
    """Frames of 1,000 bytes and one for the rest; then silence, in which everything has to come back."""
    echoed = 0
    with RawSocket(server, "/echo") as client:
        whole, rest = divmod(size, 1_000)
        client.send(frame(BINARY, b"x" * 1_000) * whole + frame(BINARY, b"y" * rest))
        while echoed < size:
            opcode, payload = client.receive()
            if opcode == BINARY:
                echoed += len(payload)
    assert echoed == size


def send_until_stuck(connection, data):
    """Sends until nothing has been taken for a while; gives how much was."""
    connection.setblocking(False)
    sent = 0
    while sent < len(data) and select.select([], [connection], [], 1)[1]:
        sent += connection.send(data[sent:sent + 65_536])
    return sent


def test_who_is_not_read_is_read_on_later(start):
    """The echo of what is sent waits, so no more is read; once it is taken, everything is."""
    server = start("--store", "memory", "--enable-echo", "--threads", "1")
    one = frame(BINARY, b"z" * 1_000)
    with RawSocket(server, "/echo", receive_buffer=65_536) as client:
        data = one * 30_000
        sent = send_until_stuck(client.socket, data)
        assert sent < len(data), "nothing has held the sender up"
        # To the end of the frame begun.
        target = -(-sent // len(one))
        unsent = data[sent:target * len(one)]
        echoed = 0
        client.socket.settimeout(PATIENCE_S)
        while echoed < target:
            opcode, payload = client.receive()
            if opcode == BINARY:
                assert payload == b"z" * 1_000
                echoed += 1
            if unsent and select.select([], [client.socket], [], 0)[1]:
                unsent = unsent[client.socket.send(unsent):]
    assert server.get("/health").status == 200


def test_an_echo_that_grows_on_the_way_is_cut(start):
    """Small compressed messages whose echo, by the window agreed on, goes out uncompressed."""
    server = start("--store", "memory", "--enable-echo", "--threads", "1")
    compressor = zlib.compressobj(wbits=-9)
    message = compressor.compress(b"\0" * 60_000) + compressor.flush(zlib.Z_SYNC_FLUSH)
    offer = (
        "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_max_window_bits=8",)
    with RawSocket(server, "/echo", receive_buffer=4_096, headers=offer) as client:
        before = server.resident_bytes()
        with contextlib.suppress(ConnectionError, TimeoutError):
            client.send(frame(BINARY, message[:-4], rsv=4) * 5_000)
        assert server.resident_bytes() - before < 10_000_000
        client.expect_end()
    assert server.get("/health").status == 200


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


@pytest.mark.parametrize("said", [b"", REQUEST % b"/health", REQUEST % b"/users", b"GET / HT", b"\0"])
@pytest.mark.parametrize("ending", ["close", "reset", "half"])
def test_nobody_is_kept_who_has_gone(start, said, ending):
    server = start("--store", "memory", "--threads", "1")
    server.get("/health")
    before = descriptors(server)
    connections = []
    for _ in range(20):
        connection = socket.create_connection(server.address, timeout=PATIENCE_S)
        connection.sendall(said)
        if ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if ending == "half":
            connection.shutdown(socket.SHUT_WR)
            connections.append(connection)
        else:
            connection.close()
    deadline = time.monotonic() + PATIENCE_S
    while descriptors(server) > before:
        assert time.monotonic() < deadline, "connections are left over"
        server.get("/health")
    for connection in connections:
        connection.close()
