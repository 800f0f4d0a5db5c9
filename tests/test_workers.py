"""Crawls in child processes, by the real command: who is started, who is ended, what is written down about it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.items import Crawl
from newscrawl.sites import load_site
from newscrawl.spiders.jobs import CrawlJob
from newscrawl.workers import Workers, crawl_in_children
from tests.conftest import BIN, Run, make_environment
from tests.site import FaultySite

pytestmark = pytest.mark.long


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(BIN / "newscrawl"), *arguments, "--allow-private"],
        env=make_environment(NEWSCRAWL_HOME=str(home)),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def read_crawls(home: Path, key: str) -> list[Crawl]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return archive.crawls(key)


def read_articles(home: Path) -> int:
    with Archive(home / "archive.db", read_only=True) as archive:
        return archive.counts()["articles"]


def find_child(home: Path, key: str) -> int:
    return int((home / "locks" / f"{key}.lock").read_text())


def is_locked(home: Path, key: str) -> bool:
    with (home / "locks" / f"{key}.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_sites_are_spread_over_processes_and_each_report_is_whole(run: Run, home: Path) -> None:
    with FaultySite(3) as one, FaultySite(4) as two, FaultySite(2, faults=("/missing/1",)) as three:
        for key, site in (("one", one), ("two", two), ("three", three)):
            site.write_profile(home, key)
        done = run("crawl", "one", "two", "three", "--workers", 2)
    lines = done.stderr.splitlines()
    assert done.returncode == 0, done.stderr
    for key, number in (("one", 3), ("two", 4), ("three", 2)):
        assert any(line.startswith(f"{key}: {number} pages in") for line in lines)
    assert lines[[line.startswith("three: 2") for line in lines].index(True) + 1] == "three: 1 failed (http 404: 1)"
    assert read_articles(home) == 9


def test_a_crawl_that_makes_no_progress_is_ended_and_the_next_one_goes_on(home: Path) -> None:
    with FaultySite(1, faults=("/silent",)) as silent, FaultySite(2) as good:
        silent.write_profile(home, "silent")
        good.write_profile(home, "good")
        sites = [load_site(key, home) for key in ("silent", "good")]
        jobs = [CrawlJob(site, private_hosts=(site.domain,)) for site in sites]
        ended: list[tuple[str, str | None]] = []
        with Workers(home, 1, hung_after_seconds=8, grace_seconds=1) as workers:
            crawl_in_children(workers, jobs, lambda report: ended.append((report.site, report.reason)))
    assert ended == [("silent", "hung"), ("good", "finished")]
    (hung,) = read_crawls(home, "silent")
    assert (hung.finished_at, hung.reason) == (None, "hung")
    assert read_articles(home) == 3


def test_a_child_that_is_killed_is_written_down_and_takes_nobody_with_it(home: Path) -> None:
    with FaultySite(200, delay=0.05) as slow, FaultySite(2) as good:
        slow.write_profile(home, "first")
        good.write_profile(home, "second")
        process = start(home, "schedule", "run", "--workers", "1")
        wait_until(lambda: slow.count("/news/3"))
        os.kill(find_child(home, "first"), signal.SIGKILL)
        wait_until(lambda: good.count("/news/2"))
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "first: killed" in told
    assert "Traceback" not in told
    assert read_crawls(home, "first")[0].reason == "killed"


def test_sigterm_stops_the_schedule_after_the_pages_under_way(home: Path) -> None:
    with FaultySite(200, delay=0.05) as site:
        site.write_profile(home)
        process = start(home, "schedule", "run")
        wait_until(lambda: site.count("/news/3"))
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
        fetched = len(site.requests)
    assert process.returncode == 0
    assert "test: interrupted" in told
    assert told.endswith("newscrawl: stopped\n")
    assert fetched < 200
    (crawl,) = read_crawls(home, "test")
    assert (crawl.finished_at, crawl.reason) == (None, "interrupted")
    assert crawl.counts["new"] == read_articles(home)


def test_ctrl_c_reaches_each_child_once(home: Path) -> None:
    with FaultySite(200, delay=0.05) as one, FaultySite(200, delay=0.05) as two:
        one.write_profile(home, "one")
        two.write_profile(home, "two")
        process = start(home, "crawl", "one", "two", "--workers", "2")
        wait_until(lambda: one.count("/news/3") and two.count("/news/3"))
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "one: interrupted" in told
    assert "two: interrupted" in told
    assert "Traceback" not in told


def test_children_end_when_their_parent_is_killed(home: Path) -> None:
    with FaultySite(500, delay=0.05) as site:
        site.write_profile(home)
        process = start(home, "crawl", "test", "--workers", "1")
        wait_until(lambda: site.count("/news/3"))
        process.kill()
        process.communicate(timeout=60)
        wait_until(lambda: not is_locked(home, "test"))
        assert len(site.requests) < 500
    assert read_crawls(home, "test")[0].reason == "interrupted"


def test_due_crawls_each_site_once_and_then_nothing(run: Run, home: Path) -> None:
    with FaultySite(2) as one, FaultySite(3) as two:
        one.write_profile(home, "one")
        two.write_profile(home, "two", 'visit_every = "1d"')
        first = run("crawl", "--due")
        again = run("crawl", "--due")
    assert first.returncode == 0, first.stderr
    assert read_articles(home) == 5
    assert again.returncode == 0
    assert again.stderr == "nothing is due; 'newscrawl schedule show' tells what is when\n"


def test_due_leaves_a_site_to_the_process_that_crawls_it(run: Run, home: Path) -> None:
    with FaultySite(2) as one, FaultySite(2) as two:
        one.write_profile(home, "one")
        two.write_profile(home, "two")
        (home / "locks").mkdir()
        with (home / "locks" / "one.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = run("crawl", "--due")
            assert one.requests == []
    assert done.returncode == 0
    assert "two: 2 pages" in done.stderr


def test_a_private_site_is_refused_by_due_and_holds_up_no_other(run: Run, home: Path) -> None:
    with FaultySite(2) as site:
        site.write_profile(home, "private")
        done = run("crawl", "--due", private=False)
        assert site.requests == []
    assert done.returncode == 2
    assert f"newscrawl: {site.host} is on this machine or its network: add --allow-private" in done.stderr


@pytest.mark.parametrize("more", [("test",), ("--limit", 3)])
def test_due_goes_with_workers_alone(run: Run, more: tuple[object, ...]) -> None:
    done = run("crawl", "--due", *more)
    assert done.returncode == 2
    assert "it goes with --workers and --allow-private alone" in done.stderr


def test_a_failing_site_makes_due_fail_and_holds_up_no_other(run: Run, home: Path) -> None:
    with FaultySite(2) as good:
        good.write_profile(home, "good")
        (home / "sites" / "dead.toml").write_text('name = "dead"\ndomain = "127.0.0.1:9"\n', encoding="utf-8")
        done = run("crawl", "--due", "--workers", 1)
    assert done.returncode == 1
    assert "dead cannot be reached" in done.stderr
    assert "good: 2 pages" in done.stderr


def test_the_schedule_is_not_run_for_public_sites_without_a_contact(run: Run, home: Path) -> None:
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "real.toml").write_text('name = "real"\ndomain = "example.com"\n', encoding="utf-8")
    done = run("schedule", "run")
    assert done.returncode == 2
    assert done.stderr.startswith("newscrawl: set NEWSCRAWL_CONTACT")
