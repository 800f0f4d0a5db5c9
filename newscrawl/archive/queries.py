"""Reading the archive: one article, many in order, their revisions, and the numbers that sum it up."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import TypedDict

from newscrawl.archive.aliases import find_by_alias
from newscrawl.archive.pages import find_url
from newscrawl.archive.rows import article_from_row, revision_from_row
from newscrawl.archive.selection import Selection, add_functions
from newscrawl.items import Article, Revision
from newscrawl.urls import article_id

IS_ID = re.compile(r"[0-9a-f]{16}")
_FIND_OWN = """
SELECT coalesce((SELECT id FROM articles WHERE url = ?), (SELECT id FROM articles WHERE id = ?),
                (SELECT article_id FROM pages WHERE url = ?))
"""


class SiteCounts(TypedDict):
    """How many articles a site has, and the first and last `sort_at` among them."""

    articles: int
    first_at: str | None
    last_at: str | None


class Counts(TypedDict):
    """What is in an archive. `edits` are the changes that sites made, revisions beyond an article's first."""

    articles: int
    revisions: int
    edits: int
    sites: dict[str, SiteCounts]
    pages: dict[str, int]
    outcomes: dict[str, int]
    bytes: int


def find_article_id(connection: sqlite3.Connection, id_or_url: str) -> str | None:
    """Return the id of the archived article that an id or a URL, in whatever spelling, means.

    The URL may be any that the article was ever met under, or that its pages name for it.
    """
    found = find_own_article_id(connection, id_or_url)
    url = None if found or IS_ID.fullmatch(id_or_url) else find_url(id_or_url)
    if url is None:
        return found
    return find_by_alias(connection, url) or _find_by_redirect(connection, url)


def _find_by_redirect(connection: sqlite3.Connection, url: str) -> str | None:
    """Return the article that a page led to whose redirect was not followed, because its target was known."""
    row = connection.execute("SELECT reason FROM pages WHERE url = ?", (url,)).fetchone()
    target = find_url((row["reason"] or "").partition("redirect to ")[2]) if row else None
    return find_own_article_id(connection, target) if target else None


def find_own_article_id(connection: sqlite3.Connection, id_or_url: str) -> str | None:
    """Return the id of the article that was met under this very address before."""
    if IS_ID.fullmatch(id_or_url):
        row = connection.execute("SELECT id FROM articles WHERE id = ?", (id_or_url,)).fetchone()
    else:
        url = find_url(id_or_url)
        row = url and connection.execute(_FIND_OWN, (url, article_id(url), url)).fetchone()
    return str(row[0]) if row and row[0] else None


def find_article(connection: sqlite3.Connection, id_or_url: str) -> Article | None:
    """Return the newest state of an article, None when it is not in the archive."""
    found = find_article_id(connection, id_or_url)
    return load_article(connection, found) if found else None


def load_article(connection: sqlite3.Connection, known_id: str) -> Article:
    """Return the newest state of the article that has this id."""
    return _complete(connection, connection.execute("SELECT * FROM articles WHERE id = ?", (known_id,)).fetchone())


def iterate_articles(connection: sqlite3.Connection, selection: Selection, limit: int | None) -> Iterator[Article]:
    """Yield the articles, the newest `sort_at` first."""
    add_functions(connection)
    sql = f"SELECT * FROM articles WHERE {selection.where} ORDER BY sort_at DESC, id DESC LIMIT ?"
    for row in connection.execute(sql, (*selection.values, -1 if limit is None else max(limit, 0))):
        yield _complete(connection, row)


def load_articles(connection: sqlite3.Connection, docids: Iterable[int]) -> Iterator[Article]:
    """Yield the newest states of these articles, in the order given."""
    for docid in docids:
        yield _complete(connection, connection.execute("SELECT * FROM articles WHERE docid = ?", (docid,)).fetchone())


def iterate_revisions(
    connection: sqlite3.Connection, selection: Selection, id_or_url: str | None = None
) -> Iterator[Revision]:
    """Yield revisions in the order they were seen; of one article, if it is named and there, by their numbers."""
    conditions, values, order = *selection, "seen_at, article_id, number"
    if id_or_url is not None:
        conditions, values = (*conditions, "article_id = ?"), (*values, find_article_id(connection, id_or_url) or "")
        order = "number"  # as they were saved, whatever a page's clock said
    where = " AND ".join(conditions) or "1"
    # whole states are many times as long as what they are sorted by
    sql = f"SELECT article_id, number FROM revisions WHERE {where} ORDER BY {order}"
    for key in connection.execute(sql, values):
        state = "SELECT * FROM revisions WHERE article_id = ? AND number = ?"
        yield revision_from_row(connection.execute(state, tuple(key)).fetchone())


def count_everything(connection: sqlite3.Connection, size_in_bytes: int) -> Counts:
    """Return the numbers that sum up an archive."""
    sites = connection.execute(
        "SELECT key, count(articles.id) AS articles, min(sort_at) AS first_at, max(sort_at) AS last_at "
        "FROM sites LEFT JOIN articles ON articles.site = sites.key GROUP BY key ORDER BY key"
    )
    return {
        "articles": _count(connection, "articles"),
        "revisions": _count(connection, "revisions"),
        "edits": _count(connection, "revisions WHERE number > 1 AND cause = 'site'"),
        "sites": {
            row["key"]: {"articles": row["articles"], "first_at": row["first_at"], "last_at": row["last_at"]}
            for row in sites
        },
        "pages": _count_by(connection, "state"),
        "outcomes": _count_by(connection, "outcome"),
        "bytes": size_in_bytes,
    }


def _complete(connection: sqlite3.Connection, row: sqlite3.Row) -> Article:
    images = connection.execute("SELECT * FROM images WHERE article_id = ? ORDER BY position", (row["id"],))
    related = connection.execute("SELECT * FROM related WHERE article_id = ? ORDER BY position", (row["id"],))
    return article_from_row(row, images, related)


def _count(connection: sqlite3.Connection, rows: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])


def _count_by(connection: sqlite3.Connection, column: str) -> dict[str, int]:
    found = connection.execute(
        f"SELECT {column}, count(*) FROM pages WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return dict(found.fetchall())
