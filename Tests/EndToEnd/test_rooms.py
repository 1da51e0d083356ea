"""Rooms, members and roles of the native protocol, by REST."""

import datetime
import json
import uuid

import pytest

from harness.native import DOCS, QUICK, Person
from harness.server import Server

HIDDEN = "999999999"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data"), *QUICK) as server:
        yield server
        assert server.process.poll() is None, server.log


@pytest.fixture
def people(server):
    return [Person(server) for _ in range(4)]


def in_an_hour():
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat()


def test_a_group_has_its_maker_as_owner(people):
    ada, bob, *_ = people
    room = ada.make_room(bob, name="Team")
    assert (room["kind"], room["name"], room["visibility"]) == ("group", "Team", "private")
    assert (room["role"], room["members"], room["unread"], room["seq"]) == ("owner", 2, 0, 0)
    assert bob.role_in(room["id"]) == "member"
    assert [listed["id"] for listed in bob.get("/v1/rooms")["rooms"]] == [room["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"kind": "group"}, 400), ({"kind": "group", "name": 7}, 400), ({"name": "x"}, 400), ([], 400),
     ({"kind": "direct", "name": "x"}, 422), ({"kind": "group", "name": ""}, 422),
     ({"kind": "group", "name": "x" * 65}, 422), ({"kind": "group", "name": "x", "visibility": "secret"}, 422),
     ({"kind": "group", "name": "x", "members": "1"}, 400), ({"kind": "group", "name": "x", "members": [1]}, 400),
     ({"kind": "group", "name": "x", "members": ["x"]}, 422), ({"kind": "group", "name": "x", "members": [HIDDEN]}, 422)])
def test_refuses_a_bad_room(people, body, status):
    people[0].request("POST", "/v1/rooms", body, status)


def test_a_pair_has_one_direct_room(people):
    ada, bob, eve, _ = people
    first = ada.request("PUT", f"/v1/direct/{bob.id}", status=201).json()["room"]
    again = bob.request("PUT", f"/v1/direct/{ada.id}", status=200).json()["room"]
    assert first["id"] == again["id"] and first["kind"] == "direct"
    assert first["peer"]["id"] == bob.id and again["peer"]["id"] == ada.id
    eve.request("GET", f"/v1/rooms/{first['id']}", status=404)
    ada.request("POST", f"/v1/rooms/{first['id']}/leave", status=403)
    ada.request("PUT", f"/v1/rooms/{first['id']}/members/{eve.id}", status=403)
    ada.request("PUT", f"/v1/direct/{HIDDEN}", status=404)


def test_what_is_hidden_does_not_exist(people):
    ada, eve, *_ = people
    room = ada.make_room()["id"]
    paths = ["", "/members", "/messages", "/events"]
    for path in paths:
        real = eve.request("GET", f"/v1/rooms/{room}{path}", status=404)
        none = eve.request("GET", f"/v1/rooms/{HIDDEN}{path}", status=404)
        assert real.body == none.body
    for method, path, body in [
        ("PUT", f"/messages/{uuid.uuid4()}", {"text": "x"}), ("PATCH", "", {"name": "x"}), ("DELETE", "", None),
        ("POST", "/join", {}), ("POST", "/leave", None), ("PUT", f"/members/{eve.id}", None),
        ("PUT", "/markers", {"kind": "read", "seq": 1}), ("POST", "/invites", {"link": True}),
    ]:
        real = eve.request(method, f"/v1/rooms/{room}{path}", body, 404)
        none = eve.request(method, f"/v1/rooms/{HIDDEN}{path}", body, 404)
        assert real.body == none.body


def test_a_public_room_can_be_seen_and_joined(people):
    ada, bob, *_ = people
    name = f"Garden {uuid.uuid4().hex[:12]}"
    room = ada.make_room(visibility="public", name=name)["id"]
    found = bob.get(f"/v1/rooms?scope=public&query={name.split()[1]}")["rooms"]
    assert [listed["id"] for listed in found] == [room] and "role" not in found[0]
    bob.get(f"/v1/rooms/{room}")
    bob.request("GET", f"/v1/rooms/{room}/messages", status=403)
    bob.request("GET", f"/v1/rooms/{room}/events", status=403)
    joined = bob.post(f"/v1/rooms/{room}/join", {}, 200)["room"]
    assert joined["role"] == "member" and joined["members"] == 2
    assert bob.post(f"/v1/rooms/{room}/join", {}, 200)["room"]["role"] == "member"
    bob.post(f"/v1/rooms/{room}/leave", None, 204)
    assert ada.get(f"/v1/rooms/{room}")["room"]["members"] == 1


