"""The frontier in the archive: what is claimed in which order, what calls a page, when an article is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.archive import Archive
from newscrawl.archive.doors import DoorRow
from newscrawl.archive.frontier import Scope
from newscrawl.items import Article, Link, Page, Saved

AT = "2024-02-01T00:00:00+00:00"
WEEK_AGO = "2024-01-25T00:00:00+00:00"
SITE = Scope("x", AT)


def later(days: float) -> str:
    return (datetime.fromisoformat(AT) + timedelta(days=days)).isoformat(timespec="seconds")


def url(name: object) -> str:
    return f"https://x.com/news/{name}"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


def add(archive: Archive, *links: Link, at: str = AT) -> None:
    archive.add_links("x", links, at, fresh_from=WEEK_AGO)


def save(archive: Archive, name: object, at: str, title: str = "خبر", published_at: str | None = AT) -> Saved:
    """Visit a page, which is an article."""
    page = Page(url(name), body=title.encode(), fetched_at=at, warc_file="warc/x.warc.gz", warc_offset=0)
    archive.mark_fetched("x", page, "feed")
    return archive.save(Article(url=url(name), title=title, published_at=published_at, fetched_at=at, site="x"), page)


def claim(archive: Archive, scope: Scope, limit: int = 99) -> list[str]:
    return [row.url.rpartition("/")[2] for row in archive.frontier.claim(scope, limit)]


def get(archive: Archive, name: object) -> sqlite3.Row:
    row: sqlite3.Row = archive.db.conn.execute("SELECT * FROM pages WHERE url = ?", (url(name),)).fetchone()
    return row


def find_gone(archive: Archive, name: object) -> str | None:
    row = archive.db.conn.execute("SELECT gone_at FROM articles WHERE url = ?", (url(name),)).fetchone()
    return None if row is None else row["gone_at"]


# Claims


def test_new_pages_go_before_due_ones_and_both_before_the_backlog(archive: Archive) -> None:
    save(archive, "due", later(-3), published_at=later(-3))
    add(
        archive,
        Link(url("undated"), "section"),
        Link(url("older"), "sitemap", modified_at="2024-01-30"),
        Link(url("newer"), "sitemap", modified_at="2024-01-31T10:00+02:00"),
        Link(url("old"), "sitemap", modified_at="2020-05-01"),
        Link(url("ancient"), "sitemap", modified_at="1999-05-01"),
    )
    assert archive.frontier.count(SITE) == 4
    assert archive.frontier.count_waiting("x") == 2
    with_backlog = replace(SITE, since="2010-01-01", has_backlog=True)
    assert archive.frontier.urls(with_backlog) == [url(n) for n in ("newer", "older", "undated", "due", "old")]
    assert claim(archive, SITE, 3) == ["newer", "older", "undated"]
    assert claim(archive, with_backlog) == ["due", "old"]
    assert claim(archive, with_backlog) == []
    assert {get(archive, name)["state"] for name in ("newer", "due", "old")} == {"claimed"}


def test_since_passes_over_what_is_dated_earlier(archive: Archive) -> None:
    add(archive, Link(url(1), "feed", modified_at="2024-01-30"), Link(url(2), "feed", modified_at="2024-01-31"))
    add(archive, Link(url(3), "feed"))
    assert claim(archive, replace(SITE, since="2024-01-31")) == ["2", "3"]


def test_of_a_front_door_without_dates_the_first_thousand_come_first(archive: Archive) -> None:
    links = [Link(url(number), "sitemap") for number in range(1_200)]
    archive.add_links("x", links[:700], AT)
    archive.add_links("x", links[700:], AT, position=700)
    assert archive.frontier.count(SITE) == 1_000
    assert archive.frontier.count(replace(SITE, since="2000-01-01", has_backlog=True)) == 1_200


def test_what_waits_is_fresh_when_a_front_door_dates_it_anew(archive: Archive) -> None:
    add(archive, Link(url(1), "sitemap", modified_at="2020-01-01"))
    assert claim(archive, SITE) == []
    add(archive, Link(url(1), "sitemap", modified_at="2024-01-31"))
    assert claim(archive, SITE) == ["1"]


def test_of_a_site_that_fell_silent_the_last_week_it_wrote_comes_first(archive: Archive) -> None:
    days = {"last": "2020-05-10", "same week": "2020-05-03", "before": "2020-05-02"}
    add(archive, Link(url("undated"), "section"), *(Link(url(n), "sitemap", modified_at=at) for n, at in days.items()))
    archive.frontier.wake_newest("x", 7)
    assert claim(archive, SITE) == ["last", "same%20week", "undated"]
    add(archive, Link(url("news"), "feed", modified_at=AT))
    archive.frontier.wake_newest("x", 7)
    assert claim(archive, SITE) == ["news"]


def test_what_a_killed_first_crawl_has_fetched_still_shows_that_the_site_writes(archive: Archive) -> None:
    links = (Link(url(name), "sitemap", modified_at=at) for name, at in (("fresh", AT), ("old", "2020-05-10")))
    add(archive, *links)
    save(archive, "fresh", AT)
    archive.frontier.wake_newest("x", 7)
    assert claim(archive, SITE) == []


def test_claims_of_a_dead_crawl_are_released_as_what_they_were(archive: Archive) -> None:
    add(archive, Link(url("new"), "feed"))
    save(archive, "done", later(-3), published_at=later(-3))
    archive.mark_failed(url("failed"), "x", "timeout", None, later(-3))
    archive.mark_failed(url("gone"), "x", "http 404", 404, later(-3))
    archive.mark_refused(url("refused"), "x", "robots.txt", later(-30))
    names = ("new", "done", "failed", "gone", "refused")
    assert set(claim(archive, SITE)) == set(names)
    archive.add_links("y", [Link("https://y.com/1", "feed")], AT)
    archive.frontier.claim(Scope("y", AT), 1)
    archive.frontier.release("x")
    assert [get(archive, name)["state"] for name in names] == list(names)
    assert set(claim(archive, SITE)) == set(names)
    assert len(archive.pages_in_state("y", "claimed")) == 1, "another site is another crawl's"


def test_what_was_asked_for_goes_first_once_and_alone_in_its_own_crawl(archive: Archive) -> None:
    save(archive, "known", later(-300), published_at=later(-300))
    add(archive, Link(url("new"), "feed"))
    archive.frontier.ask("x", [url("known"), url("unknown")], AT)
    asked = replace(SITE, is_asked=True)
    assert archive.frontier.urls(SITE) == [url("unknown"), url("new"), url("known")]
    assert claim(archive, asked) == ["unknown", "known"]
    save(archive, "known", AT, published_at=later(-300))
    archive.mark_failed(url("unknown"), "x", "timeout", None, AT)
    archive.frontier.release("x")
    assert claim(archive, asked) == []


def test_what_an_interrupted_crawl_has_fetched_is_not_asked_for_again(archive: Archive) -> None:
    save(archive, "before", later(-2))
    save(archive, "since", AT)
    archive.frontier.ask("x", [url("before"), url("since")], AT, not_since=AT)
    assert claim(archive, replace(SITE, is_asked=True)) == ["before"]


def test_failed_pages_are_asked_for_whenever_they_were_due(archive: Archive) -> None:
    for _ in range(9):
        archive.mark_failed(url("given-up"), "x", "timeout", None, AT)
    add(archive, Link(url("new"), "feed"))
    assert get(archive, "given-up")["next_visit_at"] is None
    archive.frontier.ask_failed("x", AT)
    assert claim(archive, replace(SITE, is_asked=True)) == ["given-up"]


def test_a_page_is_claimed_by_its_address_once(archive: Archive) -> None:
    add(archive, Link(url(1), "feed"))
    assert archive.frontier.claim_url(url(1)) is True
    assert archive.frontier.claim_url(url(1)) is False
    assert archive.frontier.claim_url(url("nobody-knows")) is True


def test_known_pages_that_are_not_due_cost_a_claim_nothing(archive: Archive) -> None:
    """Each step of a claim is a search in an index that ends with what sets its pages apart."""
    scope = replace(SITE, since="2010-01-01", has_backlog=True)
    plans = [
        " ".join(row["detail"] for row in archive.db.conn.execute(f"EXPLAIN QUERY PLAN {query}", scope.parameters))
        for query in (f"SELECT url FROM pages WHERE site = :site AND {step} LIMIT 1" for step in scope.steps)
    ]
    parts = (
        "(site=? AND state=? AND priority>?)",
        "(site=? AND state=? AND next_visit_at<?)",
        "state=? AND priority<?",
    )
    assert [part in plan for part, plan in zip(parts, plans, strict=True)] == [True] * 3, plans


# Announcements


def test_a_page_whose_front_door_tells_a_newer_time_is_due_at_once(archive: Archive) -> None:
    add(archive, Link(url(1), "sitemap", modified_at=AT))
    save(archive, 1, later(0.01))
    add(archive, Link(url(1), "sitemap", modified_at=AT), at=later(0.02))
    assert get(archive, 1)["called_by"] is None
    add(archive, Link(url(1), "sitemap", modified_at=later(0.02)), at=later(0.03))
    assert (get(archive, 1)["called_by"], get(archive, 1)["next_visit_at"]) == ("modified_at", later(0.03))
    save(archive, 1, later(0.031))
    assert get(archive, 1)["called_by"] is None
    assert get(archive, 1)["next_visit_at"] > later(0.031)


def test_a_page_whose_headline_changed_at_the_same_front_door_is_due(archive: Archive) -> None:
    add(archive, Link(url(1), "feed", "https://x.com/rss", title="أول"), Link(url(1), "section", title="ثان"))
    save(archive, 1, AT)
    add(archive, Link(url(1), "feed", "https://x.com/rss", title="أول"), Link(url(1), "section", title="ثان"))
    assert get(archive, 1)["called_by"] is None
    add(archive, Link(url(1), "section", title="ثالث"))
    assert get(archive, 1)["called_by"] == "title"


def announce(archive: Archive, day: int, *, title: str) -> None:
    """Let the sitemap call every article, and visit those that are due."""
    links = [Link(url(number), "sitemap", modified_at=later(day)) for number in range(10)]
    add(archive, *links, at=later(day + 0.1))
    for name in claim(archive, Scope("x", later(day + 0.1))):
        save(archive, name, later(day + 0.1), title=title, published_at="2020-01-01T00:00:00Z")


def test_a_site_whose_lastmod_changes_in_vain_loses_the_right_to_call(archive: Archive) -> None:
    for number in range(10):
        save(archive, number, AT, published_at="2020-01-01T00:00:00Z")
    for day in (1, 2):
        announce(archive, day, title="خبر")
        assert get(archive, 1)["visited_at"] == later(day + 0.1)
    announce(archive, 3, title="خبر")
    assert get(archive, 1)["visited_at"] == later(2.1)
    (row,) = archive.db.query("SELECT * FROM calls")
    assert row == {"site": "x", "sign": "modified_at", "visits": 20, "changes": 0}


def test_a_site_whose_lastmod_tells_the_truth_keeps_the_right_to_call(archive: Archive) -> None:
    for number in range(10):
        save(archive, number, AT, published_at="2020-01-01T00:00:00Z")
    for day in range(1, 9):
        announce(archive, day, title=f"خبر {day}")
        assert get(archive, 1)["visited_at"] == later(day + 0.1)


# Gone


def visit_gone(archive: Archive, name: object, at: str, how: str = "404") -> None:
    if how == "soft":
        archive.mark_fetched("x", Page(url(name), body=b"sorry", fetched_at=at), "feed")
        archive.mark_done(url(name), "gone", "not found page")
    elif how == "home":
        archive.mark_gone(url(name), "x", "redirect to the home page", at)
    else:
        archive.mark_failed(url(name), "x", f"http {how}", int(how), at)


@pytest.mark.parametrize("how", ["404", "410", "soft", "home"])
def test_an_article_is_gone_after_two_visits_a_day_apart(archive: Archive, how: str) -> None:
    save(archive, 1, AT)
    visit_gone(archive, 1, later(1), how)
    assert archive.frontier.settle_gone("x", later(1)) == 0
    assert get(archive, 1)["next_visit_at"] == later(2)
    visit_gone(archive, 1, later(1.9), how)
    assert archive.frontier.settle_gone("x", later(1.9)) == 0
    visit_gone(archive, 1, later(2), how)
    assert archive.frontier.settle_gone("x", later(2)) == 1
    assert find_gone(archive, 1) == later(1)
    assert archive.get(url(1)) is not None
    assert get(archive, 1)["gone_noticed_at"] == later(1)
    assert get(archive, 1)["warc_file"] is not None or how == "soft"


@pytest.mark.parametrize("title", ["خبر", "خبر آخر"])
def test_an_article_that_is_served_again_returns(archive: Archive, title: str) -> None:
    save(archive, 1, AT)
    for day in (1, 2):
        visit_gone(archive, 1, later(day))
    archive.frontier.settle_gone("x", later(2))
    save(archive, 1, later(8), title=title)
    assert find_gone(archive, 1) is None
    assert get(archive, 1)["gone_noticed_at"] is None
    visit_gone(archive, 1, later(9))
    assert archive.frontier.settle_gone("x", later(9)) == 0, "it is noticed anew"


def test_a_failure_between_two_visits_does_not_hide_that_the_page_is_gone(archive: Archive) -> None:
    save(archive, 1, AT)
    visit_gone(archive, 1, later(1))
    archive.mark_failed(url(1), "x", "timeout", None, later(2))
    visit_gone(archive, 1, later(3))
    assert archive.frontier.settle_gone("x", later(3)) == 1


def test_no_article_is_gone_while_much_of_the_site_fails(archive: Archive) -> None:
    for number in range(12):
        save(archive, number, AT)
    for number in range(6):
        visit_gone(archive, number, later(1))
    for number in range(6, 12):
        save(archive, number, later(1))
    assert archive.frontier.settle_gone("x", later(1)) == 0
    assert get(archive, 1)["gone_noticed_at"] is None
    for number in range(6):
        visit_gone(archive, number, later(3))
    assert archive.frontier.settle_gone("x", later(3)) == 0
    assert find_gone(archive, 1) is None


def test_an_article_with_another_page_that_is_there_is_not_gone(archive: Archive) -> None:
    save(archive, 1, AT)
    copy = Page(url("1/amp"), body=b"1", fetched_at=AT)
    archive.mark_fetched("x", copy, "feed")
    archive.save(Article(url=url(1), title="خبر", fetched_at=AT), copy)
    for day in (1, 2):
        visit_gone(archive, "1/amp", later(day))
    assert archive.frontier.settle_gone("x", later(2)) == 0


# Front doors, crawls


def test_a_front_door_is_remembered_as_it_was_read_last(archive: Archive) -> None:
    door = DoorRow("https://x.com/rss", "x", "feed", 20, '"1"', None, AT, "warc/x.warc.gz", 7)
    archive.frontier.save_door(door)
    archive.frontier.save_door(replace(door, links=21))
    assert archive.frontier.find_door("https://x.com/rss#top") == replace(door, links=21)
    assert archive.frontier.find_door("https://x.com/feed") is None
    assert {field.name for field in fields(DoorRow)} == set(archive.db["front_doors"].columns_dict)


def test_the_last_start_is_that_of_a_crawl_that_opened_a_front_door(archive: Archive) -> None:
    assert archive.frontier.find_last_start("x") is None
    for day, counts in ((1, {"doors": 2}), (2, {"failed: front door dns": 1})):
        archive.finish_crawl(archive.start_crawl("x", later(day)).id, later(day), "finished", counts)
    archive.start_crawl("x", later(3))
    assert archive.frontier.find_last_start("x") == later(1)
