"""What follows from a visit: when the page is due again, whether it is gone, and whether it was worth the call."""

from __future__ import annotations

import sqlite3

from newscrawl.archive.visit_times import fade_calls, find_next_visit, is_failing, is_plausible
from newscrawl.items import Outcome

_SELECT_VISIT = """
SELECT pages.site, state, pages.outcome, pages.reason, attempts, visited_at, called_by, gone_noticed_at, pages.first_seen_at,
       article_id, pages.fetched_at, sort_at
FROM pages LEFT JOIN articles ON articles.id = article_id WHERE pages.url = ?
"""
PART_OF = "part of"
"""How the reason of a page begins that is visited with another one."""
COPY_OF = "copy of"
"""How the reason of a page begins whose story is in the archive under another address, while that is there."""

_FIND_CHANGE = "SELECT 1 FROM revisions WHERE article_id = ? AND seen_at = ? AND number > 1 AND cause = 'site'"
_UPSERT_CALLS = """
INSERT INTO calls (site, sign, visits, changes) VALUES (?, ?, ?, ?)
ON CONFLICT (site, sign) DO UPDATE SET visits = excluded.visits, changes = excluded.changes
"""
_COUNT_KNOWN = """
SELECT count(*), coalesce(sum(state = 'failed' OR gone_noticed_at IS NOT NULL), 0)
FROM pages JOIN articles ON articles.id = article_id
WHERE pages.site = ? AND visited_at >= ? AND gone_at IS NULL
"""
# The day between the two visits is counted in seconds: julianday() rounds.
_CONFIRM_GONE = """
UPDATE articles SET gone_at = noticed.at
FROM (
    SELECT article_id, min(gone_noticed_at) AS at FROM pages
    WHERE site = :site AND visited_at >= :since
      AND strftime('%s', visited_at) - strftime('%s', gone_noticed_at) >= 86400
    GROUP BY article_id
) AS noticed
WHERE articles.id = noticed.article_id AND gone_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM pages AS other
    WHERE other.article_id = articles.id AND other.outcome IN ('article', 'paywalled')
)
"""
_FORGET_NOTICED = """
UPDATE pages SET gone_noticed_at = NULL
WHERE site = :site AND visited_at >= :since AND gone_noticed_at IS NOT NULL
  AND article_id IN (SELECT id FROM articles WHERE gone_at IS NULL)
"""


def close_visit(connection: sqlite3.Connection, url: str) -> None:
    """Plan the next visit of a page whose row tells what the last one, at `visited_at`, came to."""
    row = connection.execute(_SELECT_VISIT, (url,)).fetchone()
    if row is None or row["visited_at"] is None:
        return
    noticed_at = _find_noticed(row)
    if row["called_by"] and row["article_id"] and row["state"] != "failed":
        _count_call(connection, row)
    connection.execute(
        "UPDATE pages SET next_visit_at = ?, gone_noticed_at = ?, priority = 0, called_by = NULL WHERE url = ?",
        (_find_next(row, noticed_at), noticed_at, url),
    )


def settle_gone(connection: sqlite3.Connection, site_key: str, since: str) -> int:
    """Mark the articles that two visits, the last of them since then and a day after the first, found gone.

    Returns how many. While much of the site fails nothing is: what was noticed since is forgotten.
    """
    parameters = {"site": site_key, "since": since}
    visits, failures = connection.execute(_COUNT_KNOWN, (site_key, since)).fetchone()
    if is_failing(visits, failures):
        connection.execute(_FORGET_NOTICED, parameters)
        return 0
    return connection.execute(_CONFIRM_GONE, parameters).rowcount


def _find_noticed(row: sqlite3.Row) -> str | None:
    """Return since when the page is known to be gone; a failure, or a refusal, says nothing about that."""
    if row["state"] in ("failed", "refused"):
        noticed: str | None = row["gone_noticed_at"]
        return noticed
    return (row["gone_noticed_at"] or row["visited_at"]) if _says_gone(row) else None


def _says_gone(row: sqlite3.Row) -> bool:
    """Answer whether the page of an article is no more, by its status or in its own words (a soft 404)."""
    is_soft = (row["outcome"], row["reason"]) == (Outcome.NOT_ARTICLE, "not_found")
    return row["outcome"] == Outcome.GONE or (is_soft and row["article_id"] is not None)


def _find_next(row: sqlite3.Row, noticed_at: str | None) -> str | None:
    reason = row["reason"] or ""
    is_copy = reason.startswith(COPY_OF)
    if row["state"] == "done" and not is_copy and (row["fetched_at"] is None or reason.startswith(PART_OF)):
        # A redirect, or a part of an article: what it leads to has visits of its own.
        return None
    since = noticed_at or row["sort_at"] or row["first_seen_at"]
    if not is_plausible(since, row["visited_at"]):
        since = row["first_seen_at"]
    # A copy is looked at like its story: it is asked for once that has gone.
    outcome = Outcome.GONE if _says_gone(row) else Outcome.ARTICLE if is_copy else row["outcome"]
    return find_next_visit(row["visited_at"], row["state"], outcome, row["attempts"], since)


def _count_call(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    changed = _says_gone(row) or connection.execute(_FIND_CHANGE, (row["article_id"], row["visited_at"])).fetchone()
    visits, changes = count_calls(connection, row["site"], row["called_by"])
    visits, changes = fade_calls(visits + 1, changes + bool(changed))
    connection.execute(_UPSERT_CALLS, (row["site"], row["called_by"], visits, changes))


def count_calls(connection: sqlite3.Connection, site_key: str, sign: str) -> tuple[int, int]:
    """Return how many visits were made because the site announced a change by this sign, and how many found one."""
    found = connection.execute("SELECT visits, changes FROM calls WHERE site = ? AND sign = ?", (site_key, sign))
    row = found.fetchone()
    return (row["visits"], row["changes"]) if row else (0, 0)
