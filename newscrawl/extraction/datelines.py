"""Where, when and by whom a report was sent, as agencies print it before the first sentence: «مسقط، 12/03/2014 -(و م أ)- »."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from newscrawl.arabic import fold
from newscrawl.dates import parse_date
from newscrawl.extraction.phrases import list_phrases
from newscrawl.extraction.segments import Segment

_MAX_CHARS, _MAX_WORDS = 120, 16
# A slash or a dash inside a day joins («12/03/2014», «أيلول/سبتمبر»), one beside a space or a bracket parts.
_BREAK = re.compile(r"\s+[-–—/]+\s*|\s*[-–—/]+(?=[\s(])|\s*[–—]\s*|(?<=\))\s*[-/]\s*|(?<=[^\W\d])-(?=[^\W\d])")
_PLACE_AND_DAY = re.compile(
    r"([^\d.،,:؟!|«\"]{2,25}?)(?:[\s،,]+(?:(?:في|يوم|بتاريخ)\s+)?((?:[^\W\d]+،?\s+)?\d.{5,45}))?"
)


class Dateline(NamedTuple):
    """A place, the day beside it as printed where there is one, and what stands behind each dash or slash; text is last."""

    place: str
    day: str | None
    fields: tuple[str, ...]


@lru_cache(maxsize=256)
def read_dateline(text: str) -> Dateline | None:
    """Return the dateline that a line is or begins with, None where it has none."""
    opening, *fields = _BREAK.split(text[:_MAX_CHARS])
    if not fields:
        head, _, last = opening.rpartition(" ")
        if fold(last) in list_phrases("agency"):
            opening, fields = head, [last]  # «الرياض 15 ربيع الأول 1446 هـ الموافق 18 سبتمبر 2024 م واس»
    found = _PLACE_AND_DAY.fullmatch(opening.strip())
    if not found or not fields:
        return None
    place, day = found.groups()
    if day and parse_date(day) is None:
        return None
    if day is None and parse_date(fields[0]) is not None:
        day = fields.pop(0).strip()  # «غزة/ 12 آذار 2014/ سما/»
    return Dateline(place, day, tuple(filter(None, (field.strip(" ()[]-–—/") for field in fields))))


def is_dateline(segment: Segment) -> bool:
    """Whether a line is nothing else, with its day: «مسقط في 9 سبتمبر 2025 / البادية /»."""
    if segment.words > _MAX_WORDS or segment.text.endswith("."):
        return False
    dateline = read_dateline(segment.text)
    return dateline is not None and dateline.day is not None
