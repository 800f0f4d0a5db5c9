"""Copies of files that are whole or not there, and the records of what was copied."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from newscrawl.exceptions import ArchiveVersionError, StorageError, UnreadableError
from newscrawl.replacing import replace_file
from newscrawl.warc.index import OWN_NAME
from newscrawl.warc.stream import Record, iterate_records

_READ_BYTES = 1024 * 1024
_FORMAT = 1
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MANIFEST = "backup.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a backup: its path from HOME on, its size and SHA-256, and how large the original was then."""

    path: str
    bytes: int
    sha256: str
    source_bytes: int

    def __post_init__(self) -> None:
        if Path(self.path).is_absolute() or ".." in Path(self.path).parts:
            raise ValueError(f"{self.path} lies outside of the archive")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one backup consists of; `files` lie beside the others' in WARC's case, else in the backup's own folder."""

    made_at: str
    files: tuple[Entry, ...]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what a folder's manifest says. Raises StorageError, ArchiveVersionError for a newer form."""
        path = folder / MANIFEST
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["format"] > _FORMAT:
                raise ArchiveVersionError(f"{path} was made by a newer newscrawl: update newscrawl")
            return cls(told["made_at"], tuple(Entry(**entry) for entry in told["files"]))
        except OSError as error:
            raise StorageError(f"cannot read {path} ({error.strerror}): make it readable") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{path} is damaged ({error}): use another backup") from error

    def write(self, folder: Path) -> None:
        """Write it in one step: a folder that has a manifest holds a whole backup."""
        told = {"format": _FORMAT, "made_at": self.made_at, "files": [asdict(entry) for entry in self.files]}
        with _writing(folder / MANIFEST) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())


def copy_whole(source: Path, target: Path, path: str) -> tuple[Entry, list[str]]:
    """Copy a file and read it back; return its entry and what is wrong with its records, where it is a WARC file.

    Half a record at the end of one of ours, of a crawl that goes on or was killed, is left out. Raises UnreadableError, StorageError.
    """
    with _writing(target) as file:
        source_bytes = _copy(source, file, None)
        draft = Path(file.name)
        problems = _check_copy(draft, is_own=bool(OWN_NAME.fullmatch(source.name))) if ".warc" in path else []
        entry = Entry(path, draft.stat().st_size, hash_start(draft, None), source_bytes)
    return entry, problems


def copy_start(source: Path, target: Path, size: int) -> str:
    """Copy the first bytes of a file, and return the SHA-256 of what was written."""
    with _writing(target) as file:
        _copy(source, file, size)
        return hash_start(Path(file.name), size)


def hash_start(path: Path, size: int | None) -> str:
    """Return the SHA-256 of a file, or of its first bytes. Raises UnreadableError."""
    digest = hashlib.sha256()
    for piece in _read(path, size):
        digest.update(piece)
    return digest.hexdigest()


def _copy(source: Path, file: IO[bytes], size: int | None) -> int:
    copied = 0
    for piece in _read(source, size):
        copied += file.write(piece)
    file.flush()
    return copied


def _read(path: Path, size: int | None) -> Iterator[bytes]:
    """Yield the bytes of a file, or the first ones. Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            while piece := file.read(_READ_BYTES if size is None else min(size, _READ_BYTES)):
                yield piece
                size = None if size is None else size - len(piece)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror or error})") from error


def _check_copy(draft: Path, *, is_own: bool) -> list[str]:
    problems, end = [], 0
    for found in iterate_records(draft):
        if isinstance(found, Record):
            end = found.offset + found.length
        elif found.is_end and is_own:
            os.truncate(draft, end)
        else:
            problems.append(f"offset {found.offset}: {found.reason}")
    return problems


class Ledger:
    """Which WARC files a backup folder holds already, written down one by one: an interrupted backup is gone on with."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = {entry.path: entry for entry in _read_lines(path)}

    def find(self, path: str) -> Entry | None:
        """Return what was written down last of a file."""
        return self._known.get(path)

    def add(self, entry: Entry) -> None:
        """Write down that a file is here. Raises StorageError."""
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _translate(self._path, error) from error
        self._known[entry.path] = entry


def _read_lines(path: Path) -> Iterable[Entry]:
    """Yield the entries; a line that was only half written tells of a file that is copied again."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError, TypeError):
                yield Entry(**json.loads(line))


@contextmanager
def _writing(target: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the target's name once it is whole and on the disk. Raises StorageError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(target) as file:
            yield file
    except OSError as error:
        raise _translate(target, error) from error


def _translate(path: Path, error: OSError) -> StorageError:
    place = error.filename or path
    if error.errno in _DISK_IS_FULL:
        return StorageError(f"cannot write {path}: the disk is full: free space on it, then run the same command again")
    return StorageError(f"{place}: {error.strerror or error}: see that it can be read and written, then run it again")
