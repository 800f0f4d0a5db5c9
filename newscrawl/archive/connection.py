"""Connections to the archive file: how one is opened, how transactions begin and end, what SQLite's errors mean.

Write transactions begin IMMEDIATE and nowhere else but here: a deferred one that reads first and then writes dies with
"database is locked" as soon as another process wrote in between, whatever the time-out.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newscrawl.exceptions import ArchiveError, ArchiveMissingError, StorageError

LOCK_TIMEOUT_SECONDS = 30.0
_RETRY_SECONDS = 0.02
# What is found by hash lies all over the file: with SQLite's two megabytes a page is read anew for each of them.
_CACHE_KIB = 32_768

_STORAGE_ADVICE = {
    sqlite3.SQLITE_FULL: "the disk is full; nothing of this step was kept: free space and run the same command again",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only; nothing was written: make both writable",
    sqlite3.SQLITE_IOERR: "the disk reports an error ({error}); nothing of this step was kept: see that the disk is"
    " well and has space, then run the same command again",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: see that it is a file, that you may read it, and that you may"
    " write to its folder",
}
_ARCHIVE_ADVICE = {
    sqlite3.SQLITE_BUSY: "another program holds the archive: wait until it is done, or stop it, and try again",
    sqlite3.SQLITE_LOCKED: "another program holds the archive: wait until it is done, or stop it, and try again",
    sqlite3.SQLITE_INTERRUPT: "this took too long and was given up: ask for less, a shorter time or one site",
    sqlite3.SQLITE_NOTADB: "this is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "the file is damaged ({error}): restore a backup",
}


def open_writer(path: Path) -> sqlite3.Connection:
    """Return a connection that writes; the file and its folder are created where they are missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: the folder cannot be created: {error.strerror}") from error
    return _connect(path, "mode=rwc")


def open_reader(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write; raises ArchiveMissingError when there is no file.

    SQLite reads a WAL database only with a small file beside it, which it cannot create in a folder that is not
    writable. Nobody is writing when there is no WAL either: then the file is read as it lies.
    """
    if not _exists(path):
        raise ArchiveMissingError(f"no archive at {path}: run 'newscrawl crawl SITE' or 'newscrawl demo' first")
    connection = _connect(path, "mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if _get_primary_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or _has_wal(path):
            raise
        return _connect_unlocked(path)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def use_wal(connection: sqlite3.Connection) -> None:
    """Prepare a connection for writing: WAL, synchronous NORMAL, foreign keys checked, a cache for the shingles."""
    deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite does not wait here, whatever busy_timeout says, while another process does the same
            if _get_primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


@contextmanager
def write_transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Hold the write lock for the block: all of it is kept, or nothing."""
    with _transaction(connection, "BEGIN IMMEDIATE"):
        yield connection


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Within a write transaction: all of the block is kept, or nothing of it and the rest of the transaction."""
    connection.execute("SAVEPOINT step")
    try:
        yield connection
    except BaseException:
        # After a full disk and the like there is no transaction any more.
        if connection.in_transaction:
            connection.execute("ROLLBACK TO step")
            connection.execute("RELEASE step")
        raise
    connection.execute("RELEASE step")


@contextmanager
def read_transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Let every query of the block see one state of the archive, whatever others write meanwhile."""
    with _transaction(connection, "BEGIN"):
        yield connection
    if isinstance(connection, _UnlockedConnection):
        connection.check_unchanged()


def is_damage(error: sqlite3.Error) -> bool:
    """Answer whether the file itself is at fault; text that is no UTF-8 has no code."""
    return _get_primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, None)


def is_interrupted(error: sqlite3.Error) -> bool:
    """Answer whether a statement was given up because its time was up."""
    return _get_primary_code(error) == sqlite3.SQLITE_INTERRUPT


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with the path and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself has rolled back already after some errors, a full disk among them
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class _UnlockedConnection(sqlite3.Connection):
    """Reads a file without any lock, and so must find out for itself whether somebody wrote to it meanwhile."""

    path: Path
    stamp: tuple[int, int]

    def check_unchanged(self) -> None:
        if _has_wal(self.path) or _get_stamp(self.path) != self.stamp:
            raise ArchiveError(f"{self.path} was written to while it was read: run the same command again")


def _connect_unlocked(path: Path) -> sqlite3.Connection:
    stamp = _get_stamp(path)
    connection = _connect(path, "mode=ro&immutable=1", _UnlockedConnection)
    assert isinstance(connection, _UnlockedConnection)
    connection.path, connection.stamp = path, stamp
    return connection


def _connect(path: Path, parameters: str, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{parameters}"
    connection = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT_SECONDS, isolation_level=None, factory=kind)
    connection.row_factory = sqlite3.Row
    return connection


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise StorageError(f"{path}: the file cannot be reached: {error.strerror}") from error


def _get_stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _get_primary_code(error: sqlite3.Error) -> int | None:
    # errors of the Python module itself have no code
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _translate(error: sqlite3.Error, path: Path) -> ArchiveError:
    code = _get_primary_code(error)
    if code in _STORAGE_ADVICE:
        return StorageError(f"{path}: {_STORAGE_ADVICE[code].format(error=error)}")
    if code in _ARCHIVE_ADVICE:
        return ArchiveError(f"{path}: {_ARCHIVE_ADVICE[code].format(error=error)}")
    return ArchiveError(f"{path}: {error}")
