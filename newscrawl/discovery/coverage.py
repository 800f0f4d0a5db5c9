"""What each front door is worth beside the others, and which of them a profile should name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newscrawl.discovery.ladder import TriedDoor

# Of a page's links some are no articles: one or two that no other door has prove nothing.
_FEWEST_NEW_ON_A_PAGE = 3
_FAMILIES = {
    "feed": "feeds",
    "sitemap": "sitemaps",
    "news sitemap": "sitemaps",
    "section": "section_pages",
    "home page": "section_pages",
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """One door: its links, the days of the newest and the oldest, the share that no other door has (0 to 1)."""

    door: TriedDoor
    links: int
    newest: str | None
    oldest: str | None
    alone: float | None


def measure_coverage(doors: Sequence[TriedDoor]) -> tuple[Coverage, ...]:
    """Return what each door is worth, in order."""
    counted = Counter(url for door in doors for url in {link.url for link in door.links})
    return tuple(_measure(door, counted) for door in doors)


def _measure(door: TriedDoor, counted: Counter[str]) -> Coverage:
    days = sorted(link.modified_at[:10] for link in door.links if link.modified_at)
    urls = {link.url for link in door.links}
    return Coverage(
        door=door,
        links=len(urls),
        newest=days[-1] if days else None,
        oldest=days[0] if days else None,
        alone=sum(counted[url] == 1 for url in urls) / len(urls) if urls else None,
    )


class ChosenDoors(NamedTuple):
    """What a profile should name, under its keys."""

    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    section_pages: tuple[str, ...]


def choose_doors(doors: Iterable[TriedDoor]) -> ChosenDoors:
    """Return the doors that a profile should name: each adds to those before it.

    Feeds are not left out for a sitemap that has the same links: they are the first to tell. Of an index, the index
    is named and not its sitemaps, which change.
    """
    chosen: dict[str, dict[str, None]] = {family: {} for family in ChosenDoors._fields}
    known: dict[str, set[str]] = {name: set() for name in chosen}
    for door in doors:
        family = _FAMILIES.get(door.kind)
        if family is None:
            continue
        urls = {link.url for link in door.links}
        others = set().union(*known.values()) if family == "section_pages" else known[family]
        if len(urls - others) >= (_FEWEST_NEW_ON_A_PAGE if family == "section_pages" else 1):
            chosen[family][door.index or door.url] = None
            known[family] |= urls
    return ChosenDoors(*map(tuple, chosen.values()))
