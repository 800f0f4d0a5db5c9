"""Crawls of one site over days: what is fetched again, what is only asked for, what is gone. The clock is ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.warc import read_page
from tests.conftest import Run
from tests.site import FaultySite

PROJECT = Path(__file__).parent.parent
# Article 1 is published on the 2nd at 06:30 UTC, 2 on the 3rd, 3 on the 4th.
MORNING = "2025-01-04T07:00"
CrawlAt = Callable[..., dict[str, int]]


@pytest.fixture
def site(home: Path) -> Iterator[FaultySite]:
    with FaultySite(3) as site:
        site.has_etags = True
        site.write_profile(home)
        yield site


@pytest.fixture
def crawl_at(run: Run, home: Path, site: FaultySite) -> CrawlAt:
    """Crawl at a moment of the test's choice; return what was counted."""

    def crawl(moment: str, *more: str) -> dict[str, int]:
        site.requests.clear()
        site.unmodified.clear()
        options = ("-a", "site=test", *more, "-s", f"NEWSCRAWL_CLOCK={moment}")
        done = run("crawl", "news", *options, command="scrapy", cwd=PROJECT)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        with Archive(home / "archive.db", read_only=True) as archive:
            counts = archive.crawls("test")[-1].counts
        return {name: number for name, number in counts.items() if number}

    return crawl


def news(site: FaultySite) -> list[str]:
    return [path for path in site.requests if path.startswith("/news/")]


def select(home: Path, query: str) -> list[tuple[object, ...]]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return [tuple(row) for row in archive.db.conn.execute(query)]


def test_each_article_is_visited_when_its_age_says_so_and_never_twice(crawl_at: CrawlAt, site: FaultySite) -> None:
    moments = {
        MORNING: ["/news/1", "/news/2", "/news/3"],
        "2025-01-04T07:10": [],
        "2025-01-04T07:40": ["/news/3"],
        "2025-01-04T12:00": [],
        "2025-01-04T13:00": ["/news/3"],
        "2025-01-05T08:00": ["/news/3"],
        "2025-01-09T08:00": ["/news/1"],
        "2025-01-10T05:00": [],
        "2025-01-12T08:00": ["/news/2", "/news/3"],
        "2025-02-10T08:00": ["/news/1", "/news/2", "/news/3"],
        "2026-02-10T08:00": [],
    }
    visited = {}
    for moment in moments:
        crawl_at(moment)
        visited[moment] = sorted(news(site))
    assert visited == moments


def test_a_second_crawl_fetches_front_doors_and_only_what_changed(
    crawl_at: CrawlAt, home: Path, site: FaultySite
) -> None:
    crawl_at(MORNING)
    kept = select(home, "SELECT url, warc_file, warc_offset, payload_digest FROM pages ORDER BY url")
    counts = crawl_at("2025-01-12T08:00")
    assert sorted(site.requests) == ["/feed.xml", "/news/1", "/news/2", "/news/3", "/robots.txt"]
    assert site.unmodified == dict.fromkeys(("/feed.xml", "/news/1", "/news/2", "/news/3"), 1)
    assert (counts["unchanged"], counts["unmodified"], counts["doors"]) == (3, 3, 1)
    assert select(home, "SELECT url, warc_file, warc_offset, payload_digest FROM pages ORDER BY url") == kept
    assert {row[0] for row in select(home, "SELECT checked_at >= '2025-01-12T08:00' FROM articles")} == {1}
    for url, warc_file, offset, _ in kept:
        assert read_page(home, str(warc_file), int(str(offset))).url == url


def test_an_edit_is_fetched_and_kept_as_a_revision(crawl_at: CrawlAt, home: Path, site: FaultySite) -> None:
    crawl_at(MORNING)
    site.changed.add(2)
    counts = crawl_at("2025-01-12T08:00")
    assert (counts["changed"], counts["unchanged"]) == (1, 2)
    (seen_at,) = select(home, "SELECT seen_at FROM revisions WHERE number = 2")
    assert str(seen_at[0]).startswith("2025-01-12T08:00")


def test_a_front_door_that_has_not_changed_still_leads_to_those_behind_it(
    crawl_at: CrawlAt, home: Path, site: FaultySite
) -> None:
    profile = home / "sites" / "test.toml"
    text = profile.read_text(encoding="utf-8").replace("feeds =", "sitemaps =").replace("feed.xml", "sitemap-index.xml")
    profile.write_text(text, encoding="utf-8")
    site.lastmod = "2025-01-03T08:00:00+00:00"
    crawl_at(MORNING)
    site.articles = 4
    counts = crawl_at("2025-01-04T07:10")
    assert site.unmodified["/sitemap-index.xml"] == 1
    assert news(site) == ["/news/4"]
    assert counts["new"] == 1


