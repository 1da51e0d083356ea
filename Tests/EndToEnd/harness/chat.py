"""Users and rooms of the chat-app dialect, made through its routes."""

import itertools

_numbers = itertools.count(1)


def make_user(server, name="Ada", phone=None):
    """A new user; its phone is one that no test has used yet unless given."""
    phone = phone or f"+49 30 {next(_numbers):05}"
    answer = server.post("/users/create", {"username": name, "phone": phone})
    assert answer.status == 200, answer.body
    return answer.json()


def make_room(server, *users, name="Room"):
    """The id of a new room of these users."""
    answer = server.post("/rooms", {"name": name, "participant_ids": [user["id"] for user in users]})
    assert answer.status == 200, answer.body
    return answer.json()["room"]["id"]


def history(server, room):
    """The texts of a room, oldest first."""
    answer = server.get(f"/conversations/{room}")
    assert answer.status == 200, answer.body
    return [message["content"] for message in answer.json()]


def pair(server):
    """Two users, and a room of theirs."""
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    return ada["id"], ben["id"], make_room(server, ada, ben)
