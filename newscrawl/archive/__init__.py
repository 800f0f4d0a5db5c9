"""Archive: the one way to read and write an archive.

What it does is in the modules beside it: saving in `articles`, reading and searching in `reading`, what each visit came to
in `pages`, what is to be visited in `frontier`, sites and crawls in `crawls`, their past in `history`, what readers
are shown in `overview`, the rules of revisions in `revisions`, the tables in `schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from sqlite_utils import Database

from newscrawl.archive import articles, crawls, index, links, migrating, pages
from newscrawl.archive.articles import Cause, Outdated
from newscrawl.archive.connection import (
    open_reader,
    open_writer,
    savepoint,
    translated_errors,
    write_transaction,
)
from newscrawl.archive.counting import Count
from newscrawl.archive.frontier import Frontier
from newscrawl.archive.handovers import record_handover
from newscrawl.archive.history import History
from newscrawl.archive.overview import Overview
from newscrawl.archive.pages import PageRow
from newscrawl.archive.pictures import Pictures
from newscrawl.archive.queries import Counts
from newscrawl.archive.reading import Reading
from newscrawl.archive.rereading import Rereading
from newscrawl.archive.revisions import hash_text
from newscrawl.archive.rows import replace_surrogates
from newscrawl.archive.search import Hit, Sort
from newscrawl.archive.selection import Filters, RevisionFilters
from newscrawl.archive.times import as_utc
from newscrawl.archive.visits import COPY_OF, PART_OF
from newscrawl.exceptions import ArchiveError
from newscrawl.items import Article, Crawl, Link, Page, Saved, Site

__all__ = [
    "COPY_OF",
    "PART_OF",
    "Archive",
    "Cause",
    "Count",
    "Counts",
    "Filters",
    "Hit",
    "Outdated",
    "PageRow",
    "RevisionFilters",
    "Sort",
]


class Archive(Reading):
    """An archive file, open until `close()`; a context manager.

    Opened for writing, it is created or brought up to date first. Opened with `read_only`, it is never changed, and
    must be there. Several processes may have it open and write at once: each method is one transaction, which waits
    up to 30 seconds for its turn. Times that callers give are ISO 8601; one without offset is UTC.

    `db` is the sqlite-utils database, for your own queries: write through the methods only. `frontier` holds what only
    a running crawl needs, `pictures` which pictures are still to be had, `history` what the archive tells of its sites'
    past, `overview` what its readers are shown. `before_commit`, where it is set, is called before each commit, which it
    prevents by raising: what rows point at must be on disk before they are.
    Every method raises ArchiveError when SQLite fails, StorageError when the disk refuses a write.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        self.path = Path(path)
        self.read_only = read_only
        self.before_commit: Callable[[], None] | None = None
        self.history = History(self._reading, self._writing)
        self.overview = Overview(self._reading)
        with translated_errors(self.path):
            connection = open_reader(self.path) if read_only else open_writer(self.path)
            try:
                self.db = Database(connection, execute_plugins=False)
                prepare = migrating.check_version if read_only else migrating.prepare
                prepare(self.db, self.path)
            except BaseException:
                connection.close()
                raise
        self.frontier = Frontier(self._reading, self._writing)
        self.pictures = Pictures(self._reading, self._writing)
        self.rereading = Rereading(self._reading, self._writing)
        if not read_only:
            index.repair_index(self._reading, self._writing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; doing it twice is no error."""
        with translated_errors(self.path):
            self.db.close()

    # Sites and crawls

    def save_site(self, site: Site, profile_hash: str | None) -> None:
        """Keep what the profile says now. A changed time zone moves `sort_at` of the times that hung on it."""
        with self._writing() as connection:
            crawls.save_site(connection, site, profile_hash)

    def find_site(self, key: str) -> Site | None:
        """Return what the archive remembers of a site, described or not: less than its profile says."""
        with self._reading() as connection:
            return crawls.find_site(connection, key)

    def start_crawl(self, site_key: str, started_at: str, scope: str = "site") -> Crawl:
        """Record that a crawl begins, of the whole `site` or of single `pages`.

        Earlier crawls of the site that never ended get the reason `killed`; their `finished_at` stays None. Ask
        `find_interrupted_crawl` first.
        """
        with self._writing() as connection:
            return crawls.start_crawl(connection, site_key, started_at, scope)

    def finish_crawl(self, crawl_id: int, finished_at: str, reason: str, counts: Mapping[str, int]) -> None:
        """Record why a crawl ended and what it did."""
        with self._writing() as connection:
            crawls.finish_crawl(connection, crawl_id, finished_at, reason, counts)

    def find_interrupted_crawl(self, site_key: str) -> Crawl | None:
        """Return the crawl to resume: of those that never finished since the last that did, the first.

        Pages fetched since its `started_at` need not be fetched again.
        """
        with self._reading() as connection:
            return crawls.find_interrupted_crawl(connection, site_key)

    def crawls(self, site_key: str | None = None) -> list[Crawl]:
        """Return the crawls of a site, or of all, the oldest first."""
        with self._reading() as connection:
            return crawls.list_crawls(connection, site_key)

    # Pages

    def add_links(
        self, site_key: str, found: Iterable[Link], seen_at: str, *, fresh_from: str | None = None, position: int = 0
    ) -> list[str]:
        """Record where links were announced; return the canonical URLs that nobody had seen before, in order.

        New ones dated before `fresh_from` wait for a back-fill, as do those without date beyond the first thousand of
        their front door; `position` is how many of it were added before. Known pages that a link tells to have
        changed are due. What is no http(s) URL is passed over.
        """
        with self._writing() as connection:
            return links.add_links(connection, site_key, found, seen_at, fresh_from and as_utc(fresh_from), position)

    def find_page(self, url: str) -> PageRow | None:
        """Return what is known of a URL, in whatever spelling."""
        with self._reading() as connection:
            return pages.find_page(connection, url)

    def pages_in_state(self, site_key: str, state: str) -> list[PageRow]:
        """Return a site's pages in a state, the most urgent first, then in the order they were found."""
        with self._reading() as connection:
            return pages.list_pages(connection, site_key, state)

    def mark_fetched(self, site_key: str, page: Page, via: str | None) -> None:
        """Record that a page's bytes are in the WARC: `fetched`, to be extracted, and not fetched again.

        A 304 leaves the pointers into the WARC where they are; the page is then `done`, or still `fetched` when the
        bytes kept earlier were never extracted.
        """
        with self._writing() as connection:
            pages.mark_fetched(connection, site_key, page, via)
            pages.note_directives(connection, page)

    def mark_done(
        self, url: str, outcome: str, reason: str | None, article_id: str | None = None, *, at: str | None = None
    ) -> None:
        """Record what a page proved to be, `at` when that was no fetch. Raises ArchiveError for an unknown page."""
        with self._writing() as connection:
            if not pages.mark_done(connection, url, outcome, reason, article_id, at):
                raise ArchiveError(f"{self.path}: {url} is no known page: it must be added or fetched first")

    def mark_failed(self, url: str, site_key: str, reason: str, status: int | None, at: str) -> None:
        """Record that a page could not be had: `gone` after 404 and 410, else `failed`, with one more attempt."""
        with self._writing() as connection:
            pages.mark_failed(connection, url, site_key, reason, status, at)

    def mark_gone(self, url: str, site_key: str, reason: str, at: str) -> None:
        """Record that a page is no more, without a status that says so: its site leads elsewhere."""
        with self._writing() as connection:
            pages.mark_gone(connection, url, site_key, reason, None, at)

    def mark_redirect(self, url: str, site_key: str, target: str, at: str) -> None:
        """Record that a page leads to another one, which was visited: it is done, gone or failed with that."""
        with self._writing() as connection:
            pages.mark_redirect(connection, url, site_key, target, at)

    def mark_refused(self, url: str, site_key: str, reason: str, at: str) -> None:
        """Record that we do not fetch a page: robots.txt, or an address that is not allowed."""
        with self._writing() as connection:
            pages.mark_refused(connection, url, site_key, reason, at)

    # Articles

    def save(
        self, article: Article, page: Page | None = None, *, cause: Cause = "site", asked: str | None = None
    ) -> Saved:
        """Keep an article, with a revision when its text changed, and mark its page `done`; return what that did.

        The row is found by the article's id, its URL, or the page it was found on before; else by the addresses that
        its page, or `asked`, which redirected here, have in common with an article of the same headline. The id stays
        that of the first save, and so does the URL until the ordinary page of a mobile, AMP or print copy is met, or
        the address that the article's page calls canonical. `fetched_at` (else the present time) is when it was seen.
        Of an UNCHANGED article only `checked_at` moves: the row, its WARC pointers included, is always the newest
        revision. Copies of another kind are not compared: the fuller one's text is kept, with the cause `variant`
        where there is a history. A change that another extractor made from the very bytes of the last visit has the
        cause `extractor`, or `profile` where the code is the same; without a visible change it replaces the state.
        Raises ValueError unless it is an article or paywalled, with a title, an http(s) URL, and an id, if it has one
        already, of 16 hex digits.
        """
        try:
            with self._writing() as connection:
                return articles.save_article(connection, article, page, cause, asked)
        except UnicodeEncodeError:
            # rare, and one pass over every text is not free: only now are half characters looked for
            with self._writing() as connection:
                return articles.save_article(connection, replace_surrogates(article), page, cause, asked)

    def find_outdated(self, article: Article, page: Page, asked: str | None = None) -> Outdated | None:
        """Return the state that saving this visit would be compared with, where another extractor made it.

        Extract its page anew and save that first, with the cause that is given and the article's id: what differs then
        is the site's. None where the visit can be saved as it is. Raises ValueError as `save` does.
        """
        with self._reading() as connection:
            return articles.find_outdated(connection, article, page, asked)

    @contextmanager
    def hand_over(self, receiver: str, articles: Iterable[Article]) -> Iterator[Iterable[Article]]:
        """Give the articles back to be written; when the block ends well, note that the receiver has them.

        An export that fails within the block has handed nothing over: the next `since_last` finds the same articles.
        """
        with TemporaryFile("w+", encoding="ascii") as states:
            yield _note_states(articles, states)
            states.seek(0)
            with self._writing() as connection:
                record_handover(connection, receiver, (line.split() for line in states))

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make one transaction of the block; what a method did that raises is undone, where it is caught not the rest."""
        with self._writing():
            self._is_batch = True
            try:
                yield
            finally:
                self._is_batch = False

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self.read_only:
            raise ArchiveError(f"{self.path} was opened for reading only")
        if self._is_batch:
            with translated_errors(self.path), savepoint(self.db.conn) as connection:
                yield connection
            return
        with translated_errors(self.path), write_transaction(self.db.conn) as connection:
            yield connection
            index.update_index(connection)
            if self.before_commit:
                self.before_commit()


def _note_states(articles: Iterable[Article], states: IO[str]) -> Iterator[Article]:
    for article in articles:
        states.write(f"{article.id} {hash_text(article)}\n")
        yield article
