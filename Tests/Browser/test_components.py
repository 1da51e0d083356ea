"""The page of components: all of them, in every state and both themes, as one can look at them; and the tokens."""

import re

import pytest
from playwright.sync_api import expect

from modules import WEB
from rules import expect_accessible

RAW = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch|color|color-mix)\(")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pytest.mark.parametrize("options", [
    {"viewport": {"width": 1280, "height": 900}}, {"viewport": {"width": 390, "height": 844}},
    {"viewport": {"width": 320, "height": 256}, "forced_colors": "active"}], ids=["wide", "phone", "400 %"])
def test_all_components(person, options):
    ada = person("Ada", reduced_motion="reduce", **options)
    ada.page.goto(f"{ada.url}/demo/components")
    expect(ada.page.get_by_role("heading", name="Components")).to_be_visible()
    expect(ada.page.get_by_role("heading", level=2)).to_have_count(12)
    expect(ada.page.locator(".is-dark .message")).to_have_count(15)
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colours = ada.page.evaluate("""['.is-light', '.is-dark'].map((theme) => (
      getComputedStyle(document.querySelector(`.themes > ${theme}`)).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)))""")
    if "forced_colors" not in options:
        assert sum(colours[0]) > 600 and sum(colours[1]) < 150
        if options["viewport"]["width"] > 1000:
            expect_accessible(ada.page, "components")


def test_what_opens_can_be_opened(person):
    ada = person("Ada")
    ada.page.goto(f"{ada.url}/demo/components")
    opens = ada.page.get_by_role("region", name="What opens").locator(".is-light")
    opens.get_by_role("button", name="More").click()
    expect(ada.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    ada.page.keyboard.press("Escape")
    opens.get_by_role("button", name="Details").click()
    expect(ada.page.get_by_role("dialog", name="Details")).to_be_visible()
    ada.page.keyboard.press("Escape")
    expect(ada.page.get_by_role("dialog", name="Details")).to_have_count(0)


def test_colours_are_tokens():
    """One file has colours; all others name them, and name none that is not there."""
    tokens = (WEB / "styles/tokens.css").read_text()
    known = set(re.findall(r"(--[\w-]+):", tokens)) | {"--hue", "--swipe"}
    for path in WEB.rglob("*.css"):
        text = COMMENT.sub("", path.read_text())
        if path.name != "tokens.css":
            assert RAW.findall(text) == [], path.name
        named = set(re.findall(r"var\((--[\w-]+)", text))
        assert named <= known | set(re.findall(r"(--[\w-]+):", text)), path.name
    for path in WEB.rglob("*.js"):
        assert not re.search(r"['\"`](?:#[0-9a-fA-F]{6}|rgb\()", path.read_text()), path.name
