"""The newspapers of the web: each has another kind of front door, other faults, and a truth of its own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote

from tests.site.pages import print_section, print_sitemap_index
from tests.web import doors
from tests.web.server import Answer, Asked, WebSite
from tests.web.stories import Story, add_part, write_stories

NOW = datetime.fromisoformat("2025-03-10T12:00:00+00:00")
"""When the web is first crawled; the newest stories are two hours old then."""

_NEWEST = NOW - timedelta(hours=2)
_XML, _JSON = "application/xml", "application/json"
_PER_PAGE = 2


class Web:
    """All the newspapers by name; a context manager. `decoy` is a server at an address that nobody named."""

    def __init__(self) -> None:
        self.decoy = WebSite("decoy", "127.0.0.99")
        self.sites = {name: open_paper() for name, open_paper in _PAPERS.items()}
        self["rss"].moved["/inside"] = f"{self.decoy.url}/secret"
        self._numbered = {name: list(site.stories.values()) for name, site in self.sites.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for site in (*self.sites.values(), self.decoy):
            site.close()

    def __getitem__(self, name: str) -> WebSite:
        return self.sites[name]

    def story(self, name: str, number: int) -> Story:
        """Return a newspaper's story: number 1 was the newest at first."""
        return self._numbered[name][number - 1]

    def url(self, name: str, story: Story) -> str:
        """Return a story's one address."""
        return self.sites[name].url + quote(story.path, "/?=")

    def find_place(self, url: str) -> tuple[str, str]:
        """Return which newspaper an address belongs to, and the path there."""
        name = next(name for name, site in self.sites.items() if url.startswith(site.url + "/"))
        return name, unquote(url.removeprefix(self.sites[name].url))

    def write_profiles(self, home: Path) -> None:
        """Describe every newspaper to the crawler: its doors, but for those that it has to find itself."""
        (home / "sites").mkdir(parents=True, exist_ok=True)
        for name, site in self.sites.items():
            described = "".join(
                f'{kind} = ["{site.url}{quote(path, "/?=&")}"]\n' for kind, path in _DOORS[name].items()
            )
            (home / "sites" / f"{name}.toml").write_text(
                f'name = "{name}"\ndomain = "{site.host}"\ndelay_seconds = {site.delay}\n{described}', encoding="utf-8"
            )

    def truth(self) -> dict[str, Story]:
        """Return every story that exists, may be fetched and is announced, by its one address."""
        return {
            self.url(name, story): story
            for name, site in self.sites.items()
            if name != "shut"
            for story in site.stories.values()
            if not story.path.startswith(site.forbidden or ("\0",)) and story.published > NOW - timedelta(days=7)
        }

    @property
    def log(self) -> list[Asked]:
        """Everything that any newspaper was asked, in order."""
        return sorted(line for site in self.sites.values() for line in site.log)

    def forget_log(self) -> None:
        for site in (*self.sites.values(), self.decoy):
            site.log.clear()


_DOORS = {
    "rss": {"feeds": "/feed.xml"},
    "atom": {"feeds": "/atom.xml", "section_pages": "/copies"},
    "rdf": {"feeds": "/index.rdf"},
    "json": {"feeds": "/feed.json"},
    "maps": {},
    "posts": {"feeds": "/wp-json/wp/v2/posts?per_page=2"},
    "lists": {"section_pages": "/politics"},
    "traps": {"section_pages": "/diary/1"},
    "home": {},
    "shut": {"feeds": "/feed.xml"},
}


def _announce(site: WebSite, path: str, print_door: Callable[[list[doors.Entry]], str], kind: str = _XML) -> None:
    site.pages[path] = lambda: Answer(print_door(site.entries()), kind)


def _forbid(site: WebSite, *paths: str, encoding: str = "utf-8", more: str = "") -> None:
    """Let robots.txt forbid paths, of which there are stories all the same."""
    site.forbidden = paths
    rules = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths) + more
    site.pages["/robots.txt"] = lambda: Answer(rules.encode(encoding), "text/plain")


def _link(label: str, links: list[tuple[str, str]], following: str | None = None) -> Answer:
    return Answer(print_section(label, links, following))


