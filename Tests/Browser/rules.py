"""axe-core's rules for pages that everybody can use."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()


def expect_accessible(page: Page, view: str):
    found = _axe.run(page).response["violations"]
    problems = [(view, rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in found]
    assert problems == [], problems
