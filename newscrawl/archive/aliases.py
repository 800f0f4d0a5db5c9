"""The addresses that an article is known by, and whether a page under a new address is an article that is here already.

Sites print wrong canonical addresses, one for all their pages among them: an address that a page merely names is
believed only while everybody who names it has the same headline.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from newscrawl.archive.pages import find_url
from newscrawl.archive.revisions import has_same_day, has_same_text, has_same_title
from newscrawl.archive.rows import revision_from_row
from newscrawl.items import Article
from newscrawl.variants import story_key

CLAIMS = ("canonical", "shortlink", "amp", "mobile")
"""The kinds of address that a page may name for its article; `page` and `redirect` are where it was met."""

_KEEP_PAGE = """
INSERT INTO aliases (url, story_key, article_id, kind, first_seen_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (url) DO UPDATE SET article_id = excluded.article_id, kind = excluded.kind
"""
_KEEP_OTHER = """
INSERT INTO aliases (url, story_key, article_id, kind, first_seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def find_same_story(connection: sqlite3.Connection, article: Article, asked: str | None) -> str | None:
    """Return the id of the article that this page, met under an address that nobody knows, is another copy of.

    `asked` is the address that redirected here. Copies have the same headline as some state of the article; where only
    a page says that the addresses belong together, they are dated alike too, and where a server says it, the text is
    enough.
    """
    url = str(article.url)
    by_address = _find_by_keys(connection, [story_key(url)])
    by_redirect = _find_by_keys(connection, [story_key(asked)] if asked else [])
    by_claim = _find_by_keys(connection, map(story_key, _read_claims(article)))
    for known_id in dict.fromkeys((*by_address, *by_redirect, *by_claim)):
        for state in _load_states(connection, known_id):
            same_title = has_same_title(state, article)
            if same_title and (known_id in by_address or has_same_day(state, article)):
                return known_id
            if known_id in by_redirect and (same_title or has_same_text(state, article)):
                return known_id
    return None


def keep_aliases(connection: sqlite3.Connection, article: Article, met: dict[str, str], seen_at: str) -> None:
    """Write down where the article was met, kinds by address, and which addresses its page names.

    What pages with different headlines name belongs to none of them from then on, unless it is met itself.
    """
    claims = _read_claims(article)
    for url in claims:
        connection.execute(
            f"UPDATE aliases SET article_id = NULL WHERE url = ? AND article_id != ? AND kind IN {CLAIMS}",
            (url, article.id),
        )
    for url, kind in (claims | met).items():
        # an address that redirects today may have had an article of its own
        statement = _KEEP_PAGE if kind == "page" else _KEEP_OTHER
        connection.execute(statement, (url, story_key(url), article.id, kind, seen_at))


def find_by_alias(connection: sqlite3.Connection, url: str) -> str | None:
    """Return the article that is known by an address, else the only one that has a copy of that address."""
    row = connection.execute("SELECT article_id FROM aliases WHERE url = ?", (url,)).fetchone()
    if row is not None:
        return row["article_id"] and str(row["article_id"])
    found = _find_by_keys(connection, [story_key(url)])
    return found[0] if len(found) == 1 else None


def is_claimed(connection: sqlite3.Connection, url: str, article_id: str) -> bool:
    """Answer whether the article's pages named this address as the canonical one, and nobody has met it yet."""
    query = "SELECT 1 FROM aliases WHERE url = ? AND article_id = ? AND kind = 'canonical'"
    return connection.execute(query, (url, article_id)).fetchone() is not None


def _load_states(connection: sqlite3.Connection, known_id: str) -> Iterator[Article]:
    query = "SELECT * FROM revisions WHERE article_id = ? ORDER BY number DESC"
    return (revision_from_row(row).article for row in connection.execute(query, (known_id,)).fetchall())


def _read_claims(article: Article) -> dict[str, str]:
    """Return what kind of address the article's page says that each URL is; the first thing said of one counts."""
    claims = [(find_url(address.url), address.kind) for address in article.addresses if address.kind in CLAIMS]
    return {url: kind for url, kind in reversed(claims) if url}


def _find_by_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    query = "SELECT article_id FROM aliases WHERE story_key = ? AND article_id IS NOT NULL ORDER BY rowid"
    found = (row["article_id"] for key in keys for row in connection.execute(query, (key,)))
    return list(dict.fromkeys(found))
