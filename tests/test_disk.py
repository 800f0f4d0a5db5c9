"""How fast an archive grows, when its disk is full, and that crawls stop before it is."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.disk import format_size, parse_least
from newscrawl.exceptions import UsageError
from newscrawl.growth import measure_growth
from newscrawl.items import Article
from tests.conftest import BIN, Run, find_losses, make_environment
from tests.site import FaultySite

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "least"),
    [("0", 0), ("1G", 1024**3), ("1.5 gb", 3 * 1024**3 // 2), ("500M", 500 * 1024**2), ("2%", 20), ("7", 7)],
)
def test_room_is_a_size_or_a_share_of_the_disk(told: str, least: int) -> None:
    assert parse_least(told, total=1000) == least


@pytest.mark.parametrize("told", ["much", "-1G", "1X", "%"])
def test_what_is_neither_is_refused_by_name(told: str) -> None:
    with pytest.raises(UsageError, match="NEWSCRAWL_MIN_FREE"):
        parse_least(told, total=1000)


@pytest.mark.parametrize(("number", "text"), [(7, "7 B"), (1536, "2 KB"), (1024**3, "1.0 GB"), (5 * 1024**4, "5.0 TB")])
def test_sizes_are_told_in_a_unit_that_leaves_a_number_to_read(number: int, text: str) -> None:
    assert format_size(number) == text


def make_archive(home: Path, days: dict[str, int]) -> None:
    """Fill a home with WARC files of a site, begun on these days, and one article a file."""
    (home / "warc").mkdir(parents=True)
    with Archive(home / "archive.db") as archive:
        for day, size in days.items():
            name = f"my-site-{day.replace('-', '')}101500-77.warc.gz"
            (home / "warc" / name).write_bytes(bytes(size))
            url = f"https://x.com/{day}"
            archive.save(
                Article(url=url, title="خبر", site="my-site", body="نص " * 1000, fetched_at=f"{day}T10:15:00Z")
            )


def test_growth_is_told_by_site_and_month(home: Path) -> None:
    make_archive(home, {"2026-09-15": 1000, "2026-11-20": 4000, "2026-11-29": 3000})
    (home / "warc" / "foreign.warc.gz").write_bytes(bytes(500))
    growth = measure_growth(home, NOW)
    own = {month: number for (site, month), number in growth.warc.items() if site == "my-site"}
    assert own == {"2026-09": 1000, "2026-11": 7000}
    assert [number for (site, _), number in growth.warc.items() if site == "(others)"] == [500]
    shares = [growth.database["my-site", month] for month in ("2026-09", "2026-11")]
    assert shares[1] == pytest.approx(2 * shares[0], rel=0.01)


def test_pace_is_that_of_the_last_days_and_tells_the_day_when_the_disk_is_full(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_archive(home, {"2026-09-15": 10**9, "2026-11-20": 10_500_000})
    monkeypatch.setenv("NEWSCRAWL_MIN_FREE", "0")
    growth = measure_growth(home, NOW)
    # ten and a half days, in which the file and half of the database came
    assert growth.per_day == pytest.approx(1_000_000 + growth.database["my-site", "2026-11"] / 10.5, rel=0.001)
    days = growth.room.free / growth.per_day
    expected = None if days >= 36_500 else (NOW.timestamp() + days * 86_400)
    assert growth.full_on == (expected and f"{datetime.fromtimestamp(expected, UTC):%Y-%m-%d}")


def test_stats_print_a_line_a_site_and_month(run: Run, home: Path) -> None:
    make_archive(home, {"2026-09-15": 1_000_000, "2026-10-20": 4_000_000})
    done = run("stats", "--disk")
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["2026-09", "1.0"], ["2026-10", "4.0"], ["all", "5.0"]]
    assert lines[1].endswith("my-site")
    assert "NEWSCRAWL_MIN_FREE keeps 1.0 GB" in lines[4]


@pytest.mark.parametrize(("least", "told"), [("9999T", "have stopped"), ("{}", "will stop soon")])
def test_health_says_when_room_is_short(run: Run, home: Path, least: str, told: str) -> None:
    home.mkdir()
    status = os.statvfs(home)
    least = least.format(int(status.f_bavail * status.f_frsize * 0.7))
    done = run("health", env={"NEWSCRAWL_MIN_FREE": least})
    assert done.returncode == 1
    assert f"disk: crawls into {home} {told}" in done.stdout


def test_without_room_nothing_is_asked_for(run: Run, home: Path) -> None:
    with FaultySite(2) as site:
        site.write_profile(home)
        done = run("crawl", "test", env={"NEWSCRAWL_MIN_FREE": "9999T"})
        assert site.requests == []
    assert done.returncode == 1
    assert f"nothing is fetched into {home}: " in done.stderr
    assert run("crawl", "test", env={"NEWSCRAWL_MIN_FREE": "lots"}).returncode == 2


@pytest.mark.parametrize("disk", [20], indirect=True, ids=["20 MB"])
def test_crawl_stops_before_the_disk_is_full_and_goes_on_when_there_is_room(run: Run, disk: Path) -> None:
    home, environment = disk / "home", {"NEWSCRAWL_MIN_FREE": "25%"}
    with FaultySite(60, delay=0.05) as site:
        site.write_profile(home)
        command = [BIN / "newscrawl", "--home", home, "crawl", "test", "--allow-private"]
        with subprocess.Popen(command, env=make_environment(**environment), stderr=subprocess.PIPE, text=True) as crawl:
            while len(site.requests) < 10:
                time.sleep(0.01)
            (disk / "others").write_bytes(bytes(15_000_000))
            _, told = crawl.communicate(timeout=60)
        assert crawl.returncode == 1
        assert "stopped before the disk is full: " in told
        assert "stopped; the next crawl goes on" in told
        asked = len(site.requests)
        assert asked < 60
        with Archive(home / "archive.db", read_only=True) as archive:
            # What is not understood yet is read from the WARC by the next crawl, and asked of nobody.
            waiting = len(archive.pages_in_state("test", "fetched"))
            stored = len(list(archive.articles()))
        assert stored + waiting >= 9
        assert find_losses(home) == []
        (disk / "others").unlink()
        again = run("crawl", "test", "--home", home, env=environment)
        assert again.returncode == 0, again.stderr
        assert f"{site.articles - stored} new" in again.stderr
