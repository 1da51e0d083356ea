"""The keyboard does everything, everything has a name, and everything can be read."""

import re

import pytest
from playwright.sync_api import expect

# WCAG 2's contrast, of each visible text with what is painted behind it; answers what is below AA.
POOR_CONTRAST = """() => {
  // Drawn, since a colour may be told in another space than the screen's.
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const parse = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const over = (top, bottom) => ({
    r: top.r * top.a + bottom.r * (1 - top.a), g: top.g * top.a + bottom.g * (1 - top.a),
    b: top.b * top.a + bottom.b * (1 - top.a), a: 1 });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest('.visually-hidden, option, script')) continue;
    const layers = [];
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) {
      layers.push(parse(getComputedStyle(e).backgroundColor));
      opacity *= Number(getComputedStyle(e).opacity);
      if (e.tagName === 'DIALOG') break;
    }
    const back = layers.reverse().reduce((under, layer) => over(layer, under), { r: 255, g: 255, b: 255, a: 1 });
    const ink = parse(getComputedStyle(element).color);
    const [light, dark] = [luminance(over({ ...ink, a: ink.a * opacity }, back)), luminance(back)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim()} (${element.className})`);
  }
  return poor;
}"""

# Every control has a name, every id is there once, every reference leads somewhere, every image says what it is.
UNNAMED = """() => {
  const problems = [];
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  problems.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id twice: ${id}`));
  for (const element of document.querySelectorAll('button, a[href], input, textarea, dialog, nav, aside, [role]')) {
    if (!element.checkVisibility() || element.closest('[aria-hidden="true"]')) continue;
    const byId = (element.getAttribute('aria-labelledby') ?? '').split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const label = [...(element.labels ?? [])].map((label) => label.textContent).join(' ');
    const name = [element.getAttribute('aria-label') ?? '', byId, label,
      element.matches('button, a, [role=status], [role=alert]') ? element.textContent : ''].join('').trim();
    const mayBeEmpty = element.matches('[role=status], [role=alert]');
    if (!name && !mayBeEmpty) problems.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const element of document.querySelectorAll('img')) {
    if (!element.hasAttribute('alt')) problems.push(`no alt: ${element.outerHTML}`);
  }
  for (const element of document.querySelectorAll('[tabindex]')) {
    if (Number(element.getAttribute('tabindex')) > 0) problems.push(`tabindex: ${element.outerHTML.slice(0, 120)}`);
  }
  if (!document.documentElement.lang) problems.push('no language');
  return problems;
}"""


def expect_accessible(page):
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(POOR_CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_and_contrast_of_every_view(person, scheme):
    ada = person("Ada", color_scheme=scheme, reduced_motion="reduce").open()
    ben = person("Ben").sign_up()
    page = ada.page
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect_accessible(page)
    page.get_by_role("button", name="Create an account").click()
    expect_accessible(page)
    ada.sign_up()
    expect_accessible(page)
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_role("dialog").get_by_role("button", name=ben.name)).to_be_visible()
    expect_accessible(page)
    page.get_by_role("dialog").get_by_role("radio", name="Group").check()
    page.get_by_role("button", name="Create group").click()
    expect_accessible(page)
    page.keyboard.press("Escape")
    ada.start_chat(ben)
    ada.send("See https://example.org/")
    ben.open_room(ada.name)
    ben.send("Fine")
    ben.composer.press_sequentially("and")
    expect(ada.subtitle).to_contain_text("is typing…")
    expect_accessible(page)
    ada.context.set_offline(True)
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    ada.send("Queued")
    expect(page.get_by_text("Sending…")).to_be_visible()
    expect_accessible(page)
    ada.context.set_offline(False)
    expect(page.get_by_text("Back online")).to_be_visible()
    expect_accessible(page)


def test_dark_mode_is_dark(person):
    pages = {scheme: person("Ada", color_scheme=scheme).sign_up().page for scheme in ("light", "dark")}
    colors = {
        scheme: page.evaluate("['body', '.sidebar'].map((s) => getComputedStyle(document.querySelector(s)).backgroundColor)")
        for scheme, page in pages.items()}
    for light, dark in zip(colors["light"], colors["dark"]):
        assert sum(map(int, re.findall(r"\d+", light))) > 600
        assert sum(map(int, re.findall(r"\d+", dark))) < 150


def test_reduced_motion_moves_nothing(person):
    ada, ben = person("Ada", reduced_motion="reduce").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ben.open_room(ada.name)
    ben.composer.press_sequentially("hm")
    expect(ada.subtitle).to_contain_text("is typing…")
    assert ada.page.evaluate("document.getAnimations().length") == 0


