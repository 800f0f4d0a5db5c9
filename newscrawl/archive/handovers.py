"""What was handed to whom: so that an export can hold only what is new or changed since the last one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence


def record_handover(connection: sqlite3.Connection, receiver: str, states: Iterable[Sequence[str]]) -> None:
    """Note that the receiver has these states: an article's id and the hash of its text."""
    connection.executemany(
        # an article that was deleted meanwhile is nobody's any more
        "INSERT OR REPLACE INTO handovers SELECT ?, id, ? FROM articles WHERE id = ?",
        ((receiver, text_hash, article_id) for article_id, text_hash in states),
    )
