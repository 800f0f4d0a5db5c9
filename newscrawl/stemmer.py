"""From a word to the stem that the search index holds: «والسوريين», «سورية» and «سوري» are found by one another.

`light10` is the published stemmer that other search engines have. `stem` is ours: it knows some thousands of words of
the news (stems.toml) with all that can stand before and behind them, and guesses as light10 does where it knows none.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice, takewhile
from typing import NamedTuple

from newscrawl.arabic import fold
from newscrawl.tokens import WORD, split_words

_RULES = 2
"""Counted up with every change of this module, or of fold(), that changes a stem."""

# Larkey, Ballesteros, Connell: Light Stemming for Arabic Information Retrieval (2007); the order is that of Lucene's ArabicStemmer.
_LIGHT_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_LIGHT_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")

# What stands before a noun: conjunction, preposition, article. After the article no pronoun follows.
_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "وبال", "وكال", "فبال", "لل", "ولل", "فلل")
_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك", *_ARTICLES)
_CONJUNCTIONS = ("", "و", "ف")

_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "كم", "نا", "ك", "ني")
_VERB_ENDINGS = ("", *_PRONOUNS)
_NISBA = ("ي", "يه", "يا", "يو", "يي", "يون", "يين", "يات", "يان", "يتين", "يتان")
# What stands behind a noun, and what of the noun itself it replaces: «حكومات» is «حكومة» with «ات» for its «ة».
_ENDINGS = {
    "": ("",), "ه": ("ة", ""), "ا": ("",), "و": ("", "ي"), "ات": ("", "ة"), "ون": ("", "ي"), "ين": ("", "ي"), "ان": ("",),
    "تين": ("ة",), "تان": ("ة",), "تا": ("ة",), "تي": ("ة",), "ئا": ("ء",), "اوات": ("اء",), "اوين": ("اء",),
    **dict.fromkeys(_NISBA, ("", "ة", "ا", "يا")),
    **{f"ئ{ending}": ("ء",) for ending in _NISBA},
    **{f"و{ending}": ("ة", "ا") for ending in _NISBA},
}  # fmt: skip
_POSSESSIVE_ENDINGS = {
    form: replaced
    for pronoun in _PRONOUNS
    for form, replaced in {
        pronoun: ("",), f"ت{pronoun}": ("ة",), f"ات{pronoun}": ("", "ة"), f"ي{pronoun}": ("",), f"و{pronoun}": ("",),
        f"ئ{pronoun}": ("ء",), f"ؤ{pronoun}": ("ء",), f"ا{pronoun}": ("ي", ""), f"تي{pronoun}": ("ة",),
        f"يت{pronoun}": ("", "ة"), f"يات{pronoun}": ("", "ة"), f"يي{pronoun}": ("", "ة"),
    }.items()
}  # fmt: skip
_LONGEST_ENDING = 6

# Of a word that nobody listed: what it may begin with, then one ending of each group in turn.
_GUESSED_PREFIXES = ("وبال", "وكال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل", "و")
# «ب» and «ل» begin too many words; before «أ» or «إ», and before a participle or verbal noun, they are prepositions.
_GUESSED_PREPOSITION = re.compile(r"[بل](?:[أإ]\w{3}|[مت]\w{4})")
_GUESSED_ENDINGS = (
    ("تهما", "تها", "تهم", "هما", "ها", "هم", "هن", "ته", "تنا", "نا", "كم"),
    ("ات", "ان", "ون", "ين", "ه", "ا"),
    ("ي",),
)


# «مسئول» is how Egypt writes «مسؤول»; but «لاجئون» is written so everywhere
_HAMZA_BEFORE_WAW = re.compile("ئو(?!ن$)")


class _Lexicon(NamedTuple):
    """Listed forms with the stem of each, folded but for a final «ة»; of verbs every conjugated form."""

    particles: Mapping[str, str]
    nouns: Mapping[str, str]
    verbs: Mapping[str, str]


# How many letters a reading puts to a listed form, more where it is less likely, and how many of them behind it.
_Cost = tuple[float, int]


def light10(word: str) -> str:
    """Return the light10 stem of a folded word, as Lucene's ArabicStemmer gives it; its case is left as it is."""
    for prefix in _LIGHT_PREFIXES:
        # a bare «و» goes from words of four letters on, every other prefix where two letters are left
        if word.startswith(prefix) and len(word) >= max(len(prefix) + 2, 4):
            word = word[len(prefix) :]
            break
    for suffix in _LIGHT_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word


