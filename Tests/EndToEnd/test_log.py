"""Standard error: nobody waits for it, and nothing lands elsewhere; and what signals do."""

import os
import signal
import subprocess

import pytest

from harness.chat import make_user
from harness.machine import ask, figure, free_port, full_pipe, until
from harness.server import BINARY, PATIENCE_S, clean_environment
from harness.sockets import RawSocket


@pytest.fixture
def launch(tmp_path):
    """Starts the executable as it stands, on a port of which nobody hears by the log, and ends it after the test."""
    processes = []

    def launch(*arguments, launcher=(), **options):
        port = free_port()
        processes.append(
            subprocess.Popen(
                [*launcher, BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--data", tmp_path / "data", *arguments],
                env=clean_environment(), **options))
        until(lambda: ask(port, "/health"), "the server answers")
        return processes[-1], port

    yield launch
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.parametrize("arguments", [[], ["--log-level", "debug"]], ids=str)
def test_a_log_that_nobody_reads_stops_nothing(launch, arguments):
    reading, writing = full_pipe()
    try:
        process, port = launch(*arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=writing)

        def dropped():
            # A line or two each.
            for _ in range(300):
                process.send_signal(signal.SIGHUP)
            return figure(ask(port, "/metrics").body, "chat_log_dropped_total")

        until(dropped, "lines are dropped", timeout=4 * PATIENCE_S)
        # Loops, writer and readers are at work.
        for _ in range(3):
            assert ask(port, "/users/phone/9").status == 404
            assert ask(port, "/ready").status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_a_log_that_is_closed_lands_nowhere(launch, tmp_path, closed):
    process, port = launch("--demo", launcher=("sh", "-c", f'exec "$@" {closed}', "sh"))
    process.send_signal(signal.SIGHUP)
    assert ask(port, "/users/phone/123").status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    data = tmp_path / "data"
    assert (data / "lock").read_bytes() == b""
    for path in data.iterdir():
        assert b"info: " not in path.read_bytes(), path


def test_signals_that_end_nothing(start):
    server = start("--admin-listen", f"127.0.0.1:{free_port()}")
    server.signal(signal.SIGUSR2)
    server.signal(signal.SIGHUP)
    server.wait_for_line(r"info: keys\.read keys=\"0\"")
    server.wait_for_line(r"info: reloaded")
    assert server.get("/health").status == 200
    assert server.stop() == 0
    assert count_of(server, "received: ending") == 1


def count_of(server, text):
    """How many lines have it in them."""
    return sum(text in line for line in server.lines)


def test_sigquit_ends_at_once_and_shows_where_it_was(start):
    server = start("--threads", "2")
    server.signal(signal.SIGQUIT)
    assert server.wait() == -signal.SIGQUIT
    for name in ("loop-0", "loop-1", "store-writer", "store-reader-0", "signals"):
        assert count_of(server, f" {name}") == 1, server.log
    # Each has at least a few frames.
    assert count_of(server, "[0x") > 20
    # What it had stored is there.
    assert start().get("/health").status == 200


def test_sigquit_does_not_wait_for_a_reader(launch):
    reading, writing = full_pipe()
    try:
        process, _ = launch(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=writing)
        process.send_signal(signal.SIGQUIT)
        assert process.wait(PATIENCE_S) != 0
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_the_second_signal_ends_at_once(start, number):
    # Somebody who never says goodbye holds the first one up.
    server = start("--set", "close_ms=60000", "--set", "drain_ms=9000", "--store", "memory")
    with RawSocket(server, "/broadcast"):
        server.signal(number)
        server.wait_for_line("received: ending")
        server.signal(number)
        assert server.wait() == -number


def test_events_of_keys_are_named(start):
    server = start()
    path = server.data / "keys.json"
    path.write_text("damaged\n")
    server.signal(signal.SIGHUP)
    line = server.wait_for_line(r"error: keys\.failed ")
    assert f'error="The file {path} is damaged: it is no list of keys."' in line
    for _ in range(3):
        server.signal(signal.SIGHUP)
        make_user(server)
    path.write_text('{"keys":[]}')
    server.signal(signal.SIGHUP)
    server.wait_for_line(r"info: keys\.recovered keys=\"0\"")
    assert count_of(server, "keys.failed") == 1
