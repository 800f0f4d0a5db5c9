"""What a reader of the whole archive is shown: the newest, how the found ones divide, what was corrected."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Unpack

from newscrawl.archive.connection import is_interrupted
from newscrawl.archive.search import DESCRIBE_PLAIN, Hit, narrow, shorten
from newscrawl.archive.selection import Filters, add_functions, select_articles
from newscrawl.query import parse_query

_STEPS_BETWEEN_LOOKS = 20_000
_BATCH = 500

_NEWEST = f"{DESCRIBE_PLAIN} ORDER BY sort_at DESC, id DESC LIMIT ? OFFSET ?"
# The newest of the archive first, through an index that holds all of it: no look at the articles themselves.
_DIVIDED = """
SELECT articles.site, section, authors, agency, substr(sort_at, 1, 7) FROM articles INDEXED BY articles_facets
WHERE {where} ORDER BY docid DESC
"""
_DIVIDED_HITS = """
SELECT articles.site, section, authors, agency, substr(sort_at, 1, 7)
FROM articles_fts CROSS JOIN articles INDEXED BY articles_facets ON articles.docid = articles_fts.rowid
WHERE articles_fts MATCH ? AND {where} ORDER BY articles_fts.rowid DESC
"""


class SiteSummary(NamedTuple):
    """A site with the number of its articles and the first and last `sort_at` among them."""

    key: str
    name: str
    domain: str
    country: str | None
    articles: int
    first_at: str | None
    last_at: str | None


class Facets(NamedTuple):
    """How many articles there are, and how many of each site, section, author, agency and month (of `sort_at`).

    With `is_partial` time was up before all were counted, the last that came first: every number is a least one.
    """

    total: int
    is_partial: bool
    by: Mapping[str, Counter[str]]


class Record(NamedTuple):
    """What the archive knows of an article beyond what its page says."""

    sort_at: str
    sort_source: str
    first_seen_at: str
    checked_at: str
    gone_at: str | None
    warc_file: str | None
    warc_offset: int | None
    directives: str | None


class Correction(NamedTuple):
    """A headline that its site changed."""

    article_id: str
    site: str | None
    number: int
    seen_at: str
    old_title: str
    new_title: str


class Overview:
    """Reads only; each method is one transaction."""

    def __init__(self, reading: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._reading = reading

    def newest(self, limit: int, offset: int = 0, **filters: Unpack[Filters]) -> list[Hit]:
        """Return articles, the newest first; the snippet is the standfirst, else the beginning of the text."""
        selection = select_articles(filters)
        with self._reading() as connection:
            add_functions(connection)
            sql = _NEWEST.format(where=selection.where)
            return [shorten(Hit._make(row)) for row in connection.execute(sql, (*selection.values, limit, offset))]

    def sites(self) -> list[SiteSummary]:
        """Return every site, the one with the most articles first."""
        sql = """
        SELECT key, name, domain, country, coalesce(number, 0) AS articles, first_at, last_at FROM sites LEFT JOIN (
            SELECT site, count(*) AS number, min(sort_at) AS first_at, max(sort_at) AS last_at FROM articles GROUP BY site
        ) ON site = key ORDER BY articles DESC, key
        """
        with self._reading() as connection:
            return [SiteSummary._make(row) for row in connection.execute(sql)]

    def site_names(self) -> dict[str, str]:
        """Return the name of every site by its key."""
        with self._reading() as connection:
            return dict(connection.execute("SELECT key, name FROM sites").fetchall())

    def count_edits(self) -> int:
        """Return how many changes sites made in articles that they had published."""
        with self._reading() as connection:
            sql = "SELECT count(*) FROM revisions WHERE number > 1 AND cause = 'site'"
            return int(connection.execute(sql).fetchone()[0])

    def facets(self, query: str, seconds: float, **filters: Unpack[Filters]) -> Facets:
        """Count the articles that a query finds, all of the filters' where it asks for nothing, for so long at most."""
        asked, selection = parse_query(query), select_articles(filters)
        with self._reading() as connection:
            add_functions(connection)
            selection = narrow(connection, asked, selection)
            sql = (_DIVIDED_HITS if asked.match else _DIVIDED).format(where=selection.where)
            return _count(connection, sql, (*([asked.match] if asked.match else ()), *selection.values), seconds)

    def record(self, article_id: str) -> Record | None:
        """Return what is known of an article by its id."""
        sql = """
        SELECT sort_at, sort_source, first_seen_at, checked_at, gone_at, warc_file, warc_offset,
               (SELECT directives FROM pages WHERE pages.url = articles.url)
        FROM articles WHERE id = ?
        """
        with self._reading() as connection:
            row = connection.execute(sql, (article_id,)).fetchone()
        return Record._make(row) if row else None

    def archived_links(self, article_id: str) -> dict[str, str]:
        """Return the ids of the archived articles that an article offers as further reading, by the link's address."""
        sql = "SELECT url, target_id FROM related WHERE article_id = ? AND target_id IS NOT NULL"
        with self._reading() as connection:
            return dict(connection.execute(sql, (article_id,)).fetchall())

    def corrections(self, limit: int, site: str | None = None) -> list[Correction]:
        """Return headlines before and after their sites changed them, the newest change first."""
        sql = """
        SELECT article_id, site, number, seen_at, old_title, new_title FROM headline_corrections
        WHERE NOT minor AND site IS coalesce(?, site) ORDER BY seen_at DESC LIMIT ?
        """
        with self._reading() as connection:
            return [Correction._make(row) for row in connection.execute(sql, (site, limit))]

    def count_corrections(self) -> dict[str, Counter[str]]:
        """Return how many headlines each site changed, by month."""
        sql = "SELECT site, substr(seen_at, 1, 7), count(*) FROM headline_corrections WHERE NOT minor GROUP BY 1, 2"
        counted: dict[str, Counter[str]] = {}
        with self._reading() as connection:
            for site, month, number in connection.execute(sql):
                counted.setdefault(site or "", Counter())[month] = number
        return counted


def _count(connection: sqlite3.Connection, sql: str, values: tuple[str, ...], seconds: float) -> Facets:
    columns = {name: Counter[str]() for name in ("site", "section", "author", "agency", "month")}
    total, is_partial = 0, False
    cursor = connection.cursor()
    cursor.row_factory = None
    try:
        with _limited(connection, seconds):
            cursor.execute(sql, values)
            while rows := cursor.fetchmany(_BATCH):
                total += len(rows)
                for counter, column in zip(columns.values(), zip(*rows, strict=True), strict=True):
                    counter.update(column)
    except sqlite3.OperationalError as error:
        if not is_interrupted(error):
            raise
        is_partial = True
    columns["author"] = _part(columns["author"])
    for counter in columns.values():
        counter.pop(None, None)  # type: ignore[call-overload]
    return Facets(total, is_partial, columns)


def _part(lists: Counter[str]) -> Counter[str]:
    """Return how often each is named, from how often each JSON list was there."""
    named = Counter[str]()
    for names, number in lists.items():
        named.update(dict.fromkeys(json.loads(names), number))
    return named


@contextmanager
def _limited(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Let SQLite give up what it does after so long."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
