from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl import urls

ARABIC = "http://x.com/%D8%AE%D8%A8%D8%B1"

CANONICAL = {
    "scheme and host in capitals": ("HTTPS://WWW.Example.COM/A", "https://www.example.com/A"),
    "no path": ("https://x.com", "https://x.com/"),
    "no path but a query": ("https://x.com?id=7", "https://x.com/?id=7"),
    "default port": ("http://x.com:80/a", "http://x.com/a"),
    "default port of https": ("https://x.com:443/a", "https://x.com/a"),
    "another port": ("http://127.0.0.1:8421/a", "http://127.0.0.1:8421/a"),
    "empty port": ("http://x.com:/a", "http://x.com/a"),
    "port with zeros": ("http://x.com:0080/a", "http://x.com/a"),
    "credentials": ("http://user:secret@x.com/a", "http://x.com/a"),
    "an at sign in the password": ("http://user:se@cret@x.com/a", "http://x.com/a"),
    "host with a closing dot": ("http://x.com./a", "http://x.com/a"),
    "IPv6": ("http://[0:0::1]:8080/a", "http://[::1]:8080/a"),
    "underscore in the host": ("http://my_site.x.com/", "http://my_site.x.com/"),
    "fragment": ("http://x.com/a#comments", "http://x.com/a"),
    "fragment with a question mark": ("http://x.com/a#b?utm_source=c", "http://x.com/a"),
    "Arabic host": (
        "http://موقع.وزارة-الأتصالات.مصر/",
        "http://xn--4gbrim.xn----rmckbbajlc6dj7bxne2c.xn--wgbh1c/",
    ),
    "Arabic host already in ASCII": ("http://XN--4GBRIM.xn--wgbh1c/", "http://xn--4gbrim.xn--wgbh1c/"),
    "Arabic host percent-encoded": (
        "http://%D9%85%D9%88%D9%82%D8%B9.%D9%85%D8%B5%D8%B1/",
        "http://xn--4gbrim.xn--wgbh1c/",
    ),
    "Arabic slug": ("http://x.com/خبر", ARABIC),
    "Arabic slug encoded in capitals": (ARABIC, ARABIC),
    "Arabic slug encoded in small letters": ("http://x.com/%d8%ae%d8%a8%d8%b1", ARABIC),
    "Arabic slug half encoded": ("http://x.com/خ%d8%a8ر", ARABIC),
    "Arabic query": ("http://x.com/?q=خبر", "http://x.com/?q=%D8%AE%D8%A8%D8%B1"),
    "NFD": ("http://x.com/\u0627\u0653\u0646", "http://x.com/%D8%A2%D9%86"),
    "NFD encoded": ("http://x.com/%d8%a7%d9%93%d9%86", "http://x.com/%D8%A2%D9%86"),
    "NFD over a Latin letter": ("http://x.com/cafe%CC%81", "http://x.com/caf%C3%A9"),
    "windows-1256 bytes": ("http://x.com/%c7%e1%ce%c8%d1", "http://x.com/%C7%E1%CE%C8%D1"),
    "windows-1256 bytes in the query": ("http://x.com/?q=%c7%e1+a", "http://x.com/?q=%C7%E1+a"),
    "windows-1256 beside UTF-8": ("http://x.com/%c7/خبر", "http://x.com/%C7/%D8%AE%D8%A8%D8%B1"),
    "letters encoded without need": ("http://x.com/%61%2Db", "http://x.com/a-b"),
    "an encoded slash stays": ("http://x.com/a%2fb", "http://x.com/a%2Fb"),
    "an encoded ampersand stays": ("http://x.com/?a=b%26c", "http://x.com/?a=b%26c"),
    "a percent sign alone": ("http://x.com/100%-b", "http://x.com/100%25-b"),
    "spaces": ("  http://x.com/a b?c=d e ", "http://x.com/a%20b?c=d%20e"),
    "line breaks and tabs": ("http://x.com/a\n\tb\r\n", "http://x.com/ab"),
    "direction marks around": ("\u200fhttp://x.com/a\u200e", "http://x.com/a"),
    "a non-breaking space after": ("http://x.com/a\u00a0", "http://x.com/a"),
    "backslashes": ("http:\\\\x.com\\a?b=\\", "http://x.com/a?b=%5C"),
    "three slashes": ("http:///x.com/a", "http://x.com/a"),
    "brackets": ("http://x.com/?a[]=1", "http://x.com/?a%5B%5D=1"),
    "dot segments": ("http://x.com/a/./b/../c", "http://x.com/a/c"),
    "encoded dot segments": ("http://x.com/a/%2e%2E/c", "http://x.com/c"),
    "dot segments above the root": ("http://x.com/../../a", "http://x.com/a"),
    "dot segment at the end": ("http://x.com/a/b/..", "http://x.com/a/"),
    "double slashes are left": ("http://x.com//a//b/", "http://x.com//a//b/"),
    "ampersand of sloppy HTML": ("http://x.com/?a=1&amp;b=2", "http://x.com/?a=1&b=2"),
    "ampersand escaped twice": ("http://x.com/?a=1&amp;amp;b=2", "http://x.com/?a=1&b=2"),
    "ampersand as a number": ("http://x.com/?a=1&#038;b=2", "http://x.com/?a=1&b=2"),
    "tracking parameters": ("http://x.com/a?utm_source=fb&utm_medium=x&fbclid=1", "http://x.com/a"),
    "tracking parameters around an id": ("http://x.com/?gclid=2&id=7&UTM_Campaign=y", "http://x.com/?id=7"),
    "tracking parameter after a sloppy ampersand": ("http://x.com/?id=7&amp;utm_source=y", "http://x.com/?id=7"),
    "ids and their order": ("http://x.com/news.php?sid=3&cat=2&id=", "http://x.com/news.php?sid=3&cat=2&id="),
    "empty parameters": ("http://x.com/a?&&id=1&", "http://x.com/a?id=1"),
    "an empty query": ("http://x.com/a?", "http://x.com/a"),
    "a question mark in the query": ("http://x.com/a?b?c", "http://x.com/a?b?c"),
}

