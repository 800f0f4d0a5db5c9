"""WARC files of a crawl: one process writes each, in order, and none grows without end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from newscrawl import __version__
from newscrawl.appending import AppendOnlyFile
from newscrawl.warc.records import (
    Exchange,
    Kept,
    serialize_equal,
    serialize_exchange,
    serialize_rendering,
    serialize_warcinfo,
)

# What other archives take for the size of a file that is still easily copied.
FULL_BYTES = 1_000_000_000


def describe_crawl(user_agent: str, contact: str) -> dict[str, str]:
    """Return what a reader of the WARC must know of a crawl (names of WARC 1.1, 6.2, and of Heritrix)."""
    # Nothing switches that off: see newscrawl.politeness.
    robots = {"robots": "obey (RFC 9309)"}
    return robots | {"http-header-user-agent": user_agent, "operator": contact or "no contact given"}


class WarcWriter:
    """Writes the exchanges of one crawl into WARC files of its own, the first of which is created at the first write.

    For one thread. The names `<prefix>-<UTC time>-<process>.warc.gz` sort by time within a prefix. A file that holds
    `full_bytes`, or was begun on another day (UTC), is followed by the next one. `told` is what the crawl was told,
    for the record that a file begins with.
    """

    def __init__(
        self, folder: Path, *, prefix: str, told: Mapping[str, str] | None = None, full_bytes: int = FULL_BYTES
    ) -> None:
        self._folder = folder
        self._prefix = prefix
        self._told = dict(told or {})
        self._full_bytes = full_bytes
        self._file: AppendOnlyFile | None = None
        self._day: date | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, exchange: Exchange, kept: Kept | None = None) -> tuple[str, int]:
        """Append the exchange and return (file relative to HOME, offset of the full response).

        Where it repeats what is `kept`, that is the place of the kept record, and a revisit record is appended.
        It survives the death of this process; a power cut only after `sync`, which must come before a row that names
        the place is committed. Raises StorageError when the disk refuses: the file ends with the last whole exchange.
        """
        if kept is None or not kept.is_repeated_by(exchange):
            return self._append(serialize_exchange(exchange))
        self._append(serialize_exchange(exchange, kept))
        return kept.warc_file, kept.warc_offset

    def write_equal(self, exchange: Exchange, kept: Kept) -> tuple[str, int]:
        """Append that an answer came that says what is `kept`, without its body; return and raise as `write` does."""
        self._append(serialize_equal(exchange, kept))
        return kept.warc_file, kept.warc_offset

    def write_rendering(self, url: str, html: bytes, drawn_at: str, refers_to: str) -> tuple[str, int]:
        """Append what a browser made of a response, UTF-8, `refers_to` its record; return and raise as `write` does."""
        return self._append(serialize_rendering(url, html, drawn_at, refers_to))

    def sync(self) -> None:
        """Wait until all that was written is safe on the disk: once for many records; free when there are none.

        Raises StorageError when it is not, and will not be: nothing may then be committed that names those records.
        """
        if self._file is not None:
            self._file.sync()

    def close(self) -> None:
        """Sync and close the file; a later write begins another one. Raises StorageError as `sync` does."""
        if self._file is not None:
            self._file.close()
            # Only now: a file that could not be synced goes on saying so.
            self._file = None

    def _append(self, records: bytes) -> tuple[str, int]:
        file = self._get_file()
        return f"{file.path.parent.name}/{file.path.name}", file.append(records)

    def _get_file(self) -> AppendOnlyFile:
        today = datetime.now(UTC).date()
        if self._file is not None and (self._file.size >= self._full_bytes or today != self._day or self._file.closed):
            self.close()
        if self._file is None:
            self._file, self._day = self._begin_file(), today
        return self._file

    def _begin_file(self) -> AppendOnlyFile:
        stem = f"{self._prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}"
        file = AppendOnlyFile.create(self._folder, stem, ".warc.gz")
        about = {
            "software": f"newscrawl/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": self._prefix,
            **self._told,
        }
        file.append(serialize_warcinfo(file.path.name, about))
        return file
