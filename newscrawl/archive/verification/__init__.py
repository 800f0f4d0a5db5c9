"""Whether every byte of an archive is in order: the database, the rows, the files, and what leads from one to another."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from newscrawl.archive import Archive
from newscrawl.archive.connection import translated_errors
from newscrawl.archive.index import check_index, describe_fault
from newscrawl.archive.verification.files import FileCheck
from newscrawl.archive.verification.pointers import collect_pointers, thin_out
from newscrawl.archive.verification.problems import Problem, until_unreadable
from newscrawl.archive.verification.rows import check_aliases, check_articles, check_database, check_pages

__all__ = ["Problem", "verify"]


def verify(
    home: Path,
    counts: Counter[str],
    *,
    site: str | None = None,
    sample: int | None = None,
    on_file: Callable[[], None] = lambda: None,
) -> Iterator[Problem]:
    """Yield what is out of order, as it is found; `counts` tells what was looked at so far.

    Of one `site`, the database file itself is looked at whole all the same. Of a `sample` only so many articles and
    records, drawn by lot, are read. Crawls may go on meanwhile; what they add is not looked at. `on_file` is called
    after each file. Raises ArchiveError where there is no archive that can be opened.
    """
    path = home / "archive.db"
    with Archive(path, read_only=True) as archive, translated_errors(path):
        connection = archive.db.conn
        yield from until_unreadable(None, check_database(connection, is_quick=sample is not None))
        yield from until_unreadable("pages", check_pages(connection, site))
        yield from until_unreadable("articles", check_articles(connection, site, sample, counts))
        yield from until_unreadable("aliases", check_aliases(connection, counts))
        yield from until_unreadable("articles_fts", _check_search(connection, is_quick=sample is not None))
        counts["all pointers"] = collect_pointers(connection, site)
        files = FileCheck(home, connection, counts, on_file)
        yield from until_unreadable(None, files.check_presence())
        if sample is None:
            yield from until_unreadable(None, files.check_all(site))
        else:
            thin_out(connection, sample)
            yield from until_unreadable(None, files.check_sample())


def _check_search(connection: sqlite3.Connection, *, is_quick: bool) -> Iterator[Problem]:
    for message in filter(None, [describe_fault(connection)]) if is_quick else check_index(connection):
        yield Problem("index", message, "run 'newscrawl reindex'", "articles_fts")
