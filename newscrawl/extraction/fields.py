"""The fields beside the text: headline, dates, authors, agency, section and tags, declared and printed weighed together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from newscrawl.arabic import clean, fold
from newscrawl.dates import format_date, parse_date, parse_iso
from newscrawl.extraction.headline import split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.extraction.segments import Segment
from newscrawl.urls import get_host

_MAX_NAME_WORDS = 8
_AROUND_TITLE = 14
_BYLINE_LABEL = re.compile(
    r"^(?:كتبت?|بقلم|إعداد|اعداد|تقرير|حوار|بواسطة|الكاتب|المحرر|تحرير|ترجمة|By|Written by)\s*[:：/\-–]?\s+|^(?:كتبت?|بقلم|إعداد|تقرير|بواسطة)\s*[:：/\-–]\s*",
    re.IGNORECASE,
)
_NAME_BREAK = re.compile(r"\s*(?:[,،;؛|/•·]|\s[-–—]\s|\bو\s(?=\w)|\band\b)\s*")
_NOT_A_NAME = re.compile(
    r"https?:|@|www\.|\d{2}|[.!?؟]\s|developed|powered|designed|\badmin\b|\beditor\b|\.(?:png|jpe?g|com|net)\b",
    re.IGNORECASE,
)
_AGENCIES = frozenset(
    fold(name)
    for name in (
        "رويترز|أ ف ب|أ.ف.ب|ا ف ب|فرانس برس|وكالات|وكالة الأنباء|الأناضول|سبوتنيك|شينخوا|د ب أ|"
        "د.ب.أ|أ ش أ|أ.ش.أ|أ ب|أ.ب|أسوشيتد برس|واس|وام|كونا|قنا|بنا|بترا|سانا|وفا|واج|وات|و م ع|"
        "و.م.ع|واع|سبأ|العمانية|سونا|لانا|نينا|وكالة أنباء|وكالات الأنباء|CNN|BBC|AFP|Reuters|AP|"
        "DPA|Anadolu|RT"
    ).split("|")
)


_SOURCE_LABEL = re.compile(
    r"^[\s(\[-]*(?:ال)?(?:مصدر|مصادر|وكالة)(?: الخبر)?\s*[:：]\s*|^\s*Source\s*:\s*|^\s*نقلا? عن\s*:?\s*", re.IGNORECASE
)


class Dating(NamedTuple):
    """When something was published: understood (ISO 8601), as printed, and where it was found."""

    at: str | None = None
    text: str | None = None
    source: str | None = None


# -- headline


def find_title(reading: Reading) -> tuple[str | None, str | None]:
    """Return the headline without the site's name and where it was found: as printed, else as declared."""
    if reading.title_at >= 0:
        return reading.segments[reading.title_at].text, "printed"
    sites = {get_key(name) for name in reading.declared.site_names}
    for title, source in reading.declared.titles:
        for part in split_title(title)[3:] or [title]:
            if get_key(part) not in sites and part.count(" ") >= 1:
                return part, source
        return title, source
    return None, None


# -- dates


def find_dates(reading: Reading, now: datetime | None, timezone: str | None) -> tuple[Dating, str | None]:
    """Return when the article was published and when it was changed; what the machine-readable head says comes first."""
    printed, changed = _read_printed(reading, now, timezone)
    published = (
        _read_declared(reading.declared.published, timezone) or _read_time_elements(reading, timezone) or printed
    )
    if published and printed and published.source != "printed":
        published = published._replace(text=printed.text)
    modified = _read_declared(reading.declared.modified, timezone)
    return published or Dating(), (modified.at if modified else None) or changed


def _read_declared(values: list[tuple[str, str]], timezone: str | None) -> Dating | None:
    for text, source in values:
        value = parse_iso(text) or parse_date(text, timezone=timezone)
        if value is not None:
            return Dating(format_date(_localize(value, timezone)), text, source)
    return None


def _localize(value, timezone: str | None):  # type: ignore[no-untyped-def]
    from zoneinfo import ZoneInfo

    if timezone and isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=ZoneInfo(timezone))
    return value


def _read_time_elements(reading: Reading, timezone: str | None) -> Dating | None:
    for index in _find_neighbourhood(reading):
        box = reading.boxes[reading.segments[index].box]
        stamp = box.element.get("datetime") if box.tag == "time" else None
        value = (parse_iso(stamp) or parse_date(stamp, timezone=timezone)) if stamp else None
        if value is not None:
            return Dating(format_date(_localize(value, timezone)), reading.segments[index].text, "time")
    return None


def _find_neighbourhood(reading: Reading) -> Iterator[int]:
    """Yield the positions where an article's own date and byline stand: around the headline first, then behind the text."""
    title, end = max(reading.title_at, 0), len(reading.segments)
    body = [i for i, segment in enumerate(reading.segments) if segment.label in ("paragraph", "quote", "list_item")]
    first, last = (body[0], body[-1]) if body else (min(title + 10, end), min(title + 10, end))
    yield from range(title + 1, max(first, title + 1))
    yield from range(title - 1, max(title - _AROUND_TITLE, -1), -1)
    yield from range(first, min(first + 3, end))
    yield from range(last + 1, min(last + 8, end))


