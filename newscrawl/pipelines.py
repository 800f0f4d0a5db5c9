"""What happens to each page: it is kept, then understood, then saved; one bad page never ends a crawl."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from newscrawl.archive import Cause
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
            return self._understand(item)
        except ArchiveError as error:
            self._running.stop(error)
            return item

    async def keep_leftovers(self) -> frozenset[str]:
        """Understand what a killed crawl has fetched: it is in the WARC, nobody is asked again.

        Returns the addresses of the pages whose record is damaged: they failed, and may be fetched again.
        """
        running, damaged = self._running, set()
        for row in running.archive.pages_in_state(running.site.key, "fetched"):
            running.counts["known"] += 1
            try:
                page = read_page(running.home, row.warc_file or "", row.warc_offset or 0)
            except WarcError as error:
                logger.warning("%s: %s", row.url, error)
                running.fail_pages([row.url], "broken WARC record")
                damaged.add(row.url)
            else:
                self.process_item(FetchedPage(page, asked=row.url, via=row.via, is_leftover=True))
            # There may be many: whoever pressed Ctrl-C must be heard.
            await asyncio.sleep(0)
        return frozenset(damaged)

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
            asked = None if item.asked == url else item.asked
            cause = self._read_anew(article, item.page, asked)
            counted = running.archive.save(article, item.page, cause=cause, asked=asked).value
        else:
            running.archive.mark_done(url, article.outcome, article.reason)
            counted = "not_article" if article.outcome == Outcome.NOT_ARTICLE else ""
        if item.asked != url:
            running.archive.mark_done(item.asked, Outcome.NOT_ARTICLE, f"redirect to {url}")
        running.counts["pages"] += 1
        if counted:
            running.counts[counted] += 1
        else:
            running.failed[_name_outcome(article)] += 1

    def _read_anew(self, article: Article, page: Page, asked: str | None) -> Cause:
        """Let today's extractor read the stored page too; return whose a difference is that is still left."""
        outdated = self._running.archive.find_outdated(article, page, asked)
        if outdated is None:
            return "site"
        try:
            stored = read_page(self._running.home, outdated.warc_file, outdated.warc_offset)
        except WarcError as error:
            logger.warning("%s: an earlier state cannot be extracted anew: %s", page.url, error)
            return outdated.cause
        again = extract_page(stored, self._running.site)
        if again.outcome not in _KEPT or not again.title:
            return outdated.cause
        self._running.archive.save(replace(again, id=outdated.article_id), stored, cause=outdated.cause)
        return "site"


def _name_outcome(article: Article) -> str:
    if article.outcome in _KEPT:
        return "no title"
    return f"{article.outcome}: {article.reason}" if article.reason else str(article.outcome)
