"""Saving an article: what was extracted becomes a row, a revision, images and related links, in one transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Literal

from newscrawl.archive import rows
from newscrawl.archive.aliases import find_same_story, is_claimed, keep_aliases
from newscrawl.archive.crawls import ensure_site, find_timezone
from newscrawl.archive.moves import merge_moved
from newscrawl.archive.pages import find_url, mark_saved
from newscrawl.archive.queries import IS_ID, find_article_id, find_own_article_id, load_article
from newscrawl.archive.revisions import find_changes, hash_text, is_minor, keep_first_dating
from newscrawl.archive.times import as_utc, find_sort_time
from newscrawl.items import Article, Outcome, Page, Saved
from newscrawl.urls import article_id, canonicalize
from newscrawl.variants import outranks

Cause = Literal["site", "extractor", "profile", "variant", "import"]

_OWN_CAUSES = ("extractor", "profile")
_STORED_OUTCOMES = (Outcome.ARTICLE, Outcome.PAYWALLED)
_KEPT_COLUMNS = ("id", "url")
_BOOKKEEPING_COLUMNS = (
    "sort_at", "sort_source", "first_seen_at", "checked_at", "text_hash", "payload_digest", "warc_file", "warc_offset"
)  # fmt: skip
_COLUMNS = rows.ARTICLE_COLUMNS + _BOOKKEEPING_COLUMNS
_UPSERT_ARTICLE = (
    f"INSERT INTO articles (docid, {', '.join(_COLUMNS)}) "
    f"VALUES ((SELECT coalesce(max(docid), 0) + 1 FROM articles), {', '.join(f':{name}' for name in _COLUMNS)}) "
    f"ON CONFLICT (id) DO UPDATE SET gone_at = NULL, "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _KEPT_COLUMNS)
)
_INSERT_REVISION = """
INSERT INTO revisions (article_id, number, seen_at, cause, minor, changed, reverts_to, text_hash, title, subtitle, body,
                       fields, warc_file, warc_offset, extractor)
VALUES (:article_id, :number, :seen_at, :cause, :minor, :changed, :reverts_to, :text_hash, :title, :subtitle, :body,
        :fields, :warc_file, :warc_offset, :extractor)
"""
_REWRITE_REVISION = """
UPDATE revisions SET text_hash = :text_hash, title = :title, subtitle = :subtitle, body = :body, fields = :fields,
                     warc_file = :warc_file, warc_offset = :warc_offset, extractor = :extractor
WHERE article_id = :article_id AND number = :number
"""
_INSERT_IMAGE = f"INSERT INTO images (article_id, position, {', '.join(rows.IMAGE_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_RELATED = (
    f"INSERT INTO related (article_id, position, {', '.join(rows.RELATED_COLUMNS)}, target_url, target_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# What came back is told by when it had gone: the state itself may be years old.
_FIND_REVERTED = """
SELECT max(number) FROM revisions AS old WHERE article_id = ? AND text_hash = ?
AND (SELECT seen_at FROM revisions WHERE article_id = old.article_id AND number = old.number + 1) >= ?
"""
_REVERT_DAYS = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known beside the article itself: when it was seen, and in which bytes."""

    seen_at: str
    payload_digest: str | None
    warc_file: str | None
    warc_offset: int | None


def save_article(
    connection: sqlite3.Connection, article: Article, page: Page | None, cause: Cause, asked: str | None
) -> Saved:
    """Write what is new about an article and return what that was. Raises ValueError for what is no article."""
    url = _get_stored_url(article)
    article = replace(article, url=url)
    asked_url, page_url = find_url(asked), find_url(page.url) if page else None
    visit = _describe_visit(article, page)
    stored_id = merge_moved(connection, article, find_stored_id(connection, article, asked_url), asked_url)
    if stored_id is None:
        saved = Saved.NEW
        article = replace(article, id=article.id or article_id(url))
        write_state(connection, article, visit, number=1, cause=cause)
    else:
        saved = _update(connection, replace(article, id=stored_id), visit, cause)
        article = replace(article, id=stored_id)
    met = {asked_url: "redirect", page_url: "page", url: "page"}
    keep_aliases(connection, article, {met_at: kind for met_at, kind in met.items() if met_at}, visit.seen_at)
    mark_saved(connection, page_url or url, article)
    _fill_targets(connection, {url, page_url, asked_url}, str(article.id))
    return saved


