"""Accounts: by REST with real hashing, and by commands beside a running server and without one."""

import socket
import stat
import subprocess
from pathlib import Path

import pytest

from harness.server import BINARY, PATIENCE_S, Server, clean_environment, run

PASSWORD = "correct horse"
# Hashing as it is by default takes half a second and 128 MiB.
CHEAP = ("--set", "password_cost=8")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data"), *CHEAP, "--threads", "2") as server:
        yield server
        assert server.process.poll() is None, f"the server died:\n{server.log}"


def bearer(answer):
    return {"Authorization": f"Bearer {answer['token']}"}


def register(server, name, **more):
    answer = server.post("/v1/auth/register", {"username": name, "password": PASSWORD, **more})
    assert answer.status == 201, answer.body
    return answer.json()


def log_in(server, name, password=PASSWORD, headers=None, host=None):
    return server.post("/v1/auth/login", {"username": name, "password": password}, headers=headers, host=host)


def command(data, *words, password=None, **environment):
    """Runs a command on a data directory; a password goes to standard input."""
    return subprocess.run(
        [BINARY, *words, "--data", str(data)], env=clean_environment(**environment), capture_output=True, text=True,
        timeout=60, input="" if password is None else password + "\n")


def test_registering_and_signing_in(server):
    ada = register(server, "ada1", display_name="Ada", device_id="d1")
    assert set(ada) == {"user", "token", "session_id", "expires_at"}
    assert set(ada["user"]) >= {"id", "username", "display_name", "created_at"}
    again = log_in(server, "ADA1")
    assert again.status == 200
    assert again.json()["user"] == ada["user"]
    me = server.get("/v1/users/me", headers=bearer(again.json()))
    assert me.json()["user"]["id"] == ada["user"]["id"]
    wrong, unknown = log_in(server, "ada1", "wrong password"), log_in(server, "nobody1")
    assert wrong.status == unknown.status == 401
    assert wrong.body == unknown.body
    assert server.post("/v1/auth/register", {"username": "Ada1", "password": PASSWORD}).status == 409


def test_the_cookie_and_whose_pages_may_use_it(server):
    register(server, "ada2")
    cookies = log_in(server, "ada2").headers.get_all("Set-Cookie")
    session = next(cookie for cookie in cookies if "session" in cookie)
    assert "; HttpOnly" in session and "; SameSite=Lax" in session and "; Path=/;" in session
    assert "Secure" not in session
    cookie = {"Cookie": session.split(";")[0]}
    own = {"Origin": f"http://127.0.0.1:{server.port}"}
    assert server.get("/v1/users/me", headers=cookie).status == 200
    change = {"display_name": "Countess"}
    for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Referer": "http://evil.example/"}):
        assert server.request("PATCH", "/v1/users/me", change, {**cookie, **headers}).status == 403
    for headers in (own, {"Referer": own["Origin"] + "/page"}):
        assert server.request("PATCH", "/v1/users/me", change, {**cookie, **headers}).status == 200
    gone = server.post("/v1/auth/logout", None, headers={**cookie, **own})
    assert gone.status == 204
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    assert server.get("/v1/users/me", headers=cookie).status == 401


def test_servers_on_one_host_have_cookies_of_their_own(start, tmp_path):
    """Browsers do not tell ports apart: another server's cookie of the same name would take the place of ours."""
    def session(server, name):
        cookies = server.post("/v1/auth/register", {"username": name, "password": PASSWORD}).headers.get_all("Set-Cookie")
        return next(cookie for cookie in cookies if "session" in cookie).split(";")[0]

    one, two = start("--set", "password_cost=8"), start("--set", "password_cost=8", data=tmp_path / "other")
    ada, bob = session(one, "ada"), session(two, "bob")
    assert ada.split("=")[0] != bob.split("=")[0]
    both = {"Cookie": f"{ada}; {bob}"}
    assert one.get("/v1/users/me", headers=both).json()["user"]["username"] == "ada"
    assert two.get("/v1/users/me", headers=both).json()["user"]["username"] == "bob"
    # Whoever is signed in stays so over a restart, and another port.
    one.stop()
    assert start().get("/v1/users/me", headers=both).json()["user"]["username"] == "ada"


