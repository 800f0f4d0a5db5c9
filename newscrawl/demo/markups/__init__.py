"""How a story is printed: four markups of the kinds the Arabic web uses, and the encoding each is sent in."""

from __future__ import annotations

from newscrawl.demo.markups import framework, semantic, table, wordpress
from newscrawl.demo.stories import Edition, Story

RENDERERS = {
    "semantic": semantic.render_story,
    "framework": framework.render_story,
    "wordpress": wordpress.render_story,
    "table": table.render_story,
}


def print_story(edition: Edition, story: Story) -> tuple[bytes, str]:
    """The page's bytes and its Content-Type; the old site's header names no charset, only its meta tag does."""
    text = RENDERERS[story.markup](edition, story)
    if story.markup == "table":
        # The old editor wrote what windows-1256 lacks as character references.
        return text.encode("windows-1256", "xmlcharrefreplace"), "text/html"
    return text.encode(), "text/html; charset=utf-8"
