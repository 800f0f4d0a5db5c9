"""The page as a person reads it: a flat list of texts and pictures in order, each knowing the boxes that it stands in.

One walk over the tree makes it (walk.py). Everything later works on this list and on intervals of it (a box is the segments
from `start` to `end`), so that no rule has to walk the tree again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.extraction.phrases import Phrase


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element: the segments from `start` up to `end`, its parent's index, what its names suggest."""

    index: int
    parent: int
    tag: str
    shape: str
    hints: int
    element: etree._Element
    start: int
    end: int = 0
    depth: int = 0
    level: int = 0


@dataclass(slots=True, eq=False)
class Segment:
    """A text without a break in it, or a picture (`image` set, `text` empty)."""

    text: str
    box: int
    hints: int
    level: int = 0
    words: int = 0
    links: list[tuple[str, str, etree._Element]] = field(default_factory=list)
    link_share: float = 0.0
    bold_share: float = 0.0
    runs: tuple[str, ...] = ()
    look: str = ""
    image: etree._Element | None = None
    folded: str = ""
    phrase: Phrase | None = None
    label: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts of its inline elements, where it is short and has more than one."""
        return tuple(filter(None, map(clean, self.runs)))
