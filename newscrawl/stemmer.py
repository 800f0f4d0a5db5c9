"""From a word to the stem that the search index holds: «والسوريين», «سورية» and «سوري» are found by one another.

`light10` is the published stemmer that other search engines have. `stem` is ours: it knows some thousands of words of
the news (stems.toml) with all that can stand before and behind them, and guesses as light10 does where it knows none.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from newscrawl.arabic import fold
from newscrawl.tokens import WORD

_RULES = 1
"""Counted up with every change of this module, or of fold(), that changes a stem."""

# Larkey, Ballesteros, Connell: Light Stemming for Arabic Information Retrieval (2007); the order is that of Lucene's ArabicStemmer.
_LIGHT_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_LIGHT_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")

# What stands before a noun: conjunction, preposition, article. After the article no pronoun follows.
_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "وبال", "وكال", "فبال", "لل", "ولل", "فلل")
_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك", *_ARTICLES)
_VERB_PREFIXES = ("", "و", "ف", "ل", "س", "وس", "فس", "ول", "فل", "ا")

_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "كم", "نا", "ك", "ني")
_NISBA = ("ي", "يه", "يا", "يو", "يي", "يون", "يين", "يات", "يان", "يتين", "يتان")
# What stands behind a noun, and what of the noun itself it replaces: «حكومات» is «حكومه» with «ات» for its «ه».
_ENDINGS = {
    "": ("",), "ه": ("",), "ا": ("",), "و": ("", "ي"), "ات": ("", "ه"), "ون": ("", "ي"), "ين": ("", "ي"), "ان": ("",),
    "تين": ("ه",), "تان": ("ه",), "تا": ("ه",), "تي": ("ه",), "ئا": ("ء",), "اوات": ("اء",), "اوين": ("اء",),
    **dict.fromkeys(_NISBA, ("", "ه", "ا", "يا")),
    **{f"ئ{ending}": ("ء",) for ending in _NISBA},
    **{f"و{ending}": ("ه", "ا") for ending in _NISBA},
}  # fmt: skip
_POSSESSIVE_ENDINGS = {
    form: replaced
    for pronoun in _PRONOUNS
    for form, replaced in {
        pronoun: ("",), f"ت{pronoun}": ("ه",), f"ات{pronoun}": ("", "ه"), f"ي{pronoun}": ("",), f"و{pronoun}": ("",),
        f"ئ{pronoun}": ("ء",), f"ؤ{pronoun}": ("ء",), f"ا{pronoun}": ("ي", ""), f"تي{pronoun}": ("ه",),
        f"يت{pronoun}": ("", "ه"), f"يات{pronoun}": ("", "ه"), f"يي{pronoun}": ("", "ه"),
    }.items()
}  # fmt: skip
_LONGEST_ENDING = 6

# Of a word that nobody listed: what it may begin with, then one ending of each group in turn.
_GUESSED_PREFIXES = ("وبال", "وكال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل", "و")
_GUESSED_ENDINGS = (("هما", "ها", "هم", "هن", "نا", "كم"), ("ات", "ان", "ون", "ين", "ه", "ا"), ("ي",))


class _Lexicon(NamedTuple):
    """Listed forms with the stem of each; of verbs every conjugated form."""

    particles: Mapping[str, str]
    nouns: Mapping[str, str]
    verbs: Mapping[str, str]


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


@lru_cache(maxsize=500_000)
def stem(word: str) -> str:
    """Return the stem of one word as printed; never empty, and always one word for the index."""
    folded = fold_word(word)
    if folded.isascii():
        return folded
    folded = folded.replace("ئو", "ؤو")
    return _find_listed(folded) or _guess(folded)


def fold_word(word: str) -> str:
    """Return a word folded; as it is where that would leave nothing, or what the index would take for two words."""
    folded = fold(word)
    return folded if WORD.fullmatch(folded) else word


def stem_text(text: str | None) -> str:
    """Return the stems of a text, as many words as it has."""
    return " ".join(map(stem, WORD.findall(text))) if text else ""


@cache
def get_version() -> str:
    """Return what tells stems made by this version from others: letters and digits."""
    words = files("newscrawl").joinpath("stems.toml").read_bytes()
    return f"{_RULES}x{hashlib.sha256(words).hexdigest()[:8]}"


def find_stems(prefix: str) -> list[str]:
    """Return the stems of listed words that begin with this folded text, where the stem itself does not."""
    lexicon = _load_lexicon()
    listed = ((form, stem) for forms in (lexicon.nouns, lexicon.verbs) for form, stem in forms.items())
    return sorted({stem for form, stem in listed if form.startswith(prefix) and not stem.startswith(prefix)})


def _find_listed(word: str) -> str | None:
    """Return the stem of the listed word that this is a form of, of several the one with the least put to it."""
    lexicon = _load_lexicon()
    for forms in lexicon:
        if word in forms:
            return forms[word]
    found = min((*_read_as_noun(word, lexicon), *_read_as_verb(word, lexicon)), default=None)
    return found[1] if found else None


def _read_as_noun(word: str, lexicon: _Lexicon) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield stems, each with how many letters were taken off and how many of them in front."""
    for prefix in _PREFIXES:
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or len(rest) < 2:
            continue
        if prefix in ("و", "ف") and rest in lexicon.particles:
            yield (len(prefix), len(prefix)), lexicon.particles[rest]
        for length in range(min(_LONGEST_ENDING, len(rest) - 1) + 1):
            ending = rest[len(rest) - length :]
            replaced = _ENDINGS.get(ending, ())
            if prefix not in _ARTICLES:
                replaced = (*replaced, *_POSSESSIVE_ENDINGS.get(ending, ()))
            for letters in replaced:
                base = rest[: len(rest) - length] + letters
                if base in lexicon.nouns and (len(base) > 2 or not prefix or prefix in _ARTICLES):
                    yield (len(prefix) + length, len(prefix)), lexicon.nouns[base]


def _read_as_verb(word: str, lexicon: _Lexicon) -> Iterator[tuple[tuple[int, int], str]]:
    for prefix in _VERB_PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix):
            for pronoun in ("", *_PRONOUNS):
                base = rest.removesuffix(pronoun)
                if rest.endswith(pronoun) and len(base) > 2 and base in lexicon.verbs:
                    yield (len(prefix) + len(pronoun), len(prefix)), lexicon.verbs[base]


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
        lemma, *others = map(fold, entry.split("="))
        nouns |= dict.fromkeys((lemma, *others), lemma)
    verbs = {form: fold(entry.split("/")[0]) for entry in _read_words(tables["verbs"]) for form in _conjugate(entry)}
    return _Lexicon(particles, nouns, verbs)


def _read_words(table: Mapping[str, str]) -> Iterator[str]:
    for words in table.values():
        yield from words.split()


def _conjugate(entry: str) -> Iterable[str]:
    """Return the forms of a verb, given as «past» or «past/imperfect/more forms», without what is put to them."""
    past, *rest = map(fold, entry.split("/"))
    imperfect = rest[0] if rest else past.removeprefix("ا")
    is_weak = past[-1] in "اي"
    root, endings = (
        (past[:-1], ("ت", "وا", "تا", "يا", "ينا")) if is_weak else (past, ("ت", "وا", "ا", "تا", "نا", "ن"))
    )
    yield past
    yield from (root + ending for ending in endings)
    for person in "يتن":
        yield from (person + imperfect + ending for ending in ("", "ون", "وا", "ان", "ا", "ن", "ين"))
        if imperfect[-1] in "يو":
            yield from (person + imperfect[:-1] + ending for ending in ("ون", "وا", ""))
    yield from rest[1:]
