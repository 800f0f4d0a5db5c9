"""The way from the home page to an article, as a page prints it above the headline, and what may be a name in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from newscrawl.arabic import fold
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.extraction.segments import Segment

MAX_WORDS = 5
_MAX_TRAIL_WORDS = 12
_ARROWS = re.compile("[›»>←]")
_NOT_OF_CRUMBS = Hint.PAGE | Hint.ASIDE | Hint.COMMENT | Hint.RELATED | Hint.LISTING
_ARROW = re.compile(r"\S\s*[›»>]\s*\S")
_QUOTED = re.compile("«[^«»]*»")
_MOST_STEPS = 5
_MOST_BARRED = 3
"""«الرئيسية | محليات | كتابات | المنتدى» is a menu."""
STEPS = " »›‹/><«|\\←→"
STEP_BREAK = re.compile(r"\s*[»›‹/><«|\\←→]+\s*")
_LAST_STEP = re.compile(r"^\s*[»›>/←]+\s*([^\W\d_][^\d»›>/←|]*)$")
HOME = frozenset(
    (
        "الصفحه الاولي",
        "الصفحه الاساسيه",
        "الرييسيه",
        "الرييسه",
        "الرئيسه",
        "الرئيسيه",
        "الصفحه الرئيسيه",
        "رئيسيه",
        "home",
        "بيت",
        "الاستقبال",
        "accueil",
        "انت هنا",
    )
)
# What a publishing system declares where nobody chose a section.
NO_SECTION = frozenset(("article", "articles", "page", "blog", "uncategorized", "uncategorised", "default", "غير مصنف"))
_NOT_BESIDE = Hint.SHARE | Hint.HIDDEN | Hint.BYLINE | Hint.PAGE


def list_crumbs(reading: Reading) -> Iterator[str]:
    """Yield the last step before the headline of each breadcrumb, the nearest one first."""
    above = range(reading.title_at)
    crumbs = {i for i in above if reading.hints[i] & Hint.CRUMB and (is_label(reading, i) or _is_row(reading, i))}
    crumbs.update(_list_trail(reading))
    crumbs.update(i for i in range(max(reading.title_at - 12, 0), reading.title_at + 4) if _is_crumb(reading, i))
    crumbs.update(i for i in above if _is_row(reading, i) and _ARROWS.search(_read_between(reading.segments[i])))
    for index in sorted(crumbs, reverse=True):
        if step := _read_last_step(reading, reading.segments[index]):
            yield step


def _list_trail(reading: Reading) -> Iterator[int]:
    """Yield the steps of a list right above the headline that begins with the way home and is too short for a menu."""
    for start in range(reading.title_at - 1, max(reading.title_at - _MOST_STEPS, -1), -1):
        if reading.segments[start].folded.strip(STEPS) in HOME:
            own = reading.segments[reading.title_at].folded
            repeats = reading.segments[reading.title_at - 1].folded == own  # the last step is often the headline
            steps = range(start + 1, reading.title_at - repeats)
            if all(reading.hints[i] & (Hint.LIST | Hint.NAV) and is_label(reading, i) for i in steps):
                yield from steps
            return


def _is_row(reading: Reading, index: int) -> bool:
    """Whether a text is a row of links that is short enough for a breadcrumb and no part of another column."""
    segment = reading.segments[index]
    return len(segment.links) > 1 and segment.words <= _MAX_TRAIL_WORDS and not reading.hints[index] & _NOT_OF_CRUMBS


def _read_between(segment: Segment) -> str:
    """Return what stands between the links of a row: «»» in a name is no arrow."""
    text = segment.text
    for _, name, _ in segment.links:
        text = text.replace(name, " ", 1)
    return text


def _is_crumb(reading: Reading, index: int) -> bool:
    """Whether a text is a breadcrumb by its own look: it begins with the way home."""
    if index >= len(reading.segments):
        return False
    segment = reading.segments[index]
    if len(segment.links) > 1 and fold(segment.links[0][1].strip(STEPS)) in HOME:
        # a menu begins with the way home too, but its steps have nothing between them
        is_menu = reading.hints[index] & Hint.NAV or len(segment.links) > _MOST_BARRED
        is_menu = is_menu and not reading.hints[index] & Hint.CRUMB
        return segment.words <= 30 and not (is_menu and not _read_between(segment).strip(" |"))
    if len(segment.links) > 1 and segment.words <= _MAX_TRAIL_WORDS and _is_nested(segment):
        return True
    if (
        index in (reading.title_at - 1, reading.title_at - 2)
        and segment.link_share > 0.5
        and _ARROW.search(_QUOTED.sub("", segment.text))
    ):
        return segment.words <= _MAX_TRAIL_WORDS
    is_near = reading.title_at - 3 <= index < reading.title_at and segment.words <= _MAX_TRAIL_WORDS
    if is_near and len(segment.links) > 1 and _read_between(segment).strip() == "/":
        return True  # «لبنان/سياسة»
    steps = [step for step in STEP_BREAK.split(segment.text.strip(STEPS)) if step]
    return len(steps) >= 2 and segment.words <= 30 and fold(steps[0]) in HOME


def _is_nested(segment: Segment) -> bool:
    """Whether the address of each link goes on from the one before: /news, /news/official."""
    addresses = [href.rstrip("/") for href, _, _ in segment.links]
    return all(one and other.startswith(one + "/") for one, other in pairwise(addresses))


def _read_last_step(reading: Reading, segment: Segment) -> str | None:
    """Return the last step before the headline of a breadcrumb that is one text: «الرئيسية > محليات», «الرئيسية/ثقافة»."""
    text = segment.text
    # the headline may have quotation marks of its own, which look like steps
    if reading.title_at >= 0:
        text = text.partition(reading.segments[reading.title_at].text[:25])[0] or text
    steps = STEP_BREAK.split(text.strip(STEPS))
    if len(segment.links) > 1:
        steps = [text.strip(STEPS) for _, text, _ in segment.links]
        last = _LAST_STEP.search(text.rpartition(segment.links[-1][1] or STEPS)[2])
        steps += [last[1]] if last else []  # «الأخبار » الرياضة»: the last step need not be a link
    elif len(steps) == 1 and len(segment.parts) > 1:
        steps = [part.strip(STEPS) for part in segment.parts]
    names = (step for step in reversed(steps) if step and fold(step) not in HOME)
    return next((step for step in names if step.count(" ") < MAX_WORDS and not _begins_headline(reading, step)), None)


def _begins_headline(reading: Reading, text: str) -> bool:
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    key = get_key(text).strip()
    return bool(headline) and key.count(" ") >= 2 and key in headline


def is_label(reading: Reading, index: int) -> bool:
    """Whether a text can be a section's name: a few words, no date, no headline, not the way home, nothing behind it."""
    segment = reading.segments[index]
    if not segment.text or segment.words > MAX_WORDS or any(map(str.isdigit, segment.text)):
        return False
    # «page-header» above the headline is the article's, where the label itself is named for a section
    elsewhere = _NOT_BESIDE & ~(Hint.PAGE if segment.hints & Hint.SECTION and index == reading.title_at - 1 else 0)
    if reading.hints[index] & elsewhere or index in reading.card_of or segment.text.endswith((":", "：")):
        return False
    if (segment.phrase and segment.phrase.kind == "copyright") or segment.folded.startswith("عن "):  # «عن المدونة»
        return False
    name = segment.text.strip(STEPS)
    return len(name) > 1 and fold(name) not in HOME and fold(name) not in NO_SECTION and index != reading.title_at
