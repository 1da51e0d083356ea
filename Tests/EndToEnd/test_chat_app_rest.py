"""The routes of the chat-app dialect: statuses, shapes, CORS, demo data."""

import re

import pytest

from harness.chat import history, make_room, make_user, pair
from harness.sockets import chat_socket

pytestmark = pytest.mark.threads

UNKNOWN = "00000000-0000-4000-8000-000000000000"
FOREIGN = "http://localhost:3000"
USER_KEYS = {"id", "username", "phone", "created_at"}
ROOM_KEYS = {"id", "name", "last_message", "participant_ids", "created_at"}
MESSAGE_KEYS = {"id", "room_id", "user_id", "content", "created_at"}


def expect_error(answer, status, message=None):
    assert answer.status == status, answer.body
    error = answer.json()
    assert error["error"] == status
    assert error["message"] == message if message else error["message"]


def say(server, room, *texts_by_user):
    """Stores messages, one after another."""
    for user, text in texts_by_user:
        with chat_socket(server, user) as speaker, chat_socket(server) as listener:
            speaker.say(text, room)
            listener.texts_until(text)


def test_creates_a_user(server):
    answer = server.post("/users/create", {"username": "Ada Lovelace", "phone": "+44 1815"})
    assert answer.status == 200
    user = answer.json()
    assert set(user) == USER_KEYS
    assert (user["username"], user["phone"]) == ("Ada Lovelace", "+44 1815")
    assert isinstance(user["id"], str) and user["id"]
    assert re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", user["created_at"])


def test_a_phone_belongs_to_one_user(server):
    make_user(server, phone="110 110")
    expect_error(server.post("/users/create", {"username": "Eve", "phone": "110 110"}), 422)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"{}", b'{"username":"Ada"}', b'{"phone":"901"}', b'{"username":1,"phone":"902"}',
     b'{"username":"Ada","phone":null}', b'{"username":"","phone":"903"}', b'{"username":"Ada","phone":""}',
     b'{"username":"' + b"a" * 10_000 + b'","phone":"904"}', b'{"username":"\xff","phone":"905"}',
     b'{"username":"a\\u0000b","phone":"906"}', b"[" * 1_000],
    ids=lambda body: repr(body[:40]))
def test_refuses_a_bad_user(server, body):
    answer = server.post("/users/create", body, headers={"Content-Type": "application/json"})
    assert answer.status in (400, 422), answer.body
    expect_error(answer, answer.status)


def test_finds_a_user_by_id_and_by_phone(server):
    user = make_user(server, "Grace", phone="+1 (906) 120-9")
    assert server.get(f"/users/{user['id']}").json() == user
    assert server.get("/users/phone/+1%20(906)%20120-9").json() == user
    assert server.get("/users/phone/%2B1%20%28906%29%20120-9").json() == user


def test_says_which_user_it_did_not_find(server):
    expect_error(server.get(f"/users/{UNKNOWN}"), 404, f"No user found with id: {UNKNOWN}")
    expect_error(server.get("/users/not-a-uuid"), 404, "No user found with id: not-a-uuid")
    expect_error(server.get("/users/phone/999"), 404, "No user found with phone: 999")


def test_there_are_no_rooms_at_first(start):
    expect_error(start("--store", "memory").get("/rooms"), 404, "No rooms available at the moment.")


def test_creates_and_lists_rooms(server):
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    answer = server.post("/rooms", {"name": "Engines", "participant_ids": [ada["id"], ben["id"]]})
    assert answer.status == 200
    room, users = answer.json()["room"], answer.json()["users"]
    assert set(answer.json()) == {"room", "users"}
    assert set(room) == ROOM_KEYS
    assert room["name"] == "Engines"
    assert room["participant_ids"] == f"{ada['id']},{ben['id']}"
    assert not room["last_message"]
    assert users == [ada, ben]

    listed = server.get("/rooms")
    assert listed.status == 200
    assert [entry for entry in listed.json() if entry["room"]["id"] == room["id"]] == [{"room": room, "users": users}]

    say(server, room["id"], (ada["id"], "the first"), (ben["id"], "the last"))
    entry = next(entry for entry in server.get("/rooms").json() if entry["room"]["id"] == room["id"])
    assert entry["room"]["last_message"] == "the last"


