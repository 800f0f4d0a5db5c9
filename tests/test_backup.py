"""A backup is whole or it is none, whatever happens while it is made; what is restored from it is in order."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.archive.copying import copy_database
from newscrawl.archive.verification import verify
from newscrawl.backup import BackupReport, list_backups, make_backup
from newscrawl.backup.restoring import restore_backup
from newscrawl.exceptions import LockedError, StorageError, UsageError
from newscrawl.items import Article
from tests.conftest import BIN, Run, make_environment
from tests.site import FaultySite

pytestmark = pytest.mark.long


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_home, tmp_path / "home"))


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def find_problems(home: Path) -> list[str]:
    return [str(problem) for problem in verify(home, Counter())]


def restore(dest: Path, home: Path) -> list[str]:
    """Return what is wrong with the archive that the newest backup makes, with nothing of the old one in reach."""
    shutil.rmtree(home, ignore_errors=True)
    return restore_backup(dest, home).problems + find_problems(home)


# The whole way


def test_restored_archive_is_in_order_and_exports_the_same_bytes(run: Run, home: Path, dest: Path) -> None:
    (home / "queries.toml").write_text("# mine\n")
    before = run("export", "-").stdout
    made = run("backup", dest)
    assert (made.returncode, made.stdout) == (0, "")
    assert "1 WARC file, 0." in made.stderr
    profile = (home / "sites" / "demo.toml").read_text()
    home.rename(home.with_name("lost"))
    elsewhere = home.with_name("elsewhere")
    restored = run("restore", dest, "--home", elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert run("verify", "--home", elsewhere).returncode == 0
    assert run("export", "-", "--home", elsewhere).stdout == before != ""
    assert (elsewhere / "sites" / "demo.toml").read_text() == profile
    assert sorted(path.name for path in elsewhere.iterdir()) == ["archive.db", "queries.toml", "sites", "warc"]


def test_restored_archive_can_be_crawled_into(run: Run, home: Path, dest: Path) -> None:
    with FaultySite(2) as site:
        site.write_profile(home)
        assert run("crawl", "test").returncode == 0
        run("backup", dest)
        shutil.rmtree(home)
        run("restore", dest)
        done = run("crawl", "test")
    assert "0 pages in" in done.stderr
    assert "nothing is new" in done.stderr


def test_closed_files_are_copied_once(home: Path, dest: Path) -> None:
    first = make_backup(home, dest)
    second = make_backup(home, dest)
    (home / "warc" / "demo-29990101000000-1.warc.gz").write_bytes(next((home / "warc").iterdir()).read_bytes())
    with closing(sqlite3.connect(home / "archive.db")) as connection, connection:
        connection.execute("UPDATE front_doors SET warc_file = 'warc/demo-29990101000000-1.warc.gz'")
    third = make_backup(home, dest)
    assert [report.copied_files for report in (first, second, third)] == [1, 0, 1]
    assert restore(dest, home) == []


def test_only_files_that_rows_lead_into_are_copied_unless_asked_for(home: Path, dest: Path) -> None:
    (home / "warc" / "demo-20250101000000-1.warc.gz").write_bytes(b"")
    first = make_backup(home, dest)
    assert (first.copied_files, first.left_out) == (1, 1)
    assert make_backup(home, dest, with_all=True).copied_files == 1


def test_copy_of_the_database_numbers_its_rows_as_they_were(home: Path, dest: Path) -> None:
    """An index that refers to rows by their number must find the same ones in the copy."""
    query = "SELECT rowid, id FROM articles ORDER BY rowid"
    with closing(sqlite3.connect(home / "archive.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM articles WHERE rowid % 2")
        before = connection.execute(query).fetchall()
    copy_database(home / "archive.db", dest.with_suffix(".db"))
    with closing(sqlite3.connect(dest.with_suffix(".db"))) as connection:
        assert connection.execute(query).fetchall() == before


# While others write


def test_copy_of_the_database_is_one_moment_of_it(tmp_path: Path) -> None:
    path, stop = tmp_path / "archive.db", threading.Event()

    def write() -> None:
        with Archive(path) as archive:
            for number in range(100_000):
                archive.save(Article(url=f"https://x.com/{number}", title=f"خبر {number}", site="x"))
                if stop.is_set():
                    return

    Archive(path).close()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            time.sleep(0.1)
            copy_database(path, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    numbers = []
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"{number}.db")) as connection:
            ((highest, articles),) = connection.execute("SELECT max(rowid), count(*) FROM articles")
            assert articles == highest == connection.execute("SELECT count(*) FROM revisions").fetchone()[0]
            numbers.append(articles)
    assert numbers == sorted(set(numbers)), "each was made later than the one before"


def test_backup_made_while_a_crawl_writes_is_in_order(tmp_path: Path, dest: Path) -> None:
    home = tmp_path / "busy"
    with FaultySite(500, delay=0.03) as site:
        site.write_profile(home)
        command = [BIN / "newscrawl", "--home", home, "crawl", "test", "--allow-private"]
        with subprocess.Popen(command, env=make_environment(), stderr=subprocess.DEVNULL) as crawl:
            for enough in (10, 20, 30):
                while len(site.requests) < enough:
                    time.sleep(0.01)
                assert make_backup(home, dest).problems == []
                assert crawl.poll() is None, "the crawl ended too early for this test"
                assert restore(dest, tmp_path / "restored") == []
            crawl.kill()
    older, newer = list_backups(dest)
    for folder in (older, newer):
        assert restore(folder, tmp_path / "restored") == [], "files have grown since, and older rows find theirs"


def test_half_a_record_of_a_killed_crawl_is_left_out(home: Path, dest: Path) -> None:
    warc = next((home / "warc").iterdir())
    size = warc.stat().st_size
    warc.write_bytes(warc.read_bytes() + warc.read_bytes()[:300])
    make_backup(home, dest)
    assert (dest / "warc" / warc.name).stat().st_size == size
    assert make_backup(home, dest).copied_files == 0
    assert restore(dest, home) == []


def test_second_backup_at_a_time_is_refused(home: Path, dest: Path) -> None:
    def disturb(_report: BackupReport) -> None:
        with pytest.raises(LockedError, match="is being written by process"):
            make_backup(home, dest)

    make_backup(home, dest, on_progress=disturb)


# What is interrupted


def test_killed_backup_is_none_and_is_gone_on_with(home: Path, dest: Path, tmp_path: Path) -> None:
    make_backup(home, dest)
    article = Article(url="https://x.com/new", title="خبر جديد", site="demo")
    with Archive(home / "archive.db") as archive:
        archive.save(article)
    large = home / "warc" / "large.bin"
    for number in range(2):
        with large.open("wb") as file:
            file.truncate(300_000_000)
        command = [BIN / "newscrawl", "--home", home, "backup", dest, "--all"]
        with subprocess.Popen(command, env=make_environment(), stderr=subprocess.DEVNULL) as backup:
            while backup.poll() is None and not list((dest / "warc").glob("*.part")):
                time.sleep(0.001)
            assert backup.poll() is None, "it was done before it could be killed"
            backup.kill()
        assert len(list_backups(dest)) == 1, f"attempt {number}"
        assert restore(dest, tmp_path / "restored") == []
        with Archive(tmp_path / "restored" / "archive.db", read_only=True) as archive:
            assert archive.get("https://x.com/new") is None
    large.unlink()
    assert make_backup(home, dest).copied_files == 0
    assert restore(dest, tmp_path / "restored") == []
    with Archive(tmp_path / "restored" / "archive.db", read_only=True) as archive:
        assert archive.get("https://x.com/new") is not None


def test_interrupted_restore_is_no_archive_and_is_gone_on_with(run: Run, home: Path, dest: Path) -> None:
    make_backup(home, dest)
    shutil.rmtree(home)

    def interrupt(_report: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_backup(dest, home, on_progress=interrupt)
    assert "no archive at" in run("stats").stderr
    assert restore_backup(dest, home).problems == []
    assert find_problems(home) == []
    assert not (home / "restore.part").exists()


@pytest.mark.parametrize("disk", [2], indirect=True, ids=["2 MB"])
def test_full_disk_is_one_line_and_leaves_the_backup_before_whole(run: Run, home: Path, disk: Path) -> None:
    make_backup(home, disk)
    (home / "warc" / "large.bin").write_bytes(bytes(3_000_000))
    done = run("backup", disk, "--all")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "the disk is full: free space on it, then run the same command again" in done.stderr
    assert len(list_backups(disk)) == 1
    assert restore(disk, home) == []


@pytest.mark.parametrize("disk", [2], indirect=True, ids=["2 MB"])
def test_disk_that_is_full_for_the_database_is_one_line(run: Run, home: Path, disk: Path) -> None:
    assert home.exists()
    (disk / "other").write_bytes(bytes(1_900_000))
    (disk / "backups").mkdir()
    done = run("backup", disk / "backups")
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert str(disk) in done.stderr
    assert list_backups(disk / "backups") == []


# What is damaged


def flip_byte(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 0xFF
    path.write_bytes(content)


def test_damage_in_the_backup_is_found_by_check_and_by_restore(run: Run, home: Path, dest: Path) -> None:
    make_backup(home, dest)
    assert run("backup", dest, "--check").returncode == 0
    warc = next((dest / "warc").iterdir())
    flip_byte(warc, 60)
    checked = run("backup", dest, "--check")
    assert checked.returncode == 1
    assert f"{warc} is not what was copied" in checked.stderr
    shutil.rmtree(home)
    restored = run("restore", dest)
    assert restored.returncode == 1
    assert f"{warc} is not what was copied" in restored.stderr
    (problem,) = find_problems(home)
    assert "offset 0: the record is damaged" in problem


def test_damage_in_the_archive_is_told_when_it_is_copied(run: Run, home: Path, dest: Path) -> None:
    warc = next((home / "warc").iterdir())
    flip_byte(warc, 60)
    done = run("backup", dest)
    assert done.returncode == 1
    assert f"warc/{warc.name}, offset 0: the record is damaged" in done.stderr
    assert len(list_backups(dest)) == 1


def test_file_that_the_archive_has_lost_stays_in_the_backup(run: Run, home: Path, dest: Path) -> None:
    make_backup(home, dest)
    next((home / "warc").iterdir()).unlink()
    assert run("backup", dest).returncode == 0
    assert restore(dest, home) == []


def test_file_that_nobody_has_is_told(run: Run, home: Path, dest: Path) -> None:
    next((home / "warc").iterdir()).unlink()
    done = run("backup", dest)
    assert done.returncode == 1
    assert "cannot be read (No such file or directory)" in done.stderr


def test_damaged_database_makes_no_backup(run: Run, home: Path, dest: Path) -> None:
    make_backup(home, dest)
    with closing(sqlite3.connect(home / "archive.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root, size = (
            connection.execute(query).fetchone()[0]
            for query in ("SELECT rootpage FROM sqlite_schema WHERE name = 'articles'", "PRAGMA page_size")
        )
    with (home / "archive.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)
    done = run("backup", dest)
    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert len(list_backups(dest)) == 1


def test_manifest_that_leads_out_of_the_archive_is_refused(home: Path, dest: Path) -> None:
    folder = make_backup(home, dest).folder
    told = json.loads((folder / "backup.json").read_text())
    told["files"][0]["path"] = "../elsewhere"
    (folder / "backup.json").write_text(json.dumps(told))
    shutil.rmtree(home)
    with pytest.raises(StorageError, match="is damaged"):
        restore_backup(dest, home)


# What is refused


def test_places_that_cannot_be_are_refused(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()
    for place, told in (
        (home, "another disk"),
        (home / "b", "another disk"),
        (tmp_path / "other", "holds other things"),
    ):
        done = run("backup", place)
        assert (done.returncode, told in done.stderr) == (2, True)
    with pytest.raises(UsageError, match="no whole backup"):
        restore_backup(tmp_path / "other", tmp_path / "new")


def test_nothing_is_ever_restored_over(run: Run, home: Path, dest: Path) -> None:
    make_backup(home, dest)
    done = run("restore", dest)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
