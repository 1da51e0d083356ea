"""Backups: made beside the server, checked, and restored so that no client is told that it has missed nothing."""

import contextlib
import hashlib
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import threading

import pytest

from harness.machine import as_root, small_disk, until
from harness.native import QUICK, Person
from harness.server import BINARY, PATIENCE_S, clean_environment, run

OPEN = (*QUICK, "--registration", "open")


@pytest.fixture
def chat(start):
    """A server with two people in a room, and ten messages of theirs."""
    server = start(*OPEN)
    ada, ben = Person(server), Person(server)
    room = ada.make_room(ben)["id"]
    for number in range(10):
        ada.say(room, f"before {number}")
    return server, ada, ben, room


def done(*arguments):
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(*arguments):
    result = run(*arguments)
    assert result.returncode == 1, result
    assert "Fatal" not in result.stderr
    return result.stderr


def partial_names(directory):
    return [name for name in os.listdir(directory) if "partial" in name]


# MARK: What clients remember


@pytest.mark.parametrize("running", [True, False], ids=["beside a server", "without one"])
def test_nobody_is_told_of_a_history_that_is_no_more(chat, start, tmp_path, running):
    """Ten messages, backup, twenty more, restore, twenty-five others: offsets up to 36 were given out twice."""
    server, ada, ben, room = chat
    if not running:
        assert server.stop() == 0
    assert "backed up" in done("backup", tmp_path / "saved", "--data", server.data)
    if not running:
        server = start(*OPEN)
        ada, ben = ada.on(server), ben.on(server)
    with ben.socket(rooms=[room]) as b:
        for number in range(20):
            ada.say(room, f"lost {number}")
        place = [b.expect_event("message.created") for _ in range(20)][-1]
    mine = ben.get("/v1/users/me")
    with ben.socket() as b:
        me = b.welcome["streams"]["me"]
    assert server.stop() == 0

    assert "restored" in done("restore", tmp_path / "saved", "--data", tmp_path / "new")
    assert "ok: " in done("verify", "--data", tmp_path / "new")
    server = start(*OPEN, data=tmp_path / "new")
    ada, ben = ada.on(server), ben.on(server)
    assert ben.get("/v1/users/me") == mine
    for number in range(25):
        ada.say(room, f"after {number}")
    head = ada.get(f"/v1/rooms/{room}")["room"]
    assert head["offset"] > place["offset"] and head["epoch"] != place["epoch"]

    resume = {
        room: {"epoch": place["epoch"], "offset": place["offset"]}, "me": {"epoch": me["epoch"], "offset": me["offset"]}}
    with ben.socket(resume=resume) as b:
        stream = b.welcome["streams"][room]
        assert stream["recovered"] is False and stream["offset"] == head["offset"]
        assert b.welcome["streams"]["me"]["recovered"] is False
        assert b.welcome["streams"]["me"]["epoch"] != me["epoch"]
        b.nothing_of(type="event")
    answer = ben.request("GET", f"/v1/rooms/{room}/events?epoch={place['epoch']}&after={place['offset']}")
    assert answer.status == 410
    expected = [f"before {number}" for number in range(10)] + [f"after {number}" for number in range(25)]
    assert sorted(ben.texts(room)) == sorted(expected)
    # The search index is made again.
    until(lambda: len(ben.get(f"/v1/search?q=before&room={room}")["results"]) == 10, "what was said is found")


def test_what_one_remembers_of_the_restored_server_counts(chat, start, tmp_path):
    server, ada, ben, room = chat
    done("backup", tmp_path / "saved", "--data", server.data)
    assert server.stop() == 0
    done("restore", tmp_path / "saved", "--data", tmp_path / "new")
    server = start(*OPEN, data=tmp_path / "new")
    ada, ben = ada.on(server), ben.on(server)
    head = ada.get(f"/v1/rooms/{room}")["room"]
    ada.say(room, "after")
    with ben.socket(resume={room: {"epoch": head["epoch"], "offset": head["offset"]}}) as b:
        assert b.welcome["streams"][room]["recovered"] is True
        assert b.expect_event("message.created")["message"]["text"] == "after"


# MARK: Making one


