"""Feeds from a real source: every format, plain and encrypted, and every way for a source to misbehave."""

import json
import re
import socket
import subprocess
import threading
import time
from datetime import datetime, timezone

import pytest

from harness.server import PATIENCE_S, run
from harness.sockets import open_socket
from harness.upstream import Authority, Proxy, Upstream, gzipped, item


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def follower(tmp_path_factory, authority):
    """One server for the tests that need no flags of their own; each names its feeds by itself."""
    from harness.server import Server

    with Server(
        tmp_path_factory.mktemp("data"), "--store", "memory", "--threads", "2", "--allow-private-feeds", "--feed-ca",
        authority.path, "--set", "feeds=1000",
    ) as server:
        yield server
        assert server.process.poll() is None, f"the server died:\n{server.log}"


names = iter(f"feed-{number}" for number in range(1_000_000))


def follow(server, url, format=None, **more):
    name = next(names)
    body = {"name": name, "url": url, **more}
    if format:
        body["format"] = format
    answer = server.post("/v1/feeds", body)
    assert answer.status == 201, answer.body
    return name


def status(server, name):
    """None where the loop that answers does not know the feed yet."""
    return next((feed for feed in server.get("/v1/feeds").json()["feeds"] if feed["name"] == name), None)


def wait_for(server, name, condition, timeout=PATIENCE_S):
    """The feed's status, once it is as wanted."""
    deadline = time.monotonic() + timeout
    while True:
        feed = status(server, name)
        if feed and condition(feed):
            return feed
        assert time.monotonic() < deadline, feed
        time.sleep(0.02)


def items(count):
    return lambda feed: feed["items"] >= count


def speak(call, format):
    """Three items and something that is none, then silence."""
    if format == "websocket":
        call.accept_web_socket()
        for number in range(3):
            call.frame(item(number))
        call.frame('{"broken')
    elif format == "sse":
        call.begin_chunks(Content_Type="text/event-stream; charset=utf-8")
        for number in range(3):
            call.chunk(f"id: {number}\ndata: {item(number)}\n\n")
        call.chunk('data: {"broken\n\n')
    else:
        call.begin_chunks()
        for number in range(3):
            call.chunk(item(number) + "\r\n")
        call.chunk('\r\n{"broken\r\n')
    call.wait_for_end()


def read_metrics(server):
    return server.get("/metrics").body.decode()


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("format", ["ndjson", "sse", "websocket"])
def test_each_format(follower, authority, format, encrypted):
    tls = authority.server("DNS:localhost") if encrypted else None
    with Upstream(lambda call: speak(call, format), tls) as upstream:
        scheme = ("ws" if format == "websocket" else "http") + ("s" if encrypted else "")
        url = upstream.url("/stream?key=1", scheme, "localhost")
        name = follow(follower, url, format, headers={"Authorization": "Bearer 7"})
        feed = wait_for(follower, name, lambda feed: feed["items"] == 3 and feed["bad_lines"] == 1)
        assert feed["state"] == "streaming"
        assert feed["url"] == f"{scheme}://localhost:{upstream.port}/stream?…"
        assert feed["bytes"] > 100 and feed["last_item_at"] and "last_error" not in feed
        [call] = upstream.calls
        assert (call.method, call.target) == ("GET", "/stream?key=1")
        assert call.headers["host"] == f"localhost:{upstream.port}"
        assert call.headers["authorization"] == "bearer 7"
        # The host is said when encryption begins, too.
        if encrypted:
            assert tls.names_asked_for == ["localhost"]
        # Each loop knows the others' feeds, a second late.
        figures = {"items": "3", "bad_lines": "1", "bytes": "[0-9]{3,}", "dropped": "0", "reconnects": "0"}
        lines = [f'^chat_feed_{figure}_total{{feed="{name}"}} {value}$' for figure, value in figures.items()]
        lines.append(f'^chat_feed_streaming{{feed="{name}"}} 1$')
        deadline = time.monotonic() + PATIENCE_S
        while not all(re.search(line, metrics := read_metrics(follower), re.MULTILINE) for line in lines):
            assert time.monotonic() < deadline, metrics
            time.sleep(0.05)
        assert follower.request("DELETE", f"/v1/feeds/{name}").status == 204
        assert call.wait_for_end() in (b"",)


