"""From place to place: the address, Back, Escape, links, and rooms that one is not in."""

import re

import pytest
from playwright.sync_api import expect

from filling import fill
from rules import expect_accessible
from test_page_chat import pair, trio

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
STEP = "navigation.currentEntry.index"


def test_back_on_a_phone(member):
    ada, ben = member("Ada", **PHONE).register(), member("Ben").register()
    ben.start_room("group", "Hike", ada)
    ben.send("Hello")
    page = ada.page
    at_list = page.evaluate(STEP)
    ada.room("Hike").tap()
    expect(ada.message("Hello")).to_be_visible()
    # From details, from search in them, from a thread: back to what was there before.
    page.get_by_role("button", name="Details", exact=True).last.tap()
    expect(ada.panel).to_be_visible()
    page.go_back()
    expect(ada.panel).to_have_count(0)
    expect(ada.title).to_have_text("Hike")
    page.get_by_role("button", name="Search in this room").tap()
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(ada.message("Hello")).to_be_visible()
    ada.message("Hello").locator(".body").tap()
    page.get_by_role("menuitem", name="Thread").tap()
    expect(ada.panel).to_be_visible()
    assert re.search(r"#/r/\d+/t/1$", page.url)
    ada.panel.get_by_role("button", name="Close").tap()
    expect(ada.panel).to_have_count(0)
    # The page's own Back undoes the step, so that the phone's does not lead into the room again.
    page.get_by_role("button", name="Back to the rooms").tap()
    expect(page.get_by_role("complementary", name="Rooms")).to_be_visible()
    assert page.evaluate(STEP) == at_list
    # What is chosen in a dialog takes the place of the step that the dialog was.
    page.locator(".search-button").tap()
    page.get_by_role("dialog").get_by_role("searchbox").fill("Hike")
    page.get_by_role("region", name="Rooms").get_by_role("button").tap()
    expect(ada.title).to_have_text("Hike")
    page.go_back()
    expect(page.get_by_role("complementary", name="Rooms")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_thread_has_an_address(member):
    ada, ben, _ = trio(member)
    ada.send("Where to?")
    ben.message("Where to?").hover()
    ben.message("Where to?").get_by_role("button", name="Thread").click()
    expect(ben.panel).to_be_visible()
    ben.page.reload()
    expect(ben.panel.locator(".message .body")).to_have_text(["Where to?"])
    ben.page.go_back()
    expect(ben.panel).to_have_count(0)
    expect(ben.message("Where to?")).to_be_visible()


def test_escape_leaves_no_text(member):
    ada, ben = pair(member)
    ada.composer.fill("Half a")
    ada.composer.press("Escape")
    ada.composer.press("Escape")
    expect(ada.composer).to_have_value("Half a")
    expect(ada.title).to_have_text(ben.name)
    ada.composer.fill("")
    ada.composer.press("Escape")
    expect(ada.page.get_by_text("No room open")).to_be_visible()


def test_a_link_to_this_server_stays_in_the_page(member):
    ada, ben = pair(member)
    fill(ada, ada.room_id, 60)
    ben.send(f"See {ben.url}/#/r/{ada.room_id}/3 and www.a.example")
    link = ada.messages.last.get_by_role("link").first
    expect(link).not_to_have_attribute("target", "_blank")
    expect(ada.messages.last.get_by_role("link").last).to_have_attribute("target", "_blank")
    link.click()
    expect(ada.page.locator(".message[data-seq='3']")).to_be_in_viewport()
    assert len(ada.context.pages) == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_where_one_looked_is_where_one_comes_back_to(member, width):
    ada, ben, _ = trio(member)
    ben.page.set_viewport_size({"width": width, "height": 700})
    fill(ada, ada.room_id, 60)
    expect(ben.message("Filling 59")).to_be_in_viewport()
    # The list is hidden on a phone, and yet it is there.
    expect(ben.page.locator(".row .badge")).to_have_count(0)
    ben.page.goto(f"{ben.url}/#/")
    ben.open_room("Hike")
    expect(ben.message("Filling 59")).to_be_in_viewport()
    ben.page.get_by_role("log").evaluate("element => { element.scrollTop -= 600; }")
    expect(ben.page.get_by_role("button", name="To the newest")).to_be_visible()
    place = """() => [...document.querySelectorAll('.message')].map((e) => [e.dataset.seq, e.getBoundingClientRect().top])
      .find(([, top]) => top > 100)"""
    ben.page.wait_for_function("() => document.querySelector('.list-top .spinner') === null")
    seq, top = ben.page.evaluate(place)
    ben.page.goto(f"{ben.url}/#/")
    expect(ben.title).to_have_count(0)
    ben.open_room("Hike")
    row = ben.page.locator(f".message[data-seq='{seq}']")
    expect(row).to_be_in_viewport()
    assert abs(row.evaluate("e => e.getBoundingClientRect().top") - top) < 3


def test_details_move_nobody(member):
    """Who looks at an old piece of the history stays there, also where something new comes meanwhile."""
    ada, ben, _ = trio(member)
    fill(ada, ada.room_id, 120)
    ben.page.goto("about:blank")
    ben.page.goto(f"{ben.url}/#/r/{ada.room_id}/3")
    old = ben.page.locator(".message[data-seq='3']")
    expect(old).to_be_in_viewport()
    ada.send("New at the end")
    expect(ben.room("Hike")).to_contain_text("New at the end")
    ben.page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ben.panel.locator(".member")).to_have_count(3)
    expect(old).to_be_in_viewport()
    ben.panel.get_by_role("button", name="Close").click()
    expect(ben.panel).to_have_count(0)
    expect(old).to_be_in_viewport()


