"""Which texts in the box of the text are the text, and what each of them is: heading, paragraph, quote, list item, cell."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.intrusions import name_intrusion
from newscrawl.extraction.lines import SENTENCE_END
from newscrawl.extraction.reading import BODY_LABELS, Reading, get_key
from newscrawl.extraction.segments import Segment
from newscrawl.extraction.tables import find_cells, is_in_later_table

_DATELINE = re.compile(r"[^-–—.،:؟!]{2,25}\s*[-–—/]\s*[^.؟!«»\"]{2,45}")
_MAX_HEADING_WORDS = 18
_MAX_BARE_HEADING_WORDS = 12
_LEAST_INTERVIEW_QUESTIONS = 4
_MAX_VERSE_WORDS = 7
# What stands between two paragraphs without ending the text.
_SET_IN = frozenset(("see_also", "card", "advert", "promo", "placeholder", "embed", "image"))


def label_body(reading: Reading) -> None:
    """Label what stands in the box of the text and was not labelled yet."""
    span = _find_span(reading)
    if not span:
        return
    headings, cells = _find_heading_shapes(reading, span), find_cells(reading, span)
    lines = set() if headings else _find_bare_headings(reading, span)
    lines |= _find_questions(reading, span)
    for index in range(span[0], span[-1] + 1):
        segment = reading.segments[index]
        if (segment.label and index not in cells) or segment.image is not None:
            continue  # a cell's word is no label: «الموضوع», «10:00»
        if index not in cells and (name := name_intrusion(reading, segment)):
            segment.label = name
        else:
            segment.label = "heading" if index in lines else _name_block(reading, index, headings, cells)
    _drop_markers(reading, span)
    _cut_pages_of_the_site(reading, span)
    _trim(reading, span)


def _cut_pages_of_the_site(reading: Reading, span: list[int]) -> None:
    """End the text where a heading begins what the site says of itself: «عن الموقع», «شروط الاستخدام»."""
    for start in span[len(span) // 2 :]:
        segment = reading.segments[start]
        is_page = segment.phrase is not None and segment.phrase.kind in ("page", "copyright")
        if segment.level and is_page and segment.phrase and segment.phrase.match == "exact":
            for index in range(start, span[-1] + 1):
                if reading.segments[index].label in BODY_LABELS:
                    reading.segments[index].label = "nav"
            return


def _drop_markers(reading: Reading, span: list[int]) -> None:
    """Take out the bold lines right above a link that is nothing else: «وصفات أخرى قد تعجبك» is no heading of the text."""
    for index, following in pairwise(span):
        segment, other = reading.segments[index], reading.segments[following]
        is_line = segment.label in ("heading", "paragraph") and not segment.level and not segment.links
        is_marker = segment.label == "heading" or (segment.words <= 6 and segment.text.endswith(":"))
        if is_line and is_marker and other.label == "see_also" and other.phrase is None and other.link_share > 0.9:
            segment.label = "see_also"


def _find_span(reading: Reading) -> list[int]:
    """Return the positions of the running text in the box of the text, and of the short texts that belong to it."""
    scope = reading.boxes[reading.scope]
    start = max(scope.start, reading.title_at + 1)
    positions = [i for i in range(start, scope.end) if reading.weights[i] and not reading.segments[i].label]
    branches = {i: _get_branch(reading, i) for i in positions}
    weight_of: Counter[str] = Counter()
    for i in positions:
        weight_of[branches[i]] += reading.weights[i]
    if not weight_of:
        return []
    main = weight_of.most_common(1)[0][0]
    # where paragraphs stand in the scope itself, what else it holds is text too: boxed quotes, questions and answers
    accepted = [
        i
        for i in positions
        if not main
        or branches[i] in ("", main)
        or reading.hints[i] & Hint.BODY
        or weight_of[branches[i]] > 0.25 * weight_of[main]
    ]
    if not accepted:
        return []
    first, last = accepted[0], accepted[-1]
    shapes = {(reading.boxes[reading.segments[i].box].shape, _get_branch(reading, i)) for i in range(first, last + 1)}
    while first > start and _belongs(reading, first - 1, first, shapes):
        first -= 1
    while (following := _find_continuation(reading, last, scope.end, shapes)) is not None:
        last = following
    return list(range(first, last + 1))


def _find_continuation(reading: Reading, last: int, end: int, shapes: set[tuple[str, str]]) -> int | None:
    """Return the next position of the text: the one behind it, or behind an offer a short line shaped like a paragraph."""
    if last + 1 < end and _belongs(reading, last + 1, last, shapes):
        return last + 1
    index = last + 1
    while index < end and reading.segments[index].label in _SET_IN:
        index += 1
    if index == last + 1 or index >= end or reading.segments[index].label:
        return None
    segment = reading.segments[index]
    is_like = (reading.boxes[segment.box].shape, _get_branch(reading, index)) in shapes
    return index if is_like and SENTENCE_END.search(segment.text) else None


def _get_branch(reading: Reading, index: int) -> str:
    """Return the shape of the scope's child box that a segment stands in; "" for a paragraph that is such a child itself."""
    boxes = reading.boxes
    box = boxes[reading.segments[index].box]
    if box.index == reading.scope:
        return ""
    while box.parent != reading.scope and box.parent >= 0:
        box = boxes[box.parent]
    return (
        ""
        if box.tag in ("p", "ul", "ol", "blockquote", "h2", "h3", "h4", "pre", "table", "center", "font")
        else box.shape
    )


