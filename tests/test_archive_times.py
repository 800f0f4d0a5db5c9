from __future__ import annotations

import re

import pytest

from newscrawl.archive.times import as_utc, find_sort_time, parse_since, parse_until
from newscrawl.exceptions import UsageError

FIRST_SEEN = "2026-11-22T15:04:05+00:00"

SORT_TIMES = {
    "with offset": ("2024-01-15T10:00:00+03:00", "Africa/Cairo", "2024-01-15T07:00:00+00:00", "published_at"),
    "with Z": ("2024-01-15T10:00:00Z", None, "2024-01-15T10:00:00+00:00", "published_at"),
    "fractions of a second": ("2024-01-15T10:00:00.999Z", None, "2024-01-15T10:00:00+00:00", "published_at"),
    "site's zone, winter": ("2024-01-15T10:00:00", "Africa/Cairo", "2024-01-15T08:00:00+00:00", "site_timezone"),
    "site's zone, summer": ("2024-07-15T10:00:00", "Africa/Cairo", "2024-07-15T07:00:00+00:00", "site_timezone"),
    "no zone at all": ("2024-01-15T10:00", None, "2024-01-15T10:00:00+00:00", "utc"),
    "a zone that does not exist": ("2024-01-15T10:00", "Asia/Nowhere", "2024-01-15T10:00:00+00:00", "utc"),
    "a zone that is a folder": ("2024-01-15T10:00", "Asia", "2024-01-15T10:00:00+00:00", "utc"),
    "a zone that is a path": ("2024-01-15T10:00", "../../etc/passwd", "2024-01-15T10:00:00+00:00", "utc"),
    "a day": ("2024-01-15", "Asia/Riyadh", "2024-01-15T00:00:00+00:00", "day"),
    "a day, zone unknown": ("2024-01-15", None, "2024-01-15T00:00:00+00:00", "day"),
    "no date": (None, "Asia/Riyadh", FIRST_SEEN, "first_seen_at"),
    "no such date": ("2024-02-31", "Asia/Riyadh", FIRST_SEEN, "first_seen_at"),
    "not a date": ("أمس", "Asia/Riyadh", FIRST_SEEN, "first_seen_at"),
    "before time began": ("0001-01-01T00:00:00+05:00", None, FIRST_SEEN, "first_seen_at"),
}


@pytest.mark.parametrize(("published_at", "timezone", "sort_at", "source"), SORT_TIMES.values(), ids=SORT_TIMES.keys())
def test_sort_time(published_at: str | None, timezone: str | None, sort_at: str, source: str) -> None:
    assert find_sort_time(published_at, timezone, FIRST_SEEN) == (sort_at, source)


def test_times_have_one_form() -> None:
    assert as_utc("2026-11-22T18:04:05.123+03:00") == as_utc("2026-11-22T15:04:05Z") == FIRST_SEEN
    assert as_utc("2026-11-22T15:04:05") == FIRST_SEEN
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", as_utc(None))


def test_a_day_is_a_whole_day() -> None:
    assert parse_since("2024-01-15") == "2024-01-15T00:00:00+00:00"
    assert parse_until("2024-01-15") == "2024-01-15T23:59:59+00:00"


def test_a_limit_may_be_a_time() -> None:
    assert parse_since("2024-01-15T10:00+03:00") == parse_until("2024-01-15T07:00") == "2024-01-15T07:00:00+00:00"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024-13-01", "2024", "15/01/2024", "٢٠٢٤-٠١-١٥", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_time_is_wrong_use(text: str) -> None:
    for parse in (parse_since, parse_until):
        with pytest.raises(UsageError, match="write 2024-01-15"):
            parse(text)
