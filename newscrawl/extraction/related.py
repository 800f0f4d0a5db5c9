"""Links that a page offers as further reading, as data: inside the text («شاهد ايضاً: …») and in cards beside or after it."""

from __future__ import annotations

from collections.abc import Iterator

from newscrawl.arabic import clean, fold
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.images import find_address, is_tiny
from newscrawl.extraction.phrases import find_phrase, strip_phrase
from newscrawl.extraction.reading import BODY_LABELS, Reading
from newscrawl.extraction.segments import Segment
from newscrawl.items import Related
from newscrawl.urls import get_host, resolve

_MIN_TITLE_WORDS = 2
_MAX_CATEGORY_WORDS = 3
_MAX_CARD_TEXTS = 14
_LEAST_THUMBNAIL = 24
_MOST_SET_IN, _MOST_IN_OFFER = 2, 6
# Where a page asks its readers to follow, install or share: never further reading.
_CHANNELS = tuple(
    f".{host}"
    for host in "whatsapp.com wa.me t.me telegram.me facebook.com fb.com fb.watch twitter.com x.com instagram.com threads.net youtube.com"
    " youtu.be tiktok.com linkedin.com pinterest.com google.com apple.com nabd.com snapchat.com".split()
)
_BULLETS = " •·▪■◄►←→»«*|-–—"


def find_related(reading: Reading, base: str | None, span: tuple[int, int]) -> tuple[Related, ...]:
    """Return the offered links in the order of the page, each address once; `span` is where the text begins and ends."""
    found: dict[tuple[str, str], Related] = {}
    # «عرض النسخة الكاملة»: the same article
    own = {base, resolve(base, reading.declared.canonical or "")}
    closing = _find_closing_offers(reading, span[1])
    shapes: set[str] = set()  # what is set into the text once is set into it at its end as well
    for group in _group_cards(reading):
        is_line = _is_line(reading, group) and _stands_with_text(reading, group[-1], span[1])
        shape = _get_shape_in_scope(reading, group[-1])
        is_inside = span[0] <= group[-1] <= span[1] or is_line or group[-1] in closing or shape in shapes
        kind = "inline" if is_inside else "block"
        shapes.update([shape] if is_inside and shape else [])
        for related in _read_group(reading, group, kind, base):
            if _is_channel(related.url) or related.url in own:
                continue
            known = found.get((related.kind, related.url))
            if known is None or len(known.title or "") < len(related.title or ""):
                found[related.kind, related.url] = related
    return tuple(found.values())


def _find_closing_offers(reading: Reading, last: int) -> range:
    """Return where the text's own box ends with an offer or two, set into the text: the page's list stands behind that box."""
    box = reading.boxes[reading.scope]
    cards = [i for i in sorted(reading.offers) if i > last and reading.segments[i].label == "card"]
    inside = [i for i in cards if i < box.end]
    if inside == cards:  # the list stands in that box as well, and what is set in are paragraphs
        holders = {i: reading.boxes[reading.segments[i].box] for i in cards}
        inside = [i for i in cards if holders[i].tag == "p" and holders[i].parent == box.index]
    links = {href for i in inside for href, _, _ in reading.segments[i].links}
    is_followed = bool(inside) and inside == cards[: len(inside)] and len(inside) < len(cards)
    return range(last + 1, inside[-1] + 1) if is_followed and len(links) <= _MOST_SET_IN else range(0)


def _get_shape_in_scope(reading: Reading, index: int) -> str:
    """Return the shape of the small box that a segment stands in side by side with paragraphs; "" where it has no class."""
    box = reading.boxes[reading.segments[index].box]
    while box.parent >= 0 and box.parent != reading.scope:
        box = reading.boxes[box.parent]
    is_small = box.parent >= 0 and box.end - box.start <= _MOST_IN_OFFER and box.tag not in ("tr", "td")
    return box.shape if is_small and box.shape.partition(".")[2].strip() else ""


def _is_channel(url: str) -> bool:
    return f".{get_host(url)}".endswith(_CHANNELS)


def _is_line(reading: Reading, group: list[int]) -> bool:
    """Whether an offer is one link without picture or summary, set into the text."""
    segments = [reading.segments[i] for i in group]
    is_bare = all(segment.image is None and segment.words < 25 for segment in segments) and len(segments) <= 2
    is_named = bool(reading.hints[group[-1]] & Hint.BODY and reading.hints[group[-1]] & Hint.RELATED)
    return segments[-1].label == "see_also" or (is_bare and is_named and not reading.hints[group[-1]] & Hint.LIST)


def _stands_with_text(reading: Reading, index: int, last: int) -> bool:
    """Whether a see-also line stands in the box of the text, behind the last paragraph."""
    scope = reading.boxes[reading.scope]
    boxes = reading.boxes
    box, end = boxes[reading.segments[index].box], boxes[reading.segments[last].box]
    return index >= last >= 0 and (scope.start <= index < scope.end or box.parent == end.parent)