def _belongs(reading: Reading, index: int, neighbour: int, shapes: set[tuple[str, str]]) -> bool:
    """Whether a short text beside the running text is part of it: in the same box, shaped like a paragraph or a heading."""
    segment, other = reading.segments[index], reading.segments[neighbour]
    if segment.image is not None or segment.label in ("see_also", "placeholder", "advert", "card", "promo", "learned"):
        return _shares_parent(reading, index, neighbour) or segment.image is not None
    if index > neighbour and is_in_later_table(reading, index):
        return True
    if segment.label:
        return False
    if segment.box == other.box or (reading.boxes[segment.box].shape, _get_branch(reading, index)) in shapes:
        return True
    if (
        "" in {branch for _, branch in shapes}
        and index > neighbour
        and (reading.hints[index] & Hint.LIST or segment.level)
    ):
        return True
    return _shares_parent(reading, index, neighbour) and (
        segment.level > 0 or reading.boxes[segment.box].tag == reading.boxes[other.box].tag or index < neighbour
    )


def _shares_parent(reading: Reading, index: int, neighbour: int) -> bool:
    boxes = reading.boxes
    one, two = boxes[reading.segments[index].box], boxes[reading.segments[neighbour].box]
    return one.parent in (two.parent, two.index) or two.parent == one.index


def _find_heading_shapes(reading: Reading, span: list[int]) -> set[str]:
    """Return the shapes of boxes that hold nothing but short lines above longer texts: headings without a heading tag."""
    texts: defaultdict[str, list[int]] = defaultdict(list)
    for index in span:
        segment = reading.segments[index]
        if segment.text and not segment.label and not segment.level:
            texts[_get_shape(reading, segment)].append(index)
    shapes = set()
    for shape, indexes in texts.items():
        lines = [reading.segments[i] for i in indexes]
        short = sum(1 for line in lines if _looks_like_heading(line))
        followed = sum(1 for i in indexes if _is_followed_by_text(reading, i))
        if short == len(lines) and followed >= 0.8 * len(lines) and len(texts) > 1:
            shapes.add(shape)
    return shapes


def _find_bare_headings(reading: Reading, span: list[int]) -> set[int]:
    """Return the short lines that are headings where nothing but their length tells: each above a text, never two in a row.

    Verses stand above verses, and one short line alone may be anything.
    """
    texts = [i for i in span if reading.segments[i].text and not reading.segments[i].label]
    if any(reading.segments[i].level or reading.hints[i] & Hint.LIST for i in texts):
        return set()
    lines = {
        i
        for i in texts
        if _looks_like_heading(reading.segments[i]) and reading.segments[i].words <= _MAX_BARE_HEADING_WORDS
    }
    following = dict(pairwise(texts))
    is_each_above_text = all(i in following and following[i] not in lines for i in lines)
    return lines if len(lines) >= 3 and is_each_above_text else set()


