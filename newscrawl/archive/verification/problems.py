"""What can be out of order in an archive, where exactly, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newscrawl.archive.connection import is_damage

RESTORE_DATABASE = "put archive.db of a backup in its place"
RESTORE_FILE = "put this file of a backup in its place; without one, the pages in it are lost"
EDITED_BY_HAND = "a program other than newscrawl has written to the row: put archive.db of a backup in its place"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was found: in which row, or file and offset, what it is, and what to do.

    `kind` is `database`, `foreign_key`, `row`, `article`, `alias`, `index`, `pointer`, `file`, `record`, `tail` or
    `unused`. What is no error is worth knowing all the same.
    """

    kind: str
    message: str
    advice: str
    table: str | None = None
    key: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    is_error: bool = True

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        row = f"{self.table} {self.key or ''}".strip() if self.table else ""
        offset = f", offset {self.warc_offset}" if self.warc_offset is not None else ""
        file = f"{self.warc_file}{offset}" if self.warc_file else ""
        return " -> ".join(filter(None, (row, file))) or "archive.db"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}: {self.advice}"


def until_unreadable(table: str | None, found: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what a check finds; where SQLite itself cannot read on, that is the last thing found."""
    try:
        yield from found
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield Problem("database", f"cannot be read any further ({error})", RESTORE_DATABASE, table)
