"""What happens to each page: it is kept, then understood, then saved; one bad page never ends a crawl."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from newscrawl.exceptions import ArchiveError, WarcError
from newscrawl.extensions import RunningCrawl
from newscrawl.extraction import extract_page
from newscrawl.items import Article, Outcome, Page
from newscrawl.urls import canonicalize
from newscrawl.warc import read_page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_KEPT = (Outcome.ARTICLE, Outcome.PAYWALLED)


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page on its way into the archive.

    `asked` is the address that led to it, before redirects. `is_leftover` says that an earlier crawl fetched it and
    was killed before it understood it. The article is there once the pipeline has been passed.
    """

    page: Page
    asked: str
    via: str | None = None
    is_leftover: bool = False
    article: Article | None = None


class KeepPages:
    """Item pipeline: two durable steps, first the bytes' place, then the article; counted after each commit."""

    def __init__(self, running: RunningCrawl) -> None:
        self._running = running

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(RunningCrawl.of(crawler))

    def process_item(self, item: FetchedPage) -> FetchedPage:
        if self._running.error is not None:
            return item
        try:
            if not item.is_leftover:
                self._running.archive.mark_fetched(self._running.site.key, item.page, item.via)
            if item.page.status == HTTPStatus.NOT_MODIFIED:
                self._count_unmodified(item)
                return item
            return self._understand(item)
        except ArchiveError as error:
            self._running.stop(error)
            return item

    def _count_unmodified(self, item: FetchedPage) -> None:
        running = self._running
        row = running.archive.find_page(item.page.url or item.asked)
        if row is None or row.state == "failed":
            running.failed["not modified, but never kept"] += 1
            return
        running.counts["pages"] += 1
        running.counts["unmodified"] += 1
        running.counts["unchanged" if row.outcome in _KEPT else "not_article"] += 1

    async def keep_leftovers(self) -> None:
        """Understand what a killed crawl has fetched: it is in the WARC, nobody is asked again.

        A page whose record is damaged failed, and is fetched again.
        """
        running = self._running
        for row in running.archive.pages_in_state(running.site.key, "fetched"):
            running.counts["known"] += 1
            try:
                page = read_page(running.home, row.warc_file or "", row.warc_offset or 0)
            except WarcError as error:
                logger.warning("%s: %s", row.url, error)
                running.fail_pages([row.url], "broken WARC record")
                running.archive.frontier.ask(running.site.key, [row.url], running.now())
            else:
                self.process_item(FetchedPage(page, asked=row.url, via=row.via, is_leftover=True))
            # There may be many: whoever pressed Ctrl-C must be heard.
            await asyncio.sleep(0)

    def _understand(self, item: FetchedPage) -> FetchedPage:
        try:
            article = extract_page(item.page, self._running.site)
            self._save(article, item)
        except ArchiveError:
            raise
        except Exception as error:
            logger.exception("cannot understand %s", item.page.url)
            self._running.fail_pages([item.page.url or item.asked], type(error).__name__, item.page.status)
            return item
        return replace(item, article=article)

    def _save(self, article: Article, item: FetchedPage) -> None:
        """Commit what the page proved to be, then count it."""
        running, url = self._running, canonicalize(item.page.url or item.asked)
        if article.outcome in _KEPT and article.title:
            counted = running.archive.save(article, item.page).value
        else:
            running.archive.mark_done(url, article.outcome, article.reason)
            counted = "not_article" if article.outcome == Outcome.NOT_ARTICLE else ""
        if item.asked != url:
            running.archive.mark_done(item.asked, Outcome.NOT_ARTICLE, f"redirect to {url}", at=item.page.fetched_at)
        running.counts["pages"] += 1
        if counted:
            running.counts[counted] += 1
        else:
            running.failed[_name_outcome(article)] += 1


def _name_outcome(article: Article) -> str:
    if article.outcome in _KEPT:
        return "no title"
    return f"{article.outcome}: {article.reason}" if article.reason else str(article.outcome)
