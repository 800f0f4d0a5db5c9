"""Which texts stand under a picture and speak of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from newscrawl.extraction.datelines import is_dateline
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.images import is_tiny
from newscrawl.extraction.lines import is_date_line, is_network_row, leads_home
from newscrawl.extraction.reading import FURNITURE, MAX_CREDIT_WORDS, MAX_FIELD_WORDS, Reading
from newscrawl.extraction.segments import Box

_MAX_FIGURE_SEGMENTS = 40
_MAX_BARE_WORDS = 40
_MAX_LABEL_WORDS = 4
_MAX_WORDS_IN_PARAGRAPH = 22
_SMALL_PRINT = re.compile(
    r"font-size:\s*(?:\d|1[0-3])px|font-size:\s*(?:\d|10)(?:\.\d)?pt|\bsmall|gr[ae]y|#([6-9])\1\1|^font [12]\b",
    re.IGNORECASE,
)
_CREDIT_START = re.compile(r"^(?:©|\(c\)\s)", re.IGNORECASE)
_CREDIT_END = re.compile(r"[(\[（][^()\[\]]{2,60}[)\]）]\s*\.?$")


class _Surroundings(NamedTuple):
    """What is asked of the whole page for each picture, worked out once."""

    weight: int
    text_from: int
    shapes: frozenset[tuple[str, str]]


def find_captions(reading: Reading) -> dict[int, int]:
    """Return the texts that stand under a picture and speak of it, by the picture's position."""
    captions: dict[int, int] = {}
    around = _Surroundings(sum(reading.weights), _find_text_start(reading), _find_shapes_of_captions(reading))
    for index, segment in enumerate(reading.segments):
        if segment.image is None or index in reading.card_of or reading.hints[index] & FURNITURE:
            continue
        if is_tiny(segment.image):
            continue  # beside a face stands its name
        if _is_captioned_above(reading, index):
            captions[index - 1] = index
        for position in range(index + 1, min(index + 4, len(reading.segments))):
            other = reading.segments[position]
            if position == reading.title_at:
                continue
            if other.image is not None or position in captions:
                break
            if _CREDIT_START.match(other.text) or (
                position - 1 in captions
                and not reading.hints[position] & Hint.CAPTION
                and other.words <= MAX_CREDIT_WORDS
                and (_CREDIT_END.match(other.text) or _closes_figure(reading, index, position))
            ):
                captions[position] = index
                reading.hints[position] |= Hint.CREDIT
            elif _is_caption(reading, index, position, around):
                captions[position] = index
            elif not reading.hints[position] & (Hint.CREDIT | Hint.BUTTON):
                break
    return captions


def _is_captioned_above(reading: Reading, image: int) -> bool:
    """Whether a figure begins with the text that is named its caption."""
    if image == 0 or not reading.hints[image] & Hint.FIGURE or not reading.hints[image - 1] & Hint.FIGURE:
        return False
    text, box = reading.segments[image - 1], reading.boxes[reading.segments[image - 1].box]
    figure = reading.boxes[box.parent]
    is_first = figure.tag == "figure" and (figure.start, figure.end) == (image - 1, image + 1)
    return is_first and bool(reading.hints[image - 1] & (Hint.CAPTION | Hint.CREDIT)) and bool(text.text)


def _closes_figure(reading: Reading, image: int, position: int) -> bool:
    """Whether a short text ends a box that holds a picture, its caption and nothing else."""
    box = reading.boxes[reading.segments[position].box]
    while box.start > image and box.parent >= 0:
        box = reading.boxes[box.parent]
    is_linked = reading.segments[position].link_share > 0.5
    return (box.start, box.end) == (image, image + 3) and position == image + 2 and not is_linked


def _find_text_start(reading: Reading) -> int:
    """Return where the text begins at the latest: a standfirst may come before it."""
    heavy = (i for i in range(max(reading.title_at, 0) + 1, len(reading.segments)) if reading.weights[i])
    next(heavy, None)
    return next(heavy, len(reading.segments))


def _find_shapes_of_captions(reading: Reading) -> frozenset[tuple[str, str]]:
    """Return the shapes and looks, with a class or a style, of which every text stands right under a picture."""
    segments = reading.segments
    under = {i for i in range(1, len(segments)) if segments[i - 1].image is not None and segments[i].text}
    shapes = {_describe(reading, i) for i in under} - {None}
    if not shapes:
        return frozenset()
    elsewhere = {_describe(reading, i) for i, segment in enumerate(segments) if i not in under and segment.text}
    return frozenset(shape for shape in shapes - elsewhere if shape)


def _describe(reading: Reading, index: int) -> tuple[str, str] | None:
    """Return the shape of a segment's box where it is dressed, with its look where that is small print; None for plain text."""
    segment, box = reading.segments[index], reading.boxes[reading.segments[index].box]
    look = segment.look if _SMALL_PRINT.search(segment.look) else ""
    return (box.shape, look) if look or _is_dressed(box) else None


def _is_dressed(box: Box) -> bool:
    """Whether a box has a class or a style of its own: «font-size:11px»."""
    return bool(box.shape.partition(".")[2].strip())


