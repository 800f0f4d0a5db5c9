from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.discovery import FrontDoor, parse_front_door, parse_robots_sitemaps, parse_url_list
from newscrawl.items import Link, Page, Site

HOME = "https://x.com/"
SITE = Site(key="x", name="صحيفة", domain="x.com")
REAL_FRONT_DOORS = Path(__file__).parents[2] / "shared" / "frontdoors"


def read(body: str | bytes, url: str = HOME, content_type: str = "text/html", site: Site | None = SITE) -> FrontDoor:
    data = body.encode() if isinstance(body, str) else body
    return parse_front_door(Page(url=url, headers={"content-type": content_type}, body=data), site)


def rss(*items: str, before: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'{before}<rss version="2.0"><channel><title>صحيفة</title>{entries}</channel></rss>'


def urlset(*entries: str, before: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    inside = "".join(f"<url>{entry}</url>" for entry in entries)
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    return f'{before}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{news}">{inside}</urlset>'


def html(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>x</title>{head}</head><body>{body}</body></html>"


# --- feeds

ITEM = "<title>خبر أول</title><link>https://x.com/1?utm_source=rss</link><pubDate>Sun, 22 Nov 2026 10:00:00 +0300</pubDate>"
LINK = Link(url="https://x.com/1", via="feed", found_on=HOME, title="خبر أول", modified_at="2026-11-22T10:00+03:00")

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://x.com/"><title>صحيفة</title><link>https://x.com/</link></channel>
<item rdf:about="https://x.com/1"><title>خبر أول</title><link>https://x.com/1</link>
<dc:date>2026-11-22T10:00:00+03:00</dc:date></item>
</rdf:RDF>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.com/"><title>صحيفة</title>
<link rel="self" href="https://x.com/atom"/><link rel="next" href="/atom?page=2"/>
<entry><title type="html">خبر &lt;b&gt;أول&lt;/b&gt;</title>
<link rel="enclosure" href="https://x.com/a.mp3"/><link rel="alternate" href="1"/>
<published>2026-11-22T08:00:00+03:00</published><updated>2026-11-22T10:00:00+03:00</updated></entry>
</feed>"""

FEEDS = {
    "RSS 2.0": rss(ITEM),
    "RSS 1.0": RDF,
    "Atom": ATOM,
    "blank line before the declaration": "\n\n" + rss(ITEM),
    "byte order mark": "\ufeff" + rss(ITEM),
    "no declaration": rss(ITEM, before=""),
    "comment and style sheet before": rss(
        ITEM, before='<?xml version="1.0"?><!-- <html> --><?xml-stylesheet href="a.xsl"?>'
    ),
    "a warning of the server before": "<br />\n<b>Warning</b>: mysql in <b>/a.php</b>" + rss(ITEM),
    "link in CDATA": rss(ITEM.replace("https://x.com/1?utm_source=rss", "<![CDATA[ https://x.com/1 ]]>")),
    "relative link": rss(ITEM.replace("https://x.com/1", "/1")),
    "guid alone": rss(ITEM.replace("link>", "guid>")),
    "guid that is an address in spite of itself": rss(
        ITEM.replace("<link>", '<guid isPermaLink="false">').replace("</link>", "</guid>")
    ),
    "entity of HTML": rss(ITEM.replace("خبر أول", "خبر&nbsp;أول")),
    "entities escaped twice": rss(ITEM.replace("خبر أول", "خبر&amp;nbsp;أول")),
    "title in CDATA with tags": rss(ITEM.replace("خبر أول", "<![CDATA[<span>خبر</span>\n أول]]>")),
    "ampersand alone": rss(ITEM.replace("?utm_source=rss", "?utm_source=rss&utm_medium=feed")),
    "the same article twice": rss(ITEM, ITEM.replace("خبر أول", "خبر ثان")),
    "an item without a link": rss("<title>خبر</title>", ITEM),
    "a link that is no address": rss("<link>javascript:void(0)</link>", "<link>http://[</link>", ITEM),
    "a control character in the title": rss(ITEM.replace("خبر أول", "خبر\x0b أول")),
    "served as plain text after a bracket": "[notice]\n" + rss(ITEM),
    "cut in the second item": rss(ITEM, "<title>خبر ثان</title>").partition("ثان")[0],
}


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_feed_leads_to_its_articles(feed: str) -> None:
    door = read(feed)
    assert door.kind == "feed"
    assert door.links == (LINK,)


JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "صحيفة",
        "next_url": "/feed.json?page=2",
        "items": [
            {"id": "7"},
            {"id": "1", "url": "/1?utm_source=rss", "title": "خبر أول", "date_published": "2026-11-22T10:00:00+03:00"},
        ],
    }
)
POSTS = json.dumps(
    [
        {
            "id": 1,
            "date": "2026-11-22T10:00:00",
            "date_gmt": "2026-11-22T07:00:00",
            "link": "https://x.com/1",
            "title": {"rendered": "خبر&nbsp;<b>أول</b>"},
        },
        {"id": 2, "link": None, "title": None},
    ]
)


@pytest.mark.parametrize("before", ["", "\ufeff", "\n\n"], ids=["plain", "byte order mark", "blank lines"])
def test_json_feed_leads_to_its_articles(before: str) -> None:
    expected = FrontDoor(kind="feed", links=(LINK,), next_pages=("https://x.com/feed.json?page=2",))
    assert read(before + JSON_FEED, content_type="application/feed+json") == expected
    assert read(before + JSON_FEED, content_type="text/html") == expected


def test_posts_of_wordpress_lead_to_its_articles_and_the_next_page() -> None:
    headers = {
        "link": '<https://x.com/wp-json/wp/v2/posts?page=1>; rel="prev", </wp-json/wp/v2/posts?page=3>; rel="next"'
    }
    door = parse_front_door(Page(url=HOME, headers=headers, body=POSTS.encode()), SITE)
    assert door.links == (replace(LINK, modified_at="2026-11-22T07:00+00:00"),)
    assert door.next_pages == ("https://x.com/wp-json/wp/v2/posts?page=3",)
    assert read("[]") == FrontDoor(kind="feed")


NO_JSON_FEED = {
    "an answer of WordPress": '{"code": "rest_no_route", "data": {"status": 404}}',
    "a list of numbers": "[1, 2]",
    "items that are none": '{"version": "https://jsonfeed.org/version/1", "items": {"a": 1}}',
    "cut": JSON_FEED[:120],
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("body", NO_JSON_FEED.values(), ids=NO_JSON_FEED)
def test_other_json_is_no_front_door(body: str) -> None:
    door = read(body, content_type="application/json")
    assert (door.kind, door.links) == ("unreadable", ())
    assert door.problem


TIMES = {
    "RFC 822": ("Sun, 22 Nov 2026 10:00:00 +0300", "2026-11-22T10:00+03:00"),
    "a wrong weekday": ("Mon, 22 Nov 2026 10:00:00 +0300", "2026-11-22T10:00+03:00"),
    "a year of two digits": ("Sun, 22 Nov 26 10:00:00 +0300", "2026-11-22T10:00+03:00"),
    "GMT": ("Sun, 22 Nov 2026 10:00:00 GMT", "2026-11-22T10:00+00:00"),
    "the clock of C": ("Sun Nov 22 10:00:00 2026", "2026-11-22T10:00"),
    "ISO with Z": ("2026-11-22T10:00:00.123Z", "2026-11-22T10:00+00:00"),
    "ISO without a colon": ("2026-11-22T10:00:00+0300", "2026-11-22T10:00+03:00"),
    "a blank for the T": ("2026-11-22 10:00:00", "2026-11-22T10:00"),
    "a day": ("2026-11-22", "2026-11-22"),
    "seconds": ("1795341600", "2026-11-22T10:00+00:00"),
    "milliseconds": ("1795341600000", "2026-11-22T10:00+00:00"),
    "Arabic": ("الأحد، 22 نوفمبر 2026 10:00", "2026-11-22T10:00"),
    "Levantine month": ("22 تشرين الثاني 2026", "2026-11-22"),
    "an Arabic weekday before RFC 822": ("الأحد, 22 نوفمبر 2026 10:00:00 +0300", "2026-11-22T10:00+03:00"),
    "Arabic digits": ("٢٢/١١/٢٠٢٦", "2026-11-22"),
    "no date": ("0000-00-00 00:00:00", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("printed", "expected"), TIMES.values(), ids=TIMES)
def test_time_of_an_entry_is_read_in_every_form(printed: str, expected: str | None) -> None:
    assert read(rss(f"<link>https://x.com/1</link><pubDate>{printed}</pubDate>")).links[0].modified_at == expected
    assert read(urlset(f"<loc>https://x.com/1</loc><lastmod>{printed}</lastmod>")).links[0].modified_at == expected


def test_feed_in_windows_1256_is_read_whatever_the_header_says() -> None:
    feed = rss(ITEM, before='<?xml version="1.0" encoding="windows-1256"?>').encode("windows-1256")
    assert read(feed, content_type="text/html").links == (LINK,)
    assert read(feed, content_type="text/xml; charset=windows-1256").links == (LINK,)


def test_feed_in_utf_16_is_read() -> None:
    feed = rss(ITEM, before='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16")
    assert read(feed).links == (LINK,)


def test_feedburner_leads_to_the_original() -> None:
    item = "<link>https://feeds.y.com/~r/x/1</link><fb:origLink>https://x.com/1</fb:origLink>"
    feed = rss(item).replace("<rss", '<rss xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"')
    assert [link.url for link in read(feed).links] == ["https://x.com/1"]


def test_broken_feed_says_so() -> None:
    assert read(rss(ITEM)).problem is None
    assert "not well-formed XML" in (read(rss(ITEM).replace("</channel>", "")).problem or "")


def test_empty_feed_is_a_feed() -> None:
    assert read(rss()) == FrontDoor(kind="feed")


def test_archived_feed_has_a_next_page() -> None:
    assert read(ATOM).next_pages == ("https://x.com/atom?page=2",)


def test_feed_is_never_fetched_or_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(rss(ITEM))
    entity = f'<!DOCTYPE rss [<!ENTITY e SYSTEM "file://{secret}">]>'
    assert read(rss("<title>a&e;b</title><link>https://x.com/2</link>", before=entity)).links[0].title in (
        "ab",
        "a&e;b",
    )
    assert read(str(secret)).links == ()


# --- sitemaps

ENTRY = "<loc>https://x.com/1</loc><lastmod>2026-11-22T10:00:00Z</lastmod>"
MAPPED = Link(url="https://x.com/1", via="sitemap", found_on=HOME, modified_at="2026-11-22T10:00+00:00")

SITEMAPS = {
    "XML": urlset(ENTRY),
    "blank line before the declaration": "\n " + urlset(ENTRY),
    "no namespace": f"<urlset><url>{ENTRY}</url></urlset>",
    "wrong namespace": f'<urlset xmlns="http://www.google.com/schemas/sitemap/0.84"><url>{ENTRY}</url></urlset>',
    "white space in the address": urlset(ENTRY.replace("https://x.com/1", "\n  https://x.com/1\n")),
    "address in CDATA": urlset(ENTRY.replace("https://x.com/1", "<![CDATA[https://x.com/1]]>")),
    "relative address": urlset(ENTRY.replace("https://x.com/1", "/1")),
    "picture with an address of its own": urlset(
        ENTRY
        + '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>https://x.com/1.jpg</i:loc></i:image>'
    ),
    "an entry without an address": urlset("<lastmod>2026</lastmod>", ENTRY),
    "other sites": urlset("<loc>https://y.com/1</loc>", ENTRY),
    "the same address twice": urlset("<loc>https://x.com/1#top</loc>", ENTRY),
    "ampersand alone": urlset(ENTRY.replace("/1<", "/1?utm_source=a&utm_medium=b<")),
    "cut in the second entry": urlset(ENTRY, ENTRY).rpartition("<lastmod>")[0],
    "control character": urlset(ENTRY, before='<?xml version="1.0"?>\x08'),
    "control character in an address": urlset(ENTRY.replace("/1<", "/\x0c1<")),
    "entity of HTML": urlset(ENTRY + "<x>&nbsp;&laquo;</x>"),
    "comment inside": urlset("<!-- one -->" + ENTRY.replace("/1", "/<!-- two -->1")),
}


@pytest.mark.parametrize("sitemap", SITEMAPS.values(), ids=SITEMAPS)
def test_sitemap_leads_to_its_pages(sitemap: str) -> None:
    door = read(sitemap)
    assert door.kind == "sitemap"
    assert door.links == (MAPPED,)


def test_compressed_sitemap_is_read_whatever_its_type() -> None:
    for content_type in ("application/x-gzip", "application/octet-stream", "text/xml"):
        assert read(gzip.compress(urlset(ENTRY).encode()), content_type=content_type).links == (MAPPED,)


def test_news_sitemap_gives_title_and_time() -> None:
    news = "<n:news><n:publication_date>2026-11-22</n:publication_date><n:title>خبر&nbsp;أول</n:title></n:news>"
    assert read(urlset("<loc>https://x.com/1</loc>" + news)).links == (
        replace(MAPPED, title="خبر أول", modified_at="2026-11-22"),
    )
    assert read(urlset(ENTRY + news)).links == (replace(MAPPED, title="خبر أول"),)


def test_sitemap_in_plain_text_is_read() -> None:
    door = read("\ufeffhttps://x.com/1\r\nhttps://x.com/2\r\nnonsense\r\n", content_type="text/plain")
    assert door.kind == "sitemap"
    assert [link.url for link in door.links] == ["https://x.com/1", "https://x.com/2"]


def test_sitemap_index_leads_to_sitemaps() -> None:
    index = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>https://x.com/a.xml.gz</loc><lastmod>2026-11-22</lastmod></sitemap>
    <sitemap><loc>/b.xml?a=1&amp;b=2</loc></sitemap><sitemap><loc>https://x.com/a.xml.gz</loc></sitemap>
    </sitemapindex>"""
    assert read(index) == FrontDoor(
        kind="sitemap_index", front_doors=("https://x.com/a.xml.gz", "https://x.com/b.xml?a=1&b=2")
    )


def test_index_names_the_news_first_then_the_newest() -> None:
    told = [
        ("https://news.x.com/2024/05.xml", "2024-05-31"),
        ("https://news.x.com/sitemap-2026-9.xml", ""),
        ("https://news.x.com/pages.xml", ""),
        ("https://news.x.com/2026/11.xml", "2026-11-22T10:00:00+03:00"),
        ("https://news.x.com/sitemap_news.xml", ""),
    ]
    entries = "".join(f"<sitemap><loc>{url}</loc><lastmod>{at}</lastmod></sitemap>" for url, at in told)
    assert [url.rpartition("x.com/")[2] for url in read(f"<sitemapindex>{entries}</sitemapindex>").front_doors] == [
        "sitemap_news.xml",
        "2026/11.xml",
        "sitemap-2026-9.xml",
        "2024/05.xml",
        "pages.xml",
    ]


def test_of_a_door_without_end_the_newest_links_are_taken() -> None:
    old = (f"<loc>https://x.com/{number}</loc>" for number in range(50_000))
    door = read(urlset(*old, "<loc>https://x.com/new</loc><lastmod>2026-11-22</lastmod>"))
    assert len(door.links) == 50_000
    assert door.links[0].url == "https://x.com/new"
    assert door.problem == "of its 50001 links the newest 50000 are taken"


ARABIC = "https://x.com/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/%D8%AE%D8%A8%D8%B1-1"


@pytest.mark.parametrize("address", ["https://x.com/سياسة/خبر-1", ARABIC, ARABIC.lower(), "/سياسة/خبر-1"])
def test_arabic_address_is_one_however_it_is_written(address: str) -> None:
    for body in (
        rss(f"<link>{address}</link>"),
        urlset(f"<loc>{address}</loc>"),
        html(f'<main><a href="{address}">{WORDS}</a></main>'),
        json.dumps([{"link": address}]),
    ):
        assert [link.url for link in read(body).links] == [ARABIC]


def test_sitemap_reads_no_files_and_expands_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE urlset [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file://{secret}">{laughs}]>'
    door = read(urlset("<loc>https://x.com/&f;&a11;</loc>", before=doctype))
    assert len(door.links) == 1
    assert "secret" not in door.links[0].url
    assert len(door.links[0].url) < 40


UNREADABLE = {
    "gzip cut short": gzip.compress(urlset(ENTRY).encode())[:-9],
    "gzip bomb": gzip.compress(bytes(33 * 1024 * 1024)),
    "gzip of nothing": gzip.compress(b""),
    "what feedparser stumbles over": b"<rss></gml:pos<",
    "nothing": b"",
    "white space": b" \n ",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_no_error_but_says_why(body: bytes) -> None:
    door = read(body)
    assert door.kind == "unreadable"
    assert door.problem
    assert door.links == ()


# --- which links count

WITH_PATTERN = replace(SITE, article_url=r"/خبر/\d+")


@pytest.mark.parametrize(
    "body",
    [
        rss("<link>https://x.com/خبر/7</link>", "<link>https://x.com/7</link>"),
        urlset("<loc>https://x.com/%d8%ae%d8%a8%d8%b1/7</loc>", "<loc>https://x.com/about</loc>"),
        html('<a href="/خبر/7">خبر</a> <a href="/2026/11/22/long-slug-of-five-words">خبر أول من خمس كلمات</a>'),
    ],
    ids=["feed", "sitemap", "page"],
)
def test_only_what_looks_like_an_article_of_the_site_is_a_link(body: str) -> None:
    assert [link.url for link in read(body, site=WITH_PATTERN).links] == ["https://x.com/%D8%AE%D8%A8%D8%B1/7"]


def test_links_to_other_sites_do_not_count_but_are_mentioned_when_there_are_no_others() -> None:
    foreign = "<link>https://y.com/1</link>"
    assert read(rss(foreign, foreign.replace("1", "2"))).problem == "all 2 links lead to other sites"
    assert read(rss(foreign, ITEM)) == FrontDoor(kind="feed", links=(LINK,))


def test_sub_domains_and_a_missing_site_are_the_same_site() -> None:
    feed = rss("<link>https://sport.x.com/1</link>", "<link>https://www.x.com/1</link>", "<link>https://y.com/1</link>")
    expected = ["https://sport.x.com/1", "https://www.x.com/1"]
    assert [link.url for link in read(feed).links] == expected
    assert [link.url for link in read(feed, url="https://www.x.com/feed", site=None).links] == expected


# --- pages

WORDS = "خبر طويل من خمس كلمات"

ARTICLES = {
    "words in the content": ("/a/slug", WORDS, "content"),
    "an Arabic slug": ("/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9-%D8%AC%D8%AF%D9%8A%D8%AF%D8%A9", WORDS, "content"),
    "long number": ("/news/406162", "خبر", "content"),
    "long number in the menu": ("/news/406162", "خبر", "menu"),
    "number before a slug": ("/news/123-slug", "خبر", "content"),
    "number after a slug": ("/slug-1234.html", "خبر", "content"),
    "number in the query": ("/news.php?id=7", "خبر", "content"),
    "number in the query of the root": ("/?p=7", "خبر", "content"),
    "day in the path": ("/2026/11/22/slug", "خبر", "content"),
    "long slug": ("/world/four-words-of-slug", "", "content"),
    "long Arabic slug": ("/%D8%A3-%D8%A8-%D8%AA-%D8%AB", "", "content"),
    "number below a section": ("/category/sport/123456", "خبر", "content"),
    "headline of three words": ("/a/slug", "<h3>خبر أول قصير</h3>", "content"),
    "read on": ("/a/slug", "اقرأ المزيد...", "content"),
    "not the year of an index": ("/1234", "خبر", "content"),
}

NO_ARTICLES = {
    "root": ("/", WORDS, "content"),
    "this page": ("https://x.com/section/", WORDS, "content"),
    "tag": ("/tag/1234567", WORDS, "content"),
    "Arabic tag": ("/وسم/خبر", WORDS, "content"),
    "author": ("/author/name-of-some-writer", WORDS, "content"),
    "log in": ("/login", WORDS, "content"),
    "search": ("/?s=خبر&p=1", WORDS, "content"),
    "comment": ("/a/slug?replytocom=123456", WORDS, "content"),
    "page of a list": ("/page/12", WORDS, "content"),
    "section": ("/category/sport", WORDS, "content"),
    "month": ("/2026/11/", WORDS, "content"),
    "picture": ("/2026/11/22/picture.jpg", WORDS, "content"),
    "document": ("/files/123456.pdf", WORDS, "content"),
    "few words": ("/sport", "رياضة", "content"),
    "headline of a section": ("/sport", "<h2>رياضة</h2>", "content"),
    "more of a section": ("/sport", "المزيد", "content"),
    "words in the menu": ("/prices", WORDS, "menu"),
    "words in the footer": ("/terms-page", WORDS, "footer"),
    "place on this page": ("#more", WORDS, "content"),
    "script": ("javascript:void(0)", WORDS, "content"),
    "mail": ("mailto:a@x.com", WORDS, "content"),
    "share": ("https://facebook.com/share?u=https://x.com/123456", WORDS, "content"),
}

PLACES = {"content": "<main>{}</main>", "menu": "<nav>{}</nav>", "footer": "<div class='site-footer'>{}</div>"}


def read_anchor(href: str, text: str, place: str) -> FrontDoor:
    return read(html(PLACES[place].format(f'<a href="{href}">{text}</a>')), url="https://x.com/section/")


@pytest.mark.parametrize(("href", "text", "place"), ARTICLES.values(), ids=ARTICLES)
def test_page_leads_to_what_looks_like_an_article(href: str, text: str, place: str) -> None:
    door = read_anchor(href, text, place)
    assert door.kind == "html"
    assert len(door.links) == 1
    assert door.links[0].via == "section"
    assert door.links[0].found_on == "https://x.com/section/"


@pytest.mark.parametrize(("href", "text", "place"), NO_ARTICLES.values(), ids=NO_ARTICLES)
def test_page_does_not_lead_to_what_looks_like_none(href: str, text: str, place: str) -> None:
    assert read_anchor(href, text, place).links == ()


TITLES = {
    "text": (f'<a href="/1234"> {WORDS}\n </a>', WORDS),
    "headline in a card": (f'<a href="/1234"><p>سياسة</p><h3>{WORDS}</h3><p>ملخص أطول من العنوان بكثير</p></a>', WORDS),
    "headline by its class": (f'<a href="/1234"><b>سياسة</b><span class="card-title">{WORDS}</span></a>', WORDS),
    "picture, headline, read on": (
        f'<a href="/1234"><img alt="صورة"></a><h2><a href="/1234">{WORDS}</a></h2><a href="/1234">اقرأ المزيد عن هذا كله</a>',
        WORDS,
    ),
    "read on alone": ('<a href="/1234">اقرأ المزيد »</a>', None),
    "the title attribute": (f'<a href="/1234" title="{WORDS}"><img src="a.jpg"></a>', WORDS),
    "the picture's text": (f'<a href="/1234"><img src="a.jpg" alt="{WORDS}"></a>', WORDS),
    "parts without a space between": ('<a href="/1234"><div>خبر</div><div>أول</div></a>', "خبر أول"),
}


@pytest.mark.parametrize(("body", "title"), TITLES.values(), ids=TITLES)
def test_title_of_a_link_is_its_headline(body: str, title: str | None) -> None:
    assert [link.title for link in read(html(body)).links] == [title]


def test_page_in_an_old_encoding_is_read() -> None:
    body = html(f'<a href="/1234">{WORDS}</a>').encode("windows-1256")
    declared = html(f'<a href="/1234">{WORDS}</a>', head='<meta charset="windows-1256">').encode("windows-1256")
    wrong = html(f'<a href="/1234">{WORDS}</a>', head='<meta charset="no-such-charset">').encode("windows-1256")
    for page, content_type in [
        (body, "text/html"),
        (body, "text/html; charset=windows-1256"),
        (declared, "text/html"),
        (wrong, "text/html"),
    ]:
        assert read(page, content_type=content_type).links[0].title == WORDS


def test_page_that_declares_its_encoding_as_xml_is_read() -> None:
    assert read('<?xml version="1.0" encoding="utf-8"?>' + html(f'<a href="/1234">{WORDS}</a>')).links[0].title == WORDS


def test_links_nested_deep_are_found() -> None:
    assert len(read(html("<div>" * 500 + '<a href="/1234">خبر</a>')).links) == 1


def test_base_of_the_page_counts() -> None:
    page = html('<a href="123456">خبر</a>', head='<base href="/news/">')
    assert [link.url for link in read(page).links] == ["https://x.com/news/123456"]


MENU = """<header><ul class="main-menu"><li><a href="/">الرئيسية</a></li><li><a href="/sport">رياضة</a></li>
<li><a href="/section.php?id=3">سياسة</a></li><li><a href="/sport">رياضة</a></li><li><a href="/en">English</a></li>
<li><a href="/about">من نحن</a></li><li><a href="/news/1234567">عاجل</a></li><li><a href="https://y.com/a">إعلان</a></li>
</ul></header><footer><a href="/ads">أعلن معنا</a></footer>"""
FEEDS_IN_HEAD = """<link rel="alternate" type="application/rss+xml" href="/feed" title="صحيفة">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="https://x.com/atom">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="/1/feed/" title="صحيفة » خبر تعليقات">
<link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" href="/a.css">"""


def test_home_page_leads_to_feeds_and_sections() -> None:
    card = '<main><a href="/sport">رياضة</a><a href="/sport">كل ما جرى في الملاعب</a></main>'
    door = read(html(MENU + card, head=FEEDS_IN_HEAD))
    assert door.front_doors == (
        "https://x.com/feed",
        "https://x.com/atom",
        "https://x.com/sport",
        "https://x.com/section.php?id=3",
    )
    assert [link.url for link in door.links] == ["https://x.com/news/1234567"]


def test_what_the_pattern_calls_an_article_is_no_section() -> None:
    door = read(html(MENU), site=replace(SITE, article_url="/sport|/news/"))
    assert [link.url for link in door.links] == ["https://x.com/sport", "https://x.com/news/1234567"]
    assert door.front_doors == ("https://x.com/section.php?id=3",)


def test_section_page_leads_to_feeds_alone() -> None:
    door = read(html(MENU, head=FEEDS_IN_HEAD), url="https://x.com/sport")
    assert door.front_doors == ("https://x.com/feed", "https://x.com/atom")


NEXT_PAGES = {
    "declared": ("/s", '<link rel="next" href="/s?page=2">', "/s?page=2"),
    "declared on a link": ("/s", '<a rel="nofollow next" href="/s/page/2/">2</a>', "/s/page/2/"),
    "declared before named": ("/s", '<a href="/s?page=9">التالي</a><link rel=next href="/s?page=2">', "/s?page=2"),
    "named": ("/s", '<a href="/s?from=20">الصفحة التالية</a>', "/s?from=20"),
    "named with an arrow": ("/s", '<a href="/s?from=20">« التالي</a>', "/s?from=20"),
    "named in another spelling": ("/s", '<a href="/s?from=20">الصفحه التاليه</a>', "/s?from=20"),
    "named in English": ("/s", '<a href="/s?from=20">Next ›</a>', "/s?from=20"),
    "numbered": ("/s", '<a href="/s">1</a><a href="/s?page=3">3</a><a href="/s?page=2">2</a>', "/s?page=2"),
    "numbered in the path": ("/s/", '<a href="/s/page/2/">2</a>', "/s/page/2/"),
    "numbered in Arabic digits": ("/s?page=2", '<a href="/s?page=3">٣</a>', "/s?page=3"),
    "on a later page": ("/s/page/4", '<a href="/s/page/3">3</a><a href="/s/page/5">5</a>', "/s/page/5"),
    "beside other parameters": (
        "/s?id=7",
        '<a href="/s?id=8&page=2">2</a><a href="/s?id=7&page=2">2</a>',
        "/s?id=7&page=2",
    ),
    "counted from 0": ("/s", '<a href="/s?page=1">2</a><a href="/s?page=2">3</a>', "/s?page=1"),
    "the first page again": ("/s", '<a href="/s?page=1">1</a><a href="/s?page=2">2</a>', "/s?page=2"),
    "the last page": ("/s?page=3", '<a href="/s?page=2">2</a><a href="/s">1</a>', None),
    "another list": ("/s", '<a href="/other?page=2">2</a>', None),
    "this page": ("/s", '<a href="/s#">التالي</a>', None),
    "a slide show": ("/s", '<a href="#slide">التالي</a>', None),
    "another site": ("/s", '<a href="https://y.com/s?page=2">التالي</a>', None),
    "none": ("/s", "<p>التالي</p>", None),
}


@pytest.mark.parametrize(("here", "body", "expected"), NEXT_PAGES.values(), ids=NEXT_PAGES)
def test_next_page_of_a_list(here: str, body: str, expected: str | None) -> None:
    door = read(html(body), url=f"https://x.com{here}")
    assert door.next_pages == ((f"https://x.com{expected}",) if expected else ())


# --- robots.txt and lists


def test_sitemaps_in_robots_txt() -> None:
    robots = """\ufeffSitemap: https://x.com/a.xml
User-agent: *
Disallow: /b
SITEMAP : https://x.com/b.xml  # new
Sitemap:\u00c2\u00a0https://x.com/?c=true
sitemap: https://x.com/a.xml
Sitemap: /relative.xml
Sitemap: http://[broken
# Sitemap: https://x.com/old.xml"""
    assert parse_robots_sitemaps(robots) == ("https://x.com/a.xml", "https://x.com/b.xml", "https://x.com/?c=true")
    assert parse_robots_sitemaps("<html>not found</html>") == ()
    assert parse_robots_sitemaps("Sitemap:\nhttps://x.com/next-line.xml") == ()


def test_list_of_urls() -> None:
    text = """\ufeff# what we missed
https://x.com/خبر
  https://x.com/b#c   # why

HTTPS://X.com/b
"""
    assert parse_url_list(text) == (
        Link(url="https://x.com/%D8%AE%D8%A8%D8%B1", via="list"),
        Link(url="https://x.com/b", via="list"),
    )


@pytest.mark.parametrize("bad", ["x.com/a", "mailto:a@x.com", "https://", "a b"])
def test_bad_line_of_a_list_is_named(bad: str) -> None:
    with pytest.raises(ValueError, match=f"^line 3: .*{bad}"):
        parse_url_list(f"https://x.com/a\n\n{bad}\n")


# --- robustness

PIECES = st.sampled_from([rss(ITEM), RDF, ATOM, JSON_FEED, POSTS, urlset(ENTRY, ENTRY), html(MENU, head=FEEDS_IN_HEAD)])


@settings(deadline=None)
@given(document=PIECES, cut=st.integers(0, 1500), noise=st.binary(max_size=12), length=st.integers(0, 40))
def test_a_broken_document_never_raises(document: str, cut: int, noise: bytes, length: int) -> None:
    body = document.encode()
    door = read(body[:cut] + noise + body[cut + length :])
    assert all(link.url.startswith("http") for link in door.links)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_noise_never_raises(body: bytes) -> None:
    for start in (b"", b"[", b"<rss>", b"<urlset>", b"<html>", b"\x1f\x8b"):
        read(start + body)


# --- real ones, kept outside of the repository

REAL = {
    "abuelsaad__1.xml": ("sitemap", "https://ahmedrashadali7-sketch.github.io/", 10),
    "abuelsaad__2.xml": ("feed", "https://abu-el-saad-news.web.app/", 0),
    "almasryalyoum__1.xml": ("feed", "http://www.almasryalyoum.com/", 228),
    "doyouknow__1.xml": ("feed", "https://doyouknow.app/", 20),
    "doyouknow__2.sitemap.xml.gz": ("sitemap", "https://doyouknow.app/", 2027),
    "economygate__1.xml": ("feed", "https://amr208.github.io/", 10),
    "economygate__3.xml": ("feed", "https://amr208.github.io/", 1),
    "qimatr__1.xml": ("feed", "https://qimatr.github.io/", 4),
    "redpicmedia__1.xml": ("feed", "https://www.maglobalgroup.com/", 10),
    "shaiclub__2.xml": ("feed", "https://mohnoor94.github.io/", 2),
}


@pytest.mark.skipif(not REAL_FRONT_DOORS.is_dir(), reason="the real front doors are not on this machine")
@pytest.mark.parametrize(("name", "kind", "url", "count"), [(name, *rest) for name, rest in REAL.items()], ids=REAL)
def test_real_front_door_is_read_completely(name: str, kind: str, url: str, count: int) -> None:
    body = (REAL_FRONT_DOORS / name).read_bytes()
    door = parse_front_door(Page(url=url, body=body))
    assert (door.kind, len(door.links), door.problem) == (kind, count, None)
    if kind == "feed":
        assert all(link.title and link.modified_at for link in door.links)
