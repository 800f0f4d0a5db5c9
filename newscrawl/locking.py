"""One owner a site: a lock that the kernel frees on any death of the process that holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newscrawl.exceptions import LockedError, StorageError


@contextmanager
def lock_site(home: Path, key: str) -> Iterator[None]:
    """Be the one process that crawls this site into this archive.

    Raises LockedError when another process is, StorageError when the lock cannot be written.
    """
    with lock_file(home / "locks" / f"{key}.lock", f"{key} is being crawled"):
        yield


@contextmanager
def lock_file(path: Path, told: str) -> Iterator[None]:
    """Be the one process that holds this lock; `told` is how the refusal begins. Raises as `lock_site` does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
    try:
        _take(descriptor, told)
        yield
    finally:
        os.close(descriptor)


def is_locked(home: Path, key: str) -> bool:
    """Answer whether a process crawls this site."""
    try:
        with (home / "locks" / f"{key}.lock").open() as lock:
            return not _try_lock(lock.fileno(), fcntl.LOCK_SH)
    except OSError:
        # No crawl has made it yet, or none that may be looked at.
        return False


def _take(descriptor: int, told: str) -> None:
    if not _try_lock(descriptor, fcntl.LOCK_EX):
        # That may have been `is_locked` of another process, which takes no time.
        time.sleep(0.05)
        if not _try_lock(descriptor, fcntl.LOCK_EX):
            owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise LockedError(f"{told} by process {owner}: wait for it, or stop it, and try again")
    # Only for the message above: what holds the site is the lock, not the number.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _try_lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