def test_a_backup_is_whole_while_others_write(chat, tmp_path):
    server, ada, ben, room = chat
    done("key", "add", "--feeds", "--data", server.data)
    (server.data / "config.toml").write_text("threads = 2\n")
    (server.data / "files" / "ab").mkdir(parents=True)
    (server.data / "files" / "ab" / "picture").write_bytes(os.urandom(3 << 20))
    stop = threading.Event()
    said = []

    def talk():
        with ada.socket() as a:
            while not stop.is_set():
                a.say(room, f"text {len(said)}")
                said.append(len(said))

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        until(lambda: len(said) >= 20, "somebody talks")
        done("backup", tmp_path / "saved", "--data", server.data)
        after = len(said)
        until(lambda: len(said) >= after + 20, "nobody is held up")
    finally:
        stop.set()
        talker.join()
    names = sorted(str(path.relative_to(tmp_path / "saved")) for path in (tmp_path / "saved").rglob("*") if path.is_file())
    assert names == ["chat.db", "config.toml", "files/ab/picture", "instance", "keys.json", "manifest.json"]
    manifest = json.loads((tmp_path / "saved" / "manifest.json").read_text())
    assert manifest["version"] in run("--version").stdout
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", manifest["created_at"])
    assert {file["path"] for file in manifest["files"]} == set(names) - {"manifest.json"}
    for file in manifest["files"]:
        content = (tmp_path / "saved" / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o700
    assert "ok: " in done("verify", "--backup", tmp_path / "saved")
    # Looking at it has left nothing behind.
    assert len(list((tmp_path / "saved").iterdir())) == 6
    with contextlib.closing(sqlite3.connect(tmp_path / "saved" / "chat.db")) as database:
        count = database.execute("SELECT count(*) FROM log WHERE kind = 1").fetchone()[0]
    assert 30 <= count <= 10 + len(said)
    done("restore", tmp_path / "saved", "--data", tmp_path / "new")
    assert (tmp_path / "new" / "files" / "ab" / "picture").read_bytes() == (
        server.data / "files" / "ab" / "picture").read_bytes()
    assert not (tmp_path / "new" / "restoring").exists()


def test_nothing_is_written_over(chat, tmp_path):
    server, *_ = chat
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis").write_text("years of work")
    assert "already" in refused("backup", tmp_path / "taken", "--data", server.data)
    done("backup", tmp_path / "saved", "--data", server.data)
    assert "already" in refused("backup", tmp_path / "saved", "--data", server.data)
    assert "empty" in refused("restore", tmp_path / "saved", "--data", tmp_path / "taken")
    assert "empty" in refused("restore", tmp_path / "saved", "--data", server.data)
    assert os.listdir(tmp_path / "taken") == ["thesis"]
    assert sorted(os.listdir(tmp_path)) == ["data", "saved", "taken"]


def test_empty_directories_will_do(chat, tmp_path):
    server, *_ = chat
    for name in ("saved", "new"):
        (tmp_path / name).mkdir()
    done("backup", tmp_path / "saved", "--data", server.data)
    done("restore", str(tmp_path / "saved") + "/", "--data", str(tmp_path / "new") + "/")
    assert "ok: " in done("verify", "--data", tmp_path / "new")


@pytest.mark.parametrize("command", [["backup", "saved"], ["verify"]], ids=" ".join)
def test_what_is_not_there_is_not_made(tmp_path, command):
    arguments = [command[0], *(tmp_path / name for name in command[1:])]
    assert "typo" in refused(*arguments, "--data", tmp_path / "typo")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [["backup"], ["restore"], ["backup", "a", "b"], ["verify", "x"], ["verify", "--data", "a", "--backup", "b"],
     ["backup", "a", "--data", "b", "--data", "c"], ["restore", "a", "--dta", "b"]],
    ids=" ".join)
def test_wrong_words(arguments):
    assert run(*arguments).returncode == 64


