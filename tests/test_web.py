"""A web of ten newspapers, crawled day after day: what is stored is what is true, and no newspaper is asked too much.

NEWSCRAWL_SOAK is how often a crawl is killed; `make soak` sets it high.
"""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from newscrawl import Archive
from tests.conftest import find_losses, find_rejected
from tests.web import NOW, Asked, Story, Web, WebSite
from tests.web.crawling import start_crawl

pytestmark = pytest.mark.long

KILLS = int(os.environ.get("NEWSCRAWL_SOAK") or 10)
KILLS_A_DAY = 10 if "NEWSCRAWL_SOAK" in os.environ else 2

IN_TEN_MINUTES, IN_EIGHT_DAYS, IN_NINE_DAYS = (
    NOW + timedelta(minutes=10),
    NOW + timedelta(days=8),
    NOW + timedelta(days=9, hours=2),
)


def start_crawl_at(moment: datetime, home: Path, web: Web) -> subprocess.Popen[str]:
    """Crawl the whole web as if it were that moment."""
    return start_crawl(home, web.sites, NEWSCRAWL_CLOCK=moment.isoformat(), NEWSCRAWL_FRUITLESS_PAGES=8)


def end_by_force(crawl: subprocess.Popen[str], web: Web, seconds: float, *, has_asked: bool = True) -> bool:
    """Kill a crawl so many seconds after its first request, or its start; return False where it ended before."""
    before = len(web.log)
    while has_asked and crawl.poll() is None and len(web.log) == before:
        time.sleep(0.01)
    try:
        crawl.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        crawl.kill()
        crawl.communicate()
        return True
    return False


def describe(stories: dict[str, Story]) -> dict[str, tuple[str, str]]:
    return {url: (story.title, story.body) for url, story in stories.items()}


@dataclass
class Day:
    """One crawl of the web: its log, what was true then, and a copy of the archive afterwards."""

    log: list[Asked]
    truth: dict[str, tuple[str, str]]
    archive: Path
    told: str
    status: int

    def read_stored(self) -> list[tuple[str, tuple[str, str]]]:
        with Archive(self.archive, read_only=True) as archive:
            return [(str(article.url), (str(article.title), article.body)) for article in archive.articles()]

    def select(self, query: str) -> list[tuple[object, ...]]:
        with Archive(self.archive, read_only=True) as archive:
            return [tuple(row) for row in archive.db.conn.execute(query)]

    def list_asked(self, site: WebSite) -> list[Asked]:
        return [line for line in self.log if line.site == site.name]


@dataclass
class Week:
    """Four crawls of a web that changes between them; `edited`, `gone` and `moved` are the addresses of the changes.

    `kills` is how often each crawl is killed before it is let to its end.
    """

    web: Web
    folder: Path
    days: list[Day]
    announced: set[str]
    edited: set[tuple[str, str, bool]]
    gone: set[str]
    moved: dict[str, str]
    kills: int
    dice: random.Random

    def crawl(self, moment: datetime) -> None:
        """Crawl at that moment, after so many crawls that were killed."""
        self.web.forget_log()
        for _ in range(self.kills):
            end_by_force(start_crawl_at(moment, self.folder / "home", self.web), self.web, self.dice.uniform(0, 2))
            moment += timedelta(seconds=10)
        crawl = start_crawl_at(moment, self.folder / "home", self.web)
        _, told = crawl.communicate(timeout=120)
        copy = self.folder / f"{len(self.days)}.db"
        with sqlite3.connect(self.folder / "home" / "archive.db") as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        self.days.append(Day(self.web.log, describe(self.web.truth()), copy, told, crawl.returncode))

    def publish_and_announce(self) -> None:
        """A new story, a new headline in a feed, new times in a sitemap and in WordPress's list."""
        web = self.web
        late = Story(
            "/أخبار/خبر-عاجل",
            "خبر عاجل من المرفأ القديم",
            NOW,
            [f"{text} عاجل." for text in web.story("shut", 1).paragraphs],
        )
        web["atom"].add(late)
        headline, mapped, posted = web.story("rss", 2), web.story("maps", 3), web.story("posts", 2)
        headline.title = f"{headline.title} مصحح"
        for story in (mapped, posted):
            story.paragraphs.append("وأعلنت البلدية لاحقا تأجيل الافتتاح إلى السنة المقبلة لأسباب فنية.")
            story.modified = NOW + timedelta(minutes=5)
        changed = {"rss": headline, "maps": mapped, "posts": posted}
        self.edited |= {
            (web.url(name, story), "title" if name == "rss" else "body", False) for name, story in changed.items()
        }
        self.announced = {web.url(name, story) for name, story in changed.items()} | {web.url("atom", late)}

    def edit_and_take_down(self) -> None:
        """Edits that nobody announces; stories that go, each in another way, and stories that move."""
        web = self.web
        longer, vowelled = web.story("rss", 1), web.story("rdf", 3)
        longer.paragraphs[1] += " وقال شهود إن الأشغال توقفت."
        vowelled.paragraphs[0] = vowelled.paragraphs[0].replace("ت", "تَ", 1)
        self.edited |= {(web.url("rss", longer), "body", False), (web.url("rdf", vowelled), "body", True)}
        missing, removed, soft, homeward = (
            web.story(*place) for place in (("rss", 4), ("json", 2), ("home", 2), ("lists", 5))
        )
        self.gone = {
            web.url("rss", missing),
            web.url("json", removed),
            web.url("home", soft),
            web.url("lists", homeward),
        }
        web["rss"].drop(missing)
        web["json"].drop(removed)
        web["json"].always[removed.path] = 410
        web["home"].drop(soft)
        web["home"].missing.add(soft.path)
        web["lists"].drop(homeward)
        web["lists"].moved[homeward.path] = "/"
        for name, number, path in (
            ("maps", 2, "/2025/world/{}.html"),
            ("posts", 3, "/archive/{}/"),
            ("rdf", 2, "/story/{}"),
        ):
            story = web.story(name, number)
            before = web.url(name, story)
            web[name].move(story, path.format(story.title.replace(" ", "-")))
            self.moved[before] = web.url(name, story)