def test_a_front_door_whose_copy_is_lost_is_fetched_whole(crawl_at: CrawlAt, home: Path, site: FaultySite) -> None:
    crawl_at(MORNING)
    for file in (home / "warc").iterdir():
        file.unlink()
    counts = crawl_at("2025-01-04T07:10")
    assert site.count("/feed.xml") == 2
    assert counts["doors"] == 1


def test_a_sitemap_calls_for_a_visit_with_a_newer_lastmod(crawl_at: CrawlAt, home: Path, site: FaultySite) -> None:
    profile = home / "sites" / "test.toml"
    text = profile.read_text(encoding="utf-8").replace("feeds =", "sitemaps =").replace("feed.xml", "sitemap.xml")
    profile.write_text(text, encoding="utf-8")
    site.lastmod = "2025-01-04T06:45:00+00:00"
    crawl_at(MORNING)
    crawl_at("2025-01-04T07:10")
    assert news(site) == []
    site.lastmod = "2025-01-04T07:15:00+00:00"
    site.changed.add(1)
    counts = crawl_at("2025-01-04T07:20")
    assert sorted(news(site)) == site.article_paths()
    assert (counts["changed"], counts["unchanged"]) == (1, 2)
    assert select(home, "SELECT sign, visits, changes FROM calls") == [("modified_at", 3, 1)]


@pytest.mark.parametrize("how", ["gone", "moved_home"])
def test_an_article_that_its_site_took_down_is_gone_and_may_return(
    crawl_at: CrawlAt, home: Path, site: FaultySite, how: str
) -> None:
    crawl_at(MORNING)
    getattr(site, how).add(3)
    crawl_at("2025-01-05T08:00")
    assert select(home, "SELECT gone_at FROM articles WHERE gone_at IS NOT NULL") == []
    assert crawl_at("2025-01-06T09:00")["gone"] == 1
    ((gone_at, reason),) = select(
        home,
        "SELECT gone_at, pages.reason FROM articles JOIN pages ON article_id = id WHERE gone_at IS NOT NULL",
    )
    assert str(gone_at).startswith("2025-01-05T08:00")
    assert reason == {"gone": "http 404", "moved_home": "redirect to the home page"}[how]
    assert len(select(home, "SELECT * FROM articles")) == 3
    getattr(site, how).clear()
    crawl_at("2025-01-13T09:00")
    assert select(home, "SELECT gone_at FROM articles WHERE gone_at IS NOT NULL") == []


def test_a_story_behind_a_login_is_asked_for_again(crawl_at: CrawlAt, home: Path, site: FaultySite) -> None:
    site.pages = dict.fromkeys(site.article_paths()[:2], "/login")
    site.pages["/login"] = "<html lang='ar'><h1>تسجيل الدخول</h1><form><input type='password'></form></html>"
    assert crawl_at(MORNING)["new"] == 1
    site.pages.clear()
    assert crawl_at("2025-01-04T07:20") == {"doors": 1}
    assert crawl_at("2025-01-04T08:10")["new"] == 2
    assert len(select(home, "SELECT * FROM articles")) == 3


def test_a_story_that_leads_to_a_page_of_errors_is_gone(crawl_at: CrawlAt, home: Path, site: FaultySite) -> None:
    crawl_at(MORNING)
    site.pages["/news/3"] = "/sorry"
    site.pages["/sorry"] = "<html lang='ar'><h1>عذرا، الصفحة غير موجودة</h1><p>تعذر العثور على ما تبحث عنه.</p></html>"
    crawl_at("2025-01-05T08:00")
    crawl_at("2025-01-06T09:00")
    assert select(home, "SELECT url, substr(gone_at, 1, 10) FROM articles WHERE gone_at IS NOT NULL") == [
        (f"{site.url}/news/3", "2025-01-05")
    ]


