"""Which texts in the box of the text are the text, and what each of them is: heading, paragraph, quote, list item, cell."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from newscrawl.extraction.edges import trim_edges
from newscrawl.extraction.headings import (
    find_bare_headings,
    find_heading_shapes,
    find_questions,
    get_shape,
    is_followed_by_text,
    looks_like_heading,
)
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.intrusions import name_intrusion
from newscrawl.extraction.lines import SENTENCE_END
from newscrawl.extraction.openings import label_opening
from newscrawl.extraction.reading import BODY_LABELS, Reading
from newscrawl.extraction.segments import get_first_name
from newscrawl.extraction.tables import find_cells, is_in_later_table
from newscrawl.extraction.unnamed_lists import RELATION, stands_behind_offers

_LEAST_OF_STORY = 2
_ABOUT = {"page": "nav", "copyright": "nav", "about_author": "byline"}
# What stands between two paragraphs without ending the text.
_SET_IN = frozenset(("see_also", "card", "advert", "promo", "placeholder", "embed", "image"))


def label_body(reading: Reading) -> None:
    """Label what stands in the box of the text and was not labelled yet."""
    span = _find_span(reading)
    if not span:
        return
    headings, cells = find_heading_shapes(reading, span), find_cells(reading, span)
    lines = set() if headings else find_bare_headings(reading, span)
    lines |= find_questions(reading, span)
    for index in range(span[0], span[-1] + 1):
        segment = reading.segments[index]
        if (segment.label and index not in cells) or segment.image is not None:
            continue  # a cell's word is no label: «الموضوع», «10:00»
        if index not in cells and (name := name_intrusion(reading, segment)):
            segment.label = name
        else:
            segment.label = "heading" if index in lines else _name_block(reading, index, headings, cells)
    _cut_next_story(reading, span)
    _drop_markers(reading, span)
    _cut_pages_of_the_site(reading, span)
    label_opening(reading, span[0])
    trim_edges(reading, span)


def _cut_pages_of_the_site(reading: Reading, span: list[int]) -> None:
    """End the text where a heading begins what the site says of itself or of the writer: «عن الموقع», «عن الكاتب»."""
    for start in span[len(span) // 2 :]:
        segment = reading.segments[start]
        phrase = segment.phrase
        if segment.level and phrase and phrase.match == "exact" and phrase.kind in _ABOUT:
            for index in range(start, span[-1] + 1):
                if reading.segments[index].label in BODY_LABELS:
                    reading.segments[index].label = _ABOUT[phrase.kind]
            return


def _cut_next_story(reading: Reading, span: list[int]) -> None:
    """Take out another story that a page goes on with: a box of its own that begins with a linked headline and a byline.

    Endless pages print the next article below the first; an offer in the text has a summary at most.
    """
    for index in span[1:]:
        segment = reading.segments[index]
        if not segment.level or segment.label != "see_also" or segment.phrase or segment.link_share < 0.9:
            continue
        box = reading.boxes[segment.box]
        while box.parent >= 0 and reading.boxes[box.parent].start == index:
            box = reading.boxes[box.parent]
        is_last, is_behind = box.end > span[-1], sum(reading.weights[span[0] : index]) > 0
        is_signed = index + 1 < box.end and not reading.weights[index + 1] and not reading.segments[index + 1].level
        if (
            is_last
            and is_behind
            and is_signed
            and sum(map(bool, reading.weights[index + 1 : box.end])) >= _LEAST_OF_STORY
        ):
            for other in reading.segments[index : box.end]:
                other.label = "other" if other.image is None else other.label


def _drop_markers(reading: Reading, span: list[int]) -> None:
    """Take out the bold lines right above a link that is nothing else: «وصفات أخرى قد تعجبك» is no heading of the text."""
    for index, following in pairwise(span):
        segment, other = reading.segments[index], reading.segments[following]
        is_line = segment.label in ("heading", "paragraph") and not segment.links
        is_marker = segment.label == "heading" or (segment.words <= 6 and segment.text.endswith(":"))
        # a heading of the text may have an offer below it too
        is_line = is_line and (not segment.level or (segment.words <= 5 and bool(RELATION.search(segment.folded))))
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
    names = {name for i in positions if branches[i] == main and (name := _get_name(reading, i))}
    # where paragraphs stand in the scope itself, what else it holds is text too: boxed quotes, questions and answers
    accepted = [
        i
        for i in positions
        if not main
        or branches[i] in ("", main)
        or reading.hints[i] & Hint.BODY
        or _get_name(reading, i) in names
        or weight_of[branches[i]] > 0.25 * weight_of[main]
    ]
    if not accepted:
        return []
    if stands_behind_offers(reading, accepted):
        accepted.pop()
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
    goes_on = reading.hints[index] & reading.hints[last] & Hint.LIST  # an item behind an advertisement between two
    return index if (is_like or goes_on) and SENTENCE_END.search(segment.text) else None


def _get_name(reading: Reading, index: int) -> str:
    """Return the tag and first class of a segment's box, nothing where it has no class."""
    name = get_first_name(reading.boxes[reading.segments[index].box])
    return name if name.partition(".")[2] else ""


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


def _name_block(reading: Reading, index: int, headings: set[str], cells: set[int]) -> str:
    segment, hints = reading.segments[index], reading.hints[index]
    if segment.level and segment.words <= 30:
        return "heading"
    if hints & Hint.QUOTE:
        return "quote"
    if looks_like_heading(segment) and not hints & Hint.LIST:
        is_bold_line = segment.bold_share > 0.9 and is_followed_by_text(reading, index)
        if is_bold_line or get_shape(reading, segment) in headings:
            return "heading"
    if index in cells:
        return "table"
    return "list_item" if hints & Hint.LIST else "paragraph"
