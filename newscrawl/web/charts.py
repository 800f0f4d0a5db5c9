"""The page of charts: how much was published when, how often a word was used, which headlines were changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from newscrawl.archive import Archive, Filters
from newscrawl.archive.diffs import Piece, diff_words
from newscrawl.query import parse_query
from newscrawl.web.asked import Asked, Context
from newscrawl.web.figures import Bars, fill, list_days, list_months

_DAYS = 60
_MOST_DAYS = 186
"""Beyond half a year a bar a day is a hair: months are shown."""
_MOST_SITES = 12
_MOST_CORRECTIONS = 15

Series = dict[str, Counter[str]]
"""Numbers by site and period (2024-01-15 or 2024-01)."""


class SiteShare(NamedTuple):
    """Of how many of a site's articles, `found` is how many."""

    key: str
    found: int
    of_all: int

    @property
    def per_thousand(self) -> float:
        return 1000 * self.found / self.of_all if self.of_all else 0.0


class HeadlineChange(NamedTuple):
    """A changed headline with the words marked that differ."""

    article_id: str
    site: str | None
    number: int
    seen_at: str
    pieces: Sequence[Piece]


def show_charts(archive: Archive, asked: Asked) -> Context:
    """Return what the page of charts shows, of one site where that was asked for."""
    sites = archive.overview.sites()
    last = max((site.last_at for site in sites if site.last_at), default=None)
    site = asked.get("site") or None
    since, until = _read_days(asked, last)
    return {
        "q": asked.get("q"),
        "site": site,
        "sites": sites,
        "site_names": {site.key: site.name for site in sites},
        "since": since.isoformat(),
        "until": until.isoformat(),
        "published": _chart_published(archive, since, until, site),
        "frequency": _chart_frequency(archive, asked.get("q"), site),
        "corrections": _chart_corrections(archive, site),
    }


def _read_days(asked: Asked, last: str | None) -> tuple[date, date]:
    until = _find_day(asked.get("until")) or _find_day((last or "")[:10]) or date(2000, 1, 1)
    since = _find_day(asked.get("since")) or until - timedelta(days=_DAYS - 1)
    return min(since, until), max(since, until)


def _find_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day < date(2200, 1, 1) else None


def _chart_published(archive: Archive, since: date, until: date, site: str | None) -> Context:
    period = "day" if (until - since).days < _MOST_DAYS else "month"
    days = list_days(since, until)
    periods = days if period == "day" else list_months(days[0], days[-1])
    filters = Filters(site=site, since=since.isoformat(), until=until.isoformat())
    return {"period": period} | chart_sites(count_published(archive, period, filters), periods)


def count_published(archive: Archive, period: str, filters: Filters) -> Series:
    """Return how many articles each site published by day or month."""
    series: Series = {}
    for (site, at), _, number in _count(archive, "", period, filters):
        series.setdefault(site, Counter())[at] = number
    return series


def chart_sites(series: Series, periods: Sequence[str]) -> Context:
    """Return a chart a site, all of one scale, the site with the most first."""
    totals = Counter({key: counted.total() for key, counted in series.items()}).most_common()
    top = max((max(counted.values()) for counted in series.values()), default=0)
    charts = [(key, total, Bars(periods, fill(periods, series[key]), top)) for key, total in totals]
    return {
        "periods": periods,
        "charts": charts[:_MOST_SITES],
        "columns": charts,
        "has_more": len(charts) > _MOST_SITES,
    }


def _count(archive: Archive, text: str, period: str, filters: Filters) -> list[tuple[tuple[str, str], int, int]]:
    """Return site and period with the number of hits and of all articles, every copy of a story counted."""
    counts = archive.count(text, by=("site", period), copies=True, **filters)[:-1]
    return [((count.group[0] or "", count.group[1] or ""), count.hits, count.articles) for count in counts]


def _chart_frequency(archive: Archive, text: str, site: str | None) -> Context | None:
    """Return in how many of a thousand articles a query finds something, by month, and by site."""
    if parse_query(text).is_empty:
        return None
    found, of_all = Counter[str](), Counter[str]()
    found_at, of_all_at = Counter[str](), Counter[str]()
    for (key, month), hits, articles in _count(archive, text, "month", Filters(site=site)):
        found_at[key] += hits
        of_all_at[key] += articles
        found[month] += hits
        of_all[month] += articles
    months = list_months(min(of_all), max(of_all)) if of_all else []
    shares = [1000 * found[month] / of_all[month] if of_all[month] else 0.0 for month in months]
    sites = [SiteShare(key, found_at[key], number) for key, number in of_all_at.items()]
    return {
        "months": [(month, found[month], of_all[month], share) for month, share in zip(months, shares, strict=True)],
        "bars": Bars(months, shares, max(shares, default=0.0)),
        "sites": sorted(sites, key=lambda row: -row.per_thousand),
        "total": found.total(),
    }


def _chart_corrections(archive: Archive, site: str | None) -> Context:
    series = archive.overview.count_corrections()
    if site is not None:
        series = {site: series.get(site, Counter())}
    months = sum(series.values(), Counter[str]())
    periods = list_months(min(months), max(months)) if months else []
    values = fill(periods, months)
    newest = archive.overview.corrections(_MOST_CORRECTIONS, site)
    return {
        "bars": Bars(periods, values, max(values, default=0)),
        "by_site": Counter({key: numbers.total() for key, numbers in series.items()}).most_common(),
        "newest": [
            HeadlineChange(c.article_id, c.site, c.number, c.seen_at, diff_words(c.old_title, c.new_title))
            for c in newest
        ],
    }
