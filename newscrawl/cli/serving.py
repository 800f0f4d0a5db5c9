"""newscrawl serve: the archive in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from newscrawl.cli.console import say
from newscrawl.cli.options import home_option
from newscrawl.cli.reading import open_reader


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; others than this machine's own are for everybody.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["ar", "en"]),
    default="ar",
    show_default=True,
    help="Language of the interface.",
)
@home_option
def serve(host: str, port: int, language: str, home: Path) -> int:
    """Show the archive in a browser: search, articles, their revisions, sites, charts, and every table with SQL.

    Nothing is written, and crawls may run meanwhile. There is no login: whoever reaches the address reads everything.
    Ctrl-C ends it.
    """
    open_reader(home).close()
    from newscrawl.web.serving import serve as serve_archive

    try:
        serve_archive(home, host, port, language, say)
    except KeyboardInterrupt:
        say("the reading room is closed")
    return 0
