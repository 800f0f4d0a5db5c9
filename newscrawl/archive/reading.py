"""What an archive answers: one article, many in order, those that a query finds, and the numbers that sum it up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar, Unpack

from sqlite_utils import Database

from newscrawl.archive import index, queries
from newscrawl.archive.connection import open_reader, read_transaction, translated_errors
from newscrawl.archive.copies import list_copies
from newscrawl.archive.counting import Count, count_hits
from newscrawl.archive.pictures import PictureRow, find_picture
from newscrawl.archive.queries import Counts
from newscrawl.archive.search import Hit, Sort, describe_hits, find_docids
from newscrawl.archive.selection import Filters, RevisionFilters, select_articles, select_revisions
from newscrawl.items import Article, Copy, Revision
from newscrawl.query import parse_query
from newscrawl.warc import read_page

_T = TypeVar("_T")


class Reading:
    """The half of `Archive` that changes nothing."""

    path: Path
    db: Database
    _is_batch = False

    def get(self, id_or_url: str) -> Article | None:
        """Return the newest state of an article by its id or by a URL in whatever spelling."""
        with self._reading() as connection:
            return queries.find_article(connection, id_or_url)

    def articles(self, *, limit: int | None = None, **filters: Unpack[Filters]) -> Iterator[Article]:
        """Yield articles, the newest first, as they are at the first step, whatever is written meanwhile.

        `Filters` says what the filters mean. Raises UsageError for a `since` or `until` that is no time.
        """
        selection = select_articles(filters)
        return self._iterate(lambda connection: queries.iterate_articles(connection, selection, limit))

    def search(
        self, query: str, *, sort: Sort = "date", limit: int | None = None, **filters: Unpack[Filters]
    ) -> Iterator[Article]:
        """Yield the articles that a query finds, the newest first or the best by `rank`, else as `articles`.

        A word is found in its inflected forms, in title, subtitle, caption or body; every word must be there.
        "Phrases", -not, OR, title:word, prefix* and ="exactly so" mean what they look like (`newscrawl.query`); nothing
        that can be typed is an error.
        """
        asked, selection = parse_query(query), select_articles(filters)

        def find(connection: Connection) -> Iterator[Article]:
            return queries.load_articles(connection, find_docids(connection, asked, selection, sort, limit))

        return self._iterate(find)

    def find_hits(
        self,
        query: str,
        *,
        sort: Sort = "date",
        limit: int = 20,
        offset: int = 0,
        marks: tuple[str, str] = ("**", "**"),
        **filters: Unpack[Filters],
    ) -> list[Hit]:
        """Return a page of what a query finds: titles and pieces of text as printed, the found words between marks."""
        asked, selection = parse_query(query), select_articles(filters)
        with self._reading() as connection:
            docids = find_docids(connection, asked, selection, sort, limit, offset)
            return list(describe_hits(connection, asked, docids, marks))

    def count(
        self, query: str, *, by: Iterable[str] = (), copies: bool = False, **filters: Unpack[Filters]
    ) -> list[Count]:
        """Return how many articles a query finds, of how many: of each group by site, country, year, month, day or agency,
        and last of all.

        A story that several sites printed counts once in each group, with `copies` as often as it was printed. Raises
        UsageError for what cannot be counted by.
        """
        asked, selection = parse_query(query), select_articles(filters)
        with self._reading() as connection:
            return count_hits(connection, asked, selection, by, copies=copies)

    def describe_fault(self) -> str | None:
        """Return why a search may miss articles, None where it does not; opening the archive for writing mends it."""
        with self._reading() as connection:
            return index.describe_fault(connection)

    def revisions(self, id_or_url: str | None = None, **filters: Unpack[RevisionFilters]) -> Iterator[Revision]:
        """Yield the states of articles in the order they were seen, the first of each included; or those of one by number.

        `RevisionFilters` says what the filters mean. Raises UsageError for a `since` or `until` that is no time, and for a
        `field` that there is none of.
        """
        selection = select_revisions(filters)
        return self._iterate(lambda connection: queries.iterate_revisions(connection, selection, id_or_url))

    def copies(self, id_or_url: str) -> list[Copy]:
        """Return the articles that share text with this one, wherever they were published, the closest first."""
        with self._reading() as connection:
            found = queries.find_article_id(connection, id_or_url)
            return list_copies(connection, found) if found else []

    def find_picture(self, url: str) -> PictureRow | None:
        """Return what is known of a picture, by its address as `image_url` or `images` have it."""
        with self._reading() as connection:
            return find_picture(connection, url)

    def read_picture(self, url: str) -> tuple[str, bytes] | None:
        """Return a picture's media type and its bytes, None where it is not kept.

        The type is what a server said: whoever serves it must not trust it. Raises WarcError when its record is damaged.
        """
        picture = self.find_picture(url)
        if picture is None or picture.place is None:
            return None
        return picture.content_type or "", read_page(self.path.parent, *picture.place).body

    def counts(self) -> Counts:
        """Return how much is in the archive, by site, by a page's state and outcome, and its size in bytes."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        size_in_bytes = sum(file.stat().st_size for file in files if file.exists())
        with self._reading() as connection:
            return queries.count_everything(connection, size_in_bytes)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._is_batch:
            with translated_errors(self.path):
                yield self.db.conn
            return
        with translated_errors(self.path), read_transaction(self.db.conn) as connection:
            yield connection

    def _iterate(self, find: Callable[[Connection], Iterator[_T]]) -> Iterator[_T]:
        """Read on a connection of its own: a caller may save while it iterates, and yet sees one state."""
        with translated_errors(self.path):
            reader = open_reader(self.path)
            try:
                with read_transaction(reader) as connection:
                    yield from find(connection)
            finally:
                reader.close()
