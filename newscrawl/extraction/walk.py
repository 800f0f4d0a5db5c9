"""The walk over the tree that makes the list of segments and boxes: where a text begins and ends, what it is linked to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.extraction.hints import DRESSING_TAGS, Hint, Names, read_attributes
from newscrawl.extraction.inline import (
    INLINE,
    SEPARATE_TAGS,
    find_closing_offer,
    has_parts,
    is_drop_cap,
    is_slide,
    is_spacer,
    split_runs,
)
from newscrawl.extraction.segments import Box, Run, Segment, weigh_runs

_SKIPPED = frozenset(
    (
        "script style template svg title base object select option textarea input audio video canvas map math "
        "noscript iframe link meta"
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
_BOLD = frozenset(("b", "strong"))
# Thai, Lao, Burmese and Khmer letters, kana and ideographs: two of them are about a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WITHOUT_BOXES: frozenset[object] = INLINE | _SKIPPED | {"time", "br", "img", "amp-img", "picture", "hr"}
_MOST_IN_HEADING = 8
_MAX_LINK_CHARS = 2_000
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}


@dataclass(slots=True, eq=False)
class _Link:
    """A link: where its text stands among the texts since the `flush`-th break, once it is closed."""

    href: str
    element: etree._Element
    flush: int
    start: int
    end: int = -1
    text: str | None = None


class Walk:
    """Keeps the open boxes, the open links and the text that has come since the last break."""

    def __init__(self, root: etree._Element) -> None:
        self.boxes = [Box(0, -1, "body", "body", 0, root, 0)]
        self.segments: list[Segment] = []
        self._box = self.boxes[0]
        self._links: list[_Link] = []
        self._seen_links: list[_Link] = []
        self._flushes = 0
        self._bold = 0
        self._looks: tuple[str, ...] = ()
        self._parted: etree._Element | None = None
        self._texts: list[str] = []
        self._runs: list[Run] = []

    def read(self, root: etree._Element) -> None:
        """Open and close every element: some thousand times a page, so each tag has its own way and the texts are added here."""
        texts, runs, links = self._texts, self._runs, self._links
        closers: list[_Closer | None] = []
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                tag = element.tag
                opener: _Opener | None = _OPENERS.get(tag, Walk._open_box)
                if opener is None:
                    walker.skip_subtree()
                    closers.append(None)
                    continue
                closers.append(opener(self, tag, element))
                text = element.text
            else:
                closer = closers.pop()
                if closer is not None:
                    closer(self)
                text = element.tail
            if text:
                if not text.isspace():
                    texts.append(text)
                    runs.append((text, bool(links), self._bold > 0, self._looks))
                elif texts:
                    texts.append(" ")
        self._close_box()

    # -- opening an element gives what closes it

    def _open_box(self, tag: str, element: etree._Element, names: Names | None = None) -> _Closer:
        if self._runs or self._seen_links:
            self._flush()
        boxes, parent, start = self.boxes, self._box, len(self.segments)
        shape, hints, _ = names or read_attributes(tag, element)
        level = _HEADINGS.get(tag) or parent.level
        box = self._box = Box(len(boxes), parent.index, tag, shape, hints, element, start, 0, parent.depth + 1, level)
        boxes.append(box)
        return Walk._close_box

    def _open_inline(self, tag: str, element: etree._Element) -> _Closer | None:
        names = read_attributes(tag, element)
        is_bold = tag in _BOLD
        is_separate = names.hints & _SEPARATE and tag in SEPARATE_TAGS and not is_drop_cap(element)
        if is_separate or element.getparent() is self._parted:
            self._open_box(tag, element, names)
            self._bold += is_bold
            return Walk._close_bold_box if is_bold else Walk._close_box
        if not names.look:
            return None
        self._bold += is_bold
        self._looks += (names.look,)
        return Walk._close_bold if is_bold else Walk._close_look

    def _open_link(self, _tag: str, element: etree._Element) -> _Closer:
        is_parted = len(element) > 1 and has_parts(element)
        is_card = is_parted or (len(element) > 0 and not _WITHOUT_BOXES.issuperset([child.tag for child in element]))
        is_card = is_card or (len(element) > 0 and is_slide(element))
        if is_parted:
            self._parted = element
        if is_card:
            self._flush()
        link = _Link(element.get("href", ""), element, self._flushes, len(self._texts))
        self._links.append(link)
        self._seen_links.append(link)
        if not is_card:
            return Walk._close_link
        # a link around a whole card is the card's box
        self._open_box("a", element)
        return Walk._close_linked_box

    def _open_plain(self, _tag: str, _element: etree._Element) -> None:
        """Do nothing: the text of a <sup> is text as any other."""

    def _break_line(self, _tag: str, _element: etree._Element) -> None:
        self._flush()

    def _add_picture(self, _tag: str, element: etree._Element) -> None:
        if not is_spacer(element):
            links = [(link.href, "", link.element) for link in self._links[-1:]]
            self.segments.append(Segment("", self._box.index, self._box.hints, links=links, image=element))

    def _add_painting(self, box: Box) -> None:
        """Add the background of an empty box, unless it lies under the picture before it."""
        if not self.segments or self.segments[-1].image is None:
            self.segments.append(Segment("", box.index, box.hints, image=box.element))

    # -- closing it

    def _close_box(self) -> None:
        if self._runs or self._seen_links:
            self._flush()
        box = self._box
        if box.hints & Hint.PICTURE and box.start == len(self.segments):
            self._add_painting(box)
        box.end = len(self.segments)
        if box.level and box.end - box.start > _MOST_IN_HEADING:
            self._level_out(box)
        self._box = self.boxes[box.parent]

    def _level_out(self, box: Box) -> None:
        """Take the level from what stands in a heading that was never closed, but for headings of its own."""
        if box.tag in _HEADINGS:
            box.level = 0
            for other in self.boxes[box.index + 1 :]:
                other.level = _HEADINGS.get(other.tag) or self.boxes[other.parent].level
            for segment in self.segments[box.start : box.end]:
                segment.level = self.boxes[segment.box].level

    def _close_bold_box(self) -> None:
        self._close_box()
        self._bold -= 1

    def _close_linked_box(self) -> None:
        self._close_box()
        self._links.pop()

    def _close_link(self) -> None:
        link = self._links.pop()
        if link.flush == self._flushes:
            link.end = len(self._texts)

    def _close_look(self) -> None:
        self._looks = self._looks[:-1]

    def _close_bold(self) -> None:
        self._looks = self._looks[:-1]
        self._bold -= 1

    # -- the text between two breaks

    def _flush(self) -> None:
        """Make a segment of the text since the last break."""
        links, self._seen_links = self._seen_links, self._links[-1:]
        self._flushes += 1
        if not self._runs:
            return
        texts, runs = self._texts, self._runs
        text = clean("".join(texts))
        read = [(link.href, self._read_link(link, text), link.element) for link in links]
        if links and (offer := find_closing_offer(texts, links[-1].start, links[-1].end)):
            label, behind = split_runs(texts, runs, *offer)
            self._add(clean("".join(texts[:label])), runs[:behind], read[:-1])
            text, runs, read = clean("".join(texts[label:])), runs[behind:], read[-1:]
        self._add(text, runs, read)
        self._texts.clear()
        self._runs.clear()

    def _add(self, text: str, runs: list[Run], links: list[tuple[str, str, etree._Element]]) -> None:
        if text and text != "\u200d":  # editors keep empty paragraphs open with a joiner
            box = self._box
            segment = Segment(text, box.index, box.hints, box.level, _count_words(text))
            weigh_runs(segment, runs)
            segment.links = links
            self.segments.append(segment)

    def _read_link(self, link: _Link, text: str) -> str:
        """Return a link's whole text, read once: a link that was never closed stands in every text behind it."""
        if link.text is None:
            if link.end < 0:
                link.text = clean("".join(link.element.itertext())[:_MAX_LINK_CHARS])
            elif link.start == 0 and link.end == len(self._texts) and len(text) < _MAX_LINK_CHARS:
                link.text = text
            else:
                link.text = clean("".join(self._texts[link.start : link.end])[:_MAX_LINK_CHARS])
        return link.text


_Closer = Callable[[Walk], None]
_Opener = Callable[[Walk, Any, etree._Element], _Closer | None]
_OPENERS: dict[object, _Opener | None] = {
    **dict.fromkeys(INLINE, Walk._open_plain),
    **dict.fromkeys(SEPARATE_TAGS | DRESSING_TAGS, Walk._open_inline),
    **dict.fromkeys(("img", "amp-img"), Walk._add_picture),
    **dict.fromkeys(_SKIPPED),
    "br": Walk._break_line,
    "a": Walk._open_link,
}


def _count_words(text: str) -> int:
    """Return how many words a text has; Japanese, Chinese and Thai set no spaces between theirs."""
    words = text.count(" ") + 1
    if len(text) < 10 * words:
        return words
    return max(words, len(text) // 12, len(_UNSPACED.findall(text)) // 2)


def read_segments(root: etree._Element) -> tuple[list[Segment], list[Box]]:
    """Return the page's texts and pictures in order, and the boxes that hold them (the first is the page)."""
    # not the body alone: where </head> is left out, libxml2 keeps the first elements of the page in the head
    walk = Walk(root)
    walk.read(root)
    return walk.segments, walk.boxes
