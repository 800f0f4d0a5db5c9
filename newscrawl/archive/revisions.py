"""What changed between two states of an article, and whether it matters; pure.

White space, invisible marks and the spelling of one moment in another time zone are no change.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import date, timedelta

from newscrawl.arabic import clean, fold
from newscrawl.archive.times import as_moment
from newscrawl.items import Article

REVISION_FIELDS = ("title", "subtitle", "body", "caption", "credit", "authors", "agency", "section", "published_at")
_WORD = re.compile(r"[^\W_]+")


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


def has_same_title(one: Article, other: Article) -> bool:
    """Answer whether two headlines have the same words, however they are spelled and set."""
    return _split_words(one.title) == _split_words(other.title)


def has_same_day(one: Article, other: Article) -> bool:
    """Answer whether two articles may be of one day, as far as they are dated; copies differ in their time zones."""
    try:
        days = [date.fromisoformat((article.published_at or "")[:10]) for article in (one, other)]
    except ValueError:
        return True
    return abs(days[0] - days[1]) <= timedelta(days=1)


def has_same_text(one: Article, other: Article) -> bool:
    """Answer whether at least half of the paragraphs of the shorter text are in the other one too."""
    paragraphs = [{fold(clean(text)) for text in article.body.split("\n\n")} - {""} for article in (one, other)]
    return 2 * len(paragraphs[0] & paragraphs[1]) >= max(min(map(len, paragraphs)), 1)


def hash_text(article: Article) -> str:
    """Return 16 hex digits that are equal exactly for states between which `find_changes` finds none."""
    printed = json.dumps([_print(article, name) for name in REVISION_FIELDS], ensure_ascii=False)
    return hashlib.sha256(printed.encode()).hexdigest()[:16]


def _split_words(text: str | None) -> list[str]:
    return _WORD.findall(fold(text or ""))


def _print(article: Article, name: str) -> list[str]:
    value = getattr(article, name)
    if name == "published_at":
        return [as_moment(value)] if value else []
    texts = value if isinstance(value, tuple) else (value,)
    return [text for text in (clean(text) for text in texts if text) if text]
