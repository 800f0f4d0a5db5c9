"""Which news agency or other source an article names for its text."""

from __future__ import annotations

import re

from newscrawl.extraction.names import ROLE
from newscrawl.extraction.reading import Reading

# An agency is named beside the date or the people, or behind the text in a line of its own.
_LABELS = frozenset(("byline", "date", "other", ""))
_SOURCE_LABEL = re.compile(
    r"^[\s(\[-]*(?:ال)?(?:مصدر|مصادر|وكالة)(?: الخبر)?\s*[:：]\s*|^\s*Source\s*:\s*|^\s*نقلا? عن\s*:?\s*", re.IGNORECASE
)


def find_agency(reading: Reading) -> str | None:
    """Return the news agency or the source that the article names for its text."""
    for segment in reading.segments[max(reading.title_at, 0) :]:
        if segment.label == "agency":
            name = _SOURCE_LABEL.sub("", segment.text).strip(' ()[]«»"-–—.:')
            if name and not _SOURCE_LABEL.match(f"{name}:"):  # «المصدر» alone names nothing
                return name
        for text in (segment.text, *segment.parts) if segment.label in _LABELS else ():
            name = ROLE.sub("", text).strip(" ()-–—:|")
            if name.startswith(("وكالة ", "وكالات")) and name.count(" ") < 6 and not name.endswith("."):
                return name
    return None
