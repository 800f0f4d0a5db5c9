from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from newscrawl import sites
from newscrawl.exceptions import ProfileError, UnknownSiteError
from newscrawl.items import Layout, Site
from newscrawl.sites.patterns import is_article_url
from newscrawl.sites.writing import print_profile
from newscrawl.urls import is_same_site

NEEDED = 'name = "صحيفة"\ndomain = "x.com"\n'

EVERYTHING = """
name = "صحيفة"
domain = "x.com"
country = "EG"
languages = ["ar", "en"]
timezone = "Africa/Cairo"
feeds = ["https://x.com/feed"]
sitemaps = ["https://x.com/sitemap.xml"]
section_pages = ["https://x.com/أخبار"]
article_url = '/\\d{4}/'
examples = ["https://x.com/2026/خبر"]
verified = 2026-11-22
visit_every = "6h"
delay_seconds = 2
labels = ["daily", "private"]

[[layouts]]
until = 2019-12-31
title = "h1.old"
subtitle = "h2"
body = "div#body > p"
published = "time"
authors = ".author"
caption = "figcaption"
related = "ul.related a"
remove = [".ad", "p:nth-child(2)"]

[[layouts]]
title = "h1"
"""


def write_profile(home: Path, text: str, key: str = "x") -> Path:
    path = home / "sites" / f"{key}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_field_of_a_site_can_be_told(tmp_path: Path) -> None:
    write_profile(tmp_path, EVERYTHING)
    assert sites.load_site("x", tmp_path) == Site(
        key="x",
        name="صحيفة",
        domain="x.com",
        country="EG",
        languages=("ar", "en"),
        timezone="Africa/Cairo",
        feeds=("https://x.com/feed",),
        sitemaps=("https://x.com/sitemap.xml",),
        section_pages=("https://x.com/أخبار",),
        article_url=r"/\d{4}/",
        examples=("https://x.com/2026/خبر",),
        layouts=(
            Layout(
                until=date(2019, 12, 31),
                title="h1.old",
                subtitle="h2",
                body="div#body > p",
                published="time",
                authors=".author",
                caption="figcaption",
                related="ul.related a",
                remove=(".ad", "p:nth-child(2)"),
            ),
            Layout(title="h1"),
        ),
        visit_every="6h",
        delay_seconds=2.0,
        labels=("daily", "private"),
        verified=date(2026, 11, 22),
    )


def test_printed_profile_says_the_same(tmp_path: Path) -> None:
    write_profile(tmp_path, EVERYTHING)
    site = replace(sites.load_site("x", tmp_path), name='صحيفة "المرفأ" \\ 1', feeds=("https://x.com/" + "a" * 120,))
    write_profile(tmp_path, print_profile(site, ["found\ntoday"]), key="y")
    assert sites.load_site("y", tmp_path) == replace(site, key="y")
    assert "article_url = '/\\d{4}/'" in (tmp_path / "sites" / "y.toml").read_text()
    write_profile(tmp_path, print_profile(Site(key="z", name="x", domain="x.com")), key="z")
    assert (tmp_path / "sites" / "z.toml").read_text() == 'name = "x"\ndomain = "x.com"\nverified = false\n'


def test_parsers_cover_every_field() -> None:
    assert set(sites._SITE_KEYS) == {field.name for field in fields(Site)} - {"key", "furniture"}
    assert set(sites._LAYOUT_KEYS) == {field.name for field in fields(Layout)}


def test_name_and_domain_are_enough(tmp_path: Path) -> None:
    write_profile(tmp_path, NEEDED)
    assert sites.load_site("x", tmp_path) == Site(key="x", name="صحيفة", domain="x.com")


PACKAGED = sites.list_sites(None)


def read_source(site: Site) -> str:
    return (Path(sites.__file__).parent / f"{site.key}.toml").read_text(encoding="utf-8")


def test_well_known_sites_of_many_countries_have_a_profile() -> None:
    assert len(PACKAGED) >= 50
    assert len({site.country for site in PACKAGED} - {None}) >= 20
    assert {"wparabi", "youm7", "hespress", "aljazeera"} <= {site.key for site in PACKAGED}
    assert sites.load_site("wparabi", None).name == "وورلد برس عربي"


def test_no_two_packaged_profiles_describe_one_domain() -> None:
    assert len({site.domain for site in PACKAGED}) == len({site.name for site in PACKAGED}) == len(PACKAGED)