@pytest.mark.parametrize(
    "body",
    [b"{", b"{}", b'{"name":"A"}', b'{"name":1,"participant_ids":[]}', b'{"name":"A","participant_ids":"x"}',
     b'{"name":"A","participant_ids":[1]}', b'{"name":"A","participant_ids":["nobody"]}'],
    ids=repr)
def test_refuses_a_bad_room(server, body):
    answer = server.post("/rooms", body)
    assert answer.status in (400, 404, 422), answer.body
    expect_error(answer, answer.status)


def test_a_conversation_is_oldest_first(server):
    ada, ben, room = pair(server)
    assert server.get(f"/conversations/{room}").json() == []
    say(server, room, (ada, "one"), (ben, "two"), (ada, "three"))
    messages = server.get(f"/conversations/{room}").json()
    assert all(set(message) == MESSAGE_KEYS for message in messages)
    assert [(message["user_id"], message["content"]) for message in messages] == [
        (ada, "one"), (ben, "two"), (ada, "three")]
    assert {message["room_id"] for message in messages} == {room}
    assert len({message["id"] for message in messages}) == 3
    assert [message["created_at"] for message in messages] == sorted(message["created_at"] for message in messages)


def test_an_unknown_room_has_no_conversation(server):
    expect_error(server.get(f"/conversations/{UNKNOWN}"), 404)
    expect_error(server.get("/conversations/not-a-uuid"), 404)


