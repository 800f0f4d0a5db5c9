"""Links in sitemaps (sitemaps.org 0.9, with Google's news extension): XML, and plain text with a URL a line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

from newscrawl.arabic import clean
from newscrawl.discovery.front_door import FrontDoor, choose_links, read_time
from newscrawl.items import Link, Page, Site
from newscrawl.urls import resolve

_LONE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")


def parse_sitemap(body: bytes, kind: str, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of a sitemap, or the sitemaps of an index; of a broken one, what can be read."""
    root, problem = _parse_xml(body)
    if root is None:
        return FrontDoor(kind="unreadable", problem=problem)
    if kind == "sitemap_index":
        found = (resolve(page.url, _find_text(entry, "loc") or "") for entry in root.iter("{*}sitemap"))
        return FrontDoor(kind=kind, front_doors=tuple(dict.fromkeys(url for url in found if url)), problem=problem)
    links, oddity = choose_links(_read_entries(root, page), page, site)
    return FrontDoor(kind=kind, links=links, problem=problem or oddity)


def parse_text_sitemap(body: bytes, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of a sitemap in plain text."""
    addresses = body.decode("utf-8-sig", errors="replace").split()
    links, problem = choose_links((Link(url=url, via="sitemap", found_on=page.url) for url in addresses), page, site)
    return FrontDoor(kind="sitemap", links=links, problem=problem)


def _parse_xml(body: bytes) -> tuple[etree._Element | None, str | None]:
    """Return the root, None where there is nothing, and the first error."""
    try:
        return etree.fromstring(body, _make_parser(recover=False)), None
    except etree.XMLSyntaxError as error:
        problem = f"not well-formed XML: {error.msg}"
    try:
        return etree.fromstring(_LONE_AMPERSAND.sub(b"&amp;", body), _make_parser(recover=True)), problem
    except etree.XMLSyntaxError:
        return None, problem


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
