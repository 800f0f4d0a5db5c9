"""A second archive file with exactly what the first one held at one moment, whoever writes to it meanwhile.

SQLite's online backup, and not VACUUM INTO, which numbers the rows of our tables anew: what refers to a row by its
number, as an index of somebody's own may, would refer to another one in the copy.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from newscrawl.archive.connection import open_reader, read_transaction, translated_errors
from newscrawl.exceptions import ArchiveError

# Ctrl-C is heard after so many.
_PAGES_AT_ONCE = 5_000


def copy_database(source: Path, target: Path) -> None:
    """Write the archive as it is now to a new file, which stands alone: nothing of it is in a log beside it.

    Raises ArchiveError, StorageError too, with the path of the file that was at fault.
    """
    with translated_errors(source), closing(open_reader(source)) as reader, read_transaction(reader):
        # The first look begins the transaction: from here on it is this state that is copied, without a new start
        # for each write of others.
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with translated_errors(target), closing(sqlite3.connect(target, isolation_level=None)) as writer:
            reader.backup(writer, pages=_PAGES_AT_ONCE, sleep=0)
            writer.execute("PRAGMA journal_mode = DELETE")
            (told,) = writer.execute("PRAGMA quick_check(1)").fetchone()
    if told != "ok":
        raise ArchiveError(f"{source} is damaged ({' '.join(told.split())}): 'newscrawl verify' tells where")


def list_warc_files(path: Path) -> list[str]:
    """Return the files that any row of any table leads into, in order."""
    with translated_errors(path), closing(open_reader(path)) as connection:
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        files: set[str] = set()
        for table in tables:
            columns = [row["name"] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            if "warc_file" in columns:
                found = connection.execute(f'SELECT DISTINCT warc_file FROM "{table}" WHERE warc_file IS NOT NULL')
                files.update(row["warc_file"] for row in found)
    return sorted(files)
