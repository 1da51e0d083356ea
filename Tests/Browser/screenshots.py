"""Makes the pictures of docs/images from a server with a small conversation: Tests/Browser/run --only-install, then

    .build/browser/bin/python Tests/Browser/screenshots.py
"""

import os
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from person import Person
from server import ROOT, Server

IMAGES = ROOT / "docs/images"
# In the pictures it is ten in the morning, whenever they are made. (In "Etc/GMT+3" it is three hours earlier.)
HOURS_BACK = (time.gmtime().tm_hour - 10 + 12) % 24 - 12
COMMON = {"timezone_id": f"Etc/GMT{HOURS_BACK:+}", "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1200, "height": 780}, **COMMON}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, **COMMON}

# A page has the system's font, and a machine without a desktop has a poor one: the pictures show Inter where it is
# installed (apt-get install fonts-inter fonts-noto-color-emoji).
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="pattern"><edit name="family" mode="prepend_first" binding="strong"><string>Inter</string></edit></match>
</fontconfig>"""

NUMBERS = {"Mara Lindqvist": "+46 8 5550 0117", "Tomás Rivera": "+34 91 555 0142", "Priya Nair": "+44 20 7946 0171",
           "Jonas Weber": "+49 30 5550 0163", "Aiko Tanaka": "+81 3 5550 0129"}


class Cast:
    """The people of the conversation, each in a browser of their own."""

    def __init__(self, browser: Browser, url: str):
        self.browser, self.url = browser, url
        self.people: dict[str, Person] = {}

    def join(self, name: str, **options) -> Person:
        one = Person(self.browser, self.url, name, **options)
        one.name, one.phone = name, NUMBERS[name]
        self.people[name.split()[0]] = one
        return one.sign_up()

    def again(self, first_name: str, **options) -> Person:
        """The same person on another device."""
        original = self.people[first_name]
        one = Person(self.browser, self.url, original.name, **options)
        one.name, one.phone = original.name, original.phone
        one.sign_in(one.phone)
        one.expect_signed_in()
        return one


def say(one: Person, room: str, *texts: str):
    one.open_room(room)
    for text in texts:
        one.send(text)


def converse(cast: Cast):
    mara, tomas, priya, jonas, aiko = (cast.join(name, **DESKTOP) for name in NUMBERS)
    mara.start_chat(aiko)
    say(aiko, "Mara Lindqvist", "The prints are ready, you can pick them up any time after 10")
    say(mara, "Aiko Tanaka", "Wonderful, thank you!")
    mara.start_chat(jonas)
    say(jonas, "Mara Lindqvist", "Did the new tent poles arrive?")
    say(mara, "Jonas Weber", "Yesterday. They fit.")
    mara.start_group("Weekend hike 🥾", tomas, priya, jonas)
    hike = "Weekend hike 🥾"
    say(priya, hike, "Forecast for Saturday looks great. 18 degrees, no wind")
    say(jonas, hike, "Then let’s take the ridge trail instead of the valley?")
    say(mara, hike, "Yes please. I’ve wanted to do the ridge since spring.")
    say(tomas, hike, "I’m in. The 8:12 train gets us there before nine.",
        "Map and notes are here: https://hikes.example/ridge-trail")
    say(mara, hike, "Perfect. I’ll bring the stove, so nobody has to carry cold coffee all the way up.")
    say(priya, hike, "You are the best ☕")
    say(jonas, hike, "Who has the spare headlamp?")
    mara.start_chat(priya)
    say(priya, "Mara Lindqvist", "Shall I book the table for Sunday, too?")
    mara.open_room(hike)
    say(mara, hike, "I do. It’s already in my backpack.")
    for one in (tomas, jonas):
        expect(one.message("I do. It’s already in my backpack.")).to_be_visible()
    aiko.open_room("Mara Lindqvist")
    aiko.send("Also, they turned out beautifully")
    expect(mara.room("Aiko Tanaka")).to_contain_text("beautifully")
    return mara, tomas


def shoot(one: Person, name: str):
    one.page.mouse.move(0, 0)
    expect(one.page.locator(".arriving:hover")).to_have_count(0)
    one.page.screenshot(path=IMAGES / name, animations="disabled")
    assert one.problems == [], one.problems
    print(f"docs/images/{name}")


def show_chats(cast: Cast, browser: Browser, url: str):
    mara, tomas = converse(cast)
    hike = "Weekend hike 🥾"
    dark = cast.again("Mara", color_scheme="dark", **DESKTOP)
    phone = cast.again("Mara", **PHONE)
    for one in (dark, phone):
        one.open_room(hike)
        expect(one.message("I do. It’s already in my backpack.")).to_be_in_viewport()
    tomas.composer.press_sequentially("See")
    for one, name in ((mara, "chat-desktop.png"), (dark, "chat-dark.png"), (phone, "chat-phone.png")):
        # Typing goes on while the pictures are made.
        tomas.composer.press_sequentially(" you")
        expect(one.subtitle).to_contain_text("is typing")
        shoot(one, name)
    newcomer = Person(browser, url, "Newcomer", **DESKTOP)
    newcomer.open().page.get_by_role("button", name="Create an account").click()
    shoot(newcomer, "signin.png")


def show_broadcast(browser: Browser, url: str):
    one, other = (Person(browser, url, name, **DESKTOP) for name in ("One", "Other"))
    lines = ["Doors open at seven", "Stream starts in ten minutes", "Sound check: one, two", "We can hear you!",
             "Here we go 🎸"]
    for person in (one, other):
        person.page.goto(f"{url}/demo/broadcast?room=stage")
        expect(person.page.get_by_role("status")).to_have_text("Connected")
    for index, line in enumerate(lines):
        sender = (one, other)[index % 2].page
        sender.get_by_role("textbox", name="Message").fill(line)
        sender.get_by_role("button", name="Send").click()
        expect(one.page.get_by_text(line)).to_be_visible()
    shoot(one, "broadcast.png")


def main():
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, Server() as server, sync_playwright() as playwright:
        fonts = Path(directory) / "fonts.conf"
        fonts.write_text(FONTS)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
        show_chats(Cast(browser, server.url), browser, server.url)
        show_broadcast(browser, server.url)
        browser.close()


if __name__ == "__main__":
    main()
