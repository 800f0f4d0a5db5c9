"""An archive file is brought up to date, or refused: it is newer than this program, or no archive.

sqlite-utils records in `_sqlite_migrations` which migrations were applied: a file that names one unknown here is newer.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlite_utils import Database, Migrations

from newscrawl.archive import schema
from newscrawl.archive.connection import read_transaction, use_wal, write_transaction
from newscrawl.exceptions import ArchiveError, ArchiveMissingError, ArchiveVersionError

_logger = logging.getLogger(__name__)


def check_version(db: Database, path: Path) -> None:
    """Raise an ArchiveError unless these are the tables that this program knows: reading never migrates."""
    with read_transaction(db.conn):
        _refuse_foreign_file(db, path)
        if not db.table_names():
            raise ArchiveMissingError(f"no archive in {path}: run 'newscrawl crawl SITE' or 'newscrawl demo' first")
        if _collect().pending(db):
            raise ArchiveVersionError(
                f"{path} was made by an older newscrawl: any command that writes, such as 'newscrawl crawl', updates it"
            )


def prepare(db: Database, path: Path) -> None:
    """Set a connection up for writing, and bring the tables up to date under the write lock, all of it or nothing.

    Raises an ArchiveError, before anything is touched, for a file that is newer than this program or no archive.
    """
    with read_transaction(db.conn):
        _refuse_foreign_file(db, path)
        is_new = not db.table_names()
    use_wal(db.conn)
    migrations = _collect()
    if not migrations.pending(db):
        return
    with write_transaction(db.conn):
        # another process may have done it while this one waited for the lock: apply() looks again
        names = [migration.name for migration in migrations.pending(db)]
        migrations.apply(db)
    if names and not is_new:
        _logger.warning("%s was brought up to date: %s", path, ", ".join(names))


def _refuse_foreign_file(db: Database, path: Path) -> None:
    applied = {migration.name for migration in _collect().applied(db)}
    unknown = applied - {function.__name__ for function in schema.MIGRATIONS}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ArchiveVersionError(f"{path} was made by a newer newscrawl ({names}): update newscrawl")
    if not applied and db.table_names():
        raise ArchiveError(f"{path} is an SQLite database, but no newscrawl archive")


def _collect() -> Migrations:
    migrations = Migrations("newscrawl")
    for function in schema.MIGRATIONS:
        migrations()(function)
    return migrations
