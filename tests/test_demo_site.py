"""The demo paper must be what it claims to be: a real web site, whose pages hold exactly what its answers say."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import feedparser
import lxml.etree
import lxml.html
import pytest

from newscrawl.demo import ANSWERED, DemoSite
from newscrawl.demo.pages import normalise_path
from newscrawl.demo.stories import load_plan, load_stories
from newscrawl.exceptions import UsageError
from newscrawl.items import Article
from newscrawl.urls import canonicalize

SEED = Path(__file__).resolve().parents[2] / "shared" / "seed" / "page.txt"
SEED_PATH = "/ar/news/turkey-strengthens-military-cooperation-with-new-syria"
PRIVATE = "/private/"
STORIES = load_stories()
PUBLIC = sorted(key for key, story in STORIES.items() if not story.path.startswith(PRIVATE))


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSite]:
    with DemoSite(port=0) as site:
        yield site


def fetch(demo: DemoSite, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(demo.url).netloc, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def fetch_text(demo: DemoSite, path: str) -> str:
    """The page as a browser decodes it: by the charset of the header, or else of the meta tag."""
    answer = fetch(demo, path)
    declared = answer.headers.get_content_charset() or re.search(rb"charset=([\w-]+)", answer.body)[1].decode()
    return answer.body.decode(declared)


def visible_text(html: str) -> str:
    """What a reader sees, white space folded, pictures as their alternative text."""
    pieces: list[str] = []

    def walk(element: lxml.html.HtmlElement) -> None:
        if element.tag not in ("script", "style", "noscript", "head", lxml.etree.Comment):
            pieces.append(element.text or "")
            pieces.append(element.get("alt") or "")
            for child in element:
                walk(child)
                pieces.append(child.tail or "")

    walk(lxml.html.fromstring(html))
    return fold_space(" ".join(pieces))


def fold_space(text: str) -> str:
    return " ".join(text.split())


def drop_space(text: str) -> str:
    return "".join(text.split())


def answer_for(demo: DemoSite, key: str) -> Article:
    address = demo.url + STORIES[key].address
    return next(article for article in demo.expected if article.url == address)


def links_of(demo: DemoSite, path: str) -> set[str]:
    hrefs = lxml.html.fromstring(fetch_text(demo, path)).xpath("//main//@href")
    return {normalise_path(href) for href in hrefs}


def announced(demo: DemoSite) -> dict[str, set[str]]:
    """Front door -> the addresses of stories it announces; an old address counts as the story it redirects to."""
    feed = feedparser.parse(fetch(demo, "/feed.xml").body)
    news = re.findall(r"<loc>(.*?)</loc>", fetch(demo, "/sitemap-news.xml").body.decode())
    archive = gzip.decompress(fetch(demo, "/sitemap-archive.xml.gz").body).decode()
    sections = load_plan().sections
    long = [key for key, section in sections.items() if len(section["pages"]) > 1]
    doors = {
        "feed": {entry.link for entry in feed.entries},
        "news": set(news),
        "archive": set(re.findall(r"<loc>(.*?)</loc>", archive)),
        "home": links_of(demo, "/"),
        "page 1": set().union(*(links_of(demo, f"/section/{key}") for key in sections)),
        "page 2": set().union(*(links_of(demo, f"/section/{key}?page=2") for key in long)),
    }
    redirects = {old: STORIES[key].path for old, key in load_plan().redirects.items()}
    paths = {door: {normalise_path(link.removeprefix(demo.url)) for link in links} for door, links in doors.items()}
    return {door: {redirects.get(path, path) for path in found} for door, found in paths.items()}


# The server


def test_robots_txt_forbids_the_private_folder_and_names_the_sitemap(demo: DemoSite) -> None:
    answer = fetch(demo, "/robots.txt")
    lines = answer.body.decode().splitlines()
    assert (answer.status, answer.headers.get_content_type()) == (200, "text/plain")
    assert "Disallow: /private/" in lines
    assert f"Sitemap: {demo.url}/sitemap.xml" in lines
    assert "crawl-delay" not in answer.body.decode().lower()


def test_private_article_is_announced_by_a_section_and_by_a_sitemap(demo: DemoSite) -> None:
    found = announced(demo)
    private = STORIES["private-draft"].path
    assert private in found["page 1"]
    assert private in found["news"]
    assert fetch(demo, STORIES["private-draft"].address).status == 200
    assert not [article for article in demo.expected if PRIVATE in str(article.url)]


@pytest.mark.parametrize(
    ("path", "status", "content_type"),
    [
        ("/", 200, "text/html"),
        ("/section/politics", 200, "text/html"),
        ("/section/politics?page=2", 200, "text/html"),
        ("/feed.xml", 200, "application/rss+xml"),
        ("/sitemap.xml", 200, "application/xml"),
        ("/sitemap-news.xml", 200, "application/xml"),
        ("/sitemap-archive.xml.gz", 200, "application/x-gzip"),
        ("/about", 200, "text/html"),
        ("/video/1180", 200, "text/html"),
        ("/gallery/77", 200, "text/html"),
        ("/tag/%D8%AA%D8%B1%D8%A7%D8%AB", 200, "text/html"),
        ("/media/anything.png", 200, "image/png"),
        ("/_next/image?url=%2Fmedia%2Fanything.png&w=640&q=75", 200, "image/png"),
        ("/assets/semantic.css", 200, "text/css"),
        ("/ar/news/lost-orchestra-40001", 404, "text/html"),
        ("/section/politics?page=3", 404, "text/html"),
        ("/ar/news/yale-scholar", 410, "text/html"),
    ],
)
def test_page_has_its_status_and_type(demo: DemoSite, path: str, status: int, content_type: str) -> None:
    answer = fetch(demo, path)
    assert (answer.status, answer.headers.get_content_type()) == (status, content_type)
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_missing_page_says_so_in_arabic_and_is_linked_from_a_section(demo: DemoSite) -> None:
    assert "غير موجودة" in visible_text(fetch_text(demo, "/ar/news/lost-orchestra-40001"))
    assert "/ar/news/lost-orchestra-40001" in links_of(demo, "/section/culture")


def test_old_address_redirects_for_good_to_the_article(demo: DemoSite) -> None:
    answer = fetch(demo, "/news.php?id=77")
    assert answer.status == 301
    assert answer.headers["Location"] == answer_for(demo, "wooden-boats").url


def test_tracking_parameters_lead_to_the_same_article(demo: DemoSite) -> None:
    links = [entry.link for entry in feedparser.parse(fetch(demo, "/feed.xml").body).entries if "utm_" in entry.link]
    assert len(links) == 2
    for link in links:
        tracked = fetch(demo, link.removeprefix(demo.url))
        assert tracked.body == fetch(demo, link.removeprefix(demo.url).partition("?")[0]).body


def test_html_is_gzipped_for_clients_that_take_it(demo: DemoSite) -> None:
    plain = fetch(demo, STORIES["port-opening"].address)
    packed = fetch(demo, STORIES["port-opening"].address, Accept_Encoding="gzip, deflate")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_head_answers_without_a_body(demo: DemoSite) -> None:
    answer = fetch(demo, "/", method="HEAD")
    assert answer.status == 200
    assert answer.body == b""
    assert int(answer.headers["Content-Length"]) > 1000


def test_requests_are_recorded_with_their_user_agent(demo: DemoSite) -> None:
    fetch(demo, "/section/sport?x=1", User_Agent="proof/1.0")
    assert ("GET", "/section/sport?x=1", "proof/1.0") in demo.requests


def test_taken_port_is_a_usage_error_of_one_line(demo: DemoSite) -> None:
    port = int(demo.url.rpartition(":")[2])
    with pytest.raises(UsageError, match=rf"^port {port} .*$"), DemoSite(port):
        pass


def test_closing_does_not_wait_for_clients_that_keep_their_connection() -> None:
    with DemoSite(port=0) as site:
        idle = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
        idle.request("GET", "/robots.txt")
        idle.getresponse().read()
        started = time.monotonic()
    idle.close()
    assert time.monotonic() - started < 5


def test_site_names_its_front_doors(demo: DemoSite) -> None:
    site = demo.site
    assert demo.url == f"http://{site.domain}"
    assert (site.key, site.timezone) == ("demo", "Asia/Beirut")
    for address in (*site.feeds, *site.sitemaps, *site.section_pages):
        assert fetch(demo, address.removeprefix(demo.url)).status == 200


# The front doors


def test_feed_parses_and_has_eight_items(demo: DemoSite) -> None:
    feed = feedparser.parse(fetch(demo, "/feed.xml").body)
    assert not feed.bozo
    assert len(feed.entries) == 8
    assert all(entry.title and entry.summary for entry in feed.entries)
    assert sum("published" in entry for entry in feed.entries) == 6


def test_sitemap_index_leads_to_a_news_sitemap_and_a_gzip_file(demo: DemoSite) -> None:
    index = lxml.etree.fromstring(fetch(demo, "/sitemap.xml").body)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    assert index.xpath("//s:sitemap/s:loc/text()", namespaces=names) == [
        f"{demo.url}/sitemap-news.xml",
        f"{demo.url}/sitemap-archive.xml.gz",
    ]
    news = lxml.etree.fromstring(fetch(demo, "/sitemap-news.xml").body)
    assert len(news.xpath("//s:url", namespaces=names)) == 6
    assert len(news.xpath("//n:news/n:title/text()", namespaces=names)) == 5
    archive = lxml.etree.fromstring(gzip.decompress(fetch(demo, "/sitemap-archive.xml.gz").body))
    assert len(archive.xpath("//s:url/s:loc", namespaces=names)) == 9


def test_every_article_can_be_reached_and_some_by_one_way_only(demo: DemoSite) -> None:
    found = announced(demo)
    ways = {key: {door for door, paths in found.items() if STORIES[key].path in paths} for key in PUBLIC}
    assert [key for key, doors in ways.items() if not doors] == []
    only = Counter(next(iter(doors)) for doors in ways.values() if len(doors) == 1)
    assert {"feed", "news", "archive", "page 2"} <= set(only)


# The articles


def test_all_four_markups_and_enough_articles_are_there() -> None:
    markups = Counter(STORIES[key].markup for key in PUBLIC)
    assert set(markups) == {"semantic", "framework", "wordpress", "table"}
    assert min(markups.values()) >= 4
    assert len(PUBLIC) >= 20


@pytest.mark.parametrize("key", PUBLIC)
def test_article_page_holds_every_printed_answer(demo: DemoSite, key: str) -> None:
    text = visible_text(fetch_text(demo, STORIES[key].address))
    article = answer_for(demo, key)
    printed = [article.title, article.subtitle, article.published_text, article.agency, article.section]
    printed += [article.image_alt, article.caption, article.credit, *article.authors, *article.tags]
    printed += [value for image in article.images for value in (image.alt, image.caption, image.credit)]
    printed += [value for one in article.related for value in (one.title, one.summary, one.image_alt)]
    assert [value for value in printed if value and drop_space(value) not in drop_space(text)] == []


@pytest.mark.parametrize("key", PUBLIC)
def test_article_page_prints_the_blocks_whole_and_in_order(demo: DemoSite, key: str) -> None:
    text = visible_text(fetch_text(demo, STORIES[key].address))
    article = answer_for(demo, key)
    position = 0
    for block in article.blocks:
        position = text.find(block.text, position)
        assert position >= 0, block.text
        position += len(block.text)
    assert article.body == "\n\n".join(block.text for block in article.blocks)


@pytest.mark.parametrize("key", PUBLIC)
def test_article_page_carries_furniture_that_is_no_answer(demo: DemoSite, key: str) -> None:
    text = visible_text(fetch_text(demo, STORIES[key].address))
    article = answer_for(demo, key)
    furniture = [word for word in ("إعلان", "شارك", "الأكثر قراءة", "جميع الحقوق", "طباعة") if word in text]
    assert furniture
    assert "إعلان" not in [block.text for block in article.blocks]


@pytest.mark.parametrize("key", PUBLIC)
def test_pictures_and_links_of_the_answers_are_in_the_page(demo: DemoSite, key: str) -> None:
    html = fetch_text(demo, STORIES[key].address)
    article = answer_for(demo, key)
    pictures = [article.image_url, *(one.url for one in article.images), *(one.image_url for one in article.related)]
    for address in filter(None, pictures):
        assert address.removeprefix(demo.url) in html
    hrefs = {normalise_path(href) for href in lxml.html.fromstring(html).xpath("//body//a/@href")}
    assert {normalise_path(one.url.removeprefix(demo.url)) for one in article.related} <= hrefs


def test_answers_keep_to_the_rules_of_the_items(demo: DemoSite) -> None:
    for article in demo.expected:
        assert article.url == canonicalize(str(article.url))
        assert {block.kind for block in article.blocks} <= {"heading", "paragraph", "quote", "list_item"}
        assert not article.credit or article.credit not in str(article.caption)
        assert "(" not in str(article.caption)
        for name in ANSWERED:
            value = getattr(article, name)
            assert not isinstance(value, str) or value == fold_space(value) or name == "body"


def test_old_pages_are_windows_1256_and_say_so_in_their_meta_tag_alone(demo: DemoSite) -> None:
    for key in (key for key in PUBLIC if STORIES[key].markup == "table"):
        answer = fetch(demo, STORIES[key].address)
        assert answer.headers["Content-Type"] == "text/html"
        assert b"charset=windows-1256" in answer.body
        assert STORIES[key].title.encode("windows-1256") in answer.body
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode()


def test_linked_data_is_whole_broken_or_a_graph(demo: DemoSite) -> None:
    def load(key: str) -> dict[str, object]:
        html = lxml.html.fromstring(fetch_text(demo, STORIES[key].address))
        (text,) = html.xpath('//script[@type="application/ld+json"]/text()')
        return json.loads(text)

    assert load("breakwater-plan")["datePublished"] == "2024-12-18T14:30:00+02:00"
    assert "@graph" in load("school-library")
    with pytest.raises(json.JSONDecodeError):
        load("fish-market")


def test_seed_page_has_its_nine_headings_eleven_paragraphs_and_seven_links(demo: DemoSite) -> None:
    article = answer_for(demo, "turkey-syria")
    assert Counter(block.kind for block in article.blocks) == {"heading": 9, "paragraph": 11}
    assert [one.kind for one in article.related] == ["inline"] * 3 + ["block"] * 4
    assert article.blocks[1].text.startswith("-قالت")
    assert article.credit == "أ ف ب/رامي السيد"
    assert article.published_at is article.published_text is None


@pytest.mark.skipif(not SEED.exists(), reason="the seed page lies beside the repository, not in it")
def test_seed_page_reads_as_the_seed_does(demo: DemoSite) -> None:
    assert drop_space(visible_text(fetch_text(demo, SEED_PATH))) == drop_space(SEED.read_text("utf-8"))
