from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import pytest

from newscrawl.archive import Archive, PageRow
from newscrawl.exceptions import ArchiveError
from newscrawl.items import Article, Crawl, Link, Page, Site

URL = "https://x.com/news/1"
AT = "2024-02-01T00:00:00+00:00"
LATER = "2024-03-01T00:00:00+00:00"
LINK = Link(URL, "feed", "https://x.com/rss", "خبر", "2024-01-31")
PAGE = Page(
    URL,
    headers=MappingProxyType({"etag": '"1"', "last-modified": "Thu, 01 Feb 2024 00:00:00 GMT"}),
    body=b"<html>1</html>",
    fetched_at=AT,
    warc_file="warc/x-1.warc.gz",
    warc_offset=512,
)
NOT_MODIFIED = Page(URL, status=304, fetched_at=LATER, warc_file="warc/x-2.warc.gz", warc_offset=7)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


def get_page(archive: Archive, url: str = URL) -> PageRow:
    page = archive.find_page(url)
    assert page is not None
    return page


def test_new_links_are_told_once(archive: Archive) -> None:
    links = [LINK, Link(f"{URL}#top", "feed"), Link("https://x.com/2", "sitemap"), Link("mailto:a@x.com", "section")]
    assert archive.add_links("x", links, AT) == [URL, "https://x.com/2"]
    assert archive.add_links("x", links, LATER) == []
    page = get_page(archive)
    assert (page.site, page.state, page.via, page.found_on) == ("x", "new", "feed", "https://x.com/rss")
    assert (page.first_seen_at, page.attempts, page.article_id) == (AT, 0, None)
    assert [page.url for page in archive.pages_in_state("x", "new")] == [URL, "https://x.com/2"]


def test_sightings_tell_where_and_when_a_link_was_announced(archive: Archive) -> None:
    archive.add_links("x", [LINK, Link(URL, "section", "https://x.com/")], AT)
    archive.add_links("x", [replace(LINK, title="خبر معدّل", modified_at=None)], LATER)
    archive.add_links("x", [replace(LINK, title="أقدم")], AT)
    section, feed = archive.db.query("SELECT * FROM sightings ORDER BY found_on")
    assert (section["via"], section["title"], section["last_seen_at"]) == ("section", None, AT)
    assert (feed["first_seen_at"], feed["last_seen_at"], feed["modified_at"]) == (AT, LATER, "2024-01-31")


def test_sighting_without_a_place_is_kept_once(archive: Archive) -> None:
    for at in (AT, LATER):
        archive.add_links("x", [Link(URL, "list", title="خبر \ud83d")], at)
    (sighting,) = archive.db.query("SELECT * FROM sightings")
    assert (sighting["found_on"], sighting["title"], sighting["last_seen_at"]) == ("", "خبر ?", LATER)


