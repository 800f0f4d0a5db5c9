"""Which words differ between two states of an article, paragraph by paragraph; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, is_dataclass
from difflib import SequenceMatcher
from typing import Literal

from newscrawl.arabic import clean
from newscrawl.archive.revisions import find_changes
from newscrawl.items import Article

Kind = Literal["same", "removed", "added"]

_BREAK = "\n\n"
_CONTEXT_PARAGRAPHS = 1
# Vowel marks, tatweel and the joiners are parts of their word, whatever `\w` says.
_TOKEN = re.compile("\n\n|[\\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c\u200d]+|[^\\w\\s]")
_MIN_SHARED = 0.25
_MAX_COMPARISONS = 10_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a paragraph that is in both states, in the old one alone, or in the new one alone."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    has_space: bool


def diff_states(old: Article, new: Article) -> dict[str, list[list[Piece]]]:
    """Return the fields that differ, each as paragraphs of pieces; an empty paragraph stands for those left out.

    The fields are those that make a revision. Of unchanged paragraphs one beside a changed one is given.
    """
    return {name: _diff_texts(_split(old, name), _split(new, name)) for name in find_changes(old, new)}


def diff_field(old: Article, new: Article, name: str) -> list[list[Piece]]:
    """Return how one field differs, any of an article's, as `diff_states` does; a thing of several values is a paragraph."""
    return _diff_texts(*([text for text in map(_print, _list(getattr(state, name))) if text] for state in (old, new)))


def _list(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return [f"{name}: {number}" for name, number in value.items()]
    if isinstance(value, str):
        return list(value.split(_BREAK))
    return list(value) if isinstance(value, tuple) else [value]


def _print(value: object) -> str:
    values = astuple(value) if is_dataclass(value) and not isinstance(value, type) else (value,)
    return clean(" | ".join(str(each) for each in values if each is not None))


def diff_words(old: str, new: str) -> list[Piece]:
    """Return the pieces of two texts in order; the "same" and "removed" ones are the old text, but for white space."""
    ours, theirs = list(_tokenize(old)), list(_tokenize(new))
    matcher = SequenceMatcher(None, [token.text for token in ours], [token.text for token in theirs], autojunk=False)
    if len(ours) * len(theirs) > _MAX_COMPARISONS or matcher.quick_ratio() < _MIN_SHARED:
        # What is written anew has commas and «في» in common with the old text, which explains nothing.
        codes = [("replace", 0, len(ours), 0, len(theirs))]
    else:
        codes = list(matcher.get_opcodes())
    runs: list[tuple[Kind, list[_Token]]] = []
    for operation, i, j, k, m in codes:
        runs += [("same", theirs[k:m])] if operation == "equal" else [("removed", ours[i:j]), ("added", theirs[k:m])]
    return [Piece(kind, text) for kind, tokens in runs if (text := _join(tokens))]


def _tokenize(text: str) -> Iterator[_Token]:
    end = 0
    for match in _TOKEN.finditer(text):
        yield _Token(match[0], has_space=match.start() > end)
        end = match.end()


def _join(tokens: Iterable[_Token]) -> str:
    return "".join(f" {token.text}" if token.has_space else token.text for token in tokens)


def _split(article: Article, name: str) -> list[str]:
    """Return the paragraphs of a field as printed."""
    value = getattr(article, name)
    texts = ["، ".join(value)] if isinstance(value, tuple) else (value or "").split(_BREAK)
    return [text for text in map(clean, texts) if text]


def _diff_texts(old: list[str], new: list[str]) -> list[list[Piece]]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    paragraphs: list[list[Piece]] = []
    for position, (operation, i, j, k, m) in enumerate(codes):
        if operation == "equal":
            is_edge = (position == 0, position == len(codes) - 1)
            paragraphs += _shorten([[Piece("same", text)] for text in new[k:m]], *is_edge)
        else:
            paragraphs += _split_pieces(diff_words(_BREAK.join(old[i:j]), _BREAK.join(new[k:m])))
    return paragraphs


def _shorten(unchanged: list[list[Piece]], is_first: bool, is_last: bool) -> list[list[Piece]]:
    """Leave out the unchanged paragraphs that do not stand beside a change."""
    before = [] if is_first else unchanged[:_CONTEXT_PARAGRAPHS]
    after = [] if is_last else unchanged[len(before) :][-_CONTEXT_PARAGRAPHS:]
    is_cut = len(before) + len(after) < len(unchanged)
    return [*before, *([[]] if is_cut else []), *after]


def _split_pieces(pieces: list[Piece]) -> list[list[Piece]]:
    """Return the pieces paragraph by paragraph; one that goes over a break becomes two."""
    parts = [(number, piece.kind, text) for piece in pieces for number, text in enumerate(piece.text.split(_BREAK))]
    paragraphs: list[list[Piece]] = [[]]
    for number, kind, text in parts:
        if number:
            paragraphs.append([])
        if text:
            paragraphs[-1].append(Piece(kind, text))
    return [paragraph for paragraph in paragraphs if paragraph]
