"""Somebody at the chat's page, by what a person sees: names, labels and roles."""

import re

from playwright.sync_api import Browser, Locator, expect

from visitor import RUN, Visitor

PASSWORD = "correct horse"


class Member(Visitor):
    # A server refuses, or is not there: the page asks who is signed in (401), and tests ask for what one may not.
    EXPECTED = re.compile(
        r"Failed to load resource: (the server responded with a status of (401|403|404|409|410|422|429|503)"
        r"|net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED|FAILED|SOCKET_NOT_CONNECTED))"
        r"|WebSocket connection to '.*' failed")

    def __init__(self, browser: Browser, url: str, name: str, **options):
        super().__init__(browser, url, **options)
        self.name = f"{name} {RUN[:3]}{self.number:02}"
        self.username = f"{name.lower()}.{RUN}.{self.number:02}"

    # Signing in

    def open(self) -> "Member":
        self.page.goto(self.url)
        return self

    def sign_up(self) -> "Member":
        self.open()
        self.page.get_by_role("button", name="Create account").click()
        self.fill_account()
        self.expect_signed_in()
        return self

    def fill_account(self):
        self.page.get_by_role("textbox", name="Display name").fill(self.name)
        self.page.get_by_role("textbox", name="User name").fill(self.username)
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Create account").click()

    def sign_in(self, username: str, password: str = PASSWORD) -> "Member":
        self.open()
        self.page.get_by_role("textbox", name="User name").fill(username)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def register(self) -> "Member":
        """The account and its session without the form, where that is not what is tested."""
        response = self.context.request.post(f"{self.url}/v1/auth/register", data={
            "username": self.username, "password": PASSWORD, "display_name": self.name})
        assert response.status == 201, response.text()
        self.user_id = response.json()["user"]["id"]
        self.open()
        self.expect_signed_in()
        return self

    def expect_signed_in(self):
        expect(self.page.get_by_role("heading", name="Rooms")).to_be_visible()
        expect(self.page.locator(".me")).to_contain_text("Online")

    def menu(self, item: str):
        self.page.locator(".me").click()
        self.page.get_by_role("menuitem", name=item).click()

    def api(self, method: str, path: str, body=None):
        """A request as the page makes it, with the page's session."""
        response = self.context.request.fetch(f"{self.url}/v1{path}", method=method, data=body,
                                              headers={"Origin": self.url})
        assert response.ok, f"{method} {path}: {response.status} {response.text()}"
        return response.json() if response.text() else None

    # Rooms

    def start_chat(self, other: "Member"):
        page = self.page
        page.get_by_role("button", name="New room").click()
        page.get_by_role("menuitem", name="New direct message").click()
        dialog = page.get_by_role("dialog", name="New direct message")
        dialog.get_by_role("searchbox").fill(other.username)
        dialog.locator(".person").filter(has_text=f"@{other.username}").click()
        expect(self.title).to_have_text(other.name)

    def start_room(self, kind: str, name: str, *others: "Member", is_public: bool = False):
        page = self.page
        page.get_by_role("button", name="New room").click()
        page.get_by_role("menuitem", name=f"New {kind}").click()
        dialog = page.get_by_role("dialog", name=f"New {kind}")
        dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
        if is_public:
            dialog.get_by_role("checkbox").check()
        for other in others:
            dialog.get_by_role("searchbox").fill(other.username)
            dialog.locator(".person").filter(has_text=f"@{other.username}").click()
        dialog.get_by_role("button", name="Create").click()
        expect(self.title).to_have_text(name)

    def room(self, title: str) -> Locator:
        nav = self.page.get_by_role("navigation", name="Your rooms")
        return nav.get_by_role("link").filter(
            has=self.page.locator(".row-title", has_text=re.compile(f"^{re.escape(title)}$")))

    def open_room(self, title: str) -> "Member":
        self.room(title).click()
        expect(self.title).to_have_text(title)
        return self

    @property
    def room_id(self) -> str:
        return re.search(r"#/r/(\d+)", self.page.url)[1]

    @property
    def title(self) -> Locator:
        return self.page.locator(".room-head h1")

    @property
    def subtitle(self) -> Locator:
        return self.page.locator(".room-head .head-text p")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    # Messages

    @property
    def composer(self) -> Locator:
        return self.page.locator(".room-column").get_by_role("textbox", name=re.compile("^Message"))

    def send(self, *texts: str):
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")
            expect(self.composer).to_have_value("")

    @property
    def messages(self) -> Locator:
        return self.page.locator(".room-column").get_by_role("log").locator(".message")

    @property
    def texts(self) -> Locator:
        return self.messages.locator(".body")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has=self.page.locator(".body", has_text=text))

    def expect_texts(self, *texts: str):
        """These messages, in this order, each once, and no other."""
        expect(self.texts).to_have_text(list(texts), timeout=30_000)

    def act(self, text: str, action: str):
        """Something from the menu of a message."""
        message = self.message(text).last
        message.hover()
        message.get_by_role("button", name="More").click()
        self.page.get_by_role("menu").get_by_role("menuitem", name=action, exact=True).click()

    def react(self, text: str, key: str):
        message = self.message(text).last
        message.hover()
        message.get_by_role("button", name=f"React with {key}").click()

    def tick(self, text: str) -> Locator:
        return self.message(text).locator(".tick")

    @property
    def banner(self) -> Locator:
        return self.page.locator(".banner")
