"""Find where a site nobody described announces its articles: from what it names itself down to what may be guessed.

The rungs are those of DESIGN.md: the sitemaps of robots.txt, the feeds that the home page announces, addresses that
are common, WordPress's own list, the sections of the menu, the home page. What fetches the pages is given.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from newscrawl.discovery import parse_front_door, parse_robots_sitemaps
from newscrawl.discovery.front_door import FrontDoor
from newscrawl.exceptions import FetchError
from newscrawl.items import Link, Page, Site
from newscrawl.urls import canonicalize, is_same_site, resolve

Fetch = Callable[[str], Awaitable[Page]]
"""Gives the page of an address; raises FetchError with the reason where there is none."""

COMMON_FEEDS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/rss.php",
    "/rss.aspx",
)
COMMON_SITEMAPS = ("/sitemap_index.xml", "/sitemap.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap.txt")
COMMON_NEWS_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/newssitemap.xml")
_POSTS = "wp/v2/posts?per_page=100&_fields=link,title,date,date_gmt,modified_gmt"
_POSTS_BY_DEFAULT = f"/wp-json/{_POSTS}"
_API = re.compile(rb"""<link[^>]+https://api\.w\.org/[^>]+href=["']?([^"'\s>]+)""", re.IGNORECASE)

_MOST_SITEMAPS = 6
_MOST_CHILDREN = 3
_DEEPEST_INDEX = 2
_MOST_FEEDS = 10
_MOST_SECTIONS = 10
_FEWEST_IN_A_LIST = 5


@dataclass(frozen=True, slots=True)
class TriedDoor:
    """A front door that was opened, or one that the site names and that does not open (`problem` says why).

    `kind` is feed, sitemap, news sitemap, sitemap index, section or home page; `found` says what led there, `index`
    which sitemap index named it.
    """

    url: str
    kind: str
    found: str
    links: tuple[Link, ...] = ()
    problem: str | None = None
    index: str | None = None


@dataclass(slots=True)
class Walk:
    """What the ladder led to: the doors in its order, the home page, and how many requests that took."""

    doors: list[TriedDoor] = field(default_factory=list)
    home: Page | None = None
    requests: int = 0
    is_cut: bool = False

    def has(self, *kinds: str) -> bool:
        """Answer whether a door of one of these kinds led to articles."""
        return any(door.links for door in self.doors if door.kind in kinds)


class _OutOfRequestsError(Exception):
    pass


async def walk_ladder(site: Site, root: str, fetch: Fetch, limit: int) -> Walk:
    """Return the front doors of a site whose home page is `root`, after `limit` requests at the most.

    Raises FetchError when the home page cannot be fetched at all, or belongs to another site.
    """
    ladder = _Ladder(site, root, fetch, limit)
    try:
        await ladder.climb()
    except _OutOfRequestsError:
        ladder.walk.is_cut = True
    return ladder.walk


