"""A page while it is being understood: what each step has found out and the next one needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from newscrawl.arabic import fold
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.metadata import Declared
from newscrawl.extraction.segments import Box, Segment

FURNITURE = (
    Hint.NAV | Hint.SHARE | Hint.RELATED | Hint.LISTING | Hint.COMMENT | Hint.ASIDE | Hint.PAGE | Hint.PROMO | Hint.FORM | Hint.HIDDEN | Hint.BUTTON | Hint.EMBED
)  # fmt: skip
FIELDS = Hint.TAGS | Hint.BYLINE | Hint.DATE | Hint.CAPTION | Hint.CREDIT | Hint.SUBTITLE | Hint.SECTION | Hint.TITLE
BODY_LABELS = frozenset(("heading", "paragraph", "quote", "list_item", "table"))
MAX_CREDIT_WORDS = 6
MAX_FIELD_WORDS = 130
"""No caption, byline or list of tags is longer; a box of that name with more in it is something else."""
_KEY = re.compile(r"\W+")
_MAX_KEPT_CHARS = 300


@dataclass(slots=True)
class Reading:
    """A page while it is being understood; each step fills what the next one needs."""

    segments: list[Segment]
    boxes: list[Box]
    declared: Declared
    url: str | None = None
    title_at: int = -1
    hints: list[int] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    card_of: dict[int, int] = field(default_factory=dict)
    caption_of: dict[int, int] = field(default_factory=dict)
    offers: set[int] = field(default_factory=set)
    scope: int = 0


def get_key(text: str) -> str:
    """Return what two printings of the same words have in common: folded letters and digits, no marks between them."""
    return _get_kept_key(text) if len(text) <= _MAX_KEPT_CHARS else get_folded_key(fold(text))


@lru_cache(maxsize=2_048)
def _get_kept_key(text: str) -> str:
    # titles, names and sections are asked for by many steps
    return get_folded_key(fold(text))


def get_folded_key(folded: str) -> str:
    """Return the key of a text that is folded already."""
    if folded.replace(" ", "").isalnum() and "  " not in folded:
        return folded.strip()
    return _KEY.sub(" ", folded).strip()


def weigh(segment: Segment) -> int:
    """Return how much running text a segment is: its length, where it reads like a sentence and not like a link."""
    words = segment.words
    if words < 7 or segment.link_share > 0.5 or (segment.phrase and segment.phrase[0] not in ("agency", "byline")):
        return 0
    return len(segment.text) if words >= 12 or segment.text[-1] in '.!؟?»"”:؛。！？」' else len(segment.text) // 2
