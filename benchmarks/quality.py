"""What extraction gets right, in the yardstick's own figures, and the floors under them.

`python -m benchmarks.quality` compares today's figures with floors.toml; `--update` raises the floors to them, and lowers
one only with `--lower`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from benchmarks.pages import SETS, YARDSTICK, GoldPage, has_yardstick, load_pages
from newscrawl.extraction import extract
from newscrawl.items import Article

FLOORS = Path(__file__).with_name("floors.toml")
FIGURES = ("F1", "exact", "leak", "title", "dek", "date", "authors", "caption", "image", "inl", "blk", "negative")
LESS_IS_BETTER = frozenset(("leak",))
TOLERANCE = 0.01

Prediction = dict[str, Any]
Extractor = Callable[[bytes, str | None], Prediction]
Floors = dict[str, dict[str, float]]

_HEADER = """\
# What extraction reached on each set of pages, less a hundredth; the test run fails below. "leak" is a ceiling.
# Raised by `python -m benchmarks.quality --update`; what the figures mean is told in the yardstick's score.py.
"""


class Quality(NamedTuple):
    """The figures of a set, and each page's F1 with the worst first."""

    figures: dict[str, float]
    pages: list[tuple[str, float]]


def predict(html: bytes, url: str | None) -> Prediction:
    """Return newscrawl's reading of a page in the form that the yardstick scores."""
    return make_prediction(extract(html, url))


def make_prediction(article: Article) -> Prediction:
    """Return an article in the form that the yardstick scores."""
    lead = {"url": article.image_url, "alt": article.image_alt, "caption": article.caption, "credit": article.credit}
    return {
        "title": article.title,
        "subtitle": article.subtitle,
        "body": article.body,
        "authors": list(article.authors),
        "published_at": article.published_at,
        "lead_image": lead,
        "related": [{"kind": row.kind, "url": row.url, "title": row.title} for row in article.related],
        "section": article.section,
        "tags": list(article.tags),
        "outcome": str(article.outcome),
    }


@lru_cache(maxsize=1)
def _load_score() -> Any:
    spec = importlib.util.spec_from_file_location("yardstick_score", YARDSTICK / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(YARDSTICK / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(pages: Iterable[GoldPage], predictions: Mapping[str, Prediction]) -> Quality:
    """Return the yardstick's figures for the predictions, by the name of the page."""
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            Path(folder, f"{page.name}.json").write_text(json.dumps(page.answer), "utf-8")
        rows, per_page = _load_score().score(folder, predictions)
    figures = {name: mean(rows[name]) for name in FIGURES if rows.get(name)}
    return Quality(figures, sorted(((name, f1) for name, (f1, _, _) in per_page.items()), key=lambda row: row[1]))


def measure(name: str, extractor: Extractor = predict) -> Quality:
    """Return what an extractor gets right on a set."""
    pages = load_pages(name)
    return score(pages, {page.name: extractor(page.html, page.url) for page in pages})


# -- floors


def load_floors() -> Floors:
    """Return the floors by set and figure."""
    return tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}


def find_losses(name: str, figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """Return a line for each figure of a set that is worse than its floor."""
    losses = []
    for figure, floor in floors.items():
        value = figures.get(figure)
        if value is None or (value > floor if figure in LESS_IS_BETTER else value < floor):
            reached = "is not measured" if value is None else f"is {value:.3f}"
            losses.append(f"{name}: {figure} {reached}, its floor is {floor:.3f}")
    return losses


def raise_floors(floors: Mapping[str, float], figures: Mapping[str, float], *, lower: bool = False) -> dict[str, float]:
    """Return the floors of a set moved up to its figures, less the tolerance; down as well where `lower` says so."""
    raised = dict(floors)
    for figure, value in figures.items():
        is_ceiling = figure in LESS_IS_BETTER
        reached = round(min(value + TOLERANCE, 1.0) if is_ceiling else max(value - TOLERANCE, 0.0), 3)
        better = min if is_ceiling else max
        raised[figure] = reached if lower or figure not in floors else better(floors[figure], reached)
    return raised


def write_floors(floors: Floors) -> None:
    """Write the floors for people to read, in the order of the sets and figures."""
    parts = [_HEADER]
    for name in SETS:
        if name in floors:
            lines = (f"{figure} = {floors[name][figure]}\n" for figure in FIGURES if figure in floors[name])
            parts.append(f"\n[{name}]\n" + "".join(lines))
    FLOORS.write_text("".join(parts), "utf-8")


def main() -> int:
    """Compare today's figures with the floors; 1 where one is below and was not lowered."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description="compare quality with its floors")
    parser.add_argument("--update", action="store_true", help="raise the floors to today's figures")
    parser.add_argument("--lower", action="store_true", help="with --update: lower those that are not reached")
    options = parser.parse_args()
    if not has_yardstick():
        parser.error(f"there is no yardstick at {YARDSTICK}")
    floors, losses = load_floors(), []
    for name in SETS:
        figures = measure(name).figures
        losses += find_losses(name, figures, floors.get(name, {}))
        floors[name] = raise_floors(floors.get(name, {}), figures, lower=options.lower)
        print(f"{name:20}" + "".join(f" {figure} {value:.3f}" for figure, value in figures.items()))
    if options.update:
        write_floors(floors)
    print(*losses, sep="\n", file=sys.stderr)
    return 1 if losses and not options.lower else 0


if __name__ == "__main__":
    sys.exit(main())
