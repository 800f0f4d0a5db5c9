"""Who is ill and why: each site is judged against its own past, never against a number that somebody made up.

Articles are taken twenty at a time, outcomes and new articles a day at a time; the newest such batch is ill when it
lies outside the median of the earlier ones by more than their spread explains. What stays so becomes the past.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeVar

from newscrawl.archive import Archive
from newscrawl.archive.history import FIELDS, Sample
from newscrawl.disk import look_at_disk
from newscrawl.exceptions import ArchiveMissingError
from newscrawl.findings import Finding
from newscrawl.items import Crawl
from newscrawl.schedule import Visit, is_good, read_schedule

BATCH = 20
PAST_BATCHES = 14
LEAST_PAST = 5
"""With fewer earlier batches, or days, nothing is said about the newest one."""
MACHINE = ""
"""Stands in the place of a site for what is out of order with the machine."""

_T = TypeVar("_T")
_DAY = timedelta(days=1)
_RUNS = 2500
_LEAST_PAGES = 10
_FRESH = timedelta(days=7)
# The normal distribution's standard deviation is 1.4826 median deviations; four of them are no chance any more.
_WIDTH = 4 * 1.4826


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """What is wrong with a site, by measure, and what cannot be judged yet; `site` is "" for the machine."""

    site: str
    ailments: Mapping[str, str]
    unjudged: tuple[str, ...] = ()

    @property
    def is_ill(self) -> bool:
        return bool(self.ailments)


def examine(home: Path, now: datetime, only: str | None = None) -> list[SiteHealth]:
    """Return how the machine and every scheduled site are, or the machine and that one. Raises ArchiveError."""
    schedule = read_schedule(home, now, only)
    found = [SiteHealth(MACHINE, _judge_machine(home, [str(error) for error in schedule.problems]))]
    try:
        with Archive(home / "archive.db", read_only=True) as archive:
            return found + [_examine_site(visit, archive, now) for visit in schedule.visits]
    except ArchiveMissingError:
        return found + [SiteHealth(visit.site.key, judge_visit(visit, (), now)) for visit in schedule.visits]


def _examine_site(visit: Visit, archive: Archive, now: datetime) -> SiteHealth:
    key, history = visit.site.key, archive.history
    runs = history.runs(key, _RUNS)
    samples = history.samples(key, BATCH * (PAST_BATCHES + 1))
    arrivals = history.arrivals(key, (now - _DAY * (PAST_BATCHES + 1)).isoformat())
    ailments, unjudged = dict(judge_visit(visit, runs, now, history.doors_read_at(key))), []
    for judged, unknown in (judge_articles(samples), judge_outcomes(runs, now), judge_arrivals(arrivals, runs, now)):
        ailments.update(judged)
        unjudged += unknown
    return SiteHealth(key, ailments, tuple(unjudged))


Judgement = tuple[dict[str, str], list[str]]


def _judge_machine(home: Path, problems: Sequence[str]) -> dict[str, str]:
    ailments = {"profiles": "; ".join(problems)} if problems else {}
    room = look_at_disk(home)
    if room.is_low:
        ailments["disk"] = Finding("disk_full", home=home, room=room)
    elif room.free < 2 * room.least:
        ailments["disk"] = Finding("disk_filling", home=home, room=room)
    return ailments


# --- runs


def judge_visit(visit: Visit, runs: Sequence[Crawl], now: datetime, doors_read_at: str | None = None) -> dict[str, str]:
    """Say so when a site had no good run within twice its interval, and when its front doors stay shut.

    A back-fill may run for days: while it reads the front doors anew, it is as good as a run.
    """
    if visit.last_run_at is None or not runs:
        return {"runs": Finding("never_crawled")}
    allowed = max(2 * visit.every, _DAY) if visit.is_running else 2 * visit.every
    since = visit.last_good_at or (visit.last_run_at if visit.is_running else datetime.min.replace(tzinfo=now.tzinfo))
    if visit.is_running and doors_read_at:
        since = max(since, datetime.fromisoformat(doors_read_at))
    if now - since > allowed:
        last = _describe_run(runs[0])
        if visit.last_good_at is None:
            return {"runs": Finding("no_good_run", last=last)}
        return {"runs": Finding("no_good_run_since", since=visit.last_good_at, last=last)}
    shut = [{name for name in run.counts if name.startswith("failed: front door ")} for run in runs[:3]]
    always = set.intersection(*shut) if len(shut) == 3 else set()
    return {"front_doors": Finding("shut_door", door=min(always).removeprefix("failed: "))} if always else {}


def _describe_run(run: Crawl) -> Finding:
    if is_good(run):
        return Finding("no_later_run")
    failed = ", ".join(name.removeprefix("failed: ") for name in run.counts if name.startswith("failed: "))
    return Finding("last_run", reason=failed or run.reason or Finding("not_finished"))


# --- articles


def judge_articles(samples: Sequence[Sample]) -> Judgement:
    """Judge the last articles, newest first: how often each field is filled, how long, how much was taken out, the dates."""
    batches = [samples[start : start + BATCH] for start in range(0, len(samples) - BATCH + 1, BATCH)]
    ailments = _judge_future(batches[0]) if batches else {}
    if len(batches) <= LEAST_PAST:
        needed = BATCH * (LEAST_PAST + 1)
        return ailments, [Finding("few_articles", number=len(samples), needed=needed)]
    for name in FIELDS:
        rates = [sum(name in sample.filled for sample in batch) / BATCH for batch in batches]
        if _is_below(rates, 0.25):
            ailments[name] = Finding("filled", rate=rates[0], number=BATCH, usual=median(rates[1:]))
    for name, (read, least) in _MEASURES.items():
        values = [read(batch) for batch in batches]
        if _is_above(values, least):
            ailments[name] = Finding(name, value=values[0], usual=median(values[1:]))
    lengths = [math.log(max(median(sample.body_length for sample in batch), 1)) for batch in batches]
    if _is_above(lengths, math.log(2)) or _is_below(lengths, math.log(2)):
        length, usual = (round(math.exp(length)) for length in (lengths[0], median(lengths[1:])))
        ailments["body_length"] = Finding("body_length", length=length, number=BATCH, usual=usual)
    return ailments, []


def _judge_future(batch: Sequence[Sample]) -> dict[str, str]:
    ahead = sum(_find_lag(sample) < -timedelta(hours=1) for sample in batch)
    if ahead < BATCH / 2:
        return {}
    return {"dates": Finding("future", ahead=ahead, number=BATCH)}


def _find_lag(sample: Sample) -> timedelta:
    """Return how long before it was found an article is dated."""
    return datetime.fromisoformat(sample.first_seen_at) - datetime.fromisoformat(sample.sort_at)


def _count_commonest_date(batch: Sequence[Sample]) -> float:
    dates = Counter(sample.published_at for sample in batch if sample.published_at)
    return max(dates.values(), default=0) / len(batch)


def _find_newest_lag(batch: Sequence[Sample]) -> float:
    return min(_find_lag(sample) for sample in batch) / _DAY


# How a batch is measured, and how far above the usual is no matter yet; what is said beyond that has the same name.
_MEASURES: dict[str, tuple[Callable[[Sequence[Sample]], float], float]] = {
    "removed": (lambda batch: sum(sample.removed for sample in batch) / len(batch), 3.0),
    "equal_dates": (_count_commonest_date, 0.5),
    "old_dates": (_find_newest_lag, 3.0),
}


# --- outcomes


def judge_outcomes(runs: Sequence[Crawl], now: datetime) -> Judgement:
    """Judge what became of the pages of the last day: the share of each kind that is no article."""
    days = [_count_outcomes(day) for day in _split_days(runs, lambda run: run.started_at, now)]
    days = [day for number, day in enumerate(days) if number == 0 or _count_pages(day) >= _LEAST_PAGES]
    if _count_pages(days[0]) < _LEAST_PAGES:
        return {}, []
    ailments: dict[str, str] = {}
    for kind in days[0]:
        shares = [day[kind] / _count_pages(day) for day in days]
        is_ill = _is_above(shares, 0.2) if len(shares) > LEAST_PAST else shares[0] >= 0.8
        if kind != "article" and is_ill:
            name = "usual_outcome" if len(shares) > LEAST_PAST else "outcome"
            ailments[kind] = Finding(name, share=shares[0], usual=median(shares[1:] or shares))
    return ailments, [] if len(days) > LEAST_PAST else [
        Finding("few_outcomes", number=len(days), needed=LEAST_PAST + 1)
    ]


def _count_outcomes(runs: Iterable[Crawl]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for run in runs:
        for name, number in run.counts.items():
            kind = "article" if name in ("new", "changed", "unchanged") else name.removeprefix("failed: ")
            if kind in ("article", "not_article") or (kind != name and not kind.startswith("front door")):
                counted[kind.partition(":")[0]] += number
    return counted


def _count_pages(day: Counter[str]) -> int:
    return max(day.total(), 1)


# --- new articles


def judge_arrivals(arrivals: Sequence[tuple[str, str]], runs: Sequence[Crawl], now: datetime) -> Judgement:
    """Judge how many new articles the last day brought; those that were old already when they came do not count."""
    fresh = [
        (seen, dated)
        for seen, dated in arrivals
        if datetime.fromisoformat(seen) - datetime.fromisoformat(dated) < _FRESH
    ]
    by_day = _split_days(fresh, lambda arrival: arrival[0], now)
    # On a day without a good run nothing could come; the first day's articles are those of all the days before.
    good = [bool(day) for day in _split_days(filter(is_good, runs), lambda run: run.started_at, now)]
    first = next((number for number in reversed(range(len(good))) if good[number]), 0)
    counts = [len(day) for day, has_run in list(zip(by_day, good, strict=True))[:first] if has_run]
    if not good[0]:
        return {}, []
    if len(counts) <= LEAST_PAST:
        return {}, [Finding("few_days", number=len(counts), needed=LEAST_PAST + 1)]
    today, past = counts[0], sorted(counts[1:])
    usual = Finding("new_articles", number=today, usual=median(past))
    # The weekly day of rest is no illness: what counts is the poorest day.
    if median(past) >= 5 and today < past[0] / 2:
        return {"new_articles": usual}, []
    return ({"new_articles": usual} if today > max(3 * past[-1], 50) else {}), []


# --- what is usual


def _split_days(items: Iterable[_T], read: Callable[[_T], str], now: datetime) -> list[list[_T]]:
    """Return the items of the last 24 hours, of the 24 before, and so on; `read` gives an item's time."""
    days: list[list[_T]] = [[] for _ in range(PAST_BATCHES + 1)]
    for item in items:
        number = (now - datetime.fromisoformat(read(item))) // _DAY
        if 0 <= number < len(days):
            days[number].append(item)
    return days


def _find_band(values: Sequence[float], least: float) -> tuple[float, float]:
    """Return the median of the past values and how far from it is still usual: their spread, but not under `least`."""
    past = values[1:]
    middle = median(past)
    return middle, max(least, _WIDTH * median(abs(value - middle) for value in past))


def _is_below(values: Sequence[float], least: float) -> bool:
    middle, width = _find_band(values, least)
    return values[0] < middle - width


def _is_above(values: Sequence[float], least: float) -> bool:
    middle, width = _find_band(values, least)
    return values[0] > middle + width
