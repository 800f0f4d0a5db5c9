"""Crawls of a real server by the real command: what is fetched, what is kept, what is said."""

from __future__ import annotations

import json
from collections import Counter
from operator import itemgetter
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.demo import DemoSite
from newscrawl.items import Article
from tests.conftest import Run, write_demo_profile
from tests.site import FaultySite, pages

PROJECT = Path(__file__).parent.parent


def read_articles(home: Path) -> list[Article]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return list(archive.articles())


def page_states(home: Path, host: str) -> dict[str, str]:
    """Return what became of each page, by path."""
    with Archive(home / "archive.db", read_only=True) as archive:
        rows = archive.db.query("SELECT url, state FROM pages")
        return {row["url"].removeprefix(f"http://{host}"): row["state"] for row in rows}


def test_every_article_of_the_demo_paper_is_stored_once(run: Run, home: Path) -> None:
    with DemoSite(port=0) as demo:
        write_demo_profile(home, demo)
        first = run("crawl", "demo", "--since", "2000-01-01")
        second = run("crawl", "demo", "--since", "2000-01-01")
        expected = {article.url: article.title for article in demo.expected}
    assert {article.url: article.title for article in read_articles(home)} == expected
    assert f"{len(expected)} new, 0 changed" in first.stderr
    assert "0 pages in" in second.stderr
    assert "nothing is new and no visit is due" in second.stderr
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == ""


def test_no_page_is_fetched_twice_and_robots_are_obeyed(run: Run, home: Path) -> None:
    with DemoSite(port=0) as demo:
        write_demo_profile(home, demo)
        done = run("crawl", "demo")
        paths = Counter(path for _, path, _ in demo.requests)
        agents = {agent for _, _, agent in demo.requests}
    assert {path: number for path, number in paths.items() if number > 1} == {}
    assert paths["/robots.txt"] == 1
    assert not [path for path in paths if path.startswith("/private/")]
    assert "1 refused by robots.txt" in done.stderr
    assert agents == {"newscrawl/0.1.0 (+no contact given)"}


def test_a_robots_txt_that_cannot_be_had_forbids_everything(run: Run, home: Path) -> None:
    with FaultySite(2, robots=503) as site:
        site.write_profile(home)
        done = run("crawl", "test")
        assert set(site.requests) == {"/robots.txt"}
    assert "1 failed (front door robots.txt unreachable: 1)" in done.stderr
    assert done.returncode == 1


