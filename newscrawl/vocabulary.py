"""What was found out about a word is kept: some thousand words make most of every text.

`map(vocabulary.__getitem__, words)` takes no step of Python's between words that are known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")

# A hundred thousand stems take some 20 MB. In 3,000 real articles every twentieth word was met for the first time.
_MOST = 100_000


class Vocabulary(dict[str, _T]):
    """What a function answers for the words that were met of late."""

    def __init__(self, find: Callable[[str], _T]) -> None:
        super().__init__()
        self._find = find
        self._older: dict[str, _T] = {}

    def __missing__(self, word: str) -> _T:
        if len(self) >= _MOST:
            # frequent words come back from there, the others are forgotten when this happens again
            self._older = dict(self)
            self.clear()
        found = self[word] = self._older[word] if word in self._older else self._find(word)
        return found
