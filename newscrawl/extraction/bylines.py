"""Who signs an article: people from its byline or its structured data, never the site, an agency or a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newscrawl.arabic import clean, fold
from newscrawl.dates import parse_date
from newscrawl.extraction.headline import split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.neighbourhood import find_neighbourhood
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.extraction.segments import Segment
from newscrawl.urls import get_host

_MAX_NAME_WORDS = 7
_LABEL = re.compile(
    r"^\W*(?:(?:كتب(?:ته|ت|ه)?|بقلم|بواسطة|مرسلة|نشر|أرسلت|الكاتبة?|المؤلف|المحررة?|الصحفي|إعداد|اعداد|تقرير|تحقيق|حوار|حاوره|أجرى الحوار"
    r"|المراسل|من|عن|by|written|author|reporter)(?:\s*[:：/|–-]\s*|\s+|$))+",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s*[(（][^()（）]{2,25}[)）]\s*$")
_LIST_BREAK = re.compile(r"\s*(?:[,،;؛|/•·&]|\sand\s|\n)\s*")
_DASH = re.compile(r"\s*[-–—]\s*|\s*:\s*$")
# «و» before a name joins two people; these names begin with it themselves.
_AND = re.compile(r"\s+و(?=\S+\s+\S)")
_NAMES_IN_WAW = re.compile(
    r"^و?(?:وليد|وسام|وائل|وفاء|وجدي|وداد|وسيم|وضاح|وديع|وحيد|وصال|ولاء|وهيب|وليام|ورد|وعد|وجيه|واصف|وردة)$"
)
_NOBODY = re.compile(
    r"https?:|@|www\.|\d{2}|[.!?؟]\s|developed|powered|designed|\badmin\b|administrator|super ?user|webmaster|\beditors?\b|\.(?:png|jpe?g|com|net)\b"
    r"|^\W*$|تعليق|مشاهد|هيئة التحرير|قسم |غرفة الأخبار|كل مقالات|المزيد",
    re.IGNORECASE,
)
_AGENCIES = (
    "رويترز|أ ف ب|أ.ف.ب|ا ف ب|فرانس برس|وكالات|وكالة الأنباء|الأناضول|سبوتنيك|شينخوا|د ب أ|د.ب.أ|أ ش أ|أ.ش.أ|أ ب|أ.ب"
    "|أسوشيتد برس|واس|وام|كونا|قنا|بنا|بترا|سانا|وفا|واج|وات|و م ع|و.م.ع|واع|سبأ|العمانية|سونا|لانا|نينا|وكالة أنباء"
    "|وكالات الأنباء|CNN|BBC|AFP|Reuters|AP|DPA|Anadolu|RT"
).split("|")
_SOURCE_LABEL = re.compile(
    r"^[\s(\[-]*(?:ال)?(?:مصدر|مصادر|وكالة)(?: الخبر)?\s*[:：]\s*|^\s*Source\s*:\s*|^\s*نقلا? عن\s*:?\s*", re.IGNORECASE
)


def find_authors(reading: Reading) -> tuple[str, ...]:
    """Return the people who sign the article; printed bylines come before declared ones, as they name every hand."""
    nobody = {get_key(name) for name in (*reading.declared.site_names, *_AGENCIES, *_find_stuck_names(reading))}
    structured = [name for name, source in reading.declared.authors if source == "json-ld"]
    for names in (_read_printed(reading, nobody), structured, [name for name, _ in reading.declared.authors]):
        people = {get_key(name): name for name in reversed(list(_keep_people(names, nobody)))}
        if people:
            return tuple(reversed(people.values()))
    return ()


def _find_stuck_names(reading: Reading) -> Iterator[str]:
    """Yield what a declared title has beyond the headline, and the host: the site's names where nothing else tells."""
    headline = get_key(reading.segments[reading.title_at].text) if reading.title_at >= 0 else ""
    for title, _ in reading.declared.titles:
        for part in split_title(title)[1:]:
            if get_key(part) != headline and part.count(" ") < 5:
                yield part
    if reading.url:
        yield get_host(reading.url).rsplit(".", 1)[0]


def _keep_people(names: list[str], nobody: set[str]) -> Iterator[str]:
    for name in names:
        key = get_key(name)
        is_site = any(len(key) > 3 and (key in other or other in key) for other in nobody if len(other) > 3)
        if len(key) >= 3 and key not in nobody and not is_site and not _NOBODY.search(name):
            yield name


def _read_printed(reading: Reading, nobody: set[str]) -> list[str]:
    """Return the names of the byline nearest to the headline, with what stands beside it in the same line."""
    names: list[str] = []
    last = -1
    for index in find_neighbourhood(reading):
        segment = reading.segments[index]
        if names and abs(index - last) > 2:
            break
        is_elsewhere = reading.hints[index] & (Hint.HIDDEN | Hint.COMMENT | Hint.LISTING | Hint.RELATED)
        if segment.label == "byline" and not is_elsewhere and segment.words <= 14:
            found = list(_keep_people(list(_read_names(segment)), nobody))
            names += found
            last = index if found else last
    return names


def _read_names(segment: Segment) -> Iterator[str]:
    """Yield the people of a byline: «أبوظبي - علياء الكعبي:», «كتب: فلان وفلان», «فلانة (دمشق)»."""
    text = segment.text
    if text.startswith(("(", "[", "*")) or (":" in text[3:-1] and not _LABEL.match(text)):
        return
    text = _LABEL.sub("", text).strip(" :：|-–—")
    pieces = [piece for piece in _DASH.split(text) if piece]
    # the place comes first: «بيروت - فلان»; a place alone signs nothing
    if segment.phrase is None and len(pieces) > 1:
        pieces = pieces[1:]
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
            return _SOURCE_LABEL.sub("", segment.text).strip(" ()[]-–—.:") or None
    return None


def is_agency(text: str) -> bool:
    """Whether a text is the name of a news agency."""
    return fold(text).strip(" ()-") in {fold(name) for name in _AGENCIES}
