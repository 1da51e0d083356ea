"""Proxies of Debian as processes of their own, with the configuration that the documentation shows."""

import base64
import contextlib
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path

from harness.server import PATIENCE_S, Response
from harness.sockets import TEXT, RawSocket, frame

ROOT = Path(__file__).parents[3]
NAME = "chat.example"
ORIGIN = f"https://{NAME}"
MODULES = Path("/usr/lib/apache2/modules")


def examples():
    """What docs/operations.md shows: by name the configuration and the command of the server."""
    text = (ROOT / "docs/operations.md").read_text()
    form = re.compile(r"<!-- example: (\S+) -->\n```\S+\n(.*?)^```\n\n```sh\n(chatserver serve .*?)\n```", re.S | re.M)
    return {name: (configuration, command.split()[2:]) for name, configuration, command in form.findall(text)}


def modules():
    """The modules that the page has enabled for Apache."""
    return re.search(r"`a2enmod ([^`]+)`", (ROOT / "docs/operations.md").read_text()).group(1).split()


def program(name):
    # What daemons are in is not on everybody's path.
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert found, f"there is no {name}: script/bootstrap test installs it"
    return found


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def make_certificate(directory):
    """A certificate of the name, as the examples want it: in two files, and in one."""
    directory.mkdir()
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out", cert],
        check=True, capture_output=True, timeout=PATIENCE_S)
    (directory / "both.pem").write_bytes(cert.read_bytes() + key.read_bytes())


class Refused(Exception):
    """Another status than 101 for a socket."""


class ProxiedSocket(RawSocket):
    """A socket over TLS, in one thread: Python's TLS is not safe to be read and written at once, and loses what was
    written while it reads the tickets that come behind a handshake."""

    def __init__(self, connection, path, headers):
        self.socket = connection
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {NAME}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.send("\r\n".join(lines).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            connection.close()
            raise Refused(head.split(b" ")[1].decode())

    def say(self, text):
        self.send(frame(TEXT, text.encode()))

    def hear(self):
        """The next text; pings are passed over."""
        while True:
            opcode, payload = self.receive()
            if opcode == TEXT:
                return payload.decode()


class Proxy:
    """One that serves https on `port` of this machine, and brings what it gets to the server on `backend`."""

    def __init__(self, name, scratch, backend):
        self.scratch = scratch
        # Where haproxy is asked how it is.
        self.admin = None
        self.log = scratch / "proxy.log"
        make_certificate(scratch / "tls")
        # Another may have taken a port that was free a moment ago.
        for _ in range(5):
            self.port, self.plain_port = free_ports(2)
            self._start(name, backend)
            if self._comes_up():
                return
        raise AssertionError(f"{name} does not start:\n{self.log.read_text()}")

    def _start(self, name, backend):
        self._is_udp = name == "caddy"
        text = examples()[name][0]
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{backend}").replace("/etc/ssl/chat", str(self.scratch / "tls"))
        # Only to this machine, and nobody else is to see it.
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.port}").replace("bind :443", f"bind 127.0.0.1:{self.port}")
        text = text.replace("*:443", f"127.0.0.1:{self.port}")
        self.configuration = self.scratch / "example.conf"
        self.configuration.write_text(text)
        command, environment = getattr(self, f"_{name.partition('-')[0]}")()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.scratch,
                env={**os.environ, **environment})

    def _comes_up(self):
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            # Caddy listens before it has a certificate.
            with contextlib.suppress(OSError):
                self._secure_socket().close()
                if self.admin:
                    self.checks()
                return True
            time.sleep(0.02)
        self.end()
        return False

    # What Debian's own main file has around the example, as far as it matters, and with paths of the test.

    def _wrapper(self, text):
        path = self.scratch / "main.conf"
        path.write_text(text)
        return path

    def _nginx(self):
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
        paths = "".join(
            f"{kind}_temp_path {self.scratch}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        main = self._wrapper(
            f"{user} daemon off; worker_processes 1; pid {self.scratch}/nginx.pid; error_log stderr;\n"
            f"events {{ worker_connections 768; }}\n"
            f"http {{ access_log off; {paths} include {self.configuration}; }}\n")
        return [program("nginx"), "-p", self.scratch, "-e", "stderr", "-c", main], {}

    def _haproxy(self):
        self.admin = self.scratch / "haproxy.sock"
        main = self._wrapper(
            f"global\n    log stderr format raw daemon\n    stats socket {self.admin}\n"
            "defaults\n    log global\n    option tcplog\n    timeout connect 5000\n    timeout client 50000\n    timeout server 50000\n")
        return [program("haproxy"), "-db", "-f", main, "-f", self.configuration], {}

    def _caddy(self):
        # The certificate is of an authority of its own, and not of one in the network.
        main = self._wrapper(
            f"{{\n admin off\n local_certs\n skip_install_trust\n default_bind 127.0.0.1\n"
            f" http_port {self.plain_port}\n https_port {self.port}\n}}\nimport {self.configuration}\n")
        return [program("caddy"), "run", "--config", main, "--adapter", "caddyfile"], {
            "HOME": str(self.scratch), "XDG_DATA_HOME": str(self.scratch), "XDG_CONFIG_HOME": str(self.scratch)}

    def _apache(self):
        # What Debian enables by itself, and cannot do without.
        names = ["mpm_event", "authz_core", *modules()]
        loads = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in names)
        main = self._wrapper(
            f"ServerRoot {self.scratch}\nPidFile {self.scratch}/apache.pid\nDefaultRuntimeDir {self.scratch}\n"
            f"Mutex file:{self.scratch} default\nServerName localhost\nErrorLog {self.scratch}/proxy.log\n{loads}"
            f"User www-data\nGroup www-data\nListen 127.0.0.1:{self.port}\nInclude {self.configuration}\n")
        return [program("apache2"), "-D", "FOREGROUND", "-f", main], {}

    # The browser's side: it believes the certificate, and asks for the name.

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def _context(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def _secure_socket(self):
        return self._context().wrap_socket(self.socket(), server_hostname=NAME)

    def request(self, method, path, body=None, headers=None):
        connection = HTTPConnection(NAME)
        connection.sock = self._secure_socket()
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            return Response(connection.getresponse())

    def open_socket(self, path, **headers):
        return ProxiedSocket(self._secure_socket(), path, headers)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

    def checks(self):
        """haproxy: what came of its checks of the server: `L7OK`, and the status that was answered."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(PATIENCE_S)
            admin.connect(str(self.admin))
            admin.sendall(b"show stat\n")
            text = b"".join(iter(lambda: admin.recv(65_536), b"")).decode()
        names, *rows = (line.split(",") for line in text.lstrip("# ").splitlines() if line)
        server = next(dict(zip(names, row)) for row in rows if row[:2] == ["chat", "chat"])
        # With an asterisk while another check is under way.
        return server["check_status"].lstrip("* "), server["check_code"]
