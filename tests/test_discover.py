"""newscrawl sites discover, against small sites on loopback, one for each kind of front door."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from newscrawl.discovery.article_pattern import learn_article_url
from newscrawl.discovery.identity import find_country, find_languages, find_name, find_timezone
from newscrawl.items import Page
from newscrawl.sites import load_site
from tests.conftest import Run
from tests.site.doors import DoorSite
from tests.site.pages import print_article

NUMBERS = range(10_001, 10_016)
PATHS = [f"/politics/{number}/عنوان-الخبر" for number in NUMBERS]
TITLE = "البلدية تبدأ مشروع المياه في الحي القديم"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def rss(paths: list[str], at: str = "Sun, {day:02d} Nov 2026 10:00:00 +0000") -> str:
    items = "".join(
        f"<item><title>{TITLE} {n}</title><link>BASE{path}</link><pubDate>{at.format(day=n)}</pubDate></item>"
        for n, path in enumerate(paths, 1)
    )
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


def sitemap(paths: list[str], *, is_news: bool = False) -> str:
    news = f"<n:news><n:title>{TITLE}</n:title><n:publication_date>2026-11-22</n:publication_date></n:news>"
    urls = "".join(f"<url><loc>BASE{path}</loc>{news * is_news}</url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{NEWS}">{urls}</urlset>'


def index(*paths: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>BASE{path}</loc></sitemap>" for path in paths) + "</sitemapindex>"


def home_of(links: list[str], menu: str = "", head: str = "") -> str:
    cards = "".join(f'<article><h2><a href="{link}">{TITLE}</a></h2></article>' for link in links)
    return (
        f'<html lang="ar"><head><meta property="og:site_name" content="صحيفة المرفأ">{head}</head>'
        f"<body><nav>{menu}</nav><main>{cards}</main></body></html>"
    )


PLAIN_HOME = home_of([])
FEED_LINK = '<link rel="alternate" type="application/rss+xml" href="/news.rss">'
POSTS = json.dumps(
    [{"link": f"BASE{path}", "date_gmt": "2026-11-22T07:00:00", "title": {"rendered": TITLE}} for path in PATHS]
)
JSON_FEED = json.dumps(
    {"version": "https://jsonfeed.org/version/1", "items": [{"url": f"BASE{path}"} for path in PATHS]}
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom">'
    + "".join(f'<entry><link href="BASE{path}"/><updated>2026-11-22T10:00:00Z</updated></entry>' for path in PATHS)
    + "</feed>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    + "".join(f'<item rdf:about="BASE{path}"><link>BASE{path}</link></item>' for path in PATHS)
    + "</rdf:RDF>"
)
MENU = '<a href="/politics">سياسة</a><a href="/prices">أسعار</a>'
API = '<link rel="https://api.w.org/" href="BASE/api/">'
QUERY = "?per_page=100&_fields=link,title,date,date_gmt,modified_gmt"

# What the site has, and which keys of the profile name which addresses.
DOORS: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "sitemap of robots.txt": (
        {"/robots.txt": "Sitemap: BASE/s.xml", "/s.xml": sitemap(PATHS)},
        {"sitemaps": ["/s.xml"]},
    ),
    "robots.txt with a strange blank": (
        {"/robots.txt": "Sitemap:\u00c2\u00a0BASE/s.xml", "/s.xml": sitemap(PATHS)},
        {"sitemaps": ["/s.xml"]},
    ),
    "index of sitemaps": (
        {
            "/robots.txt": "Sitemap: BASE/index.xml",
            "/index.xml": index("/pages.xml", "/news.xml"),
            "/pages.xml": sitemap(PATHS[:3]),
            "/news.xml": sitemap(PATHS, is_news=True),
        },
        {"sitemaps": ["/index.xml"]},
    ),
    "index in an index": (
        {
            "/robots.txt": "Sitemap: BASE/index.xml",
            "/index.xml": index("/2026.xml"),
            "/2026.xml": index("/2026-11.xml", "/index.xml"),
            "/2026-11.xml": sitemap(PATHS),
        },
        {"sitemaps": ["/index.xml"]},
    ),
    "sitemap where many have it": (
        {"/sitemap.xml": ("\n" + sitemap(PATHS), "text/plain")},
        {"sitemaps": ["/sitemap.xml"]},
    ),
    "sitemap in plain text": (
        {"/sitemap.txt": "".join(f"BASE{path}\n" for path in PATHS)},
        {"sitemaps": ["/sitemap.txt"]},
    ),
    "news sitemap where many have it": (
        {"/news-sitemap.xml": sitemap(PATHS, is_news=True)},
        {"sitemaps": ["/news-sitemap.xml"]},
    ),
    "announced feed": ({"/": home_of([], head=FEED_LINK), "/news.rss": rss(PATHS)}, {"feeds": ["/news.rss"]}),
    "RSS where many have it": ({"/rss.xml": rss(PATHS)}, {"feeds": ["/rss.xml"]}),
    "Atom": ({"/atom.xml": (ATOM, "text/html")}, {"feeds": ["/atom.xml"]}),
    "RDF": ({"/index.xml": RDF}, {"feeds": ["/index.xml"]}),
    "JSON Feed": ({"/feed.json": JSON_FEED}, {"feeds": ["/feed.json"]}),
    "posts of WordPress, announced": (
        {"/": home_of([], head=API), f"/api/wp/v2/posts{QUERY}": POSTS},
        {"feeds": [f"/api/wp/v2/posts{QUERY}"]},
    ),
    "posts of WordPress": ({f"/wp-json/wp/v2/posts{QUERY}": POSTS}, {"feeds": [f"/wp-json/wp/v2/posts{QUERY}"]}),
    "section that is a list": (
        {"/": home_of(PATHS[:2], MENU), "/politics": home_of(PATHS), "/prices": home_of(PATHS[:1])},
        {"section_pages": ["/politics"]},
    ),
    "home page": ({"/": home_of(PATHS)}, {"section_pages": ["/"]}),
}


def home_page() -> str:
    return home_of(PATHS[:2], MENU, FEED_LINK)


def article(path: str) -> str:
    return print_article(int(path.split("/")[2]))


def discover(run: Run, site: DoorSite, *options: str) -> Any:
    return run("sites", "discover", site.host, "--allow-private", *options)


@pytest.mark.parametrize(("pages", "expected"), DOORS.values(), ids=DOORS)
def test_each_kind_of_front_door_is_found_and_written(
    run: Run, home: Path, pages: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    with DoorSite({"/": PLAIN_HOME} | pages) as site:
        done = discover(run, site)
        assert done.returncode == 0, done.stderr
        assert f"written: {home / 'sites' / site.key}.toml" in done.stderr
        profile = load_site(site.key, home)
    assert (profile.name, profile.domain, profile.languages) == ("صحيفة المرفأ", site.host, ("ar",))
    for name in ("feeds", "sitemaps", "section_pages"):
        assert list(getattr(profile, name)) == [site.url + path for path in expected.get(name, [])]


def test_profile_is_learned_from_what_was_found_and_can_be_crawled(run: Run, home: Path) -> None:
    pages = {"/": home_page(), "/news.rss": rss(PATHS), "/politics": home_of(PATHS), "/prices": home_of([])}
    with DoorSite(pages | {path: article(path) for path in PATHS}) as site:
        done = discover(run, site)
        assert done.returncode == 0, done.stderr
        profile = load_site(site.key, home)
        crawled = run("crawl", site.host, "--limit", "3", "--since", "2000-01-01")
    assert profile.article_url == r"/politics/\d{5,}(?:[/._-]|$)"
    assert len(profile.examples) == 2
    assert profile.verified is None
    assert "verified = false" in (home / "sites" / f"{site.key}.toml").read_text()
    assert crawled.returncode == 0, crawled.stderr
    assert "3 new" in crawled.stderr


def test_report_tells_each_doors_links_days_and_what_it_alone_has(run: Run) -> None:
    robots = "Sitemap: BASE/s.xml\nSitemap: BASE/gone.xml\nSitemap: BASE/empty.xml\nSitemap: BASE/html.xml"
    pages = {
        "/robots.txt": robots,
        "/s.xml": sitemap(PATHS[:8]),
        "/empty.xml": sitemap([]),
        "/html.xml": "<p>no sitemap</p>",
        "/": home_of([], head=FEED_LINK),
        "/news.rss": rss(PATHS[6:10]),
    }
    with DoorSite(pages) as site:
        told = discover(run, site, "--dry-run").stderr.replace(site.url, "")
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "8 75% - - sitemap robots.txt /s.xml" in lines
    assert "4 50% 2026-11-04 2026-11-01 feed home page /news.rss" in lines
    assert "0 - - - sitemap robots.txt /gone.xml (http 404)" in lines
    assert "0 - - - sitemap robots.txt /empty.xml (it names no article)" in lines
    assert "0 - - - sitemap robots.txt /html.xml (it is neither a feed nor a sitemap)" in lines


def test_dry_run_prints_the_profile_and_writes_nothing(run: Run, home: Path) -> None:
    with DoorSite({"/": PLAIN_HOME, "/feed": rss(PATHS)}) as site:
        done = discover(run, site, "--dry-run")
    assert done.returncode == 0
    assert tomllib.loads(done.stdout)["feeds"] == [f"{site.url}/feed"]
    assert not (home / "sites").exists()


def test_own_profile_is_overwritten_only_with_force_and_what_it_knows_stays(run: Run, home: Path) -> None:
    with DoorSite({"/": PLAIN_HOME, "/feed": rss(PATHS)}) as site:
        path = home / "sites" / "own.toml"
        path.parent.mkdir(parents=True)
        known = f'name = "جريدتي"\ndomain = "{site.host}"\ncountry = "LB"\ntimezone = "Asia/Beirut"\nfeeds = ["{site.url}/old"]\n'
        layout = (
            "article_url = '/old/'\ndelay_seconds = 0\n[[layouts]]\nuntil = 2020-01-31\nremove = ['.ad', 'p > b']\n"
        )
        path.write_text(known + layout, encoding="utf-8")
        refused = discover(run, site)
        assert refused.returncode == 2
        assert f"{path} is there already: --force overwrites it" in refused.stderr
        assert site.requests == []
        before = load_site("own", home)
        done = discover(run, site, "--force")
    assert done.returncode == 0, done.stderr
    after = load_site("own", home)
    assert after.feeds == (f"{site.url}/feed",)
    assert (after.name, after.country, after.timezone) == ("جريدتي", "LB", "Asia/Beirut")
    assert (after.layouts, after.delay_seconds) == (before.layouts, 0)
    # The old pattern matched nothing of what the feed has.
    assert after.article_url == r"/politics/\d{5,}(?:[/._-]|$)"


NOTHING = {
    "a site without lists": {"/": PLAIN_HOME},
    "a site that answers everything with its home page": {
        "/": PLAIN_HOME,
        "/robots.txt": PLAIN_HOME,
        "/feed": PLAIN_HOME,
        "/sitemap.xml": PLAIN_HOME,
    },
    "feeds of other sites": {"/": PLAIN_HOME, "/feed": rss(PATHS).replace("BASE", "https://elsewhere.example")},
}


@pytest.mark.parametrize("pages", NOTHING.values(), ids=NOTHING)
def test_nothing_found_is_said_in_one_line(run: Run, home: Path, pages: dict[str, Any]) -> None:
    with DoorSite(pages) as site:
        done = discover(run, site)
    assert done.returncode == 1
    assert f"newscrawl: {site.host}: no feed, no sitemap and no list of articles was found" in done.stderr
    assert not (home / "sites").exists()


UNREACHABLE = {
    "the home page fails": ({"/": ("<h1>503</h1>", "text/html", 503)}, "http 503"),
    "robots.txt forbids everything": (
        {"/": PLAIN_HOME, "/robots.txt": "User-agent: *\nDisallow: /", "/feed": rss(PATHS)},
        "robots.txt",
    ),
    "robots.txt fails": ({"/": PLAIN_HOME, "/robots.txt": ("", "text/plain", 500), "/feed": rss(PATHS)}, "robots.txt"),
    "it leads elsewhere": ({"/": ("http://127.0.0.2:9/", "text/html", 302)}, "its home page cannot be fetched"),
}


@pytest.mark.parametrize(("pages", "reason"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_site_that_does_not_answer_is_named_with_the_reason(run: Run, pages: dict[str, Any], reason: str) -> None:
    with DoorSite(pages) as site:
        done = discover(run, site)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"newscrawl: {site.url}/: its home page cannot be fetched" in done.stderr
    assert reason in done.stderr


def test_robots_rules_hold_for_every_door(run: Run, home: Path) -> None:
    pages = {
        "/robots.txt": "User-agent: *\nDisallow: /news.rss\nSitemap: BASE/s.xml",
        "/s.xml": sitemap(PATHS),
        "/": home_of([], head=FEED_LINK),
        "/news.rss": rss(PATHS),
    }
    with DoorSite(pages) as site:
        done = discover(run, site)
    assert "/news.rss" not in site.requests
    assert "/news.rss (robots.txt)" in done.stderr
    assert load_site(site.key, home).sitemaps == (f"{site.url}/s.xml",)


def test_door_on_a_host_that_nobody_named_is_not_asked(run: Run) -> None:
    """Neither one of this machine's network, whatever the page says, nor a public one without a contact."""
    with DoorSite({"/feed": rss(PATHS)}) as other:
        near = f'<link rel="alternate" type="application/rss+xml" href="{other.url}/feed">'
        far = '<link rel="alternate" type="application/rss+xml" href="https://feeds.example.com/a">'
        with DoorSite({"/": home_of(PATHS, head=near + far)}) as site:
            done = discover(run, site, "--dry-run")
        assert other.requests == []
    assert f"{other.url}/feed (private address)" in done.stderr
    assert "https://feeds.example.com/a (no NEWSCRAWL_CONTACT)" in done.stderr


