"""Several processes at once, and processes that are killed; NEWSCRAWL_SOAK=1 runs them in full."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from newscrawl.archive import Archive

pytestmark = pytest.mark.long

IS_SOAK = "NEWSCRAWL_SOAK" in os.environ
KILLS = 200 if IS_SOAK else 8
SAVES = 2000 if IS_SOAK else 100
WRITERS = 4

SAVE_FOR_EVER = """
import sys
from newscrawl.archive import Archive
from newscrawl.items import Article, Block, Image, Link, Page, Related

path, start = sys.argv[1], int(sys.argv[2])
with Archive(path) as archive:
    print("open", flush=True)
    for number in range(start, start + 1_000_000):
        url, at = f"https://x.com/{number}", "2024-01-01T00:00:00+00:00"
        text = f"{number} " * 500
        archive.add_links("x", [Link(url, "feed", "https://x.com/rss")], at)
        page = Page(url, body=text.encode(), fetched_at=at, warc_file="warc/x.warc.gz", warc_offset=number)
        archive.mark_fetched("x", page, "feed")
        parts = (Block("paragraph", text), Block("paragraph", text))
        article = Article(
            url=url, site="x", title=f"{number}", body=f"{text}\\n\\n{text}", blocks=parts, fetched_at=at,
            images=(Image(url), Image(url)), related=(Related("inline", f"https://x.com/{number - 1}"),) * 3,
        )
        archive.save(article, page)
        print(number, flush=True)
"""
SAVE_SOME = """
import sys
from newscrawl.archive import Archive
from newscrawl.items import Article

path, name, saves = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Archive(path) as archive:
    for number in range(saves):
        for url, site in ((f"https://x.com/{name}/{number}", name), (f"https://x.com/shared/{number}", "shared")):
            archive.save(Article(url=url, site=site, title=f"{number}", body="نص " * 100))
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def save_and_be_killed(path: Path, first: int, seconds: float) -> list[int]:
    """Return the numbers that the process had reported as saved when it was killed."""
    with start(SAVE_FOR_EVER, path, first) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        time.sleep(seconds)
        process.kill()
        lines = process.stdout.read().split("\n")[:-1]
    return [int(line) for line in lines]


def test_killed_process_leaves_every_committed_article_whole(tmp_path: Path, tell: Callable[[str], None]) -> None:
    path = tmp_path / "archive.db"
    chance = random.Random(7)
    reported: list[int] = []
    for kill in range(KILLS):
        reported += save_and_be_killed(path, kill * 1_000_000, chance.uniform(0.0, 0.15))
        check_whole(path, reported)
    assert len(reported) > KILLS
    tell(f"{KILLS} kills of a process that saves, {len(reported)} articles reported as saved: all are there")


def check_whole(path: Path, reported: list[int]) -> None:
    with Archive(path) as archive:
        assert list(archive.db.query("PRAGMA integrity_check")) == [{"integrity_check": "ok"}]
        assert list(archive.db.query("PRAGMA foreign_key_check")) == []
        articles = {int(article.title or ""): article for article in archive.articles()}
        assert set(reported) <= set(articles)
        for number, article in articles.items():
            assert article.body == f"{number} " * 500 + "\n\n" + f"{number} " * 500
            assert (len(article.blocks), len(article.images), len(article.related)) == (2, 2, 3)
            page = archive.find_page(f"https://x.com/{number}")
            assert page is not None
            assert (page.state, page.article_id, page.warc_offset) == ("done", article.id, number)
        assert archive.counts()["revisions"] == len(articles)
        waiting = len(archive.pages_in_state("x", "new")) + len(archive.pages_in_state("x", "fetched"))
        assert len(articles) + waiting == len(list(archive.db.query("SELECT url FROM sightings")))


def test_several_writers_and_a_reader_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive(path).close()
    processes = [start(SAVE_SOME, path, name, SAVES) for name in range(WRITERS)]
    reads = 0
    while any(process.poll() is None for process in processes):
        with Archive(path, read_only=True) as archive:
            for article in archive.articles(limit=50):
                assert article.body == "نص " * 100
            reads += 1
    assert [process.wait() for process in processes] == [0] * WRITERS
    for process in processes:
        assert process.stdout
        process.stdout.close()
    assert reads > 1
    with Archive(path, read_only=True) as archive:
        sites = archive.counts()["sites"]
        assert {name: counts["articles"] for name, counts in sites.items()} == {
            **{str(name): SAVES for name in range(WRITERS)},
            "shared": SAVES,
        }
        assert archive.counts()["revisions"] == SAVES * (WRITERS + 1)


def test_several_processes_may_create_the_archive_at_once(tmp_path: Path) -> None:
    for attempt in range(20 if IS_SOAK else 2):
        path = tmp_path / str(attempt) / "archive.db"
        processes = [start(SAVE_SOME, path, name, 1) for name in range(WRITERS)]
        for process in processes:
            with process:
                assert process.wait() == 0
        with Archive(path, read_only=True) as archive:
            assert archive.counts()["articles"] == WRITERS + 1


@pytest.mark.parametrize("read_only", [True, False])
def test_archive_can_be_copied_while_it_is_open(tmp_path: Path, read_only: bool) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        archive.start_crawl("x", "2024-01-01")
        with closing(connect(tmp_path / "copy.db")) as copy:
            archive.db.conn.backup(copy)
    with Archive(tmp_path / "copy.db", read_only=read_only) as archive:
        assert len(archive.crawls()) == 1
