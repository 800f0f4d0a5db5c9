"""The article of a page that a script would print: its text lies in the page as data, and no script is run here.

Asked only where the page prints next to nothing. What is found becomes an <article> of the tree, so that everything later
reads it like any other page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape

from lxml import etree, html

from newscrawl.arabic import clean
from newscrawl.extraction.metadata import Declared
from newscrawl.extraction.reading import get_key
from newscrawl.extraction.segments import Segment

_MAX_PRINTED_WORDS = 40
_LEAST_WORDS = 60
_LEAST_DECLARED_WORDS = 20
_LEAST_TEXT_SHARE = 0.4
_LIKELY_STORIES = 3
"""A page whose data hold more long texts than this is a list of them."""
_MAX_CHARS = 2_000_000
_MAX_NESTING = 3
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_HEX_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
_TITLE = re.compile(r'"(?:\w*[tT]itle|headline)"\s*:\s*"([^"\\]{0,500}(?:\\.[^"\\]{0,500}){0,500})"', re.DOTALL)
# Where the script would set an advertisement or a widget.
_SLOT = re.compile(r"\$\$\w{1,40}\$\$|\{\{[^{}]{1,80}\}\}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCK = re.compile(r"<(?:p|br|div|h[2-6]|li)\b", re.IGNORECASE)
# React's stream: pushes of one long text, in which a row «24:T1a2b,» announces so many bytes of plain text.
_STREAMED = re.compile(r'__next_f\.push\(\[1,("[^"\\]*(?:\\.[^"\\]*)*")\]\)', re.DOTALL)
_ROW = re.compile(rb"(?:^|\n)[0-9a-f]{1,6}:T([0-9a-f]{1,6}),")


def is_shell(segments: list[Segment]) -> bool:
    """Whether a page prints so little that its text must come from a script, or is not there."""
    words = 0
    for segment in segments:
        words += segment.words if segment.link_share < 0.5 else 0
        if words > _MAX_PRINTED_WORDS:
            return False
    return True


def print_data(root: etree._Element, declared: Declared) -> bool:
    """Append the article that lies in the page's scripts to the page; return whether there is one."""
    scripts = list(_collect_data(root))
    text = _find_text(scripts) or _print_plain(declared.body)
    title = text and _find_title(scripts, [title for title, _ in declared.titles])
    if not text or not title:
        return False
    body = root.find("body")
    article = etree.SubElement(root if body is None else body, "article")
    etree.SubElement(article, "h1").text = title
    article.append(html.fragment_fromstring(text, create_parent="div"))
    return True


def _print_plain(text: str) -> str:
    """Return a declared text as HTML; of a short one nobody knows whether it is more than a summary."""
    if len(text.split()) < _LEAST_DECLARED_WORDS:
        return ""
    return text if _BLOCK.search(text) else "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def _find_title(scripts: list[str], declared: list[str]) -> str | None:
    """Return the headline in the data that a declared title begins with, for that has the site's name behind it."""
    keys = [get_key(title) for title in declared]
    found = [title for script in scripts for match in _TITLE.finditer(script) if (title := clean(_decode(match[1])))]
    agreeing = [title for title in found if any(key.startswith(get_key(title)) for key in keys)]
    return max(agreeing, key=len, default=next(iter(declared), None))


def _find_text(scripts: list[str]) -> str | None:
    """Return the longest HTML in the strings of the scripts; None where many are as long."""
    texts = (text for script in scripts for text in (*_read_rows(script), *_read_strings(script)))
    found = {text.strip(): words for text in texts if (words := _count_words(text)) >= _LEAST_WORDS}
    if not found:
        return None
    best = max(found, key=found.__getitem__)
    rivals = sum(words > found[best] / 2 for words in found.values())
    return _SLOT.sub("", best) if rivals <= _LIKELY_STORIES else None


def _collect_data(root: etree._Element) -> Iterator[str]:
    """Yield the text of each script, the stream that they push together, and the data that lie in their strings."""
    scripts = [s.text[:_MAX_CHARS] for s in root.iter("script") if s.text and "ld+json" not in (s.get("type") or "")]
    pushed = [(script, _STREAMED.findall(script)) for script in scripts]
    yield from _unpack("".join(_decode(text[1:-1]) for _, texts in pushed for text in texts), 0)
    for script, texts in pushed:
        if not texts:
            yield from _unpack(script, 0)


def _unpack(script: str, depth: int) -> Iterator[str]:
    yield script
    for text in _read_strings(script) if depth < _MAX_NESTING else ():
        if _is_data(text):
            yield from _unpack(text, depth + 1)


def _read_strings(script: str) -> Iterator[str]:
    """Yield the long strings of a script."""
    return (_decode(match[1]) for match in _STRING.finditer(script) if len(match[1]) >= 5 * _LEAST_WORDS)


def _read_rows(script: str) -> Iterator[str]:
    """Yield the rows of plain text of a stream."""
    stream = script.encode(errors="replace")
    for match in _ROW.finditer(stream):
        yield stream[match.end() : match.end() + int(match[1], 16)].decode(errors="ignore")


def _decode(raw: str) -> str:
    """Return a string of a script unescaped, empty where it is none."""
    raw = _HEX_ESCAPE.sub(r"\\u00\1", raw).replace("\\'", "'")
    try:
        text: str = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return ""
    return text


def _is_data(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def _count_words(text: str) -> int:
    """Return the words of a text that is HTML with paragraphs, 0 for anything else, as styles and templates are."""
    if _is_data(text) or not _BLOCK.search(text):
        return 0
    words = _TAG.sub(" ", text).split()
    is_text = sum(map(len, words)) > _LEAST_TEXT_SHARE * len(text) and text.count("{") < len(words) / 20
    return len(words) if is_text else 0
