import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.native import Person  # noqa: E402
from harness.server import Server  # noqa: E402


@pytest.fixture
def start(tmp_path):
    """Starts servers, which are ended after the test; each has the test's data directory unless given another."""
    servers = []

    def start(*arguments, data=tmp_path / "data", **options):
        servers.append(Server(data, *arguments, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.end()
        # Shown where the test has failed.
        print(f"--- server on port {server.port}, exit code {server.process.returncode}\n{server.log}")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all tests of a file: they must not disturb one another."""
    with Server(tmp_path_factory.mktemp("data"), "--store", "memory", "--enable-echo") as server:
        yield server
        assert server.process.poll() is None, f"the server died:\n{server.log}"


@pytest.fixture
def people(server):
    """Three accounts of the native protocol, on the file's server."""
    return [Person(server) for _ in range(3)]


@pytest.fixture
def room(people):
    """A room of the first two of them."""
    return people[0].make_room(people[1])["id"]
