"""What happens to each page: it is kept, then understood, then saved; one bad page never ends a crawl."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from newscrawl.archive import PART_OF, Cause
from newscrawl.exceptions import ArchiveError, WarcError
from newscrawl.extensions import RunningCrawl
from newscrawl.extraction import extract_page
from newscrawl.extraction.parts import find_address
from newscrawl.items import Article, Link, Outcome, Page, Saved
from newscrawl.parts import JoinedParts, join_parts, read_stored
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

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._running = RunningCrawl.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        if self._running.error is not None:
            return item
        try:
            if not item.is_leftover:
                self._running.writer.sync()
                self._running.archive.mark_fetched(self._running.site.key, item.page, item.via)
            if item.page.status == HTTPStatus.NOT_MODIFIED:
                self._count_unmodified(item)
                return item
            return await self._understand(item)
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
            now = running.archive.find_page(row.url)
            if now and now.state != "fetched":
                # A part of an article before it in the list, with which it was understood.
                continue
            running.counts["known"] += 1
            try:
                page = read_page(running.home, row.warc_file or "", row.warc_offset or 0)
            except WarcError as error:
                logger.warning("%s: %s", row.url, error)
                running.fail_pages([row.url], "broken WARC record")
                running.archive.frontier.ask(running.site.key, [row.url], running.now())
            else:
                await self.process_item(FetchedPage(page, asked=row.url, via=row.via, is_leftover=True))
            # There may be many: whoever pressed Ctrl-C must be heard.
            await asyncio.sleep(0)

    async def _understand(self, item: FetchedPage) -> FetchedPage:
        try:
            article = extract_page(item.page, self._running.site)
            joined = await join_parts(self._crawler, article) if article.outcome in _KEPT else JoinedParts(article)
            if joined is None or self._running.error is not None:
                # The page stays `fetched`: the next crawl goes on here.
                return item
            article = joined.article
            self._save(joined, item)
        except ArchiveError:
            raise
        except Exception as error:
            logger.exception("cannot understand %s", item.page.url)
            self._running.fail_pages([item.page.url or item.asked], type(error).__name__, item.page.status)
            return item
        return replace(item, article=article)

    def _save(self, joined: JoinedParts, item: FetchedPage) -> None:
        """Commit what the page proved to be, then count it."""
        article = joined.article
        running, url = self._running, canonicalize(item.page.url or item.asked)
        first_part = find_address(article, "first_part")
        if first_part:
            self._leave_to_first_part(url, first_part)
            counted = "not_article"
        elif article.outcome in _KEPT and article.title:
            counted = self._save_article(joined, item, url)
        else:
            running.archive.mark_done(url, article.outcome, article.reason)
            counted = "not_article" if article.outcome == Outcome.NOT_ARTICLE else ""
        if item.asked != url:
            running.archive.mark_redirect(item.asked, running.site.key, url, item.page.fetched_at or running.now())
        running.counts["pages"] += 1
        if counted:
            running.counts[counted] += 1
        else:
            running.failed[_name_outcome(article)] += 1

    def _leave_to_first_part(self, url: str, first_part: str) -> None:
        """A later part of an article that was met alone is fetched again with the first one."""
        archive, known = self._running.archive, self._running.archive.get(first_part)
        self._running.add_links([Link(first_part, via="list", found_on=url)])
        archive.mark_done(url, Outcome.NOT_ARTICLE, f"{PART_OF} {first_part}", known.id if known else None)

    def _save_article(self, joined: JoinedParts, item: FetchedPage, url: str) -> str:
        """Save an article with its parts; return under which name it is counted.

        A part that cannot be had today was not taken away by the site, and one that is there again not added.
        """
        archive, article = (
            self._running.archive,
            replace(joined.article, reason=joined.problem or joined.article.reason),
        )
        stored = archive.get(url) if joined.urls or joined.problem else None
        if stored and joined.problem and len(joined.urls) < sum(part.kind == "part" for part in stored.addresses):
            archive.mark_done(url, article.outcome, joined.problem, stored.id)
            counted = Saved.UNCHANGED
        else:
            asked = None if item.asked == url else item.asked
            cause = self._read_anew(joined, item.page, asked)
            if stored and find_address(stored, "next_part"):
                cause = "extractor"
            counted = archive.save(article, item.page, cause=cause, asked=asked)
        row = archive.find_page(url)
        for part in joined.urls:
            archive.mark_done(part, Outcome.NOT_ARTICLE, f"{PART_OF} {url}", row.article_id if row else None)
        return counted.value

    def _read_anew(self, joined: JoinedParts, page: Page, asked: str | None) -> Cause:
        """Let today's extractor read the stored pages too; return whose a difference is that is still left."""
        archive = self._running.archive
        outdated = archive.find_outdated(joined.article, page, asked)
        stored = archive.get(outdated.article_id) if outdated else None
        if outdated is None or stored is None:
            return "site"
        place = (outdated.warc_file, outdated.warc_offset)
        try:
            again = read_stored(self._running, stored, place, joined.earlier)
        except WarcError as error:
            logger.warning("%s: an earlier state cannot be extracted anew: %s", page.url, error)
            return outdated.cause
        if again.outcome not in _KEPT or not again.title:
            return outdated.cause
        known = Page(again.url, warc_file=place[0], warc_offset=place[1], fetched_at=again.fetched_at)
        archive.save(replace(again, id=outdated.article_id), known, cause=outdated.cause)
        return "site"


def _name_outcome(article: Article) -> str:
    if article.outcome in _KEPT:
        return "no title"
    return f"{article.outcome}: {article.reason}" if article.reason else str(article.outcome)
