"""What leads from one place to another: links to messages, forwarding, invitations; the first steps; fingers."""

import re

import pytest
from playwright.sync_api import expect

from rules import expect_accessible

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_link_to_a_message_is_shown_and_opens_here(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_room("group", "Plans", ben)
    ada.send("We meet at **eight**.")
    plans = ada.room_id
    ada.start_room("group", "Talk", ben)
    ada.send(f"See {ada.url}/#/r/{plans}/1 for that.", f"Not there: {ada.url}/#/r/{plans}/99", "https://a.example/#/r/1/1")
    ben.open_room("Talk")
    card = ben.message("for that").get_by_role("button", name=f"Open the message of {ada.name} in Plans: We meet at eight.")
    expect(card).to_be_visible()
    expect(ben.message("Not there").locator(".is-linked")).to_have_count(0)
    expect(ben.message("a.example").locator(".is-linked")).to_have_count(0)
    expect_accessible(ben.page, "a link to a message")
    # What it shows follows the message.
    ada.api("PATCH", f"/rooms/{plans}/messages/by-seq/1", {"text": "We meet at nine."})
    expect(ben.message("for that").locator(".is-linked")).to_contain_text("We meet at nine.")
    ben.message("for that").locator(".is-linked").click()
    expect(ben.title).to_have_text("Plans")
    expect(ben.message("We meet at nine.")).to_be_in_viewport()
    assert len(ben.context.pages) == 1


def test_nobody_sees_what_a_link_leads_to_elsewhere(member):
    ada, ben, cleo = (member(name).register() for name in ("Ada", "Ben", "Cleo"))
    ada.start_room("group", "Secret", cleo)
    ada.send("For us two.")
    secret = ada.room_id
    ada.start_chat(ben)
    ada.send(f"{ada.url}/#/r/{secret}/1")
    ben.open_room(ada.name)
    expect(ben.texts).to_have_count(1)
    expect(ben.page.locator(".is-linked")).to_have_count(0)
    ben.texts.get_by_role("link").click()
    expect(ben.page.get_by_text("This room is not there, or not for you.")).to_be_visible()


def test_forwarding(member):
    ada, ben, cleo = (member(name).register() for name in ("Ada", "Ben", "Cleo"))
    ada.start_chat(cleo)
    cleo.open_room(ada.name)
    ada.start_chat(ben)
    ada.send("First line\nsecond line")
    ada.act("First line", "Forward")
    dialog = ada.page.get_by_role("dialog", name="Forward")
    expect_accessible(ada.page, "forward")
    dialog.get_by_role("searchbox").fill(cleo.name)
    ada.page.keyboard.press("Enter")
    expect(cleo.texts.last.locator("strong")).to_have_text(ada.name)
    expect(cleo.texts.last.locator("blockquote")).to_have_text("First line\nsecond line")
    ada.page.get_by_role("button", name="Open").click()
    expect(ada.title).to_have_text(cleo.name)


def test_an_invitation_says_what_it_is_to(member):
    ada, ben, cleo = member("Ada").register(), member("Ben"), member("Cleo").register()
    ada.start_room("group", "Book club")
    room = ada.room_id
    token = ada.api("POST", f"/rooms/{room}/invites", {"link": True, "expires_in_s": 3600})["token"]
    # Before one is signed in, and after.
    ben.page.goto(f"{ben.url}/#/join/{room}/{token}")
    expect(ben.page.get_by_text(f"{ada.name} invites you to “Book club”.")).to_be_visible()
    cleo.page.goto("about:blank")
    cleo.page.goto(f"{cleo.url}/#/join/{room}/{token}")
    dialog = cleo.page.get_by_role("dialog", name="Invitation")
    expect(dialog.get_by_role("heading", name="Book club")).to_be_visible()
    expect(dialog).to_contain_text(f"{ada.name} has invited you.")
    expect(dialog).to_contain_text("1 member")
    expect(dialog).not_to_contain_text("undefined")
    expect_accessible(cleo.page, "an invitation")
    dialog.get_by_role("button", name="Join").click()
    expect(cleo.title).to_have_text("Book club")
    invitation, = ada.api("GET", f"/rooms/{room}/invites")["invites"]
    ada.api("DELETE", f"/rooms/{room}/invites/{invitation['id']}")
    cleo.page.goto("about:blank")
    cleo.page.goto(f"{cleo.url}/#/join/{int(room) + 10**9}/{token}")
    expect(dialog).to_contain_text("This invitation is used up, or too old.")
    expect(dialog.get_by_role("button", name="Join")).to_have_count(0)


def test_the_first_steps(member):
    ada = member("Ada").register()
    page = ada.page
    welcome = page.get_by_role("region", name="Welcome")
    expect(welcome.get_by_role("button")).to_have_count(4)
    expect_accessible(page, "the first steps")
    # Low, as at 400 %: the last one can be reached.
    page.set_viewport_size({"width": 800, "height": 256})
    welcome.get_by_role("button").last.scroll_into_view_if_needed()
    expect(welcome.get_by_role("button").last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 720})
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    welcome.get_by_role("button", name="Invite somebody").click()
    expect(page.get_by_text("The address is copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{ada.url}/"
    welcome.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog", name="New group")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("Hike")
    dialog.get_by_role("button", name="Create").click()
    expect(ada.title).to_have_text("Hike")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="No room open")).to_be_visible()
    expect(welcome).to_have_count(0)


