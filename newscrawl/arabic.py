"""What is special about Arabic writing: letter forms, marks, digits, and which language the letters spell.

`clean` gives text as printed, to be kept and shown; `fold` gives the form in which two spellings of a word are equal,
which is compared and indexed but never shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# NFKC is for these alone: on the whole text it would turn "…", "½" and "²" into other tokens.
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufeff\u0675-\u0678]")
_DROPPED_CHARACTERS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\u0300-\u0331"  # marks
    "\u0640\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff"  # tatweel, invisible
)
_DROPPED = re.compile(f"[{_DROPPED_CHARACTERS}]+")
# str.replace() looks for a letter ten times as fast as any table; it pays for the forms that every text has.
_COMMON_FORMS = {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"}
_RARE_FORMS = {
    "ا": "ٱٲٳ",
    "ي": "یېۍێے",
    "ه": "ۀہھەۂۃ",
    "ك": "کڪګڭگ",
    "ف": "ڤ",
    "ق": "ڨ",
    "ب": "پ",
    "ج": "چ",
    "ز": "ژ",
    "و": "ۋۆۇ",
}
_MAX_KEPT_CHARS = 80
_DIGIT_TABLE = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_RARE_TABLE = _DIGIT_TABLE | {ord(form): ord(letter) for letter, forms in _RARE_FORMS.items() for form in forms}
_HAS_DIGIT = re.compile("[٠-٩۰-۹]")
_HAS_RARE_FORM = re.compile("[٠-٩ٱ-ۓەۀ-ۃ۰-۹]")
# What most texts have none of: one search instead of four.
_HAS_RARITY = re.compile(f"[{_DROPPED_CHARACTERS}٠-٩ٱ-ۓەۀ-ۃ۰-۹\ufb50-\ufdff\ufe70-\ufeff\u0675-\u0678]")

# U+200C and U+200D shape the printed word, so they stay.
_UNPRINTED = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")

_LETTER_RUN = re.compile(r"[^\W\d_]+")
_ARABIC_LETTERS = re.compile("[\u0620-\u064a\u066e-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]+")
_ARTICLE_WORD = re.compile(r" [وف]?(?:[بك]?ال|لل)\w\w")
_LONG_MARK_RUN = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff]{31,}")
_MARK_RUN = re.compile("[\u064b-\u065f\u0670\u0640]+")

# Letters that one language has and its neighbours lack; Uyghur comes first, for it has Sorani and Pashto letters too.
_TELLING_LETTERS = (
    ("ug", re.compile("[ۇۈۋڭ]")),
    ("sd", re.compile("[ڄڃٿڀٺٽڦڻڳڱڏڊڌڪ]")),
    ("ckb", re.compile("[ێۆڕڵەۊ]")),
    ("ps", re.compile("[ټډړږښځڅڼېۍ]")),
    ("ur", re.compile("[ٹڈڑےںہھ]")),
)
_PERSIAN_CONSONANTS = re.compile("[پچژگ]")
_PERSIAN_YEH_AND_KAF = re.compile("[کی]")
_FOREIGN = re.compile("[^\u0621-\u063a\u0641-\u064aٱپچڤگڨ]")
_ONLY_ARABIC = re.compile("[ةىأإ]")


def fold(text: str) -> str:
    """Return the form in which spellings of one word are equal: «الحُكومَة» and «الحكومه» both give «الحكومه».

    Idempotent. The rules are those of Lucene's ArabicNormalizationFilter, and beyond it: Persian and Maghrebi letters,
    digits, invisible marks, presentation forms, lower case.
    """
    if text.isascii():
        return text.lower()
    return _fold_kept(text) if len(text) <= _MAX_KEPT_CHARS else _fold_anew(text)


def _fold_anew(text: str) -> str:
    # lower case comes before the marks go, because it makes one of «İ»
    lowered = text.lower()
    if not _HAS_RARITY.search(lowered):
        return _unite_common_forms(_compose(lowered))
    if _PRESENTATION_FORMS.search(text):
        lowered = _PRESENTATION_FORMS.sub(_decompose, text).lower()
    text = _DROPPED.sub("", _unite_common_forms(_compose(lowered)))
    if _HAS_RARE_FORM.search(text):
        text = text.translate(_RARE_TABLE)
    return _compose(text)


# Names, labels and the texts of links are asked for by many steps that read one page.
_fold_kept = lru_cache(maxsize=4_096)(_fold_anew)


def _unite_common_forms(text: str) -> str:
    for form, letter in _COMMON_FORMS.items():
        text = text.replace(form, letter)
    return text


def clean(text: str) -> str:
    """Return the text as printed: NFC, every white space folded to one space, nothing invisible; idempotent."""
    text = text.strip()
    if not text.isprintable():  # it holds a white space that is no plain space, or a mark that is not printed
        text = _UNPRINTED.sub("", text)
    elif "  " not in text:
        return _compose(text)
    return " ".join(_compose(text).split())


def fold_digits(text: str) -> str:
    """Return the text with Arabic-Indic and Persian digits as ASCII digits."""
    return text.translate(_DIGIT_TABLE) if _HAS_DIGIT.search(text) else text


def get_arabic_share(text: str) -> float:
    """Return the share of the letters that are of the Arabic script, 0.0 to 1.0; 0.0 without letters."""
    if not _ARABIC_LETTERS.search(text):
        return 0.0
    letters = "".join(_LETTER_RUN.findall(text))
    return 1 - len(_ARABIC_LETTERS.sub("", letters)) / len(letters) if letters else 0.0


def find_language(text: str) -> str | None:
    """Return "ar", "fa", "ur", "ckb", "ps", "ug" or "sd"; None for another script, or where the letters do not tell.

    The share of words with the article «ال» decides first: it keeps Egyptian text typed with the Persian yeh, and
    Maghrebi names with «ڨ» or «پ», Arabic. A text under some 100 letters must show signs of its own.
    """
    if not _ARABIC_LETTERS.search(text):
        return None
    words = _LETTER_RUN.findall(_MARK_RUN.sub("", text))
    if not words:
        return None
    letters = "".join(words)
    letter_count = len(letters)
    if not words or len(_ARABIC_LETTERS.sub("", letters)) > 0.5 * letter_count:
        return None
    article_share = len(_ARTICLE_WORD.findall(" ".join(("", *words)))) / len(words)
    if article_share >= 0.1:
        return "ar"
    neighbour = _find_neighbour(letters)
    if neighbour and (article_share < 0.04 or letter_count < 100):
        return neighbour
    if letter_count < 100:
        return "ar" if (article_share or _ONLY_ARABIC.search(letters)) and not _FOREIGN.search(letters) else None
    is_foreign = article_share < 0.04 and len(_FOREIGN.findall(letters)) > 0.03 * letter_count
    return None if is_foreign else "ar"


def _find_neighbour(letters: str) -> str | None:
    """Return the language of the script, other than Arabic, whose own letters make a hundredth of these."""
    needed = max(2, len(letters) / 100)
    for language, own_letters in _TELLING_LETTERS:
        if len(own_letters.findall(letters)) >= needed:
            return language
    consonants = len(_PERSIAN_CONSONANTS.findall(letters))
    if consonants >= needed or (consonants and len(_PERSIAN_YEH_AND_KAF.findall(letters)) >= 2 * needed):
        return "fa"
    return None


def _decompose(form: re.Match[str]) -> str:
    # a ligature of several words («ﷺ») stays one token
    return unicodedata.normalize("NFKC", form.group()).replace(" ", "")


def _compose(text: str) -> str:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    # sorting a run of marks takes the square of its length; 30 are the most that any text has (UAX 15, Stream-Safe)
    return unicodedata.normalize("NFC", _LONG_MARK_RUN.sub(lambda run: run.group()[:30], text))
