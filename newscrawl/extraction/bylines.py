"""Who signs an article: people from its byline or its structured data, never the site, an agency or a place.

Every line around the headline and behind the text is weighed by what speaks for its being a byline; the best line and its
companions sign. Where none convinces, the structured data does, then the other metadata, then a name alone under the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from newscrawl.dates import parse_date
from newscrawl.extraction.datelines import read_dateline
from newscrawl.extraction.headline import HOME_ADDRESS, split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import FIELD_BREAK, HAS_DIGIT, is_date_line
from newscrawl.extraction.names import (
    ROLE,
    holds_name,
    is_name,
    is_name_like,
    leads_to_author,
    list_unlike_names,
    read_signed,
    split_names,
)
from newscrawl.extraction.neighbourhood import find_neighbourhood
from newscrawl.extraction.phrases import list_phrases
from newscrawl.extraction.reading import BODY_LABELS, Reading, get_key
from newscrawl.urls import get_host, resolve

_MAX_WORDS, _MAX_LINE_WORDS = 14, 26
_NEAR = 8
_MAX_HOME_CHARS = 32
_NOBODY = re.compile(
    r"https?:|@|www\.|\d{2}|(?<!\b\w)(?<!\b[dmjs][rst])(?<!\bprof)[.!?؟]\s(?!\w$)|\w_\w|developed|powered|designed|admin\b|administrator|super ?user|^(?:la )?r[ée]daction$|^unknown$|^anonymous$|^مجهول$|webmaster|\beditors?\b|\.(?:png|jpe?g|com|net)\b"
    r"|\b(?:news|agency|newspaper|channel|network|نيوز|برس|بريس|أونلاين|اونلاين)\b|^(?:ال)?(?:وكالة|صحيفة|جريدة|موقع|قناة|شبكة|مركز|منصة|إدارة|أخبار)\s"
    r"|^قبل |^منذ |دقائق|دقيقة"
    r"|\b(?:\w*correspondent|\w*korrespondent(?:in)?|corresponsal|writer|reporter|redakteur(?:in)?|director|professor\w*)\b"
    r"|^text size$|^(?:learn|read|view|see|about|all|more)\s|^(?:small|medium|large)$"
    r"|^\W*$|تعليق|مشاهد|هيئة التحرير|^(?:ال)?قسم |^(?:\w\.)+\w?$|^المدير$|^المشرف$|^ال[اإ]دارة$|^معلومات|^خاص$|^متابعات$|^role\b|^(?:صحفي|صحافي|مراسل|كاتب|محرر|مذيع)[ةه]?$|كل مقالات|المزيد|تفاصيل|هذه المادة",
    re.IGNORECASE,
)
_ARABIC = re.compile("[\u0620-\u064a]")
_TEAM = re.compile(
    r"فريق \S|(?:هيئة|أسرة) (?:ال)?تحرير|غرفة الأخبار$|القسم ال\S+$|مراسلو? \S+$|(?:المحرر|المراسل) ال\S+ي$|وحدة ال\S+|\w+ (?:team|staff)$",
    re.IGNORECASE,
)
_ELSEWHERE = Hint.HIDDEN | Hint.COMMENT | Hint.RELATED
# What speaks for a line, added up; a box of bylines or a link to a writer's page needs no second sign.
_BOX, _LINK, _ROLE, _DATED, _ALONE, _NAME = 3.0, 3.5, 2.0, 2.0, 2.0, 1.0
_ENOUGH, _LITTLE = 3.0, 1.5
_POSTED = 3.0
"""Less than that speaks for whoever put the text into a blog: «مرسلة بواسطة فلان» below «بقلم: فلانة»."""
_PLACE = re.compile(r"[-_. ](?:place|location|city|country|region)(?:[-_ ]|$)")
_POSTER = re.compile("مرسلة بواسطة|نشرت? بواسطة")
_FIELDS = frozenset(("subtitle", "date", "image", "caption", "credit", "share", "comment"))
"""What may stand between the headline and a name alone."""


class Byline(NamedTuple):
    """The people that one line names, and how much speaks for their signing the article."""

    at: int
    names: list[str]
    evidence: float


def find_authors(reading: Reading) -> tuple[str, ...]:
    """Return the people who sign the article; printed bylines come before declared ones, as they name every hand."""
    others = (*reading.declared.site_names, *reading.declared.sections, *_find_stuck_names(reading))
    nobody = {get_key(name) for name in others} | list_phrases("agency")
    declared = reading.declared.authors
    told = [(name, source) for text, source in declared for name in _read_declared(text)]
    structured = [name for text, source in told if source == "json-ld" for name in split_names(text)]
    for names in (_read_printed(reading, nobody), structured, [name for name, _ in told]):
        people = {get_key(name): name for name in reversed(list(_keep_people(names, nobody)))}
        if people:
            return tuple(reversed(people.values()))
    return tuple(_keep_people([*_read_signature(reading), *_read_dateline(reading)], nobody))


def _read_declared(text: str) -> Sequence[str]:
    """Return the name that a meta element declares, without the place beside it: «فلان الفلاني - القاهرة»."""
    signed = read_signed(text)
    return signed.names if signed.names and signed.others else [text]


# -- who is nobody


def _find_stuck_names(reading: Reading) -> Iterator[str]:
    """Yield what a declared title has beyond the headline, what leads home, and the host: the site's names."""
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    titles = " ".join(title for title, _ in reading.declared.titles)
    links = (link for segment in reading.segments for link in segment.links)
    printed = ((href, text) for href, text, _ in links if text and text in titles)
    linked = {get_key(text) for href, text in printed if leads_to_author(unquote(href))}
    for title, _ in reading.declared.titles:
        for part in split_title(title):
            key = get_key(part)
            if title.startswith(part) and title[len(part) :].lstrip().startswith(":"):
                continue  # «writer: headline»
            # «headline - writer | site» has the writer's name too
            if key != headline and part.count(" ") < 5 and not any(name in key for name in linked):
                yield part
    for segment in reading.segments[: max(reading.title_at, 0)]:
        home = (text for href, text, _ in segment.links if len(href) < _MAX_HOME_CHARS and HOME_ADDRESS.fullmatch(href))
        yield from filter(None, home)
    if address := resolve(None, reading.url or ""):
        yield get_host(address).rsplit(".", 1)[0]


