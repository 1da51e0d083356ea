"""Who may use the dialects: by default this machine only, and nobody who was forwarded."""

import pytest

from harness.sockets import open_socket

CHAT_APP = ["/rooms", "/users", "/users/phone/1", "/ws"]
BROADCAST = ["/broadcast", "/broadcast/room"]
OUTSIDERS = [
    {"host": "example.org"},
    {"host": "example.org:8080"},
    {"host": "127.0.0.1.example.org"},
    {"host": "192.0.2.1"},
    {"headers": {"X-Forwarded-For": "192.0.2.1"}},
    {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    {"headers": {"X-Forwarded-Host": "127.0.0.1"}},
    {"headers": {"X-Forwarded-Proto": "https"}},
    {"headers": {"Forwarded": "for=192.0.2.1"}},
]


@pytest.fixture(scope="module")
def nowhere(server):
    """What a path that does not exist answers."""
    return server.get("/no-such-path")


def is_open(server, path, **request):
    """Whether there is something at a path; a socket's is asked for without an upgrade."""
    answer = server.get(path, **request)
    if path in ("/rooms", "/users/phone/1"):
        # These are empty, which is a 404 of their own kind.
        return answer.status == 200 or answer.json()["error"] == 404
    return answer.status != 404


@pytest.mark.parametrize("outsider", OUTSIDERS, ids=str)
@pytest.mark.parametrize("path", CHAT_APP + BROADCAST)
def test_for_an_outsider_there_is_nothing(server, nowhere, path, outsider):
    answer = server.get(path, **outsider)
    assert (answer.status, answer.body) == (404, nowhere.body)


@pytest.mark.parametrize("outsider", OUTSIDERS, ids=str)
def test_an_outsider_creates_nothing(server, outsider):
    assert server.post("/users/create", {"username": "Eve", "phone": "667"}, **outsider).status == 404
    assert server.get("/users/phone/667").status == 404


@pytest.mark.parametrize("path", ["/ws", "/broadcast"])
@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}], ids=str)
def test_an_outsider_has_no_socket(server, path, headers):
    with pytest.raises(Exception, match="404"):
        with open_socket(server, path, additional_headers=headers):
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:8080", "localhost:1", "[::1]", "[::1]:8080"])
@pytest.mark.parametrize("path", CHAT_APP + BROADCAST)
def test_this_machine_has_many_names(server, path, host):
    assert is_open(server, path, host=host)


@pytest.mark.parametrize("outsider", [{}, *OUTSIDERS], ids=str)
def test_health_is_for_all(server, outsider):
    answer = server.get("/health", **outsider)
    assert answer.status == 200
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize(
    "dialects, opened, closed",
    [(["chat-app"], CHAT_APP, BROADCAST), (["broadcast"], BROADCAST, CHAT_APP),
     (["chat-app", "broadcast"], CHAT_APP + BROADCAST, []), (["none"], [], CHAT_APP + BROADCAST)],
    ids=str)
def test_naming_dialects_replaces_the_default(start, dialects, opened, closed):
    server = start("--store", "memory", *(f"--dialect={name}" for name in dialects))
    for outsider in [{}, *OUTSIDERS]:
        for path in opened:
            assert is_open(server, path, **outsider), (path, outsider)
        for path in closed:
            assert not is_open(server, path, **outsider), (path, outsider)
        assert server.get("/health", **outsider).status == 200


def test_the_log_says_what_is_open(start):
    start("--store", "memory").wait_for_line("chat-app.*loopback|loopback.*chat-app")
    start("--store", "memory", "--dialect", "broadcast").wait_for_line("broadcast")
