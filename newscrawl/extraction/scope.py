"""Where on the page the article is: its headline, and the box that holds its text.

A page's own boxes are believed more than their names: names like "related" or "sidebar" count only while the box does not
hold the headline or most of the text, since «post-with-sidebar» and «article-share-wrapper» are names of whole articles.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from newscrawl.extraction.captions import find_captions
from newscrawl.extraction.cards import find_cards
from newscrawl.extraction.headline import find_first_line, find_headline
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.phrases import Phrase, look_up
from newscrawl.extraction.reading import FIELDS, FURNITURE, MAX_FIELD_WORDS, Reading, weigh
from newscrawl.extraction.segments import Box, Segment

_MAX_EMBED_WORDS = 90
_LITTLE_TEXT = 150
_MAX_LOOKED_UP_WORDS = 60
_NEVER_AROUND_HEADLINE = Hint.CAPTION | Hint.CREDIT | Hint.BYLINE | Hint.DATE | Hint.TAGS
_MAX_FIELDS_BEFORE_TEXT = 12
_LEAF_TAGS = frozenset(("p li blockquote pre h1 h2 h3 h4 h5 h6 figure ul ol dl dd dt figcaption").split())


def locate(reading: Reading) -> None:
    """Find the headline and the box of the text, and settle which hints hold for each segment."""
    for segment in reading.segments:
        if segment.text and segment.words <= _MAX_LOOKED_UP_WORDS:
            segment.folded, segment.phrase = look_up(segment.text, segment.words)
            if segment.phrase is None and segment.links and segment.runs:
                segment.phrase = _find_glued_label(segment)
    weights = [weigh(segment) for segment in reading.segments]
    reading.weights = weights
    reading.title_at = find_headline(reading)
    _find_text(reading, weights)
    if reading.title_at < 0 and (line := find_first_line(reading)) >= 0:
        reading.title_at = line
        _find_text(reading, weights)


def _find_glued_label(segment: Segment) -> Phrase | None:
    """Return the phrase of a label that stands before a link without a space: «تابع أيضاًقائمة المدارس …»."""
    parts = segment.parts
    if len(parts) < 2:
        return None
    _, phrase = look_up(parts[0], parts[0].count(" ") + 1)
    if phrase is None or phrase.kind != "see_also" or phrase.match != "exact":
        return None
    # «منشورات ذات صلةعرض الكل» is a heading with its button
    is_heading = all(text.count(" ") < 3 for _, text, _ in segment.links)
    return Phrase("see_also", "exact" if is_heading else "prefix")


def look_again(reading: Reading, positions: set[int]) -> None:
    """Find the box of the text anew, from texts that another extractor takes for it; it takes comments too."""
    positions = {i for i in positions if not reading.hints[i] & Hint.COMMENT}
    if sum(len(reading.segments[i].text) for i in positions) > sum(reading.weights):
        for index in positions:
            reading.hints[index] &= ~FURNITURE
            reading.weights[index] = len(reading.segments[index].text)
        reading.scope = _find_scope(reading)


def narrow(reading: Reading, elements: list[etree._Element]) -> None:
    """Make these elements the box of the text: what stands outside of them has no weight, and no name inside counts."""
    boxes = [box for box in reading.boxes if any(box.element is element for element in elements)]
    inside = {index for box in boxes for index in range(box.start, box.end)}
    if not any(reading.segments[index].text for index in inside):
        return
    for index, segment in enumerate(reading.segments):
        reading.weights[index] = (reading.weights[index] or len(segment.text)) if index in inside else 0
    box = boxes[0]
    while not all(box.start <= other.start and other.end <= box.end for other in boxes):
        box = reading.boxes[box.parent]
    reading.scope = box.index


def _find_text(reading: Reading, weights: list[int]) -> None:
    reading.weights = weights.copy()
    reading.hints = _settle_hints(reading)
    reading.card_of = find_cards(reading)
    reading.caption_of = find_captions(reading)
    for index in range(len(reading.segments)):
        is_field = index in reading.card_of or index in reading.caption_of
        if index <= reading.title_at or is_field or reading.hints[index] & (FURNITURE | Hint.CREDIT):
            reading.weights[index] = 0
    if sum(reading.weights) < _LITTLE_TEXT:
        _weigh_short_lines(reading)
    reading.scope = _find_scope(reading)


def _weigh_short_lines(reading: Reading) -> None:
    """Give weight to short lines where a page has next to no longer ones: a poem, a column of one-line paragraphs.

    Where there is a longer one soon behind the headline, only lines in boxes like its own are lines of the text.
    """
    weighty = [reading.boxes[s.box] for s, weight in zip(reading.segments, reading.weights, strict=True) if weight]
    begins = any(reading.weights[reading.title_at + 1 : reading.title_at + _MAX_FIELDS_BEFORE_TEXT])
    like = {(box.parent, box.shape) for box in weighty} if begins else set()
    for index in range(reading.title_at + 1, len(reading.segments)):
        segment = reading.segments[index]
        box = reading.boxes[segment.box]
        if like and (box.parent, box.shape) not in like:
            continue
        is_field = index in reading.card_of or index in reading.caption_of or segment.phrase is not None
        if (
            segment.words >= 2
            and segment.link_share < 0.2
            and not is_field
            and not reading.hints[index] & (FURNITURE | FIELDS)
        ):
            reading.weights[index] = reading.weights[index] or len(segment.text) // 2


# -- hints


def _settle_hints(reading: Reading) -> list[int]:
    """Return each segment's hints: those of every box around it, but for boxes too large for what their names say."""
    settled = [0] * (len(reading.boxes) + 1)
    continued = _Continued(reading)
    sums = _sum_up(reading.weights)
    words = _sum_up([segment.words for segment in reading.segments])
    after_title = max(1, sums[-1] - sums[max(reading.title_at, 0)])
    bodies = [box for box in reading.boxes if box.hints & Hint.BODY or box.tag == "article"]
    starts = [box.start for box in bodies]
    holders = [box for box in bodies if (sums[box.end] - sums[box.start]) >= 0.15 * after_title]
    for box in reading.boxes:
        settled[box.index] = settled[box.parent]
        if not box.hints or box.end <= box.start:
            continue
        found = box.hints
        if found & FURNITURE and _is_whole_article(reading, box, sums, after_title, holders):
            found &= ~FURNITURE
        if found & (Hint.LISTING | Hint.ASIDE) and box.tag != "aside" and _holds_long_text(reading, box):
            found &= ~(Hint.LISTING | Hint.ASIDE)
        if found & Hint.CAPTION and "carousel" in box.shape:
            found &= ~Hint.LISTING
        if found & Hint.LISTING and "carousel" in box.shape and _shows_pictures(reading, box):
            found &= ~Hint.LISTING
        if found & Hint.LISTING and box.end - box.start == 1 and _stands_in_header(reading, box):
            found &= ~Hint.LISTING  # «teaser-text» under the headline is the standfirst
        if found & Hint.HIDDEN and sums[box.end] > sums[box.start] and continued.holds(box):
            found &= ~Hint.HIDDEN
        if box.start <= reading.title_at < box.end:
            found &= ~_NEVER_AROUND_HEADLINE
        # no byline or date holds the box of the text; a short article may stand in one that is named like it
        if found & FIELDS and (words[box.end] - words[box.start] > MAX_FIELD_WORDS or _is_around(box, bodies, starts)):
            found &= ~FIELDS
        if found & Hint.BODY:
            found &= ~(FIELDS & ~Hint.SUBTITLE | Hint.QUOTE)  # forums set every text into <blockquote>
        if found & Hint.EMBED and (words[box.end] - words[box.start] > _MAX_EMBED_WORDS or _has_table(reading, box)):
            found &= ~Hint.EMBED
        settled[box.index] |= found
    return [settled[segment.box] for segment in reading.segments]


