"""JSON Lines, plain and compressed, each object valid against the schema that is shipped beside this package."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import IO, Any, Protocol

from newscrawl.items import Article
from newscrawl.terminal import escape_json

SCHEMA_VERSION = 1


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


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


def format_line(article: Article) -> bytes:
    """Return the article's object in one line of UTF-8, its end included."""
    line = escape_json(json.dumps(article_object(article), ensure_ascii=False))
    # half a character ("\ud83d" in a page's JSON) is no text that a file can hold
    return f"{line}\n".encode(errors="replace")


def write_lines(articles: Iterable[Article], file: _Sink) -> int:
    """Write one line an article; return how many."""
    count = 0
    for count, article in enumerate(articles, 1):  # noqa: B007 - the count outlives the loop
        file.write(format_line(article))
    return count


def write_gzip(articles: Iterable[Article], file: IO[bytes]) -> int:
    """Write the lines compressed; the same articles give the same bytes, so no time is kept in them."""
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as compressed:
        return write_lines(articles, compressed)


def write_zstandard(articles: Iterable[Article], file: IO[bytes]) -> int:
    """Write the lines compressed with Zstandard."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    with zstd.ZstdFile(file, mode="w") as compressed:
        return write_lines(articles, compressed)
