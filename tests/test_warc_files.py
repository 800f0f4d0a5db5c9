"""WARC files as they grow: when they are safe, when the next one begins, what they say of themselves."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.exceptions import StorageError
from newscrawl.warc import WarcWriter, read_page
from tests.test_warc import BODY, EXCHANGE, check, read_records, write_one

PROJECT = Path(__file__).parent.parent

WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from tests.test_warc import EXCHANGE, replace
from newscrawl.warc import WarcWriter

writer = WarcWriter(Path(sys.argv[1]) / "warc", prefix="x.com")
for number in range(5):
    print(*writer.write(replace(EXCHANGE, url=f"http://x.com/{number}")), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_written_survives_kill_9_without_sync(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE_AND_DIE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    assert done.returncode == -signal.SIGKILL
    places = [line.split() for line in done.stdout.splitlines()]
    urls = [read_page(tmp_path, warc_file, int(offset)).url for warc_file, offset in places]
    assert urls == [f"http://x.com/{number}" for number in range(5)]


def test_a_sync_that_fails_is_told_and_told_again(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "warc", prefix="x.com")
    safe = writer.write(EXCHANGE)
    writer.sync()
    writer.write(EXCHANGE)
    # As a disk that is torn out: the file cannot be synced, and must not be called safe by a second try.
    assert writer._file is not None
    os.close(writer._file._file.fileno())
    for attempt in (writer.sync, writer.sync, writer.close, lambda: writer.write(EXCHANGE)):
        with pytest.raises(StorageError, match="cannot write"):
            attempt()
    assert read_page(tmp_path, *safe).body == BODY


def test_a_full_file_is_followed_by_one_that_sorts_behind_it(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", prefix="x.com", full_bytes=3000) as writer:
        places = [writer.write(replace(EXCHANGE, body=os.urandom(700))) for _ in range(9)]
    files = list(dict.fromkeys(warc_file for warc_file, _ in places))
    assert 2 < len(files) < 9
    assert files == sorted(files) == [f"warc/{path.name}" for path in sorted((tmp_path / "warc").iterdir())]
    for warc_file in files:
        assert read_records(tmp_path / warc_file)[0][0] == "warcinfo"
        assert check(tmp_path / warc_file).returncode == 0


def test_a_file_says_what_made_it_and_what_that_was_told(tmp_path: Path) -> None:
    told = {"robots": "obey", "operator": "أرشيف\r\nforged: yes"}
    with WarcWriter(tmp_path / "warc", prefix="x.com", told=told) as writer:
        warc_file, _ = writer.write(EXCHANGE)
    with (tmp_path / warc_file).open("rb") as file:
        record = next(iter(ArchiveIterator(file)))
        assert record.rec_headers.get_header("WARC-Filename") == Path(warc_file).name
        lines = record.raw_stream.read().decode().splitlines()
    assert "robots: obey" in lines
    assert "operator: أرشيف forged: yes" in lines
    assert any(line.startswith("software: newscrawl/") for line in lines)


PACKED = {
    "gzip": [("Content-Encoding", "gzip")],
    "a picture": [("Content-Type", "image/jpeg")],
}


@pytest.mark.parametrize("headers", PACKED.values(), ids=PACKED)
def test_what_is_packed_already_is_stored_as_it_is(tmp_path: Path, headers: list[tuple[str, str]]) -> None:
    body = gzip.compress(os.urandom(100_000))
    warc_file, offset = write_one(tmp_path, body=body, response_headers=headers)
    assert body[:60_000] in (tmp_path / warc_file).read_bytes()
    assert read_records(tmp_path / warc_file)[1][3] == body
    assert check(tmp_path / warc_file).returncode == 0
    assert read_page(tmp_path, warc_file, offset).status == 200


def test_the_servers_address_is_kept(tmp_path: Path) -> None:
    warc_file, _ = write_one(tmp_path, ip_address="192.0.2.7")
    with (tmp_path / warc_file).open("rb") as file:
        told = [record.rec_headers.get_header("WARC-IP-Address") for record in ArchiveIterator(file)]
    assert told == [None, "192.0.2.7", "192.0.2.7"]
