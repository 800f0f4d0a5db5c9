"""What trafilatura takes for the text, asked only where our own reading found next to nothing on a page full of words.

It is slow and keeps furniture, so it never replaces a reading: it says which texts to look at again.
"""

from __future__ import annotations

from lxml import etree

from newscrawl.extraction.reading import Reading, get_key

_LITTLE_CHARS = 200
_MIN_WORDS = 120
_MAX_SEGMENTS = 3_000


def is_unsure(reading: Reading) -> bool:
    """Whether a page has far more running words than were taken for its text."""
    taken = sum(len(s.text) for s, weight in zip(reading.segments, reading.weights, strict=True) if weight)
    words = sum(s.words for s in reading.segments if s.link_share < 0.5)
    return taken < _LITTLE_CHARS and words > _MIN_WORDS and len(reading.segments) < _MAX_SEGMENTS


def find_text_again(reading: Reading, root: etree._Element) -> set[int]:
    """Return the positions of the segments that trafilatura takes for text; empty where it finds none either."""
    import trafilatura

    page = etree.tostring(root, encoding="unicode")
    document = trafilatura.bare_extraction(page, include_comments=False, with_metadata=False, favor_precision=True)
    text = getattr(document, "text", None) or ""
    keys = {get_key(line) for line in text.splitlines()} - {""}
    return {i for i, s in enumerate(reading.segments) if s.text and s.link_share < 0.5 and get_key(s.text) in keys}
