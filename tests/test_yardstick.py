"""Extraction on pages with answers stays above the floors in benchmarks/floors.toml, in the yardstick's own figures.

The yardstick's pages belong to their publishers and lie beside the repository, not in it: without them the test is
skipped (and a skip is a failure in CI).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import quality
from benchmarks.pages import ROOT, SETS, YARDSTICK, GoldPage, has_yardstick, load_pages
from benchmarks.results import format_quality, format_worst
from benchmarks.speed import measure_speed

# The benchmark measures the largest set in full, the test run every fourth page of it.
TESTED_SETS = [name for name in SETS if name != "gold-wcxb"]


def need_yardstick() -> None:
    if not has_yardstick():
        pytest.skip(f"the yardstick is not at {YARDSTICK}: its pages are no part of the repository")


@pytest.mark.parametrize("name", TESTED_SETS)
def test_quality_stays_above_its_floors(name: str) -> None:
    need_yardstick()
    floors = quality.load_floors()[name]
    measured = quality.measure(name)
    assert quality.find_losses(name, measured.figures, floors) == [], format_worst(measured)


def test_every_set_has_floors_for_every_figure() -> None:
    floors = quality.load_floors()
    assert set(floors) == set(SETS)
    assert {"F1", "exact", "leak", "title", "dek", "date", "authors", "caption", "image", "inl", "blk"} <= set(
        floors["gold-arabic"]
    )
    assert set(floors["gold-negative"]) == {"negative"}


# -- the figures


def make_page(name: str = "one", **answer: object) -> GoldPage:
    body = [{"kind": "paragraph", "text": "قال الوزير إن الاتفاق قريب جداً اليوم"}]
    return GoldPage(
        name, b"", {"title": "عنوان الخبر", "page_type": "article", "language": "ar", "body": body} | answer
    )


def test_right_answers_have_the_best_figures() -> None:
    need_yardstick()
    page = make_page()
    told = {"title": "عنوان الخبر", "body": "قال الوزير إن الاتفاق قريب جداً اليوم"}
    measured = quality.score([page], {"one": told})
    assert measured.figures == {"F1": 1.0, "exact": 1.0, "leak": 0.0, "title": 1.0}
    assert measured.pages == [("one", 1.0)]


def test_worst_page_comes_first() -> None:
    need_yardstick()
    pages = [make_page("good"), make_page("bad")]
    measured = quality.score(
        pages, {"good": {"body": pages[0].answer["body"][0]["text"]}, "bad": {"body": "شيء آخر تماماً"}}
    )
    assert [name for name, _ in measured.pages] == ["bad", "good"]


# -- the floors


def test_figure_below_its_floor_is_a_loss() -> None:
    losses = quality.find_losses("set", {"F1": 0.90, "leak": 0.1}, {"F1": 0.95, "leak": 0.2})
    assert losses == ["set: F1 is 0.900, its floor is 0.950"]


def test_leak_above_its_ceiling_is_a_loss() -> None:
    assert quality.find_losses("set", {"leak": 0.3}, {"leak": 0.2}) == ["set: leak is 0.300, its floor is 0.200"]


def test_figure_that_is_no_longer_measured_is_a_loss() -> None:
    assert quality.find_losses("set", {}, {"date": 0.9}) == ["set: date is not measured, its floor is 0.900"]


def test_floors_rise_with_the_figures() -> None:
    assert quality.raise_floors({"F1": 0.9, "leak": 0.2}, {"F1": 0.95, "leak": 0.1}) == {"F1": 0.94, "leak": 0.11}


def test_floors_are_not_lowered_unless_told() -> None:
    floors, figures = {"F1": 0.9, "leak": 0.1}, {"F1": 0.8, "leak": 0.2}
    assert quality.raise_floors(floors, figures) == floors
    assert quality.raise_floors(floors, figures, lower=True) == {"F1": 0.79, "leak": 0.21}


def test_floors_stay_between_nothing_and_everything() -> None:
    assert quality.raise_floors({}, {"F1": 0.001, "leak": 0.999}) == {"F1": 0.0, "leak": 1.0}


def test_floors_are_written_as_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floors = quality.load_floors()
    monkeypatch.setattr(quality, "FLOORS", tmp_path / "floors.toml")
    quality.write_floors(floors)
    assert quality.load_floors() == floors


# -- the benchmark


def test_speed_is_measured_for_every_reader() -> None:
    speed = measure_speed(load_pages("own-seed")[:2])
    assert speed.pages == 2
    assert set(speed.medians) == {"lxml parse", "newscrawl", "trafilatura"}
    assert min(speed.medians.values()) > 0
    assert speed.slowest[0] in {page.name for page in load_pages("own-seed")}


def test_figures_are_printed_beside_those_of_others() -> None:
    rows = {"newscrawl": quality.Quality({"F1": 1.0, "date": 0.5}, []), "other": quality.Quality({"F1": 0.25}, [])}
    assert format_quality(rows).splitlines() == [
        "|  | F1 | date |",
        "| --- | --- | --- |",
        "| newscrawl | 1.000 | 0.500 |",
        "| other | 0.250 | - |",
    ]


def test_benchmark_takes_predictions_of_others(tmp_path: Path) -> None:
    need_yardstick()
    folder = tmp_path / "own-negative"
    folder.mkdir()
    lines = [json.dumps({"page": page.name, "body": "x"}) for page in load_pages("own-negative")]
    (folder / "somebody.jsonl").write_text("\n".join(lines), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--peers", str(tmp_path), "--sets", "own-negative", "--no-speed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert "| somebody | 0.000 |" in done.stdout
