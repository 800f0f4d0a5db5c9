"""What happens around a crawl: its lock, its archive and WARC file, what it counts, how it ends.

The extension opens everything and closes everything, so that `scrapy crawl news` is as good a crawl as ours.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, Self, cast

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import create_looping_call

from newscrawl.archive import Archive
from newscrawl.exceptions import ArchiveError, LockedError, NewscrawlError, StorageError
from newscrawl.items import Crawl, Link, Site
from newscrawl.sites import profile_hash
from newscrawl.terminal import make_safe
from newscrawl.warc import WarcWriter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

progressed = object()
"""Signal, sent every second and at the end, with `report`: a CrawlReport of what is committed so far."""


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one crawl of one site did; every number was counted after its commit.

    `known` is how many pages the crawl set out to fetch so far, `pages` how many it fetched and kept; `failed` counts
    and `refusals` count by reason. `notes` are what else a person should know. `reason` is None while it runs, then finished, limit, interrupted or failed, where `error` says why.
    """

    site: str
    known: int = 0
    pages: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_article: int = 0
    refused: int = 0
    failed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    refusals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    reason: str | None = None
    error: NewscrawlError | None = None


_LINKS_AT_ONCE = 500
_COUNTED = ("known", "pages", "new", "changed", "unchanged", "not_article", "refused")


class SiteSpider(Protocol):
    """A spider that crawls one site; `problem` says why it cannot, in place of a traceback from its constructor."""

    site: Site
    problem: NewscrawlError | None


class RunningCrawl:
    """One crawl of one site while it runs; what the spider, the recorder and the pipeline work with."""

    archive: Archive
    writer: WarcWriter

    def __init__(self, crawler: Crawler, spider: SiteSpider) -> None:
        self.site = spider.site
        self.home = Path(crawler.settings["NEWSCRAWL_HOME"])
        self.error: NewscrawlError | None = None
        self.counts: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.notes: list[str] = []
        self.resumed_from: str | None = None
        self.has_met_limit = False
        self._crawler = crawler
        self._crawl: Crawl | None = None
        self._reason: str | None = None
        self._opened = ExitStack()
        self._started = time.monotonic()
        self._ending: asyncio.Task[None] | None = None
        self._clock = create_looping_call(self._tell)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        running = cls(crawler, cast("SiteSpider", crawler.spider))
        crawler.signals.connect(running.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(running.spider_closed, signal=signals.spider_closed)
        return running

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return the crawl that `crawler` runs."""
        running = crawler.get_extension(cls)
        assert running is not None, "settings.EXTENSIONS must name RunningCrawl"
        return running

    def spider_opened(self, spider: SiteSpider) -> None:
        try:
            if spider.problem:
                raise spider.problem
            self._open()
        except NewscrawlError as error:
            self._fail(error)
            raise CloseSpider("failed") from error
        self._clock.start(1.0, now=False)

    def _open(self) -> None:
        key = self.site.key
        self._opened.enter_context(_lock_site(self.home, key))
        self.archive = self._opened.enter_context(Archive(self.home / "archive.db"))
        self.writer = self._opened.enter_context(WarcWriter(self.home / "warc", prefix=key))
        self.archive.save_site(self.site, profile_hash(self.site))
        interrupted = self.archive.find_interrupted_crawl(key)
        self.resumed_from = interrupted.started_at if interrupted else None
        self._crawl = self.archive.start_crawl(key, read_clock())

    def stop(self, error: NewscrawlError) -> None:
        """End the crawl because of `error`: a refused write, after which nothing more may be fetched."""
        if self.error is None:
            self._fail(error)
            self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="failed"))

    def add_links(self, links: Sequence[Link]) -> None:
        """Write down what a front door lists, so much at a time that other writers get their turn."""
        for start in range(0, len(links), _LINKS_AT_ONCE):
            self.archive.add_links(self.site.key, links[start : start + _LINKS_AT_ONCE], read_clock())

    def fail_pages(self, urls: Iterable[str], reason: str, status: int | None = None) -> None:
        """Write down that these addresses, which one fetch went through, gave no page; count it once."""
        for url in urls:
            self.archive.mark_failed(url, self.site.key, reason, status, read_clock())
        self.failed[reason] += 1

    def refuse_pages(self, urls: Iterable[str], reason: str) -> None:
        """Write down that these addresses, which one fetch went through, may not be fetched; count it once."""
        for url in urls:
            self.archive.mark_refused(url, self.site.key, reason, read_clock())
        self.counts["refused"] += 1
        self.refusals[reason] += 1

    @contextmanager
    def ending_on_refusal(self) -> Iterator[None]:
        """Work with the archive; when it refuses, the crawl ends."""
        try:
            yield
        except ArchiveError as error:
            self.stop(error)

    def _fail(self, error: NewscrawlError) -> None:
        self.error = error
        logger.error("%s: %s", self.site.key, error)

    def spider_closed(self, reason: str) -> None:
        if self._clock.running:
            self._clock.stop()
        names = {"shutdown": "interrupted", "finished": "limit" if self.has_met_limit else "finished"}
        self._reason = names.get(reason, reason)
        self.close()
        self._tell()
        if self.error:
            # Scrapy's own command exits with 1 for a crawl without a spider, and with 0 for any other.
            self._crawler.spider = None

    def close(self) -> None:
        """Write down how the crawl ended and let go of everything; doing it twice changes nothing."""
        self._reason = "failed" if self.error else self._reason or "interrupted"
        try:
            self._write_end()
            self._opened.close()
        except NewscrawlError as error:
            if self.error is None:
                self._fail(error)
            self._reason = "failed"
        finally:
            with suppress(NewscrawlError):
                self._opened.close()

    def _write_end(self) -> None:
        if self._crawl is not None:
            crawl, self._crawl = self._crawl, None
            if self._reason not in ("finished", "limit"):
                # Without an end it is an interrupted crawl, which the next one continues.
                return
            failed = {f"failed: {reason}": number for reason, number in self.failed.items()}
            self.archive.finish_crawl(crawl.id, read_clock(), self._reason or "", {**self.counts, **failed})

    def _tell(self) -> None:
        self._crawler.signals.send_catch_log(progressed, report=self.report())

    def report(self) -> CrawlReport:
        """Return what is committed so far."""
        return CrawlReport(
            site=self.site.key,
            **{name: self.counts[name] for name in _COUNTED},
            failed=dict(self.failed.most_common()),
            refusals=dict(self.refusals.most_common()),
            notes=tuple(dict.fromkeys(self.notes)),
            seconds=time.monotonic() - self._started,
            reason=self._reason,
            error=self.error,
        )


class SafeLog:
    """Takes out of every line of the log what a terminal would obey: addresses and titles come from the web."""

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> Self:
        for handler in logging.getLogger().handlers:
            if not isinstance(handler.formatter, _SafeFormatter):
                handler.setFormatter(_SafeFormatter(handler.formatter or logging.Formatter()))
        return cls()


class _SafeFormatter(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return make_safe(self._inner.format(record))


def read_clock() -> str:
    """Return now as the archive writes times: UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _lock_site(home: Path, key: str) -> Iterator[None]:
    """Be the one process that crawls this site into this archive; the kernel frees the lock on any death."""
    path = home / "locks" / f"{key}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
    try:
        _take(descriptor, key)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, key: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        raise LockedError(
            f"{key} is being crawled by process {owner}: wait for it, or stop it, and try again"
        ) from error
    # Only for the message above: what holds the site is the lock, not the number.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
