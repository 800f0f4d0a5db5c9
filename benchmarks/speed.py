"""How long a page takes: a bare lxml parse, newscrawl with every field, trafilatura with metadata, in turns.

Each page is read three times by each in one run, and the best counts: what else the machine does then hits all alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from time import perf_counter
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
    times = {page.name: _time(page, readers) for page in pages}
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


def _time(page: GoldPage, readers: dict[str, Callable[[GoldPage], object]]) -> dict[str, float]:
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(ROUNDS):
        for name, read in readers.items():
            started = perf_counter()
            read(page)
            best[name] = min(best[name], perf_counter() - started)
    return best
