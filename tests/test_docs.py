"""What the documents say is what the code does."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest

from newscrawl import __version__, sites
from newscrawl.archive import Archive
from newscrawl.cli import newscrawl
from newscrawl.export import write_articles
from newscrawl.items import Article
from tests import readme

CHANGELOG = readme.PROJECT / "CHANGELOG.md"
ADDING_A_SITE = (readme.PROJECT / "docs" / "sites.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text() -> str:
    return readme.README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "part"), [(path, part) for path, parts in readme.DOCUMENTS.items() for part in parts], ids=str
)
def test_documents_hold_the_generated_parts_as_they_are_now(path: Path, part: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(f"<!-- {part} -->") == text.count(f"<!-- /{part} -->") == 1
    parts = {part: readme.DOCUMENTS[path][part]}
    assert readme.update(text, parts) == text, "run: python -m tests.readme"


def test_reference_names_every_command_and_option() -> None:
    text = readme.REFERENCE.read_text(encoding="utf-8")
    for path, command in readme.find_commands(newscrawl, "newscrawl"):
        section = text.partition(f"### `{path} ")[2].partition("\n### ")[0]
        assert section, path
        for option in (name for param in command.params for name in param.opts if name.startswith("--")):
            assert option in section, f"{path} {option}"


def test_reference_names_every_table_and_view(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        names = {*archive.db.table_names(), *archive.db.view_names()}
    own = {name for name in names if not name.startswith(("articles_fts_", "_sqlite", "sqlite_"))}
    assert own | {"articles_fts_queue"} == set(readme.TABLES)


@pytest.mark.parametrize(
    "document", ["README.md", "README.ar.md", "docs/analysts.md", "docs/operating.md", "docs/sites.md"]
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = readme.PROJECT / document
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert all((path.parent / link).exists() for link in links)


@pytest.mark.parametrize("document", ["README.md", "README.ar.md"])
def test_commands_in_readme_exist(document: str) -> None:
    text = (readme.PROJECT / document).read_text(encoding="utf-8")
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


# --- docs/sites.md

PROFILES = re.findall(r"^```toml\n(.*?)^```", ADDING_A_SITE, re.DOTALL | re.MULTILINE)


def test_page_on_sites_explains_every_key_of_a_profile_and_no_other() -> None:
    of_site, of_layout = ADDING_A_SITE.split("| key of a layout |")
    assert re.findall(r"^\| `(\w+)` \|", of_site, re.MULTILINE) == list(_order(sites._SITE_KEYS, "layouts"))
    assert set(re.findall(r"^\| `(\w+)` \|", of_layout, re.MULTILINE)) == set(sites._LAYOUT_KEYS)


def _order(keys: dict[str, object], last: str) -> list[str]:
    return [*(key for key in keys if key != last), last]


def test_defaults_on_the_page_on_sites_are_those_of_a_site() -> None:
    site = sites.Site(key="x", name="x", domain="x.com")
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| `([^`]+)` \|$", ADDING_A_SITE, re.MULTILINE))
    assert told == {
        "languages": '["ar"]',
        "delay_seconds": f"{site.delay_seconds:g}",
        "render": str(site.render).lower(),
        "images": f'"{site.images}"',
        "raw": f'"{site.raw}"',
        "verified": "false",
    }
    assert site.languages == ("ar",)
    assert site.visit_every is None


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles_on_the_page_on_sites_can_be_read(profile: str, tmp_path: Path) -> None:
    path = tmp_path / "sites" / "x.toml"
    path.parent.mkdir()
    path.write_text(profile, encoding="utf-8")
    assert sites.load_site("x", tmp_path).domain == "news.example.com"


def test_commands_on_the_page_on_sites_exist() -> None:
    known = {path.removeprefix("newscrawl ") for path, _ in readme.find_commands(newscrawl, "newscrawl")}
    shown = re.findall(r"(?:^    |`)newscrawl ((?:sites )?[a-z]+)", ADDING_A_SITE, re.MULTILINE)
    assert len(shown) >= 6
    assert set(shown) <= known


def test_readme_leads_to_the_page_on_sites(text: str) -> None:
    assert "(docs/sites.md)" in text


# --- docs/analysts.md

FOR_ANALYSTS = (readme.PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```sql\n(.*?)^```", FOR_ANALYSTS, re.DOTALL | re.MULTILINE)
PROGRAMS = re.findall(r"^```python\n(.*?)^```", FOR_ANALYSTS, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with an edited headline and a copied story, and its export."""
    home = tmp_path_factory.mktemp("home")
    text = (
        "افتتحت البلدية اليوم المرفأ الجديد بعد ثلاث سنوات من العمل، وحضر الافتتاح عدد كبير من أهل المدينة والصيادين."
    )
    with Archive(home / "archive.db") as archive:
        for site, title, hour in (("a", "افتتاح المرفا", 9), ("a", "افتتاح المرفأ الجديد", 12), ("b", "مرفأ جديد", 13)):
            archive.save(
                Article(
                    url=f"https://{site}.example/1", site=site, title=title, body=text, authors=("ليلى حداد",),
                    published_at="2024-03-01T08:00:00+02:00", fetched_at=f"2024-03-01T{hour:02}:00:00+00:00",
                )
            )  # fmt: skip
        write_articles(archive.articles(), home / "all.parquet")
    return home


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.partition("\n")[0])
def test_queries_for_analysts_find_something(small_home: Path, query: str) -> None:
    with closing(sqlite3.connect(small_home / "archive.db")) as connection:
        assert connection.execute(query).fetchall()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.split()[1])
def test_programs_for_analysts_print_something(small_home: Path, program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], cwd=small_home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout
