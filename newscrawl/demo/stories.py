"""The demo paper's stories: what was written, apart from the markup that prints it and where it is announced.

A story's text and the right answer of extraction are the same data, so that neither can drift from the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from newscrawl.items import Related

KEPT_IN_ADDRESSES = "/?=&"
MARKS = {"## ": "heading", "> ": "quote", "* ": "list", "@ ": "see_also", "! ": "picture"}
# What the cards of a markup leave out.
UNPRINTED = {
    "framework": (),
    "semantic": ("summary", "section"),
    "wordpress": ("summary", "section"),
    "table": ("summary", "section", "image_url", "image_alt"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `credit_form` says how its credit is printed: brackets, label or element."""

    name: str
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    credit_form: str = "brackets"

    @property
    def path(self) -> str:
        return f"/media/{self.name}.png"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text as written: heading, paragraph, quote, list, see_also or picture (by key)."""

    kind: str
    text: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One article of the demo paper; `path` is readable, with Arabic letters, `declares` names its metadata.

    `declares` is ld, graph, broken (JSON-LD that does not parse, beside meta tags), meta, time or none; `agency_form`
    is byline or end; `spelling` is how links to it are written: raw, lower or upper (percent-encoding).
    """

    key: str
    markup: str
    path: str
    title: str
    subtitle: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    agency_form: str = "end"
    published_at: str | None = None
    published_text: str | None = None
    modified_at: str | None = None
    declares: str = "none"
    tags: tuple[str, ...] = ()
    spelling: str = "upper"
    variant: str = ""
    picture: Picture | None = None
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    offers: Mapping[str, Related] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def address(self) -> str:
        """The path in the one canonical form: upper-case percent-encoding."""
        return quote(self.path, safe=KEPT_IN_ADDRESSES)

    @property
    def href(self) -> str:
        """The path as the paper's pages write it."""
        forms = {"raw": self.path, "lower": lower_percents(self.address), "upper": self.address}
        return forms[self.spelling]

    @property
    def opening(self) -> str:
        return next(part.text for part in self.parts if part.kind == "paragraph")

    @property
    def summary(self) -> str:
        return self.subtitle or self.opening


@dataclass(frozen=True, slots=True)
class Plan:
    """Which story is announced where; pages of a section are lists of story keys."""

    name: str
    slogan: str
    timezone: str
    today: str
    home: tuple[str, ...]
    most_read: tuple[str, ...]
    feed: tuple[str, ...]
    feed_tracked: tuple[str, ...]
    feed_tracking: Mapping[str, str]
    news_sitemap: tuple[str, ...]
    archive_sitemap: tuple[str, ...]
    redirects: Mapping[str, str]
    sections: Mapping[str, Mapping[str, Any]]
    extra_links: Mapping[str, tuple[Mapping[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Edition:
    """The paper as it stands at one base address."""

    base: str
    stories: Mapping[str, Story]
    plan: Plan

    def url(self, path: str) -> str:
        return self.base + quote(path, safe=KEPT_IN_ADDRESSES + "%")

    def section_name(self, story: Story) -> str | None:
        return self.plan.sections[story.section]["name"] if story.section else None

    def see_also(self, story: Story, key: str) -> Related:
        """A link inside the text: the story's own offer of that key, or another story of the paper."""
        if key in story.offers:
            own = story.offers[key]
            return Related(kind="inline", url=self.url(own.url), title=own.title)
        target = self.stories[key]
        return Related(kind="inline", url=self.base + target.address, title=target.title)

    def cards(self, story: Story) -> tuple[Related, ...]:
        """The further reading after the text, with the fields that this story's markup prints."""
        unprinted: dict[str, Any] = dict.fromkeys(UNPRINTED[story.markup])
        return tuple(replace(self.full_card(story, key), **unprinted) for key in story.related)

    def full_card(self, story: Story, key: str) -> Related:
        if key in story.offers:
            own = story.offers[key]
            return replace(own, url=self.url(own.url), image_url=self.url(own.image_url) if own.image_url else None)
        target = self.stories[key]
        picture = target.picture
        return Related(
            kind="block",
            url=self.base + target.address,
            title=target.title,
            summary=target.summary,
            image_url=self.url(f"/media/thumb/{picture.name}.png") if picture else None,
            image_alt=picture.alt if picture else None,
            section=self.section_name(target),
        )


def lower_percents(address: str) -> str:
    """The address as WordPress writes it, with the hex digits of its escapes in lower case."""
    first, *rest = address.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])


def parse_parts(text: str) -> tuple[Part, ...]:
    """Blocks parted by blank lines; a mark at the start of a block tells its kind."""
    return tuple(parse_part(block.strip()) for block in text.strip().split("\n\n"))


def parse_part(block: str) -> Part:
    kind = MARKS.get(block[: block.find(" ") + 1], "paragraph")
    if kind == "list":
        return Part(kind, entries=tuple(line.removeprefix("* ") for line in block.splitlines()))
    return Part(kind, block if kind == "paragraph" else block.split(" ", 1)[1])


def parse_story(key: str, text: str) -> Story:
    entry = tomllib.loads(text)
    lists: dict[str, Any] = {name: tuple(entry.pop(name, ())) for name in ("authors", "tags", "related")}
    picture = entry.pop("picture", None)
    pictures = {name: Picture(**one) for name, one in entry.pop("pictures", {}).items()}
    offers = {name: Related(kind="block", **one) for name, one in entry.pop("offers", {}).items()}
    return Story(
        key=key,
        picture=Picture(**picture) if picture else None,
        pictures=pictures,
        offers=offers,
        parts=parse_parts(entry.pop("text")),
        **lists,
        **entry,
    )


@cache
def load_stories() -> Mapping[str, Story]:
    folder = files("newscrawl.demo") / "articles"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    stories = (parse_story(name.removesuffix(".toml"), (folder / name).read_text("utf-8")) for name in names)
    return {story.key: story for story in stories}


@cache
def load_plan() -> Plan:
    entry = tomllib.loads((files("newscrawl.demo") / "plan.toml").read_text("utf-8"))
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()}
    return Plan(**values)


def load_edition(base: str) -> Edition:
    return Edition(base, load_stories(), load_plan())
