"""Debian's Chromium. Its headless shell, where it is installed, needs less than half of the processor's time: a whole
browser also draws windows that nobody sees."""

import os
import shutil

from playwright.sync_api import Browser, Playwright


def launch(playwright: Playwright, **options) -> Browser:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"], **options)
