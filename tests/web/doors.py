"""Front doors of every kind, printed from a newspaper's stories: what a feed or a sitemap says of each of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from tests.web.stories import Story

Entry = tuple[str, Story]
"""An address, however it is spelled, and the story that is announced there."""


def print_rss(entries: Iterable[Entry]) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(url)}</link>"
        f"<pubDate>{format_datetime(story.published)}</pubDate></item>"
        for url, story in entries
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>أخبار</title>{items}</channel></rss>'


def print_atom(entries: Iterable[Entry]) -> str:
    items = "".join(
        f"<entry><id>{escape(url)}</id><title>{escape(story.title)}</title>"
        f'<link rel="alternate" href="{escape(url)}"/><updated>{story.stamp}</updated></entry>'
        for url, story in entries
    )
    return f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>أخبار</title>{items}</feed>'


def print_rdf(entries: Iterable[Entry]) -> str:
    items = "".join(
        f'<item rdf:about="{escape(url)}"><title>{escape(story.title)}</title><link>{escape(url)}</link>'
        f"<dc:date>{story.stamp}</dc:date></item>"
        for url, story in entries
    )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>أخبار</title></channel>{items}</rdf:RDF>"
    )


def print_json_feed(entries: Iterable[Entry], following: str | None) -> str:
    items = [
        {"id": url, "url": url, "title": story.title, "date_published": story.published.isoformat()}
        for url, story in entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "أخبار", "items": items}
    return json.dumps(feed | ({"next_url": following} if following else {}), ensure_ascii=False)


def print_posts(entries: Iterable[Entry]) -> str:
    """Return the list that WordPress gives to programs."""
    return json.dumps(
        [
            {
                "link": url,
                "title": {"rendered": escape(story.title)},
                "date_gmt": _as_gmt(story.published),
                "modified_gmt": _as_gmt(story.modified or story.published),
            }
            for url, story in entries
        ]
    )


def _as_gmt(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def print_sitemap(entries: Iterable[Entry], *, is_news: bool = False) -> str:
    urls = "".join(
        f"<url><loc>{escape(url)}</loc>"
        + (
            f"<news:news><news:publication_date>{story.published.isoformat()}</news:publication_date>"
            f"<news:title>{escape(story.title)}</news:title></news:news>"
            if is_news
            else f"<lastmod>{story.stamp}</lastmod>"
        )
        + "</url>"
        for url, story in entries
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )
