"""What happens to each page that came: its bytes are made safe and its row says where, many pages at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from newscrawl.extensions import RunningCrawl
from newscrawl.extractors import KEPT
from newscrawl.items import Page
from newscrawl.saving import Pace
from newscrawl.understanding import Understanding
from newscrawl.urls import canonicalize

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_MOST_PAGES = 200
_MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page on its way into the archive; `asked` is the address that led to it, before redirects."""

    page: Page
    asked: str
    via: str | None = None


class KeepPages:
    """Item pipeline, the first of the two durable steps: bytes on the disk, then one transaction for their rows.

    A page that comes alone is kept at once; of many that come in a row, some hundred together.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._running = RunningCrawl.of(crawler)
        self._understanding = Understanding.of(crawler)
        self._arrived: list[FetchedPage] = []
        self._bytes = 0
        self._pace = Pace()
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        if self._running.error is not None:
            return item
        self._arrived.append(item)
        self._bytes += len(item.page.body)
        self._understanding.arrived += 1
        if self._pace.is_due or len(self._arrived) >= _MOST_PAGES or self._bytes >= _MOST_BYTES:
            self.keep()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pace.seconds_left, self.keep)
        return item

    async def close_spider(self) -> None:
        self.keep()
        await self._understanding.end()

    def keep(self) -> None:
        """Keep what has arrived; where that is refused, the crawl ends and the pages are fetched again."""
        pages, self._arrived, self._bytes = self._arrived, [], 0
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if pages and self._running.error is None:
            with self._running.ending_on_refusal(), self._pace.measured():
                self._mark(pages)
        self._understanding.arrived = 0
        self._understanding.take(len(pages))

    def _mark(self, pages: list[FetchedPage]) -> None:
        """Write down where the pages are, the addresses that led to them, and which of them were not modified."""
        running = self._running
        with running.archive.batch():
            for item in pages:
                running.archive.mark_fetched(running.site.key, item.page, item.via)
        for item in pages:
            if item.page.status == HTTPStatus.NOT_MODIFIED:
                self._count_unmodified(item)
            else:
                self._understanding.note_redirect(canonicalize(item.page.url or item.asked), item.asked)

    def _count_unmodified(self, item: FetchedPage) -> None:
        running = self._running
        row = running.archive.find_page(item.page.url or item.asked)
        if row is None or row.state == "failed":
            running.failed["not modified, but never kept"] += 1
            return
        running.counts["pages"] += 1
        running.counts["unmodified"] += 1
        running.counts["unchanged" if row.outcome in KEPT else "not_article"] += 1