def _keep_people(names: list[str], nobody: set[str]) -> Iterator[str]:
    for name in names:
        key = get_key(name)
        if _TEAM.match(name):
            yield name  # a team signs as a person does, though the site's name is in it
            continue
        is_site = any(len(key) > 3 and len(other) > 3 and (key in other or holds_name(key, other)) for other in nobody)
        if len(key) >= 3 and key not in nobody and not is_site and not _NOBODY.search(name):
            yield name


# -- the printed byline


def _read_printed(reading: Reading, nobody: set[str]) -> list[str]:
    """Return the names of the best line and of those that go on from it: beside it, or boxed like it."""
    lines = [line for index in find_neighbourhood(reading) for line in _weigh_line(reading, index, nobody)]
    if not lines:
        return []
    least = max(line.evidence for line in lines) - _LITTLE
    best = next(i for i, line in enumerate(lines) if line.evidence >= least)
    first = last = best
    while first > 0 and _goes_on(reading, lines[first - 1], lines[first]):
        first -= 1
    while last + 1 < len(lines) and _goes_on(reading, lines[last], lines[last + 1]):
        last += 1
    names = [name for line in lines[first : last + 1] for name in line.names]
    # «تمبدغة» beside «آمال ولد بابا» is where it was written
    return [name for name in names if " " in name] or names


def _goes_on(reading: Reading, one: Byline, other: Byline) -> bool:
    if abs(one.at - other.at) <= 2:
        return abs(one.evidence - other.evidence) < _BOX
    boxes = [reading.boxes[reading.segments[line.at].box] for line in (one, other)]
    return boxes[0].shape == boxes[1].shape and bool(reading.segments[other.at].hints & Hint.BYLINE)


