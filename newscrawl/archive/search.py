"""Searching the archive: which articles a query finds, in which order, and where in them its words stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Literal, NamedTuple

from newscrawl.archive.selection import Selection, add_functions
from newscrawl.query import COLUMNS, Query

Sort = Literal["date", "rank"]

# By date there are two ways: find all and sort them, or go through the articles from the newest and ask of each whether it is
# one. Asking costs about ten times as much as sorting; frequent words are found soon by it, and after some hundred it is given up.
_ASKING_TO_SORTING = 10
_ASKED_AT_MOST = 500

_BY_RANK = """
SELECT articles.docid FROM articles_fts CROSS JOIN articles ON articles.docid = articles_fts.rowid
WHERE articles_fts MATCH ? AND {where} ORDER BY articles_fts.rank, articles.docid DESC LIMIT ? OFFSET ?
"""
_BY_DATE = """
SELECT articles.docid FROM articles_fts CROSS JOIN articles ON articles.docid = articles_fts.rowid
WHERE articles_fts MATCH ? AND {where} ORDER BY articles.sort_at DESC, articles.id DESC LIMIT ? OFFSET ?
"""
_NEWEST = """
SELECT newest.docid FROM (
    SELECT docid FROM articles WHERE {where} ORDER BY sort_at DESC, id DESC LIMIT {at_most}
) AS newest CROSS JOIN articles_fts ON articles_fts.rowid = newest.docid WHERE articles_fts MATCH ? LIMIT ?
"""
# What only excludes has no rank.
_ALL_BY_DATE = """
SELECT docid FROM articles WHERE {where} ORDER BY sort_at DESC, id DESC LIMIT ? OFFSET ?
"""
_WITHOUT = "articles.docid NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"

# A snippet reads the whole text: one of all columns is made only where title and body have none of the words.
_DESCRIBE = """
SELECT docid, id, url, site, published_at, sort_at, highlight(articles_fts, 0, :open, :close) AS title,
       snippet(articles_fts, 3, :open, :close, '…', 32) AS snippet
FROM articles_fts JOIN articles ON articles.docid = articles_fts.rowid
WHERE articles_fts MATCH :match AND articles_fts.rowid = :docid
"""
_SNIPPET = 240
DESCRIBE_PLAIN = f"""
SELECT docid, id, url, site, published_at, sort_at, title, substr(coalesce(nullif(subtitle, ''), body), 1, {_SNIPPET})
FROM articles WHERE {{where}}
"""
"""The beginning of an article, as `shorten` takes it, for where no word of it is looked for."""
_FIND_SNIPPET = """
SELECT snippet(articles_fts, -1, :open, :close, '…', 32) FROM articles_fts
WHERE articles_fts MATCH :match AND rowid = :docid
"""


class Hit(NamedTuple):
    """An article that was found: its number in the archive, and its title and a piece of its text with the found words marked."""

    docid: int
    id: str
    url: str
    site: str | None
    published_at: str | None
    sort_at: str
    title: str
    snippet: str


def find_docids(
    connection: sqlite3.Connection,
    query: Query,
    selection: Selection,
    sort: Sort = "date",
    limit: int | None = None,
    offset: int = 0,
) -> list[int]:
    """Return the `docid` of the articles that a query finds, in order: the newest `sort_at` first, or the best rank."""
    if query.is_empty or (limit is not None and limit <= 0):
        return []
    add_functions(connection)
    selection = narrow(connection, query, selection)
    if query.match and sort == "date" and limit is not None:
        found = _find_newest(connection, query.match, selection, limit + offset)
        if found is not None:
            return found[offset:]
    found_by = _BY_RANK if sort == "rank" else _BY_DATE
    sql = (found_by if query.match else _ALL_BY_DATE).format(where=selection.where)
    matched = (query.match,) if query.match else ()
    values = (*matched, *selection.values, -1 if limit is None else limit, offset)
    return [row[0] for row in connection.execute(sql, values)]


def describe_hits(
    connection: sqlite3.Connection, query: Query, docids: Sequence[int], marks: tuple[str, str] = ("**", "**")
) -> Iterator[Hit]:
    """Yield what found articles look like, in the order given: the text as printed, with the found words between marks.

    The connection gives rows with names (sqlite3.Row).
    """
    if query.match is None:
        sql = DESCRIBE_PLAIN.format(where="docid = ?")
        yield from (shorten(Hit._make(row)) for docid in docids for row in connection.execute(sql, (docid,)))
        return
    values = {"match": query.match, "open": marks[0], "close": marks[1]}
    for docid in docids:
        row = connection.execute(_DESCRIBE, values | {"docid": docid}).fetchone()
        if row is None:
            continue
        if marks[0] not in row["title"] and marks[0] not in row["snippet"]:
            (snippet,) = connection.execute(_FIND_SNIPPET, values | {"docid": docid}).fetchone()
            row = (*tuple(row)[:-1], snippet)
        yield Hit._make(row)


def _find_newest(connection: sqlite3.Connection, match: str, selection: Selection, number: int) -> list[int] | None:
    """Return that many of the newest articles, where a word is so frequent that they are soon met; else None."""
    size = connection.execute("SELECT max(docid) FROM articles").fetchone()[0] or 0
    enough = int(sqrt(number * size * _ASKING_TO_SORTING))
    counted = "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?)"
    if connection.execute(counted, (match, enough)).fetchone()[0] < enough:
        return None
    sql = _NEWEST.format(where=selection.where, at_most=_ASKED_AT_MOST)
    found = [row[0] for row in connection.execute(sql, (*selection.values, match, number))]
    return found if len(found) == number else None


def shorten(hit: Hit) -> Hit:
    """Return a hit whose text ends with a word."""
    is_cut = len(hit.snippet) == _SNIPPET
    return hit._replace(snippet=f"{hit.snippet.rpartition(' ')[0]}…") if is_cut else hit


def narrow(connection: sqlite3.Connection, query: Query, selection: Selection) -> Selection:
    """Return the selection with what a MATCH expression cannot say: which form of a word stands there, or that none does.

    Its values come behind those that were there.
    """
    conditions, values = list(selection.conditions), list(selection.values)
    exactly = _add_exact(connection, query) if query.is_exact else None
    if query.without:
        conditions.append(f"({_WITHOUT} OR {exactly})" if exactly else _WITHOUT)
        values.append(query.without)
    elif exactly:
        conditions.append(exactly)
    return Selection(tuple(conditions), tuple(values))


def _add_exact(connection: sqlite3.Connection, query: Query) -> str:
    """Return the condition that an article has the forms which the query asks for."""

    def is_found(*texts: str | None) -> bool:
        return query.is_found_in(dict(zip(COLUMNS, texts, strict=True)))

    connection.create_function("is_found", len(COLUMNS), is_found, deterministic=True)
    return f"is_found({', '.join(f'articles.{name}' for name in COLUMNS)})"
