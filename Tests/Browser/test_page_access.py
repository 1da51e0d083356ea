"""Everybody can use it: axe's rules on every view, the keyboard alone, any width, any direction, less motion."""

import re

import pytest
from playwright.sync_api import expect

from modules import WEB, closure, modules
from rules import expect_accessible


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_by_the_rules_of_axe(member, scheme):
    ada = member("Ada", color_scheme=scheme, reduced_motion="reduce").open()
    page = ada.page
    page.get_by_role("button", name="Sign in").click()
    expect_accessible(page, "sign in")
    page.get_by_role("button", name="Create account").click()
    expect_accessible(page, "sign up")
    ada.register()
    ben = member("Ben").register()
    expect_accessible(page, "nothing yet")
    page.get_by_role("button", name="New room").click()
    expect_accessible(page, "menu")
    page.get_by_role("menuitem", name="New group").click()
    page.get_by_role("dialog").get_by_role("searchbox").fill(ben.username)
    page.get_by_role("dialog").locator(".person").filter(has_text=ben.username).click()
    expect_accessible(page, "new group")
    page.get_by_role("dialog").get_by_role("textbox", name="Name", exact=True).fill("Axes")
    page.get_by_role("button", name="Create").click()
    ada.send("See https://example.org/ and `code`", f"Hello @{ben.username}", "```\nblock\n```")
    ben.open_room("Axes")
    ben.react("Hello", "👍")
    ben.act("block", "Reply")
    ben.send("Replied")
    ben.composer.press_sequentially("and")
    expect(page.locator(".typing")).to_contain_text("is typing…")
    expect_accessible(page, "conversation")
    ada.message("Hello").hover()
    expect_accessible(page, "actions")
    page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ada.panel.locator(".member")).to_have_count(2)
    expect_accessible(page, "details")
    ada.act("Hello", "Thread")
    expect(ada.panel.locator(".message")).to_have_count(1)
    expect_accessible(page, "thread")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("searchbox").fill("Hello")
    expect(page.get_by_role("region", name="Messages")).to_be_visible(timeout=20_000)
    expect_accessible(page, "search")
    page.keyboard.press("Escape")
    ada.message("Hello").hover()
    ada.message("Hello").get_by_role("button", name="React", exact=True).click()
    expect_accessible(page, "emoji")
    page.keyboard.press("Escape")
    ada.menu("Settings")
    for tab in ("Profile", "Devices", "Appearance", "Notifications", "Account"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("img", name="Loading")).to_have_count(0)
        expect_accessible(page, f"settings: {tab}")
    page.keyboard.press("Escape")
    ada.menu("Keyboard shortcuts")
    expect_accessible(page, "shortcuts")
    page.keyboard.press("Escape")
    ada.context.set_offline(True)
    expect(ada.banner).to_be_visible()
    ada.send("Waiting")
    expect_accessible(page, "offline")


