"""One story, one row: what a page says about its other addresses, and what the archive believes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl import Archive, extract
from newscrawl.items import Address, Article, Page, Saved, Site
from newscrawl.urls import article_id, canonicalize
from tests.site.pages import print_article

SITE = "https://news.example"
URL = f"{SITE}/politics/4711"
SLUG = f"{SITE}/2025/01/البلدية-تبدأ-مشروع-المياه"
NOW = "2025-02-01T10:00:00+00:00"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


def read(url: str, head: str = "", *, number: int = 1, html: str = "<html", site: Site | None = None) -> Article:
    page = print_article(number).replace("<html", html, 1).replace("</head>", head + "</head>", 1)
    return extract(page, url, site=site, fetched_at=NOW)


def link(relation: str, href: str, more: str = "") -> str:
    return f'<link rel="{relation}" href="{href}" {more}>'


def list_ids(archive: Archive) -> list[str]:
    return sorted(row["url"] for row in archive.db.query("SELECT url FROM articles"))


# What a page says

DECLARED: dict[str, tuple[str, tuple[str, str]]] = {
    "canonical": (link("canonical", SLUG), ("canonical", SLUG)),
    "canonical on another host of the site": (
        link("canonical", "https://m.news.example/1"),
        ("canonical", "https://m.news.example/1"),
    ),
    "canonical without a host": (link("canonical", "/story-of-the-day"), ("canonical", f"{SITE}/story-of-the-day")),
    "canonical above, with an id": (link("canonical", f"{SITE}/politics-9"), ("canonical", f"{SITE}/politics-9")),
    "the address that is shared": (f'<meta property="og:url" content="{SLUG}">', ("canonical", SLUG)),
    "short link": (link("shortlink", f"{SITE}/?p=4711"), ("shortlink", f"{SITE}/?p=4711")),
    "AMP page": (link("amphtml", f"{URL}/amp"), ("amp", f"{URL}/amp")),
    "mobile page": (
        link("alternate", "https://m.news.example/politics/4711", 'media="only screen and (max-width: 640px)"'),
        ("mobile", "https://m.news.example/politics/4711"),
    ),
}
NOT_BELIEVED = {
    "the page itself": link("canonical", f"{URL}?utm_source=x#top"),
    "the home page": link("canonical", f"{SITE}/"),
    "the home page without a slash": link("canonical", SITE),
    "the mobile home page": link("canonical", "https://m.news.example/"),
    "the section of the page": link("canonical", f"{SITE}/politics"),
    "a front door": link("canonical", f"{SITE}/all/"),
    "another site": link("canonical", "https://other.example/politics/4711"),
    "a shortener": link("shortlink", "https://sho.rt/4711"),
    "no address": link("canonical", "http://["),
    "nothing": link("canonical", ""),
    "the page in another language": link("alternate", f"{SITE}/en/4711", 'hreflang="en"'),
    "the feed": link("alternate", f"{SITE}/feed", 'type="application/rss+xml"'),
}


@pytest.mark.parametrize(("head", "expected"), DECLARED.values(), ids=DECLARED)
def test_page_names_its_other_addresses(head: str, expected: tuple[str, str]) -> None:
    kind, url = expected
    assert read(URL, head).addresses == (Address(kind, canonicalize(url)),)


@pytest.mark.parametrize("head", NOT_BELIEVED.values(), ids=NOT_BELIEVED)
def test_what_cannot_be_the_articles_address_is_left_out(head: str) -> None:
    site = Site("x", "X", "news.example", section_pages=(f"{SITE}/all",))
    assert read(URL, head, site=site).addresses == ()


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        (URL, "<html", None),
        (URL, "<html amp", "amp"),
        (URL, "<html \u26a1", "amp"),
        (f"{URL}?print=1", "<html", "print"),
        ("https://m.news.example/politics/4711", "<html", "mobile"),
    ],
)
def test_page_tells_which_copy_it_is(url: str, html: str, expected: str | None) -> None:
    assert read(url, html=html).variant == expected


# What the archive makes of it

COPIES = {
    "www": ("https://www.news.example/politics/4711", ""),
    "a closing slash": (f"{URL}/", ""),
    "no encryption": ("http://news.example/politics/4711", ""),
    "mobile": ("https://m.news.example/politics/4711", ""),
    "AMP": (f"{URL}/amp/", link("canonical", URL)),
    "print": (f"{SITE}/print/politics/4711", ""),
    "a parameter that says where the reader came from": (f"{URL}?ref=home", ""),
    "the page of the list that led here": (f"{URL}?page=7", ""),
    "short link that names the article": (f"{SITE}/?p=4711", link("canonical", URL)),
    "moved, and named by its old address": (SLUG, link("canonical", URL)),
}


@pytest.mark.parametrize(("other", "head"), COPIES.values(), ids=COPIES)
def test_copies_are_one_article_that_every_address_finds(archive: Archive, other: str, head: str) -> None:
    for first, second in (((URL, ""), (other, head)), ((other, head), (URL, ""))):
        archive.db.execute("DELETE FROM articles")
        archive.save(read(*first))
        assert archive.save(read(*second)) is Saved.UNCHANGED
        assert len(list_ids(archive)) == 1
        assert archive.get(URL) == archive.get(other) == list(archive.revisions(other))[-1].article
        assert len(list(archive.revisions(URL))) == 1


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        (f"{URL}?part=1", f"{URL}?part=2", 2),
        (f"{SITE}/article.php?id=4711", f"{SITE}/article.php?id=4712", 1),
    ],
    ids=["another text at the same path", "a path that names no story"],
)
def test_parameters_are_kept_where_they_may_tell_stories_apart(
    archive: Archive, first: str, second: str, number: int
) -> None:
    archive.save(read(first))
    other = read(second, number=number)
    archive.save(replace(other, title=read(first).title))
    assert list_ids(archive) == [first, second]


def test_ordinary_page_names_copies_that_nobody_has_met(archive: Archive) -> None:
    archive.save(read(URL, link("amphtml", f"{SITE}/lite/9") + link("shortlink", f"{SITE}/?p=4711")))
    for alias in (f"{SITE}/lite/9", f"{SITE}/?p=4711", "https://m.news.example/politics/4711?utm_source=x"):
        assert archive.get(alias) == archive.get(URL)
    assert archive.get(f"{SITE}/?p=4712") is None


@pytest.mark.parametrize("wrong", [f"{SITE}/politics/9000", f"{URL}1"], ids=["nobody's page", "the first page"])
def test_one_canonical_for_all_pages_merges_nothing(archive: Archive, wrong: str) -> None:
    urls = [f"{URL}{number}" for number in range(1, 6)]
    for _ in range(2):
        for number, url in enumerate(urls, 1):
            archive.save(read(url, link("canonical", wrong), number=number))
    assert list_ids(archive) == urls
    assert [row["number"] for row in archive.db.query("SELECT number FROM revisions")] == [1] * 5
    found = archive.get(wrong)
    assert found is None if wrong not in urls else found == archive.get(urls[0])


def test_article_whose_address_others_claim_is_its_own(archive: Archive) -> None:
    archive.save(read(f"{URL}1", link("canonical", f"{URL}3"), number=1))
    archive.save(read(f"{URL}3", number=3))
    archive.save(read(f"{URL}2", link("canonical", f"{URL}3"), number=2))
    assert list_ids(archive) == [f"{URL}1", f"{URL}2", f"{URL}3"]
    assert [article.title for article in (archive.get(f"{URL}3"),) if article] == [read(URL, number=3).title]


def test_home_page_as_canonical_merges_nothing(archive: Archive) -> None:
    for number in (1, 2, 3):
        archive.save(read(f"{URL}{number}", link("canonical", f"{SITE}/"), number=number))
    assert len(list_ids(archive)) == 3
    assert archive.get(f"{SITE}/") is None


def test_daily_headline_under_one_canonical_is_an_article_a_day(archive: Archive) -> None:
    for day in ("10", "20"):
        daily = read(f"{SITE}/gold/{day}-01-2025-prices", link("canonical", f"{SITE}/gold/prices-today-gold-all"))
        archive.save(replace(daily, title="أسعار الذهب اليوم", published_at=f"2025-01-{day}"))
    assert len(list_ids(archive)) == 2


def test_copy_with_a_headline_that_was_corrected_since_is_known(archive: Archive) -> None:
    archive.save(read(URL))
    archive.save(replace(read(URL), title="عنوان مصحح"))
    assert archive.save(read(f"{URL}/amp", html="<html amp")) is Saved.UNCHANGED
    assert len(list_ids(archive)) == 1


def test_same_address_but_for_the_host_with_another_headline_is_another_article(archive: Archive) -> None:
    archive.save(read("https://www.news.example/1", number=1))
    archive.save(read("https://m.news.example/1", number=2))
    assert len(list_ids(archive)) == 2


def test_address_that_the_page_calls_canonical_becomes_the_articles_when_it_is_met(archive: Archive) -> None:
    archive.save(read(f"{SITE}/?p=4711", link("canonical", SLUG)))
    first = archive.get(SLUG)
    assert first is not None
    assert first.url == f"{SITE}/?p=4711"
    archive.save(read(SLUG))
    (revision,) = archive.revisions(SLUG)
    assert archive.get(f"{SITE}/?p=4711") == revision.article
    assert (revision.article.id, revision.article.url) == (first.id, read(SLUG).url)


# Redirects


def test_moved_article_keeps_its_row_and_its_old_address(archive: Archive) -> None:
    archive.save(read(URL))
    assert archive.save(read(SLUG), asked=URL) is Saved.UNCHANGED
    assert archive.get(SLUG) == archive.get(URL) is not None
    assert len(list_ids(archive)) == 1


def test_story_that_was_met_at_its_new_address_before_the_redirect_is_one_row(archive: Archive) -> None:
    archive.save(read(URL))
    archive.save(replace(read(URL), title="عنوان مصحح"))
    archive.save(replace(read(SLUG), title="عنوان مصحح"))
    assert len(list_ids(archive)) == 2
    assert archive.save(replace(read(SLUG), title="عنوان مصحح"), asked=URL) is Saved.UNCHANGED
    assert list_ids(archive) == [URL]
    assert archive.get(SLUG) == archive.get(URL) == list(archive.revisions(SLUG))[-1].article
    assert len(list(archive.revisions(URL))) == 2


def test_two_stories_with_a_history_each_stay_two_whatever_redirects(archive: Archive) -> None:
    for url in (URL, SLUG):
        archive.save(read(url))
        archive.save(replace(read(url), title=f"عنوان مصحح {len(url)}"))
    archive.save(replace(read(SLUG), title=f"عنوان مصحح {len(SLUG)}"), asked=URL)
    assert len(list_ids(archive)) == 2


def test_daily_headline_that_redirects_to_the_newest_keeps_its_days(archive: Archive) -> None:
    for url, day in ((URL, "2025-01-10"), (SLUG, "2025-01-20")):
        archive.save(replace(read(url), title="أسعار الذهب اليوم", published_at=day))
    archive.save(replace(read(SLUG), title="أسعار الذهب اليوم", published_at="2025-01-20"), asked=URL)
    assert len(list_ids(archive)) == 2


def test_article_that_moved_with_a_new_headline_is_an_edit(archive: Archive) -> None:
    archive.save(read(URL))
    assert archive.save(replace(read(SLUG), title="عنوان آخر تماما"), asked=URL) is Saved.CHANGED
    assert [revision.changed for revision in archive.revisions(SLUG)] == [(), ("title",)]


def test_address_that_now_redirects_to_another_story_merges_nothing(archive: Archive) -> None:
    archive.save(read(URL, number=1))
    archive.save(read(f"{SITE}/politics/newest", number=2), asked=URL)
    assert len(list_ids(archive)) == 2
    stored = archive.get(URL)
    assert stored is not None
    assert stored.title == read(URL, number=1).title


def test_redirecting_address_is_an_alias_of_what_it_led_to(archive: Archive) -> None:
    archive.save(read(SLUG), asked=f"{SITE}/go/1")
    assert archive.get(f"{SITE}/go/1") == archive.get(SLUG)


# Variants


def edit(article: Article, text: str) -> Article:
    return replace(article, body=f"{article.body}\n\n{text}")


def test_ordinary_page_wins_whatever_comes_first(archive: Archive) -> None:
    ordinary, amp = read(URL), edit(read(f"{URL}/amp", html="<html amp"), "نسخة مختصرة")
    archive.save(amp)
    archive.save(ordinary)
    archive.save(amp)
    (revision,) = archive.revisions(URL)
    stored = archive.get(f"{URL}/amp")
    assert stored == revision.article
    assert (stored.url, stored.variant, stored.body) == (URL, None, ordinary.body)
    assert stored.id == article_id(f"{URL}/amp")


def test_revisions_compare_the_same_variant_only(archive: Archive) -> None:
    amp = edit(read(f"{URL}/amp", html="<html amp"), "نسخة مختصرة")
    assert archive.save(amp) is Saved.NEW
    assert archive.save(edit(amp, "تحديث")) is Saved.CHANGED
    assert archive.save(read(f"{SITE}/print/politics/4711")) is Saved.UNCHANGED
    assert archive.save(read(URL)) is Saved.CHANGED
    assert archive.save(edit(amp, "تحديث ثان")) is Saved.UNCHANGED
    assert archive.save(edit(read(URL), "تحديث")) is Saved.CHANGED
    revisions = list(archive.revisions(URL))
    assert [revision.cause for revision in revisions] == ["site", "site", "variant", "site"]
    assert [revision.article.variant for revision in revisions] == ["amp", "amp", None, None]
    assert archive.counts()["edits"] == 2


def test_site_that_turns_its_pages_into_amp_is_still_watched(archive: Archive) -> None:
    archive.save(read(URL))
    amp = edit(read(URL, html="<html amp"), "ذيل")
    archive.save(amp)
    archive.save(edit(amp, "تحديث"))
    assert [revision.cause for revision in archive.revisions(URL)] == ["site", "variant", "site"]


ADDRESSES = (
    URL, f"{URL}/", f"{URL}/amp", f"{SITE}/print/politics/4711", "https://m.news.example/politics/4711", SLUG,
    f"{SITE}/?p=4711",
)  # fmt: skip
VISITS = st.builds(
    Article,
    url=st.sampled_from(ADDRESSES),
    title=st.sampled_from(["أول", "ثان"]),
    body=st.sampled_from(["نص", "نص آخر"]),
    variant=st.sampled_from([None, "amp", "mobile"]),
    addresses=st.lists(st.builds(Address, st.just("canonical"), st.sampled_from(ADDRESSES)), max_size=1).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(VISITS, st.none() | st.sampled_from(ADDRESSES)), max_size=8))
def test_no_order_of_visits_loses_a_page_or_a_headline(
    archive: Archive, visits: list[tuple[Article, str | None]]
) -> None:
    archive.db.execute("DELETE FROM articles")
    for article, asked in visits:
        archive.save(article, Page(article.url, body=article.body.encode()), asked=asked)
        stored = archive.get(str(article.url))
        assert stored is not None
        assert article.title in {revision.article.title for revision in archive.revisions(str(stored.id))} or (
            stored.variant != article.variant
        )
    for stored in archive.articles():
        assert list(archive.revisions(str(stored.id)))[-1].article == stored
        assert archive.get(str(stored.url)) == stored
    assert list(archive.db.query("PRAGMA foreign_key_check")) == []
