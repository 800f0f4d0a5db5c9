"""newscrawl reextract: what today's extractor makes of the stored pages, as a table with examples, and in earnest."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.console import count, make_line, put, say
from newscrawl.cli.history import print_paragraph
from newscrawl.cli.options import home_option

if TYPE_CHECKING:
    from newscrawl.archive import Archive
    from newscrawl.items import Article, Site
    from newscrawl.reextraction import Differences

_SHOWN_OTHERS = 3
_SECONDS_BETWEEN = 5.0


@click.command()
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, field by field with examples, and write nothing."
)
@click.option("--site", metavar="KEY", help="Only this site's articles and pages.")
@click.option("--since", metavar="DATE", help="From this day or time on: 2025-01-15 or 2025-01-15T08:30.")
@click.option("--until", metavar="DATE", help="Up to this day or time, included.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="At most N articles and pages, the newest first."
)
@click.option("--all", "with_current", is_flag=True, help="Also what today's extractor and profile have read already.")
@click.option(
    "--processes", type=click.IntRange(min=1, max=64), metavar="N", help="Extract in N processes (of each core)."
)
@home_option
def reextract(processes: int | None, home: Path, **options: Any) -> int:
    """Read the stored pages anew with today's extractor and profiles, without the network.

    What differs becomes a revision with the cause extractor or profile, never an edit by the site; a page that was no
    article and is one now gets its row. An article that is none any more is told and stays as it is. Ended halfway, the
    same command goes on: what today's extractor has read already is passed over.
    """
    from newscrawl.archive import Archive
    from newscrawl.extractors import count_cores
    from newscrawl.reextraction import reextract as run

    dry_run: bool = options["dry_run"]
    with Archive(home / "archive.db", read_only=dry_run) as archive:
        sites = _load_sites(archive, home)
        told = run(archive, home, sites, number=processes or count_cores(), on_progress=_Counted().show, **options)
    _put_differences(told, dry_run=dry_run)
    return int(bool(told.failed))


class _Counted:
    """Says every few seconds how far it is, and how fast it goes."""

    def __init__(self) -> None:
        self._started = self._said = time.monotonic()

    def show(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said >= _SECONDS_BETWEEN:
            self._said = now
            say(f"{done} of {count(of, 'page')}, {done / (now - self._started):.0f} a second")


def _load_sites(archive: Archive, home: Path) -> dict[str, Site]:
    from newscrawl.cli.targets import find_site

    return {key: find_site(key, home) for key in archive.counts()["sites"]}


def _put_differences(told: Differences, *, dry_run: bool) -> None:
    would = "would change" if dry_run else "changed"
    if told.current:
        say(f"{count(told.current, 'article')} passed over: today's extractor has read them (--all reads them too)")
    put(f"{count(told.articles, 'article')} read anew, {told.changed} {would}")
    for name, number in told.fields.most_common():
        put(f"  {name:<18}{number:>8}")
    for name, examples in told.examples.items():
        for old, new in examples:
            put(f"\n{name}, {old.url}")
            for line in _print_change(name, old, new):
                click.echo(line)
    is_now = "would be an article" if dry_run else "is an article now"
    _put_some(f"of {count(told.others, 'page')} that were no articles, {is_now}", dict.fromkeys(told.gained, ""))
    _put_some("no article any more, kept as it is", told.lost)
    _put_some("could not be read", told.failed)


def _print_change(name: str, old: Article, new: Article) -> list[str]:
    """Return a field as it was and as it is read now, word by word where it is text."""
    from newscrawl.archive.diffs import diff_field

    return [f"  {print_paragraph(pieces, is_colored=sys.stdout.isatty())}" for pieces in diff_field(old, new, name)]


def _put_some(what: str, told: dict[str, str]) -> None:
    if told:
        put(f"\n{what}: {len(told)}")
    for url, reason in list(told.items())[:_SHOWN_OTHERS]:
        put(f"  {url}{'  ' + make_line(reason) if reason else ''}")
