"""Four processes crawl into one archive while two others read it; NEWSCRAWL_SOAK=1 runs it in full."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.warc import read_page
from tests.conftest import BIN, make_environment
from tests.site import FaultySite

pytestmark = pytest.mark.long

ARTICLES = 500 if "NEWSCRAWL_SOAK" in os.environ else 25
SITES = ("one", "two", "three", "four")

READ_UNTIL_TOLD = """
import sys
from pathlib import Path
from newscrawl.archive import Archive

path, stop, reads, seen = sys.argv[1], Path(sys.argv[2]), 0, 0
while not stop.exists() or not reads:
    with Archive(path, read_only=True) as archive:
        counts = archive.counts()
        articles = list(archive.articles(limit=200))
        for article in articles:
            assert article.title and article.body and list(archive.revisions(article.id))
        assert len({article.id for article in articles}) == len(articles)
        # What was there once stays, and no transaction is seen half.
        assert counts["articles"] >= seen and counts["revisions"] >= counts["articles"], counts
        seen, reads = counts["articles"], reads + 1
        list(archive.search("كلمة", limit=5))
print(reads, seen)
"""


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        list(map(str, arguments)), env=make_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_four_crawls_and_two_readers_lose_nothing_and_hinder_nobody(
    home: Path, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    begun = time.monotonic()
    Archive(home / "archive.db").close()
    stop = tmp_path / "stop"
    with ExitStack() as stack:
        sites = {key: stack.enter_context(FaultySite(ARTICLES)) for key in SITES}
        for key, site in sites.items():
            site.write_profile(home, key)
        readers = [start(sys.executable, "-c", READ_UNTIL_TOLD, home / "archive.db", stop) for _ in range(2)]
        crawls = [start(BIN / "newscrawl", "--home", home, "crawl", "--allow-private", key) for key in SITES]
        told = [crawl.communicate(timeout=900) for crawl in crawls]
        stop.touch()
        read = [reader.communicate(timeout=60) for reader in readers]
        expected = {site.url + path for site in sites.values() for path in site.article_paths()}
        asked = Counter(f"{site.url}{path}" for site in sites.values() for path in site.requests if "/news/" in path)
    assert [crawl.returncode for crawl in crawls] == [0] * len(crawls), told
    assert not [error for _, error in told if "locked" in error or "Traceback" in error]
    assert [(reader.returncode, error) for reader, (_, error) in zip(readers, read, strict=True)] == [(0, "")] * 2
    assert min(int(reads.split()[0]) for reads, _ in read) > 1
    assert dict(asked) == dict.fromkeys(expected, 1)
    check_archive(home, expected)
    readings = " and ".join(reads.split()[0] for reads, _ in read)
    tell(
        f"{len(crawls)} crawls, {len(expected)} articles in {time.monotonic() - begun:.0f} s, read {readings} times: "
        "no error, no lost row"
    )


def check_archive(home: Path, expected: set[str]) -> None:
    with Archive(home / "archive.db", read_only=True) as archive:
        assert archive.db.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert archive.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert Counter(article.url for article in archive.articles()) == Counter(expected)
        assert archive.counts()["revisions"] == len(expected)
        pages = list(archive.db.query("SELECT url, state, warc_file, warc_offset FROM pages"))
    assert {page["url"] for page in pages if page["state"] == "done"} >= expected
    for page in pages:
        if page["url"] in expected:
            assert read_page(home, page["warc_file"], page["warc_offset"]).url == page["url"]
