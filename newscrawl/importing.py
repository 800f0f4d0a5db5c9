"""Foreign WARC files into the archive: their bytes are kept, their pages go the way of every page.

What is imported twice is there once. A page that is older than what the archive has of it adds nothing: revisions are
numbered in the order in which they were seen, so import the oldest files first.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path

from newscrawl.archive import Archive
from newscrawl.archive.times import as_utc
from newscrawl.exceptions import ArchiveError, NewscrawlError, UsageError, WarcError
from newscrawl.extraction import extract_page
from newscrawl.items import Outcome, Page, Site
from newscrawl.sites import profile_hash, site_for_url
from newscrawl.urls import canonicalize
from newscrawl.warc import read_pages, update_index
from newscrawl.warc.copying import copy_file, name_copy

logger = logging.getLogger(__name__)

VIA = "import"
_KEPT = (Outcome.ARTICLE, Outcome.PAYWALLED)
_HTML = ("text/html", "application/xhtml+xml", "")


@dataclass(slots=True)
class ImportReport:
    """What an import came to: `counts` by the words that people are told, and each record that is broken."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class Importer:
    """Imports files into HOME, one after the other; `sites` are keys of those that are wanted, all where there are none.

    `on_page` is given the report after each page.
    """

    def __init__(
        self,
        home: Path,
        archive: Archive,
        sites: Iterable[str] = (),
        on_page: Callable[[ImportReport], None] | None = None,
    ) -> None:
        self.report = ImportReport()
        self._home = home
        self._archive = archive
        self._wanted = frozenset(sites)
        self._on_page = on_page
        self._sites: dict[str, Site] = {}

    def import_file(self, source: Path) -> None:
        """Copy a file's records into the archive and save what their pages are.

        Raises WarcError when it cannot be read, UsageError for a file that is the archive's own, ArchiveError when
        the archive refuses.
        """
        if source.resolve().parent == (self._home / "warc").resolve():
            raise UsageError(f"{source} is the archive's own: its pages are in the archive already")
        name = name_copy(source, *sorted(self._wanted))
        copy = copy_file(source, self._home / "warc", name, self._is_wanted if self._wanted else None)
        self.report.broken += map(str, copy.left_out)
        for page in read_pages(copy.path, self._note_broken):
            self.report.counts[self._import_page(replace(page, warc_file=f"warc/{name}"))] += 1
            if self._on_page:
                self._on_page(self.report)
        self.report.counts["files"] += 1
        update_index(self._home)

    def _note_broken(self, error: WarcError) -> None:
        self.report.broken.append(str(error))

    def _is_wanted(self, url: str) -> bool:
        try:
            return self._get_site(url).key in self._wanted
        except NewscrawlError:
            return False

    def _get_site(self, url: str) -> Site:
        site = site_for_url(url, self._home)
        return self._sites.setdefault(site.key, site)

    def _import_page(self, page: Page) -> str:
        """Return under which word the page is counted."""
        media_type = page.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not HTTPStatus.OK <= page.status < HTTPStatus.MULTIPLE_CHOICES or media_type not in _HTML:
            return "no page"
        try:
            url = canonicalize(page.url or "")
            return self._find_known(url, page) or self._understand(url, page)
        except ArchiveError:
            raise
        except (NewscrawlError, ValueError) as error:
            self.report.broken.append(f"{page.warc_file}, offset {page.warc_offset}: {error}")
            return "failed"
        except Exception as error:
            logger.exception("cannot understand %s", page.url)
            self.report.broken.append(f"{page.url}: {type(error).__name__}")
            return "failed"

    def _find_known(self, url: str, page: Page) -> str | None:
        """Return what a page is that the archive has, or has newer; None for one that is to be understood."""
        row = self._archive.find_page(url)
        if row is None or row.fetched_at is None or row.state == "fetched":
            return None
        fetched_at = as_utc(page.fetched_at)
        if row.fetched_at > fetched_at:
            return "older"
        if row.fetched_at == fetched_at:
            return "unchanged" if row.outcome in _KEPT else "not article"
        return None

    def _understand(self, url: str, page: Page) -> str:
        site = self._get_site(page.url or "")
        if not self._archive.find_site(site.key):
            self._archive.save_site(site, profile_hash(site))
        self._archive.mark_fetched(site.key, page, VIA)
        article = extract_page(page, site)
        if article.outcome in _KEPT and article.title:
            return self._archive.save(article, page, cause="import").value
        self._archive.mark_done(url, article.outcome, article.reason)
        return "not article"
