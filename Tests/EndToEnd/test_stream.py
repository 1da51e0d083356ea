"""The stream dialect: what a feed says about a client's topics comes through its socket."""

import contextlib
import json
import threading
import time
from contextlib import ExitStack

import pytest

from harness.server import PATIENCE_S
from harness.sockets import RawSocket, close_code, open_socket
from harness.upstream import Upstream

LOOPS = [1, 3]


def register(server, **body):
    answer = server.post("/register", {"user_id": 1, **body})
    assert answer.status == 200
    return "/ws/" + answer.json()["url"].rsplit("/", 1)[1]


def receive(client):
    return json.loads(client.recv(timeout=PATIENCE_S))


def tags(item):
    return sorted(rule["tag"] for rule in item["matching_rules"])


@pytest.mark.parametrize("loops", LOOPS)
def test_the_demo_feed_reaches_those_who_follow_it(start, loops):
    server = start("--store", "memory", "--demo", "--threads", str(loops))
    with ExitStack() as stack:
        path = register(server, topics=["cats", "dogs", "a word that nobody says"])
        both = stack.enter_context(open_socket(server, path))
        # One item in five, three a second: one that never comes is one in many thousands.
        swift = stack.enter_context(open_socket(server, register(server, topic="SWIFT")))
        for _ in range(3):
            item = receive(both)
            text = item["data"]["text"].lower()
            assert tags(item) and all(tag in text for tag in tags(item))
            assert item["feed"]
        item = receive(swift)
        assert tags(item) == ["SWIFT"]
        assert "swift" in item["data"]["text"].lower().replace("#", "").split()
        assert server.request("DELETE", path.replace("/ws/", "/register/")).status == 200
        assert close_code(both) == 1000


@contextlib.contextmanager
def chatter():
    """An upstream that says one thing after another, each word in turn, until it is not followed any more."""
    def behave(call):
        call.begin_chunks()
        while True:
            for word in ("cats", "coffee", "dogs"):
                call.chunk(json.dumps({"text": word}) + "\n")
            time.sleep(0.01)

    with Upstream(behave) as upstream:
        yield upstream


def test_topics_may_change_at_any_time(start):
    server = start("--store", "memory", "--allow-private-feeds")
    with open_socket(server, register(server, topic="nothing at all")) as client, chatter() as upstream:
        add_feed(server, upstream.url())
        for topic in ("coffee", "dogs"):
            client.send(json.dumps({"topics": [topic]}))
            while tags(receive(client)) != [topic]:
                pass


def test_publishing_goes_on_beside_feeds(start):
    """/publish brings its text as it is, whatever feeds do."""
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "2")
    with open_socket(server, register(server, topic="cats")) as client, chatter() as upstream:
        add_feed(server, upstream.url())
        receive(client)
        assert server.post("/publish", {"topic": "cats", "message": "by hand"}).status == 200
        while client.recv(timeout=PATIENCE_S) != "by hand":
            pass


def test_without_the_dialect_feeds_reach_nobody(start):
    server = start("--store", "memory", "--demo", "--dialect", "relay")
    with open_socket(server, register(server, topics=["cats", "dogs", "swift", "music", "coffee"])) as client:
        # The feed is running: when it has said ten things, some of them would have matched.
        done = threading.Event()
        for _ in range(300):
            feeds = server.get("/v1/feeds")
            if feeds.status != 200 or feeds.json()["feeds"][0]["items"] >= 10:
                break
            done.wait(0.1)
        assert server.post("/publish", {"topic": "cats", "message": "fence"}).status == 200
        assert client.recv(timeout=PATIENCE_S) == "fence"


def add_feed(server, url, **more):
    body = {"name": "upstream", "url": url, "format": "ndjson", **more}
    assert server.post("/v1/feeds", body).status == 201


@pytest.mark.parametrize("loops", LOOPS)
def test_an_upstream_reaches_those_who_track_its_words(start, loops):
    """In the form of the filtered stream, or in another; only what matches, and with what of one's own it matches."""
    lines = [
        {"data": {"id": "1", "text": "nothing of that kind"}, "matching_rules": [{"tag": "not ours"}]},
        {"data": {"id": "2", "text": "Dogs chase #CATS"}, "includes": {"users": [{"username": "ada"}]}},
        {"id": 3, "text": "今日は猫の話", "user": {"screen_name": "ben"}},
        {"id": 4, "text": "no word", "kind": "cats"},
        {"data": {"id": "5", "text": "catsdogs"}},
        {"data": {"id": "6", "text": "cats, at last"}},
    ]

    def behave(call):
        call.begin_chunks()
        for line in lines:
            call.chunk(json.dumps(line) + "\n")
        call.wait_for_end()

    server = start("--store", "memory", "--allow-private-feeds", "--threads", str(loops))
    with ExitStack() as stack:
        topics = ["cats", "cats dogs", "猫", "birds"]
        first = stack.enter_context(open_socket(server, register(server, topics=topics)))
        second = stack.enter_context(open_socket(server, register(server, topics=["Dogs CATS", "last"])))
        upstream = stack.enter_context(Upstream(behave))
        add_feed(server, upstream.url(), topic_field="kind")
        item = receive(first)
        assert tags(item) == ["cats", "cats dogs"]
        assert item == {**lines[1], "feed": "upstream", "matching_rules": item["matching_rules"]}
        assert receive(first) == {
            "data": {"id": "3", "text": "今日は猫の話", "author": "ben"}, "feed": "upstream",
            "matching_rules": [{"tag": "猫"}]}
        item = receive(first)
        assert (item["data"]["id"], item["data"]["topic"], tags(item)) == ("4", "cats", ["cats"])
        assert receive(first)["data"]["id"] == "6"
        assert [(item["data"]["id"], tags(item)) for item in (receive(second), receive(second))] == [
            ("2", ["Dogs CATS"]), ("6", ["last"])]


def test_a_client_that_does_not_read_harms_nobody(start):
    """It misses items; the others get them all, in order, and memory stays."""
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "1")
    filler = "x" * 1_000

    def behave(call):
        call.begin_chunks()
        for number in range(20_000):
            call.chunk(json.dumps({"id": number, "text": f"all {'tenth ' if number % 10 == 0 else ''}{filler}"}) + "\n")
            # As much as may be under way: the reader is to keep up.
            if number % 200 == 199:
                go_on.acquire(timeout=PATIENCE_S)
        call.wait_for_end()

    go_on = threading.Semaphore(2)
    with ExitStack() as stack:
        stuck = stack.enter_context(RawSocket(server, register(server, topic="all"), receive_buffer=4_096))
        reader = stack.enter_context(open_socket(server, register(server, topic="tenth")))
        upstream = stack.enter_context(Upstream(behave))
        add_feed(server, upstream.url())
        resident = []
        for number in range(2_000):
            assert receive(reader)["data"]["id"] == str(10 * number)
            if number % 20 == 0:
                go_on.release()
            if number in (500, 1_999):
                resident.append(server.resident_bytes())
        # What it could not take is not kept for it: 15 MB were said meanwhile.
        assert resident[1] - resident[0] < 4_000_000
        assert stuck.receive()[1].startswith(b'{"data":{"id":"0"')
