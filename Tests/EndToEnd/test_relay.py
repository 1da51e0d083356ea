"""The relay dialect: the session that its tutorial shows, and what its clients may do besides."""

import contextlib
import json
import re
import shutil
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from harness.server import PATIENCE_S
from harness.sockets import TEXT, RawSocket, close_code, frame, open_socket

LOOPS = [1, 3]


@pytest.fixture(scope="module", params=LOOPS)
def relay(request, tmp_path_factory):
    from harness.server import Server

    with Server(tmp_path_factory.mktemp("data"), "--store", "memory", "--threads", str(request.param)) as server:
        yield server
        assert server.process.poll() is None, f"the server died:\n{server.log}"


def register(server, **body):
    answer = server.post("/register", {"user_id": 1, **body})
    assert answer.status == 200, answer.body
    url = answer.json()["url"]
    prefix = f"ws://127.0.0.1:{server.port}"
    assert url.startswith(prefix + "/ws/")
    return url.removeprefix(prefix)


def publish(server, topic, message, **more):
    answer = server.post("/publish", {"topic": topic, "message": message, **more})
    assert answer.status == 200 and answer.body == b""


def expect(client, *messages):
    assert [client.recv(timeout=PATIENCE_S) for _ in messages] == list(messages)


def fence(server, client, topic):
    """What was published before this has reached the client when this returns."""
    publish(server, topic, "fence")
    messages = []
    while (message := client.recv(timeout=PATIENCE_S)) != "fence":
        messages.append(message)
    return messages


def test_the_session_of_the_tutorial(relay):
    """Register, connect, publish, change the topics, ping, unregister."""
    assert relay.get("/health").status == 200
    path = register(relay)
    with open_socket(relay, path) as client:
        client.send("ping")
        client.send("ping\n")
        publish(relay, "cats", "are awesome", user_id=1)
        publish(relay, "dogs", "are not heard of")
        expect(client, "are awesome")
        client.send(json.dumps({"topics": ["cats", "dogs"]}))
        # Nothing says when a list has been read: a message published to it does.
        while True:
            publish(relay, "dogs", "probe")
            with contextlib.suppress(TimeoutError):
                expect(client, "probe")
                break
        messages = fence(relay, client, "dogs")
        assert set(messages) <= {"probe"}
        publish(relay, "cats", "žluťoučký 🐎", user_id=1)
        publish(relay, "cats", "not for user 1", user_id=2)
        publish(relay, "dogs", "wow")
        assert fence(relay, client, "cats") in (["žluťoučký 🐎", "wow"], ["žluťoučký 🐎"])
        assert relay.request("DELETE", path.replace("/ws/", "/register/")).status == 200
        assert close_code(client) == 1000
    for again in (path, "/ws/unknown"):
        with pytest.raises(InvalidStatus, match="404"):
            with open_socket(relay, again):
                pass


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_session_of_the_documentation(relay):
    """The commands of docs/relay.md, as they stand there, with websocat's part played by us."""
    text = (Path(__file__).parents[2] / "docs/relay.md").read_text().replace("\\\n", "")
    commands = [line[2:] for line in re.findall(r"^    (\$ .*)$", text, re.MULTILINE)]
    assert [command.split()[0] for command in commands] == ["chatserver", "curl", "websocat", "curl"]

    def run(command):
        command = command.replace("localhost:8080", f"localhost:{relay.port}")
        return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE_S, check=True).stdout

    answer = json.loads(run(commands[1]))
    assert list(answer) == ["url"]
    with open_socket(relay, answer["url"].removeprefix(f"ws://localhost:{relay.port}")) as client:
        assert run(commands[3]) == ""
        expect(client, "meow")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_tutorials_own_commands(relay):
    """What the warp tutorial has its readers type."""
    def curl(*arguments):
        return subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", *arguments], capture_output=True, text=True,
            timeout=PATIENCE_S, check=True).stdout

    base, kind = f"http://localhost:{relay.port}", ["-H", "Content-Type: application/json"]
    url = json.loads(curl("-X", "POST", f"{base}/register", *kind, "-d", '{ "user_id": 1 }'))["url"]
    with open_socket(relay, url.removeprefix(f"ws://localhost:{relay.port}")) as client:
        publish = '{"user_id": 1, "topic": "cats", "message": "are awesome"}'
        assert curl("-X", "POST", f"{base}/publish", *kind, "-d", publish) == ""
        expect(client, "are awesome")
        curl("-X", "DELETE", url.replace("ws://", "http://").replace("/ws/", "/register/"))
        assert close_code(client) == 1000


def test_a_user_has_several_clients(relay):
    with ExitStack() as stack:
        topic = "several"
        mine = [stack.enter_context(open_socket(relay, register(relay, user_id=7, topic=topic))) for _ in range(6)]
        other = stack.enter_context(open_socket(relay, register(relay, user_id=8, topic=topic)))
        publish(relay, topic, "for seven", user_id=7)
        publish(relay, topic, "for all")
        for client in mine:
            expect(client, "for seven", "for all")
        expect(other, "for all")


