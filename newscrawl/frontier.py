"""Scrapy's scheduler over the archive: pages are claimed from its table, some hundred at a time, and kept nowhere else.

Front doors, redirects and retries are ordinary requests in memory, and go first. Pages wait until every front door has
been read: only then is it known what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.core.scheduler import Scheduler

from newscrawl.archive import COPY_OF
from newscrawl.archive.links import ASKED
from newscrawl.exceptions import ArchiveError
from newscrawl.extensions import FRESH_DAYS, RunningCrawl
from newscrawl.items import CrawlPlan, Outcome
from newscrawl.pictures import PictureFetcher
from newscrawl.spiders.jobs import CrawlJob
from newscrawl.understanding import Understanding
from newscrawl.variants import find_variant, story_key

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from twisted.internet.defer import Deferred

    from newscrawl.archive import PageRow
    from newscrawl.archive.frontier import Scope

_CLAIMED_AT_ONCE = 200


class PageSpider(Protocol):
    """A spider that fetches pages when the scheduler says so."""

    job: CrawlJob
    take_page: Callable[[str], bool]

    @property
    def is_ready(self) -> bool:
        """Whether every front door has been read, and the site still answers."""

    @property
    def has_old_news(self) -> bool:
        """Whether it is time to read the front doors again."""

    def request_page(self, row: PageRow) -> Request:
        """Return the request for a claimed page."""

    @property
    def has_later_doors(self) -> bool:
        """Whether front doors were put off."""

    def read_doors(self, *, is_again: bool = False) -> Iterable[Request]:
        """Return requests for the front doors where a crawl begins."""

    def open_later_doors(self) -> Iterable[Request]:
        """Return requests for front doors that were put off until no page is left."""


class FrontierScheduler(Scheduler):
    """Hands out what is in memory, then what is in the archive's frontier; the primary key is the duplicate filter."""

    def open(self, spider: Spider) -> Deferred[None] | None:
        assert self.crawler is not None
        self._running = RunningCrawl.of(self.crawler)
        self._pictures = PictureFetcher(self.crawler)
        self._understanding = Understanding.of(self.crawler)
        self._spider = cast("PageSpider", spider)
        self._spider.take_page = self.take_page
        self._claimed: dict[str, PageRow] = {}
        # By what their addresses have in common with those of their copies.
        self._under_way: dict[str, str] = {}
        self._handed_out = 0
        # After how many pages the front doors were read last: between two readings there is one at least.
        self._read_at = 0
        self._is_planned = False
        # Pages that a killed crawl had fetched: they are counted, and not asked for.
        self._read_before = 0
        return super().open(spider)

    def close(self, reason: str) -> Deferred[None] | None:
        # Where that fails, the next crawl of the site takes the claims back.
        with suppress(ArchiveError):
            if self._running.is_open:
                self._running.archive.frontier.release(self._running.site.key)
        return super().close(reason)

    def has_pending_requests(self) -> bool:
        """Answer whether more is to come: what is understood meanwhile may lead to it."""
        is_left = super().has_pending_requests() or self._has_pages() or self._understanding.is_busy
        return is_left or self._open_later_doors() or self._has_pictures()

    def next_request(self) -> Request | None:
        """Return the next request; None while there is none, and while the site asked for a pause."""
        if self._running.is_waiting:
            return None
        if not super().has_pending_requests():
            if self._has_pages() and not self._reread_doors():
                page = self._next_page()
                if page or self._claimed:
                    return page
            self._open_later_doors()
        return super().next_request() or self._next_picture()

    def take_page(self, url: str) -> bool:
        """Claim the page that a redirect leads to; return False when this crawl has fetched it, or is about to."""
        if self._claimed.pop(url, None):
            return True
        archive, row = self._running.archive, self._running.archive.find_page(url)
        if row and row.visited_at and row.visited_at >= self._running.started_at:
            return False
        return archive.frontier.claim_url(url)

    def _has_pages(self) -> bool:
        """Answer whether a page is claimed, after claiming what can be."""
        if self._running.error is not None or not self._spider.is_ready:
            return False
        with self._running.ending_on_refusal():
            if not self._claimed:
                self._claim()
        return bool(self._claimed)

    def _next_page(self) -> Request | None:
        """Return the request for the next page; None while none is left but copies of what is being fetched."""
        while self._has_pages():
            row = next((row for row in self._claimed.values() if not self._is_undecided(row)), None)
            if row is None:
                return None
            del self._claimed[row.url]
            if not self._leave_copy(row):
                self._handed_out += 1
                self._under_way[story_key(row.url)] = row.url
                return self._spider.request_page(row)
        return None

    def _is_undecided(self, row: PageRow) -> bool:
        """Answer whether a page that this one may be a copy of is being fetched or understood."""
        other = self._under_way.get(story_key(row.url))
        if other is None or not self._is_busy:
            return False
        page = self._running.archive.find_page(other)
        return page is not None and page.state in ("claimed", "fetched")

    @property
    def _is_busy(self) -> bool:
        """Whether any page is on its way: nothing waits for what never comes."""
        assert self.crawler is not None
        engine = self.crawler.engine
        assert engine is not None
        assert engine.scraper.slot is not None
        is_fetching = bool(engine.downloader.active) or not engine.scraper.slot.is_idle()
        return is_fetching or self._understanding.is_busy

    def _leave_copy(self, row: PageRow) -> bool:
        """Pass over a page whose story is here already under another of its addresses; answer whether it is one."""
        if row.fetched_at or row.priority == ASKED:
            return False
        with self._running.ending_on_refusal():
            archive = self._running.archive
            copied = archive.frontier.find_copied(row.url)
            if copied:
                archive.mark_done(row.url, Outcome.NOT_ARTICLE, f"{COPY_OF} {copied}", at=self._running.now())
                self._running.counts["known"] -= 1
            return copied is not None
        return True

    def _reread_doors(self) -> bool:
        """Ask for the front doors again where that is due; what is claimed gives way to what is new."""
        if not self._spider.has_old_news or self._handed_out == self._read_at:
            return False
        self._read_at = self._handed_out
        with self._running.ending_on_refusal():
            self._running.archive.frontier.put_back(self._claimed)
            self._claimed.clear()
            return self._enqueue(self._spider.read_doors(is_again=True))
        return False

    def _open_later_doors(self) -> bool:
        """Ask for more of what a back-fill reads, now that no page is left."""
        is_full = not (self._find_room() or self._spider.job.dry_run)
        if self._running.error is not None or not self._spider.is_ready or is_full:
            return False
        with self._running.ending_on_refusal():
            return self._enqueue(self._spider.open_later_doors())
        return False

    def _enqueue(self, requests: Iterable[Request]) -> bool:
        return sum(map(self.enqueue_request, requests)) > 0

    def _has_pictures(self) -> bool:
        """Answer whether it is the pictures' turn: no page is left, and there are some."""
        is_turn = self._spider.is_ready and not self._spider.job.dry_run and not self._claimed
        return is_turn and self._pictures.has_pictures()

    def _next_picture(self) -> Request | None:
        return self._pictures.next_request() if self._has_pictures() else None

    def _claim(self) -> None:
        frontier, job = self._running.archive.frontier, self._spider.job
        scope = job.scope(self._running.now())
        if not self._is_planned and self._running.is_first and job.is_whole_site and job.since is None:
            frontier.wake_newest(scope.site, FRESH_DAYS)
        room = self._find_room()
        # Ordinary pages first: where their copies come, they are there.
        rows = sorted(frontier.claim(scope, room) if room else (), key=lambda row: find_variant(row.url) is not None)
        self._claimed = {row.url: row for row in rows}
        self._under_way.clear()
        if self._claimed or not self._is_planned:
            self._plan(scope)
        elif not room and not job.dry_run:
            self._running.has_met_limit = frontier.has_pages(scope) or self._spider.has_later_doors

    def _plan(self, scope: Scope) -> None:
        """Count what is ahead; at first also what is left for another day."""
        running, limit = self._running, self._spider.job.limit
        left = len(self._claimed) + running.archive.frontier.count(scope)
        if limit is not None:
            left = min(left, limit - self._handed_out)
        if not self._is_planned:
            self._is_planned = True
            self._read_before = running.counts["known"]
            if not scope.is_asked:
                running.plan = self._make_plan(scope, left)
        running.counts["known"] = self._read_before + self._handed_out + left

    def _make_plan(self, scope: Scope, left: int) -> CrawlPlan:
        """Return what the front doors showed; the pace is that of the answers so far."""
        running = self._running
        assert self.stats is not None
        answers = self.stats.get_value("downloader/response_count", 0)
        pace = max(running.seconds / max(answers, 1), running.site.delay_seconds)
        waiting = 0 if scope.has_backlog else running.archive.frontier.count_waiting(scope.site)
        return CrawlPlan(dict(running.found), left, waiting, left * pace, running.is_first)

    def _find_room(self) -> int:
        """Return how many pages may be claimed now."""
        job = self._spider.job
        if job.dry_run:
            return 0
        return _CLAIMED_AT_ONCE if job.limit is None else min(_CLAIMED_AT_ONCE, job.limit - self._handed_out)
