"""The fields beside the text: headline, dates and tags, declared and printed weighed together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from newscrawl.arabic import fold
from newscrawl.dates import format_date, parse_date, parse_iso
from newscrawl.extraction.datelines import is_dateline, read_dateline
from newscrawl.extraction.headline import split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import ANY_TIME, HAS_DIGIT
from newscrawl.extraction.neighbourhood import find_neighbourhood
from newscrawl.extraction.phrases import list_phrases
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.extraction.segments import Segment

_COUNTS = re.compile(r"(?:\s|^)(?:عدد )?(?:القراءات|المشاهدات|الزيارات|التعليقات|مشاهدات?|قراءة|زيارة|تعليق)\b.*$")
_BYLINE_AFTER = re.compile(r"[\s,،|-]+(?:par|by|بقلم|بواسطة|كتب)\s*:?$")  # «12 juin 2021, par» before the name
_FIELD_BREAK = re.compile(r"\s+[|•·]\s+|\s*\n\s*")
_DASH = re.compile(r"\s+[-–—]\s+")
_TIME_ALONE = re.compile(
    r"\W*(?:الساعة\s*|في\s*)?\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[صم]|صباحا?ً?|مساءً?ا?|ظهرا?ً?|[aApP]\.?[mM])?\W*"
)
_MOST_IN_ROW = 5
_SEPARATOR = re.compile(r"\W*")
_HIJRI_YEAR, _GREGORIAN_YEAR = re.compile(r"[1١][34٣٤]\d\d(?!\d)"), re.compile(r"(?<!\d)(?:19|20|١٩|٢٠)\d\d(?!\d)")
_MAX_DATED_WORDS, _MAX_SENTENCE_WORDS = 24, 40
_DAY_AND_HOUR = re.compile(r"يوم (.{8,40}? الساعة \S+(?: [صم]\w*)?)")
"""«نشرت هذه المقالة يوم الاثنين 12 سبتمبر 2011 عند الساعة 4:42 م تحت تصنيف محليات»"""
_BEHIND_POSTER = re.compile(r"(?:نشر|أرسل|أضيف|كتب)\w*\s.{2,40}?\s(?:في|بتاريخ|يوم)\s+(.{8,40})$")
"""«أرسلت بواسطة admin في 17/12/2003 21:54:03»"""
# The types of schema.org that say more than that it is news.
_KINDS = {
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "BackgroundNewsArticle": "background",
    "ReviewNewsArticle": "review",
    "ReportageNewsArticle": "report",
    "LiveBlogPosting": "live",
    "SatiricalArticle": "satire",
    "AdvertiserContentArticle": "advertisement",
}
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
        return _strip_kicker(reading, reading.segments[reading.title_at].text), "printed"
    sites = {get_key(name) for name in reading.declared.site_names}
    for title, source in reading.declared.titles:
        for part in split_title(title)[3:5] or (title,):
            if get_key(part) not in sites and part.count(" ") >= 1:
                return part, source
        return title, source
    return None, None


def _strip_kicker(reading: Reading, printed: str) -> str:
    """Return a printed headline without the kicker that runs into it, where the head declares it without."""
    key = get_key(printed)
    for title, source in reading.declared.titles:
        short = get_key(title)
        is_headline = source != "title" and short.count(" ") >= 3
        if is_headline and key.endswith(f" {short}") and key.count(" ") - short.count(" ") >= 2:
            return title
    return printed.lstrip(" :|–—-")


# -- dates


def find_dates(reading: Reading, now: datetime | None, timezone: str | None) -> tuple[Dating, str | None]:
    """Return when the article was published and when it was changed; what the machine-readable head says comes first."""
    printed, changed = _read_printed(reading, now, timezone)
    stamped = _read_time_elements(reading, timezone)
    modified = _read_declared(reading.declared.modified, timezone)
    declared = _read_declared(reading.declared.published, timezone)
    if declared and printed and printed.source == "printed" and _is_doubtful(declared, printed, modified):
        declared = None
    found = [dating for dating in (declared, stamped, printed) if dating]
    if not found and (issue := _read_issue(reading, timezone) or _read_dateline(reading, timezone)):
        return issue, (modified.at if modified else None) or changed
    if not found:
        return Dating(), (modified.at if modified else None) or changed
    # a day alone gives way to the same day with a time
    published = next((dating for dating in found if "T" in dating.at and dating.at[:10] == found[0].at[:10]), found[0])
    if printed and printed.at.startswith(published.at):
        published = published._replace(at=printed.at)  # the zone that is printed alone: «بتوقيت أبوظبي»
    text = printed.text if printed and published is not printed else published.text
    return published._replace(text=text), (modified.at if modified else None) or changed


def _is_doubtful(declared: Dating, printed: Dating, modified: Dating | None) -> bool:
    """Whether a declared time gives way to a printed one: it is a bare day, or one behind a change on the printed day.

    Systems that keep days write them as midnight, of the site's zone too, which is 20 to 23 o'clock in UTC.
    """
    time = parse_iso(declared.at)
    if not isinstance(time, datetime):
        return True
    if declared.source == "date" and declared.at[:10] != printed.at[:10]:
        return True  # on ASP.NET sites the day on which the page was made
    is_midnight = time.hour == 0 or (time.hour >= 20 and time.utcoffset() == timedelta(0))
    if is_midnight and not (time.minute or time.second):
        return True
    return modified is not None and modified.at[:10] == printed.at[:10] < declared.at[:10]


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
        if published and "T" in published.at and (changed or not _says_changed(segment.text)):
            continue  # of a known moment only the change may still be told
        says_so = segment.phrase is not None and segment.phrase.kind == "date"
        if published and published.at and not says_so:
            continue  # a day is known; only a line that says that it is the date may have its hour
        blocked = reading.hints[index] & (Hint.COMMENT | Hint.RELATED | Hint.LISTING | Hint.HIDDEN | Hint.ASIDE)
        if (
            not segment.text
            or segment.words > _count_most_words(reading, index)
            or blocked
            or segment.label in ("card", "paragraph", "heading", "caption")
        ):
            continue
        for text in dict.fromkeys((*_join_row(reading, index), *_list_readings(segment))):
            value = parse_date(text, now=now, timezone=timezone)
            if value is None and now is None and published is None and parse_date(text, now=ANY_TIME):
                published = Dating("", segment.text, None)
            if value is None:
                continue
            if _says_changed(segment.text) or _says_changed(text):
                changed = changed or format_date(value)
            elif published is None or not published.at or _has_the_hour(published, value):
                is_relative = now is not None and value != parse_date(text, now=now - _A_WEEK, timezone=timezone)
                published = Dating(format_date(value), segment.text, "relative" if is_relative else "printed")
            break
    return published, changed


def _has_the_hour(published: Dating, value: date) -> bool:
    """Whether a time is one on the day that was found already."""
    return isinstance(value, datetime) and value.isoformat()[:10] == published.at


def _count_most_words(reading: Reading, index: int) -> int:
    """Return how long a line may be that tells the date: longer where its box or its first words say so."""
    phrase = reading.segments[index].phrase
    if phrase and phrase.kind == "date":
        return _MAX_SENTENCE_WORDS
    return _MAX_DATED_WORDS if reading.hints[index] & Hint.DATE else 16


def _read_issue(reading: Reading, timezone: str | None) -> Dating | None:
    """Return the day of a newspaper's issue, printed with its number above the headline: «الأحد 16 مارس 2003م - العدد (512)»."""
    for segment in reading.segments[: max(reading.title_at, 0)]:
        if "العدد" in segment.text and segment.words <= _MAX_DATED_WORDS:
            for text in _list_readings(segment):
                if value := parse_date(text, timezone=timezone):
                    return Dating(format_date(value), segment.text, "issue")
    return None


