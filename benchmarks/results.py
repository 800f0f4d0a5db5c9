"""RESULTS.md: the tables of one run, and the pages where our text differs most; names and figures, no text of any page."""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from lxml import etree

from benchmarks.quality import FIGURES, Quality
from benchmarks.speed import Speed

RESULTS = Path(__file__).with_name("RESULTS.md")
REASONS = Path(__file__).with_name("reasons.toml")
ELSEWHERE = Path(__file__).with_name("elsewhere.md")
"""Figures on pages that are not at hand: measured once, by hand."""
_SPEED = "Speed, milliseconds a page"
_WORST = 10
_OWN_RUNS = "\n<!-- sections with runs of their own -->\n"


def format_quality(rows: Mapping[str, Quality]) -> str:
    """Return a table with a row an extractor; "-" where the set does not ask for a figure."""
    shown = [figure for figure in FIGURES if any(figure in quality.figures for quality in rows.values())]
    cells = (
        [name, *(f"{quality.figures[figure]:.3f}" if figure in quality.figures else "-" for figure in shown)]
        for name, quality in rows.items()
    )
    return format_table(["", *shown], cells)


def format_speed(speeds: Mapping[str, Speed]) -> str:
    """Return a table with a row a set: medians in milliseconds a page, and the ratios that the design speaks of."""
    readers = next(iter(speeds.values())).medians
    cells = (
        [
            f"{name} ({speed.pages} pages)",
            *(f"{speed.medians[reader]:.1f}" for reader in readers),
            f"{speed.to_parse:.1f}",
            f"{speed.to_trafilatura:.3f}",
            f"{speed.slowest[0]}, {speed.slowest[1]:.0f} ms",
        ]
        for name, speed in speeds.items()
    )
    return format_table(["", *readers, "ours/parse", "ours/trafilatura", "our slowest page"], cells)


def format_worst(quality: Quality, reasons: Mapping[str, str] | None = None) -> str:
    """Return a table of the pages whose text differs most from the answer, the worst first, with the reason."""
    rows = [
        [name, f"{f1:.3f}", (reasons or {}).get(name, "not looked at")]
        for name, f1 in quality.pages[:_WORST]
        if round(f1, 3) < 1
    ]
    return f"\n{format_table(['our worst pages', 'F1', 'why'], rows)}" if rows else ""


def load_reasons() -> dict[str, dict[str, str]]:
    """Return why our text differs on a page, by set and page, as somebody who looked wrote it down."""
    return tomllib.loads(REASONS.read_text("utf-8"))


def format_table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def write_results(qualities: Mapping[str, Mapping[str, Quality]], ours: str) -> None:
    """Write RESULTS.md but for the sections that have runs of their own."""
    reasons = load_reasons()
    parts = [
        "# Results\n\nWritten by `make bench`; do not edit. Figures as in the yardstick's score.py, leak is better low.\n",
        f"\n{datetime.now(UTC):%Y-%m-%d}, newscrawl {version('newscrawl')}, Python {platform.python_version()}, "
        f"lxml {version('lxml')} (libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}), {platform.machine()}.\n",
    ]
    for name, rows in qualities.items():
        parts.append(f"\n## {name}\n\n{format_quality(rows)}")
        parts.append(format_worst(rows[ours], reasons.get(name, {})))
    parts.append(f"\n{ELSEWHERE.read_text('utf-8')}")
    _, *own_runs = RESULTS.read_text("utf-8").partition(_OWN_RUNS) if RESULTS.exists() else ("", "", "")
    RESULTS.write_text("".join((*parts, *own_runs)), "utf-8")


def write_speed(speeds: Mapping[str, Speed]) -> None:
    """Write the section on speed."""
    how = f"Measured {datetime.now(UTC):%Y-%m-%d}: processor time, best of three, in turns; medians."
    replace_section(RESULTS, _SPEED, f"{how}\n\n{format_speed(speeds)}")


def replace_section(path: Path, title: str, text: str) -> None:
    """Write a section of RESULTS.md that has a run of its own; such sections stand behind all others."""
    written, mark, own = path.read_text("utf-8").partition(_OWN_RUNS)
    sections = dict(re.findall(r"^## (.+)\n\n((?:(?!^## ).*\n)*)", own, re.MULTILINE)) | {title: text}
    told = "".join(f"## {name}\n\n{section.rstrip()}\n\n" for name, section in sorted(sections.items()))
    path.write_text(f"{written}{mark or _OWN_RUNS}\n{told.rstrip()}\n", "utf-8")
