"""Who is ill: measures of invented pasts, an archive of real rows, and the calls that tell somebody else."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newscrawl.alerts import send_alert, send_heartbeat
from newscrawl.archive import Archive
from newscrawl.archive.history import FIELDS, Sample
from newscrawl.health import BATCH, examine, judge_arrivals, judge_articles, judge_outcomes, judge_visit
from newscrawl.items import Article, Crawl, Site
from newscrawl.schedule import plan_visit
from tests.conftest import Run
from tests.site import FaultySite

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
USUAL = {"subtitle": 0.6, "authors": 0.4, "caption": 0.8, "image_url": 0.95}


def at(hours: float) -> str:
    """Return the time that many hours before NOW."""
    return (NOW - timedelta(hours=hours)).isoformat()


def make_samples(
    number: int, seed: int = 1, *, newest: Mapping[str, object] | None = None, since: int = 15
) -> list[Sample]:
    """Return articles of a paper, the newest first; `newest` overrides what is measured of the last `since`."""
    dice = random.Random(seed)
    samples = []
    for place in range(number):
        filled = {name for name in FIELDS if dice.random() < USUAL.get(name, 1.0)}
        told: dict[str, object] = {
            "first_seen_at": at(place),
            "sort_at": at(place + dice.random() * 3),
            "published_at": f"2026-02-{place}",
            "body_length": dice.randint(800, 4000),
            "removed": dice.randint(1, 4),
            "filled": frozenset(filled),
        }
        if newest and place < since:
            told |= {name: value for name, value in newest.items() if name != "without"}
            told["filled"] = frozenset(filled - {newest.get("without")})
        samples.append(Sample(**told))  # type: ignore[arg-type]
    return samples


def test_no_chance_makes_a_well_site_ill() -> None:
    ill = [judge_articles(make_samples(300, seed))[0] for seed in range(300)]
    assert sum(map(bool, ill)) <= 3


BROKEN = {
    "no subtitle any more": ({"without": "subtitle"}, "subtitle", "filled in"),
    "no picture any more": ({"without": "image_url"}, "image_url", "filled in"),
    "no date any more": ({"without": "published_at"}, "published_at", "filled in"),
    "a teaser in place of the text": ({"body_length": 150}, "body_length", "150 characters"),
    "the comments in the text": ({"body_length": 9000}, "body_length", "9000 characters"),
    "furniture everywhere": ({"removed": 20}, "removed", "pieces of furniture"),
    "the time of the visit for a date": ({"published_at": "2026-03-01T12:00"}, "equal_dates", "have the same date"),
    "a wrong time zone": ({"sort_at": at(-7)}, "dates", "dated in the future"),
    "dates of another article": ({"sort_at": at(24 * 300)}, "old_dates", "days old when it is found"),
}


@pytest.mark.parametrize(("newest", "measure", "told"), BROKEN.values(), ids=BROKEN)
def test_a_change_of_the_template_is_seen_in_the_last_articles(
    newest: Mapping[str, object], measure: str, told: str
) -> None:
    since = BATCH if measure == "old_dates" else 15
    ailments, unjudged = judge_articles(make_samples(300, newest=newest, since=since))
    assert told in ailments[measure]
    assert unjudged == []


def test_a_field_that_a_site_never_fills_is_not_missed() -> None:
    samples = [Sample(at(place), at(place), None, 900, 0, frozenset({"body", "image_url"})) for place in range(200)]
    assert judge_articles(samples) == ({}, [])


def test_a_young_site_is_not_judged_and_that_is_said() -> None:
    ailments, (told,) = judge_articles(make_samples(100, newest={"without": "subtitle"}))
    assert ailments == {}
    assert told == "articles: 100 so far, 120 are needed to judge their fields"


def make_runs(days: int, today: Mapping[str, int], usual: Mapping[str, int], every_hours: int = 4) -> list[Crawl]:
    """Return runs of that many days, the newest first."""
    runs = []
    for hours in range(1, 24 * days, every_hours):
        counts = today if hours < 24 else usual
        runs.append(Crawl(1, "test", at(hours), at(hours - 0.1), "finished", counts))
    return runs


PAGES = {"new": 8, "not_article": 1, "failed: http 404": 1}
OUTCOMES = {
    "as ever": (PAGES, 10, None, ""),
    "articles are none any more": ({"new": 1, "not_article": 9}, 10, "not_article", "90% of the pages of the last day"),
    "a challenge": ({"failed: challenge: cloudflare": 10}, 10, "challenge", "usually 0%"),
    "consent walls from the first day on": ({"failed: consent": 10}, 1, "consent", "100% of the pages"),
    "errors": ({"new": 2, "failed: http 500": 8}, 10, "http 500", "80% of the pages of the last day, usually 0%"),
    "some errors": ({"new": 9, "failed: http 500": 1}, 10, None, ""),
    "a young site whose front page lists sections": ({"new": 5, "not_article": 5}, 2, None, ""),
}


@pytest.mark.parametrize(("today", "days", "measure", "told"), OUTCOMES.values(), ids=OUTCOMES)
def test_outcomes(today: Mapping[str, int], days: int, measure: str | None, told: str) -> None:
    ailments, _ = judge_outcomes(make_runs(days, today, PAGES), NOW)
    assert list(ailments) == ([measure] if measure else [])
    assert told in ailments.get(str(measure), "")


def make_arrivals(*numbers: int) -> list[tuple[str, str]]:
    """Return that many articles of the last 24 hours, of the 24 before, and so on."""
    return [
        (at(24 * day + 23 * place / number), at(24 * day + 23 * place / number + 1))
        for day, number in enumerate(numbers)
        for place in range(number)
    ]


FLOWS = {
    "as ever": ((38, *[40] * 13, 900), False),
    "nothing": ((0, *[40] * 13, 900), True),
    "next to nothing": ((9, *[40] * 13, 900), True),
    "a flood": ((400, *[40] * 13, 900), True),
    "the weekly day of rest": ((12, *[40] * 6, 11, *[40] * 6, 14, 300), False),
    "a paper of two articles a day": ((0, *[2] * 13, 30), False),
}


@pytest.mark.parametrize(("numbers", "is_ill"), FLOWS.values(), ids=FLOWS)
def test_number_of_new_articles(numbers: tuple[int, ...], is_ill: bool) -> None:
    ailments, unjudged = judge_arrivals(make_arrivals(*numbers), make_runs(15, PAGES, PAGES), NOW)
    assert list(ailments) == (["new_articles"] if is_ill else [])
    assert unjudged == []


def test_articles_of_other_years_are_no_flood() -> None:
    old = [(at(5), at(24 * 900))] * 2000
    assert judge_arrivals(make_arrivals(*[40] * 15) + old, make_runs(15, PAGES, PAGES), NOW) == ({}, [])


def test_where_nothing_ran_the_number_of_articles_says_nothing() -> None:
    runs = [run for run in make_runs(15, PAGES, PAGES) if run.started_at < at(24)]
    assert judge_arrivals(make_arrivals(0, *[40] * 14), runs, NOW) == ({}, [])


HOURLY = Site("test", "", "news.example", visit_every="1h")
DEAD = {"failed: front door dns": 1}
VISITS = {
    "a good run an hour ago": ([Crawl(1, "test", at(1.1), at(1), "finished", PAGES)], {}),
    "never": ([], {"runs": "never crawled"}),
    "nothing ran since yesterday": (
        [Crawl(1, "test", at(25), at(24), "finished", PAGES)],
        {"runs": "no good run since 2026-02-28 12:00 UTC, nothing ran after it"},
    ),
    "a dead site": (
        [Crawl(1, "test", at(hours), at(hours), "finished", DEAD) for hours in (1, 2, 3)],
        {"runs": "no good run at all, the last one: front door dns"},
    ),
    "runs that hang": (
        [Crawl(1, "test", at(1), None, "hung"), Crawl(1, "test", at(3), at(2.5), "finished", PAGES)],
        {"runs": "no good run since 2026-03-01 09:30 UTC, the last one: hung"},
    ),
    "a feed that stays shut": (
        [Crawl(1, "test", at(h), at(h), "finished", {**PAGES, "failed: front door http 404": 1}) for h in (1, 2, 3)],
        {"front_doors": "front door http 404 in each of the last 3 runs"},
    ),
}


@pytest.mark.parametrize(("runs", "ailments"), VISITS.values(), ids=VISITS)
def test_runs(runs: list[Crawl], ailments: dict[str, str]) -> None:
    assert judge_visit(plan_visit(HOURLY, runs, (0, None), NOW), runs, NOW) == ailments


BACK_FILL = [Crawl(1, "test", at(60), None), Crawl(1, "test", at(62), at(61), "finished", PAGES)]


@pytest.mark.parametrize(("read_hours_ago", "is_ill"), [(0.2, False), (30, True), (None, True)])
def test_a_back_fill_of_days_is_well_while_it_reads_the_front_doors(read_hours_ago: float | None, is_ill: bool) -> None:
    visit = plan_visit(HOURLY, BACK_FILL, (0, None), NOW, is_running=True)
    read_at = at(read_hours_ago) if read_hours_ago is not None else None
    assert list(judge_visit(visit, BACK_FILL, NOW, read_at)) == (["runs"] if is_ill else [])


# --- somebody is told


class Listener:
    """A web address that remembers what was sent to it; `status` is what it answers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.status = 200

        class Handler(BaseHTTPRequestHandler):
            def answer(inner) -> None:  # noqa: N805
                body = inner.rfile.read(int(inner.headers.get("Content-Length", 0))).decode()
                self.calls.append((inner.command, inner.path, body))
                inner.send_response(self.status)
                inner.send_header("Content-Length", "0")
                inner.end_headers()

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    thread = threading.Thread(target=listening.server.serve_forever, args=(0.02,))
    thread.start()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()
    thread.join()


