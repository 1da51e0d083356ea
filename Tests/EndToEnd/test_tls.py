"""TLS that the server ends itself: handshakes, certificates by name and anew, sockets, doors that send to it."""

import contextlib
import json
import os
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import warnings

import pytest

from harness.machine import ask, until
from harness.native import QUICK, NativeSocket, Person
from harness.server import PATIENCE_S, run
from harness.tls import Certificate, context, tls_connection, tls_request, tls_socket

VERSIONS = ["1.2", "1.3"]


def port_of(server, scheme="https"):
    return int(re.search(r":(\d+)$", server.wait_for_line(rf"listening on {scheme}://\S+:\d+$")).group(1))


def begin(start, *arguments, **options):
    """A server with TLS, and with a plain door; gives it and the port with TLS."""
    server = start(
        "--listen", "https://127.0.0.1:0", "--listen", "http://127.0.0.1:0", *QUICK, "--registration", "open",
        "--enable-echo", *arguments, listens=False, **options)
    port = port_of(server)
    server.port = port_of(server, "http")
    return server, port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("tls") / "one", "chat.example")


@pytest.fixture(params=[1, 2], ids=["one loop", "two loops"])
def secure(start, certificate, request):
    return begin(start, *certificate.flags, "--store", "memory", "--threads", request.param)


# MARK: Speaking


