"""What a text does not begin or end with: its own headline, where and by whom it was written, who signs, the imprint."""

from __future__ import annotations

import re
from itertools import islice

from newscrawl.arabic import fold
from newscrawl.extraction.datelines import is_dateline, read_dateline
from newscrawl.extraction.headings import looks_like_heading
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.names import is_name, is_signed, read_signed, split_names
from newscrawl.extraction.phrases import list_phrases
from newscrawl.extraction.reading import BODY_LABELS, MAX_FIELD_WORDS, Reading, get_key
from newscrawl.extraction.segments import Segment

_SOURCE_BREAK = re.compile(r"\s*[/،,+|–-]\s*|\s+و\s?(?=\S)")
_IMPRINT = re.compile(r"(?:هاتف|تلفون|فاكس|صندوق البريد|ص\.\s?ب)\.?\s*:?\s*\+?\(?\d")
_COMMUNIQUE = re.compile(r"(?:^|\s)(?:بيان(?:ات)?|بلاغ(?:ات)?|نداء|رسالة مفتوحة)(?:\s|:|$)")
_MAX_BYLINE_WORDS = 9
_MAX_COMMUNIQUE_WORDS = 16
_MAX_IMPRINT_WORDS = 25
_MAX_VERSE_WORDS = 7
_MAX_INITIALS = 4
_MAX_LINES_ABOUT_WRITER = 3
_MAX_WORDS_BEFORE_NAME = 8
_MAX_WORDS_BEHIND = 50
_INITIALS = re.compile(r"\W*(?:انتهى\W*|(?:انتهى\W+)?[^\W\d_]{1,3}(?:\W+[^\W\d_]{1,3})*\W*?(?:\([^()]{2,40}\)\W*)?)")
"""«(وأن)/ م ع/ ر س», «/انتهى/ ن.هـ», «ع.ش/ ص.ش (د ب أ، رويترز)»: whom an agency's desk signs with"""
_TITLE_OF_PERSON = re.compile(r"(?:ال)?(?:دكتور|أستاذ|مهندس|بروفيسور|محامي?|شيخ|عميد|لواء)[ةه]?\s+|[دأم]\.\s*")


def trim_edges(reading: Reading, span: list[int]) -> None:
    """Take off what the text does not begin or end with: its own headline, a place, a name, a heading above nothing."""
    lines = [i for i in span if reading.segments[i].label in BODY_LABELS]
    is_communique = _is_communique(reading)
    for index in _find_about_writer(reading, lines):
        reading.segments[index].label = "other"
    for index in reversed(span):
        segment = reading.segments[index]
        if segment.label in BODY_LABELS and _is_imprint(segment):
            segment.label = "nav"
            continue
        # the last verse of a poem is short like those above it
        is_verse = all(reading.segments[i].words <= _MAX_VERSE_WORDS for i in lines[-4:]) and not segment.bold_share
        is_line = segment.label in ("heading", "paragraph") and segment.words <= _MAX_BYLINE_WORDS
        is_text = is_verse or is_communique  # who signs somebody's own words is part of them
        if is_line and not is_communique and is_signed(segment.text):
            segment.label = "byline"
        elif is_line and _names_sources(reading, segment.text):
            segment.label = "agency"
        elif segment.label == "heading" or (
            segment.label == "paragraph" and (_is_initials(segment) or (not is_text and _is_signature(segment)))
        ):
            segment.label = "other"
        elif segment.label in BODY_LABELS:
            break
    keys = {get_key(title) for title, _ in reading.declared.titles}
    for index in span:
        segment = reading.segments[index]
        if segment.label not in BODY_LABELS:
            continue
        if segment.words < 40 and get_key(segment.text) in keys:
            segment.label = "title"
        elif _is_dateline(reading, segment):
            segment.label = "byline"
        elif (
            (segment.words <= 3 or is_name(segment.text))
            and not segment.level
            and looks_like_heading(segment)
            and not read_dateline(segment.text)
            and _is_above_text(reading, index)
        ):
            segment.label = "other"
        else:
            break


