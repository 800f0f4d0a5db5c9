"""Ways to break a page: what bad networks, bad templates, bad editors and bad encoders do to good HTML.

Each takes the bytes, a place from 0 to 1 and a number, so that a test which fails can be told in one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, float, int], bytes]

MAX_BYTES = 400_000
_TAG = re.compile(rb"<[^<>]*>")
_CLASS = re.compile(rb"""(?:class|id)\s*=\s*["'][^"']*["']""", re.IGNORECASE)
_TEXT = re.compile(rb">[^<>]{20,}<")
_NAMES = re.compile(rb"(</?)([a-zA-Z][\w-]*)")
_WRAPPERS = [
    b"div",
    b"span",
    b"b",
    b"a href='/'",
    b"table><tr><td",
    b"ul><li",
    b"font",
    b"blockquote",
    b"p",
    b"x-y",
    b"h1",
    b"svg",
    b"select",
    b"button",
]
_UGLY = [
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\x1b$B", b"\x80" * 40, b"&#xD800;", b"&#0;", b"&#x110000;", b"&#99999999999;",
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"<script>", b"</script>", b"<style>", b"<textarea>", b"<title>", b"<plaintext>", b"<noscript>", b"<template>",
    b"<frameset>", b"<svg><title>", b"<math>", b"<base href='http://[::1'>", b"<base href='//'>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<html><body>", b"</body></html>", b"<br>" * 400,
    "\u200f\u202e\u2066\ufeff".encode(), "\u0300".encode() * 300, "ﷺ".encode() * 50, "١٢٣٤٥٦٧٨٩٠".encode() * 30, b"<a href='http://[bad'>x</a>", b"<img src='data:,' srcset=', ,,1x 2x'>",
    b"<time datetime='99999-99-99T99:99:99+99:99'>x</time>", "<p>الأحد 99 ديسمبر 0000 - 25:61</p>".encode(), b"<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"\\ud800 x\",\"datePublished\":\"0\"}</script>",
    b"<script type='application/ld+json'>" + b"[" * 3000 + b"</script>", b"<meta property='article:published_time' content='-1'>", b"<link rel=canonical href='javascript:x'>",
]  # fmt: skip
_FURNITURE_NAMES = [
    b"related",
    b"comments",
    b"sidebar",
    b"share",
    b"hidden",
    b"caption",
    b"tags",
    b"article-body",
    b"card",
    b"subtitle",
    b"breadcrumb",
]
_ENCODINGS = ["cp1256", "utf-16-le", "utf-16", "iso8859_6", "latin-1", "utf-7", "utf-8-sig", "cp037"]


def _at(body: bytes, place: float) -> int:
    return min(int(len(body) * place), len(body))


def flip_bytes(body: bytes, _place: float, number: int) -> bytes:
    """Change some bytes, as a bad line does."""
    random = Random(number)
    changed = bytearray(body)
    for _ in range(1 + number % 60 if changed else 0):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut_end(body: bytes, place: float, _number: int) -> bytes:
    """Lose what comes after a place."""
    return body[: _at(body, place)]


def cut_start(body: bytes, place: float, _number: int) -> bytes:
    """Lose what comes before a place."""
    return body[_at(body, place) :]


def cut_middle(body: bytes, place: float, number: int) -> bytes:
    """Lose a piece."""
    start = _at(body, place)
    return body[:start] + body[start + number :]


def repeat_piece(body: bytes, place: float, number: int) -> bytes:
    """Send a piece several times."""
    start = _at(body, place)
    piece = body[start : start + number]
    return body[:start] + piece * (2 + number % 5) + body[start:]


def move_piece(body: bytes, place: float, number: int) -> bytes:
    """Put a piece where it does not belong."""
    start = _at(body, place)
    rest = body[:start] + body[start + number :]
    target = Random(number).randrange(len(rest) + 1)
    return rest[:target] + body[start : start + number] + rest[target:]


def nest(body: bytes, place: float, number: int) -> bytes:
    """Open elements that nobody closes."""
    wrapper = b"<" + _WRAPPERS[number % len(_WRAPPERS)] + b">"
    start = _at(body, place)
    return body[:start] + wrapper * (1 + number % 700) + body[start:]


def insert_ugly(body: bytes, place: float, number: int) -> bytes:
    """Put something ugly anywhere."""
    start = _at(body, place)
    return body[:start] + _UGLY[number % len(_UGLY)] + body[start:]


def swap_encoding(body: bytes, _place: float, number: int) -> bytes:
    """Write the page in another encoding than it says."""
    text = body.decode("utf-8", "replace")
    return text.encode(_ENCODINGS[number % len(_ENCODINGS)], "xmlcharrefreplace" if number % 2 else "replace")


def encode_doubly(body: bytes, _place: float, number: int) -> bytes:
    """Take UTF-8 for another encoding and write that as UTF-8."""
    return body.decode(("cp1252", "cp1256", "latin-1")[number % 3], "replace").encode()


def shuffle_tags(body: bytes, place: float, number: int) -> bytes:
    """Exchange tags with others of the page."""
    random = Random(number)
    tags = _TAG.findall(body)
    return _TAG.sub(lambda tag: random.choice(tags) if random.random() < place / 3 else tag.group(), body)


def drop_tags(body: bytes, place: float, number: int) -> bytes:
    """Lose tags."""
    random = Random(number)
    return _TAG.sub(lambda tag: b"" if random.random() < place else tag.group(), body)


def rename_elements(body: bytes, place: float, number: int) -> bytes:
    """Give elements the name of others."""
    random = Random(number)
    names = [name for _, name in _NAMES.findall(body)] or [b"p"]
    return _NAMES.sub(lambda tag: tag[1] + (random.choice(names) if random.random() < place / 4 else tag[2]), body)


def rename_classes(body: bytes, place: float, number: int) -> bytes:
    """Give boxes names that mean something else."""
    random = Random(number)
    return _CLASS.sub(
        lambda name: b'class="' + random.choice(_FURNITURE_NAMES) + b'"' if random.random() < place else name.group(),
        body,
    )


def drop_texts(body: bytes, place: float, number: int) -> bytes:
    """Lose texts and keep their elements."""
    random = Random(number)
    return _TEXT.sub(lambda text: b"><" if random.random() < place else text.group(), body)


def swap_texts(body: bytes, _place: float, number: int) -> bytes:
    """Exchange the texts of the page."""
    texts = _TEXT.findall(body)
    Random(number).shuffle(texts)
    return _TEXT.sub(lambda _: texts.pop(), body)


def drop_quotes(body: bytes, place: float, _number: int) -> bytes:
    """Lose the quotes of attributes behind a place."""
    start = _at(body, place)
    return body[:start] + body[start:].replace(b'"', b"")


MUTATIONS: list[Mutation] = [
    flip_bytes, cut_end, cut_start, cut_middle, repeat_piece, move_piece, nest, insert_ugly, insert_ugly, swap_encoding, encode_doubly, shuffle_tags, drop_tags,
    rename_elements, rename_classes, drop_texts, swap_texts, drop_quotes,
]  # fmt: skip


def mutate(body: bytes, steps: list[tuple[Mutation, float, int]]) -> bytes:
    """Return the page after each of the steps."""
    for mutation, place, number in steps:
        body = mutation(body, place, number)[:MAX_BYTES]
    return body
