"""Who signs an article: people from its byline or its structured data, never the site, an agency or a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from newscrawl.arabic import clean, fold
from newscrawl.dates import parse_date
from newscrawl.extraction.headline import split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.lines import FIELD_BREAK, is_date_line
from newscrawl.extraction.neighbourhood import find_neighbourhood
from newscrawl.extraction.phrases import find_phrase, list_phrases
from newscrawl.extraction.reading import BODY_LABELS, Reading, get_key
from newscrawl.extraction.segments import Segment
from newscrawl.urls import get_host, resolve

_MAX_NAME_WORDS = 7
_NEAR = 8
_TITLED = re.compile(r"(?:د|أ|م|أ\.د)\.\s?\S+ \S")
_LABEL = re.compile(
    r"^\W*(?:(?:كتب(?:ته|ت|ه)?|كتابة|بقلم|بواسطة|مرسلة|نشر|أرسلت|[تي]كتبه?ا?|أعدته?ا?|أعده?ا?|الكاتبة?|المؤلف|المحررة?|الصحفي|إعداد|اعداد|تقرير|تحقيق|حوار|حاور(?:ه|ها|ته|تها|هما)?|أجرى الحوار"
    r"|المراسل|من|عن|by|written|author|reporter|von|par|por|av|door|autor)(?:\s*[:：،,/|–-]\s*|\s+|$))+",
    re.IGNORECASE,
)
_NOT_WRITING = re.compile("^(?:تصوير|عدسة|صور|ترجمة|photo|مصدر|المصدر|source|نشر|تاريخ)")
_PLACE = re.compile(r"\s*[(（][^()（）]{2,25}[)）]\s*$")
_PLACE_BEFORE = re.compile(r"^(?:\S{3,}(?:\s\S+)?\s+من|\S{3,}\s+[-–—ـ])\s+(?=\S+\s\S+(?:\s\S+)?$)")
"""«باريس من نهى خليفة», «المكلا ـ فهمي باوزير»"""
_PLACE_AFTER = re.compile(r"\s+/\s+\S{3,}$")  # «قحطان الجبوري / بغداد»
_TWO_WORD_PLACE = re.compile(
    "أم درمان|[أا]بو ?ظبي|بور ?سعيد|بورت سودان|(?:بني|كفر|سيدي|دير|بيت|باب|عين|رأس|سان|نيو|تل|خان|شرم) \\S+|رام الله|الدار البيضاء"
    "|مكة المكرمة|المدينة المنورة|كوالا لمبور|لوس أنجلوس|لاس فيغاس"
)
_CALLED = re.compile(r"\S+(?: \S+)?\s*[:：]\s*(\S.*)")
_NAME_BREAK = re.compile(r"\s*[/،,|]\s*")
_INITIALS = re.compile(r"\w\.\s?\w\.?")
_COLON = re.compile(r"\S\s*[:：/]\s*\S")
_LIST_BREAK = re.compile(r"\s*(?:[,،;؛|/•·&]|\s(?:and|und|et|و)\s|\n)\s*")
# a hyphen inside a Latin name is part of it
_DASH = re.compile(r"\s*(?<![A-Za-zÀ-ž])[-–—:]\s*|\s*[–—:]\s*|\s*-(?![A-Za-zÀ-ž])\s*")
# «و» before a name joins two people; these names begin with it themselves.
_AND = re.compile(r"\s+و(?=\S+\s+\S)")
_NAMES_IN_WAW = re.compile(
    r"^و?(?:وليد|وسام|وائل|وفاء|وجدي|وداد|وسيم|وضاح|وديع|وحيد|وصال|ولاء|وهيب|وليام|ورد|وعد|وجيه|واصف|وردة)$"
)
_NOBODY = re.compile(
    r"https?:|@|www\.|\d{2}|(?<!\b\w)(?<!\b[dmjs][rst])(?<!\bprof)[.!?؟]\s|developed|powered|designed|\badmin\b|administrator|super ?user|webmaster|\beditors?\b|\.(?:png|jpe?g|com|net)\b"
    r"|\b(?:news|agency|newspaper|channel|network)\b|^(?:ال)?(?:وكالة|صحيفة|جريدة|موقع|قناة|شبكة|مركز|منصة|إدارة|أخبار)\s"
    r"|^قبل |^منذ |دقائق|دقيقة"
    r"|\b(?:\w*correspondent|\w*korrespondent(?:in)?|corresponsal|writer|reporter|redakteur(?:in)?|director|professor\w*)\b"
    r"|^text size$|^(?:learn|read|view|see|about|all|more)\s|^(?:small|medium|large)$"
    r"|^\W*$|تعليق|مشاهد|هيئة التحرير|قسم |^(?:\w\.)+\w?$|^المدير$|^المشرف$|^ال[اإ]دارة$|^معلومات|^role\b|^(?:صحفي|صحافي|مراسل|كاتب|محرر|مذيع)[ةه]?$|غرفة الأخبار|كل مقالات|المزيد|تفاصيل|هذه المادة",
    re.IGNORECASE,
)
_TEAM = re.compile("فريق \\S|(?:هيئة|أسرة) التحرير")
_AUTHOR_ADDRESS = (
    "author", "writer", "journalist", "reporter", "contributor", "kateb", "kuttab", "profile", "user", "people", "editor",
    "/كاتب", "/كتاب/", "/مؤلف", "/محرر",
)  # fmt: skip
"""One by one: all links of a page are asked, and a pattern of them takes five times as long."""
SECTION_WORDS = frozenset(
    "ثقافة سياسة اقتصاد رياضة فن فنون وفن وفنون منوعات أخبار الأخبار عربي دولي ودولي محليات محلية مجتمع صحة تكنولوجيا علوم"
    " تحقيقات تقارير مقالات رأي حوادث العالم العربي حوار حوارات تقرير أسواق بورصة سياحة تعليم دين المرأة".split()
)
# An agency is named beside the date or the people, or behind the text in a line of its own.
_AGENCY_LABELS = frozenset(("byline", "date", "other", ""))
_SOURCE_LABEL = re.compile(
    r"^[\s(\[-]*(?:ال)?(?:مصدر|مصادر|وكالة)(?: الخبر)?\s*[:：]\s*|^\s*Source\s*:\s*|^\s*نقلا? عن\s*:?\s*", re.IGNORECASE
)


def find_authors(reading: Reading) -> tuple[str, ...]:
    """Return the people who sign the article; printed bylines come before declared ones, as they name every hand."""
    others = (*reading.declared.site_names, *reading.declared.sections, *_find_stuck_names(reading))
    nobody = {get_key(name) for name in others} | list_phrases("agency")
    structured = [
        name for text, source in reading.declared.authors if source == "json-ld" for name in split_names(text)
    ]
    for names in (_read_printed(reading, nobody), structured, [name for name, _ in reading.declared.authors]):
        people = {get_key(name): name for name in reversed(list(_keep_people(names, nobody)))}
        if people:
            return tuple(reversed(people.values()))
    return tuple(_keep_people(list(_read_signature(reading)), nobody))


def _read_signature(reading: Reading) -> Iterator[str]:
    """Yield the name that stands alone under the text, where newspapers print who signs."""
    last = max((i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS), default=-1)
    if 0 <= last < len(reading.segments) - 1:
        above, line = reading.segments[last], reading.segments[last + 1]
        same_box = reading.boxes[above.box].parent == reading.boxes[line.box].parent or above.box == line.box
        name = line.text.rpartition(":")[2].strip()  # «سوسة / تقرير وتصوير: فلان الفلاني»
        if same_box and line.label in ("other", "byline") and not line.links and is_name(name):
            yield name


def leads_to_author(href: str) -> bool:
    """Whether an address speaks of authors."""
    return any(map(href.lower().__contains__, _AUTHOR_ADDRESS))


def _find_stuck_names(reading: Reading) -> Iterator[str]:
    """Yield what a declared title has beyond the headline, and the host: the site's names where nothing else tells."""
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    titles = " ".join(title for title, _ in reading.declared.titles)
    links = (link for segment in reading.segments for link in segment.links)
    printed = ((href, text) for href, text, _ in links if text and text in titles)
    linked = {get_key(text) for href, text in printed if leads_to_author(unquote(href))}
    for title, _ in reading.declared.titles:
        for part in split_title(title):
            key = get_key(part)
            # «headline - writer | site» has the writer's name too
            if key != headline and part.count(" ") < 5 and not any(name in key for name in linked):
                yield part
    if address := resolve(None, reading.url or ""):
        yield get_host(address).rsplit(".", 1)[0]