def _group_cards(reading: Reading) -> Iterator[list[int]]:
    """Yield the positions of each card, or of each see-also line; a list without boxes begins a card at every headline.

    A picture outside of its card's box belongs to the card behind it, where the first picture stands above a headline.
    """
    wanted = [i for i, segment in enumerate(reading.segments) if _is_offer(reading, i, segment)]
    group: list[int] = []
    pictures: list[int] = []
    for index in wanted:
        segment = reading.segments[index]
        if segment.image is not None and _is_of_next_card(reading, group, index):
            pictures.append(index)
        elif segment.label == "see_also" or _begins_card(reading, group, index):
            yield from filter(None, [group])
            group, pictures = [*pictures, index], []
        else:
            group.append(index)
    yield from filter(None, [group])


def _is_of_next_card(reading: Reading, group: list[int], index: int) -> bool:
    """Whether a picture stands outside of any card's box, or behind the texts of a card that has its picture already."""
    box = reading.card_of.get(index)
    has_picture = any(reading.segments[i].image is not None for i in group)
    has_texts = any(reading.card_of.get(i) == box and reading.segments[i].text for i in group)
    return box is None or (has_picture and has_texts)


def _begins_card(reading: Reading, group: list[int], index: int) -> bool:
    """Whether a text begins another card: another box, or without boxes a headline with another address."""
    cards = [i for i in group if reading.segments[i].text]
    if not cards:
        return not group
    is_parted = any(segment.label in BODY_LABELS for segment in reading.segments[cards[-1] + 1 : index])
    if len(cards) >= _MAX_CARD_TEXTS or is_parted:
        return True
    if reading.segments[cards[-1]].label == "see_also" or reading.card_of.get(cards[-1]) != reading.card_of.get(index):
        return True
    segment = reading.segments[index]
    known = {href for i in cards if _is_headline(reading.segments[i]) for href, _, _ in reading.segments[i].links}
    return index not in reading.card_of and bool(known) and _is_headline(segment) and segment.links[0][0] not in known


def _is_offer(reading: Reading, index: int, segment: Segment) -> bool:
    if segment.label == "see_also":
        # «المزيد في هذه الفئة: السابق، التالي»; «المواضيع ذات الصلة حريق مصنع» are keywords
        are_topics = all(text.count(" ") < _MIN_TITLE_WORDS for _, text, _ in segment.links)
        return not are_topics and not (reading.hints[index] & Hint.NAV and len(segment.links) > 1)
    if segment.image is not None:
        return _is_related_card(reading, index) and not is_tiny(segment.image, _LEAST_THUMBNAIL)
    is_button = segment.phrase is not None and segment.phrase.kind == "read_more"
    return segment.label == "card" and not is_button and _is_related_card(reading, index)


def _is_related_card(reading: Reading, index: int) -> bool:
    return index in reading.offers and not reading.hints[index] & Hint.COMMENT


def _is_headline(segment: Segment) -> bool:
    is_category = segment.hints & Hint.SECTION and segment.words <= _MAX_CATEGORY_WORDS
    return segment.link_share > 0.5 and segment.words >= _MIN_TITLE_WORDS and not is_category


def _read_group(reading: Reading, group: list[int], kind: str, base: str | None) -> Iterator[Related]:
    segments = [reading.segments[i] for i in group]
    if (len(segments) == 1 and len(segments[0].links) > 1) or segments[-1].label == "see_also":
        yield from _read_line(segments[-1], kind, base)
        return
    texts = [
        segment for segment in segments if segment.text and not (segment.phrase and segment.phrase[0] == "placeholder")
    ]
    linked = [segment for segment in texts if segment.links]
    if not linked:
        yield from _read_covered_card(reading, group, kind, base)
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
    if not url or _read_title(title).count(" ") + 1 < _MIN_TITLE_WORDS:
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


def _read_covered_card(reading: Reading, group: list[int], kind: str, base: str | None) -> Iterator[Related]:
    """Read a card whose only link is an empty one laid over it."""
    title = next((reading.segments[i] for i in group if reading.segments[i].level), None)
    box = reading.boxes[reading.card_of[group[-1]]] if group[-1] in reading.card_of else None
    link = box.element.find(".//a") if box is not None else None
    url = resolve(base, link.get("href", "")) if link is not None else None
    if title is not None and url:
        yield Related(kind, url, _strip_bullets(title.text))


def _read_title(segment: Segment) -> str:
    """Return a card's headline: its link's text, where a date or a summary runs on behind the link."""
    text = segment.text if segment.link_share > 0.95 else max((text for _, text, _ in segment.links), key=len)
    return _strip_bullets(text)


def _strip_bullets(text: str) -> str:
    """Return a headline without the marks before and behind it; the marks of a quotation in it stay."""
    title = text.strip(_BULLETS)
    title = title.rstrip("] ") if title.count("[") < title.count("]") else title
    return title if title.count("«") == title.count("»") else text.strip(_BULLETS.replace("«", "").replace("»", ""))


def _has_digit(text: str) -> bool:
    return any(character.isdecimal() for character in text)


def _read_line(segment: Segment, kind: str, base: str | None) -> Iterator[Related]:
    for href, text, _ in segment.links:
        url = resolve(base, href)
        title = _strip_bullets(strip_phrase(text, "see_also") or strip_phrase(segment.text, "see_also"))
        phrase = find_phrase(fold(title), title.count(" ") + 1)
        if url and title and not (phrase and phrase.kind == "read_more"):  # «منشورات ذات صلة عرض الكل»
            yield Related(kind, url, title)