def _find_questions(reading: Reading, span: list[int]) -> set[int]:
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
        and _is_followed_by_text(reading, i)
    }
    return questions if len(questions) < _LEAST_INTERVIEW_QUESTIONS else set()


def _get_shape(reading: Reading, segment: Segment) -> str:
    """Return what a text looks like from outside: its box, the wrapper that it fills alone, and whether it is bold."""
    box = reading.boxes[segment.box]
    shape = f"{box.shape} {segment.look}" + (" bold" if segment.bold_share > 0.9 else "")
    parent = reading.boxes[box.parent] if box.parent >= 0 else box
    return f"{parent.shape} {shape}" if parent.end - parent.start == 1 else shape


def _looks_like_heading(segment: Segment) -> bool:
    return segment.words <= _MAX_HEADING_WORDS and not SENTENCE_END.search(segment.text) and segment.link_share < 0.5


def _is_followed_by_text(reading: Reading, index: int) -> bool:
    for segment in reading.segments[index + 1 : index + 6]:
        if segment.image is None and segment.label in ("", "paragraph", "list_item", "quote"):
            return segment.words > reading.segments[index].words
    return False


def _name_block(reading: Reading, index: int, headings: set[str], cells: set[int]) -> str:
    segment, hints = reading.segments[index], reading.hints[index]
    if segment.level and segment.words <= 30:
        return "heading"
    if hints & Hint.QUOTE:
        return "quote"
    if _looks_like_heading(segment) and not hints & Hint.LIST:
        is_bold_line = segment.bold_share > 0.9 and _is_followed_by_text(reading, index)
        if is_bold_line or _get_shape(reading, segment) in headings:
            return "heading"
    if index in cells:
        return "table"
    return "list_item" if hints & Hint.LIST else "paragraph"


def _trim(reading: Reading, span: list[int]) -> None:
    """Take off what the text does not begin or end with: its own headline, a place, a name, a heading above nothing."""
    lines = [i for i in span if reading.segments[i].label in BODY_LABELS]
    for index in reversed(span):
        segment = reading.segments[index]
        # the last verse of a poem is short like those above it
        is_verse = all(reading.segments[i].words <= _MAX_VERSE_WORDS for i in lines[-4:]) and not segment.bold_share
        if segment.label == "heading" or (segment.label == "paragraph" and not is_verse and _is_signature(segment)):
            segment.label = "other"
        elif segment.label in BODY_LABELS:
            break
    keys = {get_key(title) for title, _ in reading.declared.titles}
    for index in span:
        segment = reading.segments[index]
        if segment.label not in BODY_LABELS:
            continue
        if segment.words < 40 and get_key(segment.text) in keys:
            segment.label = "title"
        elif _is_dateline(segment):
            segment.label = "byline"
        elif (
            segment.words <= 3 and not segment.level and _looks_like_heading(segment) and _is_above_text(reading, index)
        ):
            segment.label = "other"
        else:
            break


def _is_above_text(reading: Reading, index: int) -> bool:
    """Whether the next text is a long one: a verse stands above another verse."""
    following = (other for other in reading.segments[index + 1 : index + 6] if other.label in BODY_LABELS)
    return any(other.words > 12 for other in [next(following, reading.segments[index])])


def _is_dateline(segment: Segment) -> bool:
    """Whether a first line says where and by whom: «أبوظبي - علياء الكعبي:»."""
    return segment.words <= 9 and not segment.level and bool(_DATELINE.fullmatch(segment.text))


def _is_signature(segment: Segment) -> bool:
    """Whether a last line is a name, initials or a line of dashes."""
    if sum(map(str.isalpha, segment.text)) <= 4:
        return True
    return (
        sum(any(map(str.isalpha, word)) for word in segment.text.split()) <= 3
        and segment.words <= 12
        and not segment.text.endswith((".", "!", "؟", "?", "»", '"', "”", "。", "」"))
    ) or not any(map(str.isalpha, segment.text))