def test_the_icon_tells_what_is_unread(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    icon = ben.page.locator('link[rel="icon"]')
    expect(icon).to_have_attribute("href", "/assets/icon.svg")
    ada.start_chat(ben)
    ada.send("Hello")
    expect(icon).to_have_attribute("href", re.compile("unread"))
    expect(ben.page).to_have_title(re.compile(r"^\(1\) "))
    ben.open_room(ada.name)
    expect(icon).to_have_attribute("href", "/assets/icon.svg")


TOUCH = """(element, [dx, dy, holdMs]) => {
  const box = element.getBoundingClientRect();
  const [x, y] = [box.left + 20, box.top + box.height / 2];
  const fire = (type, moved) => element.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, pointerType: 'touch',
    isPrimary: true, pointerId: 7, clientX: x + dx * moved, clientY: y + dy * moved }));
  fire('pointerdown', 0);
  if (holdMs) return;
  for (const moved of [0.3, 0.6, 1]) fire('pointermove', moved);
  fire('pointerup', 1);
  element.click();
}"""


@pytest.fixture
def touched(member):
    ada, ben = member("Ada", **PHONE).register(), member("Ben").register()
    ben.start_chat(ada)
    ben.send("Under the finger")
    ada.open_room(ben.name)
    expect(ada.texts).to_have_count(1)
    ada.page.wait_for_load_state("networkidle")
    return ada, ben


def test_a_swipe_replies(touched):
    ada, ben = touched
    bubble = ada.message("Under the finger").locator(".bubble")
    for dx, dy in ((30, 0), (-80, 0), (40, 80)):
        bubble.evaluate(TOUCH, [dx, dy, 0])
        expect(ada.page.get_by_text(f"Reply to {ben.name}")).to_be_hidden()
        expect(ada.page.get_by_role("menu")).to_have_count(0)
    bubble.evaluate(TOUCH, [80, 4, 0])
    expect(ada.page.get_by_text(f"Reply to {ben.name}")).to_be_visible()
    assert ada.message("Under the finger").evaluate("element => getComputedStyle(element).translate") in ("none", "0px")


def test_a_long_press_offers_reactions(touched):
    ada, ben = touched
    ada.message("Under the finger").locator(".bubble").evaluate(TOUCH, [0, 0, 1])
    strip = ada.page.get_by_role("group", name="React")
    expect(strip.get_by_role("button")).to_have_count(7)
    expect(ada.page.get_by_role("menuitem", name="Reply")).to_be_visible()
    expect_accessible(ada.page, "a long press")
    for box in [button.bounding_box() for button in strip.get_by_role("button").all()]:
        assert min(box["width"], box["height"]) >= 40
    strip.get_by_role("button", name="React with 😮").click()
    expect(ben.message("Under the finger").locator(".reaction")).to_contain_text("😮")
