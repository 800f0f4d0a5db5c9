"""The frontier: which pages a crawl is to visit, in which order, and which of them it has claimed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from newscrawl.archive import aliases, crawls, doors, visits
from newscrawl.archive.crawls import ensure_site
from newscrawl.archive.doors import DoorRow
from newscrawl.archive.links import ASKED, FRESH
from newscrawl.archive.pages import SELECT_PAGES, PageRow, find_url
from newscrawl.archive.times import as_utc

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

_OF_SITE = "WHERE site = :site AND "
_NEW = (
    "state = 'new' AND priority >= :lowest AND (dated_at IS NULL OR dated_at >= :since) "
    "ORDER BY priority DESC, dated_at DESC, rowid"
)
# The plus keeps SQLite from the index by priority, in which it would walk over every page that is not due.
_DUE = (
    "state IN ('done', 'failed', 'gone', 'refused') AND next_visit_at <= :now AND +priority >= :lowest "
    "ORDER BY priority DESC, next_visit_at, rowid"
)
_WAITING = (
    f"state = 'new' AND priority < {FRESH} AND (dated_at IS NULL OR dated_at >= :since) "
    "ORDER BY priority DESC, dated_at DESC, rowid"
)
# A claim hides what the page was; what its last visit came to still tells it.
_RELEASE = """
UPDATE pages SET state = CASE
    WHEN visited_at IS NULL THEN 'new'
    WHEN attempts > 0 THEN CASE WHEN outcome = 'gone' THEN 'gone' ELSE 'failed' END
    WHEN outcome IS NULL THEN 'refused'
    ELSE 'done' END