NOT_CANONICAL = {
    "empty": "",
    "relative": "/a/b",
    "host alone": "x.com/a",
    "mail": "mailto:a@x.com",
    "script": "javascript:void(0)",
    "data": "data:text/html,a",
    "file": "file:///etc/passwd",
    "ftp": "ftp://x.com/a",
    "no host": "http://",
    "no host but a path": "http:///",
    "no host but a port": "http://:80/",
    "port too high": "http://x.com:70000/",
    "port zero": "http://x.com:0/",
    "port in letters": "http://x.com:abc/",
    "port in Arabic digits": "http://x.com:٨٠/",
    "empty label": "http://a..b/",
    "label too long": "http://" + "a" * 64 + ".com/",
    "host too long": "http://" + "a." * 130 + "com/",
    "space in the host": "http://my site.com/",
    "broken IPv6": "http://[::1/",
    "no IPv6": "http://[hello]/",
    "IPv6 with a zone": "http://[fe80::1%25eth0]/",
    "host that is no name": "http://<script>/",
    "host with bytes that are no text": "http://%C7%E1.com/",
    "host that no registry allows": "http://\u0640\u0640.com/",
    "half a character": "http://x.com/\ud83d",
    "longer than any server reads": "http://x.com/" + "خ" * 1500,
}

