"""The page of one site: how often it publishes and is visited, how it is, what its runs brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from newscrawl.archive import Archive, Filters
from newscrawl.health import MACHINE, examine
from newscrawl.items import Crawl
from newscrawl.schedule import read_schedule
from newscrawl.web.asked import Asked, Context
from newscrawl.web.charts import chart_sites, count_published
from newscrawl.web.figures import list_days
from newscrawl.web.printing import get_day
from newscrawl.web.words import Words

_DAYS = 60
_NEWEST = 10
_RUNS = 15
_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60))
_COUNTED = ("new", "changed", "unchanged")


class Run(NamedTuple):
    """A run with how long it took, and what it came to by kind."""

    crawl: Crawl
    took: str
    counts: Mapping[str, int]


def show_site(archive: Archive, asked: Asked) -> Context | None:
    """Return what a site's page shows, None when the archive does not know it."""
    key = asked.parts["key"]
    summary = next((site for site in archive.overview.sites() if site.key == key), None)
    if summary is None:
        return None
    now = datetime.now(UTC)
    visits = read_schedule(asked.home, now, key).visits
    since = get_day(now - timedelta(days=_DAYS - 1))
    published = count_published(archive, "day", Filters(site=key, since=since, until=get_day(now)))
    return {
        "site": summary,
        "visit": visits[0] if visits else None,
        "every": print_duration(visits[0].every, asked.words) if visits else "",
        "health": next((found for found in examine(asked.home, now, key) if found.site != MACHINE), None),
        "runs": [_describe(crawl, asked.words) for crawl in archive.history.runs(key, _RUNS)],
        "days": _DAYS,
        "published": chart_sites(published, list_days(now.date() - timedelta(days=_DAYS - 1), now.date())),
        "hits": archive.overview.newest(_NEWEST, site=key),
        "site_names": {},
    }


def print_duration(duration: timedelta, words: Words) -> str:
    """Return a duration in the largest unit that it fills, and the next one where that matters."""
    seconds = round(duration.total_seconds())
    for place, (name, length) in enumerate(_UNITS):
        if seconds >= length:
            rest_name, rest_length = (*_UNITS, ("seconds", 1))[place + 1]
            rest = seconds % length // rest_length
            whole = words.fill(name, n=seconds // length)
            return f"{whole} {words.fill(rest_name, n=rest)}" if rest and seconds // length < 3 else whole
    return words.fill("seconds", n=seconds)


def _describe(crawl: Crawl, words: Words) -> Run:
    counts = {name: crawl.counts.get(name, 0) for name in _COUNTED}
    counts["failed"] = sum(number for name, number in crawl.counts.items() if name.startswith("failed: "))
    took = ""
    if crawl.finished_at:
        took = print_duration(
            datetime.fromisoformat(crawl.finished_at) - datetime.fromisoformat(crawl.started_at), words
        )
    return Run(crawl, took, counts)
