"""What reaches the terminal, and how: text that cannot harm it, progress while a crawl runs."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from newscrawl.terminal import escape_json, make_line, make_safe

__all__ = ["Progress", "count", "make_line", "make_safe", "put", "put_fields", "put_json", "say", "use_utf8"]

if TYPE_CHECKING:
    from newscrawl.items import CrawlPlan
    from newscrawl.reports import CrawlReport

_PLAIN_SECONDS = 5.0


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says; what UTF-8 cannot hold becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(text: object) -> None:
    """Tell a person something: on stderr, so that data can be piped."""
    click.echo(make_safe(text), err=True)


def put(text: object = "", marks: Mapping[str, str] | None = None) -> None:
    """Print a line of what the command was asked for; `marks` are put in place of what stands for them."""
    line = make_safe(text)
    for stand_in, mark in (marks or {}).items():
        line = line.replace(stand_in, mark)
    click.echo(line, color=True if marks else None)


def put_json(value: object) -> None:
    """Print a value as one line of JSON, in real letters."""
    sys.stdout.write(escape_json(json.dumps(value, ensure_ascii=False)) + "\n")


def count(number: int, noun: str) -> str:
    """Return "1 page", "2 pages"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def put_fields(fields: dict[str, object]) -> None:
    """Print one field a line, the empty ones left out."""
    for name, value in fields.items():
        if value not in (None, "", (), [], {}):
            shown = ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else value
            put(f"{name + ':':<18} {make_line(shown)}")


_DOORS = {"feed": "in feeds", "sitemap": "in sitemaps", "html": "on its pages"}


def describe_plan(plan: CrawlPlan) -> str:
    """Return what a first crawl found, how long it will take, and what it leaves for later."""
    links = ", ".join(f"{number:,} {_DOORS.get(kind, kind)}" for kind, number in plan.found.items() if number)
    told = f"first crawl; links: {links or 'none'}; {plan.pages:,} to fetch, about {describe_time(plan.seconds)}"
    return f"{told}; {plan.waiting:,} older ones wait for --since DAY" if plan.waiting else told


def describe_time(seconds: float) -> str:
    """Return a length of time in the largest unit that leaves a number to read."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return "a minute"


class Progress:
    """Shows running crawls: one line that changes on a terminal, a line every few seconds anywhere else."""

    def __init__(self) -> None:
        self._reports: dict[str, CrawlReport] = {}
        self._planned: set[str] = set()
        self._is_terminal = sys.stderr.isatty()
        self._shown_at = time.monotonic()

    def show(self, report: CrawlReport) -> None:
        self._reports[report.site] = report
        if report.plan and report.plan.is_first and report.site not in self._planned:
            self._planned.add(report.site)
            self.clear()
            say(f"{report.site}: {describe_plan(report.plan)}")
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
