"""Messages of the native protocol: pages, changes, reactions, markers and events, by REST."""

import urllib.parse
import uuid

import pytest

from harness.native import QUICK, Person
from harness.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data"), *QUICK) as server:
        yield server
        assert server.process.poll() is None, server.log


def test_the_same_identifier_is_one_message(people, room):
    ada, bob, _ = people
    key = uuid.uuid4()
    first = ada.say(room, "once", key)
    assert first["duplicate"] is False
    again = ada.say(room, "once", str(key).upper(), status=200)
    assert (again["seq"], again["offset"], again["duplicate"]) == (first["seq"], first["offset"], True)
    ada.say(room, "something else", key, status=409)
    assert bob.say(room, "mine", key)["seq"] == first["seq"] + 1
    assert ada.texts(room) == ["once", "mine"]


def test_a_repeat_is_answered_whatever_has_happened_since(people, room):
    ada, bob, _ = people
    key = uuid.uuid4()
    first = bob.say(room, "hello", key)
    ada.put(f"/v1/rooms/{room}/bans/{bob.id}")
    assert bob.say(room, "hello", key, status=200)["seq"] == first["seq"]
    bob.say(room, "more", status=404)


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"text": 1}, 400), ({"text": ""}, 422), ({"text": "a\0b"}, 400), ({"text": "x" * 16_385}, 413),
     ({"text": "x", "reply_to": 99}, 422), ({"text": "x", "thread": 99}, 422), ({"text": "x", "reply_to": "1"}, 400),
     ({"text": "x", "mentions": "1"}, 400), (b'{"text":"\\ud800"}', 400), (b"{", 400), (b"", 400),
     (b'{"text":"a","text":"b"}', 400)])
def test_refuses_a_bad_message(people, room, body, status):
    people[0].request("PUT", f"/v1/rooms/{room}/messages/{uuid.uuid4()}", body, status)


def test_takes_the_longest_text(people, room):
    text = "🙂" * 4_096
    people[0].say(room, text)
    assert people[1].texts(room) == [text]


def test_pages(people, room):
    ada, *_ = people
    for number in range(1, 13):
        ada.say(room, str(number))
    path = f"/v1/rooms/{room}/messages"

    def page(query):
        answer = ada.get(path + query)
        return [message["seq"] for message in answer["messages"]], answer["has_more"]

    assert page("?limit=5") == ([8, 9, 10, 11, 12], True)
    assert page("?limit=5&before=8") == ([3, 4, 5, 6, 7], True)
    assert page("?limit=5&before=3") == ([1, 2], False)
    assert page("?limit=5&after=0") == ([1, 2, 3, 4, 5], True)
    assert page("?limit=5&after=9") == ([10, 11, 12], False)
    seqs, more = page("?limit=5&around=6")
    assert 6 in seqs and len(seqs) == 5 and more == {"before": True, "after": True}
    assert page("?limit=300&around=1") == (list(range(1, 13)), {"before": False, "after": False})
    ada.request("GET", path + "?before=3&after=1", status=400)
    ada.request("GET", path + "?before=x", status=400)
    assert ada.request("GET", path + "?limit=301").status in (200, 422)


def test_edit_and_versions(people, room):
    ada, bob, _ = people
    seq = ada.say(room, "frist")["seq"]
    path = f"/v1/rooms/{room}/messages/by-seq/{seq}"
    changed = ada.patch(path, {"text": "first", "if_version": 1})["message"]
    assert (changed["text"], changed["version"], "edited_at" in changed) == ("first", 2, True)
    ada.request("PATCH", path, {"text": "again", "if_version": 1}, 409)
    bob.request("PATCH", path, {"text": "mine"}, 403)
    ada.request("PATCH", f"/v1/rooms/{room}/messages/by-seq/99", {"text": "x"}, 404)
    versions = bob.get(f"{path}/versions")["versions"]
    assert [(entry["version"], entry["text"]) for entry in versions] == [(1, "frist"), (2, "first")]
    assert bob.texts(room) == ["first"]


