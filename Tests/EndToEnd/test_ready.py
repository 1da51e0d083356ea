"""What probes and Prometheus are told: /ready, /metrics, and the listener of their own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess

import pytest

from harness.chat import make_room, make_user
from harness.machine import as_root, ask, figure, free_port, until
from harness.server import BINARY, run
from harness.sockets import RawSocket


def ready(port):
    """The reasons that /ready gives; none where it says yes."""
    answer = ask(port, "/ready")
    assert answer is not None
    if answer.status == 200:
        assert answer.json() == {"status": "ready"}
        return []
    assert answer.status == 503
    error = answer.json()["error"]
    assert error["code"] == "unavailable" and error["message"] and error["reasons"]
    return error["reasons"]


def with_admin(start, *arguments, **options):
    port = free_port()
    server = start("--admin-listen", f"127.0.0.1:{port}", *arguments, **options)
    return server, port


# Whatever stands in front, and wherever it is asked from.
PUBLIC = ("--trust-proxy", "127.0.0.1")


@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_admin_listener_has_three_paths(start, store, threads):
    server, port = with_admin(start, *PUBLIC, "--store", store, "--demo", "--threads", threads)
    assert f"operations on http://127.0.0.1:{port}" in server.log
    for headers in ({}, {"Host": "chat.example"}, {"X-Forwarded-For": "192.0.2.1", "Host": "10.1.2.3"}):
        assert ask(port, "/health", headers=headers).json() == {"status": "ok"}
        assert ask(port, "/ready", headers=headers).json() == {"status": "ready"}
        metrics = ask(port, "/metrics", headers=headers)
        assert metrics.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        for loop in range(threads):
            figure(metrics.body, f'chat_connections{{loop="{loop}",kind="http"}}')
    for path in ("/", "/users", "/v1/users/me", "/v1/ws", "/ws", "/broadcast", "/echo", "/v1/search", "/index.html"):
        assert ask(port, path).status == 404, path
    assert ask(port, "/ready", method="POST").status == 405
    # On the public address there is nothing for those who have not signed in.
    assert server.get("/ready").status == 404
    assert server.get("/metrics").status == 404


def test_figures(start):
    server, port = with_admin(start)
    assert server.get("/v1/rooms").status == 401
    assert server.get("/nothing").status == 404
    text = ask(port, "/metrics").body.decode()
    assert figure(text, 'chat_errors_total{code="unauthorized"}') == 1
    assert figure(text, 'chat_errors_total{code="not_found"}') == 1
    for name in ("chat_commit_failures_total", "chat_read_failures_total", "chat_log_dropped_total"):
        assert figure(text, name) == 0
    for name in ("chat_disk_free_bytes", "chat_database_bytes", "chat_search_bytes", "process_open_fds"):
        assert figure(text, name) > 0
    assert 'chat_build_info{version="' in text and ',commit="' in text
    sockets = [RawSocket(server, "/broadcast") for _ in range(20)]
    before = figure(text, "process_open_fds")
    until(lambda: figure(ask(port, "/metrics").body, "process_open_fds") >= before + 20, "descriptors are counted")
    for client in sockets:
        client.socket.close()
    for line in text.splitlines():
        assert line.startswith("# ") or float(line.rpartition(" ")[2]) >= 0


def test_a_key_reads_metrics_and_nothing_else_does(start):
    server, _ = with_admin(start, *PUBLIC)

    def add(*arguments):
        return run("key", "add", *arguments, "--data", server.data).stdout.strip()

    def status(key, path="/metrics"):
        return server.get(path, headers={"Authorization": f"Bearer {key}"}, host="chat.example").status

    key, other = add("--metrics", "--name", "prometheus"), add("--feeds", "--publish", ">")
    assert status(key) == 200
    assert status(key, "/ready") == 404
    assert status(other) == status("ck_" + "0" * 64) == 404
    # It is good for nothing else.
    refused = server.post("/v1/topics/a/publications", {"data": 1}, headers={"Authorization": f"Bearer {key}"})
    assert refused.status == 403
    listed = run("key", "list", "--data", server.data).stdout
    [line] = [line for line in listed.splitlines() if "prometheus" in line]
    assert line.split()[2] == "metrics"
    assert run("key", "remove", line.split()[0], "--data", server.data).returncode == 0
    until(lambda: status(key) == 404, "the key is forgotten")


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_while_it_ends_it_is_not_ready(start, store):
    server, port = with_admin(
        start, "--set", "close_ms=60000", "--set", "drain_ms=4000", "--store", store, "--threads", "2")
    with RawSocket(server, "/broadcast"):
        assert ready(port) == []
        server.signal(signal.SIGTERM)
        # Its client does not say goodbye, which is waited for.
        until(lambda: ready(port) == ["draining"], "it is draining")
        assert ask(port, "/health").status == 200
        assert figure(ask(port, "/metrics").body, "process_start_time_seconds") > 0
        assert server.process.poll() is None
        assert server.wait() == 0
    assert ask(port, "/ready") is None


def test_a_damaged_database_is_not_ready(start):
    server = start()
    ada, ben = make_user(server), make_user(server)
    # More than fits in the few pages that everybody reads.
    for number in range(40):
        make_room(server, ada, ben, name=f"room {number} " + "x" * 50)
    assert server.stop() == 0
    path = server.data / "chat.db"
    whole = path.read_bytes()

    server, port = with_admin(start, "--log-level", "warning")
    assert ready(port) == []
    with open(path, "r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * (len(whole) - 4_096))
    until(lambda: server.get("/rooms").status != 200, "the damage is met")
    for _ in range(20):
        server.get("/rooms")
    assert ready(port) == ["reads"]
    assert figure(ask(port, "/metrics").body, "chat_read_failures_total") >= 1
    assert "chat.db" in server.wait_for_line(r"error: read\.failed error=")
    assert sum("read.failed" in line for line in server.lines) == 1
    assert server.get("/health").status == 200


def test_unreadable_keys_are_the_last_good_ones(start):
    server = start()
    key = run("key", "add", "--publish", ">", "--data", server.data).stdout.strip()
    path = server.data / "keys.json"

    def publish():
        return server.post("/v1/topics/a/publications", {"data": 1}, headers={"Authorization": f"Bearer {key}"}).status

    assert publish() == 200
    whole = path.read_text()
    for damage in ("", "{", whole[:-20]):
        path.write_text(damage)
        server.signal(signal.SIGHUP)
        server.wait_for_line(r"error: keys\.failed")
        assert publish() == 200
    assert run("key", "list", "--data", server.data).returncode == 1
    path.write_text(whole)
    server.signal(signal.SIGHUP)
    server.wait_for_line(r"info: keys\.recovered keys=\"1\"")
    assert publish() == 200
    # One that was never seen whole is no list without keys.
    path.write_text("{")
    server.stop()
    server = start()
    assert server.post("/v1/topics/a/publications", {"data": 1}, headers={"Authorization": f"Bearer {key}"}).status == 503


@contextlib.contextmanager
def frozen_disk(tmp_path):
    """A disk of its own that can be made to keep everybody waiting."""
    image, path = tmp_path / "disk.img", tmp_path / "disk"
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    path.mkdir()
    made = shutil.which("mkfs.ext4") and subprocess.run(["mkfs.ext4", "-q", image]).returncode == 0
    if not made or subprocess.run(["mount", "-o", "loop", image, path]).returncode != 0:
        pytest.skip("no file system can be made and mounted here")
    try:
        yield path
    finally:
        subprocess.run(["fsfreeze", "--unfreeze", path], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "--lazy", path], check=True)


@as_root
def test_a_commit_that_is_stuck_is_not_ready(start, tmp_path):
    with frozen_disk(tmp_path) as disk:
        server, port = with_admin(start, "--set", "disk_free_min=0", data=disk / "data")
        assert ready(port) == []
        subprocess.run(["fsfreeze", "--freeze", disk], check=True)
        writing = begin_change(server)
        until(lambda: ready(port) == ["stuck"], "it is stuck", timeout=30)
        assert server.get("/health").status == 200
        subprocess.run(["fsfreeze", "--unfreeze", disk], check=True)
        until(lambda: ready(port) == [], "it goes on")
        assert writing.recv(65_536).startswith(b"HTTP/1.1 200")
        writing.close()
        assert server.stop() == 0


def begin_change(server):
    """A request that changes something, whose answer is not waited for."""
    body = json.dumps({"username": "Ada", "phone": "1"}).encode()
    client = socket.create_connection(server.address, timeout=30)
    client.sendall(
        b"POST /users/create HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    return client


@as_root
def test_files_are_left_to_the_owner_of_the_directory(start, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    owner = (4_321, 4_322)
    os.chown(data, *owner)

    def expect_owner(*names):
        found = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in data.iterdir()}
        assert found.keys() >= set(names)
        assert set(found.values()) == {owner}, found

    added = subprocess.run(
        [BINARY, "user", "add", "ada", "--generate", "--create", "--data", data],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True)
    assert "password: " in added.stdout
    assert run("key", "add", "--feeds", "--data", data).returncode == 0
    expect_owner("chat.db", "lock", "keys.json", "keys.lock")
    server = start()
    make_user(server)
    expect_owner("chat.db", "chat.db-wal", "chat.db-shm", "search.db", "admin.sock", "keys.json")
    assert run("user", "list", "--data", data).returncode == 0
    assert run("key", "add", "--metrics", "--data", data).returncode == 0
    assert server.stop() == 0
    expect_owner("chat.db", "search.db", "keys.json")
    # What is made below somebody's directory is theirs too.
    assert run("key", "add", "--feeds", "--create", "--data", data / "a" / "b").returncode == 0
    assert (data / "a" / "b" / "keys.json").stat().st_uid == owner[0] == (data / "a").stat().st_uid
