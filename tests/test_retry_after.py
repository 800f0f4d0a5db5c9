"""What a site that asks for a pause gets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.middlewares import parse_retry_after
from tests.conftest import Run
from tests.site import FaultySite

NOW = datetime(2025, 1, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Wed, 15 Jan 2025 12:02:00 GMT", 120.0),
        ("Wed, 15 Jan 2025 15:02:00 +0300", 120.0),
        ("Wed, 15 Jan 2025 12:02:00", 120.0),
        ("Wed, 15 Jan 2025 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("99999999999999999999", 1e20),
    ],
)
def test_retry_after_is_seconds_or_a_date(told: str, seconds: float | None) -> None:
    assert parse_retry_after(told, NOW) == seconds


def test_nothing_is_sent_while_the_site_asked_for_a_pause(run: Run, home: Path) -> None:
    with FaultySite(0, faults=("/news/1", "/busy/3/2", "/news/3", "/news/4")) as site:
        site.write_profile(home)
        done = run("crawl", "test")
        asked = site.requests.index("/busy/3/2")
        pauses = [
            after - before for before, after in zip(site.arrived[asked:], site.arrived[asked + 1 :], strict=False)
        ]
    assert pauses[0] >= 3
    assert min(pauses[1:]) >= 0.9, "the rest of the crawl is slower"
    assert "4 new" in done.stderr
    assert "test: it asked for a slower pace (Retry-After), and was given it\n" in done.stderr
    assert done.returncode == 0


def test_a_site_that_asks_for_hours_is_left_alone_until_they_are_over(run: Run, home: Path) -> None:
    with FaultySite(0, faults=("/news/1", "/busy/7200/2", "/news/3")) as site:
        site.write_profile(home)
        first = run("crawl", "test")
        assert site.requests[-1] == "/busy/7200/2"
        number = len(site.requests)
        second = run("crawl", "test")
        assert len(site.requests) == number
        third = run("crawl", "test", "--force")
    assert "test: it asked to be left alone until 20" in first.stderr
    assert "stopped; the next crawl goes on" in first.stderr
    assert second.stderr.startswith("newscrawl: test asked to be left alone until 20")
    assert len(second.stderr.splitlines()) == 1
    assert "2 new" in third.stderr
    assert [first.returncode, second.returncode, third.returncode] == [1, 1, 0]
