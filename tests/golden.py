"""The golden pages: pages written for the tests, each in a folder of its own with the answer that a reader gives.

A page's answer is compared field by field and as it stands; what extraction gets wrong today is listed, with the reason,
in pages/known_faults.toml and nowhere else.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from newscrawl.arabic import clean
from newscrawl.extraction import extract
from newscrawl.items import Article, Image, Outcome
from newscrawl.urls import resolve

PAGES = Path(__file__).parent / "pages"
KNOWN_FAULTS = PAGES / "known_faults.toml"

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldenPage:
    """A page with its answer; `name` is set/page, as in "seed/html5"."""

    name: str
    html: bytes
    answer: Answer

    @property
    def is_article(self) -> bool:
        return bool(self.answer["page_type"] == "article")


@lru_cache(maxsize=1)
def load_pages() -> dict[str, GoldenPage]:
    """Return every golden page by its name."""
    pages = (_load_page(path.parent) for path in sorted(PAGES.glob("*/*/answer.json")))
    return {page.name: page for page in pages}


def _load_page(folder: Path) -> GoldenPage:
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    return GoldenPage(f"{folder.parent.name}/{folder.name}", (folder / "page.html").read_bytes(), answer)


@lru_cache(maxsize=1)
def load_known_faults() -> dict[tuple[str, str], str]:
    """Return why a field of a page is known to be wrong, by page and field."""
    table = tomllib.loads(KNOWN_FAULTS.read_text("utf-8"))
    return {(page, fault["field"]): fault["reason"] for fault in table.get("fault", ()) for page in fault["pages"]}


@cache
def read(name: str) -> Article:
    """Return what extraction makes of a golden page, at first sight: no profile, no headers."""
    page = load_pages()[name]
    return extract(page.html, page.answer.get("url"))


def list_cases() -> Iterator[tuple[str, str]]:
    """Yield each page's name with each field that its answer speaks of."""
    for page in load_pages().values():
        yield page.name, "outcome"
        if page.is_article:
            asked = (field for field in FIELDS if _OPTIONAL.get(field, "body") in page.answer)
            yield from ((page.name, field) for field in asked)


def get_expected(page: GoldenPage, field: str) -> Any:
    """Return what a field of the page should be."""
    if field == "outcome":
        return page.is_article
    return FIELDS[field][0](page.answer)


def get_actual(page: GoldenPage, article: Article, field: str) -> Any:
    """Return what a field of the page was read as, in the form of `get_expected`."""
    if field == "outcome":
        return article.outcome == Outcome.ARTICLE
    if field == "furniture":
        return find_furniture(page.answer, article)
    return FIELDS[field][1](article)


def find_furniture(answer: Answer, article: Article) -> tuple[str, ...]:
    """Return the lines of the page's furniture that got into the body; a line that the text has too is no furniture."""
    text = " ".join(_list_texts(answer))
    lines = (clean(line) for line in answer["without"])
    return tuple(line for line in lines if line in " ".join(article.body.split()) and line not in text)


def _list_texts(answer: Answer) -> tuple[str, ...]:
    return tuple(clean(block["text"]) for block in answer["body"])


def _get_text(key: str) -> Callable[[Answer], str | None]:
    return lambda answer: clean(answer.get(key) or "") or None


def _get_texts(key: str) -> Callable[[Answer], tuple[str, ...]]:
    return lambda answer: tuple(map(clean, answer.get(key) or ()))


def parse_moment(text: str | None) -> date | datetime | None:
    """Return a printed day as a day and a printed time as a time: the same moment in two zones is equal."""
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _get_moment(key: str) -> Callable[[Answer], date | datetime | None]:
    return lambda answer: parse_moment(answer.get(key))


def _get_lead(key: str) -> Callable[[Answer], str | None]:
    return lambda answer: clean((answer.get("lead_image") or {}).get(key) or "") or None


def _get_address(answer: Answer, address: str | None) -> str | None:
    return resolve(answer.get("url"), address) if address else None


def _list_images(answer: Answer) -> tuple[Image, ...]:
    rows = answer.get("images") or ()
    return tuple(
        Image(
            _get_address(answer, row["url"]) or "",
            *(clean(row.get(key) or "") or None for key in ("alt", "caption", "credit")),
        )
        for row in rows
    )


def _list_links(key: str) -> Callable[[Answer], tuple[tuple[str | None, str], ...]]:
    return lambda answer: tuple((_get_address(answer, row["url"]), clean(row["title"])) for row in answer[key])


def _list_offers(kind: str) -> Callable[[Article], tuple[tuple[str, str | None], ...]]:
    return lambda article: tuple((row.url, row.title) for row in article.related if row.kind == kind)


def _list_cards(answer: Answer) -> tuple[tuple[str | None, ...], ...]:
    return tuple(
        (_get_address(answer, card["url"]), *(clean(card[key]) for key in ("summary", "image_alt", "section")))
        for card in answer["cards"]
    )


# What not every answer speaks of.
_OPTIONAL = {"cards": "cards", "modified_at": "modified"}
FIELDS: dict[str, tuple[Callable[[Answer], Any], Callable[[Article], Any]]] = {
    "title": (_get_text("title"), lambda article: article.title),
    "subtitle": (_get_text("subtitle"), lambda article: article.subtitle),
    "body": (_list_texts, lambda article: tuple(block.text for block in article.blocks)),
    "kinds": (
        lambda answer: [block["kind"] for block in answer["body"]],
        lambda article: [block.kind for block in article.blocks],
    ),
    "furniture": (lambda _: (), lambda _: ()),
    "published_at": (_get_moment("published"), lambda article: parse_moment(article.published_at)),
    "modified_at": (_get_moment("modified"), lambda article: parse_moment(article.modified_at)),
    "authors": (_get_texts("authors"), lambda article: article.authors),
    "section": (_get_text("section"), lambda article: article.section),
    "tags": (_get_texts("tags"), lambda article: article.tags),
    "language": (_get_text("language"), lambda article: article.language),
    "image_url": (
        lambda answer: _get_address(answer, (answer.get("lead_image") or {}).get("url")),
        lambda article: article.image_url,
    ),
    "image_alt": (_get_lead("alt"), lambda article: article.image_alt),
    "caption": (_get_lead("caption"), lambda article: article.caption),
    "credit": (_get_lead("credit"), lambda article: article.credit),
    "images": (_list_images, lambda article: article.images),
    "related_inline": (_list_links("related_inline"), _list_offers("inline")),
    "related_block": (_list_links("related_block"), _list_offers("block")),
    "cards": (
        _list_cards,
        lambda article: tuple(
            (row.url, row.summary, row.image_alt, row.section) for row in article.related if row.kind == "block"
        ),
    ),
}
