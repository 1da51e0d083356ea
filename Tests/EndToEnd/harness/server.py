"""The executable as a process, and plain HTTP to it."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

BINARY = os.environ.get("CHATSERVER_BINARY", str(Path(__file__).parents[3] / ".build/release/chatserver"))

# Long enough for a busy machine: a test that waits this long has failed.
PATIENCE_S = 60


def clean_environment(**changes):
    """Our environment without what a shell has set for a server of its own, and without proxies."""
    kept = {
        name: value for name, value in os.environ.items()
        if not name.startswith("CHATSERVER_") and not name.lower().endswith("_proxy")
    }
    return {**kept, **changes}


def run(*arguments, timeout=PATIENCE_S, **environment):
    """Runs the executable to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)], env=clean_environment(**environment), capture_output=True, text=True,
        timeout=timeout, stdin=subprocess.DEVNULL)


class Response:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    def json(self):
        assert self.headers.get_content_type() == "application/json", self.headers
        return json.loads(self.body)


class Server:
    """A server that has said that it listens. Use it in a `with` statement, or call `kill()`."""

    def __init__(self, data, *arguments, environment=None, launcher=(), listens=True):
        self.data = data
        if not any(str(argument).startswith("--listen") for argument in arguments):
            arguments = ("--listen", "127.0.0.1:0", *arguments)
        self.process = subprocess.Popen(
            [*launcher, BINARY, "serve", "--data", str(data), *map(str, arguments)],
            env=clean_environment(**(environment or {})), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace")
        self.lines = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = 0
        if listens:
            try:
                line = self.wait_for_line(r"listening on http://\S+:\d+")
            except BaseException:
                self.kill()
                raise
            self.port = int(re.search(r"listening on http://\S+:(\d+)", line).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    @property
    def log(self):
        return "\n".join(self.lines)

    def _read(self):
        for line in self.process.stderr:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for_line(self, pattern, timeout=PATIENCE_S):
        """The first line on standard error that has the pattern in it."""
        deadline = time.monotonic() + timeout
        seen = 0
        with self._changed:
            while True:
                for line in self.lines[seen:]:
                    if re.search(pattern, line):
                        return line
                seen = len(self.lines)
                left = deadline - time.monotonic()
                assert left > 0, f"no line with {pattern!r} came:\n{self.log}"
                assert self._reader.is_alive(), f"the server ended without {pattern!r}:\n{self.log}"
                self._changed.wait(left)

    def request(self, method, path, body=None, headers=None, host=None):
        """One request on a connection of its own; a body that is no bytes is sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE_S)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            return Response(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **rest):
        return self.request("GET", path, **rest)

    def post(self, path, body, **rest):
        return self.request("POST", path, body, **rest)

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout=PATIENCE_S):
        """The exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def stop(self):
        """Asks the server to end, as a service manager does, and gives its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def end(self):
        """Ends the server when its test is over. Only where coverage is measured may it write down what it did."""
        if "LLVM_PROFILE_FILE" in os.environ and self.process.poll() is None:
            self.signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE_S)
        self.kill()

    def kill(self):
        """Ends the server without its knowing. Does nothing if it has ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_S)
        self.process.stderr.close()