def test_an_address_has_a_certificate_too(follower, authority):
    with Upstream(lambda call: speak(call, "ndjson"), authority.server("IP:127.0.0.1")) as upstream:
        name = follow(follower, upstream.url(scheme="https"), "ndjson")
        wait_for(follower, name, items(3))


@pytest.mark.parametrize(
    "certificate, host, words",
    [("DNS:example.org", "localhost", "mismatch"), ("DNS:*.localhost", "localhost", "mismatch"),
     ("DNS:localhost", "127.0.0.1", "mismatch"), ("IP:127.0.0.2", "127.0.0.1", "mismatch")])
def test_a_certificate_for_somebody_else(follower, authority, certificate, host, words):
    with Upstream(lambda call: speak(call, "ndjson"), authority.server(certificate)) as upstream:
        name = follow(follower, upstream.url(scheme="https", host=host), "ndjson", headers={"Authorization": "secret"})
        feed = wait_for(follower, name, lambda feed: "last_error" in feed)
        assert "certificate is not accepted" in feed["last_error"] and words in feed["last_error"].lower()
        assert upstream.calls == []


def test_a_certificate_by_somebody_else(follower, tmp_path):
    with Upstream(lambda call: speak(call, "ndjson"), Authority(tmp_path).server("DNS:localhost")) as upstream:
        name = follow(follower, upstream.url(scheme="https", host="localhost"), "ndjson")
        feed = wait_for(follower, name, lambda feed: "last_error" in feed)
        assert "certificate is not accepted" in feed["last_error"]
        assert upstream.calls == []


def test_the_systems_authorities_do_not_know_the_tests(start, authority):
    server = start("--store", "memory", "--allow-private-feeds")
    with Upstream(lambda call: speak(call, "ndjson"), authority.server("DNS:localhost")) as upstream:
        name = follow(server, upstream.url(scheme="https", host="localhost"), "ndjson")
        feed = wait_for(server, name, lambda feed: "last_error" in feed)
        assert "certificate is not accepted" in feed["last_error"]
        assert upstream.calls == []


def test_plain_where_tls_is_expected(follower):
    with Upstream(lambda call: None) as upstream:
        def talk(connection):
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()
        upstream._serve = talk
        name = follow(follower, upstream.url(scheme="https"), "ndjson")
        feed = wait_for(follower, name, lambda feed: "last_error" in feed)
        assert "encrypted connection failed" in feed["last_error"]


# Coming again

def test_resumes_behind_the_last_event(follower):
    def behave(call):
        call.answer(200, Content_Type="text/event-stream")
        call.send(f"retry: 100\nid: n{len(upstream.calls)}\ndata: hello\n\nid: lost\ndata: cut o")

    with Upstream(behave) as upstream:
        name = follow(follower, upstream.url(), "sse")
        calls = upstream.wait_for_calls(3)
        assert "last-event-id" not in calls[0].headers
        assert [call.headers["last-event-id"] for call in calls[1:3]] == ["n1", "n2"]
        wait_for(follower, name, lambda feed: feed["reconnects"] >= 2)


def test_resumes_behind_the_last_cursor(follower):
    def behave(call):
        call.begin_chunks()
        call.chunk(json.dumps({"text": "x", "seq": 10 * len(upstream.calls)}) + "\n")
        # The end of the answer, in good order.
        call.send("0\r\n\r\n")

    with Upstream(behave) as upstream:
        follow(follower, upstream.url("/s?a=1"), "ndjson", cursor_field="seq", cursor_parameter="since id")
        calls = upstream.wait_for_calls(3)
        assert [call.target for call in calls[:3]] == ["/s?a=1", "/s?a=1&since%20id=10", "/s?a=1&since%20id=20"]


