"""What a person's name looks like, and how a line names one or several of them with a role or a place beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from newscrawl.arabic import clean, fold
from newscrawl.dates import parse_date
from newscrawl.extraction.phrases import find_phrase

_MAX_NAME_WORDS, _MAX_SIGNED_WORDS = 7, 9
ROLE = re.compile(
    r"^\W*(?:(?:كتب(?:ته|ت|ها|ه)?|كتابة|بقلم|بواسطة|مرسلة|نشر|أرسلت|[تي]كتبه?ا?|أعدته?ا?|أعده?ا?|الكاتبة?|المؤلف|المحررة?|الصحفي|إعداد|اعداد|تقرير|تحقيق|حوار|حاور(?:ه|ها|ته|تها|هما)?|أجرى الحوار"
    r"|المراسل|رصد|من|عن|by|written|author|reporter|von|par|por|av|door|autor)(?:\s*[:：،,/|–-]\s*|\s+|$))+",
    re.IGNORECASE,
)
"""The word for the work before a name: «بقلم: فلان», «تحقيق / فلان», «كتبت فلانة»."""
_WORK = re.compile(
    r"(?:و?(?:ال)?(?:متابعة|تحرير|إعداد|اعداد|تقرير|تحقيق|حوار|تصوير|استطلاع|روبورتاج|ترجمة|خاص)\s*)+(?: ?(?:ال)?\S+)?$"
    r"|(?:مراسل|موفد|مندوب)(?:ة|نا|تنا)?(?: .{1,40})?$|(?:أجرت|أجرى|حاور\S*|كتب\S*|أعد\S*)(?: .{1,24})?$|خاص(?: \S+)?(?: \d+)?$"
)
"""What a piece of a line says of the work and names nobody: «متابعة وتصوير», «موفد الميناء إلى كركوك», «خاص»."""
_NOT_WRITING = re.compile(
    "^(?:تصوير|عدسة|صور|ترجمة|راجعت?ه?ا?|مراجعة|تدقيق|روجع|بتوقيت|توقيت|photo|مصدر|المصدر|source|نشرت?(?! بواسطة)|تاريخ)",
    re.IGNORECASE,
)
_OCCUPATION = re.compile(
    r"(?:كاتب|باحث|صحفي|صحافي|أكاديمي|أستاذ|محام|خبير|إعلامي|شاعر|روائي|قاص|محلل|ناشط|طبيب|مدون|عضو|رئيس|مدير|نائب|مستشار|منسق|متحدث|ناطق|محرر|مراسل)(?:ة|ه)?(?: .*)?$"
)
"""«الشيخ ولد محمد الأمين / كاتب وباحث»"""
# A dash between words; a hyphen inside a Latin name is part of it.
_BREAK = re.compile(
    r"\s+و?(?:شارك|ساهم|أسهم)ت? في (?:ال)?\S+\s*[-–—:]\s*|\s*[|/•·،,؛;*]+\s*|\s+[-–—ـ]+\s*|\s*[–—]\s*|(?<![A-Za-zÀ-ž])-\s*|\s*-(?![A-Za-zÀ-ž])\s*"
)
_COLON = re.compile(r"\s*[:：]\s*")
_IN_BRACKETS = re.compile(r"[(（\[]([^()（）\[\]]{2,30})[)）\]]")
_TWO_WORD_PLACE = re.compile(
    "أم درمان|[أا]بو ?ظبي|بور ?سعيد|بورت سودان|(?:بني|كفر|سيدي|دير|بيت|باب|عين|رأس|سان|نيو|تل|خان|شرم) \\S+|رام الله|ذي قار|حفر الباطن|أم القيوين|خميس مشيط|(?:وادي|جبل|مدينة) \\S+|الدار البيضاء"
    "|مكة المكرمة|المدينة المنورة|كوالا لمبور|لوس أنجلوس|لاس فيغاس"
)
_PLACE_FROM = re.compile(r"^\S{3,}(?: \S{3,})? من (?=\S+ \S+(?: \S+)?$)")  # «باريس من نهى خليفة»
_FROM_PLACE = re.compile(r"^(\S{2,} \S{2,}(?: \S+)?) من \S+(?: \S+)?$")  # «نهى خليفة من باريس»
_INITIALS = re.compile(r"\w\.\s?\w\.?")
_TITLED = re.compile(
    r"(?:د|أ|م|أ\.د)\.\s?\S+ \S|[^\W\d_]\.\s?\w{3,}$|(?=.*\.)(?:\w{3,}\s){0,2}\w{3,}\.?\s[^\W\d_]\.?$"
)  # «د. منى العلي», «س. لعجال», «كريم. ب»
_LIST_BREAK = re.compile(r"\s*(?:[,،;؛|/•·&]|\s(?:and|und|et|و)\s|\n)\s*")
# «و» before a name joins two people; these names begin with it themselves.
_AND = re.compile(r"\s+و\s?(?=\S+\s+\S)")
_NAMES_IN_WAW = re.compile(
    r"^و?(?:وليد|وسام|وائل|وفاء|وجدي|وداد|وسيم|وضاح|وديع|وحيد|وصال|ولاء|وهيب|وليام|ورد|وعد|وجيه|واصف|وردة|ولد)$"
)
SECTION_WORDS = frozenset(
    "ثقافة سياسة اقتصاد رياضة فن فنون وفن وفنون منوعات أخبار الأخبار عربي دولي ودولي محليات محلية مجتمع صحة تكنولوجيا علوم"
    " تحقيقات تقارير مقالات رأي حوادث العالم العربي حوار حوارات تقرير أسواق بورصة سياحة تعليم دين المرأة خاصة جهوية آراء بيانات كتابات خطب كلمات"
    " قصص ملفات مقابلات مراجعات بورتريه تقنية عقارات طاقة شركات بنوك محاكم قضاء بلديات محافظات جامعات الرأي السياسة الاقتصاد الرياضة الثقافة المجتمع"
    " كرة القدم المحلية العالمية اقتصادية سياسية رياضية ثقافية صحية".split()
)
_NOT_IN_NAMES = SECTION_WORDS | frozenset(
    "بسم في من على إلى الى عن مع بعد قبل بين هذا هذه التي الذي أن إن ما لا لم لن قد كل أو ثم حتى منذ ضد عبر خلال واحد ثلاثة".split()
)
_AUTHOR_ADDRESS = (
    "author", "writer", "journalist", "reporter", "contributor", "kateb", "kuttab", "profile", "user", "people", "editor",
    "/كاتب", "/كتاب/", "/مؤلف", "/محرر",
)  # fmt: skip
"""One by one: all links of a page are asked, and a pattern of them takes five times as long."""


class Signed(NamedTuple):
    """What a line holds that may be a byline: people, whether it names their work, and what else stands in it."""

    names: tuple[str, ...]
    has_work: bool
    others: tuple[str, ...]

    @property
    def is_formed(self) -> bool:
        """Whether it has people, and beside them no more than a place or the site's name; several have short names."""
        is_short = self.has_work or len(self.names) == 1 or all(name.count(" ") < 3 for name in self.names)
        return bool(self.names) and is_short and all(other.count(" ") < 2 for other in self.others)


