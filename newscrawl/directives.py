"""What a page asks of those who keep copies of it: X-Robots-Tag and the robots meta element, noted and not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newscrawl.items import Page

_KNOWN = frozenset({"all", "index", "follow", "none", "noindex", "nofollow", "noarchive", "nocache", "nosnippet"})
_OURS = ("robots", "newscrawl")
# Such elements stand in the head; a page of megabytes is not searched for one.
_HEAD_BYTES = 128 * 1024
# Over small letters: a pattern that begins with letters of one case is found several times faster.
_META = re.compile(rb"<meta\s[^>]{0,500}>")
_ATTRIBUTE = re.compile(rb"""(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def find_directives(page: Page) -> tuple[str, ...]:
    """Return the directives that the page's header and its head address to every crawler, or to this one, in order.

    Only names that say what may be kept, listed or followed; each one once, in small letters.
    """
    header = _read_header(page.headers.get("x-robots-tag", ""))
    return tuple(dict.fromkeys([*header, *_read_metas(page.body[:_HEAD_BYTES])]))


def _read_header(value: str) -> Iterator[str]:
    """Yield what is meant for us: a robot's name with a colon holds for what follows, up to the next one."""
    is_ours = True
    for part in value.lower().split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip() != "unavailable_after":
            is_ours, part = name.strip() in _OURS, rest
        if is_ours and part.strip() in _KNOWN:
            yield part.strip()


def _read_metas(head: bytes) -> Iterator[str]:
    for element in _META.findall(_COMMENT.sub(b"", head.lower())):
        values = {name: b"".join(value).decode("latin-1") for name, *value in _ATTRIBUTE.findall(element)}
        if values.get(b"name", "").strip() in _OURS:
            yield from (word for word in re.split(r"[\s,]+", values.get(b"content", "")) if word in _KNOWN)
