"""What shells complete, and the man page: both come from the table of flags."""

import re
import shutil
import subprocess

import pytest

from harness.server import PATIENCE_S, run


def flags_of_serve():
    return re.findall(r"^  (--[a-z-]+)", run("serve", "--help").stdout, re.M)


def completed(*words):
    """What bash offers at the end of the words."""
    script = run("completion", "bash").stdout + f"""
COMP_WORDS=(chatserver {' '.join(f"'{word}'" for word in words)})
COMP_CWORD={len(words)}
_chatserver
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_bash():
    assert {"serve", "check", "user", "key", "backup", "completion"} <= set(completed(""))
    assert completed("ser") == ["serve"]
    assert set(flags_of_serve()) <= set(completed("serve", "--"))
    assert completed("serve", "--demo", "--log-l") == ["--log-level"]
    assert set(completed("user", "")) == {"add", "list", "password", "admin", "delete"}
    assert "--admin" in completed("user", "add", "--ad")
    assert completed("key", "add", "--pub") == ["--publish"]
    assert "/etc/passwd" in completed("serve", "--config", "/etc/pass")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_all_shells_know_all_flags(shell):
    text = run("completion", shell).stdout
    for flag in flags_of_serve():
        assert re.search(rf"(--|-l ){flag[2:]}\b", text) or flag == "--help", flag
    # What is installed reads it.
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=text, capture_output=True, text=True, timeout=PATIENCE_S)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_other_shells_are_refused():
    refused = run("completion", "tcsh")
    assert refused.returncode == 64 and "bash, zsh, fish" in refused.stderr
    assert run("completion").returncode == 64


def test_the_man_page():
    text = run("man").stdout
    assert text.startswith(".TH CHATSERVER 1")
    for flag in flags_of_serve():
        assert "\\fB" + flag.replace("-", "\\-") + "\\fR" in text or flag == "--help"
    # No line of ours is taken for an order that man does not know.
    orders = {line.split()[0] for line in text.splitlines() if line.startswith((".", "'"))}
    assert orders == {".TH", ".SH", ".SS", ".TP", ".B", ".I", ".RI"}
    if program := shutil.which("groff"):
        checked = subprocess.run(
            [program, "-man", "-ww", "-z"], input=text, capture_output=True, text=True, timeout=PATIENCE_S)
        assert checked.stderr == ""
