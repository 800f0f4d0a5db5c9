"""Keeps the generated parts of the documents true: `python -m tests.readme` writes them anew between their markers.

README.md's tree is made from the first sentence of each module, its list of commands from their help; docs/reference.md
holds all that commands, fields and tables say of themselves.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from newscrawl.archive import Archive
from newscrawl.cli import newscrawl

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
PACKAGE = PROJECT / "newscrawl"
REFERENCE = PROJECT / "docs" / "reference.md"
# What a row of each table and view is; names with the index's own tables behind them are left out.
TABLES = {
    "articles": "a story, as it stands now",
    "revisions": "one state of a story, the first included; the newest equals the article",
    "images": "a picture of an article other than its lead picture, in the page's order",
    "pictures": "a picture that was asked for, wherever it stands; `url` is `articles.image_url` or `images.url`",
    "related": "a link that an article's page offers as further reading, in the page's order",
    "copies": "an article that shares text with another; each pair stands here in both directions",
    "aliases": "an address that a story is known by",
    "sites": "a site",
    "crawls": "one run over one site",
    "pages": "an address ever seen, and what the last visit to it came to",
    "sightings": "where an address was announced",
    "front_doors": "a feed, a sitemap or a page of links",
    "calls": "how a site announces changes, and how often there was one",
    "alarms": "what is out of order now",
    "handovers": "which state of an article a receiver of exports has",
    "shingles": "five words of an article, by which its copies are found",
    "articles_fts": "the full-text index: stems of title, subtitle, caption and text",
    "articles_fts_queue": "an article that the index and the copies do not know as it is yet",
    "edits": "view: what sites changed in stories that they had published",
    "headline_corrections": "view: headlines before and after, of those edits that touched them",
    "copied_stories": "view: a story that was printed more than once",
}


def update(text: str, parts: dict[str, Callable[[], str]]) -> str:
    """Return a document's text with every generated part as it should be."""
    for name, print_part in parts.items():
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        part = print_part()
        text = pattern.sub(lambda match, part=part: f"{match[1]}{part}{match[2]}", text)  # type: ignore[misc]
    return text


def print_tree() -> str:
    """Return the modules and packages, each with the reason why it exists."""
    modules = {path.name: path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"}
    packages = {f"{path.parent.name}/": path for path in PACKAGE.glob("*/__init__.py")}
    lines = [(f"  {name}", _find_reason(path)) for name, path in sorted((modules | packages).items())]
    width = max(len(name) for name, _ in lines)
    tree = "\n".join(f"{name:<{width}}  {reason}" for name, reason in lines)
    return f"```text\nnewscrawl/\n{tree}\n```\n"


def _find_reason(path: Path) -> str:
    return _find_first_sentence(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")


def _find_first_sentence(text: str) -> str:
    sentence = " ".join(text.partition("\n\n")[0].split())
    return re.split(r"[.;] ", sentence, maxsplit=1)[0].rstrip(".")


def print_command_list() -> str:
    """Return every command with the first sentence of its help."""
    commands = find_commands(newscrawl, "newscrawl")
    rows = (f"| `{path}` | {_find_first_sentence(command.help or '')} |" for path, command in commands)
    return "\n".join(("| command | what it does |", "|---|---|", *rows, ""))


def print_commands() -> str:
    """Return what every command takes and does."""
    return "\n".join(_print_command(path, command) for path, command in find_commands(newscrawl, "newscrawl"))


def print_fields() -> str:
    """Return the fields of an exported article, with the types and descriptions of the JSON Schema."""
    schema = _read_schema()
    parts = {"article": schema, **schema["$defs"]}
    return "\n".join(_print_object(name, part) for name, part in parts.items() if "properties" in part)


def _read_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(files("newscrawl").joinpath("article.schema.json").read_text(encoding="utf-8"))
    return schema


def _print_object(name: str, part: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| `{field}` | {_name_type(told)} | {told.get('description', '')} |"
        for field, told in part["properties"].items()
    )
    return f"### {name}\n\n| field | type | what it is |\n|---|---|---|\n{rows}\n"


def _name_type(told: dict[str, Any]) -> str:
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    if told.get("type") == "array":
        return f"list of {_name_type(told['items'])}"
    if "enum" in told:
        return ", ".join(f"`{value}`" if value else "null" for value in told["enum"])
    if "const" in told:
        return f"`{told['const']}`"
    types = told["type"]
    return types if isinstance(types, str) else " or ".join(types)


def print_tables() -> str:
    """Return the tables and views of an archive as they are made, each column with the comment of its definition.

    Columns of `articles` without one are fields of an article.
    """
    fields = _read_schema()["properties"].items()
    comments = {("articles", name): told.get("description", "") for name, told in fields}
    comments |= dict(_find_comments((PACKAGE / "archive" / "schema.py").read_text(encoding="utf-8")))
    with TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        columns = {name: archive.db[name].columns for name in TABLES}
    return "\n".join(
        f"### {name}\n\nA row is {reason.removeprefix('view: ')}.\n\n| column | type | what it is |\n|---|---|---|\n"
        + "\n".join(f"| `{c.name}` | {c.type.lower()} | {comments.get((name, c.name), '')} |" for c in columns[name])
        + "\n"
        for name, reason in TABLES.items()
    )


def _find_comments(source: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield table, column and the comment behind its definition, or above it where a migration adds it."""
    for table, body in re.findall(r"CREATE (?:VIRTUAL )?TABLE (\w+)(.*?)^\s*\)", source, re.DOTALL | re.MULTILINE):
        for column, comment in re.findall(r"^    +(\w+) [A-Z ]+.*?-- (.+)$", body, re.MULTILINE):
            yield (table, column), comment
    added = r"(?:^-- (.+)\n)?^ *ALTER TABLE (\w+) ADD COLUMN (\w+)[^;]*;(?: -- (.+))?$"
    for above, table, column, behind in re.findall(added, source, re.MULTILINE):
        yield (table, column), above or behind


def find_commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from find_commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _print_command(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    options = [option for option in command.params if isinstance(option, click.Option)]
    records = [option.get_help_record(context) for option in options if option.name != "help"]
    rows = "\n".join(f"    {names:<32}{text}" for names, text in filter(None, records))
    return f"### `{usage}`\n\n{_unwrap(command.help or '')}\n\n{rows}\n"


def _unwrap(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


README_PARTS: dict[str, Callable[[], str]] = {"tree": print_tree, "commands": print_command_list}
REFERENCE_PARTS: dict[str, Callable[[], str]] = {
    "commands": print_commands,
    "fields": print_fields,
    "tables": print_tables,
}
DOCUMENTS = {README: README_PARTS, REFERENCE: REFERENCE_PARTS}

if __name__ == "__main__":
    for path, parts in DOCUMENTS.items():
        path.write_text(update(path.read_text(encoding="utf-8"), parts), encoding="utf-8")
