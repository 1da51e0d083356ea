"""The proxies of docs/operations.md, each as the page configures it, and the server as it is told there."""

import json
import time

import pytest

from harness.proxies import NAME, ORIGIN, Proxy, Refused, examples
from harness.server import PATIENCE_S, Server

EXAMPLES = examples()
ACCOUNT = {"username": "ada", "password": "correct horse"}


def test_the_page_has_an_example_of_each():
    assert {name.partition("-")[0] for name in EXAMPLES} == {"nginx", "haproxy", "caddy", "apache"}
    assert len(EXAMPLES) == 6


class Site:
    """An example that runs."""

    def __init__(self, name, scratch):
        flags = list(EXAMPLES[name][1])
        assert flags[:4] == ["--listen", "127.0.0.1:8080", "--data", "/var/lib/chatserver"]
        # What is tried needs somebody who may make an account, and a dialect that answers with addresses.
        self.server = Server(
            scratch / "data", *flags[4:], "--registration", "open", "--dialect", "relay", "--set", "password_cost=8")
        try:
            self.proxy = Proxy(name, scratch, self.server.port)
        except BaseException:
            self.server.end()
            raise
        self.request = self.proxy.request
        self.open_socket = self.proxy.open_socket

    def post(self, path, body, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request(
            "POST", path, json.dumps(body), {"Content-Type": "application/json", "Origin": ORIGIN, **headers})

    def end(self):
        self.proxy.end()
        self.server.end()
        print(f"--- the proxy\n{self.proxy.log.read_text()}--- the server\n{self.server.log}")


@pytest.fixture(scope="module", params=EXAMPLES)
def site(request, tmp_path_factory):
    site = Site(request.param, tmp_path_factory.mktemp(request.param))
    yield site
    site.end()


@pytest.fixture(scope="module")
def cookie(site):
    """What the browser sends once somebody has an account."""
    answer = site.post("/v1/auth/register", ACCOUNT)
    assert answer.status == 201, answer.body
    session = next(value for value in answer.headers.get_all("Set-Cookie") if "chat_session" in value)
    name, _, attributes = session.partition("=")
    # A name that browsers take by TLS only, and with these.
    assert name.startswith("__Host-")
    assert "; Secure" in attributes and "; HttpOnly" in attributes and "; Path=/" in attributes
    return session.split(";")[0]


def test_the_page_comes_through(site):
    page = site.request("GET", "/")
    assert page.status == 200 and b"<script" in page.body


def test_signing_in_sets_a_secure_cookie_which_lets_in(site, cookie):
    answer = site.post("/v1/auth/login", ACCOUNT)
    assert answer.status == 200
    assert any(value.startswith("__Host-chat_session") for value in answer.headers.get_all("Set-Cookie"))
    assert site.request("GET", "/v1/users/me", headers={"Cookie": cookie}).status == 200
    assert site.request("GET", "/v1/users/me").status == 401


def test_what_the_page_does_is_its_own(site, cookie):
    answer = site.request(
        "PATCH", "/v1/users/me", json.dumps({"display_name": "Ada"}),
        {"Cookie": cookie, "Origin": ORIGIN, "Content-Type": "application/json"})
    assert answer.status == 200, answer.body


def test_the_socket_comes_through(site, cookie):
    with site.open_socket("/v1/ws", Origin=ORIGIN, Cookie=cookie) as socket:
        socket.say(json.dumps({"type": "hello", "id": "h"}))
        welcome = json.loads(socket.hear())
        assert welcome["type"] == "welcome", welcome


def test_addresses_are_those_that_the_browser_knows(site):
    """The relay answers with the address of a socket."""
    url = site.post("/register", {"user_id": 1}).json()["url"]
    assert url.startswith(f"wss://{NAME}/ws/"), url
    with site.open_socket(url.removeprefix(f"wss://{NAME}")) as socket:
        assert site.post("/publish", {"topic": "cats", "message": "meow"}).status == 200
        assert socket.hear() == "meow"


@pytest.mark.parametrize("origin", ["https://evil.example", f"http://{NAME}", f"https://{NAME}:8443", "null"])
def test_pages_of_others_are_refused_with_a_line_in_the_log(site, origin):
    assert site.post("/v1/auth/login", ACCOUNT, Origin=origin).status == 403
    line = site.server.wait_for_line(f'origin.refused origin="{origin}"')
    assert f'host="{NAME}"' in line and 'scheme="https"' in line and f"--allow-origin {origin}" in line
    with pytest.raises(Refused, match="403"):
        site.open_socket("/v1/ws", Origin=origin)


def test_what_the_client_makes_up_is_not_believed(site, cookie):
    forged = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-For": "127.0.0.1",
        "Forwarded": "for=127.0.0.1;proto=http;host=evil.example"}
    assert site.post("/v1/auth/login", ACCOUNT, Origin="http://evil.example", **forged).status == 403
    answer = site.post("/v1/auth/login", ACCOUNT, **forged)
    assert answer.status == 200
    assert all("; Secure" in value for value in answer.headers.get_all("Set-Cookie"))
    # Nor does anybody get what is for this machine only.
    assert site.request("GET", "/metrics", headers=forged).status == 404
    assert site.request("GET", "/users", headers=forged).status == 404


def test_a_password_of_the_proxys_own_is_in_nobodys_way(site, cookie):
    headers = {"Cookie": cookie, "Authorization": "Basic YWRhOnNlY3JldA=="}
    assert site.request("GET", "/v1/users/me", headers=headers).status == 200


@pytest.mark.parametrize("site", [name for name in EXAMPLES if "haproxy" in name], indirect=True)
def test_haproxys_check_finds_the_server_well(site):
    deadline = time.monotonic() + PATIENCE_S
    while (found := site.proxy.checks()) != ("L7OK", "204"):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
