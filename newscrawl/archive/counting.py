"""How often something was written about, by site, country, month and agency, and which share of all that is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from newscrawl.archive.search import narrow
from newscrawl.archive.selection import Selection, add_functions
from newscrawl.exceptions import UsageError
from newscrawl.query import Query

GROUPS = {
    "site": "articles.site",
    "country": "(SELECT country FROM sites WHERE key = articles.site)",
    "year": "substr(articles.sort_at, 1, 4)",
    "month": "substr(articles.sort_at, 1, 7)",
    "day": "substr(articles.sort_at, 1, 10)",
    "agency": "articles.agency",
}
"""What can be counted by, each as SQL."""

# A story that several sites printed counts once in every group that has it.
_STORIES = "count(DISTINCT coalesce(articles.first_copy_id, articles.id))"
_COPIES = "count(*)"


class Count(NamedTuple):
    """A group (its values as asked for; the last one, of all, has none), how many articles are hits, and how many there are."""

    group: tuple[str | None, ...]
    hits: int
    articles: int

    @property
    def share(self) -> float:
        """The share of the articles that are hits, 0.0 to 1.0."""
        return self.hits / self.articles if self.articles else 0.0


def count_hits(
    connection: sqlite3.Connection, query: Query, selection: Selection, by: Iterable[str] = (), *, copies: bool = False
) -> list[Count]:
    """Return the counts of every group that has articles, in order, and then that of all.

    A story that was printed in several places counts once in each group, with `copies` as often as it was printed.
    Raises UsageError for what cannot be counted by.
    """
    names = list(dict.fromkeys(by))
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        raise UsageError(f"articles cannot be counted by {unknown[0]!r}: choose among {', '.join(GROUPS)}")
    counted = [_count(connection, query, selection, names, copies)] if names else []
    return [count for counts in (*counted, _count(connection, query, selection, [], copies)) for count in counts]


def _count(
    connection: sqlite3.Connection, query: Query, selection: Selection, names: list[str], copies: bool
) -> list[Count]:
    add_functions(connection)
    hit = narrow(connection, query, Selection((), ()))
    if query.match:
        is_hit = "articles.docid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
        hit = Selection((is_hit, *hit.conditions), (query.match, *hit.values))
    number = _COPIES if copies else _STORIES
    hits = "0" if query.is_empty else f"{number} FILTER (WHERE {hit.where})"
    columns = "".join(f"{GROUPS[name]}, " for name in names)
    order = ", ".join(str(place) for place in range(1, len(names) + 1))
    sql = f"SELECT {columns}{hits}, {number} FROM articles WHERE {selection.where}"
    sql += f" GROUP BY {order} ORDER BY {order}" if names else ""
    rows = connection.execute(sql, (*hit.values, *selection.values)).fetchall()
    return [Count(tuple(row)[:-2], row[-2], row[-1]) for row in rows]
