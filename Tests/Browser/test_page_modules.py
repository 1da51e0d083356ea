"""How the page is cut: layers that import downwards only, no circle, nothing too long, one place that loads late."""

import re

import pytest

from modules import ROOT, WEB, closure, first_circle, imports_of, modules

LAYERS = ["protocol", "model", "ui", "features", "app"]
LINES_MAX = 350
# What is loaded before the layers, and by itself.
ALONE = {"theme.js"}


@pytest.fixture(scope="module")
def texts():
    return modules()


def test_imports_lead_downwards_only(texts):
    upwards = [
        f"{name} imports {other}"
        for name, text in texts.items() if name not in ALONE
        for is_dynamic in (False, True)
        for other in imports_of(name, text, is_dynamic=is_dynamic)
        if LAYERS.index(other.split("/")[0]) > LAYERS.index(name.split("/")[0])]
    assert upwards == []


def test_no_circle(texts):
    graph = {name: imports_of(name, text, is_dynamic=False) | imports_of(name, text, is_dynamic=True)
             for name, text in texts.items()}
    assert set().union(*graph.values()) <= set(graph), "an import leads nowhere"
    assert first_circle(graph) == []
    # The search for circles finds them.
    assert first_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]


def test_no_module_is_too_long():
    lines = {path.name: len(path.read_text().splitlines()) for path in WEB.rglob("*.js")}
    assert {name for name, count in lines.items() if count > LINES_MAX} == set()


def test_the_demo_pages_stand_on_the_layers(texts):
    """They import what is below them, in no circle, and nothing imports them."""
    demos = modules("demo")
    graph = {name: imports_of(name, text, is_dynamic=False) for name, text in (demos | texts).items()}
    assert set().union(*(graph[name] for name in demos)) <= set(graph), "an import leads nowhere"
    assert first_circle(graph) == []
    assert [name for name, text in texts.items() for path in imports_of(name, text, is_dynamic=False) if path in demos] == []


def test_one_place_loads_late(texts):
    assert [name for name, text in texts.items() if re.search(r"\bimport\(", text)] == ["app/late.js"]


def test_every_module_is_reached(texts):
    late = imports_of("app/late.js", texts["app/late.js"], is_dynamic=True)
    # The client for programs of others' own, what is but types, and the words of the demo pages.
    unused = {name for name in set(texts) - closure("app/main.js", *late) - ALONE if not name.endswith("-demo.js")}
    assert unused == {"protocol/chat-client.js", "protocol/frames.js", "model/types.js"}


def test_the_model_touches_no_document(texts):
    for name, text in texts.items():
        if name.startswith(("protocol/", "model/")) and name != "protocol/attempts.js":
            assert not re.search(r"\bdocument\b", text), name


def test_what_the_chat_needs_is_asked_for_at_once(texts):
    """The server puts what the page loads first into two files: see ModuleBundles.swift."""
    assert "'/assets/app/shell.js'" in texts["theme.js"]
    assert '["app/main.js", "app/shell.js"]' in (ROOT / "Sources/EmbedPagesTool/main.swift").read_text()
    assert "app/shell.js" in imports_of("app/late.js", texts["app/late.js"], is_dynamic=True)
