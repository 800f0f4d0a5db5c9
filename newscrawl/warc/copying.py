"""A foreign WARC file becomes one of the archive's: its whole records, byte for byte, one gzip member each.

Other packings cannot be pointed into, and what is broken would be refused by other tools; both stay with the original.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from newscrawl import __version__
from newscrawl.exceptions import StorageError, WarcError
from newscrawl.replacing import replace_file
from newscrawl.warc.records import deflate, serialize_warcinfo
from newscrawl.warc.stream import Broken, Record, iterate_records

_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The archive's copy of a foreign file, and what of that could not be copied."""

    path: Path
    left_out: tuple[WarcError, ...]


def copy_file(source: Path, folder: Path, name: str, wanted: Callable[[str], bool] | None = None) -> ImportedFile:
    """Copy the records of a file, of the `wanted` addresses only where that is given, to one of that name.

    A copy that is there is whole, and stays; what is left out is told all the same. Raises WarcError when the source
    cannot be read, StorageError when the disk refuses.
    """
    path, left_out = folder / name, list[WarcError]()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            left_out = [_leave_out(source, found) for found in iterate_records(source) if _is_left_out(found)]
        else:
            with source.open("rb") as original, replace_file(path) as copy:
                left_out = _copy(source, original, copy, name, wanted)
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror or error}): nothing of it was kept") from error
    return ImportedFile(path, tuple(left_out))


def name_copy(source: Path, *about: str) -> str:
    """Return a name for the copy that only a file of the same bytes gets, with the same said `about` it.

    Raises WarcError when the file cannot be read.
    """
    digest = hashlib.sha256("\n".join(about).encode())
    try:
        with source.open("rb") as file:
            while piece := file.read(_READ_BYTES):
                digest.update(piece)
    except OSError as error:
        raise WarcError(f"{source}: cannot be read ({error.strerror or error})") from error
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub(r"\.warc(\.gz)?$", "", source.name)).strip("-.")[:80]
    return f"import-{stem}-{digest.hexdigest()[:12]}.warc.gz"


def _copy(
    source: Path, original: IO[bytes], copy: IO[bytes], name: str, wanted: Callable[[str], bool] | None
) -> list[WarcError]:
    about = {"software": f"newscrawl/{__version__}", "description": f"the whole records of {source.name}"}
    copy.write(serialize_warcinfo(name, about))
    left_out = []
    for found in iterate_records(source):
        if isinstance(found, Broken) or _is_left_out(found):
            left_out.append(_leave_out(source, found))
        elif not found.url or wanted is None or wanted(found.url):
            copy.write(_pack(found, original))
    return left_out


def _pack(record: Record, original: IO[bytes]) -> bytes:
    """Return a record as a member of its own: the very bytes, where it is one already."""
    original.seek(record.offset)
    member = original.read(record.length) if record.is_alone else b""
    if member.startswith(b"\x1f\x8b") or record.block is None:
        return member if member.startswith(b"\x1f\x8b") else deflate(member)
    return deflate(record.head + record.block + b"\r\n\r\n")


def _is_left_out(found: Record | Broken) -> bool:
    """A film in a file that is packed as a whole would have to be held in memory."""
    return isinstance(found, Broken) or (found.block is None and not found.is_alone)


def _leave_out(source: Path, found: Record | Broken) -> WarcError:
    reason = found.reason if isinstance(found, Broken) else "the record holds more than a page can"
    return WarcError(f"{source}, offset {found.offset}: {reason}")