def test_a_wait_that_is_far_too_long(follower):
    """An hour at most, whatever is asked for; and what is no wait is passed over."""
    for value, hours in [("99999999999999999999999", 1), ("Wed, 21 Oct 2099 07:28:00 GMT", 1), ("soon", 0)]:
        answer = {"Retry_After": value, "Content_Length": "0"}
        with Upstream(lambda call, answer=answer: call.answer(429, **answer)) as upstream:
            name = follow(follower, upstream.url(), "ndjson")
            feed = wait_for(follower, name, lambda feed: "retry_at" in feed)
            wait = datetime.fromisoformat(feed["retry_at"].replace("Z", "+00:00")) - datetime.now(timezone.utc)
            assert hours * 3_600 - PATIENCE_S < wait.total_seconds() < hours * 3_600 + 60, value
            follower.request("DELETE", f"/v1/feeds/{name}")


def test_waits_as_long_as_it_is_asked_to(follower):
    def behave(call):
        if len(upstream.calls) == 1:
            call.answer(503, Retry_After="2", Content_Length="0")
        else:
            speak(call, "ndjson")

    with Upstream(behave) as upstream:
        name = follow(follower, upstream.url(), "ndjson")
        feed = wait_for(follower, name, lambda feed: "last_error" in feed)
        assert "503" in feed["last_error"] and feed["state"] == "waiting" and feed["retry_at"]
        wait_for(follower, name, items(3))
        assert upstream.calls[1].at - upstream.calls[0].at >= 2


def test_a_source_that_falls_silent(start):
    server = start("--store", "memory", "--allow-private-feeds", "--set", "feed_silence_ms=400")
    for format, scheme in [("ndjson", "http"), ("sse", "http"), ("websocket", "ws")]:
        with Upstream(lambda call, format=format: speak(call, format)) as upstream:
            name = follow(server, upstream.url(scheme=scheme), format)
            upstream.wait_for_calls(3)
            feed = wait_for(server, name, items(6))
            assert "Nothing came" in feed["last_error"]
            server.request("DELETE", f"/v1/feeds/{name}")


@pytest.mark.parametrize("behaviour", ["silent", "half a head", "byte by byte", "for ever 100", "nobody"])
def test_a_source_that_never_answers(start, behaviour):
    server = start("--store", "memory", "--allow-private-feeds", "--set", "feed_open_ms=300")
    stop = threading.Event()

    def behave(call):
        if behaviour == "half a head":
            call.send("HTTP/1.1 200 OK\r\nX: ")
        elif behaviour == "byte by byte":
            call.send("HTTP/1.1 200 OK\r\nX: ")
            while not stop.wait(0.02):
                call.send("y")
        elif behaviour == "for ever 100":
            while not stop.wait(0.02):
                call.send("HTTP/1.1 100 Continue\r\n\r\n")
        call.wait_for_end()

    with Upstream(behave) as upstream:
        if behaviour == "nobody":
            # Takes connections, and never shakes hands.
            name = follow(server, upstream.url(scheme="https"), "ndjson")
        else:
            name = follow(server, upstream.url(), "ndjson")
        feed = wait_for(server, name, lambda feed: feed["reconnects"] >= 2)
        assert "in time" in feed["last_error"]
        stop.set()


def test_nobody_listens(follower):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    name = follow(follower, f"http://127.0.0.1:{port}/", "ndjson")
    feed = wait_for(follower, name, lambda feed: feed["reconnects"] >= 2)
    assert "cannot be reached" in feed["last_error"]


def test_an_unknown_host(follower):
    name = follow(follower, "http://no-such-host.invalid/", "ndjson")
    feed = wait_for(follower, name, lambda feed: "last_error" in feed, timeout=40)
    assert feed["last_error"] == "The source's host name is not known."


# Redirects

