"""The fields beside the text: headline, dates, authors, agency, section and tags, declared and printed weighed together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from newscrawl.arabic import fold
from newscrawl.dates import format_date, parse_date, parse_iso
from newscrawl.extraction.bylines import AUTHOR_ADDRESS
from newscrawl.extraction.headline import split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import ANY_TIME
from newscrawl.extraction.neighbourhood import find_neighbourhood
from newscrawl.extraction.phrases import strip_phrase
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.extraction.segments import Segment

_COUNTS = re.compile(r"(?:\s|^)(?:عدد )?(?:القراءات|المشاهدات|الزيارات|التعليقات|مشاهدات?|قراءة|زيارة|تعليق)\b.*$")
_FIELD_BREAK = re.compile(r"\s+[|•·]\s+|\s*\n\s*")
_A_WEEK = timedelta(days=7)


class Dating(NamedTuple):
    """When something was published: understood (ISO 8601), as printed, and where it was found."""

    at: str = ""
    text: str | None = None
    source: str | None = None


# -- headline


def find_title(reading: Reading) -> tuple[str | None, str | None]:
    """Return the headline without the site's name and where it was found: as printed, else as declared."""
    if reading.title_at >= 0:
        return reading.segments[reading.title_at].text, "printed"
    sites = {get_key(name) for name in reading.declared.site_names}
    for title, source in reading.declared.titles:
        for part in split_title(title)[3:5] or [title]:
            if get_key(part) not in sites and part.count(" ") >= 1:
                return part, source
        return title, source
    return None, None


# -- dates


def find_dates(reading: Reading, now: datetime | None, timezone: str | None) -> tuple[Dating, str | None]:
    """Return when the article was published and when it was changed; what the machine-readable head says comes first."""
    printed, changed = _read_printed(reading, now, timezone)
    stamped = _read_time_elements(reading, timezone)
    found = [dating for dating in (_read_declared(reading.declared.published, timezone), stamped, printed) if dating]
    modified = _read_declared(reading.declared.modified, timezone)
    if not found:
        return Dating(), (modified.at if modified else None) or changed
    # a day alone gives way to the same day with a time
    published = next((dating for dating in found if "T" in dating.at and dating.at[:10] == found[0].at[:10]), found[0])
    text = printed.text if printed and published is not printed else published.text
    return published._replace(text=text), (modified.at if modified else None) or changed


def _read_declared(values: list[tuple[str, str]], timezone: str | None) -> Dating | None:
    for text, source in values:
        if at := _read_stamp(text, timezone):
            return Dating(at, text, source)
    return None


def _read_stamp(text: str, timezone: str | None) -> str | None:
    """Return the time that a program wrote into the page; without a zone it is the site's."""
    value = parse_iso(text)
    if timezone and isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=ZoneInfo(timezone))
    return format_date(value) if value is not None else None


def _read_time_elements(reading: Reading, timezone: str | None) -> Dating | None:
    for index in find_neighbourhood(reading):
        box = reading.boxes[reading.segments[index].box]
        stamp = box.element.get("datetime") if box.tag == "time" else None
        if stamp and (at := _read_stamp(stamp, timezone)):
            return Dating(at, reading.segments[index].text, "time")
    return None


def _read_printed(reading: Reading, now: datetime | None, timezone: str | None) -> tuple[Dating | None, str | None]:
    published: Dating | None = None
    changed: str | None = None
    for index in find_neighbourhood(reading):
        segment = reading.segments[index]
        blocked = reading.hints[index] & (Hint.COMMENT | Hint.RELATED | Hint.LISTING | Hint.HIDDEN | Hint.ASIDE)
        if (
            not segment.text
            or segment.words > 16
            or blocked
            or segment.label in ("card", "paragraph", "heading", "caption")
        ):
            continue
        for text in _list_readings(segment):
            value = parse_date(text, now=now, timezone=timezone)
            if value is None and now is None and published is None and parse_date(text, now=ANY_TIME):
                published = Dating("", segment.text, None)
            if value is None:
                continue
            if _says_changed(segment.text):
                changed = changed or format_date(value)
            elif published is None or not published.at:
                is_relative = now is not None and value != parse_date(text, now=now - _A_WEEK, timezone=timezone)
                published = Dating(format_date(value), segment.text, "relative" if is_relative else "printed")
            break
        if published and published.at:
            break
    return published, changed


def _list_readings(segment: Segment) -> Iterator[str]:
    """Yield a line whole and in parts: «تاريخ الخبر: 14-3-2025 القراءات: 2775», «السياسة | 12 مارس 2025»."""
    yield segment.text
    yield _COUNTS.sub("", segment.text)
    yield from segment.parts
    yield from _FIELD_BREAK.split(segment.text)


def _says_changed(text: str) -> bool:
    return (
        fold(text)
        .lstrip()
        .startswith(("اخر تحديث", "تم التحديث", "تحديث", "اخر تعديل", "حدث في", "updated", "last updated"))
    )