@pytest.mark.parametrize("version", VERSIONS)
def test_it_speaks(secure, certificate, version):
    server, port = secure
    with tls_connection(port, "chat.example", context(version)) as client:
        assert client.version() == f"TLSv{version}"
        assert client.selected_alpn_protocol() == "http/1.1"
        assert client.getpeercert(binary_form=True) == certificate.der
        # Several requests, each answered in order.
        client.sendall(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n" * 3)
        text = b""
        while text.count(b'{"status":"ok"}') < 3:
            text += client.recv(65_536)
    assert server.get("/health").status == 200


def test_older_versions_are_refused(secure):
    _, port = secure
    old = context()
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        with tls_connection(port, made=old):
            pass


def test_other_protocols_are_refused_and_none_will_do(secure):
    _, port = secure
    with pytest.raises(ssl.SSLError, match="(?i)protocol"):
        with tls_connection(port, made=context(protocols=["h2"])):
            pass
    for protocols in ((), ("h2", "http/1.1")):
        with tls_connection(port, made=context(protocols=protocols)) as client:
            assert client.selected_alpn_protocol() == ("http/1.1" if protocols else None)


@pytest.mark.parametrize("version", VERSIONS)
def test_large_bodies_and_messages_come_whole(secure, version):
    server, port = secure
    made = context(version)
    text = os.urandom(30_000).hex()
    with tls_socket(port, "/echo", made) as client:
        # Many records in both directions, and frames on the borders of records.
        for size in (1, 125, 126, 16_383, 16_384, 16_385, 60_000):
            client.send(text[:size])
            assert client.recv() == text[:size]
        for _ in range(4):
            for number in range(10):
                client.send(f"{number} {text[:50_000]}")
            for number in range(10):
                assert client.recv() == f"{number} {text[:50_000]}"
    page = tls_request(port, "GET", "/openapi.json", made=made)
    assert page.status == 200 and page.body == server.get("/openapi.json").body


def test_the_chat_by_https(secure):
    server, port = secure
    account = json.dumps({"username": "ada", "password": "correct horse"})
    headers = {"Content-Type": "application/json", "Origin": f"https://chat.example:{port}"}
    answer = tls_request(port, "POST", "/v1/auth/register", headers, account)
    assert answer.status == 201, answer.body
    cookie = next(value for value in answer.headers.get_all("Set-Cookie") if "chat_session" in value)
    assert cookie.startswith("__Host-") and "; Secure" in cookie
    # The scheme is known: a page of the same name by plain HTTP is another's.
    foreign = tls_request(port, "POST", "/v1/auth/login", {**headers, "Origin": f"http://chat.example:{port}"}, account)
    assert foreign.status == 403
    with tls_socket(port, "/v1/ws", Sec_WebSocket_Protocol="chat.v1.json") as client:
        session = NativeSocket(client)
        session.hello(answer.json()["token"])
        room = Person(server).make_room()["id"]
        session.fail("not_found", "subscribe", room=room)
        session.ask("ping")
    # By plain HTTP nothing has changed.
    assert Person(server).get("/v1/users/me")


def test_a_slow_reader_gets_all_of_it(secure):
    """More than the socket takes at once waits, in pieces of records that are encrypted already."""
    server, port = secure
    people = [Person(server) for _ in range(2)]
    room = people[0].make_room(people[1])["id"]
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.connect(("127.0.0.1", port))
    with context().wrap_socket(narrow) as client:
        client.settimeout(PATIENCE_S)
        texts = [f"{number} {'x' * 10_000}" for number in range(60)]
        for text in texts:
            people[0].say(room, text)
        client.sendall(
            (f"GET /v1/rooms/{room}/messages?limit=100 HTTP/1.1\r\nHost: chat.example\r\n"
             f"Authorization: Bearer {people[1].token}\r\nConnection: close\r\n\r\n").encode())
        received = b""
        while piece := client.recv(4_096):
            received += piece
    body = json.loads(received.partition(b"\r\n\r\n")[2])
    assert [message["text"] for message in body["messages"]] == texts
    # It was ended in order.
    assert server.process.poll() is None


def test_the_end_is_said(secure):
    server, port = secure
    with tls_socket(port, "/echo") as client, tls_connection(port) as idle:
        client.send("one")
        assert client.recv() == "one"
        assert server.stop() == 0
        assert client.close_code() == 1001
        # A close of TLS, and not a mere end of the bytes.
        idle.settimeout(PATIENCE_S)
        assert idle.recv(100) == b""


# MARK: Certificates


def test_certificates_by_name(start, tmp_path):
    one = Certificate(tmp_path / "tls", "one.example")
    two = Certificate(tmp_path / "tls", "two.example", "*.two.example", kind="rsa")
    _, port = begin(start, *one.flags, *two.flags, "--store", "memory")
    for version in VERSIONS:
        for name, shown in (
                ("one.example", one), ("two.example", two), ("www.two.example", two), ("TWO.example", two),
                ("three.example", one), ("a.b.two.example", one), (None, one)):
            with tls_connection(port, name, context(version)) as client:
                assert client.getpeercert(binary_form=True) == shown.der, (version, name)


def test_sessions_are_resumed(secure):
    _, port = secure
    for version in VERSIONS:
        made = context(version)
        with tls_connection(port, "chat.example", made) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n")
            assert client.recv(65_536)
            session = client.session
        with tls_connection(port, "chat.example", made, session) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n")
            assert client.recv(65_536)
            assert client.session_reused


@pytest.mark.parametrize("way", ["by itself", "SIGHUP"])
def test_new_certificates_count_without_a_restart(start, tmp_path, way):
    certificate = Certificate(tmp_path / "tls", "chat.example")
    server, port = begin(start, *certificate.flags, "--store", "memory")
    old = certificate.der

    def shown():
        with tls_connection(port, "chat.example") as client:
            return client.getpeercert(binary_form=True)

    with tls_socket(port, "/echo") as client:
        assert shown() == old
        certificate.make(cert=tmp_path / "new.pem", key=tmp_path / "new.key")
        # The certificate first: with the old key it is none.
        os.replace(tmp_path / "new.pem", certificate.cert)
        if way == "SIGHUP":
            server.signal(signal.SIGHUP)
        server.wait_for_line("tls.failed")
        assert shown() == old
        os.replace(tmp_path / "new.key", certificate.key)
        if way == "SIGHUP":
            server.signal(signal.SIGHUP)
        server.wait_for_line("tls.read")
        assert shown() == certificate.der != old
        assert len([line for line in server.lines if "tls.failed" in line]) == 1
        # Connections of before go on.
        client.send("still there")
        assert client.recv() == "still there"


@pytest.mark.parametrize("what", ["no file", "no certificate", "another key", "a passphrase"])
def test_certificates_that_are_not_good(tmp_path, what):
    certificate = Certificate(tmp_path / "tls", "chat.example")
    match what:
        case "no file":
            certificate.cert.unlink()
        case "no certificate":
            certificate.cert.write_text("hello")
        case "another key":
            certificate.make(cert=tmp_path / "other.pem")
        case "a passphrase":
            subprocess.run(
                ["openssl", "ec", "-in", certificate.key, "-aes256", "-passout", "pass:secret", "-out", tmp_path / "locked"],
                check=True, capture_output=True)
            shutil.move(tmp_path / "locked", certificate.key)
    flags = ("--listen", "https://127.0.0.1:0", *certificate.flags, "--data", tmp_path / "data")
    for command in ("check", "serve"):
        refused = run(command, *flags)
        assert refused.returncode == 1, refused
        assert "chat.example" in refused.stderr and "Fatal" not in refused.stderr


@pytest.mark.parametrize(
    "flags",
    [["--listen", "https://127.0.0.1:0"], ["--tls-cert", "a", "--tls-key", "b"],
     ["--listen", "https://127.0.0.1:0", "--tls-cert", "a"], ["--redirect-to-https"], ["--hsts"],
     ["--redirect-to-https", "--listen", "https://127.0.0.1:0", "--tls-cert", "a", "--tls-key", "b"]], ids=str)
def test_what_does_not_go_together(tmp_path, flags):
    refused = run("check", "--data", tmp_path / "data", *flags)
    assert refused.returncode == 64, refused


# MARK: Who means no good


def test_what_is_no_tls_is_closed(secure):
    server, port = secure
    for text in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", os.urandom(5_000), b"\x16\x03\x01\xff\xff" + b"x" * 70_000, b""):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            # Whatever comes of it: an end, a reset, a refusal to take more.
            with contextlib.suppress(OSError):
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65_536):
                    pass
    assert tls_request(port, "GET", "/health").status == 200