def live_through(web: Web, folder: Path, kills: int) -> Week:
    """Crawl the web on its four days, and change it between them."""
    week = Week(web, folder, [], set(), set(), set(), {}, kills, random.Random(11))
    web.write_profiles(folder / "home")
    week.crawl(NOW)
    week.publish_and_announce()
    week.crawl(IN_TEN_MINUTES)
    week.edit_and_take_down()
    week.crawl(IN_EIGHT_DAYS)
    week.crawl(IN_NINE_DAYS)
    return week


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    with Web() as web:
        yield live_through(web, tmp_path_factory.mktemp("week"), kills=0)


@pytest.fixture(scope="module")
def killed_week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    with Web() as web:
        yield live_through(web, tmp_path_factory.mktemp("killed"), kills=KILLS_A_DAY)


@pytest.fixture(params=["week", "killed_week"])
def any_week(request: pytest.FixtureRequest) -> Week:
    """What is recorded in the end must not depend on whether crawls were killed."""
    found: Week = request.getfixturevalue(request.param)
    return found


def test_one_crawl_stores_every_story_once_and_nothing_else(week: Week) -> None:
    day = week.days[0]
    assert Counter(day.read_stored()) == Counter(day.truth.items())
    assert day.select("SELECT count(*) FROM revisions") == [(len(day.truth),)]
    assert "Traceback" not in day.told


def test_what_could_not_be_had_is_told(week: Week) -> None:
    told = re.findall(r"^(\w+): \d+ failed \((.*)\)$", week.days[0].told, re.MULTILINE)
    assert dict(told) == {
        "rdf": "http 500: 1",
        "json": "redirect loop: 1",
        "shut": "front door robots.txt unreachable: 1",
    }
    assert "rss: 2 refused by us: their hosts are on this machine or its network" in week.days[0].told
    assert week.days[0].status == 1


def test_a_second_crawl_asks_for_front_doors_and_what_changed(week: Week) -> None:
    day = week.days[1]
    asked = [(line.site, line.path) for line in day.log if not week.web[line.site].is_door(line.path)]
    assert Counter(asked) == Counter(map(week.web.find_place, week.announced))
    assert Counter(day.read_stored()) == Counter(day.truth.items())
    with_validators = {
        line.path: line.status for line in day.list_asked(week.web["maps"]) if line.path != "/robots.txt"
    }
    assert (with_validators["/index.xml"], with_validators["/"]) == (304, 304)


def test_no_unchanged_story_is_sent_twice_by_a_server_that_can_tell(week: Week) -> None:
    changed = {url for url, *_ in week.edited} | week.announced | set(week.moved.values())
    for name in ("rss", "atom", "maps"):
        unchanged = {week.web.find_place(url) for url in week.days[0].truth if url not in changed}
        answered = [line for day in week.days[1:] for line in day.list_asked(week.web[name])]
        again = [line for line in answered if (line.site, line.path) in unchanged]
        assert again
        assert {line.status for line in again} <= {304, 301, 404}


def test_every_edit_is_recorded_and_nothing_else_is(any_week: Week) -> None:
    recorded = any_week.days[-1].select("SELECT url, changed, minor FROM edits")
    assert Counter((url, *json.loads(str(changed)), bool(minor)) for url, changed, minor in recorded) == Counter(
        any_week.edited
    )


def test_what_was_taken_down_is_gone_after_two_visits_and_kept(any_week: Week) -> None:
    query = "SELECT url FROM articles WHERE gone_at IS NOT NULL"
    assert [len(day.select(query)) for day in any_week.days[:3]] == [0, 0, 0]
    assert {str(url) for (url,) in any_week.days[3].select(query)} == any_week.gone
    assert any_week.gone <= {url for url, _ in any_week.days[3].read_stored()}


