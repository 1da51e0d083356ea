"""The broadcast room's page."""

import secrets

from playwright.sync_api import expect


def open_room(person, name, room):
    one = person(name)
    one.page.goto(f"{one.url}/demo/broadcast" + (f"?room={room}" if room else ""))
    expect(one.page.get_by_role("status")).to_have_text("Connected")
    return one


def send(one, text):
    field = one.page.get_by_role("textbox", name="Message")
    field.fill(text)
    one.page.get_by_role("button", name="Send").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def received(one):
    return one.page.get_by_role("log", name="Messages").get_by_role("listitem").locator("span")


def test_everybody_receives_everything(person):
    ada, ben = open_room(person, "Ada", None), open_room(person, "Ben", None)
    first, second = secrets.token_hex(4), f"<b>{secrets.token_hex(4)}</b>"
    send(ada, first)
    expect(received(ben)).to_have_text([first])
    send(ben, second)
    for one in (ada, ben):
        expect(received(one)).to_have_text([first, second])


def test_rooms_are_apart(person):
    room = f"tea & cake {secrets.token_hex(4)}"
    address = room.replace(" ", "%20").replace("&", "%26")
    ada, ben, cleo = (open_room(person, "Ada", address), open_room(person, "Ben", address), open_room(person, "Cleo", "x"))
    expect(ada.page.get_by_text(room)).to_be_visible()
    send(cleo, "Elsewhere")
    expect(received(cleo)).to_have_text(["Elsewhere"])
    send(ada, "Here")
    for one in (ada, ben):
        expect(received(one)).to_have_text(["Here"])


def test_it_reconnects(person, own_server):
    ada = person("Ada", at=own_server.url)
    ada.page.goto(f"{own_server.url}/demo/broadcast")
    status = ada.page.get_by_role("status")
    expect(status).to_have_text("Connected")
    own_server.stop()
    expect(status).to_have_text("Reconnecting…")
    # Nothing is kept for later here: the text stays where it was written.
    field = ada.page.get_by_role("textbox", name="Message")
    field.fill("Once more")
    field.press("Enter")
    expect(field).to_have_value("Once more")
    own_server.start()
    expect(status).to_have_text("Connected", timeout=40_000)
    field.press("Enter")
    expect(received(ada)).to_have_text(["Once more"])


def test_dark_and_named(person):
    ada = person("Ada", color_scheme="dark")
    ada.page.goto(f"{ada.url}/demo/broadcast")
    expect(ada.page.get_by_role("heading", name="Broadcast", level=1)).to_be_visible()
    expect(ada.page.get_by_role("button", name="Send")).to_be_visible()
    back = ada.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert sum(back[:3]) < 150