def test_a_failed_page_is_tried_again_later_and_in_the_end_given_up(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/error/1",)) as site:
        site.write_profile(home)
        tried = {}
        for day in ("04T07:00", "04T07:30", "04T08:10", "04T12:20", "05T05:00", "09T05:00", "20T05:00", "28T05:00"):
            site.requests.clear()
            clock = f"NEWSCRAWL_CLOCK=2025-01-{day}"
            run("crawl", "news", "-a", "site=test", "-s", clock, "-s", "RETRY_TIMES=0", command="scrapy", cwd=PROJECT)
            tried[day] = site.count("/error/1")
    assert list(tried.values()) == [1, 0, 1, 1, 1, 1, 1, 0]


def test_links_older_than_a_week_wait_until_since_names_their_day(crawl_at: CrawlAt, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home, more=f'sitemaps = ["{site.url}/sitemap.xml"]')
        profile = home / "sites" / "test.toml"
        text = profile.read_text(encoding="utf-8")
        profile.write_text("".join(line for line in text.splitlines(True) if "feeds" not in line), encoding="utf-8")
        site.articles = 0
        crawl_at("2025-01-01T07:00")
        crawl_at("2025-01-25T07:00")
        site.articles = 3
        for moment, more, expected in (
            ("2025-01-30T07:00", (), 0),
            ("2025-01-30T07:01", ("-a", "since=2025-01-16"), 0),
            ("2025-01-30T07:02", ("-a", "since=2025-01-15"), 3),
        ):
            crawl_at(moment, *more)
            assert len(select(home, "SELECT * FROM articles")) == expected


def test_what_was_published_since_the_last_crawl_is_new_however_long_ago(crawl_at: CrawlAt, home: Path) -> None:
    with FaultySite(2) as site:
        site.write_profile(home, more=f'sitemaps = ["{site.url}/sitemap.xml"]')
        site.articles, site.lastmod = 0, ""
        crawl_at("2025-01-10T07:00")
        site.articles, site.lastmod = 2, "2025-01-11T07:00:00+00:00"
        profile = home / "sites" / "test.toml"
        text = profile.read_text(encoding="utf-8")
        profile.write_text("".join(line for line in text.splitlines(True) if "feeds" not in line), encoding="utf-8")
        crawl_at("2025-01-30T07:00")
    assert len(select(home, "SELECT * FROM articles")) == 2


def test_a_first_crawl_says_what_it_found_and_how_long_it_will_take(run: Run, home: Path) -> None:
    with FaultySite(7) as site:
        site.write_profile(home, more=f'sitemaps = ["{site.url}/sitemap.xml"]\nsection_pages = ["{site.url}/section"]')
        site.articles = 5
        first = run("crawl", "test")
        second = run("crawl", "test")
    line = "test: first crawl; links: 5 in feeds, 5 in sitemaps, 5 on its pages; 5 to fetch, about a minute\n"
    assert line in first.stderr
    assert "first crawl" not in second.stderr


def test_a_dry_run_prints_the_addresses_and_fetches_front_doors_only(run: Run, home: Path) -> None:
    with FaultySite(4) as site:
        site.write_profile(home)
        dry = run("crawl", "test", "--dry-run")
        assert site.requests == ["/robots.txt", "/feed.xml"]
        assert dry.stdout.splitlines() == [site.url + path for path in site.article_paths()]
        assert dry.stderr.endswith("test: 4 pages would be fetched\n")
        page = run("crawl", f"{site.url}/news/9", "--dry-run")
        assert page.stdout == f"{site.url}/news/9\n"
        assert len(site.requests) == 2
        real = run("crawl", "test")
    assert (dry.returncode, page.returncode) == (0, 0)
    assert "4 new" in real.stderr
    assert select(home, "SELECT count(*) FROM crawls") == [(1,)]


def test_failed_pages_are_listed_and_tried_again(run: Run, home: Path) -> None:
    with FaultySite(2, faults=("/flaky/7", "/error/1")) as site:
        site.write_profile(home)
        clock = ("-s", "RETRY_TIMES=0")
        run("crawl", "news", "-a", "site=test", *clock, command="scrapy", cwd=PROJECT)
        listed = run("crawl", "test", "--failed", "--dry-run")
        assert listed.stdout.splitlines() == [f"{site.url}/flaky/7", f"{site.url}/error/1"]
        site.requests.clear()
        again = run("crawl", "test", "--failed")
        assert set(site.requests) == {"/robots.txt", "/flaky/7", "/error/1"}
        assert "1 new" in again.stderr
        listed = run("crawl", "test", "--failed", "--dry-run")
    assert listed.stdout.splitlines() == [f"{site.url}/error/1"]


def test_a_site_that_stops_answering_is_left_and_its_pages_wait(run: Run, home: Path) -> None:
    with FaultySite(0, faults=tuple(f"/reset/{number}" for number in range(30))) as site:
        site.write_profile(home)
        done = run("crawl", "test")
        assert len({path for path in site.requests if path.startswith("/reset")}) <= 12
    assert "stopped, it does not answer any more" in done.stderr
    assert done.returncode == 1
    states = dict(
        json.loads(str(row[0])) for row in select(home, "SELECT json_array(state, count(*)) FROM pages GROUP BY state")
    )
    assert states["new"] >= 18
    assert set(states) == {"new", "failed"}


def test_a_site_that_does_not_answer_counts_against_no_page(run: Run, home: Path, site: FaultySite) -> None:
    run("crawl", "test", "--dry-run")
    profile = home / "sites" / "test.toml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace(site.host, "127.0.0.1:9"), encoding="utf-8")
    done = run("crawl", "test")
    assert "cannot be reached" in done.stderr
    assert select(home, "SELECT DISTINCT state FROM pages") == [("new",)]
