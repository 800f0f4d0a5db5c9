"""Which section an article stands in: what the page prints around the headline comes before what its head declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from newscrawl.arabic import fold
from newscrawl.extraction.bylines import AUTHOR_ADDRESS
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.phrases import strip_phrase
from newscrawl.extraction.reading import BODY_LABELS, Reading, get_key
from newscrawl.extraction.segments import Segment

_MAX_WORDS = 5
# What the addresses of all of a site's articles begin with.
_OF_ALL = re.compile(
    r"(?:/(?:\w{0,3}|arabic|news|article|story|stories|posts?|blog|content|index\.php|articles|node))?/?", re.IGNORECASE
)
_MAX_TRAIL_WORDS = 12
_ARROW = re.compile(r"\S\s*[›»>]\s*\S")
_MOST_STEPS = 5
_STEPS = " »›‹/><«|\\←→"
_STEP_BREAK = re.compile(r"\s*[»›‹/><«|\\←→]+\s*")
_HOME = frozenset(
    (
        "الصفحه الاولي",
        "الصفحه الاساسيه",
        "الرييسيه",
        "الرييسه",
        "الرئيسه",
        "الرئيسيه",
        "الصفحه الرئيسيه",
        "رئيسيه",
        "home",
        "بيت",
        "الاستقبال",
        "accueil",
        "انت هنا",
    )
)
# What a publishing system declares where nobody chose a section.
_NO_SECTION = frozenset(
    ("article", "articles", "page", "blog", "uncategorized", "uncategorised", "default", "غير مصنف")
)
_SECTION_NAMES = frozenset(("section", "sec"))
_ACTION = re.compile(r"(?:^| )هذ[اه] |الصفحه الرييسيه|طباع|تعليق|اعداد سابق")
_NOT_BESIDE = Hint.SHARE | Hint.HIDDEN | Hint.BYLINE | Hint.PAGE


def find_section(reading: Reading) -> str | None:
    """Return the section that the page shows for the article, else the one that it declares."""
    for names in (_list_labelled(reading), _list_crumbs(reading), _list_beside(reading)):
        if name := next(names, None):
            return name
    declared = (name for name in reading.declared.sections if fold(name) not in _NO_SECTION)
    return next(declared, None) or _find_in_menu(reading)


# -- «القسم: محليات»


def _list_labelled(reading: Reading) -> Iterator[str]:
    """Yield what stands behind a word for section: «القسم: محليات», «المجموعة: ثقافة»."""
    last = max((i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS), default=0)
    for index in range(last + 1, min(last + 4, len(reading.segments))):
        segment = reading.segments[index]
        if segment.phrase and segment.phrase.kind == "section" and 0 < segment.link_share < 1:
            yield segment.links[-1][1]  # «نشرت في محليات»
    for index in _list_around(reading):
        segment = reading.segments[index]
        if segment.label == "section" or (segment.phrase and segment.phrase.kind == "section" and segment.words <= 6):
            yield from filter(None, [strip_phrase(segment.text, "section")])


# -- the way from the home page


def _list_crumbs(reading: Reading) -> Iterator[str]:
    """Yield the last step before the headline of each breadcrumb, the nearest one first."""
    crumbs = {i for i in range(reading.title_at + 1) if reading.hints[i] & Hint.CRUMB and _is_label(reading, i)}
    crumbs.update(_list_trail(reading))
    crumbs.update(i for i in range(max(reading.title_at - 12, 0), reading.title_at + 4) if _is_crumb(reading, i))
    for index in sorted(crumbs, reverse=True):
        if step := _read_last_step(reading, reading.segments[index]):
            yield step


def _list_trail(reading: Reading) -> Iterator[int]:
    """Yield the steps of a list right above the headline that begins with the way home and is too short for a menu."""
    for start in range(reading.title_at - 1, max(reading.title_at - _MOST_STEPS, -1), -1):
        if reading.segments[start].folded.strip(_STEPS) in _HOME:
            steps = range(start + 1, reading.title_at)
            if all(reading.hints[i] & (Hint.LIST | Hint.NAV) and _is_label(reading, i) for i in steps):
                yield from steps
            return


def _is_crumb(reading: Reading, index: int) -> bool:
    """Whether a text is a breadcrumb by its own look: it begins with the way home."""
    if index >= len(reading.segments):
        return False
    segment = reading.segments[index]
    if len(segment.links) > 1 and fold(segment.links[0][1].strip(_STEPS)) in _HOME:
        # a menu begins with the way home too, but its steps have nothing between them
        is_menu = reading.hints[index] & Hint.NAV and not reading.hints[index] & Hint.CRUMB
        return segment.words <= 30 and not (is_menu and not _STEP_BREAK.search(segment.text))
    if (
        index in (reading.title_at - 1, reading.title_at - 2)
        and segment.link_share > 0.5
        and _ARROW.search(segment.text)
    ):
        return segment.words <= _MAX_TRAIL_WORDS
    steps = [step for step in _STEP_BREAK.split(segment.text.strip(_STEPS)) if step]
    return len(steps) >= 2 and segment.words <= 30 and fold(steps[0]) in _HOME


def _read_last_step(reading: Reading, segment: Segment) -> str | None:
    """Return the last step before the headline of a breadcrumb that is one text: «الرئيسية > محليات», «الرئيسية/ثقافة»."""
    text = segment.text
    # the headline may have quotation marks of its own, which look like steps
    if reading.title_at >= 0:
        text = text.partition(reading.segments[reading.title_at].text[:25])[0] or text
    steps = _STEP_BREAK.split(text.strip(_STEPS))
    if len(segment.links) > 1:
        steps = [text.strip(_STEPS) for _, text, _ in segment.links]
    names = (step for step in reversed(steps) if step and fold(step) not in _HOME)
    return next((step for step in names if step.count(" ") < _MAX_WORDS and not _begins_headline(reading, step)), None)


def _begins_headline(reading: Reading, text: str) -> bool:
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    key = get_key(text).strip()
    return bool(headline) and key.count(" ") >= 2 and key in headline


# -- a label beside the headline


def _list_beside(reading: Reading) -> Iterator[str]:
    """Yield labels beside the headline: what is declared as well, what leads to a list, what is named for a section."""
    around = _list_around(reading)
    near = [i for i in around if _is_label(reading, i)]
    declared = {get_key(name) for name in reading.declared.sections}
    yield from (reading.segments[i].text.strip(_STEPS) for i in near if get_key(reading.segments[i].text) in declared)
    yield from _list_categories(reading, around)
    for is_section in (_is_linked_label, _is_named_label, _is_menu_name):
        yield from (_read_label(reading.segments[i]) for i in near if is_section(reading, i))


def _list_categories(reading: Reading, around: list[int]) -> Iterator[str]:
    """Yield the texts of links that say themselves that they lead to a category (rel="category", a registered link type)."""
    for index in around:
        if index not in reading.card_of:
            yield from (
                text
                for _, text, link in reading.segments[index].links
                if "category" in (link.get("rel") or "").split() and fold(text) not in _NO_SECTION
            )


def _is_linked_label(reading: Reading, index: int) -> bool:
    """Whether a label leads to a list, as a section's name does, and not to an author."""
    segment, hints = reading.segments[index], reading.hints[index]
    is_listed = hints & (Hint.LIST | Hint.RELATED | Hint.LISTING) or (
        hints & Hint.NAV and not _is_alone(reading, index)
    )
    leads_to_author = any(AUTHOR_ADDRESS.search(href) for href, _, _ in segment.links) or _ACTION.search(segment.folded)
    is_one = len(segment.links) == 1 and segment.link_share > 0.9
    return is_one and bool(hints & Hint.SECTION or not is_listed) and not leads_to_author


