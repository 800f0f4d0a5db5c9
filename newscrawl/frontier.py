"""Scrapy's scheduler over the archive: pages are claimed from its table, some hundred at a time, and kept nowhere else.

Front doors, redirects and retries are ordinary requests in memory, and go first. Pages wait until every front door has
been read: only then is it known what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.core.scheduler import Scheduler

from newscrawl.exceptions import ArchiveError
from newscrawl.extensions import RunningCrawl
from newscrawl.spiders.jobs import CrawlJob

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

    def request_page(self, row: PageRow) -> Request:
        """Return the request for a claimed page."""


class FrontierScheduler(Scheduler):
    """Hands out what is in memory, then what is in the archive's frontier; the primary key is the duplicate filter."""

    def open(self, spider: Spider) -> Deferred[None] | None:
        assert self.crawler is not None
        self._running = RunningCrawl.of(self.crawler)
        self._spider = cast("PageSpider", spider)
        self._spider.take_page = self.take_page
        self._claimed: dict[str, PageRow] = {}
        self._handed_out = 0
        self._is_planned = False
        return super().open(spider)

    def close(self, reason: str) -> Deferred[None] | None:
        # Where that fails, the next crawl of the site takes the claims back.
        with suppress(ArchiveError):
            if self._running.is_open:
                self._running.archive.frontier.release(self._running.site.key)
        return super().close(reason)

    def has_pending_requests(self) -> bool:
        return super().has_pending_requests() or self._has_pages()

    def next_request(self) -> Request | None:
        """Return the next request; None while there is none, and while the site asked for a pause."""
        if self._running.is_waiting:
            return None
        return super().next_request() or self._next_page()

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
        if not self._has_pages():
            return None
        self._handed_out += 1
        return self._spider.request_page(self._claimed.pop(next(iter(self._claimed))))

    def _claim(self) -> None:
        frontier, job = self._running.archive.frontier, self._spider.job
        scope = job.scope(self._running.now())
        room = self._find_room()
        self._claimed = {row.url: row for row in frontier.claim(scope, room)} if room else {}
        if self._claimed or not self._is_planned:
            self._plan(scope)
        elif not room and not job.dry_run:
            self._running.has_met_limit = frontier.has_pages(scope)

    def _plan(self, scope: Scope) -> None:
        """Count what is ahead; at first also what is left for another day."""
        frontier, limit = self._running.archive.frontier, self._spider.job.limit
        left = len(self._claimed) + frontier.count(scope)
        if limit is not None:
            left = min(left, limit - self._handed_out)
        self._running.count_ahead(self._handed_out, left)
        if not self._is_planned and not scope.is_asked:
            self._running.make_plan(left, 0 if scope.has_backlog else frontier.count_waiting(scope.site))
        self._is_planned = True

    def _find_room(self) -> int:
        """Return how many pages may be claimed now."""
        job = self._spider.job
        if job.dry_run:
            return 0
        return _CLAIMED_AT_ONCE if job.limit is None else min(_CLAIMED_AT_ONCE, job.limit - self._handed_out)
