"""How often each field of a site's articles is filled, with what is known of the site and without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from newscrawl.items import Article, Outcome

_ARTICLES = (Outcome.ARTICLE, Outcome.PAYWALLED)
_PLAIN_FIELDS = (
    "title", "subtitle", "body", "published_at", "authors", "agency", "section", "tags", "image_url", "image_alt",
    "caption", "credit",
)  # fmt: skip


@dataclass(slots=True)
class FillRate:
    """On how many articles a field is filled each way, on how many it differs, and one of these."""

    without: int = 0
    profiled: int = 0
    differ: int = 0
    example: str | None = None


@dataclass(slots=True)
class Comparison:
    """Readings side by side: `pages` of them, `articles` of which either way; `outcome_article` is about all pages."""

    pages: int = 0
    articles: int = 0
    fields: Mapping[str, FillRate] = field(default_factory=lambda: {name: FillRate() for name in _READERS})


def compare(readings: Iterable[tuple[str, Article, Article]]) -> Comparison:
    """Return the rates over pages, each with its name, its article without the profile and its article with it."""
    comparison = Comparison()
    for name, without, profiled in readings:
        is_article = without.outcome in _ARTICLES or profiled.outcome in _ARTICLES
        comparison.pages += 1
        comparison.articles += is_article
        for field_name, read in _READERS.items() if is_article else [("outcome_article", _is_article)]:
            _count(comparison.fields[field_name], name, read(without), read(profiled))
    return comparison


def _count(rate: FillRate, name: str, without: Any, profiled: Any) -> None:
    rate.without += bool(without)
    rate.profiled += bool(profiled)
    if without != profiled:
        rate.differ += 1
        rate.example = rate.example or name


def _is_article(article: Article) -> bool:
    return article.outcome == Outcome.ARTICLE


def _read_field(name: str) -> Callable[[Article], Any]:
    return lambda article: getattr(article, name)


def _read_related(kind: str) -> Callable[[Article], Any]:
    return lambda article: [link for link in article.related if link.kind == kind]


_READERS: Mapping[str, Callable[[Article], Any]] = {
    **{name: _read_field(name) for name in _PLAIN_FIELDS},
    "related_inline": _read_related("inline"),
    "related_block": _read_related("block"),
    "outcome_article": _is_article,
}
