"""Articles as JSON Lines, each object valid against the schema that is shipped beside this module.

A file is written beside its final name and renamed when it is complete: whoever reads it never meets half an export.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any

from newscrawl.exceptions import StorageError, UsageError
from newscrawl.items import Article
from newscrawl.terminal import escape_json

SCHEMA_VERSION = 1


def article_object(article: Article) -> dict[str, Any]:
    """Return what `json` can write: `schema_version`, then the article's fields in their order."""
    values: dict[str, Any] = {field.name: getattr(article, field.name) for field in fields(Article)}
    values["outcome"] = str(article.outcome)
    values["removed"] = dict(article.removed)
    for name in ("authors", "tags"):
        values[name] = list(values[name])
    for name in ("blocks", "images", "related", "addresses"):
        values[name] = [asdict(part) for part in values[name]]
    return {"schema_version": SCHEMA_VERSION, **values}


def write_json_lines(articles: Iterable[Article], out: Path | str) -> int:
    """Write one line an article to a file, or to stdout for "-"; return how many.

    Raises UsageError when there cannot be a file of that name, StorageError when the disk refuses; a file that was
    there before is then still the old one.
    """
    with _open_output(out) as file:
        count = 0
        for count, article in enumerate(articles, 1):  # noqa: B007 - the count outlives the loop
            file.write(_format_line(article))
    return count


def _format_line(article: Article) -> bytes:
    line = escape_json(json.dumps(article_object(article), ensure_ascii=False))
    # half a character ("\ud83d" in a page's JSON) is no text that a file can hold
    return f"{line}\n".encode(errors="replace")


@contextmanager
def _open_output(out: Path | str) -> Iterator[IO[bytes]]:
    if str(out) == "-":
        with _translated_errors("stdout"):
            sys.stdout.flush()
            yield sys.stdout.buffer
            sys.stdout.flush()
        return
    with _translated_errors(out):
        path = Path(out).resolve()
        if path.is_dir():
            raise UsageError(f"{out} is a folder: name a file in it")
        # a device or a pipe must not be replaced
        is_special = path.exists() and not path.is_file()
        with path.open("wb") if is_special else _replace_file(path) as file:
            yield file


@contextmanager
def _replace_file(path: Path) -> Iterator[IO[bytes]]:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated_errors(out: Path | str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"{out} cannot be written: there is no folder {Path(out).parent}") from error
    except BrokenPipeError:  # the reader of stdout has seen enough, which is no failure of ours
        raise
    except OSError as error:
        raise StorageError(
            f"{out} cannot be written: {error.strerror}; nothing was kept: make room or choose another place"
        ) from error