def test_manages_users(server):
    user = make_user(server, "Before", phone="555 01")
    assert user in server.get("/users").json()

    renamed = server.request("PATCH", f"/users/{user['id']}", {"username": "After"})
    assert renamed.status == 200
    assert renamed.json() == {**user, "username": "After"}
    assert server.get(f"/users/{user['id']}").json()["username"] == "After"

    deleted = server.request("DELETE", f"/users/{user['id']}")
    assert (deleted.status, deleted.body) == (204, b"")
    expect_error(server.get(f"/users/{user['id']}"), 404)
    expect_error(server.get("/users/phone/555%2001"), 404)
    assert user["id"] not in [other["id"] for other in server.get("/users").json()]
    # The phone is free again.
    assert make_user(server, "Next", phone="555 01")["id"] != user["id"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("path", [f"/users/{UNKNOWN}", f"/rooms/{UNKNOWN}", f"/conversations/{UNKNOWN}/{UNKNOWN}"])
def test_does_not_manage_what_is_not_there(server, method, path):
    body = {"username": "A", "name": "A", "content": "A"} if method == "PATCH" else None
    expect_error(server.request(method, path, body), 404)


def test_manages_rooms(server):
    ada, ben, carl = (make_user(server, name) for name in ("Ada", "Ben", "Carl"))
    room = make_room(server, ada, ben, name="Old")

    changed = server.request("PATCH", f"/rooms/{room}", {"name": "New"})
    assert changed.status == 200
    assert changed.json()["room"]["name"] == "New"
    assert changed.json()["users"] == [ada, ben]

    changed = server.request("PATCH", f"/rooms/{room}", {"participant_ids": [ada["id"], carl["id"]]})
    assert changed.status == 200
    assert changed.json()["room"]["name"] == "New"
    assert sorted(user["id"] for user in changed.json()["users"]) == sorted([ada["id"], carl["id"]])

    deleted = server.request("DELETE", f"/rooms/{room}")
    assert (deleted.status, deleted.body) == (204, b"")
    expect_error(server.get(f"/conversations/{room}"), 404)
    listed = server.get("/rooms")
    assert listed.status == 404 or room not in [entry["room"]["id"] for entry in listed.json()]


def test_manages_messages(server):
    ada, ben, room = pair(server)
    say(server, room, (ada, "teh text"), (ben, "stays"))
    first, second = server.get(f"/conversations/{room}").json()

    edited = server.request("PATCH", f"/conversations/{room}/{first['id']}", {"content": "the text"})
    assert edited.status == 200
    assert edited.json() == {**first, "content": "the text"}
    assert history(server, room) == ["the text", "stays"]

    deleted = server.request("DELETE", f"/conversations/{room}/{first['id']}")
    assert (deleted.status, deleted.body) == (204, b"")
    assert server.get(f"/conversations/{room}").json() == [second]
    # A message of another room is not found through this one.
    other = pair(server)[2]
    expect_error(server.request("DELETE", f"/conversations/{other}/{second['id']}"), 404)
    assert history(server, room) == ["stays"]


def test_what_a_deleted_user_said_stays(server):
    ada, ben, room = pair(server)
    say(server, room, (ada, "I was here"))
    assert server.request("DELETE", f"/users/{ada}").status == 204
    assert history(server, room) == ["I was here"]


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://localhost:8080"])
def test_a_known_origin_may_read_the_answer(server, origin):
    answer = server.get("/users/none", headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "origin" in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("origin", ["http://localhost:3001", "https://localhost:3000", "http://example.org", "null"])
def test_an_unknown_origin_may_not(server, origin):
    assert "Access-Control-Allow-Origin" not in server.get("/users/none", headers={"Origin": origin}).headers


def test_a_foreign_page_changes_nothing(server):
    answer = server.post(
        "/users/create", {"username": "Eve", "phone": "666"}, headers={"Origin": "http://example.org"})
    assert answer.status == 403
    expect_error(server.get("/users/phone/666"), 404)


@pytest.mark.parametrize("path", ["/users/create", "/rooms", "/users/123", "/conversations/123"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_answers_a_preflight(server, path, method):
    answer = server.request(
        "OPTIONS", path,
        headers={
            "Origin": FOREIGN, "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type, authorization"})
    assert answer.status in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == FOREIGN
    assert items(answer, "Access-Control-Allow-Methods") == {"get", "post"}
    assert items(answer, "Access-Control-Allow-Headers") >= {"authorization", "accept", "content-type"}
    assert answer.headers["Access-Control-Max-Age"] == "3600"


def test_a_foreign_preflight_gets_no_permission(server):
    answer = server.request(
        "OPTIONS", "/rooms", headers={"Origin": "http://example.org", "Access-Control-Request-Method": "POST"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def items(answer, header):
    return {item.strip().lower() for item in answer.headers[header].split(",")}


def test_the_origins_can_be_chosen(start):
    server = start("--store", "memory", "--cors-origin", "https://chat.example.org")
    assert server.get("/users/none", headers={"Origin": "https://chat.example.org"}).headers[
        "Access-Control-Allow-Origin"] == "https://chat.example.org"
    assert "Access-Control-Allow-Origin" not in server.get("/users/none", headers={"Origin": FOREIGN}).headers


@pytest.mark.parametrize(
    "method, path, allowed",
    [("DELETE", "/rooms", {"GET", "POST"}), ("PUT", "/users", {"GET"}), ("POST", "/conversations/x", {"GET"}),
     ("POST", "/health", {"GET"})])
def test_names_the_methods_of_a_path(server, method, path, allowed):
    answer = server.request(method, path)
    assert answer.status == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} >= allowed
    assert answer.json()["error"]


def test_demo_data(start):
    server = start("--demo")
    expect_demo(server)
    # A second start does not add it again.
    assert server.stop() == 0
    expect_demo(start("--demo"))


def expect_demo(server):
    users = {
        "4fbd288c-d3b2-4f78-adcf-def976902d50": ("Ahmad Rosid", "123"),
        "1e9a12c1-e98c-4a83-a55a-32cc548a169d": ("Ashley Young", "345"),
        "1bc833808-05ed-455a-9d26-64fe1d96d62d": ("Charles Edward", "678"),
    }
    ashley, charles = list(users)[1:]
    assert {user["id"]: (user["username"], user["phone"]) for user in server.get("/users").json()} == users
    assert server.get("/users/phone/345").json()["id"] == ashley
    rooms = server.get("/rooms").json()
    assert {entry["room"]["id"]: entry["room"]["name"] for entry in rooms} == {
        "f061383b-0393-4ce8-9a85-f31d03762263": "Charles Edward",
        "008e9dc4-f01d-4429-ba31-986d7e63cce8": "Ahmad Rosid",
    }
    for entry in rooms:
        assert {user["id"] for user in entry["users"]} == {ashley, charles}
    said = {
        entry["room"]["name"]: [
            (message["user_id"], message["content"])
            for message in server.get(f"/conversations/{entry['room']['id']}").json()
        ]
        for entry in rooms
    }
    assert said == {
        "Charles Edward": [(charles, "Hello"), (ashley, "Hi, how are you?")],
        "Ahmad Rosid": [(charles, "Hi... are free today?")],
    }
