"""The full-text index kept true to the articles, whoever wrote them.

The index holds stems, which only this program makes; what it has yet to learn waits in a queue that triggers fill. A row
that stands in the index alone names the version of the stems: it is gone when somebody rebuilt the index without us.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from newscrawl.archive.connection import read_transaction
from newscrawl.archive.copies import update_copies
from newscrawl.query import COLUMNS
from newscrawl.stemmer import get_version, stem_text

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

_logger = logging.getLogger(__name__)

_CANARY_ROW = -1
_AT_ONCE = 500
_NAMES = ", ".join(COLUMNS)
_SELECT_QUEUE = f"""
SELECT queue.docid, queue.is_indexed, articles.id IS NOT NULL AS is_there,
       {", ".join(f"queue.{name} AS old_{name}, articles.{name} AS {name}" for name in COLUMNS)}
FROM articles_fts_queue AS queue LEFT JOIN articles ON articles.docid = queue.docid
ORDER BY queue.docid LIMIT ?
"""
_SELECT_SLICE = f"SELECT id, docid, {_NAMES} FROM articles WHERE docid > ? ORDER BY docid LIMIT ?"
_INSERT = f"INSERT INTO articles_fts (rowid, {_NAMES}) VALUES (?, ?, ?, ?, ?)"
_DELETE = f"INSERT INTO articles_fts (articles_fts, rowid, {_NAMES}) VALUES ('delete', ?, ?, ?, ?, ?)"


def update_index(connection: sqlite3.Connection, at_most: int = _AT_ONCE) -> int:
    """Let the index hold what waits in the queue, and link its copies; return how many articles that were."""
    waiting = connection.execute(_SELECT_QUEUE, (at_most,)).fetchall()
    # Texts first, then copies: in turns, article by article, the whole takes a fifth longer.
    gone, come = [], []
    for row in waiting:
        old = (row["docid"], *(stem_text(row[f"old_{name}"]) for name in COLUMNS)) if row["is_indexed"] else None
        new = (row["docid"], *(stem_text(row[name]) for name in COLUMNS)) if row["is_there"] else None
        if old != new:
            gone += [old] if old else []
            come += [new] if new else []
    connection.executemany(_DELETE, gone)
    connection.executemany(_INSERT, come)
    for row in waiting:
        update_copies(connection, row["docid"], row["old_body"] if row["is_indexed"] else None, row["body"])
    connection.executemany("DELETE FROM articles_fts_queue WHERE docid = ?", [(row["docid"],) for row in waiting])
    return len(waiting)


def repair_index(reading: Transaction, writing: Transaction) -> None:
    """Bring the index up to date: what waits, or all of it where it is not of our making, some hundred articles a time.

    Whoever is interrupted leaves a queue that says what is still missing.
    """
    with reading() as connection:
        if _is_ours(connection) and not count_waiting(connection):
            return
    with writing() as connection:
        # another process may have begun it while this one waited for the lock
        if not _is_ours(connection):
            _begin_anew(connection)
    with reading() as connection:
        number = count_waiting(connection)
    if number > _AT_ONCE:
        _logger.warning("the search index is made for %d articles", number)
    while number > 0:
        with writing() as connection:
            number -= update_index(connection) or number


def describe_fault(connection: sqlite3.Connection) -> str | None:
    """Return why a search may miss articles or words, None where it does not."""
    if not _is_ours(connection):
        return "the search index was made by another version or rebuilt by another program"
    number = count_waiting(connection)
    return f"the search index does not know {number} changes that were made by another program" if number else None


def count_waiting(connection: sqlite3.Connection) -> int:
    """Return how many articles the index does not hold as they are."""
    return int(connection.execute("SELECT count(*) FROM articles_fts_queue").fetchone()[0])


def check_index(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with the index, in words for a person; every article is looked for by its own words."""
    fault = describe_fault(connection)
    if fault:
        yield fault
        return
    rows = connection.execute("SELECT id FROM articles_fts_docsize EXCEPT SELECT docid FROM articles").fetchall()
    if len(rows) != 1:
        yield f"the search index holds {len(rows) - 1} articles that are gone"
    docid: int | None = 0
    while docid is not None:
        # Some hundred a transaction: while one lasts, SQLite's log of what crawls write cannot be emptied.
        with read_transaction(connection):
            docid, faults = _check_slice(connection, docid)
        yield from faults


def _check_slice(connection: sqlite3.Connection, after: int) -> tuple[int | None, list[str]]:
    """Return what is wrong with the next articles, and the last one's docid; None where there are no more."""
    faults: list[str] = []
    last = None
    for row in connection.execute(_SELECT_SLICE, (after, _AT_ONCE)):
        last = row["docid"]
        for name in COLUMNS:
            stems = stem_text(row[name]).split()
            # the beginning and the end, so that one word more or less between them is noticed as well
            if stems and not all(_is_found(connection, last, name, part) for part in (stems[:8], stems[-8:])):
                faults.append(f"article {row['id']}: its {name} is not in the search index as it is printed")
    return last, faults


def _is_found(connection: sqlite3.Connection, docid: int, column: str, stems: list[str]) -> bool:
    query = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid = ?"
    return connection.execute(query, (f'{column} : "{" ".join(stems)}"', docid)).fetchone() is not None


def _name_canary() -> str:
    return f"zzcanary{get_version()}"


def _is_ours(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid = ?"
    return connection.execute(query, (f'title : "{_name_canary()}"', _CANARY_ROW)).fetchone() is not None


def _begin_anew(connection: sqlite3.Connection) -> None:
    """Empty the index, and let every article wait for it."""
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    connection.execute("DELETE FROM articles_fts_queue")
    connection.execute("INSERT INTO articles_fts_queue (docid, is_indexed) SELECT docid, 0 FROM articles")
    connection.execute(_INSERT, (_CANARY_ROW, _name_canary(), "", "", ""))