def test_a_new_client_follows_cats(relay):
    with open_socket(relay, register(relay)) as client:
        publish(relay, "cats", "meow")
        expect(client, "meow")


def test_a_long_list_of_topics(relay):
    topics = [f"topic number {number}" for number in range(10_000)]
    with open_socket(relay, register(relay, topics=topics)) as client:
        for number in (0, 4_999, 9_999):
            publish(relay, topics[number], str(number))
        expect(client, "0", "4999", "9999")
    assert relay.post("/register", {"user_id": 1, "topics": [*topics, "one more"]}).status == 422


def short_names(count):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return [digits[n // 1_296] + digits[n // 36 % 36] + digits[n % 36] for n in range(count)]


def test_a_long_list_over_the_socket(relay):
    """As many topics as a message has room for; a longer message is one that is too big, as any other."""
    topics = short_names(10_000)
    with open_socket(relay, register(relay, topic="before")) as client:
        client.send(json.dumps({"topics": topics}, separators=(",", ":")))
        while True:
            publish(relay, topics[-1], "probe")
            with contextlib.suppress(TimeoutError):
                assert client.recv(timeout=0.2) == "probe"
                break
        publish(relay, "before", "not any more")
        publish(relay, topics[0], "first")
        assert set(fence(relay, client, topics[-1])) <= {"probe", "first"}
        client.send(json.dumps({"topics": [f"a longer name {number}" for number in range(10_000)]}))
        assert close_code(client) == 1009


def test_a_list_that_comes_byte_by_byte(relay):
    with RawSocket(relay, register(relay, topics=["none"])) as client:
        for byte in frame(TEXT, json.dumps({"topics": ["by bytes"]}).encode()):
            client.send(bytes([byte]))
        stop = threading.Event()

        def knock():
            while not stop.wait(0.05):
                publish(relay, "by bytes", "here")

        thread = threading.Thread(target=knock)
        thread.start()
        try:
            assert client.receive() == (TEXT, b"here")
        finally:
            stop.set()
            thread.join()


def test_deleting_while_publishing(relay):
    """What arrives is a beginning of what was published, in order, and the socket is closed with 1000."""
    topic = "deleting"
    path = register(relay, topic=topic)
    stop = threading.Event()
    published = []

    def keep_publishing():
        while not stop.is_set():
            publish(relay, topic, str(len(published)))
            published.append(None)

    with open_socket(relay, path) as client:
        thread = threading.Thread(target=keep_publishing)
        thread.start()
        try:
            heard = [client.recv(timeout=PATIENCE_S) for _ in range(50)]
            assert relay.request("DELETE", path.replace("/ws/", "/register/")).status == 200
            at_deletion = len(published)
            with contextlib.suppress(Exception):
                while True:
                    heard.append(client.recv(timeout=PATIENCE_S))
            assert client.protocol.close_rcvd.code == 1000
        finally:
            stop.set()
            thread.join()
    assert heard == [str(number) for number in range(len(heard))]
    assert 50 <= len(heard) <= at_deletion + 1


def test_publishing_to_nobody(relay):
    for _ in range(3):
        publish(relay, "nobody", "listens")
        publish(relay, "nobody", "listens", user_id=1)


def test_pages_of_any_origin(relay):
    origin = {"Origin": "https://elsewhere.example"}
    asking = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path in ("/register", "/publish", "/health"):
        preflight = relay.request("OPTIONS", path, headers=asking)
        assert preflight.status == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    answer = relay.post("/register", {"user_id": 1}, headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_who_never_connects_is_forgotten(start):
    server = start("--store", "memory", "--set", "registration_ms=300", "--set", "registrations=1", "--threads", "1")
    register(server)
    assert server.post("/register", {"user_id": 1}).status == 503
    deadline = threading.Event()
    for _ in range(200):
        if server.post("/register", {"user_id": 1}).status == 200:
            return
        deadline.wait(0.05)
    pytest.fail("the client was not forgotten")


def test_behind_tls_the_url_says_so(start):
    server = start("--store", "memory", "--dialect", "relay", "--trust-proxy", "127.0.0.1")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "push.example", "X-Forwarded-For": "203.0.113.7"}
    url = server.post("/register", {"user_id": 1}, headers=headers).json()["url"]
    assert url.startswith("wss://push.example/ws/")


def test_is_closed_to_others(start):
    server = start("--store", "memory", "--dialect", "broadcast")
    for method, path in (("POST", "/register"), ("POST", "/publish"), ("DELETE", "/register/x"), ("GET", "/ws/x")):
        assert server.request(method, path, body={} if method == "POST" else None).status == 404
