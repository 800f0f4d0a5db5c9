"""The pages that a command works on: files that somebody names, or what the archive has of a site."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.cli.console import count, make_line, say
from newscrawl.exceptions import FetchError, NewscrawlError

if TYPE_CHECKING:
    from newscrawl.items import Page

_ARTICLES = ("article", "paywalled")


def read_page(name: str, url: str | None) -> Page:
    """Return a file, or standard input for "-", as a page; of a huge one just so much that it is seen to be too large.

    Raises FetchError when it cannot be read.
    """
    from newscrawl.extraction.document import MAX_BYTES
    from newscrawl.items import Page

    try:
        if name == "-":
            return Page(url, body=sys.stdin.buffer.read(MAX_BYTES + 1))
        with Path(name).open("rb") as file:
            return Page(url, body=file.read(MAX_BYTES + 1))
    except FileNotFoundError as error:
        raise FetchError("no such file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FetchError(reason.lower()) from error


class PageSource:
    """Gives pages one after the other; what cannot be read is passed over, and its reason kept.

    `total` is the number of pages there are, of which the newest `limit` are read.
    """

    def __init__(self, site_key: str, files: Sequence[str], home: Path, *, only_articles: bool, limit: int) -> None:
        self.failures: dict[str, str] = {}
        self._site_key = site_key
        self._home = home
        self._places = dict.fromkeys(files) if files else _find_stored(site_key, home, only_articles=only_articles)
        self.total = len(self._places)
        self._wanted = list(self._places)[:limit]

    def __iter__(self) -> Iterator[tuple[str, Page]]:
        from newscrawl.warc import read_page as read_stored

        for name in self._wanted:
            place = self._places[name]
            try:
                yield name, read_stored(self._home, *place) if place else read_page(name, None)
            except NewscrawlError as error:
                self.failures[name] = str(error)

    def say_read(self) -> None:
        """Tell how many pages were read, and how many could not be."""
        number = len(self._wanted) - len(self.failures)
        rest = f", the newest of {self.total}" if self.total > len(self._wanted) else ""
        say(f"{self._site_key}: {count(number, 'page')} read{rest}")
        for name, reason in list(self.failures.items())[:1]:
            say(
                f"{self._site_key}: {len(self.failures)} could not be read, {make_line(name)} for one: {make_line(reason)}"
            )


def _find_stored(site_key: str, home: Path, *, only_articles: bool) -> dict[str, tuple[str, int] | None]:
    """Return where in the WARCs each of the site's understood pages is, the newest first."""
    from newscrawl.archive import Archive

    with Archive(home / "archive.db", read_only=True) as archive:
        rows = archive.pages_in_state(site_key, "done")
    rows.sort(key=lambda row: (row.fetched_at or "", row.url), reverse=True)
    return {
        row.url: (row.warc_file, row.warc_offset)
        for row in rows
        if row.warc_file and row.warc_offset is not None and (row.outcome in _ARTICLES or not only_articles)
    }
