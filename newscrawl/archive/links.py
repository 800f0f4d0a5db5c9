"""What front doors announce: new pages, and changes of known ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from newscrawl.archive.crawls import ensure_site
from newscrawl.archive.pages import find_url
from newscrawl.archive.rows import replace_surrogates
from newscrawl.archive.times import as_utc
from newscrawl.archive.visit_times import find_sign, may_call
from newscrawl.archive.visits import count_calls
from newscrawl.items import Link

# What is claimed first has the highest: what a person named, what is new, what waits for a back-fill.
ASKED, FRESH, WAITING = 1, 0, -1
# A sitemap without dates may list everything since 1998; what stands first in a front door is what it is about.
_UNDATED_AT_ONCE = 1_000

_INSERT_PAGE = """
INSERT INTO pages (url, site, via, found_on, state, priority, dated_at, first_seen_at)
VALUES (:url, :site, :via, :found_on, 'new', :priority, :dated_at, :at)
ON CONFLICT (url) DO NOTHING
"""
_SELECT_KNOWN = """
SELECT state, priority, dated_at, visited_at, called_by, sightings.title
FROM pages LEFT JOIN sightings ON sightings.url = pages.url AND sightings.found_on = coalesce(:found_on, '')
    AND sightings.via = :via
WHERE pages.url = :url
"""
_UPSERT_SIGHTING = """
INSERT INTO sightings (url, found_on, via, title, modified_at, first_seen_at, last_seen_at)
VALUES (:url, coalesce(:found_on, ''), :via, :title, :modified_at, :at, :at)
ON CONFLICT (url, found_on, via) DO UPDATE SET
    title = coalesce(excluded.title, title), modified_at = coalesce(excluded.modified_at, modified_at),
    last_seen_at = max(last_seen_at, excluded.last_seen_at)
"""
_CALL = "UPDATE pages SET called_by = :sign, next_visit_at = min(coalesce(next_visit_at, :at), :at) WHERE url = :url"
_NOTE = "UPDATE pages SET called_by = :sign WHERE url = :url"


def add_links(
    connection: sqlite3.Connection,
    site_key: str,
    links: Iterable[Link],
    seen_at: str,
    fresh_from: str | None,
    position: int,
) -> list[str]:
    """Record where links were announced; return the canonical URLs that nobody had seen before, in order.

    New ones dated before `fresh_from` wait for a back-fill, and so do those without a date beyond the first thousand
    of their front door, of which `position` were added already.
    """
    at = as_utc(seen_at)
    ensure_site(connection, site_key, at)
    added: list[str] = []
    for number, link in enumerate(links, position):
        url = find_url(link.url)
        if url is None:
            continue
        dated_at = _find_date(link.modified_at)
        is_old = number >= _UNDATED_AT_ONCE if dated_at is None else bool(fresh_from and dated_at < fresh_from)
        row = {
            "url": url,
            "site": site_key,
            "via": link.via,
            "found_on": link.found_on,
            "title": replace_surrogates(link.title),
            "modified_at": link.modified_at,
            "dated_at": dated_at,
            "priority": WAITING if is_old else FRESH,
            "at": at,
        }
        if connection.execute(_INSERT_PAGE, row).rowcount:
            added.append(url)
        else:
            _note_announcement(connection, row)
        connection.execute(_UPSERT_SIGHTING, row)
    return added


def _find_date(modified_at: str | None) -> str | None:
    try:
        return as_utc(modified_at) if modified_at else None
    except ValueError:
        return None


def _note_announcement(connection: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """See whether a front door tells something new of a page that is known."""
    known = connection.execute(_SELECT_KNOWN, row).fetchone()
    sign = find_sign(
        announced=row["dated_at"],
        known=known["dated_at"],
        visited_at=known["visited_at"],
        title=row["title"],
        known_title=known["title"],
    )
    if row["dated_at"] and row["dated_at"] > (known["dated_at"] or ""):
        connection.execute("UPDATE pages SET dated_at = :dated_at WHERE url = :url", row)
    if known["state"] == "new" and row["priority"] > known["priority"]:
        connection.execute("UPDATE pages SET priority = :priority WHERE url = :url", row)
    if sign:
        is_heard = may_call(*count_calls(connection, row["site"], sign))
        connection.execute(_CALL if is_heard else _NOTE, {"url": row["url"], "at": row["at"], "sign": sign})