def test_a_public_room_can_be_joined_from_its_address(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_room("group", "Open house", is_public=True)
    ada.send("Come in")
    ben.page.goto(f"{ben.url}/#/r/{ada.room_id}")
    expect(ben.title).to_have_text("Open house")
    expect(ben.page.get_by_text("Join to read and write.")).to_be_visible()
    expect_accessible(ben.page, "a room that one is not in")
    expect(ben.room("Open house")).to_have_count(0)
    ben.page.get_by_role("button", name="Join", exact=True).click()
    ben.expect_texts("Come in")
    expect(ben.composer).to_be_visible()
    expect(ben.room("Open house")).to_be_visible()


def test_an_invitation_can_be_declined(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_room("group", "Secret garden")
    token = ada.api("POST", f"/rooms/{ada.room_id}/invites", {"link": True, "expires_in_s": 3600})["token"]
    ben.page.goto(f"{ben.url}/#/join/{ada.room_id}/{token}")
    dialog = ben.page.get_by_role("dialog", name="Invitation")
    dialog.get_by_role("button", name="Not now").click()
    expect(dialog).to_have_count(0)
    assert ada.api("GET", f"/rooms/{ada.room_id}")["room"]["members"] == 1
    expect(ben.room("Secret garden")).to_have_count(0)


def test_away_stays_away(member):
    ada, ben = pair(member)
    ben.page.locator(".me").click()
    choice = ben.page.get_by_role("menuitemradio", name="Away")
    expect(choice).to_have_attribute("aria-checked", "false")
    choice.click()
    expect(ada.subtitle).to_have_text("Away")
    ben.page.reload()
    expect(ben.page.locator(".me")).to_contain_text("Away")
    expect(ada.subtitle).to_have_text("Away")
    ben.page.locator(".me").click()
    expect(choice).to_have_attribute("aria-checked", "true")


NOTIFICATIONS = """
  window.shown = [];
  window.Notification = class { static permission = 'granted'; static requestPermission = async () => 'granted';
    constructor(title, options) { window.shown.push([title, options.body]); } close() {} };
"""


def test_who_must_not_be_disturbed_is_not(member):
    ada, ben = pair(member)
    ben.page.add_init_script(f"{NOTIFICATIONS} localStorage.setItem('chat.notify', 'on');")
    ben.page.goto(f"{ben.url}/#/")
    ben.page.reload()
    expect(ben.room(ada.name)).to_be_visible()
    ben.page.locator(".me").click()
    ben.page.get_by_role("menuitemradio", name="Do not disturb").click()
    expect(ada.subtitle).to_have_text("Do not disturb")
    ada.send("Psst")
    expect(ben.room(ada.name)).to_contain_text("Psst")
    ben.page.locator(".me").click()
    ben.page.get_by_role("menuitemradio", name="Online").click()
    expect(ada.subtitle).to_have_text("Online")
    ada.send("Now")
    ben.page.wait_for_function("() => window.shown.length > 0")
    assert ben.page.evaluate("window.shown") == [[ada.name, "Now"]]


def test_the_first_notification_names_who_it_is(member):
    ada, ben, cleo = (member(one).register() for one in ("Ada", "Ben", "Cleo"))
    ben.page.add_init_script(f"{NOTIFICATIONS} localStorage.setItem('chat.notify', 'on');")
    ada.start_room("group", "Hike", ben, cleo)
    cleo.open_room("Hike")
    ben.page.reload()
    expect(ben.room("Hike")).to_be_visible()
    # Ben has never heard of Cleo.
    cleo.send("Hello, all")
    ben.page.wait_for_function("() => window.shown.length > 0")
    assert ben.page.evaluate("window.shown") == [[f"{cleo.name} · Hike", "Hello, all"]]


def test_devices_have_names(member):
    ada = member("Ada").register()
    phone = member("Phone")
    phone.sign_in(ada.username).expect_signed_in()
    ada.menu("Settings")
    ada.page.get_by_role("tab", name="Devices").click()
    expect(ada.page.get_by_role("dialog").get_by_role("listitem").filter(has_text="Chrome on Linux")).to_have_count(1)
