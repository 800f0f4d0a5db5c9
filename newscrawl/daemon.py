"""Crawl what falls due: once, or on and on until stopped, whatever becomes of a single crawl."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from newscrawl.exceptions import ArchiveError, ArchiveVersionError, LockedError, NewscrawlError
from newscrawl.extensions import CrawlReport
from newscrawl.schedule import Schedule, Visit, read_schedule
from newscrawl.sites import add_furniture
from newscrawl.spiders.jobs import CrawlJob

LOOK_AGAIN = timedelta(minutes=1)
"""How long a new profile, or a crawl that somebody started by hand, may go unnoticed."""
# A site is not visited again within that time, and so the schedule need not be read again for every crawl that ends.
_AFTER_A_TRACE = LOOK_AGAIN
# A crawl that left no row in the archive would be due again at once, for ever.
_AFTER_NO_TRACE = timedelta(minutes=5)


class Crew(Protocol):
    """Whoever does the crawls: `workers.Workers`, or a simulation."""

    is_stopping: bool

    @property
    def free(self) -> int: ...

    def start(self, job: CrawlJob) -> None: ...

    def wait(self, seconds: float | None) -> list[CrawlReport]: ...


class Daemon:
    """Does the visits of HOME's schedule with a crew; `on_end` is given each report, `say` what a person should know.

    `prepare` completes a job, or raises what speaks against it; that is told once, and the others go on.
    The clock gives the present time, with its offset; nothing else here knows what time it is.
    """

    def __init__(
        self,
        home: Path,
        crew: Crew,
        read_clock: Callable[[], datetime],
        on_end: Callable[[CrawlReport], None],
        say: Callable[[str], None],
        *,
        prepare: Callable[[CrawlJob], CrawlJob] = lambda job: job,
        look_again: timedelta = LOOK_AGAIN,
    ) -> None:
        self._home = home
        self._crew = crew
        self._read_clock = read_clock
        self._on_end = on_end
        self._say = say
        self._prepare = prepare
        self._look_again = look_again
        self._running: set[str] = set()
        self._not_before: dict[str, datetime] = {}
        self._told: set[str] = set()
        self._refused: dict[str, str] = {}

    def run(self) -> None:
        """Visit each site when it is due, until the crew stops; what runs then is waited for.

        Raises ArchiveVersionError: nothing gets better by waiting for that.
        """
        schedule, read_at = Schedule(), None
        while not self._crew.is_stopping:
            now = self._read_clock()
            if read_at is None or not timedelta(0) <= now - read_at < LOOK_AGAIN:
                schedule, read_at = self._read_schedule(now), now
            for visit in self._find_due(schedule, now)[: self._crew.free]:
                self._start(visit, now)
            self._finish(self._crew.wait(self._find_sleep(schedule, now)))
        while self._running:
            self._finish(self._crew.wait(None))

    def run_due(self) -> int:
        """Visit each site that is due now, once; return how many that were."""
        now = self._read_clock()
        schedule = read_schedule(self._home, now)
        self._tell([str(problem) for problem in schedule.problems])
        waiting = self._find_due(schedule, now)
        number = len(waiting)
        while self._running or (waiting and not self._crew.is_stopping):
            while waiting and self._crew.free:
                self._start(waiting.pop(0), now)
            self._finish(self._crew.wait(None) if self._running else [])
        return number

    def _read_schedule(self, now: datetime) -> Schedule:
        """Return the schedule as it is now; when it cannot be read, that is told and tried again later."""
        try:
            schedule = read_schedule(self._home, now)
        except ArchiveVersionError:
            raise
        except ArchiveError as error:
            self._tell([str(error)])
            return Schedule()
        self._tell([str(problem) for problem in schedule.problems])
        return schedule

    def _tell(self, problems: list[str]) -> None:
        """Say each problem once, for as long as it lasts."""
        for problem in problems:
            if problem not in self._told:
                self._say(f"newscrawl: {problem}")
        self._told = set(problems)

    def _find_due(self, schedule: Schedule, now: datetime) -> list[Visit]:
        return [visit for visit in schedule.visits if visit.is_due(now) and self._is_free(visit.site.key, now)]

    def _is_free(self, key: str, now: datetime) -> bool:
        return key not in self._running and self._not_before.get(key, now) <= now

    def _find_sleep(self, schedule: Schedule, now: datetime) -> float:
        """Return for how many seconds nothing falls due; a crawl that ends is told before that."""
        moments = [now + self._look_again]
        if self._crew.free:
            moments += [
                max(visit.due_at or now, self._not_before.get(visit.site.key, now))
                for visit in schedule.visits
                if visit.site.key not in self._running and not visit.is_running
            ]
        return max((min(moments) - now).total_seconds(), 0.0)

    def _start(self, visit: Visit, now: datetime) -> None:
        key = visit.site.key
        try:
            job = self._prepare(CrawlJob(add_furniture(visit.site, self._home)))
        except NewscrawlError as error:
            if self._refused.get(key) != str(error):
                self._on_end(CrawlReport(key, reason="failed", error=error))
            self._refused[key] = str(error)
            self._not_before[key] = now + _AFTER_NO_TRACE
            return
        self._refused.pop(key, None)
        self._running.add(key)
        self._crew.start(job)

    def _finish(self, reports: list[CrawlReport]) -> None:
        for report in reports:
            self._running.discard(report.site)
            has_trace = report.crawl_id is not None and report.error is None
            now = self._read_clock()
            self._not_before[report.site] = now + (_AFTER_A_TRACE if has_trace else _AFTER_NO_TRACE)
            if isinstance(report.error, LockedError):
                self._say(f"{report.site}: left to the other process that crawls it ({report.error})")
            else:
                self._on_end(report)
