from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from newscrawl.archive import Archive, connection, migrating, schema
from newscrawl.exceptions import (
    ArchiveError,
    ArchiveMissingError,
    ArchiveVersionError,
    NewscrawlError,
    StorageError,
)
from newscrawl.items import Article, Block, Link, Saved

URL = "https://x.com/1"
ARTICLE = Article(url=URL, title="خبر", site="x")
# names that analysts' queries rely on
PROMISED_COLUMNS = {
    "articles": "id url site title subtitle body blocks published_at published_text published_source modified_at"
    " authors agency section tags kind language image_url image_alt caption credit outcome reason removed fetched_at"
    " extractor variant addresses sort_at sort_source first_seen_at checked_at gone_at text_hash warc_file warc_offset",
    "revisions": "article_id number seen_at cause minor changed reverts_to text_hash title subtitle body warc_file warc_offset"
    " extractor",
    "images": "article_id position url alt caption credit",
    "related": "article_id position kind url title summary image_url image_alt section target_id",
    "sites": "key name domain country languages timezone added_at profile_hash labels",
    "pages": "url site via found_on state outcome reason status priority attempts etag last_modified payload_digest"
    " first_seen_at fetched_at next_visit_at warc_file warc_offset article_id",
    "sightings": "url found_on via title first_seen_at last_seen_at",
    "aliases": "url story_key article_id kind first_seen_at",
    "edits": "article_id site url title number seen_at changed minor reverts_to",
    "headline_corrections": "article_id site url number seen_at old_title new_title minor reverts_to",
    "crawls": "id site started_at finished_at reason counts",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(ARTICLE)
    return tmp_path / "archive.db"


def check_one_line(error: pytest.ExceptionInfo[NewscrawlError], path: Path) -> str:
    text = str(error.value)
    assert str(path) in text
    assert "\n" not in text
    return text


# Tables


@pytest.mark.parametrize(("table", "columns"), PROMISED_COLUMNS.items())
def test_tables_have_the_promised_columns(path: Path, table: str, columns: str) -> None:
    with Archive(path, read_only=True) as archive:
        assert set(columns.split()) <= set(archive.db[table].columns_dict)


def test_table_of_articles_starts_with_what_a_person_looks_for(path: Path) -> None:
    with Archive(path, read_only=True) as archive:
        columns = list(archive.db["articles"].columns_dict)
    assert columns[:6] == ["id", "url", "site", "title", "subtitle", "published_at"]


def test_json_columns_hold_real_letters(path: Path) -> None:
    with Archive(path) as archive:
        archive.save(Article(url="https://x.com/2", title="ب", authors=("سارة",), blocks=(Block("paragraph", "نص"),)))
        (row,) = archive.db.query("SELECT authors, blocks FROM articles WHERE title = 'ب'")
    assert row == {"authors": '["سارة"]', "blocks": '[{"kind": "paragraph", "text": "نص"}]'}


def test_an_article_that_is_deleted_takes_along_what_belongs_to_it(path: Path) -> None:
    with Archive(path) as archive:
        archive.db.execute("DELETE FROM articles")
        assert archive.counts()["revisions"] == 0


def test_archive_is_wal_with_foreign_keys(path: Path) -> None:
    with Archive(path) as archive:
        settings = {
            name: next(iter(archive.db.query(f"PRAGMA {name}")))[name]
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}


# Opening


def test_archive_is_made_with_its_folders_and_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "بيت ?#%20" / "أرشيف" / "archive.db"
    with Archive(path) as archive:
        archive.save(ARTICLE)
    assert caplog.messages == []
    with Archive(str(path), read_only=True) as archive:
        assert archive.get(URL) is not None
        assert len(list(archive.articles())) == 1


def test_opening_waits_for_a_program_that_keeps_it_from_using_a_wal(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, other.execute, ["COMMIT"])
        timer.start()
        with Archive(path) as archive:
            assert archive.save(Article(url="https://x.com/2", title="ب")) is Saved.NEW
        timer.join()


def test_closing_twice_is_no_error(path: Path) -> None:
    archive = Archive(path)
    archive.close()
    archive.close()


def test_closed_archive_says_so(path: Path) -> None:
    archive = Archive(path)
    archive.close()
    with pytest.raises(ArchiveError, match="closed") as error:
        archive.get(URL)
    check_one_line(error, path)


def test_no_archive_to_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissingError, match="newscrawl crawl SITE") as error:
        Archive(tmp_path / "archive.db", read_only=True)
    check_one_line(error, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_empty_file_is_no_archive_to_read_but_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    with pytest.raises(ArchiveMissingError):
        Archive(path, read_only=True)
    with Archive(path) as archive:
        assert archive.save(ARTICLE) is Saved.NEW


@pytest.mark.parametrize("read_only", [True, False])
def test_file_that_is_no_database_is_refused(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "archive.db"
    path.write_text("this is a list of groceries, " * 100)
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="no SQLite database") as error:
        Archive(path, read_only=read_only)
    check_one_line(error, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="no newscrawl archive") as error:
        Archive(path, read_only=read_only)
    check_one_line(error, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_folder_in_the_place_of_the_file_is_refused(tmp_path: Path, read_only: bool) -> None:
    with pytest.raises(ArchiveError) as error:
        Archive(tmp_path, read_only=read_only)
    check_one_line(error, tmp_path)


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StorageError, match="folder cannot be created") as error:
        Archive(tmp_path / "data" / "archive.db")
    check_one_line(error, tmp_path)
    with pytest.raises(ArchiveMissingError):
        Archive(tmp_path / "data" / "archive.db", read_only=True)


def test_damaged_archive_is_told(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged") as error, Archive(path, read_only=True) as archive:
        archive.get(URL)
    check_one_line(error, path)


# Migrations


def add_colour(db: Database) -> None:
    db.execute("ALTER TABLE articles ADD COLUMN colour TEXT")


def fail_half_way(db: Database) -> None:
    db.execute("ALTER TABLE articles ADD COLUMN size TEXT")
    db.execute("ALTER TABLE nothing ADD COLUMN size TEXT")


def get_columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as reader:
        return {row[1] for row in reader.execute("PRAGMA table_info (articles)")}


def test_writing_migrates_once_and_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, add_colour])
    for _ in range(2):
        with Archive(path) as archive:
            assert archive.get(URL) is not None
    assert "colour" in get_columns(path)
    assert caplog.messages == [f"{path} was brought up to date: add_colour"]


