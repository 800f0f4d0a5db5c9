"""The index by which replay tools find a page in WARC files (CDXJ), kept in HOME/index beside HOME/warc.

Each WARC file that is complete has its own small index, written whole or not at all; when there are many they become
one, so that a look-up stays fast and each line is copied a few times only. Deleted, all of it is made anew.
"""

from __future__ import annotations

import fcntl
import heapq
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from newscrawl.appending import is_being_written
from newscrawl.exceptions import NewscrawlError, StorageError
from newscrawl.replacing import replace_file
from newscrawl.warc.keys import make_key
from newscrawl.warc.records import digest
from newscrawl.warc.stream import Record, iterate_records

logger = logging.getLogger(__name__)

_INDEXED_TYPES = ("response", "revisit", "resource", "metadata")
_OF_THE_WEB = ("response", "revisit")
_STATUS_AND_HEAD = re.compile(rb"HTTP/\S+[ \t]+(\d{3})")
_CONTENT_TYPE = re.compile(rb"\r?\ncontent-type:[ \t]*([^;\s]+)", re.IGNORECASE)
OWN_NAME = re.compile(r".+-\d{14}-\d+(_\d+)?\.warc\.gz")
_MERGE_AT = 32
_LINES_A_RUN = 10_000
_MERGED = "merged-"
_MERGED_NAMES = "merged.txt"
_PYWB = """\
# With this file, pywb shows the archive: run `wayback` in this folder (see docs/replay.md).
collections:
  news:
    archive_paths: ./warc/
    index_paths: ./index/
"""


@dataclass(slots=True)
class IndexReport:
    """What bringing the index up to date came to."""

    files: int = 0
    records: int = 0
    cut: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def update_index(home: Path, prefix: str | None = None) -> IndexReport:
    """Index the WARC files that are complete and not indexed yet, of one site (its files' prefix) or all.

    What a killed process left half-written at the end of one is cut off first. Raises StorageError when the disk
    refuses, WarcError when a file cannot be read.
    """
    warc, index = home / "warc", home / "index"
    report = IndexReport()
    try:
        merged = _read_merged(index)
        for path in sorted(warc.glob("*.warc*")) if warc.is_dir() else ():
            is_asked = prefix is None or _find_prefix(path.name) == prefix
            shard = _shard_of(index, path)
            if is_asked and shard.stem not in merged and not shard.exists():
                _index_file(path, shard, report)
        if report.files:
            _merge(index)
            if not (home / "config.yaml").exists():
                _write_whole(home / "config.yaml", [_PYWB])
    except OSError as error:
        raise StorageError(f"{index} cannot be written ({error.strerror or error})") from error
    return report


def keep_index(home: Path, prefix: str) -> None:
    """Update the index of a site's files, and log what was wrong: the pages are safe, and the next crawl tries again."""
    try:
        report = update_index(home, prefix)
    except NewscrawlError as error:
        logger.warning("the index for replay is not up to date: %s", error)
    else:
        for told in report.cut + report.broken:
            logger.warning("%s", told)


def remove_index(home: Path) -> None:
    """Take the index away; the next update makes all of it anew. Raises StorageError."""
    try:
        for path in (home / "index").glob("merged*.*"):
            path.unlink()
        for path in (home / "index").glob("*.cdxj"):
            path.unlink()
    except OSError as error:
        raise StorageError(f"{home / 'index'} cannot be removed ({error.strerror or error})") from error


def make_line(record: Record, file_name: str) -> str | None:
    """Return a record's line of the index, or None where nothing can be replayed from it."""
    if record.type not in _INDEXED_TYPES or not record.url or not record.is_alone:
        return None
    content_type = record.headers.get("content-type", "")
    if record.type not in _OF_THE_WEB and content_type == "application/warc-fields":
        return None
    head, _, payload = (record.block or b"").partition(b"\r\n\r\n")
    status, mime = _STATUS_AND_HEAD.match(head), content_type.partition(";")[0].strip()
    if status and status[1] == b"304":
        # pywb would show the bare 304; without the line it shows the page that was still right at that moment.
        return None
    if record.type in _OF_THE_WEB and "http" in content_type:
        told = _CONTENT_TYPE.search(head)
        mime = told[1].decode("latin-1") if told else ""
    fields = {
        "url": record.url,
        "mime": "warc/revisit" if record.type == "revisit" else mime,
        "status": status[1].decode() if status else "",
        "digest": record.headers.get("warc-payload-digest") or digest(payload if status else record.block or b""),
        "length": str(record.length),
        "offset": str(record.offset),
        "filename": file_name,
    }
    moment = datetime.fromisoformat(record.headers.get("warc-date", "")).astimezone(UTC)
    told_fields = json.dumps({name: value for name, value in fields.items() if value})
    return f"{make_key(record.url)} {moment:%Y%m%d%H%M%S} {told_fields}\n"


