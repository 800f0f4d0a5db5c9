"""Reading the archive: one article, many in order, their revisions, and the numbers that sum it up."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from newscrawl.arabic import fold
from newscrawl.archive.aliases import find_by_alias
from newscrawl.archive.pages import find_url
from newscrawl.archive.rows import article_from_row, revision_from_row
from newscrawl.archive.times import parse_since, parse_until
from newscrawl.items import Article, Revision
from newscrawl.urls import article_id

IS_ID = re.compile(r"[0-9a-f]{16}")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles a caller wants: SQL conditions with their values, and the folded words to be found."""

    conditions: tuple[str, ...]
    values: tuple[str, ...]
    words: tuple[str, ...] | None
    limit: int | None


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
        candidates = [("SELECT id FROM articles WHERE id = ?", id_or_url)]
    else:
        url = find_url(id_or_url)
        if url is None:
            return None
        candidates = [
            ("SELECT id FROM articles WHERE url = ?", url),
            ("SELECT id FROM articles WHERE id = ?", article_id(url)),
            ("SELECT article_id FROM pages WHERE url = ?", url),
        ]
    for query, value in candidates:
        row = connection.execute(query, (value,)).fetchone()
        if row and row[0]:
            return str(row[0])
    return None


def find_article(connection: sqlite3.Connection, id_or_url: str) -> Article | None:
    """Return the newest state of an article, None when it is not in the archive."""
    found = find_article_id(connection, id_or_url)
    return load_article(connection, found) if found else None


def load_article(connection: sqlite3.Connection, known_id: str) -> Article:
    """Return the newest state of the article that has this id."""
    return _complete(connection, connection.execute("SELECT * FROM articles WHERE id = ?", (known_id,)).fetchone())


def select_articles(
    *, query: str | None, site: str | None, since: str | None, until: str | None, limit: int | None
) -> Selection:
    """Return which articles are meant; raises UsageError for a `since` or `until` that is no time."""
    conditions: dict[str, str] = {}
    if site is not None:
        conditions["site = ?"] = site
    if since is not None:
        conditions["sort_at >= ?"] = parse_since(since)
    if until is not None:
        conditions["sort_at <= ?"] = parse_until(until)
    words = None if query is None else tuple(_WORD.findall(fold(query)))
    return Selection(tuple(conditions), tuple(conditions.values()), words, limit)


def iterate_articles(connection: sqlite3.Connection, selection: Selection) -> Iterator[Article]:
    """Yield the articles, the newest `sort_at` first; with words, those that have every one of them."""
    where = list(selection.conditions)
    words = selection.words
    if words is not None:
        if not words:
            return
        connection.create_function("has_words", 1, lambda text: _has_words(text, words), deterministic=True)
        where.append("has_words(title || '\n' || coalesce(subtitle, '') || '\n' || body)")
    sql = f"SELECT * FROM articles WHERE {' AND '.join(where) or '1'} ORDER BY sort_at DESC, id DESC LIMIT ?"
    limit = -1 if selection.limit is None else max(selection.limit, 0)
    for row in connection.execute(sql, (*selection.values, limit)):
        yield _complete(connection, row)


def list_revisions(connection: sqlite3.Connection, id_or_url: str) -> list[Revision]:
    """Return an article's revisions, the first one first; none when it is not in the archive."""
    found = find_article_id(connection, id_or_url)
    query = "SELECT * FROM revisions WHERE article_id = ? ORDER BY number"
    return [revision_from_row(row) for row in connection.execute(query, (found,))]


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


def _has_words(text: str, words: tuple[str, ...]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _count(connection: sqlite3.Connection, rows: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])


def _count_by(connection: sqlite3.Connection, column: str) -> dict[str, int]:
    found = connection.execute(
        f"SELECT {column}, count(*) FROM pages WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return dict(found.fetchall())
