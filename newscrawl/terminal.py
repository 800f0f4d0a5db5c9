"""Text from the web on its way to a terminal or a log: what would be obeyed there instead of printed is taken out."""

from __future__ import annotations

import logging
import re
from typing import Self

# Controls could clear the screen, retitle the window or begin a link; a bidi override could turn the rest of the line
# around. JSON keeps them, in an escaped form.
_HARMFUL_CHARS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HARMFUL = re.compile(f"[{_HARMFUL_CHARS}]")
_ESCAPED_IN_JSON = re.compile(f"[{_HARMFUL_CHARS}\u2028\u2029]")
_BREAKS = re.compile("[\t\r\n\u2028\u2029]+")


def make_safe(text: object) -> str:
    """Return the text without what a terminal would obey instead of printing; lines stay lines."""
    return _HARMFUL.sub("", str(text))


def make_line(text: object) -> str:
    """Return the text on one line, safe for a terminal."""
    return make_safe(_BREAKS.sub(" ", str(text)))


def escape_json(line: str) -> str:
    r"""Return a line of JSON that says the same and harms no terminal: such characters stand as \uXXXX (RFC 8259, 7).

    U+0085, U+2028 and U+2029 are among them: they end a line for many readers of JSON Lines.
    """
    return _ESCAPED_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


class SafeLog:
    """Takes out of every line of the log what a terminal would obey: addresses and titles come from the web."""

    @classmethod
    def from_crawler(cls, _crawler: object) -> Self:
        for handler in logging.getLogger().handlers:
            if not isinstance(handler.formatter, _SafeFormatter):
                handler.setFormatter(_SafeFormatter(handler.formatter or logging.Formatter()))
        return cls()


class _SafeFormatter(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return make_safe(self._inner.format(record))
