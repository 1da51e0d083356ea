"""Somebody at the demo page of chat-app, by what a person sees: names, labels and roles, no ids of elements."""

import re

from playwright.sync_api import Browser, Locator, expect

from visitor import RUN, Visitor


class Person(Visitor):
    # A server answers 404, or is not there.
    EXPECTED = re.compile(
        r"Failed to load resource: (the server responded with a status of (404|422)|net::ERR_(CONNECTION_REFUSED"
        r"|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED))"
        r"|WebSocket connection to '.*' failed: (Error (in connection establishment|during WebSocket handshake): net::ERR_"
        r"|Connection closed before receiving a handshake response|WebSocket is closed before)")

    def __init__(self, browser: Browser, url: str, name: str, **options):
        super().__init__(browser, url, **options)
        self.name = f"{name} {RUN}{self.number:02}"
        self.phone = f"+49 30 {RUN}-{self.number:02}"

    # Signing in

    def open(self) -> "Person":
        self.page.goto(f"{self.url}/demo/chat")
        return self

    def sign_up(self) -> "Person":
        self.open()
        page = self.page
        page.get_by_role("button", name="Create an account").click()
        page.get_by_role("textbox", name="Name").fill(self.name)
        page.get_by_role("textbox", name="Phone number").fill(self.phone)
        page.get_by_role("button", name="Create account").click()
        self.expect_signed_in()
        return self

    def sign_in(self, phone: str) -> "Person":
        self.open()
        self.page.get_by_role("textbox", name="Phone number").fill(phone)
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def expect_signed_in(self):
        expect(self.page.get_by_role("heading", name="Chats")).to_be_visible()
        expect(self.page.get_by_role("complementary")).to_contain_text(self.name)

    def log_out(self):
        self.page.get_by_role("button", name="Log out").click()
        expect(self.page.get_by_role("heading", name="Welcome back")).to_be_visible()

    # Conversations

    def start_chat(self, other: "Person"):
        page = self.page
        page.get_by_role("button", name="New chat").click()
        dialog = page.get_by_role("dialog", name="New chat")
        dialog.get_by_role("searchbox", name="Search people").fill(other.name)
        dialog.get_by_role("button", name=other.name).click()
        expect(self.heading).to_have_text(other.name)

    def start_group(self, name: str, *others: "Person"):
        page = self.page
        page.get_by_role("button", name="New chat").click()
        dialog = page.get_by_role("dialog", name="New chat")
        dialog.get_by_role("radio", name="Group").check()
        dialog.get_by_role("textbox", name="Group name").fill(name)
        for other in others:
            dialog.get_by_role("listitem").filter(has_text=other.name).click()
        dialog.get_by_role("button", name="Create group").click()
        expect(self.heading).to_have_text(name)

    def open_room(self, title: str):
        self.room(title).click()
        expect(self.heading).to_have_text(title)

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("main").get_by_role("heading", level=2)

    @property
    def subtitle(self) -> Locator:
        return self.page.locator("#conversation-subtitle")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^Message"))

    def room(self, title: str) -> Locator:
        nav = self.page.get_by_role("navigation", name="Your conversations")
        return nav.get_by_role("link").filter(has=self.page.get_by_text(title, exact=True))

    # Messages

    def send(self, text: str):
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.composer).to_have_value("")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("log").locator(".message")

    @property
    def texts(self) -> Locator:
        return self.messages.locator(".text")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has=self.page.get_by_text(text, exact=True))

    def expect_texts(self, *texts: str):
        """These messages, in this order, each once, and no other."""
        expect(self.texts).to_have_text(list(texts), timeout=30_000)

    # The connection

    def watch_banner(self):
        """From now on, `banner` knows what the page says of its connection, however briefly."""
        self.page.evaluate("""() => {
          const banner = document.getElementById('banner');
          window.banner = [];
          new MutationObserver(() => {
            const text = banner.checkVisibility() ? document.getElementById('banner-text').textContent : '';
            if (window.banner.at(-1) !== text) window.banner.push(text);
          }).observe(banner, { attributes: true, childList: true, characterData: true, subtree: true });
        }""")

    def expect_banner(self, *texts: str):
        """Exactly these were shown one after the other; an empty text stands for no banner."""
        self.page.wait_for_function("texts => window.banner.length >= texts.length", arg=texts, timeout=40_000)
        assert self.page.evaluate("window.banner") == list(texts)