def _keep_people(names: list[str], nobody: set[str]) -> Iterator[str]:
    for name in names:
        key = get_key(name)
        if _TEAM.match(name):
            yield name  # a team signs as a person does, though the site's name is in it
            continue
        is_site = any(len(key) > 3 and (key in other or other in key) for other in nobody if len(other) > 3)
        if len(key) >= 3 and key not in nobody and not is_site and not _NOBODY.search(name):
            yield name


def _read_printed(reading: Reading, nobody: set[str]) -> list[str]:
    """Return the names of the byline nearest to the headline, with what stands beside it in the same line."""
    names: list[str] = []
    last, is_marked = -1, False
    for index in find_neighbourhood(reading):
        segment = reading.segments[index]
        is_like = segment.hints & Hint.BYLINE and _get_shape(reading, index) == _get_shape(reading, last)
        if names and abs(index - last) > 2 and not is_like:
            break
        is_elsewhere = reading.hints[index] & (Hint.HIDDEN | Hint.COMMENT | Hint.RELATED)
        if not is_elsewhere and 0 < segment.words <= 14:
            read = list(_read_linked_names(reading, index))
            if not read and not reading.hints[index] & Hint.LISTING:
                is_byline = segment.label == "byline"
                read = list(_read_names(segment)) if is_byline else list(_read_bare_names(reading, index))
            found = list(_keep_people(read, nobody))
            if found and segment.label == "byline" and not is_marked:
                # what a byline says comes before what only looks like a name
                is_marked, names = True, [name for name in names if abs(index - last) < 2]
            names += found
            last = index if found else last
    # «تمبدغة» beside «آمال ولد بابا» is where it was written
    return [name for name in names if " " in name] or names


