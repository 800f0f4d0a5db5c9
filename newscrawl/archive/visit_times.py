"""When a page is visited again, and what a site's word about its changes is worth: rules without a database.

News is corrected most in its first hours, so visits grow rarer with a page's age, and end.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.archive.times import as_utc
from newscrawl.items import Outcome

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_AFTER_PUBLICATION = (_HOUR, 6 * _HOUR, _DAY, 7 * _DAY, 30 * _DAY)
_AFTER_NO_ARTICLE = (7 * _DAY, 30 * _DAY)
# The first confirms it; the later ones find the page that came back.
_AFTER_NOTICED_GONE = (_DAY, 7 * _DAY, 30 * _DAY)
_AFTER_FAILURE = (_HOUR, 4 * _HOUR, 16 * _HOUR, 3 * _DAY, 10 * _DAY)
_AFTER_REFUSAL = 7 * _DAY
_RARE_OUTCOMES = (Outcome.NOT_ARTICLE, Outcome.OTHER_LANGUAGE)

# Widest error of a time whose zone was written wrong: from UTC-12 to UTC+14 every zone is at most this far from UTC.
_ZONE_ERROR = 14 * _HOUR
_CALLS_ON_TRUST = 20
_CALLS_REMEMBERED = 2 * _CALLS_ON_TRUST
_LEAST_USEFUL_SHARE = 0.1

_FEW_FAILURES = 4
_FAILING_SHARE = 1 / 3


def find_next_visit(visited_at: str, state: str, outcome: str | None, attempts: int, since: str) -> str | None:
    """Return when a page is to be visited after the visit that left it so; None: not of itself.

    `since` is what its age counts from: the publication of an article (a date in the future is none), the day it was
    noticed that the page is gone, else the day the page was first seen. All times are UTC, as `as_utc` prints them.
    """
    visit = datetime.fromisoformat(visited_at)
    if state == "refused":
        return _print(visit + _AFTER_REFUSAL)
    if state == "failed":
        return _print(visit + _AFTER_FAILURE[attempts - 1]) if 0 < attempts <= len(_AFTER_FAILURE) else None
    ages: tuple[timedelta, ...] = _AFTER_PUBLICATION
    if outcome == Outcome.GONE:
        ages = _AFTER_NOTICED_GONE
    elif outcome in _RARE_OUTCOMES:
        ages = _AFTER_NO_ARTICLE
    start = datetime.fromisoformat(since)
    return next((_print(start + age) for age in ages if start + age > visit), None)


def is_plausible(published_at: str, visited_at: str) -> bool:
    """Answer whether an article's age can be counted from this date; sites misprint years and mistake zones."""
    return datetime.fromisoformat(published_at) <= datetime.fromisoformat(visited_at) + _ZONE_ERROR


def find_sign(
    *, announced: str | None, known: str | None, visited_at: str | None, title: str | None, known_title: str | None
) -> str | None:
    """Return what tells that a page changed since it was last announced: `modified_at`, `title`, or None.

    A title must differ from the one that the same front door gave before. A time must be newer than any before, and,
    as far as zones can be trusted, than the visit.
    """
    if visited_at is None:
        return None
    if announced and announced > (known or visited_at) and announced > _shift(visited_at, -_ZONE_ERROR):
        return "modified_at"
    return "title" if title and known_title and title != known_title else None


def may_call(visits: int, changes: int) -> bool:
    """Answer whether a site's announcements of one kind still bring about visits.

    It loses that right when, of the visits they brought about, too few found a change.
    """
    return visits < _CALLS_ON_TRUST or changes >= visits * _LEAST_USEFUL_SHARE


def fade_calls(visits: int, changes: int) -> tuple[int, int]:
    """Return the counts with the older half forgotten once there are many: a site that mends its ways is heard again."""
    return (visits // 2, changes // 2) if visits >= _CALLS_REMEMBERED else (visits, changes)


def is_failing(visits: int, failures: int) -> bool:
    """Answer whether so many known articles could not be had that it says something about the site, not about them."""
    return failures > _FEW_FAILURES and failures > visits * _FAILING_SHARE


def _shift(at: str, by: timedelta) -> str:
    return _print(datetime.fromisoformat(at) + by)


def _print(moment: datetime) -> str:
    return as_utc(moment.astimezone(UTC).isoformat())
