"""Flags, environment, help, and what is wrong with them."""

import pytest

from harness.server import run

USAGE_ERROR = 64


def expect_sentence(result, *words):
    assert result.stderr.strip(), "nothing was said"
    assert len(result.stderr) < 1_000
    assert "Fatal" not in result.stderr and "Stack dump" not in result.stderr
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"], ["serve", "--help"], ["help", "serve"]], ids=str)
def test_help(arguments):
    result = run(*arguments)
    assert result.returncode == 0
    assert "serve" in result.stdout
    assert result.stderr == ""


def test_help_of_serve_names_everything():
    text = run("serve", "--help").stdout
    flags = ["--listen", "--data", "--store", "--threads", "--dialect", "--demo", "--enable-echo", "--log-level", "--set"]
    for flag in flags:
        assert flag in text
    for limit in ["ping_interval_ms", "silence_ms", "presence_grace_ms", "message_bytes"]:
        assert limit in text


@pytest.mark.parametrize(
    "arguments, word",
    [([], "help"), (["dance"], "dance"), (["help", "dance"], "dance"), (["serve", "--dance"], "--dance"),
     (["serve", "extra"], "extra"), (["serve", "--listen"], "--listen"), (["serve", "--listen", "x"], "--listen"),
     (["serve", "--listen", "127.0.0.1"], "--listen"), (["serve", "--listen", "127.0.0.1:65536"], "--listen"),
     (["serve", "--listen", "127.0.0.1:-1"], "--listen"), (["serve", "--store", "paper"], "paper"),
     (["serve", "--threads", "0"], "--threads"), (["serve", "--threads", "-1"], "--threads"),
     (["serve", "--threads", "many"], "many"), (["serve", "--threads", "99999999999999999999"], "--threads"),
     (["serve", "--dialect", "latin"], "latin"), (["serve", "--log-level", "loud"], "loud"),
     (["serve", "--set", "silence_ms"], "--set"), (["serve", "--set", "volume=11"], "volume"),
     (["serve", "--set", "silence_ms=x"], "silence_ms"), (["serve", "--set", "silence_ms=-1"], "silence_ms"),
     (["serve", "--data", ""], "--data"), (["serve", "--demo=perhaps"], "--demo")],
    ids=str)
def test_says_what_is_wrong(arguments, word):
    result = run(*arguments)
    assert result.returncode == USAGE_ERROR
    assert result.stdout == ""
    expect_sentence(result, word)


@pytest.mark.parametrize(
    "environment",
    [{"CHATSERVER_LISTEN": "x"}, {"CHATSERVER_STORE": "paper"}, {"CHATSERVER_THREADS": "0"},
     {"CHATSERVER_DIALECT": "chat-app,latin"}, {"CHATSERVER_SET": "silence_ms=x"}, {"CHATSERVER_DEMO": "perhaps"}],
    ids=str)
def test_says_what_is_wrong_with_the_environment(environment):
    result = run("serve", **environment)
    assert result.returncode == USAGE_ERROR
    expect_sentence(result, *environment)


def test_the_environment_sets_flags(start):
    server = start(
        environment={
            "CHATSERVER_STORE": "memory", "CHATSERVER_DEMO": "true", "CHATSERVER_ENABLE_ECHO": "1",
            "CHATSERVER_THREADS": "2", "CHATSERVER_LOG_LEVEL": "debug",
            "CHATSERVER_SET": "message_bytes=1000,body_bytes=2000"})
    assert server.get("/users/phone/123").status == 200
    assert server.get("/echo").status != 404
    assert server.post("/users/create", b"x" * 3_000).status == 413
    assert not list(server.data.glob("*.db*"))


def test_repeated_values_are_separated_by_commas(start):
    server = start("--store", "memory", environment={"CHATSERVER_DIALECT": "chat-app, broadcast"})
    assert server.get("/users", host="example.org").status == 200
    assert server.get("/broadcast", host="example.org").status != 404


def test_flags_beat_the_environment(start):
    server = start(
        "--demo=false", "--dialect", "broadcast", "--set", "body_bytes=4000",
        environment={
            "CHATSERVER_LISTEN": "256.0.0.1:1", "CHATSERVER_DEMO": "true", "CHATSERVER_DIALECT": "chat-app",
            "CHATSERVER_STORE": "memory", "CHATSERVER_SET": "ping_interval_ms=300"})
    assert server.get("/users/phone/123", host="example.org").status == 404
    assert server.get("/broadcast", host="example.org").status != 404


def test_a_flag_may_be_joined_to_its_value(start):
    server = start("--listen=127.0.0.1:0", "--store=memory", "--set=ping_interval_ms=300")
    assert server.get("/health").status == 200


def test_port_0_takes_one_that_is_free(start, tmp_path):
    one, two = start("--store", "memory"), start("--store", "memory", data=tmp_path / "other")
    assert one.port and two.port and one.port != two.port
    assert two.get("/health").status == 200


def test_listens_on_ipv6(start):
    server = start("--store", "memory", "--listen", "[::1]:0")
    assert "http://[::1]:" in server.log
