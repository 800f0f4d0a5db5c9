"""A story that is here under one of its addresses is not asked for under the others, unless that one fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl import Archive
from tests.conftest import Run
from tests.site import FaultySite, pages
from tests.test_back_fill import write_profile

PROJECT = Path(__file__).parent.parent
COPIES = ("/print/story/3", "/story/3/amp", "/story/3/")


def crawl_at(run: Run, moment: str) -> None:
    options = ("-a", "site=test", "-s", f"NEWSCRAWL_CLOCK={moment}")
    run("crawl", "news", *options, command="scrapy", cwd=PROJECT)


def read_articles(home: Path) -> dict[str, str | None]:
    """Return since when each article is gone."""
    with Archive(home / "archive.db", read_only=True) as archive:
        return {row["url"]: row["gone_at"] for row in archive.db.query("SELECT url, gone_at FROM articles")}


def test_a_copy_is_asked_for_only_when_its_story_is_not_there(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        site.pages = dict.fromkeys(("/story/3", *COPIES), pages.print_article(3))
        site.pages["/story/4/amp"] = pages.print_article(4)
        announced = (*COPIES, "/story/3", "/story/4/amp", "/story/4")
        site.pages["/map.xml"] = pages.print_sitemap([(site.url + path, "") for path in announced])
        write_profile(home, site, f'sitemaps = ["{site.url}/map.xml"]')
        crawl_at(run, "2025-01-04T07:00")
        assert site.requests == ["/robots.txt", "/map.xml", "/story/3/", "/story/4", "/story/4/amp"]
        assert read_articles(home) == {f"{site.url}/story/3/": None, f"{site.url}/story/4/amp": None}
        del site.pages["/story/3/"]
        crawl_at(run, "2025-01-05T08:00")
        assert (site.count("/story/3/"), site.count("/story/3")) == (2, 1)
        crawl_at(run, "2025-01-06T09:00")
        assert list(read_articles(home).values()) == [None, None]
    with Archive(home / "archive.db", read_only=True) as archive:
        found = [archive.get(site.url + path) for path in (*COPIES, "/story/3")]
    assert {article.title for article in found if article} == {pages.title_of(3)}
    assert None not in found


@pytest.mark.parametrize("other", ["/m/story/3", "/story/3/print"])
def test_another_headline_at_what_looks_like_a_copy_is_another_story(run: Run, home: Path, other: str) -> None:
    with FaultySite(0) as site:
        site.pages = {"/story/3": pages.print_article(3), other: pages.print_article(5)}
        links = [("/story/3", pages.title_of(3)), (other, pages.title_of(5))]
        site.pages["/news.html"] = pages.print_section("أخبار", links)
        write_profile(home, site, f'section_pages = ["{site.url}/news.html"]')
        run("crawl", "test")
        assert set(read_articles(home)) == {f"{site.url}/story/3", site.url + other}
