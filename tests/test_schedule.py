"""When each site is due: pure tables, and the schedule of a real home."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.archive import Archive
from newscrawl.items import Article, Crawl, Site
from newscrawl.schedule import find_pace, is_good, plan_visit, read_schedule
from tests.conftest import Run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HALF_HOURLY = Site("test", "تجربة", "news.example", visit_every="30m")
FETCHED = {"pages": 3, "new": 3}
DEAD = {"failed: front door dns": 1}


def at(minutes: float) -> str:
    """Return the time that many minutes before NOW."""
    return (NOW - timedelta(minutes=minutes)).isoformat()


def make_run(minutes: float, counts: Mapping[str, int], reason: str | None = "finished", lasted: float = 1) -> Crawl:
    is_done = reason in ("finished", "limit")
    return Crawl(1, "test", at(minutes), at(minutes - lasted) if is_done else None, reason, counts)


PACES = {
    "a profile says it": ("45m", (1000, at(600)), "0:45:00", "profile"),
    "a profile says days": ("2d", (0, None), "2 days, 0:00:00", "profile"),
    "no article yet": (None, (0, None), "1:00:00", "default"),
    "72 a day": (None, (504, at(7 * 1440)), "1:00:00", "articles"),
    "a thousand a day": (None, (7000, at(7 * 1440)), "0:10:00", "articles"),
    "six a day": (None, (42, at(7 * 1440)), "12:00:00", "articles"),
    "one a week": (None, (1, at(2 * 1440)), "1 day, 0:00:00", "articles"),
    "a feed of the last hour is no measure of a day": (None, (24, at(60)), "3:00:00", "articles"),
}


@pytest.mark.parametrize(("every", "published", "pace", "paced_by"), PACES.values(), ids=PACES)
def test_pace_of_a_site(every: str | None, published: tuple[int, str | None], pace: str, paced_by: str) -> None:
    found, source = find_pace(Site("test", "", "news.example", visit_every=every), published, NOW)
    assert (str(found), source) == (pace, paced_by)


RUNS = {
    "pages came": (FETCHED, "finished", True),
    "nothing new": ({}, "finished", True),
    "stopped at a limit": (FETCHED, "limit", True),
    "some pages failed": ({"pages": 2, "failed: http 500": 2}, "finished", True),
    "the site is dead": (DEAD, "finished", False),
    "robots.txt refuses everything": ({"known": 4, "refused": 4}, "finished", False),
    "every page failed": ({"known": 4, "failed: timeout": 4}, "finished", False),
    "the disk was full": (FETCHED, "failed", False),
    "it hung": (FETCHED, "hung", False),
    "it runs": ({}, None, False),
}


@pytest.mark.parametrize(("counts", "reason", "good"), RUNS.values(), ids=RUNS)
def test_good_runs(counts: Mapping[str, int], reason: str | None, good: bool) -> None:
    assert is_good(make_run(60, counts, reason)) is good


# The runs, the newest first; in how many minutes the next one is due (None: at once); how many failed in a row.
VISITS = {
    "never crawled": ([], None, 0),
    "a good run": ([make_run(20, FETCHED)], 10, 0),
    "overdue": ([make_run(50, FETCHED)], -20, 0),
    "a run that took longer than the interval": ([make_run(60, FETCHED, lasted=59)], 4, 0),
    "a killed machine": ([make_run(20, {}, None)], None, 0),
    "Ctrl-C": ([make_run(20, {}, "interrupted"), make_run(50, FETCHED)], None, 0),
    "one failure is tried again after the usual time": ([make_run(10, DEAD), make_run(40, FETCHED)], 20, 1),
    "two failures": ([make_run(10, DEAD), make_run(40, DEAD), make_run(70, FETCHED)], 50, 2),
    "three failures": ([make_run(10, DEAD), make_run(70, DEAD), make_run(100, DEAD)], 110, 3),
    "thirty failures": ([make_run(10 + 720 * n, DEAD) for n in range(30)], 710, 30),
    "a run that hung": ([make_run(10, {}, "hung"), make_run(40, FETCHED)], 20, 1),
    "killed again and again": ([make_run(1, {}, None)] + [make_run(5, {}, "killed")] * 3, 115, 3),
    "a good run ends it": ([make_run(1, FETCHED), make_run(70, DEAD), make_run(100, DEAD)], 29, 0),
}


@pytest.mark.parametrize(("runs", "minutes", "failures"), VISITS.values(), ids=VISITS)
def test_next_visit(runs: list[Crawl], minutes: float | None, failures: int) -> None:
    visit = plan_visit(HALF_HOURLY, runs, (0, None), NOW)
    assert visit.due_at == (None if minutes is None else NOW + timedelta(minutes=minutes))
    assert visit.failures == failures
    assert visit.is_due(NOW) is (minutes is None or minutes <= 0)
    assert visit.backed_off_until == (visit.due_at if failures > 1 else None)


@pytest.mark.parametrize("minutes", [-5, 15, 200])
def test_a_site_that_asked_for_it_is_left_alone_until_then(minutes: float) -> None:
    until = (NOW + timedelta(minutes=minutes)).isoformat()
    runs = [make_run(5, {}, "paused"), make_run(40, FETCHED)]
    visit = plan_visit(HALF_HOURLY, runs, (0, None), NOW, paused_until=until)
    assert visit.due_at == (NOW + timedelta(minutes=minutes) if minutes > 0 else None)
    assert visit.is_due(NOW) is (minutes < 0)
    assert visit.failures == 0


def test_a_site_of_long_intervals_is_not_left_alone_for_longer() -> None:
    weekly = Site("test", "", "news.example", visit_every="7d")
    visit = plan_visit(weekly, [make_run(10, DEAD)] * 8, (0, None), NOW)
    assert visit.due_at == NOW + timedelta(days=7, minutes=-10)


def write_profile(home: Path, key: str, more: str = "") -> None:
    (home / "sites").mkdir(parents=True, exist_ok=True)
    (home / "sites" / f"{key}.toml").write_text(f'name = "{key}"\ndomain = "{key}.example"\n{more}', encoding="utf-8")


def save_article(archive: Archive, key: str) -> None:
    archive.save(Article(url=f"https://{key}/1", site=key, title="عنوان"))


def scheduled(home: Path) -> list[str]:
    return sorted(visit.site.key for visit in read_schedule(home, NOW).visits)


def test_packaged_profiles_alone_schedule_nothing(home: Path) -> None:
    assert scheduled(home) == []


def test_own_profiles_and_sites_that_were_crawled_as_a_whole_are_scheduled(home: Path) -> None:
    write_profile(home, "mine")
    write_profile(home, "retired", 'visit_every = "never"')
    with Archive(home / "archive.db") as archive:
        for key in ("wparabi", "retired", "whole.example"):
            archive.start_crawl(key, at(60), "site")
            save_article(archive, key)
        archive.start_crawl("single.example", at(60), "pages")
        save_article(archive, "single.example")
        archive.start_crawl("mistyped.example", at(60), "site")
    assert scheduled(home) == ["mine", "whole.example", "wparabi"]


def test_a_host_that_has_a_profile_meanwhile_is_one_site(home: Path) -> None:
    with Archive(home / "archive.db") as archive:
        archive.save_site(Site("www.late.example", "late", "www.late.example"), None)
        archive.start_crawl("www.late.example", at(60), "site")
        save_article(archive, "www.late.example")
    assert scheduled(home) == ["www.late.example"]
    write_profile(home, "late")
    assert scheduled(home) == ["late"]


def test_a_broken_profile_is_told_and_holds_up_no_other(home: Path) -> None:
    write_profile(home, "good")
    write_profile(home, "broken", "colour = 1")
    with Archive(home / "archive.db") as archive:
        archive.start_crawl("broken", at(60), "site")
        save_article(archive, "broken")
    schedule = read_schedule(home, NOW)
    assert [visit.site.key for visit in schedule.visits] == ["good"]
    assert "broken.toml: unknown key 'colour'" in str(schedule.problems[0])


def test_the_archives_articles_set_the_pace(home: Path) -> None:
    write_profile(home, "test")
    with Archive(home / "archive.db") as archive:
        for number in range(56):
            url, when = f"https://test.example/{number}", at(180 * number)
            archive.save(Article(url=url, site="test", title="عنوان", published_at=when, fetched_at=at(0)))
    (visit,) = read_schedule(home, NOW).visits
    assert (visit.every, visit.paced_by) == (timedelta(hours=9) * 55 / 56, "articles")


def test_a_site_that_is_being_crawled_is_not_due(home: Path) -> None:
    write_profile(home, "test")
    (home / "locks").mkdir()
    with (home / "locks" / "test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (visit,) = read_schedule(home, NOW).visits
        assert visit.is_running
        assert not visit.is_due(NOW)
    (visit,) = read_schedule(home, NOW).visits
    assert visit.is_due(NOW)


def test_schedule_show_prints_what_is_due(run: Run, home: Path) -> None:
    write_profile(home, "never-crawled")
    write_profile(home, "good", 'visit_every = "6h"')
    write_profile(home, "broken", "colour = 1")
    with Archive(home / "archive.db") as archive:
        crawl = archive.start_crawl("good", "2026-01-01T10:00:00+00:00")
        archive.finish_crawl(crawl.id, "2026-01-01T10:02:00+00:00", "finished", FETCHED)
    table = run("schedule", "show")
    assert [line.split() for line in table.stdout.splitlines()[1:]] == [
        ["never-crawled", "60m", "(default)", "-", "now"],
        ["good", "6h", "2026-01-01", "10:02", "now"],
    ]
    assert "unknown key 'colour'" in table.stderr
    assert table.returncode == 1
    told = [json.loads(line) for line in run("schedule", "show", "--json").stdout.splitlines()]
    assert [(site["site"], site["every_seconds"], site["due_at"]) for site in told] == [
        ("never-crawled", 3600, None),
        ("good", 21600, "2026-01-01T16:00:00+00:00"),
    ]
