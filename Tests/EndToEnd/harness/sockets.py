"""WebSocket clients: one that behaves, and one that does what a test wants."""

import base64
import contextlib
import json
import os
import socket
import struct
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from harness.server import PATIENCE_S

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


@contextlib.contextmanager
def open_socket(server, path, **options):
    """A client that answers pings and close frames by itself."""
    with connect(
        f"ws://127.0.0.1:{server.port}{path}", compression=None, ping_interval=None, proxy=None, close_timeout=1,
        open_timeout=PATIENCE_S, max_size=None, max_queue=None, **options,
    ) as client:
        yield client


def close_code(client):
    """Waits until the server closes the connection; gives its code."""
    with contextlib.suppress(ConnectionClosed):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            client.recv(timeout=max(0.01, deadline - time.monotonic()))
    received = client.protocol.close_rcvd
    return received.code if received else None


class ChatSocket:
    """A client of the chat-app dialect."""

    def __init__(self, client, user=None):
        self.client = client
        self.user = user
        self.number = self.expect("CONNECT")["value"][0]

    def send(self, chat_type, value, room, user=None):
        self.client.send(
            json.dumps(
                {"chat_type": chat_type, "value": value, "room_id": room, "user_id": user or self.user, "id": 0}))

    def say(self, text, room, user=None):
        self.send("TEXT", [text], room, user)

    def type(self, state, room, user=None):
        self.send("TYPING", [state], room, user)

    def receive(self):
        return json.loads(self.client.recv(timeout=PATIENCE_S))

    def collect(self, until):
        """All frames up to the first for which `until` holds, which is the last."""
        frames = []
        while True:
            frames.append(self.receive())
            if until(frames[-1]):
                return frames

    def expect(self, chat_type, value=None):
        """The next frame of the type (and value); others are skipped."""
        return self.collect(
            lambda frame: frame["chat_type"] == chat_type and (value is None or frame["value"] == value))[-1]

    def texts_until(self, last):
        """What is said, up to the text given, which is included."""
        frames = self.collect(lambda frame: frame["chat_type"] == "TEXT" and text_of(frame) == last)
        return [text_of(frame) for frame in frames if frame["chat_type"] == "TEXT"]


def text_of(frame):
    return "".join(frame["value"])


@contextlib.contextmanager
def chat_socket(server, user=None, room=None, **options):
    """A chat-app client; with a room, one that has said for it that it is not typing."""
    with open_socket(server, "/ws", **options) as client:
        chat = ChatSocket(client, user)
        if room:
            chat.type("OUT", room)
        yield chat


def frame(opcode, payload=b"", fin=True, mask=b"\x11\x22\x33\x44", rsv=0, length=None, length_bytes=None):
    """A frame's bytes, however wrong."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    length = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    if length_bytes is None:
        length_bytes = 0 if length < 126 else 2 if length < 65_536 else 8
    if length_bytes == 0:
        head = struct.pack("!BB", first, bit | length)
    elif length_bytes == 2:
        head = struct.pack("!BBH", first, bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, bit | 127, length)
    if mask:
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        head += mask
    return head + payload


class RawSocket:
    """A TCP connection that has shaken hands and then does nothing by itself: it answers no ping."""

    def __init__(self, server, path, receive_buffer=None, headers=()):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(server.address)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        data = self.socket.recv(65_536)
        if not data:
            raise EOFError
        self.buffer += data

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def receive(self):
        """The next frame: its opcode and payload. Raises EOFError at the end."""
        first, second = self._take(2)
        assert second & 0x80 == 0, "a server does not mask"
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8))
        return first & 0x0F, self._take(length)

    def close_code(self):
        """Reads to the close frame, and gives its code (None: it has none). Raises EOFError if there is none."""
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                return struct.unpack("!H", payload[:2])[0] if payload else None

    def expect_end(self):
        """Reads until the server has closed the connection."""
        with contextlib.suppress(EOFError, ConnectionResetError):
            while True:
                self._more()


def exchange(server, data):
    """Sends bytes and gives all that comes back until the server closes the connection."""
    with socket.create_connection(server.address, timeout=PATIENCE_S) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65_536):
                answer += chunk
        return answer
