"""Lists of further reading under a heading that no word list has: a heading, and below it nothing but linked headlines.

`zones.py` follows the headings that all sites use; this follows the shape. Behind the text a list may be of anything («آخر
الأخبار الواردة», «أخبار القسم»), so there its heading must speak of a relation: «ترجمات أخرى», «تقارير من الملف نفسه».
"""

from __future__ import annotations

import re

from newscrawl.extraction.closing_lists import label_closing_list
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_menu
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box, Segment
from newscrawl.extraction.zones import RANKING, is_of_own_section
from newscrawl.urls import is_same_site, resolve

RELATION = re.compile(
    r"اخري|صل[هة]|علاق|مرتبط|متعلق|مشابه|مماثل|مقترح|اقتراح|ننصح|نرشح|اختيار|اخترنا|يهمك|يعجبك|المزيد|كذلك|ايضا|نفس|السياق|سياق متصل|الملف|الموضوع"
    r"|ترشيح|نقترح|للمزيد|التفاصيل|تفاصيل اكثر|^(?:اقرا|شاهد|طالع|اطلع)|قراء[هة] ممتع|متابع[هة] القراء|سبق ان نشر"
)
_MAX_HEADING_WORDS = 8
_LEAST_TITLE_WORDS = 3
_LEAST_LIST = 3
_MAX_CARD_SEGMENTS = 8
_ELSEWHERE = (
    Hint.NAV | Hint.ASIDE | Hint.PAGE | Hint.COMMENT | Hint.HIDDEN | Hint.SHARE | Hint.PROMO | Hint.FORM | Hint.TAGS
)
# What such a list may hold besides: the furniture of its cards.
_OF_CARDS = frozenset(
    (
        "",
        "card",
        "date",
        "byline",
        "agency",
        "section",
        "other",
        "promo",
        "embed",
        "hidden",
        "placeholder",
        "image",
        "tag",
    )
)


def label_unnamed_lists(reading: Reading) -> None:
    """Label the headings and links of such lists, and count them as offers."""
    scope = reading.boxes[reading.scope]
    texts = [i for i in range(scope.start, scope.end) if reading.weights[i]]
    if stands_behind_offers(reading, texts):
        texts.pop()
    last = max(texts, default=-1)
    for index in range(reading.title_at + 1, len(reading.segments)):
        if not _may_be_heading(reading, index) or (box := _find_list(reading, index)) is None:
            continue
        folded = reading.segments[index].folded
        if index > last and (
            RANKING.search(folded) or not RELATION.search(folded) or is_of_own_section(reading, index)
        ):
            continue
        reading.segments[index].label = "see_also"
        reading.offers.update(range(index, box.end))
        for position in range(index + 1, box.end):
            segment = reading.segments[position]
            segment.label = "card" if segment.text else segment.label
    _label_lone_cards(reading, range(max(scope.start, reading.title_at + 1), last))
    label_closing_list(reading, last)


def stands_behind_offers(reading: Reading, texts: list[int]) -> bool:
    """Whether a list of offers parts the last text from those before it, and its box is unlike theirs: the site's own words."""
    if len(texts) < 2:
        return False
    *others, last = [
        (reading.boxes[reading.segments[i].box].parent, reading.boxes[reading.segments[i].box].shape) for i in texts
    ]
    between = reading.segments[texts[-2] + 1 : texts[-1]]
    return sum(segment.label == "card" for segment in between) >= _LEAST_LIST and last not in others


def _label_lone_cards(reading: Reading, inside: range) -> None:
    """Label the cards that stand alone between two paragraphs, by their names or by what they embed."""
    weighty = next((i for i in inside if reading.weights[i]), inside.stop)
    for index in range(weighty, inside.stop):
        segment = reading.segments[index]
        is_headline = segment.link_share > 0.9 and segment.words >= _LEAST_TITLE_WORDS
        is_named = segment.level > 0 or reading.hints[index] & Hint.TITLE or _fills_card(reading, index)
        if segment.label not in ("other", "embed", "promo") or not is_headline or not is_named or segment.phrase:
            continue
        address = resolve(reading.url, segment.links[0][0])
        # «InlinePromo» in the box of the text is where it offers something
        elsewhere = _ELSEWHERE & ~(Hint.PROMO | Hint.ASIDE if reading.hints[index] & Hint.BODY else 0)
        if not reading.hints[index] & elsewhere and address and is_same_site(address, reading.url or address):
            segment.label = "card"
            reading.offers.add(index)


def _fills_card(reading: Reading, index: int) -> bool:
    """Whether a headline is the only link of a box that is named like a card: «سياق» and the headline, an arrow behind it."""
    box = reading.boxes[reading.segments[index].box]
    while box.parent >= 0 and not box.hints & Hint.LISTING:
        box = reading.boxes[box.parent]
    if box.parent < 0 or box.end - box.start > _MAX_CARD_SEGMENTS:
        return False
    inside = [s for i, s in enumerate(reading.segments[box.start : box.end], box.start) if i != index and s.text]
    return len(inside) <= 2 and all(s.words <= _LEAST_TITLE_WORDS for s in inside)


def _may_be_heading(reading: Reading, index: int) -> bool:
    segment = reading.segments[index]
    if segment.links or not segment.text or segment.words > _MAX_HEADING_WORDS or segment.phrase:
        return False
    # «<aside>» inside the text is where it offers something
    is_inside = reading.hints[index] & Hint.BODY and reading.hints[index] & Hint.ASIDE
    if segment.label and not (is_inside and segment.label == "other"):
        return False
    elsewhere = _ELSEWHERE & ~(Hint.ASIDE if is_inside else 0)
    return not (reading.hints[index] & (elsewhere | Hint.LISTING) or index in reading.card_of or reading.weights[index])


def _find_list(reading: Reading, index: int) -> Box | None:
    """Return the box of a heading with its list, or None."""
    box = reading.boxes[reading.segments[index].box]
    while box.parent > 0 and box.end == index + 1 and box.start == index:
        box = reading.boxes[box.parent]
    if box.start != index or box.end < index + 2 or any(reading.weights[box.start : box.end]):
        return None
    inside = reading.segments[index + 1 : box.end]
    headlines = [other for other in inside if other.link_share > 0.8 and other.words >= _LEAST_TITLE_WORDS]
    is_list = bool(headlines) and all(_is_of_list(other) for other in inside)
    return box if is_list else None


def _is_of_list(segment: Segment) -> bool:
    return segment.label in _OF_CARDS and segment.words < 60 and not (segment.links and is_menu(segment))