@pytest.mark.parametrize("site", PACKAGED, ids=lambda site: site.key)
def test_packaged_profile_says_where_it_is_from_and_that_nobody_has_verified_it(site: Site) -> None:
    text = read_source(site)
    assert "\nverified = " in text
    told = {"Feed": site.feeds, "itemap": site.sitemaps, "Article addresses": site.article_url}
    for word, value in told.items():
        assert not value or any(word in line for line in text.splitlines() if line.startswith("# ")), word
    assert "ar" in site.languages
    assert not re.search("[a-zA-Z]", site.name)
    # That each example is what the pattern says is checked whenever a profile is read.
    assert bool(site.examples) == bool(site.article_url)
    assert all(is_same_site(url, site.domain) or "bbci" in url for url in (*site.feeds, *site.sitemaps))


def test_packaged_pattern_does_not_match_the_front_page() -> None:
    described = [site for site in PACKAGED if site.article_url]
    assert len(described) >= 15
    for site in described:
        for path in ("", "/", "/rss.xml", "/sitemap.xml", "/category/politics/", "/tag/news"):
            assert not is_article_url(f"https://www.{site.domain}{path}", site.article_url), site.key


def test_profile_that_changed_is_read_again(tmp_path: Path) -> None:
    path = write_profile(tmp_path, NEEDED)
    assert sites.load_site("x", tmp_path).timezone is None
    path.write_text(NEEDED + 'timezone = "Asia/Aden"', encoding="utf-8")
    assert sites.load_site("x", tmp_path).timezone == "Asia/Aden"


def test_own_profile_comes_before_the_packaged_one(tmp_path: Path) -> None:
    write_profile(tmp_path, NEEDED, key="wparabi")
    write_profile(tmp_path, NEEDED, key="a")
    assert sites.load_site("wparabi", tmp_path).domain == "x.com"
    listed = sites.list_sites(tmp_path)
    assert [site.key for site in listed] == sorted({"a", *(site.key for site in sites.list_sites(None))})
    assert [site.name for site in listed if site.key == "wparabi"] == ["صحيفة"]


def test_home_without_profiles_has_the_packaged_ones(tmp_path: Path) -> None:
    assert sites.list_sites(tmp_path / "nothing") == sites.list_sites(None)


