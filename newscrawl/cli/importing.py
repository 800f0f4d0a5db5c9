"""newscrawl import: WARC files of other tools become part of the archive."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import count, say
from newscrawl.cli.options import home_option
from newscrawl.exceptions import NewscrawlError, UnknownSiteError, UsageError

if TYPE_CHECKING:
    from newscrawl.importing import ImportReport

_TELL_SECONDS = 10.0
_COUNTED = ("new", "changed", "unchanged", "older", "not article", "no page")


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--site", "sites", multiple=True, metavar="KEY", help="Only pages of this site; may be given again.")
@home_option
def import_files(files: tuple[Path, ...], sites: tuple[str, ...], home: Path) -> int:
    """Bring WARC files of other tools (wget, browsertrix, Common Crawl, ...) into the archive, the oldest first.

    Their records are copied into HOME/warc, byte for byte, and their pages become articles as those of a crawl do,
    with the cause "import"; a host without a profile becomes a site of its own. Done twice, it changes nothing. Of a
    page that the archive has newer nothing is taken ("older"). Exit status 1: records are broken (each is named), or a
    file cannot be read.
    """
    from newscrawl.archive import Archive
    from newscrawl.importing import Importer

    _check_sites(sites, home)
    home.mkdir(parents=True, exist_ok=True)
    has_failed = False
    with Archive(home / "archive.db") as archive:
        importer = Importer(home, archive, sites, _Progress().tell)
        for file in files:
            try:
                importer.import_file(file)
            except UsageError:
                raise
            except NewscrawlError as error:
                say(f"newscrawl: {error}")
                has_failed = True
    return int(_tell_end(importer.report) or has_failed)


def _check_sites(keys: tuple[str, ...], home: Path) -> None:
    """Refuse keys that no page can have: a typing mistake would import nothing."""
    from newscrawl.sites import load_site, site_for_url

    for key in keys:
        try:
            load_site(key, home)
        except UnknownSiteError as error:
            try:
                site_for_url(key, home)
            except UnknownSiteError:
                raise error from None


def _tell_end(report: ImportReport) -> bool:
    """Say what an import came to; return whether anything was broken."""
    for told in report.broken:
        say(told)
    counts = report.counts
    pages = sum(number for word, number in counts.items() if word != "files")
    words = [f"{counts[word]} {word}" for word in _COUNTED if counts[word] or word == "new"]
    broken = f"; {count(len(report.broken), 'broken record')}" if report.broken else ""
    say(f"{count(counts['files'], 'file')}, {count(pages, 'answer')}: {', '.join(words)}{broken}")
    return bool(report.broken)


class _Progress:
    """Says now and then how far it is: large files take hours."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def tell(self, report: ImportReport) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            say(f"{sum(report.counts.values()):,} answers read, {report.counts['new']:,} new articles")
