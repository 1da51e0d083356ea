"""How it looks where that can be said in numbers: low and narrow screens, forced colours, what covers what, and how much
is drawn."""

import json
import re
import threading
import urllib.request

import pytest
from playwright.sync_api import expect

from member import PASSWORD
from rules import expect_accessible
from test_page_chat import pair, trio
from visitor import RUN

BOX = "e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }"


def overlap(one, other) -> float:
    """The area that two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


def test_a_page_at_400_percent_leaves_room_for_messages(member):
    """1280 by 1024 pixels at 400%."""
    ada, ben = pair(member, viewport={"width": 320, "height": 256}, reduced_motion="reduce")
    page = ada.page
    left = page.get_by_role("log").evaluate("e => e.clientHeight")
    assert left >= 128
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ben.send("A line\nand another")
    expect(ada.messages.last).to_be_in_viewport()
    ada.act("A line", "Reply")
    expect(ada.composer).to_be_in_viewport()
    assert page.get_by_role("log").evaluate("e => e.clientHeight") >= 80
    expect_accessible(page, "at 400%")
    page.get_by_role("button", name="Back to the rooms").click()
    expect(ada.room(ben.name)).to_be_in_viewport()


def test_forced_colours_leave_edges(member):
    ada, _ = pair(member, forced_colors="active")
    page = ada.page
    edge = "e => parseFloat(getComputedStyle(e).borderTopWidth)"
    page.locator(".me").click()
    assert page.get_by_role("menu").evaluate(edge) >= 1
    page.keyboard.press("Escape")
    ada.message("Hello").hover()
    expect(page.locator(".message-bar")).to_be_visible()
    for part in (".message-bar", ".composer-box", ".bubble"):
        assert page.locator(part).first.evaluate(edge) >= 1, part
    page.keyboard.press("Control+k")
    assert page.get_by_role("dialog").evaluate(edge) >= 1


def test_tab_reaches_the_messages(member):
    ada, ben = pair(member)
    ada.send("Second")
    bar = ada.page.get_by_role("toolbar", name="Message actions")
    # Where the pointer happens to be changes nothing.
    ada.message("Hello").hover()
    expect(bar).to_be_visible()
    ada.page.get_by_role("button", name="Details", exact=True).last.focus()
    ada.page.keyboard.press("Tab")
    expect(ada.message("Second")).to_be_focused()
    ada.page.keyboard.press("ArrowUp")
    expect(ada.message("Hello")).to_be_focused()
    assert ada.page.locator(".message[tabindex='0']").count() == 1
    # The bar of the message that has the focus is the next stop, and goes with the focus.
    expect(bar.get_by_role("button").first).to_have_attribute("tabindex", "0")
    ada.page.keyboard.press("Tab")
    expect(bar.get_by_role("button").first).to_be_focused()
    ada.composer.focus()
    expect(bar).to_have_count(0)


def test_targets_are_large_enough(member):
    ada, ben, _ = trio(member)
    ada.send(f"Hello @{ben.username}")
    ben.react("Hello", "👍")
    ben.act("Hello", "Reply")
    ben.send("Indeed")
    ben.act("Hello", "Thread")
    ben.panel.get_by_role("textbox").fill("In it")
    ben.panel.get_by_role("textbox").press("Enter")
    expect(ada.page.get_by_role("button", name="In a thread")).to_be_visible()
    for part in (".mention", ".reaction", ".quote", ".in-thread", ".answers", ".avatar-button"):
        box = ada.page.locator(f".room-column {part}").first.bounding_box()
        assert min(box["width"], box["height"]) >= 24, (part, box)


@pytest.mark.parametrize("width", [1280, 760])
@pytest.mark.parametrize("text", ["Short", "A long text that fills the bubble from the one side to the other. " * 4])
def test_the_bar_is_near_its_message_and_covers_no_text(member, width, text):
    ada, ben = pair(member, viewport={"width": width, "height": 800})
    ben.send(text)
    ada.send(text)
    expect(ada.messages).to_have_count(3)
    for message in (ada.messages.nth(1), ada.messages.nth(2)):
        message.locator(".bubble").hover()
        bar = message.locator(".message-bar")
        expect(bar).to_be_visible()
        bar, bubble, body = bar.evaluate(BOX), message.locator(".bubble").evaluate(BOX), message.locator(".body").evaluate(BOX)
        assert overlap(bar, body) == 0
        away = max(bar[0] - bubble[2], bubble[0] - bar[2], bar[1] - bubble[3], bubble[1] - bar[3])
        assert away <= 8
        log = ada.page.get_by_role("log").evaluate(BOX)
        assert bar[0] >= log[0] and bar[2] <= log[2]


def test_a_click_counts_though_the_message_is_drawn_anew(member):
    ada, ben = pair(member)
    reaction = ada.message("Hello").locator(".reaction")
    ada.react("Hello", "👍")
    expect(reaction).to_contain_text("1")
    ada.message("Hello").hover()
    ada.message("Hello").get_by_role("button", name="More").hover()
    ada.page.mouse.down()
    ben.react("Hello", "👍")
    expect(reaction).to_contain_text("2")
    ada.page.mouse.up()
    expect(ada.page.get_by_role("menu")).to_be_visible()


def test_nothing_lies_on_text(member):
    ada, ben = pair(member)
    ada.send(*[f"Line {n}\n" + "x\n" * 12 for n in range(6)])
    expect(ben.message("Line 5")).to_be_in_viewport()
    ben.page.get_by_role("log").evaluate("element => { element.scrollTop = 0; }")
    pill = ben.page.get_by_role("button", name=re.compile("To the newest|new message"))
    expect(pill).to_be_visible()
    assert overlap(pill.evaluate(BOX), ben.page.get_by_role("log").evaluate(BOX)) == 0
    ben.act("Line", "Copy text")
    toast = ben.page.locator(".toast")
    expect(toast).to_be_visible()
    assert overlap(toast.evaluate(BOX), ben.page.locator(".composer-box").evaluate(BOX)) == 0


def test_emoji_alone_stand_in_no_bubble(member):
    ada, ben = pair(member)
    ada.send("🎉")
    bubble = ben.messages.last.locator(".bubble")
    expect(bubble.locator(".is-jumbo")).to_be_visible()
    assert bubble.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).boxShadow]") == [
        "rgba(0, 0, 0, 0)", "none"]


def test_details_on_a_tablet_have_a_scrim(member):
    ada, ben, _ = trio(member)
    ada.page.set_viewport_size({"width": 768, "height": 1024})
    ada.page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ada.panel.locator(".member")).to_have_count(3)
    scrim = ada.page.locator(".scrim")
    expect(scrim).to_be_visible()
    scrim.click(position={"x": 20, "y": 400})
    expect(ada.panel).to_have_count(0)
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    ada.page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ada.panel).to_be_visible()
    expect(scrim).to_be_hidden()


def register_many(url: str, count: int) -> list[str]:
    """Accounts that nobody is signed in to; their ids."""
    ids = []

    def make(numbers):
        for n in numbers:
            body = json.dumps({"username": f"m{RUN}.{n:03}", "password": PASSWORD, "display_name": f"Many {n}"}).encode()
            request = urllib.request.Request(f"{url}/v1/auth/register", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as response:
                ids.append(json.load(response)["user"]["id"])

    threads = [threading.Thread(target=make, args=(range(first, count, 4),)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == count
    return ids


def test_a_room_of_many_asks_little_and_draws_little(member, url):
    ada, ben = member("Ada").register(), member("Ben").register()
    ids = register_many(url, 60)
    ada.api("POST", "/rooms", {"kind": "group", "name": "Many", "members": [ben.user_id, *ids]})
    ada.open_room("Many")
    ada.send(*[f"Said {n}, @{ben.username}" for n in range(12)])
    asked = []
    ben.page.on("request", lambda request: asked.append(request.url) if "/v1/" in request.url else None)
    ben.page.evaluate("""() => {
      window.drawn = new Map();
      new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
          const row = target.closest?.('.message');
          if (row === target && addedNodes.length > 0) window.drawn.set(row.dataset.seq, (window.drawn.get(row.dataset.seq) ?? 0) + 1);
        }
      }).observe(document.querySelector('.shell'), { subtree: true, childList: true });
    }""")
    ben.open_room("Many")
    expect(ben.messages).to_have_count(12)
    expect(ben.messages.first.locator(".author")).to_contain_text(ada.name)
    expect(ben.subtitle).to_contain_text("62 members")
    # The history, the members, and who has written.
    assert len(asked) <= 3, asked
    drawn = ben.page.evaluate("[...window.drawn.values()]")
    assert max(drawn, default=0) <= 2
    # Details ask for the names that they show.
    before = len(asked)
    ben.page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ben.panel.locator(".member").first).to_contain_text(ada.name)
    expect(ben.panel.locator(".member", has_text="Many").nth(30)).to_be_attached()
    assert len(asked) - before <= 45
