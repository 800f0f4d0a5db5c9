"""What stands under a marker: the cards under «أخبار ذات صلة», the list under «الأكثر قراءة», the tags, the comments."""

from __future__ import annotations

import re
from itertools import pairwise

from newscrawl.arabic import fold
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import is_menu
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box, Segment
from newscrawl.extraction.zone_ends import Above, find_zone_end, is_headline

RANKING = re.compile(
    r"الاكثر|الاعلي|ساخن|\bاخر |احدث|(?:هذا|نفس) العدد|عدد اليوم|رائج|رايج|جديد|عناوين|شائع|شايع|تريند|trending|popular|latest"
)
"""What tells the newest, the most read and the rest of an issue from what is related."""
_IMPRINT = re.compile("©|حقوق.{0,30}محفوظ|copyright|all rights reserved")
MAX_MARKER_WORDS = 8
"""«مقالات ذات صلة - À lire aussi» is still a marker."""
_MAX_APPEAL_WORDS = 50
_MAX_TOPIC_WORDS = 3
_AROUND_HEADLINE = 4
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
    above = Above()
    has_offers, imprint = False, _find_imprint(reading)
    for marker, limit in pairwise([*markers, len(segments)]):
        above.extend(reading, marker)
        name = "card" if segments[marker].label == "see_also" else segments[marker].label
        # a zone ends at the next marker: «التعليقات» above «أخبار ذات صلة» has nothing to do with its cards
        zone = range(marker + 1, min(find_zone_end(reading, marker, limit, above), limit))
        zone = _cut_at_next_list(reading, zone)
        if name == "card" and _holds_topics(reading, marker, zone):
            name = "tag"
        elif name == "card" and (is_of_own_section(reading, marker) or (has_offers and marker > imprint)):
            name = "other"
        elif name == "card" and has_offers and _find_topic(segments[marker]):
            name = "other"  # the rest of a section, where further reading stands above it
        reading.offers.difference_update(_find_other_list(reading, marker, range(zone.stop, limit)))
        if name == "card":
            is_behind = not any(reading.weights[marker + 1 : reading.boxes[reading.scope].end])
            has_offers = has_offers or (is_behind and sum(is_headline(segments[i]) for i in zone) > 1)
            reading.offers.update(zone)
        elif name == "other":
            reading.offers.difference_update(zone)  # «الأكثر قراءة» in a box named like the related news beside it
        for position in zone:
            segment = segments[position]
            # «promo» is what some sites call the headline of a card
            is_taken = segment.label in _TAKEN_OVER or (
                segment.label == "promo" and (position in reading.card_of or is_headline(segment))
            )
            if segment.image is None and is_taken and not is_menu(segment):
                segment.label = name


def _find_imprint(reading: Reading) -> int:
    """Return where the page says whose it is: a list behind that is what a theme shows to those who scroll so far."""
    behind = range(reading.title_at + 1, len(reading.segments))
    said = (i for i in behind if _IMPRINT.search(reading.segments[i].folded))
    return next(said, len(reading.segments))


def _find_topic(segment: Segment) -> str:
    """Return what a heading announces more of, folded: «المزيد من محليات»."""
    is_more = segment.folded.startswith(("المزيد من ", "المزيد في "))
    return segment.folded.split(" ", 2)[2] if is_more else ""


def is_of_own_section(reading: Reading, marker: int) -> bool:
    """Whether a list holds more of the section that the page declares, or names around its headline."""
    topic = _find_topic(reading.segments[marker])
    positions = range(max(reading.title_at - _AROUND_HEADLINE, 0), reading.title_at + _AROUND_HEADLINE)
    hints = reading.hints
    labels = (i for i in positions if i < len(hints) and (not hints[i] & Hint.NAV or hints[i] & Hint.CRUMB))
    around = [reading.segments[i] for i in labels]  # the menu has every section
    names = {fold(text) for segment in around for _, text, _ in segment.links} | {s.folded for s in around}
    return bool(topic) and topic in names.union(map(fold, reading.declared.sections))


def _holds_topics(reading: Reading, marker: int, zone: range) -> bool:
    """Whether a list in a box named for tags has topics and no headlines: «فيضانات», «الأمم المتحدة» under «مواضيع ذات صلة»."""
    is_named = reading.hints[marker] & Hint.TAGS
    return bool(is_named) and all(reading.segments[i].words <= _MAX_TOPIC_WORDS for i in zone)


def _cut_at_next_list(reading: Reading, zone: range) -> range:
    """End a zone at the heading of another list: «أضيف للموقع حديثاً» below the cards of «أخبار ذات صلة».

    Such a heading looks like one, or stands in a box like that of the zone's own.
    """
    headlines = [i for i in zone if is_headline(reading.segments[i])]
    for index in zone:
        segment = reading.segments[index]
        if _leads_on(reading, index):
            return range(zone.start, index)
        is_heading = segment.level > 0 and not segment.links and 0 < segment.words <= MAX_MARKER_WORDS
        is_heading = is_heading or _looks_like_marker(reading, index, zone.start - 1)
        if is_heading and index not in reading.card_of and headlines and headlines[0] < index < headlines[-1]:
            return range(zone.start, index)
    return zone


def _looks_like_marker(reading: Reading, index: int, marker: int) -> bool:
    """Whether a short text stands in a box with a class and the shape of the marker's own: the title of another list."""
    segment, box = reading.segments[index], reading.boxes[reading.segments[marker].box]
    is_like = bool(box.element.get("class")) and reading.boxes[segment.box].shape == box.shape
    return is_like and not segment.links and 0 < segment.words <= MAX_MARKER_WORDS


def _find_other_list(reading: Reading, marker: int, behind: range) -> range:
    """Return what stands behind a zone under another title, in a column that is named for related news as a whole."""
    if not behind or not _looks_like_marker(reading, behind.start, marker):
        return range(0)
    holder = reading.boxes[reading.segments[marker].box]
    while holder.end <= behind.start and holder.parent >= 0:
        holder = reading.boxes[holder.parent]
    return range(behind.start, min(holder.end, behind.stop))


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
        # «widget Blog» holds the article itself
        if box.hints & Hint.ASIDE and not box.start <= reading.title_at < box.end:
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
            return sum(map(is_headline, reading.segments[box.start : box.end])) <= 2
        box = reading.boxes[box.parent]
    return False


_MARKERS = frozenset(("see_also", "most_read", "tags", "comments", "sources", "read_more"))


def _is_marker(segment: Segment) -> bool:
    if segment.label not in ("see_also", "other", "tag", "comment", "source"):
        return False
    if segment.phrase is None or segment.phrase[0] not in _MARKERS:
        return False
    if segment.phrase[1] != "exact" and segment.phrase[0] != "comments":
        return segment.phrase[0] == "see_also" and not segment.links and segment.words <= MAX_MARKER_WORDS
    return not any(href for href, text, _ in segment.links if len(text) > 15)


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


def label_appeals(reading: Reading) -> None:
    """Take the whole small box under a heading that asks for something: «انضم إلى قائمتنا البريدية» and the line below it."""
    for index, segment in enumerate(reading.segments):
        is_exact = segment.phrase is not None and segment.phrase.match == "exact"
        if segment.label != "promo" or not (segment.level or is_exact) or index <= reading.title_at:
            continue
        box = reading.boxes[segment.box]
        holder = reading.boxes[max(box.parent, 0)]
        inside = reading.segments[holder.start : holder.end]
        is_small = holder.start == index and sum(s.words for s in inside) <= _MAX_APPEAL_WORDS
        for other in inside if is_small else ():
            other.label = other.label or "promo"


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