def test_who_joins_a_channel_reads(people):
    ada, bob, *_ = people
    room = ada.make_room(kind="channel", visibility="public")["id"]
    assert bob.post(f"/v1/rooms/{room}/join", {}, 200)["room"]["role"] == "reader"
    bob.say(room, "me too", status=403)
    ada.say(room, "news")
    seq = bob.history(room)[0]["seq"]
    bob.put(f"/v1/rooms/{room}/messages/by-seq/{seq}/reactions/%F0%9F%91%8D")
    assert ada.history(room)[0]["reactions"] == {"👍": [bob.id]}


def test_an_invitation_lets_in_as_often_as_it_says(people):
    ada, bob, eve, _ = people
    room = ada.make_room()["id"]
    link = ada.post(f"/v1/rooms/{room}/invites", {"link": True, "uses": 1}, 201)
    assert link["token"] in link["url"]
    assert bob.post(f"/v1/rooms/{room}/join", {"token": link["token"]}, 200)["room"]["id"] == room
    assert eve.request("POST", f"/v1/rooms/{room}/join", {"token": link["token"]}).status in (403, 404)
    assert eve.request("POST", f"/v1/rooms/{room}/join", {"token": "wrong"}).status in (403, 404)


def test_roles(people):
    owner, admin, member, reader = people
    room = owner.make_room(admin, member, reader)["id"]
    owner.put(f"/v1/rooms/{room}/members/{admin.id}", {"role": "admin"})
    admin.put(f"/v1/rooms/{room}/members/{reader.id}", {"role": "reader"})
    assert [person.role_in(room) for person in people] == ["owner", "admin", "member", "reader"]
    reader.say(room, "x", status=403)
    member.request("PATCH", f"/v1/rooms/{room}", {"name": "x"}, 403)
    admin.request("PUT", f"/v1/rooms/{room}/members/{member.id}", {"role": "admin"}, 403)
    admin.request("DELETE", f"/v1/rooms/{room}", status=403)
    admin.request("DELETE", f"/v1/rooms/{room}/members/{owner.id}", status=403)
    assert admin.patch(f"/v1/rooms/{room}", {"name": "Renamed"})["room"]["name"] == "Renamed"
    owner.request("POST", f"/v1/rooms/{room}/leave", status=403)
    owner.patch(f"/v1/rooms/{room}", {"owner": member.id})
    assert member.role_in(room) == "owner" and owner.role_in(room) == "admin"
    owner.post(f"/v1/rooms/{room}/leave", None, 204)
    owner.request("GET", f"/v1/rooms/{room}", status=404)


def test_kick_ban_and_mute(people):
    ada, bob, *_ = people
    room = ada.make_room(bob, visibility="public")["id"]
    ada.put(f"/v1/rooms/{room}/mutes/{bob.id}", {"reason": "noise", "until": in_an_hour()})
    bob.say(room, "x", status=403)
    bob.history(room)
    ada.delete(f"/v1/rooms/{room}/mutes/{bob.id}")
    bob.say(room, "x")
    ada.delete(f"/v1/rooms/{room}/members/{bob.id}")
    bob.request("GET", f"/v1/rooms/{room}/messages", status=403)
    bob.post(f"/v1/rooms/{room}/join", {}, 200)
    ada.put(f"/v1/rooms/{room}/bans/{bob.id}", {"reason": "spam"})
    (ban,) = ada.get(f"/v1/rooms/{room}/bans")["bans"]
    assert (ban["user_id"], ban["banned_by"], ban["reason"], "until" in ban) == (bob.id, ada.id, "spam", False)
    bob.request("GET", f"/v1/rooms/{room}/bans", status=403)
    bob.request("POST", f"/v1/rooms/{room}/join", {}, 403)
    ada.request("PUT", f"/v1/rooms/{room}/members/{bob.id}", status=403)
    ada.delete(f"/v1/rooms/{room}/bans/{bob.id}")
    assert ada.get(f"/v1/rooms/{room}/bans")["bans"] == []
    bob.post(f"/v1/rooms/{room}/join", {}, 200)
    ada.request("PUT", f"/v1/rooms/{room}/bans/{bob.id}", {"until": "yesterday"}, 422)


