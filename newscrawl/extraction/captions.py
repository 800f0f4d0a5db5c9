"""Which texts stand under a picture and speak of it."""

from __future__ import annotations

import re

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_date_line, is_network_row
from newscrawl.extraction.reading import FURNITURE, MAX_FIELD_WORDS, Reading
from newscrawl.extraction.segments import Box, Segment

_CREDIT_START = re.compile(r"^(?:©|\(c\)\s)", re.IGNORECASE)
_CREDIT_END = re.compile(r"[(\[（][^()\[\]]{2,60}[)\]）]\s*\.?$")


def find_captions(reading: Reading) -> dict[int, int]:
    """Return the texts that stand under a picture and speak of it, by the picture's position."""
    captions: dict[int, int] = {}
    total = sum(reading.weights)
    for index, segment in enumerate(reading.segments):
        if segment.image is None or index in reading.card_of or reading.hints[index] & FURNITURE:
            continue
        for position in range(index + 1, min(index + 4, len(reading.segments))):
            other = reading.segments[position]
            if position == reading.title_at:
                continue
            if other.image is not None or position in captions:
                break
            if _CREDIT_START.match(other.text) or (position - 1 in captions and _CREDIT_END.match(other.text)):
                captions[position] = index
                reading.hints[position] |= Hint.CREDIT
            elif _is_caption(reading, index, position, total):
                captions[position] = index
            elif not reading.hints[position] & (Hint.CREDIT | Hint.BUTTON):
                break
    return captions


def _is_caption(reading: Reading, image: int, position: int, total: int) -> bool:
    segment, hints = reading.segments[position], reading.hints[position]
    if (
        segment.words > MAX_FIELD_WORDS
        or hints & (FURNITURE & ~Hint.BUTTON)
        or segment.link_share > 0.5
        or (segment.phrase and segment.phrase[0] == "see_also")
    ):
        return False
    if hints & (Hint.CAPTION | Hint.CREDIT | Hint.FIGURE):
        return True
    if hints & Hint.BODY and not _CREDIT_END.search(segment.text) and segment.words > 12:
        return position == image + 1 and _is_shape_of_captions(reading, segment)
    if is_date_line(segment) or is_network_row(segment) or (segment.words < 2 and not hints & Hint.CAPTION):
        return False
    box = _get_common_box(reading, image, position)
    inside = [i for i in range(box.start, box.end) if reading.segments[i].text and i != position]
    if any(reading.weights[i] for i in inside) or len(inside) > 2 or box.start <= reading.title_at < box.end:
        # in the open: only a credit in brackets tells a caption from a paragraph, and only before the text begins
        begins = sum(weight > 0 for weight in reading.weights[max(reading.title_at, 0) + 1 : image]) <= 1
        if _CREDIT_END.search(segment.text) and begins and segment.box != reading.segments[image].box:
            return True
        return position == image + 1 and segment.words <= 40 and _is_shape_of_captions(reading, segment)
    rest = total - reading.weights[position]
    return rest > max(120, reading.weights[position]) or bool(_CREDIT_END.search(segment.text))


def _get_common_box(reading: Reading, one: int, two: int) -> Box:
    box = reading.boxes[reading.segments[one].box]
    while not (box.start <= two < box.end) and box.parent >= 0:
        box = reading.boxes[box.parent]
    return box


def _is_shape_of_captions(reading: Reading, segment: Segment) -> bool:
    """Whether every text in a box of this shape, which has a name of its own, stands right under a picture."""
    shape = reading.boxes[segment.box].shape
    if not reading.boxes[segment.box].element.get("class"):
        return False
    positions = [
        i for i, other in enumerate(reading.segments) if other.text and reading.boxes[other.box].shape == shape
    ]
    return all(i and reading.segments[i - 1].image is not None for i in positions)
