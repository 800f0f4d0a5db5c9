"""Which boxes are cards: like boxes side by side, each of them about a link to another page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.phrases import Phrase
from newscrawl.extraction.reading import FURNITURE, Reading
from newscrawl.extraction.segments import Box, Segment, get_first_name

_MAX_SUMMARY_WORDS = 55
_MAX_SEGMENTS = 14
_MAX_WORDS = 130
_LEAST_COUNTED, _LEAST_TOLD_WORDS = 4, 6
_MAX_FIELD_WORDS = 8
_NUMBER = re.compile(r"\d{1,3}")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def find_cards(reading: Reading) -> dict[int, int]:
    """Return which segments stand in a card, by the card's box: like boxes side by side, each of them about a link.

    A paragraph of the text has links too, but inside its sentences; a card's headline is nothing but a link.
    """
    cards: dict[int, int] = {}
    for group in _group_like_boxes(reading):
        found = [box for box in group if _is_card(reading, box)]
        if len(found) >= 2 and len(found) >= 0.8 * len(group) and _lead_apart(reading, found):
            if _are_counted(reading, found):
                for index in range(found[0].start, found[-1].end):
                    reading.hints[index] &= ~Hint.LISTING
                continue
            for box in found:
                # boxes come from the outside in: the innermost card counts
                cards.update(dict.fromkeys(range(box.start, box.end), box.index))
    return cards


def _group_like_boxes(reading: Reading) -> Iterator[list[Box]]:
    """Yield the boxes that stand in one box and have one tag and first class; most boxes stand alone."""
    inside: defaultdict[int, list[Box]] = defaultdict(list)
    for box in reading.boxes[1:]:
        # a headline alone is no card: where cards have no boxes, its picture and summary stand beside it
        if box.end > box.start and box.tag not in _HEADINGS:
            inside[box.parent].append(box)
    for boxes in inside.values():
        if len(boxes) < 2:
            continue
        groups: defaultdict[str, list[Box]] = defaultdict(list)
        for box in boxes:
            groups[get_first_name(box)].append(box)
        yield from (group for group in groups.values() if len(group) > 1)


def _are_counted(reading: Reading, boxes: list[Box]) -> bool:
    """Whether the headline counts the cards, and each says more than its link: «7 وصفات سهلة» are the text, not an offer."""
    if len(boxes) < _LEAST_COUNTED or reading.title_at < 0 or boxes[0].start < reading.title_at:
        return False
    if len(boxes) not in map(int, _NUMBER.findall(reading.segments[reading.title_at].text)):
        return False
    if reading.hints[boxes[0].start] & (FURNITURE & ~Hint.LISTING):
        return False
    texts = (reading.segments[box.start : box.end] for box in boxes)
    return all(any(s.link_share < 0.5 and s.words >= _LEAST_TOLD_WORDS for s in inside) for inside in texts)


def _lead_apart(reading: Reading, boxes: list[Box]) -> bool:
    """Whether like boxes lead to different pages: headline and summary of one card lead to the same."""
    addresses = {s.links[0][0] for box in boxes for s in reading.segments[box.start : box.end] if s.links}
    return len(addresses) != 1


def _is_card(reading: Reading, box: Box) -> bool:
    if box.start <= reading.title_at < box.end or box.end - box.start > _MAX_SEGMENTS:
        return False
    # the lines under a post («post-footer-line») sign it and list its labels
    if "footer" in box.shape:
        return False
    words = plain = linked = level = 0
    for segment in reading.segments[box.start : box.end]:
        words += segment.words
        level += segment.level
        if segment.link_share > 0.5:
            linked += segment.words >= 3 and not _is_field(segment)
        elif segment.link_share < 0.5 and segment.words >= 12:
            plain += 1 if segment.words <= _MAX_SUMMARY_WORDS else 2
        if segment.phrase and _is_list_heading(segment.phrase):
            return False
    if words > _MAX_WORDS or plain > 1:
        return False
    # some themes lay an empty link over the whole card
    return linked > 0 or (level > 0 and box.element.find(".//a") is not None)


def _is_field(segment: Segment) -> bool:
    """Whether a link is who wrote it, or when: «كتب فلان الفلاني» in an item of its own is no headline."""
    is_named = segment.hints & (Hint.BYLINE | Hint.DATE) and not segment.hints & Hint.TITLE
    return bool(is_named) and segment.words <= _MAX_FIELD_WORDS


def _is_list_heading(phrase: Phrase) -> bool:
    return phrase.match == "exact" and phrase.kind in ("see_also", "most_read")
