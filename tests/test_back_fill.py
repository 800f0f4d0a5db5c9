"""Old pages are filled in behind what is new, and as far back as the site's own lists lead."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from newscrawl import Archive
from tests.conftest import Run
from tests.site import FaultySite, pages

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parent.parent


def write_profile(home: Path, site: FaultySite, doors: str) -> None:
    """Describe the site by these front doors alone."""
    site.write_profile(home)
    profile = home / "sites" / "test.toml"
    lines = [line for line in profile.read_text(encoding="utf-8").splitlines() if "feeds" not in line]
    profile.write_text("\n".join([*lines, doors]), encoding="utf-8")


def test_a_back_fill_follows_a_list_to_its_end(run: Run, home: Path) -> None:
    with FaultySite(24) as site:
        write_profile(home, site, f'section_pages = ["{site.url}/section"]')
        run("crawl", "test")
        assert site.count("/section/page/5") == 1
        assert "14 new" in run("crawl", "test", "--since", "2024-01-01").stderr
        assert site.count("/section/page/12") == 1
    with Archive(home / "archive.db", read_only=True) as archive:
        assert archive.counts()["articles"] == 24


def test_a_back_fill_reads_sitemaps_some_at_a_time(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        days = [f"{site.url}/day-{number}.xml" for number in range(1, 6)]
        for number, url in enumerate(days, 1):
            entry = (f"{site.url}/news/{number}", "2024-05-01")
            site.pages[url.removeprefix(site.url)] = pages.print_sitemap([entry])
        site.pages["/index.xml"] = pages.print_sitemap_index(days)
        write_profile(home, site, f'sitemaps = ["{site.url}/index.xml"]')
        options = ("-s", "NEWSCRAWL_FRONT_DOORS=3", "-a", "since=2024-01-01")
        run("crawl", "news", "-a", "site=test", *options, command="scrapy", cwd=PROJECT)
    assert site.requests == [
        *("/robots.txt", "/index.xml", "/day-1.xml", "/day-2.xml", "/news/1", "/news/2"),
        *("/day-3.xml", "/day-4.xml", "/day-5.xml", "/news/3", "/news/4", "/news/5"),
    ]


def test_what_is_published_during_a_back_fill_goes_before_what_is_old(run: Run, home: Path) -> None:
    with FaultySite(12, delay=0.1) as site:
        site.pages["/now.xml"] = pages.print_feed(site.url, [])
        write_profile(home, site, f'feeds = ["{site.url}/now.xml"]\nsitemaps = ["{site.url}/sitemap.xml"]')
        command = ("crawl", "news", "-a", "site=test", "-a", "since=2024-01-01", "-s", "NEWSCRAWL_DOORS_AGE=0")
        crawl = Thread(target=run, args=command, kwargs={"command": "scrapy", "cwd": PROJECT})
        crawl.start()
        while crawl.is_alive() and not any(path.startswith("/news/") for path in site.requests):
            sleep(0.02)
        site.pages["/now.xml"] = pages.print_feed(site.url, [f"{site.url}/news/99"])
        crawl.join()
    news = [path for path in site.requests if path.startswith("/news/")]
    assert sorted(news) == sorted([*site.article_paths(), "/news/99"])
    assert "/news/99" in news[:6]
    with Archive(home / "archive.db", read_only=True) as archive:
        (crawl_row,) = archive.crawls("test")
    assert crawl_row.counts["failed: front door without links"] == 1, "it was empty at first, and was read many times"
