"""What every kind of front door gives, and which of its links count."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from newscrawl.arabic import clean
from newscrawl.dates import format_date, parse_iso
from newscrawl.items import Link, Page, Site
from newscrawl.sites.patterns import is_article_url
from newscrawl.urls import canonicalize, is_same_site

# sitemaps.org allows 50,000 addresses a file; whoever prints more did not mean them all to be read at every visit.
MAX_LINKS = 50_000

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_UNIX_MILLISECONDS = re.compile("1[0-8][0-9]{11}")


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """`kind` is feed, sitemap, sitemap_index, html or unreadable.

    `front_doors` are the doors behind this one: the sitemaps of an index, the feeds that a page announces, the sections
    that a home page leads to (`sections`, which are among them). `next_pages` continue the same list. `problem` says
    what was wrong with the page, though what could be read of it is here.
    """

    kind: str
    links: tuple[Link, ...] = ()
    front_doors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    next_pages: tuple[str, ...] = ()
    problem: str | None = None


def choose_links(links: Iterable[Link], page: Page, site: Site | None) -> tuple[tuple[Link, ...], str | None]:
    """Return the links that lead to pages of the site, each canonical URL once, and what is odd about the others."""
    home = site.domain if site else page.url
    pattern = site.article_url if site else None
    chosen: dict[str, Link] = {}
    strangers = 0
    for link in links:
        try:
            url = canonicalize(link.url)
        except ValueError:
            continue
        if home and not _is_host_of_site(url.split("/", 3)[2], home):
            strangers += 1
        elif is_article_url(url, pattern):
            known = chosen.get(url)
            title, modified_at = (known.title, known.modified_at) if known else (None, None)
            chosen[url] = replace(link, url=url, title=title or link.title, modified_at=modified_at or link.modified_at)
    if len(chosen) > MAX_LINKS:
        newest = sorted(chosen.values(), key=lambda link: link.modified_at or "", reverse=True)[:MAX_LINKS]
        return tuple(newest), f"of its {len(chosen)} links the newest {MAX_LINKS} are taken"
    problem = f"all {strangers} links lead to other sites" if strangers and not chosen else None
    return tuple(chosen.values()), problem


def read_time(*texts: str | None) -> str | None:
    """Return, as ISO 8601, the first of some times that a program wrote."""
    for text in texts:
        value = text and (parse_iso(text) or _parse_other(text.strip()))
        if value:
            return format_date(value)
    return None


def _parse_other(text: str) -> datetime | None:
    """Return what JavaScript's clock or C's says, or RFC 822 with the two digits that it gave to years."""
    if _UNIX_MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) // 1000, UTC)
    try:
        return parsedate_to_datetime(text) if re.search(r"[A-Za-z]{3}.*:", text) else None
    except ValueError:
        return None


def clean_title(title: str | None) -> str | None:
    """Return a title as text: to some programs titles are HTML and to others text; tags go, references are resolved."""
    return clean(html.unescape(_TAG.sub("", title))) or None if title else None


@lru_cache(maxsize=1_024)
def _is_host_of_site(host: str, home: str) -> bool:
    return is_same_site(host, home)
