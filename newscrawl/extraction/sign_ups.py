"""The small boxes of a text that ask for the reader's address: whatever their words, a text has no field to type into."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, takewhile

from lxml import etree

from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box

_ASKED_FOR = frozenset(("email", "tel"))
_MAX_FIELDS = 20
_MAX_WORDS = 90
_MAX_SHARE = 0.3
"""Of the running text: the field of a short article's own box may be the one for its comments."""


def label_sign_ups(reading: Reading) -> None:
    """Label the largest small box around each such field in the box of the text: «تصلك نشرتنا كل صباح», and its terms."""
    scope = reading.boxes[reading.scope]
    fields = list(islice(_list_fields(scope.element), _MAX_FIELDS))
    if not fields:
        return
    inside = takewhile(lambda box: box.start < scope.end, reading.boxes[scope.index + 1 :])
    boxes = {box.element: box for box in inside}
    total = sum(reading.weights)
    for element in fields:
        holder = next((boxes[above] for above in element.iterancestors() if above in boxes), None)
        box = _widen(reading, holder, total) if holder else None
        for segment in reading.segments[box.start : box.end] if box else ():
            segment.label = segment.label or "promo"


def _list_fields(scope: etree._Element) -> Iterator[etree._Element]:
    for element in scope.iter("input"):
        if (element.get("type") or "").lower() in _ASKED_FOR:
            yield element


def _widen(reading: Reading, box: Box, total: int) -> Box | None:
    """Return the largest box around a field that is still small, or None where even the smallest is not."""
    found = None
    while box.index != reading.scope and _is_small(reading, box, total):
        found, box = box, reading.boxes[box.parent]
    return found


def _is_small(reading: Reading, box: Box, total: int) -> bool:
    if box.start <= reading.title_at < box.end:
        return False
    words = sum(segment.words for segment in reading.segments[box.start : box.end])
    return words <= _MAX_WORDS and sum(reading.weights[box.start : box.end]) <= _MAX_SHARE * total
