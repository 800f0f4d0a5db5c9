"""What the web sends cannot control the terminal of whoever reads it, by whatever command."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newscrawl.terminal import SafeLog, escape_json, make_line, make_safe
from tests.conftest import Run
from tests.site import FaultySite, pages

if TYPE_CHECKING:
    pass

# Clear the screen, retitle the window, a link (OSC 8), the same with C1 controls, bidi overrides and isolates.
ATTACKS = (
    "\x1b[2J",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://evil.example/\x1b\\",
    "\x9b2J",
    "\x9d0;owned\x9c",
    "\u202eرلق",
    "\u2066\u2069",
    "\x08\x7f",
)
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def site() -> Iterator[FaultySite]:
    with FaultySite(1, faults=("/hostile/1", "/hostile-redirect/1", "/hostile-xml")) as server:
        yield server


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_an_attack_is_taken_out_of_text_and_escaped_in_json(attack: str) -> None:
    assert not HARMFUL.search(make_safe(f"قبل{attack}بعد"))
    assert make_line(f"one\n{attack}two\u2028three").count("\n") == 0
    line = escape_json(json.dumps({"title": attack}, ensure_ascii=False))
    assert not HARMFUL.search(line)
    assert json.loads(line) == {"title": attack}


def test_text_and_its_lines_stay() -> None:
    assert make_safe("سطر\tأول\nسطر ثانٍ") == "سطر\tأول\nسطر ثانٍ"


def test_a_line_of_the_log_commands_nothing() -> None:
    stream = StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    root.addHandler(handler)
    try:
        SafeLog.from_crawler(None)
        SafeLog.from_crawler(None)
        root.error("no feed: %s", "".join(ATTACKS))
    finally:
        root.removeHandler(handler)
    assert stream.getvalue().startswith("ERROR: no feed: ")
    assert not HARMFUL.search(stream.getvalue())


def test_no_command_passes_an_attack_on(run: Run, home: Path, site: FaultySite) -> None:
    site.write_profile(home, more=f'section_pages = ["{site.url}/hostile-xml"]')
    outputs = [run("crawl", "test"), run("crawl", f"{site.url}/hostile/1")]
    with closing(sqlite3.connect(home / "archive.db")) as database, database:
        # whatever extraction leaves of an attack: an archive may hold worse, from other programs
        database.execute("UPDATE articles SET title = title || ?, body = body || ?", ("".join(ATTACKS),) * 2)
        [(first, *_)] = database.execute("SELECT id FROM articles LIMIT 1")
    page = home / "hostile.html"
    page.write_text(pages.print_article(5).replace("البلدية", "البلدية" + "".join(ATTACKS)), encoding="utf-8")
    commands: list[tuple[object, ...]] = [
        ("show", first),
        ("search", "البلدية"),
        ("search", "البلدية", "--json"),
        ("export", "-"),
        ("stats",),
        ("sites", "list"),
        ("sites", "check", "test"),
        ("show", "".join(ATTACKS).replace("\x00", "")),
        *(("extract", "--format", kind, page) for kind in ("json", "text", "markdown")),
        ("extract", f"{site.url}/hostile/1", f"{site.url}/hostile-redirect/1"),
    ]
    outputs.extend(run(*arguments) for arguments in commands)
    for done in outputs:
        assert not HARMFUL.search(done.stdout), done.args
        assert not HARMFUL.search(done.stderr), done.args
        assert "Traceback" not in done.stderr
    log = (home / "crawl.log").read_text(encoding="utf-8")
    assert "hostile" in log, "there is something to see"
    assert not HARMFUL.search(log)