def _is_alone(reading: Reading, index: int) -> bool:
    """Whether a text is all that a box beside the headline holds: a menu of one link is none."""
    box = reading.boxes[reading.segments[index].box]
    holder = reading.boxes[max(box.parent, 0)]
    return box.end - box.start == 1 and holder.start <= reading.title_at < holder.end


def _is_named_label(reading: Reading, index: int) -> bool:
    segment = reading.segments[index]
    # «section» alone is what builders call any part of a page, but not a line of its own
    names = (reading.boxes[segment.box].element.get("class") or "").split()
    is_called_so = not _SECTION_NAMES.isdisjoint(names)
    is_in_menu = reading.hints[index] & (Hint.NAV | Hint.LISTING)
    return (
        not is_in_menu
        and bool(segment.hints & Hint.SECTION or (is_called_so and _is_alone(reading, index)))
        and segment.words <= 4
    )


def _is_menu_name(reading: Reading, index: int) -> bool:
    """Whether a plain label right above the headline, in one box with it, is a name that the page's menu has too."""
    boxes = reading.boxes
    box, title = boxes[reading.segments[index].box], boxes[reading.segments[reading.title_at].box]
    is_beside = index == reading.title_at - 1 and (title.index in (box.index, box.parent) or title.parent == box.parent)
    is_bold = reading.segments[index].bold_share > 0.9 or reading.segments[index].level > 0
    if not is_beside and not (is_bold and reading.title_at - 3 <= index < reading.title_at):
        return False
    name = reading.segments[index].folded
    return any(
        segment.folded == name or name in map(fold, _split_menu(segment)) for segment in reading.segments[:index]
    )