def test_links_are_added_whole_or_not_at_all(archive: Archive) -> None:
    def break_off() -> Iterator[Link]:
        yield LINK
        raise RuntimeError("the feed broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        archive.add_links("x", break_off(), AT)
    assert archive.find_page(URL) is None
    assert archive.add_links("x", [LINK], AT) == [URL]


def test_fetched_page_is_remembered_with_its_bytes(archive: Archive) -> None:
    archive.add_links("x", [LINK], AT)
    archive.mark_fetched("x", PAGE, None)
    page = get_page(archive)
    assert (page.state, page.via, page.status, page.fetched_at) == ("fetched", "feed", 200, AT)
    assert (page.etag, page.last_modified) == ('"1"', "Thu, 01 Feb 2024 00:00:00 GMT")
    assert (page.warc_file, page.warc_offset) == ("warc/x-1.warc.gz", 512)
    assert page.payload_digest == sha256(PAGE.body).hexdigest()
    assert archive.pages_in_state("x", "fetched") == [page]


def test_page_that_no_link_announced_is_remembered_too(archive: Archive) -> None:
    archive.mark_fetched("x", PAGE, "list")
    assert (get_page(archive).via, get_page(archive).first_seen_at) == ("list", AT)


def test_newer_response_takes_the_place_of_the_older(archive: Archive) -> None:
    archive.mark_fetched("x", PAGE, "feed")
    archive.mark_done(URL, "article", None)
    archive.mark_fetched("x", Page(URL, body=b"2", fetched_at=LATER, warc_file="warc/x-2.warc.gz", warc_offset=7), None)
    page = get_page(archive)
    assert (page.state, page.outcome, page.etag, page.warc_offset) == ("fetched", None, None, 7)


def test_304_never_moves_the_pointers_into_the_warc(archive: Archive) -> None:
    archive.mark_fetched("x", PAGE, "feed")
    before = get_page(archive)
    archive.mark_fetched("x", NOT_MODIFIED, "feed")
    after = replace(before, status=304, fetched_at=LATER, visited_at=LATER, next_visit_at="2024-03-02T00:00:00+00:00")
    assert get_page(archive) == after


def test_304_leaves_an_extracted_page_done_and_its_article_checked(archive: Archive) -> None:
    archive.mark_fetched("x", PAGE, "feed")
    archive.save(Article(url=URL, title="خبر", fetched_at=AT), PAGE)
    archive.mark_fetched("x", NOT_MODIFIED, "feed")
    assert (get_page(archive).state, get_page(archive).outcome) == ("done", "article")
    (article,) = archive.db.query("SELECT checked_at, warc_file FROM articles")
    assert article == {"checked_at": LATER, "warc_file": "warc/x-1.warc.gz"}


@pytest.mark.parametrize("known", [True, False])
def test_304_for_a_page_that_was_never_kept_is_a_failure(archive: Archive, known: bool) -> None:
    if known:
        archive.add_links("x", [LINK], AT)
    archive.mark_fetched("x", NOT_MODIFIED, "feed")
    page = get_page(archive)
    assert (page.state, page.reason, page.warc_file) == ("failed", "not modified, but never kept", None)


def test_done_page_tells_what_it_was(archive: Archive) -> None:
    archive.mark_fetched("x", PAGE, "feed")
    archive.mark_done(URL, "unreadable", "empty")
    page = get_page(archive)
    assert (page.state, page.outcome, page.reason, page.article_id) == ("done", "unreadable", "empty", None)
    assert archive.counts()["outcomes"] == {"unreadable": 1}


def test_page_that_nobody_knows_cannot_be_done(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=URL):
        archive.mark_done(URL, "article", None)


def test_failures_are_counted_until_the_page_is_understood(archive: Archive) -> None:
    archive.add_links("x", [LINK], AT)
    archive.mark_failed(URL, "x", "timeout", None, AT)
    archive.mark_failed(URL, "x", "HTTP 503", 503, LATER)
    page = get_page(archive)
    assert (page.state, page.attempts, page.reason, page.status) == ("failed", 2, "HTTP 503", 503)
    archive.mark_fetched("x", PAGE, None)
    assert (get_page(archive).state, get_page(archive).attempts) == ("fetched", 2)
    archive.mark_done(URL, "article", None)
    page = get_page(archive)
    assert (page.state, page.attempts, page.reason) == ("done", 0, None)


def test_refused_page_tells_why(archive: Archive) -> None:
    archive.mark_refused(URL, "x", "robots.txt", AT)
    page = get_page(archive)
    assert (page.state, page.reason, page.attempts, page.status) == ("refused", "robots.txt", 0, None)


def test_reason_with_half_a_character_is_kept(archive: Archive) -> None:
    archive.mark_failed(URL, "x", "bad header \udce9", None, AT)
    assert get_page(archive).reason == "bad header ?"


def test_page_row_has_every_column_of_the_table(archive: Archive) -> None:
    assert {field.name for field in fields(PageRow)} == set(archive.db["pages"].columns_dict)


# Sites and crawls


def test_site_is_kept_with_the_day_it_was_added(archive: Archive) -> None:
    archive.add_links("x", [LINK], AT)
    site = Site(
        "x", "الموقع", "x.com", country="EG", languages=("ar", "en"), timezone="Africa/Cairo", labels=("حكومي",)
    )
    archive.save_site(site, "abc")
    (row,) = archive.db.query("SELECT * FROM sites")
    assert row == {
        "key": "x",
        "name": "الموقع",
        "domain": "x.com",
        "country": "EG",
        "languages": '["ar", "en"]',
        "timezone": "Africa/Cairo",
        "labels": '["حكومي"]',
        "profile_hash": "abc",
        "added_at": AT,
        "paused_until": None,
    }


def test_finished_crawl_is_told_with_its_counts(archive: Archive) -> None:
    crawl = archive.start_crawl("x", "2024-02-01T02:00:00+02:00")
    assert crawl == Crawl(1, "x", AT)
    archive.finish_crawl(crawl.id, LATER, "finished", {"new": 3})
    assert archive.find_interrupted_crawl("x") is None
    assert archive.crawls("x") == archive.crawls() == [Crawl(1, "x", AT, LATER, "finished", {"new": 3})]
    assert archive.crawls("y") == []


def test_crawl_that_was_killed_is_to_be_resumed(archive: Archive) -> None:
    first = archive.start_crawl("x", AT)
    assert archive.find_interrupted_crawl("x") == first
    assert archive.find_interrupted_crawl("y") is None
    second = archive.start_crawl("x", LATER)
    assert [(crawl.finished_at, crawl.reason) for crawl in archive.crawls()] == [(None, "killed"), (None, None)]
    archive.finish_crawl(second.id, LATER, "finished", {})
    assert archive.find_interrupted_crawl("x") is None


def test_crawl_that_was_killed_twice_is_resumed_from_its_first_start(archive: Archive) -> None:
    archive.finish_crawl(archive.start_crawl("x", "2024-01-01").id, "2024-01-02", "finished", {})
    first = archive.start_crawl("x", AT)
    archive.start_crawl("x", LATER)
    interrupted = archive.find_interrupted_crawl("x")
    assert interrupted is not None
    assert (interrupted.id, interrupted.started_at) == (first.id, AT)