def test_deleting_for_all_leaves_no_text(people, room):
    ada, bob, _ = people
    seq = bob.say(room, "secret")["seq"]
    path = f"/v1/rooms/{room}/messages/by-seq/{seq}"
    bob.patch(path, {"text": "secret too"})
    bob.put(f"{path}/reactions/:x:")
    ada.delete(path)
    bob.delete(path)
    (message,) = bob.history(room)
    assert message["deleted"] is True and message["text"] == "" and message["reactions"] == {}
    for read in (f"{path}/versions", f"/v1/rooms/{room}/events?limit=300", f"/v1/rooms/{room}/messages"):
        assert "secret" not in str(ada.get(read))
    events = [event["event"] for event in ada.get(f"/v1/rooms/{room}/events?limit=300")["events"]]
    assert events.count("message.deleted") == 1
    bob.request("PATCH", path, {"text": "back"}, 404)


def test_deleting_for_oneself_is_seen_by_nobody_else(people, room):
    ada, bob, _ = people
    seq = ada.say(room, "for bob")["seq"]
    head = ada.get(f"/v1/rooms/{room}")["room"]["offset"]
    bob.delete(f"/v1/rooms/{room}/messages/by-seq/{seq}?scope=self")
    assert bob.texts(room) == [] and ada.texts(room) == ["for bob"]
    assert ada.get(f"/v1/rooms/{room}")["room"]["offset"] == head
    assert bob.get("/v1/unread")["rooms"].get(room, {"unread": 0})["unread"] == 0


def test_reactions(people, room):
    ada, bob, _ = people
    seq = ada.say(room, "well?")["seq"]
    path = f"/v1/rooms/{room}/messages/by-seq/{seq}/reactions/"
    for key in ("👍", ":a-b:", "❤️"):
        bob.put(path + urllib.parse.quote(key, safe=""))
    # Other forms of the same.
    for key in (":A-B:", "❤"):
        bob.put(path + urllib.parse.quote(key, safe=""))
    ada.put(path + urllib.parse.quote("👍"))
    offset = ada.get(f"/v1/rooms/{room}")["room"]["offset"]
    ada.put(path + urllib.parse.quote("👍"))
    assert ada.get(f"/v1/rooms/{room}")["room"]["offset"] == offset
    assert ada.history(room)[0]["reactions"] == {"👍": [bob.id, ada.id], ":a-b:": [bob.id], "❤️": [bob.id]}
    bob.delete(path + urllib.parse.quote("👍"))
    assert ada.history(room)[0]["reactions"]["👍"] == [ada.id]
    for key in ("x" * 65, "x", "👍👍", ":a b:"):
        bob.request("PUT", path + urllib.parse.quote(key, safe=""), status=422)


def test_who_may_delete_a_message_removes_others_reactions(people, room):
    ada, bob, eve = people
    seq = bob.say(room, "well?")["seq"]
    path = f"/v1/rooms/{room}/messages/by-seq/{seq}/reactions/:x:"
    ada.put(path)
    bob.put(path)
    bob.request("DELETE", f"{path}?user_id={ada.id}", status=403)
    bob.request("DELETE", f"{path}?user_id=x", status=422)
    ada.delete(f"{path}?user_id={bob.id}")
    assert ada.history(room)[0]["reactions"] == {":x:": [ada.id]}


def test_mentions_follow_the_text(people, room):
    ada, bob, eve = people
    seq = ada.say(room, "first", mentions=[])["seq"]
    path = f"/v1/rooms/{room}/messages/by-seq/{seq}"
    assert ada.patch(path, {"text": "@bob", "mentions": [bob.id, eve.id]})["message"]["mentions"] == [bob.id]
    assert bob.get("/v1/unread")["rooms"][room]["mentions"] == 1
    assert ada.patch(path, {"text": "@bob!"})["message"]["mentions"] == [bob.id]
    offset = ada.get(f"/v1/rooms/{room}")["room"]["offset"]
    assert ada.patch(path, {"text": "@bob!", "mentions": [bob.id]})["offset"] == offset
    assert ada.patch(path, {"text": "nobody", "mentions": []})["message"].get("mentions", []) == []
    assert bob.get("/v1/unread")["rooms"][room].get("mentions", 0) == 0
    ada.request("PATCH", path, {"text": "\u200b\u2800"}, 422)


