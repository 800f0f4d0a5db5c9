"""Days of a schedule in seconds: the clock is a parameter, and so is whoever does the crawls; the archive is real."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from newscrawl.archive import Archive
from newscrawl.daemon import Daemon
from newscrawl.exceptions import LockedError
from newscrawl.extraction import extract_page
from newscrawl.health import examine
from newscrawl.items import Article, Outcome, Page
from newscrawl.reports import CrawlReport
from newscrawl.schedule import SHORTEST
from newscrawl.spiders.jobs import CrawlJob
from tests import press

pytestmark = pytest.mark.long

START = datetime(2026, 3, 1, tzinfo=UTC)
Publish = Callable[[datetime, int], Article | None]


class SimulatedCrew:
    """Crawls take some minutes of a clock that only waiting moves; papers publish in between, some of them die."""

    def __init__(self, home: Path, days: float, number: int = 2) -> None:
        self.archive = Archive(home / "archive.db")
        self.now = START
        self.end = START + timedelta(days=days)
        self.is_stopping = False
        self.starts: dict[str, list[datetime]] = defaultdict(list)
        self.dead: set[str] = set()
        self.locked: set[str] = set()
        self.publish: dict[str, tuple[timedelta, Publish]] = {}
        self._published: dict[str, int] = defaultdict(int)
        self._running: dict[str, datetime] = {}
        self._number = number
        self._dice = random.Random(5)

    @property
    def free(self) -> int:
        return self._number - len(self._running)

    def start(self, job: CrawlJob) -> None:
        key = job.site.key
        assert key not in self._running, "two runs over one site"
        assert self.free > 0, "more runs than there are workers"
        self.starts[key].append(self.now)
        self._running[key] = self.now + timedelta(minutes=self._dice.uniform(1, 12))

    def wait(self, seconds: float | None) -> list[CrawlReport]:
        assert seconds is None or seconds >= 0
        latest = self.now + timedelta(seconds=seconds) if seconds is not None else datetime.max.replace(tzinfo=UTC)
        self.now = min([latest, *self._running.values()])
        self.is_stopping = self.now >= self.end
        ended = [key for key, end in self._running.items() if end <= self.now]
        return [self._crawl(key) for key in ended]

    def _crawl(self, key: str) -> CrawlReport:
        del self._running[key]
        if key in self.locked:
            return CrawlReport(key, reason="failed", error=LockedError("locked"))
        crawl = self.archive.start_crawl(key, self.starts[key][-1].isoformat())
        counts = {"failed: front door dns": 1} if key in self.dead else self._save_new(key)
        self.archive.finish_crawl(crawl.id, self.now.isoformat(), "finished", counts)
        return CrawlReport(key, crawl.id, reason="finished", new=counts.get("new", 0))

    def _save_new(self, key: str) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        every, publish = self.publish[key]
        while (when := START - timedelta(days=2) + every * self._published[key]) <= self.now:
            article = publish(when, self._published[key])
            self._published[key] += 1
            if article and article.outcome == Outcome.ARTICLE:
                self.archive.save(article)
            counts["new" if article and article.outcome == Outcome.ARTICLE else "not_article"] += 1
        return {**counts, "pages": sum(counts.values())}


def write_profile(home: Path, key: str, more: str = "") -> None:
    (home / "sites").mkdir(parents=True, exist_ok=True)
    (home / "sites" / f"{key}.toml").write_text(f'name = "{key}"\ndomain = "{key}.example"\n{more}', encoding="utf-8")


def publish_plainly(crew: SimulatedCrew, key: str) -> Publish:
    def publish(when: datetime, number: int) -> Article:
        return Article(
            url=f"https://{key}.example/{number}", site=key, title="عنوان", body="نص " * (300 + number % 50),
            published_at=when.isoformat(), fetched_at=crew.now.isoformat(),
        )  # fmt: skip

    return publish


def publish_pages(crew: SimulatedCrew, key: str, changed_at: datetime) -> Publish:
    """Print real pages, and extract them; from a day on the paper has another template, without dates and bylines."""
    dice = random.Random(3)

    def publish(when: datetime, number: int) -> Article:
        html = press.print_article(dice, author="سعاد البستاني")
        html = re.sub(r'<time datetime="[^"]*">[^<]*', f'<time datetime="{when.isoformat()}">{when:%Y-%m-%d}', html)
        if when >= changed_at:
            html = re.sub(r'<time.*?</time>|<div class="author">.*?</div>', "", html)
        page = Page(f"https://{key}.example/{number}", body=html.encode(), fetched_at=crew.now.isoformat())
        return replace(extract_page(page), site=key)

    return publish


def find_gaps(times: list[datetime]) -> list[float]:
    """Return the hours between one start and the next."""
    return [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(times)]


def test_nine_days_of_a_schedule(home: Path, tell: Callable[[str], None]) -> None:
    crew = SimulatedCrew(home, days=9)
    dies_at, revives_at, changes_at = (START + timedelta(days=days) for days in (1, 5, 7))
    for key, hours in (("busy", 0.5), ("hourly", 1), ("rare", 60), ("dying", 2)):
        write_profile(home, key, 'visit_every = "1h"' if key in ("hourly", "dying") else "")
        crew.publish[key] = (timedelta(hours=hours), publish_plainly(crew, key))
    write_profile(home, "changing")
    crew.publish["changing"] = (timedelta(minutes=40), publish_pages(crew, "changing", changes_at))
    ill: dict[str, dict[str, datetime]] = defaultdict(dict)

    def look(report: CrawlReport) -> None:
        (crew.dead.add if dies_at <= crew.now < revives_at else crew.dead.discard)("dying")
        for site in examine(home, crew.now, report.site):
            for measure in site.ailments:
                ill[site.site].setdefault(measure, crew.now)

    Daemon(home, crew, lambda: crew.now, look, print, look_again=timedelta(hours=1)).run()

    # Who sets the pace is visited when due, give or take the runs that are waited for.
    gaps = find_gaps(crew.starts["hourly"])
    assert 9 * 24 * 0.95 < len(gaps) <= 9 * 24
    assert 0.99 < min(gaps) <= max(gaps) < 1.4
    # 48 articles a day, three a visit.
    gaps = find_gaps(crew.starts["busy"])[3:]
    assert 1.3 < min(gaps) <= max(gaps) < 2.2
    assert 8 <= len(crew.starts["rare"]) <= 10
    # While it is dead it is left alone for growing times, and comes back at once when it lives.
    lost = find_gaps([time for time in crew.starts["dying"] if dies_at <= time < revives_at])
    assert [round(hours) for hours in lost[1:6]] == [1, 2, 4, 8, 12]
    assert max(lost) < 12.4
    back = find_gaps([time for time in crew.starts["dying"] if time >= revives_at + timedelta(hours=13)])
    assert max(back) < 1.4
    # Health is raised on the day.
    assert set(ill) == {"dying", "changing"}
    assert set(ill["dying"]) <= {"runs", "front_doors", "new_articles"}
    assert timedelta(0) < ill["dying"]["runs"] - dies_at < timedelta(hours=6)
    assert set(ill["changing"]) == {"published_at", "authors"}
    assert all(timedelta(0) < moment - changes_at < timedelta(hours=12) for moment in ill["changing"].values())
    noticed = max(ill["changing"].values()) - changes_at
    tell(
        f"nine days, {sum(map(len, crew.starts.values()))} visits to {len(crew.starts)} sites: each when due, none twice; "
        f"a new template noticed after {noticed.total_seconds() / 3600:.1f} h"
    )


def test_profiles_that_come_go_and_break_are_noticed(home: Path) -> None:
    crew, told = SimulatedCrew(home, days=4), list[str]()
    for key in ("first", "second"):
        crew.publish[key] = (timedelta(hours=1), publish_plainly(crew, key))
    write_profile(home, "first")

    def edit(_report: CrawlReport) -> None:
        if crew.now > START + timedelta(days=3):
            write_profile(home, "first", 'visit_every = "never"')
        elif crew.now > START + timedelta(days=2):
            write_profile(home, "second", "colour = 1")
        elif crew.now > START + timedelta(days=1):
            write_profile(home, "second", 'visit_every = "2h"')

    Daemon(home, crew, lambda: crew.now, edit, told.append, look_again=timedelta(minutes=30)).run()
    days = {key: sorted({(time - START).days for time in times}) for key, times in crew.starts.items()}
    assert days == {"first": [0, 1, 2, 3], "second": [1, 2]}
    assert crew.starts["first"][-1] < START + timedelta(days=3, hours=4)
    assert len(told) == 1
    assert "unknown key 'colour'" in told[0]


def test_a_site_that_another_process_crawls_is_left_to_it_and_asked_for_later(home: Path) -> None:
    crew, told, reports = SimulatedCrew(home, days=0.2), list[str](), list[CrawlReport]()
    crew.publish["test"] = (timedelta(hours=1), publish_plainly(crew, "test"))
    write_profile(home, "test")
    crew.locked.add("test")
    Daemon(home, crew, lambda: crew.now, reports.append, told.append).run()
    assert reports == []
    assert told
    assert set(told) == {"test: left to the other process that crawls it (locked)"}
    assert min(find_gaps(crew.starts["test"])) * timedelta(hours=1) > timedelta(minutes=5)


def test_many_sites_and_one_worker_are_all_visited(home: Path) -> None:
    crew = SimulatedCrew(home, days=1, number=1)
    for number in range(30):
        key = f"site-{number}"
        crew.publish[key] = (timedelta(hours=3), publish_plainly(crew, key))
        write_profile(home, key, 'visit_every = "10m"')
    Daemon(home, crew, lambda: crew.now, lambda _: None, print, look_again=timedelta(hours=1)).run()
    visits = [len(times) for times in crew.starts.values()]
    assert len(visits) == 30
    assert max(visits) - min(visits) <= 2, "the one that waited longest comes first"
    assert min(min(find_gaps(times)) for times in crew.starts.values()) * timedelta(hours=1) >= SHORTEST
