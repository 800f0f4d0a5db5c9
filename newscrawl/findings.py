"""What health finds, said in English and Arabic: findings.toml has the words, a finding knows what fills them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

# Unicode's marks around a text of either direction (UAX 9), so that it does not turn the sentence around it.
_ISOLATED = "\u2068{}\u2069"


class Finding(str):
    """A sentence in English, as programs and terminals are told it; `say` gives it in another language."""

    _name: str
    _values: dict[str, Any]

    def __new__(cls, name: str, **values: Any) -> Finding:
        """Return the sentence of that name with the values in their places; a value may be a finding itself."""
        finding = super().__new__(cls, _load_words()[name]["en"].format(**values))
        finding._name, finding._values = name, values
        return finding

    def say(self, language: str) -> str:
        """Return the sentence in a language of findings.toml."""
        values = {name: _say_value(value, language) for name, value in self._values.items()}
        return _load_words()[self._name][language].format(**values)


def _say_value(value: Any, language: str) -> Any:
    if isinstance(value, Finding):
        return value.say(language)
    return _ISOLATED.format(value) if isinstance(value, str) and language != "en" else value


@cache
def _load_words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("newscrawl").joinpath("findings.toml").read_text("utf-8"))