def test_a_handshake_that_trickles_has_its_time(start, certificate):
    server, port = begin(start, *certificate.flags, "--store", "memory", "--set", "handshake_ms=1500")
    # A whole hello, of which a byte comes now and then.
    outgoing = ssl.MemoryBIO()
    client = context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="chat.example")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    hello = outgoing.read()
    with socket.create_connection(("127.0.0.1", port)) as trickling, socket.create_connection(("127.0.0.1", port)) as silent:
        begun = time.monotonic()
        closed = []
        for byte in hello:
            try:
                trickling.sendall(bytes([byte]))
            except ConnectionError:
                closed.append(time.monotonic())
                break
            if select.select([trickling], [], [], 0.05)[0]:
                closed.append(time.monotonic())
                break
        assert closed and closed[0] - begun >= 1.4, "it was ended when its time was over"
        silent.settimeout(PATIENCE_S)
        assert silent.recv(1) == b""
    # Nobody else was held up, and what is done is bound by it no more.
    with tls_connection(port) as client:
        assert not select.select([client], [], [], 2)[0] or client.pending() == 0
        client.sendall(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 200")


def test_unfinished_handshakes_are_bounded(start, certificate):
    server, port = begin(
        start, *certificate.flags, "--store", "memory", "--threads", "1", "--set", "handshakes=5", "--set",
        "handshake_ms=60000")
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(5)]
        extra = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
        assert extra.recv(1) == b""
        assert server.get("/health").status == 200
        waiting[0].close()

        def speaks():
            with contextlib.suppress(OSError):
                return tls_request(port, "GET", "/health").status == 200

        until(speaks, "one that leaves makes room")
    assert server.stop() == 0


