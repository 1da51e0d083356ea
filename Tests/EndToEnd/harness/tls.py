"""Certificates that tests make, and clients that speak TLS."""

import contextlib
import http.client
import socket
import ssl
import subprocess

from harness.proxies import ProxiedSocket
from harness.server import PATIENCE_S, Response
from harness.sockets import CLOSE, PING, PONG, TEXT, frame

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Certificate:
    """A certificate of some names, signed by itself, with its key beside it."""

    def __init__(self, directory, *names, kind="ec"):
        directory.mkdir(exist_ok=True)
        self.cert, self.key, self.names = directory / f"{names[0]}.pem", directory / f"{names[0]}.key", names
        self.make(kind)

    def make(self, kind="ec", cert=None, key=None):
        algorithm = {"ec": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], "rsa": ["rsa:2048"]}[kind]
        alternatives = ",".join(f"DNS:{name}" for name in self.names)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", *algorithm, "-nodes", "-days", "2", "-subj", f"/CN={self.names[0]}",
             "-addext", f"subjectAltName={alternatives}", "-keyout", key or self.key, "-out", cert or self.cert],
            check=True, capture_output=True, timeout=PATIENCE_S)

    @property
    def flags(self):
        return ("--tls-cert", self.cert, "--tls-key", self.key)

    @property
    def der(self):
        return ssl.PEM_cert_to_DER_cert(self.cert.read_text())


def context(version=None, protocols=("http/1.1",)):
    """Of a client that takes any certificate: tests look at which it is."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if protocols:
        made.set_alpn_protocols(list(protocols))
    if version:
        made.minimum_version = made.maximum_version = VERSIONS[version]
    return made


@contextlib.contextmanager
def tls_connection(port, name=None, made=None, session=None):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as plain:
        with (made or context()).wrap_socket(plain, server_hostname=name, session=session) as secure:
            yield secure


def tls_request(port, method, path, headers=None, body=None, name="chat.example", made=None):
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE_S, context=made or context())
    try:
        connection.request(method, path, body, {"Host": f"{name}:{port}", **(headers or {})})
        return Response(connection.getresponse())
    finally:
        connection.close()


class TLSSocket(ProxiedSocket):
    """As the clients of the library are used, in one thread."""

    def recv(self, timeout=PATIENCE_S):
        self.socket.settimeout(timeout)
        while True:
            opcode, payload = self.receive()
            if opcode == TEXT:
                return payload.decode()
            if opcode == PING:
                self.socket.sendall(frame(PONG, payload))
            elif opcode == CLOSE:
                raise EOFError(payload)

    def send(self, text):
        self.socket.sendall(frame(TEXT, text.encode()) if isinstance(text, str) else text)


@contextlib.contextmanager
def tls_socket(port, path, made=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with tls_connection(port, "chat.example", made) as connection:
        yield TLSSocket(connection, path, headers)
