"""newscrawl verify: whether an archive is what it says it is."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from newscrawl.cli.console import count, put, put_json, say
from newscrawl.cli.options import home_option

_SAMPLE = 1_000
_TELL_SECONDS = 10.0


@click.command()
@click.option(
    "--quick", is_flag=True, help=f"Look at {_SAMPLE:,} articles and {_SAMPLE:,} records, drawn by lot, instead of all."
)
@click.option("--site", metavar="KEY", help="Only this site's rows and files.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: one object a problem, then one with what was looked at."
)
@home_option
def verify(quick: bool, site: str | None, as_json: bool, home: Path) -> int:
    """Look whether every byte of the archive is in order. Exit status 1: something is wrong.

    Looked at are: the database file and what its rows refer to; that each article is its newest revision and has the
    hash of its text; its aliases; that every row which names a place in a WARC file leads to a record of that address
    and those bytes; every record of every file, also of files that no row leads into. Each problem is one line: where,
    what, and what to do. Nothing is changed. Crawls may go on meanwhile.
    """
    from newscrawl.archive.verification import verify as find_problems

    counts: Counter[str] = Counter()
    progress = _Progress(counts)
    wrong = 0
    for problem in find_problems(home, counts, site=site, sample=_SAMPLE if quick else None, on_file=progress.tell):
        wrong += problem.is_error
        if as_json:
            put_json(asdict(problem))
        else:
            put(problem if problem.is_error else f"no error: {problem}")
    seconds = progress.seconds
    if as_json:
        put_json({"wrong": wrong, "seconds": round(seconds, 1), "looked_at": dict(counts)})
    else:
        say(_describe(counts, seconds))
        say("nothing is wrong" if not wrong else f"{count(wrong, 'thing')} wrong")
    return int(wrong > 0)


class _Progress:
    """Says now and then how far it is: an archive of years takes hours."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._started = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def tell(self) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            say(f"{self._counts['pointers']:,} of {self._counts['all pointers']:,} places in files looked at")


def _describe(counts: Counter[str], seconds: float) -> str:
    rows = ", ".join(f"{counts[name]:,} {name}" for name in ("articles", "revisions", "aliases"))
    places = f"{counts['pointers']:,} of {counts['all pointers']:,} places in files"
    read = f"{count(counts['files'], 'file')} with {counts['records']:,} records"
    speed = f"{counts['bytes'] / 1e6:.1f} MB in {seconds:.1f} s, {counts['bytes'] / 1e6 / max(seconds, 0.1):.0f} MB/s"
    return f"looked at {rows}; {places}" + (f"; {read}, {speed}" if counts["files"] else f" in {seconds:.1f} s")
