"""The files for cron, systemd and Docker call commands that exist, and the page that explains them names every file."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import click
import pytest

from newscrawl.archive.history import FIELDS
from newscrawl.cli import newscrawl
from tests import readme

DEPLOY = readme.PROJECT / "deploy"
OPERATING = readme.PROJECT / "docs" / "operating.md"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def read_unit(path: Path) -> RawConfigParser:
    unit = RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


def find_calls() -> list[list[str]]:
    """Return the arguments of each newscrawl that the files call."""
    lines = [read_unit(path)["Service"]["ExecStart"] for path in DEPLOY.glob("*.service")]
    lines += re.findall(r"^[*0-9/ ]+ (.*)$", (DEPLOY / "crontab").read_text(encoding="utf-8"), re.MULTILINE)
    return [shlex.split(line.partition(">>")[0])[1:] for line in lines]


def test_every_command_that_is_called_exists_with_its_options() -> None:
    calls = find_calls()
    assert len(calls) == 4
    for words in calls:
        command: click.Command = newscrawl
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        command.make_context(command.name, words)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_what_systemd_needs(path: Path) -> None:
    unit = read_unit(path)
    assert unit["Unit"]["Description"].startswith("newscrawl: ")
    if path.suffix == ".service":
        # A SIGTERM to the children as well would be the second one, which does not wait for the pages under way.
        assert unit["Service"]["KillMode"] == "mixed"
        assert int(unit["Service"]["TimeoutStopSec"]) > 60
        assert unit["Service"]["EnvironmentFile"] == "/etc/newscrawl.env"
    else:
        assert path.with_suffix(".service").exists()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_no_fault_with_a_unit(path: Path, tmp_path: Path) -> None:
    """Where systemd is not installed, the test above has looked at what matters most."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/newscrawl/.venv/bin/newscrawl", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    assert (tmp_path / path.name).read_text(encoding="utf-8").count("/opt/newscrawl/.venv") == 0
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "verify", str(tmp_path / path.name)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert [line for line in done.stderr.splitlines() if "newscrawl" in line] == []


def test_the_page_names_every_file_measure_and_variable() -> None:
    text = OPERATING.read_text(encoding="utf-8")
    for path in DEPLOY.iterdir():
        if path.name != "Dockerfile.dockerignore":
            assert path.name in text, path.name
    for field in FIELDS:
        assert f"`{field}`" in text
    for name in re.findall(r"NEWSCRAWL_[A-Z]+_[A-Z]+", (readme.PACKAGE / "alerts.py").read_text(encoding="utf-8")):
        assert f"`{name}`" in text, name
    shown = set(re.findall(r"newscrawl (?:--home \S+ )?([a-z]+)", text)) & set(newscrawl.commands)
    assert {"schedule", "health", "crawl", "stats"} <= shown


def test_the_readme_leads_to_the_page() -> None:
    assert "(docs/operating.md)" in readme.README.read_text(encoding="utf-8")
