"""What a robots.txt says to us, as RFC 9309 reads it; the matching of paths is Protego's.

Protego compares a group's name with any part of ours and knows UTF-8 only, so both are settled before it reads the file.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from urllib.parse import quote

from protego import Protego

from newscrawl.decoding import decode_gzip

TOKEN = "newscrawl"
"""The product token that groups are written for: a name, without a version or an address."""

# The least that must be read (2.5), and what the large search engines read too.
MAX_BYTES = 500 * 1024

_GROUP = re.compile(r"\s*user[- ]?agent\s*:\s*(\*(?!\S)|[a-z_-]*)", re.IGNORECASE)
_RULE = re.compile(rb"\s*(?:allow|disallow)\s*:", re.IGNORECASE)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class RobotsRules:
    """The rules of one robots.txt for this crawler; bytes that are none of its lines say nothing."""

    def __init__(self, body: bytes) -> None:
        self.rp = Protego.parse(_settle(body))

    @property
    def crawl_delay(self) -> float | None:
        """The seconds that the site wants between two requests; None where it does not say."""
        return self.rp.crawl_delay(TOKEN)

    def allows(self, url: str) -> bool:
        return self.rp.can_fetch(url, TOKEN)


def _settle(body: bytes) -> str:
    """Return the file with its group names reduced to ours, "*" and others, and its paths in both of their spellings."""
    with suppress(ValueError):
        body = decode_gzip(body)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode()
    if len(body) > MAX_BYTES:
        # Half a line could forbid what the whole one allows.
        body = body[: body.rfind(b"\n", 0, MAX_BYTES) + 1]
    # Padding, or UTF-16 without its mark: no rule holds a NUL.
    body = body.replace(b"\0", b"")
    lines = [text for line in _LINE_END.split(body.removeprefix(codecs.BOM_UTF8)) for text in _decode_line(line)]
    return "\n".join(map(_settle_group, lines))


def _decode_line(line: bytes) -> tuple[str, ...]:
    """Return the line; what is not UTF-8 is windows-1256, whose addresses are found in UTF-8 and as those bytes."""
    try:
        return (line.decode(),)
    except UnicodeDecodeError:
        as_arabic = line.decode("cp1256")
        if not _RULE.match(line):
            return (as_arabic,)
        return as_arabic, quote(line, safe=bytes(range(0x20, 0x7F)))


def _settle_group(line: str) -> str:
    """A group is meant for us when the token is ours, whatever its case or version (2.2.1), not when it is a part of it."""
    match = _GROUP.match(line)
    if match is None:
        return line
    name = match[1].lower()
    return f"User-agent: {name if name in ('*', TOKEN) else 'another'}"
