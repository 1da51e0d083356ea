"""axe-core's rules for pages that everybody can use."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()


# What moves or fades has not got its colours yet; what does so for ever (dots, spinners) is judged as it is.
_STANDS_STILL = """() => document.getAnimations().every(
  ({ playState, effect }) => playState !== 'running' || effect.getComputedTiming().endTime === Infinity)"""


def expect_accessible(page: Page, view: str):
    page.wait_for_function(_STANDS_STILL)
    found = _axe.run(page).response["violations"]
    problems = [(view, rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in found]
    assert problems == [], problems
