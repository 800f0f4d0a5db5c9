"""How much room the disk of an archive has, and how much of it crawls leave alone: a full disk harms everybody on it.

NEWSCRAWL_MIN_FREE is a fact about the machine and stands in its environment: 1G unless it says another size, or a
share of the disk, such as 2%.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from newscrawl.exceptions import UsageError

VARIABLE = "NEWSCRAWL_MIN_FREE"
_DEFAULT = "1G"
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT%]?)B?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


@dataclass(frozen=True, slots=True)
class Room:
    """The free bytes of a disk, and how many of them are to stay free."""

    free: int
    least: int

    @property
    def is_low(self) -> bool:
        """Whether crawls stop."""
        return self.free < self.least

    def __str__(self) -> str:
        return f"{format_size(self.free)} free, {VARIABLE} keeps {format_size(self.least)}"


def look_at_disk(home: Path) -> Room:
    """Return the room on the disk that holds, or will hold, the folder. Raises UsageError for a wrong setting."""
    folder = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    usage = shutil.disk_usage(folder)
    return Room(usage.free, parse_least(os.environ.get(VARIABLE) or _DEFAULT, usage.total))


def parse_least(told: str, total: int) -> int:
    """Return the bytes that a size (500M, 1.5G) or a share of `total` (2%) means. Raises UsageError."""
    match = _SIZE.fullmatch(told.strip())
    if not match:
        raise UsageError(f"{VARIABLE}={told}: it is a size, such as 500M or 2G, or a share of the disk, such as 2%")
    number, unit = float(match[1]), match[2].upper()
    return int(total * number / 100 if unit == "%" else number * _UNITS[unit])


def format_size(number: float) -> str:
    """Return a size for a person, in the unit that `NEWSCRAWL_MIN_FREE` would take."""
    for unit in ("", "K", "M", "G"):
        if abs(number) < 1024:
            return f"{number:.0f} {unit}B" if unit in ("", "K") else f"{number:.1f} {unit}B"
        number /= 1024
    return f"{number:.1f} TB"