def test_an_alert_is_a_json_object_with_a_line_to_print(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWL_ALERT_URL", f"{listener.url}/hook")
    assert send_alert("test", {"subtitle": "filled in 0%"}, ["runs"], at(0)) == []
    ((method, path, body),) = listener.calls
    assert (method, path) == ("POST", "/hook")
    assert json.loads(body) == {
        "text": "newscrawl: test: subtitle: filled in 0%; runs: well again",
        "site": "test",
        "ill": {"subtitle": "filled in 0%"},
        "over": ["runs"],
        "at": at(0),
    }


def test_a_command_gets_the_alert_on_its_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "tell"
    script.write_text(f'#!/bin/sh\ncat > {tmp_path}/got\necho "$NEWSCRAWL_MESSAGE" > {tmp_path}/line\n')
    script.chmod(0o755)
    monkeypatch.setenv("NEWSCRAWL_ALERT_COMMAND", f"{script} now")
    assert send_alert("test", {"disk": "full"}, [], at(0)) == []
    assert json.loads((tmp_path / "got").read_text())["ill"] == {"disk": "full"}
    assert (tmp_path / "line").read_text() == "newscrawl: test: disk: full\n"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("NEWSCRAWL_HEARTBEAT_URL", "http://127.0.0.1:9/", "not delivered: <urlopen error"),
        ("NEWSCRAWL_HEARTBEAT_URL", "file:///etc/passwd", "no http or https address"),
        ("NEWSCRAWL_HEARTBEAT_COMMAND", "/nowhere/at-all", "No such file"),
        ("NEWSCRAWL_HEARTBEAT_COMMAND", "sh -c 'echo no paper >&2; exit 3'", "exit status 3 (no paper)"),
        ("NEWSCRAWL_HEARTBEAT_COMMAND", "unbalanced '", "No closing quotation"),
    ],
)
def test_a_call_that_fails_is_reported(name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    (problem,) = send_heartbeat("test", at(0))
    assert str(problem).startswith(f"{name}: not delivered: ")
    assert told in str(problem)


# --- the command


def fill_archive(home: Path, *, broken: int) -> None:
    """Archive 200 articles, an hour apart up to the present; the last `broken` have lost their subtitle."""
    now = datetime.now(UTC)
    with Archive(home / "archive.db") as archive:
        archive.save_site(Site("test", "test", "127.0.0.1:9"), None)
        crawl = archive.start_crawl("test", now.isoformat())
        archive.finish_crawl(crawl.id, now.isoformat(), "finished", PAGES)
        for number in range(200):
            when = (now - timedelta(hours=number)).isoformat()
            subtitle = None if number < broken else "عنوان فرعي"
            archive.save(
                Article(
                    url=f"http://127.0.0.1:9/{number}", site="test", title="عنوان", subtitle=subtitle, body="نص " * 200,
                    published_at=when, fetched_at=when,
                )
            )  # fmt: skip


def test_health_names_the_ill_and_exits_with_1(run: Run, home: Path) -> None:
    fill_archive(home, broken=15)
    done = run("health")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        "ill   test",
        "        subtitle: filled in 25% of the last 20 articles, usually in 100%",
    ]
    told = json.loads(run("health", "--json").stdout)
    assert told["ill"] is True
    assert list(told["sites"][0]["ill"]) == ["subtitle"]


