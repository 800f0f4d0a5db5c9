"""The page that continues a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml import html as lxml_html

from newscrawl.arabic import fold, fold_digits
from newscrawl.discovery.anchors import Anchor
from newscrawl.urls import canonicalize, is_same_site, resolve

_WORDS = frozenset(map(fold, ("التالي", "التالية", "الصفحة التالية", "رسائل أقدم", "next", "next page", "older posts")))
_ARROWS = " «»‹›<>←→⟵⟶:.|"
_IN_QUERY = re.compile(r"(?:^|(?<=&))(?:page|paged|pg|pageno|pagenum|page_no)=([0-9]{1,5})(?:&|$)", re.IGNORECASE)
_IN_PATH = re.compile(r"/page/([0-9]{1,5})/?$")


def find_next_page(
    tree: lxml_html.HtmlElement, base: str | None, anchors: Sequence[Anchor], url: str | None
) -> str | None:
    """Return what the page itself calls its next page, else the link with the next number; None on the last page."""
    here = canonicalize(url) if url else ""
    candidates = (*_find_declared(tree, base), *_find_named(anchors), *_find_numbered(anchors, here))
    wanted = (found for found in candidates if found != here and (not here or is_same_site(found, here)))
    return next(wanted, None)


def _find_declared(tree: lxml_html.HtmlElement, base: str | None) -> Iterator[str]:
    for element in tree.iter("link", "a"):
        url = resolve(base, element.get("href") or "")
        if url and "next" in (element.get("rel") or "").lower().split():
            yield canonicalize(url)


def _find_named(anchors: Sequence[Anchor]) -> Iterator[str]:
    for anchor in anchors:
        if fold(anchor.text).strip(_ARROWS) in _WORDS:
            yield anchor.url


def _find_numbered(anchors: Sequence[Anchor], here: str) -> Iterator[str]:
    """Yield the address that differs from this one in being numbered one higher.

    An address without a number is the first page. Most sites count from 1; where the page numbered 1 is called «2»,
    they count from 0.
    """
    list_here, number_here = _split_number(here)
    numbered = [(anchor, *_split_number(anchor.url)) for anchor in anchors]
    siblings = [(anchor, number) for anchor, of_list, number in numbered if of_list == list_here and number is not None]
    counts_from_0 = any(number == 1 and fold_digits(anchor.text) == "2" for anchor, number in siblings)
    if number_here is None:
        number_here = 0 if counts_from_0 else 1
    for anchor, number in siblings:
        if number == number_here + 1:
            yield anchor.url


def _split_number(url: str) -> tuple[str, int | None]:
    """Return the address of the whole list and the number of the page."""
    parts = urlsplit(url)
    in_path, in_query = _IN_PATH.search(parts.path), _IN_QUERY.search(parts.query)
    path = _IN_PATH.sub("", parts.path).rstrip("/")
    query = _IN_QUERY.sub("", parts.query).rstrip("&")
    number = in_query or in_path
    return f"{parts.netloc}{path}?{query}", int(number[1]) if number else None
