"""Every place in a WARC file that a row names, in the order in which the files lie on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from newscrawl.archive.connection import read_transaction

# A table of its own, so that no transaction is open while hours of files are read: SQLite could not empty its log.
# It lies on disk, where SQLite keeps what is temporary, and is gone with the connection.
_COLLECT = """
CREATE TEMP TABLE pointers AS
SELECT warc_file, warc_offset, 'pages' AS source, url AS key, NULL AS number, payload_digest
FROM pages WHERE warc_file || warc_offset IS NOT NULL AND (:site IS NULL OR site = :site)
UNION ALL
SELECT warc_file, warc_offset, 'articles', id, NULL, NULL
FROM articles WHERE warc_file || warc_offset IS NOT NULL AND (:site IS NULL OR site = :site)
UNION ALL
SELECT r.warc_file, r.warc_offset, 'revisions', article_id, number, NULL
FROM revisions r JOIN articles a ON a.id = article_id
WHERE r.warc_file || r.warc_offset IS NOT NULL AND (:site IS NULL OR a.site = :site)
UNION ALL
SELECT warc_file, warc_offset, 'front_doors', url, NULL, NULL
FROM front_doors WHERE warc_file || warc_offset IS NOT NULL AND (:site IS NULL OR site = :site)
UNION ALL
SELECT warc_file, warc_offset, 'pictures', url, NULL, payload_digest
FROM pictures WHERE warc_file || warc_offset IS NOT NULL AND (:site IS NULL OR site = :site)
ORDER BY warc_file, warc_offset
"""
_THIN_OUT = "DELETE FROM pointers WHERE rowid NOT IN (SELECT rowid FROM pointers ORDER BY random() LIMIT ?)"
_READ = "SELECT rowid AS place, * FROM pointers WHERE rowid > ? ORDER BY rowid LIMIT ?"
_ROWS_AT_ONCE = 500
# Where an article was met: every address that was ever found to be its own, and copies of those.
_KNOWS_ADDRESS = """
SELECT EXISTS (SELECT 1 FROM aliases WHERE article_id = :id AND (url = :url OR story_key = :story_key))
    OR EXISTS (SELECT 1 FROM pages WHERE article_id = :id AND url = :url)
    OR EXISTS (SELECT 1 FROM articles WHERE id = :id AND url = :url)
    OR NOT EXISTS (SELECT 1 FROM articles WHERE id = :id)
"""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a row says of the record at its place: `key` is a URL of pages and front doors, else an article's id."""

    warc_file: str
    warc_offset: int
    source: str
    key: str
    number: int | None
    payload_digest: str | None

    @property
    def row(self) -> str:
        """Which row of its table it stands in."""
        return f"{self.key} {self.number}" if self.number is not None else self.key


def collect_pointers(connection: sqlite3.Connection, site: str | None) -> int:
    """Write down all pointers as they are now; return how many there are."""
    with read_transaction(connection):
        connection.execute(_COLLECT, {"site": site})
        return int(connection.execute("SELECT count(*) FROM pointers").fetchone()[0])


def thin_out(connection: sqlite3.Connection, most: int) -> None:
    """Leave so many of them, drawn by lot."""
    connection.execute(_THIN_OUT, (most,))


def list_files(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the files that are pointed into, and from how many rows each."""
    query = "SELECT warc_file, count(*) FROM pointers GROUP BY warc_file ORDER BY warc_file"
    return [tuple(row) for row in connection.execute(query)]


def read_pointers(connection: sqlite3.Connection) -> Iterator[tuple[str, Iterator[Pointer]]]:
    """Yield each file with its pointers by offset; those of one file are read while its turn lasts."""
    return groupby(_read_in_order(connection), lambda pointer: pointer.warc_file)


def _read_in_order(connection: sqlite3.Connection) -> Iterator[Pointer]:
    """Yield all pointers; no statement stays open meanwhile, for with it SQLite keeps every lock of the others."""
    after = 0
    while batch := connection.execute(_READ, (after, _ROWS_AT_ONCE)).fetchall():
        yield from (Pointer(*tuple(row)[1:]) for row in batch)
        after = batch[-1]["place"]


def is_known_address(connection: sqlite3.Connection, article_id: str, url: str, story_key: str) -> bool:
    """Answer whether an article may have been met at an address; one that is gone meanwhile may have been anywhere."""
    place = {"id": article_id, "url": url, "story_key": story_key}
    return bool(connection.execute(_KNOWS_ADDRESS, place).fetchone()[0])
