"""Where an article's own date and byline stand: around the headline first, then behind the text."""

from __future__ import annotations

from collections.abc import Iterator

from newscrawl.extraction.reading import Reading

_ABOVE = 14
_BEHIND = 8
_LEAST_MENU = 5  # links; a breadcrumb above the headline has fewer
_RUNNING = ("paragraph", "quote", "list_item")


def find_neighbourhood(reading: Reading) -> Iterator[int]:
    """Yield the positions in the order of trust: below the headline, above it, into the text, behind the text."""
    title, end = max(reading.title_at, 0), len(reading.segments)
    first = next((i for i in range(end) if reading.segments[i].label in _RUNNING), min(title + 10, end))
    last = next((i for i in reversed(range(end)) if reading.segments[i].label in _RUNNING), first)
    yield from range(title + 1, max(first, title + 1))
    yield from _rise_to_menu(reading, title)
    yield from range(first, min(first + 3, end))
    yield from range(last + 1, min(last + _BEHIND, end))


def _rise_to_menu(reading: Reading, title: int) -> Iterator[int]:
    """Yield the positions above the headline, the nearest first: a day above the site's menu is that of the visit."""
    links = 0
    for index in range(title - 1, max(title - _ABOVE, -1), -1):
        segment = reading.segments[index]
        if links >= _LEAST_MENU:
            return
        yield index
        if segment.link_share > 0.8 and segment.words <= 3 * len(segment.links):
            links += len(segment.links)
