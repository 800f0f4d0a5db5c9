"""The furniture that was learned for a site: a dated file beside its profile, accepted once and never changed after.

The newest file counts, whatever the day of the page: a file is made from pages that are older than it, and a text that
a page does not have in that place is not looked for in vain.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from newscrawl.exceptions import ProfileError
from newscrawl.items import FurnitureBlock
from newscrawl.sites.tables import parse_tables, parse_text, quote, read_table, write_text

_NAME = re.compile(r"(?P<key>.+)\.furniture-(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.(?P<number>[1-9][0-9]*))?\.toml")
_POSITIONS = ("start", "inside", "end")


@dataclass(frozen=True, slots=True)
class Learned:
    """Furniture that was found: on how many different articles, of how many, and one of them."""

    block: FurnitureBlock
    articles: int
    of: int
    example: str


class _Name(NamedTuple):
    """What a file's name says; a second file of one day has number 2."""

    day: date
    number: int


def is_furniture_file(path: Path) -> bool:
    """Answer whether a file beside the profiles holds furniture."""
    return ".furniture-" in path.name


def load_furniture(folders: Iterable[Path], key: str) -> tuple[FurnitureBlock, ...]:
    """Return what the site's newest file says, nothing where it has none; of one day's files a later folder's counts.

    Raises ProfileError, which names file and key, when it cannot be used.
    """
    path = find_furniture_file(folders, key)
    if path is None:
        return ()
    values = read_table(path, _FILE_KEYS, needed=("hash",))
    blocks: tuple[FurnitureBlock, ...] = values.get("blocks", ())
    if values["hash"] != (given := hash_furniture(blocks)):
        raise ProfileError(
            f"{path}: key 'hash': {values['hash']!r} is not the hash of these blocks, which is {given!r}: "
            "restore the file, or write that hash if the change was meant"
        )
    return blocks


def find_furniture_file(folders: Iterable[Path], key: str) -> Path | None:
    """Return the site's newest file, None where it has none. Raises ProfileError for a name without a day."""
    files = [path for folder in reversed(list(folders)) for path in folder.glob(f"{key}.furniture-*.toml")]
    return max(files, key=_read_name, default=None)


def write_furniture(folder: Path, key: str, day: date, learned: Iterable[Learned]) -> Path:
    """Write a new file, dated, and return it; nothing that is there is overwritten."""
    learned = list(learned)
    number = 1 + max((name.number for name in map(_read_name, folder.glob(f"{key}.furniture-{day}*.toml"))), default=0)
    path = folder / f"{key}.furniture-{day}{f'.{number}' if number > 1 else ''}.toml"
    write_text(path, _print(day, learned))
    return path


@lru_cache(maxsize=64)
def hash_furniture(blocks: tuple[FurnitureBlock, ...]) -> str:
    """Return 12 hex digits that stand for what is taken out, in whatever order."""
    said = sorted((block.text, block.box, block.position) for block in blocks)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:12]


def _read_name(path: Path) -> _Name:
    try:
        found = _NAME.fullmatch(path.name)
        if found is None:
            raise ValueError("it has none")
        return _Name(date.fromisoformat(found["day"]), int(found["number"] or 1))
    except ValueError as error:
        raise ProfileError(f"{path}: the file's name needs a day, as in 'KEY.furniture-2026-11-22.toml'") from error


def _print(day: date, learned: list[Learned]) -> str:
    blocks = tuple(each.block for each in learned)
    lines = [
        f"# Furniture of this site, learned on {day}: texts in the same place of many articles.",
        "# What is extracted names this file by its hash; to change it, learn and accept anew.",
        f"hash = {quote(hash_furniture(blocks))}",
    ]
    for each in learned:
        lines += ["", "[[blocks]]", *(f"{name} = {quote(getattr(each.block, name))}" for name in _BLOCK_NEEDS)]
        lines += [f"articles = {each.articles}", f"of = {each.of}", f"example = {quote(each.example)}"]
    return "\n".join(lines) + "\n"


def _parse_position(value: Any) -> str:
    if value not in _POSITIONS:
        raise ValueError(f"{value!r} is none of {', '.join(_POSITIONS)}")
    return str(value)


def _parse_count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is not a number of articles")
    return value


def _parse_blocks(value: Any) -> tuple[FurnitureBlock, ...]:
    tables = parse_tables(value, _BLOCK_KEYS, _BLOCK_NEEDS, name="blocks")
    return tuple(FurnitureBlock(*(table[name] for name in _BLOCK_NEEDS)) for table in tables)


_BLOCK_NEEDS = ("text", "box", "position")
_BLOCK_KEYS = {
    "text": parse_text,
    "box": parse_text,
    "position": _parse_position,
    "articles": _parse_count,
    "of": _parse_count,
    "example": parse_text,
}
_FILE_KEYS = {"hash": parse_text, "blocks": _parse_blocks}
