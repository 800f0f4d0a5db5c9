"""Whether every record that a row names is there, whole, and of the right page; each file is read from end to end."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from newscrawl.appending import is_being_written
from newscrawl.archive.pages import find_url
from newscrawl.archive.verification.pointers import Pointer, is_known_address, list_files, read_pointers
from newscrawl.archive.verification.problems import RESTORE_FILE, Problem
from newscrawl.exceptions import WarcError
from newscrawl.items import Page
from newscrawl.variants import story_key
from newscrawl.warc.reading import parse_page, read_page
from newscrawl.warc.stream import Broken, Record, iterate_records

_LOST = "put this file of a backup in its place, or ask for the page again: newscrawl crawl URL"
_MOVE_IN = "move it into HOME/warc and let the rows name it from HOME on"
_NO_RECORD = "no record begins there"
_FOLDER = "warc"
_SUFFIX = ".warc.gz"


class FileCheck:
    """Reads the files of an archive's WARC folder and compares them with the pointers that were collected."""

    def __init__(
        self, home: Path, connection: sqlite3.Connection, counts: Counter[str], on_file: Callable[[], None]
    ) -> None:
        self._home = home
        self._connection = connection
        self._counts = counts
        self._on_file = on_file

    def check_presence(self) -> Iterator[Problem]:
        """Yield the files that are pointed into and are not there, or are no part of the archive."""
        for warc_file, number in list_files(self._connection):
            path = Path(warc_file)
            if path.is_absolute() or ".." in path.parts:
                yield Problem("file", f"lies outside of the archive (rows: {number})", _MOVE_IN, warc_file=warc_file)
            elif not self._is_here(warc_file):
                yield Problem(
                    "file", f"is missing (rows that lead into it: {number})", RESTORE_FILE, warc_file=warc_file
                )

    def check_sample(self) -> Iterator[Problem]:
        """Yield what is wrong with the records that the collected pointers lead to, without looking beside them."""
        for warc_file, pointers in read_pointers(self._connection):
            for pointer in pointers if self._is_here(warc_file) else ():
                self._counts["pointers"] += 1
                try:
                    page = read_page(self._home, warc_file, pointer.warc_offset)
                except WarcError as error:
                    yield _blame(pointer, str(error).rpartition(f"offset {pointer.warc_offset}: ")[2])
                else:
                    yield from self._compare(pointer, page)

    def check_all(self, site: str | None) -> Iterator[Problem]:
        """Yield what is wrong with the files of a site, or all, and the pointers into them; then those nobody names."""
        named = set()
        for warc_file, pointers in read_pointers(self._connection):
            named.add(warc_file)
            if self._is_here(warc_file):
                yield from self._check_file(warc_file, pointers)
        for path in sorted((self._home / _FOLDER).glob(f"{site or ''}*{_SUFFIX}")):
            warc_file = f"{_FOLDER}/{path.name}"
            if warc_file not in named and site in (None, find_owner(path.name)):
                yield Problem("unused", "no row leads into it", "it may stay: a crawl that found nothing, or was"
                              " killed early, leaves such files", warc_file=warc_file, is_error=False)  # fmt: skip
                yield from self._check_file(warc_file, iter(()))

    def _is_here(self, warc_file: str) -> bool:
        return (self._home / warc_file).is_file()

    def _check_file(self, warc_file: str, pointers: Iterator[Pointer]) -> Iterator[Problem]:
        path = self._home / warc_file
        waiting = next(pointers, None)
        try:
            for found in iterate_records(path):
                here = []
                while waiting is not None and waiting.warc_offset <= found.offset:
                    if waiting.warc_offset == found.offset:
                        here.append(waiting)
                    else:
                        yield _blame(waiting, _NO_RECORD)
                    waiting = next(pointers, None)
                self._count(found, here)
                yield from self._check_record(warc_file, found, here)
        except WarcError as error:
            yield Problem("file", str(error).removeprefix(f"{path}: "), "make it readable", warc_file=warc_file)
        while waiting is not None:
            yield _blame(waiting, _NO_RECORD)
            waiting = next(pointers, None)
        self._counts["files"] += 1
        self._on_file()

    def _count(self, found: Record | Broken, here: list[Pointer]) -> None:
        self._counts["pointers"] += len(here)
        if isinstance(found, Record):
            self._counts["records"] += 1
            self._counts["bytes"] += found.length

    def _check_record(self, warc_file: str, found: Record | Broken, here: list[Pointer]) -> Iterator[Problem]:
        if isinstance(found, Record):
            yield from self._check_page(found, here) if here else ()
        elif here:
            yield from (_blame(pointer, found.reason) for pointer in here)
        else:
            yield from self._tell_loose(warc_file, found)

    def _check_page(self, record: Record, here: list[Pointer]) -> Iterator[Problem]:
        try:
            page = parse_page(record)
        except ValueError as error:
            yield from (_blame(pointer, str(error)) for pointer in here)
            return
        for pointer in here:
            yield from self._compare(pointer, page)

    def _compare(self, pointer: Pointer, page: Page) -> Iterator[Problem]:
        url = find_url(page.url) or ""
        if pointer.source in ("pages", "front_doors"):
            is_right = url == pointer.key
        elif pointer.source == "pictures":
            # One picture may have several addresses.
            is_right = True
        else:
            is_right = is_known_address(self._connection, pointer.key, url, story_key(url))
        if not is_right:
            yield _blame(pointer, f"the record there is of {url}")
        elif pointer.payload_digest and pointer.payload_digest != hashlib.sha256(page.body).hexdigest():
            yield _blame(pointer, "the record there is of other bytes than those that were stored: its digest differs")

    def _tell_loose(self, warc_file: str, broken: Broken) -> Iterator[Problem]:
        """Tell of bytes that nobody asks for: the end of a file that is being written is none of them."""
        if broken.is_end and is_being_written(self._home / warc_file):
            return
        advice = RESTORE_FILE
        if broken.is_end:
            advice = (
                "a crawl was killed here and lost nothing that it had reported: the site's next crawl mends the file"
            )
        kind = "tail" if broken.is_end else "record"
        yield Problem(kind, broken.reason, advice, warc_file=warc_file, warc_offset=broken.offset)


def find_owner(warc_file: str) -> str:
    """Return the key of the site whose crawl wrote a file, which its name begins with."""
    return Path(warc_file).name.removesuffix(_SUFFIX).rsplit("-", 2)[0]


def _blame(pointer: Pointer, message: str) -> Problem:
    return Problem("pointer", message, _LOST, pointer.source, pointer.row, pointer.warc_file, pointer.warc_offset)