def _split_menu(segment: Segment) -> Iterator[str]:
    return (text for _, text, _ in segment.links if len(segment.links) > 1)


def _read_label(segment: Segment) -> str:
    """Return a label without the kind of text that some print beside it: «حوارات/حوار»."""
    if segment.links and segment.link_share < 0.9:
        return segment.links[0][1]
    return _STEP_BREAK.split(segment.text.strip(_STEPS))[-1]


def _list_around(reading: Reading) -> list[int]:
    """Return the positions beside the headline, the nearest first."""
    title, size = max(reading.title_at, 0), len(reading.segments)
    around = (i for i in range(title - 3, title + 6) if 0 <= i < size and i != title)
    return sorted(around, key=lambda i: abs(i - title))


def _is_label(reading: Reading, index: int) -> bool:
    """Whether a text can be a section's name: a few words, no date, no headline, not the way home, nothing behind it."""
    segment = reading.segments[index]
    if not segment.text or segment.words > _MAX_WORDS or any(map(str.isdigit, segment.text)):
        return False
    # «page-header» above the headline is the article's, where the label itself is named for a section
    elsewhere = _NOT_BESIDE & ~(Hint.PAGE if segment.hints & Hint.SECTION and index == reading.title_at - 1 else 0)
    if reading.hints[index] & elsewhere or index in reading.card_of or segment.text.endswith((":", "：")):
        return False
    if (segment.phrase and segment.phrase.kind == "copyright") or segment.folded.startswith("عن "):  # «عن المدونة»
        return False
    name = segment.text.strip(_STEPS)
    return len(name) > 1 and fold(name) not in _HOME and fold(name) not in _NO_SECTION and index != reading.title_at


# -- a name in the menu


def _find_in_menu(reading: Reading) -> str | None:
    """Return the name of the link that the article's own address goes on from: /middle_east/ of /middle_east/2013/…"""
    own = urlsplit(reading.url or "")
    path, found = unquote(own.path), dict[str, str]()
    for index, segment in enumerate(reading.segments):
        for href, text, _ in () if index in reading.card_of else segment.links:
            if not href.startswith(("/", "http")) or text.count(" ") >= _MAX_WORDS or fold(text) in _HOME:
                continue
            address = urlsplit(href)
            start = unquote(address.path).rstrip("/")
            is_above = address.netloc in ("", own.netloc) and path.startswith(start + "/") and not address.query
            if is_above and not start[-1:].isdigit() and not _OF_ALL.fullmatch(start):
                found.setdefault(start, text.strip(_STEPS))
    return found[max(found, key=len)] or None if found else None