def test_keyboard_alone(member):
    """From an empty page to a conversation and all that one does there, with no mouse."""
    ben = member("Ben").register()
    ada = member("Ada").open()
    page, keys = ada.page, ada.page.keyboard
    expect(page.get_by_role("textbox", name="User name")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Create account")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Display name")).to_be_focused()
    for text in (ada.name, ada.username, "correct horse"):
        keys.type(text)
        keys.press("Tab")
    keys.press("Enter")
    ada.expect_signed_in()
    keys.press("Control+Shift+O")
    dialog = page.get_by_role("dialog", name="New direct message")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    keys.type(ben.username)
    expect(dialog.locator(".person")).to_have_count(1)
    keys.press("ArrowDown")
    assert page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    keys.press("Enter")
    expect(ada.title).to_have_text(ben.name)
    expect(ada.composer).to_be_focused()
    keys.type("First line")
    keys.press("Shift+Enter")
    keys.type("second line")
    keys.press("Enter")
    expect(ada.composer).to_have_value("")
    assert ada.texts.first.inner_text() == "First line\nsecond line"
    keys.type("Another")
    keys.press("Enter")
    expect(ada.tick("Another")).to_have_attribute("aria-label", "Sent")
    # To the messages, up, and a reply to one; then a reaction; then an edit.
    keys.press("Shift+F6")
    expect(ada.message("Another")).to_be_focused()
    keys.press("ArrowUp")
    expect(ada.message("First line")).to_be_focused()
    keys.press("r")
    expect(page.get_by_text(f"Reply to {ada.name}")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_text(f"Reply to {ada.name}")).to_be_hidden()
    keys.press("Shift+F6")
    keys.press("+")
    expect(page.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    keys.type("party")
    keys.press("Enter")
    expect(ada.message("Another").locator(".reaction")).to_have_count(1)
    keys.press("Shift+F6")
    keys.press("e")
    keys.press("End")
    keys.type(", edited")
    keys.press("Enter")
    expect(ada.message("Another, edited")).to_be_visible()
    keys.press("Shift+F6")
    keys.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    keys.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Reply", exact=True)).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    keys.press("Control+/")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keys.press("Escape")
    keys.press("Escape")
    keys.press("Escape")
    expect(page.get_by_text("No room open")).to_be_visible()
    expect(ada.room(ben.name)).to_be_focused()
    keys.press("Enter")
    expect(ada.composer).to_be_focused()


def test_from_room_to_room_by_keyboard(member):
    ada, ben, cleo = (member(name).register() for name in ("Ada", "Ben", "Cleo"))
    ada.start_chat(ben)
    ada.send("One")
    ada.start_chat(cleo)
    ada.send("Two")
    expect(ada.page.get_by_role("navigation").get_by_role("link").first).to_contain_text(cleo.name)
    ada.page.keyboard.press("Alt+ArrowDown")
    expect(ada.title).to_have_text(ben.name)
    ada.page.keyboard.press("Alt+ArrowUp")
    expect(ada.title).to_have_text(cleo.name)


def test_messages_are_announced(member):
    ada, ben, cleo = (member(name).register() for name in ("Ada", "Ben", "Cleo"))
    ben.start_chat(ada)
    ben.send("Hello")
    ada.open_room(ben.name)
    ben.send("Can you hear me?")
    announcer = ada.page.locator("#announcer")
    expect(announcer.locator("p").last).to_have_text(f"{ben.name}: Can you hear me?")
    assert announcer.get_attribute("role") == "status"
    cleo.start_chat(ada)
    cleo.send("Elsewhere")
    expect(announcer.locator("p").last).to_have_text(f"New message from {cleo.name} in {cleo.name}")
    # The same once more is news, too.
    cleo.send("Elsewhere")
    expect(announcer.get_by_text(f"New message from {cleo.name}")).to_have_count(2)


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (820, 1180), (3840, 2160)])
def test_every_width(member, size):
    width, height = size
    ada = member("Ada " + "W" * 30, viewport={"width": width, "height": height})
    ada.username = ada.username.replace(" ", "").replace("w", "")[:28]
    ada.register()
    ben = member("Ben").register()
    ada.start_room("group", "A name of sixty characters that does not fit into any narrow row", ben)
    ada.send("w" * 300, "Two\nlines", "```\n" + "code " * 60 + "\n```")
    fits = "document.documentElement.scrollWidth <= innerWidth"
    page = ada.page
    assert page.evaluate(fits)
    expect(ada.messages.last).to_be_in_viewport()
    page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ada.panel.locator(".member")).to_have_count(2)
    assert page.evaluate(fits)
    ada.panel.get_by_role("button", name="Close").click()
    if width <= 720:
        for name in ("Back to the rooms", "Send"):
            box = page.get_by_role("button", name=name, exact=True).bounding_box()
            assert min(box["width"], box["height"]) >= 40, name
        page.get_by_role("button", name="Back to the rooms").click()
        expect(page.get_by_role("complementary", name="Rooms")).to_be_visible()
        assert page.evaluate(fits)
        expect(ada.title).to_be_hidden()
    ada.menu("Settings")
    expect(page.get_by_role("dialog", name="Settings")).to_be_in_viewport()
    assert page.evaluate(fits)


