"""What a robots.txt allows, read as RFC 9309 says; the forms are those that Arabic news sites send."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from newscrawl.robots import MAX_BYTES, RobotsRules

SITE = "https://jareeda.example"
ALL = "User-agent: *\n"
SECTION = "/أخبار/"

CASES = {
    # which group is meant (2.2.1)
    "a group for everybody": (ALL + "Disallow: /private/", "/private/1", False),
    "another robot's group": ("User-agent: Googlebot\nDisallow: /", "/news/1", True),
    "our group in another case": ("User-agent: NewsCrawl\nDisallow: /", "/news/1", False),
    "our group with a version": ("User-agent: newscrawl/2.0\nDisallow: /", "/news/1", False),
    "a group whose name ours begins with": ("User-agent: news\nDisallow: /\n\n" + ALL + "Allow: /", "/news/1", True),
    "a group whose name begins with ours": ("User-agent: newscrawler\nDisallow: /", "/news/1", True),
    "a group whose name ends like ours": ("User-agent: crawl\nDisallow: /", "/news/1", True),
    "our group counts, not the one for everybody": (ALL + "Disallow: /\n\nUser-agent: newscrawl\nAllow: /", "/x", True),
    "our empty group counts": (ALL + "Disallow: /\n\nUser-agent: newscrawl\nDisallow:", "/x", True),
    "two names above one group": ("User-agent: other\nUser-agent: newscrawl\nDisallow: /a", "/a", False),
    "two groups of one name are one": (
        "User-agent: newscrawl\nDisallow: /a\n\nUser-agent: other\nAllow: /\n\nUser-agent: newscrawl\nDisallow: /c",
        "/c",
        False,
    ),
    "rules before any group": ("Disallow: /\n" + ALL + "Allow: /", "/x", True),
    "a name with spaces behind it": ("User-agent: * \nDisallow: /x", "/x", False),
    # which rule counts (2.2.2)
    "the longest rule allows": (ALL + "Disallow: /news\nAllow: /news/arab", "/news/arab/1", True),
    "the longest rule forbids": (ALL + "Allow: /news\nDisallow: /news/arab", "/news/arab/1", False),
    "of two equal ones the one that allows": (ALL + "Disallow: /news\nAllow: /news", "/news/1", True),
    "an empty rule": (ALL + "Disallow:", "/x", True),
    "a rule in another case of the path": (ALL + "Disallow: /News", "/news", True),
    "the home page alone": (ALL + "Disallow: /$", "/news", True),
    "no rule at all": ("", "/x", True),
    # special characters (2.2.3)
    "an end": (ALL + "Disallow: /*.php$", "/index.php", False),
    "an end that is none": (ALL + "Disallow: /*.php$", "/index.php?id=3", True),
    "a star inside": (ALL + "Disallow: /*/print/", "/news/print/3", False),
    "a star in a query": (ALL + "Disallow: /*?s=", "/search?s=x", False),
    "a comment": (ALL + "Disallow: /news # not yet", "/news/1", False),
    "an encoded slash is none": (ALL + "Disallow: /a%2Fb", "/a/b", True),
    "an encoded letter is one": (ALL + "Disallow: /%7Ejoe/", "/~joe/1", False),
    # Arabic addresses, in whatever form
    "raw Arabic": (ALL + f"Disallow: {SECTION}", quote(SECTION + "1"), False),
    "encoded Arabic": (ALL + f"Disallow: {quote(SECTION)}", quote(SECTION + "1"), False),
    "encoded Arabic in small letters": (ALL + f"Disallow: {quote(SECTION).lower()}", quote(SECTION + "1"), False),
    "another Arabic path": (ALL + f"Disallow: {SECTION}", quote("/رياضة/1"), True),
    # forms of the file
    "Windows line ends": ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
    "old Mac line ends": ("User-agent: *\rDisallow: /a\r", "/a", False),
    "filled up with NULs": (ALL + "Disallow: /a\0\0\0\n\0", "/a", False),
    "UTF-16 without its mark": ((ALL + "Disallow: /a").encode("utf-16-le").decode(), "/a", False),
    "a byte order mark": ("\ufeff" + ALL + "Disallow: /a", "/a", False),
    "a sitemap inside a group": (ALL + "Sitemap: https://jareeda.example/s.xml\nDisallow: /a", "/a", False),
    "a page instead of rules": ("<!DOCTYPE html><html><body>Disallow: /</body></html>", "/a", True),
    "a rule that is a full address": (ALL + "Disallow:  /https://m.jareeda.example", "/news", True),
    "a line without a colon": (ALL + "Allow /", "/news", True),
}


@pytest.mark.parametrize(("text", "path", "expected"), CASES.values(), ids=CASES)
def test_a_path_is_allowed_or_not(text: str, path: str, expected: bool) -> None:
    assert RobotsRules(text.encode()).allows(SITE + path) is expected


def test_rules_in_windows_1256_hold_for_both_spellings_of_their_addresses() -> None:
    rules = RobotsRules(f"# ملاحظة\n{ALL}Disallow: {SECTION}\nDisallow: /b\n".encode("cp1256"))
    assert not rules.allows(SITE + quote(SECTION + "1"))
    assert not rules.allows(SITE + quote((SECTION + "1").encode("cp1256")))
    assert not rules.allows(SITE + "/b")
    assert rules.allows(SITE + "/c")
    assert rules.allows(SITE + "/")


@pytest.mark.parametrize(
    "pack", [gzip.compress, lambda body: body.decode().encode("utf-16")], ids=["compressed", "in UTF-16"]
)
def test_rules_are_read_however_they_are_packed(pack: Callable[[bytes], bytes]) -> None:
    rules = RobotsRules(pack(b"User-agent: *\nDisallow: /private/\n"))
    assert not rules.allows("https://x.com/private/1")
    assert rules.allows("https://x.com/news/1")


def test_a_line_in_another_encoding_spoils_no_other() -> None:
    body = f"{ALL}Disallow: {SECTION}\n".encode() + "Disallow: /قديم/\n".encode("cp1256")
    assert not RobotsRules(body).allows(SITE + quote(SECTION))
    assert not RobotsRules(body).allows(SITE + quote("/قديم/".encode("cp1256")))


def test_so_much_is_read_as_must_be_and_no_half_line() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    head = ALL.encode() + filler * (MAX_BYTES // len(filler) - 1)
    within = head + b"Disallow: /late\n"
    assert not RobotsRules(within).allows(SITE + "/late")
    room = MAX_BYTES - len(within)
    cut = within + b"#" * (room - 11 - 1) + b"\n" + b"Disallow: /a-path-that-is-cut\n"
    assert RobotsRules(cut).allows(SITE + "/a-news"), "half of its last rule is no rule"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ALL + "Crawl-delay: 10", 10.0),
        (ALL + "Crawl-delay: 2.5", 2.5),
        ("User-agent: newscrawl\nCrawl-delay: 3\n\n" + ALL + "Crawl-delay: 60", 3.0),
        ("User-agent: bingbot\nCrawl-delay: 60", None),
        (ALL + "Crawl-delay: soon", None),
        (ALL + "Crawl-delay: -5", None),
        (ALL + "Crawl-delay: inf", None),
        (ALL + "Disallow: /x", None),
    ],
)
def test_the_pause_that_a_site_asks_for(text: str, expected: float | None) -> None:
    assert RobotsRules(text.encode()).crawl_delay == expected


REAL_RULES = Path(__file__).parents[2] / "shared" / "frontdoors" / "robots"
REAL = {
    "chouftv.ma": (
        {"/", "/press/1.html", "/cms/wp-admin/admin-ajax.php"},
        {"/cms/wp-admin/x", "/a/index.php", "/a.css"},
    ),
    "kooora.com": ({"/", "/?n=1"}, set()),
    "www.alarabiya.net": ({"/", "/arab-and-world"}, set()),
    "www.elkhabar.com": ({"/", "/press/article/1/"}, set()),
    "www.filgoal.com": ({"/", "/articles/1"}, set()),
    "youm7.com": ({"/", "/story/2024/1/1/x/1"}, set()),
}


@pytest.mark.skipif(not REAL_RULES.is_dir(), reason="the real front doors are not on this machine")
@pytest.mark.parametrize(("host", "allowed", "forbidden"), [(host, *paths) for host, paths in REAL.items()], ids=REAL)
def test_real_rules_are_read(host: str, allowed: set[str], forbidden: set[str]) -> None:
    rules = RobotsRules((REAL_RULES / f"{host}.robots.txt").read_bytes())
    assert {path for path in allowed | forbidden if rules.allows(f"https://{host}{path}")} == allowed


def test_random_bytes_are_no_rules() -> None:
    assert RobotsRules(bytes(range(256)) * 500).allows(SITE + "/news")
