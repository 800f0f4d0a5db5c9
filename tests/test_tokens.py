"""Words: cut as the index cuts them, and looked up as if each were asked anew."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl import vocabulary
from newscrawl.arabic import fold
from newscrawl.duplicates import read_fingerprint
from newscrawl.tokens import WORD, split_words
from newscrawl.vocabulary import Vocabulary

_TEXTS = st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.characters(codec="utf-8"))
_PRESS = st.text(st.sampled_from("اب ة_،.\"”“()-:؛\n\t\u00a0\u200c\u2028\x1c٠1aΣ'«ُ"))


@given(_TEXTS | _PRESS)
def test_words_are_those_of_the_index(text: str) -> None:
    assert split_words(text) == WORD.findall(text)


@given(_TEXTS | _PRESS)
def test_copies_are_told_by_letters_and_digits_alone(text: str) -> None:
    assert list(read_fingerprint(text).words) == re.findall(r"[^\W_]+", fold(text))


def test_vocabulary_forgets_rare_words_and_answers_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_MOST", 100)
    asked: list[str] = []

    def count_letters(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = Vocabulary(count_letters)
    dice = random.Random(5)
    words = [str(dice.randint(1, 9 if dice.random() < 0.9 else 10**6)) for _ in range(20_000)]
    assert list(map(lengths.__getitem__, words)) == list(map(len, words))
    assert len(lengths) <= 100
    assert len([word for word in asked if len(word) == 1]) == 9
