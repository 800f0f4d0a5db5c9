"""From a page to an article: the only way in. Nothing here does input or output, and no error of a page leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from lxml import etree

import newscrawl
from newscrawl.arabic import find_language
from newscrawl.dates import parse_iso
from newscrawl.extraction.addresses import find_addresses, find_copy
from newscrawl.extraction.agency import find_agency
from newscrawl.extraction.blocks import label
from newscrawl.extraction.bylines import find_authors
from newscrawl.extraction.document import Document, read_document
from newscrawl.extraction.fields import find_dates, find_kind, find_tags, find_title
from newscrawl.extraction.images import find_images
from newscrawl.extraction.layouts import find_layout, narrow_to_body, overrule, remove_elements
from newscrawl.extraction.lead import find_portraits, get_stem, pick_lead
from newscrawl.extraction.metadata import read_metadata
from newscrawl.extraction.outcome import judge
from newscrawl.extraction.reading import BODY_LABELS, Reading
from newscrawl.extraction.related import find_related
from newscrawl.extraction.scope import locate, look_again
from newscrawl.extraction.script_data import is_shell, print_data
from newscrawl.extraction.second_opinion import find_text_again, is_unsure
from newscrawl.extraction.section import find_section
from newscrawl.extraction.tables import get_cell
from newscrawl.extraction.walk import read_segments
from newscrawl.items import Article, Block, Layout, Outcome, Page, Site
from newscrawl.sites import furniture_hash, profile_hash
from newscrawl.urls import article_id, canonicalize, resolve


def extract(
    html: bytes | str,
    url: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    site: Site | None = None,
    fetched_at: str | None = None,
) -> Article:
    """Return the article of one page; what is no article, or cannot be read, says so in `outcome` and `reason`."""
    body = html.encode("utf-8", "replace") if isinstance(html, str) else html
    names = {name.lower(): value for name, value in (headers or {}).items()}
    if isinstance(html, str):
        names["content-type"] = "text/html; charset=utf-8"
    return extract_page(Page(url, headers=names, body=body, fetched_at=fetched_at), site)


def extract_page(page: Page, site: Site | None = None) -> Article:
    """Return the article of a fetched page."""
    document = read_document(page.body, page.headers)
    if document.root is None:
        return _make_unreadable(page, site, document)
    layout = find_layout(site, page.fetched_at)
    reading = read(document.root, page.url, layout)
    label(reading, site.furniture if site else ())
    article = _assemble(reading, page, document.root, site)
    if layout:
        article = overrule(article, document.root, layout, site.timezone if site else None)
    outcome, reason = judge(reading, article, page.status)
    return replace(article, outcome=outcome, reason=reason)


def read(root: etree._Element, url: str | None, layout: Layout | None) -> Reading:
    """Return the page's texts, with the headline and the box of the text found; what each text is comes next."""
    if layout:
        remove_elements(root, layout)
    declared = read_metadata(root)
    segments, boxes = read_segments(root)
    if is_shell(segments) and print_data(root, declared):
        segments, boxes = read_segments(root)
    reading = Reading(segments, boxes, declared, url)
    locate(reading)
    if is_unsure(reading):
        look_again(reading, find_text_again(reading, root))
    if layout:
        narrow_to_body(reading, root, layout)
    return reading


def _make_unreadable(page: Page, site: Site | None, document: Document) -> Article:
    return Article(
        url=page.url,
        site=site.key if site else None,
        outcome=Outcome.UNREADABLE,
        reason=document.reason,
        fetched_at=page.fetched_at,
        extractor=name_extractor(site),
    )


def name_extractor(site: Site | None) -> str:
    """Return what an article of that site's is marked with: the version of the code, and the hashes of what it was told."""
    inputs = {"profile": profile_hash(site), "furniture": furniture_hash(site)}
    return " ".join(
        (f"newscrawl/{newscrawl.__version__}", *(f"{name}/{told}" for name, told in inputs.items() if told))
    )


def _find_url(page: Page, declared: str | None) -> tuple[str | None, bool]:
    """Return the page's address, else the declared one, and whether it is one that an article can be kept under."""
    url = page.url or (resolve(None, declared) if declared else None)
    try:
        return (canonicalize(url), True) if url else (None, False)
    except ValueError:
        return url, False


def _assemble(reading: Reading, page: Page, root: etree._Element, site: Site | None) -> Article:
    body = [i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS]
    blocks = tuple(_make_blocks(reading, body))
    text = "\n\n".join(block.text for block in blocks)
    url, is_canonical = _find_url(page, reading.declared.canonical)
    base = url if is_canonical else None
    now = parse_iso(page.fetched_at) if page.fetched_at else None
    timezone = site.timezone if site else None
    published, modified_at = find_dates(reading, now if isinstance(now, datetime) else None, timezone)
    authors = find_authors(reading)
    portraits = find_portraits(reading, base, authors)
    images = [(at, image) for at, image in find_images(reading, base) if get_stem(image.url) not in portraits]
    title, _ = find_title(reading)
    subtitle = " ".join(segment.text for segment in reading.segments if segment.label == "subtitle") or None
    language = find_language(text or " ".join(segment.text for segment in reading.segments[:80]))
    lead = pick_lead(images, reading.declared.images, base, body[1] if len(body) > 1 else 10**9, portraits)
    span = (body[0], body[-1]) if body else (reading.title_at, reading.title_at)
    return Article(
        id=article_id(url) if url and is_canonical else None,
        url=url,
        site=site.key if site else None,
        title=title,
        subtitle=subtitle,
        body=text,
        blocks=blocks,
        published_at=published.at or None,
        published_text=published.text,
        published_source=published.source,
        modified_at=modified_at,
        authors=authors,
        agency=find_agency(reading),
        section=find_section(reading),
        tags=find_tags(reading),
        kind=find_kind(reading),
        language=language,
        image_url=lead.url if lead else None,
        image_alt=lead.alt if lead else None,
        caption=lead.caption if lead else None,
        credit=lead.credit if lead else None,
        images=tuple(image for _, image in images if image is not lead),
        related=find_related(reading, base, span),
        removed=MappingProxyType(_count_removed(reading)),
        fetched_at=page.fetched_at,
        extractor=name_extractor(site),
        variant=find_copy(root, base) if base else None,
        addresses=find_addresses(root, base, site) if base else (),
    )


def _make_blocks(reading: Reading, body: list[int]) -> Iterator[Block]:
    """Yield the blocks of the text; the cells of a table's row are one block."""
    for (kind, _), positions in groupby(body, key=lambda i: (reading.segments[i].label, _get_row(reading, i))):
        texts = [reading.segments[i].text for i in positions]
        yield from [Block(kind, " | ".join(texts))] if kind == "table" else [Block(kind, text) for text in texts]


def _get_row(reading: Reading, index: int) -> int:
    return get_cell(reading, index).parent if reading.segments[index].label == "table" else -1


_FURNITURE_LABELS = frozenset(
    (
        "share placeholder promo comment nav advert see_also card embed hidden other tag agency date byline learned"
    ).split()
)


def _count_removed(reading: Reading) -> dict[str, int]:
    """Count the furniture that was taken out, by class."""
    return dict(sorted(Counter(s.label for s in reading.segments if s.label in _FURNITURE_LABELS).items()))
