"""Parquet for data frames and query engines: typed columns, lists as lists, compressed.

pyarrow is a large library that few need: it comes with the extra `parquet`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from newscrawl.archive.rows import replace_surrogates
from newscrawl.exceptions import UsageError
from newscrawl.export.json_lines import SCHEMA_VERSION, article_object
from newscrawl.items import Address, Article, Block, Image, Related

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]

_PARTS: dict[str, type[Address | Block | Image | Related]] = {
    "blocks": Block,
    "images": Image,
    "related": Related,
    "addresses": Address,
}
_ROWS_AT_ONCE = 1_000


def write_parquet(articles: Iterable[Article], file: IO[bytes]) -> int:
    """Write one row an article; return how many. Raises UsageError where pyarrow is not installed.

    The columns are the article's fields, then `published_on`: the day of `published_at`, as a date. `fetched_at` is a
    moment; `published_at` and `modified_at` stay texts, since a page may tell a day alone or a time in no known zone.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'newscrawl[parquet]'") from error
    schema = _make_schema(pyarrow)
    remaining, count = iter(articles), 0
    with ParquetWriter(file, schema, compression="zstd") as writer:
        while rows := [_make_row(article) for article in islice(remaining, _ROWS_AT_ONCE)]:
            writer.write_batch(pyarrow.RecordBatch.from_pylist(rows, schema))
            count += len(rows)
    return count


def _make_schema(pa: Any) -> pyarrow.Schema:
    text = pa.string()
    types = {name: pa.list_(pa.struct([(field.name, text) for field in fields(kind)])) for name, kind in _PARTS.items()}
    types |= {"authors": pa.list_(text), "tags": pa.list_(text), "removed": pa.map_(text, pa.int32())}
    types |= {"fetched_at": pa.timestamp("us", tz="UTC"), "published_on": pa.date32()}
    columns = [(name, types.get(name, text)) for name in _make_row(Article())]
    return pa.schema(columns, metadata={"newscrawl.schema_version": str(SCHEMA_VERSION)})


def _make_row(article: Article) -> dict[str, Any]:
    values = article_object(replace_surrogates(article))
    del values["schema_version"]
    values["removed"] = list(values["removed"].items())
    values["fetched_at"] = _read_time(values["fetched_at"])
    published_at = _read_time(values["published_at"])
    values["published_on"] = published_at.date() if published_at else None
    return values


def _read_time(text: str | None) -> datetime | None:
    """Return a time as it was told; None for one that another program wrote into the archive and nobody can read."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
