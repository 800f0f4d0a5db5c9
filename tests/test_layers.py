"""Imports point down only, as DESIGN.md section 3 draws it; a heavy library has one place where it is imported.

The layers are read from DESIGN.md: whoever adds a module says there where it belongs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "newscrawl"
GLUE = (
    "spiders",
    "frontier",
    "pictures",
    "guard",
    "politeness",
    "rendering",
    "downloading",
    "wire",
    "middlewares",
    "pipelines",
    "understanding",
    "saving",
    "parts",
    "extensions",
    "article_feed",
)
ONLY_IN = {
    "scrapy": (*GLUE, "settings", "runner", "cli"),
    "twisted": (*GLUE, "runner"),
    "sqlite3": ("archive", "export", "web"),
    "sqlite_utils": ("archive", "export", "web"),
    "click": ("cli", "web"),
    "feedparser": ("discovery",),
    "datasette": ("cli", "web"),
}
NEVER = {("extraction", "archive"), ("archive", "sites"), ("demo", "cli")}


def read_layers() -> list[list[str]]:
    """Return the layers of DESIGN.md, the lowest first."""
    text = (PROJECT / "DESIGN.md").read_text(encoding="utf-8")
    block = text.partition("`tests/test_layers.py` proves it:\n\n")[2].partition("\n\n")[0]
    lines = [re.split(r"\s{3,}", line.strip())[0].split() for line in block.splitlines()]
    return lines[::-1]


LAYER_OF = {name: number for number, names in enumerate(read_layers()) for name in names}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name != "__init__.py")


def part_of(path: Path) -> str:
    """Return the module or package directly under newscrawl that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def find_imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they lead"
            yield node.module or ""
            if node.module == "newscrawl":
                yield from (f"newscrawl.{alias.name}" for alias in node.names if (PACKAGE / alias.name).exists())
                yield from (
                    f"newscrawl.{alias.name}" for alias in node.names if (PACKAGE / f"{alias.name}.py").exists()
                )


def find_own_imports(path: Path) -> set[str]:
    return {name.split(".")[1] for name in find_imports(path) if name.startswith("newscrawl.")}


def test_every_module_has_a_layer() -> None:
    assert {part_of(path) for path in MODULES} <= set(LAYER_OF), "DESIGN.md section 3 must name the layer"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    importer = part_of(path)
    for imported in find_own_imports(path) - {importer}:
        is_glue = importer in GLUE and imported in GLUE
        is_start = (importer, imported) == ("cli", "demo")
        is_lower = LAYER_OF[imported] < LAYER_OF[importer]
        assert is_lower or is_glue or is_start, f"{importer} must not import {imported}"
        assert (importer, imported) not in NEVER


def test_the_glue_imports_itself_without_circles() -> None:
    """Imports for type checkers alone are counted too: a circle in the types is a circle in the thinking."""
    graph = {name: set[str]() for name in GLUE}
    for path in MODULES:
        if part_of(path) in GLUE:
            graph[part_of(path)] |= (find_own_imports(path) & set(GLUE)) - {part_of(path)}
    while graph:
        free = {name for name, imported in graph.items() if not imported & set(graph)}
        assert free, f"a circle among {sorted(graph)}"
        graph = {name: imported for name, imported in graph.items() if name not in free}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_is_imported_in_its_place_only(path: Path) -> None:
    for library in {name.split(".")[0] for name in find_imports(path)} & set(ONLY_IN):
        assert part_of(path) in ONLY_IN[library], f"{library} does not belong here"


def test_the_settings_are_read_by_nothing_below_the_runner() -> None:
    readers = {part_of(path) for path in MODULES if "settings" in find_own_imports(path)}
    assert readers <= {"runner", "cli"}
