"""One crawl of very many pages: the memory that it holds does not grow with them. NEWSCRAWL_SOAK=1 takes 100,000."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl import Archive
from tests.press import make_text
from tests.site.pages import print_sitemap, print_sitemap_index
from tests.web import Story, WebSite
from tests.web.crawling import start_crawl
from tests.web.server import Answer
from tests.web.stories import print_story

pytestmark = pytest.mark.long

PAGES = 100_000 if "NEWSCRAWL_SOAK" in os.environ else 1_500
# In a long crawl SQLite's cache of 32 MB fills, once, as the archive grows; the index at the end takes some 20 more.
MOST_GROWTH_MB = 64.0 if "NEWSCRAWL_SOAK" in os.environ else 40.0
_OF_ONE_SITEMAP = 5_000


class EndlessPaper(WebSite):
    """Makes as many short stories as are asked for, each different, and sitemaps of them all."""

    def __init__(self, number: int) -> None:
        super().__init__("endless", "127.0.0.30", delay=0)
        self._number = number
        self._now = datetime.now(UTC)

    def find_answer(self, path: str) -> Answer | None:
        name, _, rest = path.strip("/").partition("/")
        if name == "news":
            return Answer(print_story(self._make_story(int(rest))))
        if name == "index.xml":
            parts = range(0, self._number, _OF_ONE_SITEMAP)
            return Answer(print_sitemap_index([f"{self.url}/sitemap/{part}" for part in parts]), "application/xml")
        if name == "sitemap":
            numbers = range(int(rest), min(int(rest) + _OF_ONE_SITEMAP, self._number))
            links = [(f"{self.url}/news/{number}", self._now.isoformat()) for number in numbers]
            return Answer(print_sitemap(links), "application/xml")
        return super().find_answer(path)

    def _make_story(self, number: int) -> Story:
        dice = random.Random(number)
        return Story(f"/news/{number}", make_text(dice, 8)[:-1], self._now, [make_text(dice, 24) for _ in range(3)])

    def write_profile(self, home: Path) -> None:
        (home / "sites").mkdir(parents=True)
        profile = f'name = "endless"\ndomain = "{self.host}"\ndelay_seconds = 0\nsitemaps = ["{self.url}/index.xml"]\n'
        (home / "sites" / "endless.toml").write_text(profile, encoding="utf-8")


def read_memory(process_id: int) -> float | None:
    """Return how many MB of a process are resident; None when it is gone."""
    try:
        told = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmRSS:")), None)


def watch(site: EndlessPaper, home: Path, number: int) -> Iterator[tuple[int, float]]:
    """Crawl the site and yield, several times a second, how much it was asked and how much memory that holds."""
    crawl = start_crawl(home, ["endless"], NEWSCRAWL_PAGES_PER_CRAWL=2 * number)
    while crawl.poll() is None:
        memory = read_memory(crawl.pid)
        if memory is not None:
            yield len(site.log), memory
        time.sleep(0.1)
    _, told = crawl.communicate()
    assert crawl.returncode == 0, told


def test_memory_does_not_grow_with_the_pages_of_a_crawl(home: Path, tell: Callable[[str], None]) -> None:
    with closing(EndlessPaper(PAGES)) as site:
        site.write_profile(home)
        samples = list(watch(site, home, PAGES))
        seconds = site.log[-1].at - site.log[0].at
    tenths = [0.0] * 11
    for asked, memory in samples:
        tenth = min(10 * asked // PAGES, 10)
        tenths[tenth] = max(tenths[tenth], memory)
    told = ", ".join(f"{most:.0f}" for most in tenths)
    tell(
        f"{PAGES} pages in {seconds:.0f} s ({PAGES / seconds:.0f} a second), MB at most in each tenth and then: {told}"
    )
    assert max(tenths) - tenths[0] < MOST_GROWTH_MB
    with Archive(home / "archive.db", read_only=True) as archive:
        assert archive.counts()["articles"] == PAGES
