"""Links in JSON: JSON Feed (www.jsonfeed.org/version/1.1), and the posts that WordPress lists for programs.

WordPress keeps its list (developer.wordpress.org/rest-api/reference/posts) when a theme has removed every feed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from newscrawl.discovery.front_door import FrontDoor, choose_links, clean_title, read_time
from newscrawl.items import Link, Page, Site
from newscrawl.urls import resolve

_START = re.compile(rb"(?:\xef\xbb\xbf|\s)*[\[{]")
_NEITHER = "JSON, but neither a JSON Feed nor a list of WordPress posts"
_Reader = Callable[[dict[str, Any], Page], Link | None]
_NEXT = re.compile(r"<([^<>]*)>\s*;[^,]*\brel=\"?next\b", re.IGNORECASE)


def is_json(body: bytes) -> bool:
    """Answer whether the bytes begin as a JSON object or array does."""
    return _START.match(body) is not None


def parse_json_feed(body: bytes, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of a JSON Feed or of a list of WordPress posts, and the page that follows."""
    try:
        told = json.loads(body.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError) as error:
        return FrontDoor(kind="unreadable", problem=f"no JSON that can be read ({error or 'too deep'})")
    if isinstance(told, dict) and "jsonfeed.org/version" in str(told.get("version")):
        return _make_door(told.get("items"), _read_item, _text(told.get("next_url")), page, site)
    if isinstance(told, list):
        return _make_door(told, _read_post, _find_next(page), page, site)
    return FrontDoor(kind="unreadable", problem=_NEITHER)


def _make_door(entries: Any, read: _Reader, following: str | None, page: Page, site: Site | None) -> FrontDoor:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return FrontDoor(kind="unreadable", problem=_NEITHER)
    links, problem = choose_links((link for entry in entries if (link := read(entry, page))), page, site)
    next_page = resolve(page.url, following or "")
    return FrontDoor(kind="feed", links=links, next_pages=(next_page,) if next_page else (), problem=problem)


def _read_item(item: dict[str, Any], page: Page) -> Link | None:
    identity = _text(item.get("id"))
    found = (item.get("url"), item.get("external_url"), identity if identity and "://" in identity else None)
    return _make_link(page, found, item.get("title"), (item.get("date_modified"), item.get("date_published")))


def _read_post(post: dict[str, Any], page: Page) -> Link | None:
    title = post.get("title")
    return _make_link(
        page,
        (post.get("link"),),
        title.get("rendered") if isinstance(title, dict) else title,
        # The times named gmt carry no offset; the others are the site's own, of which nobody says the offset.
        (*(f"{at}Z" for name in ("modified_gmt", "date_gmt") if (at := _text(post.get(name)))), post.get("date")),
    )


def _make_link(page: Page, addresses: tuple[Any, ...], title: Any, times: tuple[Any, ...]) -> Link | None:
    url = next((url for told in addresses if (text := _text(told)) and (url := resolve(page.url, text))), None)
    if url is None:
        return None
    return Link(
        url=url,
        via="feed",
        found_on=page.url,
        title=clean_title(_text(title)),
        modified_at=read_time(*map(_text, times)),
    )


def _find_next(page: Page) -> str | None:
    """WordPress names the next page in a header (RFC 8288)."""
    found = _NEXT.search(page.headers.get("link", ""))
    return found[1] if found else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
