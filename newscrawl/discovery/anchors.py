"""The links of a page of HTML as its reader sees them: where they lead, what they say, where they stand."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from lxml import etree
from lxml import html as lxml_html

from newscrawl.arabic import clean, fold
from newscrawl.items import Page
from newscrawl.urls import canonicalize, resolve

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEADLINE = re.compile(r"(?:^|[\s_-])(?:title|headline)(?:$|[\s_-])", re.IGNORECASE)
_LONGEST_TEXT = 300
_ARROWS = " .…:«»‹›<>←→⟵⟶"
# What stands on a further link to an article and is not its title; «more» alone leads to sections as well.
_READ_ON = frozenset(
    map(
        fold,
        (
            "اقرأ المزيد", "إقرأ المزيد", "اقرأ أكثر", "اقرأ القصة كاملة", "أكمل القراءة", "تابع القراءة",
            "قراءة المزيد", "التفاصيل", "continue reading", "read more",
        ),
    )
)  # fmt: skip
_MORE = frozenset(map(fold, ("المزيد", "للمزيد", "more")))
_MENU = re.compile(r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|mainmenu|submenu)(?:$|[\s_-])", re.IGNORECASE)
_FOOTER = re.compile(r"(?:^|[\s_-])footer(?:$|[\s_-])", re.IGNORECASE)


class Place(IntEnum):
    """Where on a page a link stands; where there are two links to one address, the first of these counts."""

    CONTENT = 1
    MENU = 2
    FOOTER = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link; `url` is canonical, `text` its title, empty where the link says no more than «read on» (`is_read_on`).

    `is_heading` says that the text is a headline.
    """

    url: str
    text: str
    is_heading: bool
    is_read_on: bool
    place: Place


def parse_html(body: bytes, page: Page) -> lxml_html.HtmlElement | None:
    """Return the root of the page, or None when it is empty."""
    text = _decode(body, page.headers.get("content-type", ""))
    # Nesting beyond 254 levels is lost without huge_tree; lxml refuses a text that declares its encoding, so as bytes.
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def find_base(tree: lxml_html.HtmlElement, page: Page) -> str | None:
    """Return the address that the page's relative links are relative to."""
    declared = next((href for element in tree.iter("base") if (href := element.get("href"))), "")
    return resolve(page.url, declared) or page.url


def read_anchors(tree: lxml_html.HtmlElement, base: str | None) -> Iterator[Anchor]:
    """Yield every link to a web page, in order."""
    for element in tree.iter("a"):
        url = resolve(base, element.get("href") or "")
        if url:
            text, is_heading = _read_text(element)
            said = fold(text).strip(_ARROWS)
            is_title = said not in _READ_ON and said not in _MORE
            yield Anchor(
                url=canonicalize(url),
                text=text[:_LONGEST_TEXT] if is_title else "",
                is_heading=is_heading and is_title,
                is_read_on=said in _READ_ON,
                place=_find_place(element),
            )


def _decode(body: bytes, content_type: str) -> str:
    """Return the text: what is valid UTF-8 is UTF-8 whatever it declares, for nothing else ever looks like it."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content_type) or _CHARSET.search(body[:2048].decode("latin-1"))
    try:
        charset = codecs.lookup(declared[1]).name if declared else "windows-1256"
        return body.decode(charset, errors="replace")
    except (LookupError, UnicodeError):
        return body.decode("windows-1256", errors="replace")


def _read_text(element: lxml_html.HtmlElement) -> tuple[str, bool]:
    """Return what the link says and whether that is a headline; of a whole card, the headline alone."""
    headline = next((part for part in element.iterdescendants() if _is_headline(part)), None)
    text = clean(" ".join((element if headline is None else headline).itertext()))
    if text:
        return text, headline is not None or any(_is_headline(parent) for parent in islice(element.iterancestors(), 2))
    spoken = (element.get("title"), element.get("aria-label"), *(image.get("alt") for image in element.iter("img")))
    return next((cleaned for said in spoken if said and (cleaned := clean(said))), ""), False


def _is_headline(element: lxml_html.HtmlElement) -> bool:
    return element.tag in _HEADINGS or bool(_HEADLINE.search(element.get("class") or ""))


def _find_place(element: lxml_html.HtmlElement) -> Place:
    for parent in element.iterancestors():
        if parent.tag in ("article", "main", "body"):
            return Place.CONTENT
        names = f"{parent.get('id', '')} {parent.get('class', '')}"
        if parent.tag == "footer" or _FOOTER.search(names):
            return Place.FOOTER
        if parent.tag in ("nav", "header") or parent.get("role") == "navigation" or _MENU.search(names):
            return Place.MENU
    return Place.CONTENT
