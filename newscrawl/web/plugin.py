"""The Datasette plugin: our pages, Arabic words in Datasette's own search, and headers that let no foreign script run.

Datasette calls every plugin for every instance in a process; this one answers for a Room alone.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment

from newscrawl.arabic import fold
from newscrawl.archive.selection import add_functions
from newscrawl.query import parse_query
from newscrawl.web import figures, printing
from newscrawl.web.reading import split_row
from newscrawl.web.room import NOTHING_FROM_ELSEWHERE, Room

# Of Datasette's scripts those that are files run, and by its hash the one line in the page that its tables need.
_LINE = hashlib.sha256(b"DATASETTE_ALLOW_FACET = true;").digest()
_SCRIPTS = f"'self' 'sha256-{base64.b64encode(_LINE).decode()}'"
_HEADERS = {
    "content-security-policy": (
        f"{NOTHING_FROM_ELSEWHERE}style-src 'self' 'unsafe-inline'; script-src {_SCRIPTS}; connect-src 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

_Asgi = Callable[..., Awaitable[None]]


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Any]]:
    return datasette.list_views() if isinstance(datasette, Room) else []


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    if isinstance(datasette, Room):
        env.globals |= {"w": datasette.words, "share": figures.draw_share, "row_cells": split_row}
        env.filters |= {
            "direction": printing.find_direction,
            "marked": printing.print_marked,
            "isolated": printing.print_isolated,
            "pieces": printing.print_pieces,
            "number": printing.print_number,
            "value": figures.print_value,
            "day": printing.print_day,
            "moment": printing.print_moment,
            "web_address": printing.find_web_address,
        }


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Datasette) -> None:
    """Datasette's search box calls escape_fts; it is registered anew, and the last one counts."""
    if isinstance(datasette, Room):
        for name in ("escape_fts", "ar_query"):
            conn.create_function(name, 1, _write_match, deterministic=True)
        conn.create_function("ar_norm", 1, _fold, deterministic=True)
        add_functions(conn)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[_Asgi], _Asgi]:
    return _add_headers if isinstance(datasette, Room) else lambda app: app


def _write_match(text: object) -> str:
    """Return the MATCH expression of what a person typed; of nothing, one that finds nothing."""
    return parse_query(str(text or "")).match or '""'


def _fold(text: object) -> str | None:
    return None if text is None else fold(str(text))


def _add_headers(app: _Asgi) -> _Asgi:
    async def answer(scope: Mapping[str, Any], receive: _Asgi, send: _Asgi) -> None:
        async def send_more(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                known = {name.lower() for name, _ in headers}
                headers += [(n.encode(), text.encode()) for n, text in _HEADERS.items() if n.encode() not in known]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_more)

    return answer