def test_no_more_requests_than_allowed(run: Run) -> None:
    with DoorSite({"/": PLAIN_HOME, "/sitemap.xml": sitemap(PATHS)}) as site:
        done = discover(run, site, "--requests", "4", "--dry-run")
    assert "4 requests, where --requests ended it" in done.stderr
    # Scrapy reads robots.txt once more, for itself.
    assert len([path for path in site.requests if path != "/robots.txt"]) == 3


def test_public_host_is_asked_only_by_somebody_who_can_be_reached(run: Run) -> None:
    done = run("sites", "discover", "news.example.com")
    assert done.returncode == 2
    assert "set NEWSCRAWL_CONTACT" in done.stderr
    assert run("sites", "discover", "nobody").returncode == 2


# --- the pattern of articles' addresses

SECTIONS = ["https://x.com/", "https://x.com/politics", "https://x.com/tag/2026", "https://x.com/page/2"]
PATTERNS = {
    "number in a folder": ("https://x.com/news/details/{}", r"/news/details/\d{5,}(?:[/._-]|$)"),
    "number before a slug": ("https://x.com/{}/خبر", r"/\d{5,}(?:[/._-]|$)"),
    "number after a slug": ("https://x.com/سياسة/خبر-أول-{}.html", r"[-_]\d{5,}(?:\.\w+)?/?$"),
    "day": ("https://x.com/2026/11/22/خبر-{}/", r"/(?:19|20)\d{2}[/-]\d{1,2}[/-]\d{1,2}/"),
    "number in the query": ("https://x.com/news.php?id={}", r"[?&]\w*id=\d+"),
    "folder of their own": ("https://x.com/arabic/articles/c{}o", r"/arabic/articles/[^/?]+"),
    "nothing in common": ("https://x.com/خبر{}", None),
}


