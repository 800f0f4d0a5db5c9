"""Which texts a site prints in the same place of many articles: furniture that no word and no name of a box betrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container
from functools import lru_cache

from newscrawl.extraction.reading import Reading, get_folded_key, get_key
from newscrawl.extraction.segments import Box, Segment
from newscrawl.items import FurnitureBlock


def label_learned(reading: Reading, furniture: tuple[FurnitureBlock, ...]) -> None:
    """Label the texts that stand where the site's furniture does, before what they are beside the text is judged."""
    places = _index(furniture)
    around: tuple[int, int] | None = None
    for index in range(reading.title_at + 1, len(reading.segments)):
        segment = reading.segments[index]
        if segment.label or segment.level or not segment.text or not (known := places.get(get_segment_key(segment))):
            continue
        around = around or find_ends(list_running_text(reading), lambda i: get_segment_key(reading.segments[i]), places)
        if (describe_box(reading, index), find_position(index, around)) in known:
            segment.label = "learned"
            reading.weights[index] = 0


@lru_cache(maxsize=64)
def _index(furniture: tuple[FurnitureBlock, ...]) -> dict[str, set[tuple[str, str]]]:
    places: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for block in furniture:
        places[get_key(block.text)].add((block.box, block.position))
    return dict(places)


def get_segment_key(segment: Segment) -> str:
    """Return the form in which two printings of a text are the same."""
    return get_folded_key(segment.folded) if segment.folded else get_key(segment.text)


def list_running_text(reading: Reading) -> list[int]:
    """Return the positions of the running texts in their box, furniture that nothing betrays among them."""
    scope = reading.boxes[reading.scope]
    return [i for i in range(max(scope.start, reading.title_at + 1), scope.end) if reading.weights[i]]


def find_ends(positions: list[int], key_of: Callable[[int], str], furniture: Container[str]) -> tuple[int, int]:
    """Return the positions of the first and the last running text that is no furniture."""
    first = next((i for i in positions if key_of(i) not in furniture), -1)
    return first, next((i for i in reversed(positions) if key_of(i) not in furniture), first)


def find_position(index: int, around: tuple[int, int]) -> str:
    """Return whether a text stands at the start of the running text, inside or at its end."""
    first, last = around
    return "start" if index < first else "end" if index > last else "inside"


def describe_box(reading: Reading, index: int) -> str:
    """Return the element that holds a text and the one around it, by tag and class names: "div.story > p"."""
    box = reading.boxes[reading.segments[index].box]
    around = [reading.boxes[box.parent]] if box.parent >= 0 else []
    return " > ".join(map(_describe, (*around, box)))


def _describe(box: Box) -> str:
    # names with digits are generated, or name the article: «post-1234»
    names = [name for name in (box.element.get("class") or "").split() if not any(map(str.isdigit, name))]
    return ".".join((box.tag, *names))
