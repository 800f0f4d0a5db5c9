"""The page as a person reads it: a flat list of texts and pictures in order, each knowing the boxes that it stands in.

One walk over the tree makes it (walk.py). Everything later works on this list and on intervals of it (a box is the segments
from `start` to `end`), so that no rule has to walk the tree again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.extraction.phrases import Phrase

_MAX_PARTED_CHARS = 300

Run = tuple[str, bool, bool, tuple[str, ...]]
"""A run of text inside one inline element, whether it is linked, whether it is bold, and its looks."""


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


def get_first_name(box: Box) -> str:
    """Return a box's tag and first class: «zn-body__paragraph speakable» is a paragraph like the others."""
    return box.shape.partition(" ")[0]


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
    _parts: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts of its inline elements, where it is short and has more than one."""
        if self._parts is None:
            self._parts = tuple(filter(None, map(clean, self.runs)))  # a dozen steps ask for them
        return self._parts


def weigh_runs(segment: Segment, runs: list[Run]) -> None:
    """Work out how much of a text is linked and how much is bold, and which looks all of its runs share."""
    if len(runs) == 1:
        _, is_linked, is_bold, looks = runs[0]
        segment.link_share, segment.bold_share = float(is_linked), float(is_bold)
        segment.look = " ".join(looks)
        return
    size = linked = bold = 0
    for text, is_linked, is_bold, _ in runs:
        length = len(text.strip())
        size += length
        linked += length if is_linked else 0
        bold += length if is_bold else 0
    segment.link_share, segment.bold_share = linked / size, bold / size
    segment.look = " ".join(_find_common([looks for _, _, _, looks in runs]))
    if len(segment.text) < _MAX_PARTED_CHARS:
        segment.runs = tuple(text for text, _, _, _ in runs)


def _find_common(looks: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the outer wrappers that all parts of a text share."""
    first = min(looks)
    if not first:
        return ()  # plain text beside a link or a bold word, as nearly everywhere
    last = max(looks)
    size = next(
        (i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), min(len(first), len(last))
    )
    return first[:size]
