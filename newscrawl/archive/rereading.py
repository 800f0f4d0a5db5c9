"""Articles that are read anew from their stored pages: which there are, where those lie, and what of it is written.

Reading anew is no visit: when a page is due, that it is gone, and when it was seen stay as they were.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Unpack

from newscrawl.archive.aliases import keep_aliases
from newscrawl.archive.articles import Cause, Visit, name_own_cause, write_state
from newscrawl.archive.pages import find_page
from newscrawl.archive.queries import load_article
from newscrawl.archive.revisions import find_changes, is_minor
from newscrawl.archive.selection import Filters, add_functions, select_articles
from newscrawl.archive.times import as_utc, parse_since, parse_until
from newscrawl.archive.visits import PART_OF
from newscrawl.items import Article, Place
from newscrawl.urls import canonicalize

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

_SELECT_STATE = """
SELECT extractor, payload_digest, checked_at, gone_at, warc_file, warc_offset FROM articles WHERE id = ?
"""
_SELECT_OTHERS = f"""
SELECT url, site, outcome, warc_file, warc_offset FROM pages
WHERE state = 'done' AND article_id IS NULL AND outcome NOT IN ('article', 'paywalled') AND warc_file IS NOT NULL
  AND coalesce(reason, '') NOT LIKE 'redirect to %' AND coalesce(reason, '') NOT LIKE '{PART_OF} %'
"""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """The newest state of an article, and where its pages are, the first part first."""

    article: Article
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page that was no article."""

    url: str
    site: str
    outcome: str
    place: Place


class Rereading:
    """What `Archive.rereading` offers; each method is one transaction."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def list_articles(self, limit: int | None, **filters: Unpack[Filters]) -> list[tuple[str, str, str | None]]:
        """Return id, site and extractor of the articles that have a stored page, the newest first."""
        selection = select_articles(filters)
        query = (
            f"SELECT id, site, extractor FROM articles WHERE warc_file IS NOT NULL AND {selection.where} "
            "ORDER BY sort_at DESC, id DESC LIMIT ?"
        )
        with self._reading() as connection:
            add_functions(connection)
            values = (*selection.values, -1 if limit is None else limit)
            return [(row["id"], row["site"], row["extractor"]) for row in connection.execute(query, values)]

    def list_others(self, site: str | None, since: str | None, until: str | None) -> list[StoredPage]:
        """Return the pages that were no articles, the newest first; `since` and `until` are about when they were fetched."""
        chosen = {
            "site = ?": site,
            "fetched_at >= ?": since and parse_since(since),
            "fetched_at <= ?": until and parse_until(until),
        }
        conditions = {condition: value for condition, value in chosen.items() if value is not None}
        query = " AND ".join((_SELECT_OTHERS, *conditions)) + " ORDER BY fetched_at DESC, url"
        with self._reading() as connection:
            rows = connection.execute(query, tuple(conditions.values()))
            return [StoredPage(row["url"], row["site"], row["outcome"], tuple(row)[3:]) for row in rows]

    def load(self, ids: Sequence[str]) -> list[StoredArticle]:
        """Return articles with the places of their pages."""
        with self._reading() as connection:
            return [_load(connection, known_id) for known_id in ids]

    def find_parts(self, article: Article) -> dict[str, Place]:
        """Return where each part is that was joined to a stored article, by address, in their order."""
        with self._reading() as connection:
            return _find_parts(connection, article)

    def write(self, readings: Iterable[tuple[StoredArticle, Article]]) -> int:
        """Keep what today's extractor reads, as `article.id`'s newest state; return of how many articles.

        A visible difference becomes a revision with the cause `extractor` or `profile`; without one the newest state is
        rewritten. What a crawl has saved meanwhile stays: it was read by today's extractor.
        """
        with self._writing() as connection:
            return sum(_write(connection, stored, article) for stored, article in readings)


def _load(connection: sqlite3.Connection, known_id: str) -> StoredArticle:
    article = load_article(connection, known_id)
    row = connection.execute(_SELECT_STATE, (known_id,)).fetchone()
    return StoredArticle(article, ((row["warc_file"], row["warc_offset"]), *_find_parts(connection, article).values()))


def _find_parts(connection: sqlite3.Connection, article: Article) -> dict[str, Place]:
    urls = [canonicalize(address.url) for address in article.addresses if address.kind == "part"]
    rows = {url: find_page(connection, url) for url in urls}
    return {url: (row.warc_file or "", row.warc_offset or 0) if row else ("", 0) for url, row in rows.items()}


def _write(connection: sqlite3.Connection, stored: StoredArticle, article: Article) -> bool:
    old, row = stored.article, connection.execute(_SELECT_STATE, (article.id,)).fetchone()
    if row is None or (row["warc_file"], row["warc_offset"]) != stored.places[0] or row["extractor"] != old.extractor:
        return False
    visit = Visit(as_utc(old.fetched_at), row["payload_digest"], *stored.places[0])
    changed = find_changes(old, article)
    cause: Cause = name_own_cause(old.extractor, article.extractor)
    (number,) = connection.execute("SELECT max(number) FROM revisions WHERE article_id = ?", (article.id,)).fetchone()
    if changed:
        minor = is_minor(old, article)
        write_state(connection, article, visit, number=number + 1, cause=cause, changed=changed, minor=minor)
    else:
        write_state(connection, article, visit, number=number, cause=cause, is_rewrite=True)
    kept = (row["gone_at"], row["checked_at"], article.id)
    connection.execute("UPDATE articles SET gone_at = ?, checked_at = ? WHERE id = ?", kept)
    keep_aliases(connection, article, {}, visit.seen_at)
    return True