def _read_linked_names(reading: Reading, index: int) -> Iterator[str]:
    """Yield the texts of the links near the headline that lead to pages of authors, also in the author's card above it."""
    segment = reading.segments[index]
    is_near = abs(index - reading.title_at) <= _NEAR and not reading.hints[index] & (Hint.NAV | Hint.ASIDE | Hint.PAGE)
    if is_near and segment.links and segment.label not in BODY_LABELS and index not in reading.card_of:
        links = [(unquote(href), text) for href, text, _ in segment.links if text]
        if links and all(leads_to_author(href) for href, _ in links):
            yield from (name for _, text in links for name in split_names(text) if is_name(name) or _TITLED.match(name))


def _get_shape(reading: Reading, index: int) -> str:
    return reading.boxes[reading.segments[index].box].shape


def _read_names(segment: Segment) -> Iterator[str]:
    """Yield the people of a byline; elements that run together without a space hold a name each."""
    runs_together = len(segment.parts) > 1 and "".join(segment.parts) == segment.text
    linked = tuple(text for _, text, _ in segment.links) if len(segment.links) > 1 else ()
    if segment.hints & Hint.BYLINE and ":" in segment.text and not linked and not runs_together:
        # «قصة: فلان | تصوير: فلان»: whatever the work is called, a box of this name tells who did it
        for part in segment.text.split(" | "):
            label, _, names = part.rpartition(":")
            if label.count(" ") < 3 and not _NOT_WRITING.search(label):
                yield from _read_line(names.strip(), is_marked=True)
        return
    for text in linked or (segment.parts if runs_together else (segment.text,)):
        if not (runs_together and text.endswith(":")):
            yield from _read_line(text, is_marked=bool(segment.hints & Hint.BYLINE))


def _read_line(text: str, *, is_marked: bool = False) -> Iterator[str]:
    """Yield the people of a line: «أبوظبي - علياء الكعبي:», «كتب: فلان وفلان», «فلانة (دمشق)»."""
    if text.startswith(("(", "[", "*")) or (":" in text[3:-1] and not _LABEL.match(text)):
        return
    if text.endswith(":") and " " not in text:  # «الرياض:» above the name
        return
    names = _PLACE_AFTER.sub("", _PLACE_BEFORE.sub("", _LABEL.sub("", text))).strip(" :：|-–—")
    pieces = [piece for piece in _DASH.split(names) if piece]
    # the place comes first or is one word: «بيروت - فلان الفلاني», «فلان الفلاني - القاهرة»; alone it signs nothing
    if len(pieces) > 1:
        pieces = [piece for piece in pieces if piece.count(" ")]
        if is_marked:
            pieces = list(filter(is_name, pieces)) or pieces  # «شيرين أبو عوف - عدنان الجبوري - رؤية 24»
        is_list_of_names = (is_marked or names != text) and all(map(is_name, pieces))  # «كتب محمد شعبان - آية حسني»
        if len(pieces) > 1 and _TWO_WORD_PLACE.fullmatch(pieces[-1]):
            pieces.pop()  # «رحاب عثمان – أم درمان»
        pieces = pieces if is_list_of_names else pieces[-1:]
    for piece in pieces:
        for part in _LIST_BREAK.split(piece):
            for name in _split_at_and(clean(_PLACE.sub("", part))):
                name = _LABEL.sub("", name).strip(" -–—:|")
                if name and len(name.split()) <= _MAX_NAME_WORDS and parse_date(name) is None:
                    yield name