def test_a_changed_article_gets_a_revision(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        run("crawl", "test")
        site.changed.add(2)
        again = run("crawl", *(site.url + path for path in site.article_paths()))
    assert "0 new, 1 changed, 2 unchanged" in again.stderr
    with Archive(home / "archive.db", read_only=True) as archive:
        revisions = list(archive.revisions(f"{site.url}/news/2"))
    assert [revision.number for revision in revisions] == [1, 2]


FAULTS = {
    "/error/1": "http 500",
    "/missing/1": "http 404",
    "/loop-a": "redirect loop",
    "/away/1": "redirect to another site",
    "/reset/1": "reset",
    "/cut/1": "cut off",
    "/endless": "too large",
    "/bomb": "too large",
    "/broken-gzip": "broken encoding",
    "/empty": "unreadable: empty",
    "/binary": "unreadable: binary",
    "/nonsense": "reset",
    "/cut-gzip/1": "broken encoding",
    "/packed/br/1": "broken encoding",
    "/to/mailto:desk@jareeda.example": "redirect to no address",
}


def test_faults_are_counted_by_reason_and_the_crawl_goes_on(run: Run, home: Path) -> None:
    with FaultySite(
        4, faults=(*FAULTS, "/flaky/10", "/gzip/11", "/cp1256/12", "/packed/gzip/13", "/private/1")
    ) as site:
        site.write_profile(home)
        done = run("crawl", "test")
    told = next(line for line in done.stderr.splitlines() if " failed (" in line)
    assert done.returncode == 1
    assert dict(part.split(": ")[-2:] for part in _inside_parentheses(told).split(", ")) == {
        reason.rpartition(": ")[2]: str(number) for reason, number in Counter(FAULTS.values()).items()
    }
    assert "8 new" in done.stderr
    assert "1 refused by robots.txt" in done.stderr
    assert "Traceback" not in done.stderr
    titles = {article.title for article in read_articles(home)}
    assert {pages.title_of(number) for number in (1, 2, 3, 4, 10, 11, 12, 13)} == titles
    assert site.count("/error/1") == 3, "a server error is tried again, twice"
    assert site.count("/private/1") == 0


def _inside_parentheses(line: str) -> str:
    return line.partition("(")[2].rpartition(")")[0]


def test_a_redirect_to_a_known_page_is_not_stored_twice(run: Run, home: Path) -> None:
    with FaultySite(2, faults=("/moved/1", "/moved/9")) as site:
        site.write_profile(home)
        done = run("crawl", "test")
        states = page_states(home, site.host)
    assert "3 new" in done.stderr
    assert site.count("/news/1") == site.count("/news/9") == 1
    assert states == dict.fromkeys(("/news/1", "/news/2", "/moved/1", "/moved/9", "/news/9"), "done")


def test_limit_bounds_the_article_pages(run: Run, home: Path) -> None:
    with FaultySite(9) as site:
        site.write_profile(home)
        first = run("crawl", "test", "--limit", 4)
        assert sum(path.startswith("/news/") for path in site.requests) == 4
        rest = run("crawl", "test")
    assert "4 new" in first.stderr
    assert "stopped at --limit" in first.stderr
    assert "5 new, 0 changed, 0 unchanged" in rest.stderr


def test_links_older_than_since_are_passed_over(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home, more=f'sitemaps = ["{site.url}/sitemap-index.xml"]')
        profile = home / "sites" / "test.toml"
        text = profile.read_text(encoding="utf-8")
        profile.write_text("".join(line for line in text.splitlines(True) if "feeds" not in line), encoding="utf-8")
        newer = run("crawl", "test", "--since", "2025-01-16")
        same_day = run("crawl", "test", "--since", "2025-01-15")
    assert "0 new" in newer.stderr
    assert "3 new" in same_day.stderr


def test_a_section_is_followed_to_its_fifth_page(run: Run, home: Path) -> None:
    with FaultySite(20) as site:
        site.write_profile(home, more=f'section_pages = ["{site.url}/section"]')
        profile = home / "sites" / "test.toml"
        text = profile.read_text(encoding="utf-8")
        profile.write_text("".join(line for line in text.splitlines(True) if "feeds" not in line), encoding="utf-8")
        run("crawl", "test")
        assert site.count("/section/page/5") == 1
        assert site.count("/section/page/6") == 0
    assert len(read_articles(home)) == 10


def test_a_bare_host_is_crawled_from_its_home_page_and_its_sitemaps(run: Run) -> None:
    robots = "User-agent: *\nDisallow:\nSitemap: {url}/sitemap-index.xml\n"
    with FaultySite(2) as site:
        site.robots = robots.format(url=site.url)
        done = run("crawl", site.host)
        assert site.count("/sitemap-index.xml") == site.count("/sitemap.xml") == site.count("/feed") == 1
    assert "2 new" in done.stderr
    assert done.returncode == 0, "guessed front doors that are not there are no failures"


def test_a_url_is_that_one_page(run: Run, home: Path) -> None:
    with FaultySite(5) as site:
        done = run("crawl", f"{site.url}/news/3?utm_source=x")
        assert [path for path in site.requests if path != "/robots.txt"] == ["/news/3"]
    assert "1 new" in done.stderr
    assert [article.title for article in read_articles(home)] == [pages.title_of(3)]


@pytest.mark.parametrize("path", ["/section", "/feed.xml", "/sitemap-index.xml"])
def test_a_url_that_proves_to_be_a_list_is_a_front_door(run: Run, home: Path, path: str) -> None:
    with FaultySite(4) as site:
        site.write_profile(home)
        done = run("crawl", site.url + path)
    assert "4 new" in done.stderr
    assert done.returncode == 0, done.stderr


def test_a_url_that_leads_to_the_home_page_is_no_front_door(run: Run) -> None:
    with FaultySite(4) as site:
        done = run("crawl", f"{site.url}/home/1")
        assert site.requests == ["/robots.txt", "/home/1", "/"]
    assert "0 new, 0 changed, 0 unchanged, 1 other" in done.stderr


def test_addresses_come_from_a_list_and_a_site_gets_one_crawl(run: Run, home: Path, tmp_path: Path) -> None:
    with FaultySite(5) as site:
        site.write_profile(home)
        addresses = tmp_path / "addresses.txt"
        addresses.write_text(f"# mine\n{site.url}/news/1\n\n{site.url}/news/2\n", encoding="utf-8")
        done = run("crawl", "--urls", addresses, f"{site.url}/news/3")
    assert "test: 3 pages" in done.stderr
    assert len(read_articles(home)) == 3


@pytest.mark.parametrize(("target", "reason"), [("http://127.0.0.1:9/", "refused"), ("http://nobody.invalid/", "dns")])
def test_a_host_that_does_not_answer_is_told_in_a_word(run: Run, target: str, reason: str) -> None:
    done = run("crawl", target)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"cannot be reached (front door {reason}): check the address and the network" in done.stderr


def test_a_public_host_is_not_crawled_without_a_contact(run: Run) -> None:
    done = run("crawl", "example.com")
    assert done.returncode == 2
    assert done.stderr.startswith("newscrawl: set NEWSCRAWL_CONTACT")
    assert len(done.stderr.splitlines()) == 1


def test_two_sites_are_crawled_at_once_and_fail_alone(run: Run, home: Path) -> None:
    with FaultySite(2) as one, FaultySite(3) as other:
        one.write_profile(home, "one")
        other.write_profile(home, "other")
        done = run("crawl", "one", "other", "http://127.0.0.1:9/news/1")
    assert "one: 2 pages" in done.stderr
    assert "other: 3 pages" in done.stderr
    assert "127.0.0.1-9 cannot be reached (refused): check the address" in done.stderr
    assert done.returncode == 1


def test_scrapys_own_command_does_the_same(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        done = run("crawl", "news", "-a", "site=test", command="scrapy", cwd=PROJECT)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(read_articles(home)) == 3


def test_scrapys_feed_exports_hold_the_objects_of_ours(run: Run, home: Path, tmp_path: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        feed = tmp_path / "feed.jsonl"
        run("crawl", "news", "-a", "site=test", "-O", str(feed), command="scrapy", cwd=PROJECT)
    ours = run("export", "-").stdout.splitlines()
    assert len(ours) == 3
    lines = feed.read_text(encoding="utf-8").splitlines()
    assert sorted(map(json.loads, lines), key=itemgetter("id")) == sorted(map(json.loads, ours), key=itemgetter("id"))
    assert "\\u06" not in lines[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["site=nobody"], "no site profile 'nobody'"),
        ([], "name the site"),
        (["site=wparabi", "limit=many"], "many"),
        (["site=wparabi", "speed=9"], "speed"),
    ],
)
def test_scrapys_own_command_tells_mistakes_in_a_line(run: Run, arguments: list[str], told: str) -> None:
    options = [part for argument in arguments for part in ("-a", argument)]
    done = run("crawl", "news", *options, command="scrapy", cwd=PROJECT)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_only_the_front_doors_of_one_kind_are_read(run: Run, home: Path) -> None:
    with DemoSite(port=0) as demo:
        write_demo_profile(home, demo)
        fed = run("crawl", "demo", "--via", "feed", "--since", "2000-01-01", "--dry-run").stdout.splitlines()
        every = run("crawl", "demo", "--since", "2000-01-01", "--dry-run").stdout.splitlines()
    assert fed
    assert set(fed) < set(every)


def test_front_doors_that_the_profile_does_not_name_are_wrong_use(run: Run, home: Path) -> None:
    with FaultySite(1) as site:
        site.write_profile(home)
        done = run("crawl", "test", "--via", "sitemap")
    assert done.returncode == 2
    assert "test: its profile names no sitemap: try without --via" in done.stderr
    assert not site.requests
