"""CSV for people who open it in a spreadsheet: one row an article, and no cell that a spreadsheet would execute.

The columns are the article's fields; `blocks` is left out, since `body` has their text.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import TextIOWrapper
from typing import IO, Any

from newscrawl.export.json_lines import article_object
from newscrawl.items import Article

_LEFT_OUT = ("schema_version", "blocks")
_LISTS = ("authors", "tags")
COLUMNS = tuple(name for name in article_object(Article()) if name not in _LEFT_OUT)
# A cell that begins so is a formula to Excel, LibreOffice and Google Sheets: a headline may not run one
# (OWASP, "CSV Injection"). They take the apostrophe for "this is text".
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_csv(articles: Iterable[Article], file: IO[bytes]) -> int:
    """Write a line of names, then one row an article; return how many articles.

    With a byte order mark, without which Excel reads Arabic in the encoding of its own country.
    """
    text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    count = 0
    for count, article in enumerate(articles, 1):  # noqa: B007 - the count outlives the loop
        writer.writerow(_make_row(article))
    text.detach()
    return count


def _make_row(article: Article) -> list[str]:
    values = article_object(article)
    return [_format_cell(name, values[name]) for name in COLUMNS]


def _format_cell(name: str, value: Any) -> str:
    if name in _LISTS:
        value = "; ".join(value)
    elif not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
