"""The socket of the chat-app dialect."""

from contextlib import ExitStack

import pytest

from harness.chat import history, make_room, make_user, pair
from harness.sockets import RawSocket, chat_socket, close_code, open_socket, text_of

pytestmark = pytest.mark.threads

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def server(start):
    """A server of the test's own: who comes and goes is told to all."""
    return start("--store", "memory", "--set", "presence_grace_ms=1000")


def test_a_socket_is_told_its_number(server):
    with chat_socket(server) as first, chat_socket(server) as second:
        numbers = [first.number, second.number]
        assert all(isinstance(number, str) and 0 < int(number) < 2**53 for number in numbers)
        assert numbers[0] != numbers[1]
        # The first one hears of the second.
        assert first.expect("CONNECT")["value"] == [second.number]


def test_a_text_goes_to_everybody_else(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.say("Hello, Ben", room)
        frame = b.expect("TEXT")
        assert frame == {
            "chat_type": "TEXT", "value": ["Hello, Ben"], "room_id": room, "user_id": ada, "id": int(a.number)}
        # What is visible is stored.
        assert history(server, room) == ["Hello, Ben"]
        b.say("Hello, Ada", room)
        # The first text that the sender sees is not its own.
        assert text_of(a.expect("TEXT")) == "Hello, Ada"


def test_a_text_in_pieces_is_joined(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.send("TEXT", ["one, ", "two, ", "three"], room)
        assert text_of(b.expect("TEXT")) == "one, two, three"
        assert history(server, room) == ["one, two, three"]


@pytest.mark.parametrize("text", ['"\\/\b\f\n\r\t', "žluťoučký 🐎 漢字", "\u2028<script>", " " * 100, "x" * 16_000])
def test_a_text_comes_as_it_was_sent(server, text):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.say(text, room)
        assert text_of(b.expect("TEXT")) == text
        assert history(server, room) == [text]


def test_texts_keep_their_order(server):
    ada, ben, room = pair(server)
    texts = [f"text {number}" for number in range(500)]
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        for text in texts:
            a.say(text, room)
        assert b.texts_until(texts[-1]) == texts
    assert history(server, room) == texts


def test_typing_goes_to_everybody_else(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada) as a, chat_socket(server, ben, room) as b:
        a.type("IN", room)
        frame = b.expect("TYPING", ["IN"])
        assert (frame["room_id"], frame["user_id"]) == (room, ada)
        a.type("OUT", room)
        assert b.expect("TYPING", ["OUT"])["user_id"] == ada
        b.type("IN", room)
        # Its own did not come back.
        assert a.expect("TYPING")["user_id"] == ben
    assert history(server, room) == []


def test_typing_ends_with_the_socket(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ben, room) as b:
        with chat_socket(server, ada) as a:
            a.type("IN", room)
            b.expect("TYPING", ["IN"])
        assert b.expect("TYPING", ["OUT"])["user_id"] == ada


def test_rooms_do_not_leak(server):
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    carl, dora = make_user(server, "Carl"), make_user(server, "Dora")
    here, there = make_room(server, ada, ben), make_room(server, carl, dora)
    with (chat_socket(server, ada["id"], here) as a, chat_socket(server, ben["id"], here) as b,
          chat_socket(server, carl["id"], there) as c, chat_socket(server, dora["id"], there) as d,
          chat_socket(server) as silent):
        # Until it takes part somewhere, a socket gets everything: what the other one hears of it says that it does.
        for one, other, room in (b, a, here), (d, c, there):
            one.type("IN", room)
            other.expect("TYPING", ["IN"])
        a.say("here", here)
        b.texts_until("here")
        c.say("there", there)
        assert d.texts_until("there") == ["there"]
        c.type("IN", there)
        a.say("here again", here)
        frames = b.collect(lambda frame: frame["chat_type"] == "TEXT")
        assert [text_of(frame) for frame in frames if frame["chat_type"] == "TEXT"] == ["here again"]
        assert there not in [frame.get("room_id") for frame in frames]
        # One that has never named a room gets everything, as the tutorial's client expects.
        assert silent.texts_until("here again") == ["here", "there", "here again"]


def test_a_socket_takes_part_in_all_rooms_of_its_user(server):
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    one, two = make_room(server, ada, ben), make_room(server, ada, ben)
    with chat_socket(server, ada["id"], one) as a, chat_socket(server, ben["id"], two) as b:
        b.say("in two", two)
        assert a.texts_until("in two") == ["in two"]


@pytest.mark.parametrize("field", ["room", "user"])
def test_a_text_of_nobody_or_to_nowhere_is_ignored(server, field):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        if field == "room":
            a.say("lost", UNKNOWN)
        else:
            a.say("lost", room, user=UNKNOWN)
        a.say("found", room)
        assert b.texts_until("found") == ["found"]
    assert history(server, room) == ["found"]


def test_a_text_makes_its_author_a_participant(server):
    ada, ben, room = pair(server)
    carl = make_user(server, "Carl")
    with chat_socket(server, carl["id"]) as c, chat_socket(server, ada, room) as a:
        c.say("May I?", room)
        assert a.expect("TEXT")["user_id"] == carl["id"]
    entry = next(entry for entry in server.get("/rooms").json() if entry["room"]["id"] == room)
    assert carl in entry["users"]
    assert entry["room"]["participant_ids"].split(",") == [ada, ben, carl["id"]]


@pytest.mark.parametrize(
    "text",
    ["", "hello", "{", "[]", "null", "{}", '{"chat_type":"TEXT"}', '{"chat_type":"SHOUT","value":["x"]}',
     '{"chat_type":"TEXT","value":"x","room_id":"ROOM","user_id":"USER","id":0}',
     '{"chat_type":"TEXT","value":[1],"room_id":"ROOM","user_id":"USER","id":0}',
     '{"chat_type":"TEXT","value":["x"],"room_id":7,"user_id":"USER","id":0}',
     '{"chat_type":"TEXT","value":["x"],"room_id":"ROOM","id":0}',
     '{"chat_type":"TEXT","value":["\\ud800"],"room_id":"ROOM","user_id":"USER","id":0}',
     '{"chat_type":"TEXT","value":["a\\u0000b"],"room_id":"ROOM","user_id":"USER","id":0}',
     '{"chat_type":"TEXT","value":["x"],"room_id":"ROOM","user_id":"USER","id":0} trailing', "[" * 5_000],
    ids=lambda text: repr(text[:60]))
def test_what_is_not_understood_changes_nothing(server, text):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.client.send(text.replace("ROOM", room).replace("USER", ada))
        a.say("after", room)
        assert b.texts_until("after") == ["after"]
    assert history(server, room) == ["after"]


def test_a_text_that_is_too_long_ends_the_connection(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.say("x" * 16_385, room)
        assert close_code(a.client) == 1009
        b.expect("DISCONNECT")
    assert history(server, room) == []


def test_binary_changes_nothing(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        a.client.send(b"\x00\xff")
        a.say("after", room)
        assert b.texts_until("after") == ["after"]


def test_all_hear_of_a_disconnect(server):
    with chat_socket(server) as stays:
        with chat_socket(server):
            stays.expect("CONNECT")
        frame = stays.expect("DISCONNECT")
        assert frame["value"] == ["Someone disconnect!"]
        assert isinstance(frame["room"], str)


def test_status_follows_the_sockets_of_a_user(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ben, room) as b:
        with chat_socket(server, ada, room):
            frame = b.expect("STATUS", ["ONLINE"])
            assert (frame["user_id"], frame["room_id"]) == (ada, room)
        frame = b.expect("STATUS", ["OFFLINE"])
        assert (frame["user_id"], frame["room_id"]) == (ada, room)


def test_status_comes_for_each_room(server):
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    rooms = {make_room(server, ada, ben), make_room(server, ada, ben)}
    with chat_socket(server, ben["id"], min(rooms)) as b, chat_socket(server, ada["id"], max(rooms)):
        assert {b.expect("STATUS", ["ONLINE"])["room_id"] for _ in rooms} == rooms


def test_a_newcomer_learns_who_is_online(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada, room), chat_socket(server, ben, room) as b:
        frame = b.expect("STATUS", ["ONLINE"])
        assert frame["user_id"] in (ada, ben)


def test_a_user_with_two_sockets_is_online_until_the_last(server):
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    carl = make_user(server, "Carl")
    room = make_room(server, ada, ben, carl)
    with chat_socket(server, ben["id"], room) as b, chat_socket(server, ada["id"], room):
        b.expect("STATUS", ["ONLINE"])
        with chat_socket(server, ada["id"], room) as second:
            second.type("IN", room)
            b.expect("TYPING", ["IN"])
        with chat_socket(server, carl["id"], room):
            b.expect("STATUS", ["ONLINE"])
        # Carl's grace began later than Ada's would have.
        assert b.expect("STATUS", ["OFFLINE"])["user_id"] == carl["id"]


def test_a_reconnect_within_the_grace_is_not_noticed(server):
    ada, ben = make_user(server, "Ada"), make_user(server, "Ben")
    carl = make_user(server, "Carl")
    room = make_room(server, ada, ben, carl)
    with chat_socket(server, ben["id"], room) as b:
        with chat_socket(server, ada["id"], room):
            assert b.expect("STATUS", ["ONLINE"])["user_id"] == ada["id"]
        with chat_socket(server, ada["id"], room):
            with chat_socket(server, carl["id"], room):
                assert b.expect("STATUS", ["ONLINE"])["user_id"] == carl["id"]
            frames = b.collect(lambda frame: frame["chat_type"] == "STATUS" and frame["value"] == ["OFFLINE"])
            assert frames[-1]["user_id"] == carl["id"]


def test_a_clients_own_status_goes_to_its_room(server):
    ada, ben, room = pair(server)
    with chat_socket(server, ada) as a, chat_socket(server, ben, room) as b:
        a.send("STATUS", ["OFFLINE"], room)
        frame = b.expect("STATUS", ["OFFLINE"])
        assert (frame["user_id"], frame["room_id"]) == (ada, room)


def test_beyond_a_hundred_sockets_only_the_newcomer_is_told(start):
    # Of its own, so that nobody else comes and goes, nor is cut off for answering no ping.
    server = start("--store", "memory", "--threads", 2, "--set", "ping_interval_ms=600000", "--set", "silence_ms=1200000")
    ada, ben, room = pair(server)
    with chat_socket(server) as first, ExitStack() as stack:
        for _ in range(98):
            stack.enter_context(RawSocket(server, "/ws"))
            # They are counted on one loop, whichever theirs is.
            first.expect("CONNECT")
        with chat_socket(server, ada, room) as hundredth:
            assert first.expect("CONNECT")["value"] == [hundredth.number]
            with chat_socket(server, ben, room) as beyond:
                assert int(beyond.number) > 0
                beyond.say("the next frame", room)
                frames = hundredth.collect(lambda frame: frame["chat_type"] == "TEXT")
                assert [frame["value"] for frame in frames if frame["chat_type"] == "CONNECT"] == []


@pytest.mark.parametrize("origin", [None, "http://localhost:3000", "http://localhost:8080", "SELF"])
def test_origins_that_may_connect(server, origin):
    if origin == "SELF":
        origin = f"http://127.0.0.1:{server.port}"
    with chat_socket(server, origin=origin) as chat:
        assert chat.number


@pytest.mark.parametrize("origin", ["http://example.org", "http://localhost:3001", "null", "http://127.0.0.1:1"])
def test_origins_that_may_not(server, origin):
    with pytest.raises(Exception, match="403"):
        with open_socket(server, "/ws", origin=origin):
            pass