def test_health_of_the_well_exits_with_0(run: Run, home: Path) -> None:
    fill_archive(home, broken=0)
    done = run("health")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "well  test")


def test_health_says_when_a_profile_is_broken_or_a_site_was_never_crawled(run: Run, home: Path) -> None:
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "broken.toml").write_text("colour = 1\n", encoding="utf-8")
    (home / "sites" / "new.toml").write_text('name = "n"\ndomain = "new.example"\n', encoding="utf-8")
    done = run("health")
    assert done.returncode == 1
    assert "ill   this machine\n        profiles: " in done.stdout
    assert "ill   new\n        runs: never crawled\n" in done.stdout


def test_an_alarm_is_told_when_it_is_raised_and_when_it_is_over(run: Run, home: Path, listener: Listener) -> None:
    environment = {"NEWSCRAWL_ALERT_URL": listener.url}
    fill_archive(home, broken=15)
    for _ in range(3):
        assert run("health", "--notify", env=environment).returncode == 1
    with Archive(home / "archive.db", read_only=True) as archive:
        assert [row["measure"] for row in archive.db.query("SELECT * FROM alarms")] == ["subtitle"]
    fill_archive(home, broken=0)
    assert run("health", "--notify", env=environment).returncode == 0
    told = [json.loads(body) for _, _, body in listener.calls]
    assert [(list(call["ill"]), call["over"]) for call in told] == [(["subtitle"], []), ([], ["subtitle"])]