def test_redirects(follower):
    def behave(call):
        if call.target == "/a":
            call.answer(302, Location="/b", Content_Length="0")
        elif call.target == "/b":
            call.answer(307, Location=upstream.url("/c", host="localhost"), Content_Length="0")
        else:
            speak(call, "ndjson")

    with Upstream(behave) as upstream:
        name = follow(follower, upstream.url("/a"), "ndjson", headers={"X-Key": "k"})
        wait_for(follower, name, items(3))
        assert [call.target for call in upstream.calls] == ["/a", "/b", "/c"]
        # What was meant for one host is not told to another.
        assert ["x-key" in call.headers for call in upstream.calls] == [True, True, False]


def test_redirects_without_end(follower):
    with Upstream(lambda call: call.answer(302, Location="/again", Content_Length="0")) as upstream:
        name = follow(follower, upstream.url("/a"), "ndjson")
        feed = wait_for(follower, name, lambda feed: "last_error" in feed)
        assert feed["last_error"] == "The source redirects more than 5 times."


def test_redirects_out_of_encryption(follower, authority):
    with Upstream(lambda call: speak(call, "ndjson")) as plain:
        def behave(call):
            call.answer(302, Location=plain.url(host="localhost"), Content_Length="0")

        with Upstream(behave, authority.server("DNS:localhost")) as upstream:
            name = follow(follower, upstream.url(scheme="https", host="localhost"), "ndjson")
            feed = wait_for(follower, name, lambda feed: "last_error" in feed)
            assert "not" in feed["last_error"] and "encrypted" in feed["last_error"]
            assert plain.connections == 0


# Addresses

@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"])
def test_private_addresses_are_refused(server, host):
    with Upstream(lambda call: speak(call, "ndjson")) as upstream:
        name = follow(server, upstream.url(host=host), "ndjson")
        try:
            feed = wait_for(server, name, lambda feed: "last_error" in feed)
            assert feed["last_error"] == "The source's address is a private one, which is not allowed."
            assert upstream.connections == 0
        finally:
            server.request("DELETE", f"/v1/feeds/{name}")


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.0.1/", "http://100.64.0.1/",
            "http://[fe80::1]/", "http://[fd00::1]/", "http://224.0.0.1/"])
def test_addresses_of_the_inside_are_refused(server, url):
    name = follow(server, url, "ndjson")
    try:
        feed = wait_for(server, name, lambda feed: "last_error" in feed)
        assert "private" in feed["last_error"]
    finally:
        server.request("DELETE", f"/v1/feeds/{name}")


# Misbehaviour

def test_breaks_off_within_a_character(follower):
    def behave(call):
        call.answer(200)
        call.send((item(1) + "\n").encode() + item(2, author="日").replace("\\u65e5", "日").encode()[:-4])
        if len(upstream.calls) % 2:
            call.reset()

    with Upstream(behave) as upstream:
        name = follow(follower, upstream.url(), "ndjson")
        feed = wait_for(follower, name, items(3))
        assert feed["bad_lines"] >= 1


def test_a_hundred_megabytes_without_a_line_end(start):
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "1")
    chunk = b"x" * 1_000_000

    def behave(call):
        call.begin_chunks()
        for _ in range(100):
            call.chunk(chunk)
        call.chunk("\n" + item(1) + "\n")
        call.wait_for_end()

    with open_socket(server, "/broadcast/all") as client, Upstream(behave) as upstream:
        client.send("before")
        assert client.recv(timeout=PATIENCE_S) == "before"
        before = server.resident_bytes()
        name = follow(server, upstream.url(), "ndjson")
        feed = wait_for(server, name, items(1), timeout=60)
        assert feed["bad_lines"] == 1 and feed["bytes"] > 100_000_000
        assert server.resident_bytes() - before < 16_000_000
        client.send("after")
        assert client.recv(timeout=PATIENCE_S) == "after"


