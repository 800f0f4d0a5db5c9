"""Links in RSS and Atom feeds, with feedparser, which reads what no XML parser accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser  # type: ignore[import-untyped]

from newscrawl.discovery.front_door import FrontDoor, choose_links, clean_title, read_time
from newscrawl.items import Link, Page, Site
from newscrawl.urls import resolve

# What broken XML makes feedparser stumble over: a closing </gml:pos> that was never opened is a KeyError.
_FEEDPARSER_FAILURES = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def parse_feed(body: bytes, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of an RSS or Atom feed, and the next page of an archived feed (RFC 5005)."""
    try:
        # From a stream feedparser reads; a bytes object it would first try to open as a file.
        feed = feedparser.parse(
            BytesIO(body), response_headers=_make_headers(page), sanitize_html=False, resolve_relative_uris=False
        )
    except _FEEDPARSER_FAILURES as failure:
        return FrontDoor(kind="unreadable", problem=f"no feed that feedparser can read ({failure!r})")
    links, problem = choose_links(_read_entries(feed, page), page, site)
    error = feed.get("bozo_exception")
    if isinstance(error, SAXException):
        problem = f"not well-formed XML: {error.getMessage()}"
    following = (link.get("href") for link in feed.feed.get("links", ()) if link.get("rel") == "next")
    next_pages = tuple(url for href in following if (url := resolve(page.url, href or "")))
    return FrontDoor(kind="feed", links=links, next_pages=next_pages, problem=problem)


def _make_headers(page: Page) -> dict[str, str]:
    """What feedparser needs of the headers: the base of relative links, and a charset, but no wrong content type."""
    charset = re.search(r"charset=[\"']?([\w.:-]+)", page.headers.get("content-type", ""), re.IGNORECASE)
    content_type = "application/xml" + (f"; charset={charset[1]}" if charset else "")
    return {"content-type": content_type} | ({"content-location": page.url} if page.url else {})


def _read_entries(feed: Any, page: Page) -> Iterator[Link]:
    for entry in feed.entries:
        # feedparser passes a permalink guid off as the link; a guid that is an address is one whatever it says.
        found = (entry.get("feedburner_origlink"), entry.get("link"), entry.get("id"))
        url = next((url for href in found if href and (url := resolve(page.url, href))), None)
        if url:
            yield Link(
                url=url,
                via="feed",
                found_on=page.url,
                title=clean_title(entry.get("title")),
                modified_at=read_time(*_read_times(entry)),
            )


def _read_times(entry: Any) -> Iterator[str | None]:
    """Yield what an entry says of its time; at last what feedparser understands of it, which is always UTC."""
    names = ("updated", "published", "created")
    # Without dict.get, "updated" warns and gives the day of publication.
    yield from (dict.get(entry, name) for name in names)
    for name in names:
        if parsed := dict.get(entry, f"{name}_parsed"):
            yield f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}T{parsed.tm_hour:02}:{parsed.tm_min:02}Z"
