"""What reaches the terminal, and how: text that cannot harm it, progress while a crawl runs."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from newscrawl.extensions import CrawlReport

# Controls could clear the screen or retitle the window; a bidi override could turn the rest of the line around.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\t\r\n\u2028\u2029]+")
# Letters stay letters, but these three end a line for many readers of JSON Lines.
_LINE_SEPARATORS = {ord(character): f"\\u{ord(character):04x}" for character in "\u0085\u2028\u2029"}
_PLAIN_SECONDS = 5.0


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says; what UTF-8 cannot hold becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def make_safe(text: object) -> str:
    """Return the text without what a terminal would obey instead of printing; lines stay lines."""
    return _HARMFUL.sub("", str(text))


def make_line(text: object) -> str:
    """Return the text on one line, safe for a terminal."""
    return make_safe(_BREAKS.sub(" ", str(text)))


def say(text: object) -> None:
    """Tell a person something: on stderr, so that data can be piped."""
    click.echo(make_safe(text), err=True)


def put(text: object = "") -> None:
    """Print a line of what the command was asked for."""
    click.echo(make_safe(text))


def put_json(value: object) -> None:
    """Print a value as one line of JSON, in real letters."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(_LINE_SEPARATORS) + "\n")


def count(number: int, noun: str) -> str:
    """Return "1 page", "2 pages"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def put_fields(fields: dict[str, object]) -> None:
    """Print one field a line, the empty ones left out."""
    for name, value in fields.items():
        if value not in (None, "", (), [], {}):
            shown = ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else value
            put(f"{name + ':':<18} {make_line(shown)}")


class Progress:
    """Shows running crawls: one line that changes on a terminal, a line every few seconds anywhere else."""

    def __init__(self) -> None:
        self._reports: dict[str, CrawlReport] = {}
        self._is_terminal = sys.stderr.isatty()
        self._shown_at = time.monotonic()

    def show(self, report: CrawlReport) -> None:
        self._reports[report.site] = report
        if self._is_terminal:
            click.echo(f"\r{self._describe()}\x1b[K", err=True, nl=False)
        elif report.pages and report.reason is None and time.monotonic() - self._shown_at >= _PLAIN_SECONDS:
            self._shown_at = time.monotonic()
            say(self._describe())

    def clear(self) -> None:
        """Leave the line to what is said next."""
        if self._is_terminal and self._reports:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _describe(self) -> str:
        reports = self._reports.values()
        names = ", ".join(self._reports) if len(self._reports) < 4 else f"{len(self._reports)} sites"
        pages, known = sum(r.pages for r in reports), sum(r.known for r in reports)
        new, changed = sum(r.new for r in reports), sum(r.changed for r in reports)
        failed = sum(sum(r.failed.values()) for r in reports)
        return f"{names}: {pages} of {count(known, 'page')}, {new} new, {changed} changed, {failed} failed"
