"""Keeps README.md's tree and command reference true: `python -m tests.readme` writes them anew between their markers.

The tree is made from the first sentence of each module, the reference from the commands themselves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from newscrawl.cli import newscrawl

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
PACKAGE = PROJECT / "newscrawl"
PARTS = {"tree": lambda: print_tree(), "commands": lambda: print_commands()}


def update(text: str) -> str:
    """Return README's text with every generated part as it should be."""
    for name, print_part in PARTS.items():
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
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(docstring.partition("\n\n")[0].split())
    return re.split(r"[.;] ", sentence, maxsplit=1)[0].rstrip(".")


def print_commands() -> str:
    """Return what every command takes and does."""
    return "\n".join(_print_command(path, command) for path, command in find_commands(newscrawl, "newscrawl"))


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


if __name__ == "__main__":
    README.write_text(update(README.read_text(encoding="utf-8")), encoding="utf-8")
