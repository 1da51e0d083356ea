"""What was received is there after a restart, however the server ended."""

import signal
import threading
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from harness.chat import history, make_room, make_user, pair
from harness.sockets import chat_socket, text_of

pytestmark = pytest.mark.threads


def test_a_restart_keeps_everything(start):
    server = start()
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        for text in ("one", "two", "three"):
            a.say(text, room)
        b.texts_until("three")
    before = [server.get(path).json() for path in ("/users", "/rooms", f"/conversations/{room}")]
    assert server.stop() == 0

    server = start()
    assert [server.get(path).json() for path in ("/users", "/rooms", f"/conversations/{room}")] == before
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        b.say("four", room)
        assert text_of(a.expect("TEXT")) == "four"
    assert history(server, room) == ["one", "two", "three", "four"]


def test_changes_survive_a_kill(start):
    server = start()
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben", phone="7")
    room, gone = make_room(server, ada, ben), make_room(server, ada)
    with chat_socket(server, ada["id"], room) as a, chat_socket(server, ben["id"], room) as b:
        for text in ("first", "second", "third"):
            a.say(text, room)
        b.texts_until("third")
    first, second, third = server.get(f"/conversations/{room}").json()
    assert server.request("PATCH", f"/conversations/{room}/{first['id']}", {"content": "edited"}).status == 200
    assert server.request("DELETE", f"/conversations/{room}/{second['id']}").status == 204
    assert server.request("PATCH", f"/users/{ada['id']}", {"username": "Renamed"}).status == 200
    assert server.request("DELETE", f"/users/{ben['id']}").status == 204
    assert server.request("DELETE", f"/rooms/{gone}").status == 204
    server.kill()

    server = start()
    assert history(server, room) == ["edited", "third"]
    assert server.get(f"/users/{ada['id']}").json()["username"] == "Renamed"
    assert server.get("/users/phone/7").status == 404
    assert server.get(f"/conversations/{gone}").status == 404


def test_a_deleted_text_is_gone_from_the_file(start):
    server = start()
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.say("a secret that was said by mistake", room)
        b.expect("TEXT")
    (message,) = server.get(f"/conversations/{room}").json()
    assert server.request("DELETE", f"/conversations/{room}/{message['id']}").status == 204
    assert server.stop() == 0
    assert start().get(f"/conversations/{room}").json() == []


def test_the_memory_store_forgets(start):
    server = start("--store", "memory")
    make_user(server, phone="8")
    assert server.stop() == 0
    assert not list(server.data.glob("chat.db*"))
    assert start("--store", "memory").get("/users/phone/8").status == 404


# So that a conversation's answer has all that was said in it.
WHOLE_HISTORY = ("--set", "history_messages=100000")


class Listener(threading.Thread):
    """Collects what one socket receives, until the connection breaks."""

    def __init__(self, chat, enough, done):
        super().__init__(daemon=True)
        self.chat, self.enough, self.done = chat, enough, done
        self.texts = []

    def run(self):
        try:
            while True:
                frame = self.chat.receive()
                if frame["chat_type"] == "TEXT":
                    self.texts.append(text_of(frame))
                    if len(self.texts) >= self.enough:
                        self.done.set()
        except (ConnectionClosed, TimeoutError, OSError):
            pass


class Speaker(threading.Thread):
    """Says one text after another until the connection breaks, and never waits for an answer."""

    def __init__(self, chat, room, name):
        super().__init__(daemon=True)
        self.chat, self.room, self.speaker = chat, room, name

    def run(self):
        number = 0
        try:
            while number < 4_000:
                self.chat.say(f"{self.speaker}:{number}", self.room)
                number += 1
        except (ConnectionClosed, OSError):
            pass


@pytest.mark.parametrize("threads", [1, 2])
def test_a_kill_in_the_middle_of_writing_loses_nothing_seen(start, threads):
    """Several rounds on one database: what any client received is stored, once, in the order it was received."""
    rounds = []
    for enough in (5, 100, 300, 1_000):
        server = start("--threads", threads, *WHOLE_HISTORY)
        check(server, rounds)
        ada, ben, room = pair(server)
        done = threading.Event()
        with ExitStack() as stack:
            sockets = [
                stack.enter_context(chat_socket(server, user, room)) for user in (ada, ben, ada, ben)]
            listeners = [Listener(chat, enough, done) for chat in sockets]
            speakers = [Speaker(chat, room, name) for name, chat in enumerate(sockets[:3])]
            for thread in [*listeners, *speakers]:
                thread.start()
            assert done.wait(30), server.log
            server.signal(signal.SIGKILL)
            server.wait()
            for thread in [*listeners, *speakers]:
                thread.join(30)
                assert not thread.is_alive()
        assert max(len(listener.texts) for listener in listeners) >= enough
        rounds.append((room, [listener.texts for listener in listeners]))
    check(start(*WHOLE_HISTORY), rounds)


def check(server, rounds):
    for room, seen_by_listener in rounds:
        stored = history(server, room)
        assert len(stored) == len(set(stored)), "a text is stored twice"
        positions = {text: position for position, text in enumerate(stored)}
        for seen in seen_by_listener:
            missing = [text for text in seen if text not in positions]
            assert not missing, f"{len(missing)} texts that were received are not stored"
            assert len(seen) == len(set(seen)), "a text was received twice"
            assert seen == sorted(seen, key=positions.get), "the order differs"