def test_a_link_to_register_is_of_the_public_address(start):
    server = start("--public-url", "https://chat.example")
    assert command(server.data, "invite").stdout.startswith("https://chat.example/#invite=")


def test_sessions_are_revoked(server):
    first = register(server, "ada3")
    second, third = log_in(server, "ada3").json(), log_in(server, "ada3").json()
    listed = server.get("/v1/sessions", headers=bearer(first)).json()["sessions"]
    assert {entry["id"] for entry in listed} == {answer["session_id"] for answer in (first, second, third)}
    assert [entry["id"] for entry in listed if entry["current"]] == [first["session_id"]]
    path = f"/v1/sessions/{second['session_id']}"
    assert server.request("DELETE", path, headers=bearer(first)).status == 204
    assert server.get("/v1/users/me", headers=bearer(second)).status == 401
    change = {"current_password": PASSWORD, "new_password": "another horse"}
    assert server.post("/v1/auth/password", change, headers=bearer(first)).status == 204
    assert server.get("/v1/users/me", headers=bearer(first)).status == 200
    assert server.get("/v1/users/me", headers=bearer(third)).status == 401
    assert log_in(server, "ada3").status == 401
    assert log_in(server, "ada3", "another horse").status == 200


def test_failures_slow_an_account_down_and_its_owner_not(server):
    owner = register(server, "ada4")
    for number in range(20):
        assert log_in(server, "ada4", f"guess {number}").status == 401
    slowed = log_in(server, "ada4")
    assert slowed.status == 429
    assert 1 <= int(slowed.headers["Retry-After"]) <= 31
    assert slowed.json()["error"]["code"] == "rate_limited"
    assert slowed.json()["error"]["retry_after_ms"] > 0
    assert log_in(server, "ada4", headers=bearer(owner)).status == 200
    # This machine is not counted by its address.
    assert log_in(server, "nobody4").status == 401


def test_failures_slow_an_address_down(server):
    # By a public name the request is not one of this machine's own.
    answers = [log_in(server, f"nobody5-{number}", host="chat.example").status for number in range(21)]
    assert answers == [401] * 20 + [429]


def test_registration_is_closed_to_others(server):
    account = {"username": "ada6", "password": PASSWORD}
    assert server.post("/v1/auth/register", account, host="chat.example").status == 403
    token = command(server.data, "invite").stdout.strip().removeprefix("/#invite=")
    invited = {**account, "invite": token}
    assert server.post("/v1/auth/register", invited, host="chat.example").status == 201
    assert server.post("/v1/auth/register", {**invited, "username": "ada7"}, host="chat.example").status == 403


def test_an_account_is_deleted(server):
    ada, ben = register(server, "ada8"), register(server, "ben8")
    assert server.request("DELETE", "/v1/users/me", {"password": "wrong horse"}, bearer(ada)).status == 403
    assert server.request("DELETE", "/v1/users/me", {"password": PASSWORD}, bearer(ada)).status == 204
    assert server.get("/v1/users/me", headers=bearer(ada)).status == 401
    shown = server.get(f"/v1/users/{ada['user']['id']}", headers=bearer(ben)).json()["user"]
    assert shown["deleted"] is True and "ada8" not in str(shown)


@pytest.mark.parametrize("registration", ["open", "invite", "closed"])
def test_the_flag_says_who_may_register(start, registration):
    server = start(*CHEAP, "--store", "memory", "--registration", registration)
    account = {"username": "ada", "password": PASSWORD}
    expected = 201 if registration == "open" else 403
    assert server.post("/v1/auth/register", account, host="chat.example").status == expected


