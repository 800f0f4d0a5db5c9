"""Saving an article: what was extracted becomes a row, a revision, images and related links, in one transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import astuple, dataclass, replace
from typing import Literal

from newscrawl.archive import rows
from newscrawl.archive.crawls import ensure_site, find_timezone
from newscrawl.archive.pages import find_url, mark_saved
from newscrawl.archive.queries import IS_ID, find_article_id, load_article
from newscrawl.archive.revisions import find_changes, hash_text, is_minor, keep_first_dating
from newscrawl.archive.times import as_utc, find_sort_time
from newscrawl.items import Article, Outcome, Page, Saved
from newscrawl.urls import article_id, canonicalize

Cause = Literal["site", "extractor", "profile", "import"]

_STORED_OUTCOMES = (Outcome.ARTICLE, Outcome.PAYWALLED)
_KEPT_COLUMNS = ("id", "url")
_BOOKKEEPING_COLUMNS = (
    "sort_at", "sort_source", "first_seen_at", "checked_at", "text_hash", "payload_digest", "warc_file", "warc_offset"
)  # fmt: skip
_COLUMNS = rows.ARTICLE_COLUMNS + _BOOKKEEPING_COLUMNS
_UPSERT_ARTICLE = (
    f"INSERT INTO articles ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) "
    f"ON CONFLICT (id) DO UPDATE SET gone_at = NULL, "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _KEPT_COLUMNS)
)
_INSERT_REVISION = """
INSERT INTO revisions (article_id, number, seen_at, cause, minor, changed, text_hash, title, subtitle, body, fields,
                       warc_file, warc_offset, extractor)
VALUES (:article_id, :number, :seen_at, :cause, :minor, :changed, :text_hash, :title, :subtitle, :body, :fields,
        :warc_file, :warc_offset, :extractor)
"""


@dataclass(frozen=True, slots=True)
class _Visit:
    """What is known beside the article itself: when it was seen, and in which bytes."""

    seen_at: str
    payload_digest: str | None
    warc_file: str | None
    warc_offset: int | None


def save_article(connection: sqlite3.Connection, article: Article, page: Page | None, cause: Cause) -> Saved:
    """Write what is new about an article and return what that was. Raises ValueError for what is no article."""
    url = _get_stored_url(article)
    visit = _describe_visit(article, page)
    stored_id = (article.id and find_article_id(connection, article.id)) or find_article_id(connection, url)
    if stored_id is None:
        saved = Saved.NEW
        article = replace(article, id=article.id or article_id(url), url=url)
        _write_state(connection, article, visit, number=1, cause=cause)
    else:
        article, saved = _update(connection, replace(article, id=stored_id), visit, cause)
    page_url = find_url(page.url) if page else None
    mark_saved(connection, page_url or url, article)
    _fill_targets(connection, {str(article.url), url, page_url}, str(article.id))
    return saved


def _get_stored_url(article: Article) -> str:
    if article.outcome not in _STORED_OUTCOMES or not article.title:
        raise ValueError(f"{article.url}: only an article with a title can be saved, this is {article.outcome!s}")
    if article.id is not None and not IS_ID.fullmatch(article.id):
        raise ValueError(f"{article.url}: an article's id is 16 hex digits, not {article.id!r}")
    if not article.url:
        raise ValueError(f"{article.title}: an article without URL cannot be saved")
    return canonicalize(article.url)


def _describe_visit(article: Article, page: Page | None) -> _Visit:
    seen_at = as_utc(article.fetched_at)
    if page is None:
        return _Visit(seen_at, None, None, None)
    return _Visit(seen_at, hashlib.sha256(page.body).hexdigest(), page.warc_file, page.warc_offset)


def _update(connection: sqlite3.Connection, article: Article, visit: _Visit, cause: Cause) -> tuple[Article, Saved]:
    stored = load_article(connection, str(article.id))
    article = replace(article, url=stored.url)
    article = keep_first_dating(stored, article)
    changed = find_changes(stored, article)
    if not changed:
        connection.execute(
            "UPDATE articles SET checked_at = max(checked_at, ?), payload_digest = coalesce(?, payload_digest), "
            "gone_at = NULL WHERE id = ?",
            (visit.seen_at, visit.payload_digest, article.id),
        )
        return article, Saved.UNCHANGED
    (number,) = connection.execute("SELECT max(number) FROM revisions WHERE article_id = ?", (article.id,)).fetchone()
    if cause == "site" and _is_our_change(connection, stored, article, visit):
        cause = "extractor"
    minor = is_minor(stored, article)
    _write_state(connection, article, visit, number=number + 1, cause=cause, changed=changed, minor=minor)
    return article, Saved.CHANGED


def _is_our_change(connection: sqlite3.Connection, stored: Article, new: Article, visit: _Visit) -> bool:
    """Answer whether the very bytes of the last visit gave another article, because the extractor is another."""
    if stored.extractor == new.extractor or visit.payload_digest is None:
        return False
    (digest,) = connection.execute("SELECT payload_digest FROM articles WHERE id = ?", (new.id,)).fetchone()
    return bool(digest == visit.payload_digest)


def _write_state(
    connection: sqlite3.Connection,
    article: Article,
    visit: _Visit,
    *,
    number: int,
    cause: Cause,
    changed: tuple[str, ...] = (),
    minor: bool = False,
) -> None:
    """Make this state the article's newest, and record it as a revision."""
    if article.site is not None:
        ensure_site(connection, article.site, visit.seen_at)
    row = rows.article_to_row(article) | _describe_row(connection, article, visit)
    connection.execute(_UPSERT_ARTICLE, row)
    revision = {
        "article_id": article.id,
        "number": number,
        "seen_at": visit.seen_at,
        "cause": cause,
        "minor": minor,
        "changed": rows.to_json(changed),
        "fields": rows.article_to_fields(article),
    }
    connection.execute(_INSERT_REVISION, row | revision)
    _write_images(connection, article)
    _write_related(connection, article)


