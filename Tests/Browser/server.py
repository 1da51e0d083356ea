"""The real server as a child process: started on a free port, restarted on the same one, ended for sure."""

import os
import re
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"listening on (http://\S+)")
READY_TIMEOUT_S = 20
EXIT_TIMEOUT_S = 15


class Server:
    """`url` is where it listens. Its data directory lasts as long as this object, over restarts."""

    def __init__(self, *arguments: str):
        self.arguments = arguments
        self.directory = tempfile.TemporaryDirectory(prefix="chatserver-browser-")
        self.listen = "127.0.0.1:0"
        self.url = ""
        self.log: list[str] = []
        self.process: subprocess.Popen | None = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.directory.cleanup()

    def start(self):
        """Starts it, and returns when it says that it listens."""
        binary = os.environ.get("CHATSERVER_BINARY", ROOT / ".build/release/chatserver")
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", self.listen, "--data", self.directory.name, *self.arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        ready = threading.Event()
        threading.Thread(target=self._read_log, args=(self.process.stderr, ready), daemon=True).start()
        if not ready.wait(READY_TIMEOUT_S) or not self.url:
            self.kill()
            raise RuntimeError("the server did not start:\n" + "".join(self.log))
        # A restart is on the same port: to a page it is the same server.
        self.listen = self.url.removeprefix("http://")

    def stop(self):
        """Ends it as an administrator does, and expects it to go in good order."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(EXIT_TIMEOUT_S)
        self.process = None
        assert code == 0, f"exit code {code}\n" + "".join(self.log)

    def kill(self):
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.process = None

    def _read_log(self, stream, ready: threading.Event):
        for line in stream:
            self.log.append(line)
            match = READY.search(line)
            if match:
                self.url = match[1]
                ready.set()
        ready.set()
