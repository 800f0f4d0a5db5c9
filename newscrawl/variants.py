"""Which addresses are copies of one story: the AMP, mobile and print pages of an article, `www.` and a closing slash.

What is equal here may be fetched under either address, so `urls.canonicalize` keeps both apart; only their titles tell
whether they really are one story.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawl.urls import canonicalize

ORDINARY = None
"""What `find_variant` says of an article's own page, which every other copy gives way to."""

_RANKS = {ORDINARY: 0, "mobile": 1, "amp": 2, "print": 3}
_HOST_VARIANTS = {"www": ORDINARY, "m": "mobile", "mobile": "mobile", "wap": "mobile", "touch": "mobile", "amp": "amp"}
_SEGMENTS = {"amp": "amp", "print": "print", "printpage": "print", "printable": "print", "printversion": "print"}
_FIRST_SEGMENTS = {"m": "mobile", "mobile": "mobile", "wap": "mobile"}
_ON = ("", "1", "true", "yes")
_PARAMETERS = {
    **{("amp", value): "amp" for value in _ON},
    **{(name, value): "mobile" for name in ("m", "mobile") for value in _ON},
    **{(name, value): "print" for name in ("print", "printable", "printpage") for value in _ON},
    **{(name, "amp"): "amp" for name in ("outputtype", "output", "view", "format")},
    **{(name, "print"): "print" for name in ("layout", "output", "view", "format", "mode", "task")},
    # Blogger's ordinary page, and what Joomla sends along with print=1
    ("m", "0"): ORDINARY,
    ("tmpl", "component"): ORDINARY,
}
_SUFFIX = re.compile(r"(?<=[^.])(?:\.amp)+(?=$|\.html?$)", re.IGNORECASE)
_DEFAULT_DOCUMENT = re.compile(r"(?:index|default)\.(?:html?|php|aspx?)", re.IGNORECASE)


def story_key(url: str) -> str:
    """Return what the addresses of one story's copies have in common: host, path and query without scheme.

    The key of a key is itself. Raises ValueError as `canonicalize` does.
    """
    return _take_apart(url)[0]


def find_variant(url: str) -> str | None:
    """Return "amp", "mobile" or "print" where the address says that it is such a copy, else None: the ordinary page."""
    return _take_apart(url)[1]


def outranks(variant: str | None, other: str | None) -> bool:
    """Answer whether the text of one variant is to be preferred to that of another: the fuller page is."""
    return _RANKS.get(variant, 0) < _RANKS.get(other, 0)


@lru_cache(maxsize=256)  # several steps ask for the key of one page
def _take_apart(url: str) -> tuple[str, str | None]:
    found: list[str | None] = [ORDINARY]
    address, _, query = canonicalize(url).partition("://")[2].partition("?")
    host, _, path = address.partition("/")
    # A key has no scheme: the port of either is the usual one.
    host = _strip_host(host.removesuffix(":80").removesuffix(":443"), found)
    segments = _strip_path(path, found)
    parameters = sorted(part for part in query.split("&") if part and not _is_mark(part, found))
    key = "/".join([host, *segments]) + ("?" + "&".join(parameters) if parameters else "")
    return key, max(found, key=lambda variant: _RANKS[variant])


def _strip_host(host: str, found: list[str | None]) -> str:
    label, _, rest = host.partition(".")
    while label in _HOST_VARIANTS and "." in rest:
        found.append(_HOST_VARIANTS[label])
        host, (label, _, rest) = rest, rest.partition(".")
    return host


def _strip_path(path: str, found: list[str | None]) -> list[str]:
    kept: list[str] = []
    for segment in filter(None, path.split("/")):
        plain = _SUFFIX.sub("", segment)
        table = _SEGMENTS if kept else _SEGMENTS | _FIRST_SEGMENTS
        if plain.lower() in table:
            found.append(table[plain.lower()])
            continue
        if plain != segment:
            found.append("amp")
        kept.append(plain)
    while kept and _DEFAULT_DOCUMENT.fullmatch(kept[-1]):
        kept.pop()
    return kept


def _is_mark(parameter: str, found: list[str | None]) -> bool:
    name, _, value = parameter.lower().partition("=")
    if (name, value) not in _PARAMETERS:
        return False
    found.append(_PARAMETERS[name, value])
    return True