def stem(word: str) -> str:
    """Return the stem of one word as printed; never empty, and always one word for the index."""
    return _STEMS[word]


def stem_text(text: str | None) -> str:
    """Return the stems of a text, as many words as it has."""
    return " ".join(map(_STEMS.__getitem__, split_words(text))) if text else ""


def _find_stem(word: str) -> str:
    folded = fold_word(word)
    if folded.isascii():
        return folded
    folded = _HAMZA_BEFORE_WAW.sub("ؤو", folded)
    return _find_listed(folded) or _guess(folded[1:] if _GUESSED_PREPOSITION.match(word) else folded)


class _Stems(dict[str, str]):
    """The stems of the words met of late: some thousands make most of every text, but every twentieth word is new."""

    def __init__(self) -> None:
        super().__init__()
        self._older: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_STEMS:
            # frequent words come back from there, the others are forgotten when this happens again
            self._older = dict(self)
            self.clear()
        found = self[word] = self._older.get(word) or _find_stem(word)
        return found


# some 20 MB, and as much of the older ones
_MOST_STEMS = 100_000
_STEMS = _Stems()


def fold_word(word: str) -> str:
    """Return a word folded; as it is where that would leave nothing, or what the index would take for two words."""
    folded = fold(word)
    return folded if WORD.fullmatch(folded) else word


@cache
def get_version() -> str:
    """Return what tells stems made by this version from others: letters and digits."""
    words = files("newscrawl").joinpath("stems.toml").read_bytes()
    return f"{_RULES}x{hashlib.sha256(words).hexdigest()[:8]}"


def find_stems(prefix: str) -> list[str]:
    """Return the stems of listed words that begin with this folded text, where the stem itself does not."""
    forms = _sort_forms()
    start = bisect_left(forms, (prefix,))
    begun = takewhile(lambda entry: entry[0].startswith(prefix), islice(forms, start, None))
    return sorted({stem for _, stem in begun if not stem.startswith(prefix)})


@cache
def _sort_forms() -> list[tuple[str, str]]:
    lexicon = _load_lexicon()
    return sorted((fold(form), stem) for forms in (lexicon.nouns, lexicon.verbs) for form, stem in forms.items())


def _find_listed(word: str) -> str | None:
    """Return the stem of the listed word that this is a form of, of several the one with the least put to it."""
    lexicon = _load_lexicon()
    for listed, form in (
        (lexicon.particles, word),
        (lexicon.nouns, word),
        (lexicon.nouns, _end_feminine(word)),
        (lexicon.verbs, word),
    ):
        if form in listed:
            return listed[form]
    found = min((*_read_as_noun(word, lexicon), *_read_as_verb(word, lexicon)), default=None)
    return found[1] if found else None


def _read_as_noun(word: str, lexicon: _Lexicon) -> Iterator[tuple[_Cost, str]]:
    """Yield stems, each with what was put to them."""
    for prefix in _list_prefixes(word[:1]):
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or len(rest) < 2:
            continue
        if prefix in _CONJUNCTIONS and rest in lexicon.particles:
            yield (len(prefix), 0), lexicon.particles[rest]
        replaced = _REPLACED[prefix in _ARTICLES]
        for length in range(min(_LONGEST_ENDING, len(rest) - 1) + 1):
            for letters, cost in replaced.get(rest[len(rest) - length :], ()):
                base = rest[: len(rest) - length] + letters
                if base in lexicon.nouns and _is_likely(base, prefix, length):
                    yield (_count_prefix(prefix) + cost, length), lexicon.nouns[base]


@cache
def _list_prefixes(letter: str) -> tuple[str, ...]:
    return tuple(prefix for prefix in _PREFIXES if prefix[:1] in ("", letter))


def _list_replaced(ending: str, *, is_after_article: bool) -> Iterator[tuple[str, float]]:
    """Yield the letters that an ending may stand for, each with how many letters it counts as."""
    length = len(ending)
    for letters in _ENDINGS.get(ending, ()):
        # an ending in place of «ة» is short by the letter that it replaces; after the article «ه» is no pronoun
        cost = {"ة": length - 0.5 if ending in _NISBA else length - 1, "ي": length + 1}.get(letters, length)
        yield letters, cost + 0.5 if ending == "ه" and not letters and not is_after_article else cost
    if not is_after_article:
        for letters in _POSSESSIVE_ENDINGS.get(ending, ()):
            yield letters, length - 0.5 if letters == "ة" else length + 0.5


