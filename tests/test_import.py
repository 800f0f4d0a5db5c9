"""WARC files of other tools become articles: right counts, right messages, the bytes kept, nothing twice."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from newscrawl import Archive
from newscrawl.warc import read_page
from tests.conftest import Run, make_environment
from tests.foreign import PACKINGS, make_answer, make_record, pack_each
from tests.site import FaultySite, pages
from tests.test_warc import check

pytestmark = pytest.mark.long

SITE = "http://paper.example"


def make_page(number: int, date: str = "2020-05-01T08:00:00Z", body: bytes | None = None, **more: str) -> bytes:
    """Return the record of an article of the test site."""
    html = pages.print_article(number).encode() if body is None else body
    return make_record(make_answer(html), url=f"{SITE}/article/{number}", date=date, **more)


def write_file(tmp_path: Path, records: list[bytes], name: str = "crawl.warc.gz", pack: Any = pack_each) -> Path:
    path = tmp_path / name
    path.write_bytes(pack(records))
    return path


def select(home: Path, query: str) -> list[dict[str, Any]]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return list(archive.db.query(query))


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_pages_become_articles_whose_bytes_are_in_the_archive(run: Run, home: Path, tmp_path: Path, pack: Any) -> None:
    source = write_file(tmp_path, [make_page(1), make_page(2)], pack=pack)
    done = run("import", source)
    assert (done.returncode, done.stderr) == (0, "1 file, 2 answers: 2 new\n")
    source.unlink()
    rows = select(home, "SELECT url, site, warc_file, warc_offset FROM articles ORDER BY url")
    assert [(row["url"], row["site"]) for row in rows] == [(f"{SITE}/article/{n}", "paper.example") for n in (1, 2)]
    for number, row in enumerate(rows, 1):
        page = read_page(home, row["warc_file"], row["warc_offset"])
        assert (page.url, page.body) == (row["url"], pages.print_article(number).encode())
        assert page.fetched_at == "2020-05-01T08:00:00+00:00"
    (copy,) = (home / "warc").iterdir()
    assert check(copy).returncode == 0
    assert {row["cause"] for row in select(home, "SELECT cause FROM revisions")} == {"import"}
    assert run("verify").returncode == 0


def test_done_twice_it_changes_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    source = write_file(tmp_path, [make_page(1), make_page(2), make_record(make_answer(b"<p>short"), url=SITE + "/x")])
    assert run("import", source).stderr == "1 file, 3 answers: 2 new, 1 not article\n"
    before = select(home, "SELECT * FROM articles"), select(home, "SELECT * FROM pages")
    renamed = source.rename(tmp_path / "crawl.warc.gz.bak").rename(tmp_path / "crawl.warc.gz")
    assert run("import", renamed).stderr == "1 file, 3 answers: 0 new, 2 unchanged, 1 not article\n"
    assert (select(home, "SELECT * FROM articles"), select(home, "SELECT * FROM pages")) == before
    assert len(list((home / "warc").iterdir())) == 1


def test_what_other_tools_do_not_read_is_named_and_the_rest_imported(run: Run, home: Path, tmp_path: Path) -> None:
    whole, damaged = make_page(1), bytearray(gzip.compress(make_page(2), mtime=0))
    damaged[len(damaged) // 2] ^= 255
    unknown = make_record(make_answer(b"\x0b\x02", "Content-Encoding: br"), url=f"{SITE}/br")
    parts = [pack_each([whole]), bytes(damaged), pack_each([unknown]), pack_each([make_page(3)])[:-30]]
    source = tmp_path / "faulty.warc.gz"
    source.write_bytes(b"".join(parts))
    offsets = [sum(map(len, parts[:number])) for number in range(4)]
    for told in ("1 new", "0 new, 1 unchanged"):
        done = run("import", source)
        assert done.returncode == 1
        first, cut, third, summary = done.stderr.splitlines()
        assert first.startswith(f"{source}, offset {offsets[1]}: the record is damaged (")
        assert cut == f"{source}, offset {offsets[3]}: the file is cut short"
        assert re.search(r"warc/import-faulty-[0-9a-f]{12}\.warc\.gz, offset \d+: .*br cannot be undone", third)
        assert summary == f"1 file, 1 answer: {told}; 3 broken records"
    assert [row["url"] for row in select(home, "SELECT url FROM articles")] == [f"{SITE}/article/1"]
    (copy,) = (home / "warc").iterdir()
    # warcio itself cannot read brotli: what it says of the copy would be of that one record.
    assert gzip.decompress(copy.read_bytes()).count(b"WARC/1.") == 3


def test_later_states_are_revisions_and_older_ones_add_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    edited = pages.print_article(1).replace("</h1>", " - محدث</h1>").encode()
    first = make_page(1)
    later = make_page(1, "2021-05-01T08:00:00Z", edited)
    oldest = make_page(1, "2019-05-01T08:00:00Z", edited)
    source = write_file(tmp_path, [first, later, oldest])
    assert run("import", source).stderr == "1 file, 3 answers: 1 new, 1 changed, 1 older\n"
    rows = select(home, "SELECT number, seen_at, cause FROM revisions ORDER BY number")
    assert [(row["number"], row["seen_at"][:4], row["cause"]) for row in rows] == [
        (1, "2020", "import"),
        (2, "2021", "import"),
    ]
    assert select(home, "SELECT count(*) AS n FROM edits") == [{"n": 0}]


def test_profiles_say_whose_pages_they_are_and_a_site_can_be_chosen(run: Run, home: Path, tmp_path: Path) -> None:
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "paper.toml").write_text('name = "Paper"\ndomain = "paper.example"\n', "utf-8")
    other = make_record(make_answer(pages.print_article(2).encode()), url="http://other.example/2")
    source = write_file(tmp_path, [make_page(1), other])
    assert run("import", source, "--site", "paper").stderr == "1 file, 1 answer: 1 new\n"
    assert [row["site"] for row in select(home, "SELECT site FROM articles")] == ["paper"]
    (copy,) = (home / "warc").iterdir()
    assert b"other.example" not in gzip.decompress(copy.read_bytes())
    assert run("import", source).stderr == "1 file, 2 answers: 1 new, 1 unchanged\n"


def test_redirects_errors_and_pictures_are_kept_and_no_articles(run: Run, home: Path, tmp_path: Path) -> None:
    records = [
        make_record(make_answer(b"", "Location: /1", first="HTTP/1.1 301 Moved"), url=f"{SITE}/a"),
        make_record(make_answer(b"gone", first="HTTP/1.1 404 Not Found"), url=f"{SITE}/b"),
        make_record(make_answer(b"\xff\xd8", "Content-Type: image/jpeg"), url=f"{SITE}/c.jpg"),
    ]
    assert run("import", write_file(tmp_path, records)).stderr == "1 file, 3 answers: 0 new, 3 no page\n"
    assert select(home, "SELECT * FROM pages") == []


def test_files_that_cannot_be_are_refused_in_one_line(run: Run, home: Path, tmp_path: Path) -> None:
    missing = run("import", tmp_path / "gone.warc.gz")
    assert (missing.returncode, missing.stderr.splitlines()[0]) == (
        1,
        f"newscrawl: {tmp_path / 'gone.warc.gz'}: cannot be read (No such file or directory)",
    )
    run("import", write_file(tmp_path, [make_page(1)]))
    own = run("import", next((home / "warc").iterdir()))
    assert own.returncode == 2
    assert "is the archive's own" in own.stderr
    assert run("import", tmp_path / "crawl.warc.gz", "--site", "papr").returncode == 2


def test_what_wget_recorded_is_imported(run: Run, home: Path, tmp_path: Path) -> None:
    wget = shutil.which("wget")
    if wget is None:
        pytest.skip("there is no wget on this machine")
    with FaultySite(3) as site:
        # A redirect, a page that is gone, a body that is packed, one in windows-1256.
        paths = ("/news/1", "/news/2", "/moved/3", "/missing/1", "/gzip/11", "/cp1256/12")
        options = ("--quiet", "--compression=auto", "--warc-file=site", "--delete-after")
        command = [wget, *options, *(site.url + path for path in paths)]
        subprocess.run(command, cwd=tmp_path, check=False, timeout=60, env=make_environment())
    source = tmp_path / "site.warc.gz"
    for told in ("5 new, 2 no page", "0 new, 5 unchanged, 2 no page"):
        done = run("import", source)
        assert (done.returncode, done.stderr) == (0, f"1 file, 7 answers: {told}\n")
    titles = {row["title"] for row in select(home, "SELECT title FROM articles")}
    assert titles == {pages.title_of(number) for number in (1, 2, 3, 11, 12)}
    assert run("verify").returncode == 0
