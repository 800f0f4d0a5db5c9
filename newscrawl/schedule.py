"""Which sites are crawled again and again, how often, and when each is due; decisions over the archive, and nothing is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from newscrawl.archive import Archive
from newscrawl.exceptions import ArchiveMissingError, ProfileError
from newscrawl.items import Crawl, Site
from newscrawl.locking import is_locked
from newscrawl.sites import find_owner, list_own_keys, load_profiles

AIMED_ARTICLES = 3
"""How many new articles a visit should find on a site that sets its own pace."""
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=1)
UNKNOWN_PACE = timedelta(hours=1)
"""Of a site that has no article yet."""
OBSERVED = timedelta(days=7)
LONGEST_BACK_OFF = timedelta(hours=12)

_SHORTEST_PAUSE = timedelta(minutes=5)
_SHORTEST_OBSERVATION = timedelta(days=1)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_RUNS = 30
# What a run counted that is no sign of an answer from its site.
_NO_ANSWER = ("known", "refused")


@dataclass(frozen=True, slots=True)
class Visit:
    """When a site is crawled next, and why then.

    `paced_by` is profile, articles or, while there are none, default. `due_at` is None where it is due at once: it was
    never crawled, or its last crawl is to be continued. `failures` is how many runs in a row failed, up to now.
    """

    site: Site
    every: timedelta
    paced_by: str
    due_at: datetime | None = None
    last_good_at: datetime | None = None
    last_run_at: datetime | None = None
    failures: int = 0
    backed_off_until: datetime | None = None
    is_running: bool = False

    def is_due(self, now: datetime) -> bool:
        return not self.is_running and (self.due_at is None or self.due_at <= now)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The visits, the most urgent first, and what is wrong with profiles that would be visited otherwise."""

    visits: tuple[Visit, ...] = ()
    problems: tuple[ProfileError, ...] = ()


def read_schedule(home: Path, now: datetime, only: str | None = None) -> Schedule:
    """Return the visits to every scheduled site, or to that one: those with a profile of the user's own, or crawled as
    a whole once.

    A packaged profile alone schedules nothing, and `visit_every = "never"` takes a site off. Raises ArchiveError.
    """
    try:
        with Archive(home / "archive.db", read_only=True) as archive:
            sites, problems = _find_sites(home, archive)
            visits = [_plan(home, site, archive, now) for site in sites if only in (None, site.key)]
    except ArchiveMissingError:
        sites, problems = _find_sites(home, None)
        planned = (site for site in sites if only in (None, site.key))
        visits = [plan_visit(site, (), (0, None), now, is_running=is_locked(home, site.key)) for site in planned]
    visits.sort(key=lambda visit: (visit.due_at is not None, visit.due_at, visit.site.key))
    return Schedule(tuple(visits), tuple(problems))


def _find_sites(home: Path, archive: Archive | None) -> tuple[list[Site], list[ProfileError]]:
    profiles = load_profiles(home)
    usable = {key: site for key, site in profiles.items() if isinstance(site, Site)}
    wanted = {key: usable[key] for key in list_own_keys(home) if key in usable}
    for key in archive.history.crawled_sites() if archive else ():
        remembered = archive.find_site(key) if archive else None
        if remembered and key not in profiles:
            # It was crawled by its host, which a profile describes meanwhile: it is that site, not a second one.
            owner = find_owner(remembered.domain, usable.values()) or remembered
            wanted[owner.key] = owner
        elif key in usable:
            wanted[key] = usable[key]
    broken = [problem for problem in profiles.values() if isinstance(problem, ProfileError)]
    return [site for site in wanted.values() if site.visit_every != "never"], broken


def _plan(home: Path, site: Site, archive: Archive, now: datetime) -> Visit:
    published = archive.history.count_published(site.key, (now - OBSERVED).isoformat(), now.isoformat())
    runs, paused_until = archive.history.runs(site.key, _RUNS), archive.history.paused_until(site.key)
    return plan_visit(site, runs, published, now, paused_until=paused_until, is_running=is_locked(home, site.key))


def plan_visit(
    site: Site,
    runs: Sequence[Crawl],
    published: tuple[int, str | None],
    now: datetime,
    *,
    paused_until: str | None = None,
    is_running: bool = False,
) -> Visit:
    """Return the next visit.

    `runs` are the newest first, `published` the number of articles observed and the first's time; the site asked to be
    left alone until `paused_until`.
    """
    every, paced_by = find_pace(site, published, now)
    good = next((run for run in runs if is_good(run)), None)
    ended = [run for run in runs if not _is_to_be_continued(run)]
    failures = ended.index(good) if good else len(ended)
    due_at = None
    if ended and (runs[0] is ended[0] or failures > 1):
        due_at = _find_due(ended[0], every, failures)
    is_paused = paused_until is not None and _read_time(paused_until) > now
    if is_paused:
        due_at = max(due_at or now, _read_time(paused_until))
    return Visit(
        site,
        every,
        paced_by,
        due_at=due_at,
        last_good_at=_read_time(good.finished_at) if good else None,
        last_run_at=_read_time(runs[0].started_at) if runs else None,
        failures=failures,
        backed_off_until=due_at if failures > 1 or is_paused else None,
        is_running=is_running,
    )


def _find_due(run: Crawl, every: timedelta, failures: int) -> datetime:
    """Return when to come again: counted from the start of the last run, with a pause after one that took long."""
    pause = min(every * (1 << min(max(failures - 1, 0), 10)), max(every, LONGEST_BACK_OFF))
    end = _read_time(run.finished_at or run.started_at)
    return max(_read_time(run.started_at) + pause, end + min(every, _SHORTEST_PAUSE))


def find_pace(site: Site, published: tuple[int, str | None], now: datetime) -> tuple[timedelta, str]:
    """Return how often a site is visited and what says so: its profile, else how often it published in the last days."""
    if site.visit_every and site.visit_every != "never":
        return timedelta(**{_UNITS[site.visit_every[-1]]: int(site.visit_every[:-1])}), "profile"
    number, first = published
    if first is None:
        return UNKNOWN_PACE, "default"
    observed = min(max(now - _read_time(first), _SHORTEST_OBSERVATION), OBSERVED)
    return min(max(observed * AIMED_ARTICLES / number, SHORTEST), LONGEST), "articles"


def is_good(run: Crawl) -> bool:
    """Answer whether a run came to its end and its site answered; pages that failed beside others do not matter."""
    if run.finished_at is None:
        return False
    has_failed = any(name.startswith("failed: ") for name in run.counts)
    answers = (n for name, n in run.counts.items() if not name.startswith("failed: ") and name not in _NO_ANSWER)
    return any(answers) or not (has_failed or run.counts.get("refused"))


def _is_to_be_continued(run: Crawl) -> bool:
    return run.finished_at is None and run.reason in (None, "interrupted", "paused")


def _read_time(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "")
