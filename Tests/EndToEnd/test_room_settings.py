"""What members see of rooms they are not subscribed to, choose for themselves, and may see of a room's past."""

import pytest

from harness.machine import until
from harness.native import PASSWORD, QUICK, Person
from harness.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data"), *QUICK) as server:
        yield server
        assert server.process.poll() is None, server.log


@pytest.fixture
def people(server):
    return [Person(server) for _ in range(3)]


def test_a_socket_hears_of_rooms_it_is_not_subscribed_to(people):
    ada, bob, _ = people
    room = ada.make_room(bob)["id"]
    with bob.socket() as socket:
        sent = ada.say(room, "Hello Bob", mentions=[bob.id])
        news = socket.expect(type="activity")["rooms"]
        assert news == {room: {**{key: sent[key] for key in ("seq", "offset")}, "mentioned": True, "by": ada.id,
                               "text": "Hello Bob"}}
        other = ada.make_room(bob)["id"]
        ada.say(other, "x" * 100)
        assert socket.expect(type="activity")["rooms"][other]["text"] == "x" * 80
    assert bob.get(f"/v1/unread?rooms={other}")["rooms"] == {other: {"unread": 1, "mentions": 0, "read": 0, "seq": 1}}
    assert set(bob.get("/v1/unread")["rooms"]) == {room, other}


def test_others_hear_of_a_new_name(people):
    ada, bob, eve = people
    ada.make_room(bob)
    with bob.socket() as hearing, eve.socket() as stranger:
        ada.patch("/v1/users/me", {"display_name": "Countess"})
        user = hearing.expect(type="profile")["user"]
        assert user == {"id": ada.id, "username": ada.name, "display_name": "Countess"}
        stranger.nothing_of(type="profile")
        ada.request("DELETE", "/v1/users/me", {"password": PASSWORD}, 204)
        assert hearing.expect(type="profile")["user"] == {"id": ada.id, "deleted": True}
    users = bob.get(f"/v1/users?ids={eve.id},{ada.id}")["users"]
    assert [user["id"] for user in users] == [eve.id, ada.id]


def test_a_hidden_room_comes_back_with_what_another_says(people):
    ada, bob, _ = people
    room = ada.make_room(bob)["id"]
    assert bob.get(f"/v1/rooms/{room}")["room"]["settings"] == {"notify": "all", "favorite": False, "hidden": False}
    with bob.socket() as socket:
        chosen = bob.put(f"/v1/rooms/{room}/settings", {"hidden": True, "notify": "none"}, 200)["settings"]
        assert chosen == {"notify": "none", "favorite": False, "hidden": True}
        assert socket.expect_event("room.settings", room=room)["settings"] == chosen
        assert bob.get("/v1/rooms")["rooms"] == []
        assert [listed["id"] for listed in bob.get("/v1/rooms?hidden=1")["rooms"]] == [room]
        bob.say(room, "still hidden")
        assert bob.get("/v1/rooms")["rooms"] == []
        ada.say(room, "here")
        assert not socket.expect_event("room.settings", room=room)["settings"]["hidden"]
    assert [listed["id"] for listed in bob.get("/v1/rooms")["rooms"]] == [room]
    assert ada.get(f"/v1/rooms/{room}")["room"]["settings"]["notify"] == "all"


def test_who_joins_may_see_nothing_of_before(people):
    ada, bob, eve = people
    room = ada.make_room(eve)["id"]
    changed = ada.patch(f"/v1/rooms/{room}", {"topic": "Plans", "history": "joined"})["room"]
    assert (changed["topic"], changed["history"]) == ("Plans", "joined")
    ada.say(room, "secret")
    ada.put(f"/v1/rooms/{room}/members/{bob.id}")
    assert bob.history(room) == [] and "last_message" not in bob.get(f"/v1/rooms/{room}")["room"]
    assert [event["event"] for event in bob.get(f"/v1/rooms/{room}/events?after=0")["events"]] == ["member.joined"]
    bob.request("GET", f"/v1/rooms/{room}/events?after=1", status=410)
    bob.request("GET", f"/v1/rooms/{room}/messages/by-seq/1/versions", status=404)
    bob.request("PUT", f"/v1/rooms/{room}/messages/by-seq/1/reactions/%F0%9F%91%8D", status=404)
    assert bob.get("/v1/unread")["rooms"][room]["unread"] == 0
    with bob.socket(rooms=[room]) as late, eve.socket(rooms=[room]) as early:
        ada.patch(f"/v1/rooms/{room}/messages/by-seq/1", {"text": "another secret"})
        assert early.expect_event("message.edited")["message"]["text"] == "another secret"
        assert late.expect_event("message.concealed")["seq"] == 1
        ada.say(room, "news")
        assert late.expect_event("message.created")["message"]["text"] == "news"
    assert bob.texts(room) == ["news"] and eve.texts(room) == ["another secret", "news"]


def test_notes_to_oneself_and_all_that_is_ones_own(server):
    ada = Person(server)
    notes = ada.request("PUT", f"/v1/direct/{ada.id}", status=201).json()["room"]
    assert (notes["kind"], notes["members"], "peer" in notes) == ("direct", 1, False)
    assert ada.request("PUT", f"/v1/direct/{ada.id}", status=200).json()["room"]["id"] == notes["id"]
    for number in range(250):
        ada.say(notes["id"], f"note {number} " + "x" * 2000)
    wanted = [f"note {number} " + "x" * 2000 for number in reversed(range(250))]
    # The index follows what is said; until it has, an export may lack the newest.
    until(lambda: [m["text"] for m in ada.get("/v1/users/me/export")["messages"]] == wanted, "the export has it all")
    export = ada.get("/v1/users/me/export")
    assert export["user"]["id"] == ada.id and [room["id"] for room in export["rooms"]] == [notes["id"]]
