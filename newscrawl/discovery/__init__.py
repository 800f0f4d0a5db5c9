"""What a front door leads to: the links in a feed, a sitemap, a section page or a list, and the doors behind it.

A door is known by its bytes: sites serve feeds as HTML, sitemaps as plain text and error pages as feeds.
"""

from __future__ import annotations

import codecs
import re

from newscrawl.decoding import decode_gzip
from newscrawl.discovery.feeds import parse_feed
from newscrawl.discovery.front_door import FrontDoor
from newscrawl.discovery.json_feeds import is_json, parse_json_feed
from newscrawl.discovery.section_pages import parse_section_page
from newscrawl.discovery.sitemaps import parse_sitemap, parse_text_sitemap
from newscrawl.items import Link, Page, Site
from newscrawl.urls import canonicalize, resolve

__all__ = ["FrontDoor", "parse_front_door", "parse_robots_sitemaps", "parse_url_list"]

# The element that a document begins with; what a broken server prints before it (a warning, a blank line) is no XML.
_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(rss|rdf|feed|urlset|sitemapindex|!doctype\s+html|html|head|body)[\s>/]", re.IGNORECASE
)
_ASIDE = re.compile(rb"<!--.*?-->", re.DOTALL)
_HEAD_BYTES = 16 * 1024
_KINDS = {
    b"rss": "feed",
    b"rdf": "feed",
    b"feed": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap_index",
}
_SITEMAP_LINE = re.compile(r"^[\s\ufeff]*sitemap\s*:.*?(https?://\S+)", re.IGNORECASE | re.MULTILINE)


def parse_front_door(page: Page, site: Site | None = None) -> FrontDoor:
    """Return what a front door leads to; links are canonical, of the same site, each one once, in the page's order.

    Without a site, the page's host is the site. Where the site knows how its articles' addresses look, only such
    are links. Never raises for what a server sent: `problem` says what could not be read.
    """
    try:
        body = decode_gzip(page.body)
    except ValueError as error:
        return FrontDoor(kind="unreadable", problem=str(error))
    kind, start = _find_kind(body)
    if is_json(body):
        door = parse_json_feed(body, page, site)
        # A broken server's notice may begin with a bracket too.
        if door.kind != "unreadable" or kind == "html":
            return door
    if kind == "feed":
        return parse_feed(body[start:], page, site)
    if kind in ("sitemap", "sitemap_index"):
        return parse_sitemap(body[start:], kind, page, site)
    if re.match(rb"[\s\xef\xbb\xbf]*https?://", body):
        return parse_text_sitemap(body, page, site)
    return parse_section_page(body, page, site)


def parse_robots_sitemaps(text: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names (RFC 9309, 2.2.4), each one once; what is no address is left out."""
    found = (resolve(None, match[1]) for match in _SITEMAP_LINE.finditer(text))
    return tuple(dict.fromkeys(url for url in found if url))


def parse_url_list(text: str) -> tuple[Link, ...]:
    """Return the links of a list with one URL a line; empty lines and what follows a "#" are comments.

    Raises ValueError, with the number of the line, for a line that is no http(s) URL.
    """
    urls = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        address = re.sub(r"(^|\s)#.*", "", line).strip()
        if address:
            try:
                urls.append(canonicalize(address))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error
    return tuple(Link(url=url, via="list") for url in dict.fromkeys(urls))


def _find_kind(body: bytes) -> tuple[str, int]:
    """Return the kind of document and where it begins: at its XML declaration, else at its first element."""
    head = body[:_HEAD_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        match = _ROOT.search(head.decode("utf-16", errors="ignore").encode())
        return _KINDS.get(match[1].lower(), "html") if match else "html", 0
    match = _ROOT.search(_ASIDE.sub(lambda comment: b" " * len(comment[0]), head))
    if match is None:
        return "html", 0
    declaration = head.rfind(b"<?xml ", 0, match.start())
    return _KINDS.get(match[1].lower(), "html"), declaration if declaration >= 0 else match.start()
