"""The options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])

DEFAULT_HOME = Path("data")
DEFAULT_WORKERS = 4
"""Crawls wait for their sites most of the time: two cores are enough for several."""


def home_type() -> click.Path:
    return click.Path(file_okay=False, path_type=Path)


def _find_home(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    return value or context.find_root().obj


def home_option(command: _Function) -> _Function:
    """Give the command `home`: --home after its name, else before it, else the environment's, else the default."""

    def find(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path:
        return _find_home(context, parameter, value) or DEFAULT_HOME

    return _home(find)(command)


def optional_home_option(command: _Function) -> _Function:
    """As `home_option`, but None where nobody named a home."""
    return _home(_find_home)(command)


def _home(callback: Callable[..., Any]) -> Callable[[_Function], _Function]:
    return click.option("--home", type=home_type(), callback=callback, help="Folder of the archive.")


def allow_private_option(command: _Function) -> _Function:
    """Give the command `allow_private`, a consent that holds for what is named beside it."""
    help_text = "The hosts named here may be on this machine or its network; no other host may."
    return click.option("--allow-private", is_flag=True, help=help_text)(command)


def render_option(command: _Function) -> _Function:
    """Give the command `render`."""
    help_text = "Draw the pages with the Chromium of this machine: for pages that a script fills."
    return click.option("--render", is_flag=True, help=help_text)(command)


def filter_options(command: _Function) -> _Function:
    """Give the command the filters of `newscrawl.archive.selection.Filters`."""
    for option in (
        click.option("--until", metavar="DATE", help="Up to this day or time, included."),
        click.option("--since", metavar="DATE", help="From this day or time on: 2025-01-15 or 2025-01-15T08:30."),
        click.option("--agency", metavar="WORDS", help="Only what names this news agency (= as above)."),
        click.option("--author", metavar="WORDS", help="Only what an author of this name wrote (= as above)."),
        click.option(
            "--section",
            metavar="WORDS",
            help="Only what stands in a section of this name (=WORDS: named so and no more).",
        ),
        click.option("--country", metavar="XX", help="Only articles of this country's sites (two letters: MA)."),
        click.option("--site", metavar="KEY", help="Only this site's articles."),
    ):
        command = option(command)
    return command


def limit_option(command: _Function) -> _Function:
    """Give the command `limit`."""
    return click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N articles.")(command)


def workers_option(command: _Function) -> _Function:
    """Give the command `workers`, None where nobody says."""
    help_text = f"Crawl up to N sites at once, each in its own process (of the schedule: {DEFAULT_WORKERS})."
    return click.option("--workers", type=click.IntRange(min=1, max=64), metavar="N", help=help_text)(command)


def page_limit_option(command: _Function) -> _Function:
    """Give the command `limit`, for pages that are read again: some thousands tell what all would."""
    help_text = "At most N pages, the newest first."
    return click.option(
        "--limit", type=click.IntRange(min=1), metavar="N", default=2_000, show_default=True, help=help_text
    )(command)
