"""newscrawl replay: the pages of an archive can be found by replay tools."""

from __future__ import annotations

from pathlib import Path

import click

from newscrawl.cli.console import count, say
from newscrawl.cli.options import home_option


@click.command()
@click.option("--rebuild", is_flag=True, help="Read every file again, as if there were no index.")
@home_option
def replay(rebuild: bool, home: Path) -> int:
    """Bring the index up to date by which replay tools find pages, so that pywb's "wayback", run in the archive's folder, shows it.

    Crawls do that by themselves. Read here are the WARC files that were added by hand, and those whose crawl was
    killed: what is half-written at the end of one is cut off. Exit status 1: a file holds what cannot be read.
    """
    from newscrawl.warc.index import remove_index, update_index

    if rebuild:
        remove_index(home)
    report = update_index(home)
    for told in report.cut + report.broken:
        say(told)
    say(
        f"{count(report.files, 'WARC file')} indexed, {count(report.records, 'record')}; the index is in {home / 'index'}"
    )
    return int(bool(report.broken))