def _weigh_line(reading: Reading, index: int, nobody: set[str]) -> Iterator[Byline]:
    """Yield the people that a line names where enough speaks for it."""
    segment = reading.segments[index]
    if not 0 < segment.words <= _MAX_LINE_WORDS or reading.hints[index] & _ELSEWHERE:
        return
    if _PLACE.search(reading.boxes[segment.box].shape):
        return  # «<div class="author-place">»
    names: list[str] = []
    best = 0.0
    before = reading.segments[index - 1]
    if before.label == "byline" and segment.text.startswith("من "):
        return  # «من جدة والرياض» beside who wrote it there
    label = (
        _ROLE if before.text.endswith(":") and ROLE.fullmatch(before.text) else 0.0
    )  # a box of its own holds «بقلم:»
    for evidence, field in _list_fields(reading, index):
        read, more = _read_field(reading, index, field, evidence)
        if label and _TEAM.match(field):
            read, more = [field], _NAME  # «بقلم: القسم الرياضي»
        people = list(_keep_people(read, nobody))
        # «بغداد / ضفاف العراق»: beside the site's name stands a place
        is_place = len(people) < len(read) and not any(" " in name or name.isascii() for name in people)
        if evidence + label + more >= _ENOUGH and people and not is_place:
            names, best = names + people, max(best, evidence + label + more)
    if names:
        yield Byline(index, names, best - _POSTED * bool(_POSTER.match(before.text)))


def _list_fields(reading: Reading, index: int) -> Iterator[tuple[float, str]]:
    """Yield the fields of a line, each with what its place says for it."""
    segment = reading.segments[index]
    links = [(unquote(href), text) for href, text, _ in segment.links if text]
    if _may_link_authors(reading, index) and links and all(leads_to_author(href) for href, _ in links):
        linked = [name for _, text in links for name in split_names(text) if is_name_like(name)]
        yield from ((_LINK, name) for name in linked)
        if linked:
            return
    if segment.label == "byline":
        if reading.hints[index] & Hint.LISTING:
            return
        # «بقلم: فلان» and the day in one row of icons, or without a space between them
        runs_together = len(segment.parts) > 1 and (
            "".join(segment.parts) == segment.text or any(map(parse_date, segment.parts))
        )
        if len(links) > 1:
            yield from ((_BOX, text) for _, text in links)
        elif runs_together:
            yield from ((_BOX, part) for part in segment.parts if not part.endswith(":"))
        else:
            yield _BOX, segment.text
    elif _is_near_headline(reading, index) and all(leads_to_author(href) for href, _ in links):
        fields = segment.parts if len(segment.parts) > 1 else tuple(FIELD_BREAK.split(segment.text))
        is_dated = len(fields) > 1 and any(map(parse_date, fields))
        if is_dated:
            yield from ((_DATED, field) for field in fields)
        else:
            beside = reading.segments[index + 1 : index + 3] + reading.segments[max(index - 2, 0) : index]
            is_dated = any(is_date_line(other) for other in beside if other.text)
            is_alone = not is_dated and _stands_alone(reading, index)
            yield (_DATED if is_dated else _ALONE if is_alone else 0.0), segment.text


def _may_link_authors(reading: Reading, index: int) -> bool:
    """Whether a line near the headline may link its writers, also in the author's card above it."""
    is_elsewhere = reading.hints[index] & (Hint.NAV | Hint.ASIDE | Hint.PAGE) or index in reading.card_of
    return (
        not is_elsewhere and abs(index - reading.title_at) <= _NEAR and reading.segments[index].label not in BODY_LABELS
    )


def _is_near_headline(reading: Reading, index: int) -> bool:
    """Whether nothing but its place can make a line a byline: between headline and text, or above the headline and a date."""
    segment = reading.segments[index]
    is_below = reading.title_at < index <= reading.title_at + 6
    is_above_date = reading.title_at - 4 <= index < reading.title_at and any(
        map(is_date_line, reading.segments[index + 1 : index + 2])
    )
    labels = ("", "date", "other") if index <= reading.title_at + 3 or _stands_alone(reading, index) else ("", "date")
    is_free = segment.label in labels and not segment.level and not reading.hints[index] & Hint.LISTING
    return is_free and (is_below or is_above_date)


