"""Articles in files that other tools open: JSON Lines, CSV, Parquet; the name of a file says which.

Every format takes articles one after the other, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from newscrawl.exceptions import UsageError
from newscrawl.export.json_lines import article_object, format_line, write_gzip, write_lines, write_zstandard
from newscrawl.export.output import open_output
from newscrawl.export.parquet import write_parquet
from newscrawl.export.table import write_csv
from newscrawl.items import Article

__all__ = ["FORMATS", "article_object", "format_line", "get_format", "write_articles"]

FORMATS: dict[str, Callable[[Iterable[Article], IO[bytes]], int]] = {
    ".jsonl": write_lines,
    ".jsonl.gz": write_gzip,
    ".jsonl.zst": write_zstandard,
    ".csv": write_csv,
    ".parquet": write_parquet,
}


def write_articles(articles: Iterable[Article], out: Path | str) -> int:
    """Write articles to a file, in the format that its name ends with, or as JSON Lines to stdout for "-"; return how many.

    Raises UsageError when there cannot be a file of that name, StorageError when the disk refuses; a file that was
    there before is then still the old one.
    """
    write = get_format(out)
    with open_output(out) as file:
        return write(articles, file)


def get_format(out: Path | str) -> Callable[[Iterable[Article], IO[bytes]], int]:
    """Return what writes a file of that name, or stdout for "-"; raises UsageError for an ending that nobody knows."""
    if str(out) == "-":
        return write_lines
    name = Path(out).name.lower()
    for suffix, write in FORMATS.items():
        if name.endswith(suffix):
            return write
    raise UsageError(f"{out}: the name of an export ends in {', '.join(FORMATS)}, or is - for standard output")
