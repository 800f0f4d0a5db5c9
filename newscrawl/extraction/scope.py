"""Where on the page the article is: its headline, and the box that holds its text.

A page's own boxes are believed more than their names: names like "related" or "sidebar" count only while the box does not
hold the headline or most of the text, since «post-with-sidebar» and «article-share-wrapper» are names of whole articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from newscrawl.arabic import fold
from newscrawl.extraction.metadata import Declared
from newscrawl.extraction.phrases import find_phrase
from newscrawl.extraction.segments import Box, Hint, Segment

FURNITURE = (
    Hint.NAV | Hint.SHARE | Hint.RELATED | Hint.LISTING | Hint.COMMENT | Hint.ASIDE | Hint.PAGE | Hint.PROMO | Hint.FORM | Hint.HIDDEN | Hint.BUTTON | Hint.EMBED
)  # fmt: skip
FIELDS = Hint.TAGS | Hint.BYLINE | Hint.DATE | Hint.CAPTION | Hint.CREDIT | Hint.SUBTITLE | Hint.SECTION | Hint.TITLE
_MAX_FIELD_WORDS = 130
_TITLE_BREAK = re.compile(r"\s+[|\-–—:•»«·/]+\s+|\s*\|\s*|\s*::\s*")
_KEY = re.compile(r"\W+")
_LEAF_TAGS = frozenset("p li blockquote pre h1 h2 h3 h4 h5 h6 figure ul ol dl dd dt figcaption".split())


@dataclass(slots=True)
class Reading:
    """A page while it is being understood; each step fills what the next one needs."""

    segments: list[Segment]
    boxes: list[Box]
    declared: Declared
    url: str | None = None
    title_at: int = -1
    hints: list[int] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    card_of: dict[int, int] = field(default_factory=dict)
    caption_of: dict[int, int] = field(default_factory=dict)
    offers: set[int] = field(default_factory=set)
    scope: int = 0


def get_key(text: str) -> str:
    """Return what two printings of the same words have in common: folded letters and digits, no marks between them."""
    return _KEY.sub(" ", fold(text)).strip()


def locate(reading: Reading) -> None:
    """Find the headline and the box of the text, and settle which hints hold for each segment."""
    for segment in reading.segments:
        if segment.text and segment.text.count(" ") < 40:
            segment.folded = fold(segment.text)
            segment.phrase = find_phrase(segment.folded, segment.words)
    reading.title_at = _find_title(reading)
    reading.weights = [_weigh(segment) for segment in reading.segments]
    reading.hints = _settle_hints(reading)
    reading.card_of = _find_cards(reading)
    reading.caption_of = _find_captions(reading)
    for index in range(len(reading.segments)):
        if (
            index <= reading.title_at
            or index in reading.card_of
            or index in reading.caption_of
            or reading.hints[index] & (FURNITURE | Hint.CREDIT)
        ):
            reading.weights[index] = 0
    reading.scope = _find_scope(reading)


def _weigh(segment: Segment) -> int:
    """Return how much running text a segment is: its length, where it reads like a sentence and not like a link."""
    words = segment.words
    if words < 7 or segment.link_share > 0.5 or (segment.phrase and segment.phrase[0] not in ("agency", "byline")):
        return 0
    return len(segment.text) if words >= 12 or segment.text[-1] in ".!؟?»\"”:؛" else len(segment.text) // 2


# -- the headline


def _find_title(reading: Reading) -> int:
    """Return the headline's position, or -1: the text that the head declares, as high and as prominent as it stands."""
    keys = {get_key(title): rank for rank, (title, _) in reversed(list(enumerate(reading.declared.titles)))}
    variants = {get_key(part) for title, _ in reading.declared.titles for part in split_title(title)} - {""}
    best, best_score = -1, 0.0
    for index, segment in enumerate(reading.segments):
        if not segment.text or segment.words > 45:
            continue
        score = _score_title(reading, segment, index, set(keys), variants)
        if score > best_score:
            best, best_score = index, score
    return best if best >= 0 else _find_first_line(reading)


def _find_first_line(reading: Reading) -> int:
    """Return the first line above a longer text, where neither the head nor a heading tag tells the headline."""
    for index, segment in enumerate(reading.segments):
        if not segment.text or segment.link_share > 0.5 or segment.phrase or not 4 <= segment.words <= 30 or segment.text.endswith("."):
            continue
        if any(_weigh(other) > len(segment.text) for other in reading.segments[index + 1 : index + 8]):
            return index
    return -1


