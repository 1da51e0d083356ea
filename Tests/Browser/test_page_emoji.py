"""All emoji: the tables that script/emoji makes, the picker, the names between colons."""

import pytest
from playwright.sync_api import expect

from member import Member
from rules import expect_accessible

BOOK = """
  const { EmojiBook, TONES, withTone } = await import('/assets/ui/emoji.js');
  const [table, english, german] = await Promise.all(['table', 'names-en', 'names-de'].map((name) => import(`/assets/ui/emoji/${name}.js`)));
  const book = new EmojiBook(table, english.default, german.default);
  const all = [...book.groups.values()].flat();
"""


@pytest.fixture(scope="module")
def run(browser, url):
    one = Member(browser, url, "Nobody").open()
    expect(one.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    yield lambda body, argument=None: one.page.evaluate(f"async (x) => {{ {BOOK} {body} }}", argument)
    assert one.problems == []
    one.context.close()


def test_the_tables_are_whole(run):
    assert run("""
      const isEmoji = (text) => /^\\p{RGI_Emoji}$/v.test(text);
      return {
        count: all.length, keys: new Set(all.map(({ key }) => key)).size,
        bad: all.filter(({ emoji, name, key }) => !isEmoji(emoji) || !name || !key).map(({ emoji }) => emoji),
        toned: all.filter(({ hasTone }) => hasTone).length,
        badTones: all.filter(({ emoji, hasTone }) => hasTone && !TONES.every((_, tone) => isEmoji(withTone(emoji, tone)))).map(({ emoji }) => emoji),
        names: table.GROUPS.every(([, text], index) => [english, german].every((names) => names.default[index].split(';').length === text.split(' ').length)),
      };
    """) == {"count": 1870, "keys": 1870, "bad": [], "toned": 305, "badTones": [], "names": True}


@pytest.mark.parametrize(("query", "first"), [
    ("thumbs_up", "👍"), ("thumbs up", "👍"), ("daumen hoch", "👍"), ("+1", "👍"), ("tada", "🎉"), ("geschenk", "🎁"),
    ("flagge deutsch", "🇩🇪"), ("germany", "🇩🇪"), ("muss i denn", None), ("Käse", "🧀"), ("kase", "🧀"),
])
def test_finding(run, query, first):
    assert run("return book.find(x)[0]?.emoji ?? null;", query) == first


def test_tones(run):
    assert run("return x.map((emoji) => withTone(emoji, 3));", ["👍", "✌️", "🤝", "🧑‍🤝‍🧑", "👩‍❤️‍👨", "🕵️‍♀️"]) == [
        "👍🏽", "✌🏽", "🤝🏽", "🧑🏽‍🤝‍🧑🏽", "👩🏽‍❤️‍👨🏽", "🕵🏽‍♀️"]


def test_the_picker(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_chat(ben)
    ada.send("Hello")
    page = ada.page
    loaded = []
    page.on("request", lambda request: loaded.append(request.url) if "/ui/emoji/" in request.url else None)
    page.wait_for_load_state("networkidle")
    assert loaded == []
    page.locator(".composer").get_by_role("button", name="Emoji").click()
    picker = page.get_by_role("dialog", name="Emoji")
    picker.get_by_role("tab", name="People").click()
    wave = picker.get_by_role("button", name="waving hand", exact=True)
    expect(wave).to_have_text("👋")
    picker.get_by_role("button", name="Skin tone").click()
    page.keyboard.press("Tab")
    picker.get_by_role("radio", name="Medium", exact=True).click()
    expect(wave).to_have_text("👋🏽")
    page.set_viewport_size({"width": 320, "height": 256})
    expect_accessible(page, "emoji at 400 %")
    page.set_viewport_size({"width": 1280, "height": 720})
    # By keys: from the tabs into the group, along its rows, and one is chosen.
    picker.get_by_role("tab", name="Flags").click()
    picker.get_by_role("tab", name="Flags").press("ArrowLeft")
    expect(picker.get_by_role("tab", name="Symbols")).to_be_focused()
    picker.get_by_role("searchbox").press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(ada.composer).not_to_have_value("")
    ada.composer.fill("")
    # What was chosen comes first the next time.
    page.locator(".composer").get_by_role("button", name="Emoji").click()
    expect(picker.get_by_role("tab", name="Recent")).to_have_attribute("aria-selected", "true")
    expect(picker.locator(".emoji-grid button")).to_have_count(1)
    page.keyboard.press("Escape")
    # A reaction with a tone is one.
    ada.message("Hello").hover()
    ada.message("Hello").get_by_role("button", name="React", exact=True).click()
    page.get_by_role("dialog", name="React").get_by_role("searchbox").fill("waving")
    page.keyboard.press("Enter")
    ben.open_room(ada.name)
    expect(ben.message("Hello").locator(".reaction")).to_contain_text("👋🏽")


def test_names_between_colons(member):
    ada = member("Ada").register()
    ada.start_room("group", "Notes")
    for typed, text in (("Done :tada:", "Done 🎉"), (":Thumbs_Up:", "👍"), ("10:30:", "10:30:"), (":nonsense:", ":nonsense:")):
        ada.composer.press_sequentially(typed)
        expect(ada.composer).to_have_value(text)
        ada.composer.fill("")
    ada.composer.press_sequentially(":rocket:")
    expect(ada.composer).to_have_value("🚀")
    ada.composer.press("Control+z")
    expect(ada.composer).to_have_value(":rocket:")
