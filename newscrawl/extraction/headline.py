"""Where on the page the headline stands: the text that the head declares, as high and as prominent as it is printed."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import accumulate

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_date_line
from newscrawl.extraction.reading import Reading, get_folded_key, get_key, weigh
from newscrawl.extraction.segments import Segment

_MOST_ABOVE = 3
"""A page repeats its headline behind the text, for sharing or in a list: no more than so many times the text below it."""
_LEAST_BETWEEN = 100
_MAX_ABOVE_TEXT, _MAX_LINES_ABOVE_TEXT, _MAX_BEFORE_TEXT, _MOST_ABOVE_SOON = 16, 12, 15, 10
_TITLE_BREAK = re.compile(r"\s+[|\-–—:•»«·/]+\s+|\s*\|\s*|\s*::\s*")

_NOT_OF_HEADLINES = Hint.NAV | Hint.RELATED | Hint.LISTING | Hint.ASIDE | Hint.HIDDEN | Hint.COMMENT | Hint.PAGE
# A site's name that leads home is no headline, though old sites set it as one and declare it on every page.
HOME_ADDRESS = re.compile(r"(?:https?:)?(?://[^/]+)?/?(?:index\.\w+|default\.\w+|home|[a-z]{2})?/?", re.IGNORECASE)


def find_headline(reading: Reading) -> int:
    """Return the headline's position, or -1: the text that the head declares, as high and as prominent as it stands."""
    keys = {get_key(title): rank for rank, (title, _) in reversed(list(enumerate(reading.declared.titles)))}
    variants = {get_key(part) for title, _ in reading.declared.titles for part in split_title(title)} - {""}
    shortest = min(map(len, variants), default=0)
    declared = set(keys)
    # a text that begins otherwise than any of them is none of them
    openings = tuple(name.partition(" ")[0] for name in declared | variants)
    sums = list(accumulate(reading.weights, initial=0))
    best, best_score = -1, 0.0
    for index, segment in enumerate(reading.segments):
        if not segment.text or segment.words > 45:
            continue
        # most texts of a page are menus: neither set as a heading nor as long as a declared title
        if not segment.level and not segment.hints & Hint.TITLE:
            if len(segment.text) < shortest:
                continue
            if segment.folded[:1].isalnum() and not segment.folded.startswith(openings):
                continue
        score = _score_title(reading, segment, index, declared, variants)
        if sums[index] > _MOST_ABOVE * (sums[-1] - sums[index]):
            score -= 5.0
        if score > best_score:
            best, best_score = index, score
    if best >= 0 and _stands_below_text(reading, best, sums):
        best = -1  # it is repeated there for sharing, and above the text stands another one
    return _prefer_named(reading, _find_main_heading(reading, best, sums, variants), declared | variants)


def _stands_below_text(reading: Reading, index: int, sums: list[int]) -> bool:
    """Whether nearly all text stands above a headline, and soon behind it next to none."""
    is_low = sums[index] > _MOST_ABOVE * (sums[-1] - sums[index])
    return is_low and _MOST_ABOVE_SOON * sum(reading.weights[index + 1 : index + _MAX_BEFORE_TEXT]) < sums[index]


def _prefer_named(reading: Reading, best: int, declared: set[str]) -> int:
    """Return the text named a headline behind the menu, where the heading above the menu is none that the head declares.

    Ministries set their own name as the first heading, and «تفاصيل الخبر» as the title of every page.
    """
    if best < 0 or get_folded_key(reading.segments[best].folded) in declared:
        return best
    segments = reading.segments
    named = [i for i, s in enumerate(segments) if s.hints & Hint.TITLE and not s.hints & _NOT_OF_HEADLINES]
    behind = range(best + 1, len(segments))
    text = next((i for i in behind if reading.weights[i] and i not in named), best)
    menu = next((i for i in behind[: text - best] if reading.boxes[segments[i].box].tag == "li"), text)
    named = [i for i in named if menu < i < text and _may_be_headline(segments[i])]
    return named[-1] if named else best


def _may_be_headline(segment: Segment) -> bool:
    return 3 <= segment.words <= 30 and not segment.links and not segment.phrase


def _find_main_heading(reading: Reading, best: int, sums: list[int], variants: set[str]) -> int:
    """Return the first-order heading with text between it and the text found first, which is a heading in the text then."""
    last = best if best >= 0 else len(reading.segments)
    if best >= 0 and reading.segments[best].level == 1:
        return best
    words = {word for variant in variants for word in variant.split()}
    sites = {get_key(name) for name in reading.declared.site_names}
    for index, segment in enumerate(reading.segments[:last]):
        if segment.level != 1 or segment.link_share > 0.5 or sums[last] - sums[index + 1] < _LEAST_BETWEEN:
            continue
        key = get_folded_key(segment.folded)
        own = [] if key in sites else key.split()
        if own and sum(word in words for word in own) >= 0.4 * len(own):
            return index
    return best


