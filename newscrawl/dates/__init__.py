"""From a printed date, as newspapers from Rabat to Muscat write it, to what it says, and never a guess.

A text is folded and cut into tokens; each kind of token is one letter, and the rules are regular expressions over these
letters. What is no token or follows no rule makes the answer None: a sentence that contains a date is no date.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from hijridate import Hijri

from newscrawl.arabic import fold, fold_digits
from newscrawl.dates.reading import YEARS, Reading, read
from newscrawl.dates.tokens import choose_tokens, tokenize

_LONGEST = 160  # label, weekday, both calendars, time and zone, and the same again after «آخر تحديث»
_HINT = re.compile(r"[0-9]|امس|بارحه|اليوم|منذ|قبل|مضت|ago|day")
_EXACT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:.+)?")
_COMPACT = re.compile(r"[0-9]{8}(?:T[0-9]{4}.*)?")
_DAY_OR_MONTH = re.compile(r"\W*(?:0?[1-9]|1[0-2])([/.-])(?:0?[1-9]|1[0-2])\1[0-9]")
_UNIX_SECONDS = re.compile("1[0-8][0-9]{8}")
_UNSET_IN_CODE = date(1970, 1, 1)  # what programs print for a time that they do not have


def parse_date(
    text: str, *, now: datetime | None = None, timezone: str | tzinfo | None = None
) -> datetime | date | None:
    """Return what a printed date says: a datetime where a time of day is printed, else a date; None where unsure.

    A datetime is aware where its zone is printed or `timezone` (an IANA name) is given. «منذ ساعتين», «أمس» and dates
    without a year need `now`; such a date is the latest that is not more than two days ahead. Numeric dates are
    day/month/year, or begin with the year. Hijri dates follow the Umm al-Qura calendar; where both calendars are
    printed, the Gregorian one counts. Never raises for a text.
    """
    if len(text) > _LONGEST:
        return None
    reading = _read_text(text)
    if reading is None:
        return None
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    if not isinstance(reading, Reading):
        return _add_zone(reading, zone)
    try:
        return _resolve(reading, now.astimezone(zone) if now and now.tzinfo and zone else now, zone)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=2_048)
def _read_text(text: str) -> Reading | datetime | date | None:
    """Return what a text says by itself; kept, for one line of a page is read by every step that asks what it is."""
    folded = " ".join(fold(text).split())
    if not _HINT.search(folded):
        return None
    if _EXACT.fullmatch(folded) and (exact := _parse_exact(folded)):
        return exact
    try:
        return read(choose_tokens(tokenize(folded)))
    except (ValueError, OverflowError):
        return None


def parse_iso(text: str) -> datetime | date | None:
    """Return a time that a program wrote, in ISO 8601 and its common broken spellings, RFC 2822 or Unix seconds.

    None for anything else, for 1970-01-01, and for 05/03/2024, which one program writes for March and another for May.
    """
    text = fold_digits(text.strip())
    value = _parse_exact(text) if _EXACT.fullmatch(text) or _COMPACT.fullmatch(text) else None
    if value is None and _UNIX_SECONDS.fullmatch(text):
        value = datetime.fromtimestamp(int(text), UTC)
    if value is None and not _DAY_OR_MONTH.match(text):
        value = parse_date(text)
    day = value.date() if isinstance(value, datetime) else value
    return None if day == _UNSET_IN_CODE else value


def format_date(value: datetime | date) -> str:
    """Return ISO 8601: 2023-12-18, 2023-12-18T14:30 or 2023-12-18T14:30:05+03:00; seconds only where not zero."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return value.isoformat()


def _parse_exact(text: str) -> datetime | date | None:
    """Return what the standard library reads in an ISO 8601 text; None where it reads nothing."""
    try:
        is_day = len(text) <= len("2023-12-18")
        value = date.fromisoformat(text) if is_day else datetime.fromisoformat(text.upper()).replace(microsecond=0)
    except ValueError:
        return None
    return value if value.year in YEARS else None


def _resolve(reading: Reading, now: datetime | None, zone: tzinfo | None) -> datetime | date | None:
    if reading.ago:
        is_alone = reading == Reading(ago=reading.ago)
        return _add_zone(_go_back(now, reading.ago), zone) if now and is_alone else None
    day = _find_day(reading, now)
    if day is None or reading.clock is None:
        return day
    return _add_zone(datetime.combine(day, reading.clock, reading.zone), zone)


def _find_day(reading: Reading, now: datetime | None) -> date | None:
    has_year = reading.gregorian or reading.hijri
    if has_year and reading.month_and_day:
        raise ValueError("a second day, without its year")
    if reading.hijri and not reading.gregorian:
        return date(*Hijri(*reading.hijri).to_gregorian().datetuple())
    if has_year or now is None:
        return reading.gregorian
    day = None
    if reading.month_and_day:
        day = _find_latest(reading.month_and_day, now.date() + timedelta(days=2))
    elif reading.days_back is not None:
        day = now.date() - timedelta(days=reading.days_back)
    return day if day and reading.weekday in (None, day.weekday()) else None


def _find_latest(month_and_day: tuple[int, int], last: date) -> date | None:
    month, day = month_and_day
    for year in range(last.year, last.year - 9, -1):  # the 29th of February may be eight years back
        if day <= calendar.monthrange(year, month)[1] and (found := date(year, month, day)) <= last:
            return found
    return None


def _go_back(now: datetime, amounts: list[tuple[str, float]]) -> datetime | date:
    """Return the time before `now`; a day, where days or more are counted, for such texts round down."""
    moment = now.replace(microsecond=0)
    units = {unit for unit, _ in amounts}
    for unit, count in amounts:
        if unit in ("month", "year"):
            if count % 1:
                raise ValueError(f"{count} {unit}")
            moment = _subtract_months(moment, int(count) * (12 if unit == "year" else 1))
        else:
            moment -= timedelta(**{f"{unit}s": count})
    if units <= {"day", "week", "month", "year"}:
        return moment.date()
    return moment if "second" in units else moment.replace(second=0)


def _subtract_months(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _add_zone(value: datetime | date, zone: tzinfo | None) -> datetime | date:
    return value.replace(tzinfo=zone) if isinstance(value, datetime) and zone and not value.tzinfo else value
