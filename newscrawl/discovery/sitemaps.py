"""Links in sitemaps (sitemaps.org 0.9, with Google's news extension): XML, and plain text with a URL a line."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.discovery.front_door import FrontDoor, choose_links, read_time
from newscrawl.items import Link, Page, Site
from newscrawl.urls import resolve

# In the file's name: that of the host says nothing.
_OF_NEWS = re.compile(r"//[^/]*/.*news", re.IGNORECASE)
_MONTH = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-_/.]?(0?[1-9]|1[0-2])(?![0-9])")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")


def parse_sitemap(body: bytes, kind: str, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of a sitemap, or the sitemaps of an index; of a broken one, what can be read."""
    root, problem = _parse_xml(body)
    if root is None:
        return FrontDoor(kind="unreadable", problem=problem)
    if kind == "sitemap_index":
        return FrontDoor(kind=kind, front_doors=_read_children(root, page), problem=problem)
    links, oddity = choose_links(_read_entries(root, page), page, site)
    return FrontDoor(kind=kind, links=links, problem=problem or oddity)


def parse_text_sitemap(body: bytes, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of a sitemap in plain text."""
    addresses = body.decode("utf-8-sig", errors="replace").split()
    links, problem = choose_links((Link(url=url, via="sitemap", found_on=page.url) for url in addresses), page, site)
    return FrontDoor(kind="sitemap", links=links, problem=problem)


def _read_children(root: etree._Element, page: Page) -> tuple[str, ...]:
    """Return the sitemaps of an index: those of the news first, then the newest; without a time, in the index's order.

    An index may name a file for every month since 1998, and no crawl reads them all.
    """
    children: dict[str, str] = {}
    for entry in root.iter("{*}sitemap"):
        url = resolve(page.url, _find_text(entry, "loc") or "")
        if url:
            month = _MONTH.search(url)
            at = read_time(_find_text(entry, "lastmod")) or (f"{month[1]}-{month[2]:0>2}" if month else "")
            children[url] = max(at, children.get(url, ""))
    return tuple(sorted(children, key=lambda url: (bool(_OF_NEWS.search(url)), children[url]), reverse=True))


def _parse_xml(body: bytes) -> tuple[etree._Element | None, str | None]:
    """Return the root, None where there is nothing, and the first error."""
    try:
        return etree.fromstring(body, _make_parser(recover=False)), None
    except etree.XMLSyntaxError as error:
        problem = f"not well-formed XML: {error.msg}"
    try:
        return etree.fromstring(_repair(body), _make_parser(recover=True)), problem
    except etree.XMLSyntaxError:
        return None, problem


def _repair(body: bytes) -> bytes:
    """Return the XML without what the parser cannot recover from: lone ampersands, characters that XML forbids."""
    is_utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body if is_utf16 else _LONE_AMPERSAND.sub(b"&amp;", _FORBIDDEN.sub(b"", body))


def _make_parser(*, recover: bool) -> etree.XMLParser:
    """Entities stay as they are: neither files of this machine nor a billion laughs come out of a sitemap."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def _read_entries(root: etree._Element, page: Page) -> Iterator[Link]:
    for entry in root.iter("{*}url"):
        url = resolve(page.url, _find_text(entry, "loc") or "")
        if url:
            yield Link(
                url=url,
                via="sitemap",
                found_on=page.url,
                title=_find_text(entry, "news", "title"),
                modified_at=read_time(_find_text(entry, "lastmod"), _find_text(entry, "news", "publication_date")),
            )


def _find_text(entry: etree._Element, *path: str) -> str | None:
    """Return the text of a descendant; the namespace is often wrong or missing, the names seldom are."""
    found = entry.find("/".join("{*}" + name for name in path))
    if found is None:
        return None
    pieces = [found.text or ""]
    for child in found:
        # An entity of HTML is no entity of XML, but everybody knows what it means.
        pieces += (html.unescape(child.text or "") if isinstance(child, etree._Entity) else "", child.tail or "")
    return clean("".join(pieces)) or None
