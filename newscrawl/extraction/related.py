"""Links that a page offers as further reading, as data: inside the text («شاهد ايضاً: …») and in cards beside or after it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from newscrawl.arabic import clean
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.images import find_address
from newscrawl.extraction.phrases import strip_phrase
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Segment
from newscrawl.items import Related
from newscrawl.urls import resolve

_MIN_TITLE_WORDS = 2
_BULLETS = " •·▪■◄►←→»«*|-–—"


def find_related(reading: Reading, base: str | None, span: tuple[int, int]) -> tuple[Related, ...]:
    """Return the offered links in the order of the page, each address once; `span` is where the text begins and ends."""
    found: dict[tuple[str, str], Related] = {}
    for group in _group_cards(reading):
        kind = "inline" if span[0] <= group[0] <= span[1] else "block"
        for related in _read_group(reading, group, kind, base):
            known = found.get((related.kind, related.url))
            if known is None or len(known.title or "") < len(related.title or ""):
                found[related.kind, related.url] = related
    return tuple(found.values())


def _group_cards(reading: Reading) -> Iterator[list[int]]:
    """Yield the positions of each card, or of each see-also line; a list without boxes begins a card at every headline."""
    wanted = [i for i, segment in enumerate(reading.segments) if _is_offer(reading, i, segment)]
    runs = groupby(wanted, key=lambda i: reading.card_of.get(i, -1 if reading.segments[i].label == "see_also" else -2))
    for box, positions in runs:
        if box == -1:
            yield from ([i] for i in positions)
        elif box == -2:
            yield from _split_at_headlines(reading, list(positions))
        else:
            yield list(positions)


def _is_offer(reading: Reading, index: int, segment: Segment) -> bool:
    if segment.label == "see_also":
        return bool(segment.links)
    if segment.image is not None:
        return index in reading.card_of and _is_related_card(reading, index)
    return segment.label == "card" and _is_related_card(reading, index)


def _is_related_card(reading: Reading, index: int) -> bool:
    return index in reading.offers and not reading.hints[index] & (Hint.COMMENT | Hint.NAV)


def _split_at_headlines(reading: Reading, positions: list[int]) -> Iterator[list[int]]:
    group: list[int] = []
    for index in positions:
        segment = reading.segments[index]
        known = {href for i in group if _is_headline(reading.segments[i]) for href, _, _ in reading.segments[i].links}
        if known and _is_headline(segment) and segment.links[0][0] not in known:
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _is_headline(segment: Segment) -> bool:
    return segment.link_share > 0.7 and segment.words >= _MIN_TITLE_WORDS


def _read_group(reading: Reading, group: list[int], kind: str, base: str | None) -> Iterator[Related]:
    segments = [reading.segments[i] for i in group]
    if (len(segments) == 1 and len(segments[0].links) > 1) or segments[0].label == "see_also":
        yield from _read_line(segments[0], kind, base)
        return
    texts = [
        segment for segment in segments if segment.text and not (segment.phrase and segment.phrase[0] == "placeholder")
    ]
    linked = [segment for segment in texts if segment.links]
    if not linked:
        return
    title = max(
        linked,
        key=lambda segment: (
            segment.words >= _MIN_TITLE_WORDS,
            segment.level > 0,
            segment.bold_share > 0.9,
            -segments.index(segment),
        ),
    )
    url = resolve(base, title.links[0][0])
    if not url or title.words < _MIN_TITLE_WORDS:
        return
    others = [segment for segment in texts if segment is not title and segment.text != title.text]
    summary = max((s for s in others if s.words >= 8), key=lambda s: len(s.text), default=None)
    section = next((s.text for s in others if s is not summary and s.words <= 4 and not _has_digit(s.text)), None)
    image = next((segment.image for segment in segments if segment.image is not None), None)
    yield Related(
        kind,
        url,
        _read_title(title),
        summary.text if summary else None,
        find_address(image, base) if image is not None else None,
        (clean(image.get("alt") or "") or None) if image is not None else None,
        section,
    )


def _read_title(segment: Segment) -> str:
    """Return a card's headline: its link's text, where a date or a summary runs on behind the link."""
    text = segment.text if segment.link_share > 0.95 else max((text for _, text, _ in segment.links), key=len)
    return text.strip(_BULLETS)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _read_line(segment: Segment, kind: str, base: str | None) -> Iterator[Related]:
    for href, text, _ in segment.links:
        url = resolve(base, href)
        title = (strip_phrase(text, "see_also") or strip_phrase(segment.text, "see_also")).strip(_BULLETS)
        if url and title:
            yield Related(kind, url, title)
