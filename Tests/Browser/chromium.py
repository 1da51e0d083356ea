"""Debian's Chromium. Its headless shell, where it is installed, needs less than half of the processor's time: a whole
browser also draws windows that nobody sees."""

import os
import shutil

from playwright.sync_api import Browser, Playwright


def launch(playwright: Playwright, **options) -> Browser:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
    # A page that a test answers for (see visitor.py) comes from no address, and may not reach this machine otherwise.
    features = ["--disable-features=LocalNetworkAccessChecks"] if "CHATSERVER_WEB" in os.environ else []
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *features], **options)
