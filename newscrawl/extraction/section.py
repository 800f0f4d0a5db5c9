"""Which section an article stands in: the name around the headline that most speaks for, else what is declared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from urllib.parse import unquote, urlsplit

from newscrawl.arabic import fold
from newscrawl.dates import parse_date
from newscrawl.extraction.crumbs import HOME, MAX_WORDS, NO_SECTION, STEP_BREAK, STEPS, is_label, list_crumbs
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.names import SECTION_WORDS, leads_to_author
from newscrawl.extraction.phrases import strip_phrase
from newscrawl.extraction.reading import BODY_LABELS, Reading, get_key
from newscrawl.extraction.segments import Segment
from newscrawl.urls import resolve

# What the addresses of all of a site's articles begin with.
_OF_ALL = re.compile(
    r"(?:/(?:\w{0,3}|arabic|news|article|story|stories|posts?|blog|content|index\.php|articles|node))?/?", re.IGNORECASE
)
_FIELD_BREAK = re.compile(r"\s*[|•·\n]\s*|\s+[-–—]\s+")
_MAX_LINE_WORDS = 16
_ELSEWHERE = Hint.HIDDEN | Hint.COMMENT | Hint.RELATED | Hint.LISTING | Hint.ASIDE
_CATEGORY_ADDRESS = re.compile(
    r"/(?:categor(?:y|ies)|sections?|rubriques?|cat)/|rubrique\d|[?&]cat(?:egory)?=", re.IGNORECASE
)
_MAX_CATEGORIES = 2
_LEAST_FOLDER = 4
_NEAR_END = 6
_BLOGGER_LABEL = "/search/label/"
_SECTION_NAMES = frozenset(("section", "sec"))
_ACTION = re.compile(r"(?:^| )هذ[اه] |الصفحه الرييسيه|طباع|تعليق|اعداد سابق")
# What speaks for a name, added up. A crumb needs no second sign; a declared section is shown nearly always by a label.
_LABELLED, _CRUMB, _CATEGORY, _DECLARED, _OF_ADDRESS = 6.0, 5.0, 3.5, 3.0, 1.5
_LINKED, _NAMED, _IN_MENU, _SPOKEN = 2.2, 2.0, 1.5, 1.5
_LEAST_EVIDENCE = 1.4


def find_section(reading: Reading) -> str | None:
    """Return the section that the page shows for the article, else the one that it declares, else that of its address."""
    declared = [name for name in reading.declared.sections if fold(name) not in NO_SECTION]
    of_address = _find_in_menu(reading)
    known: defaultdict[str, float] = defaultdict(float, {get_key(name): _DECLARED for name in declared})
    known[get_key(of_address or "")] += _OF_ADDRESS
    name, evidence = max(_list_candidates(reading, known), key=itemgetter(1), default=("", 0.0))
    return name if evidence > _LEAST_EVIDENCE else next(iter(declared), of_address) or _find_lone_label(reading)


def _find_lone_label(reading: Reading) -> str | None:
    """Return the one category that a page links behind the text, or the one label of a Blogger post; several are keywords.

    The label is one only where it is a word for a section: «التسميات: رياضة».
    """
    last = max((i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS), default=0)
    closing = (link for segment in reading.segments[last + 1 : last + _NEAR_END] for link in segment.links)
    categories = {text for href, text, _ in closing if _CATEGORY_ADDRESS.search(href) and text.count(" ") < MAX_WORDS}
    if len(categories) == 1:
        return categories.pop()
    behind = (s for s in reading.segments[reading.title_at + 1 :] if s.label == "tag" and s.links)
    labels = [text for segment in behind for href, text, _ in segment.links if _BLOGGER_LABEL in href]
    return labels[0] if len(labels) == 1 and not SECTION_WORDS.isdisjoint(labels[0].split()) else None


def _list_candidates(reading: Reading, known: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield the names that the page shows around the headline, each with how much speaks for it; the nearer counts more."""
    yield from ((name, _LABELLED) for name in _list_labelled(reading))
    yield from ((name, _CRUMB - i / 100) for i, name in enumerate(list_crumbs(reading)))
    around = _list_around(reading)
    yield from ((name, _CATEGORY - i / 100) for i, name in enumerate(_list_categories(reading, around)))
    for i, index in enumerate(around):
        if is_label(reading, index):
            name = _read_label(reading.segments[index])
            yield name, _weigh_label(reading, index) + known[get_key(name)] - i / 100
        for name, evidence in _list_fields(reading, index):
            yield name, evidence + known[get_key(name)] - i / 100