def test_invitations_are_listed_shown_and_end(people):
    ada, bob, eve, *_ = people
    room = ada.make_room(bob, name="Cellar")["id"]
    path = f"/v1/rooms/{room}/invites"
    hers = ada.post(path, {"link": True, "uses": 2}, 201)
    his = bob.post(path, {"link": True, "expires_in_s": 3600}, 201)
    listed = ada.get(path)["invites"]
    assert [(invite["id"], invite["by"], invite["uses"]) for invite in listed] == [
        (hers["id"], ada.id, 0), (his["id"], bob.id, 0)]
    assert listed[0]["uses_left"] == 2 and "uses_left" not in listed[1]
    assert listed[1]["expires_at"] == his["expires_at"] > listed[1]["created_at"]
    # Who manages nobody sees and ends their own.
    assert [invite["id"] for invite in bob.get(path)["invites"]] == [his["id"]]
    bob.request("DELETE", f"{path}/{hers['id']}", status=404)
    eve.request("GET", path, status=404)
    assert eve.get(f"/v1/invites/{his['token']}") == {
        "room": {"name": "Cellar", "kind": "group", "members": 2}, "by": {"display_name": bob.name.capitalize()}}
    eve.post(f"/v1/rooms/{room}/join", {"token": hers["token"]}, 200)
    assert ada.get(path)["invites"][0]["uses_left"] == 1
    # One ends with its maker's right to invite.
    ada.delete(f"/v1/rooms/{room}/members/{bob.id}")
    assert [invite["id"] for invite in ada.get(path)["invites"]] == [hers["id"]]
    eve.request("GET", f"/v1/invites/{his['token']}", status=404)
    ada.delete(f"{path}/{hers['id']}")
    eve.request("GET", f"/v1/invites/{hers['token']}", status=404)
    bob.request("POST", f"/v1/rooms/{room}/join", {"token": hers["token"]}, 404)


def test_an_archive_can_be_read_and_nothing_else(people):
    ada, bob, *_ = people
    room = ada.make_room(bob)["id"]
    ada.say(room, "before")
    assert ada.patch(f"/v1/rooms/{room}", {"archived": True})["room"]["archived"]
    assert bob.texts(room) == ["before"]
    bob.say(room, "after", status=403)
    bob.request("PUT", f"/v1/rooms/{room}/messages/by-seq/1/reactions/:x:", status=403)
    ada.request("PATCH", f"/v1/rooms/{room}", {"name": "x"}, 403)
    bob.request("PATCH", f"/v1/rooms/{room}", {"archived": False}, 403)
    assert not ada.patch(f"/v1/rooms/{room}", {"archived": False})["room"]["archived"]
    bob.say(room, "after")
    ada.patch(f"/v1/rooms/{room}", {"archived": True})
    bob.request("DELETE", f"/v1/rooms/{room}", status=403)
    ada.delete(f"/v1/rooms/{room}")


def test_a_deleted_room_is_gone(people):
    ada, bob, *_ = people
    room = ada.make_room(bob)["id"]
    bob.request("DELETE", f"/v1/rooms/{room}", status=403)
    ada.delete(f"/v1/rooms/{room}")
    for person in (ada, bob):
        person.request("GET", f"/v1/rooms/{room}", status=404)
        assert room not in [listed["id"] for listed in person.get("/v1/rooms")["rooms"]]


def test_who_blocks_hears_nothing_direct(people):
    ada, bob, *_ = people
    room = ada.direct(bob)["id"]
    bob.put(f"/v1/users/me/blocks/{ada.id}")
    ada.say(room, "x", status=403)
    bob.delete(f"/v1/users/me/blocks/{ada.id}")
    ada.say(room, "x")


def test_lists_by_activity_in_pages(people):
    ada, *_ = people
    rooms = [ada.make_room(name=f"Room {number}")["id"] for number in range(5)]
    ada.say(rooms[1], "newest")
    first = ada.get("/v1/rooms?limit=3")
    second = ada.get(f"/v1/rooms?limit=3&cursor={first['next_cursor']}")
    listed = [room["id"] for room in first["rooms"] + second["rooms"]]
    assert listed[0] == rooms[1] and sorted(listed) == sorted(rooms) and "next_cursor" not in second
    assert first["rooms"][0]["last_message"]["text"] == "newest"


def test_nobody_without_a_session(server):
    for path in ("/v1/rooms", "/v1/unread", "/v1/rooms/1/messages"):
        answer = server.get(path)
        assert answer.status == 401 and answer.json()["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("name", ["openapi.json", "asyncapi.json"])
def test_serves_its_documents(server, name):
    answer = server.get(f"/{name}")
    assert answer.status == 200
    assert answer.json() == json.loads((DOCS / name).read_text())
