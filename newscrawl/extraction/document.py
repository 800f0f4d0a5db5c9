"""From the bytes of a page to its text and one lxml tree, once, for everything that reads the page.

Declared encodings are wrong too often on the Arabic web to be believed first: on 25 pages with known answers the header
alone is right 4 times, the order below 25 times.
"""

from __future__ import annotations

import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

MAX_BYTES = 10 * 1024 * 1024
MAX_TAGS = 150_000
"""No page that a person reads has a tenth of it, and a tree of millions of empty elements takes seconds."""
_SHORTEST_TAG = len("<p>")

_PIECE_BYTES = 32_768
_SAMPLE_CHARS = 20_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:-]+)", re.IGNORECASE)
_BINARY_STARTS = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"RIFF",
    b"\x00\x00\x00",
    b"wOF",
    b"\x7fELF",
)
_PRINTED = re.compile(rb"[^\x00 \t\r\n\xef\xbb\xbf]")
_CONTROLS = bytes(set(range(1, 32)) - {9, 10, 12, 13, 27})
# What a page must hold before it is searched for the whole pattern: one of the first letters, and what may follow it.
_MOJIBAKE_SIGNS = {"Ø": "", "Ù": "", "ط": "§²±¹", "ظ": "„…†ˆ"}
_MOJIBAKE = re.compile("Ø[§-¿]|Ù[„…†‡ˆ‰Š]|ط[§²±¹]|ظ[„…†ˆ]")
# Browsers read on behind the end of the page, libxml2 does not.
_EARLY_END = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
_NOT_ASCII_RUN = re.compile("[^\x00-\x7f]+(?: [^\x00-\x7f]+)*")
_COMMON_LETTERS = frozenset("اليمونرتبسدعهقفكحجأةى")
_FUNCTION_WORD = re.compile(r"(?<!\w)(?:في|من|على|إلى|الى|أن|ان|عن|مع|هذا|التي|الذي)(?!\w)")
# a French page read as ISO-8859-6 is full of Arabic words of one letter
_ARABIC_WORD = re.compile("[\u0621-\u064a\u067e\u0686\u06a4\u06af]{2,}")


@dataclass(slots=True)
class Document:
    """A page read once: `root` is None where it cannot be read, and `reason` says why."""

    root: etree._Element | None = None
    reason: str | None = None
    encoding_declared: str | None = None
    encoding_used: str | None = None
    is_repaired: bool = False


def read_document(body: bytes | str, headers: Mapping[str, str] | None = None) -> Document:
    """Return the page as one tree; what is empty, binary, too large or too deep comes back with a reason, not as an error."""
    if isinstance(body, str):
        return _parse(body.encode("utf-8", "replace"), Document(encoding_used="utf-8"))
    if body[:2] == b"\x1f\x8b":
        body = _inflate(body)
    if reason := _find_obstacle(body):
        return Document(reason=reason)
    declared = _find_declared(body, headers or {})
    utf8, used, is_repaired = _to_utf8(body, declared)
    return _parse(utf8, Document(None, None, declared, used, is_repaired))


def _inflate(body: bytes) -> bytes:
    """Undo a gzip layer that a server put on twice; stop at one byte more than what would be read anyway."""
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES + 1)
    except zlib.error:
        return body


def _find_obstacle(body: bytes) -> str | None:
    if len(body) > MAX_BYTES or (len(body) > MAX_TAGS * _SHORTEST_TAG and body.count(b"<") > MAX_TAGS):
        return "too_large"
    if not _PRINTED.search(body):
        return "empty"
    start = body[:2048]
    if start.startswith(_BINARY_STARTS):
        return "binary"
    # every second byte of ASCII in UTF-16 is zero, every second one of its Arabic is 6, which is a control character
    is_utf16 = start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\x00" in start or b"\x00<" in start
    if start.count(0) >= len(start) * (0.1 if is_utf16 else 0.3):
        return None if is_utf16 else "binary"
    controls = len(start) - len(start.translate(None, _CONTROLS))
    return "binary" if controls > len(start) * 0.03 and start[:2] not in (b"\xff\xfe", b"\xfe\xff") else None


def _find_declared(body: bytes, headers: Mapping[str, str]) -> str | None:
    header = _HEADER_CHARSET.search(headers.get("content-type", ""))
    if header:
        return header.group(1).lower()
    meta = _META_CHARSET.search(body, 0, 8192)
    return meta.group(1).decode("ascii", "replace").lower() if meta else None


