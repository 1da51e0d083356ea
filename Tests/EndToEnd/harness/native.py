"""People who use the native protocol. Everything that the server says is held against docs/openapi.json and
docs/asyncapi.json."""

import contextlib
import functools
import itertools
import json
import re
import time
import uuid
from pathlib import Path

from jsonschema import Draft202012Validator
from websockets.exceptions import ConnectionClosed

from harness.server import PATIENCE_S
from harness.sockets import open_socket

DOCS = Path(__file__).parents[3] / "docs"
PASSWORD = "correct horse battery"
# Hashing that takes no time, and rates that no test meets unless it wants to.
QUICK = ("--set", "password_cost=10", "--set", "message_rate=100000", "--set", "message_burst=100000", "--set", "frame_rate=0")

_numbers = itertools.count(1)


@functools.cache
def _document(name):
    return json.loads((DOCS / name).read_text())


@functools.cache
def _operation(method, path):
    """The operation of the OpenAPI document that a path belongs to."""
    path = path.partition("?")[0]
    paths = _document("openapi.json")["paths"]
    # Literal segments come before parameters.
    for pattern in sorted(paths, key=lambda pattern: pattern.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path) and method.lower() in paths[pattern]:
            return paths[pattern][method.lower()]
    raise AssertionError(f"{method} {path} is not in openapi.json")


@functools.cache
def _validator(document, pointer):
    whole = _document(document)
    return Draft202012Validator({"$ref": f"#{pointer}", "components": whole["components"], "paths": whole.get("paths")})


def _check(schema, value, document):
    whole = _document(document)
    Draft202012Validator({**schema, "components": whole["components"]}).validate(value)


def check_answer(method, path, answer):
    """Holds an answer against the OpenAPI document."""
    responses = _operation(method, path)["responses"]
    response = responses.get(str(answer.status), responses["default"])
    assert str(answer.status) in responses or answer.status >= 400, f"{method} {path}: {answer.status} {answer.body}"
    content = response.get("content")
    if content is None:
        assert answer.body == b"", answer.body
    else:
        _check(content["application/json"]["schema"], answer.json(), "openapi.json")


# What a frame's `type` is called in the document, where that is not its own name.
_FRAMES = {"typing": "typing.list", "receipt": "receipt.moved"}


def check_frame(frame):
    """Holds a frame of the server against the AsyncAPI document."""
    kind = frame["event"] if frame["type"] == "event" else _FRAMES.get(frame["type"], frame["type"])
    messages = _document("asyncapi.json")["components"]["messages"]
    assert kind in messages, f"{kind} is not in asyncapi.json: {frame}"
    _check(messages[kind]["payload"], frame, "asyncapi.json")


class Person:
    """Somebody with an account."""

    def __init__(self, server, name=None, device=None, sign_up=True):
        self.server = server
        self.name = name or f"person{next(_numbers)}"
        answer = self._sign_up(device) if sign_up else self._sign_in(device)
        self.token = answer["token"]
        self.id = answer["user"]["id"]
        self.session = answer["session_id"]

    def _sign_up(self, device):
        body = {"username": self.name, "password": PASSWORD, "display_name": self.name.capitalize()}
        return expect(self.server.post("/v1/auth/register", {**body, **({"device_id": device} if device else {})}), 201)

    def _sign_in(self, device):
        body = {"username": self.name, "password": PASSWORD}
        return expect(self.server.post("/v1/auth/login", {**body, **({"device_id": device} if device else {})}), 200)

    def on(self, server):
        """The same person, at another server with the same data."""
        other = object.__new__(Person)
        other.__dict__.update(self.__dict__, server=server)
        return other

    def request(self, method, path, body=None, status=None):
        answer = self.server.request(method, path, body, headers={"Authorization": f"Bearer {self.token}"})
        check_answer(method, path, answer)
        if status is not None:
            assert answer.status == status, f"{method} {path}: {answer.status} {answer.body}"
        return answer

    def get(self, path, status=200):
        return self.request("GET", path, status=status).json()

    def post(self, path, body, status):
        answer = self.request("POST", path, body, status)
        return answer.json() if answer.body else None

    def put(self, path, body=None, status=204):
        answer = self.request("PUT", path, body, status)
        return answer.json() if answer.body else None

    def patch(self, path, body, status=200):
        return self.request("PATCH", path, body, status).json()

    def delete(self, path, status=204):
        answer = self.request("DELETE", path, status=status)
        return answer.json() if answer.body else None

    def make_room(self, *members, kind="group", visibility="private", name="Room"):
        body = {"kind": kind, "name": name, "visibility": visibility, "members": [member.id for member in members]}
        return self.post("/v1/rooms", body, 201)["room"]

    def direct(self, other):
        answer = self.request("PUT", f"/v1/direct/{other.id}")
        assert answer.status in (200, 201)
        return answer.json()["room"]

    def say(self, room, text, key=None, status=201, **more):
        return self.put(f"/v1/rooms/{room}/messages/{key or uuid.uuid4()}", {"text": text, **more}, status)

    def history(self, room, query=""):
        return self.get(f"/v1/rooms/{room}/messages{query}")["messages"]

    def texts(self, room):
        return [message["text"] for message in self.history(room, "?limit=300")]

    def role_in(self, room):
        return self.get(f"/v1/rooms/{room}")["room"]["role"]

    @contextlib.contextmanager
    def socket(self, resume=None, device=None, rooms=(), **options):
        with open_socket(self.server, "/v1/ws", subprotocols=["chat.v1.json"], **options) as client:
            socket = NativeSocket(client)
            socket.hello(self.token, resume, device)
            for room in rooms:
                socket.ask("subscribe", room=room)
            yield socket


