"""One label for every text of the page, decided in one place: body, captions and related links all come from it.

Order of evidence: the words of a whole short text, then the names of the boxes around it, then its shape beside its
neighbours. What is left inside the box of the text is the text.
"""

from __future__ import annotations

import re

from newscrawl.extraction.body import label_body
from newscrawl.extraction.furniture import label_learned
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import HAS_DIGIT, is_button_row, is_date_line, is_menu, is_network_row, leads_home
from newscrawl.extraction.names import is_signed
from newscrawl.extraction.reading import FURNITURE, Reading
from newscrawl.extraction.segments import Segment
from newscrawl.extraction.sign_ups import label_sign_ups
from newscrawl.extraction.standfirst import label_subtitle
from newscrawl.extraction.unnamed_lists import label_unnamed_lists
from newscrawl.extraction.zones import MAX_MARKER_WORDS, label_appeals, label_rules, label_skipped, label_zones
from newscrawl.items import FurnitureBlock

_HINT_LABELS = (
    (Hint.HIDDEN, "hidden"), (Hint.COMMENT, "comment"), (Hint.SHARE, "share"), (Hint.RELATED, "card"), (Hint.NAV, "nav"),
    (Hint.PROMO, "promo"), (Hint.EMBED, "embed"), (Hint.FORM, "promo"), (Hint.BUTTON, "share"), (Hint.LISTING, "other"),
    (Hint.ASIDE, "other"), (Hint.PAGE, "nav"),
)  # fmt: skip
_FIELD_LABELS = (
    (Hint.CREDIT, "credit"), (Hint.CAPTION, "caption"), (Hint.TAGS, "tag"), (Hint.BYLINE, "byline"),
)  # fmt: skip
_PHRASE_LABELS = {
    "share": "share", "placeholder": "placeholder", "promo": "promo", "comments": "comment", "nav": "nav", "ads": "advert",
    "cookie": "promo", "copyright": "nav", "most_read": "other", "tags": "tag", "date": "date", "byline": "byline",
    "caption": "caption", "credit": "credit", "agency": "agency", "see_also": "see_also", "read_more": "nav",
    "page": "", "about_author": "", "sources": "source", "section": "section",
}  # fmt: skip
_TAG_ADDRESS = re.compile(r"/(?:tags?|keywords?|topics?|label|wosoom)/|[?&]tag=", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.|\bt\.me/|@\w{4,}")


def label(reading: Reading, furniture: tuple[FurnitureBlock, ...] = ()) -> None:
    """Give every segment its label; `furniture` is what was learned of the site."""
    for index, segment in enumerate(reading.segments):
        segment.label = _label_alone(reading, index, segment)
    if furniture:
        label_learned(reading, furniture)
    label_zones(reading)
    label_unnamed_lists(reading)
    label_skipped(reading)
    label_rules(reading)
    label_appeals(reading)
    label_sign_ups(reading)
    label_subtitle(reading)
    label_body(reading)


def _label_alone(reading: Reading, index: int, segment: Segment) -> str:
    """Return what a segment is by its own words and the names around it, or "" where neighbours must decide."""
    hints = reading.hints[index]
    if segment.image is not None:
        return "image"
    if index == reading.title_at:
        return "title"
    if index in reading.caption_of:
        return "credit" if hints & Hint.CREDIT else "caption"
    if name := _name_marker(reading, index, segment):
        return name
    if hints & Hint.TAGS and index > reading.title_at and segment.links and not hints & (FURNITURE & ~Hint.PAGE):
        # an article has a footer of its own for them
        return "tag"
    for hint, name in _HINT_LABELS:
        if hints & hint:
            return name
    if index in reading.card_of:
        return "card"
    if is_network_row(segment) or is_button_row(segment):
        return "share"
    is_tag_row = hints & Hint.TAGS and len(segment.links) > 1 and not hints & Hint.BYLINE and not leads_home(segment)
    if index > reading.title_at and (is_tag_row or _leads_to_tags(segment)):
        return "tag"
    if is_menu(segment) and not hints & Hint.BYLINE:
        return "nav"
    if segment.text.startswith("#") and segment.words <= 5 and segment.links:
        return "tag"
    if segment.phrase:
        name = _judge_phrase(segment, hints)
        if name and (name != "source" or _is_set_apart(reading, segment)):
            return name
    # «فلان الفلاني - قناة 24» in a box of bylines has a digit and no date
    is_dated = hints & Hint.DATE and segment.words <= 16 and HAS_DIGIT.search(segment.text)
    if is_dated and not (segment.hints & Hint.BYLINE and not is_date_line(segment)):
        return "date"
    for hint, name in _FIELD_LABELS:
        if name == "credit" and not _has_picture_above(reading, index):
            continue  # «credits» between headline and text name who wrote it
        if name == "caption" and segment.level and segment.link_share > 0.9:
            continue  # «<div class="caption"><h5><a>» is a card of Bootstrap
        if hints & hint and (segment.words <= 16 or name == "caption"):
            return name
    if segment.words < 12 and _ADDRESS.search(segment.text):
        return "promo"
    if hints & Hint.DATE and segment.words <= 5:
        return "date"
    return ""


def _has_picture_above(reading: Reading, index: int) -> bool:
    """Whether a picture stands between the headline and a text, or anywhere above one that is not below the headline."""
    first = reading.title_at if 0 <= reading.title_at < index else 0
    return any(segment.image is not None for segment in reading.segments[first:index])


def _is_set_apart(reading: Reading, segment: Segment) -> bool:
    """Whether a word is a heading, is bold, or is the only item of its list."""
    box = reading.boxes[segment.box]
    is_lone_item = box.tag == "li" and reading.boxes[box.parent].end - reading.boxes[box.parent].start == 1
    return segment.level > 0 or segment.bold_share > 0.9 or is_lone_item


def _name_marker(reading: Reading, index: int, segment: Segment) -> str:
    """Return what a text is whose words announce links, whatever the boxes around it are called, or ""."""
    if segment.phrase is None:
        return ""
    kind, match = segment.phrase
    if kind == "see_also" and match == "exact" and "الاكثر" in segment.folded:
        return "other"  # «الموضوعات المتعلقة بالقسم الأكثر قراءة»
    if match == "exact" and kind in ("placeholder", "see_also"):
        return kind
    if match == "exact" and kind == "most_read" and not reading.hints[index] & Hint.TAGS:
        return "other"
    if kind == "tags" and segment.links:
        return "tag"
    if reading.hints[index] & Hint.TAGS and segment.links and _lead_to_tags(segment):
        return "tag"  # «اقرأ المزيد عن»
    if kind == "read_more" and segment.level and not segment.links:
        return "see_also"
    if kind == "byline" and reading.hints[index] & Hint.BODY and _links_headline(segment):
        return "see_also"  # «تقرير مصور: …»
    if kind != "see_also":
        return ""
    hints = reading.hints[index]
    box = reading.boxes[segment.box]
    is_alone = box.end - box.start == 1 and index + 1 in reading.card_of
    is_set_apart = (segment.level > 0 or is_alone) and not hints & Hint.BODY
    is_titled = is_set_apart and segment.words <= MAX_MARKER_WORDS and not segment.links
    is_offer = segment.link_share > 0.5 and not hints & (Hint.HIDDEN | Hint.COMMENT)
    return kind if is_offer or (is_titled and _stands_above_offer(reading, index)) else ""


def _stands_above_offer(reading: Reading, index: int) -> bool:
    """Whether what follows a title is no paragraph: «المزيد من الضغوط على المستأجرين» may be a heading of the text."""
    following = next((i for i in range(index + 1, len(reading.segments)) if reading.segments[i].text), index)
    return not reading.weights[following] or reading.segments[following].link_share > 0


def _links_headline(segment: Segment) -> bool:
    """Whether a line is a label with a colon and one link of a headline's length behind it."""
    return (
        len(segment.links) == 1 and segment.links[0][1].count(" ") >= 3 and segment.text.endswith(segment.links[0][1])
    )


def _leads_to_tags(segment: Segment) -> bool:
    """Whether a text is nothing but links to pages of keywords."""
    return bool(segment.links) and segment.link_share > 0.6 and segment.words <= 30 and _lead_to_tags(segment)


def _lead_to_tags(segment: Segment) -> bool:
    return all(_TAG_ADDRESS.search(href) or link.get("rel") == "tag" for href, _, link in segment.links)


def _judge_phrase(segment: Segment, hints: int) -> str:
    """Return a phrase's label where the whole text bears it out: a prefix alone may begin a sentence as well."""
    kind, match = segment.phrase or ("", "")
    name = _PHRASE_LABELS[kind]
    if match == "exact":
        return "" if segment.level and kind == "nav" else name
    ends_sentence = segment.text.endswith((".", "؟", "!")) and segment.words > 8
    if kind == "see_also":
        has_label = ":" in segment.text[:30] or segment.link_share > 0.5
        return name if has_label or segment.words <= 4 else ""
    if kind == "section":
        return name if ":" in segment.text[:14] and segment.words <= 6 else ""
    if kind == "byline" and hints & Hint.LIST:
        # «كتب علمية» in a list are books
        return ""
    if kind == "byline" and hints & Hint.SUBTITLE and ":" not in segment.text and not is_signed(segment.text):
        return ""  # «حوار مع الجغرافية سلوى نصار» in the standfirst's box
    if kind == "byline" and segment.level and ":" not in segment.text:
        # «حوار لا ينقطع» is a heading of the text
        return ""
    if kind in ("byline", "agency", "credit"):
        return name if segment.words <= 9 and not ends_sentence else ""
    if kind in ("share", "nav", "most_read", "tags"):
        return name if not ends_sentence else ""
    return name