def test_what_moved_keeps_its_row(any_week: Week) -> None:
    day = any_week.days[-1]
    titles = Counter(title for _, (title, _) in day.read_stored())
    assert set(titles.values()) == {1}
    assert len(titles) == len(day.truth) + len(any_week.gone)
    with Archive(day.archive, read_only=True) as archive:
        for before, after in any_week.moved.items():
            assert archive.get(before) == archive.get(after) is not None


def test_no_copy_of_a_story_is_asked_for(week: Week) -> None:
    asked = [line.path for day in week.days for line in day.log]
    assert not [path for path in asked if path.endswith(("/amp", "/print")) or "fbclid" in path]


def test_a_story_is_found_by_each_of_its_addresses(week: Week) -> None:
    web = week.web
    spoken = web.story("atom", 1)
    address = web["atom"].url + spoken.path
    others = (
        f"{address}/amp",
        quote(address, ":/").lower(),
        f"{address}?utm_source=x",
        f"{address}/print",
        f"{address}/",
    )
    shortened = web.story("posts", 3)
    with Archive(week.days[0].archive, read_only=True) as archive:
        assert {str(found.title) for other in others if (found := archive.get(other))} == {spoken.title}
        found = archive.get(f"{web['posts'].url}/?p=3")
        assert found is not None
        assert found.title == shortened.title


def test_every_byte_of_the_archive_is_in_order(any_week: Week) -> None:
    assert find_losses(any_week.folder / "home") == []


def test_no_rule_of_robots_txt_is_broken(week: Week) -> None:
    for day in week.days:
        for line in day.log:
            assert not line.path.startswith(week.web[line.site].forbidden or ("\0",)), line
        assert {line.path for line in day.list_asked(week.web["shut"])} == {"/robots.txt"}
        for site in week.web.sites.values():
            assert day.list_asked(site)[0].path == "/robots.txt"


def test_no_site_is_asked_faster_than_agreed_or_twice_at_once(week: Week) -> None:
    for day in week.days:
        for site in week.web.sites.values():
            asked = day.list_asked(site)
            for (number, earlier), (later_number, later) in combinations(enumerate(asked), 2):
                # The request after `earlier` left when that was answered, and each one after it a pause later.
                pauses = later_number - number - 1
                assert later.at >= earlier.answered_at + 0.99 * pauses * site.delay, (earlier, later)


def test_a_site_that_asks_for_time_is_given_it(week: Week) -> None:
    asked = week.days[0].list_asked(week.web["json"])
    ((refused, following),) = [(line, after) for line, after in pairwise(asked) if line.status == 429]
    assert following.path == refused.path
    assert following.at >= refused.answered_at + 1


def test_a_diary_without_end_is_left(week: Week) -> None:
    for day in week.days:
        days = {line.path for line in day.list_asked(week.web["traps"]) if line.path.startswith("/diary/2025")}
        assert len(days) <= 12


def test_a_redirect_leads_nobody_into_a_network_that_was_not_named(week: Week) -> None:
    assert week.web.decoy.log == []
    assert [line.status for line in week.days[0].list_asked(week.web["rss"]) if line.path == "/inside"] == [301]


def test_crawls_that_are_killed_again_and_again_lose_nothing_and_double_nothing(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    dice, kills, webs, begun = random.Random(7), 0, 0, time.monotonic()
    while kills < KILLS:
        home, killed = tmp_path / f"home-{kills}", True
        with Web() as web:
            web.write_profiles(home)
            while killed:
                # Once there were enough, the last one is let go.
                seconds = dice.uniform(0, 2) if kills < KILLS else 120
                killed = end_by_force(start_crawl_at(NOW, home, web), web, seconds, has_asked=dice.random() < 0.8)
                kills += killed
            check_archive(home, web)
            webs += 1
    tell(f"{kills} kills over {webs} webs in {time.monotonic() - begun:.0f} s: nothing lost, nothing doubled")


def check_archive(home: Path, web: Web) -> None:
    """Nothing lost, nothing doubled, every pointer right."""
    with Archive(home / "archive.db", read_only=True) as archive:
        connection = archive.db.conn
        stored = [(str(article.url), (str(article.title), article.body)) for article in archive.articles()]
        assert Counter(stored) == Counter(describe(web.truth()).items())
        assert connection.execute("SELECT count(*) FROM revisions").fetchone()[0] == len(stored)
        pages = connection.execute("SELECT state, warc_file FROM pages").fetchall()
    assert not {"claimed", "fetched"} & {page["state"] for page in pages}
    assert sum(page["warc_file"] is not None for page in pages) >= len(stored)
    assert find_losses(home) == []
    assert find_rejected(home) == []
