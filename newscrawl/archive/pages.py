"""What is known of every URL ever seen, and what each visit came to."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields

from newscrawl.archive.crawls import ensure_site
from newscrawl.archive.rows import replace_surrogates
from newscrawl.archive.times import as_utc
from newscrawl.archive.visits import PART_OF, close_visit
from newscrawl.directives import find_directives
from newscrawl.items import Article, Outcome, Page
from newscrawl.urls import canonicalize

_GONE_STATUSES = (404, 410)
_NOT_MODIFIED = 304
# Why a page is no article to which sites redirect those who ask for a story that they took down.
_REASONS_OF_GONE = ("not_found", "home", "section")

_UPSERT_FETCHED = """
INSERT INTO pages (url, site, via, state, status, etag, last_modified, payload_digest, first_seen_at, fetched_at,
                   visited_at, warc_file, warc_offset)
VALUES (:url, :site, :via, 'fetched', :status, :etag, :last_modified, :payload_digest, :at, :at,
        :at, :warc_file, :warc_offset)
ON CONFLICT (url) DO UPDATE SET
    site = excluded.site, via = coalesce(via, excluded.via), state = excluded.state, outcome = NULL, reason = NULL,
    status = excluded.status, etag = excluded.etag, last_modified = excluded.last_modified,
    payload_digest = excluded.payload_digest, fetched_at = excluded.fetched_at, visited_at = excluded.visited_at,
    warc_file = excluded.warc_file, warc_offset = excluded.warc_offset
"""
# Until its bytes have been extracted, an unchanged page is still `fetched`.
_UPDATE_NOT_MODIFIED = """
UPDATE pages SET
    state = CASE WHEN outcome IS NULL THEN 'fetched' ELSE 'done' END, status = :status,
    etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified), fetched_at = :at,
    visited_at = :at
WHERE url = :url AND (warc_file IS NOT NULL OR outcome IS NOT NULL)
"""
# The record of what came again unchanged is as old as its first visit.
_UPDATE_CHECKED = """
UPDATE articles SET checked_at = visit.at
FROM (SELECT fetched_at AS at FROM pages WHERE url = :url AND state = 'fetched') AS visit
WHERE id = :id AND checked_at < visit.at
"""
_UPSERT_FAILED = """
INSERT INTO pages (url, site, state, outcome, reason, status, attempts, first_seen_at, visited_at)
VALUES (:url, :site, :state, :outcome, :reason, :status, :attempts, :at, :at)
ON CONFLICT (url) DO UPDATE SET
    state = excluded.state, outcome = coalesce(excluded.outcome, outcome), reason = excluded.reason,
    status = coalesce(excluded.status, status), attempts = attempts + excluded.attempts,
    visited_at = excluded.visited_at
"""


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of `pages`, column by column."""

    url: str
    site: str
    via: str | None
    found_on: str | None
    state: str
    outcome: str | None
    reason: str | None
    status: int | None
    priority: int
    attempts: int
    etag: str | None
    last_modified: str | None
    payload_digest: str | None
    first_seen_at: str
    fetched_at: str | None
    next_visit_at: str | None
    warc_file: str | None
    warc_offset: int | None
    article_id: str | None
    directives: str | None
    dated_at: str | None
    called_by: str | None
    visited_at: str | None
    gone_noticed_at: str | None

    @property
    def place(self) -> tuple[str, int] | None:
        """Where its bytes are: the WARC file and the offset in it."""
        return None if self.warc_file is None or self.warc_offset is None else (self.warc_file, self.warc_offset)


SELECT_PAGES = f"SELECT {', '.join(field.name for field in fields(PageRow))} FROM pages"


def find_url(url: str | None) -> str | None:
    """Return the canonical form under which `pages` would know the URL, None for what is no http(s) URL."""
    try:
        return canonicalize(url) if url else None
    except ValueError:
        return None


def find_page(connection: sqlite3.Connection, url: str) -> PageRow | None:
    """Return what is known of a URL, in whatever spelling."""
    row = connection.execute(f"{SELECT_PAGES} WHERE url = ?", (find_url(url),)).fetchone()
    return PageRow(*row) if row else None


def list_pages(connection: sqlite3.Connection, site_key: str, state: str) -> list[PageRow]:
    """Return a site's pages in a state, the most urgent first, then in the order they were found."""
    query = f"{SELECT_PAGES} WHERE site = ? AND state = ? ORDER BY priority DESC, rowid"
    return [PageRow(*row) for row in connection.execute(query, (site_key, state))]


