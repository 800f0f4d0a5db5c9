"""Pages that a script fills, drawn by a real Chromium that reaches no network of its own."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl import Archive
from newscrawl.warc import read_page
from tests.conftest import Run
from tests.site import FaultySite, pages

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parent.parent

needs_browser = pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium is on the PATH")


def read_records(home: Path) -> list[tuple[str, str, str, str, bytes]]:
    """Return type, address, id, reference and content of every record."""
    records = []
    for path in sorted((home / "warc").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                names = ("WARC-Target-URI", "WARC-Record-ID", "WARC-Refers-To")
                url, number, refers_to = (record.rec_headers.get_header(name) or "" for name in names)
                records.append((record.rec_type, url, number, refers_to, record.content_stream().read()))
    return records


@needs_browser
def test_an_article_that_a_script_fills_is_stored(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/shell/2",)) as site:
        site.write_profile(home, more="render = true")
        done = run("crawl", "test")
        assert done.returncode == 0, done.stderr
        with Archive(home / "archive.db", read_only=True) as archive:
            article = archive.get(f"{site.url}/shell/2")
            page = archive.find_page(f"{site.url}/shell/2")
    assert article is not None
    assert page is not None
    assert (article.title, len(article.blocks)) == (pages.title_of(2), 5)
    assert page.warc_file is not None
    assert page.warc_offset is not None
    drawn = read_page(home, page.warc_file, page.warc_offset)
    assert (drawn.url, drawn.status) == (page.url, 200)
    assert "بلغ عمق 2 أمتار" in drawn.body.decode()


@needs_browser
def test_a_single_page_is_drawn_without_an_archive(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        done = run("extract", f"{site.url}/shell/2", "--render")
    article = json.loads(done.stdout)
    assert (article["title"], article["outcome"], len(article["blocks"])) == (pages.title_of(2), "article", 5)
    assert not (home / "warc").exists()


@needs_browser
def test_what_came_and_what_was_drawn_are_told_apart(run: Run, home: Path) -> None:
    with FaultySite(0, faults=("/shell/2",)) as site:
        site.write_profile(home)
        run("crawl", "test", "--render")
        url = f"{site.url}/shell/2"
    records = read_records(home)
    [came] = [record for record in records if record[:2] == ("response", url)]
    [drawn] = [record for record in records if record[:2] == ("conversion", url)]
    assert came[4].decode() == pages.print_shell(2)
    assert drawn[3] == came[2], "the drawn page names the response that it was drawn from"
    kept = Counter(address.removeprefix(site.url) for kind, address, *_ in records if kind == "response")
    assert kept == Counter(site.requests), "what the scripts asked for is kept too"


@needs_browser
def test_the_browser_reaches_nothing_by_itself(run: Run, home: Path) -> None:
    with FaultySite(1, address="127.0.0.2") as inner, FaultySite(0, faults=("/shell/2",)) as site:
        site.snares = [
            f"{inner.url}/news/1",
            f"http://localhost:{inner.port}/news/1",
            "http://169.254.169.254/latest/meta-data/",
            f"{site.url}/private/1",
            f"{site.url}/to/{inner.url}/news/1",
        ]
        site.write_profile(home)
        run("crawl", "test", "--render")
        assert site.count(f"/to/{inner.url}/news/1") == 1, "the script did ask for all this"
        assert inner.requests == []
        assert site.count("/private/1") == 0, "robots.txt holds for scripts too"
        assert site.count("/shell-data/2") == 1
        assert set(site.agents) == {"newscrawl/0.1.0 (+no contact given)"}
    with Archive(home / "archive.db", read_only=True) as archive:
        assert archive.counts()["articles"] == 1


@needs_browser
def test_a_script_that_never_ends_leaves_the_page_as_it_came(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/hanging/1",)) as site:
        site.write_profile(home, more="render = true")
        told = ("-a", "site=test", "-s", "DOWNLOAD_TIMEOUT=4", "-s", "RETRY_TIMES=0")
        done = run("crawl", "news", *told, command="scrapy", cwd=PROJECT)
        assert "Traceback" not in done.stderr
    with Archive(home / "archive.db", read_only=True) as archive:
        page = archive.find_page(f"{site.url}/hanging/1")
        assert page is not None
        assert page.state == "done"
        assert archive.get(f"{site.url}/news/1") is not None


def test_without_a_browser_one_line_says_what_is_missing(run: Run, home: Path) -> None:
    with FaultySite(1) as site:
        site.write_profile(home)
        for environment in ({"NEWSCRAWL_CHROMIUM": "no-such-browser"}, {"PATH": "/nonexistent"}):
            done = run("crawl", "test", "--render", env=environment)
            assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
            assert "NEWSCRAWL_CHROMIUM" in done.stderr
        assert site.requests == []
        assert run("crawl", "test", env={"NEWSCRAWL_CHROMIUM": "no-such-browser"}).returncode == 0


def test_without_a_browser_an_empty_shell_is_stored_as_one(run: Run, home: Path) -> None:
    with FaultySite(0, faults=("/shell/2",)) as site:
        site.write_profile(home)
        run("crawl", "test")
    with Archive(home / "archive.db", read_only=True) as archive:
        page = archive.find_page(f"{site.url}/shell/2")
    assert page is not None
    assert page.outcome == "empty_shell"
