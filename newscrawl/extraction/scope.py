"""Where on the page the article is: its headline, and the box that holds its text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from newscrawl.extraction.box_names import settle_hints, sum_up
from newscrawl.extraction.captions import find_captions
from newscrawl.extraction.cards import find_cards
from newscrawl.extraction.headline import find_first_line, find_headline
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.phrases import Phrase, look_up
from newscrawl.extraction.reading import FIELDS, FURNITURE, Reading, weigh
from newscrawl.extraction.segments import Box, Segment, get_first_name

_LITTLE_TEXT = 150
_MAX_LOOKED_UP_WORDS = 60
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
    reading.hints = settle_hints(reading)
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


def _find_scope(reading: Reading) -> int:
    """Return the deepest box that still holds nearly all of the running text."""
    sums = sum_up(reading.weights)
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
        siblings = children[current.index]
        if weight < 0.7 * total or _has_twin(siblings, best, sums, weight) or _begins_before(siblings, best, children):
            return current.index
        current = best


def _begins_before(siblings: list[Box], best: Box, children: Mapping[int, list[Box]]) -> bool:
    """Whether paragraphs like those in a box stand before it too, as where «read more» holds the rest of the text.

    One paragraph without a name is as likely the standfirst.
    """
    inside = {get_first_name(box) for box in children[best.index]}
    before = [box for box in siblings if box.end <= best.start and get_first_name(box) in inside]
    return len(before) > 1 or any(get_first_name(box).partition(".")[2] for box in before)


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
