"""SIGTERM: stop accepting, tell the clients, store what came, end with 0, soon."""

import json
import signal
import socket
import time
from contextlib import ExitStack

import pytest

from harness.chat import history, make_room, make_user, pair
from harness.native import QUICK, Person
from harness.sockets import PING, PONG, TEXT, RawSocket, chat_socket, close_code, frame, open_socket

pytestmark = pytest.mark.threads


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("threads", [1, 2])
def test_clients_are_told(start, number, threads):
    server = start("--store", "memory", "--threads", threads)
    with open_socket(server, "/broadcast") as one, chat_socket(server) as two, open_socket(server, "/broadcast") as three:
        server.signal(number)
        assert [close_code(client) for client in (one, two.client, three)] == [1001] * 3
    begun = time.monotonic()
    assert server.wait() == 0
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("threads", [1, 2])
def test_nothing_follows_a_close_frame(start, threads):
    """RFC 6455 §5.5.1: also not the news that others have been closed."""
    server = start("--store", "memory", "--threads", threads, "--set", "presence_grace_ms=0")
    users = [make_user(server) for _ in range(20)]
    room = make_room(server, *users)
    with ExitStack() as stack:
        clients = [stack.enter_context(RawSocket(server, "/ws")) for _ in users]
        for client, user in zip(clients, users):
            said = {"chat_type": "TYPING", "value": ["IN"], "room_id": room, "user_id": user["id"], "id": 0}
            client.send(frame(TEXT, json.dumps(said).encode()))
        for client in clients:
            client.send(frame(PING, b"in"))
            while client.receive() != (PONG, b"in"):
                pass
        server.signal(signal.SIGTERM)
        for client in clients:
            assert client.close_code() == 1001
            with pytest.raises((EOFError, ConnectionResetError)):
                pytest.fail(f"a frame came after the close frame: {client.receive()}")


@pytest.mark.parametrize("threads", [1, 2])
def test_the_last_messages_are_delivered_and_stored(start, threads):
    server = start("--threads", threads)
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.say("here we go", room)
        b.texts_until("here we go")
        texts = [f"text {number}" for number in range(300)]
        for text in texts:
            a.say(text, room)
        # The server has read what was sent before its ping was answered.
        a.client.ping().wait(10)
        server.signal(signal.SIGTERM)
        received = []
        try:
            while True:
                frame = b.receive()
                if frame["chat_type"] == "TEXT":
                    received.append(frame["value"][0])
        except Exception:  # the connection is closed
            pass
        assert server.wait() == 0
    assert received == texts
    assert history(start(), room) == ["here we go", *texts]


@pytest.mark.parametrize("idle", ["connected", "half a request", "silent socket", "full socket"])
def test_nobody_can_hold_it_up(start, idle):
    server = start("--store", "memory")
    if idle == "connected":
        holder = socket.create_connection(server.address)
    elif idle == "half a request":
        holder = socket.create_connection(server.address)
        holder.sendall(b"POST /users/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    else:
        holder = RawSocket(server, "/broadcast", receive_buffer=4_096).socket
    if idle == "full socket":
        with open_socket(server, "/broadcast") as other:
            for _ in range(30):
                other.send("x" * 30_000)
                other.recv(timeout=10)
    try:
        assert server.get("/health").status == 200
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 10
    finally:
        holder.close()


def test_nothing_new_is_accepted(start):
    server = start("--store", "memory")
    address = server.address
    assert server.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_a_second_start_on_the_same_port_follows_at_once(start):
    server = start("--store", "memory")
    port = server.port
    with open_socket(server, "/broadcast"):
        assert server.stop() == 0
    again = start("--store", "memory", "--listen", f"127.0.0.1:{port}")
    assert again.get("/health").status == 200


@pytest.mark.parametrize("threads", [1, 2])
def test_markers_that_were_acknowledged_are_stored(start, threads):
    """However soon the end comes, and in whatever interval they lie."""
    server = start("--threads", threads, *QUICK)
    ada, bob, cyd = (Person(server) for _ in range(3))
    room = ada.make_room(bob, cyd)["id"]
    for number in range(9):
        ada.say(room, str(number))
    with bob.socket() as b:
        b.ask("receipt", room=room, kind="received", seq=8)
        for seq in (2, 3, 5):
            b.ask("receipt", room=room, kind="read", seq=seq)
            assert bob.get("/v1/unread")["rooms"][room]["read"] == seq
        cyd.put(f"/v1/rooms/{room}/markers", {"kind": "read", "seq": 4})
        bob.put(f"/v1/rooms/{room}/markers", {"kind": "read", "seq": 6})
        server.signal(signal.SIGTERM)
    assert server.wait() == 0
    again = start("--threads", threads, *QUICK)
    members = {member["user_id"]: member for member in ada.on(again).get(f"/v1/rooms/{room}/members")["members"]}
    assert (members[bob.id]["read"], members[bob.id]["received"]) == (6, 8)
    assert members[cyd.id]["read"] == 4
