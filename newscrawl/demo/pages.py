"""Every address of the demo paper and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from newscrawl.demo import front_doors, lists
from newscrawl.demo.markups import print_story
from newscrawl.demo.pictures import draw_picture
from newscrawl.demo.stories import Edition

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
ASSET_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml", "js": "text/javascript", "gif": "image/gif"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What one address answers, before any content encoding."""

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    location: str | None = None


def normalise_path(target: str) -> str:
    """One spelling of a request's path: percent-escapes undone, tracking parameters dropped."""
    parts = urlsplit(target)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name in ("id", "page")]
    return unquote(parts.path) + (f"?{urlencode(kept)}" if kept else "")


def print_replies(edition: Edition) -> Mapping[str, Reply]:
    return {normalise_path(path): reply for path, reply in list_replies(edition)}


def list_replies(edition: Edition) -> Iterator[tuple[str, Reply]]:
    yield from list_articles(edition)
    yield from list_front_doors(edition)
    yield from list_other_pages(edition)
    yield from list_assets()


def list_articles(edition: Edition) -> Iterator[tuple[str, Reply]]:
    for story in edition.stories.values():
        yield story.path, Reply(*print_story(edition, story))
    for old, key in edition.plan.redirects.items():
        yield old, Reply(status=301, location=edition.base + edition.stories[key].address)


def list_front_doors(edition: Edition) -> Iterator[tuple[str, Reply]]:
    yield "/robots.txt", Reply(front_doors.print_robots(edition).encode(), "text/plain; charset=utf-8")
    yield "/feed.xml", Reply(front_doors.print_feed(edition).encode(), "application/rss+xml; charset=utf-8")
    yield "/sitemap.xml", Reply(front_doors.print_sitemap_index(edition).encode(), XML)
    yield "/sitemap-news.xml", Reply(front_doors.print_news_sitemap(edition).encode(), XML)
    yield "/sitemap-archive.xml.gz", Reply(front_doors.print_archive_sitemap(edition), "application/x-gzip")
    yield "/", Reply(lists.print_home(edition).encode())
    for key, section in edition.plan.sections.items():
        for number in range(1, len(section["pages"]) + 1):
            yield lists.section_path(key, number), Reply(lists.print_section(edition, key, number).encode())


def list_other_pages(edition: Edition) -> Iterator[tuple[str, Reply]]:
    for path, name in (("/about", "about.html"), ("/video/1180", "video.html"), ("/gallery/77", "gallery.html")):
        yield path, Reply(lists.print_fixed(edition, name).encode())
    for path, tag in lists.tag_paths(edition).items():
        yield path, Reply(lists.print_tag(edition, tag).encode())
    gone = Reply(lists.print_fixed(edition, "gone.html").encode(), status=410)
    for story in edition.stories.values():
        for offer in story.offers.values():
            yield offer.url, gone


def list_assets() -> Iterator[tuple[str, Reply]]:
    for file in (files("newscrawl.demo") / "assets").iterdir():
        yield f"/assets/{file.name}", Reply(file.read_bytes(), ASSET_TYPES[file.name.rpartition(".")[2]])


def find_reply(edition: Edition, replies: Mapping[str, Reply], target: str) -> Reply:
    """The answer to a request's target: any picture address has a picture, what is unknown gets the 404 page."""
    path = normalise_path(target)
    if path in replies:
        return replies[path]
    # A framework's picture server is asked for /_next/image?url=<the picture's own path>&w=...
    picture = dict(parse_qsl(urlsplit(target).query)).get("url", "") if path == "/_next/image" else path
    if picture.startswith("/media/"):
        return Reply(draw_picture(picture.rpartition("/")[2]), "image/png")
    return Reply(lists.print_fixed(edition, "not_found.html").encode(), status=404)