@pytest.mark.parametrize("format", ["sse", "websocket"])
def test_other_formats_without_an_end(start, format):
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "1")

    def behave(call):
        if format == "sse":
            call.answer(200, Content_Type="text/event-stream")
            for _ in range(40):
                call.send(b"data: " + b"x" * 1_000_000)
            call.send(f"\n\ndata: {item(1)}\n\n")
        else:
            call.accept_web_socket()
            if len(upstream.calls) == 1:
                # One message of many fragments.
                call.send(b"\x01\x7f" + (65_536).to_bytes(8, "big") + b"x" * 65_536)
                for _ in range(1_000):
                    call.send(b"\x00\x7f" + (65_536).to_bytes(8, "big") + b"x" * 65_536)
            else:
                call.frame(item(1))
        call.wait_for_end()

    with Upstream(behave) as upstream:
        before = server.resident_bytes()
        name = follow(server, upstream.url(scheme="ws" if format == "websocket" else "http"), format)
        wait_for(server, name, items(1), timeout=60)
        assert server.resident_bytes() - before < 16_000_000


def test_compressed(follower):
    def behave(call):
        assert call.headers["accept-encoding"] == "gzip"
        call.begin_chunks(Content_Encoding="gzip")
        data = gzipped("".join(item(number) + "\n" for number in range(500)).encode())
        for start in range(0, len(data), 7):
            call.chunk(data[start:start + 7])
        call.wait_for_end()

    with Upstream(behave) as upstream:
        name = follow(follower, upstream.url(), "ndjson")
        feed = wait_for(follower, name, items(500))
        assert feed["items"] == 500 and feed["bad_lines"] == 0


def test_a_compressed_bomb(start):
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "1")

    def behave(call):
        call.answer(200, Content_Encoding="gzip")
        call.send(gzipped(b" " * 100_000_000))
        call.wait_for_end()

    with Upstream(behave) as upstream:
        before = server.resident_bytes()
        name = follow(server, upstream.url(), "ndjson")
        feed = wait_for(server, name, lambda feed: "last_error" in feed)
        assert feed["last_error"] == "The source's compressed answer expands too much."
        assert server.resident_bytes() - before < 40_000_000
        assert server.get("/health").status == 200


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0" * 1_000, b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000,
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", b"HTTP/1.1 101 X\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip", b"HTTP/1.1 304 X\r\n\r\n"],
    ids=range(8))
def test_nonsense(follower, answer):
    with open_socket(follower, "/broadcast/nonsense") as client, Upstream(lambda call: call.send(answer)) as upstream:
        name = follow(follower, upstream.url(), "ndjson")
        feed = wait_for(follower, name, lambda feed: feed["reconnects"] >= 1)
        assert feed["items"] == 0 and feed["last_error"]
        client.send("still here")
        assert client.recv(timeout=PATIENCE_S) == "still here"
        follower.request("DELETE", f"/v1/feeds/{name}")


def test_a_source_that_reads_nothing(follower):
    """A WebSocket that pings without end, and does not read the answers."""
    def behave(call):
        call.accept_web_socket()
        call.frame(item(1))
        pings = (b"\x89\x7d" + b"p" * 125) * 1_000
        for _ in range(1_000):
            call.send(pings)

    with Upstream(behave) as upstream:
        name = follow(follower, upstream.url(scheme="ws"))
        feed = wait_for(follower, name, lambda feed: "last_error" in feed, timeout=60)
        assert feed["state"] != "stopped"
        assert follower.get("/health").status == 200
        follower.request("DELETE", f"/v1/feeds/{name}")


# The server

def test_a_file_of_feeds(start, tmp_path):
    with Upstream(lambda call: speak(call, "sse")) as upstream:
        path = tmp_path / "feeds.json"
        path.write_text(json.dumps([{"name": "from-file", "url": upstream.url(), "format": "sse"}]))
        server = start("--store", "memory", "--allow-private-feeds", "--feeds", path, "--threads", "2")
        wait_for(server, "from-file", items(3))
        assert server.stop() == 0


@pytest.mark.parametrize(
    "content, words",
    [(None, "cannot be read"), ("{", "no JSON"), ("{}", "no list of feeds"),
     ('[{"name":"a","url":"ws://a/"},{"name":"a","url":"ws://b/"}]', "Feed 2: There are two feeds"),
     ('[{"name":"a","url":"ws://a/","text_feild":"t"}]', "Feed 1: A feed has no field 'text_feild'"),
     ('[{"name":"a","url":"http://u:p@a/","format":"sse"}]', "must not have a user name"), ('[{"name":"a"}]', "Feed 1: The field 'url' is missing"),
     ('[{"name":"a","url":"file:///etc/passwd","format":"sse"}]', "http://")])