def _open_rss() -> WebSite:
    """RSS with tracking parameters; ETags, Crawl-delay, a forbidden folder, a way into somebody's network."""
    site = WebSite("rss", "127.0.0.11", delay=0.05, validators="etag")
    site.add(*write_stories("rss", "/news/{n}", _NEWEST, 6), *write_stories("memo", "/private/memo/{n}", _NEWEST, 1))
    _forbid(site, "/private/", more="Crawl-delay: 0.1\n")
    site.delay = 0.1
    site.moved = {"/metadata": "http://169.254.169.254/latest/meta-data/"}
    (ghost,) = write_stories("ghost", "/ghost", _NEWEST, 1)

    def announce(entries: list[doors.Entry]) -> str:
        tracked = [(f"{url}?utm_source=rss&utm_medium=feed", story) for url, story in entries]
        return doors.print_rss([*tracked, (f"{site.url}/inside", ghost), (f"{site.url}/metadata", ghost)])

    _announce(site, "/feed.xml", announce)
    return site


def _open_atom() -> WebSite:
    """Atom with Arabic addresses in every spelling; Last-Modified; copies for AMP, print and readers that are counted."""
    site = WebSite("atom", "127.0.0.12", validators="date")
    site.add(*write_stories("atom", "/أخبار/{slug}", _NEWEST, 5))
    for story in site.stories.values():
        story.head = f'<link rel="canonical" href="{site.url}{story.path}"><link rel="amphtml" href="{story.path}/amp">'

    def spell(entries: list[doors.Entry]) -> list[doors.Entry]:
        forms = (str, quote, lambda path: quote(path).lower())
        return [(site.url + forms[n % 3](story.path), story) for n, (_, story) in enumerate(entries)]

    def list_copies() -> Answer:
        ends = ("/amp", "/print", "?fbclid=abc", "/amp?utm_source=x", "#comments")
        links = [(story.path + end, story.title) for story, end in zip(site.stories.values(), ends, strict=False)]
        return _link("نسخ", links)

    _announce(site, "/atom.xml", lambda entries: doors.print_atom(spell(entries)))
    site.pages["/copies"] = list_copies
    return site


def _open_rdf() -> WebSite:
    """RDF; pages and robots.txt in windows-1256; slow, reset, 500 once and for ever."""
    site = WebSite("rdf", "127.0.0.13")
    site.charset = "windows-1256"
    site.add(*write_stories("rdf", "/article.php?id={n}", _NEWEST, 5), *write_stories("file", "/ملفات/{n}", _NEWEST, 1))
    _forbid(site, "/ملفات/", encoding="windows-1256")
    (broken,) = write_stories("broken", "/article.php?id=666", _NEWEST, 1)
    first, second, third, *_ = site.stories
    site.slow, site.once, site.always = {first: 0.4}, {second: "reset", third: 500}, {broken.path: 500}
    _announce(site, "/index.rdf", lambda entries: doors.print_rdf([*entries, (site.url + broken.path, broken)]))
    return site


def _open_json() -> WebSite:
    """JSON Feed on two pages; a circle of redirects, an old address, 429 with Retry-After."""
    site = WebSite("json", "127.0.0.14")
    site.add(*write_stories("json", "/{n}/story", _NEWEST, 4))
    *_, last = site.stories
    site.once = {last: 429}
    site.moved = {"/circle/1": "/circle/2", "/circle/2": "/circle/1", "/go/4001": "/4001/story"}

    def announce(entries: list[doors.Entry]) -> str:
        odd = [(site.url + path, entries[0][1]) for path in ("/circle/1", "/go/4001")]
        return doors.print_json_feed([*odd, *entries[:2]], "/feed.json?page=2")

    _announce(site, "/feed.json", announce, _JSON)
    _announce(site, "/feed.json?page=2", lambda entries: doors.print_json_feed(entries[2:], None), _JSON)
    return site


def _open_maps() -> WebSite:
    """Sitemaps that robots.txt names: an index, a packed sitemap with an old story, one of news."""
    site = WebSite("maps", "127.0.0.15", validators="etag")
    site.add(*write_stories("maps", "/world/{n}.html", _NEWEST, 5))
    site.add(*write_stories("old", "/old/{n}.html", NOW - timedelta(days=60), 1))
    site.pages["/robots.txt"] = lambda: Answer(f"User-agent: *\nSitemap: {site.url}/index.xml\n", "text/plain")
    children = [f"{site.url}/all.xml.gz", f"{site.url}/news.xml"]
    site.pages["/index.xml"] = lambda: Answer(print_sitemap_index(children), _XML)
    site.pages["/all.xml.gz"] = lambda: Answer(
        gzip.compress(doors.print_sitemap(site.entries()).encode(), mtime=0), "application/x-gzip"
    )
    _announce(site, "/news.xml", lambda entries: doors.print_sitemap(entries[:2], is_news=True))
    site.pages["/"] = lambda: _link("الرئيسية", [(s.path, s.title) for _, s in site.entries()[:2]])
    return site


