"""The rules of revisits, case by case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from newscrawl.archive.visit_times import fade_calls, find_next_visit, find_sign, is_failing, is_plausible, may_call

START = "2025-01-01T00:00:00+00:00"


def after(hours: float) -> str:
    return (datetime.fromisoformat(START) + timedelta(hours=hours)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("age", "due"),
    [(0, 1), (0.5, 1), (1, 6), (5.9, 6), (6, 24), (24, 7 * 24), (8 * 24, 30 * 24), (30 * 24, None), (9999, None)],
)
@pytest.mark.parametrize("outcome", ["article", "paywalled", "challenge", "empty_shell", None])
def test_an_article_is_visited_1_and_6_hours_and_1_7_and_30_days_after_its_publication(
    age: float, due: float | None, outcome: str | None
) -> None:
    assert find_next_visit(after(age), "done", outcome, 0, START) == (None if due is None else after(due))


@pytest.mark.parametrize(
    ("state", "outcome", "attempts", "age", "due"),
    [
        ("done", "not_article", 0, 0, 7 * 24),
        ("done", "other_language", 0, 7 * 24, 30 * 24),
        ("done", "not_article", 0, 30 * 24, None),
        ("gone", "gone", 1, 0, 24),
        ("done", "gone", 0, 0, 24),
        ("gone", "gone", 2, 24, 7 * 24),
        ("gone", "gone", 4, 30 * 24, None),
        ("failed", None, 1, 100, 101),
        ("failed", "article", 2, 100, 104),
        ("failed", None, 3, 100, 116),
        ("failed", None, 4, 100, 100 + 72),
        ("failed", None, 5, 100, 100 + 240),
        ("failed", None, 6, 100, None),
        ("refused", None, 0, 100, 100 + 7 * 24),
    ],
)
def test_other_pages_are_visited_less_often_and_not_for_ever(
    state: str, outcome: str | None, attempts: int, age: float, due: float | None
) -> None:
    found = find_next_visit(after(age), state, outcome, attempts, START)
    assert found == (None if due is None else after(due))


@pytest.mark.parametrize(("published", "plausible"), [(-9999, True), (0, True), (3, True), (14, True), (15, False)])
def test_a_date_in_the_future_is_no_publication(published: float, plausible: bool) -> None:
    assert is_plausible(after(published), START) is plausible


@pytest.mark.parametrize(
    ("announced", "known", "visited", "title", "known_title", "sign"),
    [
        (9, 5, 7, None, None, "modified_at"),
        (9, None, 7, None, None, "modified_at"),
        # Three hours early, as a site writes them that takes its own time for UTC.
        (6, 3, 7, None, None, "modified_at"),
        (5, 5, 7, None, None, None),
        (4, 5, 7, None, None, None),
        (6, None, 7, None, None, None),
        # Newer than before, and long before the visit: what we have is newer.
        (9, 5, 100, None, None, None),
        (None, 5, 7, "ب", "أ", "title"),
        (None, None, 7, "أ", "أ", None),
        (None, None, 7, "أ", None, None),
        (None, None, 7, None, "أ", None),
        (9, 5, None, "ب", "أ", None),
    ],
)
def test_a_front_door_calls_with_a_newer_time_or_another_title(
    announced: float | None,
    known: float | None,
    visited: float | None,
    title: str | None,
    known_title: str | None,
    sign: str | None,
) -> None:
    times = [None if age is None else after(age) for age in (announced, known, visited)]
    found = find_sign(announced=times[0], known=times[1], visited_at=times[2], title=title, known_title=known_title)
    assert found == sign


@pytest.mark.parametrize(
    ("visits", "changes", "heard"), [(0, 0, True), (19, 0, True), (20, 0, False), (20, 2, True), (39, 3, False)]
)
def test_a_site_whose_calls_are_in_vain_is_no_longer_heard(visits: int, changes: int, heard: bool) -> None:
    assert may_call(visits, changes) is heard


def test_a_site_that_mends_its_ways_is_heard_again() -> None:
    visits = changes = 0
    for is_change in [False] * 500 + [True] * 5:
        visits, changes = fade_calls(visits + 1, changes + is_change)
    assert may_call(visits, changes)


@pytest.mark.parametrize(
    ("visits", "failures", "failing"),
    [(1, 1, False), (4, 4, False), (5, 5, True), (15, 5, False), (14, 5, True), (900, 100, False), (300, 101, True)],
)
def test_a_site_fails_when_more_than_a_third_of_many_known_articles_cannot_be_had(
    visits: int, failures: int, failing: bool
) -> None:
    assert is_failing(visits, failures) is failing