class _Ladder:
    def __init__(self, site: Site, root: str, fetch: Fetch, limit: int) -> None:
        self._site, self._root, self._fetch, self._limit = site, root, fetch, limit
        self._asked: set[str] = set()
        self.walk = Walk()

    async def climb(self) -> None:
        home = await self._open_home()
        for sitemap in (await self._ask_robots())[:_MOST_SITEMAPS]:
            await self._open(sitemap, "robots.txt")
        await self._open_all([url for url in home.front_doors if url not in home.sections][:_MOST_FEEDS], "home page")
        await self._guess()
        await self._open_all(home.sections[:_MOST_SECTIONS], "menu")
        assert self.walk.home is not None
        if home.links:
            self._add(TriedDoor(self._root, "home page", "root", home.links, home.problem))

    # --- the rungs

    async def _open_home(self) -> FrontDoor:
        page = self.walk.home = await self._get(self._root)
        if page.url and not is_same_site(page.url, self._site.domain):
            raise FetchError(f"{self._root} redirects to {page.url}: name that site instead")
        self._root = page.url or self._root
        self._asked.add(canonicalize(self._root))
        return parse_front_door(page, self._site)

    async def _ask_robots(self) -> list[str]:
        try:
            page = await self._get(urljoin(self._root, "/robots.txt"))
        except FetchError:
            return []
        named = parse_robots_sitemaps(page.body.decode("utf-8", "replace"))
        return [url for url in named if is_same_site(url, self._site.domain)]

    async def _guess(self) -> None:
        if not self.walk.has("sitemap", "news sitemap"):
            await self._guess_one_of(COMMON_SITEMAPS, "sitemap", "news sitemap")
        if not self.walk.has("news sitemap"):
            await self._guess_one_of(COMMON_NEWS_SITEMAPS, "news sitemap")
        if not self.walk.has("feed"):
            await self._guess_one_of(COMMON_FEEDS, "feed")
        assert self.walk.home is not None
        api = _API.search(self.walk.home.body)
        posts = urljoin(resolve(self._root, api[1].decode("utf-8", "replace")) or self._root, _POSTS) if api else None
        if posts or not self.walk.has("feed"):
            await self._open(posts or urljoin(self._root, _POSTS_BY_DEFAULT), "WordPress", is_guess=posts is None)

    async def _guess_one_of(self, paths: Iterable[str], *kinds: str) -> None:
        for path in paths:
            await self._open(urljoin(self._root, path), "common path", is_guess=True)
            if self.walk.has(*kinds):
                return

    # --- one door

    async def _open_all(self, urls: Iterable[str], found: str) -> None:
        for url in urls:
            await self._open(url, found)

    async def _open(
        self, url: str, found: str, *, is_guess: bool = False, index: str | None = None, depth: int = 0
    ) -> None:
        """Add a door; a guess that opens nothing is none, and a page of the menu that is no list is no section."""
        url = canonicalize(url)
        if url in self._asked:
            return
        self._asked.add(url)
        try:
            page = await self._get(url)
        except FetchError as error:
            if not is_guess:
                self._add(TriedDoor(url, _EXPECTED.get(found, "feed"), found, problem=str(error), index=index))
            return
        if not self._is_known(page, url):
            await self._add_opened(TriedDoor(url, "", found, index=index), page, depth, is_guess=is_guess)

    def _is_known(self, page: Page, url: str) -> bool:
        """Answer whether the server led to a page that was asked for already."""
        final = canonicalize(page.url or url)
        is_known = final != url and final in self._asked
        self._asked.add(final)
        return is_known

    async def _add_opened(self, tried: TriedDoor, page: Page, depth: int, *, is_guess: bool) -> None:
        door = parse_front_door(page, self._site)
        kind = _name_kind(door, tried.found)
        if kind is None:
            if not is_guess and tried.found != "menu":
                problem = door.problem or "it is neither a feed nor a sitemap"
                self._add(replace(tried, kind=_EXPECTED.get(tried.found, "feed"), problem=problem))
            return
        is_empty = not (door.links or door.front_doors)
        problem = door.problem or ("it names no article" if is_empty else "")
        self._add(replace(tried, kind=kind, links=door.links, problem=problem or None))
        if kind == "sitemap index" and depth < _DEEPEST_INDEX:
            for child in door.front_doors[:_MOST_CHILDREN]:
                await self._open(child, tried.found, index=tried.index or tried.url, depth=depth + 1)

    def _add(self, door: TriedDoor) -> None:
        self.walk.doors.append(door)

    async def _get(self, url: str) -> Page:
        if self.walk.requests >= self._limit:
            raise _OutOfRequestsError
        self.walk.requests += 1
        return await self._fetch(url)


_EXPECTED = {"robots.txt": "sitemap", "menu": "section"}


def _name_kind(door: FrontDoor, found: str) -> str | None:
    """Return what a door is to a person; None for what is no front door."""
    if door.kind == "html":
        return "section" if found == "menu" and len(door.links) >= _FEWEST_IN_A_LIST else None
    if door.kind == "sitemap" and any(link.title for link in door.links):
        return "news sitemap"  # only Google's extension for news gives titles
    return {"feed": "feed", "sitemap": "sitemap", "sitemap_index": "sitemap index"}.get(door.kind)