@pytest.mark.parametrize(("form", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_pattern_is_learned_where_all_articles_share_one(form: str, expected: str | None) -> None:
    articles = [form.format(number, number) for number in NUMBERS]
    assert learn_article_url(articles, SECTIONS) == expected


DOUBTFUL = {
    "too few articles": ([f"https://x.com/news/{number}" for number in range(10_000, 10_011)], SECTIONS, ()),
    "one that is different": ([*(f"https://x.com/a/{number}" for number in NUMBERS), "https://x.com/b"], SECTIONS, ()),
    "sections that look the same": (
        [f"https://x.com/news/{number}" for number in NUMBERS],
        ["https://x.com/news/20000"],
        (),
    ),
    "a feed of one section": (
        [f"https://x.com/sport/{number}" for number in NUMBERS],
        SECTIONS,
        [f"https://x.com/politics/a{number}" for number in NUMBERS],
    ),
}


@pytest.mark.parametrize(("articles", "others", "listed"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_no_pattern_where_it_is_not_certain(articles: list[str], others: list[str], listed: list[str]) -> None:
    assert learn_article_url(articles, others, listed) is None


# --- who the site is

NAMES = {
    "its own word": ('<meta property="og:site_name" content=" صحيفة المرفأ "><title>x</title>', "صحيفة المرفأ"),
    "its title": ("<title>صحيفة المرفأ | أخبار اليوم</title>", "صحيفة المرفأ"),
    "its title after home": ("<title>الرئيسية - صحيفة المرفأ</title>", "صحيفة المرفأ"),
    "nothing": ("<title> </title>", None),
}


@pytest.mark.parametrize(("head", "name"), NAMES.values(), ids=NAMES)
def test_name_of_a_site(head: str, name: str | None) -> None:
    assert find_name(Page(url="https://x.com/", body=f"<html><head>{head}</head></html>".encode())) == name


def test_language_is_that_of_the_headlines_else_of_the_page_else_the_declared_one() -> None:
    page = Page(url="https://x.com/", body=b'<html lang="en-US"><p>1</p>')
    arabic = Page(url="https://x.com/", body=f'<html lang="en-US"><p>{TITLE}، {TITLE}</p>'.encode())
    assert find_languages(arabic, []) == ("ar",)
    assert find_languages(page, [f"{TITLE} {n}" for n in range(5)]) == ("ar",)
    assert find_languages(page, [TITLE]) == ("en",)
    assert find_languages(page, []) == ("en",)


def test_country_is_told_by_the_address_alone() -> None:
    assert find_country("x.com.eg") == find_country("x.eg:8080") == "EG"
    assert find_country("x.com") is find_country("x.so") is find_country("localhost") is None


def times(*offsets: str, months: str = "01 02 03 06 07 08") -> list[str]:
    return [f"2025-{month}-15T10:00{offset}" for month, offset in zip(months.split(), offsets, strict=True)]


ZONES = {
    "winter and summer of Beirut": (times(*["+02:00"] * 3, *["+03:00"] * 3), "LB", "Asia/Beirut"),
    "always the same": (times(*["+03:00"] * 6), "SA", "Asia/Riyadh"),
    "an offset that several countries have": (times(*["+03:00"] * 6), None, None),
    "an offset that no other country has": (times(*["+04:00"] * 6), None, None),
    "an offset that the country never has": (times(*["+05:00"] * 6), "SA", None),
    "a server abroad": (times(*["+03:00"] * 5, "+01:00"), "SA", None),
    "UTC": (times(*["+00:00"] * 6), "MR", None),
    "too few": (times("+03:00", months="01"), "SA", None),
    "days without a time": (["2025-01-01"] * 6, "SA", None),
}


@pytest.mark.parametrize(("printed", "country", "zone"), ZONES.values(), ids=ZONES)
def test_time_zone_is_told_only_where_it_is_certain(printed: list[str], country: str | None, zone: str | None) -> None:
    assert find_timezone(printed, country) == zone
