"""What a site's profile says about its pages overrules the generic reading, field by field, for pages of its day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

from newscrawl.arabic import clean
from newscrawl.dates import format_date, parse_date, parse_iso
from newscrawl.extraction.images import split_credit
from newscrawl.extraction.names import split_names
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.scope import narrow
from newscrawl.items import Article, Layout, Related, Site
from newscrawl.urls import resolve


def find_layout(site: Site | None, fetched_at: str | None) -> Layout | None:
    """Return the layout that a site's pages had on the day of the visit; the one without `until` is today's."""
    day = parse_iso(fetched_at) if fetched_at else None
    today = date.fromisoformat(str(day)[:10]) if day else date.max
    layouts = sorted(site.layouts, key=lambda layout: layout.until or date.max) if site else []
    return next((layout for layout in layouts if (layout.until or date.max) >= today), None)


@lru_cache(maxsize=500)
def _compile(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _select(root: etree._Element, selector: str | None) -> list[etree._Element]:
    return list(_compile(selector)(root)) if selector else []


def remove_elements(root: etree._Element, layout: Layout) -> None:
    """Take out of the tree what the layout names; the text behind an element stays."""
    for selector in layout.remove:
        for element in _select(root, selector):
            parent = element.getparent()
            if parent is not None:
                _keep_tail(element, parent)
                parent.remove(element)


def _keep_tail(element: etree._Element, parent: etree._Element) -> None:
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")


def narrow_to_body(reading: Reading, root: etree._Element, layout: Layout) -> None:
    """Make the elements that the layout names the box of the text; where it names none on this page, nothing changes."""
    if elements := _select(root, layout.body):
        narrow(reading, elements)


def overrule(article: Article, root: etree._Element, layout: Layout, timezone: str | None) -> Article:
    """Return the article with the fields that the layout's selectors find on this page."""
    return replace(article, **dict(_read_fields(article, root, layout, timezone)))


def _read_fields(
    article: Article, root: etree._Element, layout: Layout, timezone: str | None
) -> Iterator[tuple[str, Any]]:
    for name in ("title", "subtitle"):
        if text := _read_text(root, getattr(layout, name)):
            yield name, text
    if caption := _read_text(root, layout.caption):
        text, credit = split_credit(caption)
        yield "caption", text
        yield "credit", credit or article.credit
    if authors := [name for element in _select(root, layout.authors) for name in split_names(_get_text(element))]:
        yield "authors", tuple(dict.fromkeys(authors))
    yield from _read_date(root, layout, timezone)
    if layout.related and (links := tuple(_read_links(article, root, layout.related))):
        yield "related", (*(link for link in article.related if link.kind == "inline"), *links)


def _get_text(element: etree._Element) -> str:
    return clean("".join(element.itertext()))


def _read_text(root: etree._Element, selector: str | None) -> str | None:
    return next((text for element in _select(root, selector) if (text := _get_text(element))), None)


def _read_date(root: etree._Element, layout: Layout, timezone: str | None) -> Iterator[tuple[str, str]]:
    for element in _select(root, layout.published):
        text = _get_text(element)
        stamp = element.get("datetime") or element.get("content") or text
        value = parse_iso(stamp) or parse_date(stamp, timezone=timezone)
        if value is not None:
            yield "published_at", format_date(value)
            yield "published_text", text or stamp
            yield "published_source", "profile"
            return


def _read_links(article: Article, root: etree._Element, selector: str) -> Iterator[Related]:
    for element in _select(root, selector):
        for link in element.iter("a"):
            url, title = resolve(article.url, link.get("href", "")), _get_text(link)
            if url and title:
                yield Related("block", url, title)
