"""The dashboard: topics, live cards from the demo feed, pausing, ending and coming back."""

import json
import re

import pytest
from playwright.sync_api import expect

from server import Server


@pytest.fixture(scope="module")
def demo():
    with Server("--demo") as server:
        yield server


@pytest.fixture
def viewer(person, demo):
    """Somebody at the dashboard of a server with the demo feed."""

    def make(name="Ada", at=None, **options):
        one = person(name, at=at or demo.url, **options)
        one.page.goto(f"{one.url}/dashboard")
        expect(status(one)).to_have_text("Live")
        return one

    return make


def status(one):
    return one.page.get_by_role("status")


def add(one, topic):
    one.page.get_by_role("textbox", name="Topic").fill(topic)
    one.page.get_by_role("textbox", name="Topic").press("Enter")
    expect(one.page.get_by_role("list", name="Topics").get_by_text(topic, exact=True)).to_be_visible()


def cards(one):
    return one.page.get_by_role("feed", name="Items").get_by_role("article")


def publish(one, topic, message):
    answer = one.page.request.post(f"{one.url}/publish", data={"topic": topic, "message": message})
    assert answer.ok


def test_cards_come_for_the_topics_that_are_followed(viewer):
    ada = viewer()
    expect(ada.page.get_by_text("Add a topic, and what matches it appears here.")).to_be_visible()
    add(ada, "coffee")
    expect(cards(ada).nth(1)).to_be_visible(timeout=60_000)
    for card in cards(ada).all()[:2]:
        expect(card.locator("mark").first).to_have_text(re.compile("coffee", re.IGNORECASE))
        expect(card.locator("time")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    expect(ada.page.get_by_role("list", name="Feeds").get_by_text("streaming")).to_be_visible()
    expect(ada.page.locator("#rate")).not_to_have_text("0")
    ada.page.get_by_role("button", name="Remove coffee").click()
    expect(ada.page.get_by_role("list", name="Topics").get_by_role("listitem")).to_have_count(0)
    expect(ada.page.get_by_role("textbox", name="Topic")).to_be_focused()


def test_suggestions_and_topics_that_stay(viewer):
    ada = viewer()
    ada.page.get_by_role("button", name="music", exact=True).click()
    expect(ada.page.get_by_role("button", name="Remove music")).to_be_visible()
    expect(ada.page.get_by_text("For a start:")).to_be_hidden()
    add(ada, "big  cats")
    ada.page.reload()
    expect(ada.page.get_by_role("list", name="Topics").get_by_role("listitem")).to_have_count(2)
    expect(ada.page.get_by_role("button", name="Remove big cats")).to_be_visible()


def test_text_is_text(viewer):
    """What upstream says is never markup, and words are marked whatever their case."""
    ada = viewer()
    add(ada, "quiet topic")
    text = "<b>Topic</b> of a QUIET #topic<img src=x onerror=alert(1)>, topical"
    item = {
        "data": {"id": "1", "text": text, "author_id": "7", "created_at": "2026-01-01T10:20:30Z"},
        "includes": {"users": [{"id": "7", "username": "<i>eve</i>"}]}, "feed": "x",
        "matching_rules": [{"tag": "quiet topic"}]}
    publish(ada, "quiet topic", json.dumps(item))
    card = cards(ada).first
    expect(card.locator(".text")).to_have_text(text)
    expect(card.get_by_text("<i>eve</i>", exact=True)).to_be_visible()
    expect(card.locator("mark")).to_have_text(["Topic", "QUIET", "topic"])
    expect(card.locator("img, b, i")).to_have_count(0)
    publish(ada, "quiet topic", "just a text")
    expect(cards(ada).first.locator(".text")).to_have_text("just a text")


def test_text_without_spaces_is_marked_inside(viewer):
    ada = viewer()
    add(ada, "猫")
    publish(ada, "猫", json.dumps({"data": {"text": "黒猫と白猫"}, "matching_rules": [{"tag": "猫"}]}))
    expect(cards(ada).first.locator("mark")).to_have_text(["猫", "猫"])


def test_pausing_holds_cards_back(viewer):
    ada = viewer()
    add(ada, "pausing")
    publish(ada, "pausing", "one")
    expect(cards(ada)).to_have_count(1)
    pause = ada.page.get_by_role("button", name="Pause")
    pause.click()
    publish(ada, "pausing", "two")
    publish(ada, "pausing", "three")
    show = ada.page.get_by_role("button", name="Show 2 new items")
    expect(show).to_be_visible()
    expect(cards(ada)).to_have_count(1)
    show.click()
    expect(cards(ada).locator(".text")).to_have_text(["three", "two", "one"])
    expect(pause).to_have_attribute("aria-pressed", "false")
    ada.page.get_by_role("button", name="Clear").click()
    expect(cards(ada)).to_have_count(0)


def test_no_more_than_can_be_seen_is_kept(viewer):
    ada = viewer()
    add(ada, "flood")
    for number in range(230):
        publish(ada, "flood", f"number {number}")
    expect(cards(ada).first.locator(".text")).to_have_text("number 229")
    expect(cards(ada)).to_have_count(200)


def test_disconnecting_and_coming_back(viewer):
    ada = viewer()
    add(ada, "leaving")
    ada.page.get_by_role("button", name="Disconnect").click()
    expect(status(ada)).to_have_text("Disconnected")
    publish(ada, "leaving", "unheard")
    ada.page.get_by_role("button", name="Connect", exact=True).click()
    expect(status(ada)).to_have_text("Live")
    publish(ada, "leaving", "heard")
    expect(cards(ada).locator(".text")).to_have_text(["heard"])


def test_it_reconnects(viewer, own_server):
    ada = viewer(at=own_server.url)
    add(ada, "restart")
    own_server.stop()
    expect(status(ada)).to_have_text("Reconnecting…")
    own_server.start()
    expect(status(ada)).to_have_text("Live", timeout=40_000)
    publish(ada, "restart", "again")
    expect(cards(ada).locator(".text")).to_have_text(["again"])


def test_it_links_to_the_other_pages(viewer):
    ada = viewer()
    for path in ("/", "/demo/chat", "/demo/broadcast"):
        expect(ada.page.locator(f'a[href="{path}"]')).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(viewer, scheme):
    """Colours keep 4.5:1 on what is behind them (WCAG 1.4.3)."""
    ada = viewer(color_scheme=scheme)
    add(ada, "contrast")
    publish(ada, "contrast", json.dumps(
        {"data": {"text": "a contrast"}, "feed": "f", "matching_rules": [{"tag": "contrast"}]}))
    expect(cards(ada)).to_have_count(1)
    ratios = ada.page.evaluate("""() => {
      const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      const light = (color) => {
        const [r, g, b] = color.match(/[\\d.]+/g).map((value) => channel(Number(value) / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const back = (node) => {
        for (let at = node; at; at = at.parentElement) {
          const color = getComputedStyle(at).backgroundColor;
          if (!/, 0\\)$|transparent/.test(color)) return color;
        }
        return 'rgb(255, 255, 255)';
      };
      const names = ['h1', '.dashboard-title p', '.connection', '.secondary', '.topic-hint', '.topics .name', '.topics .count',
        '.rate', '.card .author', '.card time', '.card .text', '.card mark', '.card .tag', '.card .tags', '.feeds .state',
        '.demo-note a', '.primary'];
      return Object.fromEntries(names.map((name) => {
        const node = document.querySelector(name);
        const [a, b] = [light(getComputedStyle(node).color), light(back(node))].sort((x, y) => y - x);
        return [name, (a + 0.05) / (b + 0.05)];
      }));
    }""")
    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}


def test_on_a_phone_nothing_sticks_out(viewer):
    ada = viewer(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    add(ada, "a rather long topic that does not fit in one line of a phone")
    publish(ada, "a rather long topic that does not fit in one line of a phone", "w" * 200)
    expect(cards(ada)).to_have_count(1)
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= 360
    small = ada.page.evaluate("""() => [...document.querySelectorAll('button, input')]
      .filter((node) => node.offsetParent).map((node) => node.getBoundingClientRect())
      .filter(({ width, height }) => width < 36 || height < 36).length""")
    assert small == 0