def test_commands_beside_a_running_server(start):
    server = start(*CHEAP)
    path = Path(server.data) / "admin.sock"
    assert stat.S_ISSOCK(path.stat().st_mode) and stat.S_IMODE(path.stat().st_mode) == 0o600
    added = command(server.data, "user", "add", "ada", "--admin", "--display", "Ada L.", password=PASSWORD)
    assert (added.returncode, added.stderr) == (0, "")
    ada = log_in(server, "ada").json()
    me = server.get("/v1/users/me", headers=bearer(ada)).json()["user"]
    assert me["admin"] is True and me["display_name"] == "Ada L."
    assert server.post("/v1/invites", {}, headers=bearer(ada)).status == 201
    for words, sentence in [
        (("user", "add", "ADA"), "taken"), (("user", "add", "a b"), "user name"), (("user", "password", "x9"), "no user"),
    ]:
        refused = command(server.data, *words, password=PASSWORD)
        assert refused.returncode == 1 and sentence in refused.stderr, refused
    assert "8 to 1,024" in command(server.data, "user", "add", "ben", password="short").stderr
    generated = command(server.data, "user", "add", "ben", "--generate").stdout
    password = generated.split("password: ")[1].strip()
    assert log_in(server, "ben", password).status == 200
    listed = command(server.data, "user", "list").stdout.splitlines()
    assert [line.split("\t")[1::2] for line in listed] == [["ada", "admin"], ["ben", "user"]]
    assert command(server.data, "user", "password", "ada", password="another horse").returncode == 0
    assert server.get("/v1/users/me", headers=bearer(ada)).status == 401
    assert log_in(server, "ada", "another horse").status == 200
    assert command(server.data, "user", "delete", "ben").returncode == 0
    assert log_in(server, "ben", password).status == 401


def test_commands_without_a_server(start, tmp_path):
    data = tmp_path / "data"
    added = command(data, "user", "add", "ada", "--admin", "--create", password=PASSWORD)
    assert (added.returncode, added.stderr) == (0, "")
    assert "ada" in command(data, "user", "list").stdout
    server = start()
    assert log_in(server, "ada").status == 200
    # A server that was killed leaves its socket behind.
    server.kill()
    assert (data / "admin.sock").exists()
    assert command(data, "user", "admin", "ada", "--revoke").returncode == 0
    assert "\tuser\t" in command(data, "user", "list").stdout
    server = start()
    assert log_in(server, "ada").status == 200
    assert server.stop() == 0
    assert not (data / "admin.sock").exists()


def test_a_peer_of_the_socket_that_says_nothing_delays_no_end(start):
    server = start(*CHEAP)
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(Path(server.data) / "admin.sock"))
        assert server.stop() == 0


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"[]\n", b'{"command":"x","values":{}}\n', b"\xff\n"], ids=repr)
def test_nonsense_on_the_socket_is_answered(server, line):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(PATIENCE_S)
        peer.connect(str(Path(server.data) / "admin.sock"))
        peer.sendall(line)
        assert peer.makefile("rb").readline().startswith(b'{"problem":')


@pytest.mark.parametrize(
    "words", [("user", "add"), ("user", "add", "a1", "b1"), ("user", "add", "ada", "--no"), ("user",), ("invite", "x")])
def test_wrong_commands_show_how_they_are_used(words):
    wrong = run(*words)
    assert wrong.returncode == 64
    assert "--help" in wrong.stderr
    assert run("user", "add", "--help").stdout.startswith("Usage: chatserver user add NAME")


def test_hashing_takes_as_long_for_unknown_names(start):
    server = start("--store", "memory", "--set", "sign_in_failures=1000", "--set", "password_cost=14")
    register(server, "ada")
    spent = {}
    for name in ("ada", "nobody"):
        before = server.cpu_seconds()
        for _ in range(10):
            assert log_in(server, name, "wrong password").status == 401
        spent[name] = server.cpu_seconds() - before
    # An answer without hashing would cost next to nothing.
    assert spent["nobody"] > spent["ada"] / 2, spent


def test_more_than_can_be_hashed_is_told_to_come_again(start):
    server = start("--store", "memory", "--set", "sign_in_failures=1000", "--set", "password_cost=14")
    body = b'{"username":"ada","password":"wrong password"}'
    head = f"POST /v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    peers = []
    for _ in range(90):
        peer = socket.create_connection(server.address, timeout=300)
        peer.sendall(head.encode() + body)
        peers.append(peer)
    answers = []
    for peer in peers:
        answers.append(peer.makefile("rb").read().split(b" ")[1])
        peer.close()
    assert set(answers) == {b"401", b"503"}
    # Two at work and 64 in line, at least.
    assert answers.count(b"401") >= 64