def test_keyboard_only(person):
    """From an empty page to a conversation and out again, with no mouse."""
    ben = person("Ben").sign_up()
    ada = person("Ada").open()
    page, keys = ada.page, ada.page.keyboard
    focused = page.locator(":focus")

    expect(page.get_by_role("textbox", name="Phone number")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Create an account")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    keys.type(ada.name)
    keys.press("Tab")
    keys.type(ada.phone)
    keys.press("Enter")
    ada.expect_signed_in()

    # The first stop is the way to begin; focus is always visible.
    keys.press("Tab")
    expect(page.get_by_role("button", name="New chat")).to_be_focused()
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    keys.press("Enter")
    search = page.get_by_role("searchbox", name="Search people")
    expect(search).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="New chat")).to_be_focused()
    keys.press("Enter")
    keys.type(ben.name)
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(1)
    keys.press("Enter")
    expect(ada.heading).to_have_text(ben.name)

    expect(ada.composer).to_be_focused()
    keys.type("First line")
    keys.press("Shift+Enter")
    keys.type("second line")
    keys.press("Enter")
    expect(ada.composer).to_have_value("")
    expect(ada.composer).to_be_focused()
    assert ada.texts.first.inner_text() == "First line\nsecond line"
    keys.press("Enter")
    expect(ada.messages).to_have_count(1)

    keys.press("Escape")
    expect(page.get_by_text("Choose a conversation")).to_be_visible()
    expect(ada.room(ben.name)).to_be_focused()
    keys.press("Enter")
    expect(ada.composer).to_be_focused()


def test_arrow_keys_move_through_conversations(person):
    ada, ben, cleo = (person(name).sign_up() for name in ("Ada", "Ben", "Cleo"))
    ada.start_chat(ben)
    ada.start_chat(cleo)
    ada.send("Above Ben")
    ada.room(cleo.name).focus()
    ada.page.keyboard.press("ArrowDown")
    expect(ada.room(ben.name)).to_be_focused()
    # A conversation that jumps to the top keeps the focus.
    ben.open_room(ada.name)
    ben.send("Up I go")
    expect(ada.page.get_by_role("navigation").get_by_role("link").first).to_contain_text("Up I go")
    expect(ada.room(ben.name)).to_be_focused()


def test_group_by_keyboard(person):
    ada, ben, cleo = (person(name).sign_up() for name in ("Ada", "Ben", "Cleo"))
    page, keys = ada.page, ada.page.keyboard
    page.get_by_role("button", name="New chat").focus()
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Direct message").focus()
    keys.press("ArrowRight")
    expect(dialog.get_by_role("radio", name="Group")).to_be_checked()
    keys.press("Tab")
    expect(dialog.get_by_role("textbox", name="Group name")).to_be_focused()
    keys.type("By keyboard")
    for other in (ben, cleo):
        search = dialog.get_by_role("searchbox")
        search.fill(other.name)
        expect(dialog.get_by_role("listitem")).to_have_count(1)
        search.focus()
        keys.press("Tab")
        expect(dialog.get_by_role("checkbox", name=other.name)).to_be_focused()
        keys.press("Space")
        expect(dialog.get_by_role("checkbox", name=other.name)).to_be_checked()
    expect(dialog.get_by_text("2 people")).to_be_visible()
    dialog.get_by_role("button", name="Create group").focus()
    keys.press("Enter")
    expect(ada.heading).to_have_text("By keyboard")
    expect(ada.subtitle).to_contain_text(f"{ben.name}, {cleo.name}")


def test_new_messages_are_announced(person):
    ada, ben, cleo = (person(name).sign_up() for name in ("Ada", "Ben", "Cleo"))
    ben.start_chat(ada)
    ada.open_room(ben.name)
    ben.send("Can you hear me?")
    announcer = ada.page.locator("[aria-live=polite]").filter(has_text="hear")
    expect(announcer).to_have_text(f"{ben.name}: Can you hear me?")
    cleo.start_chat(ada)
    cleo.send("Elsewhere")
    expect(ada.page.get_by_text(f"New message from {cleo.name} in {cleo.name}")).to_be_attached()


def test_landmarks_and_roles(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("Structure")
    page = ada.page
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("complementary", name="Conversations")).to_be_visible()
    expect(page.get_by_role("navigation", name="Your conversations")).to_be_visible()
    expect(page.get_by_role("region", name=ben.name)).to_be_visible()
    expect(page.get_by_role("log", name=ben.name).get_by_role("listitem").last).to_contain_text("You: Structure")
    expect(page.get_by_role("textbox", name=f"Message {ben.name}")).to_be_visible()
    expect(ada.room(ben.name)).to_have_attribute("aria-current", "page")
    levels = [int(heading.evaluate("e => e.tagName")[1]) for heading in page.get_by_role("heading").all()]
    assert levels == [1, 2]
