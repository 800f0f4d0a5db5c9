"""The addresses that an article is known by, and whether a page under a new address is an article that is here already.

Sites print wrong canonical addresses, one for all their pages among them: an address that a page merely names is
believed only while everybody who names it has the same headline.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator

from newscrawl.arabic import fold
from newscrawl.archive.pages import find_url
from newscrawl.archive.revisions import has_same_day, has_same_text, has_same_title
from newscrawl.archive.rows import revision_from_row
from newscrawl.items import Article
from newscrawl.variants import find_variant, outranks, story_key

CLAIMS = ("canonical", "shortlink", "amp", "mobile")
"""The kinds of address that a page may name for its article; `page` and `redirect` are where it was met."""

_KEEP_PAGE = """
INSERT INTO aliases (url, story_key, article_id, kind, first_seen_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (url) DO UPDATE SET article_id = excluded.article_id, kind = excluded.kind
"""
_KEEP_OTHER = """
INSERT INTO aliases (url, story_key, article_id, kind, first_seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""

_SELECT_COPIED = """
SELECT aliases.url, aliases.article_id, variant FROM aliases
JOIN articles ON articles.id = aliases.article_id AND gone_at IS NULL
JOIN pages ON pages.url = aliases.url
WHERE story_key = ? AND aliases.kind = 'page' AND aliases.url != ?
  AND pages.outcome IN ('article', 'paywalled') AND pages.state NOT IN ('failed', 'gone', 'refused')
"""

_NAMES_STORY = re.compile(r"[0-9]{3}|(?:[^/-]+-){3}")


def find_same_story(connection: sqlite3.Connection, article: Article, asked: str | None) -> str | None:
    """Return the id of the article that this page, met under an address that nobody knows, is another copy of.

    `asked` is the address that redirected here. Copies have the same headline as some state of the article; where only
    a page says that the addresses belong together, they are dated alike too, and where a server says it, the text is
    enough. Addresses that differ in parameters alone, though their path names the story, need both.
    """
    url = str(article.url)
    by_address = _find_by_keys(connection, [story_key(url)])
    by_redirect = _find_by_keys(connection, [story_key(asked)] if asked else [])
    by_claim = _find_by_keys(connection, map(story_key, _read_claims(article)))
    by_path = _find_by_path(connection, story_key(url))
    for known_id in dict.fromkeys((*by_address, *by_redirect, *by_claim, *by_path)):
        for state in _load_states(connection, known_id):
            same_title = has_same_title(state, article)
            if known_id in by_path and same_title and has_same_text(state, article):
                return known_id
            is_named = known_id in by_redirect or known_id in by_claim
            if same_title and (known_id in by_address or (is_named and has_same_day(state, article))):
                return known_id
            if known_id in by_redirect and (same_title or has_same_text(state, article)):
                return known_id
    return None


def find_copied(connection: sqlite3.Connection, url: str) -> str | None:
    """Return the address under which the story of this page, which nobody fetched, is in the archive and on its site.

    None where the page's text would be preferred to that one, where a front door gives it another headline, and where
    several stories share what the addresses have in common.
    """
    known = connection.execute(_SELECT_COPIED, (story_key(url), url)).fetchall()
    if len({row["article_id"] for row in known}) != 1 or outranks(find_variant(url), known[0]["variant"]):
        return None
    titles = {fold(str(state.title)) for state in _load_states(connection, known[0]["article_id"])}
    told = connection.execute("SELECT title FROM sightings WHERE url = ? AND title IS NOT NULL", (url,))
    return str(known[0]["url"]) if titles.issuperset(fold(row["title"]) for row in told) else None


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


def _find_by_path(connection: sqlite3.Connection, key: str) -> list[str]:
    """Return the articles at the same path, whatever the parameters, where it holds a number or a slug."""
    path = key.partition("?")[0]
    if not _NAMES_STORY.search(path.partition("/")[2]):
        return []
    query = """
        SELECT article_id FROM aliases WHERE article_id IS NOT NULL AND kind = 'page'
        AND (story_key = :path OR story_key > :path || '?' AND story_key < :path || '@') ORDER BY rowid
    """
    return list(dict.fromkeys(row["article_id"] for row in connection.execute(query, {"path": path})))
