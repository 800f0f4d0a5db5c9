"""Stems: the published ones to the letter, and ours, by which the forms of a word are found by one another."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl import stemmer
from newscrawl.arabic import fold
from newscrawl.stemmer import fold_word, get_version, light10, stem, stem_text
from newscrawl.tokens import WORD

# The pairs of Lucene's TestArabicStemFilter; what it does with a set of words that are not to be stemmed is left out.
LUCENE = [
    *((word, "حسن") for word in "الحسن والحسن بالحسن كالحسن فالحسن وحسن".split()),
    ("للاخر", "اخر"),
    ("زوجها", "زوج"),
    *((word, "ساهد") for word in "ساهدان ساهدات ساهدون ساهدين ساهديه ساهدية ساهده ساهدة ساهدي وساهدون".split()),
    ("ساهدهات", "ساهد"),
    ("الو", "الو"),
    ("English", "English"),
    ("", ""),
]
# Those of its TestArabicAnalyzer, single words.
LUCENE_ANALYZED = [
    ("كبير", "كبير"),
    ("كبيرة", "كبير"),
    ("مشروب", "مشروب"),
    ("مشروبات", "مشروب"),
    ("أمريكيين", "امريك"),
    ("امريكي", "امريك"),
    ("كتاب", "كتاب"),
    ("الكتاب", "كتاب"),
    ("١٢٣٤", "1234"),
    ("ملكت", "ملكت"),
    ("أيمانكم", "ايمانكم"),
    ("the", "the"),
    ("ساهدهات", "ساهد"),
]


@pytest.mark.parametrize(("word", "expected"), LUCENE)
def test_light10_agrees_with_lucene(word: str, expected: str) -> None:
    assert light10(word) == expected


@pytest.mark.parametrize(("word", "expected"), LUCENE_ANALYZED)
def test_light10_of_a_folded_word_agrees_with_lucenes_analyzer(word: str, expected: str) -> None:
    assert light10(fold(word)) == expected


# We take one ending of each kind off, light10 any number: hence one pair less. A possessed word goes on where light10 stops.
@pytest.mark.parametrize(
    ("word", "expected"),
    [pair for pair in LUCENE + LUCENE_ANALYZED if pair[0] not in ("", "English", "ساهدهات", "أيمانكم")],
)
def test_our_stems_agree_with_lucene_as_well(word: str, expected: str) -> None:
    assert stem(word) == expected


_WORDS = st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.characters(codec="utf-8"), max_size=40)


@given(_WORDS)
def test_every_word_has_one_stem_which_is_one_word_of_the_index(text: str) -> None:
    words = WORD.findall(text)
    assert len(WORD.findall(stem_text(text))) == len(words)
    assert all(WORD.fullmatch(stem(word)) and WORD.fullmatch(fold_word(word)) for word in words)


def test_version_is_a_part_of_a_word_of_the_index() -> None:
    assert WORD.fullmatch(get_version())
    assert get_version() == fold(get_version())


FAMILIES = [line.split() for line in Path(__file__).with_name("stems.tsv").read_text("utf-8").splitlines()]


def test_forms_of_a_word_have_one_stem_and_other_words_have_others() -> None:
    """The few forms that stay apart are other words as well: «بعيد» is "far", and «طريقه» may be «طريقة»."""
    assert len(FAMILIES) > 200
    owners: dict[str, set[int]] = {}
    alike = together = 0
    for number, family in enumerate(FAMILIES):
        stems = [stem(word) for word in family]
        for one in stems:
            owners.setdefault(one, set()).add(number)
        alike += sum(stems.count(one) - 1 for one in stems)
        together += len(stems) * (len(stems) - 1)
    assert alike / together > 0.98
    assert [owner for owner in owners.values() if len(owner) > 1] == []


def _list_entries() -> Iterator[list[str]]:
    for words in tomllib.loads(files("newscrawl").joinpath("stems.toml").read_text("utf-8"))["nouns"].values():
        yield from ([fold(form) for form in entry.split("=")] for entry in words.split())


def test_no_form_is_listed_for_two_words() -> None:
    lemmas: dict[str, str] = {}
    for lemma, *others in _list_entries():
        for form in (lemma, *others):
            assert lemmas.setdefault(form, lemma) == lemma, form


APART = {
    "people and their neighbours": "طالبان طالب",
    "a country and a colour": "السودان السود",
    "a country and milk": "لبنان اللبن",
    "a minister and a ministry": "الوزير الوزارة",
    "a head and what is main": "رئيس الرئيسية",
    "a person and a personality": "شخص شخصية",
    "work and an operation": "العمل العملية",
    "a town and its council": "البلدة البلدية",
    "on and the highest": "على العليا",
    "and on": "وعلى عليا",
}


@pytest.mark.parametrize("words", APART.values(), ids=APART.keys())
def test_words_that_look_alike_are_kept_apart(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


TOGETHER = {
    "spellings of a country": "أميركا الأمريكية",
    "spellings of a name": "ترامب ترمب",
    "spellings of a company": "غوغل جوجل",
    "spellings of a hamza": "المسئولون مسؤولين",
    "letter forms and marks": "الحُكومَة حكومه",
    "a preposition before a name": "لبوتين بوتين",
    "a preposition before an unlisted name": "بأرخبيل الأرخبيل",
    "a broken plural with a pronoun": "وزرائهم الوزير",
    "a dual": "دولتين الدولة",
    "the accusative": "هجوما الهجوم",
    "a radical that looks like a conjunction": "وكالة الوكالات",
    "a radical that looks like an article": "التزام والالتزامات",
    "tenses": "سيعلنون أعلنت",
}


@pytest.mark.parametrize("words", TOGETHER.values(), ids=TOGETHER.keys())
def test_forms_and_spellings_of_a_word_are_one(words: str) -> None:
    one, other = words.split()
    assert stem(one) == stem(other)


def test_stems_are_the_same_whichever_were_met_before(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [word for word, _ in LUCENE_ANALYZED]
    monkeypatch.setattr(stemmer, "_MOST_STEMS", 5)
    kept = stemmer._Stems()
    for _ in range(3):
        assert [kept[word] for word in words] == list(map(stem, words))
    assert len(kept) <= 5
