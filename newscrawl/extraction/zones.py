"""What stands under a marker: the cards under «أخبار ذات صلة», the list under «الأكثر قراءة», the tags, the comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_menu
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box, Segment

RANKING = re.compile(r"الاكثر|الاعلي|ساخن|\bاخر |احدث|هذا العدد|عدد اليوم")
"""What tells the newest, the most read and the rest of an issue from what is related."""
MAX_MARKER_WORDS = 8
"""«مقالات ذات صلة - À lire aussi» is still a marker."""
_TAKEN_OVER = frozenset(("", "card", "date", "byline", "nav", "agency", "share", "other", "hidden"))


def label_zones(reading: Reading) -> None:
    """Carry a marker such as «أخبار ذات صلة» or «الأكثر قراءة» over to the links and cards that it stands above."""
    segments = reading.segments
    # «<aside class="related">» and «widget similar» are the list itself, and no column with all kinds of lists
    asides = (box for box in reading.boxes if box.hints & Hint.RELATED and box.hints & Hint.ASIDE)
    named = {i for box in asides if not _stands_in_column(reading, box) for i in range(box.start, box.end)}
    reading.offers.update(
        i
        for i, hints in enumerate(reading.hints)
        if hints & Hint.RELATED
        and i > reading.title_at
        and (hints & Hint.BODY or not hints & Hint.ASIDE or i in named)
        and not _stands_in_other_box(reading, i)
    )
    reading.offers -= _find_newest(reading)
    markers = [i for i in range(reading.title_at + 1, len(segments)) if _is_marker(segments[i])]
    above = _Above()
    for marker, limit in pairwise([*markers, len(segments)]):
        above.extend(reading, marker)
        name = "card" if segments[marker].label == "see_also" else segments[marker].label
        # a zone ends at the next marker: «التعليقات» above «أخبار ذات صلة» has nothing to do with its cards
        zone = range(marker + 1, min(_find_zone_end(reading, marker, limit, above), limit))
        zone = _cut_at_next_list(reading, zone)
        if name == "card":
            reading.offers.update(zone)
        for position in zone:
            segment = segments[position]
            # «promo» is what some sites call the headline of a card
            is_taken = segment.label in _TAKEN_OVER or (
                segment.label == "promo" and (position in reading.card_of or _is_headline(segment))
            )
            if segment.image is None and is_taken and not is_menu(segment):
                segment.label = name


def _cut_at_next_list(reading: Reading, zone: range) -> range:
    """End a zone at the heading of another list: «أضيف للموقع حديثاً» below the cards of «أخبار ذات صلة»."""
    headlines = [i for i in zone if _is_headline(reading.segments[i])]
    for index in zone:
        segment = reading.segments[index]
        if _leads_on(reading, index):
            return range(zone.start, index)
        is_heading = segment.level > 0 and not segment.links and 0 < segment.words <= MAX_MARKER_WORDS
        if is_heading and index not in reading.card_of and headlines and headlines[0] < index < headlines[-1]:
            return range(zone.start, index)
    return zone


def _find_newest(reading: Reading) -> set[int]:
    """Return what stands in boxes named for related news whose own heading says that they hold the newest or the most read."""
    found: set[int] = set()
    for box in reading.boxes:
        first = reading.segments[box.start] if box.hints & Hint.RELATED and box.start < box.end else None
        if (
            first
            and first.text
            and not first.links
            and first.words <= MAX_MARKER_WORDS
            and RANKING.search(first.folded)
        ):
            found.update(range(box.start, box.end))
    return found


def _stands_in_column(reading: Reading, box: Box) -> bool:
    while box.parent >= 0 and box.tag != "aside":
        box = reading.boxes[box.parent]
        if box.hints & Hint.ASIDE:
            return True
    return False


def _stands_in_other_box(reading: Reading, index: int) -> bool:
    """Whether a box of related news holds a smaller box of another kind around a text: the author's, the way to the next page."""
    if _leads_on(reading, index):
        return True
    if not reading.hints[index] & Hint.BYLINE or index in reading.card_of:
        return False
    box = reading.boxes[reading.segments[index].box]
    while box.parent >= 0 and not box.hints & (Hint.RELATED | Hint.BYLINE):
        box = reading.boxes[box.parent]
    return bool(box.hints & Hint.BYLINE)


def _leads_on(reading: Reading, index: int) -> bool:
    """Whether a text stands in the box of the previous and the next page."""
    box = reading.boxes[reading.segments[index].box]
    while reading.hints[index] & Hint.NAV and box.parent >= 0:
        if box.hints & Hint.NAV and box.hints & Hint.LISTING:
            return sum(map(_is_headline, reading.segments[box.start : box.end])) <= 2
        box = reading.boxes[box.parent]
    return False


@dataclass(slots=True)
class _Above:
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


_MARKERS = frozenset(("see_also", "most_read", "tags", "comments", "sources", "read_more"))


