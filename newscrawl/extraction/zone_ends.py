"""Where what stands under a marker ends: with the marker's own box, or where running text begins again."""

from __future__ import annotations

from dataclasses import dataclass, field

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box, Segment


@dataclass(slots=True)
class Above:
    """The running text above a marker: its weight, the boxes that it stands in, and what their like would be."""

    position: int = 0
    weight: int = 0
    boxes: set[int] = field(default_factory=set)
    shapes: set[tuple[int, str]] = field(default_factory=set)

    def extend(self, reading: Reading, marker: int) -> None:
        for index in range(self.position, marker):
            if reading.weights[index]:
                box = reading.boxes[reading.segments[index].box]
                self.weight += reading.weights[index]
                self.boxes.add(box.index)
                self.shapes.add((box.parent, box.shape))
        self.position = marker


def find_zone_end(reading: Reading, marker: int, limit: int, above: Above) -> int:
    """Return where the list under a marker ends: with the marker's own box, or where running text begins again."""
    segments, boxes = reading.segments, reading.boxes
    box = boxes[segments[marker].box]
    if segments[marker].label == "tag":
        return _end_of_links(reading, marker)
    while box.parent > 0 and box.parent != reading.scope and _is_list_box(reading, boxes[box.parent], marker):
        if sum(map(is_headline, segments[marker + 1 : box.end])) > 1:
            # a section with its list: the box around it holds the sections behind it too
            break
        box = boxes[box.parent]
    end = box.end if box.index != reading.scope else marker + 1
    if end > marker + 1 and any(segments[i].links for i in range(marker + 1, end)):
        return end
    if segments[marker].label == "source":
        return _end_of_list(reading, marker)
    if segments[marker].label == "comment":
        return boxes[reading.scope].end if _closes_text(reading, marker, above) else max(end, marker + 1)
    return _end_of_cards(reading, range(max(end, marker + 1), limit), marker, above)


def _is_list_box(reading: Reading, box: Box, marker: int) -> bool:
    """Whether a box begins with the marker and holds no more running text than summaries under its headlines."""
    above = (reading.segments[index] for index in range(box.start, marker))
    if not all(segment.image is not None or segment.label == "placeholder" for segment in above):
        return False
    headlines = sum(s.link_share > 0.7 and s.words >= 3 for s in reading.segments[box.start : box.end])
    return sum(map(bool, reading.weights[box.start : box.end])) <= headlines


def _closes_text(reading: Reading, marker: int, above: Above) -> bool:
    """Whether «التعليقات» is a heading behind text, and not a counter beside the headline."""
    segment = reading.segments[marker]
    below = sum(reading.weights[marker + 1 : reading.boxes[reading.scope].end])
    is_exact = segment.phrase is not None and segment.phrase.match == "exact" and below < above.weight
    is_heading = segment.level > 0 or segment.bold_share > 0.9 or segment.words > 4 or is_exact
    return is_heading and segment.link_share < 0.5 and above.weight > 100


def _end_of_links(reading: Reading, marker: int) -> int:
    position = marker + 1
    while position < len(reading.segments) and reading.segments[position].link_share > 0.5:
        phrase = reading.segments[position].phrase
        if reading.hints[position] & Hint.SHARE or (phrase and phrase.kind == "share"):
            break
        position += 1
    return position


def _end_of_list(reading: Reading, marker: int) -> int:
    """Return where the list of sources under its heading ends: at the next heading or the next paragraph that is no link."""
    for position, segment in enumerate(reading.segments[marker + 1 :], marker + 1):
        if segment.level or not (reading.hints[position] & Hint.LIST or segment.link_share > 0.9):
            return position
    return len(reading.segments)


def _end_of_cards(reading: Reading, positions: range, marker: int, above: Above) -> int:
    """Return where a list without a box of its own ends: its plain texts stand under a link, at most three of them."""
    marker_box = reading.boxes[reading.segments[marker].box]
    last, distance, summaries, bare = positions.start, 99, 0, 0
    headline: Segment | None = None
    for position in positions:
        segment = reading.segments[position]
        if segment.image is not None or segment.label == "placeholder":
            continue
        if is_headline(segment) or position in reading.card_of:
            headline = segment if is_headline(segment) else headline
            bare += distance == 0
            distance, last = 0, position + 1
            continue
        box = reading.boxes[segment.box]
        is_other_marker = bool(box.element.get("class")) and box.shape == marker_box.shape and segment.words < 8
        is_last_summary = distance == 0 and summaries > 1
        is_bare_list = bare > 0 and not summaries  # no headline before this one has a summary
        resumes = _resumes_text(reading, position, above, None if is_bare_list else headline)
        if is_other_marker or (not is_last_summary and resumes):
            break
        is_above_headline = any(map(is_headline, reading.segments[position + 1 : position + 4]))
        is_heading = (segment.level > 0 or segment.bold_share > 0.9) and not segment.links
        if is_heading and headline is not None and not is_above_headline:
            break
        distance += 1
        summaries += distance == 1 and segment.words > 8
        if distance > 3 and not (segment.words < 12 and is_above_headline):
            break
        if distance == 1 or (distance <= 3 and segment.words < 12):
            last = position + 1
    return last


def is_headline(segment: Segment) -> bool:
    return segment.link_share > 0.9 and segment.words >= 3


def _resumes_text(reading: Reading, position: int, above: Above, headline: Segment | None) -> bool:
    """Whether a long text is a paragraph like those above the marker, and not a summary between two like headlines."""
    if not reading.weights[position]:
        return False
    box = reading.boxes[reading.segments[position].box]
    if box.index not in above.boxes and (box.parent, box.shape) not in above.shapes:
        return False
    following = reading.segments[position + 1 : position + 7]
    upcoming = next((s for s in following if is_headline(s) and not (s.phrase and s.phrase.kind == "see_also")), None)
    is_between = headline is not None and upcoming is not None and _look_alike(reading, headline, upcoming)
    return not is_between


def _look_alike(reading: Reading, one: Segment, other: Segment) -> bool:
    shapes = (reading.boxes[one.box].shape, reading.boxes[other.box].shape)
    return shapes[0] == shapes[1] and one.look == other.look
