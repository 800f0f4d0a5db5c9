"""From a folded text to the tokens of a date."""

from __future__ import annotations

import re

from newscrawl.dates.words import FILLER, VOCABULARY, Token

# The order matters: a numeric date before a clock, both before a plain number. «10:00-11:00» is a range, no offset;
# «18/12/202302:30» comes of two elements without a space between.
_LEXEME = re.compile(
    r"""(?P<date>[0-9]{1,4}\ ?([/.\\–‑-])\ ?[0-9]{1,2}\ ?\2\ ?[0-9]{1,4})
        (?:(?=[0-9]{2}:)|(?![0-9]|[/.\\–‑-][0-9]))(?:t(?=[0-9]))?
    | (?P<clock>[0-9]{1,2}\ ?[:h]\ ?[0-9]{2}(?:\ ?:\ ?[0-9]{2}(?:[.,][0-9]+)?)?|[0-9]{1,2}\ و\ ?[0-9]{1,2}\ دقيقه)(?![0-9:])
    | (?P<dotted>[0-9]{1,2}\.[0-9]{2})(?![0-9.])
    | (?:gmt|utc|غرينتش|جرينتش)\ ?(?P<zone>[+-](?:1[0-4]|0?[0-9])(?::?[0-9]{2})?)(?![0-9:])
    | (?P<offset>(?:\+[0-9]{1,2}:?|(?<=[0-9]\ )-[01][0-9]|(?<=:[0-9]{2}:[0-9]{2})-[0-9]{2}:?)[0-9]{2})(?![0-9:])
    | (?P<number>[0-9]{4}(?=[0-9]{2}:)|[0-9]+)
    | (?P<era>(?<=[0-9]{4})م(?!\w))
    | (?P<spelled>(?:كانون|تشرين|ربيع|جمادي|ك|ت)\ ?[12](?![0-9])|[ap]\.\ ?m\b\.?|ت\.\ ?غ\b\.?)
    | (?P<phrase>[^\W\d_]+(?:\ [^\W\d_]+){0,2})
    | (?P<mark>[^\w©®™%‰$€£+=#@&°!?؟؛])
    """,
    re.VERBOSE,
)
_KINDS = {"date": "d", "clock": "t", "dotted": ".", "zone": "o", "offset": "o", "number": "n", "era": "g"}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a folded text; ValueError where a piece of it belongs to no date."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        lexeme = _LEXEME.match(text, position)
        if lexeme is None or lexeme.lastgroup is None:
            raise ValueError(f"not in a date: {text[position:]}")
        position = lexeme.end()
        name, printed = lexeme.lastgroup, lexeme[lexeme.lastgroup]
        if name == "phrase":
            words = _find_words(printed)
            position += len(words) - len(printed)
            tokens.append(VOCABULARY[words])
        elif name == "spelled":
            tokens.append(VOCABULARY[re.sub("[ .]", "", printed)])
        elif name != "mark":
            tokens.append(Token(_KINDS[name], printed))
    return tokens


def _find_words(phrase: str) -> str:
    """Return the longest beginning of the phrase that means something."""
    while phrase not in VOCABULARY:
        phrase = phrase.rpartition(" ")[0]
        if not phrase:
            raise ValueError("a word that is in no date")
    return phrase


def choose_tokens(tokens: list[Token]) -> list[Token]:
    """Return the tokens of the publication; those of the update («آخر تحديث») where nothing else is dated."""
    published: list[Token] = []
    updated: list[Token] = []
    current = published
    for token in tokens:
        if token.kind in "lu":
            current = updated if token.kind == "u" else published
        elif token.kind != FILLER:
            current.append(token)
    return published or updated
