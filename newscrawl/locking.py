"""One owner a site: a lock that the kernel frees on any death of the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newscrawl.exceptions import LockedError, StorageError


@contextmanager
def lock_site(home: Path, key: str) -> Iterator[None]:
    """Be the one process that crawls this site into this archive.

    Raises LockedError when another process is, StorageError when the lock cannot be written.
    """
    path = home / "locks" / f"{key}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
    try:
        _take(descriptor, key)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, key: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        raise LockedError(
            f"{key} is being crawled by process {owner}: wait for it, or stop it, and try again"
        ) from error
    # Only for the message above: what holds the site is the lock, not the number.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
