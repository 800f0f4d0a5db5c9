"""Quality and speed beside other extractors, printed and written to RESULTS.md: `make bench`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.pages import SETS, YARDSTICK, has_yardstick, load_pages
from benchmarks.peers import list_peers, load_predictions
from benchmarks.quality import Extractor, Quality, measure, score
from benchmarks.results import format_quality, format_speed, format_worst, load_reasons, write_results, write_speed
from benchmarks.speed import measure_speed

OURS = "newscrawl"
_QUALITY_SETS = [name for name, page_set in SETS.items() if page_set.step == 1]
_SPEED_SETS = ["own-arabic", "gold-arabic", "gold-fundus", "gold-wcxb-quarter"]


def _measure_all(name: str, peers: dict[str, Extractor], folder: Path | None) -> dict[str, Quality]:
    rows = {OURS: measure(name)}
    rows |= {peer: measure(name, extractor) for peer, extractor in peers.items()}
    if folder:
        rows |= {peer: score(load_pages(name), told) for peer, told in load_predictions(folder, name).items()}
    return rows


def main() -> int:
    """Print the tables as they are ready, then write them all; 2 where there is no yardstick to score with."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="predictions of others: FOLDER/SET/NAME.jsonl")
    parser.add_argument(
        "--sets", nargs="+", choices=list(SETS), default=_QUALITY_SETS, help="these sets alone, and no RESULTS.md"
    )
    parser.add_argument("--no-speed", action="store_true", help="leave the times in RESULTS.md as they are")
    parser.add_argument("--speed", action="store_true", help="measure the times alone, and write their table")
    options = parser.parse_args()
    if not has_yardstick():
        parser.error(f"there is no yardstick at {YARDSTICK}")
    peers, qualities = list_peers(), dict[str, dict[str, Quality]]()
    for name in () if options.speed else options.sets:
        qualities[name] = _measure_all(name, peers, options.peers)
        print(
            f"\n{name}\n\n{format_quality(qualities[name])}{format_worst(qualities[name][OURS], load_reasons().get(name))}",
            flush=True,
        )
    speeds = {name: measure_speed(load_pages(name)) for name in (() if options.no_speed else _SPEED_SETS)}
    if speeds:
        print(f"\n{format_speed(speeds)}")
    if options.sets == _QUALITY_SETS and not options.speed:
        write_results(qualities, OURS)
    if options.sets == _QUALITY_SETS and speeds:
        write_speed(speeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
