"""Debian's Firefox, by WebDriver BiDi, which it speaks itself: no driver beside it, and no build of Playwright's own."""

import json
import re
import shutil
import subprocess
import tempfile
import threading

from websockets.sync.client import connect

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
START_TIMEOUT_S = 60
WAIT_MS = 20_000
# What it notes itself and is no failure: a page asks who is signed in (401), a server is not there.
EXPECTED = re.compile(r"status of (401|404)|can.t establish a connection|was interrupted")
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "ArrowUp": "\ue013", "ArrowDown": "\ue015"}
MODIFIERS = {"Control": "\ue009", "Shift": "\ue008", "Alt": "\ue00a"}


class Firefox:
    """One window. `problems` are errors of the page's that nobody caught."""

    def __init__(self):
        self.problems: list[str] = []
        self.number = 0

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="chatserver-firefox-")
        binary = shutil.which("firefox-esr") or shutil.which("firefox")
        assert binary, "apt-get install firefox-esr"
        self.process = subprocess.Popen(
            [binary, "--headless", "--no-remote", "--profile", self.profile.name, "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            self.socket = connect(f"{self._address()}/session", max_size=None, compression=None)
            self._command("session.new", {"capabilities": {}})
            self.context = self._command("browsingContext.getTree", {})["contexts"][0]["context"]
            self._command("session.subscribe", {"events": ["log.entryAdded"]})
            self._command("browsingContext.setViewport", {"context": self.context, "viewport": {"width": 1200, "height": 800}})
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_):
        self._end()

    def _end(self):
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()

    def _address(self) -> str:
        """What it says when it listens; it goes on talking afterwards, and somebody must hear it."""
        said, address = threading.Event(), []

        def read():
            for line in self.process.stderr:
                if match := LISTENING.search(line):
                    address.append(match[1])
                    said.set()
            said.set()

        threading.Thread(target=read, daemon=True).start()
        assert said.wait(START_TIMEOUT_S) and address, "Firefox did not start"
        return address[0]

    def _command(self, method: str, params: dict):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=2 * WAIT_MS / 1000))
            if answer.get("method") == "log.entryAdded":
                self._noted(answer["params"])
            elif answer.get("id") == self.number:
                assert answer["type"] == "success", f"{method}: {answer}"
                return answer["result"]

    def _noted(self, entry: dict):
        if entry["level"] == "error" and not EXPECTED.search(entry.get("text") or ""):
            self.problems.append(entry["text"])

    def open(self, url: str):
        self._command("browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"})

    def reload(self):
        self._command("browsingContext.reload", {"context": self.context, "wait": "complete"})

    def evaluate(self, expression: str):
        """What an expression comes to, or a promise of it; by way of JSON."""
        answer = self._command("script.evaluate", {
            "expression": f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))",
            "target": {"context": self.context}, "awaitPromise": True})
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def wait(self, condition: str):
        """Until a condition holds, as the page itself sees it."""
        assert self.evaluate(f"""new Promise((resolve) => {{
          const end = Date.now() + {WAIT_MS};
          const look = () => (({condition}) ? resolve(true) : Date.now() > end ? resolve(false) : setTimeout(look, 25));
          look();
        }})"""), f"never: {condition}"

    def element(self, selector: str, text: str = "") -> str:
        """The script that finds what can be seen, and says so."""
        return (f"[...document.querySelectorAll({json.dumps(selector)})].find((one) => one.checkVisibility() "
                f"&& (one.textContent + (one.getAttribute('aria-label') ?? '')).includes({json.dumps(text)}))")

    def click(self, selector: str, text: str = ""):
        one = self.element(selector, text)
        self.wait(f"{one} !== undefined")
        x, y = self.evaluate(f"(() => {{ const one = {one}; one.scrollIntoView({{ block: 'nearest' }}); const box = one.getBoundingClientRect();"
                             " return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)]; })()")
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
            {"type": "pointerMove", "x": x, "y": y}, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]})

    def hover(self, selector: str, text: str = ""):
        one = self.element(selector, text)
        self.wait(f"{one} !== undefined")
        x, y = self.evaluate(f"(() => {{ const box = {one}.getBoundingClientRect(); return [Math.round(box.left + 15), Math.round(box.top + 8)]; }})()")
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
            {"type": "pointerMove", "x": x, "y": y}]})

    def type(self, text: str):
        self._keys([{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")])

    def press(self, keys: str):
        """ "Control+b" """
        *held, key = [MODIFIERS.get(name) or KEYS.get(name) or name for name in keys.split("+")]
        self._keys([*({"type": "keyDown", "value": one} for one in held), {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key},
                    *({"type": "keyUp", "value": one} for one in reversed(held))])

    def _keys(self, actions: list[dict]):
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def _act(self, source: dict):
        self._command("input.performActions", {"context": self.context, "actions": [source]})