@lru_cache(maxsize=1_024)
def read_signed(text: str) -> Signed:
    """Return who signs a line: «أبوظبي - علياء الكعبي:», «كتب: فلان وفلان - تصوير: علان», «فلانة (دمشق)»."""
    names: list[str] = []
    others = list(map(clean, _IN_BRACKETS.findall(text)))
    has_work = is_other_work = False
    line = _COLON.sub(": | ", _IN_BRACKETS.sub(" ", text).rstrip(" :："))
    for piece in filter(None, map(clean, _BREAK.split(line))):
        if _NOT_WRITING.match(piece) or is_other_work:
            is_other_work = _NOT_WRITING.match(piece) is not None  # «تصوير: فلان»
            continue
        rest = ROLE.sub("", f"{piece.rstrip(':')} ").strip()
        if not rest or _WORK.match(rest) or _OCCUPATION.match(rest):
            has_work = True
            continue
        has_work = has_work or rest != piece.rstrip(":")
        people = _split_at_and(_FROM_PLACE.sub(r"\1", _PLACE_FROM.sub("", rest)))
        # what stands before a colon is no name: «رمز الخبر: 123», «ضيف المدونة: فلان»
        if not piece.endswith(":") and all(map(is_name_like, people)) and not _TWO_WORD_PLACE.fullmatch(rest):
            names += people
        else:
            others.append(rest)
    if not has_work and "وكالات" in others:
        names, others = [], [*names, *others]  # «ريو دي جانيرو - وكالات»
    return Signed(tuple(names), has_work, tuple(others))


def is_signed(text: str) -> bool:
    """Answer whether a line is a byline by its form: people with the word for their work, a place or what they are."""
    if text.count(" ") >= _MAX_SIGNED_WORDS or "," in text or text.endswith((".", "؟", "!", "»", '"')):
        return False
    signed = read_signed(text)
    is_list = len(signed.names) > 1 and len(signed.others) < 2 and "،" not in text
    is_placed = len(signed.names) == 1 and 0 < len(signed.others) < 3
    return signed.is_formed and (signed.has_work or is_placed or is_list)


def is_name(text: str) -> bool:
    """Answer whether a text could be a person's name: two to four words of letters, no section, no phrase of furniture."""
    words = text.split()
    if not 2 <= len(words) <= 4 or not _NOT_IN_NAMES.isdisjoint(words) or words[-1].islower():
        return False  # «Page updated» is none in a script with capitals
    return (
        all(word.isalpha() and len(word) > 1 for word in map(fold, words))
        and find_phrase(fold(text), len(words)) is None
    )


def is_name_like(text: str) -> bool:
    """Answer whether a text is a name, a name behind a title («د. فلان الفلاني») or two initials."""
    return is_name(text) or bool(_TITLED.match(text) or _INITIALS.fullmatch(text))


def split_names(text: str) -> list[str]:
    """Return the people of a byline whose place on the page is known to hold nothing else."""
    parts = _LIST_BREAK.split(ROLE.sub("", text))
    return [name for part in parts for name in _split_at_and(clean(part)) if name]


def list_unlike_names(text: str) -> Iterator[str]:
    """Yield what a box of bylines names where nothing in it looks like a name: «أبو فهد», «srf/hosb», «Jean-Luc Aufranc»."""
    for name in split_names(text.strip(" :：|-–—*")):
        name = ROLE.sub("", name).strip(" -–—:|*")
        if name and not name[0].isdigit() and len(name.split()) <= _MAX_NAME_WORDS and parse_date(name) is None:
            yield name


def _split_at_and(text: str) -> list[str]:
    for match in _AND.finditer(text):
        before, after = text[: match.start()].strip(), text[match.end() :].strip()
        word = "و" + after.split(" ", 1)[0]
        if before.count(" ") and after.count(" ") and (word.startswith("وو") or not _NAMES_IN_WAW.match(word)):
            return [before, *_split_at_and(after)]
    return [text]


def leads_to_author(href: str) -> bool:
    """Whether an address speaks of authors."""
    return any(map(href.lower().__contains__, _AUTHOR_ADDRESS))


def holds_name(text: str, name: str) -> bool:
    """Whether a folded text holds a site's name: whole words in Arabic («إينا» is no «إيناس»), any letters of a host."""
    return name in text if name.isascii() else f" {name} " in f" {text} "