def _open_posts() -> WebSite:
    """The list that WordPress keeps for programs, page by page; short links, and a story in three parts."""
    site = WebSite("posts", "127.0.0.16")
    site.add(*write_stories("posts", "/2025/03/{slug}/", _NEWEST, 4))
    long = next(iter(site.stories.values()))
    add_part(long)
    add_part(long)
    for n, story in enumerate(site.stories.values(), 1):
        site.moved[f"/?p={n}"] = quote(story.path)
        story.head = f'<link rel="shortlink" href="{site.url}/?p={n}">'
    door = "/wp-json/wp/v2/posts?per_page=2"

    def list_posts(number: int) -> Answer:
        entries = site.entries()
        told = entries[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        if number == 1:
            told = [*told, (f"{site.url}/?p=3", entries[2][1])]
        has_more = len(entries) > number * _PER_PAGE
        headers = {"Link": f'<{site.url}{door}&page={number + 1}>; rel="next"'} if has_more else {}
        return Answer(doors.print_posts(told), _JSON, headers=headers)

    site.pages[door] = lambda: list_posts(1)
    for number in (2, 3, 4):
        site.pages[f"{door}&page={number}"] = lambda number=number: list_posts(number)  # type: ignore[misc]
    return site


def _open_lists() -> WebSite:
    """A section on several pages; session ids in every link; one canonical address for the whole site."""
    site = WebSite("lists", "127.0.0.17")
    site.add(*write_stories("lists", "/politics/{n}", _NEWEST, 5))
    sessions = count(1)

    def list_stories(number: int) -> Answer:
        stories = [story for _, story in site.entries()[(number - 1) * _PER_PAGE : number * _PER_PAGE]]
        ids = (f";jsessionid={next(sessions):032X}", f"?PHPSESSID=a{next(sessions):025}")
        links = [(story.path + end, story.title) for story, end in zip(stories, ids, strict=False)]
        has_more = len(site.stories) > number * _PER_PAGE
        return _link("سياسة", links, f"/politics?page={number + 1}" if has_more else None)

    site.pages["/politics"] = lambda: list_stories(1)
    for number in (2, 3, 4):
        site.pages[f"/politics?page={number}"] = lambda number=number: list_stories(number)  # type: ignore[misc]
    for story in site.stories.values():
        story.head = f'<link rel="canonical" href="{site.url}/politics/4001">'
    return site


def _open_traps() -> WebSite:
    """A diary whose every page leads to days and to the next page, without end; two stories among them."""
    site = WebSite("traps", "127.0.0.18")
    site.add(*write_stories("traps", "/story-of-the-day-{n}", _NEWEST, 2))

    def list_days(number: int) -> Answer:
        days = [
            (f"/diary/2025/{number:02}/{day}", f"يوم {day} من شهر {number} في المدينة القديمة") for day in range(1, 13)
        ]
        stories = [(story.path, story.title) for story in site.stories.values()] if number == 1 else []
        return _link("يوميات", [*stories, *days], f"/diary/{number + 1}")

    for number in range(1, 9):
        site.pages[f"/diary/{number}"] = lambda number=number: list_days(number)  # type: ignore[misc]
        for day in range(1, 13):
            site.pages[f"/diary/2025/{number:02}/{day}"] = lambda number=number: list_days(number)  # type: ignore[misc]
    return site


def _open_home() -> WebSite:
    """Nothing but a home page."""
    site = WebSite("home", "127.0.0.19", validators="etag")
    site.add(*write_stories("home", "/local/{slug}", _NEWEST, 4))
    site.pages["/"] = lambda: _link("الرئيسية", [(s.path, s.title) for _, s in site.entries()])
    return site


def _open_shut() -> WebSite:
    """A server that cannot send its robots.txt: nothing may be asked of it."""
    site = WebSite("shut", "127.0.0.20")
    site.add(*write_stories("shut", "/news/{n}", _NEWEST, 3))
    site.pages["/robots.txt"] = lambda: Answer("down", status=503)
    _announce(site, "/feed.xml", doors.print_rss)
    return site


_PAPERS: dict[str, Callable[[], WebSite]] = {
    "rss": _open_rss,
    "atom": _open_atom,
    "rdf": _open_rdf,
    "json": _open_json,
    "maps": _open_maps,
    "posts": _open_posts,
    "lists": _open_lists,
    "traps": _open_traps,
    "home": _open_home,
    "shut": _open_shut,
}
