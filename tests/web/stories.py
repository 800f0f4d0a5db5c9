"""The stories of the invented newspapers, and the pages that print them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape

from tests.press import make_text

_PARAGRAPHS = 4


@dataclass
class Story:
    """One article: `path` is its one address, as a reader sees it; `parts` are the further pages it is printed on.

    `head` is printed into its head. It counts as `known` once a crawl could have read it; `modified` is what front
    doors say of its last change.
    """

    path: str
    title: str
    published: datetime
    paragraphs: list[str]
    parts: list[list[str]] = field(default_factory=list)
    head: str = ""
    modified: datetime | None = None

    @property
    def body(self) -> str:
        return "\n\n".join([*self.paragraphs, *(text for part in self.parts for text in part)])

    @property
    def stamp(self) -> str:
        """When front doors say that it was last changed."""
        return (self.modified or self.published).isoformat()


def write_stories(name: str, template: str, newest: datetime, number: int) -> Iterator[Story]:
    """Yield so many stories of a newspaper, a day apart; `template` becomes the path: {n} is the story's number."""
    dice = random.Random(name)
    for n in range(1, number + 1):
        title = make_text(dice, 8)[:-1]
        yield Story(
            path=template.format(n=4000 + n, slug=title.replace(" ", "-")),
            title=title,
            published=newest - timedelta(days=n - 1),
            paragraphs=[make_text(dice, 24) for _ in range(_PARAGRAPHS)],
        )


def add_part(story: Story) -> None:
    """Let the story go on on another page."""
    dice = random.Random(f"{story.path} {len(story.parts)}")
    story.parts.append([make_text(dice, 24) for _ in range(_PARAGRAPHS)])


def print_story(story: Story, *, part: int = 1, charset: str = "utf-8", is_amp: bool = False, token: str = "") -> str:
    """Return a page of the story: its first, another part, or its AMP copy."""
    texts = [story.paragraphs, *story.parts][part - 1]
    has_next = part <= len(story.parts)
    following = f'<a rel="next" href="{story.path}{part + 1}/">الصفحة التالية</a>' if has_next else ""
    body = "\n".join(f"<p>{text}</p>" for text in texts)
    return f"""<!DOCTYPE html>
<html lang="ar" dir="rtl"{" amp" if is_amp else ""}><head><meta charset="{charset}"><title>{escape(story.title)}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{escape(story.title)}">
<meta property="article:published_time" content="{story.published.isoformat()}">{story.head}</head>
<body><header><a href="/">الرئيسية</a></header><main><h1>{escape(story.title)}</h1>
<article>{body}</article>{following}</main><footer>جميع الحقوق محفوظة {token}</footer></body></html>"""