def split_title(title: str) -> list[str]:
    """Return a declared title whole and without what stands before or behind its first and last separator."""
    parts = _TITLE_BREAK.split(title)
    if len(parts) < 2:
        return [title]
    breaks = list(_TITLE_BREAK.finditer(title))
    return [title, title[: breaks[-1].start()], title[breaks[0].end() :], title[: breaks[0].start()], title[breaks[-1].end() :]]


def _score_title(reading: Reading, segment: Segment, index: int, keys: set[str], variants: set[str]) -> float:
    prominence = {1: 3.0, 2: 1.5, 3: 1.0}.get(segment.level, 0.0) + (1.0 if segment.hints & Hint.TITLE else 0.0)
    words = segment.words
    is_declared = False
    if words >= 2 and (prominence or keys):
        key = get_key(segment.folded or segment.text)
        is_declared = key in keys or (key in variants and (words >= 4 or segment.level == 1))
        if not is_declared and words >= 4 and segment.level:
            is_declared = any(declared.startswith(key) or key.startswith(declared) for declared in variants if len(declared) > 20)
    if not is_declared and not (segment.level == 1 and words >= 3):
        return 0.0
    score = prominence + (6.0 if is_declared else 0.0)
    if segment.link_share > 0.9:
        score -= 2.5
    box = reading.boxes[segment.box]
    for _ in range(4):
        if box.hints & (Hint.NAV | Hint.RELATED | Hint.LISTING | Hint.ASIDE | Hint.HIDDEN | Hint.COMMENT | Hint.PAGE) or box.tag == "li":
            score -= 2.0
            break
        if box.parent < 0:
            break
        box = reading.boxes[box.parent]
    return score - index / 10_000


# -- hints


def _settle_hints(reading: Reading) -> list[int]:
    """Return each segment's hints: those of every box around it, but for boxes too large for what their names say."""
    hints = [0] * len(reading.segments)
    sums = _sum_up(reading.weights)
    words = _sum_up([segment.words for segment in reading.segments])
    after_title = max(1, sums[-1] - sums[max(reading.title_at, 0)])
    bodies = [box for box in reading.boxes if box.hints & Hint.BODY or box.tag == "article"]
    holders = [box for box in bodies if (sums[box.end] - sums[box.start]) >= 0.5 * after_title]
    for box in reading.boxes:
        if not box.hints or box.end <= box.start:
            continue
        found = box.hints
        if found & FURNITURE and _is_whole_article(reading, box, sums, after_title, holders):
            found &= ~FURNITURE
        if found & FIELDS and words[box.end] - words[box.start] > _MAX_FIELD_WORDS:
            found &= ~FIELDS
        for index in range(box.start, box.end):
            hints[index] |= found
    return hints