def split_names(text: str) -> list[str]:
    """Return the people of a byline whose place on the page is known to hold nothing else."""
    parts = _LIST_BREAK.split(_LABEL.sub("", text))
    return [name for part in parts for name in _split_at_and(clean(part)) if name]


def _read_bare_names(reading: Reading, index: int) -> Iterator[str]:
    """Yield names that nothing marks as a byline but their place: between headline and text, in a line with the date."""
    segment = reading.segments[index]
    is_below = reading.title_at < index <= reading.title_at + 6
    following = reading.segments[index + 1 : index + 2]
    is_above_date = reading.title_at - 4 <= index < reading.title_at and any(map(is_date_line, following))
    labels = ("", "date", "other") if index <= reading.title_at + 3 else ("", "date")
    if not (is_below or is_above_date) or segment.label not in labels or segment.level:
        return
    # a linked line may be a section; an address that speaks of authors says that it is none
    if segment.links and not all(leads_to_author(href) for href, _, _ in segment.links):
        return
    near = reading.segments[index + 1 : index + 3] + reading.segments[max(index - 2, 0) : index]
    parts = segment.parts if len(segment.parts) > 1 else tuple(FIELD_BREAK.split(segment.text))
    if _COLON.search(segment.text) and (name := _LABEL.sub("", segment.text)) != segment.text and is_name(name):
        yield name  # «تحقيق: فلان الفلاني»
    elif is_below and segment.phrase is None and (called := _CALLED.fullmatch(segment.text)) and is_name(called[1]):
        yield called[1]  # «ضيف المدونة: فلان الفلاني»
    elif len(parts) > 1 and any(parse_date(part) for part in parts):
        yield from filter(is_name, (_PLACE_BEFORE.sub("", part) for part in parts))
    elif any(is_date_line(other) for other in near if other.text) or _stands_alone(reading, index):
        name = _PLACE_AFTER.sub("", _PLACE_BEFORE.sub("", segment.text))
        if is_name(name) or _INITIALS.fullmatch(name):
            yield name
        elif is_list_of_names(name):
            yield from _NAME_BREAK.split(name)


def _stands_alone(reading: Reading, index: int) -> bool:
    """Whether a bold line is all that stands between the headline and the text or its picture, the standfirst left out."""
    if reading.segments[index].bold_share < 0.9 or index + 1 >= len(reading.segments):
        return False
    begins = reading.segments[index + 1].image is not None or reading.weights[index + 1] > 0
    return begins and all(other.label == "subtitle" for other in reading.segments[reading.title_at + 1 : index])


def is_list_of_names(text: str) -> bool:
    """Answer whether a text is nothing but names side by side: «رياض بوعلام / كمال حداد»."""
    names = _NAME_BREAK.split(text)
    return len(names) > 1 and all(map(is_name, names))


def is_name(text: str) -> bool:
    """Answer whether a text could be a person's name: two to four words of letters, no section, no phrase of furniture."""
    words = text.split()
    if not SECTION_WORDS.isdisjoint(words):
        return False
    return (
        2 <= len(words) <= 4
        and all(word.isalpha() and len(word) > 1 for word in map(fold, words))
        and find_phrase(fold(text), len(words)) is None
    )


def _split_at_and(text: str) -> list[str]:
    for match in _AND.finditer(text):
        before, after = text[: match.start()].strip(), text[match.end() :].strip()
        word = "و" + after.split(" ", 1)[0]
        if before.count(" ") and after.count(" ") and (word.startswith("وو") or not _NAMES_IN_WAW.match(word)):
            return [before, *_split_at_and(after)]
    return [text]


def find_agency(reading: Reading) -> str | None:
    """Return the news agency or the source that the article names for its text."""
    for segment in reading.segments[max(reading.title_at, 0) :]:
        if segment.label == "agency":
            name = _SOURCE_LABEL.sub("", segment.text).strip(" ()[]«»-–—.:")
            if name and not _SOURCE_LABEL.match(f"{name}:"):  # «المصدر» alone names nothing
                return name
        for text in (segment.text, *segment.parts) if segment.label in _AGENCY_LABELS else ():
            name = _LABEL.sub("", text).strip(" ()-–—:|")
            if name.startswith(("وكالة ", "وكالات")) and name.count(" ") < 6 and not name.endswith("."):
                return name
    return None
