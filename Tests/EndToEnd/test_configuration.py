"""The configuration: file, environment and flags, and what `chatserver check` finds."""

import os
import socket

import pytest

from harness.machine import as_root, free_port
from harness.server import run


def configured(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def check(*arguments, **environment):
    return run("check", *arguments, **environment)


def test_a_file_configures_the_server(start, tmp_path):
    port = free_port()
    path = configured(
        tmp_path, f"""
        # A comment, and a list in several lines.
        listen = [
            "127.0.0.1:{port}",  # of which this is one
            '127.0.0.1:0',
        ]
        store = "memory"
        enable_echo = true
        threads = 1
        [set]
        text_bytes = 1_000
        """)
    server = start("--config", path, "--listen=127.0.0.1:0", "--set", "queue_bytes=70000")
    # The command line has replaced the whole list.
    assert len([line for line in server.lines if "listening on" in line]) == 1
    assert f":{port}" not in server.log
    assert server.get("/echo").status == 426


def test_the_environment_stands_between(start, tmp_path):
    path = configured(tmp_path, 'store = "memory"\nenable_echo = false\nlog_level = "error"\n')
    server = start(environment={"CHATSERVER_CONFIG": str(path), "CHATSERVER_ENABLE_ECHO": "true"})
    assert server.get("/echo").status == 426
    assert not (server.data / "chat.db").exists()


@pytest.mark.parametrize(
    "text, words",
    [("listn = ':80'", [":1:", "did you mean 'listen'?"]), ("log-level = 'info'", ["did you mean 'log_level'?"]),
     ("[set]\ntext_byts = 5", [":2:", "did you mean 'text_bytes'?"]), ("threads = 2\n\nthreads = 3", [":3:", "line 1"]),
     ("[limits]\na = 1", [":1:", "[set]"]), ("threads = many", [":1:", "quotes"]), ("threads = [1]", ["no list"]),
     ("threads = 'x'", [":1:", "--threads"]), ("data = \"/x", ["no end"]), ("listen = [':80'", ["comma"]),
     ("data = '/x' y", ["behind"]), ("config = 'other'", ["config"]), ("set = 'a=1'", ["'set'"]), ("demo = 5", ["--demo"]),
     ("data = \"\\q\"", ["backslash"]), ("= 5", ["name"]), ("threads", ["'='"])],
    ids=str)
def test_mistakes_in_a_file(tmp_path, text, words):
    path = configured(tmp_path, text)
    for command in ("check", "serve"):
        refused = run(command, "--config", path, "--data", tmp_path / "data")
        assert refused.returncode == 64, refused
        assert str(path) in refused.stderr
        for word in words:
            assert word in refused.stderr
    assert not (tmp_path / "data").exists()


def test_everything_that_is_wrong_is_said(tmp_path):
    path = configured(tmp_path, "listn = ':80'\nthreads = 0\n")
    refused = check("--config", path, "--lissen", ":80", "--threads", CHATSERVER_STROE="x")
    assert refused.returncode == 64
    for word in ("listn", "--lissen", "--threads needs a value", "CHATSERVER_STROE", "--threads takes a number"):
        assert word in refused.stderr
    assert all(line.startswith("chatserver: ") for line in refused.stderr.splitlines())


@pytest.mark.parametrize(
    "flags, word",
    [(["--set", "silence_ms=5000"], "ping_interval_ms"), (["--proxy-protocol"], "--trust-proxy"),
     (["--proxy-fields", "forwarded"], "--trust-proxy"), (["--keep", "3"], "--every"),
     (["--every", "1h", "--store", "memory"], "memory"), (["--wait-lock", "1s", "--store", "memory"], "memory")],
    ids=str)
def test_contradictions(tmp_path, flags, word):
    for command in ("check", "serve"):
        refused = run(command, "--data", tmp_path / "data", *flags)
        assert refused.returncode == 64 and word in refused.stderr
    assert not (tmp_path / "data").exists()


# MARK: The machine


def test_what_is_well_is_ok_and_nothing_is_made(tmp_path):
    found = check("--data", tmp_path / "a" / "b", "--listen", f"127.0.0.1:{free_port()}")
    assert (found.returncode, found.stdout, found.stderr) == (0, "ok\n", "")
    assert os.listdir(tmp_path) == []


def test_ports_that_somebody_else_has(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = check("--data", tmp_path / "data", "--listen", f"127.0.0.1:{port}", "--admin-listen", f"127.0.0.1:{port}")
    assert found.returncode == 1 and found.stderr.count(str(port)) == 2


def test_what_the_server_holds_is_no_problem(start):
    server = start()
    found = check("--data", server.data, "--listen", f"127.0.0.1:{server.port}")
    assert (found.returncode, found.stdout) == (0, "ok\n")
    assert server.get("/health").status == 200


def test_files_that_are_not_there(tmp_path):
    found = check(
        "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--feeds", tmp_path / "feeds.json", "--pages",
        tmp_path / "pages")
    assert found.returncode == 1
    assert "feeds.json" in found.stderr and "pages" in found.stderr
    (tmp_path / "file").write_text("")
    assert "file" in check("--data", tmp_path / "file", "--listen", "127.0.0.1:0").stderr


def test_a_disk_that_is_too_small(tmp_path):
    (tmp_path / "data").mkdir()
    found = check("--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--set", f"disk_free_min={1 << 60}")
    assert found.returncode == 0 and found.stdout == "ok\n" and "disk_free_min" in found.stderr
