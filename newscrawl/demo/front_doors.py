"""What leads a crawler to the demo paper's articles, beside its list pages: robots.txt, the feed and the sitemaps."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlencode

from newscrawl.demo.stories import Edition, Story

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def print_robots(edition: Edition) -> str:
    return f"User-agent: *\nDisallow: /private/\nDisallow: /search\n\nSitemap: {edition.base}/sitemap.xml\n"


def print_feed(edition: Edition) -> str:
    """RSS 2.0 (www.rssboard.org/rss-specification)."""
    items = "".join(print_item(edition, edition.stories[key]) for key in edition.plan.feed)
    channel = (
        f"<title>{escape(edition.plan.name)}</title><link>{edition.base}/</link>"
        f"<description>{escape(edition.plan.slogan)}</description><language>ar</language>\n{items}"
    )
    return f'{XML}<rss version="2.0"><channel>{channel}</channel></rss>\n'


def print_item(edition: Edition, story: Story) -> str:
    tracking = edition.plan.feed_tracking if story.key in edition.plan.feed_tracked else {}
    link = edition.base + story.address + (f"?{urlencode(tracking)}" if tracking else "")
    date = f"<pubDate>{format_datetime(parse_time(story.published_at))}</pubDate>" if story.published_at else ""
    section = edition.section_name(story)
    category = f"<category>{escape(section)}</category>" if section else ""
    return (
        f"<item><title>{escape(story.title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">fanar-{story.key}</guid>{date}{category}'
        f"<description>{escape(story.summary)}</description></item>\n"
    )


def parse_time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.astimezone()


def print_sitemap_index(edition: Edition) -> str:
    paths = ("/sitemap-news.xml", "/sitemap-archive.xml.gz")
    entries = "".join(f"<sitemap><loc>{edition.base}{path}</loc></sitemap>" for path in paths)
    return f'{XML}<sitemapindex xmlns="{SITEMAP}">{entries}</sitemapindex>\n'


def print_news_sitemap(edition: Edition) -> str:
    """Google's news extension (developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""
    urls = "".join(print_news_url(edition, edition.stories[key]) for key in edition.plan.news_sitemap)
    return f'{XML}<urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}">\n{urls}</urlset>\n'


def print_news_url(edition: Edition, story: Story) -> str:
    news = ""
    if story.published_at:
        news = (
            f"<news:news><news:publication><news:name>{escape(edition.plan.name)}</news:name>"
            f"<news:language>ar</news:language></news:publication>"
            f"<news:publication_date>{story.published_at}</news:publication_date>"
            f"<news:title>{escape(story.title)}</news:title></news:news>"
        )
    return f"<url><loc>{escape(edition.base + story.address)}</loc>{news}</url>\n"


def print_archive_sitemap(edition: Edition) -> bytes:
    """A sitemap that is a gzip file, not one sent with a content encoding."""
    links = [edition.base + edition.stories[key].address for key in edition.plan.archive_sitemap]
    links += [edition.base + old for old in edition.plan.redirects]
    return gzip.compress(print_plain_sitemap(links).encode(), mtime=0)


def print_plain_sitemap(links: Iterable[str]) -> str:
    urls = "".join(f"<url><loc>{escape(link)}</loc></url>\n" for link in links)
    return f'{XML}<urlset xmlns="{SITEMAP}">\n{urls}</urlset>\n'