def _index_file(path: Path, shard: Path, report: IndexReport) -> None:
    """Write a file's own index, unless a process that lives is still writing the file."""
    if is_being_written(path):
        return
    shard.parent.mkdir(exist_ok=True)
    with ExitStack() as opened:
        runs = [opened.enter_context(run) for run in _sort_runs(_list_lines(path, report), shard.parent)]
        if not path.exists():
            return
        _write_whole(shard, (line for line, _ in groupby(heapq.merge(*runs))))
    report.files += 1


def _sort_runs(lines: Iterator[str], folder: Path) -> Iterator[TextIO]:
    """Write the lines to nameless files of some thousand sorted lines each: a crawl's memory is not to grow at its end."""
    while run := sorted(islice(lines, _LINES_A_RUN)):
        file = TemporaryFile("w+", encoding="utf-8", dir=folder)  # noqa: SIM115 - whoever merges them closes them
        file.writelines(run)
        file.seek(0)
        yield file


def _list_lines(path: Path, report: IndexReport) -> Iterator[str]:
    end = 0
    is_ours = OWN_NAME.fullmatch(path.name) is not None
    for found in iterate_records(path):
        if isinstance(found, Record):
            end = found.offset + found.length
            try:
                if line := make_line(found, path.name):
                    report.records += 1
                    yield line
            except ValueError as error:
                report.broken.append(f"{path}, offset {found.offset}: {error}")
        elif found.is_end and is_ours:
            report.cut.append(_cut(path, end))
        else:
            report.broken.append(f"{path}, offset {found.offset}: {found.reason}")


def _cut(path: Path, end: int) -> str:
    """Take away what a process that died had not finished; no row can point there, for none was committed."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        file.truncate(end)
        os.fsync(file.fileno())
    if not end:
        path.unlink()
    return f"{path}: {size - end:,} bytes of a record that was never finished are cut off"


def _find_prefix(name: str) -> str:
    return name.rsplit("-", 2)[0]


def _shard_of(index: Path, warc: Path) -> Path:
    return index / f"{warc.name.partition('.warc')[0]}.cdxj"


def _write_whole(path: Path, lines: Iterable[str]) -> None:
    with replace_file(path) as file:
        file.writelines(line.encode() for line in lines)


# --- many small indexes become one


def _merge(index: Path) -> None:
    """Merge the small indexes when there are many, with those larger ones that are not much larger than the result.

    A kill in between leaves lines twice, which replay tools take for one, and which the next merge drops.
    """
    with (index / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        merged = _read_merged(index)
        small = [path for path in index.glob("*.cdxj") if not path.name.startswith(_MERGED)]
        for path in [path for path in small if path.stem in merged]:
            path.unlink()
            small.remove(path)
        if len(small) < _MERGE_AT:
            return
        parts = _choose(small, index.glob(f"{_MERGED}*.cdxj"))
        result = index / f"{_MERGED}{datetime.now(UTC):%Y%m%d%H%M%S%f}.cdxj"
        with ExitStack() as opened:
            files = [opened.enter_context(path.open(encoding="utf-8")) for path in parts]
            _write_whole(result, (line for line, _ in groupby(heapq.merge(*files))))
        with replace_file(index / _MERGED_NAMES) as file:
            file.writelines(f"{stem}\n".encode() for stem in sorted(merged | {path.stem for path in small}))
        for path in parts:
            path.unlink()


def _choose(small: list[Path], large: Iterable[Path]) -> list[Path]:
    parts, size = list(small), sum(path.stat().st_size for path in small)
    for path in sorted(large, key=lambda path: path.stat().st_size):
        if path.stat().st_size > 2 * size:
            break
        parts.append(path)
        size += path.stat().st_size
    return parts


def _read_merged(index: Path) -> frozenset[str]:
    """Return the WARC files, without their endings, whose lines are in larger indexes."""
    try:
        return frozenset((index / _MERGED_NAMES).read_text(encoding="utf-8").split("\n"))
    except FileNotFoundError:
        return frozenset()
