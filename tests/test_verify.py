"""Damage of every kind is made for real, and verify finds and names it."""

from __future__ import annotations

import fcntl
import gzip
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.archive.verification import Problem, verify
from newscrawl.query import COLUMNS
from newscrawl.stemmer import stem_text
from tests.conftest import Run


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_home, tmp_path / "home"))


@pytest.fixture
def warc(home: Path) -> Path:
    return next((home / "warc").iterdir())


def find_problems(home: Path, sample: int | None = None, site: str | None = None) -> list[Problem]:
    return list(verify(home, Counter(), sample=sample, site=site))


def edit(home: Path, *statements: str, foreign_keys: bool = False) -> None:
    with closing(sqlite3.connect(home / "archive.db", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        for statement in statements:
            connection.execute(statement)


def ask(home: Path, query: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(home / "archive.db")) as connection:
        return tuple(connection.execute(query).fetchone())


def article_place(home: Path) -> tuple[str, str, int]:
    """Return id, URL and offset of an article in the middle of the file."""
    found = ask(home, "SELECT id, url, warc_offset FROM articles ORDER BY warc_offset LIMIT 1 OFFSET 12")
    return str(found[0]), str(found[1]), int(str(found[2]))


def flip_byte(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 0xFF]))


# Nothing is wrong


def test_archive_that_nobody_harmed_is_in_order(run: Run, home: Path) -> None:
    assert home.exists()
    done = run("verify")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing is wrong" in done.stderr
    assert "24 articles, 24 revisions" in done.stderr
    assert "106 of 106 places in files; 1 file with" in done.stderr
    assert "MB/s" in done.stderr


def test_sample_is_drawn_by_lot_and_its_size_is_said(home: Path) -> None:
    counts: Counter[str] = Counter()
    assert list(verify(home, counts, sample=10)) == []
    assert (counts["articles"], counts["pointers"], counts["all pointers"]) == (10, 10, 106)