def _weigh_label(reading: Reading, index: int) -> float:
    """Return what speaks for a label: it leads to a list, it is named for a section, the menu has it too."""
    signs = ((_LINKED, _is_linked_label), (_NAMED, _is_named_label), (_IN_MENU, _is_menu_name), (_SPOKEN, _is_spoken))
    return sum(weight for weight, is_so in signs if is_so(reading, index))


def _list_fields(reading: Reading, index: int) -> Iterator[tuple[str, float]]:
    """Yield what stands in one line with a date: «ثقافة | 18 يونيو 2025», «العدد 212 - الخميس 6 مايو 2004م - صفحة: محليات»."""
    segment = reading.segments[index]
    if segment.words > _MAX_LINE_WORDS or reading.hints[index] & _ELSEWHERE or not any(map(str.isdigit, segment.text)):
        return
    parts = {*_FIELD_BREAK.split(segment.text), *segment.parts}
    if not any(parse_date(part) for part in parts):
        return
    names = {text: _LINKED for href, text, _ in segment.links if not leads_to_author(href)}
    names |= {part: _SPOKEN for part in parts if SECTION_WORDS.issuperset(part.split())}  # «محليات | 19 آب 2025»
    names |= {name: _LABELLED for part in parts if (name := strip_phrase(part, "section")) != part}
    for text, evidence in names.items():
        name = text.strip(STEPS)
        if name and name.count(" ") < MAX_WORDS and not any(map(str.isdigit, name)):
            yield name, evidence


# -- «القسم: محليات»


def _list_labelled(reading: Reading) -> Iterator[str]:
    """Yield what stands behind a word for section: «القسم: محليات», «المجموعة: ثقافة»."""
    last = max((i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS), default=0)
    for index in range(last + 1, min(last + 6, len(reading.segments))):
        segment = reading.segments[index]
        if segment.phrase and segment.phrase.kind == "section" and 0 < segment.link_share < 1:
            yield segment.links[-1][1]  # «نشرت في محليات»
        # «نشرت هذه المقالة يوم الاثنين … تحت تصنيف محليات»
        yield from (text for _, text, link in segment.links if "category" in (link.get("rel") or "").split())
    for index in _list_around(reading):
        segment = reading.segments[index]
        is_told = segment.phrase and segment.phrase.kind == "section" and segment.words <= 6 and ":" in segment.text
        if segment.label == "section" or is_told:
            yield from filter(None, [strip_phrase(segment.text, "section")])


# -- a label beside the headline


def _list_categories(reading: Reading, around: list[int]) -> Iterator[str]:
    """Yield the texts of links that say that they lead to a category, by rel="category" or by their address."""
    for index in around:
        links = reading.segments[index].links
        if index in reading.card_of or reading.hints[index] & (Hint.NAV | Hint.PAGE) or _is_of_menu(reading, index):
            continue
        for href, text, link in links if len(links) <= _MAX_CATEGORIES else ():
            is_told = "category" in (link.get("rel") or "").split() or _CATEGORY_ADDRESS.search(href)
            if is_told and text and text.count(" ") < MAX_WORDS and fold(text) not in NO_SECTION:
                yield text


def _is_linked_label(reading: Reading, index: int) -> bool:
    """Whether a label leads to a list, as a section's name does, and not to an author."""
    segment, hints = reading.segments[index], reading.hints[index]
    is_listed = hints & (Hint.LIST | Hint.RELATED | Hint.LISTING) or (
        hints & Hint.NAV and not _is_alone(reading, index)
    )
    is_of_author = any(leads_to_author(href) for href, _, _ in segment.links) or _ACTION.search(segment.folded)
    is_one = len(segment.links) == 1 and segment.link_share > 0.9 and segment.links[0][0] not in ("", "/", "./", "#")
    is_apart = bool(hints & Hint.SECTION) or not (is_listed or _is_of_menu(reading, index))
    return is_one and is_apart and not is_of_author


