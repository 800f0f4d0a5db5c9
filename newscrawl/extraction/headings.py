"""Which lines of the text are headings though no tag says so: by a shape of their own, by their length, by being questions."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import SENTENCE_END
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Segment

_MAX_HEADING_WORDS = 18
_MAX_BARE_HEADING_WORDS = 12
_LEAST_INTERVIEW_QUESTIONS = 4


def find_heading_shapes(reading: Reading, span: list[int]) -> set[str]:
    """Return the shapes of boxes that hold nothing but short lines above longer texts: headings without a heading tag."""
    texts: defaultdict[str, list[int]] = defaultdict(list)
    for index in span:
        segment = reading.segments[index]
        if segment.text and not segment.label and not segment.level:
            texts[get_shape(reading, segment)].append(index)
    shapes = set()
    for shape, indexes in texts.items():
        lines = [reading.segments[i] for i in indexes]
        short = sum(1 for line in lines if looks_like_heading(line))
        followed = sum(1 for i in indexes if is_followed_by_text(reading, i))
        if short == len(lines) and followed >= 0.8 * len(lines) and len(texts) > 1:
            shapes.add(shape)
    return shapes


def find_bare_headings(reading: Reading, span: list[int]) -> set[int]:
    """Return the short lines that are headings where nothing but their length tells: each above a text, never two in a row.

    Verses stand above verses, and one short line alone may be anything.
    """
    texts = [i for i in span if reading.segments[i].text and not reading.segments[i].label]
    if any(reading.segments[i].level or reading.hints[i] & Hint.LIST for i in texts):
        return set()
    lines = {
        i
        for i in texts
        if looks_like_heading(reading.segments[i]) and reading.segments[i].words <= _MAX_BARE_HEADING_WORDS
    }
    following = dict(pairwise(texts))
    is_each_above_text = all(i in following and following[i] not in lines for i in lines)
    return lines if len(lines) >= 3 and is_each_above_text else set()


def find_questions(reading: Reading, span: list[int]) -> set[int]:
    """Return the short bold lines that are headings though they end with a mark: «ماذا بعد؟», and words in «…».

    Many of them are not headings, but the questions of an interview.
    """
    questions = {
        i
        for i in span
        if reading.segments[i].bold_share > 0.9
        and reading.segments[i].words <= _MAX_BARE_HEADING_WORDS
        and reading.segments[i].text.endswith(("؟", "»"))
        and not reading.hints[i] & Hint.LIST
        and is_followed_by_text(reading, i)
    }
    return questions if len(questions) < _LEAST_INTERVIEW_QUESTIONS else set()


def get_shape(reading: Reading, segment: Segment) -> str:
    """Return what a text looks like from outside: its box, the wrapper that it fills alone, and whether it is bold."""
    box = reading.boxes[segment.box]
    shape = f"{box.shape} {segment.look}" + (" bold" if segment.bold_share > 0.9 else "")
    parent = reading.boxes[box.parent] if box.parent >= 0 else box
    return f"{parent.shape} {shape}" if parent.end - parent.start == 1 else shape


def looks_like_heading(segment: Segment) -> bool:
    return segment.words <= _MAX_HEADING_WORDS and not SENTENCE_END.search(segment.text) and segment.link_share < 0.5


def is_followed_by_text(reading: Reading, index: int) -> bool:
    for segment in reading.segments[index + 1 : index + 6]:
        if segment.image is None and segment.label in ("", "paragraph", "list_item", "quote"):
            return segment.words > reading.segments[index].words
    return False