# -- section and tags


def find_section(reading: Reading) -> str | None:
    """Return the section that the page shows for the article: its label beside the headline, the breadcrumb's last step, or as declared."""
    crumbs = [i for i in range(reading.title_at + 1) if reading.hints[i] & Hint.CRUMB and _is_label(reading, i)]
    crumbs += [
        i
        for i in range(max(reading.title_at - 12, 0), reading.title_at + 4)
        if i < len(reading.segments) and _is_crumb(reading, i)
    ]
    printed = [i for i in _list_around(reading) if reading.segments[i].label == "section"]
    if printed:
        return strip_phrase(reading.segments[printed[0]].text, "section") or None
    for index in reversed(crumbs):
        if step := _read_last_step(reading, reading.segments[index]):
            return step
    declared = {get_key(name) for name in reading.declared.sections}
    near = [i for i in _list_around(reading) if _is_label(reading, i)]
    for is_section in (
        lambda i: get_key(reading.segments[i].text) in declared,
        lambda i: _is_linked_label(reading, i),
        lambda i: reading.segments[i].hints & Hint.SECTION and reading.segments[i].words <= 4,
    ):
        if found := next(filter(is_section, near), None):
            return _read_last_step(reading, reading.segments[found])
    return next(iter(reading.declared.sections), None)


def _is_linked_label(reading: Reading, index: int) -> bool:
    """Whether a label leads to a list, as a section's name does, and not to an author."""
    segment, hints = reading.segments[index], reading.hints[index]
    is_listed = hints & (Hint.LIST | Hint.NAV | Hint.RELATED | Hint.LISTING)
    leads_to_author = any(AUTHOR_ADDRESS.search(href) for href, _, _ in segment.links)
    return segment.link_share > 0.9 and bool(hints & Hint.SECTION or not is_listed) and not leads_to_author


def _read_last_step(reading: Reading, segment: Segment) -> str | None:
    """Return the last step before the headline of a breadcrumb that is one text: «الرئيسية > محليات», «الرئيسية/ثقافة»."""
    steps = [step for step in _STEP_BREAK.split(segment.text.strip(_STEPS)) if fold(step) not in _HOME]
    if segment.link_share > 0.8 and len(segment.links) > 1:
        steps = [step for _, text, _ in segment.links if fold(step := text.strip(_STEPS)) not in _HOME]
    return next((step for step in reversed(steps) if step and not _begins_headline(reading, step)), None)


def _begins_headline(reading: Reading, text: str) -> bool:
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    key = get_key(text).strip()
    return bool(headline) and key.count(" ") >= 2 and key in headline


def _list_around(reading: Reading) -> list[int]:
    """Return the positions beside the headline, the nearest first."""
    title, size = max(reading.title_at, 0), len(reading.segments)
    return sorted(
        (i for i in range(title - 3, title + 5) if 0 <= i < size and i != title), key=lambda i: abs(i - title)
    )


def _is_crumb(reading: Reading, index: int) -> bool:
    """Whether a text is a breadcrumb by its own look: it begins with the way home."""
    segment = reading.segments[index]
    steps = [step for step in _STEP_BREAK.split(segment.text.strip(_STEPS)) if step]
    return 2 <= len(steps) <= 5 and segment.words <= 30 and fold(steps[0]) in _HOME


def _is_label(reading: Reading, index: int) -> bool:
    """Whether a text can be a section's name: a few words, no date, no headline, not the way home."""
    segment = reading.segments[index]
    if not segment.text or segment.words > 5 or any(character.isdigit() for character in segment.text):
        return False
    if reading.hints[index] & (Hint.SHARE | Hint.HIDDEN | Hint.BYLINE | Hint.PAGE) or index in reading.card_of:
        return False
    return (
        fold(segment.text).strip(" »›/>«") not in _HOME
        and index != reading.title_at
        and len(segment.text.strip(" »›/>«|")) > 1
    )


_STEPS = " »›/><«|\\←→"
_STEP_BREAK = re.compile(r"\s*[»›/><«|\\←→]+\s*")
_HOME = frozenset(
    ("الرييسيه", "الرئيسيه", "الصفحه الرئيسيه", "رئيسيه", "home", "بيت", "الاستقبال", "accueil", "انت هنا", "أنت هنا:")
)


def find_tags(reading: Reading) -> tuple[str, ...]:
    """Return the keywords that the page prints for the article."""
    tags: dict[str, None] = {}
    for index, segment in enumerate(reading.segments):
        if index <= reading.title_at or segment.label != "tag" or reading.hints[index] & (Hint.ASIDE | Hint.LISTING):
            continue
        for _, text, _ in segment.links:
            if 0 < len(text) <= 60:
                tags.setdefault(text.lstrip("#").strip())
    return tuple(tags)