def _is_around(box: Box, others: list[Box], starts: list[int]) -> bool:
    """Whether a box holds one of the others, of which `starts` are the beginnings in their order."""
    near = others[bisect_left(starts, box.start) : bisect_right(starts, box.end)]
    return any(other.end <= box.end and other is not box for other in near)


def _stands_in_header(reading: Reading, box: Box) -> bool:
    holder = reading.boxes[max(box.parent, 0)]
    return holder.start <= reading.title_at < holder.end and holder.depth > 2


def _shows_pictures(reading: Reading, box: Box) -> bool:
    """Whether a box holds pictures and no link: a carousel of the article's own pictures."""
    inside = reading.segments[box.start : box.end]
    return any(s.image is not None for s in inside) and not any(s.links for s in inside)


def _has_table(reading: Reading, box: Box) -> bool:
    return any(reading.boxes[segment.box].tag in ("td", "th") for segment in reading.segments[box.start : box.end])


def _holds_long_text(reading: Reading, box: Box) -> bool:
    """Whether a box has a longer text than a summary in it, and next to no links: an item of the article's own list."""
    return any(s.words > 55 and s.link_share < 0.2 for s in reading.segments[box.start : box.end])


class _Continued:
    """Whether a hidden box holds the rest of the text, as behind «متابعة القراءة»: paragraphs shaped like those before it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._before: dict[int, _Before] = {}

    def holds(self, box: Box) -> bool:
        """Answer for a box; the boxes of a page come in their order, so what stands before each is read once."""
        boxes, segments, weights = self._reading.boxes, self._reading.segments, self._reading.weights
        before = self._before.setdefault(box.parent, _Before(boxes[box.parent].start))
        for index in range(before.end, box.start):
            if weights[index]:
                before.count += 1
                before.shapes.add(boxes[segments[index].box].shape)
                before.texts.add(segments[index].text)
        before.end = max(before.end, box.start)
        return before.count >= 2 and all(
            boxes[segments[index].box].shape in before.shapes and segments[index].text not in before.texts
            for index in range(box.start, box.end)
            if weights[index]
        )


@dataclass(slots=True)
class _Before:
    """The running text in a box up to `end`."""

    end: int
    count: int = 0
    shapes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def _sum_up(values: list[int]) -> list[int]:
    return list(accumulate(values, initial=0))


def _is_whole_article(reading: Reading, box: Box, sums: list[int], after_title: int, holders: list[Box]) -> bool:
    weight = sums[box.end] - sums[max(box.start, reading.title_at, 0)] if box.end > reading.title_at else 0
    if box.start <= reading.title_at < box.end:
        return weight > 0 or not box.hints & Hint.CRUMB
    if box.hints & (Hint.RELATED | Hint.COMMENT):
        return False
    needed = 0.5 if box.hints & Hint.LISTING else 0.15
    for holder in holders:
        is_inside = box.start <= holder.start and holder.end <= box.end and holder is not box
        if is_inside and sums[holder.end] - sums[holder.start] >= needed * after_title:
            return True
    if box.hints & Hint.BODY and weight and not box.hints & (Hint.COMMENT | Hint.RELATED):
        return True
    # «newsletter-content» is the letter itself
    most = 0.4 if box.hints & FURNITURE == Hint.PROMO else 0.6
    return weight > most * after_title and not box.hints & (Hint.COMMENT | Hint.RELATED | Hint.PAGE)


# -- the box of the text


def _find_scope(reading: Reading) -> int:
    """Return the deepest box that still holds nearly all of the running text."""
    sums = _sum_up(reading.weights)
    children: defaultdict[int, list[Box]] = defaultdict(list)
    for box in reading.boxes[1:]:
        if sums[box.end] > sums[box.start]:
            children[box.parent].append(box)
    current = reading.boxes[0]
    while True:
        total = sums[current.end] - sums[current.start]
        if total == 0:
            return current.index
        best = max(children[current.index], key=lambda box: sums[box.end] - sums[box.start], default=None)
        if best is None or best.tag in _LEAF_TAGS:
            return current.index
        weight = sums[best.end] - sums[best.start]
        if weight < 0.7 * total or _has_twin(children[current.index], best, sums, weight):
            return current.index
        current = best


def _get_weight(box: Box, sums: list[int]) -> int:
    return sums[box.end] - sums[box.start]


def _has_twin(siblings: list[Box], best: Box, sums: list[int], weight: int) -> bool:
    """Whether the text goes on in another box of the same shape, as where an advertisement cuts it in two.

    A box without a name looks like every other: the side column of a table must hold more than a question.
    """
    least = 0.1 if best.shape.partition(".")[2] else 0.25
    return any(
        box is not best
        and (
            box.hints & best.hints & Hint.BODY or (box.shape == best.shape and _get_weight(box, sums) > least * weight)
        )
        for box in siblings
    )
