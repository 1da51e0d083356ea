"""Behind a proxy: who is believed about whom it speaks for."""

import socket
import struct

import pytest

from harness.server import PATIENCE_S, Server, run
from harness.sockets import exchange, open_socket

REQUEST = b"GET /health HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
ADDRESSES = socket.inet_aton("192.0.2.9") + socket.inet_aton("198.51.100.1") + struct.pack("!HH", 56324, 443)
HEADS = [
    b"PROXY TCP4 192.0.2.9 198.51.100.1 56324 443\r\n",
    b"PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n",
    b"PROXY UNKNOWN\r\n",
    SIGNATURE + b"\x21\x11" + struct.pack("!H", len(ADDRESSES)) + ADDRESSES,
    SIGNATURE + b"\x20\x00\x00\x00",
]


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A server that trusts this machine's IPv4 address to send PROXY heads."""
    with Server(
        tmp_path_factory.mktemp("data"), "--store", "memory", "--dialect", "chat-app", "--trust-proxy", "127.0.0.1",
        "--trust-proxy", "10.0.0.0/8", "--proxy-protocol",
    ) as server:
        yield server


@pytest.mark.parametrize("head", HEADS, ids=repr)
def test_a_head_comes_before_the_requests(behind, head):
    assert exchange(behind, head + REQUEST).startswith(b"HTTP/1.1 200 ")
    # In pieces.
    with socket.create_connection(behind.address, timeout=PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head + REQUEST:
            connection.sendall(bytes([byte]))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("start", [REQUEST, b"PROXY TCP4 1 2 3 4\r\n", SIGNATURE + b"\x31\x11\x00\x00"], ids=repr)
def test_without_a_head_there_is_no_answer(behind, start):
    assert exchange(behind, start) == b""


@pytest.mark.parametrize("head", HEADS, ids=repr)
def test_others_may_not_send_a_head(start, head):
    server = start("--store", "memory", "--trust-proxy", "10.0.0.0/8", "--proxy-protocol")
    assert exchange(server, head + REQUEST)[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 5")
    assert exchange(server, REQUEST).startswith(b"HTTP/1.1 200 ")


def connects(server, **headers):
    """Whether a page of https://chat.example may open a socket."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with open_socket(server, "/ws", origin="https://chat.example", additional_headers=headers):
            return True
    except Exception as refusal:
        assert "403" in str(refusal), refusal
        return False


def test_the_name_that_the_browser_used_is_the_proxys_to_tell(start):
    open_to_all = ("--store", "memory", "--dialect", "chat-app")
    trusting = start(*open_to_all, "--trust-proxy", "127.0.0.1")
    assert connects(trusting, X_Forwarded_Host="chat.example")
    assert not connects(trusting, Forwarded="host=chat.example")
    assert not connects(trusting, X_Forwarded_Host="chat.example, other.example")
    other = start(*open_to_all, "--trust-proxy=127.0.0.0/8", "--proxy-fields=forwarded")
    assert connects(other, Forwarded="for=192.0.2.1;host=chat.example")
    assert not connects(other, X_Forwarded_Host="chat.example")
    wary = start(*open_to_all, "--trust-proxy", "10.0.0.0/8")
    assert not connects(wary, X_Forwarded_Host="chat.example")


def test_what_a_trusted_proxy_brings_is_not_this_machines_own(start):
    """A proxy may add no field at all: its requests must not have what is open to this machine only."""
    assert start("--store", "memory").get("/users").status == 200
    assert start("--store", "memory", "--trust-proxy", "127.0.0.1").get("/users").status == 404
    assert start("--store", "memory", "--trust-proxy", "10.0.0.0/8").get("/users").status == 200


@pytest.mark.parametrize(
    "arguments",
    [["--trust-proxy", "proxy.example"], ["--trust-proxy", "10.0.0.1/8"], ["--trust-proxy", "10.0.0.0/33"],
     ["--proxy-protocol"], ["--proxy-fields", "both", "--trust-proxy", "::1"]], ids=str)
def test_what_cannot_be_meant_is_refused(arguments):
    answer = run("serve", *arguments)
    assert answer.returncode == 64
    assert arguments[0] in answer.stderr