def _sum_up(values: list[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums


def _is_whole_article(reading: Reading, box: Box, sums: list[int], after_title: int, holders: list[Box]) -> bool:
    weight = sums[box.end] - sums[max(box.start, reading.title_at, 0)] if box.end > reading.title_at else 0
    if box.start <= reading.title_at < box.end:
        return weight > 0.3 * after_title
    if any(box.start <= holder.start and holder.end <= box.end and holder is not box for holder in holders):
        return True
    if box.hints & Hint.BODY and weight > 0.3 * after_title:
        return True
    return weight > 0.6 * after_title and not box.hints & (Hint.COMMENT | Hint.RELATED | Hint.LISTING | Hint.PAGE | Hint.EMBED)


# -- cards


def _find_cards(reading: Reading) -> dict[int, int]:
    """Return which segments stand in a card, by the card's box: like boxes side by side, each of them about a link.

    A paragraph of the text has links too, but inside its sentences; a card's headline is nothing but a link.
    """
    children: defaultdict[int, list[Box]] = defaultdict(list)
    for box in reading.boxes[1:]:
        if box.end > box.start:
            children[box.parent].append(box)
    cards: dict[int, int] = {}
    for siblings in children.values():
        groups: defaultdict[str, list[Box]] = defaultdict(list)
        for box in siblings:
            groups[box.tag + "." + (box.shape.split(".", 1)[1].split(" ", 1)[0])].append(box)
        for group in groups.values():
            if len(group) < 2:
                continue
            found = [box for box in group if _is_card(reading, box)]
            if len(found) >= 2 and len(found) >= 0.8 * len(group):
                for box in found:
                    for index in range(box.start, box.end):
                        cards.setdefault(index, box.index)
    return cards


def _is_card(reading: Reading, box: Box) -> bool:
    segments = reading.segments[box.start : box.end]
    if box.start <= reading.title_at < box.end or len(segments) > 14:
        return False
    words = sum(segment.words for segment in segments)
    linked = [segment for segment in segments if segment.link_share > 0.9 and segment.words >= 3]
    plain = [segment for segment in segments if segment.link_share < 0.5 and segment.words >= 12]
    return bool(linked) and words <= 130 and len(plain) <= 1


# -- captions

_CREDIT_END = re.compile(r"[(\[（][^()\[\]]{2,60}[)\]）]\s*\.?$")


def _find_captions(reading: Reading) -> dict[int, int]:
    """Return the texts that stand under a picture and speak of it, by the picture's position."""
    captions: dict[int, int] = {}
    total = sum(reading.weights)
    for index, segment in enumerate(reading.segments):
        if segment.image is None or index in reading.card_of or reading.hints[index] & FURNITURE:
            continue
        for position in range(index + 1, min(index + 4, len(reading.segments))):
            other = reading.segments[position]
            if other.image is not None or position in captions or position == reading.title_at:
                break
            if _is_caption(reading, index, position, total):
                captions[position] = index
            elif position - 1 in captions and _CREDIT_END.match(other.text):
                captions[position] = index
                reading.hints[position] |= Hint.CREDIT
            elif not reading.hints[position] & (Hint.CREDIT | Hint.BUTTON):
                break
    return captions


def _is_caption(reading: Reading, image: int, position: int, total: int) -> bool:
    segment, hints = reading.segments[position], reading.hints[position]
    if segment.words > _MAX_FIELD_WORDS or hints & (FURNITURE & ~Hint.BUTTON) or segment.link_share > 0.5 or segment.phrase and segment.phrase[0] == "see_also":
        return False
    if hints & (Hint.CAPTION | Hint.CREDIT | Hint.FIGURE):
        return True
    box = _get_common_box(reading, image, position)
    inside = [i for i in range(box.start, box.end) if reading.segments[i].text and i != position]
    if any(reading.weights[i] for i in inside) or len(inside) > 2 or box.start <= reading.title_at < box.end:
        # in the open: only a credit in brackets tells a caption from a paragraph, and only before the text begins
        begins = sum(weight > 0 for weight in reading.weights[max(reading.title_at, 0) + 1 : image]) <= 1
        return bool(_CREDIT_END.search(segment.text)) and begins and segment.box != reading.segments[image].box
    rest = total - reading.weights[position]
    return rest > max(120, reading.weights[position] // 2) or bool(_CREDIT_END.search(segment.text))


def _get_common_box(reading: Reading, one: int, two: int) -> Box:
    box = reading.boxes[reading.segments[one].box]
    while not (box.start <= two < box.end) and box.parent >= 0:
        box = reading.boxes[box.parent]
    return box


# -- the box of the text


def _find_scope(reading: Reading) -> int:
    """Return the deepest box that still holds nearly all of the running text."""
    sums = _sum_up(reading.weights)
    children: defaultdict[int, list[Box]] = defaultdict(list)
    for box in reading.boxes[1:]:
        if sums[box.end] > sums[box.start]:
            children[box.parent].append(box)
    current = reading.boxes[0]
    while True:
        total = sums[current.end] - sums[current.start]
        if total == 0:
            return current.index
        best = max(children[current.index], key=lambda box: sums[box.end] - sums[box.start], default=None)
        if best is None or best.tag in _LEAF_TAGS:
            return current.index
        weight = sums[best.end] - sums[best.start]
        if weight < 0.7 * total or _has_twin(children[current.index], best, sums, weight):
            return current.index
        current = best


def _has_twin(siblings: list[Box], best: Box, sums: list[int], weight: int) -> bool:
    """Whether the text goes on in another box of the same shape, as where an advertisement cuts it in two."""
    return any(
        box is not best and box.shape == best.shape and sums[box.end] - sums[box.start] > 0.1 * weight for box in siblings
    )
