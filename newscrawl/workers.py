"""Crawls in child processes, several at once; one that hangs is ended, and none outlives the parent.

A child tells its report every second through a pipe. It is the leader of a session of its own, so that Ctrl-C reaches
it through the parent alone, once for every time it was pressed; when the pipe is gone, so is the parent, and it stops.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newscrawl.archive import Archive
from newscrawl.exceptions import NewscrawlError
from newscrawl.extensions import CrawlReport
from newscrawl.spiders.jobs import CrawlJob

HUNG_AFTER_SECONDS = 15 * 60.0
"""How long a crawl may go on without any answer, page or failure; the longest pause that is kept is far below."""
GRACE_SECONDS = 60.0
"""How long a child that was told to end may take for the pages under way."""

logger = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class _Child:
    process: BaseProcess
    pipe: Connection
    report: CrawlReport
    moved_at: float
    is_hung: bool = False
    killed_at: float | None = None

    def take(self, report: CrawlReport) -> None:
        """Keep the newest report; when it differs in more than its time, the crawl goes on."""
        if replace(report, seconds=0) != replace(self.report, seconds=0):
            self.moved_at = time.monotonic()
        self.report = report

    def end(self, grace_seconds: float) -> None:
        """Ask the child to end after the pages under way; a second time means at once."""
        self.killed_at = self.killed_at or time.monotonic() + grace_seconds
        with suppress(ProcessLookupError):
            os.kill(self.process.pid or 0, signal.SIGTERM)


class Workers:
    """Up to `number` crawls into HOME/archive.db, each in a process of its own; a context manager.

    `on_progress` is given each running crawl's report every second. A crawl that made no progress for
    `hung_after_seconds` is ended, by force after `grace_seconds` more.
    """

    def __init__(
        self,
        home: Path,
        number: int,
        *,
        hung_after_seconds: float = HUNG_AFTER_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        on_progress: Callable[[CrawlReport], None] | None = None,
    ) -> None:
        self._home = home
        self._number = number
        self._hung_after_seconds = hung_after_seconds
        self._grace_seconds = grace_seconds
        self._on_progress = on_progress
        self._children: list[_Child] = []
        self._woken, self._wake = _SPAWN.Pipe(duplex=False)
        self.is_stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for child in self._children:
            child.end(self._grace_seconds)
        while self._children:
            self.wait(None)

    @property
    def free(self) -> int:
        """How many crawls may be started now."""
        return 0 if self.is_stopping else self._number - len(self._children)

    def start(self, job: CrawlJob) -> None:
        """Begin a crawl."""
        ours, theirs = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(target=_crawl, args=(self._home, job, theirs), daemon=True)
        with _held_back(signal.SIGINT):
            process.start()
        theirs.close()
        self._children.append(_Child(process, ours, CrawlReport(job.site.key), time.monotonic()))

    def wait(self, seconds: float | None) -> list[CrawlReport]:
        """Return the reports of crawls that ended, as soon as there is one; none after so many seconds or at `stop`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while self._children or deadline is not None:
            pipes = [self._woken, *(child.pipe for child in self._children)]
            ready = wait(pipes, self._find_timeout(deadline))
            ended = [child.report for child in list(self._children) if child.pipe in ready and self._has_ended(child)]
            self._watch()
            is_over = deadline is not None and time.monotonic() >= deadline
            if self._woken in ready:
                self._woken.recv_bytes()
            if ended or is_over or self._woken in ready:
                return ended
        return []

    def stop(self) -> None:
        """Start nothing more and end what runs after the pages under way; a second time at once. For signals too."""
        self.is_stopping = True
        for child in self._children:
            child.end(self._grace_seconds)
        self._wake.send_bytes(b"x")

    def _find_timeout(self, deadline: float | None) -> float | None:
        moments = [child.killed_at or child.moved_at + self._hung_after_seconds for child in self._children]
        nearest = min([*moments, *([] if deadline is None else [deadline])], default=None)
        return None if nearest is None else max(nearest - time.monotonic(), 0.0)

    def _watch(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.killed_at is not None and now >= child.killed_at:
                child.process.kill()
                # Until the kernel is done with it.
                child.killed_at = now + 1
            elif child.killed_at is None and now - child.moved_at >= self._hung_after_seconds:
                child.is_hung = True
                child.end(self._grace_seconds)

    def _has_ended(self, child: _Child) -> bool:
        """Take what a child tells; answer whether that was its end, with its last report in place."""
        try:
            child.take(child.pipe.recv())
        except (EOFError, OSError):
            child.process.join()
            child.pipe.close()
            self._children.remove(child)
            child.report = self._describe_end(child)
            child.process.close()
            return True
        if self._on_progress:
            self._on_progress(child.report)
        return False

    def _describe_end(self, child: _Child) -> CrawlReport:
        report, status = child.report, child.process.exitcode or 0
        if report.reason in ("finished", "limit") or (report.reason and not child.is_hung):
            return report
        if child.is_hung:
            report = replace(report, reason="hung", error=None)
        elif status > 0:
            error = NewscrawlError(f"{report.site}: the crawl ended with status {status}: {self._home / 'crawl.log'}")
            report = replace(report, reason="failed", error=error)
        else:
            report = replace(report, reason="interrupted" if child.killed_at else "killed")
        try:
            self._record(report)
        except NewscrawlError as error:
            report = replace(report, error=error)
        return report

    def _record(self, report: CrawlReport) -> None:
        """Write down the end of a crawl that could not do so itself."""
        if report.crawl_id is not None:
            with Archive(self._home / "archive.db") as archive:
                archive.history.end_crawl(report.crawl_id, report.reason or "killed")


@contextmanager
def stopped_by_signals(workers: Workers) -> Iterator[None]:
    """Let SIGINT and SIGTERM stop the workers while the block runs."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: workers.stop()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def crawl_in_children(
    workers: Workers, jobs: Sequence[CrawlJob], on_end: Callable[[CrawlReport], None]
) -> list[CrawlReport]:
    """Do all the jobs, as many at once as there are workers; return the reports in the order of the ends."""
    waiting, reports, running = list(jobs), list[CrawlReport](), 0
    while running or (waiting and not workers.is_stopping):
        while waiting and workers.free:
            workers.start(waiting.pop(0))
            running += 1
        for report in workers.wait(None):
            running -= 1
            reports.append(report)
            on_end(report)
    return reports


@contextmanager
def _held_back(number: signal.Signals) -> Iterator[None]:
    """Keep a signal from this process, and from a child that it starts, until each is ready for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _crawl(home: Path, job: CrawlJob, pipe: Connection) -> None:
    """Crawl in this process, a child; its reports go into the pipe, the last one with a reason."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    is_orphan = False

    def tell(report: Any) -> None:
        nonlocal is_orphan
        try:
            if not is_orphan:
                pipe.send(report)
        except OSError:
            is_orphan = True
            os.kill(os.getpid(), signal.SIGTERM)

    # Not at the top: it brings an event loop, for which the parent has no use.
    from newscrawl.runner import crawl_sites

    try:
        (report,) = crawl_sites(home, [job], tell)
    except NewscrawlError as error:
        report = CrawlReport(job.site.key, reason="failed", error=error)
    tell(report)
