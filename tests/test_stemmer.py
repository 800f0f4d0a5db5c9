"""Stems: the published ones to the letter, and ours, by which the forms of a word are found by one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
