"""The index for replay: what it lists, what a kill leaves, how many small ones become one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.warc import WarcWriter, read_page, update_index
from newscrawl.warc.keys import make_key
from tests.conftest import Run
from tests.foreign import make_answer, make_record, pack_each
from tests.test_warc import EXCHANGE, check, read_records
from tests.test_warc_files import PROJECT, WRITE_AND_DIE


def write(home: Path, number: int, *, prefix: str = "x.com") -> None:
    """Write a WARC file of one page, the number in its address."""
    with WarcWriter(home / "warc", prefix=prefix) as writer:
        writer.write(replace(EXCHANGE, url=f"http://x.com/{number}"))


def read_index(home: Path) -> list[str]:
    """Return the lines of all indexes, as a replay tool merges them."""
    return sorted(line for path in (home / "index").glob("*.cdxj") for line in path.read_text("utf-8").splitlines())


def test_a_line_leads_to_its_page(tmp_path: Path) -> None:
    write(tmp_path, 1)
    report = update_index(tmp_path)
    (line,) = read_index(tmp_path)
    key, moment, fields = line.split(" ", 2)
    told = json.loads(fields)
    assert (key, moment) == ("com,x)/1", "20261122100000")
    assert (told["url"], told["mime"], told["status"]) == ("http://x.com/1", "text/html", "200")
    assert read_page(tmp_path / "warc", told["filename"], int(told["offset"])).url == "http://x.com/1"
    assert (report.files, report.records, report.cut, report.broken) == (1, 1, [], [])


def test_a_file_is_indexed_once(tmp_path: Path) -> None:
    write(tmp_path, 1)
    update_index(tmp_path)
    write(tmp_path, 2)
    assert update_index(tmp_path).files == 1
    assert update_index(tmp_path).files == 0
    assert [line.split()[0] for line in read_index(tmp_path)] == ["com,x)/1", "com,x)/2"]


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", prefix="x.com") as writer:
        writer.write(EXCHANGE)
        assert update_index(tmp_path).files == 0
    assert update_index(tmp_path).files == 1


def test_files_of_one_site_can_be_asked_for(tmp_path: Path) -> None:
    for prefix in ("x", "x-y", "x"):
        write(tmp_path, 1, prefix=prefix)
    assert update_index(tmp_path, "x").files == 2
    assert update_index(tmp_path, "x-y").files == 1


def die_writing(home: Path, tail: bytes) -> Path:
    """Leave the file of a process that was killed, with something behind its last record."""
    subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(home)], capture_output=True, check=False, cwd=PROJECT)
    (path,) = (home / "warc").iterdir()
    with path.open("ab") as file:
        file.write(tail)
    return path


TAILS = {
    "half a record": pack_each([make_record(make_answer(os.urandom(3000)))])[:1500],
    "the first bytes of a record": b"\x1f\x8b\x08",
    "zeros": bytes(5000),
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_what_a_killed_process_left_half_written_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    path = die_writing(tmp_path, tail)
    size = path.stat().st_size
    report = update_index(tmp_path)
    assert report.cut == [f"{path}: {len(tail):,} bytes of a record that was never finished are cut off"]
    assert (report.files, report.records, report.broken) == (1, 5, [])
    assert path.stat().st_size == size - len(tail)
    assert check(path).returncode == 0
    assert len(read_records(path)) == 11


def test_a_file_without_a_record_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "warc" / "x.com-20261130000000-1.warc.gz"
    path.parent.mkdir()
    path.write_bytes(b"\x1f\x8b\x08\x00")
    assert "4 bytes" in update_index(tmp_path).cut[0]
    assert not path.exists()


def test_a_foreign_file_is_never_cut(tmp_path: Path) -> None:
    path = tmp_path / "warc" / "wget.warc.gz"
    path.parent.mkdir()
    data = pack_each([make_record(make_answer())] * 2)[:-50]
    path.write_bytes(data)
    report = update_index(tmp_path)
    assert path.read_bytes() == data
    assert (report.records, report.cut) == (1, [])
    assert "the file is cut short" in report.broken[0]


def test_many_small_indexes_become_one_and_no_line_is_lost(tmp_path: Path) -> None:
    for number in range(70):
        write(tmp_path, number)
        update_index(tmp_path)
    files = sorted(path.name for path in (tmp_path / "index").glob("*.cdxj"))
    assert len(files) < 32
    assert len([name for name in files if name.startswith("merged-")]) <= 2
    assert [line.split()[0] for line in read_index(tmp_path)] == sorted(f"com,x)/{n}" for n in range(70))
    assert update_index(tmp_path).files == 0


def test_a_kill_between_merging_and_clearing_up_leaves_no_line_out(tmp_path: Path) -> None:
    for number in range(31):
        write(tmp_path, number)
        update_index(tmp_path)
    small = {path: path.read_bytes() for path in (tmp_path / "index").glob("*.cdxj")}
    write(tmp_path, 31)
    update_index(tmp_path)
    assert len(list((tmp_path / "index").glob("*.cdxj"))) == 1
    for path, data in small.items():
        path.write_bytes(data)
    write(tmp_path, 32)
    update_index(tmp_path)
    assert len(read_index(tmp_path)) == 33


def test_a_lost_index_is_made_anew_by_one_command(run: Run, home: Path) -> None:
    for number in range(3):
        write(home, number)
    assert "3 WARC files indexed, 3 records" in run("replay").stderr
    whole = read_index(home)
    (home / "index" / f"{next((home / 'warc').iterdir()).name.partition('.')[0]}.cdxj").write_text("")
    assert "0 WARC files indexed" in run("replay").stderr
    done = run("replay", "--rebuild")
    assert (done.returncode, read_index(home)) == (0, whole)


KEYS = {
    "http://www.x.com/": "com,x)/",
    "https://x.com:443/a//b/../c/?B=2&a=1#frag": "com,x)/a/c?a=1&b=2",
    "http://www2.x.com:8080/A%2FB/%2525": "com,x:8080)/a/b/%25",
    "http://x.com/?a=1&sid=0123456789abcdef0123456789abcdef&b=2": "com,x)/?a=1&b=2",
    "http://صحيفة.مصر/خبر": "xn--wgbh1c,xn--ogbhx3c3b)/%d8%ae%d8%a8%d8%b1",
    "http://127.0.0.1:8421/rss.xml": "1,0,0,127:8421)/rss.xml",
    "urn:Other": "urn:other",
    "http://[": "http://[",
}


@pytest.mark.parametrize(("url", "key"), KEYS.items(), ids=KEYS)
def test_key_of_an_address(url: str, key: str) -> None:
    assert make_key(url) == key