def _stands_behind_colon(segment: Segment, keys: set[str]) -> bool:
    """Whether a declared title is «site: headline», as Blogger writes it."""
    key = get_folded_key(segment.folded)
    return any(declared.endswith(f" {key}") and declared.count(" ") - key.count(" ") <= 4 for declared in keys)


def find_first_line(reading: Reading) -> int:
    """Return the line above the text that looks most like a headline, where neither the head nor a heading tag tells it."""
    if (named := _find_named_headline(reading)) >= 0:
        return named
    first = _find_first_paragraph(reading)
    best, best_score = -1, 0.0
    for index in range(max(0, first - _MAX_ABOVE_TEXT), first + 1):
        segment = reading.segments[index]
        if not segment.text or segment.link_share > 0.5 or segment.phrase or not 3 <= segment.words <= 30:
            continue
        if (segment.words == 3 and segment.bold_share < 0.9) or (
            not segment.level and index < first - _MAX_LINES_ABOVE_TEXT
        ):
            continue
        if segment.text.endswith(".") or is_date_line(segment) or not _stands_above_text(reading, index, first):
            continue
        is_set_apart = segment.bold_share > 0.9 or segment.level in (1, 2)
        score = 1.0 + 2.0 * is_set_apart - (index - first) / 100
        if score > best_score:
            best, best_score = index, score
    return best


def _find_named_headline(reading: Reading) -> int:
    """Return the only text of the page that is named a headline and leads nowhere, or -1."""
    found = [
        index
        for index, segment in enumerate(reading.segments)
        if segment.hints & Hint.TITLE and not segment.hints & (_NOT_OF_HEADLINES | Hint.SUBTITLE)
        if 2 <= segment.words <= 30 and not segment.links and not segment.phrase
    ]
    return found[0] if len(found) == 1 else -1


def _find_first_paragraph(reading: Reading) -> int:
    """Return where the text begins: the first long text of the box that holds most of them, not of a column beside it."""
    scope = reading.boxes[reading.scope]
    holders = {
        i: _find_holder(reading, i)
        for i in range(scope.start, scope.end)
        if reading.weights[i] and reading.segments[i].words > 12
    }
    weight_of: Counter[int] = Counter()
    for i, holder in holders.items():
        weight_of[holder] += reading.weights[i]
    heaviest = max(weight_of, key=lambda holder: weight_of[holder], default=-1)
    return next((i for i, holder in holders.items() if holder == heaviest), -1)


def _find_holder(reading: Reading, index: int) -> int:
    """Return the box that holds a paragraph beside others."""
    box = reading.boxes[reading.segments[index].box]
    while box.parent > 0 and (box.tag == "p" or box.end - box.start == 1):
        box = reading.boxes[box.parent]
    return box.index


def _stands_above_text(reading: Reading, index: int, first: int) -> bool:
    segment = reading.segments[index]
    return any(
        weigh(other) > len(segment.text)
        for other in reading.segments[max(index + 1, first - 1) : max(index, first) + 8]
    )


@lru_cache(maxsize=256)
def split_title(title: str) -> tuple[str, ...]:
    """Return a declared title whole and without what stands before or behind its first and last separator."""
    breaks = list(_TITLE_BREAK.finditer(title))
    if not breaks:
        return (title,)
    first, last = breaks[0], breaks[-1]
    return title, title[: last.start()], title[first.end() :], title[: first.start()], title[last.end() :]


def _score_title(reading: Reading, segment: Segment, index: int, keys: set[str], variants: set[str]) -> float:
    prominence = {1: 3.0, 2: 1.5, 3: 1.0}.get(segment.level, 0.0) + (1.0 if segment.hints & Hint.TITLE else 0.0)
    words = segment.words
    is_declared = False
    if words >= 2 and (prominence or keys):
        key = get_folded_key(segment.folded)
        # three plain words may be a site's name, but hardly beside no link home
        is_plain = words >= 4 or (words == 3 and not segment.links and not segment.hints & _NOT_OF_HEADLINES)
        is_set_apart = is_plain or segment.level == 1 or bool(segment.hints & Hint.TITLE)
        is_declared = key in keys or (key in variants and is_set_apart)
        if not is_declared and words >= 4 and segment.level:
            is_declared = any(
                declared.startswith(key) or key.startswith(declared) for declared in variants if len(declared) > 20
            )
    address = segment.links[0][0].strip() if segment.links else ""
    if segment.link_share > 0.9 and address and HOME_ADDRESS.fullmatch(address):
        return 0.0  # an empty address is the page itself
    score = prominence + (6.0 if is_declared else 0.0)
    if not is_declared and prominence and words >= 3 and _stands_behind_colon(segment, keys):
        score += 3.0
    elif not is_declared and not (segment.level == 1 and words >= 3):
        return 0.0
    if segment.link_share > 0.9:
        score -= 2.5
    box = reading.boxes[segment.box]
    for _ in range(4):
        if box.hints & _NOT_OF_HEADLINES or box.tag == "li":
            score -= 2.0
            break
        if box.parent < 0:
            break
        box = reading.boxes[box.parent]
    return score - index / 10_000
