"""Learn how the addresses of a site's articles look, from addresses that are articles and others that are none.

A pattern that is too narrow hides articles for ever, one that is missing costs some visits: in doubt there is none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Sequence
from urllib.parse import unquote, urlsplit

_FEWEST_ARTICLES = 12
# On section pages some of the links that look like articles are none.
_SHARE_ON_PAGES = 0.8
_ENOUGH_ON_PAGES = 10

# The most telling one first: the day, the number, the end of the address. Four digits may be a year.
_CORES = (
    r"/(?:19|20)\d{2}[/-]\d{1,2}[/-]\d{1,2}/",
    r"/\d{5,}(?:[/._-]|$)",
    r"[-_]\d{5,}(?:\.\w+)?/?$",
    r"[?&]\w*id=\d+",
    r"/(?:19|20)\d{2}/\d{1,2}/",
    r"\.s?html?$",
)


def learn_article_url(articles: Collection[str], others: Collection[str], on_pages: Collection[str] = ()) -> str | None:
    """Return a regular expression that matches every article and none of the others; None where none is certain.

    `on_pages` are links of section pages, most of which must match too: a feed may be that of one section alone.
    """
    known = sorted(set(map(unquote, articles)))
    if len(known) < _FEWEST_ARTICLES:
        return None
    folder = re.escape(_find_folder(known))
    for core in (*_CORES, r"/[^/?]+"):
        for pattern in (f"{folder}{core}" if folder else core, core):
            if pattern != r"/[^/?]+" and _holds(pattern, known, others, on_pages):
                return pattern
    return None


def _holds(pattern: str, articles: Sequence[str], others: Collection[str], on_pages: Collection[str]) -> bool:
    search = re.compile(pattern).search
    if not all(map(search, articles)) or any(search(unquote(url)) for url in others):
        return False
    matched = sum(bool(search(unquote(url))) for url in on_pages)
    return len(on_pages) < _ENOUGH_ON_PAGES or matched >= _SHARE_ON_PAGES * len(on_pages)


def _find_folder(urls: Sequence[str]) -> str:
    """Return the folders that all addresses begin with, "" where they share none."""
    paths = [urlsplit(url).path.rpartition("/")[0] for url in urls]
    return posixpath.commonpath(paths).rstrip("/") if all(paths) else ""