def test_replies_threads_and_mentions(people, room):
    ada, bob, eve = people
    first = ada.say(room, "question")["seq"]
    bob.say(room, "answer", reply_to=first, thread=first, mentions=[ada.id, eve.id])
    message = ada.history(room)[-1]
    assert (message["reply_to"], message["thread"], message["mentions"]) == (first, first, [ada.id])
    assert ada.get("/v1/unread")["rooms"][room] == {"unread": 1, "mentions": 1, "read": 1, "seq": 2}


def test_unread_counts(people, room):
    ada, bob, _ = people
    for number in range(3):
        ada.say(room, str(number))
    assert bob.get("/v1/unread")["rooms"][room]["unread"] == 3
    ada.delete(f"/v1/rooms/{room}/messages/by-seq/2")
    assert bob.get("/v1/unread")["rooms"][room]["unread"] == 2
    bob.put(f"/v1/rooms/{room}/markers", {"kind": "read", "seq": 1})
    # What was marked is seen at once, and by everybody.
    assert bob.get("/v1/unread")["rooms"][room]["unread"] == 1
    bob.put(f"/v1/rooms/{room}/markers", {"kind": "read", "seq": 99})
    assert bob.get(f"/v1/rooms/{room}")["room"]["unread"] == 0
    member = next(m for m in ada.get(f"/v1/rooms/{room}/members")["members"] if m["user_id"] == bob.id)
    assert (member["read"], member["received"]) == (3, 3)
    bob.request("PUT", f"/v1/rooms/{room}/markers", {"kind": "seen", "seq": 1}, 422)


def test_sending_has_read_what_came_before(people, room):
    ada, bob, _ = people
    ada.say(room, "one")
    bob.say(room, "two")
    assert bob.get(f"/v1/rooms/{room}")["room"]["unread"] == 0
    assert ada.get(f"/v1/rooms/{room}")["room"]["unread"] == 1


def test_events_follow_one_another(people, room):
    ada, *_ = people
    for number in range(3):
        ada.say(room, str(number))
    first = ada.get(f"/v1/rooms/{room}/events?limit=2")
    rest = ada.get(f"/v1/rooms/{room}/events?epoch={first['epoch']}&after=2&limit=300")
    offsets = [event["offset"] for event in first["events"] + rest["events"]]
    assert offsets == list(range(1, first["head"] + 1))
    ada.request("GET", f"/v1/rooms/{room}/events?epoch=other&after=1", status=410)
    answer = ada.request("GET", f"/v1/rooms/{room}/events?epoch={first['epoch']}&after=999", status=410)
    assert answer.json()["error"]["code"] == "unrecoverable_position"


def test_everything_is_there_after_a_kill(start):
    server = start(*QUICK)
    ada, bob = Person(server), Person(server)
    room = ada.make_room(bob, name="Kept", visibility="public")["id"]
    seq = ada.say(room, "frist", mentions=[bob.id])["seq"]
    ada.patch(f"/v1/rooms/{room}/messages/by-seq/{seq}", {"text": "first"})
    bob.put(f"/v1/rooms/{room}/messages/by-seq/{seq}/reactions/:x:")
    ada.say(room, "second", reply_to=seq)
    paths = [f"/v1/rooms/{room}", f"/v1/rooms/{room}/messages", f"/v1/rooms/{room}/events", "/v1/unread",
             f"/v1/rooms/{room}/members", f"/v1/rooms/{room}/messages/by-seq/{seq}/versions"]
    before = [bob.get(path) for path in paths]
    server.kill()
    again = start(*QUICK)
    assert [bob.on(again).get(path) for path in paths] == before
