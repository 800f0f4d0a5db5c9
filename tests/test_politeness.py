"""Politeness, proved by the server's own log: what is asked for, how often, by whom, and what never is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from newscrawl import Archive
from tests.conftest import Run
from tests.site import FaultySite

PROJECT = Path(__file__).parent.parent
FORBIDS_PRIVATE = "User-agent: *\nDisallow: /private/\n"


def find_gaps(site: FaultySite) -> list[float]:
    return [later - earlier for earlier, later in pairwise(site.arrived)]


def find_states(home: Path, site: FaultySite) -> dict[str, tuple[str, str | None]]:
    """Return state and reason of each page by its path."""
    with Archive(home / "archive.db", read_only=True) as archive:
        rows = archive.db.query("SELECT url, state, reason FROM pages")
        return {row["url"].removeprefix(site.url): (row["state"], row["reason"]) for row in rows}


def test_the_log_shows_the_pace_the_name_and_no_forbidden_path(run: Run, home: Path) -> None:
    robots = f"{FORBIDS_PRIVATE}Disallow: /section/page/\nCrawl-delay: 0.4\n"
    with FaultySite(4, faults=("/private/1", "/private/2"), robots=robots) as site:
        site.write_profile(home, more=f'section_pages = ["{site.url}/section"]')
        done = run("crawl", "test", env={"NEWSCRAWL_CONTACT": "desk@jareeda.example"})
    assert site.requests[0] == "/robots.txt"
    assert sorted(site.requests) == ["/feed.xml", *site.article_paths(), "/robots.txt", "/section"]
    assert min(find_gaps(site)) > 0.35
    assert site.most_at_once == 1
    assert set(site.agents) == {"newscrawl/0.1.0 (+desk@jareeda.example)"}
    assert "2 refused by robots.txt" in done.stderr
    assert find_states(home, site)["/private/1"] == ("refused", "robots.txt")


def test_a_pause_that_would_never_end_is_cut_and_told(run: Run, home: Path) -> None:
    with FaultySite(1, robots="User-agent: *\nCrawl-delay: 3600\n") as site:
        site.write_profile(home)
        patience = ("-s", "NEWSCRAWL_MAX_CRAWL_DELAY=0.3")
        done = run("crawl", "news", "-a", "site=test", *patience, command="scrapy", cwd=PROJECT)
        assert "asks for 3600 s between two requests: 0.3 s are kept" in done.stderr
        assert min(find_gaps(site)) > 0.25
        assert len(site.requests) == 3


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_that_cannot_send_its_rules_is_left_alone(run: Run, home: Path, status: int) -> None:
    with FaultySite(2, robots=status) as site:
        site.write_profile(home)
        done = run("crawl", "test", "--urls", "-", input=f"{site.url}/news/1\n{site.url}/news/2\n")
    assert set(site.requests) == {"/robots.txt"}
    assert done.returncode == 1
    # Neither refused nor failed: once the rules can be had again, the page is asked for.
    assert find_states(home, site)["/news/1"] == ("new", None)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_server_without_rules_allows_everything(run: Run, home: Path, status: int) -> None:
    with FaultySite(1, robots=status) as site:
        site.write_profile(home)
        assert run("crawl", "test").returncode == 0
    assert site.count("/news/1") == 1


def test_rules_that_do_not_come_in_time_forbid_everything(run: Run, home: Path) -> None:
    with FaultySite(1, robots="silence") as site:
        site.write_profile(home)
        patience = ("-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=0", "-a", f"urls={site.url}/news/1")
        run("crawl", "news", "-a", "site=test", *patience, command="scrapy", cwd=PROJECT)
    assert set(site.requests) == {"/robots.txt"}
    assert find_states(home, site)["/news/1"] == ("failed", "timeout")


def test_rules_behind_five_redirects_hold(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/private/1",)) as site:
        site.robots = f"-> {site.url}/hops/5/rules"
        site.write_profile(home)
        run("crawl", "test")
        assert site.count("/private/1") == 0
        assert site.count("/news/1") == 1


def test_rules_behind_a_circle_of_redirects_are_none(run: Run, home: Path) -> None:
    with FaultySite(1) as site:
        site.robots = f"-> {site.url}/robots.txt"
        site.write_profile(home)
        run("crawl", "test")
    assert site.count("/news/1") == 1


def test_rules_grow_old_and_are_read_again(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        options = ("-s", "NEWSCRAWL_ROBOTS_AGE=0")
        run("crawl", "news", "-a", "site=test", *options, command="scrapy", cwd=PROJECT)
        assert site.count("/robots.txt") > 1
        often = site.count("/robots.txt")
        run("crawl", "test")
        assert site.count("/robots.txt") == often + 1


def test_rules_in_windows_1256_are_obeyed(run: Run, home: Path) -> None:
    path = "/private/%D8%AE%D8%A8%D8%B1"
    with FaultySite(1, faults=(path,), robots="User-agent: *\nDisallow: /private/خبر\n".encode("cp1256")) as site:
        site.write_profile(home)
        done = run("crawl", "test")
    assert path not in site.requests
    assert "1 refused by robots.txt" in done.stderr


def test_a_public_host_is_not_asked_by_somebody_who_cannot_be_reached(run: Run, home: Path) -> None:
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "paper.toml").write_text('name = "جريدة"\ndomain = "paper.example.com"\n', encoding="utf-8")
    url = "https://paper.example.com/news/1"
    for arguments in (("crawl", "paper"), ("crawl", "paper.example.com"), ("crawl", url), ("extract", url)):
        done = run(*arguments)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert "NEWSCRAWL_CONTACT" in done.stderr
    done = run("crawl", "news", "-a", "site=paper", command="scrapy", cwd=PROJECT)
    assert done.returncode == 1
    assert "NEWSCRAWL_CONTACT" in done.stderr
