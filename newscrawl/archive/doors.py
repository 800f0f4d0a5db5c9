"""The front doors that were read: what a conditional request for one needs, and what it listed."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields

from newscrawl.archive.crawls import ensure_site
from newscrawl.archive.pages import find_url


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A row of `front_doors`, column by column."""

    url: str
    site: str
    kind: str
    links: int
    etag: str | None
    last_modified: str | None
    fetched_at: str
    warc_file: str | None
    warc_offset: int | None

    @property
    def place(self) -> tuple[str, int] | None:
        """Where its bytes are: the WARC file and the offset in it."""
        return None if self.warc_file is None or self.warc_offset is None else (self.warc_file, self.warc_offset)


_COLUMNS = ", ".join(field.name for field in fields(DoorRow))


def find_door(connection: sqlite3.Connection, url: str) -> DoorRow | None:
    """Return what is remembered of a front door."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM front_doors WHERE url = ?", (find_url(url),)).fetchone()
    return DoorRow(*row) if row else None


def save_door(connection: sqlite3.Connection, door: DoorRow) -> None:
    """Remember how a front door was read the last time."""
    ensure_site(connection, door.site, door.fetched_at)
    marks = ", ".join("?" for _ in fields(DoorRow))
    connection.execute(f"INSERT OR REPLACE INTO front_doors ({_COLUMNS}) VALUES ({marks})", astuple(door))
