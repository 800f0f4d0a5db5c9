"""newscrawl sites learn and check, on an archive with its WARC and on files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.extraction import extract_page
from newscrawl.sites import site_for_url
from newscrawl.warc import Exchange, WarcWriter, read_page
from tests import press
from tests.conftest import Run

SIZE = 40
BOX = "نلتقيكم كل مساء على رصيف الحكايات."


def store(home: Path, pages: dict[str, str], site_key: str = "news.example") -> None:
    """Archive pages as a crawl does: bytes first, then the article."""
    with Archive(home / "archive.db") as archive, WarcWriter(home / "warc", prefix=site_key) as writer:
        for name, html in pages.items():
            url, at = f"http://{site_key}/{name}", "2026-11-22T10:00:00+00:00"
            place = writer.write(Exchange(url, "GET", (), 200, "OK", (), html.encode(), at))
            page = read_page(home, *place)
            archive.mark_fetched(site_key, page, "feed")
            archive.save(replace(extract_page(page), site=site_key), page)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(list(press.print_press(SIZE).pages.items())[:SIZE])


@pytest.fixture
def stored(home: Path, pages: dict[str, str]) -> Path:
    store(home, pages)
    return home


@pytest.fixture
def files(tmp_path: Path, pages: dict[str, str]) -> list[str]:
    for name, html in pages.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    return list(pages)


@pytest.mark.usefixtures("stored")
def test_learn_shows_each_text_with_count_place_and_example(run: Run, home: Path) -> None:
    done = run("sites", "learn", "news.example")
    assert done.returncode == 0, done.stderr
    assert re.search(
        rf"^ +\d  40 of 40 articles \(100%\), end, div\.k > p\n     {BOX}\n     http://news\.example/\d+\.html$",
        done.stdout,
        re.MULTILINE,
    )
    assert done.stderr.startswith("news.example: 40 pages read\n")
    assert "--accept" in done.stderr
    assert not (home / "sites").exists(), "nothing is accepted"


def test_what_is_accepted_is_taken_out_and_named_from_then_on(run: Run, stored: Path, files: list[str]) -> None:
    done = run("sites", "learn", "news.example", "--accept")
    [path] = (stored / "sites").iterdir()
    assert re.fullmatch(r"news\.example\.furniture-\d{4}-\d\d-\d\d\.toml", path.name)
    [given] = re.findall(r"furniture/([0-9a-f]{12})$", done.stderr.strip())
    page = json.loads(run("extract", files[0], "--url", "http://news.example/1").stdout)
    assert page["extractor"].endswith(f" furniture/{given}")
    assert page["removed"]["learned"] >= 1
    assert BOX not in page["body"]
    assert BOX in json.loads(run("extract", files[0]).stdout)["body"], "nobody knows whose page it is"
    again = run("sites", "learn", "news.example", "--accept")
    assert "accepted before" in again.stderr
    assert len(list((stored / "sites").iterdir())) == 1


@pytest.mark.usefixtures("stored")
def test_one_text_can_be_spared(run: Run, home: Path) -> None:
    listed = run("sites", "learn", "news.example").stdout
    [number] = re.findall(rf"^ +(\d+)  .*\n +{BOX}$", listed, re.MULTILINE)
    assert run("sites", "learn", "news.example", "--accept", "--skip", number).returncode == 0
    blocks = site_for_url("news.example", home).furniture
    assert len(blocks) == listed.count(" articles (") - 1
    assert BOX not in {block.text for block in blocks}
    done = run("sites", "learn", "news.example", "--skip", "99")
    assert (done.returncode, done.stdout) == (2, "")


def test_learn_and_check_take_files(run: Run, files: list[str]) -> None:
    learned = run("sites", "learn", "wparabi", *files, "--accept")
    assert learned.returncode == 0, learned.stderr
    assert BOX in learned.stdout
    checked = json.loads(run("sites", "check", "wparabi", *files, "--json").stdout)
    assert (checked["pages"], checked["articles"], checked["unreadable"]) == (SIZE, SIZE, 0)
    shown = run("sites", "show", "wparabi").stdout
    assert f"furniture:         {checked['furniture']}\n" in shown
    assert f"end     div.k > p  {BOX}\n" in shown
    assert checked["fields"]["body"] == {"without": SIZE, "with": SIZE, "differ": SIZE, "example": files[0]}
    assert checked["fields"]["title"]["differ"] == 0


@pytest.mark.usefixtures("stored")
def test_check_shows_every_field_both_ways_in_columns(run: Run) -> None:
    done = run("sites", "check", "news.example")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["field", "without", "with", "differ", "for", "instance"]
    assert [line.split()[0] for line in lines[1:-1]] == [
        *("title", "subtitle", "body", "published_at", "authors", "agency", "section", "tags", "image_url"),
        *("image_alt", "caption", "credit", "related_inline", "related_block", "outcome_article"),
    ]
    assert lines[1].split()[1:6] == ["40", "100%", "40", "100%", "0"]
    assert len({line.index("%") for line in lines[1:-1]}) == 1
    assert lines[-1] == "40 pages, 40 of them articles"


def test_a_profile_that_mends_a_field_is_seen(run: Run, home: Path, files: list[str]) -> None:
    (home / "sites").mkdir(parents=True)
    profile = 'name = "x"\ndomain = "x.com"\n[[layouts]]\nsubtitle = ".k p"\n'
    (home / "sites" / "x.toml").write_text(profile, encoding="utf-8")
    fields = json.loads(run("sites", "check", "x", *files, "--json").stdout)["fields"]
    assert fields["subtitle"]["with"] == fields["subtitle"]["differ"] == SIZE


def test_a_page_that_cannot_be_read_is_counted_and_said(run: Run, stored: Path, files: list[str]) -> None:
    [warc] = (stored / "warc").iterdir()
    warc.write_bytes(warc.read_bytes()[:-2000])
    for command in ("learn", "check"):
        done = run("sites", command, "news.example")
        assert done.returncode == 1
        assert "could not be read" in done.stderr
        assert warc.name in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout
    Path(stored.parent / "binary.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run("sites", "check", "x.com", "missing.html", "binary.html", files[0], "--json")
    assert (done.returncode, json.loads(done.stdout)["unreadable"]) == (1, 2)
    assert "x.com: 2 could not be read, missing.html for one: no such file" in done.stderr


@pytest.mark.parametrize("command", ["learn", "check"])
def test_mistakes_are_told_in_a_line(run: Run, home: Path, command: str) -> None:
    for arguments, status, told in (
        (["nobody"], 2, "no site profile 'nobody'"),
        (["wparabi"], 1, "no archive at"),
        (["wparabi", "nowhere.html"], 1, "wparabi: "),
        (["wparabi", "--limit", "0"], 2, "--limit"),
    ):
        done = run("sites", command, *arguments)
        assert (done.returncode, done.stdout) == (status, ""), done.stderr
        assert told in done.stderr.splitlines()[-1]
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "wparabi.furniture-2026-11-22.toml").write_text('hsh = "a"', encoding="utf-8")
    done = run("sites", command, "wparabi")
    assert done.returncode == 2
    assert "wparabi.furniture-2026-11-22.toml: unknown key 'hsh' (did you mean 'hash'?)" in done.stderr


def test_too_few_articles_teach_nothing(run: Run, home: Path, pages: dict[str, str]) -> None:
    store(home, dict(list(pages.items())[:4]))
    done = run("sites", "learn", "news.example")
    assert (done.returncode, done.stdout) == (1, "")
    assert "newscrawl: news.example: 4 articles to learn from, at least 5 are needed" in done.stderr
    assert "no page to check" in run("sites", "check", "wparabi").stderr


def test_the_demo_paper_prints_no_furniture_that_stays(run: Run) -> None:
    assert run("demo").returncode == 0
    done = run("sites", "learn", "demo", "--accept")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing comes back" in done.stderr
    assert json.loads(run("sites", "check", "demo", "--json").stdout)["articles"] == 24


def test_the_newest_pages_are_read_first(run: Run, stored: Path) -> None:
    done = run("sites", "learn", "news.example", "--limit", "10")
    assert "news.example: 10 pages read, the newest of 40\n" in done.stderr
    assert stored.exists()


def test_the_site_of_an_archive_is_known_without_a_profile(stored: Path) -> None:
    with Archive(stored / "archive.db", read_only=True) as archive:
        site = archive.find_site("news.example")
        assert archive.find_site("nobody") is None
    assert site is not None
    assert (site.key, site.languages, site.furniture) == ("news.example", (), ())
