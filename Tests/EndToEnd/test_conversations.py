"""Threads, pins, what is marked as unread, and the filters of the search: over restarts too."""

import time

import pytest

from harness.native import QUICK, Person
from harness.server import Server


def wait_for(condition):
    """The search index follows by a moment."""
    end = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def test_a_thread_and_what_was_pinned_outlive_a_restart(data):
    with Server(data, *QUICK) as server:
        ada, bob = Person(server), Person(server)
        room = ada.make_room(bob)["id"]
        ada.say(room, "root https://example.org")
        ada.say(room, "beside")
        for thread in (1, 3):
            bob.say(room, "answer", thread=thread)
        ada.put(f"/v1/rooms/{room}/pins/2")
        ada.put(f"/v1/rooms/{room}/markers", {"kind": "read", "seq": 4})
        ada.put(f"/v1/rooms/{room}/markers", {"kind": "unread", "seq": 2})
        bob.put(f"/v1/rooms/{room}/pins/1", status=403)

    with Server(data, *QUICK) as server:
        ada, bob = (Person(server, person.name, sign_up=False) for person in (ada, bob))
        page = ada.get(f"/v1/rooms/{room}/messages?thread=4")["messages"]
        assert [message["seq"] for message in page] == [1, 3, 4]
        assert page[0]["thread_info"] == {"count": 2, "last_seq": 4, "last_ts": page[2]["ts"]}
        (thread,) = ada.get("/v1/threads")["threads"]
        assert (thread["seq"], thread["unread"], thread["following"]) == (1, 2, True)
        # Two answers; what lies between is her own.
        counts = ada.get("/v1/unread")["rooms"][room]
        assert (counts["unread"], counts["read"]) == (2, 1)
        assert [pin["seq"] for pin in bob.get(f"/v1/rooms/{room}/pins")["pins"]] == [2]
        ada.put(f"/v1/rooms/{room}/markers", {"kind": "read", "seq": 1})
        assert ada.get("/v1/unread")["rooms"][room]["unread"] == 0
        assert ada.get("/v1/threads")["threads"][0]["unread"] == 2

        found = wait_for(lambda: bob.get("/v1/search?q=ro*&has=link")["results"])
        assert [result["message"]["seq"] for result in found] == [1]
        time_of = page[0]["ts"]
        assert bob.get(f"/v1/search?q=root&before={time_of}")["results"] == []
        assert bob.get(f"/v1/search?has=link&after=2020-01-01T00:00:00Z")["results"]
        for query in ("q=root&has=file", "q=r*", "q=root&before=yesterday"):
            bob.get(f"/v1/search?{query}", status=422)
