"""The pictures of articles: which are still to be had, and where those that were fetched are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, fields

from newscrawl.archive.crawls import ensure_site
from newscrawl.archive.times import as_utc

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

# Why one could not be had may have passed by the next crawl, but not for ever.
_MOST_ATTEMPTS = 3
# Of articles whose page was visited since then. What is known of a picture already is not asked for again, until its
# article was edited: with another text an address may have another picture.
_WANTED = f"""
WITH wanted (url, article_id) AS (
    SELECT image_url, article_id FROM pages JOIN articles ON articles.id = article_id
    WHERE pages.site = :site AND visited_at >= :since AND pages.outcome IN ('article', 'paywalled')
    UNION
    SELECT images.url, article_id FROM pages JOIN images USING (article_id)
    WHERE :with_all AND pages.site = :site AND visited_at >= :since AND pages.outcome IN ('article', 'paywalled')
)
SELECT DISTINCT url FROM wanted WHERE url LIKE 'http%' AND NOT EXISTS (
    SELECT 1 FROM pictures WHERE pictures.url = wanted.url
    AND CASE state
        WHEN 'failed' THEN attempts >= {_MOST_ATTEMPTS} OR asked_at >= :started_at
        WHEN 'done' THEN NOT EXISTS (
            SELECT 1 FROM revisions WHERE article_id = wanted.article_id
            AND cause = 'site' AND number > 1 AND seen_at > asked_at
        )
        ELSE 1
    END
) LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A row of `pictures`, column by column; `state` is `done`, `failed` or `refused`."""

    url: str
    site: str
    state: str
    asked_at: str
    reason: str | None = None
    attempts: int = 1
    content_type: str | None = None
    bytes: int | None = None
    payload_digest: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None

    @property
    def place(self) -> tuple[str, int] | None:
        """Where its bytes are: the WARC file and the offset in it."""
        return None if self.warc_file is None or self.warc_offset is None else (self.warc_file, self.warc_offset)


_COLUMNS = ", ".join(field.name for field in fields(PictureRow))
_SAVE = (
    f"INSERT INTO pictures ({_COLUMNS}) VALUES ({', '.join('?' for _ in fields(PictureRow))}) "
    "ON CONFLICT (url) DO UPDATE SET attempts = attempts + 1, "
    + ", ".join(
        f"{field.name} = excluded.{field.name}" for field in fields(PictureRow) if field.name not in ("url", "attempts")
    )
)

_ASKED_AGAIN = "UPDATE pictures SET asked_at = ? WHERE url = ? AND state = 'done'"


def find_picture(connection: sqlite3.Connection, url: str) -> PictureRow | None:
    """Return what is known of a picture, by its address as `articles.image_url` or `images.url` has it."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM pictures WHERE url = ?", (url,)).fetchone()
    return PictureRow(*row) if row else None


class Pictures:
    """What `Archive.pictures` offers to the one process that crawls a site; each method is one transaction."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def list_wanted(self, site_key: str, since: str, started_at: str, *, with_all: bool, most: int) -> list[str]:
        """Return addresses to ask for: the lead pictures of articles that were visited `since` then, or `with_all` others.

        What failed in the crawl that `started_at` that time is left to another one, and after three crawls to nobody.
        """
        told = {"site": site_key, "since": as_utc(since), "started_at": as_utc(started_at)}
        with self._reading() as connection:
            found = connection.execute(_WANTED, told | {"with_all": with_all, "most": most})
            return [row["url"] for row in found]

    def find_same(self, payload_digest: str) -> tuple[str, int] | None:
        """Return where a picture with these bytes (SHA-256) is kept already."""
        query = "SELECT warc_file, warc_offset FROM pictures WHERE payload_digest = ? AND state = 'done' LIMIT 1"
        with self._reading() as connection:
            row = connection.execute(query, (payload_digest,)).fetchone()
        return (row["warc_file"], row["warc_offset"]) if row else None

    def save(self, picture: PictureRow) -> None:
        """Write down what asking for a picture came to; one that is kept stays where it cannot be had once more."""
        with self._writing() as connection:
            ensure_site(connection, picture.site, picture.asked_at)
            kept = (
                picture.state != "done" and connection.execute(_ASKED_AGAIN, (picture.asked_at, picture.url)).rowcount
            )
            if not kept:
                connection.execute(_SAVE, astuple(picture))
