"""newscrawl stats: how much is in the archive, and how fast it grows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from newscrawl.cli.console import count, make_line, put, put_fields
from newscrawl.cli.options import home_option
from newscrawl.cli.reading import open_reader


@click.command()
@click.option("--disk", is_flag=True, help="Print its bytes by site and month, and the day when the disk is full.")
@home_option
def stats(disk: bool, home: Path) -> int:
    """Print how much is in the archive, by site and by what became of each page.

    With --disk: the bytes that each site has brought each month, in WARC files and, by the length of its texts, in the
    database; and the day when crawls will stop at the pace of the last 30 days. They do when less than
    NEWSCRAWL_MIN_FREE is free: a size such as 500M, or a share of the disk such as 2%; 1G unless it is set.
    """
    if disk:
        _put_growth(home)
    else:
        _put_counts(home)
    return 0


def _put_counts(home: Path) -> None:
    with open_reader(home) as archive:
        counts = archive.counts()
    put_fields(
        {
            "archive": home / "archive.db",
            "size in MB": f"{counts['bytes'] / 1e6:.1f}",
            "articles": counts["articles"],
            "revisions": counts["revisions"],
            "edits": counts["edits"],
        }
    )
    put_fields({f"pages {state}": number for state, number in counts["pages"].items()})
    put_fields({f"outcome {outcome}": number for outcome, number in counts["outcomes"].items()})
    for key, site in counts["sites"].items():
        first, last = ((time or "")[:10] for time in (site["first_at"], site["last_at"]))
        put(f"site {key}: {count(site['articles'], 'article')}" + (f", {first} to {last}" if first else ""))


def _put_growth(home: Path) -> None:
    from newscrawl.growth import measure_growth

    growth = measure_growth(home, datetime.now(UTC))
    put(f"{'month':<8} {'WARC MB':>10} {'SQLite MB':>10}  site")
    for site, month in sorted(growth.warc.keys() | growth.database.keys(), key=lambda place: (place[1], place[0])):
        warc, database = (number[site, month] / 1e6 for number in (growth.warc, growth.database))
        put(f"{month:<8} {warc:>10.1f} {database:>10.1f}  {make_line(site)}")
    total_warc, total_database = growth.warc.total() / 1e6, growth.database.total() / 1e6
    put(f"{'all':<8} {total_warc:>10.1f} {total_database:>10.1f}")
    put(f"disk: {growth.room}")
    until = f"crawls will stop on {growth.full_on}" if growth.full_on else "there is room for a century"
    if growth.room.is_low:
        until = "crawls have stopped"
    put(f"pace: {growth.per_day / 1e6:.1f} MB a day in the last 30 days; {until}")
