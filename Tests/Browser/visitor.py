"""Somebody with a browser, whichever page they look at."""

import itertools
import os
import re
import secrets
from pathlib import Path

from playwright.sync_api import Browser, Page

from server import DEMOS

# Nobody is called like somebody else, in this run or an earlier one on the same server.
RUN = f"{secrets.randbelow(10**6):06}"
_numbers = itertools.count(1)


class Visitor:
    """A browser context of their own: nothing is shared with others, and no error goes unnoticed."""

    # What the browser itself notes and is no failure; everything else is one.
    EXPECTED: re.Pattern

    def __init__(self, browser: Browser, url: str, **options):
        self.url = url
        self.number = next(_numbers)
        self.problems: list[str] = []
        self.context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Berlin", **options})
        self.context.set_default_timeout(15_000)
        if "CHATSERVER_WEB" in os.environ:
            for path, file in DEMOS.items():
                self.context.route(re.compile(f"^{re.escape(url + path)}([?#].*)?$"), lambda route, _, file=file: _serve(route, url, file))
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Another tab."""
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}\n{error.stack}"))
        return page

    def _console(self, message):
        if message.type in ("error", "warning") and not self.EXPECTED.search(message.text):
            self.problems.append(f"{message.type}: {message.text}")


def _serve(route, url: str, file: str):
    """A demo's page from the folder, with the fields that the server gives its pages."""
    response = route.fetch(url=f"{url}/")
    route.fulfill(response=response, body=(Path(os.environ["CHATSERVER_WEB"]) / file).read_text())