def _is_marker(segment: Segment) -> bool:
    if segment.label not in ("see_also", "other", "tag", "comment", "source"):
        return False
    if segment.phrase is None or segment.phrase[0] not in _MARKERS:
        return False
    if segment.phrase[1] != "exact" and segment.phrase[0] != "comments":
        return segment.phrase[0] == "see_also" and not segment.links and segment.words <= MAX_MARKER_WORDS
    return not any(href for href, text, _ in segment.links if len(text) > 15)


def _find_zone_end(reading: Reading, marker: int, limit: int, above: _Above) -> int:
    """Return where the list under a marker ends: with the marker's own box, or where running text begins again."""
    segments, boxes = reading.segments, reading.boxes
    box = boxes[segments[marker].box]
    if segments[marker].label == "tag":
        return _end_of_links(reading, marker)
    while box.parent > 0 and box.parent != reading.scope and _is_list_box(reading, boxes[box.parent], marker):
        if sum(map(_is_headline, segments[marker + 1 : box.end])) > 1:
            # a section with its list: the box around it holds the sections behind it too
            break
        box = boxes[box.parent]
    end = box.end if box.index != reading.scope else marker + 1
    if end > marker + 1 and any(segments[i].links for i in range(marker + 1, end)):
        return end
    if segments[marker].label == "source":
        return _end_of_list(reading, marker)
    if segments[marker].label == "comment":
        return boxes[reading.scope].end if _closes_text(segments[marker], above) else max(end, marker + 1)
    return _end_of_cards(reading, range(max(end, marker + 1), limit), marker, above)


def label_skipped(reading: Reading) -> None:
    """Take the whole box that begins with a link past itself: «تخطى البودكاست وواصل القراءة» (WCAG 2.4.1)."""
    for index, segment in enumerate(reading.segments):
        if segment.label != "placeholder" or not segment.folded.startswith("تخطي") or index <= reading.title_at:
            continue
        box = reading.boxes[segment.box]
        while box.parent > 0 and reading.boxes[box.parent].start == index and box.parent != reading.scope:
            box = reading.boxes[box.parent]
        for position in range(index, box.end):
            reading.segments[position].label = reading.segments[position].label or "promo"


def _is_list_box(reading: Reading, box: Box, marker: int) -> bool:
    """Whether a box begins with the marker and holds no more running text than summaries under its headlines."""
    above = (reading.segments[index] for index in range(box.start, marker))
    if not all(segment.image is not None or segment.label == "placeholder" for segment in above):
        return False
    headlines = sum(s.link_share > 0.7 and s.words >= 3 for s in reading.segments[box.start : box.end])
    return sum(map(bool, reading.weights[box.start : box.end])) <= headlines


def _closes_text(segment: Segment, above: _Above) -> bool:
    """Whether «التعليقات» is a heading behind text, and not a counter beside the headline."""
    is_heading = segment.level > 0 or segment.bold_share > 0.9 or segment.words > 4
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
    """Return where the list of sources under its heading ends: at the next heading or the next paragraph."""
    position = marker + 1
    while (
        position < len(reading.segments)
        and not reading.segments[position].level
        and reading.hints[position] & Hint.LIST
    ):
        position += 1
    return position


def _end_of_cards(reading: Reading, positions: range, marker: int, above: _Above) -> int:
    """Return where a list without a box of its own ends: its plain texts stand under a link, at most three of them."""
    marker_box = reading.boxes[reading.segments[marker].box]
    last, distance, summaries = positions.start, 99, 0
    headline: Segment | None = None
    for position in positions:
        segment = reading.segments[position]
        if segment.image is not None or segment.label == "placeholder":
            continue
        if _is_headline(segment) or position in reading.card_of:
            headline = segment if _is_headline(segment) else headline
            distance, last = 0, position + 1
            continue
        box = reading.boxes[segment.box]
        is_other_marker = bool(box.element.get("class")) and box.shape == marker_box.shape and segment.words < 8
        is_last_summary = distance == 0 and summaries > 1
        if is_other_marker or (not is_last_summary and _resumes_text(reading, position, above, headline)):
            break
        is_above_headline = any(map(_is_headline, reading.segments[position + 1 : position + 4]))
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


def _is_headline(segment: Segment) -> bool:
    return segment.link_share > 0.9 and segment.words >= 3


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


def _resumes_text(reading: Reading, position: int, above: _Above, headline: Segment | None) -> bool:
    """Whether a long text is a paragraph like those above the marker, and not a summary between two like headlines."""
    if not reading.weights[position]:
        return False
    box = reading.boxes[reading.segments[position].box]
    if box.index not in above.boxes and (box.parent, box.shape) not in above.shapes:
        return False
    following = reading.segments[position + 1 : position + 7]
    upcoming = next((s for s in following if _is_headline(s) and not (s.phrase and s.phrase.kind == "see_also")), None)
    is_between = headline is not None and upcoming is not None and _look_alike(reading, headline, upcoming)
    return not is_between


def _look_alike(reading: Reading, one: Segment, other: Segment) -> bool:
    shapes = (reading.boxes[one.box].shape, reading.boxes[other.box].shape)
    return shapes[0] == shapes[1] and one.look == other.look
