"""Whether the rows of an archive agree with one another; the database file itself first."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from newscrawl.archive.connection import read_transaction
from newscrawl.archive.queries import load_article
from newscrawl.archive.revisions import hash_text
from newscrawl.archive.rows import revision_from_row
from newscrawl.archive.verification.problems import EDITED_BY_HAND, RESTORE_DATABASE, Problem
from newscrawl.items import Article
from newscrawl.variants import story_key

# So many rows a transaction: while one lasts, SQLite's log of what crawls write cannot be emptied.
_ROWS_AT_ONCE = 500
_NEXT_IDS = (
    "SELECT rowid, id FROM articles WHERE rowid > :after AND (:site IS NULL OR site = :site) ORDER BY rowid LIMIT :most"
)
_RANDOM_IDS = "SELECT id FROM articles WHERE :site IS NULL OR site = :site ORDER BY random() LIMIT :sample"
_NEXT_ALIASES = "SELECT rowid, url, story_key FROM aliases WHERE rowid > :after ORDER BY rowid LIMIT :most"
_HALF_POINTERS = """
SELECT url, state, warc_file IS NULL AND warc_offset IS NULL AS has_none FROM pages
WHERE (:site IS NULL OR site = :site)
  AND ((warc_file IS NULL) != (warc_offset IS NULL) OR (state = 'fetched' AND warc_file IS NULL))
"""
_BOOKKEEPING = ("text_hash", "warc_file", "warc_offset")


def check_database(connection: sqlite3.Connection, *, is_quick: bool) -> Iterator[Problem]:
    """Yield what SQLite finds wrong with its file, and the rows that refer to others that are not there."""
    for (message,) in connection.execute(f"PRAGMA {'quick_check' if is_quick else 'integrity_check'}"):
        if message != "ok":
            yield Problem("database", " ".join(message.split()), RESTORE_DATABASE)
    for table, rowid, parent, number in connection.execute("PRAGMA foreign_key_check"):
        columns = [
            row["from"] for row in connection.execute(f"PRAGMA foreign_key_list({table})") if row["id"] == number
        ]
        message = f"{', '.join(columns)} refers to a row of {parent} that is not there"
        yield Problem("foreign_key", message, EDITED_BY_HAND, table, _name_row(connection, table, rowid))


def _name_row(connection: sqlite3.Connection, table: str, rowid: int) -> str:
    keys = [row["name"] for row in connection.execute(f"PRAGMA table_info({table})") if row["pk"]]
    row = connection.execute(f"SELECT {', '.join(keys)} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
    return " ".join(map(str, row)) if row else f"row {rowid}"


def check_pages(connection: sqlite3.Connection, site: str | None) -> Iterator[Problem]:
    """Yield the pages whose bytes are said to be here, but not where."""
    with read_transaction(connection):
        found = connection.execute(_HALF_POINTERS, {"site": site}).fetchall()
    for row in found:
        told = f"its state is {row['state']}, but no file is named" if row["has_none"] else "only a file or an offset"
        yield Problem("row", told, EDITED_BY_HAND, "pages", row["url"])


def check_articles(
    connection: sqlite3.Connection, site: str | None, sample: int | None, counts: Counter[str]
) -> Iterator[Problem]:
    """Yield the articles that are not their newest revision, and the states whose hash is not that of their text."""
    for ids in _list_ids(connection, site, sample):
        with read_transaction(connection):
            found = [problem for article_id in ids for problem in _check_article(connection, article_id, counts)]
        yield from found


def _list_ids(connection: sqlite3.Connection, site: str | None, sample: int | None) -> Iterator[list[str]]:
    if sample is not None:
        yield [row["id"] for row in connection.execute(_RANDOM_IDS, {"site": site, "sample": sample})]
        return
    for batch in _read_batches(connection, _NEXT_IDS, site):
        yield [row["id"] for row in batch]


def _read_batches(connection: sqlite3.Connection, query: str, site: str | None = None) -> Iterator[list[sqlite3.Row]]:
    after = 0
    while batch := connection.execute(query, {"after": after, "site": site, "most": _ROWS_AT_ONCE}).fetchall():
        yield batch
        after = batch[-1]["rowid"]


def _check_article(connection: sqlite3.Connection, article_id: str, counts: Counter[str]) -> Iterator[Problem]:
    row = connection.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        # merged with another one meanwhile
        return
    counts["articles"] += 1
    query = "SELECT * FROM revisions WHERE article_id = ? ORDER BY number"
    states = connection.execute(query, (article_id,)).fetchall()
    counts["revisions"] += len(states)
    for message in (*_compare_states(connection, row, states), *_check_own_alias(connection, row)):
        yield Problem("article", message, EDITED_BY_HAND, "articles", article_id)


def _compare_states(connection: sqlite3.Connection, row: sqlite3.Row, states: list[sqlite3.Row]) -> Iterator[str]:
    if [state["number"] for state in states] != list(range(1, len(states) + 1)) or not states:
        yield f"its revisions are not numbered from 1 on: {', '.join(str(s['number']) for s in states) or 'none'}"
        return
    try:
        known = [revision_from_row(state) for state in states]
        article = load_article(connection, row["id"])
    except (ValueError, TypeError, KeyError) as error:
        yield f"a column does not hold what it should ({type(error).__name__}: {error})"
        return
    for revision in known:
        if hash_text(revision.article) != revision.text_hash:
            yield f"the text_hash of revision {revision.number} is not that of its text"
    newest = known[-1].article
    differing = [field.name for field in fields(Article) if getattr(article, field.name) != getattr(newest, field.name)]
    differing += [name for name in _BOOKKEEPING if row[name] != states[-1][name]]
    if differing:
        yield f"it is not its newest revision, {states[-1]['number']}: {', '.join(differing)}"


def _check_own_alias(connection: sqlite3.Connection, row: sqlite3.Row) -> Iterator[str]:
    alias = connection.execute("SELECT article_id FROM aliases WHERE url = ?", (row["url"],)).fetchone()
    if alias is None or alias["article_id"] != row["id"]:
        yield f"its own address {row['url']} is not among its aliases"


def check_aliases(connection: sqlite3.Connection, counts: Counter[str]) -> Iterator[Problem]:
    """Yield the addresses whose key, by which copies of one story are found, is not that of the address."""
    for batch in _read_batches(connection, _NEXT_ALIASES):
        counts["aliases"] += len(batch)
        for row in batch:
            if row["story_key"] != story_key(row["url"]):
                yield Problem("alias", "story_key is not that of its address", EDITED_BY_HAND, "aliases", row["url"])
