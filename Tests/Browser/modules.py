"""The page's modules as they are written: what imports what."""

import re
from pathlib import Path

from server import ROOT

WEB = ROOT / "Sources/ChatServerApp/Web"
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*)'(\.[^']+)'""")
DYNAMIC = re.compile(r"\bimport\('([^']+)'\)")


def modules(only: str = "") -> dict[str, str]:
    """The text of each module, without its comments, by its path in the folder; or of those of the demo pages only."""
    paths = [path.relative_to(WEB) for path in WEB.rglob("*.js")]
    chosen = [path for path in paths if (path.parts[0] == "demo") == (only == "demo")]
    return {str(path): COMMENT.sub("", (WEB / path).read_text()) for path in chosen}


def imports_of(name: str, text: str, *, is_dynamic: bool) -> set[str]:
    found = (DYNAMIC if is_dynamic else IMPORT).findall(text)
    return {str((WEB / name).parent.joinpath(path).resolve().relative_to(WEB)) for path in found}


def closure(*names: str) -> set[str]:
    """All that is loaded with these modules."""
    texts = modules()
    reached, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += imports_of(name, texts[name], is_dynamic=False)
    return reached


def first_circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that lead back to where they began, or none."""
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str]:
        if name in way:
            return way[way.index(name):]
        if name in done:
            return []
        for other in sorted(graph[name]):
            circle = visit(other, [*way, name])
            if circle:
                return circle
        done.add(name)
        return []

    return next((circle for name in sorted(graph) if (circle := visit(name, []))), [])
