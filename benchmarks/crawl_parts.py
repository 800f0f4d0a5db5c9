"""What the parts of a crawl cost, each alone, one after the other in one process: processor milliseconds a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TypeVar
from urllib.request import Request, urlopen

from newscrawl.archive import Archive, index
from newscrawl.archive.frontier import Scope
from newscrawl.extractors import Extracted, Job, extract_job
from newscrawl.items import Link, Page
from newscrawl.warc import Exchange, WarcWriter, read_page, update_index

WARC, REPLAY, FRONTIER = "written to a WARC", "indexed for replay", "found, claimed, marked as fetched"
EXTRACTION = "read and extracted"
SAVING, INDEXING = "saved, indexed, linked to its copies", "of which index and copies"
_SITE, _NOW, _AT_ONCE = "paper", "2026-11-30T10:00:00+00:00", 100

Each = TypeVar("Each")


def measure_parts(home: Path, folder: Path) -> dict[str, float]:
    """Return what each part costs over the pages that a finished crawl kept in HOME; their server still runs."""
    pages = [read_page(home, *place) for place in _list_places(home)]
    exchanges = [_ask_again(page) for page in pages]
    parts: dict[str, float] = {}

    @contextmanager
    def measured(name: str) -> Iterator[None]:
        started = process_time()
        yield
        parts[name] = 1000 * (process_time() - started) / len(pages)

    with measured(WARC), WarcWriter(folder / "warc", prefix=_SITE) as writer:
        places = [writer.write(exchange) for exchange in exchanges]
    with measured(REPLAY):
        update_index(folder)
    pages = [replace(page, warc_file=place[0], warc_offset=place[1]) for page, place in zip(pages, places, strict=True)]
    with Archive(folder / "archive.db") as archive:
        with measured(FRONTIER):
            _fill_frontier(archive, pages)
        with measured(EXTRACTION):
            answers = [extract_job(folder, {}, Job(_SITE, (place,))) for place in places]
        with measured(SAVING):
            for some in _slice(answers):
                _save(archive, some)
        index._begin_anew(archive.db.conn)
        with measured(INDEXING):
            index.repair_index(archive._reading, archive._writing)
    return parts


def _list_places(home: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(home / "archive.db")) as connection:
        return connection.execute("SELECT warc_file, warc_offset FROM articles").fetchall()


def _ask_again(page: Page) -> Exchange:
    """Return a page as it comes from the wire, compressed."""
    assert page.url
    asked = {"Host": page.url.split("/")[2], "User-Agent": "newscrawl", "Accept-Encoding": "gzip, deflate"}
    with urlopen(Request(page.url, headers=asked)) as answer:
        return Exchange(
            page.url, "GET", asked.items(), 200, "OK", answer.getheaders(), answer.read(), page.fetched_at or _NOW
        )


def _fill_frontier(archive: Archive, pages: Sequence[Page]) -> None:
    archive.add_links(_SITE, [Link(str(page.url), "sitemap") for page in pages], _NOW)
    while archive.frontier.claim(Scope(_SITE, _NOW), 2 * _AT_ONCE):
        pass
    for some in _slice(pages):
        with archive.batch():
            for page in some:
                archive.mark_fetched(_SITE, page, "sitemap")


def _save(archive: Archive, answers: Sequence[object]) -> None:
    with archive.batch():
        for answer in answers:
            assert isinstance(answer, Extracted), answer
            archive.save(answer.article, answer.page)


def _slice(items: Sequence[Each]) -> Iterator[Sequence[Each]]:
    """Yield as many at a time as a crawl that runs ahead keeps and saves."""
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