def _is_of_menu(reading: Reading, index: int) -> bool:
    """Whether a label is one of several like links side by side: «محليات», «رياضة», «اتصل بنا» in cells of a table."""
    shape = reading.boxes[reading.segments[index].box].shape
    near = range(max(index - 3, 0), min(index + 4, len(reading.segments)))
    like = (reading.segments[i] for i in near if i != index)
    return sum(s.link_share > 0.9 and s.words <= MAX_WORDS and reading.boxes[s.box].shape == shape for s in like) > 1


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
    """Whether a plain label right above the headline is a name that the page's menu has too."""
    segment = reading.segments[index]
    is_bold = segment.bold_share > 0.9 or segment.level > 0
    is_bold = is_bold or bool(segment.hints & Hint.SECTION)
    is_shared = bool(segment.links) and (segment.link_share < 0.9 or reading.hints[index] & Hint.NAV)
    if is_shared or not reading.title_at - (3 if is_bold else 1) <= index < reading.title_at:
        return False
    return any(
        other.folded == segment.folded or segment.folded in map(fold, _split_menu(other))
        for other in reading.segments[:index]
    )


def _is_spoken(reading: Reading, index: int) -> bool:
    """Whether a plain label right above the headline is made of words that newspapers name their sections with."""
    segment = reading.segments[index]
    is_whole = not segment.links or (segment.link_share > 0.9 and not reading.hints[index] & Hint.NAV)
    return index == reading.title_at - 1 and is_whole and SECTION_WORDS.issuperset(segment.text.split())


def _split_menu(segment: Segment) -> Iterator[str]:
    return (text for _, text, _ in segment.links if len(segment.links) > 1)


def _read_label(segment: Segment) -> str:
    """Return a label without the kind of text that some print beside it: «حوارات/حوار»."""
    if segment.links and segment.link_share < 0.9:
        return segment.links[0][1]
    return STEP_BREAK.split(segment.text.strip(STEPS))[-1]


def _list_around(reading: Reading) -> list[int]:
    """Return the positions beside the headline, the nearest first."""
    title, size = max(reading.title_at, 0), len(reading.segments)
    around = [i for i in range(title - 3, title + 6) if 0 <= i < size and i != title]
    # between a label that is named so and the headline may stand the columnist's portrait and name
    if any(segment.image is not None for segment in reading.segments[max(title - 4, 0) : title]):
        around += [i for i in range(max(title - 5, 0), title - 3) if _is_named_label(reading, i)]
    return sorted(around, key=lambda i: abs(i - title))


# -- a name in the menu


def _find_in_menu(reading: Reading) -> str | None:
    """Return the name of the link that the article's own address goes on from or names: /middle_east/ of /2013/middle_east/…"""
    own = urlsplit(resolve(None, reading.url or "") or "")
    path, found = unquote(own.path), dict[str, str]()
    above = {path[:end] for end, character in enumerate(path) if character == "/"}
    above.update(f"/{name}" for name in path.split("/")[:-1] if name.isascii() and len(name) >= _LEAST_FOLDER)
    for index, segment in enumerate(reading.segments):
        for href, text, _ in () if index in reading.card_of else segment.links:
            start = _read_folder(href, own.netloc)
            if start not in above or text.count(" ") >= MAX_WORDS or fold(text) in HOME:
                continue
            if not start[-1:].isdigit() and not _OF_ALL.fullmatch(start):
                found.setdefault(start, text.strip(STEPS))
    return found[max(found, key=len)] or None if found else None


def _read_folder(href: str, host: str) -> str:
    """Return the path that an address of the site names, or what is no path: urlsplit() of all links takes longer than the walk."""
    if href.startswith(("http://", "https://", "//")):
        authority, _, rest = href.partition("//")[2].partition("/")
        href = f"/{rest}" if authority == host else "?"
    path, _, query = href.partition("#")[0].partition("?")
    if query or not path.startswith("/"):
        return "?"
    return unquote(path).rstrip("/") if "%" in path else path.rstrip("/")
