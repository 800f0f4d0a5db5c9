"""Which texts in the box of the text are the text, and what each of them is: heading, paragraph, quote, list item, cell."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, pairwise

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
from newscrawl.extraction.names import is_name, split_names
from newscrawl.extraction.reading import BODY_LABELS, Reading, get_key
from newscrawl.extraction.segments import Segment
from newscrawl.extraction.tables import find_cells, is_in_later_table
from newscrawl.extraction.unnamed_lists import stands_behind_offers

_DATELINE = re.compile(r"[^-–—.،:؟!]{2,25}\s*[-–—/]\s*[^.؟!«»\"]{2,45}")
_DATELINE_BREAK = re.compile(r"\s*[-–—/]\s*")
_SIGNED = re.compile(
    r"(?:^|[\s/])(?:تقرير|كتب(?:ه|ته|ت)?|[اإ]عداد|تحقيق|بقلم|حوار|متابعة)(?: ?و\S+)?\s*[:：]\s*\S+(?: \S+){1,3}$"
)
_IMPRINT = re.compile(r"(?:هاتف|تلفون|فاكس|صندوق البريد|ص\.\s?ب)\.?\s*:?\s*\+?\(?\d")
_MAX_IMPRINT_WORDS = 25
_MAX_VERSE_WORDS = 7
_MAX_INITIALS = 4
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
    _drop_markers(reading, span)
    _cut_pages_of_the_site(reading, span)
    _trim(reading, span)


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


def _trim(reading: Reading, span: list[int]) -> None:
    """Take off what the text does not begin or end with: its own headline, a place, a name, a heading above nothing."""
    lines = [i for i in span if reading.segments[i].label in BODY_LABELS]
    for index in reversed(span):
        segment = reading.segments[index]
        if segment.label in BODY_LABELS and _is_imprint(segment):
            segment.label = "nav"
            continue
        # the last verse of a poem is short like those above it
        is_verse = all(reading.segments[i].words <= _MAX_VERSE_WORDS for i in lines[-4:]) and not segment.bold_share
        if segment.label in ("heading", "paragraph") and segment.words <= 9 and _SIGNED.search(segment.text):
            segment.label = "byline"
        elif segment.label == "heading" or (segment.label == "paragraph" and not is_verse and _is_signature(segment)):
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
        elif _is_dateline(reading, segment):
            segment.label = "byline"
        elif (
            segment.words <= 3
            and not segment.level
            and looks_like_heading(segment)
            and not _DATELINE.fullmatch(segment.text)
            and _is_above_text(reading, index)
        ):
            segment.label = "other"
        else:
            break


def _is_above_text(reading: Reading, index: int) -> bool:
    """Whether the next text is a long one: a verse stands above another verse."""
    following = (other for other in reading.segments[index + 1 : index + 6] if other.label in BODY_LABELS)
    return any(other.words > 12 for other in [next(following, reading.segments[index])])


def _is_dateline(reading: Reading, segment: Segment) -> bool:
    """Whether a first line says where and by whom: «أبوظبي - علياء الكعبي:»; with an agency alone it is text as printed."""
    if segment.words > 9 or segment.level or not _DATELINE.fullmatch(segment.text):
        return False
    parts = _DATELINE_BREAK.split(segment.text.rstrip(" :،"))
    sites = " ".join(f" {get_key(name)} " for name in reading.declared.site_names)
    return f" {get_key(parts[-1])} " in sites or any(is_name(name) for part in parts for name in split_names(part))


def _is_imprint(segment: Segment) -> bool:
    """Whether a last line says where the newspaper lives: «صندوق البريد 1142 نواكشوط - هاتف 00222 4529 0000»."""
    return segment.words <= _MAX_IMPRINT_WORDS and bool(_IMPRINT.search(segment.text))


def _is_signature(segment: Segment) -> bool:
    """Whether a last line is a name, initials or a line of dashes."""
    if len(list(islice(filter(str.isalpha, segment.text), _MAX_INITIALS + 1))) <= _MAX_INITIALS:
        return True
    return (
        segment.words <= 12
        and not segment.text.endswith((".", "!", "؟", "?", "»", '"', "”", "。", "」"))
        and sum(any(map(str.isalpha, word)) for word in segment.text.split()) <= 3
    )
