"""What a person types to search, understood: words, "phrases", -not, OR, title:, prefix*, ="exactly so".

Nothing that can be typed is an error, and nothing of it reaches SQLite as typed: every word goes there as a stem in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from newscrawl.exceptions import UsageError
from newscrawl.stemmer import find_stems, fold_word, stem
from newscrawl.tokens import WORD

FIELDS = {
    "title": "title", "عنوان": "title", "العنوان": "title", "subtitle": "subtitle", "مقدمة": "subtitle",
    "caption": "caption", "تعليق": "caption", "body": "body", "نص": "body", "النص": "body",
}  # fmt: skip
"""The columns that a query may name, in English and Arabic."""

COLUMNS = ("title", "subtitle", "caption", "body")
"""The columns of the index, in their order."""

# SQLite's own limit lies at some hundred; nobody types as many
_MOST_TERMS = 64
_DEEPEST = 8

_FIELD = "|".join(FIELDS)
_PART = re.compile(
    rf"""(?P<not>-)?(?:(?P<field>{_FIELD}):\s*)?(?P<exact>=)?
         (?: ["“”„«»](?P<phrase>[^"“”„«»]*)["“”«»](?P<star>\*)?
           | (?P<open>\()
           | (?P<word>[^\s|()"“”„«»]+) )
       | (?P<close>\)) | (?P<or>\|)""",
    re.VERBOSE | re.IGNORECASE,
)
_NAME = re.compile(r"(?<![^\s(|:-])@(?P<name>[\w-]+)")
_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=...)|(?!)")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: as typed, its words folded, and their stems; where it may stand, and how it is meant."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    field: str | None = None
    is_exact: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all, or `any`, have to be there, and others of which none may be."""

    parts: tuple[Node, ...]
    any: bool = False
    excluded: tuple[Node, ...] = ()


Node = Term | Group


@dataclass(frozen=True, slots=True)
class Query:
    """A query understood. `match` is its MATCH expression; of one that only excludes, None.

    `without` is then that of what must not be there: everything else is found. Both are None where nothing is asked for.
    With `is_exact` `match` finds too much, and `without` takes too much away: `is_found_in` decides, article by article.
    """

    root: Group
    match: str | None
    without: str | None
    is_exact: bool

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in the order typed within its group, the excluded ones last."""
        return tuple(_list_terms(self.root))

    @property
    def is_empty(self) -> bool:
        """Answer whether it asks for nothing."""
        return not (self.match or self.without)

    def is_found_in(self, texts: Mapping[str, str | None]) -> bool:
        """Answer whether an article with these texts, by column, is what the query asks for."""
        return _holds(self.root, {name: WORD.findall(texts[name] or "") for name in COLUMNS})


def parse_query(text: str) -> Query:
    """Return what a query means; of one without any word, a query that asks for nothing."""
    # half a character is none that SQLite could take
    root = _Parser(text.encode(errors="replace").decode()).read()
    match, is_exact = _write(root), any(term.is_exact for term in _list_terms(root))
    without = None if match else _write(Group(root.excluded, any=True))
    return Query(root, match, without, is_exact)


def expand_names(text: str, named: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return a query with the queries that its «@name» stand for in their place, and which these were.

    Raises UsageError for a name that nobody defined.
    """
    used: dict[str, str] = {}

    def expand(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in named:
            known = ", ".join(f"@{one}" for one in named) or "none"
            raise UsageError(f"there is no query @{name} in queries.toml, which names {known}")
        used[name] = named[name]
        return f"({named[name]})"

    return _NAME.sub(expand, text), used


class _Parser:
    def __init__(self, text: str) -> None:
        self._parts = _PART.finditer(text)
        self._terms_left = _MOST_TERMS

    def read(self, depth: int = 0) -> Group:
        """Read up to the end, or the closing bracket, of a group."""
        alternatives: list[list[Node]] = []
        excluded: list[Node] = []
        is_or, is_not = False, False
        for part in self._parts:
            word = part["word"]
            if part["close"]:
                if depth:
                    break
            elif part["or"] or word == "OR":
                is_or = True
            elif word in ("AND", "NOT"):
                is_not = word == "NOT"
            elif node := self._read_node(part, depth):
                if is_not or part["not"]:
                    excluded.append(node)
                elif is_or and alternatives:
                    alternatives[-1].append(node)
                else:
                    alternatives.append([node])
                is_or = is_not = False
        parts = tuple(nodes[0] if len(nodes) == 1 else Group(tuple(nodes), any=True) for nodes in alternatives)
        return Group(parts, excluded=tuple(excluded))

    def _read_node(self, part: re.Match[str], depth: int) -> Node | None:
        field = FIELDS[part["field"].lower()] if part["field"] else None
        if part["open"]:
            group = self.read(depth + 1) if depth < _DEEPEST else Group(())
            return _set_field(group, field) if group.parts else None
        text = part["word"] if part["phrase"] is None else part["phrase"]
        found = WORD.findall(text)
        if not found or not self._terms_left:
            return None
        self._terms_left -= 1
        is_prefix = bool(part["star"]) or text.endswith("*")
        words = tuple(map(fold_word, found))
        return Term(text, words, tuple(map(stem, found)), field, bool(part["exact"]), is_prefix)


def _set_field(node: Node, field: str | None) -> Node:
    if field is None:
        return node
    if isinstance(node, Term):
        return node if node.field else replace(node, field=field)
    parts, excluded = (tuple(_set_field(part, field) for part in parts) for parts in (node.parts, node.excluded))
    return replace(node, parts=parts, excluded=excluded)


def _list_terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
        return
    for part in (*node.parts, *node.excluded):
        yield from _list_terms(part)


def _write(node: Node) -> str | None:
    """Return the MATCH expression of a node, which finds all of what is meant, and more where it is meant exactly."""
    if isinstance(node, Term):
        return _write_term(node)
    parts = [written for part in node.parts if (written := _write(part))]
    if not parts:
        return None
    wanted = f"({(' OR ' if node.any else ' AND ').join(parts)})" if len(parts) > 1 else parts[0]
    # what must not be there in one exact form may well be there in others
    unwanted = [_write(part) for part in node.excluded if not any(term.is_exact for term in _list_terms(part))]
    return f"({wanted} NOT ({' OR '.join(filter(None, unwanted))}))" if any(unwanted) else wanted


def _write_term(term: Term) -> str:
    phrases = [_quote(term.stems)]
    if term.is_prefix:
        *before, last = term.words
        known = tuple(map(stem, before))
        for prefix in _list_prefixes(last):
            phrases += [f"{_quote((*known, prefix))} *", *(_quote((*known, found)) for found in find_stems(prefix))]
    written = f"({' OR '.join(dict.fromkeys(phrases))})" if len(phrases) > 1 else phrases[0]
    return f"{term.field} : {written}" if term.field else written


def _list_prefixes(word: str) -> list[str]:
    """Return the beginnings of stems that the beginning of a word may stand for: with its article and without."""
    bare = _ARTICLE.sub("", word, count=1)
    return [word] if bare == word else [word, bare]


def _quote(words: tuple[str, ...]) -> str:
    return f'"{" ".join(words)}"'


def _holds(node: Node, texts: Mapping[str, list[str]]) -> bool:
    if isinstance(node, Group):
        is_wanted = (any if node.any else all)(_holds(part, texts) for part in node.parts)
        return is_wanted and not any(_holds(part, texts) for part in node.excluded)
    columns = [node.field] if node.field else COLUMNS
    return any(_stands_in(node, texts[column]) for column in columns)


def _stands_in(term: Term, words: list[str]) -> bool:
    if term.is_exact:
        wanted, there = term.words, [fold_word(word) for word in words]
    else:
        wanted, there = term.stems, [stem(word) for word in words]
    text, phrase = f" {' '.join(there)} ", f" {' '.join(wanted)}"
    if term.is_prefix:
        folded = f" {' '.join(map(fold_word, words))}"
        return f"{phrase} " in text or any(f" {prefix}" in folded for prefix in _list_prefixes(" ".join(term.words)))
    return f"{phrase} " in text
