"""A site as the text of its profile: what a person would have written, so that a person can go on with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from newscrawl.items import Layout, Site
from newscrawl.sites.tables import quote

_NOT_IN_THE_FILE = ("key", "furniture")
_WIDEST = 110
# Between single quotes TOML reads a pattern as it stands.
_IS_LITERAL = re.compile(r"[^'\x00-\x1f\x7f\"]*\\[^'\x00-\x1f\x7f]*")


def print_profile(site: Site, comments: Iterable[str] = ()) -> str:
    """Return the TOML of a site's profile under some lines of comment; what is left at its default is not said."""
    lines = [f"# {' '.join(comment.split())}" for comment in comments]
    lines += _print_fields(site)
    if site.verified is None:
        lines.append("verified = false")
    for layout in site.layouts:
        lines += ["", "[[layouts]]", *_print_fields(layout)]
    return "\n".join(lines) + "\n"


def _print_fields(thing: Site | Layout) -> Iterator[str]:
    for each in fields(thing):
        value = getattr(thing, each.name)
        is_said = each.default is MISSING or value != each.default
        if is_said and each.name not in _NOT_IN_THE_FILE and each.name != "layouts":
            yield f"{each.name} = {_print_value(each.name, value)}"


def _print_value(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        texts = [quote(text) for text in value]
        line = f"[{', '.join(texts)}]"
        return line if len(name) + len(line) < _WIDEST else "\n".join(["[", *(f"    {text}," for text in texts), "]"])
    if isinstance(value, date | float):
        return str(value)
    return f"'{value}'" if _IS_LITERAL.fullmatch(value) else quote(value)
