"""The UTC times that the archive sorts and filters by, in one form: 2026-11-22T15:04:05+00:00.

An article's own times keep the offset, or the lack of it, that the page gave; such strings do not sort.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from newscrawl.exceptions import UsageError


def as_utc(text: str | None) -> str:
    """Return an ISO 8601 time in the archive's form, or the present one for None; raises ValueError for no such time.

    A time without offset is taken as UTC.
    """
    return _print(datetime.now(UTC) if text is None else _read_time(text, UTC))


def find_sort_time(published_at: str | None, timezone: str | None, first_seen_at: str) -> tuple[str, str]:
    """Return sort_at and sort_source.

    The source is `published_at` where the page tells the offset, `site_timezone` where the site's zone completes it,
    `utc` where nobody knows the zone, `day` where there is no time of day, and `first_seen_at` where the page tells no date that can be read.
    A day without time counts from its start in UTC: from its start in a zone east of it, the day would sort into the
    day before, and be missed by a filter for the very day that the page prints.
    """
    if published_at is None:
        return first_seen_at, "first_seen_at"
    zone = _find_zone(timezone) if "T" in published_at else None
    try:
        sort_at = _print(_read_time(published_at, zone or UTC))
    except ValueError:
        return first_seen_at, "first_seen_at"
    if "T" not in published_at:
        return sort_at, "day"
    if datetime.fromisoformat(published_at).tzinfo is not None:
        return sort_at, "published_at"
    return sort_at, "site_timezone" if zone else "utc"


def as_moment(text: str) -> str:
    """Return a time with offset as UTC, so that two spellings of one moment are equal, and all else as it is."""
    try:
        moment = datetime.fromisoformat(text)
        return text if moment.tzinfo is None else moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return text


def parse_since(text: str) -> str:
    """Return the first sort_at that `since` admits: a day counts from its start, in UTC. Raises UsageError."""
    return _parse_limit(text, time.min)


def parse_until(text: str) -> str:
    """Return the last sort_at that `until` admits: a day counts to its end, in UTC. Raises UsageError."""
    return _parse_limit(text, time.max)


def _parse_limit(text: str, time_of_day: time) -> str:
    try:
        return _print(datetime.combine(date.fromisoformat(text), time_of_day, UTC))
    except ValueError:
        pass
    try:
        return as_utc(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day or time: write 2024-01-15 or 2024-01-15T10:30+03:00") from None


def _find_zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown; no possible name; a folder of zones
        return None


def _read_time(text: str, zone: tzinfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _print(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError as error:
        raise ValueError(f"{moment} is no time in UTC") from error
