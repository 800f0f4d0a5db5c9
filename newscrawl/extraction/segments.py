"""The page as a person reads it: a flat list of texts and pictures in order, each knowing the boxes that it stands in.

One walk over the tree makes it. Everything later works on this list and on intervals of it (a box is the segments from
`start` to `end`), so that no rule has to walk the tree again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.extraction.hints import TAG_HINTS, Hint, read_attributes
from newscrawl.extraction.phrases import Phrase

_SKIPPED = frozenset(
    (
        "script style template svg title base object select option textarea input audio video canvas map math "
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
_SPACER = re.compile(
    r"(?:^|[/_.-])(?:spacer|space|pixel|1x1|dot|line|bullet|blank|trans(?:parent)?|clear)\.gif", re.IGNORECASE
)
# Thai, Lao, Burmese and Khmer letters, kana and ideographs: two of them are about a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WITHOUT_TEXT = frozenset(("br", "img", "amp-img", "picture", "hr"))
_DRESSING = frozenset(("b", "strong", "font", "span", "big", "u", "em", "i"))
_MAX_LINK_CHARS = 2_000
# A heading is no menu, no date and no video itself: «toc-3» is the place that the table of contents leads to.
_NOT_OF_HEADINGS = Hint.NAV | Hint.EMBED | Hint.ASIDE | Hint.TAGS | Hint.DATE | Hint.LISTING
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


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
    parts: tuple[str, ...] = ()
    look: str = ""
    image: etree._Element | None = None
    folded: str = ""
    phrase: Phrase | None = None
    label: str = ""


class _Part(NamedTuple):
    """A run of text inside one inline element."""

    text: str
    is_linked: bool
    is_bold: bool
    looks: tuple[str, ...]


class Reader:
    """The walk: keeps the open boxes, the open link and the text that has come since the last break."""

    def __init__(self, root: etree._Element) -> None:
        self.boxes = [Box(0, -1, "body", "body", 0, root, 0)]
        self.segments: list[Segment] = []
        self._open = [self.boxes[0]]
        self._levels = [0]
        self._links: list[tuple[str, etree._Element]] = []
        self._seen_links: list[tuple[str, etree._Element]] = []
        self._link_texts: dict[etree._Element, str] = {}
        self._bold = 0
        self._dressed: list[etree._Element] = []
        self._looks: tuple[str, ...] = ()
        self._parts: list[_Part] = []
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
        elif tag == "img" or tag == "amp-img":
            if _is_spacer(element):
                return
            link = [(self._links[-1][0], "", self._links[-1][1])] if self._links else []
            self.segments.append(Segment("", self._open[-1].index, self._open[-1].hints, links=link, image=element))
        else:
            names, hints, dress = read_attributes(tag, element)
            if tag in _HEADINGS:
                hints &= ~_NOT_OF_HEADINGS
            is_separate = tag == "time" or (hints & _SEPARATE and tag in _SEPARATE_TAGS)
            if tag == "a" and _holds_boxes(element):
                # a link around a whole card is the card's box
                self._flush()
                self._start_inline(tag, element)
                self._start_box(tag, element, f"{tag}.{names}{dress}", hints)
            elif tag in _INLINE and not is_separate:
                self._start_inline(tag, element)
            else:
                self._start_box(tag, element, f"{tag}.{names}{dress}", hints)
        if element.text:
            self._add(element.text)

    def _start_inline(self, tag: str, element: etree._Element) -> None:
        if tag == "a":
            self._links.append((element.get("href", ""), element))
            self._seen_links.append(self._links[-1])
            return
        if tag in _BOLD:
            self._bold += 1
        if tag in _DRESSING and (look := _describe_look(tag, element)):
            self._dressed.append(element)
            self._looks += (look,)

    def _start_box(self, tag: str, element: etree._Element, shape: str, hints: int) -> None:
        self._flush()
        # a page's own classes name everything that may stand on it: «single-post has-sidebar comments-open»
        hints = 0 if tag in ("html", "head", "body") else hints | TAG_HINTS.get(tag, 0)
        parent = self._open[-1]
        box = Box(len(self.boxes), parent.index, tag, shape, hints, element, len(self.segments), 0, len(self._open))
        self.boxes.append(box)
        self._open.append(box)
        self._levels.append(_HEADINGS.get(tag) or self._levels[-1])
        if tag in _BOLD:
            self._bold += 1

    def _end(self, tag: str, element: etree._Element) -> None:
        if self._open[-1].element is element and len(self._open) > 1:
            self._flush()
            self._open.pop().end = len(self.segments)
            self._levels.pop()
        elif tag in _DRESSING and self._dressed and self._dressed[-1] is element:
            self._dressed.pop()
            self._looks = self._looks[:-1]
        if tag == "a" and self._links:
            self._links.pop()
        elif tag in _BOLD and self._bold:
            self._bold -= 1

    def _add(self, text: str) -> None:
        if not text.isspace():
            self._parts.append(_Part(text, bool(self._links), self._bold > 0, self._looks))
        elif self._parts:
            self._parts.append(self._parts[-1]._replace(text=" "))

    def _flush(self) -> None:
        """Make a segment of the text since the last break."""
        parts, self._parts = self._parts, []
        links, self._seen_links = self._seen_links, self._links[-1:]
        text = clean("".join([part.text for part in parts])) if parts else ""
        if not text or text == "\u200d":  # editors keep empty paragraphs open with a joiner
            return
        box = self._open[-1]
        words = _count_words(text)
        segment = Segment(text, box.index, box.hints, self._levels[-1], words)
        if len(parts) > 1:
            _weigh_parts(segment, parts)
        else:
            part = parts[0]
            segment.link_share, segment.bold_share = float(part.is_linked), float(part.is_bold)
            segment.look = " ".join(part.looks)
        segment.links = [(href, self._read_link(element), element) for href, element in links]
        self.segments.append(segment)

    def _read_link(self, element: etree._Element) -> str:
        """Return a link's whole text, read once: a link that was never closed stands in every text behind it."""
        text = self._link_texts.get(element)
        if text is None:
            text = self._link_texts[element] = clean("".join(element.itertext())[:_MAX_LINK_CHARS])
        return text


