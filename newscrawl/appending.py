"""A file that only grows: each append is whole or leaves no trace, and `sync` makes those so far survive a power cut."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Self

from newscrawl.exceptions import StorageError
from newscrawl.replacing import sync_folder

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class AppendOnlyFile:
    """A new file that no other process has, which `is_being_written` tells them; use `create`. For one thread.

    What `append` returned from is the kernel's: it survives the death of this process. What `sync` returned from is
    on the disk. The two are apart because one wait for the disk serves many appends.
    """

    def __init__(self, path: Path, file: FileIO) -> None:
        self.path = path
        self.size = 0
        self._file = file
        self._synced = 0

    @property
    def closed(self) -> bool:
        """Whether nothing more can be appended: it was closed, or the disk refused."""
        return self._file.closed

    @classmethod
    def create(cls, folder: Path, stem: str, suffix: str) -> Self:
        """Create <stem><suffix> in the folder, or <stem>_2<suffix> when another writer was first, and so on.

        An underscore sorts after the dot that follows the first one's stem. Raises StorageError.
        """
        path, number = folder / f"{stem}{suffix}", 1
        try:
            folder.mkdir(parents=True, exist_ok=True)
            while (file := _open_new(path)) is None:
                number += 1
                path = folder / f"{stem}_{number}{suffix}"
            sync_folder(folder)
        except OSError as error:
            raise _storage_error(path, error) from error
        return cls(path, file)

    def append(self, data: bytes) -> int:
        """Give the bytes to the kernel and return their offset.

        Raises StorageError when the disk refuses. The file is then closed; it holds the earlier appends alone, which
        `sync` has still to answer for, and is removed when there were none.
        """
        offset = self.size
        try:
            _write_all(self._file, data)
        except OSError as error:
            self._cut(offset)
            raise _storage_error(self.path, error) from error
        self.size += len(data)
        return offset

    def sync(self) -> None:
        """Wait until every append is on the disk; costs nothing when it is.

        Raises StorageError when the disk refuses, and from then on; the file is then closed and cut to what is safe.
        """
        if self._synced == self.size:
            return
        try:
            if self._file.closed:
                raise OSError(errno.EIO, "an earlier write was lost")
            os.fsync(self._file.fileno())
        except OSError as error:
            # What a failed fsync leaves behind nobody knows, and a second one would call it well.
            self._cut(self._synced)
            raise _storage_error(self.path, error) from error
        self._synced = self.size

    def close(self) -> None:
        """Sync and close the file; doing it twice changes nothing. Raises StorageError as `sync` does."""
        try:
            self.sync()
        finally:
            self._file.close()

    def _cut(self, size: int) -> None:
        """Take back what lies behind `size`, make the rest durable if the disk still can, and close."""
        try:
            if size:
                self._file.truncate(size)
                os.fsync(self._file.fileno())
                self._synced = min(self.size, size)
            else:
                self.path.unlink()
        except (OSError, ValueError):
            # The half-written tail stays: it was never reported as saved, and the next run cuts it off.
            return
        finally:
            with suppress(OSError):
                self._file.close()


def is_being_written(path: Path) -> bool:
    """Answer whether a living process has the file to append to it. Raises OSError when it is not there."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _open_new(path: Path) -> FileIO | None:
    """Return the file, locked until it is closed or this process dies, or None where another one is first."""
    try:
        # Unbuffered: a buffer that could not be written would try again when the file is closed.
        file = FileIO(path, "x")
    except FileExistsError:
        return None
    fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    if os.fstat(file.fileno()).st_nlink == 0:
        # Somebody who clears up after dead writers took it for the empty file of one.
        file.close()
        return None
    return file


def _write_all(file: FileIO, data: bytes) -> None:
    """A disk that fills up takes a part of an unbuffered write before it refuses."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _storage_error(path: Path, error: OSError) -> StorageError:
    what_to_do = "free space" if error.errno in _DISK_IS_FULL else "make it writable"
    return StorageError(f"cannot write {path} ({error.strerror or error}): {what_to_do} and run the same command again")