def _is_caption(reading: Reading, image: int, position: int, around: _Surroundings) -> bool:
    segment, hints = reading.segments[position], reading.hints[position]
    if (
        segment.words > MAX_FIELD_WORDS
        or hints & (FURNITURE & ~Hint.BUTTON)
        or (hints & (Hint.BYLINE | Hint.SUBTITLE) and not hints & (Hint.CAPTION | Hint.FIGURE))
        or (
            segment.hints & (Hint.SECTION | Hint.DATE)
            and segment.words <= _MAX_LABEL_WORDS
            and not hints & (Hint.CAPTION | Hint.FIGURE | Hint.CREDIT)
        )
        or (segment.link_share > 0.5 and _leads_elsewhere(reading, image, position))
        or (is_dateline(segment) and not hints & (Hint.CAPTION | Hint.FIGURE))
        or leads_home(segment)
        or not any(map(str.isalpha, segment.text))  # «1 / 3» counts the pictures of a gallery
        or (segment.phrase and segment.phrase[0] in ("see_also", "placeholder", "share", "promo", "date"))
        or (segment.phrase and segment.phrase.kind == "byline" and not hints & (Hint.CAPTION | Hint.FIGURE))
    ):
        return False
    if hints & (Hint.CAPTION | Hint.CREDIT | Hint.FIGURE):
        return True
    # pictures stand above headings and above items of lists as well
    if 0 < segment.level < 4:
        return False
    is_right_under = position == image + 1 and not segment.level and not hints & Hint.LIST
    is_like_captions = is_right_under and _describe(reading, position) in around.shapes
    has_credit = bool(_CREDIT_END.search(segment.text))
    if is_right_under and segment.words <= _MAX_BARE_WORDS and _is_bare(reading, image, position):
        return True
    if hints & Hint.BODY and not has_credit and segment.words > 12:
        return is_like_captions
    if (
        is_date_line(segment)
        or is_network_row(segment)
        or (segment.words < 2 and not hints & Hint.CAPTION and not _CREDIT_END.match(segment.text))
    ):
        return False
    if not _is_alone_with(reading, image, position):
        # in the open: only a credit in brackets tells a caption from a paragraph, and only before the text begins
        begins = image <= around.text_from
        is_credited = has_credit and begins and _is_set_apart(reading, image, position)
        return is_credited or (is_like_captions and segment.words <= 40)
    if not has_credit and segment.words > _MAX_WORDS_IN_PARAGRAPH and _is_among_paragraphs(reading, image, position):
        return False
    rest = around.weight - reading.weights[position]
    return rest > max(120, reading.weights[position]) or has_credit


def _leads_elsewhere(reading: Reading, image: int, position: int) -> bool:
    """Whether a text is a link of its own: one to the picture itself may hold both it and its caption."""
    if not any(href for href, _, _ in reading.segments[position].links):
        return False
    links = [{link for _, _, link in reading.segments[i].links} for i in (image, position)]
    return links[0].isdisjoint(links[1]) or not reading.hints[position] & Hint.CAPTION


def _is_bare(reading: Reading, image: int, position: int) -> bool:
    """Whether a text stands in one box with its picture, where every running text has a box of its own."""
    box = reading.boxes[reading.segments[position].box]
    if reading.segments[image].box != box.index:
        return False
    others = [reading.segments[i].box for i in range(box.start, box.end) if i != position and reading.weights[i]]
    return bool(others) and box.index not in others


def _is_among_paragraphs(reading: Reading, image: int, position: int) -> bool:
    """Whether a text stands in one <p> with its picture, beside other paragraphs of that kind: the picture floats in the text."""
    box = reading.boxes[reading.segments[position].box]
    if box.tag != "p" or not box.start <= image < box.end:
        return False
    holder = reading.boxes[box.parent]
    others = (reading.boxes[reading.segments[i].box] for i in range(holder.start, holder.end) if reading.weights[i])
    return any(other.parent == box.parent and other.shape == box.shape and other is not box for other in others)


def _is_set_apart(reading: Reading, image: int, position: int) -> bool:
    """Whether a text under a picture has a box of its own, or is dressed otherwise than the text behind it."""
    segment = reading.segments[position]
    following = (
        other
        for other in reading.segments[position + 1 : position + 6]
        if reading.weights[position] and other.words > 6
    )
    is_dressed = bool(segment.look) and all(other.look != segment.look for other in following)
    return segment.box != reading.segments[image].box or is_dressed


def _is_alone_with(reading: Reading, image: int, position: int) -> bool:
    """Whether the smallest box around a picture and a text holds next to nothing else."""
    box = reading.boxes[reading.segments[image].box]
    while not box.start <= position < box.end and box.parent >= 0:
        box = reading.boxes[box.parent]
    if box.end - box.start > _MAX_FIGURE_SEGMENTS or box.start <= reading.title_at < box.end:
        return False
    inside = [i for i in range(box.start, box.end) if reading.segments[i].text and i != position]
    return len(inside) <= 2 and not any(reading.weights[i] for i in inside)
