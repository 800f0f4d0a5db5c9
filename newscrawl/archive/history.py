"""What the archive tells of a site's past: its runs, how often it publishes, how its articles were filled, its alarms."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from newscrawl.archive.crawls import find_pause
from newscrawl.archive.rows import crawl_from_row, to_json
from newscrawl.archive.times import as_utc
from newscrawl.items import Crawl

_SAMPLES = """
SELECT first_seen_at, sort_at, published_at, length(body) AS body_length, removed,
    coalesce(subtitle, '') != '' AS has_subtitle, body != '' AS has_body,
    published_at IS NOT NULL AS has_published_at, authors != '[]' AS has_authors,
    coalesce(section, '') != '' AS has_section, image_url IS NOT NULL AS has_image_url,
    coalesce(caption, '') != '' AS has_caption
FROM articles WHERE site = ? ORDER BY first_seen_at DESC, sort_at DESC LIMIT ?
"""
# What a state of an article adds to the file is about proportional to its texts; its page and the index go with them.
_TEXTS = """
SELECT site, substr(seen_at, 1, 10), sum(length(CAST(revisions.body AS BLOB)) + length(CAST(fields AS BLOB)))
FROM revisions JOIN articles ON articles.id = article_id GROUP BY 1, 2
"""
FIELDS = ("subtitle", "body", "published_at", "authors", "section", "image_url", "caption")
"""The fields whose presence is sampled; an article without a title is never archived."""

_Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is measured of an archived article; `removed` is how many pieces of furniture were taken out of it."""

    first_seen_at: str
    sort_at: str
    published_at: str | None
    body_length: int
    removed: int
    filled: frozenset[str]


class History:
    """The past of an archive's sites; each method is one transaction."""

    def __init__(self, reading: _Transaction, writing: _Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def runs(self, site_key: str, limit: int) -> list[Crawl]:
        """Return the crawls of the whole site, the newest first."""
        query = "SELECT * FROM crawls WHERE site = ? AND scope = 'site' ORDER BY id DESC LIMIT ?"
        with self._reading() as connection:
            return [crawl_from_row(row) for row in connection.execute(query, (site_key, limit))]

    def crawled_sites(self) -> list[str]:
        """Return the keys of the sites that were ever crawled as a whole, and gave an article."""
        query = (
            "SELECT key FROM sites WHERE EXISTS (SELECT 1 FROM crawls WHERE site = key AND scope = 'site') "
            "AND EXISTS (SELECT 1 FROM articles WHERE site = key)"
        )
        with self._reading() as connection:
            return sorted(row["key"] for row in connection.execute(query))

    def end_crawl(self, crawl_id: int, reason: str, counts: Mapping[str, int] | None = None) -> None:
        """Record why a crawl ended that is not done (interrupted, failed, killed, hung): the next one continues it."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE crawls SET reason = ?, counts = coalesce(?, counts) WHERE id = ? AND finished_at IS NULL",
                (reason, to_json(dict(counts)) if counts else None, crawl_id),
            )

    def paused_until(self, site_key: str) -> str | None:
        """Return until when a site asked to be left alone, None when it never did."""
        with self._reading() as connection:
            return find_pause(connection, site_key)

    def doors_read_at(self, site_key: str) -> str | None:
        """Return when a front door of the site was last read, None when none ever was."""
        query = "SELECT max(fetched_at) AS at FROM front_doors WHERE site = ?"
        with self._reading() as connection:
            at: str | None = connection.execute(query, (site_key,)).fetchone()["at"]
            return at

    def count_published(self, site_key: str, since: str, until: str) -> tuple[int, str | None]:
        """Return how many of a site's articles have their `sort_at` in that time, and the first one's."""
        query = "SELECT count(*), min(sort_at) FROM articles WHERE site = ? AND sort_at BETWEEN ? AND ?"
        with self._reading() as connection:
            number, first = connection.execute(query, (site_key, as_utc(since), as_utc(until))).fetchone()
            return number, first

    def arrivals(self, site_key: str, since: str) -> list[tuple[str, str]]:
        """Return `first_seen_at` and `sort_at` of the site's articles that were first seen at that time or later."""
        query = "SELECT first_seen_at, sort_at FROM articles WHERE site = ? AND first_seen_at >= ?"
        with self._reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(query, (site_key, as_utc(since)))]

    def samples(self, site_key: str, limit: int) -> list[Sample]:
        """Return what is measured of a site's articles, the last that came first."""
        with self._reading() as connection:
            return [_read_sample(row) for row in connection.execute(_SAMPLES, (site_key, limit))]

    def texts(self) -> list[tuple[str | None, str, int]]:
        """Return the site of articles, a day, and the bytes of the texts of those states that were first seen then."""
        with self._reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(_TEXTS)]

    def change_alarms(self, site_key: str, messages: Mapping[str, str], at: str) -> tuple[list[str], list[str]]:
        """Make these a site's alarms, by measure; return the measures that are new and those that are over."""
        with self._writing() as connection:
            found = connection.execute("SELECT measure FROM alarms WHERE site = ?", (site_key,))
            known = {row["measure"] for row in found}
            over = sorted(known - set(messages))
            connection.executemany(
                "DELETE FROM alarms WHERE site = ? AND measure = ?", [(site_key, name) for name in over]
            )
            connection.executemany(
                "INSERT INTO alarms (site, measure, message, raised_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (site, measure) DO UPDATE SET message = excluded.message",
                [(site_key, name, message, as_utc(at)) for name, message in messages.items()],
            )
        return sorted(set(messages) - known), over


def _read_sample(row: sqlite3.Row) -> Sample:
    return Sample(
        first_seen_at=row["first_seen_at"],
        sort_at=row["sort_at"],
        published_at=row["published_at"],
        body_length=row["body_length"],
        removed=sum(json.loads(row["removed"]).values()),
        filled=frozenset(name for name in FIELDS if row[f"has_{name}"]),
    )
