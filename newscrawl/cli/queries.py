"""Queries that somebody gave a name: HOME/queries.toml holds them, and "@name" stands for one wherever a query is typed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from newscrawl.cli.console import make_line, say
from newscrawl.exceptions import UsageError


def read_query(text: str, home: Path) -> str:
    """Return a query with the named queries of HOME/queries.toml in place of their @names, each of which is told."""
    from newscrawl.query import expand_names

    path = home / "queries.toml"
    try:
        named = tomllib.loads(path.read_text("utf-8-sig")) if "@" in text and path.exists() else {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    wrong = [name for name, query in named.items() if not isinstance(query, str)]
    if wrong:
        raise UsageError(f'{path}: {wrong[0]} is no query: write {wrong[0]} = "one | other"')
    text, used = expand_names(text, named)
    for name, query in used.items():
        say(f"@{name}: {make_line(query)}")
    return text