def test_a_crawl_says_who_is_ill_and_sends_its_heartbeat(run: Run, home: Path, listener: Listener) -> None:
    environment = {"NEWSCRAWL_ALERT_URL": listener.url + "/alert", "NEWSCRAWL_HEARTBEAT_URL": listener.url + "/beat"}
    fill_archive(home, broken=15)
    listener.status = 500
    with FaultySite(2) as site:
        site.write_profile(home)
        done = run("crawl", "test", env=environment)
    assert "test: ill: subtitle: filled in" in done.stderr
    assert "newscrawl: NEWSCRAWL_ALERT_URL: not delivered: HTTP Error 500" in done.stderr
    assert "newscrawl: NEWSCRAWL_HEARTBEAT_URL: not delivered: HTTP Error 500" in done.stderr
    assert [(method, path) for method, path, _ in listener.calls] == [("POST", "/alert"), ("GET", "/beat")]
    assert done.returncode == 0, "the crawl itself went well"


def test_a_dead_site_sends_no_heartbeat(run: Run, home: Path, listener: Listener) -> None:
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "dead.toml").write_text('name = "d"\ndomain = "127.0.0.1:9"\n', encoding="utf-8")
    done = run("crawl", "--due", env={"NEWSCRAWL_HEARTBEAT_URL": listener.url})
    assert done.returncode == 1
    assert "dead: ill: runs: no good run at all, the last one: front door refused" in done.stderr
    assert listener.calls == []


def test_examine_leaves_out_what_is_not_scheduled(home: Path) -> None:
    with Archive(home / "archive.db") as archive:
        archive.start_crawl("single.example", at(1), "pages")
    assert [site.site for site in examine(home, NOW)] == [""]


def test_due_tells_of_sites_that_are_not_due_as_well(run: Run, home: Path, listener: Listener) -> None:
    fill_archive(home, broken=15)
    done = run("crawl", "--due", env={"NEWSCRAWL_ALERT_URL": listener.url})
    assert "nothing is due" in done.stderr
    assert [list(json.loads(body)["ill"]) for _, _, body in listener.calls] == [["subtitle"]]
