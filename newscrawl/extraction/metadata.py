"""What a page declares about itself, before anybody has looked at its text: JSON-LD, Open Graph, meta, microdata, links.

Nothing here is believed yet: a headline with the site's name stuck on, a description cut with "…", an author that is the
site and a body that is a summary are all common, so `blocks` and `dates` check it against what the page shows.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newscrawl.arabic import clean

ARTICLE_TYPES = frozenset(
    (
        "NewsArticle Article BlogPosting ReportageNewsArticle OpinionNewsArticle AnalysisNewsArticle "
        "AskPublicNewsArticle BackgroundNewsArticle ReviewNewsArticle SocialMediaPosting LiveBlogPosting "
        "TechArticle ScholarlyArticle Report SatiricalArticle AdvertiserContentArticle"
    ).split()
)
# A compiled XPath stays in C, where iterfind() makes a Python object of every element; conditions in it cost four times
# as much as the list of the attributes that they would look at.
_FIND_PROPERTIES = etree.XPath("//@itemprop/..")
_FIND_RDFA = etree.XPath("//@property[contains(., 'dc:date') or contains(., 'datePublished')]/..")
"""As Drupal 7 writes it: «property="dc:date dc:created"»."""
_MAX_CHARS = 2_000
"""No title and no date is longer; each step takes titles apart anew."""
_MAX_JSON_CHARS = 2_000_000
_JSON_FIELD = re.compile(
    r'"(@type|headline|datePublished|dateModified|articleSection)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"'
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_PUBLISHED_META = (
    "article:published_time og:published_time article:published og:article:published_time "
    "datepublished date.issued dc.date.issued dcterms.issued dcterms.created dc.date dc.date.created "
    "dcterms.date parsely-pub-date sailthru.date publishdate publish-date publish_date "
    "publication_date pubdate article_date_original originalpublicationdate "
    "cxenseparse:recs:publishtime date_published published-date date"
).split()
_MODIFIED_META = [
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
]


@dataclass(slots=True)
class Declared:
    """What the head and the structured data say; texts are unescaped and cleaned, the order of a list is its trust.

    `body` has its line breaks, and may be HTML.
    """

    titles: list[tuple[str, str]] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)
    modified: list[tuple[str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    site_names: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    body: str = ""
    canonical: str | None = None
    language: str | None = None
    types: set[str] = field(default_factory=set)
    is_free: bool = True


def read_metadata(root: etree._Element) -> Declared:
    """Return what the page declares; broken structured data is read as far as it goes."""
    declared = Declared()
    declared.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    nodes = list(_find_json_nodes(root))
    for node in _rank_articles(nodes):
        _read_article_node(node, declared)
    for node in nodes:
        _read_other_node(node, declared)
    _read_meta(root, declared)
    _read_microdata(root, declared)
    for title in root.iter("title"):
        _add(declared.titles, "title", title.text)
        break
    return declared


def _add(values: list[tuple[str, str]], source: str, value: object) -> None:
    if isinstance(value, str) and (text := _tidy(value[:_MAX_CHARS])):
        values.append((text, source))


def _tidy(text: str) -> str:
    """Return a declared text unescaped and cleaned; half a letter, as a cut «\\ud83d» leaves it, becomes U+FFFD."""
    text = clean(html.unescape(text) if "&" in text else text)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _find_json_nodes(root: etree._Element) -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, nested ones after the one that holds them."""
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text:
            for value in _parse_json(script.text[:_MAX_JSON_CHARS]):
                yield from _walk_json(value, 0)


def _parse_json(text: str) -> list[Any]:
    """Return the values of a script: raw line breaks, trailing commas, comments and several values in a row are common."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = (
        text.replace("//<![CDATA[", "")
        .replace("//]]>", "")
        .replace("<![CDATA[", "")
        .replace("]]>", "")
        .strip(" ;\n\r\t")
    )
    values: list[Any] = []
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), _TRAILING_COMMA.sub(r"\1", html.unescape(text))):
        position = 0
        try:
            while position < len(attempt):
                value, end = decoder.raw_decode(attempt, position)
                values.append(value)
                position = end + len(attempt[end:]) - len(attempt[end:].lstrip(" ,;\n\r\t"))
        except (ValueError, RecursionError):
            if not values:
                continue
        break
    return values or _salvage(text)


def _salvage(text: str) -> list[Any]:
    """Return what can be told of an article whose script no parser reads: bare quotes, a missing value, a cut."""
    found = dict(reversed(_JSON_FIELD.findall(text)))  # of two the first counts
    node: dict[str, Any] = {key: _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value) for key, value in found.items()}
    return [node] if get_types(node) & ARTICLE_TYPES else []


def _walk_json(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, dict):
        yield value
        children: Any = (child for key, child in value.items() if key not in ("comment", "review"))
    elif isinstance(value, list):
        children = value[:500]
    else:
        return
    for child in children:
        if isinstance(child, dict | list):
            yield from _walk_json(child, depth + 1)


def get_types(node: dict[str, Any]) -> set[str]:
    """Return a JSON-LD object's types without their vocabulary's address; «newsArticle», as a theme writes it, is one."""
    types = node.get("@type") or ()
    names = types if isinstance(types, list) else [types]
    plain = (name.rsplit("/", 1)[-1] for name in names if isinstance(name, str))
    return {name[:1].upper() + name[1:] for name in plain}


def _rank_articles(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects that describe an article, the likeliest to be this page's first.

    Lists of related stories are articles too, but they have no date, no body and no mainEntityOfPage of their own.
    """
    articles = [node for node in nodes if get_types(node) & ARTICLE_TYPES]
    keys = ("articleBody", "datePublished", "mainEntityOfPage", "author", "headline", "image")
    best = max((sum(key in node for key in keys) for node in articles), default=0)
    return [node for node in articles if sum(key in node for key in keys) >= best][:1]


