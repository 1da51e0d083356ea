"""Typing, receipts and presence of the native protocol."""

import pytest

from harness.native import QUICK, Person
from harness.server import Server

pytestmark = pytest.mark.threads


@pytest.fixture(scope="module", params=["1", "3"], ids=["one loop", "three loops"])
def server(request, tmp_path_factory):
    arguments = ("--threads", request.param, "--set", "presence_grace_ms=500", "--set", "typing_expire_ms=1500")
    with Server(tmp_path_factory.mktemp("data"), *QUICK, *arguments) as server:
        yield server
        assert server.process.poll() is None, server.log


def diff_of(socket, person):
    """The next change of somebody's presence; those of others are passed over."""
    while True:
        users = socket.expect(type="presence.diff")["users"]
        if person.id in users:
            return users[person.id]


def test_typing_is_told_and_ends(people, room):
    ada, bob, _ = people
    with ada.socket(rooms=[room]) as a, bob.socket(rooms=[room]) as b:
        a.send({"type": "typing", "room": room, "state": "start", "kind": "text"})
        (typist,) = b.expect(type="typing", room=room)["users"]
        assert (typist["user_id"], typist["kind"]) == (ada.id, "text") and typist["expires_in_ms"] > 0
        assert b.expect(type="typing", room=room, users=[])


def test_sending_ends_typing(people, room):
    ada, bob, _ = people
    with ada.socket(rooms=[room]) as a, bob.socket(rooms=[room]) as b:
        a.ask("typing", room=room, state="start")
        assert b.expect(type="typing", room=room)["users"]
        a.say(room, "done")
        assert b.expect(type="typing", room=room)["users"] == []


def test_who_may_not_type_does_not(people, room):
    _, _, eve = people
    with eve.socket() as e:
        e.fail("not_found", "typing", room=room, state="start")


def test_receipts_go_to_the_room_and_to_ones_own_devices(people, room):
    ada, bob, _ = people
    ada.say(room, "read me")
    phone = Person(bob.server, bob.name, device="phone", sign_up=False)
    with ada.socket(rooms=[room]) as a, bob.socket() as b, phone.socket() as p:
        b.send({"type": "receipt", "room": room, "kind": "received", "seq": 1})
        assert a.expect(type="receipt", room=room)["received"] == 1
        b.ask("receipt", room=room, kind="read", seq=5)
        receipt = a.expect(type="receipt", room=room, read=1)
        assert receipt["user_id"] == bob.id
        assert p.expect(type="event", event="marker.updated", room=room)["read"] == 1


def test_a_private_receipt_is_ones_own(people, room):
    ada, bob, _ = people
    ada.say(room, "read me")
    phone = Person(bob.server, bob.name, device="phone", sign_up=False)
    with ada.socket(rooms=[room]) as a, bob.socket() as b, phone.socket() as p:
        b.ask("receipt", room=room, kind="read_private", seq=1)
        assert p.expect(type="event", event="marker.updated", room=room)["read"] == 1
        a.nothing_of(type="receipt", room=room)


def test_presence_of_those_one_shares_a_room_with(people, room):
    ada, bob, eve = people
    with ada.socket() as a:
        a.command("presence.watch", users=[bob.id, eve.id, ada.id])
        state = a.expect(type="presence.state")["users"]
        assert bob.id in state and eve.id not in state and state[bob.id]["state"] == "offline"
        with bob.socket(device="laptop") as b:
            diff = diff_of(a, bob)
            assert (diff["state"], diff["devices"]) == ("online", 1)
            b.ask("presence.set", state="away")
            assert diff_of(a, bob)["state"] == "away"
            b.ask("presence.set", state="dnd", status_text="busy")
            diff = diff_of(a, bob)
            assert (diff["state"], diff["status_text"]) == ("dnd", "busy")
            b.ask("presence.set", state="invisible")
            diff = diff_of(a, bob)
            assert diff["state"] == "offline" and "devices" not in diff
            b.ask("presence.set", state="online")
            assert diff_of(a, bob)["state"] == "online"
        states = []
        while "offline" not in states:
            states.append(diff_of(a, bob)["state"])


def test_who_is_blocked_sees_nobody(people, room):
    ada, bob, _ = people
    bob.put(f"/v1/users/me/blocks/{ada.id}")
    with bob.socket(), ada.socket() as a:
        a.command("presence.watch", users=[bob.id])
        assert a.expect(type="presence.state")["users"] == {}


def test_a_watch_comes_back_when_a_block_ends(people, room):
    ada, bob, _ = people
    with bob.socket(), ada.socket() as a:
        a.command("presence.watch", users=[bob.id])
        assert a.expect(type="presence.state")["users"][bob.id]["state"] == "online"
        bob.put(f"/v1/users/me/blocks/{ada.id}")
        assert diff_of(a, bob)["state"] == "offline"
        bob.delete(f"/v1/users/me/blocks/{ada.id}")
        assert diff_of(a, bob)["state"] == "online"


@pytest.mark.parametrize("silence", ["blocked", "invisible"])
def test_who_is_blocked_or_invisible_is_not_heard(people, room, silence):
    """Neither typing nor reading reaches the other one, though both are acknowledged; elsewhere the blocked are heard."""
    ada, bob, cleo = people
    direct = ada.direct(bob)["id"]
    bob.say(direct, "Hello")
    with ada.socket(rooms=[direct]) as a, bob.socket(rooms=[direct]) as b:
        if silence == "blocked":
            bob.put(f"/v1/users/me/blocks/{ada.id}")
        else:
            a.ask("presence.set", state="invisible")
        a.ask("typing", room=direct, state="start")
        a.ask("receipt", room=direct, kind="read", seq=1)
        a.ask("typing", room=direct, state="stop")
        # It is stored, and so read by whoever looks.
        assert ada.get("/v1/unread")["rooms"][direct]["read"] == 1
        if silence == "blocked":
            bob.delete(f"/v1/users/me/blocks/{ada.id}")
        else:
            a.ask("presence.set", state="online")
        bob.say(direct, "Again")
        a.ask("receipt", room=direct, kind="read", seq=2)
        a.ask("typing", room=direct, state="start", kind="audio")
        assert b.expect(type="receipt", room=direct)["read"] == 2
        assert [user["kind"] for user in b.expect(type="typing", room=direct)["users"]] == ["audio"]


def test_who_has_left_is_seen_no_more(people, room):
    ada, bob, _ = people
    with ada.socket() as a, bob.socket():
        a.command("presence.watch", users=[bob.id])
        a.expect(type="presence.state")
        ada.delete(f"/v1/rooms/{room}/members/{bob.id}")
        state = ""
        while state != "offline":
            state = diff_of(a, bob)["state"]
