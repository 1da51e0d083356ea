"""Pages: the built-in ones, and those of a directory."""

import gzip
import os
import socket

import pytest

from harness.server import run

TEXT = b"The quick brown fox jumps over the lazy dog. " * 400


def fetch(server, path, **headers):
    return server.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    (folder / "js").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<!doctype html><title>Mine</title>" + TEXT)
    (folder / "js" / "app.3f9a01bc.js").write_bytes(b"let a = 1\n" * 500)
    (folder / "js" / "plain.js").write_bytes(b"1")
    (folder / "noise.png").write_bytes(os.urandom(20_000))
    (folder / "empty.txt").write_bytes(b"")
    (folder / ".secret").write_bytes(b"secret")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"secret")
    os.utime(folder / "index.html", (784_111_777, 784_111_777))
    return folder


@pytest.fixture
def own(start, pages):
    return start("--store", "memory", "--pages", pages)


def test_a_directory_takes_the_place_of_the_built_in_pages(own):
    page = own.get("/")
    assert page.status == 200 and b"<title>Mine" in page.body
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert page.headers["Content-Security-Policy"]
    assert own.get("/index.html").body == page.body
    assert own.get("/demo/broadcast").status == 404
    assert own.get("/empty.txt").body == b""
    assert own.get("/health").status == 200


@pytest.mark.parametrize(
    "path", ["/.secret", "/%2esecret", "/.git/config", "/js/../.secret", "/js/%2e%2e/.secret", "/js", "/js/",
             "/../chat.db", "/js/plain.js%00", "//index.html", "/pages/index.html", "/js%5cplain.js"])
def test_nothing_else_of_the_disk_is_served(own, path):
    answer = own.get(path)
    assert answer.status in (400, 404)
    assert b"secret" not in answer.body


def test_what_is_no_plain_file_is_left_out(start, pages, tmp_path):
    (tmp_path / "outside.txt").write_bytes(b"outside")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner.txt").write_bytes(b"outside")
    (pages / "link.txt").symlink_to(tmp_path / "outside.txt")
    (pages / "inside.txt").symlink_to(pages / "js" / "plain.js")
    (pages / "linked").symlink_to(tmp_path / "folder")
    (pages / "loop").symlink_to(pages)
    os.mkfifo(pages / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(pages / "socket"))
        (pages / "socket").unlink()
    server = start("--store", "memory", "--pages", pages)
    for path in ["/link.txt", "/inside.txt", "/linked/inner.txt", "/loop/index.html", "/pipe"]:
        assert server.get(path).status == 404, path
    assert server.get("/js/plain.js").body == b"1"
    server.wait_for_line("left out.*link.txt")
    server.wait_for_line("left out.*pipe")


def test_a_later_change_needs_a_restart(own, pages):
    """No request reaches the disk."""
    before = own.get("/js/plain.js")
    (pages / "js" / "plain.js").write_bytes(b"2")
    (pages / "new.js").write_bytes(b"3")
    assert own.get("/js/plain.js").body == before.body == b"1"
    assert own.get("/new.js").status == 404


def test_names_with_a_fingerprint_are_kept_for_good(own):
    assert "immutable" in own.get("/js/app.3f9a01bc.js").headers["Cache-Control"]
    assert own.get("/js/plain.js").headers["Cache-Control"] == "no-cache"


def test_directories_that_cannot_be_served(tmp_path, pages):
    (tmp_path / "none").mkdir()
    (tmp_path / "dots").mkdir()
    (tmp_path / "dots" / ".hidden").write_bytes(b"")
    (tmp_path / "deep" / "/".join("d" * 20)).mkdir(parents=True)
    (tmp_path / "large").mkdir()
    with open(tmp_path / "large" / "sparse.bin", "wb") as file:
        file.truncate(100_000_000)
    (tmp_path / "many").mkdir()
    for number in range(4_100):
        (tmp_path / "many" / str(number)).write_bytes(b"")
    for folder in ["missing", "none", "dots", "deep", "large", "many"]:
        answer = run("serve", "--listen", "127.0.0.1:0", "--store", "memory", "--pages", tmp_path / folder)
        assert answer.returncode == 1, folder
        assert str(tmp_path / folder) in answer.stderr
    assert run("serve", "--pages", "").returncode == 64
    answer = run("serve", "--listen", "127.0.0.1:0", "--store", "memory", "--pages", pages / "index.html")
    assert answer.returncode == 1


# Built in or not, pages go out compressed to whoever takes that.


@pytest.mark.parametrize("path", ["/", "/demo/broadcast"])
def test_a_compressed_variant_has_a_tag_of_its_own(server, path):
    plain, packed = fetch(server, path), fetch(server, path, Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]
    for tag, coding in [(plain.headers["ETag"], "identity"), (packed.headers["ETag"], "gzip")]:
        unchanged = fetch(server, path, If_None_Match=tag, Accept_Encoding=coding)
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert unchanged.headers["ETag"] == tag and unchanged.headers["Vary"] == "Accept-Encoding"
    crossed = fetch(server, path, If_None_Match=plain.headers["ETag"], Accept_Encoding="gzip")
    assert crossed.status == 200


@pytest.mark.parametrize("coding", ["identity", "gzip;q=0", "br", "gzip;q=0.1, identity;q=0.5"])
def test_who_does_not_want_it_compressed_gets_it_plain(server, coding):
    assert "Content-Encoding" not in fetch(server, "/", Accept_Encoding=coding).headers


def test_what_does_not_get_shorter_is_not_compressed(own):
    for path in ["/noise.png", "/js/plain.js", "/empty.txt"]:
        answer = fetch(own, path, Accept_Encoding="gzip")
        assert answer.status == 200
        assert "Content-Encoding" not in answer.headers and "Vary" not in answer.headers, path
    assert fetch(own, "/js/app.3f9a01bc.js", Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"


def test_ranges_are_of_the_plain_content(own, pages):
    content = (pages / "index.html").read_bytes()
    whole = fetch(own, "/index.html")
    part = fetch(own, "/index.html", Range="bytes=10-19", Accept_Encoding="gzip")
    assert (part.status, part.body) == (206, content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    assert part.headers["ETag"] == whole.headers["ETag"]
    assert fetch(own, "/index.html", Range="bytes=-5").body == content[-5:]
    parts = fetch(own, "/index.html", Range="bytes=0-1,5-6")
    assert parts.status == 206 and parts.headers.get_content_type() == "multipart/byteranges"
    assert parts.body.count(b"Content-Range: bytes ") == 2
    changed = fetch(own, "/index.html", Range="bytes=0-1", If_Range='"other"')
    assert changed.status == 200 and changed.body == content
    same = fetch(own, "/index.html", Range="bytes=0-1", If_Range=whole.headers["ETag"])
    assert same.status == 206
    beyond = fetch(own, "/index.html", Range="bytes=99999999999999999999-")
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{len(content)}"
