"""What changed between two states of an article, and whether it matters; pure.

White space, invisible marks and the spelling of one moment in another time zone are no change.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from newscrawl.arabic import clean, fold
from newscrawl.archive.times import as_moment
from newscrawl.items import Article

REVISION_FIELDS = ("title", "subtitle", "body", "caption", "credit", "authors", "agency", "section", "published_at")


def find_changes(old: Article, new: Article) -> tuple[str, ...]:
    """Return the names of the fields whose printed text differs; none means that there is no new revision."""
    return tuple(name for name in REVISION_FIELDS if _print(old, name) != _print(new, name))


def keep_first_dating(old: Article, new: Article) -> Article:
    """Return the new state with the old date where it was printed relative to the visit.

    «منذ ساعتين» gives another moment every time, and is no edit by the site; the first visit stood nearest to it.
    """
    if new.published_source != "relative" or not old.published_at:
        return new
    dating = {name: getattr(old, name) for name in ("published_at", "published_text", "published_source")}
    return replace(new, **dating)


def is_minor(old: Article, new: Article) -> bool:
    """Answer whether only what folding removes differs: short vowels, tatweel, hamza seats, the form of digits."""
    return all(
        [fold(text) for text in _print(old, name)] == [fold(text) for text in _print(new, name)]
        for name in find_changes(old, new)
    )


def hash_text(article: Article) -> str:
    """Return 16 hex digits that are equal exactly for states between which `find_changes` finds none."""
    printed = json.dumps([_print(article, name) for name in REVISION_FIELDS], ensure_ascii=False)
    return hashlib.sha256(printed.encode()).hexdigest()[:16]


def _print(article: Article, name: str) -> list[str]:
    value = getattr(article, name)
    if name == "published_at":
        return [as_moment(value)] if value else []
    texts = value if isinstance(value, tuple) else (value,)
    return [text for text in (clean(text) for text in texts if text) if text]