def _read_article_node(node: dict[str, Any], declared: Declared) -> None:
    declared.types |= get_types(node)
    _add(declared.titles, "json-ld", node.get("headline") or node.get("name"))
    _add(declared.published, "json-ld", node.get("datePublished"))
    _add(declared.modified, "json-ld", node.get("dateModified"))
    declared.descriptions += _texts(node.get("description"))
    body = node.get("articleBody")
    declared.body = html.unescape(body) if isinstance(body, str) else ""
    declared.sections += _texts(node.get("articleSection"))
    declared.images += _addresses(node.get("image"))
    for author in _names(node.get("author") or node.get("creator"), with_type=True):
        declared.authors.append((author, "json-ld"))
    declared.site_names += _names(node.get("publisher"))
    for keyword in _texts(node.get("keywords")):
        declared.tags += [clean(word) for word in re.split("[,،]", keyword) if clean(word)]
    if str(node.get("isAccessibleForFree", "")).lower() == "false":
        declared.is_free = False


def _read_other_node(node: dict[str, Any], declared: Declared) -> None:
    types = get_types(node)
    if types & {"WebSite", "NewsMediaOrganization", "Organization"}:
        declared.site_names += [*_texts(node.get("name")), *_texts(node.get("alternateName"))]
    elif not types & ARTICLE_TYPES:
        declared.types |= types


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    texts = (_tidy(text) for text in values if isinstance(text, str))
    return [text for text in texts if text]


def _names(value: Any, *, with_type: bool = False) -> list[str]:
    """Return the names of people or organisations; `with_type` leaves those out that say they are organisations."""
    names: list[str] = []
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            if not (with_type and get_types(entry) & {"Organization", "NewsMediaOrganization", "Corporation"}):
                names += _texts(entry.get("name"))
        else:
            names += _texts(entry)
    return names


def _addresses(value: Any) -> list[str]:
    found: list[str] = []
    for entry in value if isinstance(value, list) else [value]:
        found += _texts(entry.get("url") or entry.get("contentUrl")) if isinstance(entry, dict) else _texts(entry)
    return found


def _read_meta(root: etree._Element, declared: Declared) -> None:
    metas: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    for name in ("og:title", "twitter:title", "dc.title", "title", "headline"):
        _add(declared.titles, name, metas[name][0] if name in metas else None)
    for name in ("og:description", "description", "twitter:description"):
        declared.descriptions += _texts(metas.get(name))
    for names, values in ((_PUBLISHED_META, declared.published), (_MODIFIED_META, declared.modified)):
        for name in filter(metas.__contains__, names):
            _add(values, name, metas[name][0])
    for name in ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"):
        declared.authors += [(text, name) for text in _texts(metas.get(name)) if "://" not in text]
    for name in ("og:site_name", "application-name"):
        declared.site_names += _texts(metas.get(name))
    declared.sections += _texts(metas.get("article:section"))
    declared.tags += _texts(metas.get("article:tag"))
    for name in ("og:image", "twitter:image"):
        declared.images += _texts(metas.get(name))
    declared.types |= {f"og:{text.lower()}" for text in _texts(metas.get("og:type"))}
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            declared.canonical = link.get("href", "").strip()
            break


def _read_microdata(root: etree._Element, declared: Declared) -> None:
    """Read itemprop where its value is machine-written; a printed text with itemprop is a block like any other."""
    for element in root.iter("abbr"):
        if element.get("title") and "published" in element.get("class", ""):
            _add(declared.published, "hentry", element.get("title"))
    wanted = {"datepublished": declared.published, "datemodified": declared.modified}
    for element in _FIND_PROPERTIES(root):
        values = wanted.get((element.get("itemprop") or "").lower())
        if values is not None:
            _add(values, "itemprop", element.get("content") or element.get("datetime"))
    for element in _FIND_RDFA(root):
        _add(declared.published, "rdfa", element.get("content"))
