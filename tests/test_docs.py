"""What the documents say is what the code does."""

from __future__ import annotations

import re

import click
import pytest

from newscrawl import __version__
from newscrawl.cli import newscrawl
from tests import readme

CHANGELOG = readme.PROJECT / "CHANGELOG.md"


@pytest.fixture(scope="module")
def text() -> str:
    return readme.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("part", readme.PARTS)
def test_readme_holds_the_generated_parts_as_they_are_now(text: str, part: str) -> None:
    assert text.count(f"<!-- {part} -->") == text.count(f"<!-- /{part} -->") == 1
    assert readme.update(text) == text, "run: python -m tests.readme"


def test_readme_names_every_command_and_option(text: str) -> None:
    for path, command in readme.find_commands(newscrawl, "newscrawl"):
        assert path in text
        section = text.partition(f"### `{path} ")[2].partition("\n### ")[0]
        for option in (name for param in command.params for name in param.opts if name.startswith("--")):
            assert option in section, f"{path} {option}"


def test_commands_in_readme_exist(text: str) -> None:
    known = {path.split()[1] for path, _ in readme.find_commands(newscrawl, "newscrawl")}
    shown = re.findall(r"^    (?:\S*/)?newscrawl (?:--home \S+ )?([a-z]+)", text, re.MULTILINE)
    assert set(shown) <= known


def test_changelog_has_this_version() -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_command_and_option_has_help() -> None:
    for path, command in readme.find_commands(newscrawl, "newscrawl"):
        assert command.help, path
        for param in command.params:
            assert isinstance(param, click.Argument) or getattr(param, "help", None), f"{path} {param.name}"