RESOLVED = {
    "absolute": ("http://x.com/a", "https://y.com/b", "https://y.com/b"),
    "path": ("http://x.com/a/b", "/c", "http://x.com/c"),
    "relative": ("http://x.com/a/b", "c", "http://x.com/a/c"),
    "up": ("http://x.com/a/b", "../c", "http://x.com/c"),
    "query alone": ("http://x.com/a?b=1", "?page=2", "http://x.com/a?page=2"),
    "scheme of the page": ("https://x.com/a", "//y.com/b", "https://y.com/b"),
    "empty stays nothing": ("http://x.com/a", "", None),
    "white space stays nothing": ("http://x.com/a", " \n ", None),
    "top of the page": ("http://x.com/a", "#", None),
    "place on the page": ("http://x.com/a", " #comments", None),
    "place on another page": ("http://x.com/a", "b#comments", "http://x.com/b"),
    "mail": ("http://x.com/a", "mailto:a@x.com", None),
    "script": ("http://x.com/a", "javascript:void(0)", None),
    "script in capitals after a space": ("http://x.com/a", " JavaScript:void(0)", None),
    "script broken by a tab": ("http://x.com/a", "java\tscript:void(0)", None),
    "data": ("http://x.com/a", "data:image/png;base64,AAAA", None),
    "messenger": ("http://x.com/a", "whatsapp://send?text=http://x.com", None),
    "telephone": ("http://x.com/a", "tel:+20123456", None),
    "spaces": ("http://x.com/a", " /b c ", "http://x.com/b%20c"),
    "line breaks inside": ("http://x.com/a", "/b\n  c", "http://x.com/b%20%20c"),
    "Arabic": ("http://x.com/a", "/خبر", ARABIC),
    "sloppy ampersand": ("http://x.com/a", "/b?c=1&amp;d=2", "http://x.com/b?c=1&d=2"),
    "tracking is kept": ("http://x.com/a", "/b?utm_source=c", "http://x.com/b?utm_source=c"),
    "backslashes": ("http://x.com/a", "\\b\\c", "http://x.com/b/c"),
    "credentials": ("http://x.com/a", "http://u:p@x.com/b", "http://x.com/b"),
    "malformed": ("http://x.com/a", "http://[::1/b", None),
    "malformed host": ("http://x.com/a", "http:// x .com/b", None),
    "no base": (None, "/b", None),
    "no base and none needed": (None, "http://x.com/b", "http://x.com/b"),
    "no base, scheme of the page": (None, "//x.com/b", None),
    "base of another kind": ("file:///home/a.html", "b", None),
    "base that is no URL": ("%%", "b", None),
    "malformed base": ("http://[", "b", None),
}

SAME_SITE = {
    "same": ("http://x.com/a", "https://x.com/b", True),
    "www": ("http://www.x.com/a", "http://x.com/b", True),
    "mobile": ("http://m.x.com/a", "http://www.x.com/b", True),
    "amp": ("http://amp.x.com/a", "http://m.x.com/b", True),
    "sub-domain": ("http://arabic.x.com/a", "http://x.com/b", True),
    "sub-domain of www": ("http://www.x.com/a", "http://arabic.x.com/b", True),
    "bare host": ("http://www.x.com/a", "x.com", True),
    "bare host with a port": ("http://127.0.0.1:8421/a", "127.0.0.1:8421", True),
    "another site": ("http://x.com/", "http://y.com/", False),
    "the same ending": ("http://ax.com/", "http://x.com/", False),
    "two sub-domains": ("http://a.x.com/", "http://b.x.com/", False),
    "another port": ("http://127.0.0.1:1/", "http://127.0.0.1:2/", False),
    "a host named m": ("http://m.com/", "http://x.com/", False),
    "Arabic host": ("http://موقع.مصر/", "http://www.xn--4gbrim.xn--wgbh1c/", True),
    "malformed": ("http://[", "http://[", False),
    "another kind": ("mailto:a@x.com", "http://x.com", False),
}


@pytest.mark.parametrize(("url", "expected"), CANONICAL.values(), ids=CANONICAL)
def test_url_has_one_form(url: str, expected: str) -> None:
    assert urls.canonicalize(url) == expected
    assert urls.canonicalize(expected) == expected


@pytest.mark.parametrize("url", NOT_CANONICAL.values(), ids=NOT_CANONICAL)
def test_what_is_no_web_address_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="URL") as caught:
        urls.canonicalize(url)
    assert repr(url)[1:50] in str(caught.value)


