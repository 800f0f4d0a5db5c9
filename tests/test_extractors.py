"""Pages are extracted in processes of their own: whatever one of them does to its process, the others are extracted."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.extraction import extract_page
from newscrawl.extractors import Extracted, Extractors, Failed, Job, extract_job
from newscrawl.items import Place, Site
from newscrawl.warc import WarcWriter, read_page
from tests.conftest import store_page
from tests.site import FaultySite, pages
from tests.web.crawling import start_crawl

SITE = Site(key="x", name="X", domain="x.com")
SLOW = f"<html><body><h1>{pages.title_of(9)}</h1>{'<p>قال رئيس البلدية في مؤتمر صحفي.</p>' * 60_000}</body></html>"


@pytest.fixture
def writer(home: Path) -> Iterator[WarcWriter]:
    with WarcWriter(home / "warc", prefix="x") as opened:
        yield opened


def store_articles(writer: WarcWriter, number: int) -> list[Place]:
    return [store_page(writer, f"https://x.com/news/{n}", pages.print_article(n)) for n in range(number)]


def extract_all(extractors: Extractors[Place], places: list[Place], sent: int = 0) -> dict[Place, Extracted | Failed]:
    """Have all the places extracted, and return the answers by place, with those of so many `sent` before."""
    told: dict[Place, Extracted | Failed] = {}
    for place in places:
        extractors.send(place, Job("x", (place,)))
    while len(told) < len(places) + sent:
        told.update(extractors.receive(None))
    return told


def find_children() -> list[int]:
    """Return the processes that this one has started."""
    told = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return [int(number) for number in told.split()]


def test_a_process_says_of_a_page_what_this_one_would(home: Path, writer: WarcWriter) -> None:
    places = store_articles(writer, 30)
    with Extractors[Place](home, {"x": SITE}, 2) as extractors:
        told = extract_all(extractors, places)
    for place in places:
        answer = told[place]
        assert isinstance(answer, Extracted)
        assert answer.article == extract_page(read_page(home, *place), SITE)
        assert answer == extract_job(home, {"x": SITE}, Job("x", (place,)))
        assert (answer.page.warc_file, answer.page.warc_offset) == place


def test_a_page_that_never_ends_is_the_only_one_that_is_lost(home: Path, writer: WarcWriter) -> None:
    places = [*store_articles(writer, 12), store_page(writer, "https://x.com/slow", SLOW)]
    places.insert(3, places.pop())
    with Extractors[Place](home, {"x": SITE}, 1, seconds_a_page=1) as extractors:
        told = extract_all(extractors, places)
    lost = {place: answer for place, answer in told.items() if isinstance(answer, Failed)}
    assert list(lost) == [places[3]]
    assert lost[places[3]].reason == "extraction hung"


def test_a_page_whose_process_is_killed_is_the_only_one_that_is_lost(home: Path, writer: WarcWriter) -> None:
    good, slow = store_articles(writer, 12), store_page(writer, "https://x.com/slow", SLOW)
    before = set(find_children())
    with Extractors[Place](home, {"x": SITE}, 1) as extractors:
        extract_all(extractors, good[:1])
        (child,) = set(find_children()) - before
        extractors.send(slow, Job("x", (slow,)))
        time.sleep(0.2)
        os.kill(child, signal.SIGKILL)
        told = extract_all(extractors, good[1:], sent=1)
    failed = told[slow]
    assert isinstance(failed, Failed)
    assert failed.reason == "extraction died"
    assert all(isinstance(told[place], Extracted) for place in good[1:])


def test_a_process_that_is_killed_while_it_starts_costs_nothing(home: Path, writer: WarcWriter) -> None:
    places = store_articles(writer, 3)
    before = set(find_children())
    with Extractors[Place](home, {"x": SITE}, 1) as extractors:
        extractors.send(places[0], Job("x", (places[0],)))
        (child,) = set(find_children()) - before
        os.kill(child, signal.SIGKILL)
        told = extract_all(extractors, places[1:], sent=1)
    assert all(isinstance(told[place], Extracted) for place in places)


def test_a_damaged_record_is_told_and_costs_no_process(home: Path, writer: WarcWriter) -> None:
    file, offset = store_articles(writer, 1)[0]
    with Extractors[Place](home, {"x": SITE}, 1) as extractors:
        told = extract_all(extractors, [(file, offset + 7), (file, offset)])
        assert isinstance(told[(file, offset)], Extracted)
    failed = told[(file, offset + 7)]
    assert isinstance(failed, Failed)
    assert failed.reason == "broken WARC record"
    assert f"offset {offset + 7}" in failed.detail


def test_the_processes_end_with_the_one_that_they_work_for(home: Path, writer: WarcWriter) -> None:
    places = store_articles(writer, 4)
    before = set(find_children())
    with closing(Extractors[Place](home, {"x": SITE}, 2)) as extractors:
        extract_all(extractors, places)
        children = set(find_children()) - before
        assert len(children) == 2
        for child in children:
            os.kill(child, signal.SIGTERM)
            os.kill(child, signal.SIGINT)
        extract_all(extractors, places)
        assert set(find_children()) - before == children, "Ctrl-C is for the crawl, which ends them"
    assert not set(find_children()) & children


@pytest.mark.long
def test_what_a_killed_crawl_left_cannot_kill_the_next(home: Path, writer: WarcWriter) -> None:
    with FaultySite(2) as site:
        site.write_profile(home)
        with Archive(home / "archive.db") as archive:
            for path, html in (("/slow", SLOW), ("/news/9", pages.print_article(9))):
                archive.mark_fetched("test", read_page(home, *store_page(writer, f"{site.url}{path}", html)), "feed")
        crawl = start_crawl(home, ["test"], NEWSCRAWL_EXTRACTION_SECONDS=1)
        _, told = crawl.communicate(timeout=60)
        with Archive(home / "archive.db", read_only=True) as archive:
            slow, left = archive.find_page(f"{site.url}/slow"), archive.find_page(f"{site.url}/news/9")
    assert slow is not None
    assert (slow.state, slow.reason) == ("failed", "extraction hung")
    assert left is not None
    assert left.outcome == "article"
    assert "3 new" in told
    assert "1 failed (extraction hung: 1)" in told
    assert crawl.returncode == 1