def test_a_file_that_is_wrong(tmp_path, content, words):
    path = tmp_path / "feeds.json"
    if content is not None:
        path.write_text(content)
    result = run("serve", "--listen", "127.0.0.1:0", "--store", "memory", "--feeds", path)
    assert result.returncode == 1
    assert words in result.stderr and str(path) in result.stderr


def test_authorities_that_are_wrong(tmp_path):
    result = run("serve", "--listen", "127.0.0.1:0", "--store", "memory", "--feed-ca", tmp_path / "none.pem")
    assert result.returncode == 1 and "none.pem" in result.stderr


def test_the_demo_feed(start):
    server = start("--store", "memory", "--demo")
    wait_for(server, "demo", lambda feed: feed["items"] >= 3 and feed["state"] == "streaming")


def test_the_end_does_not_wait_for_feeds(start):
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "2")
    with Upstream(lambda call: speak(call, "ndjson")) as upstream:
        followed = [follow(server, upstream.url(), "ndjson") for _ in range(5)]
        for name in followed:
            wait_for(server, name, items(3))
        follow(server, "http://no-such-host.invalid/", "ndjson")
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 5


def test_outsiders_and_foreign_pages_have_no_feeds(server):
    body = {"name": "evil", "url": "http://example.org/", "format": "ndjson"}
    assert server.post("/v1/feeds", body, host="example.org").status == 401
    assert server.post("/v1/feeds", body, headers={"X-Forwarded-For": "192.0.2.1"}).status == 401
    assert server.post("/v1/feeds", body, headers={"Origin": "http://evil.example"}).status == 403
    assert server.get("/v1/feeds", host="example.org").status == 401
    assert server.get("/v1/feeds").json()["feeds"] == []


def test_keys_for_feeds(start):
    """With a key made for it, feeds may be named and seen from elsewhere."""
    server = start("--store", "memory", "--dialect", "none", "--allow-private-feeds")

    def key(*arguments):
        return {"Authorization": "Bearer " + run("key", "add", *arguments, "--data", server.data).stdout.strip()}

    feeds, publisher, wrong = key("--feeds"), key("--publish", ">"), {"Authorization": "Bearer ck_" + "0" * 64}
    assert server.get("/v1/feeds").status == 401
    assert server.get("/v1/feeds", headers=wrong).status == 401
    assert server.get("/v1/feeds", headers=publisher).status == 403
    with Upstream(lambda call: speak(call, "ndjson")) as upstream:
        body = {"name": "kept", "url": upstream.url("/?token=hidden"), "format": "ndjson"}
        assert server.post("/v1/feeds", body, headers=publisher).status == 403
        assert server.post("/v1/feeds", body, headers=feeds, host="elsewhere.example").status == 201
        upstream.wait_for_calls(1)
        listed = server.get("/v1/feeds", headers=feeds)
        assert listed.json()["feeds"][0]["name"] == "kept" and b"hidden" not in listed.body
        assert server.request("DELETE", "/v1/feeds/kept", headers=publisher).status == 403
        assert server.request("DELETE", "/v1/feeds/kept", headers=feeds).status == 204


def test_faster_than_can_be(start):
    """A source that sends as fast as it can: items are counted, memory stays, clients are served."""
    server = start("--store", "memory", "--allow-private-feeds", "--threads", "2")
    block = "".join(item(number) + "\n" for number in range(1_000)).encode()
    stop = threading.Event()

    def behave(call):
        call.begin_chunks()
        while not stop.is_set():
            call.chunk(block)

    with open_socket(server, "/broadcast/all") as client, Upstream(behave) as upstream:
        name = follow(server, upstream.url(), "ndjson")
        wait_for(server, name, items(20_000))
        before = server.resident_bytes()
        for number in range(50):
            client.send(str(number))
            assert client.recv(timeout=PATIENCE_S) == str(number)
        wait_for(server, name, items(200_000), timeout=60)
        assert server.resident_bytes() - before < 24_000_000
        stop.set()


