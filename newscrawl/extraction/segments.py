"""The page as a person reads it: a flat list of texts and pictures in order, each knowing the boxes that it stands in.

One walk over the tree makes it. Everything later works on this list and on intervals of it (a box is the segments from
`start` to `end`), so that no rule has to walk the tree again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.extraction.hints import TAG_HINTS, Hint, get_class_hints, read_attributes

_SKIPPED = frozenset(
    (
        "script style template svg head object select option textarea input audio video canvas map math "
        "noscript iframe link meta"
    ).split()
)
_INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q ruby rt rp s "
        "samp small span strike strong sub sup time tt u var wbr label center-inline"
    ).split()
)
# An inline element of its own kind of information is a text of its own: «<span class=author>…</span><span class=date>…».
_SEPARATE = (
    Hint.SHARE
    | Hint.BYLINE
    | Hint.DATE
    | Hint.CAPTION
    | Hint.CREDIT
    | Hint.SECTION
    | Hint.RELATED
    | Hint.LISTING
    | Hint.SUBTITLE
    | Hint.HIDDEN
)
_SEPARATE_TAGS = frozenset(["span", "time", "small", "label", "em", "i", "cite", "strong", "b"])
_BOLD = frozenset(("b", "strong"))
_DRESSING_STYLE = re.compile(r"font|color|size|weight|decoration", re.IGNORECASE)
_DRESSING = frozenset(("b", "strong", "font", "span", "big", "u", "em", "i"))
_LINK = "a"
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


@dataclass(slots=True)
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


@dataclass(slots=True)
class Segment:
    """A text without a break in it, or a picture (`image` set, `text` empty)."""

    text: str
    box: int
    hints: int
    level: int = 0
    links: list[tuple[str, str, etree._Element]] = field(default_factory=list)
    link_share: float = 0.0
    bold_share: float = 0.0
    parts: tuple[str, ...] = ()
    look: str = ""
    follows_break: int = 0
    image: etree._Element | None = None
    folded: str = ""
    phrase: tuple[str, str] | None = None
    label: str = ""

    @property
    def words(self) -> int:
        """The number of words by the spaces; scripts without spaces count a word for every twelve characters."""
        return max(self.text.count(" ") + 1, len(self.text) // 12) if self.text else 0


class Reader:
    """The walk: keeps the open boxes, the open link and the text that has come since the last break."""

    def __init__(self, root: etree._Element) -> None:
        self.boxes = [Box(0, -1, "body", "body", 0, root, 0)]
        self.segments: list[Segment] = []
        self._open = [0]
        self._hints = [0]
        self._levels = [0]
        self._links: list[tuple[str, etree._Element]] = []
        self._bold = 0
        self._looks: list[tuple[etree._Element, str]] = []
        self._parts: list[tuple[str, int, bool, tuple[str, ...]]] = []
        self._seen_links: list[tuple[str, etree._Element]] = []
        self._breaks = 0
        self._walk(root)

    def _walk(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in _SKIPPED or not isinstance(tag, str):
                    walker.skip_subtree()
                else:
                    self._start(tag, element)
            else:
                if isinstance(tag, str) and tag not in _SKIPPED:
                    self._end(tag, element)
                if element.tail and element is not root:
                    self._add(element.tail)
        self._flush()
        self.boxes[0].end = len(self.segments)

    def _start(self, tag: str, element: etree._Element) -> None:
        if tag == "br":
            self._flush()
            self._breaks += 1
        elif tag == "img" or tag == "amp-img":
            self.segments.append(
                Segment("", self._open[-1], self._hints[-1], links=self._current_link(), image=element)
            )
        else:
            names = element.get("class", "") + " " + element.get("id", "")
            if "-" in tag:
                names = f"{tag} {names}"
            hints = get_class_hints(names) if names != " " else 0
            if tag in _INLINE and not (hints & _SEPARATE and tag in _SEPARATE_TAGS) and tag != "time":
                self._start_inline(tag, element)
            else:
                self._start_box(tag, element, names, hints)
        if element.text:
            self._add(element.text)

    def _start_inline(self, tag: str, element: etree._Element) -> None:
        if tag == _LINK:
            self._links.append((element.get("href", ""), element))
            self._seen_links.append(self._links[-1])
            return
        if tag in _BOLD:
            self._bold += 1
        if tag in _DRESSING and (look := _describe_look(tag, element)):
            self._looks.append((element, look))

    def _start_box(self, tag: str, element: etree._Element, names: str, hints: int) -> None:
        self._flush()
        self._breaks = 0
        # a page's own classes name everything that may stand on it: «single-post has-sidebar comments-open»
        hints = 0 if tag == "body" else hints | TAG_HINTS.get(tag, 0) | read_attributes(element)
        parent = self._open[-1]
        box = Box(
            len(self.boxes),
            parent,
            tag,
            _describe_shape(tag, names, element),
            hints,
            element,
            len(self.segments),
            depth=len(self._open),
        )
        self.boxes.append(box)
        self._open.append(box.index)
        self._hints.append(hints)
        self._levels.append(_HEADINGS.get(tag) or self._levels[-1])
        if tag in _BOLD:
            self._bold += 1

    def _end(self, tag: str, element: etree._Element) -> None:
        if self.boxes[self._open[-1]].element is element and len(self._open) > 1:
            self._flush()
            self._breaks = 0
            self.boxes[self._open.pop()].end = len(self.segments)
            self._hints.pop()
            self._levels.pop()
            if tag in _BOLD:
                self._bold -= 1
        elif tag == _LINK and self._links:
            self._links.pop()
        elif tag in _BOLD and self._bold:
            self._bold -= 1
        if self._looks and self._looks[-1][0] is element:
            self._looks.pop()

    def _add(self, text: str) -> None:
        self._parts.append((text, len(self._links), self._bold > 0, tuple(look for _, look in self._looks)))

    def _current_link(self) -> list[tuple[str, str, etree._Element]]:
        return [(*self._links[-1][:1], "", self._links[-1][1])] if self._links else []

    def _flush(self) -> None:
        """Make a segment of the text since the last break."""
        parts, self._parts = self._parts, []
        links, self._seen_links = self._seen_links, self._links[-1:]
        if not parts:
            return
        text = clean("".join(part[0] for part in parts))
        if not text:
            return
        segment = Segment(text, self._open[-1], self._hints[-1], self._levels[-1], follows_break=self._breaks)
        self._breaks = 0
        size = sum(len(part[0].strip()) for part in parts) or 1
        segment.look = " ".join(_find_common([part[3] for part in parts if part[0].strip()]))
        segment.bold_share = sum(len(part[0].strip()) for part in parts if part[2]) / size
        if links:
            segment.link_share = sum(len(part[0].strip()) for part in parts if part[1]) / size
            segment.links = [(href, clean("".join(element.itertext())), element) for href, element in links]
        if len(parts) > 1 and len(text) < 300:
            segment.parts = tuple(filter(None, (clean(part[0]) for part in parts)))
        self.segments.append(segment)


def _describe_shape(tag: str, names: str, element: etree._Element) -> str:
    """Return what a box looks like from outside; where classes tell nothing, its style and its declared kind do."""
    extra = [
        value
        for name, value in element.items()
        if (name == "style" and _DRESSING_STYLE.search(value)) or name.endswith(("-type", "-kind", "-role"))
    ]
    return f"{tag}.{names} {' '.join(extra)}" if extra else f"{tag}.{names}"


def _find_common(looks: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the outer wrappers that all parts of a text share."""
    first, last = min(looks), max(looks)
    size = next(
        (i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), min(len(first), len(last))
    )
    return first[:size]


def _describe_look(tag: str, element: etree._Element) -> str:
    """Return how an inline element dresses its text: «font size=4», «span.headline»."""
    values = (element.get(name) for name in ("size", "color", "face", "style", "class"))
    return " ".join((tag, *filter(None, values))) if tag not in ("span", "font") or element.attrib else ""


def read_segments(root: etree._Element) -> tuple[list[Segment], list[Box]]:
    """Return the page's texts and pictures in order, and the boxes that hold them (the first is the page)."""
    body = root.find("body")
    reader = Reader(body if body is not None else root)
    return reader.segments, reader.boxes
