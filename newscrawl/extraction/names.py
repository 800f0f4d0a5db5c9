"""What a person's name looks like, and how a line names one or several of them with a role or a place beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newscrawl.arabic import clean, fold
from newscrawl.dates import parse_date
from newscrawl.extraction.phrases import find_phrase

_MAX_NAME_WORDS = 7
ROLE = re.compile(
    r"^\W*(?:(?:كتب(?:ته|ت|ه)?|كتابة|بقلم|بواسطة|مرسلة|نشر|أرسلت|[تي]كتبه?ا?|أعدته?ا?|أعده?ا?|الكاتبة?|المؤلف|المحررة?|الصحفي|إعداد|اعداد|تقرير|تحقيق|حوار|حاور(?:ه|ها|ته|تها|هما)?|أجرى الحوار"
    r"|المراسل|موفد[^:]{0,40}(?=:)|من|عن|by|written|author|reporter|von|par|por|av|door|autor)(?:\s*[:：،,/|–-]\s*|\s+|$))+",
    re.IGNORECASE,
)
"""The word for the work before a name: «بقلم: فلان», «تحقيق / فلان», «كتبت فلانة»."""
_PLACE = re.compile(r"\s*[(（][^()（）]{2,25}[)）]\s*$")
_PLACE_BEFORE = re.compile(r"^(?:\S{3,}(?:\s\S+)?\s+من|\S{3,}\s+[-–—ـ])\s+(?=\S+\s\S+(?:\s\S+)?$)")
"""«باريس من نهى خليفة», «المكلا ـ فهمي باوزير»"""
_PLACE_AFTER = re.compile(r"\s+/\s+\S{3,}$")  # «قحطان الجبوري / بغداد»
_OCCUPATION = re.compile(
    r"\s*[/،,–—-]\s*(?:كاتب|باحث|صحفي|صحافي|أكاديمي|أستاذ|محام|خبير|إعلامي|شاعر|روائي|قاص|محلل|ناشط|طبيب|مدون)(?:ة|ه)?(?=\s|$).*"
)
"""«الشيخ ولد محمد الأمين / كاتب وباحث»"""
_TWO_WORD_PLACE = re.compile(
    "أم درمان|[أا]بو ?ظبي|بور ?سعيد|بورت سودان|(?:بني|كفر|سيدي|دير|بيت|باب|عين|رأس|سان|نيو|تل|خان|شرم) \\S+|رام الله|الدار البيضاء"
    "|مكة المكرمة|المدينة المنورة|كوالا لمبور|لوس أنجلوس|لاس فيغاس"
)
_NAME_BREAK = re.compile(r"\s*[/،,|]\s*")
_INITIALS = re.compile(r"\w\.\s?\w\.?")
_TITLED = re.compile(r"(?:د|أ|م|أ\.د)\.\s?\S+ \S|[^\W\d_]\.\s?\w{3,}$")  # «د. منى العلي», «س. لعجال»
_LIST_BREAK = re.compile(r"\s*(?:[,،;؛|/•·&]|\s(?:and|und|et|و)\s|\n)\s*")
# a hyphen inside a Latin name is part of it
_DASH = re.compile(r"\s*(?<![A-Za-zÀ-ž])[-–—:]\s*|\s*[–—:]\s*|\s*-(?![A-Za-zÀ-ž])\s*|\s+ـ\s+")
# «و» before a name joins two people; these names begin with it themselves.
_AND = re.compile(r"\s+و(?=\S+\s+\S)")
_NAMES_IN_WAW = re.compile(
    r"^و?(?:وليد|وسام|وائل|وفاء|وجدي|وداد|وسيم|وضاح|وديع|وحيد|وصال|ولاء|وهيب|وليام|ورد|وعد|وجيه|واصف|وردة|ولد)$"
)
SECTION_WORDS = frozenset(
    "ثقافة سياسة اقتصاد رياضة فن فنون وفن وفنون منوعات أخبار الأخبار عربي دولي ودولي محليات محلية مجتمع صحة تكنولوجيا علوم"
    " تحقيقات تقارير مقالات رأي حوادث العالم العربي حوار حوارات تقرير أسواق بورصة سياحة تعليم دين المرأة".split()
)


def is_name(text: str) -> bool:
    """Answer whether a text could be a person's name: two to four words of letters, no section, no phrase of furniture."""
    words = text.split()
    if not 2 <= len(words) <= 4 or not SECTION_WORDS.isdisjoint(words) or words[-1].islower():
        return False  # «Page updated» is none in a script with capitals
    return (
        all(word.isalpha() and len(word) > 1 for word in map(fold, words))
        and find_phrase(fold(text), len(words)) is None
    )