@dataclass(frozen=True, slots=True)
class Outdated:
    """The newest state of an article, which another extractor made: where its page is, and whose the difference is."""

    article_id: str
    cause: Cause
    warc_file: str
    warc_offset: int


def find_outdated(connection: sqlite3.Connection, article: Article, page: Page, asked: str | None) -> Outdated | None:
    """Return the state that a visit would be compared with, if its page has to be extracted anew before."""
    article = replace(article, url=_get_stored_url(article))
    stored_id = find_stored_id(connection, article, find_url(asked))
    query = "SELECT id, variant, extractor, payload_digest, warc_file, warc_offset FROM articles WHERE id = ?"
    row = connection.execute(query, (stored_id,)).fetchone()
    if row is None or row["warc_file"] is None or row["warc_offset"] is None:
        return None
    digest = _hash_page(article, page)
    is_same_page = digest is not None and digest == row["payload_digest"]
    if row["extractor"] == article.extractor or row["variant"] != article.variant or is_same_page:
        return None
    cause = name_own_cause(row["extractor"], article.extractor)
    return Outdated(row["id"], cause, row["warc_file"], row["warc_offset"])


def find_stored_id(connection: sqlite3.Connection, article: Article, asked: str | None) -> str | None:
    """Return the id of the article that this page is another visit to, or another copy of; None for a new one."""
    own = (find_own_article_id(connection, known) for known in (article.id, article.url) if known)
    return next((found for found in own if found), None) or find_same_story(connection, article, asked)


def _get_stored_url(article: Article) -> str:
    if article.outcome not in _STORED_OUTCOMES or not article.title:
        raise ValueError(f"{article.url}: only an article with a title can be saved, this is {article.outcome!s}")
    if article.id is not None and not IS_ID.fullmatch(article.id):
        raise ValueError(f"{article.url}: an article's id is 16 hex digits, not {article.id!r}")
    if not article.url:
        raise ValueError(f"{article.title}: an article without URL cannot be saved")
    return canonicalize(article.url)


def _describe_visit(article: Article, page: Page | None) -> Visit:
    seen_at = as_utc(article.fetched_at)
    if page is None:
        return Visit(seen_at, None, None, None)
    return Visit(seen_at, _hash_page(article, page), page.warc_file, page.warc_offset)


def _hash_page(article: Article, page: Page) -> str | None:
    """Return the hash of the bytes that an article was read from; None for one in parts, which are not all here."""
    is_whole = not any(address.kind == "part" for address in article.addresses)
    if not is_whole:
        return None
    return page.digest or (hashlib.sha256(page.body).hexdigest() if page.body else None)


def _update(connection: sqlite3.Connection, article: Article, visit: Visit, cause: Cause) -> Saved:
    """Compare a visit with the article as it is stored; copies of another kind are never compared."""
    stored = load_article(connection, str(article.id))
    is_own_page = article.url == stored.url
    if not is_own_page and outranks(stored.variant, article.variant):
        _touch(connection, article, visit.seen_at, None)
        return Saved.UNCHANGED
    is_fuller = outranks(article.variant, stored.variant)
    moves = not is_own_page and (is_fuller or is_claimed(connection, str(article.url), str(article.id)))
    if moves:
        connection.execute("UPDATE articles SET url = ? WHERE id = ?", (article.url, article.id))
    article = keep_first_dating(stored, article if moves else replace(article, url=stored.url))
    if cause == "site":
        cause = _find_cause(connection, stored, article, visit)
    changed = find_changes(stored, article)
    (number,) = connection.execute("SELECT max(number) FROM revisions WHERE article_id = ?", (article.id,)).fetchone()
    # A copy that was never edited leaves no history behind, and what we only read anew is no other state.
    if (is_fuller and number == 1) or (not changed and (moves or cause in _OWN_CAUSES)):
        write_state(connection, article, visit, number=number, cause=cause, is_rewrite=True)
        return Saved.UNCHANGED
    if not changed:
        _touch(connection, article, visit.seen_at, visit.payload_digest)
        return Saved.UNCHANGED
    minor = is_minor(stored, article)
    write_state(connection, article, visit, number=number + 1, cause=cause, changed=changed, minor=minor)
    return Saved.CHANGED