def test_reading_never_migrates(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, add_colour])
    with pytest.raises(ArchiveVersionError, match="any command that writes") as error:
        Archive(path, read_only=True)
    check_one_line(error, path)
    assert "colour" not in get_columns(path)


@pytest.mark.parametrize("read_only", [True, False])
def test_newer_archive_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, add_colour])
        Archive(path).close()
    with pytest.raises(ArchiveVersionError, match=r"newer newscrawl \(add_colour\): update newscrawl") as error:
        Archive(path, read_only=read_only)
    check_one_line(error, path)


def test_migrations_are_done_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, add_colour, fail_half_way])
        with pytest.raises(ArchiveError, match="nothing"):
            Archive(path)
    assert not {"colour", "size"} & get_columns(path)
    with Archive(path) as archive:
        assert archive.get(URL) is not None


def test_articles_of_the_first_release_get_their_aliases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "archive.db"
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", [schema.create_tables])
        with closing(connection.open_writer(path)) as writer:
            migrating.prepare(Database(writer), path)
    with closing(sqlite3.connect(path)) as old, old:
        old.executescript(f"""
            INSERT INTO sites (key, name, domain, added_at) VALUES ('x', 'X', 'x.com', '2026-01-01');
            INSERT INTO articles (id, url, site, title, authors, tags, outcome, sort_at, sort_source, first_seen_at,
                                  checked_at, text_hash, removed, body, blocks)
            VALUES ('{"a" * 16}', '{URL}', 'x', 'خبر', '[]', '[]', 'article', 't', 't', 't', 't', 'h', '{{}}', '', '[]');
            INSERT INTO revisions (article_id, number, seen_at, cause, minor, changed, text_hash, title, body, fields)
            VALUES ('{"a" * 16}', 1, 't', 'site', 0, '[]', 'h', 'خبر', '',
                    '{{"authors": [], "tags": [], "blocks": [], "images": [], "related": []}}');
            INSERT INTO pages (url, site, state, first_seen_at, article_id)
            VALUES ('https://x.com/old', 'x', 'done', 't', '{"a" * 16}');
        """)
    with Archive(path) as archive:
        for alias in (URL, "https://m.x.com/1/amp", "https://www.x.com/old/"):
            assert [revision.article.title for revision in archive.revisions(alias)] == ["خبر"]
        assert archive.save(Article(url="https://x.com/1?print=1", title="خبر")) is Saved.UNCHANGED


# Reading only


