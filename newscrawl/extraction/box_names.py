"""Which names of the page's boxes are believed: "related" and "sidebar" count only while the box does not hold the article.

«post-with-sidebar», «article-share-wrapper» and «ImageEmbed» are names of whole articles and of their pictures.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.reading import FIELDS, FURNITURE, MAX_FIELD_WORDS, Reading
from newscrawl.extraction.segments import Box

_MAX_EMBED_WORDS = 90
_FACTS = ("infobox", "info-box", "factbox", "fact-box")
"""What newspapers call a box of facts beside the story, which may be as long as it: the words of a law, a whole speech."""
_MAX_PICTURE_SEGMENTS = 8
_MAX_UNDER_HEADLINE = 4
_MAX_HEADER_SEGMENTS = 12
_MAX_HEADER_WORDS = 60
_NEVER_AROUND_HEADLINE = Hint.CAPTION | Hint.CREDIT | Hint.BYLINE | Hint.DATE | Hint.TAGS
# «ImageEmbed», «ads-top-after» and «widget-picture» are names of boxes that hold the article's picture with its caption.
_NOT_OF_PICTURES = Hint.EMBED | Hint.PROMO | Hint.ASIDE | Hint.LISTING | Hint.BUTTON


def settle_hints(reading: Reading) -> list[int]:
    """Return each segment's hints: those of every box around it, but for boxes too large for what their names say."""
    settled = [0] * (len(reading.boxes) + 1)
    continued = _Continued(reading)
    sums = sum_up(reading.weights)
    words = sum_up([segment.words for segment in reading.segments])
    after_title = max(1, sums[-1] - sums[max(reading.title_at, 0)])
    named = [box for box in reading.boxes if box.hints]
    bodies = [box for box in reading.boxes if box.hints & Hint.BODY or box.tag == "article"]
    starts = [box.start for box in bodies]
    holders = [box for box in bodies if (sums[box.end] - sums[box.start]) >= 0.15 * after_title]
    fields = [box.start for box in named if box.hints & (Hint.BYLINE | Hint.DATE) and box.end > box.start]
    captions = [box.start for box in named if box.hints & Hint.CAPTION and box.end > box.start]
    for box in reading.boxes:
        settled[box.index] = settled[box.parent]
        if not box.hints or box.end <= box.start:
            continue
        found = box.hints
        if found & FURNITURE and _is_whole_article(reading, box, sums, after_title, holders):
            found &= ~FURNITURE
        if found & (Hint.LISTING | Hint.ASIDE) and box.tag != "aside":
            found = _settle_place(reading, box, found, sums[box.end] > sums[box.start])
        if found & (Hint.ASIDE | Hint.PAGE) and _stands_under_headline(reading, box, words, fields):
            # «<aside class="article-info">», «<footer class="node__meta">» with who and when
            found &= ~(Hint.ASIDE | Hint.PAGE)
        if found & Hint.PAGE and box.tag == "div" and _stands_under_picture(reading, box):
            found &= ~Hint.PAGE  # «media__footer» with caption and credit
        if found & Hint.QUOTE or settled[box.parent] & Hint.QUOTE:
            found &= ~(
                Hint.ASIDE | Hint.PAGE
            )  # «<aside class="PullQuote">», and the <footer> in it that names the speaker
        if found & Hint.CAPTION and "carousel" in box.shape:
            found &= ~Hint.LISTING
        if found & Hint.LISTING and "carousel" in box.shape and _shows_pictures(reading, box):
            found &= ~Hint.LISTING
        if found & Hint.LISTING and box.end - box.start == 1 and _stands_in_header(reading, box):
            found &= ~Hint.LISTING  # «teaser-text» under the headline is the standfirst
        if found & Hint.HIDDEN and sums[box.end] > sums[box.start] and continued.holds(box):
            found &= ~Hint.HIDDEN
        if box.start <= reading.title_at < box.end:
            found &= ~_NEVER_AROUND_HEADLINE
        # no byline or date holds the box of the text; a short article may stand in one that is named like it
        if found & FIELDS and (words[box.end] - words[box.start] > MAX_FIELD_WORDS or _is_around(box, bodies, starts)):
            found &= ~FIELDS
        if found & Hint.BODY:
            found &= ~(FIELDS & ~Hint.SUBTITLE | Hint.QUOTE)  # forums set every text into <blockquote>
        if found & _NOT_OF_PICTURES and _is_captioned_picture(reading, box, words, captions):
            found &= ~_NOT_OF_PICTURES
        if found & Hint.EMBED and (words[box.end] - words[box.start] > _MAX_EMBED_WORDS or _has_table(reading, box)):
            found &= ~Hint.EMBED
        settled[box.index] |= found
    return [settled[segment.box] for segment in reading.segments]


def _settle_place(reading: Reading, box: Box, found: int, has_text: bool) -> int:
    """Return a box's hints, without those of cards and columns where it holds the article's own text or fields."""
    if found & Hint.ASIDE and any(name in box.shape.lower() for name in _FACTS):
        return found if has_text else found & ~Hint.ASIDE  # «<div class="info-box">» with who and when
    return found & ~(Hint.LISTING | Hint.ASIDE) if _holds_long_text(reading, box) else found


