"""Which text is the standfirst: one of its own between headline and text, told by its box, its look and the description."""

from __future__ import annotations

import re
from collections import Counter

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_date_line
from newscrawl.extraction.names import is_signed
from newscrawl.extraction.reading import Reading, get_key

_CLOCK = re.compile(r"\d{1,2}:\d{2}\s")
_DAY_AND_CLOCK = re.compile(r"(?:19|20)\d\d\D.*\d{1,2}:\d{2}")
"""«بدأت 28 فبراير 2023، 09:00 ص — آخر إضافة 01:47 م»"""
_MAX_TIMES_WORDS = 16
_MOST_POINTS, _LEAST_POINT_WORDS = 6, 4
_ROWS = frozenset(("share", "date", "byline"))
_DIVIDERS = frozenset(("image", "share", "date", "byline", "caption", "credit"))


def label_subtitle(reading: Reading) -> None:
    """Label the standfirst: a text of its own between headline and text, told by its box, its look and the description."""
    if reading.title_at < 0:
        return
    best, best_score = -1, 1.5
    keys = [key for key in map(get_key, reading.declared.descriptions) if len(key) > 20]
    for index in _find_openers(reading):
        score = _score_subtitle(reading, index, keys)
        if score > best_score:
            best, best_score = index, score
    for index in [best] if best >= 0 else _find_bullets(reading):
        reading.segments[index].label = "subtitle"
        reading.weights[index] = 0


def _find_bullets(reading: Reading) -> list[int]:
    """Return the items of a list between the headline and the date, the picture or the text: points in place of a standfirst."""
    first = reading.title_at + 1
    if first >= len(reading.segments) or not reading.hints[first] & Hint.LIST or reading.segments[first].links:
        return []
    boxes = reading.boxes
    item = boxes[reading.segments[first].box]
    points = range(first, boxes[item.parent].end)
    is_apart = item.tag == "li" and not _stands_in_body_box(reading, first) and points.stop <= first + _MOST_POINTS
    are_points = all(
        not s.label and not s.links and s.words >= _LEAST_POINT_WORDS for s in reading.segments[first : points.stop]
    )
    return list(points) if is_apart and are_points and len(points) > 1 else []


def _find_openers(reading: Reading) -> list[int]:
    """Return the texts from the headline to the first paragraphs of the text, those just above the headline included."""
    found = [i for i in range(max(0, reading.title_at - 3), reading.title_at) if _stands_above_headline(reading, i)]
    paragraphs = 0
    end = reading.boxes[reading.scope].end  # what is printed below the box of the text stands above nothing
    for index in range(reading.title_at + 1, min(reading.title_at + 40, end)):
        segment = reading.segments[index]
        # «15:40 القاطرات تسحب السفينة» is a line of a live report
        if segment.label or segment.image is not None or is_date_line(segment) or _CLOCK.match(segment.text):
            continue
        if segment.words <= _MAX_TIMES_WORDS and _DAY_AND_CLOCK.search(segment.text):
            continue
        least = 3 if segment.hints & Hint.SUBTITLE else 5
        is_list = reading.hints[index] & Hint.LIST or (not segment.level and is_signed(segment.text))
        if least <= segment.words <= 120 and segment.link_share < 0.3 and not is_list:
            found.append(index)
        paragraphs += bool(reading.weights[index])
        if paragraphs > 2:
            break
    return found


def _stands_above_headline(reading: Reading, index: int) -> bool:
    """Whether a text above the headline can be its standfirst: named so, or a sentence set as a heading."""
    segment = reading.segments[index]
    is_set_apart = segment.level > 0 or _shares_header(reading, index)
    is_sentence = is_set_apart and segment.words >= 8 and segment.link_share < 0.3 and not segment.label
    return bool(reading.hints[index] & Hint.SUBTITLE) or is_sentence


def _shares_header(reading: Reading, index: int) -> bool:
    """Whether a text stands right above the headline in a box that ends with it, but for what belongs to a head."""
    boxes = reading.boxes
    holder = boxes[boxes[reading.segments[reading.title_at].box].parent]
    is_beside = index == reading.title_at - 1 and boxes[reading.segments[index].box].parent == holder.index
    return is_beside and not any(reading.weights[reading.title_at + 1 : holder.end])


def _score_subtitle(reading: Reading, index: int, descriptions: list[str]) -> float:
    segment = reading.segments[index]
    others = [
        i for i in range(index + 1, len(reading.segments)) if reading.weights[i] and not reading.segments[i].label
    ]
    if not others or segment.label:
        return 0.0
    scope = reading.boxes[reading.scope]
    between = {
        "date" if not other.label and is_date_line(other) else other.label
        for other in reading.segments[index + 1 : others[0]]
    }
    if _stands_in_body_box(reading, index) and not (segment.level and between & _DIVIDERS):
        # a bold or larger first paragraph inside the box of the text is text
        return 0.0
    score = 2.0 if reading.hints[index] & Hint.SUBTITLE else 0.0
    longest = max(others[:12], key=lambda i: reading.weights[i])
    is_bolder = segment.bold_share > 0.9 and reading.segments[longest].bold_share < 0.5
    above = reading.segments[index - 1]
    if index - 1 > reading.title_at and above.link_share > 0.9 and above.words <= 4 and _shares_holder(reading, index):
        # a person's name and who that is
        return 0.0
    earlier = [i for i in range(reading.title_at + 1, index) if reading.weights[i] and not reading.segments[i].label]
    if _has_like(reading, index, earlier):
        # the text has begun already
        return 0.0
    if not scope.start <= index < scope.end:
        score += 2.0
    elif between & _ROWS:
        # a row of buttons or a date cuts it off from the text, however alike they look
        score += 1.0
    elif _has_like(reading, index, others):
        return 0.0
    elif reading.boxes[segment.box].shape != _find_main_shape(reading, others[:12]):
        score += 1.0
    if is_bolder:
        score += 1.0
    score += 1.0 if between & _DIVIDERS else 0.0
    key = get_key(segment.text)
    if any(key.startswith(text[:60]) or text.startswith(key[:60]) for text in descriptions):
        score += 1.0
    if segment.level == 2 and index == reading.title_at + 1:
        score += 1.0
    return score


def _find_main_shape(reading: Reading, positions: list[int]) -> str:
    return Counter(reading.boxes[reading.segments[i].box].shape for i in positions).most_common(1)[0][0]


def _stands_in_body_box(reading: Reading, index: int) -> bool:
    """Whether the box of the text, found or named so, holds this text but not the headline."""
    box = reading.boxes[reading.segments[index].box]
    while box.parent >= 0 and not box.start <= reading.title_at < box.end:
        # K2 sets the standfirst into a text box of its own, «itemIntroText»
        is_intro = box.hints & Hint.SUBTITLE and box.end - box.start <= 2 and box.index != reading.scope
        if (box.hints & Hint.BODY and not is_intro) or box.index == reading.scope:
            return True
        box = reading.boxes[box.parent]
    return False


def _shares_holder(reading: Reading, index: int) -> bool:
    one, other = (reading.boxes[reading.segments[i].box] for i in (index, index - 1))
    return one.parent in (other.index, other.parent)


def _has_like(reading: Reading, index: int, others: list[int]) -> bool:
    """Whether one of the others stands in the same box, or in a box of the same shape in a like one."""
    boxes = reading.boxes
    mine = boxes[reading.segments[index].box]
    near = (boxes[reading.segments[i].box] for i in others)
    return any(
        box.index == mine.index
        or (box.shape == mine.shape and box.parent >= 0 and boxes[box.parent].shape == boxes[mine.parent].shape)
        for box in near
    )
