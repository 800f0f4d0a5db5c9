"""What a page proved to be is written down, many pages in one transaction, and counted after the commit."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newscrawl.archive import PART_OF, Cause
from newscrawl.exceptions import ArchiveError
from newscrawl.extraction.parts import find_address, leave_next
from newscrawl.extractors import BROKEN_RECORD, KEPT, Failed, describe_outcome
from newscrawl.items import Article, Link, Outcome, Page, Place, Saved
from newscrawl.parts import JoinedParts, read_stored

if TYPE_CHECKING:
    from newscrawl.archive import PageRow
    from newscrawl.extensions import RunningCrawl

logger = logging.getLogger(__name__)

_SHARE = 10
_LONGEST_SECONDS = 1.0


class Pace:
    """Says when to commit again: so that it takes a tenth of the time, and nobody waits longer than a second for it."""

    def __init__(self) -> None:
        self._due_at = 0.0

    @property
    def seconds_left(self) -> float:
        return self._due_at - time.monotonic()

    @property
    def is_due(self) -> bool:
        return self.seconds_left <= 0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure a commit."""
        started = time.monotonic()
        yield
        ended = time.monotonic()
        self._due_at = ended + min(_SHARE * (ended - started), _LONGEST_SECONDS)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was read from the WARC: its row as it was, the addresses that redirected to it, and the article.

    `page` has no body. Where it could not be read, `failed` says why.
    """

    row: PageRow
    page: Page = field(default_factory=lambda: Page(None))
    joined: JoinedParts | None = None
    failed: Failed | None = None
    redirects: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """The address that led to the page."""
        return self.redirects[0] if self.redirects else self.row.url

    @property
    def place(self) -> Place:
        """Where its record is."""
        return get_place(self.row)

    @property
    def article(self) -> Article | None:
        return self.joined.article if self.joined else None


class Saving:
    """Writes down what the pages of one crawl proved to be."""

    def __init__(self, running: RunningCrawl) -> None:
        self._running = running

    def save(self, pages: Sequence[ReadPage], *, is_again: bool = False) -> None:
        """Commit what the pages are, then count it; a page that cannot be saved is a failed one.

        Of a page that an earlier crawl fetched (`is_again`) a damaged record is fetched anew. Raises ArchiveError.
        """
        batch: list[tuple[ReadPage, Cause]] = []
        for page in pages:
            cause: Cause = "site"
            if page.article and page.article.outcome in KEPT and page.article.title:
                cause = self._read_anew(page, batch)
            batch.append((page, cause))
        self._commit(batch)
        if is_again:
            broken = [page.row.url for page in pages if page.failed and page.failed.reason == BROKEN_RECORD]
            self._running.archive.frontier.ask(self._running.site.key, broken, self._running.now())

    def _commit(self, batch: list[tuple[ReadPage, Cause]]) -> None:
        """Save the pages in one transaction; the list is empty then."""
        counts, failed = Counter[str](), Counter[str]()
        with self._running.archive.batch():
            for page, cause in batch:
                try:
                    if failure := self._save_page(page, cause, counts):
                        failed[failure] += 1
                except ArchiveError:
                    raise
                except Exception as error:
                    logger.exception("cannot save %s", page.row.url)
                    failed[type(error).__name__] += 1
                    self._mark_failed(page, type(error).__name__)
        batch.clear()
        self._running.counts.update(counts)
        self._running.failed.update(failed)

    def _save_page(self, page: ReadPage, cause: Cause, counts: Counter[str]) -> str | None:
        """Write down one page and count it; return under which failure, where it is no page of use."""
        running, url, article = self._running, page.row.url, page.article
        if page.failed:
            self._mark_failed(page, page.failed.reason)
            self._mark_redirects(page)
            return page.failed.reason
        assert article is not None
        assert page.joined is not None
        first_part = find_address(article, "first_part")
        is_kept = article.outcome in KEPT and article.title
        counted = "not_article" if article.outcome == Outcome.NOT_ARTICLE else None
        if first_part:
            self._leave_to_first_part(url, first_part)
            counted = "not_article"
        elif is_kept:
            counted = self._save_article(page, page.joined, cause)
        else:
            running.archive.mark_done(url, article.outcome, article.reason)
        self._mark_redirects(page)
        counts["pages"] += 1
        if counted:
            counts[counted] += 1
        return None if counted else describe_outcome(article)

    def _mark_failed(self, page: ReadPage, reason: str) -> None:
        running = self._running
        running.archive.mark_failed(page.row.url, running.site.key, reason, page.row.status, running.now())

    def _mark_redirects(self, page: ReadPage) -> None:
        running, at = self._running, page.page.fetched_at or self._running.now()
        for asked in page.redirects:
            running.archive.mark_redirect(asked, running.site.key, page.row.url, at)

    def _leave_to_first_part(self, url: str, first_part: str) -> None:
        """A later part of an article that was met alone is fetched again with the first one."""
        archive, known = self._running.archive, self._running.archive.get(first_part)
        self._running.add_links([Link(first_part, via="list", found_on=url)])
        archive.mark_done(url, Outcome.NOT_ARTICLE, f"{PART_OF} {first_part}", known.id if known else None)

    def _save_article(self, page: ReadPage, joined: JoinedParts, cause: Cause) -> str:
        """Save an article with its parts; return under which name it is counted.

        A part that cannot be had today was not taken away by the site, and one that is there again not added.
        """
        archive, url = self._running.archive, page.row.url
        article = replace(joined.article, reason=joined.problem or joined.article.reason)
        stored = archive.get(url) if joined.urls or joined.problem else None
        if stored and joined.problem and len(joined.urls) < sum(part.kind == "part" for part in stored.addresses):
            archive.mark_done(url, article.outcome, joined.problem, stored.id)
            counted = Saved.UNCHANGED
        else:
            if stored and find_address(stored, "next_part"):
                cause = "extractor"
            counted = archive.save(article, page.page, cause=cause, asked=page.redirects[0] if page.redirects else None)
        row = archive.find_page(url) if joined.urls else None
        for part in joined.urls:
            archive.mark_done(part, Outcome.NOT_ARTICLE, f"{PART_OF} {url}", row.article_id if row else None)
        return counted.value

    def _read_anew(self, page: ReadPage, before: list[tuple[ReadPage, Cause]]) -> Cause:
        """Let today's extractor read the stored pages too; return whose a difference is that is still left.

        What comes `before` is saved before an earlier state is touched.
        """
        running, joined = self._running, page.joined
        assert joined is not None
        asked = page.redirects[0] if page.redirects else None
        if running.archive.find_outdated(joined.article, page.page, asked) is None:
            return "site"
        self._commit(before)
        outdated = running.archive.find_outdated(joined.article, page.page, asked)
        stored = running.archive.get(outdated.article_id) if outdated else None
        if outdated is None or stored is None:
            return "site"
        place = (outdated.warc_file, outdated.warc_offset)
        again = read_stored(running, stored, place, joined.earlier)
        if isinstance(again, Failed):
            logger.warning("%s: an earlier state cannot be extracted anew: %s", page.row.url, again.detail)
            return outdated.cause
        if again.article.outcome not in KEPT or not again.article.title:
            return outdated.cause
        known = replace(again.page, url=again.article.url, digest=None)
        earlier = replace(leave_next(again.article), id=outdated.article_id)
        running.archive.save(earlier, known, cause=outdated.cause)
        return "site"


def get_place(row: PageRow) -> Place:
    """Return where the record of a `fetched` page is."""
    return row.warc_file or "", row.warc_offset or 0