def test_without_an_archive_it_says_so(run: Run, tmp_path: Path) -> None:
    done = run("verify", "--home", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "no archive at" in done.stderr


# Files


def test_flipped_byte_is_found_in_the_record_that_it_hit(run: Run, home: Path, warc: Path) -> None:
    article_id, url, offset = article_place(home)
    flip_byte(warc, offset + 700)
    done = run("verify")
    assert done.returncode == 1
    place = f"warc/{warc.name}, offset {offset}: the record is damaged"
    lines = sorted(done.stdout.splitlines())
    assert [line.partition(" -> ")[0] for line in lines] == [
        f"articles {article_id}",
        f"pages {url}",
        f"revisions {article_id} 1",
    ]
    assert all(place in line and "backup" in line for line in lines)
    assert "3 things wrong" in done.stderr


def test_flipped_byte_in_a_record_that_no_row_names_is_found(home: Path, warc: Path) -> None:
    flip_byte(warc, 60)
    (problem,) = find_problems(home)
    assert (problem.kind, problem.warc_file, problem.warc_offset) == ("record", f"warc/{warc.name}", 0)


@pytest.mark.parametrize("sample", [None, 200])
def test_cut_file_is_found_with_all_that_lay_behind(home: Path, warc: Path, sample: int | None) -> None:
    _, _, offset = article_place(home)
    lost = ask(home, f"SELECT count(*) FROM pages WHERE warc_offset >= {offset}")[0]
    with warc.open("r+b") as file:
        file.truncate(offset + 100)
    found = find_problems(home, sample)
    assert {problem.kind for problem in found} == {"pointer"}
    assert sum(problem.table == "pages" for problem in found) == lost
    assert "cut short" in next(problem.message for problem in found if problem.warc_offset == offset)


def test_deleted_file_is_one_line(home: Path, warc: Path) -> None:
    warc.unlink()
    for sample in (None, 10):
        (problem,) = find_problems(home, sample)
        assert (problem.kind, problem.warc_file) == ("file", f"warc/{warc.name}")
        assert "is missing (rows that lead into it: 106)" in str(problem)


def test_half_written_tail_is_no_loss_but_found(home: Path, warc: Path) -> None:
    size = warc.stat().st_size
    warc.write_bytes(warc.read_bytes() + warc.read_bytes()[:200])
    (problem,) = find_problems(home)
    assert (problem.kind, problem.warc_offset) == ("tail", size)
    with warc.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert find_problems(home) == [], "a crawl is writing it"


def test_file_that_no_row_leads_into_is_told_and_no_error(run: Run, home: Path) -> None:
    (home / "warc" / "demo-20250101000000-1.warc.gz").write_bytes(
        gzip.compress(b"WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    )
    done = run("verify")
    assert done.returncode == 0
    assert done.stdout.startswith("no error: warc/demo-20250101000000-1.warc.gz: no row leads into it")


def test_file_outside_of_the_archive_is_found(home: Path, warc: Path, tmp_path: Path) -> None:
    shutil.copy(warc, tmp_path / "x.warc.gz")
    edit(home, "UPDATE front_doors SET warc_file = '../x.warc.gz'")
    assert "lies outside of the archive" in str(find_problems(home)[0])


# What rows say of files


def test_swapped_offsets_are_found_in_both_rows(home: Path) -> None:
    places = "SELECT url, warc_offset FROM pages WHERE article_id IS NOT NULL ORDER BY warc_offset LIMIT 2"
    with closing(sqlite3.connect(home / "archive.db", isolation_level=None)) as connection:
        (one, first), (other, second) = connection.execute(places).fetchall()
        connection.execute("UPDATE pages SET warc_offset = ? WHERE url = ?", (second, one))
        connection.execute("UPDATE pages SET warc_offset = ? WHERE url = ?", (first, other))
    assert {(problem.table, problem.key, problem.message) for problem in find_problems(home)} == {
        ("pages", one, f"the record there is of {other}"),
        ("pages", other, f"the record there is of {one}"),
    }


def test_article_and_front_door_that_lead_to_others_are_found(home: Path) -> None:
    article_id, _, offset = article_place(home)
    edit(
        home,
        f"UPDATE revisions SET warc_offset = (SELECT max(warc_offset) FROM pages) WHERE article_id = '{article_id}'",
        f"UPDATE articles SET warc_offset = (SELECT max(warc_offset) FROM pages) WHERE id = '{article_id}'",
        f"UPDATE front_doors SET warc_offset = {offset} WHERE url LIKE '%/feed.xml'",
    )
    found = find_problems(home)
    assert {problem.table for problem in found} == {"articles", "revisions", "front_doors"}
    assert all(problem.message.startswith("the record there is of http://127.0.0.1") for problem in found)


@pytest.mark.parametrize("offset", [1, 10**9])
def test_offset_at_which_no_record_begins_is_found(home: Path, offset: int) -> None:
    _, url, _ = article_place(home)
    edit(home, f"UPDATE pages SET warc_offset = {offset} WHERE url = '{url}'")
    for sample in (None, 200):
        (problem,) = find_problems(home, sample)
        assert (problem.kind, problem.key, problem.warc_offset) == ("pointer", url, offset)


def test_digest_of_other_bytes_is_found(home: Path) -> None:
    _, url, _ = article_place(home)
    edit(home, f"UPDATE pages SET payload_digest = '{'0' * 64}' WHERE url = '{url}'")
    (problem,) = find_problems(home)
    assert problem.key == url
    assert "its digest differs" in problem.message


def test_fetched_page_without_a_place_is_found(home: Path) -> None:
    _, url, _ = article_place(home)
    edit(home, f"UPDATE pages SET state = 'fetched', warc_file = NULL, warc_offset = NULL WHERE url = '{url}'")
    (problem,) = find_problems(home)
    assert (problem.table, problem.key) == ("pages", url)


# What rows say of each other


@pytest.mark.parametrize(
    ("column", "value"), [("section", "'آخر'"), ("authors", "'[\"x\"]'"), ("warc_file", "NULL"), ("text_hash", "'0'")]
)
def test_article_that_is_not_its_newest_revision_is_found(home: Path, column: str, value: str) -> None:
    article_id, _, _ = article_place(home)
    edit(home, f"UPDATE articles SET {column} = {value} WHERE id = '{article_id}'")
    (problem,) = find_problems(home)
    assert (problem.table, problem.key) == ("articles", article_id)
    assert problem.message == f"it is not its newest revision, 1: {column}"


def test_picture_taken_from_an_article_is_found(home: Path) -> None:
    article_id = ask(home, "SELECT article_id FROM images")[0]
    edit(home, f"DELETE FROM images WHERE article_id = '{article_id}'")
    (problem,) = find_problems(home)
    assert (problem.key, problem.message) == (article_id, "it is not its newest revision, 1: images")


def test_edited_history_is_found_by_its_hash(home: Path) -> None:
    article_id, _, _ = article_place(home)
    for table, key in (("articles", "id"), ("revisions", "article_id")):
        edit(home, f"UPDATE {table} SET body = body || 'كذب' WHERE {key} = '{article_id}'")
    problem, unsearchable = find_problems(home)
    assert unsearchable.kind == "index"
    assert (problem.key, problem.message) == (article_id, "the text_hash of revision 1 is not that of its text")


@pytest.mark.parametrize("statement", ["UPDATE revisions SET number = 3", "DELETE FROM revisions"])
def test_gap_in_the_history_is_found(home: Path, statement: str) -> None:
    article_id, _, _ = article_place(home)
    edit(home, f"{statement} WHERE article_id = '{article_id}'")
    (problem,) = find_problems(home)
    assert (problem.key, "not numbered from 1 on" in problem.message) == (article_id, True)


def test_column_that_is_no_json_is_found(home: Path) -> None:
    article_id, _, _ = article_place(home)
    edit(home, f"UPDATE articles SET tags = '[' WHERE id = '{article_id}'")
    (problem,) = find_problems(home)
    assert (problem.key, "does not hold what it should" in problem.message) == (article_id, True)


def test_aliases_that_lead_astray_are_found(home: Path) -> None:
    article_id, url, _ = article_place(home)
    edit(home, f"UPDATE aliases SET story_key = 'x', article_id = NULL WHERE url = '{url}'")
    assert {(problem.table, problem.key) for problem in find_problems(home)} == {
        ("aliases", url),
        ("articles", article_id),
    }


def test_orphans_are_named_by_their_key(home: Path) -> None:
    article_id, url, _ = article_place(home)
    edit(home, f"DELETE FROM articles WHERE id = '{article_id}'")
    found = [problem for problem in find_problems(home) if problem.kind == "foreign_key"]
    assert ("revisions", f"{article_id} 1") in {(problem.table, problem.key) for problem in found}
    assert ("pages", url) in {(problem.table, problem.key) for problem in found}
    assert all(
        "article_id refers to a row of articles that is not there" in str(p) for p in found if p.table == "pages"
    )


def test_index_that_lost_an_article_is_found(home: Path) -> None:
    article_id, _, _ = article_place(home)
    row = ask(home, f"SELECT docid, {', '.join(COLUMNS)} FROM articles WHERE id = '{article_id}'")
    with closing(sqlite3.connect(home / "archive.db")) as connection, connection:
        connection.execute(
            f"INSERT INTO articles_fts (articles_fts, rowid, {', '.join(COLUMNS)}) VALUES ('delete', ?, ?, ?, ?, ?)",
            (row[0], *(stem_text(str(text or "")) for text in row[1:])),
        )
    problems = find_problems(home)
    assert {problem.kind for problem in problems} == {"index"}
    assert all(article_id in str(problem) and "newscrawl reindex" in str(problem) for problem in problems)


# The database file


def test_damaged_page_of_the_database_is_found_and_the_rest_looked_at(run: Run, home: Path, warc: Path) -> None:
    edit(home, "PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = ask(home, "SELECT rootpage FROM sqlite_schema WHERE name = 'articles'")
    (size,) = ask(home, "PRAGMA page_size")
    with (home / "archive.db").open("r+b") as file:
        file.seek((int(str(root)) - 1) * int(str(size)))
        file.write(b"\xff" * 64)
    warc.unlink()
    done = run("verify")
    assert done.returncode == 1
    assert "archive.db of a backup" in done.stdout
    assert "Traceback" not in done.stderr


def test_file_that_is_no_database_is_one_line(run: Run, home: Path) -> None:
    (home / "archive.db").write_bytes(b"no database" * 1000)
    done = run("verify")
    assert done.returncode == 1
    assert "this is no SQLite database" in done.stderr


# How it is told


def test_only_one_site_is_looked_at(home: Path) -> None:
    article_id, _, _ = article_place(home)
    edit(home, f"UPDATE articles SET section = 'آخر' WHERE id = '{article_id}'")
    assert len(find_problems(home, site="demo")) == 1
    assert find_problems(home, site="other") == []


def test_problems_are_objects_with_their_place(run: Run, home: Path) -> None:
    article_id, _, _ = article_place(home)
    edit(home, f"UPDATE articles SET section = 'آخر' WHERE id = '{article_id}'")
    problem, summary = map(json.loads, run("verify", "--json").stdout.splitlines())
    assert (problem["kind"], problem["table"], problem["key"]) == ("article", "articles", article_id)
    assert problem["advice"]
    assert (summary["wrong"], summary["looked_at"]["articles"]) == (1, 24)


def test_crawls_can_empty_the_log_of_the_database_at_every_moment(home: Path) -> None:
    edit(
        home,
        "UPDATE articles SET title = title || ' x'",
        "DELETE FROM articles_fts_queue",
        "UPDATE revisions SET warc_offset = warc_offset + 1",
        "UPDATE pages SET warc_offset = NULL WHERE rowid = 1",
    )
    seen = set()
    for problem in verify(home, Counter()):
        if problem.kind not in seen:
            seen.add(problem.kind)
            edit(home, "UPDATE sites SET name = name || 'x'")
            assert ask(home, "PRAGMA wal_checkpoint(TRUNCATE)")[0] == 0, problem
    assert {"row", "article", "index", "pointer"} <= seen