# How a source is reached


def own_hosts(path, *lines):
    """What starts a server with a file of hosts of its own."""
    path.write_text("127.0.0.1 localhost\n" + "".join(f"{line}\n" for line in lines))
    script = 'mount --bind "$0" /etc/hosts && exec "$@"'
    launcher = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, str(path)]
    if subprocess.run([*launcher, "true"], capture_output=True).returncode != 0:
        pytest.skip("a file of hosts of one's own needs the right to mount")
    return launcher


def test_all_addresses_of_a_name_are_tried_at_once(start, tmp_path):
    """Nobody listens at the first address; and a redirect begins anew, with another name."""
    dead = ["::1", "127.0.0.2", "127.0.0.3"]
    launcher = own_hosts(
        tmp_path / "hosts", *(f"{address} {name}.test" for name in ("one", "two") for address in (*dead, "127.0.0.1")))

    def behaviour(call):
        if call.target == "/":
            call.answer(302, Location=f"http://two.test:{upstream.port}/stream", Content_Length="0")
        else:
            speak(call, "ndjson")

    server = start("--store", "memory", "--threads", "2", "--allow-private-feeds", launcher=launcher)
    with Upstream(behaviour) as upstream:
        name = follow(server, upstream.url(host="one.test"), "ndjson")
        feed = wait_for(server, name, items(3))
        assert (feed["state"], feed["reconnects"]) == ("streaming", 0)
        assert [call.target for call in upstream.calls] == ["/", "/stream"]


def test_an_address_that_is_of_no_use_gives_way(start, tmp_path, authority):
    """At the first address somebody listens who speaks no TLS."""
    launcher = own_hosts(tmp_path / "hosts", "127.0.0.2 source.test", "127.0.0.1 source.test")
    server = start(
        "--store", "memory", "--threads", "1", "--allow-private-feeds", "--feed-ca", authority.path, launcher=launcher)
    with Upstream(lambda call: speak(call, "ndjson"), authority.server("DNS:source.test")) as upstream:
        with socket.create_server(("127.0.0.2", upstream.port)) as other:

            def refuse():
                while True:
                    try:
                        connection, _ = other.accept()
                    except OSError:
                        return
                    with connection:
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            threading.Thread(target=refuse, daemon=True).start()
            name = follow(server, upstream.url(scheme="https", host="source.test"), "ndjson")
            assert wait_for(server, name, items(3))["reconnects"] <= 2


@pytest.mark.parametrize("spoken", ["graphql-ws", None])
def test_a_subprotocol_is_asked_for(follower, spoken):
    def behaviour(call):
        fields = {"Sec_WebSocket_Protocol": spoken} if spoken else {}
        call.accept_web_socket(**fields)
        call.frame(item(1))
        call.wait_for_end()

    with Upstream(behaviour) as upstream:
        name = follow(follower, upstream.url(scheme="ws"), subprotocol="graphql-ws")
        assert wait_for(follower, name, items(1))["state"] == "streaming"
        assert upstream.calls[0].headers["sec-websocket-protocol"] == "graphql-ws"


def test_a_subprotocol_that_was_not_asked_for(follower):
    with Upstream(lambda call: call.accept_web_socket(Sec_WebSocket_Protocol="other")) as upstream:
        name = follow(follower, upstream.url(scheme="ws"), subprotocol="graphql-ws")
        assert "subprotocol" in wait_for(follower, name, lambda feed: feed.get("last_error"))["last_error"]
    assert follower.post("/v1/feeds", {"name": "x", "url": "ws://a", "subprotocol": "a b"}).status == 422
    body = {"name": "x", "url": "http://a", "format": "sse", "subprotocol": "a"}
    assert follower.post("/v1/feeds", body).status == 422