def mark_fetched(connection: sqlite3.Connection, site_key: str, page: Page, via: str | None) -> None:
    """Record where a page's bytes are; a 304 tells that the bytes kept earlier are still right, and moves nothing."""
    at = as_utc(page.fetched_at)
    url = canonicalize(page.url or "")
    ensure_site(connection, site_key, at)
    row = {
        "url": url,
        "site": site_key,
        "via": via,
        "status": page.status,
        "etag": page.headers.get("etag"),
        "last_modified": page.headers.get("last-modified"),
        "payload_digest": page.digest or hashlib.sha256(page.body).hexdigest(),
        "at": at,
        "warc_file": page.warc_file,
        "warc_offset": page.warc_offset,
    }
    if page.status != _NOT_MODIFIED:
        connection.execute(_UPSERT_FETCHED, row)
    elif connection.execute(_UPDATE_NOT_MODIFIED, row).rowcount:
        connection.execute(
            "UPDATE articles SET checked_at = max(checked_at, :at), gone_at = NULL "
            "WHERE id = (SELECT article_id FROM pages WHERE url = :url AND outcome IN ('article', 'paywalled'))",
            row,
        )
        close_visit(connection, url)
    else:
        mark_failed(connection, url, site_key, "not modified, but never kept", page.status, at)


def note_directives(connection: sqlite3.Connection, page: Page) -> None:
    """Record what a full response asks of those who keep copies of it (noarchive, noindex, ...)."""
    if page.status != _NOT_MODIFIED:
        told = ", ".join(find_directives(page)) or None
        url = canonicalize(page.url or "")
        connection.execute("UPDATE pages SET directives = ? WHERE url = ? AND directives IS NOT ?", (told, url, told))


def mark_done(
    connection: sqlite3.Connection,
    url: str,
    outcome: str,
    reason: str | None,
    article_id: str | None,
    at: str | None = None,
) -> bool:
    """Record what a page proved to be, `at` when that was no fetch; return False when nobody knows the page."""
    url = canonicalize(url)
    cursor = connection.execute(
        "UPDATE pages SET state = 'done', outcome = ?, reason = ?, attempts = 0, "
        "article_id = coalesce(?, article_id), visited_at = coalesce(?, visited_at) WHERE url = ?",
        (str(outcome), reason, article_id, at and as_utc(at), url),
    )
    close_visit(connection, url)
    return cursor.rowcount > 0


def mark_saved(connection: sqlite3.Connection, url: str, article: Article) -> None:
    """Record that the page of an article is in the archive; a page that is not in the frontier stays out of it."""
    connection.execute(_UPDATE_CHECKED, {"url": canonicalize(url), "id": article.id})
    mark_done(connection, url, article.outcome, article.reason, article.id)
    if any(address.kind == "part" for address in article.addresses):
        # A 304 for the first part would say nothing about the others.
        connection.execute("UPDATE pages SET etag = NULL, last_modified = NULL WHERE url = ?", (canonicalize(url),))


def mark_failed(
    connection: sqlite3.Connection, url: str, site_key: str, reason: str, status: int | None, at: str
) -> None:
    """Record that a page could not be had: `gone` after 404 and 410, else `failed`, with one more attempt."""
    if status in _GONE_STATUSES:
        mark_gone(connection, url, site_key, reason, status, at)
        return
    row = {"state": "failed", "outcome": None, "reason": reason, "status": status, "attempts": 1}
    _write_failure(connection, url, site_key, at, row)


def mark_gone(
    connection: sqlite3.Connection, url: str, site_key: str, reason: str, status: int | None, at: str
) -> None:
    """Record that the site says the page is no more; `settle_gone` decides what that means for its article."""
    row = {"state": "gone", "outcome": str(Outcome.GONE), "reason": reason, "status": status, "attempts": 1}
    _write_failure(connection, url, site_key, at, row)


def mark_redirect(connection: sqlite3.Connection, url: str, site_key: str, target: str, at: str) -> None:
    """Record that a page leads to another one, which was visited, and by that what became of it.

    What leads to an article has no visits of its own. What leads to a list or to an error page is gone; what leads to a
    login or a notice of repairs may lead to its story again.
    """
    there, reason = find_page(connection, target), f"redirect to {target}"
    if there and (there.article_id or (there.reason or "").startswith(PART_OF)):
        mark_done(connection, url, Outcome.NOT_ARTICLE, reason, None, at)
    elif there and (there.outcome == Outcome.GONE or there.reason in _REASONS_OF_GONE):
        mark_gone(connection, url, site_key, reason, None, at)
    else:
        mark_failed(connection, url, site_key, reason, None, at)


def mark_refused(connection: sqlite3.Connection, url: str, site_key: str, reason: str, at: str) -> None:
    """Record that we do not fetch a page: robots.txt, or an address that is not allowed."""
    row = {"state": "refused", "outcome": None, "reason": reason, "status": None, "attempts": 0}
    _write_failure(connection, url, site_key, at, row)


def _write_failure(
    connection: sqlite3.Connection, url: str, site_key: str, at: str, row: Mapping[str, str | int | None]
) -> None:
    place = {"url": canonicalize(url), "site": site_key, "at": as_utc(at)}
    ensure_site(connection, site_key, place["at"])
    connection.execute(_UPSERT_FAILED, replace_surrogates({**row, **place}))
    close_visit(connection, place["url"])