def _is_communique(reading: Reading) -> bool:
    """Whether the headline, or the label above it, says that somebody's own words follow: who signs them is part of them."""
    above = reading.segments[max(reading.title_at - 2, 0) : reading.title_at + 1]
    return any(_COMMUNIQUE.search(segment.text) for segment in above if segment.words <= _MAX_COMMUNIQUE_WORDS)


def _is_above_text(reading: Reading, index: int) -> bool:
    """Whether the next text is a long one: a verse stands above another verse."""
    following = (other for other in reading.segments[index + 1 : index + 6] if other.label in BODY_LABELS)
    return any(other.words > 12 for other in [next(following, reading.segments[index])])


def _is_dateline(reading: Reading, segment: Segment) -> bool:
    """Whether a first line says where and by whom: «أبوظبي - علياء الكعبي:»; with an agency alone it is text as printed."""
    if is_dateline(segment):
        return True
    if segment.words > _MAX_BYLINE_WORDS or segment.level:
        return False
    if is_signed(segment.text):
        return True
    signed = read_signed(segment.text)
    sites = " ".join(f" {get_key(name)} " for name in reading.declared.site_names)
    is_parted = len(signed.others) == 2 or signed.has_work  # «ود مدني: الميناء 24», «الشحر / خاص»
    return is_parted and bool(signed.others) and (signed.has_work or f" {get_key(signed.others[-1])} " in sites)


def _find_about_writer(reading: Reading, lines: list[int]) -> list[int]:
    """Return the last lines from the one on that says who wrote the text: «الكاتب رامي السعيد باحث في …».

    It names a declared writer in its first words, or stands in a box for writers; behind it stands no text any more.
    """
    people = {
        key for text, _ in reading.declared.authors for name in split_names(text) if " " in (key := get_key(name))
    }
    for position in range(max(len(lines) - _MAX_LINES_ABOUT_WRITER, 1), len(lines)):
        index = lines[position]
        segment = reading.segments[index]
        start = f" {' '.join(get_key(segment.text).split()[:_MAX_WORDS_BEFORE_NAME])} "
        is_named = not segment.level and any(f" {name} " in start for name in people)
        behind = sum(reading.segments[i].words for i in lines[position + 1 :])
        is_field = segment.words <= MAX_FIELD_WORDS and behind <= _MAX_WORDS_BEHIND
        if is_field and (is_named or reading.hints[index] & Hint.BYLINE):
            return lines[position:]
    return []


def _names_sources(reading: Reading, text: str) -> bool:
    """Whether a line is nothing but names of agencies and of the site: «الميناء 24 / أ ف ب», «(رويترز، الأناضول)»."""
    names = [name for name in _SOURCE_BREAK.split(text.strip(" ()[].")) if name]
    sites = {get_key(name) for name in reading.declared.site_names}
    known = [fold(name) in list_phrases("agency") or get_key(name) in sites for name in names]
    is_bracketed = text.startswith("(") and text.endswith((")", ")."))
    return bool(names) and (any(known) if is_bracketed else all(known))


def _is_imprint(segment: Segment) -> bool:
    """Whether a last line says where the newspaper lives: «صندوق البريد 1142 نواكشوط - هاتف 00222 4529 0000»."""
    return segment.words <= _MAX_IMPRINT_WORDS and bool(_IMPRINT.search(segment.text))


def _is_initials(segment: Segment) -> bool:
    return "/" in segment.text and _INITIALS.fullmatch(segment.text) is not None


def _is_signature(segment: Segment) -> bool:
    """Whether a last line is a name, a few letters or a line of dashes."""
    if len(list(islice(filter(str.isalpha, segment.text), _MAX_INITIALS + 1))) <= _MAX_INITIALS:
        return True
    return (
        segment.words <= 12
        and not segment.text.endswith((".", "!", "؟", "?", "»", '"', "”", "。", "」"))
        and sum(any(map(str.isalpha, word)) for word in _TITLE_OF_PERSON.sub("", segment.text, count=1).split()) <= 3
    )
