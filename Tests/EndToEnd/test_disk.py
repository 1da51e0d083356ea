"""A disk that is full, or nearly: what was said is kept, the search gives way, and all is well again by itself."""

import signal

import pytest

from harness.chat import make_user
from harness.machine import as_root, ask, fill, figure, free_bytes, free_port, small_disk, until
from harness.native import PASSWORD, QUICK
from harness.server import run
from test_ready import ready

pytestmark = as_root


@pytest.fixture
def disk(tmp_path):
    """20 MB, of which the filler is not the server's."""
    with small_disk(tmp_path / "disk", 20) as path:
        yield path


class Talk:
    """Somebody who talks to themselves, and searches what they have said."""

    def __init__(self, server):
        self.server = server
        account = {"username": "ada", "password": PASSWORD}
        answer = server.post("/v1/auth/register", account)
        if answer.status != 201:
            answer = server.post("/v1/auth/login", account)
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    def make_room(self):
        made = self.server.post(
            "/v1/rooms", {"kind": "group", "name": "notes", "visibility": "private"}, headers=self.headers)
        assert made.status == 201, made.body
        return made.json()["room"]["id"]

    def say(self, room, number, text):
        path = f"/v1/rooms/{room}/messages/00000000-0000-7000-8000-{number:012}"
        return self.server.request("PUT", path, {"text": text}, self.headers).status

    def find(self, word):
        """How many messages have the word; None where nothing can be searched."""
        answer = self.server.get(f"/v1/search?q={word}&limit=100", headers=self.headers)
        return len(answer.json()["results"]) if answer.status == 200 else None


def fill_search(talk, room, count=200):
    """Says enough for the index to be some hundred kilobytes."""
    for number in range(1, count + 1):
        words = " ".join(f"w{number * 1_000 + index}" for index in range(300))
        assert talk.say(room, number, f"needle {words}") == 201
    until(lambda: talk.find("needle") == 100, "it is indexed")


def serve(start, disk, *arguments):
    port = free_port()
    return start("--admin-listen", f"127.0.0.1:{port}", *QUICK, *arguments, data=disk / "data"), port


def test_the_index_gives_way_while_it_runs(start, disk):
    server, port = serve(start, disk)
    talk = Talk(server)
    room = talk.make_room()
    fill_search(talk, room)
    search = server.data / "search.db"
    until(lambda: figure(ask(port, "/metrics").body, "chat_search_bytes") > 100_000, "the index has a size")
    # Less than a twentieth, and then some.
    fill(disk / "filler", leaving=900_000)
    server.wait_for_line(r"warning: search\.paused reason=\"disk\"")
    assert not search.exists()
    assert talk.find("needle") is None
    # What it took is there for what is said.
    for number in range(1_000, 1_020):
        assert talk.say(room, number, "needle again") == 201
    assert ready(port) in ([], ["disk"])
    assert figure(ask(port, "/metrics").body, "chat_search_bytes") == 0
    (disk / "filler").unlink()
    server.wait_for_line(r"info: search\.resumed")
    until(lambda: talk.find("again") == 20, "it is indexed anew")
    until(lambda: ready(port) == [], "it is ready")
    assert server.stop() == 0


def test_a_full_disk_is_said_once_and_survived(start, disk):
    server, port = serve(start, disk, "--set", "sign_in_failures=100000")
    talk = Talk(server)
    room = talk.make_room()
    for number in range(1, 50):
        assert talk.say(room, number, "before") == 201
    fill(disk / "filler")
    # Whatever room is left in the file is used up first.
    number = 1_000
    while (status := talk.say(room, number, "x" * 10_000)) == 201:
        fill(disk / "filler")
        number += 1
    assert status == 503
    answers = [talk.say(room, number, "x" * 10_000) for number in range(2_000, 2_300)]
    assert set(answers) == {503}
    line = server.wait_for_line(r"error: store\.failed changes=\"\d+\" error=")
    assert "The disk is full" in line and str(server.data / "chat.db") in line
    until(lambda: {"disk", "commits"} <= set(ready(port)), "it is not ready")
    assert figure(ask(port, "/metrics").body, "chat_commit_failures_total") >= 300
    assert server.get("/health").status == 200
    # What is stored can still be read.
    newest = server.get(f"/v1/rooms/{room}/messages?limit=1", headers=talk.headers)
    assert newest.status == 200
    (disk / "filler").unlink()
    # Nobody writes: it finds out by itself.
    until(lambda: ready(port) == [], "it is ready")
    assert talk.say(room, 3_000, "after") == 201
    assert [sum(f"store.{what}" in line for line in server.lines) for what in ("failed", "recovered")] == [1, 1]
    assert server.stop() == 0
    # All that was acknowledged is there.
    server, _ = serve(start, disk)
    talk = Talk(server)
    until(lambda: talk.find("before") == 49 and talk.find("after") == 1, "it is found")


def test_a_full_disk_is_no_reason_not_to_start(start, disk):
    server, _ = serve(start, disk)
    talk = Talk(server)
    room = talk.make_room()
    fill_search(talk, room)
    assert server.stop() == 0
    size = (server.data / "search.db").stat().st_size
    fill(disk / "filler")
    assert free_bytes(disk) == 0
    server, port = serve(start, disk)
    assert not (server.data / "search.db").exists()
    assert free_bytes(disk) > size // 3
    talk = Talk(server)
    assert talk.say(room, 10_000, "written on a full disk") == 201
    assert talk.find("needle") is None
    (disk / "filler").unlink()
    server.wait_for_line(r"info: search\.resumed")
    until(lambda: talk.find("full") == 1 and talk.find("needle") == 100, "it is indexed anew")
    assert ready(port) == []


def test_a_start_that_fails_names_the_file(disk):
    (disk / "data").mkdir()
    fill(disk / "filler")
    failed = run("serve", "--listen", "127.0.0.1:0", "--data", disk / "data")
    assert failed.returncode == 1
    assert str(disk / "data") in failed.stderr and len(failed.stderr.splitlines()) <= 3


def test_little_room_can_be_allowed(start, disk):
    fill(disk / "filler", leaving=900_000)
    server, port = serve(start, disk, "--set", "disk_free_min=0")
    make_user(server)
    assert ready(port) == []
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    fill(disk / "filler", leaving=600_000)
    _, port = serve(start, disk, "--set", "disk_free_min=700000")
    until(lambda: ready(port) == ["disk"], "too little is left")
