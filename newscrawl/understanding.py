"""What was fetched is understood: pages are taken from the archive's `fetched` rows, extracted, and saved.

Fetching never waits for this: the rows are the queue, whether this crawl fetched them or one that was killed. A polite
crawl is understood page by page in its own process; one that runs ahead gets processes of its own for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import replace
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Self

from newscrawl.exceptions import NewscrawlError
from newscrawl.extensions import RunningCrawl
from newscrawl.extractors import Extracted, Extractors, Failed, Job, count_cores, extract_job
from newscrawl.items import Site
from newscrawl.parts import JoinedParts, is_first_part, join_parts
from newscrawl.saving import Pace, ReadPage, Saving, get_place

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.archive import PageRow

logger = logging.getLogger(__name__)

understood = object()
"""Signal, sent for every page that was understood, after the commit, with `read`: a ReadPage."""

# About what a process takes to start: what is less this one has done sooner.
_MANY = 100
_TAKEN_AT_ONCE = 200
_MOST_IN_HAND = 1_000
_MOST_READ = 40
# While more are saved nobody reads what the processes have to say, and they wait; nor is anything fetched.
_SAVED_AT_ONCE = 30
# While pages come in a row, what is read may wait longer, in memory: its bytes are safe, and fetching comes first.
_MOST_READ_MEANWHILE = 400
_LONGEST_WAIT_SECONDS = 5.0
# So long at a time nothing is extracted here while there is something to fetch.
_LEFT_TO_FETCHING_SECONDS = 0.05
_POLL_SECONDS = 0.01
# Between two pages that come in a row, some may be kept and others saved.
_LATELY_SECONDS = 0.25


class Understanding:
    """Extension, the second of the two durable steps; `arrived` counts the pages whose bytes are not safe yet."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._number = crawler.settings.getint("NEWSCRAWL_EXTRACTORS") or count_cores()
        self._seconds_a_page = crawler.settings.getint("NEWSCRAWL_EXTRACTION_SECONDS")
        self._pool: Extractors[PageRow] | None = None
        self._pace = Pace()
        self.arrived = 0
        self._unread = 0
        self._fetched_at = 0.0
        self._has_more = False
        self._redirects: dict[str, list[str]] = {}
        # Rows by URL from the moment when they are taken from the archive until they are no longer `fetched`.
        self._in_hand: dict[str, PageRow] = {}
        self._queue: deque[PageRow] = deque()
        self._read: dict[str, ReadPage] = {}
        self._joining: dict[str, asyncio.Task[None]] = {}
        # The parts of articles that are not saved yet.
        self._held: dict[str, str] = {}
        self._is_catching_up = False
        self._task: asyncio.Task[None] | None = None
        self._is_ending = False
        self._news = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return the part of the crawl that `crawler` runs."""
        found = crawler.get_extension(cls)
        assert found is not None, "settings.EXTENSIONS must name Understanding"
        return found

    @cached_property
    def _running(self) -> RunningCrawl:
        # Extensions can be asked for once all of them are there.
        return RunningCrawl.of(self._crawler)

    @cached_property
    def _saving(self) -> Saving:
        return Saving(self._running)

    @property
    def _sites(self) -> dict[str, Site]:
        return {self._running.site.key: self._running.site}

    @property
    def is_busy(self) -> bool:
        """Whether pages are still to be understood, which may lead to more."""
        return bool(self.arrived or self._task)

    @property
    def waiting(self) -> int:
        """How many pages came whose meaning is not known yet; those that wait for their next part are."""
        return self.arrived + max(self._unread - len(self._joining), 0)

    async def wait_for_news(self) -> None:
        """Return when more pages were understood, or the crawl ends."""
        if self.is_busy and not self._is_ending:
            self._news.clear()
            await self._news.wait()

    def note_redirect(self, url: str, asked: str) -> None:
        """Remember the address that led to a page that is not understood yet."""
        if asked != url:
            self._redirects.setdefault(url, []).append(asked)

    def take(self, number: int) -> None:
        """Go on: so many pages more are `fetched`."""
        self._unread += number
        self._has_more = True
        if self._task is None and not self._is_ending and self._running.error is None:
            self._task = asyncio.ensure_future(self._work())

    async def catch_up(self) -> None:
        """Understand what a killed crawl has fetched: it is in the WARC, nobody is asked again.

        It may be what killed it, so that it is left to other processes.
        """
        number = self._running.archive.frontier.count_fetched(self._running.site.key)
        if number:
            self._running.counts["known"] += number
            self._is_catching_up = True
            self.take(number)
            while self._task:
                await asyncio.wait([self._task])
            self._is_catching_up = False
            self._close_pool()

    async def end(self) -> None:
        """Save what was read; what else is `fetched` is left to the next crawl."""
        self._is_ending = True
        for task in self._joining.values():
            task.cancel()
        if self._task:
            await asyncio.wait([self._task])
        self._close_pool()
        self._news.set()

    def _close_pool(self) -> None:
        if self._pool:
            self._pool.close()
            self._pool = None

    async def _work(self) -> None:
        try:
            while self._in_hand or self._has_more:
                if self._is_ending or self._running.error:
                    break
                self._take_rows()
                await (self._extract_outside() if self._needs_pool() else self._extract_here())
                if self._is_time_to_save():
                    await self._save()
            await self._save()
        except NewscrawlError as error:
            self._running.stop(error)
        finally:
            self._task = None
            self._news.set()
            self._call_scheduler()

    def _call_scheduler(self) -> None:
        """Scrapy asks for the next request when an answer came, and else every five seconds."""
        engine = self._crawler.engine
        if engine is not None and engine._slot is not None:
            engine._slot.nextcall.schedule()

    def _take_rows(self) -> None:
        if not self._has_more or len(self._queue) >= _MANY or len(self._in_hand) >= _MOST_IN_HAND:
            return
        most = len(self._in_hand) + len(self._held) + _TAKEN_AT_ONCE
        rows = self._running.archive.frontier.list_fetched(self._running.site.key, most)
        self._has_more = len(rows) == most
        new = {row.url: row for row in rows if row.url not in self._in_hand and row.url not in self._held}
        self._queue.extend(new.values())
        self._in_hand.update(new)

    def _needs_pool(self) -> bool:
        return self._pool is not None or self._is_catching_up or len(self._queue) >= _MANY

    async def _extract_here(self) -> None:
        assert self._crawler.engine is not None
        is_fetching = bool(self._crawler.engine.downloader.active)
        await asyncio.sleep(_LEFT_TO_FETCHING_SECONDS if is_fetching or not self._queue else 0)
        if self._queue:
            row = self._queue.popleft()
            self._take_answer(row, extract_job(self._running.home, self._sites, Job(row.site, (get_place(row),))))

    async def _extract_outside(self) -> None:
        if self._pool is None:
            self._pool = Extractors(self._running.home, self._sites, self._number, seconds_a_page=self._seconds_a_page)
        has_answers = self._exchange(self._pool)
        await asyncio.sleep(0 if has_answers else _POLL_SECONDS)

    def _exchange(self, pool: Extractors[PageRow]) -> bool:
        """Keep the processes at work, and take what they have to say; return whether that was anything."""
        pool.number = self._count_processes()
        while self._queue and pool.room:
            row = self._queue.popleft()
            pool.send(row, Job(row.site, (get_place(row),)))
        answers = pool.receive()
        for row, answer in answers:
            self._take_answer(row, answer)
        return bool(answers)

    def _count_processes(self) -> int:
        """Return how many processes may extract: while pages come in a row, fetching has a core for itself."""
        return max(self._number - self._is_fetching(), 1)

    def _is_fetching(self) -> bool:
        """Answer whether pages come in a row."""
        assert self._crawler.engine is not None
        if self._crawler.engine.downloader.active or self.arrived:
            self._fetched_at = time.monotonic()
        return time.monotonic() - self._fetched_at < _LATELY_SECONDS

    def _is_time_to_save(self) -> bool:
        if self._pool and self._is_fetching():
            return len(self._read) >= _MOST_READ_MEANWHILE or self._pace.seconds_left < -_LONGEST_WAIT_SECONDS
        is_last = self._pool is not None and not self._has_more and len(self._read) == len(self._in_hand)
        return is_last or self._pace.is_due or len(self._read) >= _MOST_READ

    def _take_answer(self, row: PageRow, answer: Extracted | Failed) -> None:
        if isinstance(answer, Failed):
            logger.warning("%s: %s (%s)", row.url, answer.reason, answer.detail)
            self._read[row.url] = ReadPage(row, failed=answer)
        elif is_first_part(answer.article):
            self._joining[row.url] = asyncio.ensure_future(self._join(row, answer))
        else:
            self._read[row.url] = ReadPage(row, answer.page, JoinedParts(answer.article))

    async def _join(self, row: PageRow, first: Extracted) -> None:
        """Fetch the further parts; where the crawl is ended meanwhile, the page stays `fetched` for the next one."""

        def hold(url: str) -> None:
            self._held[url] = row.url

        try:
            if joined := await join_parts(self._crawler, first.article, hold):
                self._read[row.url] = ReadPage(row, first.page, joined)
        except NewscrawlError as error:
            self._running.stop(error)
        except Exception as error:
            logger.exception("cannot join the parts of %s", row.url)
            self._read[row.url] = ReadPage(row, failed=Failed(type(error).__name__, str(error)))
        finally:
            del self._joining[row.url]

    async def _save(self) -> None:
        """Save what was read, in the order in which it was taken: first parts come before the others."""
        left = len(self._read)
        while left > 0 and (urls := list(islice(takewhile(self._read.__contains__, self._in_hand), _SAVED_AT_ONCE))):
            if self._running.error:
                return
            left -= len(urls)
            self._save_pages([replace(self._read.pop(url), redirects=self._find_redirects(url)) for url in urls])
            if self._pool and left > 0:
                self._exchange(self._pool)
                await asyncio.sleep(0)

    def _save_pages(self, pages: list[ReadPage]) -> None:
        with self._pace.measured():
            self._saving.save([page for page in pages if page.row.url not in self._held], is_again=self._is_catching_up)
        for page in pages:
            self._forget(page)
        self._unread = max(self._unread - len(pages), 0)
        self._news.set()
        self._call_scheduler()

    def _find_redirects(self, url: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._redirects.get(url, ())))

    def _forget(self, page: ReadPage) -> None:
        """Tell the others of a page that is saved, and let go of it."""
        url = page.row.url
        del self._in_hand[url]
        self._redirects.pop(url, None)
        if self._held.pop(url, None) is None:
            self._crawler.signals.send_catch_log(understood, read=page)
        for part in [part for part, first in self._held.items() if first == url and part not in self._in_hand]:
            del self._held[part]
