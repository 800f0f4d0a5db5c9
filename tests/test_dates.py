"""From a printed date to what it says: tests/dates.tsv holds the cases, read on 2024-01-15 at noon."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.dates import format_date, parse_date, parse_iso
from newscrawl.dates.words import VOCABULARY

NOW = datetime(2024, 1, 15, 12)  # noqa: DTZ001 - the zone of these pages is not known
RIYADH = timezone(timedelta(hours=3))


def _read_cases() -> list[object]:
    with (Path(__file__).parent / "dates.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [pytest.param(row["text"], row["expected"], id=f"{row['note']}: {row['text']}") for row in rows]


def _show(value: datetime | date | None) -> str:
    return "" if value is None else format_date(value)


@pytest.mark.parametrize(("text", "expected"), _read_cases())
def test_printed_date(text: str, expected: str) -> None:
    assert _show(parse_date(text, now=NOW)) == expected


@pytest.mark.parametrize("text", ["منذ ساعة", "أمس", "اليوم 09:30", "18 ديسمبر", "قبل ٥ دقائق"])
def test_relative_date_needs_now(text: str) -> None:
    assert parse_date(text) is None


def test_time_takes_the_zone_given() -> None:
    assert _show(parse_date("18 ديسمبر 2023 14:30", timezone="Africa/Cairo")) == "2023-12-18T14:30+02:00"
    assert _show(parse_date("18 ديسمبر 2023 14:30", timezone=RIYADH)) == "2023-12-18T14:30+03:00"
    assert _show(parse_date("2023-12-18T14:30", timezone=RIYADH)) == "2023-12-18T14:30+03:00"


def test_printed_zone_wins_over_the_zone_given() -> None:
    assert _show(parse_date("18 ديسمبر 2023 14:30 GMT", timezone=RIYADH)) == "2023-12-18T14:30+00:00"
    assert _show(parse_date("2023-12-18T14:30Z", timezone=RIYADH)) == "2023-12-18T14:30+00:00"


def test_day_stays_a_day_with_a_zone_given() -> None:
    assert _show(parse_date("18 ديسمبر 2023", timezone=RIYADH)) == "2023-12-18"


def test_yesterday_is_yesterday_in_the_zone_given() -> None:
    late = datetime(2024, 1, 15, 22, 30, tzinfo=UTC)
    assert _show(parse_date("أمس", now=late, timezone="Asia/Riyadh")) == "2024-01-15"
    assert _show(parse_date("أمس", now=late)) == "2024-01-14"


def test_hours_ago_are_told_in_the_zone_given() -> None:
    late = datetime(2024, 1, 15, 22, 30, tzinfo=UTC)
    assert _show(parse_date("منذ ساعة", now=late, timezone=RIYADH)) == "2024-01-16T00:30+03:00"
    assert _show(parse_date("منذ ساعة", now=late)) == "2024-01-15T21:30+00:00"
    assert _show(parse_date("منذ ساعة", now=NOW, timezone=RIYADH)) == "2024-01-15T11:00+03:00"


def test_hijri_day_that_the_calendar_does_not_have_is_none() -> None:
    assert parse_date("30 شعبان 1445") is None


def test_long_text_is_no_date() -> None:
    assert parse_date("18 ديسمبر 2023" + " " * 500 + "14:30") is None


PROGRAMS_WROTE = [
    ("2023-12-18T14:30:00+03:00", "2023-12-18T14:30+03:00"),
    (" 2023-12-18T14:30:00Z ", "2023-12-18T14:30+00:00"),
    ("2023-12-18T14:30:15.1234567Z", "2023-12-18T14:30:15+00:00"),
    ("2023-12-18T14:30:00 +0300", "2023-12-18T14:30+03:00"),
    ("2023-12-18T14:30:00+3:00", "2023-12-18T14:30+03:00"),
    ("2023-12-18 14:30:00 -05:00", "2023-12-18T14:30-05:00"),
    ("2023-12-18 14:30:00 UTC", "2023-12-18T14:30+00:00"),
    ("2023-12-18T14:30:00 GMT+3", "2023-12-18T14:30+03:00"),
    ("2023-12-18T2:30:00", "2023-12-18T02:30"),
    ("2023/12/18T14:30:00", "2023-12-18T14:30"),
    ("٢٠٢٣-١٢-١٨T١٤:٣٠:٠٠", "2023-12-18T14:30"),
    ("20231218T143000Z", "2023-12-18T14:30+00:00"),
    ("20231218", "2023-12-18"),
    ("2023-12-18", "2023-12-18"),
    ("2023-1-5", "2023-01-05"),
    ("1702909800", "2023-12-18T14:30+00:00"),
    ("Mon, 18 Dec 2023 14:30:00 +0300", "2023-12-18T14:30+03:00"),
    ("Monday, December 18, 2023 2:30 PM", "2023-12-18T14:30"),
    ("12/18/2023 2:30:00 PM", "2023-12-18T14:30"),
    ("18 ديسمبر 2023", "2023-12-18"),
    ("5/3/2024 2:30:00 PM", ""),
    ("05/03/2024", ""),
    ("1970-01-01T00:00:00Z", ""),
    ("0001-01-01T00:00:00", ""),
    ("-0001-11-30T00:00:00+00:00", ""),
    ("0000-00-00T00:00:00", ""),
    ("2023-12-18T14:30:00Z+03:00", ""),
    ("2023-12-18T24:30:00", ""),
    ("2023-12-18T", ""),
    ("2023-12", ""),
    ("2023", ""),
    ("2023121814", ""),
    ("20231218143000", ""),
    ("null", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), PROGRAMS_WROTE)
def test_time_that_a_program_wrote(text: str, expected: str) -> None:
    assert _show(parse_iso(text)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2023, 12, 18), "2023-12-18"),
        (datetime(2023, 12, 18, 14, 30, tzinfo=UTC), "2023-12-18T14:30+00:00"),
        (datetime(2023, 12, 18, 14, 30, 5, 999, tzinfo=RIYADH), "2023-12-18T14:30:05+03:00"),
        (datetime(2023, 7, 18, 14, 30, tzinfo=ZoneInfo("Africa/Cairo")), "2023-07-18T14:30+03:00"),
        (NOW, "2024-01-15T12:00"),
    ],
)
def test_format_keeps_seconds_only_where_not_zero(value: datetime | date, text: str) -> None:
    assert format_date(value) == text


_OFFSETS = st.none() | st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31), timezones=_OFFSETS)  # noqa: DTZ001


@given(_MOMENTS.map(lambda moment: moment.replace(microsecond=0)))
def test_time_survives_formatting(moment: datetime) -> None:
    assert parse_iso(format_date(moment)) == moment
    assert parse_date(format_date(moment)) == moment


@given(st.dates(date(1971, 1, 1), date(2099, 12, 31)))
def test_day_survives_formatting(day: date) -> None:
    assert parse_iso(format_date(day)) == day
    assert parse_date(format_date(day)) == day


_PIECES = st.one_of(
    st.sampled_from(sorted(VOCABULARY)),
    st.integers(0, 3000).map(str),
    st.sampled_from([":", "/", "-", ".", " ", "،", "(", "+", "٣", "14:30", "2023", "18/12/2023", "T", "Z", "9" * 40]),
)


@given(st.lists(_PIECES, max_size=8).map(" ".join) | st.lists(_PIECES, max_size=8).map("".join) | st.text())
def test_no_text_raises(text: str) -> None:
    parse_date(text, now=NOW, timezone="Asia/Riyadh")
    parse_iso(text)