@as_root
def test_what_is_broken_off_does_not_look_whole(chat, tmp_path):
    server, *_ = chat
    (server.data / "files").mkdir()
    (server.data / "files" / "large").write_bytes(os.urandom(8 << 20))
    with small_disk(tmp_path / "disk", 6) as disk:
        assert "room" in refused("backup", disk / "saved", "--data", server.data)
        assert os.listdir(disk) == []
    # Ended in its middle, as by a loss of power.
    arguments = ["backup", str(tmp_path / "saved"), "--data", str(server.data)]
    ended = subprocess.run(
        ["prlimit", f"--fsize={1 << 20}", "--core=0", BINARY, *arguments], env=clean_environment(), timeout=PATIENCE_S)
    assert ended.returncode == -signal.SIGXFSZ
    assert partial_names(tmp_path) == ["saved.partial"] and not (tmp_path / "saved").exists()
    # The next one is not hindered by what is left.
    done(*arguments)
    assert partial_names(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whoever_stops_it_finds_nothing_left(chat, tmp_path, number):
    server, *_ = chat

    def stop():
        """The signal is there before anything is done."""
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
        os.kill(os.getpid(), number)

    stopped = subprocess.run(
        [BINARY, "backup", str(tmp_path / "saved"), "--data", str(server.data)], env=clean_environment(),
        preexec_fn=stop, capture_output=True, text=True, timeout=PATIENCE_S)
    assert stopped.returncode == 1 and "stopped" in stopped.stderr
    assert os.listdir(tmp_path) == ["data"]


def test_a_terminal_shows_how_far_it_is(chat, tmp_path):
    server, *_ = chat
    main, other = pty.openpty()
    with open(main, "rb", buffering=0) as shown:
        made = subprocess.run(
            [BINARY, "backup", str(tmp_path / "saved"), "--data", str(server.data)], env=clean_environment(),
            stdout=subprocess.PIPE, stderr=other, text=True, timeout=PATIENCE_S)
        assert made.returncode == 0
        text = shown.read(4096).decode()
    os.close(other)
    assert re.search(r"\r[#.]+ \d+ % database", text) and text.endswith("\r\x1b[K")


@as_root
def test_what_root_makes_belongs_to_the_owner_of_the_directory(chat, tmp_path):
    server, *_ = chat
    (tmp_path / "backups").mkdir()
    os.chown(tmp_path / "backups", 1234, 1235)
    (server.data / "files").mkdir()
    (server.data / "files" / "one").write_text("1")
    done("backup", tmp_path / "backups" / "saved", "--data", server.data)
    (tmp_path / "new").mkdir()
    os.chown(tmp_path / "new", 2234, 2235)
    done("restore", tmp_path / "backups" / "saved", "--data", tmp_path / "new")
    for top, owner in ((tmp_path / "backups", (1234, 1235)), (tmp_path / "new", (2234, 2235))):
        paths = [top, *top.rglob("*")]
        assert len(paths) >= 6
        assert {(path.stat().st_uid, path.stat().st_gid) for path in paths} == {owner}, paths


# MARK: Damage


def damage(path, at, content=b"\xff" * 64):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(content)


@pytest.mark.parametrize("what", ["a byte", "a file", "the manifest", "a path", "newer"])
def test_a_damaged_backup_is_not_restored(chat, tmp_path, what):
    server, *_ = chat
    saved = tmp_path / "saved"
    done("backup", saved, "--data", server.data)
    manifest = json.loads((saved / "manifest.json").read_text())
    match what:
        case "a byte":
            damage(saved / "chat.db", 8_192)
        case "a file":
            (saved / "instance").unlink()
        case "the manifest":
            (saved / "manifest.json").write_text('{"format": 1')
        case "a path":
            manifest["files"].append({"path": "../escaped", "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()})
            (saved / "manifest.json").write_text(json.dumps(manifest))
            (tmp_path / "escaped").write_text("")
        case "newer":
            manifest["schema"] = 99
            (saved / "manifest.json").write_text(json.dumps(manifest))
    assert refused("restore", saved, "--data", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    if what != "newer":
        assert refused("verify", "--backup", saved)


def test_a_restore_that_was_broken_off_is_nobodys_data(chat, tmp_path):
    server, *_ = chat
    assert server.stop() == 0
    (server.data / "restoring").write_text("")
    for command in (["serve", "--listen", "127.0.0.1:0"], ["user", "list"], ["backup", tmp_path / "saved"], ["verify"]):
        assert "restore" in refused(*command, "--data", server.data)


@pytest.mark.parametrize(
    "change, word",
    [("DELETE FROM room_index WHERE offset = 5", "index of rooms"), ("DELETE FROM key_index", "index of keys"),
     ("DELETE FROM log WHERE offset = 7", "log"), ("UPDATE log SET seq = seq + 1 WHERE offset = 9", "log"),
     ("DELETE FROM rooms", "no room"), (None, "malformed")])
def test_damage_is_found(chat, change, word):
    server, *_ = chat
    assert server.stop() == 0
    assert "ok: " in done("verify", "--data", server.data)
    database = server.data / "chat.db"
    if change is None:
        damage(database, 100, b"\xff" * (database.stat().st_size - 100))
    else:
        with contextlib.closing(sqlite3.connect(database)) as connection, connection:
            connection.execute(change)
    assert word in refused("verify", "--data", server.data)


def test_data_are_verified_beside_the_server(chat, tmp_path):
    server, ada, ben, room = chat
    for number in range(50):
        ada.say(room, f"text {number}")
    doomed = ada.make_room(ben)["id"]
    ada.say(doomed, "soon gone")
    ada.delete(f"/v1/rooms/{doomed}")
    assert "ok: " in done("verify", "--data", server.data)
    assert server.stop() == 0
    assert "ok: " in done("verify", "--data", server.data)


# MARK: By itself


def names(directory):
    return sorted(path.name for path in directory.iterdir() if (path / "manifest.json").exists())


def test_backups_are_made_by_themselves(start, tmp_path):
    server = start(*OPEN, "--every", "1s", "--keep", "2")
    ada = Person(server)
    room = ada.make_room()["id"]
    ada.say(room, "kept")
    saved = server.data / "backups"
    line = server.wait_for_line("backup.made")
    first = re.search(r'path="([^"]+)"', line).group(1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", os.path.basename(first))
    until(lambda: saved.is_dir() and len(names(saved)) == 2 and not os.path.exists(first), "the oldest is removed")
    assert server.stop() == 0
    assert "failed" not in server.log
    kept = names(saved)
    assert len(kept) == 2
    # Backups are in no backup.
    assert not (saved / kept[-1] / "backups").exists()
    done("verify", "--backup", saved / kept[-1])
    done("restore", saved / kept[-1], "--data", tmp_path / "new")
    restored = start(*OPEN, data=tmp_path / "new")
    assert ada.on(restored).texts(room) == ["kept"]


def test_what_a_start_finds_counts(start, tmp_path):
    """A backup is due so long after the newest, however often the server was started since; what was broken off goes."""
    saved = tmp_path / "saved"
    flags = (*OPEN, "--every", "1h", "--backup-dir", saved)
    server = start(*flags)
    server.wait_for_line("backup.made")
    assert server.stop() == 0
    whole = names(saved)
    assert len(whole) == 1
    (saved / "2020-01-01T00-00-00Z.partial").mkdir()
    (saved / "2020-01-01T00-00-00Z.partial" / "chat.db").write_bytes(b"half")
    (saved / "mine.partial").mkdir()
    server = start(*flags)
    until(lambda: not (saved / "2020-01-01T00-00-00Z.partial").exists(), "what was broken off is removed")
    assert server.stop() == 0
    assert "backup.made" not in server.log
    assert names(saved) == whole and (saved / "mine.partial").exists()


def test_a_backup_that_fails_is_told_of(start, tmp_path):
    saved = tmp_path / "saved"
    # All but what a whole disk has is to stay free.
    server = start(*OPEN, "--every", "1h", "--backup-dir", saved, "--set", f"disk_free_min={1 << 60}")
    line = server.wait_for_line("backup.failed")
    assert "error: backup.failed" in line and "room" in line
    assert os.listdir(saved) == []


@pytest.mark.parametrize(
    "flags",
    [["--every", "soon"], ["--every", "0s"], ["--every", "32d"], ["--every", "6h", "--keep", "0"], ["--keep", "3"],
     ["--backup-dir", "x"], ["--every", "6h", "--store", "memory"], ["--every", "6h", "--every", "7h"]],
    ids=" ".join)
def test_wrong_words_for_backups_by_themselves(tmp_path, flags):
    assert run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "data", *flags).returncode == 64
    assert os.listdir(tmp_path) == []
