"""Read a TOML file whose keys are known: it is right, or the error names file and key; write one."""

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from newscrawl.exceptions import ProfileError

Parsers = Mapping[str, Callable[[Any], Any]]


class BadKeyError(ValueError):
    """Names its key already."""


def read_table(path: Path, known: Parsers, needed: Iterable[str]) -> dict[str, Any]:
    """Return a file's values by key. Raises ProfileError, which names file and key, when it cannot be used."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # TOML's message names the line, the codec's the byte
        raise ProfileError(f"{path}: no valid TOML in UTF-8: {error}") from error
    try:
        return parse_table(told, known, needed)
    except ValueError as error:
        raise ProfileError(f"{path}: {error}") from error


def parse_table(told: Mapping[str, Any], known: Parsers, needed: Iterable[str] = (), place: str = "") -> dict[str, Any]:
    """Return the values by key; parsers raise ValueError, to which the key is added here."""
    values = {}
    for key, value in told.items():
        if key not in known:
            raise BadKeyError(f"unknown key {place + key!r}{suggest(key, known)}")
        try:
            values[key] = known[key](value)
        except BadKeyError:
            raise
        except ValueError as error:
            raise BadKeyError(f"key {place + key!r}: {error}") from error
    missing = [key for key in needed if key not in values]
    if missing:
        raise BadKeyError(f"key {place + missing[0]!r} is missing")
    return values


def parse_tables(value: Any, known: Parsers, needed: Iterable[str], name: str) -> list[dict[str, Any]]:
    """Return the values of each `[[name]]`."""
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError(f"is not written as [[{name}]]")
    return [parse_table(table, known, needed, f"{name}[{number}].") for number, table in enumerate(value, start=1)]


def parse_text(value: Any) -> str:
    """Return what is a text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a text")
    return value


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that was probably meant, "" where none is near."""
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def write_text(path: Path, text: str) -> None:
    """Write a file whole, on disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def quote(text: str) -> str:
    """Return a TOML string: JSON's, but for one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
