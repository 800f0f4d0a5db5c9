"""What health finds is said whole in every language."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from string import Formatter

import pytest

from newscrawl.findings import Finding
from newscrawl.web.words import LANGUAGES

SENTENCES = tomllib.loads(files("newscrawl").joinpath("findings.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", SENTENCES)
def test_every_language_says_the_same_figures(name: str) -> None:
    said = SENTENCES[name]
    assert set(said) == set(LANGUAGES)
    figures = [{(field, form) for _, field, form, _ in Formatter().parse(text) if field} for text in said.values()]
    assert figures[0] == figures[1]


def test_a_finding_is_english_to_programs_and_arabic_to_readers() -> None:
    last = Finding("last_run", reason="HTTP 503")
    found = Finding("no_good_run_since", since=datetime(2026, 3, 1, 12, tzinfo=UTC), last=last)
    assert found == found.say("en") == "no good run since 2026-03-01 12:00 UTC, the last one: HTTP 503"
    assert found.say("ar") == "لا زيارة ناجحة منذ \u20662026-03-01 12:00\u2069 (UTC)، والأخيرة: \u2068HTTP 503\u2069"