def _describe_row(connection: sqlite3.Connection, article: Article, visit: _Visit) -> dict[str, str | int | None]:
    """Return the values of _BOOKKEEPING_COLUMNS."""
    stored = connection.execute("SELECT first_seen_at, checked_at FROM articles WHERE id = ?", (article.id,)).fetchone()
    first_seen_at, checked_at = stored or (visit.seen_at, visit.seen_at)
    sort_at, sort_source = find_sort_time(article.published_at, find_timezone(connection, article.site), first_seen_at)
    return {
        "sort_at": sort_at,
        "sort_source": sort_source,
        "first_seen_at": first_seen_at,
        "checked_at": max(checked_at, visit.seen_at),
        "text_hash": hash_text(article),
        "payload_digest": visit.payload_digest,
        "warc_file": visit.warc_file,
        "warc_offset": visit.warc_offset,
    }


def _write_images(connection: sqlite3.Connection, article: Article) -> None:
    connection.execute("DELETE FROM images WHERE article_id = ?", (article.id,))
    connection.executemany(
        f"INSERT INTO images (article_id, position, {', '.join(rows.IMAGE_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)",
        [(article.id, position, *astuple(image)) for position, image in enumerate(article.images, 1)],
    )


def _write_related(connection: sqlite3.Connection, article: Article) -> None:
    connection.execute("DELETE FROM related WHERE article_id = ?", (article.id,))
    columns = ", ".join(rows.RELATED_COLUMNS)
    for position, link in enumerate(article.related, 1):
        target_url = find_url(link.url)
        target_id = find_article_id(connection, target_url) if target_url else None
        connection.execute(
            f"INSERT INTO related (article_id, position, {columns}, target_url, target_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (article.id, position, *astuple(link), target_url, target_id),
        )


def _fill_targets(connection: sqlite3.Connection, urls: set[str | None], target_id: str) -> None:
    """Point earlier articles' related links at this article, now that it is here."""
    connection.executemany(
        "UPDATE related SET target_id = ? WHERE target_url = ? AND target_id IS NULL",
        [(target_id, url) for url in urls if url],
    )
