"""HTTP/1.1 as it must not be, and as it may be: answers, and whether the connection goes on."""

import json
import socket

import pytest

from harness.server import PATIENCE_S
from harness.sockets import exchange

GOOD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
CREATE = b"POST /users/create HTTP/1.1\r\nHost: localhost\r\n"

MALFORMED = {
    "no HTTP": (b"hello\r\n\r\n", {400}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32 + b"\r\n\r\n", {400}),
    "NUL": (b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}),
    "no version": (b"GET /health\r\nHost: localhost\r\n\r\n", {400}),
    "another version": (b"GET /health HTTP/3.0\r\nHost: localhost\r\n\r\n", {400, 505}),
    "no host": (b"GET /health HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
    "a bad host": (b"GET /health HTTP/1.1\r\nHost: a b\r\n\r\n", {400}),
    "space before colon": (b"GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n", {400}),
    "folded line": (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", {400}),
    "no colon": (b"GET /health HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n", {400}),
    "control character": (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\x01b\r\n\r\n", {400}),
    "bare carriage return": (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n", {400}),
    "bad length": (CREATE + b"Content-Length: 1x\r\n\r\n", {400}),
    "negative length": (CREATE + b"Content-Length: -1\r\n\r\n", {400}),
    "two lengths": (CREATE + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", {400}),
    "length and chunks": (CREATE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    "unknown coding": (CREATE + b"Transfer-Encoding: gzip\r\n\r\n", {400, 501}),
    "chunked not last": (CREATE + b"Transfer-Encoding: chunked, gzip\r\n\r\n", {400, 501}),
    "bad chunk": (CREATE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", {400}),
    "chunk too long": (CREATE + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", {400, 413}),
    "chunk without end": (CREATE + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", {400}),
    "body too long": (CREATE + b"Content-Length: 1048577\r\n\r\n", {413}),
    "body beyond numbers": (CREATE + b"Content-Length: 99999999999999999999999\r\n\r\n", {400, 413}),
    "chunks too long": (CREATE + b"Transfer-Encoding: chunked\r\n\r\n100001\r\n", {413}),
    "target too long": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {414}),
    "head too long": (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", {431}),
    "too many headers": (b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 2_000 + b"\r\n", {431}),
}


def parse(answer):
    """Status, headers and body of each response in a run of bytes."""
    responses = []
    while answer:
        head, separator, answer = answer.partition(b"\r\n\r\n")
        assert separator, head
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        responses.append((int(lines[0].split(" ")[1]), headers, answer[:length]))
        answer = answer[length:]
    return responses


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_answered(server, name):
    data, statuses = MALFORMED[name]
    # What comes behind must not be taken for a request.
    ((status, headers, body),) = parse(exchange(server, data + GOOD))
    assert status in statuses
    assert headers["content-type"].startswith("application/json")
    assert json.loads(body)["error"]["message"]
    assert headers.get("connection") == "close"
    assert server.get("/health").status == 200


@pytest.mark.parametrize("name", [name for name in MALFORMED if "too" not in name])
def test_malformed_requests_are_answered_byte_by_byte(server, name):
    data, statuses = MALFORMED[name]
    with socket.create_connection(server.address, timeout=PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = b""
        try:
            for byte in data:
                connection.sendall(bytes([byte]))
            while chunk := connection.recv(65_536):
                answer += chunk
        except (BrokenPipeError, ConnectionResetError):
            pass
    # Refused before all was sent, the answer may be lost to the reset.
    for status, _, _ in parse(answer):
        assert status in statuses
    assert server.get("/health").status == 200


def test_a_request_may_come_byte_by_byte(server):
    with socket.create_connection(server.address, timeout=PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GOOD:
            connection.sendall(bytes([byte]))
        ((status, _, _),) = parse(connection.makefile("rb").read())
    assert status == 200


def test_requests_are_answered_in_order(server):
    paths = [b"/health", b"/users/phone/none", b"/nowhere", b"/health", b"/users/none"]
    requests = b"".join(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n" for path in paths)
    responses = parse(exchange(server, requests + GOOD))
    assert [status for status, _, _ in responses] == [200, 404, 404, 200, 404, 200]
    assert b"phone: none" in responses[1][2] and b"id: none" in responses[4][2]


@pytest.mark.parametrize(
    "head, body",
    [(b"Content-Length: 34\r\n", b'{"username":"Ada","phone":"12345"}'),
     (b"Transfer-Encoding: chunked\r\n",
      b'4\r\n{"us\r\n1e;x=y\r\nername":"Ada","phone":"12345"}\r\n0\r\nT: x\r\n\r\n')],
    ids=["length", "chunked"])
def test_bodies(start, head, body):
    server = start("--store", "memory")
    ((status, _, answer), (second, _, _)) = parse(exchange(server, CREATE + head + b"\r\n" + body + GOOD))
    assert (status, json.loads(answer)["phone"], second) == (200, "12345", 200)


def test_http_1_0(server):
    ((status, _, _),) = parse(exchange(server, b"GET /health HTTP/1.0\r\n\r\n"))
    assert status == 200


def test_head_has_no_body(server):
    answer = exchange(server, b"HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and body == b""


def test_expect_continue(server):
    with socket.create_connection(server.address, timeout=PATIENCE_S) as connection:
        connection.sendall(CREATE + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert connection.recv(65_536).split(b" ")[1] in (b"400", b"422")


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a/../../etc/passwd", "//etc/passwd", "/..%2f..%2fetc/passwd",
             "/%00", "/%zz", "/users/%ff", "/nowhere"])
def test_there_is_nothing_else(server, path):
    answer = exchange(server, b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    ((status, _, body),) = parse(answer)
    assert status in (400, 404)
    assert json.loads(body)["error"]
    assert b"root:" not in body


@pytest.mark.parametrize("unfinished", [b"", b"GET /health HTTP/1.1\r\nHost: lo", CREATE + b"Content-Length: 9\r\n\r\n{"])
def test_the_slow_are_not_waited_for(start, unfinished):
    server = start(
        "--store", "memory", "--set", "head_ms=300", "--set", "body_ms=300", "--set", "keep_alive_ms=300")
    answer = exchange(server, unfinished)
    assert [status for status, _, _ in parse(answer)] in ([408], [])
    # Nor is one that has asked once, and then no more.
    assert len(parse(exchange(server, GOOD.replace(b"close", b"keep-alive")))) == 1


@pytest.mark.parametrize("path", ["/", "/demo/broadcast", "/health", "/rooms"])
def test_security_headers(server, path):
    assert server.get(path).headers["X-Content-Type-Options"] == "nosniff"
