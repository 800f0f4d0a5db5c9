"""From the tokens of a date to what they say: the rules are regular expressions over the tokens' letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from newscrawl.dates.words import Token

YEARS = range(1900, 2100)
_HIJRI_YEARS = range(1343, 1501)  # what hijridate knows
_FIRST_BARE_HIJRI_YEAR = 1410  # before it, 1402/09/27 without «هـ» may be a Persian solar date

# What each hour printed with a part of the day is on the 24-hour clock; many sites print «14:30 م».
_EVENING = (*range(6, 12), *range(18, 24))
_HOURS: Mapping[str, Mapping[int, int]] = {
    "am": {12: 0} | {hour: hour for hour in range(12)},
    "pm": {hour: hour % 12 + 12 for hour in range(1, 24)},
    "noon": {11: 11, 12: 12, 1: 13, 2: 14, 3: 15, 13: 13, 14: 14, 15: 15},
    "night": {12: 0, **{hour: hour for hour in range(5)}, **{hour: max(hour, hour % 12 + 12) for hour in _EVENING}},
    "midnight": {0: 0, 12: 0},
}

# The letters are the kinds of tokens: n number, m month, h Hijri month, d numeric date, t clock, p part of the day,
# M the letter «م», g and e the eras, s and o zones, b «بتوقيت», c city, w weekday, y day counted back, a and v «منذ»,
# k number in words, x and D unit, ~ «تقريبا», i «العدد», F «من», Y «لعام», H «الساعة».
_RULES = re.compile(
    # «22:50 (مكة المكرمة)، 19:50 (غرينتش)» is one moment told twice
    r"(?P<nothing>in|D(?=[wndyhm])|p(?=[yw])|(?<=c)t[pM]?b?s|(?<=s)t[pM]?b?c)"
    r"|(?P<named>(?:nF?[mh]+|[mh]+n)(?:[Yx]?n(?!p(?!H*t)))?[geM]*)"
    r"|(?P<numeric>d(?:[ge]|M(?!t(?![pM])))*)"  # «18/12/2023 م 02:30» may be either era or half of the day
    r"|(?P<clock>p?H*t[pM]?|H+[n.][pM]?|[n.][pM])"
    r"|(?P<zone>b[cso]|s|o|(?<=[tpM])c)"
    r"|(?P<weekday>w)"
    r"|(?P<back>y)"
    r"|(?P<ago>a~?(?:[nk]?[xD]1?)+v?~?|(?:[nk]?[xD]1?)+v)"
)


@dataclass(slots=True)
class Reading:
    """What the tokens said so far."""

    gregorian: date | None = None
    hijri: tuple[int, int, int] | None = None
    month_and_day: tuple[int, int] | None = None
    weekday: int | None = None
    days_back: int | None = None
    ago: list[tuple[str, float]] | None = None
    clock: time | None = None
    zone: tzinfo | None = None

    def say(self, name: str, value: object) -> None:
        """Keep what one rule read; ValueError where another rule read something else, as in a range of dates."""
        if getattr(self, name) not in (None, value):
            raise ValueError(f"two values for {name}")
        setattr(self, name, value)


def read(tokens: list[Token]) -> Reading:
    """Return what all the tokens say together; ValueError where they follow no rule or contradict each other."""
    reading = Reading()
    kinds = "".join(token.kind for token in tokens)
    position = 0
    while position < len(kinds):
        rule = _RULES.match(kinds, position)
        if rule is None or rule.lastgroup is None:
            raise ValueError(f"no rule for {kinds[position:]}")
        _READERS[rule.lastgroup](reading, tokens[position : rule.end()])
        position = rule.end()
    return reading


def _read_named(reading: Reading, tokens: list[Token]) -> None:
    numbers = [token.text for token in tokens if token.kind == "n"]
    ((calendar_kind, month),) = {(token.kind, token.number) for token in tokens if token.kind in "mh"}
    if len(numbers) == 2 and len(numbers[0]) == 4 and tokens[0].kind == "n":  # 2023 ديسمبر 18
        numbers.reverse()
    _say_day(reading, [*numbers[1:], ""][0], month, numbers[0], _find_era(tokens), is_hijri=calendar_kind == "h")


def _read_numeric(reading: Reading, tokens: list[Token]) -> None:
    first, second, third = re.findall("[0-9]+", tokens[0].text)
    era = _find_era(tokens)
    year, month, day = (first, second, third) if len(first) == 4 else (third, second, first)
    is_dotted = "." in tokens[0].text and len(first) == len(second) == 2  # 14.03.26; no version is filled up with zeros
    if len(year) == 2 and ("/" in tokens[0].text or is_dotted) and not era:
        year = f"20{year}"
    if len(first) != 4 and int(month) > 12 >= int(day):  # 12/18/2023 has one reading
        month, day = day, month
    is_hijri = era == "e" or int(year) in range(_FIRST_BARE_HIJRI_YEAR, _HIJRI_YEARS.stop)
    _say_day(reading, year, int(month), day, era, is_hijri=is_hijri)


def _find_era(tokens: list[Token]) -> str:
    eras = {"g" if token.kind == "M" else token.kind for token in tokens if token.kind in "geM"}
    if len(eras) > 1:
        raise ValueError("two eras for one date")
    return "".join(eras)


def _say_day(reading: Reading, year: str, month: int, day: str, era: str, *, is_hijri: bool) -> None:
    if len(day) > 2 or (era and (era == "e") != is_hijri):
        raise ValueError("no such day, or the era of another calendar")
    if not year:
        if is_hijri:
            raise ValueError("a day of the Hijri calendar without its year")
        reading.say("month_and_day", (month, int(day)))
        return
    if len(year) == 2 and era == "e":
        year = f"14{year}"
    if len(year) != 4 or int(year) not in (_HIJRI_YEARS if is_hijri else YEARS):
        raise ValueError(f"year {year}")
    if is_hijri:
        reading.say("hijri", (int(year), month, int(day)))
    else:
        reading.say("gregorian", date(int(year), month, int(day)))


def _read_clock(reading: Reading, tokens: list[Token]) -> None:
    (printed,) = (token.text for token in tokens if token.kind in "t.n")
    parts = ["pm" if token.kind == "M" else token.text for token in tokens if token.kind in "pM"]
    if len(parts) > 1:
        raise ValueError("two halves of the day")
    hour, minute, second = ([*map(int, re.findall("[0-9]+", printed)), 0, 0])[:3]
    reading.say("clock", time(_get_hour(hour, parts[0]) if parts else hour, minute, second))


def _get_hour(hour: int, part: str) -> int:
    if hour not in _HOURS[part]:
        raise ValueError(f"{hour} {part}")
    return _HOURS[part][hour]


def _read_zone(reading: Reading, tokens: list[Token]) -> None:
    kind, text, minutes = tokens[-1]
    if kind == "c":
        reading.say("zone", ZoneInfo(text))
        return
    if kind == "o":
        digits = re.sub("[^0-9]", "", text)
        hours, rest = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        minutes = (int(hours) * 60 + int(rest)) * (-1 if text.startswith("-") else 1)
    if abs(minutes) > 14 * 60:
        raise ValueError(f"no such zone: {text}")
    reading.say("zone", timezone(timedelta(minutes=minutes)))


def _read_ago(reading: Reading, tokens: list[Token]) -> None:
    amounts: list[tuple[str, float]] = []
    count: float | None = None
    for token in tokens:
        if token.kind in "nk":
            count = float(token.text)
        elif token.kind in "xD":
            if count is None and token.number == 0:
                raise ValueError("how many is not said")
            amounts.append((token.text, token.number if count is None else count))
            count = None
    reading.say("ago", amounts)


_READERS: Mapping[str, Callable[[Reading, list[Token]], None]] = {
    "named": _read_named,
    "numeric": _read_numeric,
    "clock": _read_clock,
    "zone": _read_zone,
    "weekday": lambda reading, tokens: reading.say("weekday", tokens[0].number),
    "back": lambda reading, tokens: reading.say("days_back", tokens[0].number),
    "ago": _read_ago,
    "nothing": lambda _reading, _tokens: None,
}
