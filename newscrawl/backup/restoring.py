"""An archive made anew from its backup, in a folder that holds nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from newscrawl.backup import DATABASE, find_backup, locate
from newscrawl.backup.files import Entry, Manifest, copy_start, hash_start
from newscrawl.exceptions import StorageError, UnreadableError, UsageError

# Stands in the folder until all is there: it is gone on with, and not taken for an archive.
_UNFINISHED = "restore.part"


@dataclass(slots=True)
class RestoreReport:
    """What was put in place; `problems` names the files that are not what they were when the backup was made."""

    made_at: str
    files: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)


def restore_backup(
    src: Path, home: Path, *, on_progress: Callable[[RestoreReport], None] = lambda _: None
) -> RestoreReport:
    """Put the newest backup in SRC, or the one whose own folder SRC is, into an empty HOME; the database comes last.

    A file that was damaged in the backup is put in place as it is, and is a problem in the report. What was interrupted
    is gone on with. Raises UsageError where HOME holds something else, StorageError when a disk refuses.
    """
    folder = find_backup(src)
    manifest = Manifest.read(folder)
    _begin(home)
    report = RestoreReport(manifest.made_at)
    for entry in sorted(manifest.files, key=lambda entry: entry.path == DATABASE):
        _restore_file(locate(folder, entry), home / entry.path, entry, report)
        on_progress(report)
    (home / _UNFINISHED).unlink()
    return report


def _begin(home: Path) -> None:
    unfinished = home / _UNFINISHED
    if home.exists() and any(home.iterdir()) and not unfinished.exists():
        raise UsageError(f"{home} is not empty: name an empty folder with --home, nothing is ever overwritten")
    try:
        home.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
    except OSError as error:
        raise StorageError(f"cannot write {home} ({error.strerror}): make it writable") from error


def _restore_file(source: Path, target: Path, entry: Entry, report: RestoreReport) -> None:
    is_here = target.is_file() and target.stat().st_size == entry.bytes
    try:
        digest = hash_start(target, None) if is_here else None
        if digest != entry.sha256 and copy_start(source, target, entry.bytes) != entry.sha256:
            report.problems.append(f"{source} is not what was copied when the backup was made")
        report.files += 1
        report.bytes += entry.bytes
    except UnreadableError as error:
        report.problems.append(str(error))
