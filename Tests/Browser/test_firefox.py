"""The main features in another browser, once through; what each is to do in detail is tested in Chromium."""

import os

import pytest

from firefox import Firefox
from member import PASSWORD
from server import DEMOS
from visitor import RUN


@pytest.fixture
def firefox():
    with Firefox() as one:
        yield one
    assert one.problems == []


def test_a_walk_through_the_chat(firefox, url, member):
    ben = member("Ben").register()
    ff = firefox
    ff.open(url)
    ff.click("button", "Create account")
    ff.wait("document.querySelector('input[name=name]') === document.activeElement")
    ff.type("Firefox Fox")
    ff.press("Tab")
    ff.type(f"fox.{RUN}")
    ff.press("Tab")
    ff.type(PASSWORD)
    ff.press("Enter")
    # What somebody new can do first; a conversation with one other.
    ff.click(".welcome-step", "Find people")
    ff.wait("document.activeElement.matches('dialog input')")
    ff.type(ben.username)
    ff.click(".person", ben.username)
    ff.wait("document.querySelector('.room-head h1')?.textContent.startsWith('Ben')")
    ff.click(".composer textarea")
    # Marks by keys, a name that becomes an emoji, a list that goes on by itself.
    ff.press("Control+b")
    ff.type("bold")
    ff.evaluate("document.activeElement.setSelectionRange(99, 99)")
    ff.type(" :tada:")
    ff.wait("document.querySelector('.composer textarea').value === '**bold** 🎉'")
    ff.press("Enter")
    ff.wait("document.querySelector('.message .body strong')?.textContent === 'bold'")
    ff.wait("document.querySelector('.tick.is-sent, .tick.is-read') !== null")
    # Others hear of it, and answer.
    ben.open_room("Firefox Fox")
    ben.send(f"Look at `code` and {url}/#/r/{ben.room_id}/1")
    ff.wait("document.querySelectorAll('.message').length === 2 && document.querySelector('.is-linked') !== null")
    # A reaction from the picker, with all emoji there are; a reply; an edit.
    ff.hover(".message .bubble", "Look at")
    ff.click(".message-bar .icon-button[aria-label=React]")
    ff.wait("document.querySelectorAll('.emoji-grid .emoji').length > 0")
    ff.type("rocket")
    ff.press("Enter")
    ff.wait("[...document.querySelectorAll('.reaction')].some((one) => one.textContent.includes('🚀'))")
    ff.click(".composer textarea")
    ff.press("ArrowUp")
    ff.wait("document.querySelector('.composer textarea').value.startsWith('**bold**')")
    ff.type(", edited")
    ff.press("Enter")
    ff.wait("[...document.querySelectorAll('.meta')].some((one) => one.textContent.includes('edited'))")
    # Search, and back by Escape; the theme; and everything is there after a reload.
    ff.press("Control+k")
    ff.wait("document.querySelector('dialog.is-search') !== null")
    ff.press("Escape")
    ff.wait("document.querySelector('dialog') === null")
    ff.reload()
    ff.wait("document.querySelectorAll('.message').length === 2")
    assert ff.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.skipif("CHATSERVER_WEB" in os.environ, reason="the demos' pages are not in a folder of pages")
@pytest.mark.parametrize("path", DEMOS)
def test_the_demo_pages_start(firefox, url, path):
    firefox.open(f"{url}{path}")
    firefox.wait("document.querySelector('.page-choices select') !== null")
