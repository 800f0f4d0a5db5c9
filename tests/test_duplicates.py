"""Texts that share what they say: the relation, and what may differ without changing it."""

from __future__ import annotations

import random

import pytest

from newscrawl.duplicates import read_fingerprint, relate
from tests.press import make_text

DICE = random.Random(7)
STORY = " ".join(make_text(DICE, 24) for _ in range(12))
OTHER = " ".join(make_text(DICE, 24) for _ in range(12))
WORDS = STORY.split()


def cut(share: float) -> str:
    return " ".join(WORDS[: int(len(WORDS) * share)])


def edit(every: int) -> str:
    return " ".join("آخر" if number % every == 0 else word for number, word in enumerate(WORDS, 1))


VARIANTS = {
    "the same": (STORY, "duplicate"),
    "vowel marks, letter forms, punctuation": (f"«{STORY.replace('ا', 'أ').replace('.', ' ؛ ')}»", "duplicate"),
    "cut to its first third": (cut(0.33), "near_duplicate"),
    "framed by a dateline and a closing line": (f"القاهرة - وكالات: {STORY} انتهى الخبر كما ورد", "near_duplicate"),
    "halves in the other order": (" ".join(WORDS[150:] + WORDS[:150]), "near_duplicate"),
    "one word in twenty edited": (edit(20), "near_duplicate"),
    "one word in eight edited": (edit(8), "reuse"),
    "half of it in another story": (f"{cut(0.5)} {OTHER}", "reuse"),
    "another story": (OTHER, None),
    "one sentence quoted": (f"{OTHER} {' '.join(WORDS[40:60])}", None),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_is_told_by_what_it_shares(name: str) -> None:
    text, relation = VARIANTS[name]
    assert relate(read_fingerprint(STORY), read_fingerprint(text)) == relation
    assert relate(read_fingerprint(text), read_fingerprint(STORY)) == relation


def test_share_has_a_direction() -> None:
    whole, part = read_fingerprint(STORY), read_fingerprint(cut(0.25))
    assert part.share_in(whole) == 1.0
    assert 0.2 < whole.share_in(part) < 0.3


def test_sample_is_chosen_alike_in_every_text() -> None:
    whole, part = read_fingerprint(STORY), read_fingerprint(cut(0.5))
    whole_text_hash = 1
    assert len(part.sample - whole.sample) <= whole_text_hash
    assert 0.02 < len(whole.sample) / len(whole.shingles) < 0.15


def test_short_texts_are_equal_or_not() -> None:
    assert relate(read_fingerprint("عاجل: زلزال"), read_fingerprint("عاجل زلزال")) == "duplicate"
    assert relate(read_fingerprint("عاجل: زلزال"), read_fingerprint("عاجل: فيضان")) is None


def test_sample_of_a_book_stays_small() -> None:
    assert len(read_fingerprint(" ".join(str(number) for number in range(60_000))).sample) == 1_001
