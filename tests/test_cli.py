"""The newscrawl command by its real output: what it answers, on which stream, with which status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from newscrawl import Archive, __version__
from newscrawl.items import Article, Block, Related
from tests.conftest import BIN, Run, make_environment
from tests.site import FaultySite, pages

HEAVY = ("scrapy", "lxml", "trafilatura", "sqlite_utils", "twisted", "feedparser")
ARTICLE = Article(
    id="0123456789abcdef",
    url="https://example.com/news/1",
    site="example",
    title="البلدية تبدأ \x1b[31mمشروع\u202e المياه",
    subtitle="الأعمال تستمر سنة",
    body="قال رئيس البلدية إن العمل بدأ.\n\nالمرحلة الأولى\n\nتنتهي في الصيف.",
    blocks=(
        Block("paragraph", "قال رئيس البلدية إن العمل بدأ."),
        Block("heading", "المرحلة الأولى"),
        Block("paragraph", "تنتهي في الصيف."),
    ),
    published_at="2025-01-15T09:30:00+03:00",
    authors=("ليلى حداد",),
    related=(Related("inline", "https://example.com/news/2", title="السوق القديمة"),),
)


@pytest.fixture
def archive_home(home: Path) -> Path:
    with Archive(home / "archive.db") as archive:
        archive.save(ARTICLE)
        archive.save(
            replace(ARTICLE, id=None, url="https://example.com/news/2", title="السوق", published_at="2024-03-01")
        )
    return home


def test_help_is_answered_without_heavy_imports() -> None:
    code = (
        "import sys; from newscrawl.cli import newscrawl; newscrawl.main(['--help'], standalone_mode=False);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=make_environment())
    assert done.stderr.strip() == "[]"
    assert "demo" in done.stdout


def test_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout == f"newscrawl {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--nonsense"], 2, "No such option"),
        (["frobnicate"], 2, "No such command"),
        (["crawl"], 2, "name a site"),
        (["crawl", "nobody"], 2, "no site profile 'nobody'"),
        (["crawl", "ftp://example.com/"], 2, "not an http or https URL"),
        (["crawl", "x.example", "--limit", "0"], 2, "--limit"),
        (["crawl", "x.example", "--since", "yesterday"], 2, "--since"),
        (["crawl", "--urls", "nowhere.txt"], 2, "nowhere.txt"),
        (["show", "0123456789abcdee"], 1, "no archive at"),
        (["search", "x"], 1, "no archive at"),
        (["export", "-"], 1, "no archive at"),
        (["export", "-", "--since-last", "desk"], 1, "no archive at"),
        (["stats"], 1, "no archive at"),
        (["export", "articles.xlsx"], 2, "ends in .jsonl"),
        (["sites", "show", "nobody"], 2, "sites list"),
        (["extract"], 2, "Missing argument"),
        (["extract", "--url", "http://x.example/", "a", "b"], 2, "--url"),
    ],
)
def test_mistakes_are_told_in_a_line_with_the_right_status(
    run: Run, arguments: list[str], status: int, told: str
) -> None:
    done = run(*arguments)
    assert done.returncode == status
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_unknown_site_comes_with_the_closest_match(run: Run, home: Path) -> None:
    FaultyProfile(home).write("jareeda")
    assert "did you mean 'jareeda'" in run("crawl", "jareda").stderr


def test_a_broken_profile_names_file_and_key(run: Run, home: Path) -> None:
    FaultyProfile(home).write("jareeda", more='colour = "red"')
    done = run("crawl", "jareeda")
    assert done.returncode == 2
    assert "jareeda.toml" in done.stderr
    assert "colour" in done.stderr


class FaultyProfile:
    def __init__(self, home: Path) -> None:
        self._folder = home / "sites"

    def write(self, key: str, more: str = "") -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        text = f'name = "الجريدة"\ndomain = "{key}.example"\n{more}\n'
        (self._folder / f"{key}.toml").write_text(text, encoding="utf-8")


def test_home_may_stand_before_or_after_the_command(run: Run, archive_home: Path) -> None:
    environment = {"NEWSCRAWL_HOME": "elsewhere"}
    for arguments in (["--home", archive_home, "stats"], ["stats", "--home", archive_home]):
        assert "articles:          2" in run(*arguments, env=environment).stdout
    assert run("stats", env=environment).returncode == 1


@pytest.mark.usefixtures("archive_home")
def test_show_prints_fields_text_and_links_but_nothing_that_a_terminal_obeys(run: Run) -> None:
    shown = run("show", "0123456789abcdef").stdout
    assert "title:             البلدية تبدأ [31mمشروع المياه\n" in shown
    assert "\n\n## المرحلة الأولى\n\nتنتهي في الصيف.\n" in shown
    assert "authors:           ليلى حداد" in shown
    assert "inline  https://example.com/news/2  السوق القديمة" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    by_address = run("show", "https://example.com/news/1?utm_source=x").stdout
    assert by_address == shown


@pytest.mark.usefixtures("archive_home")
def test_show_of_an_unknown_article_is_a_failure(run: Run) -> None:
    done = run("show", "ffffffffffffffff")
    assert done.returncode == 1
    assert done.stderr.startswith("newscrawl: no article ffffffffffffffff")


@pytest.mark.usefixtures("archive_home")
def test_search_folds_letters_and_filters(run: Run) -> None:
    assert "0123456789abcdef" in run("search", "البلديه").stdout
    assert run("search", "البلدية", "الصيف").stderr == "2 articles\n"
    assert run("search", "البلدية", "--since", "2025-01-01").stderr == "1 article\n"
    assert run("search", "البلدية", "--site", "other").stderr == "0 articles\n"
    found = run("search", "السوق", "--json").stdout.splitlines()
    assert [json.loads(line)["title"] for line in found] == ["السوق"]
    assert run("search", '"*) OR (').returncode == 0


@pytest.mark.usefixtures("archive_home")
def test_export_writes_a_line_an_article(run: Run, tmp_path: Path) -> None:
    piped = run("export", "-")
    written = run("export", tmp_path / "all.jsonl")
    assert piped.stdout == (tmp_path / "all.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["url"][-1] for line in piped.stdout.splitlines()] == ["1", "2"]
    assert written.stderr.startswith("2 articles written to ")
    assert len(run("export", "-", "--query", "السوق").stdout.splitlines()) == 1
    assert len(run("export", "-", "--until", "2024-12-31").stdout.splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_failure(archive_home: Path) -> None:
    with Archive(archive_home / "archive.db") as archive:
        for number in range(200):
            url = f"https://example.com/many/{number}"
            archive.save(replace(ARTICLE, id=None, url=url, body=ARTICLE.body * 20))
    command = [str(BIN / "newscrawl"), "--home", str(archive_home), "export", "-"]
    export = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=make_environment())
    assert export.stdout is not None
    assert export.stderr is not None
    export.stdout.readline()
    export.stdout.close()
    told = export.stderr.read()
    export.stderr.close()
    assert (export.wait(), told) == (0, b"")


@pytest.mark.usefixtures("archive_home")
@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_output_is_utf8_whatever_the_locale(run: Run, locale: str) -> None:
    environment = {"LC_ALL": locale, "LANG": locale, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert "البلدية" in run("show", "0123456789abcdef", env=environment).stdout


def test_sites_are_listed_with_the_users_own(run: Run, home: Path) -> None:
    FaultyProfile(home).write("jareeda")
    listed = run("sites", "list").stdout
    assert "jareeda            jareeda.example" in listed
    assert run("sites", "show", "jareeda").stdout.startswith("key:               jareeda\n")


def test_demo_crawls_the_bundled_paper_and_says_what_to_try(run: Run, tmp_path: Path) -> None:
    done = run("demo", env={"NEWSCRAWL_HOME": ""})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "demo" / "archive.db").exists()
    stored = done.stdout.splitlines()
    assert len(stored) > 20
    first_id = stored[0].split()[1] if stored[0].startswith("2") else stored[0].split()[0]
    assert f"newscrawl --home data/demo show {first_id}" in done.stderr
    again = run("demo", env={"NEWSCRAWL_HOME": ""})
    assert "0 new, 0 changed" in again.stderr


# --- extract


def read_objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_extract_prints_an_object_a_page_in_the_order_given(run: Run, tmp_path: Path) -> None:
    for number in (2, 1):
        (tmp_path / f"{number}.html").write_text(pages.print_article(number), encoding="utf-8")
    done = run("extract", "2.html", "-", "1.html", input=pages.print_article(3))
    objects = read_objects(done.stdout)
    assert [page["page"] for page in objects] == ["2.html", "-", "1.html"]
    assert [page["title"] for page in objects] == [pages.title_of(number) for number in (2, 3, 1)]
    assert list(objects[0]) == ["page", "schema_version", *(field.name for field in fields(Article))]
    assert done.returncode == 0


def test_extract_tells_what_could_not_be_read_and_goes_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").touch()
    (tmp_path / "huge.html").write_bytes(b"<p>" + b"x" * 30_000_000)
    (tmp_path / "deep.html").write_text("<div>" * 5_000 + "نص" + "</div>" * 5_000, encoding="utf-8")
    (tmp_path / "binary.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (tmp_path / "good.html").write_text(pages.print_article(1), encoding="utf-8")
    (tmp_path / "folder").mkdir()
    done = run("extract", "missing.html", "empty.html", "huge.html", "deep.html", "binary.html", "folder", "good.html")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [(page["outcome"], page["reason"]) for page in read_objects(done.stdout)] == [
        ("unreadable", "no such file"),
        ("unreadable", "empty"),
        ("unreadable", "too_large"),
        ("unreadable", "too_deep"),
        ("unreadable", "binary"),
        ("unreadable", "is a directory"),
        ("article", None),
    ]


def test_extract_output_is_valid_utf8_whatever_a_page_or_a_name_holds(tmp_path: Path) -> None:
    name = os.fsdecode(b"bad\xffname.html")
    script = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"a\\ud83d b\u2028c"}</script>'
    (tmp_path / name).write_text(pages.print_article(1).replace("</head>", f"{script}</head>"), encoding="utf-8")
    done = subprocess.run(
        [str(BIN / "newscrawl"), "extract", name], cwd=tmp_path, capture_output=True, env=make_environment()
    )
    assert json.loads(done.stdout.decode())["page"] == "bad\ufffdname.html"
    assert len(done.stdout.decode().splitlines()) == 1


@pytest.mark.parametrize(("output", "start"), [("text", ""), ("markdown", "# ")])
def test_extract_prints_text_to_read(run: Run, tmp_path: Path, output: str, start: str) -> None:
    (tmp_path / "page.html").write_text(pages.print_article(7), encoding="utf-8")
    printed = run("extract", "--format", output, "page.html").stdout
    assert printed.startswith(f"{start}{pages.title_of(7)}\n")
    assert "قال رئيس البلدية" in printed


def test_extract_fetches_an_address_within_robots_txt(run: Run, home: Path) -> None:
    with FaultySite(2) as site:
        done = run("extract", f"{site.url}/news/2", f"{site.url}/private/1", f"{site.url}/missing")
        assert site.count("/private/1") == 0
        assert site.count("/news/2") == 1
    objects = read_objects(done.stdout)
    assert [page["reason"] for page in objects] == [None, "robots.txt", "http 404"]
    assert objects[0]["title"] == pages.title_of(2)
    assert objects[0]["url"] == f"{site.url}/news/2"
    assert done.returncode == 1
    assert not home.exists(), "nothing is stored"


def test_extract_knows_the_address_it_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(pages.print_article(7), encoding="utf-8")
    [page] = read_objects(run("extract", "page.html", "--url", "https://example.com/a?utm_source=x").stdout)
    assert page["url"] == "https://example.com/a"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["crawl", "--lmit", "3", "x"],
        ["crawl", "nobody"],
        ["search"],
        ["crawl", "http://127.0.0.1:9/story"],
    ],
)
def test_what_went_wrong_is_told_in_one_line(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("newscrawl: ")