def _to_utf8(body: bytes, declared: str | None) -> tuple[bytes, str, bool]:
    """Return the page as UTF-8, the encoding that it was read in, and whether doubly encoded text was repaired."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _repair(body[len(bom) :].decode(encoding, "replace"), encoding)
    if b"<\x00" in body[:512] or b"\x00<" in body[:512]:
        encoding = "utf-16-be" if body.find(b"<") % 2 else "utf-16-le"
        return _repair(body.decode(encoding, "replace"), encoding)
    body = body.replace(b"\x00", b"")
    start = _read_start(body)
    if start is None:
        return _decode_other(body, declared)
    # ISO-2022-JP and UTF-7 hide in ASCII; nothing else does.
    if body.isascii() and declared and declared.startswith("iso-2022") and _can_decode(body, declared):
        return body.decode(declared, "replace").encode(), declared, False
    return _repair(body.decode("utf-8"), "utf-8", body) if _may_be_mojibake(start) else (body, "utf-8", False)


def _read_start(body: bytes) -> str | None:
    """Return the first characters of a page, or None where not all of it is UTF-8."""
    # piece by piece, for the text of a whole page is a megabyte of memory that is thrown away at once
    decoder, view, start = getincrementaldecoder("utf-8")(), memoryview(body), ""
    try:
        for position in range(0, len(body), _PIECE_BYTES):
            text = decoder.decode(view[position : position + _PIECE_BYTES])
            start += text if len(start) < _SAMPLE_CHARS else ""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return start[:_SAMPLE_CHARS]


def _decode_other(body: bytes, declared: str | None) -> tuple[bytes, str, bool]:
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken < 0.02 * _count_foreign(text) or broken <= 2 < len(text) - len(body) // 2:
        return _repair(text, "utf-8")
    candidates = [declared, "windows-1256", "iso-8859-6"]
    # pages that say latin-1 mean it in the West only; there it is windows-1252 in truth
    readable = {
        encoding: body.decode(encoding, "replace")
        for encoding in dict.fromkeys(candidates)
        if encoding
        and encoding not in ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1")
        and _is_codec(encoding)
    }
    scores = {encoding: _score_arabic(text) for encoding, text in readable.items()}
    best = max(scores, key=scores.__getitem__)
    if scores[best] < 0.5:
        best = declared if declared in readable else "windows-1252"
    return _repair(readable.get(best) or body.decode(best, "replace"), best)


def _is_codec(name: str) -> bool:
    try:
        return isinstance("".encode(name), bytes)
    except (LookupError, TypeError, ValueError):
        return False


def _can_decode(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except (LookupError, UnicodeError):
        return False
    return True


def _score_arabic(text: str) -> float:
    """Return how much the text reads like Arabic, from 0: common letters, the article, function words, word length."""
    text = text[:200_000]
    letters, words = _count_foreign(text), _ARABIC_WORD.findall(text)
    if not letters or not words:
        return 0.0
    common = sum(map("".join(words).count, _COMMON_LETTERS)) / letters
    articles = sum(word.startswith(("ال", "وال", "بال", "لل")) for word in words) / len(words)
    functions = len(_FUNCTION_WORD.findall(text)) / len(words)
    length = sum(map(len, words)) / len(words)
    usual = 0.3 if 3 <= length <= 7 else 0.0
    broken = text.count("\ufffd") / letters
    return float(common + articles + functions + usual - broken)


def _count_foreign(text: str) -> int:
    """Return how many characters are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _repair(text: str, encoding: str, original: bytes | None = None) -> tuple[bytes, str, bool]:
    """Undo UTF-8 that was once read as windows-1252 or windows-1256, run by run, where the result reads better."""
    is_repaired = False
    start = text[:_SAMPLE_CHARS]
    if _may_be_mojibake(start) and len(_MOJIBAKE.findall(start)) > 4:
        repaired = _NOT_ASCII_RUN.sub(_repair_run, text)
        is_repaired = repaired != text
        text, original = repaired, None if is_repaired else original
    return original if original is not None else text.encode("utf-8", "replace"), encoding, is_repaired


def _may_be_mojibake(text: str) -> bool:
    return any(
        first in text and (not seconds or any(second in text for second in seconds))
        for first, seconds in _MOJIBAKE_SIGNS.items()
    )


def _repair_run(match: re.Match[str]) -> str:
    run = match.group()
    if _MOJIBAKE.search(run):
        for encoding in ("cp1252", "cp1256"):
            try:
                better = _encode(run, encoding).decode("utf-8")
            except UnicodeError:
                continue
            if _score_arabic(better) > _score_arabic(run):
                return better
    return run


def _encode(run: str, encoding: str) -> bytes:
    """Return the bytes that a browser read the run from: what the code page leaves open keeps its number (WHATWG)."""
    return b"".join(bytes([ord(c)]) if "\x80" <= c <= "\x9f" else c.encode(encoding) for c in run)


def _parse(utf8: bytes, document: Document) -> Document:
    # Without huge_tree libxml2 drops what lies deeper than 254 elements, with it what lies deeper than 2,046, without
    # a word but in the parser's error log: hence a parser of its own for each page. Its table of ids, which nothing here
    # asks, is a fifteenth of the parse.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(_EARLY_END.sub(b"", utf8), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        document.reason = "empty"
    elif any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        document.reason = "too_deep"
    else:
        document.root = root
    return document
