"""The real server as a child process: started on a free port, restarted on the same one, ended for sure.

With CHATSERVER_WEB the pages come from that folder, and not from what the server was built with.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"listening on (http://\S+)")
READY_TIMEOUT_S = 20
EXIT_TIMEOUT_S = 15


# Where the demos' pages are, beside the chat's at "/".
DEMOS = {"/demo/chat": "demo/demo-chat.html", "/demo/broadcast": "demo/broadcast.html", "/dashboard": "demo/dashboard.html",
         "/demo/components": "demo/components.html"}


def lay_out(web: Path, pages: Path):
    """While one works on the pages: the files as the server has them built in, from the folder.

    A page without an ending in its path is none of a folder's: see visitor.py.
    """
    for file in web.rglob("*"):
        path = file.relative_to(web)
        if file.suffix in (".js", ".css", ".svg"):
            (pages / "assets" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, pages / "assets" / path)
    shutil.copy(web / "index.html", pages)


class Server:
    """`url` is where it listens. Its data directory lasts as long as this object, over restarts."""

    def __init__(self, *arguments: str):
        self.directory = tempfile.TemporaryDirectory(prefix="chatserver-browser-")
        self.arguments = arguments
        if "CHATSERVER_WEB" in os.environ:
            pages = Path(self.directory.name) / "pages"
            lay_out(Path(os.environ["CHATSERVER_WEB"]), pages)
            self.arguments += ("--pages", pages)
        self.binary = os.environ.get("CHATSERVER_BINARY", ROOT / ".build/release/chatserver")
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
        self.process = subprocess.Popen(
            [self.binary, "serve", "--listen", self.listen, "--data", f"{self.directory.name}/data", *self.arguments],
            # The suite's own variables are not the server's, which refuses those that it does not know.
            env={name: value for name, value in os.environ.items() if not name.startswith("CHATSERVER_")},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        ready = threading.Event()
        threading.Thread(target=self._read_log, args=(self.process.stderr, ready), daemon=True).start()
        if not ready.wait(READY_TIMEOUT_S) or not self.url:
            self.kill()
            raise RuntimeError("the server did not start:\n" + "".join(self.log))
        # A restart is on the same port: to a page it is the same server.
        self.listen = self.url.removeprefix("http://")

    def run(self, *words: str):
        """A command of an administrator's, beside the server that runs."""
        subprocess.run([self.binary, *words, "--data", f"{self.directory.name}/data"], check=True, capture_output=True)

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
