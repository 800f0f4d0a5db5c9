"""What every kind of front door gives, and which of its links count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

from newscrawl.dates import format_date, parse_iso
from newscrawl.items import Link, Page, Site
from newscrawl.urls import canonicalize, is_same_site


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """`kind` is feed, sitemap, sitemap_index, html or unreadable.

    `front_doors` are the doors behind this one: the sitemaps of an index, the feeds that a page announces, the sections
    that a home page leads to. `next_pages` continue the same list. `problem` says what was wrong with the page, though
    what could be read of it is here.
    """

    kind: str
    links: tuple[Link, ...] = ()
    front_doors: tuple[str, ...] = ()
    next_pages: tuple[str, ...] = ()
    problem: str | None = None


def choose_links(links: Iterable[Link], page: Page, site: Site | None) -> tuple[tuple[Link, ...], str | None]:
    """Return the links that lead to pages of the site, each canonical URL once, and what is odd about the others."""
    home = site.domain if site else page.url
    pattern = re.compile(site.article_url) if site and site.article_url else None
    chosen: dict[str, Link] = {}
    strangers = 0
    for link in links:
        try:
            url = canonicalize(link.url)
        except ValueError:
            continue
        if home and not _is_host_of_site(url.split("/", 3)[2], home):
            strangers += 1
        elif is_wanted(url, pattern):
            known = chosen.get(url)
            title, modified_at = (known.title, known.modified_at) if known else (None, None)
            chosen[url] = replace(link, url=url, title=title or link.title, modified_at=modified_at or link.modified_at)
    problem = f"all {strangers} links lead to other sites" if strangers and not chosen else None
    return tuple(chosen.values()), problem


def is_wanted(url: str, pattern: re.Pattern[str] | None) -> bool:
    """Answer whether the URL looks like an article's; people write patterns with Arabic letters, URLs encode them."""
    return pattern is None or bool(pattern.search(url) or pattern.search(unquote(url)))


def read_time(*texts: str | None) -> str | None:
    """Return, as ISO 8601, the first of some times that a program wrote."""
    for text in texts:
        value = parse_iso(text) if text else None
        if value:
            return format_date(value)
    return None


@lru_cache(maxsize=1_024)
def _is_host_of_site(host: str, home: str) -> bool:
    return is_same_site(host, home)
