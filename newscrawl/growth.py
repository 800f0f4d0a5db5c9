"""How many bytes each site has brought each month, and until when the disk has room for more of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newscrawl.archive import Archive
from newscrawl.disk import Room, look_at_disk
from newscrawl.warc.index import OWN_NAME

OTHERS = "(others)"
"""Stands in the place of a site for WARC files that no crawl of ours wrote, and articles of no site."""
_OBSERVED_DAYS = 30

# Whose bytes they are, the day when they came, and how many.
Piece = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes by site and month (2026-11): of WARC files, and of the database, shared out by the length of its texts.

    `per_day` is the mean of the last 30 days, or of all days of a younger archive; `full_on` the day when the room that
    crawls may use is gone at that pace, None where there is no pace, or where it lies further than a century ahead.
    """

    warc: Counter[tuple[str, str]]
    database: Counter[tuple[str, str]]
    per_day: float
    room: Room
    full_on: str | None


def measure_growth(home: Path, now: datetime) -> Growth:
    """Return what has grown, and how fast. Raises ArchiveError."""
    files, texts = list(_list_files(home / "warc")), list(_share_database(home / "archive.db"))
    per_day = _find_pace([*files, *texts], now)
    room = look_at_disk(home)
    return Growth(_sum_months(files), _sum_months(texts), per_day, room, _find_full_day(room, per_day, now))


def _list_files(folder: Path) -> Iterator[Piece]:
    for path in folder.glob("*.warc*"):
        status = path.stat()
        if OWN_NAME.fullmatch(path.name):
            site, begun_at, _ = path.name.rsplit("-", 2)
            yield site, f"{begun_at[:4]}-{begun_at[4:6]}-{begun_at[6:8]}", status.st_size
        else:
            yield OTHERS, f"{datetime.fromtimestamp(status.st_mtime, UTC):%Y-%m-%d}", status.st_size


def _share_database(path: Path) -> Iterator[Piece]:
    with Archive(path, read_only=True) as archive:
        texts = archive.history.texts()
    size = sum(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())
    total = max(sum(length for _, _, length in texts), 1)
    for site, day, length in texts:
        yield site or OTHERS, day, round(size * length / total)


def _sum_months(pieces: Iterable[Piece]) -> Counter[tuple[str, str]]:
    months: Counter[tuple[str, str]] = Counter()
    for site, day, number in pieces:
        months[site, day[:7]] += number
    return months


def _find_pace(pieces: Iterable[Piece], now: datetime) -> float:
    since = f"{now - timedelta(days=_OBSERVED_DAYS):%Y-%m-%d}"
    late = [(day, number) for _, day, number in pieces if day > since]
    first = min((day for day, _ in late), default=f"{now:%Y-%m-%d}")
    # Today is not over, so that a day counts from its first byte on.
    days = max((now - datetime.fromisoformat(first).replace(tzinfo=UTC)) / timedelta(days=1), 1.0)
    return sum(number for _, number in late) / days


def _find_full_day(room: Room, per_day: float, now: datetime) -> str | None:
    days = max(room.free - room.least, 0) / per_day if per_day else float("inf")
    return f"{now + timedelta(days=days):%Y-%m-%d}" if days < 36_500 else None
