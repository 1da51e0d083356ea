"""The broadcast dialect, and the echo."""

import os
from contextlib import ExitStack

import pytest

from harness.server import PATIENCE_S
from harness.sockets import CLOSE, TEXT, RawSocket, frame, open_socket

PAYLOADS = ["hello", "", "žluťoučký 🐎", "x" * 65_536, b"", b"\x00\xff\xfe", os.urandom(65_536)]


def payload_name(payload):
    return f"{type(payload).__name__}-{len(payload)}"


@pytest.mark.parametrize("payload", PAYLOADS, ids=payload_name)
def test_everybody_gets_everything(server, payload):
    room = f"/broadcast/everybody-{payload_name(payload)}"
    with open_socket(server, room) as one, open_socket(server, room) as two:
        one.send(payload)
        assert one.recv(timeout=PATIENCE_S) == payload
        assert two.recv(timeout=PATIENCE_S) == payload


def test_rooms_are_apart(server):
    paths = ["/broadcast", "/broadcast/a", "/broadcast/b", "/broadcast/a%20b"]
    with ExitStack() as stack:
        clients = [stack.enter_context(open_socket(server, path)) for path in paths]
        for path, client in zip(paths, clients):
            client.send(path)
        for path, client in zip(paths, clients):
            client.send("last")
            assert [client.recv(timeout=PATIENCE_S) for _ in range(2)] == [path, "last"]


def test_a_newcomer_gets_nothing_old(server):
    with open_socket(server, "/broadcast/old") as one:
        one.send("before")
        assert one.recv(timeout=PATIENCE_S) == "before"
        with open_socket(server, "/broadcast/old") as two:
            one.send("after")
            assert two.recv(timeout=PATIENCE_S) == "after"


def test_the_order_of_a_sender_is_kept(server):
    texts = [str(number) for number in range(2_000)]
    with open_socket(server, "/broadcast/order") as one, open_socket(server, "/broadcast/order") as two:
        for text in texts:
            one.send(text)
        assert [two.recv(timeout=PATIENCE_S) for _ in texts] == texts
        assert [one.recv(timeout=PATIENCE_S) for _ in texts] == texts


def test_a_client_that_leaves_takes_nobody_along(server):
    with open_socket(server, "/broadcast/leave") as stays:
        with open_socket(server, "/broadcast/leave") as goes:
            goes.send("bye")
            assert stays.recv(timeout=PATIENCE_S) == "bye"
        with RawSocket(server, "/broadcast/leave") as breaks:
            breaks.send(b"\x81\xfe")
        stays.send("still here")
        assert stays.recv(timeout=PATIENCE_S) == "still here"


def test_nothing_follows_a_close_frame(server):
    """What is sent in one go with a close frame comes back before the answer to it."""
    with RawSocket(server, "/broadcast/close") as client:
        client.send(frame(TEXT, b"last words") + frame(CLOSE, b"\x03\xe8"))
        assert client.receive() == (TEXT, b"last words")
        assert client.close_code() == 1000
        with pytest.raises((EOFError, ConnectionResetError)):
            pytest.fail(f"a frame came after the close frame: {client.receive()}")


@pytest.mark.parametrize("origin", ["http://example.org", "null"])
def test_any_origin_may_connect(server, origin):
    with open_socket(server, "/broadcast", origin=origin) as client:
        client.send("hello")
        assert client.recv(timeout=PATIENCE_S) == "hello"


def test_a_long_room_name_is_not_found(server):
    with pytest.raises(Exception, match="404"):
        with open_socket(server, "/broadcast/" + "r" * 300):
            pass


@pytest.mark.parametrize("path", ["/", "/demo/broadcast"])
def test_serves_its_pages(server, path):
    answer = server.get(path)
    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/html"
    assert b"<html" in answer.body.lower()


@pytest.mark.parametrize("payload", PAYLOADS, ids=payload_name)
def test_echo(server, payload):
    with open_socket(server, "/echo") as client:
        client.send(payload)
        assert client.recv(timeout=PATIENCE_S) == payload


def test_there_is_no_echo_by_default(start):
    assert start("--store", "memory").get("/echo").status == 404
