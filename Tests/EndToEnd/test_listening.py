"""Where the server listens: names and their addresses, sockets in the file system, sockets from systemd."""

import contextlib
import http.client
import os
import re
import socket
import stat
import sys

import pytest

from harness.machine import as_root, ask, free_port
from harness.server import PATIENCE_S, Response, run


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(str(self.path))


def ask_unix(path, target):
    with contextlib.closing(UnixConnection(path)) as connection:
        connection.request("GET", target)
        return Response(connection.getresponse())


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        return True
    return False


def listened(server):
    return [line.removeprefix("listening on ") for line in server.lines if line.startswith("listening on ")]


def test_a_name_stands_for_all_its_addresses(start):
    """Whatever `localhost` stands for here."""
    server = start("--listen", "localhost:0", "--store", "memory", "--threads", "2")
    server.wait_for_line("listening on")
    assert server.get("/health").status == 200
    if has_ipv6() and len({entry[4][0] for entry in socket.getaddrinfo("localhost", 80)}) > 1:
        assert len(listened(server)) == 2
        with contextlib.closing(http.client.HTTPConnection("::1", server.port, timeout=PATIENCE_S)) as connection:
            connection.request("GET", "/health")
            assert connection.getresponse().status == 200


def test_no_host_stands_for_all_of_the_machine(start):
    server = start("--listen", "http://:0", "--store", "memory")
    assert server.get("/health").status == 200
    names = listened(server)
    assert any("0.0.0.0" in name or "[::]" in name for name in names)
    if has_ipv6():
        assert {re.sub(r":\d+$", "", name) for name in names} == {"http://0.0.0.0", "http://[::]"}


@pytest.mark.parametrize("threads", [1, 3])
def test_a_socket_in_the_file_system(start, tmp_path, threads):
    path = tmp_path / "chat.sock"
    server = start(
        "--listen", f"unix:{path}", "--listen", "127.0.0.1:0", "--store", "memory", "--threads", threads)
    assert f"unix:{path}" in listened(server)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    for _ in range(20):
        assert ask_unix(path, "/health").status == 200
    # Its peers are nobody in particular: what is for this machine only is not for them.
    assert ask_unix(path, "/users").status == 404
    assert ask_unix(path, "/metrics").status == 404
    # Somebody else's is not taken away.
    refused = run("serve", "--listen", f"unix:{path}", "--store", "memory", "--data", tmp_path / "other")
    assert refused.returncode == 1 and str(path) in refused.stderr
    assert server.stop() == 0
    assert not path.exists()


def test_peers_that_are_trusted(start, tmp_path):
    path = tmp_path / "chat.sock"
    start("--listen", f"unix:{path}", "--listen", "127.0.0.1:0", "--store", "memory", "--trust-unix")
    assert ask_unix(path, "/metrics").status == 200


def test_what_a_dead_server_left_is_replaced_and_nothing_else(start, tmp_path):
    path = tmp_path / "chat.sock"
    server = start("--listen", f"unix:{path}", "--listen", "127.0.0.1:0", "--store", "memory")
    server.kill()
    assert path.exists()
    start("--listen", f"unix:{path}", "--listen", "127.0.0.1:0", "--store", "memory")
    assert ask_unix(path, "/health").status == 200
    (tmp_path / "thesis").write_text("years of work")
    refused = run("serve", "--listen", f"unix:{tmp_path}/thesis", "--store", "memory", "--data", tmp_path / "other")
    assert refused.returncode == 1 and (tmp_path / "thesis").read_text() == "years of work"


@as_root
def test_a_socket_belongs_to_the_owner_of_its_directory(start, tmp_path):
    (tmp_path / "run").mkdir()
    os.chown(tmp_path / "run", 1234, 1235)
    start("--listen", f"unix:{tmp_path}/run/chat.sock", "--listen", "127.0.0.1:0", "--store", "memory")
    status = (tmp_path / "run" / "chat.sock").stat()
    assert (status.st_uid, status.st_gid) == (1234, 1235)


# As systemd does: sockets from 3 on, and the environment that says so to this very process.
ACTIVATE = """
import os, socket, sys
one = socket.create_server(("127.0.0.1", int(sys.argv[1])))
two = socket.socket(socket.AF_UNIX); two.bind(sys.argv[2]); two.listen()
kept = [os.dup(one.fileno()), os.dup(two.fileno())]
high = [os.dup2(fd, 200 + number) for number, fd in enumerate(kept)]
for number, fd in enumerate(high):
    os.dup2(fd, 3 + number, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES="web:local")
os.execv(sys.argv[3], sys.argv[3:])
"""


def test_sockets_of_systemd(start, tmp_path):
    port = free_port()
    path = tmp_path / "chat.sock"
    server = start(
        "--listen", "systemd", "--store", "memory", "--threads", "2", listens=False,
        launcher=(sys.executable, "-c", ACTIVATE, str(port), str(path)))
    server.wait_for_line(rf"listening on http://127\.0\.0\.1:{port}")
    for _ in range(10):
        assert ask(port, "/health").status == 200
        assert ask_unix(path, "/health").status == 200
    assert server.stop() == 0
    # It is systemd's, and stays.
    assert path.exists()


def test_there_are_none_of_systemd(tmp_path):
    refused = run("serve", "--listen", "systemd", "--store", "memory", "--data", tmp_path / "data")
    assert refused.returncode == 1 and "systemd" in refused.stderr


@pytest.mark.parametrize(
    "place", ["unix:", "unix:relative", "unix:/", "unix:/" + "x" * 110, "ftp://127.0.0.1:80", "https://", "https://x/y:80",
              "systemd:", ":", ":x", "http://127.0.0.1"])
def test_places_that_are_none(tmp_path, place):
    assert run("serve", "--listen", place, "--data", tmp_path / "data").returncode == 64