def test_right_to_left(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_chat(ben)
    ada.send("Mine")
    ben.open_room(ada.name)
    ben.send("Theirs")
    expect(ada.message("Theirs")).to_be_visible()
    ada.page.evaluate("document.documentElement.dir = 'rtl'")
    middle = "e => { const b = e.getBoundingClientRect(); return (b.left + b.right) / 2; }"
    rooms, conversation = ada.page.locator(".sidebar"), ada.page.locator(".room")
    assert rooms.evaluate(middle) > conversation.evaluate(middle)
    mine, theirs = (ada.message(text).locator(".bubble").evaluate(middle) for text in ("Mine", "Theirs"))
    assert mine < theirs
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_touch(member):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    ada, ben = member("Ada", **phone).register(), member("Ben").register()
    ben.start_chat(ada)
    ben.send("On the phone?")
    ada.room(ben.name).tap()
    expect(ada.composer).not_to_be_focused()
    ada.composer.fill("Yes")
    ada.page.get_by_role("button", name="Send", exact=True).tap()
    expect(ben.message("Yes")).to_be_visible()
    ada.message("On the phone?").locator(".body").tap()
    ada.page.get_by_role("menuitem", name="Reply", exact=True).tap()
    expect(ada.page.get_by_text(f"Reply to {ben.name}")).to_be_visible()
    ada.page.go_back()
    expect(ada.page.get_by_role("complementary", name="Rooms")).to_be_visible()


def test_reduced_motion_moves_nothing(member):
    ada, ben = member("Ada", reduced_motion="reduce").register(), member("Ben").register()
    ada.start_chat(ben)
    ada.send("Hello")
    ben.open_room(ada.name)
    ben.composer.press_sequentially("hm")
    expect(ada.page.locator(".typing")).to_contain_text("is typing…")
    assert ada.page.evaluate("document.getAnimations().length") == 0


def test_german(member):
    ada = member("Ada", locale="de-DE").open()
    expect(ada.page.get_by_role("heading", name="Willkommen zurück")).to_be_visible()
    expect(ada.page.locator("html")).to_have_attribute("lang", "de")


def test_both_languages_have_every_text(member):
    ada = member("Ada").open()
    expect(ada.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    different = ada.page.evaluate("""async () => {
      const words = async (language) => Object.assign({}, ...await Promise.all(['sign-in', 'chat', 'dialogs'].map(
        async (about) => (await import(`/assets/ui/words/${language}-${about}.js`)).default)));
      const [EN, DE] = await Promise.all(['en', 'de'].map(words));
      const slots = (text) => [...text.matchAll(/\\{(\\w+)/g)].map(([, name]) => name).sort().join();
      const keys = new Set([...Object.keys(EN), ...Object.keys(DE)]);
      return [...keys].filter((key) => !(key in EN) || !(key in DE) || slots(EN[key]) !== slots(DE[key]));
    }""")
    assert different == []


def words(about: str) -> set[str]:
    return set(re.findall(r"(\w+): ['\"]", (WEB / f"ui/words/en-{about}.js").read_text()))


def test_what_is_shown_has_its_words():
    """The way in asks for words of its own; the chat for no words of what opens over it; nothing for words that are none."""
    texts = modules()
    wanted = {name: set(re.findall(r"\bt\(\s*'(\w+)'", text)) for name, text in texts.items()}
    signing_in = closure("app/main.js", "features/sign-in/sign-in.js")
    chat = closure("app/main.js", "app/shell.js")
    # What both have is loaded with the chat, and asks for its words only there.
    in_signing_in = set().union(*(wanted[name] for name in signing_in)) - {"noConnection"}
    assert in_signing_in - words("sign-in") == set()
    assert set().union(*(wanted[name] for name in chat)) - words("sign-in") - words("chat") == set()
    assert set().union(*wanted.values()) - words("sign-in") - words("chat") - words("dialogs") == set()


def test_every_word_is_used():
    """A name of a word stands somewhere in the page, in whole or as its beginning."""
    page = "".join(text for name, text in modules().items() if not name.startswith(("ui/words/", "ui/emoji/")))
    unused = {key for key in words("sign-in") | words("chat") | words("dialogs")
              if not re.search(rf"['\".]{key}\b|\b{key}:", page) and not key.startswith(("tab_", "removed_", "tone_"))}
    assert unused == set()
