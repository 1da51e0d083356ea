"""WebSocket frames as they must not be, and the answers of RFC 6455."""

import struct

import pytest

from harness.sockets import (
    BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, exchange, frame, open_socket)

SOCKETS = ["/broadcast/frames", "/ws", "/echo"]
CLOSED_NORMALLY = frame(CLOSE, struct.pack("!H", 1000))

VIOLATIONS = {
    "no mask": (frame(TEXT, b"hello", mask=None), 1002),
    "reserved bit 1": (frame(TEXT, b"hello", rsv=4), 1002),
    "reserved bit 2": (frame(TEXT, b"hello", rsv=2), 1002),
    "reserved bit 3": (frame(TEXT, b"hello", rsv=1), 1002),
    "reserved data opcode": (frame(0x3, b"hello"), 1002),
    "reserved control opcode": (frame(0xB, b""), 1002),
    "fragmented ping": (frame(PING, b"", fin=False), 1002),
    "long ping": (frame(PING, b"x" * 126), 1002),
    "continuation of nothing": (frame(CONTINUATION, b"x"), 1002),
    "message in a message": (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
    "length not minimal, 16 bits": (frame(TEXT, b"hello", length_bytes=2), 1002),
    "length not minimal, 64 bits": (frame(TEXT, b"hello", length_bytes=8), 1002),
    "length with the top bit": (frame(TEXT, b"", length=1 << 63, length_bytes=8), {1002, 1009}),
    "length near the end of numbers": (frame(TEXT, b"", length=(1 << 63) - 1, length_bytes=8), 1009),
    "close with one byte": (frame(CLOSE, b"x"), 1002),
    "close code 0": (frame(CLOSE, struct.pack("!H", 0)), 1002),
    "close code 1005": (frame(CLOSE, struct.pack("!H", 1005)), 1002),
    "close code 1006": (frame(CLOSE, struct.pack("!H", 1006)), 1002),
    "close code 2999": (frame(CLOSE, struct.pack("!H", 2999)), 1002),
    "close code 5000": (frame(CLOSE, struct.pack("!H", 5000)), 1002),
    "close reason": (frame(CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007),
    "text that is not UTF-8": (frame(TEXT, b"\xce\xba\xff"), 1007),
    "text that ends in a character": (frame(TEXT, b"\xce"), 1007),
    "surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "overlong": (frame(TEXT, b"\xc0\xaf"), 1007),
    "beyond Unicode": (frame(TEXT, b"\xf4\x90\x80\x80"), 1007),
    "not UTF-8 in the second fragment": (frame(TEXT, b"\xce", fin=False) + frame(CONTINUATION, b"\xff"), 1007),
    "one byte too long": (frame(TEXT, b"x" * 65_537), 1009),
    "too long in all": (frame(TEXT, b"x" * 40_000, fin=False) + frame(CONTINUATION, b"x" * 40_000), 1009),
    "too long by its header alone": (frame(BINARY, b"", length=65_537), 1009),
    "empty fragments without end": (
        frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) * 70_000, {1002, 1008, 1009}),
}


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("name", VIOLATIONS)
def test_violations_close_the_connection(server, path, name):
    data, codes = VIOLATIONS[name]
    with RawSocket(server, path) as client:
        try:
            client.send(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.close_code() in (codes if isinstance(codes, set) else {codes})
        client.expect_end()
    assert server.get("/health").status == 200


@pytest.mark.parametrize("name", [name for name in VIOLATIONS if "long" not in name and "without end" not in name])
def test_violations_close_the_connection_byte_by_byte(server, name):
    data, codes = VIOLATIONS[name]
    with RawSocket(server, "/broadcast/bytes") as client:
        try:
            for byte in data:
                client.send(bytes([byte]))
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.close_code() in (codes if isinstance(codes, set) else {codes})


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_does_not_reach_the_others(server, name):
    room = f"/broadcast/{abs(hash(name))}"
    with open_socket(server, room) as witness:
        with RawSocket(server, room) as client:
            try:
                client.send(VIOLATIONS[name][0])
            except (BrokenPipeError, ConnectionResetError):
                pass
            client.expect_end()
        witness.send("fine")
        assert witness.recv(timeout=10) == "fine"


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 3000, 4999])
def test_a_close_is_answered_with_its_code(server, code):
    with RawSocket(server, "/broadcast/close") as client:
        client.send(frame(CLOSE, struct.pack("!H", code) + "tschüß".encode()))
        assert client.close_code() == code
        client.expect_end()


