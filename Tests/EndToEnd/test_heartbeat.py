"""Pings, and what happens to those who do not answer."""

import time

import pytest

from harness.chat import pair
from harness.sockets import CLOSE, PING, PONG, RawSocket, chat_socket, frame

PATHS = ["/ws", "/broadcast"]
QUICK = ("--store", "memory", "--set", "ping_interval_ms=200", "--set", "silence_ms=600")


def pings(client, count):
    """Waits for pings, and gives their payloads."""
    payloads = []
    while len(payloads) < count:
        opcode, payload = client.receive()
        assert opcode != CLOSE, "closed instead of pinged"
        if opcode == PING:
            payloads.append(payload)
    return payloads


@pytest.mark.parametrize("path", PATHS)
def test_a_silent_client_is_dropped(start, path):
    server = start(*QUICK)
    with RawSocket(server, path) as silent:
        pings(silent, 2)
        # It may hear what it does not say.
        assert silent.close_code() == 4100
        silent.expect_end()


@pytest.mark.parametrize("path", PATHS)
def test_one_that_answers_stays(start, path):
    server = start(*QUICK)
    with RawSocket(server, path) as client:
        # Five times the silence after which it would be dropped.
        for _ in range(15):
            client.send(frame(PONG, pings(client, 1)[0]))


@pytest.mark.parametrize("path", PATHS)
def test_one_that_talks_stays(start, path):
    server = start(*QUICK)
    with RawSocket(server, path) as client:
        for _ in range(15):
            pings(client, 1)
            client.send(frame(PING, b"me too"))


def test_a_dropped_client_is_gone_for_the_others(start):
    server = start(*QUICK, "--set", "presence_grace_ms=100")
    ada, ben, room = pair(server)
    with chat_socket(server, ben, room) as b, chat_socket(server, ada, room) as a:
        assert b.expect("STATUS", ["ONLINE"])["user_id"] == ada
        # From now on this client answers nothing, and its connection stays open.
        a.client.socket.shutdown(0)
        assert b.expect("DISCONNECT")
        assert b.expect("STATUS", ["OFFLINE"])["user_id"] == ada


@pytest.mark.parametrize("path", PATHS)
def test_the_times_by_default(start, path):
    """A ping every 5 s; 10 s of silence are the end."""
    server = start("--store", "memory")
    with RawSocket(server, path) as silent:
        begun = time.monotonic()
        pings(silent, 1)
        assert 4.5 <= time.monotonic() - begun <= 6.5
        silent.expect_end()
        assert 9.5 <= time.monotonic() - begun <= 13


def test_the_grace_by_default(start):
    """A user is offline 30 to 32 s after the last socket."""
    server = start("--store", "memory")
    ada, ben, room = pair(server)
    with chat_socket(server, ben, room) as b:
        with chat_socket(server, ada, room):
            b.expect("STATUS", ["ONLINE"])
        begun = time.monotonic()
        while True:
            try:
                b.expect("STATUS", ["OFFLINE"])
                break
            except TimeoutError:
                assert time.monotonic() - begun < 40
        assert 29.5 <= time.monotonic() - begun <= 33