def through(start, authority, proxy, *arguments, **environment):
    variables = {"HTTPS_PROXY": f"http://us%65r:pa%20ss@127.0.0.1:{proxy.port}", **environment}
    return start(
        "--store", "memory", "--threads", "1", "--feed-ca", authority.path, *arguments, environment=variables)


@pytest.mark.parametrize("format", ["ndjson", "websocket"])
def test_encrypted_feeds_go_through_the_proxy(start, authority, format):
    with Proxy() as proxy, Upstream(lambda call: speak(call, format), authority.server("DNS:source.test")) as upstream:
        server = through(start, authority, proxy, "--allow-private-feeds")
        # The name is one that only the proxy knows.
        url = upstream.url(scheme="wss" if format == "websocket" else "https", host="source.test")
        assert wait_for(server, follow(server, url, format), items(3))["reconnects"] == 0
        [asked] = proxy.asked
        assert (asked.method, asked.target) == ("CONNECT", f"source.test:{upstream.port}")
        assert asked.raw_headers["Host"] == asked.target
        assert asked.raw_headers["Proxy-Authorization"] == "Basic dXNlcjpwYSBzcw=="
        assert "Proxy-Authorization" not in upstream.calls[0].raw_headers


@pytest.mark.parametrize("exceptions", ["localhost", "a.example, .localhost", "*", "127.0.0.0/8"])
def test_what_the_proxy_is_not_for(start, authority, exceptions):
    names = authority.server("DNS:localhost,IP:127.0.0.1")
    with Proxy() as proxy, Upstream(lambda call: speak(call, "ndjson"), names) as upstream:
        server = through(start, authority, proxy, "--allow-private-feeds", NO_PROXY=exceptions)
        host = "127.0.0.1" if "/" in exceptions else "localhost"
        wait_for(server, follow(server, upstream.url(scheme="https", host=host), "ndjson"), items(3))
        with Upstream(lambda call: speak(call, "ndjson")) as plain:
            wait_for(server, follow(server, plain.url(), "ndjson"), items(3))
        assert proxy.asked == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"])
def test_a_proxy_leads_to_no_private_address(start, authority, host):
    """Only what is asked for counts: the proxy itself may be anywhere."""
    with Proxy() as proxy:
        server = through(start, authority, proxy)
        name = follow(server, f"https://{host}:9/", "ndjson")
        feed = wait_for(server, name, lambda feed: feed.get("last_error"))
        assert feed["last_error"] == "The source's address is a private one, which is not allowed."
        assert proxy.asked == []


def test_a_public_address_is_asked_for_as_such(start, tmp_path, authority):
    """What a name leads to where the proxy is nobody can tell."""
    launcher = own_hosts(tmp_path / "hosts", "1.1.1.1 source.test")
    with Proxy() as proxy, Upstream(lambda call: speak(call, "ndjson"), authority.server("DNS:source.test")) as upstream:
        server = start(
            "--store", "memory", "--threads", "1", "--feed-ca", authority.path, launcher=launcher,
            environment={"https_proxy": f"127.0.0.1:{proxy.port}"})
        wait_for(server, follow(server, upstream.url(scheme="https", host="source.test"), "ndjson"), items(3))
        assert [asked.target for asked in proxy.asked] == [f"1.1.1.1:{upstream.port}"]


def test_a_proxy_that_refuses(start, authority):
    with Proxy("403 Forbidden") as proxy:
        server = through(start, authority, proxy, "--allow-private-feeds")
        name = follow(server, "https://source.test/", "ndjson")
        feed = wait_for(server, name, lambda feed: feed.get("last_error"))
        assert feed["last_error"] == "The proxy answered with status 403."


def test_a_proxy_that_is_none(tmp_path):
    ended = run("serve", "--data", tmp_path, "--listen", "127.0.0.1:0", HTTPS_PROXY="socks5://secret@host")
    assert ended.returncode == 1
    assert "HTTPS_PROXY" in ended.stderr and "secret" not in ended.stderr