def test_a_close_without_a_code_is_answered(server):
    with RawSocket(server, "/broadcast/close") as client:
        client.send(frame(CLOSE))
        assert client.close_code() in (None, 1000)
        client.expect_end()


def test_nothing_counts_after_a_close(server):
    with open_socket(server, "/broadcast/after") as witness:
        with RawSocket(server, "/broadcast/after") as client:
            client.send(CLOSED_NORMALLY + frame(TEXT, b"too late"))
            assert client.close_code() == 1000
        witness.send("next")
        assert witness.recv(timeout=10) == "next"


@pytest.mark.parametrize("payload", [b"", b"hello", bytes(range(125))])
@pytest.mark.parametrize("path", SOCKETS)
def test_a_ping_is_answered(server, path, payload):
    with RawSocket(server, path) as client:
        client.send(frame(PING, payload))
        while (answer := client.receive())[0] != PONG:
            pass
        assert answer == (PONG, payload)


def test_fragments_make_one_message(server):
    with RawSocket(server, "/echo") as client:
        pieces = ["žl".encode()[:1], "žl".encode()[1:], b"", "uťoučký".encode()]
        client.send(frame(TEXT, pieces[0], fin=False))
        client.send(frame(CONTINUATION, pieces[1], fin=False) + frame(PING, b"between"))
        client.send(frame(CONTINUATION, pieces[2], fin=False) + frame(CONTINUATION, pieces[3]))
        assert client.receive() == (PONG, b"between")
        assert client.receive() == (TEXT, "žluťoučký".encode())


def test_a_frame_may_come_byte_by_byte(server):
    with RawSocket(server, "/echo") as client:
        for byte in frame(TEXT, "žluťoučký".encode()) + frame(BINARY, b"\xff" * 200):
            client.send(bytes([byte]))
        assert client.receive() == (TEXT, "žluťoučký".encode())
        assert client.receive() == (BINARY, b"\xff" * 200)


def test_many_frames_may_come_at_once(server):
    with RawSocket(server, "/echo") as client:
        payloads = [b"x" * (number * 7 % 300) for number in range(1_000)]
        client.send(b"".join(frame(BINARY, payload) for payload in payloads))
        assert [client.receive() for _ in payloads] == [(BINARY, payload) for payload in payloads]


def test_frames_may_come_with_the_handshake(server):
    key = b"dGhlIHNhbXBsZSBub25jZQ=="
    answer = exchange(
        server, b"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n" + frame(TEXT, b"early") + CLOSED_NORMALLY)
    head, _, frames = answer.partition(b"\r\n\r\n")
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    assert frames == b"\x81\x05early\x88\x02\x03\xe8"


UPGRADE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


@pytest.mark.parametrize(
    "method, changes, status",
    [("GET", {"Upgrade": None, "Connection": None}, 426), ("GET", {"Sec-WebSocket-Key": None}, 400),
     ("GET", {"Sec-WebSocket-Key": "short"}, 400), ("GET", {"Sec-WebSocket-Version": None}, 400),
     ("GET", {"Sec-WebSocket-Version": "12"}, 426), ("GET", {"Connection": "keep-alive"}, 426),
     ("POST", {}, 405)],
    ids=str)
@pytest.mark.parametrize("path", ["/broadcast", "/ws"])
def test_handshakes_that_are_none(server, path, method, changes, status):
    headers = {name: value for name, value in {**UPGRADE, **changes}.items() if value is not None}
    answer = server.request(method, path, headers=headers)
    assert answer.status == status
    assert answer.json()["error"]
    if "Sec-WebSocket-Version" in changes and status == 426:
        assert answer.headers["Sec-WebSocket-Version"] == "13"
    if status == 405:
        assert "GET" in answer.headers["Allow"]
