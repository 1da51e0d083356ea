"""What docs/operations.md has whoever runs the server type, as it stands there."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from harness.machine import ask
from harness.native import QUICK, Person
from harness.server import BINARY, PATIENCE_S, clean_environment
from harness.tls import Certificate, tls_request

PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text()


def blocks(kind, language="sh"):
    """What the page marks so, by name."""
    return dict(re.findall(rf"<!-- {kind}: (\S+) -->\n```{language}\n(.*?)^```", PAGE, re.S | re.M))


RUN, SERVE, CONFIG = blocks("run"), blocks("serve"), blocks("config", "toml")


def placed(text, scratch):
    """Paths of the machine in a directory of the test's own."""
    for path in ("/var/lib", "/var/backups", "/etc"):
        text = text.replace(path, str(scratch) + path)
    return text


def run_block(name, scratch):
    (scratch / "bin").mkdir(exist_ok=True)
    link = scratch / "bin" / "chatserver"
    if not link.exists():
        link.symlink_to(BINARY)
    environment = clean_environment(PATH=f"{scratch}/bin:{os.environ['PATH']}")
    done = subprocess.run(
        ["sh", "-euxc", placed(RUN[name], scratch)], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


def flags(name, scratch):
    """What follows `chatserver serve`, but for the data directory."""
    words = shlex.split(placed(SERVE[name], scratch))
    assert words[:4] == ["chatserver", "serve", "--data", f"{scratch}/var/lib/chatserver"]
    return words[4:]


def test_every_block_is_tried():
    assert set(RUN) == {"check", "backup", "restore"} and set(SERVE) == {"backups", "tls"} and set(CONFIG) == {"first"}


def test_the_configuration(start, tmp_path):
    path = tmp_path / "etc/chatserver/config.toml"
    for directory in (path.parent, tmp_path / "var/lib", tmp_path / "var/backups"):
        directory.mkdir(parents=True)
    path.write_text(placed(CONFIG["first"], tmp_path).replace("127.0.0.1:8080", "127.0.0.1:0"))
    assert run_block("check", tmp_path) == "ok\n"
    assert not (tmp_path / "var/lib/chatserver").exists()
    server = start("--config", path, data=tmp_path / "var/lib/chatserver")
    server.wait_for_line("backup.made")
    assert len(list((tmp_path / "var/backups/chat").iterdir())) == 1


def test_tls(start, tmp_path):
    (tmp_path / "etc/ssl").mkdir(parents=True)
    (tmp_path / "var/lib/acme").mkdir(parents=True)
    certificate = Certificate(tmp_path / "etc/ssl/chat", "chat.example")
    certificate.cert.rename(tmp_path / "etc/ssl/chat/cert.pem")
    certificate.key.rename(tmp_path / "etc/ssl/chat/key.pem")
    # Not on the ports of the machine.
    words = [word.replace(":80", "127.0.0.1:0").replace(":443", "127.0.0.1:0") for word in flags("tls", tmp_path)]
    server = start(*words, listens=False, data=tmp_path / "var/lib/chatserver")
    plain, secure = (
        int(server.wait_for_line(rf"listening on {scheme}://").rpartition(":")[2]) for scheme in ("http", "https"))
    assert tls_request(secure, "GET", "/health").status == 200
    assert ask(plain, "/", headers={"Host": "chat.example"}).headers["Location"] == f"https://chat.example:{secure}/"


def test_backups(start, tmp_path):
    (tmp_path / "var/lib").mkdir(parents=True)
    (tmp_path / "var/backups/chat").mkdir(parents=True)
    data = tmp_path / "var/lib/chatserver"
    server = start(*QUICK, *flags("backups", tmp_path), data=data)
    server.wait_for_line("backup.made")
    ada = Person(server)
    room = ada.make_room()["id"]
    ada.say(room, "kept")
    run_block("backup", tmp_path)
    ada.say(room, "lost")
    assert server.stop() == 0
    assert "ok: " in run_block("restore", tmp_path)
    assert ada.on(start(*QUICK, data=data)).texts(room) == ["kept"]
