"""The socket of the native protocol, against the real executable: what only a whole server shows."""

import threading
import uuid

import pytest

from harness.native import QUICK, Person
from harness.server import Server
from harness.sockets import open_socket

pytestmark = pytest.mark.threads


@pytest.fixture(scope="module", params=["1", "3"], ids=["one loop", "three loops"])
def server(request, tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data"), *QUICK, "--threads", request.param) as server:
        yield server
        assert server.process.poll() is None, server.log


def test_a_conversation(people, room):
    ada, bob, _ = people
    with ada.socket(rooms=[room]) as a, bob.socket(rooms=[room]) as b:
        key = str(uuid.uuid4())
        ack = a.say(room, "Hi", key)
        assert (ack["seq"], ack["duplicate"]) == (1, False)
        for socket in (a, b):
            event = socket.expect_event("message.created")
            assert (event["stream"], event["offset"]) == (room, ack["offset"])
            message = event["message"]
            assert (message["text"], message["user_id"], message["client_msg_id"]) == ("Hi", ada.id, key)
        again = a.say(room, "Hi", key)
        assert (again["seq"], again["offset"], again["duplicate"]) == (1, ack["offset"], True)
        a.fail("conflict", "message.send", room=room, client_msg_id=key, text="other")
        b.ask("reaction.add", room=room, seq=1, key="👍")
        assert a.expect_event("reaction.added")["user_id"] == bob.id
        a.ask("message.edit", room=room, seq=1, text="Hello")
        assert b.expect_event("message.edited")["message"]["text"] == "Hello"
        a.ask("message.delete", room=room, seq=1)
        assert b.expect_event("message.deleted")["seq"] == 1
        b.nothing_of(type="event", event="message.created")


def test_live_and_history_are_the_same(people, room):
    ada, bob, _ = people
    with bob.socket(rooms=[room]) as b:
        ada.say(room, "by rest")
        live = b.expect_event("message.created")
    assert live["message"] == bob.history(room)[0]
    stored = bob.get(f"/v1/rooms/{room}/events?limit=300")["events"]
    assert live in stored


def test_resumes_where_it_was(people, room):
    ada, bob, _ = people
    with bob.socket(rooms=[room]) as b:
        ada.say(room, "seen")
        event = b.expect_event("message.created")
    position = {room: {"epoch": event["epoch"], "offset": event["offset"]}}
    for number in range(5):
        ada.say(room, f"missed {number}")
    with bob.socket(resume=position) as b:
        assert b.welcome["streams"][room]["recovered"] is True
        ada.say(room, "live")
        texts = [b.expect_event("message.created")["message"]["text"] for _ in range(6)]
    assert texts == [f"missed {number}" for number in range(5)] + ["live"]


def test_more_than_the_limit_is_for_history(people, room):
    ada, bob, _ = people
    start = bob.get(f"/v1/rooms/{room}")["room"]
    position = {"epoch": start["epoch"], "offset": start["offset"]}
    with ada.socket() as a:
        for number in range(300):
            a.say(room, str(number))
    with bob.socket(resume={room: position}) as b:
        assert b.welcome["streams"][room]["recovered"] is True
        assert [b.expect_event("message.created")["message"]["seq"] for _ in range(300)] == list(range(1, 301))
    ada.say(room, "one too many")
    with bob.socket(resume={room: position}) as b:
        stream = b.welcome["streams"][room]
        assert stream["recovered"] is False and stream["offset"] == start["offset"] + 301
        b.nothing_of(type="event", event="message.created")


def test_a_position_of_nowhere(people, room):
    ada, _, eve = people
    epoch = ada.get(f"/v1/rooms/{room}")["room"]["epoch"]
    with ada.socket(resume={room: {"epoch": epoch, "offset": 99_999}, "77777": {"epoch": "x", "offset": 1}}) as a:
        assert a.welcome["streams"][room]["recovered"] is False
        assert a.welcome["streams"]["77777"] == {"recovered": False, "code": "not_found"}
        assert a.welcome["streams"]["me"]["offset"] >= 1
    with eve.socket(resume={room: {"epoch": epoch, "offset": 1}}) as e:
        assert e.welcome["streams"][room] == {"recovered": False, "code": "not_found"}
        e.fail("not_found", "subscribe", room=room)


def test_a_kick_ends_what_one_hears(people, room):
    ada, bob, _ = people
    with ada.socket(rooms=[room]) as a, bob.socket(rooms=[room]) as b:
        ada.delete(f"/v1/rooms/{room}/members/{bob.id}")
        left = b.expect_event("room.left")
        assert (left["stream"], left["room"], left["reason"]) == ("me", room, "kicked")
        a.expect_event("member.kicked", user_id=bob.id)
        a.say(room, "without bob")
        b.nothing_of(type="event", stream=room)
        b.fail("not_found", "message.send", room=room, text="x", client_msg_id=str(uuid.uuid4()))


def test_one_hears_of_new_rooms(people):
    ada, bob, _ = people
    with bob.socket() as b:
        room = ada.make_room(bob, name="New")
        joined = b.expect_event("room.joined")
        assert (joined["room"]["id"], joined["room"]["name"], joined["room"]["role"]) == (room["id"], "New", "member")


def test_a_revoked_session_loses_its_sockets(people):
    ada, *_ = people
    phone = Person(ada.server, ada.name, device="phone", sign_up=False)
    with ada.socket() as a, phone.socket() as p:
        ada.delete(f"/v1/sessions/{phone.session}")
        assert p.closed() == 4506
        a.ask("ping")
    phone.request("GET", "/v1/rooms", status=401)


def test_no_hello_no_welcome(server, people):
    for frame, code in [
        ('{"type":"ping","id":"1"}', 4501), ('{"type":"hello","id":"1","token":"wrong"}', 4500),
        ('{"type":"hello","id":"1"}', 4500)]:
        with open_socket(server, "/v1/ws", subprotocols=["chat.v1.json"]) as client:
            client.send(frame)
            with pytest.raises(Exception):
                while True:
                    client.recv(timeout=10)
            assert client.protocol.close_rcvd.code == code


@pytest.mark.parametrize(
    "frame",
    ["", "x", "[]", "{}", '{"type":1,"id":"1"}', '{"type":"ping"', '{"type":"ping","id":"1","id":"2"}',
     '{"type":"ping","id":"' + "[" * 70, '{"type":"message.send","id":"1","text":"\\ud800"}', "[" * 1_000])
def test_what_is_no_command_harms_nobody(people, frame):
    with people[0].socket() as socket:
        socket.send(frame)
        error = socket.expect(type="error")
        assert error["code"] == "bad_request"
        socket.ask("ping")


def test_binary_is_not_spoken(people):
    with people[0].socket() as socket:
        socket.send(b"{}")
        assert socket.closed() == 1003


def test_an_acknowledged_message_survives_a_kill(start):
    server = start(*QUICK)
    ada, bob = Person(server), Person(server)
    room = ada.make_room(bob)["id"]
    acknowledged = []

    def talk(person):
        try:
            with person.socket() as socket:
                for number in range(100_000):
                    key = str(uuid.uuid4())
                    socket.say(room, f"{person.name} {number}", key)
                    acknowledged.append(key)
        except Exception:  # noqa: BLE001 the server is killed in the middle
            return

    threads = [threading.Thread(target=talk, args=(person,)) for person in (ada, bob)]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 200:
        assert any(thread.is_alive() for thread in threads)
        threading.Event().wait(0.01)
    server.kill()
    for thread in threads:
        thread.join()
    ada = ada.on(start(*QUICK))
    stored, before = [], ""
    while page := ada.history(room, f"?limit=300{before}"):
        stored = page + stored
        before = f"&before={page[0]['seq']}"
    assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1))
    keys = [message["client_msg_id"] for message in stored]
    assert len(keys) == len(set(keys)) and set(acknowledged) <= set(keys)


def test_draining_says_when_to_come_back(start):
    server = start(*QUICK)
    ada = Person(server)
    with ada.socket() as socket:
        server.signal(15)
        assert socket.expect(type="draining")["reconnect_in_ms"] >= 0
        assert socket.closed() == 1012
    assert server.wait() == 0
