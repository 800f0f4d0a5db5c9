"""Words: cut as the index cuts them, and as copies are told by them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.arabic import fold
from newscrawl.duplicates import read_fingerprint
from newscrawl.tokens import WORD, split_words

_TEXTS = st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.characters(codec="utf-8"))
_PRESS = st.text(st.sampled_from("اب ة_،.\"”“()-:؛\n\t\u00a0\u200c\u2028\x1c٠1aΣ'«ُ"))


@given(_TEXTS | _PRESS)
def test_words_are_those_of_the_index(text: str) -> None:
    assert split_words(text) == WORD.findall(text)


@given(_TEXTS | _PRESS)
def test_copies_are_told_by_letters_and_digits_alone(text: str) -> None:
    assert list(read_fingerprint(text).words) == re.findall(r"[^\W_]+", fold(text))
