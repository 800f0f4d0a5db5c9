"""What happens around a crawl: its lock, its archive and WARC file, what it counts, how it ends.

The extension opens everything and closes everything, so that `scrapy crawl news` is as good a crawl as ours.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, cast

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import create_looping_call

from newscrawl.archive import Archive
from newscrawl.archive.times import as_utc
from newscrawl.disk import look_at_disk
from newscrawl.exceptions import ArchiveError, NewscrawlError, PausedError, StorageError
from newscrawl.items import Crawl, CrawlPlan, Link, Site
from newscrawl.locking import lock_site
from newscrawl.reports import CrawlReport
from newscrawl.sites import profile_hash
from newscrawl.warc import WarcWriter, describe_crawl, keep_index

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

progressed = object()
"""Signal, sent every second and at the end, with `report`: a CrawlReport of what is committed so far."""
_LINKS_AT_ONCE = 500
FRESH_DAYS = 7
"""Links that their front door dates earlier wait for a back-fill."""
_COUNTED = ("known", "pages", "new", "changed", "unchanged", "not_article", "refused")


class SiteSpider(Protocol):
    """A spider that crawls one site; `problem` says why it cannot, in place of a traceback from its constructor.

    It may start from the site's front doors, fetch nothing but these, and crawl a site that asked to be left alone.
    """

    site: Site
    problem: NewscrawlError | None
    is_whole_site: bool
    is_dry_run: bool
    is_forced: bool


class RunningCrawl:
    """One crawl of one site while it runs; what the spider, the recorder and the pipeline work with."""

    archive: Archive
    writer: WarcWriter
    is_open = False

    def __init__(self, crawler: Crawler, spider: SiteSpider) -> None:
        self.site = spider.site
        self.home = Path(crawler.settings["NEWSCRAWL_HOME"])
        self.error: NewscrawlError | None = None
        self.counts: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.started_at = ""
        self.refusals: Counter[str] = Counter()
        self.notes: list[str] = []
        self.resumed_from: str | None = None
        self.has_met_limit = False
        self.is_silent = False
        self._crawler = crawler
        self._crawl: Crawl | None = None
        self._crawl_id: int | None = None
        self._scope = "site" if spider.is_whole_site else "pages"
        self._is_dry_run = spider.is_dry_run
        self.plan: CrawlPlan | None = None
        self._last_start: str | None = None
        self._told = describe_crawl(crawler.settings["USER_AGENT"], crawler.settings["NEWSCRAWL_CONTACT"])
        self._ahead = _read_offset(crawler.settings["NEWSCRAWL_CLOCK"])
        self._waits_until = 0.0
        self._reason: str | None = None
        self._opened = ExitStack()
        self._started = time.monotonic()
        self._ending: asyncio.Task[None] | None = None
        self._clock = create_looping_call(self._tick)

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
            self._open(is_forced=spider.is_forced)
        except NewscrawlError as error:
            self._fail(error)
            raise CloseSpider("failed") from error
        self._clock.start(1.0, now=True)

    def _open(self, *, is_forced: bool) -> None:
        key = self.site.key
        room = look_at_disk(self.home)
        if room.is_low:
            raise StorageError(f"nothing is fetched into {self.home}: {room}; free space, or set it lower")
        self._opened.enter_context(lock_site(self.home, key))
        # What a killed crawl left, and once more when the last file and the archive, with its cache, are closed.
        keep_index(self.home, key)
        self._opened.callback(keep_index, self.home, key)
        self.archive = self._opened.enter_context(Archive(self.home / "archive.db"))
        self.writer = self._opened.enter_context(WarcWriter(self.home / "warc", prefix=key, told=self._told))
        # No row may name a place in a WARC that a power cut can still take back.
        self.archive.before_commit = self.writer.sync
        self.archive.save_site(self.site, profile_hash(self.site))
        until = self.archive.frontier.find_pause(key)
        if until and until > self.now() and not is_forced:
            raise PausedError(
                f"{key} asked to be left alone until {until}: wait, or crawl it all the same with --force"
            )
        self.archive.frontier.release(key)
        interrupted = self.archive.find_interrupted_crawl(key)
        self.resumed_from = interrupted.started_at if interrupted else None
        self._last_start = self.archive.frontier.find_last_start(key)
        self.started_at = self.now()
        if not self._is_dry_run:
            self._crawl = self.archive.start_crawl(key, self.started_at, self._scope)
            self._crawl_id = self._crawl.id
        self.is_open = True

    def now(self) -> str:
        """Return the present time of this crawl, as the archive writes times: UTC, whole seconds."""
        return (datetime.now(UTC) + self._ahead).isoformat(timespec="seconds")

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._started

    @property
    def is_whole_site(self) -> bool:
        """Whether it starts from the site's front doors."""
        return self._scope == "site"

    @property
    def is_first(self) -> bool:
        """Whether no crawl before opened a front door of the site."""
        return self._last_start is None

    @property
    def is_waiting(self) -> bool:
        """Whether the site asked for a pause that is not over."""
        return time.monotonic() < self._waits_until

    def wait(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._waits_until = max(self._waits_until, time.monotonic() + seconds)

    def stop(self, error: NewscrawlError) -> None:
        """End the crawl because of `error`: a refused write, after which nothing more may be fetched."""
        if self.error is None:
            self._fail(error)
            self.end("failed")

    def end(self, reason: str) -> None:
        """End the crawl after what is on its way."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))

    def add_links(self, links: Sequence[Link]) -> None:
        """Write down what a front door lists, so much at a time that other writers get their turn."""
        week = (datetime.fromisoformat(self.started_at) - timedelta(days=FRESH_DAYS)).isoformat()
        # What was published since the last crawl is new, however long ago that was.
        fresh_from = min(week, self._last_start or week)
        for start in range(0, len(links), _LINKS_AT_ONCE):
            part = links[start : start + _LINKS_AT_ONCE]
            self.archive.add_links(self.site.key, part, self.now(), fresh_from=fresh_from, position=start)

    def fail_pages(self, urls: Iterable[str], reason: str, status: int | None = None) -> None:
        """Write down that these addresses, which one fetch went through, gave no page; count it once."""
        for url in urls:
            self.archive.mark_failed(url, self.site.key, reason, status, self.now())
        self.failed[reason] += 1

    def lose_page(self, url: str, reason: str) -> None:
        """Write down that an article's page is no more, though the server does not say so; count it."""
        self.archive.mark_gone(url, self.site.key, reason, self.now())
        self.failed[reason] += 1

    def refuse_pages(self, urls: Iterable[str], reason: str) -> None:
        """Write down that these addresses, which one fetch went through, may not be fetched; count it once."""
        for url in urls:
            self.archive.mark_refused(url, self.site.key, reason, self.now())
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
        if asked := self.counts["pictures"] + self.counts["pictures not had"]:
            self.notes.append(f"pictures: {self.counts['pictures']} of {asked} kept")
        self._reason = {"shutdown": "interrupted", "finished": self._name_end()}.get(reason, reason)
        self.close()
        self._tell()
        if self.error:
            # Scrapy's own command exits with 1 for a crawl without a spider, and with 0 for any other.
            self._crawler.spider = None

    def _name_end(self) -> str:
        if self._is_dry_run:
            return "dry run"
        if self.is_silent:
            return "silent"
        return "limit" if self.has_met_limit else "finished"

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
            counts = {**self.counts, **{f"failed: {reason}": number for reason, number in self.failed.items()}}
            if self._reason in ("finished", "limit"):
                counts["gone"] = self.archive.frontier.settle_gone(self.site.key, self.resumed_from or self.started_at)
                self.archive.finish_crawl(crawl.id, self.now(), self._reason, counts)
            else:
                # Without an end it is an interrupted crawl, which the next one continues.
                self.archive.history.end_crawl(crawl.id, self._reason or "interrupted", counts)

    def _tick(self) -> None:
        self._tell()
        room = look_at_disk(self.home)
        if room.is_low and self._ending is None:
            self.notes.append(f"stopped before the disk is full: {room}")
            self.end("full disk")

    def _tell(self) -> None:
        self._crawler.signals.send_catch_log(progressed, report=self.report())

    def report(self) -> CrawlReport:
        """Return what is committed so far."""
        stats = self._crawler.stats
        answers = ("downloader/response_count", "downloader/exception_count")
        return CrawlReport(
            site=self.site.key,
            crawl_id=self._crawl_id,
            answers=sum(stats.get_value(name, 0) for name in answers) if stats else 0,
            **{name: self.counts[name] for name in _COUNTED},
            failed=dict(self.failed.most_common()),
            refusals=dict(self.refusals.most_common()),
            notes=tuple(dict.fromkeys(self.notes)),
            seconds=self.seconds,
            plan=self.plan,
            reason=self._reason,
            error=self.error,
        )


def _read_offset(clock: str | None) -> timedelta:
    """Return how far ahead of the machine's clock the crawl's is: it starts at `clock`, where that is a time."""
    return datetime.fromisoformat(as_utc(clock)) - datetime.now(UTC) if clock else timedelta(0)
