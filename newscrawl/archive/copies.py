"""Copies: articles that share their text are linked as they are indexed, with how much of each stands in the other.

Nothing is deleted for being a copy. Those that tell one story (nearly the same text, printed elsewhere or to the letter,
within a month) know the earliest among them, so that a query counts a wire story once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from newscrawl.duplicates import Fingerprint, read_fingerprint, relate
from newscrawl.items import Copy

# Less is «watch the video»: equal on many pages, and no story.
_LEAST_WORDS = 12
_MOST_COPIES = 20
# Two shared shingles of a sample are a reason to compare the texts; of a short text one may be all that it has.
_SHORT_SAMPLE = 8
# Words that stand in every weather report find their newest neighbours, not all of them. One statement for all hashes:
# most are found nowhere.
_SELECT_SHARING = """
SELECT shared.docid FROM json_each(?) AS sample JOIN shingles AS shared ON shared.hash = sample.value
WHERE shared.docid <> ? AND shared.docid >= coalesce(
    (SELECT docid FROM shingles WHERE hash = sample.value ORDER BY docid DESC LIMIT 1 OFFSET 199), 0
)
"""
# Rates, prayer times and the weather come in the same words every day: on one site only the very same text is a copy.
_SAME_STORY = """
SELECT other.id FROM copies JOIN articles AS own ON own.id = article_id JOIN articles AS other ON other.id = other_id
WHERE article_id = ? AND relation <> 'reuse' AND (relation = 'duplicate' OR own.site IS NOT other.site)
AND abs(julianday(own.sort_at) - julianday(other.sort_at)) <= 30
"""


def update_copies(connection: sqlite3.Connection, docid: int, old_body: str | None, body: str | None) -> None:
    """Link an article with those that share its text, which was `old_body` (None: it is new) and is `body` (None: gone)."""
    if old_body is not None:
        sample = read_fingerprint(old_body).sample
        connection.executemany(
            "DELETE FROM shingles WHERE hash = ? AND docid = ?", [(value, docid) for value in sample]
        )
    if body is None:
        return
    (article_id,) = connection.execute("SELECT id FROM articles WHERE docid = ?", (docid,)).fetchone()
    touched = {article_id} | (_unlink(connection, article_id) if old_body is not None else set())
    own = read_fingerprint(body)
    if len(own.words) >= _LEAST_WORDS:
        touched |= _link(connection, article_id, own, _find_candidates(connection, docid, own))
        connection.executemany("INSERT OR IGNORE INTO shingles VALUES (?, ?)", [(value, docid) for value in own.sample])
    if old_body is None and len(touched) > 1:
        _join_story(connection, article_id)
    elif len(touched) > 1:
        _settle_stories(connection, touched)


def list_copies(connection: sqlite3.Connection, article_id: str) -> list[Copy]:
    """Return the articles that share text with this one, those with most of it first."""
    rows = connection.execute(
        "SELECT a.id, a.url, a.site, a.title, a.published_at, c.relation, c.share, back.share AS share_of_copy "
        "FROM copies c JOIN articles a ON a.id = c.other_id "
        "JOIN copies back ON back.article_id = c.other_id AND back.other_id = c.article_id "
        "WHERE c.article_id = ? ORDER BY max(c.share, back.share) DESC, a.sort_at, a.id",
        (article_id,),
    )
    return [Copy(**dict(row)) for row in rows]


def _find_candidates(connection: sqlite3.Connection, docid: int, own: Fingerprint) -> list[tuple[str, str]]:
    """Return id and body of the articles that share most of the sample."""
    found = connection.execute(_SELECT_SHARING, (json.dumps(list(own.sample)), docid))
    shared = Counter(docid for (docid,) in found)
    least = 1 if len(own.sample) < _SHORT_SAMPLE else 2
    chosen = [found for found, number in shared.most_common(_MOST_COPIES) if number >= least]
    marks = ", ".join("?" * len(chosen))
    return connection.execute(f"SELECT id, body FROM articles WHERE docid IN ({marks})", chosen).fetchall()


def _link(
    connection: sqlite3.Connection, article_id: str, own: Fingerprint, candidates: Iterable[tuple[str, str]]
) -> set[str]:
    """Write what the candidates prove to be, in both directions; return the ids of the copies."""
    linked: set[str] = set()
    for other_id, body in candidates:
        other = read_fingerprint(body)
        relation = relate(own, other)
        if relation:
            linked.add(other_id)
            both = [
                (article_id, other_id, relation, round(own.share_in(other), 3)),
                (other_id, article_id, relation, round(other.share_in(own), 3)),
            ]
            connection.executemany("INSERT OR REPLACE INTO copies VALUES (?, ?, ?, ?)", both)
    return linked


def _unlink(connection: sqlite3.Connection, article_id: str) -> set[str]:
    others = connection.execute("SELECT other_id FROM copies WHERE article_id = ?", (article_id,)).fetchall()
    connection.execute("DELETE FROM copies WHERE article_id = ?", (article_id,))
    connection.execute("DELETE FROM copies WHERE other_id = ?", (article_id,))
    return {other_id for (other_id,) in others}


def _join_story(connection: sqlite3.Connection, article_id: str) -> None:
    """Let a new article, and the stories that it joins, know which of them all came first."""
    told = [other_id for (other_id,) in connection.execute(_SAME_STORY, (article_id,))]
    if not told:
        return
    ids = (article_id, *told)
    marks = ", ".join("?" * len(ids))
    firsts = [
        first_id
        for (first_id,) in connection.execute(
            f"SELECT DISTINCT coalesce(first_copy_id, id) FROM articles WHERE id IN ({marks})", ids
        )
    ]
    first_marks = ", ".join("?" * len(firsts))
    (first,) = connection.execute(
        f"SELECT id FROM articles WHERE id IN ({first_marks}) ORDER BY sort_at, id LIMIT 1", firsts
    ).fetchone()
    connection.execute(
        f"UPDATE articles SET first_copy_id = ? WHERE (id IN ({marks}) OR first_copy_id IN ({first_marks})) "
        "AND first_copy_id IS NOT ?",
        (first, *ids, *firsts, first),
    )


def _settle_stories(connection: sqlite3.Connection, ids: set[str]) -> None:
    """Write to each of these articles, and to all that tell its story, which of them came first."""
    while ids:
        story = _collect_story(connection, ids.pop())
        ids -= story
        marks = ", ".join("?" * len(story))
        first = connection.execute(
            f"SELECT id FROM articles WHERE id IN ({marks}) ORDER BY sort_at, id LIMIT 1", (*story,)
        ).fetchone()
        connection.execute(
            f"UPDATE articles SET first_copy_id = ? WHERE id IN ({marks})",
            (first[0] if len(story) > 1 else None, *story),
        )


def _collect_story(connection: sqlite3.Connection, article_id: str) -> set[str]:
    story, waiting = {article_id}, [article_id]
    while waiting:
        found = {other_id for (other_id,) in connection.execute(_SAME_STORY, (waiting.pop(),))} - story
        story |= found
        waiting += found
    return story
