"""Under which key an index lists an address: host backwards, so that a site's pages stand together (SURT).

Replay tools look a page up by making the same key of its address, so the rules are theirs: the Internet Archive's.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

_WWW = re.compile(r"www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What stays as it is once everything that was escaped is not: printable ASCII, but not what would begin something else.
_UNESCAPED = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
# In this order: the third would also find the end of the second.
_SESSIONS = tuple(
    re.compile(rf"(.*){session}(?:&(.*))?")
    for session in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
)


def make_key(url: str) -> str:
    """Return the key of an http(s) address; of what is none, the address in lower case."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.lower()
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url.lower()
    host = _WWW.sub("", _to_ascii(host), count=1) if _WWW.match(host) else _to_ascii(host)
    place = f":{port}" if port and port != _DEFAULT_PORTS[parts.scheme] else ""
    query = _make_query(parts.query)
    return f"{','.join(reversed(host.split('.')))}{place}){_make_path(parts.path)}" + (f"?{query}" if query else "")


def _to_ascii(host: str) -> str:
    try:
        host = unquote(host, errors="strict")
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return quote(host)


def _make_path(path: str) -> str:
    steps: list[str] = []
    for step in _escape(path).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/" + "/".join(steps).lower()


def _make_query(query: str) -> str:
    query = _escape(query).lower()
    for session in _SESSIONS:
        if match := session.fullmatch(query):
            query = match[1] + (match[2] or "")
    return "&".join(sorted(query.split("&"), key=lambda pair: pair.split("=", 1)))


def _escape(text: str) -> str:
    """Undo every escape, also those of escapes, and make only those that are needed."""
    raw = text.encode("utf-8", "surrogateescape")
    while (undone := unquote_to_bytes(raw)) != raw:
        raw = undone
    return quote(raw, safe=_UNESCAPED)
