"""The paragraphs between the headline and the box of the text that the text begins with, in a box of their own.

Page builders and guides set the first paragraphs apart: above the picture, above the contents, in the free part of a paid text.
"""

from __future__ import annotations

from itertools import groupby

from newscrawl.extraction.lines import SENTENCE_END
from newscrawl.extraction.reading import BODY_LABELS, Reading
from newscrawl.extraction.segments import Box

_MORE_WORDS_THAN_STANDFIRST = 45


def label_opening(reading: Reading, start: int) -> None:
    """Label the paragraphs above `start`, where the box of the text begins, that are text and no standfirst.

    One paragraph alone may be a standfirst that nothing betrays, or what the site says of itself. So it must be longer
    than those are, stand in a box like that of the paragraphs below, or not be alone.
    """
    positions = [i for i in range(reading.title_at + 1, start) if _is_paragraph(reading, i)]
    if not positions:
        return
    below = {
        _get_place(reading, i)
        for i, segment in enumerate(reading.segments[start:], start)
        if segment.label in BODY_LABELS and reading.weights[i]
    }
    for _, group in groupby(positions, key=lambda i: _get_box(reading, i).parent):
        paragraphs = list(group)
        words = sum(reading.segments[i].words for i in paragraphs)
        if words >= _MORE_WORDS_THAN_STANDFIRST or _get_place(reading, paragraphs[0]) in below:
            for index in paragraphs:
                reading.segments[index].label = "paragraph"


def _is_paragraph(reading: Reading, index: int) -> bool:
    segment = reading.segments[index]
    is_free = not segment.label and segment.image is None and reading.weights[index] > 0
    return is_free and _get_box(reading, index).tag == "p" and bool(SENTENCE_END.search(segment.text))


def _get_box(reading: Reading, index: int) -> Box:
    return reading.boxes[reading.segments[index].box]


def _get_place(reading: Reading, index: int) -> tuple[str, str]:
    box = _get_box(reading, index)
    return box.shape, reading.boxes[max(box.parent, 0)].shape