BROKEN = {
    "unknown key": (NEEDED + 'feed = ["https://x.com"]', "unknown key 'feed' (did you mean 'feeds'?)"),
    "the key is the file's name": (NEEDED + 'key = "x"', "unknown key 'key'"),
    "no name": ('domain = "x.com"', "key 'name' is missing"),
    "no domain": ('name = "x"', "key 'domain' is missing"),
    "empty name": ('name = " "\ndomain = "x.com"', "key 'name': ' ' is not a text"),
    "name as a number": ('name = 1\ndomain = "x.com"', "key 'name': 1 is not a text"),
    "domain with a path": ('name = "x"\ndomain = "x.com/a"', "key 'domain': 'x.com/a' is not a bare host"),
    "impossible domain": ('name = "x"\ndomain = "x..com"', "key 'domain': not a usable URL"),
    "country by name": (NEEDED + 'country = "Egypt"', "key 'country': 'Egypt' is not a country code"),
    "one language": (NEEDED + 'languages = "ar"', "key 'languages': 'ar' is not a list of texts"),
    "numbers in a list": (NEEDED + "labels = [1]", "key 'labels': 1 is not a text"),
    "bad time zone": (NEEDED + 'timezone = "Cairo"', "key 'timezone': 'Cairo' is not a time zone"),
    "half a time zone": (NEEDED + 'timezone = "Africa"', "key 'timezone': 'Africa' is not a time zone"),
    "time zone out of its folder": (NEEDED + 'timezone = "../x"', "key 'timezone': "),
    "feed that is no address": (NEEDED + 'feeds = ["/feed"]', "key 'feeds': not an http or https URL: '/feed'"),
    "bad pattern": (NEEDED + "article_url = '/(\\d+'", "key 'article_url': '/(\\\\d+' is not a regular expression"),
    "bad interval": (NEEDED + 'visit_every = "often"', "key 'visit_every': 'often' is not a number of minutes"),
    "interval without a unit": (NEEDED + 'visit_every = "30"', "key 'visit_every': '30' is not"),
    "no interval": (NEEDED + 'visit_every = "0m"', "key 'visit_every': '0m' is not"),
    "negative delay": (NEEDED + "delay_seconds = -1", "key 'delay_seconds': -1 is not a number of seconds"),
    "endless delay": (NEEDED + "delay_seconds = inf", "key 'delay_seconds': inf is not"),
    "delay that is no number": (NEEDED + "delay_seconds = true", "key 'delay_seconds': True is not"),
    "verified by word": (NEEDED + "verified = true", "key 'verified': True is not a day"),
    "verified in quotes": (NEEDED + 'verified = "2026-11-22"', "key 'verified': '2026-11-22' is not a day"),
    "example that does not match": (
        NEEDED + "article_url = '/\\d+$'\nexamples = ['https://x.com/a']",
        "key 'examples': 'https://x.com/a' does not match the article_url '/\\\\d+$' on x.com",
    ),
    "example of another site": (
        NEEDED + "examples = ['https://y.com/1']",
        "key 'examples': 'https://y.com/1' does not",
    ),
    "one layout": (NEEDED + "[layouts]\ntitle = 'h1'", "key 'layouts': is not written as [[layouts]]"),
    "unknown key in a layout": (
        NEEDED + "[[layouts]]\n[[layouts]]\nheadline = 'h1'",
        "unknown key 'layouts[2].headline'",
    ),
    "bad selector": (NEEDED + "[[layouts]]\nbody = 'div['", "key 'layouts[1].body': 'div[' is not a CSS"),
    "selector of another tool": (NEEDED + "[[layouts]]\ntitle = 'h1::text'", "'h1::text' is not a CSS selector"),
    "bad selector in a list": (NEEDED + "[[layouts]]\nremove = ['a:hm']", "key 'layouts[1].remove': 'a:hm' is not"),
    "day in quotes": (NEEDED + "[[layouts]]\nuntil = '2020'", "key 'layouts[1].until': '2020' is not a day"),
    "day with a time": (NEEDED + "[[layouts]]\nuntil = 2020-01-01T10:00:00", "key 'layouts[1].until': "),
    "two layouts up to one day": (
        NEEDED + "[[layouts]]\nuntil = 2020-01-01\n" * 2,
        "key 'layouts': two of them end on 2020-01-01 ('until')",
    ),
    "two layouts without an end": (NEEDED + "[[layouts]]\n" * 2, "key 'layouts': two of them end never ('until')"),
    "no TOML": (NEEDED + "feeds = [", "no valid TOML in UTF-8: Invalid value"),
    "no TOML, second line": ('name = "x"\ndomain x.com\n', "line 2"),
}


ODD_PATTERNS = [r"/\d+'\d", r'/\d+"', "/\t\\d", "plain", "خبر\\d", "a\x7f\\d"]


@pytest.mark.parametrize("pattern", ODD_PATTERNS)
def test_printed_pattern_is_read_as_it_was(tmp_path: Path, pattern: str) -> None:
    write_profile(tmp_path, print_profile(Site(key="x", name="x", domain="x.com", article_url=pattern)))
    assert sites.load_site("x", tmp_path).article_url == pattern


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN)
def test_bad_profile_is_an_error_that_names_file_and_key(tmp_path: Path, text: str, reason: str) -> None:
    path = write_profile(tmp_path, text)
    with pytest.raises(ProfileError) as caught:
        sites.load_site("x", tmp_path)
    assert str(caught.value).startswith(f"{path}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_profile_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = write_profile(tmp_path, "")
    path.write_bytes(NEEDED.encode("windows-1256"))
    with pytest.raises(ProfileError, match=r"x\.toml: no valid TOML in UTF-8"):
        sites.load_site("x", tmp_path)


def test_profile_from_an_editor_that_writes_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    write_profile(tmp_path, "\ufeff" + NEEDED)
    assert sites.load_site("x", tmp_path).domain == "x.com"


def test_profile_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "sites" / "x.toml").mkdir(parents=True)
    with pytest.raises(ProfileError, match=r"x\.toml: cannot be read"):
        sites.load_site("x", tmp_path)


def test_file_name_must_be_a_key(tmp_path: Path) -> None:
    write_profile(tmp_path, NEEDED, key="my site")
    with pytest.raises(ProfileError, match="the file's name is the site's key"):
        sites.list_sites(tmp_path)