def _count_words(text: str) -> int:
    """Return how many words a text has; Japanese, Chinese and Thai set no spaces between theirs."""
    words = text.count(" ") + 1
    if len(text) < 10 * words:
        return words
    return max(words, len(text) // 12, len(_UNSPACED.findall(text)) // 2)


def _is_spacer(element: etree._Element) -> bool:
    """Whether a picture only keeps other things apart, as in table layouts; one that loads late is none."""
    if any(name.startswith("data-") or name == "srcset" for name in element.attrib):
        return False
    sizes = (element.get("width") or "", element.get("height") or "")
    return any(size.isdigit() and int(size) <= 8 for size in sizes) or bool(_SPACER.search(element.get("src") or ""))


def _holds_boxes(element: etree._Element) -> bool:
    return any(
        child.tag not in _INLINE and child.tag not in _SKIPPED and child.tag not in _WITHOUT_TEXT for child in element
    )


def _weigh_parts(segment: Segment, parts: list[_Part]) -> None:
    sizes = [len(part.text.strip()) for part in parts]
    size = sum(sizes) or 1
    segment.link_share = sum(n for n, part in zip(sizes, parts, strict=True) if part.is_linked) / size
    segment.bold_share = sum(n for n, part in zip(sizes, parts, strict=True) if part.is_bold) / size
    segment.look = " ".join(_find_common([part.looks for n, part in zip(sizes, parts, strict=True) if n]))
    if len(segment.text) < 300:
        segment.parts = tuple(filter(None, (clean(part.text) for part in parts)))


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
    # not the body alone: where </head> is left out, libxml2 keeps the first elements of the page in the head
    reader = Reader(root)
    return reader.segments, reader.boxes
