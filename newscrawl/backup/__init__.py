"""A second copy of an archive, on another disk: made while crawls run, and never half a copy that looks like a whole one.

DEST/warc/ is shared by all backups in DEST, since a WARC file only ever grows; DEST/<time>/ holds the database of one
backup and what else can change. The folder is a backup once its manifest is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from newscrawl.archive.copying import copy_database, list_warc_files
from newscrawl.backup.files import MANIFEST, Entry, Ledger, Manifest, copy_whole, hash_start
from newscrawl.exceptions import ArchiveMissingError, StorageError, UnreadableError, UsageError
from newscrawl.locking import lock_file

__all__ = ["BackupReport", "check_backup", "find_backup", "make_backup"]

KEPT_BACKUPS = 2
"""The newest one, and the one before: what was wrong when the newest was made need not have been wrong then."""
DATABASE = "archive.db"
WARC = "warc"
# What else of HOME a person has written or decided. Locks, logs and exports are none of it.
_OTHERS = ("sites", "queries.toml")
_LEDGER = "copied.jsonl"


@dataclass(slots=True)
class BackupReport:
    """What a backup did; `left_out` counts the WARC files that no row leads into, `problems` is what it could not help."""

    folder: Path
    copied_files: int = 0
    copied_bytes: int = 0
    files: int = 0
    bytes: int = 0
    left_out: int = 0
    problems: list[str] = field(default_factory=list)


def make_backup(
    home: Path, dest: Path, *, with_all: bool = False, on_progress: Callable[[BackupReport], None] = lambda _: None
) -> BackupReport:
    """Copy the archive as it is now into DEST, which may hold earlier backups of it; crawls may go on meanwhile.

    WARC files are copied once, read back, and again only when they have grown; those that no row leads into only
    `with_all`. A damaged or missing file is a problem in the report. Raises UsageError for a DEST that cannot be one,
    StorageError when a disk refuses: what was there before is whole, and the next call goes on.
    """
    _check_places(home, dest)
    with lock_file(dest / "backup.lock", f"{dest} is being written"):
        _remove_unfinished(dest)
        made_at = datetime.now(UTC)
        report = BackupReport(_make_folder(dest, made_at))
        copy_database(home / DATABASE, report.folder / DATABASE)
        entries = list(_copy_warcs(home, dest, report, with_all, on_progress))
        entries += _copy_others(home, report)
        Manifest(made_at.isoformat(timespec="seconds"), tuple(entries)).write(report.folder)
        for old in list_backups(dest)[:-KEPT_BACKUPS]:
            _remove(old)
    report.files, report.bytes = len(entries), sum(entry.bytes for entry in entries)
    return report


def _check_places(home: Path, dest: Path) -> None:
    if not (home / DATABASE).is_file():
        raise ArchiveMissingError(f"no archive at {home / DATABASE}: name its folder with --home")
    if dest.resolve().is_relative_to(home.resolve()):
        raise UsageError(f"{dest} is inside of {home}: a backup belongs on another disk")
    if dest.exists() and any(dest.iterdir()) and not (dest / "backup.lock").exists():
        raise UsageError(f"{dest} holds other things: name an empty folder, or one that backups were made into before")


def _make_folder(dest: Path, made_at: datetime) -> Path:
    stem, number = f"{made_at:%Y%m%dT%H%M%SZ}", 1
    folder = dest / stem
    while folder.exists():
        number += 1
        folder = dest / f"{stem}_{number}"
    try:
        folder.mkdir()
    except OSError as error:
        raise StorageError(f"cannot write {folder} ({error.strerror}): make {dest} writable") from error
    return folder


def _copy_warcs(
    home: Path, dest: Path, report: BackupReport, with_all: bool, on_progress: Callable[[BackupReport], None]
) -> Iterator[Entry]:
    ledger = Ledger(dest / _LEDGER)
    wanted = list_warc_files(report.folder / DATABASE)
    others = {path.relative_to(home).as_posix() for path in (home / WARC).glob("*") if path.is_file()} - {*wanted}
    report.left_out = 0 if with_all else len(others)
    for path in sorted({*wanted, *others} if with_all else wanted):
        entry = _find_kept(home, dest, ledger.find(path))
        try:
            if entry is None:
                entry = _copy_warc(home, dest, path, report)
                ledger.add(entry)
                on_progress(report)
            yield entry
        except UnreadableError as error:
            report.problems.append(f"{error}: 'newscrawl verify' tells which rows lead into it")


def _copy_warc(home: Path, dest: Path, path: str, report: BackupReport) -> Entry:
    entry, damaged = copy_whole(home / path, dest / path, path)
    report.problems += [f"{path}, {problem}: 'newscrawl verify' tells what it was" for problem in damaged]
    report.copied_files += 1
    report.copied_bytes += entry.bytes
    return entry


def _find_kept(home: Path, dest: Path, entry: Entry | None) -> Entry | None:
    """Return the entry of a file that need not be copied: it is here, and has not grown; or it is here alone."""
    if entry is None or not (dest / entry.path).is_file() or (dest / entry.path).stat().st_size != entry.bytes:
        return None
    source = home / entry.path
    return entry if not source.is_file() or source.stat().st_size == entry.source_bytes else None


def _copy_others(home: Path, report: BackupReport) -> Iterator[Entry]:
    database = report.folder / DATABASE
    yield Entry(DATABASE, database.stat().st_size, hash_start(database, None), database.stat().st_size)
    for name in _OTHERS:
        place = home / name
        for source in sorted(place.rglob("*")) if place.is_dir() else [place]:
            path = source.relative_to(home).as_posix()
            try:
                if source.is_file():
                    yield copy_whole(source, report.folder / path, path)[0]
            except UnreadableError as error:
                report.problems.append(str(error))


def list_backups(dest: Path) -> list[Path]:
    """Return the folders of the whole backups in DEST, the oldest first."""
    return sorted(path.parent for path in dest.glob(f"*/{MANIFEST}"))


def find_backup(src: Path) -> Path:
    """Return the folder of the newest backup in SRC, or SRC where it is one's folder. Raises UsageError for neither."""
    if (src / MANIFEST).is_file():
        return src
    found = list_backups(src)
    if not found:
        raise UsageError(f"no whole backup in {src}: name the folder that 'newscrawl backup' was given")
    return found[-1]


def locate(folder: Path, entry: Entry) -> Path:
    """Return where a backup's file lies: a WARC file beside the backup's own folder."""
    return (folder.parent if entry.path.startswith(f"{WARC}/") else folder) / entry.path


def check_backup(src: Path) -> Iterator[str]:
    """Yield the files of the newest backup in SRC that are not what they were when they were copied."""
    folder = find_backup(src)
    for entry in Manifest.read(folder).files:
        place = locate(folder, entry)
        try:
            problem = "" if hash_start(place, entry.bytes) == entry.sha256 else f"{place} is not what was copied"
        except UnreadableError as error:
            problem = str(error)
        if problem:
            yield f"{problem}: delete it, and the next backup copies it again"


def _remove_unfinished(dest: Path) -> None:
    for folder in dest.glob("????????T??????Z*"):
        if not (folder / MANIFEST).exists():
            _remove(folder)
    for draft in (dest / WARC).glob(".*.part"):
        draft.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    try:
        # First what makes it a backup: interrupted, it is none.
        (folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(folder)
    except OSError as error:
        raise StorageError(f"cannot remove the old backup {folder} ({error.strerror}): remove it yourself") from error
