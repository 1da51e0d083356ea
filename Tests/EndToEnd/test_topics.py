"""Native topics: publishing by REST with API keys, and subscribing on the socket."""

import contextlib
import http.client
import json
import subprocess
import time

import pytest

from harness.server import BINARY, PATIENCE_S, Server, clean_environment, run
from harness.sockets import open_socket

PASSWORD = "correct horse battery staple"


@pytest.fixture
def topics(tmp_path):
    with Server(
        tmp_path / "data", "--threads", "3", "--topic-history", "news.*=3", "--topic-publish", "chat.*",
        "--set", "message_rate=0", "--set", "password_cost=8",
    ) as server:
        yield server
        assert server.process.poll() is None, f"the server died:\n{server.log}"


def add_key(server, *arguments):
    added = run("key", "add", *arguments, "--data", server.data)
    assert added.returncode == 0, added.stderr
    key = added.stdout.strip()
    assert key.startswith("ck_") and len(key) == 67
    return key


def publish(server, topic, body, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return server.post(f"/v1/topics/{topic}/publications", body, headers=headers)


class Subscriber:
    """A socket of the native protocol, signed in."""

    def __init__(self, client, token):
        self.client = client
        self.count = 0
        self.call("hello", token=token)

    def receive(self):
        return json.loads(self.client.recv(timeout=PATIENCE_S))

    def call(self, kind, **fields):
        """Sends a command; gives its answer. What comes before it is kept."""
        self.count += 1
        self.client.send(json.dumps({"type": kind, "id": str(self.count), **fields}))
        answer = self.receive()
        assert answer.get("id") == str(self.count), answer
        return answer


def register(server, name):
    answer = server.post("/v1/auth/register", {"username": name, "password": PASSWORD})
    assert answer.status == 201, answer.body
    return answer.json()["token"], answer.json()["user"]["id"]


@pytest.fixture
def subscriber(topics):
    """Makes subscribers: signed-in users with a socket each."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(name):
            token, user = register(topics, name)
            client = stack.enter_context(
                open_socket(topics, "/v1/ws", subprotocols=["chat.v1.json"]))
            made = Subscriber(client, token)
            made.user, made.token = user, token
            return made

        yield make


def test_keys_beside_a_running_server(topics):
    """A key works at once, for what it was made for; when it is removed it works for a second at most."""
    body = {"data": {"score": "2:1"}}
    assert publish(topics, "news.sport", body).status == 401
    assert publish(topics, "news.sport", body, key="ck_" + "0" * 64).status == 401
    key = add_key(topics, "--publish", "news.*", "--name", "backend")
    answer = publish(topics, "news.sport", body, key)
    assert (answer.status, answer.json()) == (200, {"receivers": 0})
    assert publish(topics, "other", body, key).status == 403
    assert publish(topics, "news.*", body, key).status == 422
    assert publish(topics, "news.sport", {}, key).status == 400
    listed = run("key", "list", "--data", topics.data).stdout
    assert "publish news.*" in listed and "(backend)" in listed and key not in listed
    assert key not in (topics.data / "keys.json").read_text()
    assert run("key", "remove", listed.split()[0], "--data", topics.data).returncode == 0
    deadline = time.monotonic() + PATIENCE_S
    while publish(topics, "news.sport", body, key).status != 401:
        assert time.monotonic() < deadline, "the key still works"


def test_publications_reach_subscribers(topics, subscriber):
    ada, ben = subscriber("ada"), subscriber("ben")
    acked = ada.call("topic.subscribe", topics=["news.sport", "weather.>"])
    assert acked["type"] == "ack" and list(acked["topics"]) == ["news.sport"]
    assert ben.call("topic.subscribe", topics=["news.*", ">"])["type"] == "ack"
    key = add_key(topics, "--publish", "news.*", "--publish", "weather.>")
    assert publish(topics, "news.sport", {"data": {"n": 1}}, key).json() == {"receivers": 2}
    assert publish(topics, "weather.north.wind", {"data": "calm"}, key).json() == {"receivers": 2}
    assert publish(topics, "news.sport", {"data": None, "user_id": ben.user}, key).json() == {"receivers": 1}
    first = ada.receive()
    assert first == {
        "type": "publication", "topic": "news.sport", "epoch": acked["topics"]["news.sport"]["epoch"], "offset": 1,
        "data": {"n": 1}}
    assert ada.receive()["data"] == "calm"
    assert [ben.receive()["data"] for _ in range(3)] == [{"n": 1}, "calm", None]
    assert ada.call("topic.unsubscribe", topics=["news.sport"])["type"] == "ack"
    assert publish(topics, "news.sport", {"data": 2}, key).json() == {"receivers": 1}


def test_who_comes_back_gets_what_was_missed(topics, subscriber):
    ada = subscriber("ada")
    position = ada.call("topic.subscribe", topics=["news.a"])["topics"]["news.a"]
    key = add_key(topics, "--publish", ">")
    for number in range(1, 6):
        assert publish(topics, "news.a", {"data": number}, key).status == 200
    assert [ada.receive()["offset"] for _ in range(5)] == [1, 2, 3, 4, 5]
    ben = subscriber("ben")
    near = {**position, "offset": 2}
    answer = ben.call("topic.subscribe", topics=["news.a"], positions={"news.a": near})
    assert answer["topics"]["news.a"] == {"recovered": True, "epoch": position["epoch"], "offset": 5}
    assert [ben.receive()["data"] for _ in range(3)] == [3, 4, 5]
    for lost in ({**position, "offset": 1}, {"epoch": "f" * 16, "offset": 4}, {"epoch": "?", "offset": 4}):
        answer = ben.call("topic.subscribe", topics=["news.a"], positions={"news.a": lost})
        assert answer["topics"]["news.a"]["recovered"] is False


def test_after_a_restart_positions_of_before_are_of_another_epoch(start, tmp_path):
    """Nobody takes what came after a restart for what was missed before it."""
    def visit(server, token, **more):
        with open_socket(server, "/v1/ws", subprotocols=["chat.v1.json"]) as client:
            return Subscriber(client, token).call("topic.subscribe", topics=["news.a"], **more)["topics"]["news.a"]

    arguments = ["--threads", "2", "--topic-history", "news.*=100,60s", "--set", "password_cost=8"]
    server = start(*arguments)
    token, _ = register(server, "ada")
    key = add_key(server, "--publish", "news.*")
    for number in range(3):
        assert publish(server, "news.a", {"data": number}, key).status == 200
    before = visit(server, token)
    assert before["offset"] == 3
    recovered = visit(server, token, positions={"news.a": {**before, "offset": 1}})
    assert recovered == {**before, "recovered": True}
    assert server.stop() == 0
    server = start(*arguments)
    # The key still is one.
    for number in range(4):
        assert publish(server, "news.a", {"data": number}, key).status == 200
    after = visit(server, token, positions={"news.a": before})
    assert after["recovered"] is False and after["offset"] == 4 and after["epoch"] != before["epoch"]


def test_a_key_that_is_removed_while_it_is_used(topics):
    """Publications succeed up to some moment, and are refused from then on."""
    key = add_key(topics, "--publish", "news.*")
    connection = http.client.HTTPConnection(*topics.address, timeout=PATIENCE_S)
    with contextlib.closing(connection):

        def status():
            connection.request(
                "POST", "/v1/topics/news.a/publications", '{"data":1}',
                {"Authorization": f"Bearer {key}", "Host": f"127.0.0.1:{topics.port}"})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        assert status() == 200
        [listed] = [line for line in run("key", "list", "--data", topics.data).stdout.splitlines() if "news.*" in line]
        assert run("key", "remove", listed.split()[0], "--data", topics.data).returncode == 0
        deadline = time.monotonic() + PATIENCE_S
        while (last := status()) == 200:
            assert time.monotonic() < deadline, "the key still works"
        assert last == 401
        assert [status() for _ in range(20)] == [401] * 20


def test_what_users_may_publish(topics, subscriber):
    ada, ben = subscriber("ada"), subscriber("ben")
    own = f"user.{ada.user}.inbox"
    assert ada.call("topic.subscribe", topics=[own, "chat.lobby"])["type"] == "ack"
    assert ben.call("topic.subscribe", topics=[own])["code"] == "forbidden"
    assert ben.call("topic.subscribe", topics=["chat.*", "user.>"])["type"] == "ack"
    assert ben.call("publish", topic=own, data=1)["code"] == "forbidden"
    assert ben.call("publish", topic="news.a", data=1)["code"] == "forbidden"
    assert ben.call("publish", topic="chat.*", data=1)["code"] == "unprocessable"
    # Who publishes and is subscribed gets its own.
    ben.client.send(json.dumps({"type": "publish", "id": "p", "topic": "chat.lobby", "data": {"hi": True}}))
    frames = [ben.receive(), ben.receive()]
    assert sorted(frame["type"] for frame in frames) == ["ack", "publication"]
    assert next(frame for frame in frames if frame["type"] == "ack")["receivers"] == 2
    assert ada.receive()["data"] == {"hi": True}
    answer = topics.post(
        f"/v1/topics/{own}/publications", {"data": "note"}, headers={"Authorization": f"Bearer {ada.token}"})
    assert answer.json() == {"receivers": 1}
    assert ada.receive()["topic"] == own
    answer = topics.post(
        "/v1/topics/news.a/publications", {"data": 1}, headers={"Authorization": f"Bearer {ada.token}"})
    assert answer.status == 403


def test_a_rate_for_each_key(start):
    server = start("--store", "memory", "--threads", "2", "--set", "publish_rate=1", "--set", "publish_burst=5")
    key = add_key(server, "--publish", ">")
    answers = [publish(server, f"t.{number}", {"data": number}, key) for number in range(8)]
    statuses = [answer.status for answer in answers]
    assert statuses.count(200) in (5, 6) and statuses[-1] == 429
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["error"]["code"] == "rate_limited"


@pytest.mark.parametrize(
    "arguments", [[], ["make"], ["add"], ["add", "--publish", "a*"], ["add", "--publish"], ["remove"], ["list", "x"]])
def test_what_is_wrong_with_key_is_said(arguments, tmp_path):
    done = run("key", *arguments, CHATSERVER_DATA=str(tmp_path))
    assert done.returncode == 64
    assert done.stderr.startswith("chatserver: ") and not done.stdout
    assert list(tmp_path.iterdir()) == []


def test_many_keys_at_once(tmp_path):
    """Keys that are added at the same time are all there."""
    processes = [
        subprocess.Popen(
            [BINARY, "key", "add", "--publish", f"t.{number}", "--data", str(tmp_path)], env=clean_environment(),
            stdout=subprocess.PIPE) for number in range(12)]
    for process in processes:
        assert process.wait(PATIENCE_S) == 0
        process.stdout.close()
    listed = run("key", "list", "--data", tmp_path).stdout
    assert sorted(line.split()[3] for line in listed.splitlines()) == sorted(f"t.{number}" for number in range(12))
