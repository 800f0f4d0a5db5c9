"""Links on section and home pages: what looks like an article, the sections of the menu, the page that follows.

Nobody described these pages. The rules are plain and lean towards too many links: a page that proves to be no article
costs one visit, an article without a link is never seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from lxml import html as lxml_html

from newscrawl.discovery.anchors import Anchor, Place, find_base, parse_html, read_anchors
from newscrawl.discovery.front_door import FrontDoor, choose_links
from newscrawl.discovery.paging import find_next_page
from newscrawl.items import Link, Page, Site
from newscrawl.urls import canonicalize, is_same_site, resolve

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})

# Path segments of pages that hold neither an article nor a list of them worth following.
_ASIDE = frozenset(
    {
        "about", "about-us", "account", "advertise", "app", "apps", "author", "authors", "cart", "comments", "contact",
        "contact-us", "copyright", "editor", "editors", "favorites", "feed", "feeds", "login", "logout", "privacy",
        "privacy-policy", "profile", "register", "rss", "search", "sign-in", "sign-up", "signin", "signup", "sitemap",
        "subscribe", "tag", "tags", "terms", "terms-and-conditions", "terms-of-service", "terms-of-use", "user",
        "users", "wp-admin", "wp-content", "wp-json", "wp-login.php", "writer", "writers",
        "اتصل-بنا", "أعلن-معنا", "اعلن-معنا", "بحث", "تسجيل", "سياسة-الخصوصية", "كاتب", "كتاب", "من-نحن", "وسم", "وسوم",
    }
)  # fmt: skip
_LIST_SEGMENTS = frozenset(
    {
        "archive", "archives", "cat", "categories", "category", "page", "section", "sections", "topic", "topics",
        "أقسام", "تصنيف", "قسم",
    }
)  # fmt: skip
_FILE = re.compile(
    r"\.(?:avif|css|docx?|gif|ico|jpe?g|js|m3u8|mp[34]|pdf|png|rss|svg|webp|xlsx?|xml|zip)$", re.IGNORECASE
)
_ASIDE_PARAMETER = re.compile(r"(?:^|&)(?:action|keyword|print|q|query|replytocom|s|search|share)=", re.IGNORECASE)
_LONG_ID = re.compile(r"(?<![0-9])[0-9]{5,}(?![0-9])|/(?:19|20)[0-9]{2}/[0-9]{1,2}/[0-9]{1,2}/[^/]+")
_SHORT_ID = re.compile(r"(?:^|[/_.-])(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{3,}(?:[/_.-]|$)")
_ID_PARAMETER = re.compile(r"(?:^|&)(?:aid|article|articleid|id|newsid|nid|p|sid|storyid)=[0-9]+", re.IGNORECASE)
_HOME_PATH = re.compile(r"/?(?:[a-z]{2}|arabic)?/?(?:index\.\w+|home)?", re.IGNORECASE)
_DAY_PATH = re.compile(r"/(?:19|20)[0-9]{2}(?:/[0-9]{1,2}){0,2}/?")
_OF_COMMENTS = re.compile(r"\bcomments?\b|تعليق", re.IGNORECASE)
_ENOUGH_WORDS = 4


def parse_section_page(body: bytes, page: Page, site: Site | None) -> FrontDoor:
    """Return the links of a page of HTML with their titles, the feeds it announces, and on a home page its sections."""
    tree = parse_html(body, page)
    if tree is None:
        return FrontDoor(kind="unreadable", problem="an empty page")
    base = find_base(tree, page)
    home = site.domain if site else page.url
    anchors = [anchor for anchor in read_anchors(tree, base) if not home or is_same_site(anchor.url, home)]
    # What the menu calls a section is one, though a card's label or a headline may lead there too.
    sections = dict.fromkeys(anchor.url for anchor in anchors if _is_section(anchor))
    described = bool(site and site.article_url)
    candidates = [
        Link(url=anchor.url, via="section", found_on=page.url, title=anchor.text or None)
        for anchor in _choose_anchors(anchors, page.url)
        if described or (anchor.url not in sections and _is_article(anchor))
    ]
    links, problem = choose_links(candidates, page, site)
    known = {link.url for link in links}
    shown = tuple(url for url in sections if url not in known) if _is_home(page.url) else ()
    next_page = find_next_page(tree, base, anchors, page.url)
    return FrontDoor(
        kind="html",
        links=links,
        front_doors=tuple(dict.fromkeys((*_find_feeds(tree, base), *shown))),
        sections=shown,
        next_pages=(next_page,) if next_page else (),
        problem=problem,
    )


def _choose_anchors(anchors: Iterable[Anchor], page_url: str | None) -> list[Anchor]:
    """Return one anchor a URL, without those back to this page: of picture, headline and «read more», the headline."""
    best: dict[str, Anchor] = {}
    for anchor in anchors:
        known = best.get(anchor.url, anchor)
        speaker = max(known, anchor, key=lambda each: (each.is_heading, len(each.text)))
        best[anchor.url] = replace(
            speaker, place=min(known.place, anchor.place), is_read_on=known.is_read_on or anchor.is_read_on
        )
    if page_url:
        best.pop(canonicalize(page_url), None)
    return list(best.values())


def _is_article(anchor: Anchor) -> bool:
    """An id or a long slug speak for an article anywhere; in the content a short id, «read on» or some words do."""
    path, query = _split(anchor.url)
    segments = path.lower().strip("/").split("/")
    if _is_aside(path, query, segments) or _DAY_PATH.fullmatch(path):
        return False
    if path == "/":
        return anchor.place == Place.CONTENT and _ID_PARAMETER.search(query) is not None
    if _LONG_ID.search(path):
        return True
    if not _LIST_SEGMENTS.isdisjoint(segments):
        return False
    if _count_slug_words(segments[-1]) >= _ENOUGH_WORDS:
        return True
    has_id = bool(_SHORT_ID.search(path) or _ID_PARAMETER.search(query))
    is_title = len(anchor.text.split()) + anchor.is_heading >= _ENOUGH_WORDS
    return anchor.place == Place.CONTENT and (has_id or is_title or anchor.is_read_on)


def _is_section(anchor: Anchor) -> bool:
    """A short text in the menu that leads neither to an article nor to another language."""
    path, query = _split(anchor.url)
    segments = path.lower().strip("/").split("/")
    return (
        anchor.place == Place.MENU
        and 0 < len(anchor.text.split()) < _ENOUGH_WORDS
        and any(character.isalpha() for character in anchor.text)
        and not _HOME_PATH.fullmatch(path)
        and not _is_aside(path, query, segments)
        and not _LONG_ID.search(path)
        and _count_slug_words(segments[-1]) < _ENOUGH_WORDS
    )


def _is_aside(path: str, query: str, segments: list[str]) -> bool:
    return not _ASIDE.isdisjoint(segments) or bool(_FILE.search(path) or _ASIDE_PARAMETER.search(query))


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return unquote(parts.path), parts.query


def _count_slug_words(segment: str) -> int:
    return sum(any(map(str.isalpha, word)) for word in re.split(r"[-_+ ]", segment))


def _is_home(url: str | None) -> bool:
    parts = urlsplit(url or "")
    return not parts.query and _HOME_PATH.fullmatch(parts.path) is not None


def _find_feeds(tree: lxml_html.HtmlElement, base: str | None) -> Iterator[str]:
    """Yield the feeds that the page announces, but not those of comments, which WordPress announces everywhere."""
    for element in tree.iter("link"):
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        url = resolve(base, element.get("href") or "")
        is_feed = kind in _FEED_TYPES and "alternate" in (element.get("rel") or "").lower().split()
        if is_feed and url and not _OF_COMMENTS.search(f"{url} {element.get('title')}"):
            yield canonicalize(url)