def _read_dateline(reading: Reading, timezone: str | None) -> Dating | None:
    """Return the day that an agency prints before its first sentence: «النعمة، 12/03/2014 -(و م أ)- اختتمت مساء اليوم»."""
    behind = reading.segments[max(reading.title_at, 0) :]
    first = next((s for s in behind if s.label == "paragraph" or is_dateline(s)), None)
    dateline = read_dateline(first.text) if first else None
    value = parse_date(dateline.day, timezone=timezone) if dateline and dateline.day else None
    return Dating(format_date(value), f"{dateline.place} {dateline.day}", "dateline") if dateline and value else None


def _join_row(reading: Reading, index: int) -> list[str]:
    """Return a day with what the next boxes of its row add: the time, or the Gregorian date beside the Hijri one."""
    segment = reading.segments[index]
    text = segment.text
    rows: list[str] = []
    for other in reading.segments[index + 1 : index + _MOST_IN_ROW]:
        boxes = [{line.box, reading.boxes[line.box].parent} for line in (segment, other)]
        if not other.text or not _adds_to_day(text, other) or boxes[0].isdisjoint(boxes[1]):
            break
        text = f"{text} {other.text}"
        rows.insert(0, text)
    return rows


def _adds_to_day(day: str, other: Segment) -> bool:
    if _SEPARATOR.fullmatch(other.text) or _TIME_ALONE.fullmatch(other.text):
        return True
    years = [(bool(_HIJRI_YEAR.search(text)), bool(_GREGORIAN_YEAR.search(text))) for text in (day, other.text)]
    return other.words <= _MAX_DATED_WORDS and sorted(years) == [(False, True), (True, False)]


def _list_readings(segment: Segment) -> Iterator[str]:
    """Yield a line whole and in parts: «تاريخ الخبر: 14-3-2025 القراءات: 2775», «السياسة | 12 مارس 2025»."""
    for one, other in (*pairwise(segment.parts), *pairwise(_FIELD_BREAK.split(segment.text))):
        if _TIME_ALONE.fullmatch(other):
            yield f"{one} {other}"  # and behind the time the number of readers
    yield segment.text
    yield _COUNTS.sub("", segment.text)
    yield _BYLINE_AFTER.sub("", segment.text)
    if fold(segment.text.rpartition(" ")[2]) in list_phrases("agency"):
        yield segment.text.rpartition(" ")[0]  # «الثلاثاء 2024/03/12 م واس»
    yield from segment.parts
    for text in (segment.text, *filter(HAS_DIGIT.search, segment.parts)):
        yield from _FIELD_BREAK.split(text)
        # «العدد 212 - الخميس 6 مايو 2004م - صفحة: محليات»; two dates would be a range
        dated = [piece for piece in _DASH.split(text) if parse_date(piece)]
        yield from dated if len(dated) == 1 else ()
    yield from _DAY_AND_HOUR.findall(segment.text)
    yield from _BEHIND_POSTER.findall(segment.text)


def _says_changed(text: str) -> bool:
    return (
        fold(text)
        .lstrip()
        .startswith(
            (
                "اخر تحديث",
                "اخر تحيين",
                "تم التحديث",
                "تحديث",
                "اخر تعديل",
                "حدث في",
                "روجع",
                "تمت المراجعه",
                "updated",
                "last updated",
            )
        )
    )


# -- tags and kind


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


def find_kind(reading: Reading) -> str | None:
    """Return which kind of article the page declares in JSON-LD, None where it says no more than that it is one."""
    return next((kind for name, kind in _KINDS.items() if name in reading.declared.types), None)
