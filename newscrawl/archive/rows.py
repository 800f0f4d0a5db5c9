"""From an Article to the values of its rows and back; the round trip is the identity."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from newscrawl.items import Address, Article, Block, Crawl, Image, Related, Revision

# Images and related links have tables of their own; every other field is a column of `articles`.
ARTICLE_COLUMNS = tuple(field.name for field in fields(Article) if field.name not in ("images", "related"))
IMAGE_COLUMNS = tuple(field.name for field in fields(Image))
RELATED_COLUMNS = tuple(field.name for field in fields(Related))

_JSON_COLUMNS = ("authors", "tags", "blocks", "removed", "addresses")
_REVISION_COLUMNS = ("title", "subtitle", "body", "extractor")


def to_json(value: Any) -> str:
    """Return JSON as a person reads it in the table: real letters, no escapes."""
    return json.dumps(value, ensure_ascii=False)


def article_to_row(article: Article) -> dict[str, str | None]:
    """Return the values of ARTICLE_COLUMNS, and as `fields` the JSON of all that has no column in `revisions`."""
    values = _article_to_values(article)
    row = {name: to_json(values[name]) if name in _JSON_COLUMNS else values[name] for name in ARTICLE_COLUMNS}
    row["fields"] = to_json({name: value for name, value in values.items() if name not in _REVISION_COLUMNS})
    return row


def article_from_row(row: sqlite3.Row, images: Iterable[sqlite3.Row], related: Iterable[sqlite3.Row]) -> Article:
    """Return the article of a row of `articles` and its rows of `images` and `related`, in order."""
    values = {name: json.loads(row[name]) if name in _JSON_COLUMNS else row[name] for name in ARTICLE_COLUMNS}
    values["images"] = [{name: image[name] for name in IMAGE_COLUMNS} for image in images]
    values["related"] = [{name: link[name] for name in RELATED_COLUMNS} for link in related]
    return _article_from_values(values)


def revision_from_row(row: sqlite3.Row) -> Revision:
    """Return the revision of a row of `revisions`."""
    values = json.loads(row["fields"]) | {name: row[name] for name in _REVISION_COLUMNS}
    return Revision(
        article_id=row["article_id"],
        number=row["number"],
        seen_at=row["seen_at"],
        cause=row["cause"],
        minor=bool(row["minor"]),
        changed=tuple(json.loads(row["changed"])),
        text_hash=row["text_hash"],
        article=_article_from_values(values),
        warc_file=row["warc_file"],
        warc_offset=row["warc_offset"],
        reverts_to=row["reverts_to"],
    )


def crawl_from_row(row: sqlite3.Row) -> Crawl:
    """Return the crawl of a row of `crawls`."""
    return Crawl(
        id=row["id"],
        site=row["site"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        reason=row["reason"],
        counts=json.loads(row["counts"]),
    )


def replace_surrogates(value: Any) -> Any:
    """Return a value, an item with all its parts, with "?" for half characters, which no file can hold."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, tuple):
        return tuple(replace_surrogates(part) for part in value)
    if isinstance(value, Mapping):
        return {replace_surrogates(name): replace_surrogates(part) for name, part in value.items()}
    if isinstance(value, Address | Article | Block | Image | Related):
        return type(value)(**{field.name: replace_surrogates(getattr(value, field.name)) for field in fields(value)})
    return value


def _article_to_values(article: Article) -> dict[str, Any]:
    values = {name: getattr(article, name) for name in ARTICLE_COLUMNS}
    values["outcome"] = str(article.outcome)
    values["removed"] = dict(article.removed)
    for name in ("blocks", "images", "related", "addresses"):
        # dataclasses.asdict() copies each string that it meets, and takes ten times as long
        values[name] = [{key: getattr(part, key) for key in part.__slots__} for part in getattr(article, name)]
    return values


def _article_from_values(values: Mapping[str, Any]) -> Article:
    parts = {
        "authors": tuple(values["authors"]),
        "tags": tuple(values["tags"]),
        "blocks": tuple(Block(**block) for block in values["blocks"]),
        "images": tuple(Image(**image) for image in values["images"]),
        "related": tuple(Related(**link) for link in values["related"]),
        # states written before these were kept have none
        "addresses": tuple(Address(**address) for address in values.get("addresses", ())),
    }
    return Article(**{**values, **parts})
