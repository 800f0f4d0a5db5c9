"""The things that flow through newscrawl, one noun a stage: Site -> Link -> Page -> Article -> Revision.

They hold values and decide nothing. Every time is an ISO 8601 string as DESIGN.md section 2 describes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Saved(StrEnum):
    """What saving an article did to the archive."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Outcome(StrEnum):
    """What a page proved to be; only ARTICLE and PAYWALLED, with a title, make an article row."""

    ARTICLE = "article"
    NOT_ARTICLE = "not_article"
    PAYWALLED = "paywalled"
    CONSENT = "consent"
    CHALLENGE = "challenge"
    EMPTY_SHELL = "empty_shell"
    OTHER_LANGUAGE = "other_language"
    GONE = "gone"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a site's pages looked up to a day; every CSS selector is optional, generic extraction comes first."""

    until: date | None = None
    title: str | None = None
    subtitle: str | None = None
    body: str | None = None
    published: str | None = None
    authors: str | None = None
    caption: str | None = None
    related: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FurnitureBlock:
    """A text that a site prints in the same place of many articles, whatever its words.

    `box` names its element and the one around it ("div.story > p.note"), `position` is start, inside or end of the text.
    """

    text: str
    box: str
    position: str


@dataclass(frozen=True, slots=True)
class Site:
    """One news site, described by data.

    `timezone` is an IANA name, `article_url` a regular expression searched in the whole URL, `examples` addresses of
    articles, `visit_every` a number with a unit ("30m", "6h", "1d") or "never", None where its articles set the pace,
    `delay_seconds` the pause between two requests, `render` that a browser has to draw its pages, `images` which of its
    pictures are fetched (none, lead, all), `raw` of which visits the bytes are kept (all, changed), `verified` the day
    when somebody found all this to be true. `furniture` is what was learned.
    """

    key: str
    name: str
    domain: str
    country: str | None = None
    languages: tuple[str, ...] = ("ar",)
    timezone: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    section_pages: tuple[str, ...] = ()
    article_url: str | None = None
    examples: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    visit_every: str | None = None
    delay_seconds: float = 1.0
    labels: tuple[str, ...] = ()
    render: bool = False
    images: str = "lead"
    raw: str = "all"
    verified: date | None = None
    furniture: tuple[FurnitureBlock, ...] = ()


Place = tuple[str, int]
"""Where a record is: the WARC file, relative to HOME, and the offset in it."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address found on a front door; `via` is feed, sitemap, section, list or related."""

    url: str
    via: str
    found_on: str | None = None
    title: str | None = None
    modified_at: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What the server sent; `body` is the payload with transfer and content encoding undone.

    `headers` has lower-case names; a header sent twice is joined with ", ". `digest` is the SHA-256 of the body at its
    place, where that is not this one: it was left behind, or another one that says the same is kept.
    """

    url: str | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""
    fetched_at: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body, in order; `kind` is heading, paragraph, quote, list_item, table or embed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article; the caption never contains the credit."""

    url: str
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A link offered as further reading: `inline` inside the text, `block` a card or list beside or after it."""

    kind: str
    url: str
    title: str | None = None
    summary: str | None = None
    image_url: str | None = None
    image_alt: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Another address that a page gives for its article: `canonical`, `shortlink`, `amp`, `mobile`; or of its parts.

    Of an article in several parts: `first_part`, on a later one; `next_part`; `part`, those that were joined to it.
    """

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says. Unknown is None or empty, never a guess.

    `published_text` is the date as printed and `published_source` where it was found. `removed` counts what was taken
    out, by class of furniture. `reason` says why `outcome` is what it is, where that needs saying. `variant` is amp,
    mobile or print where the page is such a copy; `addresses` are the others that it declares for its article.
    """

    id: str | None = None
    url: str | None = None
    site: str | None = None
    title: str | None = None
    subtitle: str | None = None
    body: str = ""
    blocks: tuple[Block, ...] = ()
    published_at: str | None = None
    published_text: str | None = None
    published_source: str | None = None
    modified_at: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    kind: str | None = None
    language: str | None = None
    image_url: str | None = None
    image_alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    images: tuple[Image, ...] = ()
    related: tuple[Related, ...] = ()
    outcome: str = Outcome.ARTICLE
    reason: str | None = None
    removed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    fetched_at: str | None = None
    extractor: str | None = None
    variant: str | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article, the first included; the archive's article always equals the highest number.

    `reverts_to` is the number of the state, not older than two days, that this one brings back.
    """

    article_id: str
    number: int
    seen_at: str
    cause: str
    minor: bool
    changed: tuple[str, ...]
    text_hash: str
    article: Article
    warc_file: str | None = None
    warc_offset: int | None = None
    reverts_to: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text or a part of it.

    `share` is how much of the article that was asked for stands in this one, `share_of_copy` the other way round, 0.0 to
    1.0. `relation` is duplicate (word for word), near_duplicate (seven tenths of the shorter one), reuse (three tenths).
    """

    id: str
    url: str
    site: str | None
    title: str
    published_at: str | None
    relation: str
    share: float
    share_of_copy: float


@dataclass(frozen=True, slots=True)
class Crawl:
    """One run over one site; `finished_at` is None while it runs and for ever when it ended before it was done."""

    id: int
    site: str
    started_at: str
    finished_at: str | None = None
    reason: str | None = None
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """What a crawl of a site sets out to do once its front doors are read.

    `found` is how many links each kind of front door listed, `pages` how many are to be visited, `waiting` how many
    older ones wait for a back-fill, `seconds` how long it will take. `is_first` says that the site is new here.
    """

    found: Mapping[str, int]
    pages: int
    waiting: int
    seconds: float
    is_first: bool