def is_name_like(text: str) -> bool:
    """Answer whether a text is a name, a name behind a title («د. فلان الفلاني») or two initials."""
    return is_name(text) or bool(_TITLED.match(text) or _INITIALS.fullmatch(text))


def is_list_of_names(text: str) -> bool:
    """Answer whether a text is nothing but names side by side: «رياض بوعلام / كمال حداد»."""
    names = _NAME_BREAK.split(text)
    return len(names) > 1 and all(map(is_name, names))


def split_list_of_names(text: str) -> list[str]:
    """Return the names of a text that is nothing but names side by side, else nothing."""
    return _NAME_BREAK.split(text) if is_list_of_names(text) else []


def drop_place(text: str) -> str:
    """Return a line without the place before or behind the name: «باريس من نهى خليفة», «قحطان الجبوري / بغداد»."""
    name = _PLACE_BEFORE.sub("", _OCCUPATION.sub("", text))
    if name.partition("/")[0].strip().count(" "):
        name = _PLACE_AFTER.sub("", name)
    return name.strip(" :：|-–—")


def has_occupation(text: str) -> bool:
    """Answer whether a line is a name with what its bearer does: «فلان الفلاني / كاتب وباحث»."""
    name = _OCCUPATION.sub("", text)
    return name != text and is_name(name)


def split_names(text: str) -> list[str]:
    """Return the people of a byline whose place on the page is known to hold nothing else."""
    parts = _LIST_BREAK.split(ROLE.sub("", text))
    return [name for part in parts for name in _split_at_and(clean(part)) if name]


def read_names(text: str, *, is_marked: bool = False) -> Iterator[str]:
    """Yield the people of a line: «أبوظبي - علياء الكعبي:», «كتب: فلان وفلان», «فلانة (دمشق)»."""
    if text.startswith(("(", "[", "*")) or (":" in text[3:-1] and not ROLE.match(text)):
        return
    if text.endswith(":") and " " not in text:  # «الرياض:» above the name
        return
    names = drop_place(ROLE.sub("", text))
    for piece in _drop_places(names, is_marked=is_marked, is_signed=names != text):
        for part in _LIST_BREAK.split(piece):
            for name in _split_at_and(clean(_PLACE.sub("", part))):
                name = ROLE.sub("", name).strip(" -–—:|")
                if name and len(name.split()) <= _MAX_NAME_WORDS and parse_date(name) is None:
                    yield name


def _drop_places(names: str, *, is_marked: bool, is_signed: bool) -> list[str]:
    """Return what dashes part, without the place: it comes first or is one word; alone it signs nothing."""
    pieces = [piece for piece in _DASH.split(names) if piece]
    if len(pieces) < 2:
        return pieces
    pieces = [piece for piece in pieces if piece.count(" ")]
    if is_marked:
        pieces = list(filter(is_name, pieces)) or pieces  # «شيرين أبو عوف - عدنان الجبوري - رؤية 24»
    is_list = (is_marked or is_signed) and all(map(is_name, pieces))  # «كتب محمد شعبان - آية حسني»
    if len(pieces) > 1 and _TWO_WORD_PLACE.fullmatch(pieces[-1]):
        pieces.pop()  # «رحاب عثمان – أم درمان»
    return pieces if is_list else pieces[-1:]


def _split_at_and(text: str) -> list[str]:
    for match in _AND.finditer(text):
        before, after = text[: match.start()].strip(), text[match.end() :].strip()
        word = "و" + after.split(" ", 1)[0]
        if before.count(" ") and after.count(" ") and (word.startswith("وو") or not _NAMES_IN_WAW.match(word)):
            return [before, *_split_at_and(after)]
    return [text]
