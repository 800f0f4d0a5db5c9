"""Which addresses a site makes up without end (calendars, filters, session ids), known by what came of those like them.

No list of words knows every trap, and a rule about the address alone would cost articles: what has given nothing often
enough is not asked for again.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# Among so many fruitless pages of one shape a single article is chance.
_FRUITLESS_TO_ONE = 20
# A trap that gives articles gives the same few again.
_REMEMBERED = 500
_MAX_SHAPES = 1_000

_DIGITS = re.compile(r"\d+")
_SLUG = re.compile(r"%|[^-_]+[-_][^-_]+[-_]")
_PARAMETER = re.compile(r";([^=/;]*)=?[^/;]*")


def find_shape(url: str) -> str:
    """Return what a URL has in common with all that the same part of its site prints: numbers, words and values go."""
    parts = urlsplit(url)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    path = "/".join(map(_reduce, _PARAMETER.sub(r";\1", parts.path).split("/")))
    return f"{parts.netloc}{path}?{'&'.join(names)}"


def _reduce(segment: str) -> str:
    return "*" if _SLUG.search(segment) else _DIGITS.sub("0", segment)


@dataclass(slots=True)
class _Yield:
    fruitful: int = 0
    fruitless: int = 0
    digests: deque[int] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))


class Yields:
    """What came of the pages of each shape in one crawl; `patience` is how many may be fruitless in any case."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._of: OrderedDict[str, _Yield] = OrderedDict()

    def note(self, url: str, text: str | None) -> None:
        """Count a page that was fetched; one without an article's text, or with one met before, was fruitless."""
        shape = find_shape(url)
        known = self._of.setdefault(shape, _Yield())
        self._of.move_to_end(shape)
        digest = hash(text)
        if text is None or digest in known.digests:
            known.fruitless += 1
        else:
            known.fruitful += 1
            known.digests.append(digest)
        if len(self._of) > _MAX_SHAPES:
            self._of.popitem(last=False)

    def is_trap(self, url: str, more: int = 0) -> bool:
        """Answer whether addresses like this one gave so little that no more of them should be asked for.

        With `more`: whether they would have, if so many pages beside those that were noted proved to be fruitless.
        """
        known = self._of.get(find_shape(url), _Yield())
        return known.fruitless + more >= max(self._patience, _FRUITLESS_TO_ONE * known.fruitful)
