"""What a crawl leaves behind when it is killed, interrupted, locked out, or when the disk is full.

NEWSCRAWL_SOAK is how often a crawl is killed; `make soak` sets it high.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl import Archive
from tests.conftest import BIN, Run, find_losses, find_rejected, make_environment
from tests.site import FaultySite

pytestmark = pytest.mark.long

KILLS = int(os.environ.get("NEWSCRAWL_SOAK") or 3)


def start_crawl(home: Path, site_key: str = "test") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(BIN / "newscrawl"), "--home", str(home), "crawl", site_key, "--allow-private"],
        env=make_environment(),
        stderr=subprocess.PIPE,
        text=True,
    )


def count_claims(home: Path) -> int:
    """Return how many pages a dead crawl has left claimed."""
    if not (home / "archive.db").exists():
        return 0
    with Archive(home / "archive.db") as archive:
        return len(archive.pages_in_state("test", "claimed"))


def check_archive(home: Path, site: FaultySite) -> None:
    """Nothing lost, nothing doubled, every pointer right."""
    with Archive(home / "archive.db", read_only=True) as archive:
        connection = archive.db.conn
        articles = Counter((article.url or "").removeprefix(site.url) for article in archive.articles())
        assert articles == Counter(site.article_paths())
        assert connection.execute("SELECT count(*) FROM revisions").fetchone()[0] == site.articles
        pages = connection.execute("SELECT state, warc_file FROM pages").fetchall()
    assert {page["state"] for page in pages} == {"done"}
    assert all(page["warc_file"] for page in pages)
    assert find_losses(home) == []
    assert find_rejected(home) == []


def test_a_crawl_killed_at_any_moment_is_continued(home: Path, tell: Callable[[str], None]) -> None:
    generator = random.Random(20250115)
    claimed = 0
    # What stands in a front door without its day is left to a back-fill behind the first thousand.
    with FaultySite(min(20 + 20 * KILLS, 1_000), delay=0.03) as site:
        site.write_profile(home)
        for number in range(KILLS):
            before = len(site.requests)
            crawl = start_crawl(home)
            # Every other one while it fetches pages, the rest also while it starts or reads front doors.
            while number % 2 == 0 and len(site.requests) < before + 4 and crawl.poll() is None:
                time.sleep(0.01)
            time.sleep(generator.uniform(0.0, 0.4 if number % 2 == 0 else 1.6))
            crawl.kill()
            crawl.communicate()
            claimed += count_claims(home)
        last = start_crawl(home)
        _, told = last.communicate(timeout=120 + 2 * KILLS)
        assert last.returncode == 0, told
        check_archive(home, site)
        fetched = sum(path.startswith("/news/") for path in site.requests)
    assert claimed, "no crawl was killed while it held claims"
    # What was on the wire when the crawl died, two pages at most, is asked for again; nothing else is.
    assert fetched <= site.articles + 2 * KILLS
    tell(f"{KILLS} kills, {site.articles} articles, {fetched} requests for them: nothing lost, nothing doubled")


def test_ctrl_c_ends_the_crawl_and_the_next_one_goes_on(run: Run, home: Path) -> None:
    with FaultySite(30, delay=0.05) as site:
        site.write_profile(home)
        crawl = start_crawl(home)
        while len(site.requests) < 8:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGINT)
        _, told = crawl.communicate(timeout=30)
        assert crawl.returncode == 130
        assert "interrupted; run the same command again" in told
        assert "Traceback" not in told
        again = run("crawl", "test")
        assert again.returncode == 0
        check_archive(home, site)
        assert max(Counter(path for path in site.requests if path.startswith("/news/")).values()) == 1


def test_a_second_ctrl_c_does_not_wait_for_the_server(home: Path) -> None:
    with FaultySite(1, faults=("/silent",)) as site:
        site.write_profile(home)
        crawl = start_crawl(home)
        while not site.count("/silent"):
            time.sleep(0.01)
        crawl.send_signal(signal.SIGINT)
        time.sleep(0.3)
        started = time.monotonic()
        crawl.send_signal(signal.SIGINT)
        _, told = crawl.communicate(timeout=30)
        assert time.monotonic() - started < 5
    assert crawl.returncode == 130
    assert "Traceback" not in told


def test_pages_that_were_fetched_and_not_understood_are_read_from_the_warc(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        run("crawl", "test")
        forget_articles(home)
        site.requests.clear()
        done = run("crawl", "test")
        assert site.requests == ["/robots.txt", "/feed.xml"]
        check_archive(home, site)
    assert "3 new" in done.stderr


def test_a_page_whose_warc_record_is_damaged_is_told_and_fetched_again(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        run("crawl", "test")
        damaged = forget_articles(home)
        os.truncate(home / damaged["warc_file"], damaged["warc_offset"] + 100)
        site.requests.clear()
        done = run("crawl", "test")
        assert len(site.requests) == len(("robots.txt", "feed.xml", "the damaged page"))
    assert "3 new" in done.stderr
    assert "1 failed (broken WARC record: 1)" in done.stderr
    assert done.returncode == 1


def forget_articles(home: Path) -> sqlite3.Row:
    """Put the archive back to the moment before the articles were saved; return the page that the WARC holds last."""
    connection = sqlite3.connect(home / "archive.db")
    connection.row_factory = sqlite3.Row
    with connection:
        connection.execute("UPDATE pages SET state = 'fetched', outcome = NULL, article_id = NULL")
        connection.execute("UPDATE crawls SET finished_at = NULL, reason = NULL")
        for table in ("aliases", "related", "images", "revisions", "articles"):
            connection.execute(f"DELETE FROM {table}")
    last: sqlite3.Row = connection.execute("SELECT * FROM pages ORDER BY warc_offset DESC").fetchone()
    connection.close()
    return last


def test_a_full_disk_ends_the_crawl_in_one_line_and_loses_nothing(run: Run, home: Path) -> None:
    limited = (
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000));"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    with FaultySite(60) as site:
        site.write_profile(home)
        full = run("-c", limited, BIN / "newscrawl", "crawl", "test", "--allow-private", command="python")
        assert full.returncode == 1
        told = [line for line in full.stderr.splitlines() if line.startswith("newscrawl: ")]
        assert len(told) == 1
        assert "run the same command again" in told[0]
        assert "Traceback" not in full.stderr
        assert len(site.requests) < 60
        again = run("crawl", "test")
        assert again.returncode == 0
        check_archive(home, site)


def test_a_site_that_is_being_crawled_is_left_alone(run: Run, home: Path) -> None:
    (home / "locks").mkdir(parents=True)
    with FaultySite(2) as site, (home / "locks" / "test.lock").open("w") as lock:
        site.write_profile(home)
        lock.write("4711\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run("crawl", "test")
        assert site.requests == []
    assert done.returncode == 1
    assert done.stderr == ("newscrawl: test is being crawled by process 4711: wait for it, or stop it, and try again\n")
