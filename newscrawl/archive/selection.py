"""Which articles or revisions a caller wants, as SQL: the filters that reading, searching, counting and exporting share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict

from newscrawl.archive.revisions import REVISION_FIELDS
from newscrawl.archive.times import parse_since, parse_until
from newscrawl.exceptions import UsageError
from newscrawl.stemmer import fold_word
from newscrawl.tokens import WORD


class Filters(TypedDict, total=False):
    """What narrows a choice of articles; what is None or left out narrows nothing.

    `since` and `until` are days (2024-01-15: the whole day, in UTC) or times, both included, compared with `sort_at`.
    `section`, `author` and `agency` are words that stand there one after the other, in whatever spelling; behind an
    equals sign they are all that stands there. `since_last` is a receiver: only what `Archive.hand_over` has not noted
    for it, or what has changed since.
    """

    site: str | None
    country: str | None
    section: str | None
    author: str | None
    agency: str | None
    since: str | None
    until: str | None
    since_last: str | None


class RevisionFilters(TypedDict, total=False):
    """What narrows a choice of revisions; what is None or left out narrows nothing.

    `since` and `until` are as in `Filters`, and compared with `seen_at`. With `edits` it is what sites changed after
    publication: no first states, and no changes of our own. `cause` is whose change it was; `field` one of those that
    changed (of a first state none did); `minor` whether vowel marks, letter forms and the like alone did.
    """

    site: str | None
    since: str | None
    until: str | None
    edits: bool | None
    cause: str | None
    field: str | None
    minor: bool | None


class Selection(NamedTuple):
    """Conditions on a row of `articles` or `revisions`, with their values."""

    conditions: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions) or "1"


_CONDITIONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "site": ("articles.site = ?", str),
    "country": ("articles.site IN (SELECT key FROM sites WHERE country = ?)", str.upper),
    "section": ("has_words(articles.section, ?)", str),
    "author": ("EXISTS (SELECT 1 FROM json_each(articles.authors) WHERE has_words(value, ?))", str),
    "agency": ("has_words(articles.agency, ?)", str),
    "since": ("articles.sort_at >= ?", parse_since),
    "until": ("articles.sort_at <= ?", parse_until),
    "since_last": (
        "articles.text_hash IS NOT (SELECT text_hash FROM handovers WHERE article_id = articles.id AND receiver = ?)",
        str,
    ),
}


def select_articles(filters: Filters) -> Selection:
    """Return which articles are meant; raises UsageError for a `since` or `until` that is no time."""
    chosen = [(*_CONDITIONS[name], str(value)) for name, value in filters.items() if value is not None]
    return Selection(
        tuple(condition for condition, _, _ in chosen), tuple(convert(value) for _, convert, value in chosen)
    )


def select_revisions(filters: RevisionFilters) -> Selection:
    """Return which revisions are meant; raises UsageError for a `since` or `until` that is no time, and for no such field."""
    # spelled as in the index of edits, which SQLite knows again by that
    edits = ("revisions.cause = 'site'", "revisions.number > 1") if filters.get("edits") else ()
    chosen = [
        (*_REVISION_CONDITIONS[name], value)
        for name, value in filters.items()
        if name in _REVISION_CONDITIONS and value is not None
    ]
    return Selection(
        (*edits, *(condition for condition, _, _ in chosen)), tuple(convert(value) for _, convert, value in chosen)
    )


def _parse_field(name: object) -> str:
    if name not in REVISION_FIELDS:
        raise UsageError(f"{name!r} is no field that revisions follow: choose among {', '.join(REVISION_FIELDS)}")
    return str(name)


_REVISION_CONDITIONS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "site": ("revisions.article_id IN (SELECT id FROM articles WHERE site = ?)", str),
    "since": ("revisions.seen_at >= ?", parse_since),
    "until": ("revisions.seen_at <= ?", parse_until),
    "cause": ("revisions.cause = ?", str),
    "field": ("EXISTS (SELECT 1 FROM json_each(revisions.changed) WHERE value = ?)", _parse_field),
    "minor": ("revisions.minor = CAST(? AS INTEGER)", lambda is_minor: str(int(is_minor))),
}


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the SQL functions that selections call."""
    connection.create_function("has_words", 2, _has_words, deterministic=True)


def _has_words(text: str | None, wanted: str) -> bool:
    if text is None:
        return False
    words, there = _fold_words(wanted), _fold_words(text)
    return words == there if wanted.startswith("=") else words in there


@lru_cache(maxsize=10_000)  # an archive has few sections and agencies, and many rows with each
def _fold_words(text: str) -> str:
    return f" {' '.join(map(fold_word, WORD.findall(text)))} "