def _is_around(box: Box, others: list[Box], starts: list[int]) -> bool:
    """Whether a box holds one of the others, of which `starts` are the beginnings in their order."""
    near = others[bisect_left(starts, box.start) : bisect_right(starts, box.end)]
    return any(other.end <= box.end and other is not box for other in near)


def _stands_in_header(reading: Reading, box: Box) -> bool:
    holder = reading.boxes[max(box.parent, 0)]
    return holder.start <= reading.title_at < holder.end and holder.depth > 2


def _stands_under_headline(reading: Reading, box: Box, words: list[int], fields: list[int]) -> bool:
    """Whether a small box right behind the headline holds a byline or a date."""
    if not 0 < box.start - reading.title_at <= _MAX_UNDER_HEADLINE or box.end - box.start > _MAX_HEADER_SEGMENTS:
        return False
    has_field = bisect_left(fields, box.start) < bisect_left(fields, box.end)
    return has_field and words[box.end] - words[box.start] <= _MAX_HEADER_WORDS


def _stands_under_picture(reading: Reading, box: Box) -> bool:
    """Whether a small box ends one that begins with a picture and holds nothing else."""
    holder = reading.boxes[max(box.parent, 0)]
    is_small = holder.end - holder.start <= _MAX_PICTURE_SEGMENTS and holder.end == box.end
    return is_small and box.start > 0 and reading.segments[box.start - 1].image is not None


def _shows_pictures(reading: Reading, box: Box) -> bool:
    """Whether a box holds pictures and no link that leads anywhere: a carousel of the article's own pictures."""
    inside = reading.segments[box.start : box.end]
    return any(s.image is not None for s in inside) and not any(href for s in inside for href, _, _ in s.links)


def _is_captioned_picture(reading: Reading, box: Box, words: list[int], captions: list[int]) -> bool:
    """Whether a box holds a picture, its caption and no link; `captions` is where the boxes of that name begin."""
    if box.end - box.start > _MAX_PICTURE_SEGMENTS or words[box.end] - words[box.start] > _MAX_EMBED_WORDS:
        return False
    if bisect_left(captions, box.start) == bisect_left(captions, box.end):
        return False
    inside = reading.segments[box.start : box.end]
    return any(s.image is not None for s in inside) and not any(s.links for s in inside if s.text)


def _has_table(reading: Reading, box: Box) -> bool:
    return any(reading.boxes[segment.box].tag in ("td", "th") for segment in reading.segments[box.start : box.end])


def _holds_long_text(reading: Reading, box: Box) -> bool:
    """Whether a box has a longer text than a summary in it, and next to no links: an item of the article's own list."""
    return any(s.words > 55 and s.link_share < 0.2 for s in reading.segments[box.start : box.end])


class _Continued:
    """Whether a hidden box holds the rest of the text, as behind «متابعة القراءة»: paragraphs shaped like those before it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._before: dict[int, _Before] = {}

    def holds(self, box: Box) -> bool:
        """Answer for a box; the boxes of a page come in their order, so what stands before each is read once."""
        boxes, segments, weights = self._reading.boxes, self._reading.segments, self._reading.weights
        before = self._before.setdefault(box.parent, _Before(boxes[box.parent].start))
        for index in range(before.end, box.start):
            if weights[index]:
                before.count += 1
                before.shapes.add(boxes[segments[index].box].shape)
                before.texts.add(segments[index].text)
        before.end = max(before.end, box.start)
        return before.count >= 2 and all(
            boxes[segments[index].box].shape in before.shapes and segments[index].text not in before.texts
            for index in range(box.start, box.end)
            if weights[index]
        )


@dataclass(slots=True)
class _Before:
    """The running text in a box up to `end`."""

    end: int
    count: int = 0
    shapes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def sum_up(values: list[int]) -> list[int]:
    """Return the sums of the first 0, 1, 2, … values."""
    return list(accumulate(values, initial=0))


def _is_whole_article(reading: Reading, box: Box, sums: list[int], after_title: int, holders: list[Box]) -> bool:
    weight = sums[box.end] - sums[max(box.start, reading.title_at, 0)] if box.end > reading.title_at else 0
    if box.start <= reading.title_at < box.end:
        return weight > 0 or not box.hints & Hint.CRUMB
    if box.hints & (Hint.RELATED | Hint.COMMENT):
        return False
    # hidden is a whole article until a script shows it, or a copy for machines beside what is printed
    needed = 0.6 if box.hints & Hint.HIDDEN else 0.5 if box.hints & Hint.LISTING else 0.15
    for holder in holders:
        is_inside = box.start <= holder.start and holder.end <= box.end and holder is not box
        if is_inside and sums[holder.end] - sums[holder.start] >= needed * after_title:
            return True
    if box.hints & Hint.BODY and weight > (needed * after_title if box.hints & Hint.HIDDEN else 0):
        return True
    # «newsletter-content» is the letter itself
    most = 0.4 if box.hints & FURNITURE == Hint.PROMO else 0.6
    return weight > most * after_title and not box.hints & (Hint.COMMENT | Hint.RELATED | Hint.PAGE)
