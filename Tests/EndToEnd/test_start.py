"""Starts that fail: one sentence, a non-zero exit code, at once."""

import contextlib
import sqlite3

import pytest

from harness.chat import make_user
from harness.server import run


def serve(*arguments):
    result = run("serve", "--listen", "127.0.0.1:0", *arguments)
    assert result.returncode not in (0, 64)
    assert result.returncode > 0, f"ended by signal {-result.returncode}: {result.stderr}"
    assert "Fatal" not in result.stderr and "Stack dump" not in result.stderr
    assert "listening on" not in result.stderr
    assert 0 < len(result.stderr.strip().splitlines()) <= 3
    return result.stderr


@pytest.mark.parametrize("threads", ["1", "3"])
def test_the_port_is_in_use(start, tmp_path, threads):
    server = start("--store", "memory", "--threads", threads)
    sentence = serve(
        "--listen", f"127.0.0.1:{server.port}", "--store", "memory", "--data", tmp_path / "other", "--threads", threads)
    assert "in use" in sentence and str(server.port) in sentence
    assert server.get("/health").status == 200


def test_the_address_is_not_ours(tmp_path):
    assert "192.0.2.1" in serve("--listen", "192.0.2.1:0", "--data", tmp_path)


def test_the_name_does_not_exist(tmp_path):
    assert "no.such.name.invalid" in serve("--listen", "no.such.name.invalid:0", "--data", tmp_path)


@pytest.mark.parametrize("place", ["a file", "under a file", "under /proc"])
def test_the_directory_cannot_be_written(tmp_path, place):
    file = tmp_path / "file"
    file.write_text("")
    path = {"a file": file, "under a file": file / "data", "under /proc": "/proc/data"}[place]
    assert str(path) in serve("--data", path)


def test_the_directory_is_made(start, tmp_path):
    server = start(data=tmp_path / "some" / "where")
    assert (tmp_path / "some" / "where" / "chat.db").exists()
    assert server.get("/health").status == 200


def test_the_directory_is_taken(start):
    server = start()
    make_user(server, phone="1")
    assert str(server.data) in serve("--data", server.data)
    # The first one is not disturbed, and its end frees the directory.
    assert server.get("/users/phone/1").status == 200
    server.kill()
    assert start().get("/users/phone/1").status == 200


def test_the_database_is_of_a_newer_version(start):
    server = start()
    assert server.stop() == 0
    path = server.data / "chat.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 9999")
    before = path.read_bytes()
    sentence = serve("--data", server.data)
    assert "9999" in sentence and "newer" in sentence
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 4_096], ids=["text", "damaged"])
def test_the_database_is_none(tmp_path, content):
    (tmp_path / "chat.db").write_bytes(content)
    assert "chat.db" in serve("--data", tmp_path)
    assert (tmp_path / "chat.db").read_bytes() == content
