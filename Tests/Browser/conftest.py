"""One server for the session, one browser, and people who are checked for errors when their test ends."""

import os
import signal

import pytest
from playwright.sync_api import expect, sync_playwright

from chromium import launch
from member import Member
from person import Person
from server import Server

GRACE_MS = 1000

# A bound for what never comes, on a machine that is busy: what comes is seen at once.
expect.set_options(timeout=15_000)


# Being ended is no reason to leave servers and browsers behind.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


SETTINGS = ("--set", f"presence_grace_ms={GRACE_MS}", "--set", "message_rate=0", "--set", "password_cost=10")


@pytest.fixture(scope="session")
def url():
    """Where a server listens that the tests share: each makes people and rooms of its own."""
    if "CHATSERVER_URL" in os.environ:
        yield os.environ["CHATSERVER_URL"].rstrip("/")
        return
    with Server(*SETTINGS) as server:
        yield server.url


@pytest.fixture
def own_server():
    """A server of the test's own, which it may stop and start."""
    if "CHATSERVER_URL" in os.environ:
        pytest.skip("this test must start and stop the server itself")
    with Server(*SETTINGS) as server:
        yield server


def _visitors(kind, browser, url):
    """Gives what makes them; at the end, nothing may have gone wrong for any."""
    made = []

    def make(name: str, at: str = url, **options):
        made.append(kind(browser, at, name, **options))
        return made[-1]

    yield make
    problems = [f"{one.name}: {problem}" for one in made for problem in one.problems]
    for one in made:
        one.context.close()
    assert problems == []


@pytest.fixture
def person(browser, url):
    """Makes people: `person("Ada")`, `person("Ben", viewport=…)`."""
    yield from _visitors(Person, browser, url)


@pytest.fixture
def member(browser, url):
    """The same for the chat's page: `member("Ada")`, `member("Ben", color_scheme="dark")`."""
    yield from _visitors(Member, browser, url)
