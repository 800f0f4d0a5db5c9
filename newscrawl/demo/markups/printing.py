"""What all markups of the demo paper print with: template files, repeated patterns, and the words of a page's head."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from newscrawl.demo.stories import Edition, Part, Picture, Story
from newscrawl.items import Related

PLACEHOLDER_GIF = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@cache
def load_template(name: str) -> Template:
    return Template((files("newscrawl.demo") / "templates" / name).read_text("utf-8").strip())


def fill(template: str, /, **values: str) -> str:
    """The template file with its $places filled; a value is HTML already."""
    return load_template(template).substitute(values)


def put(pattern: str, *values: str | None) -> str:
    """The pattern with its %s filled by escaped text; nothing at all when a value is missing."""
    if None in values:
        return ""
    return pattern % tuple(escape(str(value)) for value in values)


def put_each(pattern: str, rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(put(pattern, *row) for row in rows)


def href_of(edition: Edition, url: str) -> str:
    """How the paper's pages write a link to this address of theirs."""
    address = url.removeprefix(edition.base)
    return next((story.href for story in edition.stories.values() if story.address == address), address)


def link_rows(edition: Edition, related: Iterable[Related]) -> list[tuple[str, str]]:
    return [(href_of(edition, one.url), one.title or "") for one in related]


def story_rows(edition: Edition, keys: Iterable[str]) -> list[tuple[str, str]]:
    return [(edition.stories[key].href, edition.stories[key].title) for key in keys]


def section_rows(edition: Edition) -> list[tuple[str, str]]:
    return [(f"/section/{key}", section["name"]) for key, section in edition.plan.sections.items()]


def tag_rows(story: Story) -> list[tuple[str, str]]:
    return [(f"/tag/{tag.replace(' ', '-')}", tag) for tag in story.tags]


def print_parts(story: Story, forms: Mapping[str, Callable[[Part], str]], joint: str = "\n") -> str:
    return joint.join(forms[part.kind](part) for part in story.parts)


def print_credited(picture: Picture, element: str) -> str:
    """The caption as printed, with its credit in brackets, behind a label, or in an element of its own."""
    forms = {"brackets": " (%s)", "label": " تصوير: %s", "element": element}
    return put("%s", picture.caption) + put(forms[picture.credit_form], picture.credit)


def print_head(edition: Edition, story: Story) -> str:
    """Title, description, canonical address and Open Graph; the publishing time where this story's page declares it."""
    picture = edition.url(story.picture.path) if story.picture else None
    lines = [
        put("<title>%s | %s</title>", story.title, edition.plan.name),
        put('<meta name="description" content="%s">', shorten(story.summary)),
        put('<link rel="canonical" href="%s">', edition.base + story.href),
        put('<meta property="og:type" content="%s">', "article"),
        put('<meta property="og:site_name" content="%s">', edition.plan.name),
        put('<meta property="og:title" content="%s">', story.title),
        put('<meta property="og:description" content="%s">', shorten(story.summary)),
        put('<meta property="og:url" content="%s">', edition.base + story.href),
        put('<meta property="og:image" content="%s">', picture),
    ]
    if story.declares in ("ld", "graph", "broken", "meta"):
        lines.append(put('<meta property="article:published_time" content="%s">', story.published_at))
        lines.append(put('<meta property="article:modified_time" content="%s">', story.modified_at))
    return "\n".join([line for line in lines if line] + print_linked_data(edition, story))


def shorten(text: str, limit: int = 155) -> str:
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] + "…"


def print_linked_data(edition: Edition, story: Story) -> list[str]:
    if story.declares not in ("ld", "graph", "broken"):
        return []
    entry: dict[str, Any] = {"@context": "https://schema.org", **describe_story(edition, story)}
    if story.declares == "graph":
        entry = {"@context": "https://schema.org", "@graph": describe_graph(edition, story)}
    text = json.dumps(entry, ensure_ascii=False, indent=None if story.declares == "graph" else 1)
    if story.declares == "broken":
        # What a template does that pastes a headline unescaped: a quotation mark ends the string too early.
        text = text.replace(json.dumps(story.title, ensure_ascii=False), f'"{story.title} "خاص""')
    return [f'<script type="application/ld+json">{text}</script>']


def describe_story(edition: Edition, story: Story) -> dict[str, Any]:
    known = {
        "@type": "NewsArticle",
        "mainEntityOfPage": edition.base + story.href,
        "headline": story.title,
        "description": shorten(story.summary),
        "image": [edition.url(story.picture.path)] if story.picture else None,
        "datePublished": story.published_at,
        "dateModified": story.modified_at,
        "articleSection": edition.section_name(story),
        "keywords": list(story.tags),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": edition.plan.name},
    }
    return {name: value for name, value in known.items() if value}


def describe_graph(edition: Edition, story: Story) -> list[dict[str, Any]]:
    """Yoast's kind: the article refers to its author by @id, beside the site, the page and the breadcrumbs."""
    people = [{"@type": "Person", "@id": f"{edition.base}/#person-{n}", "name": a} for n, a in enumerate(story.authors)]
    article = {**describe_story(edition, story), "@id": edition.base + story.href + "#article"}
    article["author"] = [{"@id": person["@id"]} for person in people]
    crumbs = [{"@type": "ListItem", "position": 1, "name": "الرئيسية", "item": edition.base + "/"}]
    return [
        {"@type": "WebSite", "@id": edition.base + "/#website", "name": edition.plan.name, "url": edition.base + "/"},
        {"@type": "WebPage", "@id": edition.base + story.href, "name": f"{story.title} | {edition.plan.name}"},
        {"@type": "BreadcrumbList", "itemListElement": crumbs},
        article,
        *people,
    ]
