"""Which other addresses a page gives for itself, and which copy of its article it is.

What is impossible is left out here: another site, a home page, a section. Whether the other address really is the same
article, only the archive can tell, by the titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.extraction.parts import find_parts
from newscrawl.items import Address, Site
from newscrawl.urls import canonicalize, is_same_site, resolve
from newscrawl.variants import find_variant, story_key

_RELATIONS = {"canonical": "canonical", "shortlink": "shortlink", "amphtml": "amp"}
_OF_FILES = frozenset(
    ("", "stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "icon", "apple-touch-icon")
)
_AMP_ATTRIBUTES = ("amp", "\u26a1", "amp4ads")
_MAX_SECTION_WORDS = 3
_DIGIT = re.compile("[0-9]")


def find_addresses(root: etree._Element, url: str, site: Site | None) -> tuple[Address, ...]:
    """Return the believable addresses that a page declares; the canonical first."""
    declared = [Address(kind, found) for kind, found in _read_declared(root, url) if _is_believable(found, url, site)]
    declared.sort(key=lambda address: address.kind != "canonical")
    return tuple(dict.fromkeys((*declared, *find_parts(root, url))))


def find_copy(root: etree._Element, url: str) -> str | None:
    """Return which variant of its article a page is: what it says itself, else what its address says."""
    return "amp" if any(name in root.attrib for name in _AMP_ATTRIBUTES) else find_variant(url)


def _read_declared(root: etree._Element, url: str) -> Iterator[tuple[str, str]]:
    for element in root.iter("link", "meta"):
        if element.tag == "meta":
            kind, told = ("canonical" if element.get("property") == "og:url" else None), element.get("content")
        else:
            kind, told = _find_kind(element), element.get("href")
        found = resolve(url, told) if kind and told else None
        if kind and found and canonicalize(found) != url:
            yield kind, canonicalize(found)


def _find_kind(link: etree._Element) -> str | None:
    relation = (link.get("rel") or "").lower()
    if relation in _OF_FILES:
        return None  # nine links of ten
    relations = relation.split()
    if "alternate" in relations and "max-width" in (link.get("media") or "") and not link.get("hreflang"):
        return "mobile"
    return next((_RELATIONS[relation] for relation in relations if relation in _RELATIONS), None)


def _is_believable(found: str, url: str, site: Site | None) -> bool:
    doors = (*site.feeds, *site.sitemaps, *site.section_pages) if site else ()
    keys = {story_key(door) for door in doors}
    parts = urlsplit(found)
    is_home = parts.path == "/" and not parts.query
    return is_same_site(found, url) and not is_home and story_key(found) not in keys and not _is_folder(found, url)


def _is_folder(found: str, url: str) -> bool:
    """Answer whether an address is a section that the page lies in: a folder above it, named without a number."""
    folder, key = story_key(found), story_key(url)
    name = folder.rpartition("/")[2]
    words = re.split("[-_]|%20", name)
    return key.startswith(f"{folder}/") and not _DIGIT.search(_drop_escapes(name)) and len(words) <= _MAX_SECTION_WORDS


def _drop_escapes(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", "", text)
