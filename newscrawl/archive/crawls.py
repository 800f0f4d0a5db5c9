"""The crawls, and the sites that they go over, as the archive remembers them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from newscrawl.archive.rows import crawl_from_row, to_json
from newscrawl.archive.times import as_utc, find_sort_time
from newscrawl.items import Crawl, Site

_UPSERT_SITE = """
INSERT INTO sites (key, name, domain, country, languages, timezone, labels, profile_hash, added_at)
VALUES (:key, :name, :domain, :country, :languages, :timezone, :labels, :profile_hash, :added_at)
ON CONFLICT (key) DO UPDATE SET
    name = excluded.name, domain = excluded.domain, country = excluded.country, languages = excluded.languages,
    timezone = excluded.timezone, labels = excluded.labels, profile_hash = excluded.profile_hash
"""
_FIND_INTERRUPTED = """
SELECT * FROM crawls
WHERE site = :site AND finished_at IS NULL
  AND id > (SELECT coalesce(max(id), 0) FROM crawls WHERE site = :site AND finished_at IS NOT NULL)
ORDER BY id LIMIT 1
"""

# Of those that got an answer: what a site published while it could not be reached is not older news.
_FIND_LAST_START = """
SELECT started_at FROM crawls
WHERE site = ? AND finished_at IS NOT NULL AND json_extract(counts, '$.doors') > 0
ORDER BY id DESC LIMIT 1
"""


def save_site(connection: sqlite3.Connection, site: Site, profile_hash: str | None) -> None:
    """Write what the profile says now; `added_at` stays, and times that hung on the time zone are counted again."""
    old_timezone = find_timezone(connection, site.key)
    row = {
        "key": site.key,
        "name": site.name,
        "domain": site.domain,
        "country": site.country,
        "languages": to_json(site.languages),
        "timezone": site.timezone,
        "labels": to_json(site.labels),
        "profile_hash": profile_hash,
        "added_at": as_utc(None),
    }
    connection.execute(_UPSERT_SITE, row)
    if site.timezone != old_timezone:
        _refresh_sort_times(connection, site)


def find_site(connection: sqlite3.Connection, key: str) -> Site | None:
    """Return what the archive remembers of a site: less than its profile says."""
    row = connection.execute("SELECT * FROM sites WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    told = {name: row[name] for name in ("key", "name", "domain", "country", "timezone")}
    return Site(**told, languages=tuple(json.loads(row["languages"])), labels=tuple(json.loads(row["labels"])))


def ensure_site(connection: sqlite3.Connection, key: str, seen_at: str) -> None:
    """Make sure that rows can refer to the site, even where nobody has described it."""
    connection.execute(
        "INSERT INTO sites (key, name, domain, added_at) VALUES (:key, :key, :key, :seen_at) ON CONFLICT DO NOTHING",
        {"key": key, "seen_at": seen_at},
    )


def find_timezone(connection: sqlite3.Connection, key: str | None) -> str | None:
    """Return the site's IANA zone name, None where it is not known."""
    row = connection.execute("SELECT timezone FROM sites WHERE key = ?", (key,)).fetchone()
    return row["timezone"] if row else None


def start_crawl(connection: sqlite3.Connection, site_key: str, started_at: str, scope: str) -> Crawl:
    """Record that a crawl begins; earlier ones of the site that never ended were killed, and are marked so."""
    started_at = as_utc(started_at)
    ensure_site(connection, site_key, started_at)
    connection.execute(
        "UPDATE crawls SET reason = 'killed' WHERE site = ? AND finished_at IS NULL AND reason IS NULL", (site_key,)
    )
    cursor = connection.execute(
        "INSERT INTO crawls (site, started_at, scope) VALUES (?, ?, ?)", (site_key, started_at, scope)
    )
    return Crawl(id=cursor.lastrowid or 0, site=site_key, started_at=started_at)


def finish_crawl(
    connection: sqlite3.Connection, crawl_id: int, finished_at: str, reason: str, counts: Mapping[str, int]
) -> None:
    """Record why a crawl ended and what it did."""
    connection.execute(
        "UPDATE crawls SET finished_at = ?, reason = ?, counts = ? WHERE id = ?",
        (as_utc(finished_at), reason, to_json(dict(counts)), crawl_id),
    )


def find_interrupted_crawl(connection: sqlite3.Connection, site_key: str) -> Crawl | None:
    """Return the crawl to resume: of those that never finished since the last that did, the first.

    A crawl that was killed while it resumed another is no new start: what was fetched since the first stays fetched.
    """
    row = connection.execute(_FIND_INTERRUPTED, {"site": site_key}).fetchone()
    return crawl_from_row(row) if row else None


def find_last_start(connection: sqlite3.Connection, site_key: str) -> str | None:
    """Return when the last crawl began that was finished and could open a front door of the site."""
    row = connection.execute(_FIND_LAST_START, (site_key,)).fetchone()
    return row["started_at"] if row else None


def pause_site(connection: sqlite3.Connection, site_key: str, until: str | None) -> None:
    """Record until when a site asked to be left alone, None when it no longer does."""
    connection.execute(
        "UPDATE sites SET paused_until = :until WHERE key = :key AND paused_until IS NOT :until",
        {"key": site_key, "until": until and as_utc(until)},
    )


def find_pause(connection: sqlite3.Connection, site_key: str) -> str | None:
    """Return until when a site asked to be left alone, None when it never did."""
    row = connection.execute("SELECT paused_until FROM sites WHERE key = ?", (site_key,)).fetchone()
    return row["paused_until"] if row else None


def list_crawls(connection: sqlite3.Connection, site_key: str | None) -> list[Crawl]:
    """Return the crawls of a site, or of all, the oldest first."""
    found = connection.execute("SELECT * FROM crawls WHERE ?1 IS NULL OR site = ?1 ORDER BY id", (site_key,))
    return [crawl_from_row(row) for row in found]


def _refresh_sort_times(connection: sqlite3.Connection, site: Site) -> None:
    zoneless = connection.execute(
        "SELECT id, published_at, first_seen_at FROM articles "
        "WHERE site = ? AND sort_source IN ('site_timezone', 'utc')",
        (site.key,),
    ).fetchall()
    connection.executemany(
        "UPDATE articles SET sort_at = ?, sort_source = ? WHERE id = ?",
        [(*find_sort_time(row["published_at"], site.timezone, row["first_seen_at"]), row["id"]) for row in zoneless],
    )