def test_a_flood_of_handshakes_holds_nobody_up(start, certificate):
    server, port = begin(start, *certificate.flags, "--store", "memory", "--threads", "1")
    stop = threading.Event()
    made = []

    def shake():
        while not stop.is_set():
            with tls_connection(port, made=context()):
                made.append(1)

    threads = [threading.Thread(target=shake) for _ in range(4)]
    with tls_socket(port, "/echo") as client:
        for thread in threads:
            thread.start()
        try:
            for number in range(50):
                client.send(str(number))
                assert client.recv() == str(number)
            until(lambda: len(made) >= 50, "handshakes are made meanwhile")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert server.stop() == 0


# MARK: The plain door


def plain(port, method, path, headers=None):
    return ask(port, path, method, {"Host": f"chat.example:{port}", **(headers or {})})


def test_the_plain_door_sends_to_https(start, certificate, tmp_path):
    (tmp_path / "acme").mkdir()
    server, port = begin(
        start, *certificate.flags, "--store", "memory", "--redirect-to-https", "--hsts", "--acme-dir", tmp_path / "acme")
    door = server.port
    for path in ("/", "/health", "/v1/rooms?limit=3&x=%20y", "/nothing"):
        for method in ("GET", "HEAD"):
            answer = plain(door, method, path)
            assert answer.status == 308
            assert answer.headers["Location"] == f"https://chat.example:{port}{path}"
            assert "Strict-Transport-Security" not in answer.headers
    assert plain(door, "GET", "/", {"Host": "[::1]:80"}).headers["Location"] == f"https://[::1]:{port}/"
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert plain(door, "GET", "/v1/ws", upgrade).status == 403
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert plain(door, method, "/v1/auth/login").status == 403
    # What a challenge asks for lies in a directory, and nothing else is had from there.
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "acme" / "token-1_A").write_text("token-1_A.thumb")
    (tmp_path / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
    (tmp_path / "acme" / ".well-known" / "acme-challenge" / "token2").write_text("two")
    challenge = "/.well-known/acme-challenge/"
    answer = plain(door, "GET", challenge + "token-1_A")
    assert (answer.status, answer.body) == (200, b"token-1_A.thumb")
    assert answer.headers.get_content_type() == "text/plain"
    assert plain(door, "GET", challenge + "token2").body == b"two"
    assert tls_request(port, "GET", challenge + "token2").body == b"two"
    for name in ("none", "..%2Fsecret", "../secret", ".well-known", ""):
        assert plain(door, "GET", challenge + name).status in (308, 404)
    # By https browsers are told to stay there.
    for path in ("/", "/health", "/v1/users/me", "/nothing"):
        assert tls_request(port, "GET", path).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_public_address_is_where_it_sends_to(start, certificate):
    server, port = begin(
        start, *certificate.flags, "--store", "memory", "--redirect-to-https", "--public-url", "https://public.example",
        "--hsts", "60")
    assert plain(server.port, "GET", "/a?b").headers["Location"] == "https://public.example/a?b"
    assert tls_request(port, "GET", "/").headers["Strict-Transport-Security"] == "max-age=60"


# MARK: What it costs


def test_what_an_idle_connection_takes(start, certificate):
    """Buffers are let go of between records. What is left is OpenSSL's own state, 14 KiB of it in version 3.0, and the
    hub's part; with its buffers a connection would take 48 KiB."""
    server, port = begin(start, *certificate.flags, "--store", "memory", "--threads", "1", "--set", "keep_alive_ms=600000")
    made = context()

    def open_some(stack, count):
        for _ in range(count):
            client = stack.enter_context(tls_connection(port, made=made))
            client.sendall(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n")
            assert client.recv(65_536)
        return server.resident_bytes()

    with contextlib.ExitStack() as stack:
        before = open_some(stack, 200)
        count = 400
        taken = (open_some(stack, count) - before) / count
        print(f"an idle connection takes {taken:.0f} bytes")
        assert taken <= 20 * 1_024
