"""What a page of the reading room is asked for: its address taken apart, and the links that ask for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from newscrawl.web.words import Words

MOST_PAGES = 500
"""How far results can be leafed through; what is sought further back is found sooner by a date."""

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Redirect:
    """The address where the answer is."""

    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be shown as it is."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the parts of its path, and of its query what is not empty (of a name given twice, the first)."""

    home: Path
    words: Words
    path: str
    parts: Mapping[str, str]
    args: Mapping[str, str]

    @property
    def page(self) -> int:
        """The number of the page of results, from 1."""
        return min(max(self.get_number("page") or 1, 1), MOST_PAGES)

    def get(self, name: str) -> str:
        """Return an argument, "" where it was not given."""
        return self.args.get(name, "")

    def get_number(self, name: str) -> int | None:
        """Return an argument that is a number, None where it is none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def link(self, path: str | None = None, **changes: str | int | None) -> str:
        """Return the address of this page, or of `path`, with these arguments in place of its own; None takes one away."""
        args = {name: value for name, value in {**self.args, **changes}.items() if value not in (None, "")}
        return (path or self.path) + (f"?{urlencode(args)}" if args else "")
