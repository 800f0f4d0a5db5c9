"""What a page declares about itself: structured data broken in every common way, Open Graph, meta, microdata, nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newscrawl.extraction import extract
from newscrawl.extraction.document import read_document
from newscrawl.extraction.metadata import Declared, read_metadata

TITLE = "اتفاق جديد بين الجانبين"
STAMP = "2025-03-12T14:05+03:00"
ARTICLE = f'"@type": "NewsArticle", "headline": "{TITLE}", "datePublished": "{STAMP}"'


def declare(head: str, body: str = "") -> Declared:
    document = read_document(f"<html><head>{head}</head><body>{body}</body></html>".encode())
    assert document.root is not None
    return read_metadata(document.root)


def declare_json(text: str) -> Declared:
    return declare(f'<script type="application/ld+json">{text}</script>')


def declare_node(**fields: Any) -> Declared:
    return declare_json(json.dumps({"@type": "NewsArticle", **fields}, ensure_ascii=False))


# -- JSON-LD as it is found

READABLE_SCRIPTS = {
    "well-formed": f'{{"@context": "https://schema.org", {ARTICLE}}}',
    "a raw line break inside a text": f'{{{ARTICLE}, "description": "سطر أول\nسطر ثان"}}',
    "a raw tab inside a text": f'{{{ARTICLE}, "description": "قبل\tبعد"}}',
    "a trailing comma in an object": f"{{{ARTICLE},}}",
    "a trailing comma in a list": f'{{{ARTICLE}, "keywords": ["خبر", "عاجل",]}}',
    "a semicolon behind": f"{{{ARTICLE}}};",
    "a comment of html around": f"<!-- {{{ARTICLE}}} -->",
    "cdata around": f"//<![CDATA[\n{{{ARTICLE}}}\n//]]>",
    "cdata around without slashes": f"<![CDATA[{{{ARTICLE}}}]]>",
    "two values in a row": f'{{"@type": "WebSite", "name": "صحيفة"}}{{{ARTICLE}}}',
    "two values with a comma between": f'{{"@type": "WebSite", "name": "صحيفة"}},\n{{{ARTICLE}}}',
    "a list of values": f'[{{"@type": "WebSite", "name": "صحيفة"}}, {{{ARTICLE}}}]',
    "a graph": f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebPage"}}, {{{ARTICLE}}}]}}',
    "an article inside a page": f'{{"@type": "WebPage", "mainEntity": {{{ARTICLE}}}}}',
    "a list of types": "{" + ARTICLE.replace('"NewsArticle"', '["Article", "NewsArticle"]') + "}",
    "a type with its vocabulary": "{" + ARTICLE.replace("NewsArticle", "http://schema.org/NewsArticle") + "}",
    "quotes as entities": f"{{{ARTICLE}}}".replace('"', "&quot;"),
    "escaped letters": "{" + ARTICLE.replace(TITLE, json.dumps(TITLE)[1:-1]) + "}",
    "a small first letter": f"{{{ARTICLE}}}".replace("NewsArticle", "newsArticle"),
    "a byte order mark in front": f"\ufeff{{{ARTICLE}}}",
    "white space around": f" \r\n\t {{{ARTICLE}}} \r\n ",
    "garbage behind": f"{{{ARTICLE}}} var x = 1;",
    "a second value that is cut off": f'{{{ARTICLE}}}{{"@type": "WebSite", "na',
    "a comment of javascript in front": f"/* schema */ {{{ARTICLE}}}",
    "a key without quotes behind": f"{{{ARTICLE}, name: 1}}",
    "bare quotes inside a text": f'{{{ARTICLE}, "description": "قال "نعم" ومضى"}}',
    "a value that is missing": f'{{{ARTICLE}, "wordCount": , "name": "x"}}',
    "a backslash that escapes nothing": f'{{{ARTICLE}, "description": "أ\\ب"}}',
    "cut off in the middle": f'{{{ARTICLE}, "articleBody": "قال الوزير إن',
}


@pytest.mark.parametrize("text", READABLE_SCRIPTS.values(), ids=READABLE_SCRIPTS)
def test_structured_data_is_read_as_it_is_found(text: str) -> None:
    declared = declare_json(text)
    assert ("json-ld" in {source for _, source in declared.titles}, declared.titles[:1]) == (True, [(TITLE, "json-ld")])
    assert declared.published == [(STAMP, "json-ld")]
    assert "NewsArticle" in declared.types


UNREADABLE_SCRIPTS = {
    "nothing": "",
    "white space": "  \n ",
    "a word": "undefined",
    "null": "null",
    "a number": "12",
    "a text": '"NewsArticle"',
    "an empty list": "[]",
    "an open brace": "{",
    "a page of html": "<p>x</p>",
    "a million brackets": "[" * 200_000,
    "a million braces": '{"a":' * 100_000,
    "a number of a million digits": "1" * 400_000,
    "not a number": '{"@type": NaN}',
    "a type that is an object": '{"@type": {"a": 1}}',
    "types that are no texts": '{"@type": [1, null, {"a": []}]}',
    "lone surrogates": '{"@type": "NewsArticle", "name": "\\ud800"}',
    "fields of every wrong type": json.dumps(
        dict.fromkeys(("headline", "datePublished", "author", "image", "keywords", "articleBody", "publisher"), 7)
        | {"@type": "NewsArticle"}
    ),
    "fields that are null": json.dumps(
        dict.fromkeys(("headline", "datePublished", "author", "image", "keywords", "articleBody", "publisher"))
        | {"@type": "NewsArticle"}
    ),
    "fields in lists in lists": json.dumps(
        {key: [[["x"]], {"name": {"name": "y"}}] for key in ("headline", "author", "image", "keywords", "articleBody")}
        | {"@type": "NewsArticle"}
    ),
}


@pytest.mark.parametrize("text", UNREADABLE_SCRIPTS.values(), ids=UNREADABLE_SCRIPTS)
def test_structured_data_that_says_nothing_is_passed_over(text: str) -> None:
    declared = declare_json(text)
    assert declared.published == []
    assert read(f'<script type="application/ld+json">{text}</script>').outcome == "article"


def test_article_of_the_page_comes_before_related_ones() -> None:
    related = {"@type": "NewsArticle", "headline": "خبر آخر", "url": "https://news.example/2"}
    own = {"@type": "NewsArticle", "headline": TITLE, "datePublished": STAMP, "author": {"name": "ليلى حداد"}}
    for nodes in ([related, related, own], [own, related]):
        declared = declare_json(json.dumps(nodes))
        assert declared.titles == [(TITLE, "json-ld")]
        assert declared.authors == [("ليلى حداد", "json-ld")]


def test_second_article_of_an_endless_page_is_not_this_one() -> None:
    first = {"@type": "NewsArticle", "headline": TITLE, "datePublished": STAMP}
    second = {"@type": "NewsArticle", "headline": "خبر ثان", "datePublished": "2024-01-01"}
    declared = declare_json(json.dumps([first, second]))
    assert declared.titles == [(TITLE, "json-ld")]
    assert declared.published == [(STAMP, "json-ld")]


def test_date_of_a_video_or_a_comment_is_not_the_articles() -> None:
    video = {"@type": "VideoObject", "uploadDate": "2020-01-01", "datePublished": "2020-01-01"}
    comment = {"@type": "Comment", "datePublished": "2025-04-01", "text": "شكراً"}
    declared = declare_node(headline=TITLE, datePublished=STAMP, video=video, comment=[comment])
    assert declared.published == [(STAMP, "json-ld")]


AUTHOR_CASES = {
    "a text": ("ليلى حداد", ["ليلى حداد"]),
    "a person": ({"@type": "Person", "name": "ليلى حداد"}, ["ليلى حداد"]),
    "people": ([{"@type": "Person", "name": "ليلى حداد"}, {"name": "سامر علي"}], ["ليلى حداد", "سامر علي"]),
    "a person with a list of names": ({"@type": "Person", "name": ["ليلى حداد"]}, ["ليلى حداد"]),
    "an organisation": ({"@type": "Organization", "name": "صحيفة"}, []),
    "an organisation and a person": (
        [{"@type": "Organization", "name": "صحيفة"}, {"@type": "Person", "name": "ليلى حداد"}],
        ["ليلى حداد"],
    ),
    "nobody": ({"@type": "Person", "name": ""}, []),
    "null": (None, []),
    "entities": ("ليلى &quot;أم سعد&quot; حداد", ['ليلى "أم سعد" حداد']),
}


@pytest.mark.parametrize(("author", "names"), AUTHOR_CASES.values(), ids=AUTHOR_CASES)
def test_author_is_read_in_every_form(author: Any, names: list[str]) -> None:
    assert declare_node(headline=TITLE, author=author).authors == [(name, "json-ld") for name in names]


IMAGE_CASES = {
    "an address": ("https://news.example/a.jpg", ["https://news.example/a.jpg"]),
    "addresses": (["https://news.example/a.jpg", "/b.jpg"], ["https://news.example/a.jpg", "/b.jpg"]),
    "an object": ({"@type": "ImageObject", "url": "/a.jpg"}, ["/a.jpg"]),
    "an object with contentUrl": ({"@type": "ImageObject", "contentUrl": "/a.jpg"}, ["/a.jpg"]),
    "objects": ([{"url": "/a.jpg"}, {"url": "/b.jpg"}], ["/a.jpg", "/b.jpg"]),
    "an object without an address": ({"@type": "ImageObject", "width": 7}, []),
    "an object whose address is an object": ({"url": {"@id": "/a.jpg"}}, []),
}


@pytest.mark.parametrize(("image", "addresses"), IMAGE_CASES.values(), ids=IMAGE_CASES)
def test_image_is_read_in_every_form(image: Any, addresses: list[str]) -> None:
    assert declare_node(headline=TITLE, image=image).images == addresses


def test_texts_are_unescaped_and_cleaned() -> None:
    declared = declare_node(headline="  قال &quot;نعم&quot;\u200f\nومضى &amp; عاد ", description="a&nbsp;b")
    assert declared.titles == [('قال "نعم" ومضى & عاد', "json-ld")]
    assert declared.descriptions == ["a b"]


def test_keywords_are_split_at_both_commas() -> None:
    assert declare_node(keywords="غزة، مصر,  هدنة").tags == ["غزة", "مصر", "هدنة"]
    assert declare_node(keywords=["غزة", "مصر"]).tags == ["غزة", "مصر"]


@pytest.mark.parametrize(
    ("value", "is_free"), [(False, False), ("False", False), (True, True), ("true", True), (None, True)]
)
def test_paywall_is_told_by_the_structured_data(value: Any, is_free: bool) -> None:
    assert declare_node(headline=TITLE, isAccessibleForFree=value).is_free is is_free


# -- the head

HEAD_CASES = {
    "og:title": ('<meta property="og:title" content="عنوان">', "titles", [("عنوان", "og:title")]),
    "twitter:title": ('<meta name="twitter:title" content="عنوان">', "titles", [("عنوان", "twitter:title")]),
    "title": ("<title> عنوان\n الخبر </title>", "titles", [("عنوان الخبر", "title")]),
    "names in capitals": ('<META PROPERTY="OG:TITLE" CONTENT="عنوان">', "titles", [("عنوان", "og:title")]),
    "entities twice": (
        '<meta property="og:title" content="&amp;quot;نعم&amp;quot;">',
        "titles",
        [('"نعم"', "og:title")],
    ),
    "an empty content": ('<meta property="og:title" content="">', "titles", []),
    "no content": ('<meta property="og:title">', "titles", []),
    "description": ('<meta name="description" content="وصف">', "descriptions", ["وصف"]),
    "published": (
        f'<meta property="article:published_time" content="{STAMP}">',
        "published",
        [(STAMP, "article:published_time")],
    ),
    "published in dublin core": (
        '<meta name="DC.date.issued" content="2025-03-12">',
        "published",
        [("2025-03-12", "dc.date.issued")],
    ),
    "modified": (f'<meta property="og:updated_time" content="{STAMP}">', "modified", [(STAMP, "og:updated_time")]),
    "author": ('<meta name="author" content="ليلى حداد">', "authors", [("ليلى حداد", "author")]),
    "an author that is an address": (
        '<meta property="article:author" content="https://facebook.com/x">',
        "authors",
        [],
    ),
    "site": ('<meta property="og:site_name" content="صحيفة">', "site_names", ["صحيفة"]),
    "section": ('<meta property="article:section" content="سياسة">', "sections", ["سياسة"]),
    "tags": ('<meta property="article:tag" content="أ"><meta property="article:tag" content="ب">', "tags", ["أ", "ب"]),
    "image": ('<meta property="og:image" content="/a.jpg">', "images", ["/a.jpg"]),
    "type": ('<meta property="og:type" content="Article">', "types", {"og:article"}),
    "canonical": ('<link rel="canonical" href=" https://news.example/1 ">', "canonical", "https://news.example/1"),
    "canonical in capitals": ('<LINK REL="Canonical" HREF="/1">', "canonical", "/1"),
    "another link": ('<link rel="stylesheet" href="/1">', "canonical", None),
}


@pytest.mark.parametrize(("head", "field", "expected"), HEAD_CASES.values(), ids=HEAD_CASES)
def test_head_is_read(head: str, field: str, expected: Any) -> None:
    assert getattr(declare(head), field) == expected


def test_structured_data_comes_before_the_head() -> None:
    head = f'<meta property="og:title" content="آخر"><script type="application/ld+json">{{{ARTICLE}}}</script>'
    assert declare(head).titles == [(TITLE, "json-ld"), ("آخر", "og:title")]


def test_microdata_gives_its_dates() -> None:
    body = (
        f'<div itemscope><meta itemprop="datePublished" content="{STAMP}">'
        '<time itemprop="dateModified" datetime="2025-03-13">أمس</time></div>'
    )
    declared = declare("", body)
    assert (STAMP, "itemprop") in declared.published
    assert ("2025-03-13", "itemprop") in declared.modified


def test_hentry_gives_its_date() -> None:
    declared = declare("", f"<abbr class='published' title='{STAMP}'>أمس</abbr><abbr title='World Health'>WHO</abbr>")
    assert declared.published == [(STAMP, "hentry")]


def test_language_of_the_page_is_read() -> None:
    document = read_document(b'<html lang="ar-EG"><body></body></html>')
    assert document.root is not None
    assert read_metadata(document.root).language == "ar-EG"


def test_page_that_declares_nothing_declares_nothing() -> None:
    assert declare("") == Declared()


# -- what is made of it

PARAGRAPHS = "".join(
    f"<p>قال المتحدث باسم الوزارة في بيان رقم {number} إن العمل في المشروع سيبدأ خلال الأسبوع المقبل في ثلاث مدن.</p>"
    for number in range(4)
)


def read(head: str, body: str = f"<h1>{TITLE}</h1>{PARAGRAPHS}", **options: Any) -> Any:
    return extract(f"<html><head>{head}</head><body>{body}</body></html>", "https://news.example/1", **options)


def test_declared_date_is_the_articles() -> None:
    article = read(f'<meta property="article:published_time" content="{STAMP}">')
    assert (article.published_at, article.published_source) == (STAMP, "article:published_time")


DATES_THAT_SAY_NOTHING = [
    *("", "null", "0000-00-00", "0001-01-01T00:00:00", "-0001-11-30T00:00:00+00:00", "{{date}}", "Invalid date"),
    "1970-01-01T00:00:00Z",
]


@pytest.mark.parametrize("stamp", DATES_THAT_SAY_NOTHING)
def test_date_that_says_nothing_is_unknown(stamp: str) -> None:
    assert read(f'<meta property="article:published_time" content="{stamp}">').published_at is None


def test_name_of_the_site_is_cut_off_the_declared_title() -> None:
    head = f'<title>{TITLE} | صحيفة المدى</title><meta property="og:site_name" content="صحيفة المدى">'
    assert read(head, PARAGRAPHS).title == TITLE


def test_site_is_no_author() -> None:
    head = '<meta name="author" content="صحيفة المدى"><meta property="og:site_name" content="صحيفة المدى">'
    assert read(head).authors == ()


def test_printed_text_is_the_text_and_not_the_declared_one() -> None:
    node = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "ملخص قصير من المحرر"})
    assert "ملخص قصير" not in read(f'<script type="application/ld+json">{node}</script>').body


KINDS = {"OpinionNewsArticle": "opinion", "LiveBlogPosting": "live", "NewsArticle": None}


@pytest.mark.parametrize(("declared", "kind"), KINDS.items())
def test_kind_is_what_the_page_declares_of_itself(declared: str, kind: str | None) -> None:
    other = {"@type": "ItemList", "itemListElement": [{"@type": "AnalysisNewsArticle", "headline": "خبر آخر"}]}
    node = {"@type": declared, "headline": TITLE, "datePublished": STAMP}
    head = f'<script type="application/ld+json">{json.dumps([other, node])}</script>'
    page = f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>نص الخبر كما نشر هنا.</p></body></html>"
    assert extract(page).kind == kind
