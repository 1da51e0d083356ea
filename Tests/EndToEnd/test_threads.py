"""Several event loops: who is connected to which must not matter."""

from contextlib import ExitStack

import pytest

from harness.chat import history, make_room, make_user
from harness.server import PATIENCE_S
from harness.sockets import chat_socket, open_socket, text_of

pytestmark = pytest.mark.threads

LOOPS = ("--threads", "3")
MEMBERS = 12
MESSAGES = 20


def test_broadcast_reaches_all_loops(start):
    server = start("--store", "memory", *LOOPS)
    with ExitStack() as stack:
        clients = [stack.enter_context(open_socket(server, "/broadcast/loops")) for _ in range(MEMBERS)]
        for message in range(MESSAGES):
            for sender, client in enumerate(clients):
                client.send(f"{sender}:{message}")
        for client in clients:
            received = [client.recv(timeout=PATIENCE_S) for _ in range(MEMBERS * MESSAGES)]
            for sender in range(MEMBERS):
                own = [text for text in received if text.startswith(f"{sender}:")]
                assert own == [f"{sender}:{message}" for message in range(MESSAGES)]


def test_chat_reaches_all_loops_in_one_order(start):
    server = start(*LOOPS)
    users = [make_user(server, f"User {number}") for number in range(MEMBERS)]
    room = make_room(server, *users)
    with ExitStack() as stack:
        chats = [stack.enter_context(chat_socket(server, user["id"], room)) for user in users]
        for message in range(MESSAGES):
            for sender, chat in enumerate(chats):
                chat.say(f"{sender}:{message}", room)
        seen = [texts(chat, (MEMBERS - 1) * MESSAGES) for chat in chats]
        stored = history(server, room)
        assert sorted(stored) == sorted(f"{sender}:{m}" for sender in range(MEMBERS) for m in range(MESSAGES))
        for sender, received in enumerate(seen):
            # Everybody has seen the same, in the order in which it is stored, but for what they said themselves.
            assert received == [text for text in stored if not text.startswith(f"{sender}:")]


def test_typing_and_status_reach_all_loops(start):
    server = start("--store", "memory", *LOOPS, "--set", "presence_grace_ms=500")
    users = [make_user(server, f"User {number}") for number in range(MEMBERS)]
    room = make_room(server, *users)
    ada = make_user(server, "Ada")
    server.request("PATCH", f"/rooms/{room}", {"participant_ids": [user["id"] for user in [*users, ada]]})
    with ExitStack() as stack:
        chats = [stack.enter_context(chat_socket(server, user["id"], room)) for user in users]
        with chat_socket(server, ada["id"]) as a:
            a.type("IN", room)
            for chat in chats:
                assert chat.expect("TYPING", ["IN"])["user_id"] == ada["id"]
        for chat in chats:
            assert chat.expect("STATUS", ["OFFLINE"])["user_id"] == ada["id"]


def test_numbers_are_unique_over_all_loops(start):
    server = start("--store", "memory", *LOOPS)
    with ExitStack() as stack:
        chats = [stack.enter_context(chat_socket(server)) for _ in range(30)]
        assert len({chat.number for chat in chats}) == 30


def texts(chat, count):
    received = []
    while len(received) < count:
        received.append(text_of(chat.expect("TEXT")))
    return received
