"""Commands: what they make, what they refuse, and what becomes of their results; and how servers follow one another."""

import contextlib
import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.chat import history, make_user, pair
from harness.machine import MemoryGroup, as_root, ask, free_port, until
from harness.server import BINARY, PATIENCE_S, clean_environment, run
from harness.sockets import RawSocket, chat_socket


@pytest.mark.parametrize(
    "command",
    [["user", "list"], ["user", "add", "ada", "--generate"], ["user", "delete", "ada"], ["invite"], ["key", "list"],
     ["key", "add", "--feeds"], ["key", "remove", "k1"]],
    ids=" ".join)
@pytest.mark.parametrize("place", ["nothing", "an empty directory"])
def test_nothing_is_made_by_mistake(tmp_path, command, place):
    data = tmp_path / "typo"
    if place != "nothing":
        data.mkdir()
        if command[0] == "key":
            # Keys may be there before the first start.
            return
    refused = run(*command, "--data", data)
    assert refused.returncode == 1 and refused.stdout == ""
    assert str(data) in refused.stderr and "--create" in refused.stderr
    assert data.exists() == (place != "nothing")
    assert not data.exists() or list(data.iterdir()) == []


def test_what_is_to_be_made_is_made(tmp_path):
    data = tmp_path / "a" / "b"
    added = run("user", "add", "ada", "--admin", "--generate", "--create", "--data", data)
    assert (added.returncode, added.stderr) == (0, "")
    assert "ada" in run("user", "list", "--data", data).stdout
    keys = tmp_path / "c"
    assert run("key", "add", "--feeds", "--create", "--data", keys).stdout.startswith("ck_")
    assert len(run("key", "list", "--data", keys).stdout.splitlines()) == 1


@pytest.mark.parametrize("target", [">/dev/full", ">&-"])
def test_a_result_that_nobody_gets_is_no_success(tmp_path, target):
    data = tmp_path / "data"
    assert run("user", "add", "ada", "--generate", "--create", "--data", data).returncode == 0

    def refused(*arguments):
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {target}', "sh", BINARY, *map(str, arguments)], env=clean_environment(),
            stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S)
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
        return done.stderr

    assert "not kept" in refused("key", "add", "--feeds", "--data", data)
    assert run("key", "list", "--data", data).stdout == ""
    assert "set another one" in refused("user", "add", "ben", "--generate", "--data", data)
    for arguments in (["--help"], ["--version"], ["user", "list", "--data", data], ["invite", "--data", data]):
        refused(*arguments)


@pytest.mark.parametrize(
    "variable, word", [("CHATSERVER_LISTN", "CHATSERVER_LISTEN"), ("CHATSERVER_DATA_DIR", "CHATSERVER_DATA")])
@pytest.mark.parametrize("command", [["serve"], ["user", "list"], ["key", "list"]], ids=" ".join)
def test_a_variable_that_is_not_known_is_refused(tmp_path, command, variable, word):
    refused = run(*command, "--data", tmp_path, **{variable: "x"})
    assert refused.returncode == 64
    assert variable in refused.stderr and f"did you mean '{word}'?" in refused.stderr


def test_what_kubernetes_sets_is_not_ours(start):
    environment = {
        "CHATSERVER_SERVICE_HOST": "10.0.0.1", "CHATSERVER_SERVICE_PORT_HTTP": "8080",
        "CHATSERVER_PORT": "tcp://10.0.0.1:8080", "CHATSERVER_PORT_8080_TCP_PROTO": "tcp"}
    assert start("--store", "memory", environment=environment).get("/health").status == 200


@pytest.mark.parametrize(
    "arguments",
    [["serve", "--store", "memory", "--store=memory"], ["serve", "--demo", "--demo"], ["serve", "--data", "a", "--data", "a"],
     ["user", "list", "--data", "a", "--data", "a"], ["key", "list", "--data", "a", "--data=a"]],
    ids=" ".join)
def test_a_flag_with_one_value_is_given_once(arguments):
    refused = run(*arguments)
    assert refused.returncode == 64
    assert "twice" in refused.stderr or "once" in refused.stderr


def test_every_address_that_is_named_is_listened_on(start):
    port = free_port()
    server = start("--listen", "127.0.0.1:0", "--listen", f"127.0.0.1:{port}", "--store", "memory", "--threads", "2")
    server.wait_for_line(rf"listening on http://127\.0\.0\.1:{port}$")
    for asked in (server.port, port):
        for _ in range(8):
            assert ask(asked, "/health").status == 200
    assert server.stop() == 0
    assert ask(port, "/health") is None


