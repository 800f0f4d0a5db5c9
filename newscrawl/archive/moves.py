"""One story that was met at two addresses before its site said, by a redirect, that it had moved from one to the other."""

from __future__ import annotations

import sqlite3

from newscrawl.archive.queries import find_own_article_id, load_article
from newscrawl.archive.revisions import has_same_day, has_same_text, has_same_title
from newscrawl.items import Article

_POINTERS = (("pages", "article_id"), ("aliases", "article_id"), ("related", "target_id"))


def merge_moved(
    connection: sqlite3.Connection, article: Article, stored_id: str | None, asked: str | None
) -> str | None:
    """Return the id of the one article that is left of `stored_id`, which this page is a visit to, and that of `asked`.

    `asked` is the address that redirected here. The article without a history gives way, the newer address' first; two
    that both have one stay two, and so do those that differ in day, or in both headline and text.
    """
    former_id = find_own_article_id(connection, asked) if asked else None
    if former_id is None or stored_id is None or former_id == stored_id:
        return stored_id
    former = load_article(connection, former_id)
    if not has_same_day(former, article) or not (has_same_title(former, article) or has_same_text(former, article)):
        return stored_id
    ids = (former_id, stored_id)
    kept, dropped = ids if not _has_history(connection, stored_id) else ids[::-1]
    if _has_history(connection, dropped):
        return stored_id
    for table, column in _POINTERS:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (kept, dropped))
    connection.execute("DELETE FROM articles WHERE id = ?", (dropped,))
    return kept


def _has_history(connection: sqlite3.Connection, article_id: str) -> bool:
    query = "SELECT count(*) FROM revisions WHERE article_id = ?"
    return bool(connection.execute(query, (article_id,)).fetchone()[0] > 1)
