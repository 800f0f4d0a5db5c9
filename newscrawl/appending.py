"""A file that only grows: each append is on disk when it returns, or leaves no trace."""

from __future__ import annotations

import errno
import os
from io import FileIO
from pathlib import Path
from typing import Self

from newscrawl.exceptions import StorageError

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class AppendOnlyFile:
    """A new file that no other process has; use `create`. For one thread."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self.path = path
        self._file = file

    @classmethod
    def create(cls, folder: Path, stem: str, suffix: str) -> Self:
        """Create <stem><suffix> in the folder, or <stem>_2<suffix> when another writer was first, and so on.

        An underscore sorts after the dot that follows the first one's stem. Raises StorageError.
        """
        path, number = folder / f"{stem}{suffix}", 1
        try:
            folder.mkdir(parents=True, exist_ok=True)
            while True:
                try:
                    # Unbuffered: a buffer that could not be written would try again when the file is closed.
                    file = FileIO(path, "x")
                    break
                except FileExistsError:
                    number += 1
                    path = folder / f"{stem}_{number}{suffix}"
            _sync_folder(folder)
        except OSError as error:
            raise _storage_error(path, error) from error
        return cls(path, file)

    def append(self, data: bytes) -> int:
        """Write the bytes, wait for the disk and return their offset.

        Raises StorageError when the disk refuses. The segment is then closed; it holds the earlier appends alone, and
        is removed when there were none.
        """
        offset = self._file.tell()
        try:
            _write_all(self._file, data)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut(offset)
            raise _storage_error(self.path, error) from error
        return offset

    def close(self) -> None:
        """Close the file; nothing is left to be written."""
        self._file.close()

    def _cut(self, size: int) -> None:
        try:
            if size:
                self._file.truncate(size)
            else:
                self.path.unlink()
        except OSError:
            # The half-written tail stays: it was never reported as saved, and its reader names the place.
            return
        finally:
            self._file.close()


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut: fsync of a file does not cover the folder that names it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(file: FileIO, data: bytes) -> None:
    """A disk that fills up takes a part of an unbuffered write before it refuses."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _storage_error(path: Path, error: OSError) -> StorageError:
    what_to_do = "free space" if error.errno in _DISK_IS_FULL else "make it writable"
    return StorageError(f"cannot write {path} ({error.strerror or error}): {what_to_do} and run the same command again")