def _touch(connection: sqlite3.Connection, article: Article, seen_at: str, payload_digest: str | None) -> None:
    """Record that an article was seen as it is."""
    connection.execute(
        "UPDATE articles SET checked_at = max(checked_at, ?), payload_digest = coalesce(?, payload_digest), "
        "gone_at = NULL WHERE id = ?",
        (seen_at, payload_digest, article.id),
    )


def _find_cause(connection: sqlite3.Connection, stored: Article, new: Article, visit: Visit) -> Cause:
    """Return whose a difference is: of other copies nobody's, ours where the very bytes of the last visit came back."""
    if stored.variant != new.variant:
        return "variant"
    (digest,) = connection.execute("SELECT payload_digest FROM articles WHERE id = ?", (new.id,)).fetchone()
    if stored.extractor == new.extractor or visit.payload_digest is None or digest != visit.payload_digest:
        return "site"
    return name_own_cause(stored.extractor, new.extractor)


def name_own_cause(old: str | None, new: str | None) -> Cause:
    """Return `profile` when the same code read a page with another profile or furniture, else `extractor`."""
    is_same_code = bool(old and new) and str(old).split()[:1] == str(new).split()[:1]
    return "profile" if is_same_code else "extractor"


def write_state(
    connection: sqlite3.Connection,
    article: Article,
    visit: Visit,
    *,
    number: int,
    cause: Cause,
    changed: tuple[str, ...] = (),
    minor: bool = False,
    is_rewrite: bool = False,
) -> None:
    """Make this state the article's newest, and record it as a revision, or as the newest one read anew."""
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
        "reverts_to": _find_reverted(connection, row, visit) if cause == "site" and changed else None,
    }
    connection.execute(_REWRITE_REVISION if is_rewrite else _INSERT_REVISION, row | revision)
    _write_images(connection, article)
    _write_related(connection, article)


def _find_reverted(connection: sqlite3.Connection, row: dict[str, Any], visit: Visit) -> int | None:
    """Return the number of the state that has this text and was given up within the last two days."""
    since = as_utc((datetime.fromisoformat(visit.seen_at) - timedelta(days=_REVERT_DAYS)).isoformat())
    found = connection.execute(_FIND_REVERTED, (row["id"], row["text_hash"], since)).fetchone()
    return None if found[0] is None else int(found[0])


def _describe_row(connection: sqlite3.Connection, article: Article, visit: Visit) -> dict[str, str | int | None]:
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
    images = enumerate(map(attrgetter(*rows.IMAGE_COLUMNS), article.images), 1)
    connection.executemany(_INSERT_IMAGE, [(article.id, position, *values) for position, values in images])


def _write_related(connection: sqlite3.Connection, article: Article) -> None:
    connection.execute("DELETE FROM related WHERE article_id = ?", (article.id,))
    links = enumerate(map(attrgetter(*rows.RELATED_COLUMNS), article.related), 1)
    urls = [find_url(link.url) for link in article.related]
    targets = [(url, find_article_id(connection, url) if url else None) for url in urls]
    connection.executemany(
        _INSERT_RELATED,
        [(article.id, position, *values, *target) for (position, values), target in zip(links, targets, strict=True)],
    )


def _fill_targets(connection: sqlite3.Connection, urls: set[str | None], target_id: str) -> None:
    """Point earlier articles' related links at this article, now that it is here."""
    connection.executemany(
        "UPDATE related SET target_id = ? WHERE target_url = ? AND target_id IS NULL",
        [(target_id, url) for url in urls if url],
    )
