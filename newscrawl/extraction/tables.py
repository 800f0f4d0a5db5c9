"""Tables of figures in the text, told apart from the tables that only lay a page out."""

from __future__ import annotations

from collections import defaultdict

from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box

_MAX_CELL_WORDS = 25


def get_cell(reading: Reading, index: int) -> Box:
    """Return the box of a text, or the cell that holds nothing but its paragraph."""
    box = reading.boxes[reading.segments[index].box]
    parent = reading.boxes[max(box.parent, 0)]
    return parent if parent.tag in ("td", "th") and parent.end - parent.start == 1 else box


def find_cells(reading: Reading, span: list[int]) -> set[int]:
    """Return the positions of a data table's cells: several short ones side by side, where layout tables have one long."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for index in span:
        box = get_cell(reading, index)
        if box.tag in ("td", "th") and reading.segments[index].text:
            rows[box.parent].append(index)
    cells: set[int] = set()
    for row, indexes in rows.items():
        # rows of a linked headline and a name are a list of other articles, as forums print them
        if len(indexes) <= 2 and not reading.offers.isdisjoint(indexes):
            continue
        boxes = {reading.segments[i].box for i in indexes}
        texts = sum(bool(s.text) for s in reading.segments[reading.boxes[row].start : reading.boxes[row].end])
        is_short = all(reading.segments[i].words < _MAX_CELL_WORDS for i in indexes)
        if len(boxes) == len(indexes) == texts > 1 and is_short:
            cells.update(indexes)
    return cells


def is_in_later_table(reading: Reading, index: int) -> bool:
    """Whether a text stands in a table of its own that begins behind the text's beginning: figures at the end."""
    box = get_cell(reading, index)
    if box.tag not in ("td", "th") or reading.segments[index].links:
        return False
    while box.parent > reading.scope and box.tag != "table":
        box = reading.boxes[box.parent]
    return box.tag == "table" and not any(reading.weights[box.start : box.end]) and box.end - box.start >= 4
