"""The words of the interface, in the languages that it speaks: one table, words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from newscrawl.findings import Finding

LANGUAGES: Mapping[str, str] = MappingProxyType({"ar": "rtl", "en": "ltr"})
"""The languages of the interface with the direction of each; the first is the default."""


class Words(dict[str, str]):
    """The words of one language by name; a name that is missing is an error, never an empty place on a page."""

    def __init__(self, language: str) -> None:
        tables = tomllib.loads(files("newscrawl.web").joinpath("words.toml").read_text("utf-8"))
        super().__init__({name: word[language] for table in tables.values() for name, word in table.items()})
        self.language = language
        self.direction = LANGUAGES[language]

    def fill(self, name: str, **values: object) -> str:
        """Return the words of this name with the values in their places."""
        return self[name].format(**values)

    def say(self, text: str) -> str:
        """Return what health found in this language; another text as it is."""
        return text.say(self.language) if isinstance(text, Finding) else text

    def find(self, name: str, otherwise: str) -> str:
        """Return the words of a name that not every value of a column has, else the other text."""
        return self.get(name, otherwise)