def test_reading_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with Archive(path, read_only=True) as archive:
        assert archive.get(URL) is not None
        assert len(list(archive.search("خبر"))) == 1
        with pytest.raises(ArchiveError, match="for reading only") as error:
            archive.save(ARTICLE)
        check_one_line(error, path)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            archive.db.execute("DELETE FROM articles")
    assert path.read_bytes() == before


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, 1 MB large."""
    if os.geteuid() != 0:
        pytest.skip("privilege: only root can mount a disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        pytest.skip("privilege: no disk can be mounted here")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def test_archive_on_a_read_only_disk_can_be_read(disk: Path) -> None:
    path = disk / "archive.db"
    with Archive(path) as archive:
        archive.save(ARTICLE)
    make_read_only(disk)
    with Archive(path, read_only=True) as archive:
        assert archive.get(URL) is not None
        assert len(list(archive.articles())) == 1


def test_archive_on_a_read_only_disk_cannot_be_written(disk: Path) -> None:
    path = disk / "archive.db"
    Archive(path).close()
    make_read_only(disk)
    for wanted in (path, disk / "other.db", disk / "folder" / "archive.db"):
        with pytest.raises(StorageError) as error:
            Archive(wanted)
        check_one_line(error, wanted)


def test_killed_archive_on_a_read_only_disk_says_what_it_needs(disk: Path) -> None:
    path = disk / "archive.db"
    killed = disk / "killed.db"
    with Archive(path) as archive:
        archive.save(ARTICLE)
        for suffix in ("", "-wal"):
            Path(f"{killed}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
    make_read_only(disk)
    with pytest.raises(ArchiveError, match="write to its folder") as error:
        Archive(killed, read_only=True)
    check_one_line(error, killed)


def test_file_that_is_read_without_locks_must_not_change_meanwhile(disk: Path) -> None:
    path = disk / "archive.db"
    with Archive(path) as archive:
        archive.save(ARTICLE)
    make_read_only(disk)
    with Archive(path, read_only=True) as archive:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        with Archive(path) as other:
            other.save(Article(url="https://x.com/2", title="ب"))
        with pytest.raises(ArchiveError, match="written to while it was read") as error:
            archive.counts()
        check_one_line(error, path)


# Disk full, locks


def fill(archive: Archive) -> int:
    """Save until the disk refuses; return how many articles were saved."""
    for number in range(1000):
        body = f"{number} " * 5000
        try:
            saved = archive.save(Article(url=f"https://x.com/{number}", title="خبر", body=body, site="x"))
        except StorageError:
            return number
        assert saved is Saved.NEW
    raise AssertionError("the disk is never full")


def check_sound(path: Path, count: int) -> None:
    with Archive(path, read_only=True) as archive:
        assert list(archive.db.query("PRAGMA integrity_check")) == [{"integrity_check": "ok"}]
        assert list(archive.db.query("PRAGMA foreign_key_check")) == []
        counts = archive.counts()
        assert (counts["articles"], counts["revisions"]) == (count, count)
        assert sorted(len(article.body) > 1000 for article in archive.articles()) == [True] * count


def test_full_disk_keeps_nothing_of_the_transaction(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        archive.db.execute("PRAGMA max_page_count = 100")
        count = fill(archive)
        with pytest.raises(StorageError, match=r"disk is full.*free space") as error:
            archive.add_links("x", [Link(f"https://x.com/{number}", "feed") for number in range(9999)], "2024-01-01")
        check_one_line(error, path)
        assert archive.counts()["pages"] == {}
        archive.db.execute("PRAGMA max_page_count = 10000")
        assert archive.save(Article(url="https://x.com/after", title="خبر", body="ن" * 2000)) is Saved.NEW
    check_sound(path, count + 1)


def test_really_full_disk_loses_nothing_that_was_saved(disk: Path) -> None:
    path = disk / "archive.db"
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(100_000))
    with Archive(path) as archive:
        count = fill(archive)
        assert count > 0
        with pytest.raises(StorageError) as error:
            archive.save(Article(url="https://x.com/more", title="خبر", body="ن" * 100_000))
        check_one_line(error, path)
        ballast.unlink()
        assert archive.save(Article(url="https://x.com/after", title="خبر", body="ن" * 2000)) is Saved.NEW
    check_sound(path, count + 1)


def test_no_room_for_a_new_archive_is_told(disk: Path) -> None:
    (disk / "ballast").write_bytes(bytes(1024 * 1024))
    path = disk / "archive.db"
    with pytest.raises(StorageError) as error:
        Archive(path)
    check_one_line(error, path)


def test_archive_that_another_program_holds_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOCK_TIMEOUT_SECONDS", 0.05)
    with Archive(path) as archive, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="another program holds the archive") as error:
            archive.save(Article(url="https://x.com/2", title="ب"))
        check_one_line(error, path)
        assert archive.get(URL) is not None
        other.execute("ROLLBACK")
        assert archive.save(Article(url="https://x.com/2", title="ب")) is Saved.NEW
