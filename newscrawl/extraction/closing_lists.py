"""The list of cards right behind the text: what a page offers there is further reading, though no heading says so.

Lists of the newest and the most read stand there too, but their headings tell them; columns have boxes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newscrawl.extraction.hints import Hint
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Box, get_first_name
from newscrawl.extraction.zones import RANKING, is_of_own_section
from newscrawl.urls import is_same_site, resolve

_RANKING_NAME = re.compile(
    r"trend|most|popular|latest|recent|newest|ticker|breaking|top[-_ ]?(?:stories|news)", re.IGNORECASE
)
_MAX_APART = 2
_MAX_BETWEEN = 40
_MAX_PLAIN_WORDS = 60
_MAX_HEADING_WORDS = 8
_LEAST_CARDS = 2
_OTHER_COLUMN = Hint.ASIDE | Hint.PAGE
_NO_HEADING = frozenset(("most_read", "nav", "page", "copyright", "comments", "promo", "ads"))


def label_closing_list(reading: Reading, last: int) -> None:
    """Label the first list of cards behind `last`, the end of the text, where no other offers stand there already."""
    size = len(reading.segments)
    if last < 0 or any(index > last and reading.segments[index].text for index in reading.offers):
        return
    start = _find_cards(reading, range(last + 1, min(last + _MAX_BETWEEN, size)))
    if start is None or _is_ranking_by_name(reading, start):
        return
    cards = list(_list_cards(reading, start))
    heading = _find_heading(reading, last, start)
    if len(cards) < _LEAST_CARDS or (heading >= 0 and not _is_of_offers(reading, heading)):
        return
    if heading >= 0:
        reading.segments[heading].label = "see_also"
    end = reading.boxes[cards[-1]].end
    for index in range(start, end):
        segment = reading.segments[index]
        segment.label = "card" if segment.text else segment.label
    reading.offers.update(range(start, end))


def _find_cards(reading: Reading, behind: range) -> int | None:
    """Return where the first card behind the text begins; None where another column, a ranking or a text comes first."""
    plain = 0
    for index in behind:
        segment, hints = reading.segments[index], reading.hints[index]
        is_elsewhere = hints & _OTHER_COLUMN and not hints & Hint.BODY
        is_ranking = not segment.links and segment.words <= _MAX_HEADING_WORDS and RANKING.search(segment.folded)
        if is_elsewhere or is_ranking or plain > _MAX_PLAIN_WORDS:
            return None
        if index in reading.card_of and not hints & (Hint.NAV | Hint.SHARE | Hint.COMMENT | Hint.TAGS):
            return reading.boxes[reading.card_of[index]].start
        plain += segment.words if reading.weights[index] else 0
    return None


def _list_cards(reading: Reading, start: int) -> Iterator[int]:
    """Yield the boxes of the cards side by side from a position on that lead to pages of the site under headlines."""
    first = reading.boxes[reading.card_of[start]]
    kind, end = _get_kind(reading, first), first.start
    for box in reading.boxes[first.index :]:
        if _get_kind(reading, box) != kind or reading.card_of.get(box.start) != box.index:
            continue
        if box.start > end + _MAX_APART:
            return
        end = box.end
        headlines = [s for s in reading.segments[box.start : box.end] if s.link_share > 0.5 and s.words >= 3]
        address = resolve(reading.url, headlines[0].links[0][0]) if headlines and headlines[0].links else None
        if not address or not is_same_site(address, reading.url or address):
            return
        yield box.index


def _get_kind(reading: Reading, box: Box) -> tuple[str, str]:
    return get_first_name(box), get_first_name(reading.boxes[max(box.parent, 0)])


def _is_ranking_by_name(reading: Reading, start: int) -> bool:
    """Whether a box around a card is named for the newest or the most read."""
    box = reading.boxes[reading.segments[start].box]
    while box.parent >= 0 and not box.start <= reading.title_at < box.end:
        if _RANKING_NAME.search(box.shape):
            return True
        box = reading.boxes[box.parent]
    return False


def _find_heading(reading: Reading, last: int, start: int) -> int:
    """Return the text right above a list, where it is a heading or stands alone with the list; -1 where there is none."""
    above = next((i for i in range(start - 1, last, -1) if reading.segments[i].text), -1)
    if above < 0 or reading.segments[above].links or reading.segments[above].words > _MAX_HEADING_WORDS:
        return -1
    holder = reading.boxes[reading.boxes[reading.card_of[start]].parent]
    is_inside = holder.start <= above
    return above if is_inside or reading.segments[above].level or reading.segments[above].bold_share > 0.9 else -1


def _is_of_offers(reading: Reading, heading: int) -> bool:
    segment = reading.segments[heading]
    if is_of_own_section(reading, heading):
        return False
    return not RANKING.search(segment.folded) and not (segment.phrase and segment.phrase.kind in _NO_HEADING)
