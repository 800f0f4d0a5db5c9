"""What stands under a marker: the cards under «أخبار ذات صلة», the list under «الأكثر قراءة», the tags, the comments."""

from __future__ import annotations

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Segment

_TAKEN_OVER = frozenset(("", "card", "date", "byline", "nav", "agency", "share", "other", "hidden"))


def label_zones(reading: Reading) -> None:
    """Carry a marker such as «أخبار ذات صلة» or «الأكثر قراءة» over to the links and cards that it stands above."""
    segments = reading.segments
    reading.offers.update(
        i
        for i, hints in enumerate(reading.hints)
        if hints & Hint.RELATED and not hints & Hint.ASIDE and i > reading.title_at
    )
    for index, segment in enumerate(segments):
        if index <= reading.title_at or not _is_marker(segment):
            continue
        name = "card" if segment.label == "see_also" else segment.label
        zone = range(index + 1, _find_zone_end(reading, index))
        if name == "card":
            reading.offers.update(zone)
        for position in zone:
            if (
                segments[position].image is None
                and segments[position].label in _TAKEN_OVER
                and not is_menu(segments[position])
            ):
                segments[position].label = name


def _is_marker(segment: Segment) -> bool:
    if (
        segment.label not in ("see_also", "other", "tag", "comment", "source")
        or not segment.phrase
        or segment.phrase[1] != "exact"
    ):
        return False
    return not any(href for href, text, _ in segment.links if len(text) > 15)


def _find_zone_end(reading: Reading, marker: int) -> int:
    """Return where the list under a marker ends: with the marker's own box, or where running text begins again."""
    segments, boxes = reading.segments, reading.boxes
    box = boxes[segments[marker].box]
    if segments[marker].label == "tag":
        return _end_of_links(reading, marker)
    while box.parent > 0 and _begins_with(reading, boxes[box.parent].start, marker) and box.parent != reading.scope:
        box = boxes[box.parent]
    end = box.end if box.index != reading.scope else marker + 1
    if end > marker + 1 and any(segments[i].links for i in range(marker + 1, end)):
        return end
    if segments[marker].label == "source":
        return _end_of_list(reading, marker)
    return _end_of_cards(reading, max(end, marker + 1), boxes[segments[marker].box].shape)


def _begins_with(reading: Reading, start: int, marker: int) -> bool:
    """Whether nothing that is read stands between the beginning of a box and the marker in it."""
    return all(reading.segments[index].image is not None for index in range(start, marker))


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


def _end_of_cards(reading: Reading, start: int, marker_shape: str) -> int:
    """Return where a list without a box of its own ends: its plain texts stand under a link, at most three of them."""
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
        ):
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


def is_menu(segment: Segment) -> bool:
    """Whether a text is a row of short links: «الرئيسيةأخبارسياسة»."""
    return len(segment.links) >= 4 and segment.link_share > 0.9 and all(len(text) < 25 for _, text, _ in segment.links)
