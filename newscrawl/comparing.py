"""Whether a visit brought anything that an article says: the bytes of a page differ whenever its advertisements do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from newscrawl.archive.revisions import keep_first_dating
from newscrawl.directives import find_directives
from newscrawl.extraction import extract_page
from newscrawl.extractors import KEPT
from newscrawl.items import Article, Page, Place, Site
from newscrawl.warc import read_page


def find_equal(home: Path, site: Site, place: Place, page: Page) -> Page | None:
    """Return the page that is kept at `place` where today's extractor reads every field of it in `page` too.

    None where anything differs, what the pages ask of archives included, where one of them is no article, and where
    one cannot be read: such a page is kept whole, and whoever reads it next tells what is wrong with it.
    """
    try:
        new = extract_page(page, site)
        if new.outcome not in KEPT or not new.title:
            return None
        kept = read_page(home, *place)
        old = extract_page(kept, site)
    except Exception:
        # Extraction meets every page of the web; nothing is lost by keeping one too many.
        return None
    is_equal = _settle(old) == _settle(keep_first_dating(old, new)) and find_directives(kept) == find_directives(page)
    return kept if is_equal else None


def _settle(article: Article) -> Article:
    """Leave out what is no field of the page: when it was fetched, and how much of it was left out as furniture."""
    return replace(article, fetched_at=None, removed={})
