"""newscrawl verify, backup and restore: that an archive is, and stays, what it is."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import count, put, put_json, say
from newscrawl.cli.options import home_option

if TYPE_CHECKING:
    from newscrawl.backup import BackupReport

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
    hash of its text; its aliases; the search index; that every row which names a place in a WARC file leads to a record of that address
    and those bytes; every record of every file, also of files that no row leads into. Each problem is one line: where,
    what, and what to do. Nothing is changed. Crawls may go on meanwhile.
    """
    from newscrawl.archive.verification import verify as find_problems

    counts: Counter[str] = Counter()
    progress = _Progress()

    def tell() -> None:
        progress.tell(f"{counts['pointers']:,} of {counts['all pointers']:,} places in files looked at")

    wrong = 0
    for problem in find_problems(home, counts, site=site, sample=_SAMPLE if quick else None, on_file=tell):
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


@click.command()
@click.argument("dest", type=click.Path(file_okay=False, path_type=Path))
@click.option("--all", "with_all", is_flag=True, help="Also the WARC files that no row leads into.")
@click.option("--check", is_flag=True, help="Copy nothing: read what is in DEST, and compare it with what was copied.")
@home_option
def backup(dest: Path, with_all: bool, check: bool, home: Path) -> int:
    """Copy the archive into the folder DEST, on another disk. Exit status 1: something could not be copied as it should.

    Crawls may go on meanwhile. Copied are the database as it is at this moment, the WARC files that its rows lead into,
    and your profiles and queries. A WARC file is copied once and read back, so that the next backup into DEST takes
    little; the database of the backup before is kept too. An interrupted backup is none, and the next one goes on.
    "restore" makes an archive of it.
    """
    from newscrawl.backup import check_backup, make_backup

    if check:
        problems = list(check_backup(dest))
        say(f"{dest}: {count(len(problems), 'file')} wrong" if problems else f"{dest}: every file is what was copied")
    else:
        progress = _Progress()
        report = make_backup(home, dest, with_all=with_all, on_progress=lambda r: progress.tell(_describe_copies(r)))
        problems = report.problems
        say(
            f"{report.folder}: {_describe_copies(report)}; {count(report.files, 'file')}, {_describe_size(report.bytes)} in all"
        )
        if report.left_out:
            say(f"{count(report.left_out, 'WARC file')} that no row leads into left out; --all takes them too")
    for problem in problems:
        say(f"newscrawl: {problem}")
    return int(bool(problems))


@click.command()
@click.argument("src", type=click.Path(exists=True, file_okay=False, path_type=Path))
@home_option
def restore(src: Path, home: Path) -> int:
    """Make an archive of the newest backup in the folder SRC, in an empty HOME.

    SRC may also be one of the dated folders that a backup folder holds. Every file is compared with what was copied;
    exit status 1: some are damaged or missing, the others are in place. An interrupted restore is gone on with.
    """
    from newscrawl.backup.restoring import restore_backup

    progress = _Progress()
    report = restore_backup(src, home, on_progress=lambda r: progress.tell(f"{count(r.files, 'file')} in place"))
    say(f"{home}: the archive of {report.made_at}, {count(report.files, 'file')}, {_describe_size(report.bytes)}")
    for problem in report.problems:
        say(f"newscrawl: {problem}")
    say(f"'newscrawl --home {home} verify' looks whether all of it is in order")
    return int(bool(report.problems))


class _Progress:
    """Says now and then how far it is: an archive of years takes hours."""

    def __init__(self) -> None:
        self._started = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def tell(self, text: str) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            say(text)


def _describe(counts: Counter[str], seconds: float) -> str:
    rows = ", ".join(f"{counts[name]:,} {name}" for name in ("articles", "revisions", "aliases"))
    places = f"{counts['pointers']:,} of {counts['all pointers']:,} places in files"
    read = f"{count(counts['files'], 'file')} with {counts['records']:,} records"
    speed = f"{counts['bytes'] / 1e6:.1f} MB in {seconds:.1f} s, {counts['bytes'] / 1e6 / max(seconds, 0.1):.0f} MB/s"
    return f"looked at {rows}; {places}" + (f"; {read}, {speed}" if counts["files"] else f" in {seconds:.1f} s")


def _describe_copies(report: BackupReport) -> str:
    return f"{count(report.copied_files, 'WARC file')}, {_describe_size(report.copied_bytes)} copied"


def _describe_size(number: int) -> str:
    return f"{number / 1e6:,.1f} MB"
