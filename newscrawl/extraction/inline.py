"""What an inline element is beside the text around it: a card, a slide, a letter set large, a spacer, an offer."""

from __future__ import annotations

import re

from lxml import etree

from newscrawl.arabic import clean, fold
from newscrawl.extraction.phrases import find_phrase
from newscrawl.extraction.segments import Run

INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q ruby rt rp s "
        "samp small span strike strong sub sup tt u var wbr label center-inline"
    ).split()
)
SEPARATE_TAGS = frozenset(("span", "small", "label", "em", "i", "cite", "strong", "b"))
_SPACER = re.compile(
    r"(?:^|[/_.-])(?:spacer|space|pixel|1x1|dot|line|bullet|blank|trans(?:parent)?|clear)\.gif", re.IGNORECASE
)
_PICTURES = frozenset(("img", "amp-img", "picture"))
_MAX_SPACER_PIXELS = 8
_LEAST_CARD_CHARS = 20
_LEAST_BEFORE_OFFER = 40  # letters; less is no paragraph that an offer could end
_MAX_LABEL_CHARS = 40
_LABEL_BEHIND_SENTENCE = re.compile(r"[.!؟»\")\]]\s+([^.!؟:]{4,40}:\s*)$")
_LINE_TAGS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "figcaption", *INLINE))


def has_parts(link: etree._Element) -> bool:
    """Whether a link outside of any paragraph is a card whose texts are elements side by side, which styles set apart."""
    holder = link.getparent()
    if (link.text and not link.text.isspace()) or holder is None or holder.tag in _LINE_TAGS:
        return False
    if any(child.tail and not child.tail.isspace() for child in link):
        return False
    texts = [child for child in link if child.tag in SEPARATE_TAGS and child.text and not child.text.isspace()]
    is_card = len(texts) > 1 or (len(texts) == 1 and link.find(".//img") is not None)
    return is_card and max(len(child.text or "") for child in texts) >= _LEAST_CARD_CHARS


def is_slide(link: etree._Element) -> bool:
    """Whether a link holds a picture and its words, and links like it stand on without a word between: a carousel's."""
    other = link.getnext() if link.getnext() is not None else link.getprevious()
    if other is None or other.tag != "a" or (link.tail and not link.tail.isspace()):
        return False
    children = {child.tag for child in link}
    return not children.isdisjoint(_PICTURES) and not children <= _PICTURES and link.get("class") == other.get("class")


def is_drop_cap(element: etree._Element) -> bool:
    """Whether an element holds the first letter of a word that goes on behind it: «<span class=cap>ي</span>ضع»."""
    is_letter = len((element.text or "").strip()) == 1 and not len(element)
    return is_letter and (element.tail or "")[:1].isalpha()


def is_spacer(element: etree._Element) -> bool:
    """Whether a picture only keeps other things apart, as in table layouts; one that loads late is none."""
    source, sizes = element.get("src") or "", (element.get("width"), element.get("height"))
    is_small = any(size and size.isdecimal() and int(size) <= _MAX_SPACER_PIXELS for size in sizes)
    if not is_small and not (".gif" in source.lower() and _SPACER.search(source)):
        return False
    return not any(name.startswith("data-") or name == "srcset" for name in element.attrib)


def find_closing_offer(texts: list[str], start: int, end: int) -> tuple[int, int] | None:
    """Return where a paragraph ends and an offer begins that is printed as its last words: the text's index, and letters in it.

    «… في الربيع. <b>اقرأ أيضاً:</b> <a>خبر</a>»; `start` and `end` are those of the last link.
    """
    if end < 0 or "".join(texts[end:]).strip(" .]\n\t") or sum(map(len, texts[:start])) < _LEAST_BEFORE_OFFER:
        return None
    label = start - 1
    while label > 0 and texts[label].isspace():
        label -= 1
    if label > 0 and _is_label(texts[label]):
        return label, 0
    found = _LABEL_BEHIND_SENTENCE.search(texts[label])
    return (label, found.start(1)) if found and _is_label(found[1]) else None


def _is_label(text: str) -> bool:
    words = clean(text)
    phrase = find_phrase(fold(words), words.count(" ") + 1) if len(words) <= _MAX_LABEL_CHARS else None
    return phrase is not None and phrase.kind == "see_also" and phrase.match == "exact"


def split_runs(texts: list[str], runs: list[Run], index: int, letters: int) -> tuple[int, int]:
    """Part a text and its run so that the offer begins with one of its own; return the indices of these."""
    behind = sum(not text.isspace() for text in texts[:index])
    if not letters:
        return index, behind
    text, is_linked, is_bold, looks = runs[behind]
    parts = [text[:letters], text[letters:]]
    texts[index : index + 1] = parts
    runs[behind : behind + 1] = [(part, is_linked, is_bold, looks) for part in parts]
    return index + 1, behind + 1
