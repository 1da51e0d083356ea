"""The stream dialect: what a feed says about a client's topics comes through its socket."""

import json
import threading
from contextlib import ExitStack

import pytest

from harness.server import PATIENCE_S
from harness.sockets import close_code, open_socket

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
        rust = stack.enter_context(open_socket(server, register(server, topic="SWIFT rust")))
        for _ in range(3):
            item = receive(both)
            text = item["data"]["text"].lower()
            assert tags(item) and all(tag in text for tag in tags(item))
            assert item["feed"]
        item = receive(rust)
        assert tags(item) == ["SWIFT rust"]
        assert {"swift", "rust"} <= set(item["data"]["text"].lower().replace("#", "").split())
        assert server.request("DELETE", path.replace("/ws/", "/register/")).status == 200
        assert close_code(both) == 1000


def test_topics_may_change_at_any_time(start):
    server = start("--store", "memory", "--demo")
    with open_socket(server, register(server, topic="nothing at all")) as client:
        for topic in ("coffee", "dogs"):
            client.send(json.dumps({"topics": [topic]}))
            while tags(receive(client)) != [topic]:
                pass


def test_publishing_goes_on_beside_feeds(start):
    """/publish brings its text as it is, whatever feeds do."""
    server = start("--store", "memory", "--demo", "--threads", "2")
    with open_socket(server, register(server, topic="cats")) as client:
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