@pytest.mark.parametrize(("base", "href", "expected"), RESOLVED.values(), ids=RESOLVED)
def test_href_becomes_an_address_or_nothing(base: str | None, href: str, expected: str | None) -> None:
    assert urls.resolve(base, href) == expected


@pytest.mark.parametrize(("one", "other", "expected"), SAME_SITE.values(), ids=SAME_SITE)
def test_same_site(one: str, other: str, expected: bool) -> None:
    assert urls.is_same_site(one, other) is expected
    assert urls.is_same_site(other, one) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.X.com/a", "x.com"),
        ("http://x.com:8080/", "x.com:8080"),
        ("https://x.com:443/", "x.com"),
        ("http://www.com/", "www.com"),
        ("http://m.x.com/", "m.x.com"),
        ("http://موقع.مصر/", "xn--4gbrim.xn--wgbh1c"),
    ],
)
def test_host_is_named_without_www_and_default_port(url: str, expected: str) -> None:
    assert urls.get_host(url) == expected


def test_article_id_is_the_same_for_every_spelling() -> None:
    ids = {urls.article_id(url) for url in ("http://x.com/خبر", ARABIC.lower(), ARABIC + "?utm_source=a#b")}
    assert ids == {"252f2bd55a04131b"}
    assert urls.article_id("http://x.com/other") not in ids


FRAGMENTS = st.sampled_from(
    [
        "http://",
        "https://",
        "x.com",
        "/",
        "//",
        ".",
        "..",
        "?",
        "&",
        "=",
        "#",
        "%",
        "%2",
        "%25",
        "%2E",
        "%2f",
        "%D8",
        "%d8%ae",
        "%C7%E1",
        "&amp;",
        "amp;",
        "&#38;",
        "utm_",
        "utm_a=b",
        "id=1",
        ":",
        "80",
        "@",
        "[",
        "]",
        "[::1]",
        "خبر",
        "مصر",
        "\u0627\u0653",
        "e",
        "\u0301",
        "\u0338",
        "<",
        ">",
        "\\",
        "\t",
        "\n",
        "\u200f",
        "\u212a",
        "\u1fef",
        "xn--",
    ]
)


@settings(deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=4), max_size=12).map("".join))
@example("//x.com/?&%61mp;b=1")
@example("//x.com/%2C\u0327")
@example("//x.com/?utm\u0338=a")
def test_canonical_url_is_idempotent(rest: str) -> None:
    for url in ("http:" + rest, "http://x.com/" + rest, "http://x.com/?" + rest):
        try:
            once = urls.canonicalize(url)
        except ValueError:
            continue
        assert urls.canonicalize(once) == once
        assert once.isascii()
        assert urls.resolve(None, url) is not None


BASES = (
    "https://news.example/a/b/c?x=1",
    "http://user@News.Example:8080",
    "https://x.com/x;y/z#q",
    "//x.com/a",
    "https:///a",
    "",
)
PIECES = ("/", "..", ".", "a", "b;c", "?", "?x=1", "#", "#f", "%41", "%D8%A7", "خ", " ", "&amp;", "\u200f", "//x.com")


@given(st.sampled_from(BASES), st.lists(st.sampled_from(PIECES), max_size=7))
@example("https://news.example/a", ["a", " ", "#"])
@example("https://news.example/a", ["..", "//x.com", "b;c"])
def test_address_from_the_root_is_what_urljoin_makes_of_it(base: str, pieces: list[str]) -> None:
    href = "/" + "".join(pieces)
    assert urls.resolve(base, href) == urls.resolve(None, urljoin(base, href.rstrip(" \u200f")))


@settings(deadline=None)
@given(st.text() | st.lists(FRAGMENTS, max_size=8).map("".join))
def test_resolve_never_raises(href: str) -> None:
    for base in (None, "http://x.com/a/b?c", href):
        resolved = urls.resolve(base, href)
        assert resolved is None or urls.resolve(None, resolved) == resolved
    assert urls.is_same_site(href, "http://x.com/") in (True, False)
