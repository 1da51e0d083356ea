"""A source of feeds that does what a test wants, over plain sockets or TLS."""

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib

from harness.server import PATIENCE_S


class Call:
    """One connection, after its request was read."""

    def __init__(self, connection, head):
        self.connection = connection
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = lines[0].split(" ")
        self.headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        self.raw_headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        self.at = time.monotonic()

    def send(self, data):
        self.connection.sendall(data.encode() if isinstance(data, str) else data)

    def answer(self, status, **headers):
        fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.send(f"HTTP/1.1 {status} X\r\n{fields}\r\n")

    def begin_chunks(self, **headers):
        self.answer(200, Transfer_Encoding="chunked", **headers)

    def chunk(self, data):
        data = data.encode() if isinstance(data, str) else data
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def accept_web_socket(self, **headers):
        key = self.raw_headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.answer(101, Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Accept=accept, **headers)

    def frame(self, data, opcode=1):
        data = data.encode() if isinstance(data, str) else data
        length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
        self.send(bytes([0x80 | opcode]) + length + data)

    def wait_for_end(self):
        """Until the other side has closed; gives what it sent."""
        received = b""
        with contextlib.suppress(OSError):
            while data := self.connection.recv(65_536):
                received += data
        return received

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Upstream:
    """Serves each connection with `behaviour(call)` on a thread of its own. What it was asked is in `calls`."""

    def __init__(self, behaviour, tls=None):
        self.behaviour = behaviour
        self.tls = tls
        self.calls = []
        self.connections = 0
        self.failures = []
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def url(self, path="/", scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(PATIENCE_S * 2)
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        # Whoever is cut off in the middle is what some tests are about.
        with contextlib.suppress(OSError), connection:
            if self.tls:
                try:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                except OSError as error:
                    self.failures.append(error)
                    return
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = connection.recv(1)
                if not byte:
                    return
                head += byte
            call = Call(connection, head[:-4])
            with self._changed:
                self.calls.append(call)
                self._changed.notify_all()
            with connection:
                self.behaviour(call)

    def wait_for_calls(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.calls) >= count, PATIENCE_S), len(self.calls)
        return self.calls


def item(number, **more):
    return json.dumps({"data": {"id": str(number), "text": f"item {number}", **more}})


def gzipped(data):
    compressor = zlib.compressobj(wbits=31)
    return compressor.compress(data) + compressor.flush()


class Authority:
    """A certificate authority of the test's own, and certificates by it."""

    def __init__(self, directory):
        self.directory = directory
        self.path = directory / "ca.pem"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=Test authority", "-keyout", directory / "ca.key", "-out", self.path)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def server(self, names, days=2):
        """What a server needs that has a certificate for these names, such as DNS:localhost."""
        stem = self.directory / hashlib.sha1(f"{names}{days}".encode()).hexdigest()
        key, request, certificate = stem.with_suffix(".key"), stem.with_suffix(".csr"), stem.with_suffix(".pem")
        extensions = stem.with_suffix(".ext")
        extensions.write_text(f"subjectAltName={names}\n")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=source", "-keyout",
            key, "-out", request)
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self.directory / "ca.key", "-CAcreateserial",
            "-days", days, "-extfile", extensions, "-out", certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.names_asked_for = []
        context.sni_callback = lambda _, name, context: context.names_asked_for.append(name)
        return context


class Proxy:
    """An HTTP proxy that makes tunnels. What it was asked for is in `asked`, with the fields of the request."""

    def __init__(self, status="200 OK"):
        self.status = status
        self.asked = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(PATIENCE_S * 2)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = connection.recv(1)
                if not byte:
                    return
                head += byte
            call = Call(connection, head[:-4])
            self.asked.append(call)
            # In two parts, as networks may have it.
            connection.sendall(b"HTTP/1.1 ")
            time.sleep(0.02)
            connection.sendall(f"{self.status}\r\nVia: test\r\n\r\n".encode())
            if not self.status.startswith("2"):
                return
            _, _, port = call.target.rpartition(":")
            # Whatever the name, the source is here.
            with socket.create_connection(("127.0.0.1", int(port))) as source:
                threading.Thread(target=self._copy, args=(source, connection), daemon=True).start()
                self._copy(connection, source)

    @staticmethod
    def _copy(reader, writer):
        with contextlib.suppress(OSError):
            while data := reader.recv(65_536):
                writer.sendall(data)
            writer.shutdown(socket.SHUT_WR)
