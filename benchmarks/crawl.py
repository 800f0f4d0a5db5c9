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

from benchmarks.results import RESULTS, format_table, replace_section
from newscrawl.extractors import Job, count_cores, extract_job

_BIN = Path(sys.executable).parent
_BARE = """
import sys, scrapy
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
process.start()
"""
_SECTION = "Crawl"


class Run(NamedTuple):
    """Pages a second until the bytes were safe and until everything was committed; processor seconds of all processes."""

    kept: float
    done: float
    processor: float


@contextmanager
def _serving(number: int) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.paper", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.kill()


def _measure(command: list[str], base: str, number: int, home: Path | None) -> Run:
    before, kept_at = resource.getrusage(resource.RUSAGE_CHILDREN), None
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while running.poll() is None:
        time.sleep(0.05)
        if home and kept_at is None and _count(home, "pages WHERE warc_file IS NOT NULL") >= number:
            kept_at = time.monotonic()
    ended_at, after = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with urlopen(f"{base}/times") as told:
        first, last, asked = json.load(told)
    assert asked == number, f"{asked} of {number} pages were asked for"
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ended_at = ended_at if home else last
    return Run(number / ((kept_at or ended_at) - first), number / (ended_at - first), processor)


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


def _time_extraction(home: Path) -> float:
    """Return the processor seconds that a stored page takes to be read and extracted."""
    with closing(sqlite3.connect(home / "archive.db")) as connection:
        places = connection.execute("SELECT warc_file, warc_offset FROM articles LIMIT 240").fetchall()
    started = time.process_time()
    for file, offset in places:
        extract_job(home, {}, Job("paper", ((file, offset),)))
    return (time.process_time() - started) / len(places)


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
        for place in range(rounds):
            bare.append(_measure([sys.executable, "-c", _BARE, base, str(number)], base, number, None))
            ours.append(_crawl(base, number, Path(folder) / str(place)))
        extraction = _time_extraction(Path(folder) / "0")
        warc, database = _weigh(Path(folder) / "0", number)
    return _format(number, bare, ours, extraction, warc, database)


def _format(number: int, bare: list[Run], ours: list[Run], extraction: float, warc: float, database: float) -> str:
    bare_ms, ours_ms = (1000 * median(run.processor for run in runs) / number for runs in (bare, ours))
    cores, rate = count_cores(), median(run.done for run in bare)
    allowed = 1000 * cores / ours_ms
    rows = [
        ["bare Scrapy", f"{rate:.0f}", "1.00", f"{bare_ms:.1f}"],
        ["ours, bytes and frontier durable", *_compare([run.kept for run in ours], rate), "-"],
        ["ours, every article committed", *_compare([run.done for run in ours], rate), f"{ours_ms:.1f}"],
        ["what the measured parts allow", f"{allowed:.0f}", f"{allowed / rate:.2f}", "-"],
    ]
    head = ["", "pages/s (median)", "of bare", "processor ms a page"]
    return (
        f"{number} pages of about 100 KB, sent as gzip by a server on the same {cores} cores; {len(ours)} rounds in "
        f"turns, start and drain included; load of the machine {os.getloadavg()[0]:.1f}, of which 4 or so are this run.\n\n{format_table(head, rows)}\nThe parts: all processes of a crawl take {ours_ms:.1f} ms of a core for a page, "
        f"{1000 * extraction:.1f} of them to extract it; {cores} cores / that time is what the parts allow. "
        f"Disk: {warc:.1f} KB an article in the WARC, {database:.1f} KB in the database.\n"
    )


def _compare(rates: list[float], bare: float) -> tuple[str, str]:
    return f"{median(rates):.0f}", f"{median(rates) / bare:.2f}"


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=1_500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    section = measure_crawl(options.pages, options.rounds)
    print(section)
    replace_section(RESULTS, _SECTION, section)
    return 0


if __name__ == "__main__":
    sys.exit(main())