_REPLACED = tuple(
    {
        ending: tuple(_list_replaced(ending, is_after_article=is_after_article))
        for ending in _ENDINGS.keys() | _POSSESSIVE_ENDINGS.keys()
    }
    for is_after_article in (False, True)
)


def _is_likely(base: str, prefix: str, length: int) -> bool:
    """Answer whether a noun of so few letters is meant: «كرام» is no form of «رام», nor «شاه» of «شا»."""
    if prefix in ("ك", "وك", "فك"):
        return len(base) > 3
    return len(base) > 2 or prefix in _ARTICLES or (prefix in ("ب", "ل") and not length) or (not prefix and length > 1)


def _count_prefix(prefix: str) -> float:
    """Return how many letters a prefix counts as: many words begin with «ب» or «ل», and «ك» is rarely put to one."""
    return len(prefix) if prefix in _ARTICLES else len(prefix) + {"ب": 0.5, "ل": 0.5, "ك": 1.5}.get(prefix[-1:], 0)


def _read_as_verb(word: str, lexicon: _Lexicon) -> Iterator[tuple[_Cost, str]]:
    """Yield stems as `_read_as_noun` does; a noun is likelier, all else being equal."""
    for prefix in _CONJUNCTIONS:
        if not word.startswith(prefix):
            continue
        rest = word[len(prefix) :]
        for pronoun in _VERB_ENDINGS:
            base = rest.removesuffix(pronoun)
            if rest.endswith(pronoun) and len(base) > 2 and base in lexicon.verbs:
                yield (len(prefix) + len(pronoun) + 1, len(pronoun)), lexicon.verbs[base]


def _end_feminine(word: str) -> str:
    return word[:-1] + "ة" if word.endswith("ه") else word


def _guess(word: str) -> str:
    """Return an unlisted word without its likely prefix and endings."""
    for prefix in _GUESSED_PREFIXES:
        if word.startswith(prefix) and len(word) >= len(prefix) + 3:
            word = word[len(prefix) :]
            break
    for endings in _GUESSED_ENDINGS:
        word = next((word[: -len(one)] for one in endings if word.endswith(one) and len(word) >= len(one) + 3), word)
    return word


@cache
def _load_lexicon() -> _Lexicon:
    tables = tomllib.loads(files("newscrawl").joinpath("stems.toml").read_text("utf-8"))
    particles = {fold(word): fold(word) for word in _read_words(tables["particles"])}
    nouns: dict[str, str] = {}
    for entry in _read_words(tables["nouns"]):
        lemma, *others = entry.split("=")
        nouns |= {_fold_listed(form): fold(lemma) for form in (lemma, *others)}
    verbs = {form: fold(entry.split("/")[0]) for entry in _read_words(tables["verbs"]) for form in _conjugate(entry)}
    return _Lexicon(particles, nouns, verbs)


def _read_words(table: Mapping[str, str]) -> Iterator[str]:
    for words in table.values():
        yield from words.split()


def _fold_listed(form: str) -> str:
    return _end_feminine(fold(form)) if form.endswith("ة") else fold(form)


def _conjugate(entry: str) -> Iterable[str]:
    """Return the forms of a verb, given as «past» or «past/imperfect/more forms», without what is put to them."""
    past, *rest = map(fold, entry.split("/"))
    imperfect = rest[0] if rest else past.removeprefix("ا")
    yield past
    yield from rest[1:]
    if past[-1] in "اي":
        yield from (past[:-1] + ending for ending in ("ت", "وا", "تا", "يا", "ينا"))
    else:
        yield from (past + ending for ending in ("ت", "وا", "ا", "تا", "نا", "ن"))
    endings = ("ون", "وا", "ان", "ا", "ن", "ين")
    forms = [imperfect, *(imperfect + ending for ending in endings)]
    if imperfect[-1] in "يو":
        forms += [imperfect[:-1] + ending for ending in ("ون", "وا")]
    for person in "يتن":
        yield from (before + person + form for before in ("", "س", "ل") for form in forms)
