"""What a crawl costs beside a bare Scrapy spider that parses nothing: `make bench-crawl`, written into RESULTS.md.

Rounds in turns on one machine; the processor time of each process is measured as well as the clock, for it is the same
whatever else the machine does meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.request import urlopen

from benchmarks.crawl_parts import EXTRACTION, INDEXING, measure_parts
from benchmarks.results import RESULTS, format_table, replace_section
from newscrawl.extractors import count_cores

_BIN = Path(sys.executable).parent
_BARE = """
import sys, time, scrapy
from scrapy.crawler import AsyncCrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for number in range(int(sys.argv[2])):
            yield scrapy.Request(f"{sys.argv[1]}/news/{number}")
    def parse(self, response):
        pass
process = AsyncCrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
process.crawl(Bare)
started = time.process_time()
process.start()
print(time.process_time() - started)
"""
_SECTION = "Crawl"
_FETCHING = "fetched by bare Scrapy"


class Run(NamedTuple):
    """Pages a second until the bytes were safe and until everything was committed.

    `processor` is seconds of all processes, their start included, `cores` how many cores they got, `told` what was printed.
    """

    kept: float
    done: float
    processor: float
    cores: float
    told: str


@contextmanager
def _serving(number: int) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.paper", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


def _measure(command: list[str], base: str, number: int, home: Path | None) -> Run:
    before, kept_at, started_at = resource.getrusage(resource.RUSAGE_CHILDREN), None, time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        while running.poll() is None:
            time.sleep(0.05)
            if home and kept_at is None and _count(home, "pages WHERE warc_file IS NOT NULL") >= number:
                kept_at = time.monotonic()
        ended_at, after, told = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN), running.stdout.read()
    with urlopen(f"{base}/times") as answer:
        first, last, asked = json.load(answer)
    assert asked == number, f"{asked} of {number} pages were asked for"
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cores = processor / (ended_at - started_at)
    ended_at = ended_at if home else last
    return Run(number / ((kept_at or ended_at) - first), number / (ended_at - first), processor, cores, told)


def _count(home: Path, what: str) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{home}/archive.db?mode=ro", uri=True)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])
    return 0


def _crawl(base: str, number: int, home: Path) -> Run:
    (home / "sites").mkdir(parents=True)
    host = base.removeprefix("http://")
    told = f'name = "paper"\ndomain = "{host}"\ndelay_seconds = 0\nimages = "none"\nsitemaps = ["{base}/sitemap.xml"]\n'
    (home / "sites" / "paper.toml").write_text(told, "utf-8")
    run = _measure(
        [str(_BIN / "newscrawl"), "--home", str(home), "crawl", "paper", "--allow-private"], base, number, home
    )
    assert _count(home, "articles") == number, f"{_count(home, 'articles')} articles of {number} pages"
    return run


def _weigh(home: Path, number: int) -> tuple[float, float]:
    """Return the kilobytes an article takes in the WARC files and in the database."""
    sizes = [
        sum(file.stat().st_size for file in found) for found in ((home / "warc").iterdir(), home.glob("archive.db*"))
    ]
    return sizes[0] / number / 1000, sizes[1] / number / 1000


def measure_crawl(number: int, rounds: int) -> str:
    """Return the table of so many rounds over so many pages."""
    bare: list[Run] = []
    ours: list[Run] = []
    with _serving(number) as base, tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / str(place) for place in range(rounds)]
        for home in homes:
            bare.append(_measure([sys.executable, "-c", _BARE, base, str(number)], base, number, None))
            ours.append(_crawl(base, number, home))
        fetched = 1000 * median(float(run.told) for run in bare) / number
        parts = {_FETCHING: fetched, **measure_parts(homes[0], Path(folder) / "parts")}
        warc, database = _weigh(homes[0], number)
    disk = f"Disk: {warc:.1f} KB an article in the WARC, {database:.1f} KB in the database.\n"
    return f"{_describe_runs(number, bare, ours, parts)}\n{_describe_parts(parts, ours, number)}\n{disk}"


def _describe_runs(number: int, bare: list[Run], ours: list[Run], parts: dict[str, float]) -> str:
    rate, allowed = median(run.done for run in bare), _find_allowed(parts)
    reached = median(run.done for run in ours)
    rows = [
        ["bare Scrapy", *_compare(rate, rate), *_sum_up(bare, number)],
        ["ours, bytes and frontier durable", *_compare(median(run.kept for run in ours), rate), "-", "-"],
        ["ours, every article committed", *_compare(reached, rate), *_sum_up(ours, number)],
        ["what the measured parts allow", *_compare(allowed, rate), f"{_add_up(parts):.1f}", str(count_cores())],
    ]
    head = ["", "pages/s (median)", "of bare", "processor ms a page", "cores got"]
    return (
        f"{number} pages of about 100 KB, sent as gzip by a server on the same {count_cores()} cores; {len(ours)} rounds "
        f"in turns, start and drain included; load of the machine {os.getloadavg()[0]:.1f}, of which 4 or so are this run."
        f"\n\n{format_table(head, rows)}\n"
        f"Reached: {reached / allowed:.2f} of what the parts allow on cores of their own.\n"
    )


def _describe_parts(parts: dict[str, float], ours: list[Run], number: int) -> str:
    rows = [[name, f"{cost:.2f}"] for name, cost in parts.items()]
    share = _add_up(parts) / (1000 * median(run.processor for run in ours) / number)
    return (
        f"The parts, each measured alone after the crawls:\n\n{format_table(['', 'processor ms a page'], rows)}\n"
        f"They make {share:.2f} of the processor time of a crawl; the rest is starting processes, asking for robots.txt, "
        "obeying it, decoding, passing articles on. Where the crawls got fewer cores than there are, others had them.\n"
    )


def _add_up(parts: dict[str, float]) -> float:
    return sum(cost for name, cost in parts.items() if name != INDEXING)


def _find_allowed(parts: dict[str, float]) -> float:
    """Return the pages a second when every core is at work; all but extraction is done by one process."""
    alone = _add_up(parts) - parts[EXTRACTION]
    return 1000 / max(_add_up(parts) / count_cores(), alone)


def _sum_up(runs: list[Run], number: int) -> tuple[str, str]:
    processor, cores = (median(values) for values in ([run.processor for run in runs], [run.cores for run in runs]))
    return f"{1000 * processor / number:.1f}", f"{cores:.2f}"


def _compare(rate: float, bare: float) -> tuple[str, str]:
    return f"{rate:.0f}", f"{rate / bare:.2f}"


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    section = measure_crawl(options.pages, options.rounds)
    print(section)
    replace_section(RESULTS, _SECTION, section)
    return 0


if __name__ == "__main__":
    sys.exit(main())
