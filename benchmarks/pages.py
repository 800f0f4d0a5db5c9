"""The pages with answers: the project's own beside the tests, and the yardstick's where it lies beside the repository."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
YARDSTICK = ROOT.parent / "shared" / "yardstick"


class PageSet(NamedTuple):
    """A folder of pages; `step` 4 takes every fourth of them."""

    name: str
    folder: Path
    step: int = 1


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page as served, with its answer in the form that the yardstick's README describes."""

    name: str
    html: bytes
    answer: dict[str, Any]

    @property
    def url(self) -> str | None:
        address: str | None = self.answer.get("url")
        return address


_OWN = ROOT / "tests" / "pages"
_GOLD = YARDSTICK / "gold"
SETS = {
    page_set.name: page_set
    for page_set in (
        PageSet("own-seed", _OWN / "seed"),
        PageSet("own-arabic", _OWN / "arabic"),
        PageSet("own-negative", _OWN / "negative"),
        PageSet("gold-arabic", _GOLD / "arabic"),
        PageSet("gold-negative", _GOLD / "arabic-negative"),
        PageSet("gold-fundus", _GOLD / "fundus"),
        PageSet("gold-wcxb", _GOLD / "wcxb"),
        PageSet("gold-wcxb-quarter", _GOLD / "wcxb", 4),
    )
}


def has_yardstick() -> bool:
    """Answer whether the yardstick lies beside the repository."""
    return (YARDSTICK / "score.py").is_file()


@lru_cache(maxsize=2)
def load_pages(name: str) -> tuple[GoldPage, ...]:
    """Return the pages of a set in the order of their names; none where the folder is not there."""
    page_set = SETS[name]
    return tuple(_read_folder(page_set.folder))[:: page_set.step]


def _read_folder(folder: Path) -> Iterator[GoldPage]:
    for path in sorted(folder.glob("*/answer.json")):
        yield GoldPage(path.parent.name, (path.parent / "page.html").read_bytes(), json.loads(path.read_text("utf-8")))
    for path in sorted(folder.glob("*.json")):
        html = gzip.decompress(path.with_suffix(".html.gz").read_bytes())
        yield GoldPage(path.stem, html, json.loads(path.read_text("utf-8")))