WHERE state = 'claimed'
"""
_ASK = f"""
INSERT INTO pages (url, site, via, state, priority, first_seen_at) VALUES (:url, :site, 'list', 'new', {ASKED}, :at)
ON CONFLICT (url) DO UPDATE SET site = excluded.site, priority = excluded.priority, next_visit_at = :at
WHERE state NOT IN ('fetched', 'claimed') AND (:since IS NULL OR fetched_at IS NULL OR fetched_at < :since)
"""


_WAKE_NEWEST = f"""
UPDATE pages SET priority = {FRESH}
WHERE site = :site AND state = 'new' AND priority < {FRESH} AND dated_at >= (
    SELECT strftime('%Y-%m-%dT%H:%M:%S+00:00', max(dated_at), :age) FROM pages
    WHERE site = :site AND state = 'new' AND priority < {FRESH}
) AND NOT EXISTS (
    SELECT 1 FROM pages WHERE site = :site AND priority >= {FRESH} AND dated_at IS NOT NULL
)
"""
_ASK_FAILED = f"UPDATE pages SET priority = {ASKED}, next_visit_at = ? WHERE site = ? AND state = 'failed'"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pages of a site a crawl visits: what is new, then what is due at `now`, or of both only what was `asked` for.

    New links dated before `since` are passed over. With `has_backlog`, those that wait for a back-fill come last.
    """

    site: str
    now: str
    since: str = ""
    is_asked: bool = False
    has_backlog: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The conditions and orders of SQL, one after the other."""
        return (_NEW, _DUE, _WAITING) if self.has_backlog else (_NEW, _DUE)

    @property
    def parameters(self) -> dict[str, str | int]:
        lowest = ASKED if self.is_asked else FRESH
        return {"site": self.site, "now": self.now, "since": self.since, "lowest": lowest}


class Frontier:
    """What `Archive.frontier` offers to the one process that crawls a site; each method is one transaction."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def claim(self, scope: Scope, limit: int) -> list[PageRow]:
        """Return the next pages to visit, at most `limit`, and mark them `claimed`."""
        if not self.has_pages(scope):
            # To look costs nobody else the turn to write.
            return []
        with self._writing() as connection:
            rows = [PageRow(*row) for row in _select(connection, SELECT_PAGES, scope, limit)]
            connection.executemany("UPDATE pages SET state = 'claimed' WHERE url = ?", [(row.url,) for row in rows])
        return rows

    def claim_url(self, url: str) -> bool:
        """Mark one page `claimed`, known or not; return False when it is claimed already, or its bytes are here."""
        with self._writing() as connection:
            row = connection.execute("SELECT state FROM pages WHERE url = ?", (find_url(url),)).fetchone()
            if row and row["state"] in ("claimed", "fetched"):
                return False
            connection.execute("UPDATE pages SET state = 'claimed' WHERE url = ?", (find_url(url),))
        return True

    def release(self, site_key: str) -> None:
        """Take all claims on a site's pages back: whoever made them is dead, or is ending."""
        with self._writing() as connection:
            connection.execute(f"{_RELEASE} AND site = ?", (site_key,))

    def put_back(self, urls: Iterable[str]) -> None:
        """Take the claims on these pages back."""
        with self._writing() as connection:
            connection.executemany(f"{_RELEASE} AND url = ?", [(url,) for url in urls])

    def find_copied(self, url: str) -> str | None:
        """Return the address under which the story of a page that nobody fetched is in the archive already."""
        with self._reading() as connection:
            return aliases.find_copied(connection, url)

    def has_pages(self, scope: Scope) -> bool:
        """Answer whether there is anything to claim."""
        return bool(self.urls(scope, limit=1))

    def urls(self, scope: Scope, limit: int | None = None) -> list[str]:
        """Return the addresses that a crawl would visit, in its order."""
        with self._reading() as connection:
            return [row["url"] for row in _select(connection, "SELECT url FROM pages", scope, limit)]

    def count(self, scope: Scope) -> int:
        """Return how many pages a crawl would visit."""
        with self._reading() as connection:
            queries = [
                f"SELECT count(*) FROM pages {_OF_SITE}{step.partition(' ORDER BY ')[0]}" for step in scope.steps
            ]
            return sum(connection.execute(query, scope.parameters).fetchone()[0] for query in queries)

    def count_waiting(self, site_key: str) -> int:
        """Return how many pages wait for a back-fill."""
        with self._reading() as connection:
            query = f"SELECT count(*) FROM pages {_OF_SITE}state = 'new' AND priority < {FRESH}"
            return int(connection.execute(query, {"site": site_key}).fetchone()[0])

    def list_fetched(self, site_key: str, limit: int) -> list[PageRow]:
        """Return pages whose bytes are in the WARC and not understood yet, at most `limit`, as they were found."""
        with self._reading() as connection:
            # By the index alone: of very many some are wanted again and again.
            query = f"{SELECT_PAGES} WHERE site = ? AND state = 'fetched' LIMIT ?"
            return [PageRow(*row) for row in connection.execute(query, (site_key, limit))]

    def count_fetched(self, site_key: str) -> int:
        """Return how many pages are in the WARC and not understood yet."""
        with self._reading() as connection:
            query = "SELECT count(*) FROM pages WHERE site = ? AND state = 'fetched'"
            return int(connection.execute(query, (site_key,)).fetchone()[0])

    def ask(self, site_key: str, urls: Iterable[str], at: str, not_since: str | None = None) -> None:
        """Put addresses first in line, known or not, due or not; those fetched since `not_since` are left out."""
        with self._writing() as connection:
            ensure_site(connection, site_key, as_utc(at))
            rows = [
                {"url": find_url(url), "site": site_key, "at": as_utc(at), "since": not_since and as_utc(not_since)}
                for url in urls
            ]
            connection.executemany(_ASK, rows)

    def ask_failed(self, site_key: str, at: str) -> None:
        """Put the pages of a site that failed first in line, whenever they were due."""
        with self._writing() as connection:
            connection.execute(_ASK_FAILED, (as_utc(at), site_key))

    def wake_newest(self, site_key: str, days: int) -> None:
        """Of a site that has dated nothing lately, let the last days that it did date wait no longer."""
        with self._writing() as connection:
            connection.execute(_WAKE_NEWEST, {"site": site_key, "age": f"-{days} days"})

    def settle_gone(self, site_key: str, since: str) -> int:
        """Mark the articles gone that the visits since then confirm to be; return how many."""
        with self._writing() as connection:
            return visits.settle_gone(connection, site_key, as_utc(since))

    def find_last_start(self, site_key: str) -> str | None:
        """Return when the last crawl began that was finished and could open a front door of the site."""
        with self._reading() as connection:
            return crawls.find_last_start(connection, site_key)

    def pause_site(self, site_key: str, until: str) -> None:
        """Record until when a site asked to be left alone."""
        with self._writing() as connection:
            crawls.pause_site(connection, site_key, until)

    def find_pause(self, site_key: str) -> str | None:
        """Return until when a site asked to be left alone, None when it never did."""
        with self._reading() as connection:
            return crawls.find_pause(connection, site_key)

    def find_door(self, url: str) -> DoorRow | None:
        """Return what is remembered of a front door."""
        with self._reading() as connection:
            return doors.find_door(connection, url)

    def save_door(self, door: DoorRow) -> None:
        """Remember how a front door was read."""
        with self._writing() as connection:
            doors.save_door(connection, door)


def _select(connection: sqlite3.Connection, what: str, scope: Scope, limit: int | None) -> list[sqlite3.Row]:
    rows: list[sqlite3.Row] = []
    for step in scope.steps:
        left = -1 if limit is None else limit - len(rows)
        rows += connection.execute(f"{what} {_OF_SITE}{step} LIMIT :left", {**scope.parameters, "left": left})
    return rows