def _read_printed(reading: Reading, now: datetime | None, timezone: str | None) -> tuple[Dating | None, str | None]:
    published: Dating | None = None
    changed: str | None = None
    for index in _find_neighbourhood(reading):
        segment = reading.segments[index]
        blocked = reading.hints[index] & (Hint.COMMENT | Hint.RELATED | Hint.LISTING | Hint.HIDDEN | Hint.ASIDE)
        if (
            not segment.text
            or segment.words > 16
            or blocked
            or segment.label in ("card", "paragraph", "heading", "caption")
        ):
            continue
        for text in (segment.text, *segment.parts):
            value = parse_date(text, now=now, timezone=timezone)
            if value is None:
                continue
            if _says_changed(segment.text):
                changed = changed or format_date(value)
            elif published is None:
                published = Dating(format_date(value), segment.text, "printed")
            break
        if published:
            break
    return published, changed


def _says_changed(text: str) -> bool:
    return (
        fold(text)
        .lstrip()
        .startswith(("اخر تحديث", "تم التحديث", "تحديث", "اخر تعديل", "حدث في", "updated", "last updated"))
    )


# -- authors and agency


def find_authors(reading: Reading) -> tuple[str, ...]:
    """Return the people who sign the article; the site's own name and agencies are nobody."""
    nobody = {get_key(name) for name in (*reading.declared.site_names, *_AGENCIES, *_find_stuck_names(reading))}
    declared = [name for name, source in reading.declared.authors if source == "json-ld"] or [
        name for name, _ in reading.declared.authors
    ]
    printed = list(_read_bylines(reading))
    for names in (printed, declared):
        people: dict[str, str] = {}
        for name in names:
            key = get_key(name)
            if key and key not in nobody and not _is_part_of_site(key, nobody) and not _NOT_A_NAME.search(name):
                people.setdefault(key, name)
        if people:
            return tuple(people.values())
    return ()


def _find_stuck_names(reading: Reading) -> Iterator[str]:
    """Yield what a declared title has beyond the headline, and the host: the site's names where nothing else tells them."""
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    for title, _ in reading.declared.titles:
        for part in split_title(title)[1:]:
            if get_key(part) != headline and part.count(" ") < 5:
                yield part
    if reading.url:
        yield get_host(reading.url).rsplit(".", 1)[0]


def _is_part_of_site(key: str, nobody: set[str]) -> bool:
    return any(len(key) > 3 and (key in name or name in key) for name in nobody if len(name) > 3)


def _read_bylines(reading: Reading) -> Iterator[str]:
    for index in _find_neighbourhood(reading):
        segment = reading.segments[index]
        if (
            segment.label != "byline"
            or segment.words > 14
            or reading.hints[index] & (Hint.HIDDEN | Hint.COMMENT | Hint.LISTING | Hint.RELATED)
        ):
            continue
        text = _BYLINE_LABEL.sub("", segment.text)
        if _NOT_A_NAME.search(text) or parse_date(text) is not None:
            continue
        for name in _NAME_BREAK.split(text):
            name = clean(_BYLINE_LABEL.sub("", name)).strip(" -–—:|")
            if (
                len(name) >= 3
                and len(name.split()) <= _MAX_NAME_WORDS
                and parse_date(name) is None
                and any(c.isalpha() for c in name)
            ):
                yield name


def find_agency(reading: Reading) -> str | None:
    """Return the news agency or the source that the article names for its text."""
    for segment in reading.segments[max(reading.title_at, 0) :]:
        if segment.label == "agency":
            return _SOURCE_LABEL.sub("", segment.text).strip(" ()[]-–—.:") or None
    return None


# -- section and tags


def find_section(reading: Reading) -> str | None:
    """Return the section that the page shows for the article: its label beside the headline, the breadcrumb's last step, or as declared."""
    crumbs = [i for i in range(reading.title_at + 1) if reading.hints[i] & Hint.CRUMB and _is_label(reading, i)]
    if crumbs:
        return _read_last_step(reading.segments[crumbs[-1]])
    declared = {get_key(name) for name in reading.declared.sections}
    near = [i for i in _list_around(reading) if _is_label(reading, i)]
    for index in near:
        if get_key(reading.segments[index].text) in declared:
            return reading.segments[index].text
    for index in near:
        is_listed = reading.hints[index] & (Hint.LIST | Hint.NAV | Hint.RELATED | Hint.LISTING)
        if reading.segments[index].link_share > 0.9 and (reading.hints[index] & Hint.SECTION or not is_listed):
            return reading.segments[index].text
    return next(iter(reading.declared.sections), None)


def _read_last_step(segment: Segment) -> str:
    """Return the last link of a breadcrumb that is one text: «الرئيسية/ثقافة»."""
    steps = [text for _, text, _ in segment.links if text]
    return (steps[-1] if len(steps) > 1 else segment.text).strip(" »›/>«|")


def _list_around(reading: Reading) -> list[int]:
    """Return the positions beside the headline, the nearest first."""
    title, size = max(reading.title_at, 0), len(reading.segments)
    return sorted(
        (i for i in range(title - 3, title + 5) if 0 <= i < size and i != title), key=lambda i: abs(i - title)
    )


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


_HOME = frozenset(("الرييسيه", "الرئيسيه", "الصفحه الرئيسيه", "رئيسيه", "home", "بيت", "انت هنا", "أنت هنا:"))


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