@pytest.mark.parametrize("arguments", [["user", "--help"], ["help", "user"], ["help", "user", "add"], ["help", "version"],
                                       ["version", "--help"], ["invite", "--help"]], ids=" ".join)
def test_there_is_help_for_everything(arguments):
    helped = run(*arguments)
    assert helped.returncode == 0 and helped.stdout.startswith("Usage: chatserver ") and helped.stderr == ""


@pytest.mark.parametrize("arguments", [["--version"], ["-V"], ["version"]], ids=" ".join)
def test_the_version_names_what_it_is_made_of(arguments):
    text = run(*arguments).stdout
    assert text.startswith("chatserver 0.") and "\ncommit " in text and "\nSQLite 3." in text and "\nOpenSSL " in text


# MARK: Successors


def test_who_does_not_wait_is_refused(start):
    server = start()
    refused = run("serve", "--listen", "127.0.0.1:0", "--data", server.data, "--wait-lock", "100ms")
    assert refused.returncode == 1 and str(server.data) in refused.stderr


@pytest.mark.parametrize("threads", [1, 2])
def test_a_successor_takes_over_while_the_last_clients_leave(start, threads):
    patient = ("--threads", threads, "--set", "close_ms=60000", "--set", "drain_ms=9000")
    admin = ("--admin-listen", f"127.0.0.1:{free_port()}")
    server = start(*patient, *admin)
    ada, ben, room = pair(server)
    # It answers no close, and so holds the old server up for some seconds.
    with RawSocket(server, "/broadcast"), chat_socket(server, ada, room) as a, chat_socket(server, ben, room) as b:
        successor = start(*patient, *admin, "--wait-lock", "30s", data=server.data, listens=False)
        texts = [f"text {number}" for number in range(200)]
        for text in texts:
            a.say(text, room)
        a.client.ping().wait(PATIENCE_S)
        server.signal(signal.SIGUSR1)
        b.texts_until(texts[-1])
        line = successor.wait_for_line(r"listening on http://\S+:\d+")
        assert server.process.poll() is None, "the successor had to wait for the last client"
        server.wait_for_line("the data directory is free")
        successor.port = int(line.rpartition(":")[2])
        assert history(successor, room) == texts
        make_user(successor)
        assert run("user", "list", "--data", server.data).returncode == 0
    assert server.wait() == 0
    assert successor.stop() == 0
    assert history(start(), room) == texts


def test_a_server_that_waits_can_be_ended(start):
    server = start()
    waiting = start("--wait-lock", "1h", data=server.data, listens=False)
    until(lambda: "SigCgt" in status_of(waiting) and takes(waiting, signal.SIGTERM), "it takes signals")
    waiting.signal(signal.SIGTERM)
    assert waiting.wait() == -signal.SIGTERM
    assert server.get("/health").status == 200


def status_of(server):
    return open(f"/proc/{server.process.pid}/status").read()


def takes(server, number):
    """Whether its main thread has the signal blocked, for another thread to take it."""
    [line] = [line for line in status_of(server).splitlines() if line.startswith("SigBlk")]
    return int(line.split()[1], 16) & 1 << number - 1


# MARK: Memory


@as_root
def test_sign_ins_fit_into_a_small_container(start, tmp_path):
    """Each takes 128 MiB, of 200 that there are."""
    with MemoryGroup(200 << 20) as group, contextlib.ExitStack() as stack:
        server = start("--set", "sign_in_failures=1000", launcher=group.launcher)
        # Before the group goes, which has to be empty.
        stack.callback(server.end)
        # Those who hash let others go first, which beside other load may take minutes.
        usual = os.getpriority(os.PRIO_PROCESS, server.process.pid)
        for task in Path(f"/proc/{server.process.pid}/task").iterdir():
            if (task / "comm").read_text().startswith("worker-"):
                until(lambda: os.getpriority(os.PRIO_PROCESS, int(task.name)) > usual, "it has made itself patient")
                os.setpriority(os.PRIO_PROCESS, int(task.name), usual)

        def log_in(number):
            account = {"username": f"nobody{number}", "password": "correct horse"}
            # One after the other.
            return ask(
                server.port, "/v1/auth/login", "POST", {"Content-Type": "application/json"}, json.dumps(account),
                timeout=240).status

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(log_in, range(3))) == [401] * 3
        assert server.process.poll() is None
        assert server.stop() == 0