def _read_field(reading: Reading, index: int, field: str, evidence: float) -> tuple[list[str], float]:
    """Return the names of a field and what its words say for it: a word for the work, and that they look like names."""
    if evidence == _LINK:
        return [field], _NAME
    dateline = read_dateline(field)
    if dateline and dateline.day and not is_name(dateline.place):
        # «مسقط في 9 سبتمبر 2025 / الوكالة / فلان الفلاني»
        return list(read_signed(" / ".join(dateline.fields)).names), _BOX
    if evidence == _BOX:
        return _read_boxed(field)
    if field.count(" ") >= _MAX_WORDS:
        return [], 0.0
    signed = read_signed(field)
    if not signed.is_formed or (HAS_DIGIT.search(field) and parse_date(field)):
        return [], 0.0
    is_labelled = ":" in field.rstrip(": ")
    if is_labelled and not signed.has_work and index < reading.title_at:
        return [], 0.0  # «آخر عضو: فلان» in a column
    return list(signed.names), _NAME + _ROLE * (signed.has_work or is_labelled)


def _read_boxed(field: str) -> tuple[list[str], float]:
    """Return the names in a box of bylines, whatever they look like: a team, a pen name, a single word."""
    if field.endswith((".", "؟", "!")) and field.count(" ") > 2:
        return [], 0.0  # «تنشر النصوص بموجب رخصة المشاع الإبداعي.»
    if _TEAM.fullmatch(field):
        return [field], 0.0  # «المحرر القانوني»
    signed = read_signed(field)
    if not _ARABIC.search(field):
        return list(list_unlike_names(field)), _ROLE * signed.has_work
    names = list(signed.names) or list(filter(_TEAM.match, (*signed.others, ROLE.sub("", field))))
    is_one = len(signed.others) == 1 and (not signed.has_work or ROLE.match(field))
    if not names and is_one and field[0] not in "([":
        names = list(list_unlike_names(field))
    return names, _ROLE * (signed.has_work or ":" in field.rstrip(": "))


def _stands_alone(reading: Reading, index: int) -> bool:
    """Whether a bold line, or a name with a place, is all between headline and text, the fields of a head left out."""
    segment = reading.segments[index]
    if index + 1 >= len(reading.segments) or (segment.bold_share < 0.9 and not read_signed(segment.text).others):
        return False
    begins = reading.segments[index + 1].image is not None or reading.weights[index + 1] > 0
    above = reading.segments[reading.title_at + 1 : index]
    return begins and all(other.label in _FIELDS or is_date_line(other) for other in above)


def _read_signature(reading: Reading) -> Iterator[str]:
    """Yield the name that stands alone under the text, where newspapers print who signs."""
    last = max((i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS), default=-1)
    if 0 <= last < len(reading.segments) - 1:
        above, line = reading.segments[last], reading.segments[last + 1]
        boxes = reading.boxes
        same_box = boxes[line.box].parent in (boxes[above.box].parent, above.box) or above.box == line.box
        signed = read_signed(line.text)  # «سوسة / تقرير وتصوير: فلان الفلاني»
        if same_box and line.label in ("", "other", "byline") and not line.links and signed.is_formed:
            yield from signed.names


def _read_dateline(reading: Reading) -> Iterator[str]:
    """Yield the correspondent whom the first sentence runs on from: «بوابة الميناء - فلان الفلاني - افتتح رئيس البلدية»."""
    first = next((s for s in reading.segments[max(reading.title_at, 0) :] if s.label == "paragraph"), None)
    dateline = read_dateline(first.text) if first else None
    if dateline and len(dateline.fields) > 1 and is_name(dateline.fields[0]):
        yield dateline.fields[0]