def test_unknown_site_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UnknownSiteError, match=r"no site profile 'wparabl' \(did you mean 'wparabi'\?\)"):
        sites.load_site("wparabl", None)
    with pytest.raises(UnknownSiteError):
        sites.load_site("../sites/wparabi", None)


OWNERS = {
    "address": ("https://wparabi.com/a/b", "wparabi", "wparabi.com"),
    "with www": ("https://www.wparabi.com/", "wparabi", "wparabi.com"),
    "sub-domain": ("https://sport.wparabi.com/", "wparabi", "wparabi.com"),
    "bare host": ("wparabi.com", "wparabi", "wparabi.com"),
    "longest domain": ("https://m.video.x.com/a", "video", "video.x.com"),
    "not a parent domain": ("https://x.com/", "x.com", "x.com"),
    "not the same ending": ("https://notwparabi.com/", "notwparabi.com", "notwparabi.com"),
    "unknown host": ("http://www.Y.com/a", "y.com", "y.com"),
    "unknown bare host": ("news.y.com", "news.y.com", "news.y.com"),
    "port": ("http://127.0.0.1:8421/", "127.0.0.1-8421", "127.0.0.1:8421"),
    "bare host with a port": ("localhost:8421", "localhost-8421", "localhost:8421"),
    "this machine": ("localhost", "localhost", "localhost"),
    "IPv6": ("http://[::1]:8421/", "--1-8421", "[::1]:8421"),
    "Arabic host": ("http://موقع.مصر/", "xn--4gbrim.xn--wgbh1c", "xn--4gbrim.xn--wgbh1c"),
    "Arabic host with a profile": ("http://xn--mgbah1a3hjkrd.com/", "arabic", "xn--mgbah1a3hjkrd.com"),
}


@pytest.mark.parametrize(("url", "key", "domain"), OWNERS.values(), ids=OWNERS)
def test_address_belongs_to_a_profile_or_to_its_host(tmp_path: Path, url: str, key: str, domain: str) -> None:
    write_profile(tmp_path, 'name = "v"\ndomain = "video.x.com"', key="video")
    write_profile(tmp_path, 'name = "w"\ndomain = "www.موريتانيا.com"', key="arabic")
    site = sites.site_for_url(url, tmp_path)
    assert (site.key, site.domain) == (key, domain)


NO_ADDRESS = ["wparabl", "", "mailto:a@x.com", "http://", "ftp://x.com", "a b.com", "/tmp/urls.txt"]


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_no_site(text: str) -> None:
    with pytest.raises(UnknownSiteError):
        sites.site_for_url(text, None)


def test_profile_hash_tells_profiles_apart() -> None:
    site = Site(key="x", name="x", domain="x.com")
    assert sites.profile_hash(None) is None
    changed = [
        replace(site, timezone="Asia/Riyadh"),
        replace(site, layouts=(Layout(until=date(2020, 1, 1), title="h1"),)),
        replace(site, layouts=(Layout(title="h1"),)),
        replace(site, feeds=("https://x.com/feed",)),
    ]
    assert len({sites.profile_hash(each) for each in (site, *changed)}) == 5


def test_profile_hash_does_not_change_when_somebody_verifies_the_profile() -> None:
    site = Site(key="x", name="x", domain="x.com")
    verified = replace(site, verified=date(2026, 11, 22), examples=("https://x.com/1",))
    assert sites.profile_hash(verified) == sites.profile_hash(site)


def test_profile_that_says_it_is_not_verified_is_as_one_that_says_nothing(tmp_path: Path) -> None:
    write_profile(tmp_path, NEEDED + "verified = false")
    assert sites.load_site("x", tmp_path).verified is None


def test_profile_hash_is_the_same_in_every_run_and_order(tmp_path: Path) -> None:
    head, tail = EVERYTHING.split("[[layouts]]", 1)
    lines = "\n".join(reversed(head.strip().splitlines()))
    write_profile(tmp_path, EVERYTHING, key="x")
    first = sites.profile_hash(sites.load_site("x", tmp_path))
    write_profile(tmp_path, f"{lines}\n[[layouts]]{tail}", key="x")
    assert sites.profile_hash(sites.load_site("x", tmp_path)) == first
    code = "from newscrawl.sites import *; import sys; print(profile_hash(load_site('x', Path(sys.argv[1]))))"
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == first
    assert first is not None
    assert len(first) == 12
