"""Where the other parts of an article are that its site prints on several pages.

Sites call their neighbouring stories «next» too, and number the pages of lists and of comments: a part is known by its
address, which is the article's own with a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from newscrawl.arabic import fold
from newscrawl.items import Address, Article
from newscrawl.urls import canonicalize, resolve
from newscrawl.variants import story_key

MAX_PARTS = 20
"""An article that counts on beyond this is a list, or a trap."""

_WORDS = frozenset(
    map(fold, ("التالي", "التالية", "الصفحة التالية", "الجزء التالي", "تابع القراءة", "next", "next page"))
)
_ARROWS = " «»‹›<>←→⟵⟶:.|"
_NAMES = "page|paged|pg|pageno|pagenum|page_no|part"
_IN_COMMENTS = etree.XPath("ancestor-or-self::*[contains(@class, 'comment') or contains(@id, 'comment')]")
# Of lower case: without a fixed first letter the search of every address took a fourteenth of the whole reading.
_MAY_BE_NUMBERED = re.compile("p(?:age(?:d|no|num|_no)?|g|art)[=/-]?[0-9]|/[0-9]{1,2}/?(?:$|[?#])")
_IN_QUERY = re.compile(rf"(?:(?<=\?)|(?<=&))(?:{_NAMES})=([0-9]{{1,2}})(?:&|$)", re.IGNORECASE)
_IN_PATH = re.compile(r"/(page[/-]?|part[/-]?)?([0-9]{1,2})(?=\?|$)", re.IGNORECASE)
_MIN_SLUG_WORDS = 3
_LONG_NUMBER = re.compile("[0-9]{5}")


def find_parts(root: etree._Element, url: str) -> Iterator[Address]:
    """Yield the address of the article's first part, where this page is a later one, and of the part after this."""
    story, here = split_number(url)
    first = _find_linked(root, url, story) if here is not None else None
    if first:
        yield Address("first_part", first)
    following = _find_following(root, url, story, here)
    if following:
        yield Address("next_part", following)


def find_address(article: Article, kind: str) -> str | None:
    """Return the first address of a kind that the article's page names."""
    return next((address.url for address in article.addresses if address.kind == kind), None)


def join_part(article: Article, part: Article) -> Article | None:
    """Return the article with the text of its next part; None where that page has another headline or nothing new.

    A page that prints the same text again numbers its comments or a list, not its parts.
    """
    title, part_title = fold(article.title or ""), fold(part.title or "")
    seen = {fold(block.text) for block in article.blocks}
    new = tuple(block for block in part.blocks if fold(block.text) not in seen)
    if not new or not title or title not in part_title:
        return None
    following = find_address(part, "next_part")
    kept = [address for address in article.addresses if address.kind != "next_part"]
    addresses = (*kept, Address("part", str(part.url)), *([Address("next_part", following)] if following else []))
    blocks = (*article.blocks, *new)
    return replace(
        article,
        blocks=blocks,
        body="\n\n".join(block.text for block in blocks),
        images=tuple(dict.fromkeys((*article.images, *part.images))),
        related=tuple(dict.fromkeys((*article.related, *part.related))),
        addresses=addresses,
    )


def leave_next(article: Article) -> Article:
    """Return the article as one that does not go on elsewhere."""
    return replace(article, addresses=tuple(a for a in article.addresses if a.kind != "next_part"))


def split_number(url: str) -> tuple[str, int | None]:
    """Return the key of the article that the address may be a part of, and the number of the part, if it has one."""
    key = story_key(url)
    if match := _IN_QUERY.search(key):
        rest = (key[: match.start()] + key[match.end() :]).rstrip("?&")
        return rest, int(match[1]) if "/" in rest or "?" in rest else None
    match = _IN_PATH.search(key)
    if match is None:
        return key, None
    rest = key[: match.start()] + key[match.end() :]
    is_part = bool(match[1]) or _is_slug(key[: match.start()].rpartition("/")[2])
    return (rest, int(match[2])) if is_part and "/" in rest else (key, None)


def _is_slug(name: str) -> bool:
    """Answer whether a folder is named like an article: below any other, a bare number is an article of its own."""
    return bool(_LONG_NUMBER.search(name)) or len(re.split("-|_|%20", name)) >= _MIN_SLUG_WORDS


def _list_links(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    # iter() with names stays in C and takes a tenth of the time of an XPath with conditions
    for element in root.iter("a", "link"):
        href = element.get("href")
        if href is not None and (element.tag == "a" or element.get("rel") is not None):
            yield element, href


def _find_linked(root: etree._Element, url: str, story: str) -> str | None:
    for _, href in _list_links(root):
        found = resolve(url, href)
        if found and story_key(found) == story:
            return canonicalize(found)
    return None


def _find_following(root: etree._Element, url: str, story: str, here: int | None) -> str | None:
    for element, href in _list_links(root):
        wanted = _get_wanted(element, here) if _MAY_BE_NUMBERED.search(href.lower()) else ()
        found = resolve(url, href) if wanted else None
        if found is None:
            continue
        of_story, number = split_number(found)
        if of_story == story and number in wanted and not _IN_COMMENTS(element):
            return canonicalize(found)
    return None


def _get_wanted(element: etree._Element, here: int | None) -> tuple[int, ...]:
    """Return the numbers that the next part may have, if this link says that it leads there.

    Most sites count their parts from 1; where the part numbered 1 is called «2», they count from 0.
    """
    text = fold("".join(element.itertext())).strip(_ARROWS)
    names_next = "next" in (element.get("rel") or "").lower().split() or text in _WORDS
    if here is not None:
        return (here + 1,) if names_next or text in (str(here + 1), str(here + 2)) else ()
    return (1, 2) if names_next or text == "2" else ()
