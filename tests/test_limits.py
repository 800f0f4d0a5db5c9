"""Nothing that a server sends, however much, however slowly, keeps a crawl from its end."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.shapes import Yields, find_shape
from newscrawl.urls import canonicalize
from tests.conftest import BIN, Run, make_environment
from tests.site import FaultySite

PROJECT = Path(__file__).parent.parent


def crawl_with(run: Run, *options: str) -> subprocess.CompletedProcess[str]:
    """Crawl the site `test` with other settings than ours."""
    told = [word for option in options for word in ("-s", option)]
    done: subprocess.CompletedProcess[str] = run(
        "crawl", "news", "-a", "site=test", *told, command="scrapy", cwd=PROJECT
    )
    return done


def read_counts(home: Path) -> dict[str, int]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return dict(archive.crawls("test")[0].counts)


@pytest.mark.parametrize("path", ["/endless", "/bomb", "/packed-bomb/deflate", "/packed-bomb/twice"])
def test_a_page_that_is_too_large_packed_or_unpacked_is_dropped(run: Run, home: Path, path: str) -> None:
    with FaultySite(1, faults=(path,)) as site:
        site.write_profile(home)
        run("crawl", "test")
    counts = read_counts(home)
    assert (counts["failed: too large"], counts["new"]) == (1, 1)


@pytest.mark.parametrize("path", ["/drip", "/header-flood"])
def test_a_page_that_never_ends_is_given_up_within_its_time(run: Run, home: Path, path: str) -> None:
    with FaultySite(1, faults=(path,)) as site:
        site.write_profile(home)
        begun = time.monotonic()
        crawl_with(run, "DOWNLOAD_TIMEOUT=1.5", "RETRY_TIMES=0")
        assert time.monotonic() - begun < 60
    counts = read_counts(home)
    assert counts["new"] == 1
    assert sum(number for name, number in counts.items() if name.startswith("failed")) == 1


def test_a_flood_of_headers_does_not_fill_the_memory(home: Path) -> None:
    with FaultySite(1, faults=("/header-flood",)) as site:
        site.write_profile(home)
        limited = f"ulimit -v {1_500_000}; exec {BIN / 'newscrawl'} --home {home} crawl test --allow-private"
        done = subprocess.run(
            ["bash", "-c", limited], env=make_environment(), capture_output=True, timeout=100, text=True
        )
    assert "1 new" in done.stderr


@pytest.mark.parametrize(("hops", "reason"), [(6, "too many redirects"), (5, None)])
def test_redirects_are_followed_five_times(run: Run, home: Path, hops: int, reason: str | None) -> None:
    with FaultySite(1, faults=(f"/hops/{hops + 1}/x",)) as site:
        site.write_profile(home)
        run("crawl", "test")
    counts = read_counts(home)
    assert counts.get(f"failed: {reason}", 0) == (1 if reason else 0)


def test_an_address_that_is_too_long_is_no_link_and_a_long_one_is_fetched(run: Run, home: Path) -> None:
    long, endless = "/news/1?" + "x" * 7_000, "/news/1?" + "y" * 9_000
    with FaultySite(1, faults=(long, endless)) as site:
        site.write_profile(home)
        run("crawl", "test")
        assert (site.count(long), site.count(endless)) == (1, 0)


def test_of_a_front_door_so_many_links_are_taken(run: Run, home: Path) -> None:
    with FaultySite(30) as site:
        site.write_profile(home)
        crawl_with(run, "NEWSCRAWL_LINKS_PER_PAGE=7")
        assert len([path for path in site.requests if path.startswith("/news/")]) == 7


def test_one_crawl_fetches_so_many_pages_and_the_next_goes_on(run: Run, home: Path) -> None:
    with FaultySite(9) as site:
        site.write_profile(home)
        crawl_with(run, "NEWSCRAWL_PAGES_PER_CRAWL=5")
        assert read_counts(home)["new"] == 5
        run("crawl", "test")
    with Archive(home / "archive.db", read_only=True) as archive:
        assert archive.counts()["articles"] == 9


def test_an_index_that_names_the_next_one_for_ever_ends(run: Run, home: Path) -> None:
    with FaultySite(2) as site:
        site.write_profile(home, more=f'sitemaps = ["{site.url}/index/1"]')
        run("crawl", "test", "--since", "2024-01-01")
        assert [path for path in site.requests if path.startswith("/index/")] == [f"/index/{n}" for n in (1, 2, 3, 4)]
    assert read_counts(home)["new"] == 2


def test_how_deep_behind_its_front_doors_a_site_is_read_is_set_and_told(run: Run, home: Path) -> None:
    with FaultySite(2) as site:
        site.write_profile(home, more=f'sitemaps = ["{site.url}/index/1"]')
        done = crawl_with(run, "NEWSCRAWL_DEPTH=1")
        told = run("crawl", "test").stderr
        assert [path for path in site.requests if path.startswith("/index/")] == [
            f"/index/{n}" for n in (1, 2, 1, 2, 3, 4)
        ]
    assert done.returncode == 0
    assert "what lies more than 3 steps behind its front doors was left" in told


def test_a_calendar_without_end_is_left(run: Run, home: Path) -> None:
    with FaultySite(60) as site:
        doors = f'section_pages = ["{site.url}/calendar/2024/01/1", "{site.url}/section"]'
        site.write_profile(home, more=doors)
        crawl_with(run, "NEWSCRAWL_FRUITLESS_PAGES=10")
        days = [path for path in site.requests if path.startswith("/calendar/")]
        assert 10 <= len(days) <= 20
    assert read_counts(home)["new"] == 60
    assert read_counts(home)["refused"] > 100, "they are told, not lost"


def test_the_same_articles_at_endless_addresses_are_left(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        site.write_profile(home, more=f'section_pages = ["{site.url}/visits/1"]')
        crawl_with(run, "NEWSCRAWL_FRUITLESS_PAGES=10")
        visits = [path for path in site.requests if path.startswith("/visit/")]
        assert len(visits) < 70


def test_what_a_feed_announces_is_never_a_trap(run: Run, home: Path) -> None:
    with FaultySite(1, faults=tuple(f"/section/page/{number}" for number in range(1, 30))) as site:
        site.write_profile(home)
        crawl_with(run, "NEWSCRAWL_FRUITLESS_PAGES=3")
        assert len([path for path in site.requests if path.startswith("/section/page/")]) == 29


def test_what_the_profile_calls_an_article_is_never_a_trap(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        doors = f'article_url = "/calendar/"\nsection_pages = ["{site.url}/calendar/2024/01/1"]'
        site.write_profile(home, more=doors)
        crawl_with(run, "NEWSCRAWL_FRUITLESS_PAGES=3", "NEWSCRAWL_SECTION_PAGES=1")
        assert len([path for path in site.requests if path.startswith("/calendar/")]) > 40


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/news/2024/01/02", "/news/2025/11/30"),
        ("/calendar/2024-01-02/", "/calendar/2031-12-02/"),
        ("/a/%D8%AE%D8%A8%D8%B1-1", "/a/%D8%B1%D8%A3%D9%8A-2"),
        ("/a/first-long-title-1", "/a/another-title-of-2"),
        ("/list?page=1&sort=a", "/list?sort=b&page=99"),
        ("/x;v=abc1/1", "/x;v=zzz9/2"),
    ],
)
def test_addresses_that_one_program_makes_have_one_shape(one: str, other: str) -> None:
    assert find_shape(f"https://x.com{one}") == find_shape(f"https://x.com{other}")


@pytest.mark.parametrize(
    ("one", "other"), [("/news/1", "/video/1"), ("/a?p=1", "/a?q=1"), ("/news/1", "/news/1/print")]
)
def test_different_parts_of_a_site_have_different_shapes(one: str, other: str) -> None:
    assert find_shape(f"https://x.com{one}") != find_shape(f"https://x.com{other}")


def test_a_shape_is_a_trap_while_it_gives_next_to_nothing() -> None:
    yields = Yields(patience=3)
    for number in range(2):
        yields.note(f"https://x.com/c/{number}", None)
    assert not yields.is_trap("https://x.com/c/9")
    yields.note("https://x.com/c/3", None)
    assert yields.is_trap("https://x.com/c/9")
    assert not yields.is_trap("https://x.com/news/9")
    yields.note("https://x.com/c/4", "a1")
    assert not yields.is_trap("https://x.com/c/9")
    for number in range(17):
        yields.note(f"https://x.com/c/{number}", "a1")
    assert yields.is_trap("https://x.com/c/9"), "the same article again and again is no fruit"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/news/1;jsessionid=0A1B2C3D4E5F", "/news/1"),
        ("/news;jsessionid=0A1B?id=5", "/news?id=5"),
        ("/news/1?PHPSESSID=abc&id=5", "/news/1?id=5"),
        ("/news/1?sid=9f86d081884c7d659a2feaa0c55ad015", "/news/1"),
        ("/modules.php?name=News&file=article&sid=1234", "/modules.php?name=News&file=article&sid=1234"),
        ("/search?s=tunis", "/search?s=tunis"),
        ("/news/1;v=2", "/news/1;v=2"),
    ],
)
def test_a_session_id_is_no_part_of_an_address(url: str, expected: str) -> None:
    assert canonicalize(f"https://x.com{url}") == f"https://x.com{expected}"