def expect(answer, status):
    assert answer.status == status, answer.body
    return answer.json()


class NativeSocket:
    """A client of `/v1/ws`. Frames that were passed over in search of another are kept in `seen`."""

    def __init__(self, client):
        self.client = client
        self.seen = []
        self._ids = itertools.count(1)
        self.welcome = None

    def hello(self, token=None, resume=None, device=None):
        frame = {"type": "hello", "id": "hello", "client": "test"}
        if token:
            frame["token"] = token
        if resume is not None:
            frame["resume"] = resume
        if device:
            frame["device_id"] = device
        self.send(frame)
        self.welcome = self.expect(type="welcome")
        return self.welcome

    def send(self, frame):
        self.client.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    def command(self, command, **fields):
        """Sends a command, and gives its identifier."""
        name = f"c{next(self._ids)}"
        self.send({"type": command, "id": name, **fields})
        return name

    def ask(self, command, **fields):
        """Sends a command, and gives its ack."""
        name = self.command(command, **fields)
        answer = self.expect(id=name)
        assert answer["type"] == "ack", answer
        return answer

    def fail(self, code, command, **fields):
        """Sends a command that must be refused with the code."""
        name = self.command(command, **fields)
        answer = self.expect(id=name)
        assert (answer["type"], answer["code"]) == ("error", code), answer
        return answer

    def say(self, room, text, key=None, **more):
        return self.ask("message.send", room=room, text=text, client_msg_id=str(key or uuid.uuid4()), **more)

    def receive(self, timeout=PATIENCE_S):
        frame = json.loads(self.client.recv(timeout=timeout))
        check_frame(frame)
        return frame

    def expect(self, timeout=PATIENCE_S, **fields):
        """The next frame with these fields, be it among those passed over."""
        for index, frame in enumerate(self.seen):
            if matches(frame, fields):
                return self.seen.pop(index)
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            assert left > 0, f"no frame with {fields}; there were {self.seen}"
            try:
                frame = self.receive(left)
            except TimeoutError:
                raise AssertionError(f"no frame with {fields}; there were {self.seen}") from None
            if matches(frame, fields):
                return frame
            self.seen.append(frame)

    def expect_event(self, event, **fields):
        return self.expect(type="event", event=event, **fields)

    def nothing_of(self, **fields):
        """Asserts that no frame with these fields has come by the time a ping is answered."""
        self.ask("ping")
        assert not [frame for frame in self.seen if matches(frame, fields)], self.seen

    def closed(self):
        """Waits for the server's close; gives its code."""
        with contextlib.suppress(ConnectionClosed):
            deadline = time.monotonic() + PATIENCE_S
            while True:
                self.client.recv(timeout=max(0.01, deadline - time.monotonic()))
        received = self.client.protocol.close_rcvd
        return received.code if received else None


def matches(frame, fields):
    return all(name in frame and frame[name] == value for name, value in fields.items())
