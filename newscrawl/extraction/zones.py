"""What stands under a marker: the cards under «أخبار ذات صلة», the list under «الأكثر قراءة», the tags, the comments."""

from __future__ import annotations

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_menu
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box, Segment

_TAKEN_OVER = frozenset(("", "card", "date", "byline", "nav", "agency", "share", "other", "hidden"))


def label_zones(reading: Reading) -> None:
    """Carry a marker such as «أخبار ذات صلة» or «الأكثر قراءة» over to the links and cards that it stands above."""
    segments = reading.segments
    reading.offers.update(
        i
        for i, hints in enumerate(reading.hints)
        if hints & Hint.RELATED and i > reading.title_at and (hints & Hint.BODY or not hints & Hint.ASIDE)
    )
    for index, segment in enumerate(segments):
        if index <= reading.title_at or not _is_marker(segment):
            continue
        name = "card" if segment.label == "see_also" else segment.label
        zone = _cut_at_marker(reading, range(index + 1, _find_zone_end(reading, index)))
        if name == "card":
            reading.offers.update(zone)
        for position in zone:
            if (
                segments[position].image is None
                and segments[position].label in _TAKEN_OVER
                and not is_menu(segments[position])
            ):
                segments[position].label = name


def _cut_at_marker(reading: Reading, zone: range) -> range:
    """Return a zone up to the next marker: «التعليقات» above «أخبار ذات صلة» has nothing to do with its cards."""
    return range(zone.start, next((i for i in zone if _is_marker(reading.segments[i])), zone.stop))


_MARKERS = frozenset(("see_also", "most_read", "tags", "comments", "sources", "read_more"))


def _is_marker(segment: Segment) -> bool:
    if segment.label not in ("see_also", "other", "tag", "comment", "source"):
        return False
    if segment.phrase is None or segment.phrase[0] not in _MARKERS:
        return False
    if segment.phrase[1] != "exact" and segment.phrase[0] != "comments":
        return segment.phrase[0] == "see_also" and not segment.links and segment.words <= 6
    return not any(href for href, text, _ in segment.links if len(text) > 15)


def _find_zone_end(reading: Reading, marker: int) -> int:
    """Return where the list under a marker ends: with the marker's own box, or where running text begins again."""
    segments, boxes = reading.segments, reading.boxes
    box = boxes[segments[marker].box]
    if segments[marker].label == "tag":
        return _end_of_links(reading, marker)
    while box.parent > 0 and box.parent != reading.scope and _is_list_box(reading, boxes[box.parent], marker):
        box = boxes[box.parent]
    end = box.end if box.index != reading.scope else marker + 1
    if end > marker + 1 and any(segments[i].links for i in range(marker + 1, end)):
        return end
    if segments[marker].label == "source":
        return _end_of_list(reading, marker)
    if segments[marker].label == "comment":
        return boxes[reading.scope].end if _closes_text(reading, marker) else max(end, marker + 1)
    return _end_of_cards(reading, max(end, marker + 1), marker)


def _is_list_box(reading: Reading, box: Box, marker: int) -> bool:
    """Whether a box begins with the marker and holds no more running text than summaries under its headlines."""
    begins = all(reading.segments[index].image is not None for index in range(box.start, marker))
    headlines = sum(s.link_share > 0.7 and s.words >= 3 for s in reading.segments[box.start : box.end])
    return begins and sum(map(bool, reading.weights[box.start : box.end])) <= headlines


def _closes_text(reading: Reading, marker: int) -> bool:
    """Whether «التعليقات» is a heading behind text, and not a counter beside the headline."""
    segment = reading.segments[marker]
    is_heading = segment.level > 0 or segment.bold_share > 0.9 or segment.words > 4
    return is_heading and segment.link_share < 0.5 and sum(reading.weights[:marker]) > 100


def _end_of_links(reading: Reading, marker: int) -> int:
    position = marker + 1
    while position < len(reading.segments) and reading.segments[position].link_share > 0.5:
        position += 1
    return position


def _end_of_list(reading: Reading, marker: int) -> int:
    """Return where the list of sources under its heading ends: at the next heading or the next paragraph."""
    position = marker + 1
    while (
        position < len(reading.segments)
        and not reading.segments[position].level
        and reading.hints[position] & Hint.LIST
    ):
        position += 1
    return position


def _end_of_cards(reading: Reading, start: int, marker: int) -> int:
    """Return where a list without a box of its own ends: its plain texts stand under a link, at most three of them."""
    marker_shape = reading.boxes[reading.segments[marker].box].shape
    last, distance, position = start, 99, start
    while position < len(reading.segments):
        segment = reading.segments[position]
        if segment.image is not None or segment.label == "placeholder":
            position += 1
            continue
        if segment.link_share > 0.9 and segment.words >= 3:
            distance = 0
            last = position + 1
        elif (
            not marker_shape.startswith("p.") and reading.boxes[segment.box].shape == marker_shape and segment.words < 8
        ) or _resumes_text(reading, position, marker):
            break
        else:
            distance += 1
            upcoming = reading.segments[position + 1 : position + 4]
            is_above_link = any(other.link_share > 0.9 and other.words >= 3 for other in upcoming)
            if distance > 3 and not (segment.words < 12 and is_above_link):
                break
            if distance == 1 or (distance <= 3 and segment.words < 12):
                last = position + 1
        position += 1
    return last


def label_rules(reading: Reading) -> None:
    """Take the whole box of the rules for comments, of which only one paragraph has the words that all sites use."""
    for index, segment in enumerate(reading.segments):
        if segment.label != "comment" or not segment.phrase or index <= reading.title_at:
            continue
        box = reading.boxes[segment.box]
        parent = reading.boxes[box.parent] if box.parent >= 0 else box
        if parent.end - parent.start <= 4 and parent.index != reading.scope:
            for position in range(parent.start, parent.end):
                reading.segments[position].label = reading.segments[position].label or "comment"


def _resumes_text(reading: Reading, position: int, marker: int) -> bool:
    """Whether a long text is a paragraph like those above the marker, and not a summary between two headlines."""
    if not reading.weights[position]:
        return False
    boxes, box = reading.boxes, reading.boxes[reading.segments[position].box]
    above = [boxes[reading.segments[i].box] for i in range(marker) if reading.weights[i]]
    if any(other.index == box.index for other in above):
        return not any(
            other.link_share > 0.7 and other.words >= 3 for other in reading.segments[position + 1 : position + 4]
        )
    return any(other.parent == box.parent and other.shape == box.shape for other in above)
