"""Which words of page furniture a short text consists of; the words are in phrases.toml."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from newscrawl.arabic import fold

_MAX_PREFIX_WORDS = 15
_MAX_CONTAINS_WORDS = 25
_MAX_LABELLED_WORDS = 60
"""A «شاهد ايضاً:» carries a whole headline behind it, the rules for comments and cookies are paragraphs."""
_MAX_LABEL_WORDS = 8
_LEAST_SENTENCE_WORDS = 5
_STOP = re.compile(r"[.؟!][»\")\s]*$")
_MEDIUM = re.compile(
    r"قنا[هت]|نشر[هت]|بريد|تطبيق|صفحت|موقع|جوجل|غوغل|واتس|تي?لي?[جغ]رام|يوتيوب|فيس|تويتر|منصات|google|[a-z]{4}"
)
"""What a page asks its readers to follow."""
_LONG_KINDS = frozenset(("see_also", "comments", "cookie", "copyright", "date", "placeholder"))
# «منشورات ذات صلة», «التقارير المرتبطة»: what is offered, and how it is related.
_RELATED_HEADING = re.compile(
    r"\w+ ذات (?:ال)?(?:صله|علاقه)(?: \w+){0,3}|(?:(?:ل|ال)?(?:ل)?مزيد من )?(?:ال)?(?:اخبار|مواضيع|موضوعات|مقالات|روابط|قصص|مواد|تقارير|منشورات|ملفات|تدوينات|محتوي|عناوين|فيديوهات|مواضع)"
    r" (?:اخري )?(?:ذات (?:ال)?(?:صله|علاقه|ارتباط)|(?:ال)?(?:مرتبطه|متعلقه|مشابهه|مقترحه|متصله))"
    r"(?: \w+){0,3}"
)
_WORD = re.compile(r"[^\W_]+")
_BEHIND = re.compile(r"(?: list of \d+ items?|[\d ]+)$")
"""A number, and what is said to those who hear a list: «اقرأ أيضا list of 2 items»."""


class Phrase(NamedTuple):
    """A furniture class and how the text matched it: exact, prefix or contains."""

    kind: str
    match: str


class _Lexicon(NamedTuple):
    """The phrases by how they match; the first words of those that a text may begin with, by class, and of those inside it."""

    exact: dict[str, str]
    prefix: dict[str, list[tuple[str, str]]]
    contains: list[tuple[str, str]]
    openings: dict[str, set[str]]
    inside: set[str]


@lru_cache(maxsize=1)
def _load() -> _Lexicon:
    table = tomllib.loads(files("newscrawl.extraction").joinpath("phrases.toml").read_text("utf-8"))
    lexicon = _Lexicon({}, {}, [], {}, set())
    for kind, matches in table.items():
        openings = lexicon.openings[kind] = set()
        for phrase in matches.get("exact", ()):
            key = _strip(fold(phrase))
            lexicon.exact.setdefault(key, kind)
            openings.add(key.split(" ", 1)[0])
        for phrase in matches.get("prefix", ()):
            key = _strip(fold(phrase))
            lexicon.prefix.setdefault(key.split(" ", 1)[0], []).append((key, kind))
            openings.add(key.split(" ", 1)[0])
        for phrase in matches.get("contains", ()):
            key = _strip(fold(phrase))
            lexicon.contains.append((f" {key} ", kind))
            lexicon.inside.add(key.split(" ", 1)[0])
    return lexicon


def _strip(folded: str) -> str:
    if folded.replace(" ", "").isalpha() and "  " not in folded:
        return folded.strip()  # nothing to take away, as in three texts of four
    key = " ".join(_WORD.findall(folded))
    return _BEHIND.sub("", key) if key[-1:].isdecimal() or key.endswith((" item", " items")) else key


def find_phrase(folded: str, words: int) -> Phrase | None:
    """Return the class of furniture that a whole short text belongs to; the text is folded, `words` its length."""
    if words > _MAX_LABELLED_WORDS:
        return None
    lexicon = _load()
    if words > _MAX_CONTAINS_WORDS and not _may_begin(folded, lexicon):
        return None  # nearly every paragraph
    key = _strip(folded)
    if kind := lexicon.exact.get(key):
        return Phrase(kind, "exact")
    if words <= 5 and _RELATED_HEADING.fullmatch(key):
        return Phrase("see_also", "exact")
    first = key.split(" ", 1)[0]
    if first not in lexicon.prefix and first.endswith("وا"):
        key, first = key.replace("وا", "", 1), first.removesuffix("وا")  # «حملوا تطبيق» is «حمل تطبيق» said to many
    for prefix, kind in lexicon.prefix.get(first, ()):
        if words > _MAX_PREFIX_WORDS and not (
            kind in _LONG_KINDS and prefix.count(" ") >= (1 if kind == "see_also" else 2)
        ):
            continue
        if key == prefix:
            return Phrase(kind, "exact")
        if key.startswith(f"{prefix} ") and not _is_sentence(folded, words, prefix, kind):
            return Phrase(kind, "prefix")
    if words > _MAX_CONTAINS_WORDS or lexicon.inside.isdisjoint(key.split(" ")):
        return None
    padded = f" {key} "
    for phrase, kind in lexicon.contains:
        if phrase in padded:
            return Phrase(kind, "contains")
    return None


def _may_begin(folded: str, lexicon: _Lexicon) -> bool:
    """Whether a text begins with the first word of a phrase, which of a long text is all that counts."""
    word = _WORD.search(folded)
    return word is not None and (word[0] in lexicon.prefix or word[0].endswith("وا"))


def _is_sentence(folded: str, words: int, prefix: str, kind: str) -> bool:
    """Whether a text that begins like furniture is a sentence: «تقرير الأمم المتحدة …» ends with a full stop, and no
    colon, bar or number stands behind its first words. A label of three words or more begins no sentence.
    """
    if (
        kind in ("see_also", "comments")
        or words < _LEAST_SENTENCE_WORDS
        or prefix.count(" ") > 1
        or not _STOP.search(folded)
    ):
        return False
    if re.match(r"[\W_]*" + prefix.replace(" ", r"[\W_]+") + r"\s*[:|/(\d–—-]", folded):
        return False
    return kind != "promo" or not _MEDIUM.search(folded.split(prefix, 1)[-1])


@lru_cache
def list_phrases(kind: str) -> frozenset[str]:
    """Return the whole texts of a class, folded and without marks."""
    return frozenset(key for key, other in _load().exact.items() if other == kind)


@lru_cache(maxsize=20_000)
def look_up(text: str, words: int) -> tuple[str, Phrase | None]:
    """Return a text folded, and its phrase; kept, for a site prints the same menus and buttons on every page."""
    folded = fold(text)
    return folded, find_phrase(folded, words)


def strip_phrase(text: str, kind: str) -> str:
    """Return a text without the label of that class at its beginning: «شاهد ايضاً: خبر» gives «خبر»."""
    words = text.split(" ")
    lexicon = _load()
    first = _strip(fold(" ".join(words[:_MAX_LABEL_WORDS]))).partition(" ")[0]
    if first not in lexicon.openings[kind] and not first[-1:].isdecimal():
        return text
    for count in range(min(len(words), _MAX_LABEL_WORDS), 0, -1):
        key = _strip(fold(" ".join(words[:count])))
        if lexicon.exact.get(key) == kind or (key, kind) in lexicon.prefix.get(key.split(" ", 1)[0], ()):
            return " ".join(words[count:]).lstrip(" :：،,-–—|")
    return text
