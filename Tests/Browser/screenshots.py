"""Makes the pictures of docs/images from a server with a small conversation: Tests/Browser/run --only-install, then

    .build/browser/bin/python -m pip install pillow
    .build/browser/bin/python Tests/Browser/screenshots.py
"""

import os
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from chromium import launch
from member import Member
from person import Person
from server import ROOT, Server

IMAGES = ROOT / "docs/images"
# In the pictures it is ten in the morning, whenever they are made. (In "Etc/GMT+3" it is three hours earlier.)
HOURS_BACK = (time.gmtime().tm_hour - 10 + 12) % 24 - 12
COMMON = {"timezone_id": f"Etc/GMT{HOURS_BACK:+}", "reduced_motion": "reduce"}
DESKTOP = {"viewport": {"width": 1200, "height": 780}, **COMMON}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
         "device_scale_factor": 2, **COMMON}
FORMS = {"": DESKTOP, "-dark": {"color_scheme": "dark", **DESKTOP}, "-phone": PHONE}

# A page has the system's font, and a machine without a desktop has a poor one: the pictures show Inter where it is
# installed (apt-get install fonts-inter fonts-noto-color-emoji fonts-wqy-microhei).
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="pattern"><edit name="family" mode="prepend_first" binding="strong"><string>Inter</string></edit></match>
</fontconfig>"""

TALK = """priya: Forecast for Saturday looks great. 18 degrees, no wind ☀️
jonas: Then let’s take the ridge trail instead of the valley?
mara: Yes please. I’ve wanted to do the ridge since spring.
tomas: I’m in. The 8:12 train gets us there before nine.
tomas: Map and notes are here: https://hikes.example/ridge-trail
mara: Perfect. I’ll bring the stove, so nobody has to carry cold coffee all the way up.
priya: You are the best ☕
jonas: Who has the spare headlamp?"""
HIKE = "Weekend hike 🥾"


def join(browser: Browser, url: str, name: str, **options) -> Member:
    one = Member(browser, url, name, **options)
    one.name = name
    one.username = name.split()[0].lower().replace("á", "a")
    return one.register()


def converse(browser: Browser, url: str) -> dict[str, Member]:
    names = {"mara": "Mara Lindqvist", "tomas": "Tomás Rivera", "priya": "Priya Nair", "jonas": "Jonas Weber",
             "aiko": "Aiko Tanaka"}
    cast = {key: join(browser, url, name, **DESKTOP) for key, name in names.items()}
    mara, tomas, priya, jonas, aiko = cast.values()
    mara.start_room("channel", "Announcements", tomas, priya, jonas, is_public=True)
    mara.send("The office is closed on Monday.")
    mara.start_chat(jonas)
    jonas.open_room(mara.name).send("Did the new tent poles arrive?")
    mara.send("Yesterday. They fit.")
    mara.start_room("group", HIKE, tomas, priya, jonas)
    for one in (tomas, priya, jonas):
        one.open_room(HIKE)
    for line in TALK.splitlines():
        key, text = line.split(": ", 1)
        cast[key].send(text)
        expect(mara.message(text)).to_be_visible()
    tomas.react("stove", "❤️")
    jonas.react("stove", "❤️")
    priya.react("ridge trail instead", "👍")
    jonas.act("8:12 train", "Thread")
    for text in ("Which platform?", "Seven, as always"):
        jonas.panel.get_by_role("textbox").fill(text)
        jonas.panel.get_by_role("textbox").press("Enter")
    jonas.page.keyboard.press("Escape")
    mara.act("spare headlamp", "Reply")
    mara.send("I do. It’s already in my backpack.")
    aiko.start_chat(mara)
    aiko.send("The prints are ready, you can pick them up any time after 10", "Also, they turned out beautifully")
    priya.start_chat(mara)
    priya.send("Shall I book the table for Sunday, too?")
    priya.open_room(HIKE)
    return cast


def shoot(one, name: str):
    one.page.mouse.move(0, 0)
    one.page.wait_for_timeout(250)
    path = IMAGES / f"{name}.png"
    one.page.screenshot(path=path, animations="disabled")
    # A few hundred colours are all there are: a third of the size.
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    assert one.problems == [], one.problems
    print(f"docs/images/{name}.png")


def show_page(browser: Browser, url: str):
    cast = converse(browser, url)
    for form, options in FORMS.items():
        newcomer = Member(browser, url, "Newcomer", **options).open()
        newcomer.page.get_by_role("button", name="Create account").click()
        shoot(newcomer, f"signin{form}")
        mara = Member(browser, url, "Mara", **options)
        mara.name = "Mara Lindqvist"
        mara.sign_in("mara").expect_signed_in()
        shoot(mara, f"rooms{form}")
        mara.open_room(HIKE)
        expect(mara.message("already in my backpack")).to_be_in_viewport()
        typing = cast["tomas"].composer
        typing.press_sequentially("See you")
        expect(mara.page.locator(".typing")).to_contain_text("is typing")
        shoot(mara, f"chat{form}")
        typing.fill("")
        show_details(mara, form)
        mara.context.close()


def show_details(mara: Member, form: str):
    page = mara.page
    page.get_by_role("button", name="Details", exact=True).last.click()
    expect(mara.panel.locator(".member")).to_have_count(4)
    shoot(mara, f"details{form}")
    mara.panel.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="2 replies").click()
    expect(mara.panel.locator(".message")).to_have_count(3)
    shoot(mara, f"thread{form}")
    mara.panel.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Search in this room").click()
    page.get_by_role("dialog").get_by_role("searchbox").fill("ridge")
    expect(page.locator(".result mark").first).to_be_visible(timeout=30_000)
    shoot(mara, f"search{form}")
    page.keyboard.press("Escape")
    page.locator(".composer").get_by_role("button", name="Emoji").click()
    shoot(mara, f"emoji{form}")
    page.keyboard.press("Escape")
    page.goto(f"{mara.url}/#/")
    page.get_by_role("button", name="New room").click()
    page.get_by_role("menuitem", name="New group").click()
    dialog = page.get_by_role("dialog", name="New group")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("Photo club")
    for name in ("aiko", "tomas"):
        dialog.get_by_role("searchbox").fill(name)
        dialog.locator(".person").filter(has_text=f"@{name}").click()
    dialog.get_by_role("searchbox").fill("jonas")
    expect(dialog.locator(".person").filter(has_text="@jonas")).to_be_visible()
    shoot(mara, f"new-group{form}")
    page.keyboard.press("Escape")
    mara.menu("Settings")
    expect(page.get_by_role("dialog", name="Settings")).to_be_visible()
    shoot(mara, f"settings{form}")
    page.keyboard.press("Escape")


def show_broadcast(browser: Browser, url: str):
    lines = ["Doors open at seven", "Stream starts in ten minutes", "Sound check: one, two", "We can hear you!",
             "Here we go 🎸"]
    for form, options in FORMS.items():
        one, other = (Person(browser, url, name, **options) for name in ("One", "Other"))
        for person in (one, other):
            person.page.goto(f"{url}/demo/broadcast?room=stage")
            expect(person.page.get_by_role("status")).to_have_text("Connected")
        for index, line in enumerate(lines):
            sender = (one, other)[index % 2].page
            sender.get_by_role("textbox", name="Message").fill(line)
            sender.get_by_role("button", name="Send").click()
            expect(one.page.get_by_text(line)).to_be_visible()
        shoot(one, f"broadcast{form}")
        for person in (one, other):
            person.context.close()


def show_demo_chat(browser: Browser, url: str):
    names = ("Mara Lindqvist", "Tomás Rivera", "Priya Nair")
    cast = []
    for number, name in enumerate(names):
        one = Person(browser, url, name, **DESKTOP)
        one.name, one.phone = name, f"+49 30 555 010{number}"
        cast.append(one.sign_up())
    mara, tomas, priya = cast
    priya.start_chat(mara)
    priya.send("Shall I book the table for Sunday?")
    mara.start_group("Weekend hike", tomas, priya)
    for one in (tomas, priya):
        one.open_room("Weekend hike")
    for line in TALK.splitlines()[:7]:
        key, text = line.split(": ", 1)
        one = {"mara": mara, "tomas": tomas, "priya": priya}.get(key, priya)
        one.send(text)
        expect(mara.message(text)).to_be_visible()
    for form, options in FORMS.items():
        one = Person(browser, url, "Mara", **options)
        one.name = "Mara Lindqvist"
        one.sign_in(mara.phone)
        one.expect_signed_in()
        one.open_room("Weekend hike")
        expect(one.message("You are the best ☕")).to_be_in_viewport()
        shoot(one, f"demo-chat{form}")
        one.context.close()


def show_dashboard(browser: Browser):
    """The items of the demo feed are invented anew each time: no two of these pictures are the same."""
    with Server("--demo") as server:
        for form, options in FORMS.items():
            one = Person(browser, server.url, "Viewer", **options)
            one.page.goto(f"{server.url}/dashboard")
            expect(one.page.get_by_role("status")).to_have_text("Live")
            for topic in ("music", "coffee", "train"):
                one.page.get_by_role("textbox", name="Topic").fill(topic)
                one.page.get_by_role("textbox", name="Topic").press("Enter")
            expect(one.page.get_by_role("feed", name="Items").get_by_role("article").nth(5)).to_be_visible(timeout=60_000)
            shoot(one, f"dashboard{form}")
            one.context.close()


def main():
    IMAGES.mkdir(parents=True, exist_ok=True)
    settings = ("--set", "message_rate=0", "--set", "password_cost=10")
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        fonts = Path(directory) / "fonts.conf"
        fonts.write_text(FONTS)
        browser = launch(playwright, env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
        with Server(*settings) as server:
            show_page(browser, server.url)
        with Server(*settings) as server:
            show_broadcast(browser, server.url)
            show_demo_chat(browser, server.url)
        show_dashboard(browser)
        browser.close()


if __name__ == "__main__":
    main()
