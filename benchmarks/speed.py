"""How long a page takes: a bare lxml parse, newscrawl with every field, trafilatura with metadata, in turns.

All pages of a set are read three times over by each in one run, and the best counts. Time is the processor's, so that what
else the machine does is left out; no page is read twice in a row, so that what was kept of it has met the others since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from time import process_time
from typing import NamedTuple

from lxml import etree

from benchmarks.pages import GoldPage
from benchmarks.peers import make_trafilatura
from newscrawl.extraction import extract

ROUNDS = 3


class Speed(NamedTuple):
    """Medians in milliseconds by reader, our ratios to the others (medians over pages), and our slowest page."""

    pages: int
    medians: dict[str, float]
    to_parse: float
    to_trafilatura: float
    slowest: tuple[str, float]


def measure_speed(pages: Iterable[GoldPage]) -> Speed:
    """Return how long the pages take to read."""
    trafilatura = make_trafilatura()
    readers: dict[str, Callable[[GoldPage], object]] = {
        "lxml parse": lambda page: _parse(page.html),
        "newscrawl": lambda page: extract(page.html, page.url),
        "trafilatura": lambda page: trafilatura(page.html, page.url),
    }
    times = _time(tuple(pages), readers)
    rows = list(times.values())
    return Speed(
        pages=len(rows),
        medians={reader: 1000 * median(row[reader] for row in rows) for reader in readers},
        to_parse=median(row["newscrawl"] / row["lxml parse"] for row in rows),
        to_trafilatura=median(row["newscrawl"] / row["trafilatura"] for row in rows),
        slowest=max(((name, 1000 * row["newscrawl"]) for name, row in times.items()), key=lambda entry: entry[1]),
    )


def _parse(html: bytes) -> etree._Element | None:
    # recover keeps what a browser would keep; the tree is the least that any extractor needs
    return etree.fromstring(html, parser=etree.HTMLParser(encoding="utf-8", huge_tree=True))


def _time(pages: tuple[GoldPage, ...], readers: dict[str, Callable[[GoldPage], object]]) -> dict[str, dict[str, float]]:
    best = {page.name: dict.fromkeys(readers, float("inf")) for page in pages}
    for page in pages * ROUNDS:
        for name, read in readers.items():
            started = process_time()
            read(page)
            best[page.name][name] = min(best[page.name][name], process_time() - started)
    return best
