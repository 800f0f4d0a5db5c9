"""Exports of one large archive, read back by what analysts have; NEWSCRAWL_SOAK takes 100,000 articles and LibreOffice."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import pandas
import pytest
from backports import zstd

from newscrawl import Archive
from tests.news import fill_archive, make_article

pytestmark = pytest.mark.long

IS_FULL = "NEWSCRAWL_SOAK" in os.environ
ARTICLES = 100_000 if IS_FULL else 5_000
MOST_GROWTH_MB = 30.0
SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".parquet")
COLUMNS = (
    "url",
    "site",
    "title",
    "subtitle",
    "body",
    "published_at",
    "authors",
    "agency",
    "section",
    "tags",
    "caption",
)
_AT_ONCE = 2_000
# As many have every format at its usual size: Parquet collects a thousand rows before it writes them.
_SETTLED = max(ARTICLES // 10, 2_000)
_EXPORT = """
import re, sys
from pathlib import Path
from newscrawl import Archive
from newscrawl.export import write_articles

def tell_peak():
    print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])

def watch(articles, settled):
    for number, article in enumerate(articles, 1):
        yield article
        if number == settled:
            tell_peak()

with Archive(sys.argv[1], read_only=True) as archive:
    written = write_articles(watch(archive.articles(), int(sys.argv[3])), sys.argv[2])
tell_peak()
print(written)
"""

Row = Mapping[str, object]
Digests = dict[str, bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the archive, and room for its exports; it is large, and goes as soon as nobody needs it."""
    path = tmp_path_factory.mktemp("large")
    with Archive(path / "archive.db") as archive:
        fill_archive(archive, map(make_article, range(ARTICLES)))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def expected() -> Digests:
    """What the values of every article come to, by its address."""
    articles = map(make_article, range(ARTICLES))
    return {str(article.url): digest({name: getattr(article, name) for name in COLUMNS}) for article in articles}


def digest(row: Row) -> bytes:
    """Return what is equal for equal values, in whichever way a format says that there is none, or several."""
    texts = (_flatten(row[name]) for name in COLUMNS)
    return hashlib.blake2b("\x1f".join(texts).encode(), digest_size=16).digest()


def _flatten(value: object) -> str:
    if isinstance(value, str):
        # a table is disarmed: what a spreadsheet would take for a formula has an apostrophe before it
        return re.sub(r"^'(?=[=+@-])", "", value)
    if isinstance(value, datetime):  # DuckDB takes it for one; all are UTC
        return value.isoformat()
    if value is None or isinstance(value, float):
        return ""
    return "; ".join(value)  # type: ignore[call-overload]


def export(folder: Path, suffix: str) -> tuple[Path, int, float, float]:
    """Export in a process of its own; return the file, how many articles, and the process's peak in MB after the first
    of them and in the end."""
    out = folder / f"out{suffix}"
    command = [sys.executable, "-c", _EXPORT, folder / "archive.db", out, str(_SETTLED)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return out, int(told[2]), int(told[0]) / 1024, int(told[1]) / 1024


def read_by_pandas(path: Path) -> Iterator[Row]:
    columns = list(COLUMNS)
    if path.suffix == ".parquet":
        chunks = iter([pandas.read_parquet(path, columns=columns)])
    elif path.suffix == ".csv":
        chunks = pandas.read_csv(path, usecols=columns, dtype=str, keep_default_na=False, chunksize=_AT_ONCE)
    else:
        file = zstd.open(path, "rt", encoding="utf-8") if path.suffix == ".zst" else path
        options = {"lines": True, "chunksize": _AT_ONCE, "dtype": False}
        chunks = (chunk[columns] for chunk in pandas.read_json(file, **options))
    for chunk in chunks:
        yield from (dict(zip(columns, values, strict=True)) for values in chunk[columns].itertuples(index=False))


def read_by_duckdb(path: Path) -> Iterator[Row]:
    source = {".parquet": "read_parquet(?)", ".csv": "read_csv(?, all_varchar = true)"}.get(path.suffix, "read_json(?)")
    found = duckdb.connect().execute(f"SELECT {', '.join(COLUMNS)} FROM {source}", [str(path)])
    while rows := found.fetchmany(_AT_ONCE):
        yield from (dict(zip(COLUMNS, row, strict=True)) for row in rows)


def read_by_libreoffice(path: Path) -> Iterator[Row]:
    """Open the table in Calc as a person does who clicks on it, and save what the cells show."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc")
    shown = path.with_name("shown")
    kept = f"-env:UserInstallation=file://{path.with_name('profile')}"
    # a comma, a quote, UTF-8, from the first line on
    table = "44,34,76,1"
    form = f"csv:Text - txt - csv (StarCalc):{table}"
    command = [office, kept, "--headless", f"--infilter=CSV:{table}", "--convert-to", form, "--outdir", shown, path]
    subprocess.run(command, check=True, capture_output=True, timeout=3600)
    csv.field_size_limit(10_000_000)
    with (shown / path.name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
    shutil.rmtree(shown)


READERS: list[tuple[str, tuple[Callable[[Path], Iterator[Row]], ...]]] = [
    *((suffix, (read_by_pandas, read_by_duckdb)) for suffix in SUFFIXES if suffix != ".csv"),
    # half a minute to install: the short run leaves it out
    (".csv", (read_by_pandas, read_by_duckdb, *([read_by_libreoffice] if IS_FULL else []))),
]


@pytest.mark.parametrize(("suffix", "readers"), READERS)
def test_every_row_and_letter_is_there_and_memory_is_flat(
    folder: Path,
    expected: Digests,
    suffix: str,
    readers: tuple[Callable[[Path], Iterator[Row]], ...],
    tell: Callable[[str], None],
) -> None:
    path, number, early, late = export(folder, suffix)
    tell(
        f"{suffix}: {number:,} articles, {path.stat().st_size / 1e6:.0f} MB; {early:.0f} MB of memory after "
        f"{_SETTLED:,}, {late:.0f} MB in the end"
    )
    assert number == ARTICLES
    assert late - early < MOST_GROWTH_MB
    for read in readers:
        found = {str(row["url"]): digest(row) for row in read(path)}
        different = [url for url in expected if found.get(url) != expected[url]]
        assert (read.__name__, len(found), different[:3]) == (read.__name__, ARTICLES, [])
    path.unlink()
