from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newscrawl.decoding import decode_content
from newscrawl.exceptions import StorageError, WarcError
from newscrawl.warc import Exchange, WarcWriter, read_page

BODY = "<html><title>خبر</title></html>".encode()
EXCHANGE = Exchange(
    url="http://x.com/%D8%AE%D8%A8%D8%B1?id=7",
    method="GET",
    request_headers=(("User-Agent", "newscrawl"), ("Accept-Language", "ar")),
    status=200,
    reason="OK",
    response_headers=(("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    body=BODY,
    fetched_at="2026-11-22T10:00:00+00:00",
)


def write_one(home: Path, **changes: object) -> tuple[str, int]:
    with WarcWriter(home / "warc", prefix="x.com") as writer:
        return writer.write(replace(EXCHANGE, **changes))


def write_and_read(home: Path, **changes: object) -> bytes:
    return read_page(home, *write_one(home, **changes)).body


def read_records(path: Path) -> list[tuple[str, str, list[tuple[str, str]], bytes]]:
    """Every record as another tool reads it: type, status or request line, headers, body as on the wire."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            head = record.http_headers
            lines = (f"{head.protocol} {head.statusline}", head.headers) if head else ("", [])
            found.append((record.rec_type, *lines, record.raw_stream.read()))
    return found


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True, check=False
    )


def test_page_comes_back_as_it_was_served(tmp_path: Path) -> None:
    warc_file, offset = write_one(tmp_path)
    page = read_page(tmp_path, warc_file, offset)
    assert (page.url, page.status, page.body) == (EXCHANGE.url, 200, BODY)
    assert (page.warc_file, page.warc_offset) == (warc_file, offset)
    assert page.fetched_at == "2026-11-22T10:00:00+00:00"
    assert page.headers == {"content-type": "text/html", "set-cookie": "a=1, b=2"}


def test_file_is_named_after_site_time_and_process(tmp_path: Path) -> None:
    warc_file, _ = write_one(tmp_path)
    assert (tmp_path / warc_file).is_file()
    stem = warc_file.removesuffix(".warc.gz")
    site, time, process = stem.removeprefix("warc/").rsplit("-", 2)
    assert (site, len(time), time.isdigit(), process) == ("x.com", 14, True, str(os.getpid()))


def test_file_is_what_other_tools_expect(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", prefix="x.com") as writer:
        for status in (200, 301, 404):
            warc_file, _ = writer.write(replace(EXCHANGE, status=status, reason="Because"))
    checked = check(tmp_path / warc_file)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "digest pass" in checked.stdout
    records = read_records(tmp_path / warc_file)
    assert [record[0] for record in records] == ["warcinfo", *("response", "request") * 3]
    assert [record[1] for record in records[1:3]] == ["HTTP/1.1 200 Because", "GET /%D8%AE%D8%A8%D8%B1?id=7 HTTP/1.1"]
    assert records[1][2] == list(EXCHANGE.response_headers)
    assert records[2][2] == [("Host", "x.com"), *EXCHANGE.request_headers]


def test_every_offset_is_the_start_of_a_gzip_member(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", prefix="x.com") as writer:
        written = [writer.write(replace(EXCHANGE, body=BODY * n)) for n in range(5)]
    data = (tmp_path / written[0][0]).read_bytes()
    for number, (_, offset) in enumerate(written):
        record = zlib.decompressobj(31).decompress(data[offset:])
        assert record.startswith(b"WARC/1.1\r\n")
        assert record.endswith(BODY * number + b"\r\n\r\n")


def test_nothing_is_created_before_the_first_write(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", prefix="x.com"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_writers_never_share_a_file(tmp_path: Path) -> None:
    writers = [WarcWriter(tmp_path / "warc", prefix="x.com") for _ in range(3)]
    places = [writer.write(EXCHANGE) for writer in writers]
    for writer in writers:
        writer.close()
    files = [warc_file for warc_file, _ in places]
    assert len(set(files)) == 3
    assert files == sorted(files)
    assert all(read_page(tmp_path, *place).body == BODY for place in places)


def test_a_writer_that_was_closed_begins_another_file(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "warc", prefix="x.com")
    first = writer.write(EXCHANGE)
    writer.close()
    writer.close()
    second = writer.write(EXCHANGE)
    writer.close()
    assert first[0] != second[0]
    assert read_page(tmp_path, *first).body == read_page(tmp_path, *second).body == BODY


def test_a_page_can_be_read_while_the_file_is_still_written(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", prefix="x.com") as writer:
        assert read_page(tmp_path, *writer.write(EXCHANGE)).body == BODY


CODINGS = {
    "gzip": ("gzip", gzip.compress(BODY), BODY),
    "gzip by its old name": ("X-GZIP", gzip.compress(BODY), BODY),
    "gzip in two members": ("gzip", gzip.compress(BODY) + gzip.compress(BODY), BODY * 2),
    "gzip with something after it": ("gzip", gzip.compress(BODY) + b"\n", BODY),
    "gzip announced, never done": ("gzip", BODY, BODY),
    "gzip of nothing": ("gzip", gzip.compress(b""), b""),
    "gzip announced, no body": ("gzip", b"", b""),
    "deflate": ("deflate", zlib.compress(BODY), BODY),
    "deflate without its envelope": ("deflate", zlib.compress(BODY, wbits=-15), BODY),
    "two codings": ("deflate, gzip", gzip.compress(zlib.compress(BODY)), BODY),
    "identity": ("identity", BODY, BODY),
    "a name that is no coding": ("utf-8", BODY, BODY),
    "brotli announced, no body": ("br", b"", b""),
}


@pytest.mark.parametrize(("coding", "body", "expected"), CODINGS.values(), ids=CODINGS)
def test_content_coding_is_kept_in_the_file_and_undone_in_the_page(
    tmp_path: Path, coding: str, body: bytes, expected: bytes
) -> None:
    warc_file, offset = write_one(tmp_path, response_headers=[("Content-Encoding", coding)], body=body)
    assert read_page(tmp_path, warc_file, offset).body == expected
    assert read_records(tmp_path / warc_file)[1][3] == body


BROKEN_BODIES = {
    "brotli": ("br", b"\x0b\x02\x80hello\x03", "coding br cannot be undone"),
    "zstd": ("zstd", b"\x28\xb5\x2f\xfd", "coding zstd cannot be undone"),
    "gzip cut short": ("gzip", gzip.compress(BODY)[:-9], "cut short"),
    "gzip damaged": ("gzip", gzip.compress(BODY)[:-8] + bytes(8), "data is broken"),
    "deflate that is none": ("deflate", b"\xff" * 20, "data is broken"),
    "gzip bomb": ("gzip", gzip.compress(bytes(33 * 1024 * 1024)), "more than"),
    "gzip bomb in members": ("gzip", gzip.compress(bytes(11 * 1024 * 1024)) * 4, "more than"),
    "gzip bomb in layers": ("gzip, gzip", gzip.compress(gzip.compress(bytes(33 * 1024 * 1024))), "more than"),
    "deflate bomb": ("deflate", zlib.compress(bytes(33 * 1024 * 1024)), "more than"),
}


@pytest.mark.parametrize(("coding", "body", "reason"), BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_body_that_cannot_be_decoded_is_an_error_that_names_its_place(
    tmp_path: Path, coding: str, body: bytes, reason: str
) -> None:
    warc_file, offset = write_one(tmp_path, response_headers=[("Content-Encoding", coding)], body=body)
    with pytest.raises(WarcError, match=reason) as caught:
        read_page(tmp_path, warc_file, offset)
    assert warc_file in str(caught.value)
    assert f"offset {offset}" in str(caught.value)


def test_plain_body_has_the_same_limit() -> None:
    assert decode_content(b"12345", None, limit=5) == b"12345"
    with pytest.raises(ValueError, match="more than 4 bytes"):
        decode_content(b"12345", None, limit=4)


FITS = ("Content-Length", str(len(BODY)))

LENGTHS = {
    "as sent": ([("A", "b"), FITS], BODY, [("A", "b"), FITS]),
    "none sent": ([("A", "b")], BODY, [("A", "b")]),
    "chunked was undone": (
        [("transfer-encoding", "chunked"), ("A", "b")],
        BODY,
        [FITS, ("A", "b")],
    ),
    "chunked and a length": (
        [("A", "b"), ("Content-Length", "7"), ("Transfer-Encoding", "chunked")],
        BODY,
        [("A", "b"), FITS],
    ),
    "wrong length": ([("Content-Length", "7")], BODY, [FITS]),
    "no body, as in the answer to HEAD": ([("Content-Length", "7")], b"", [("Content-Length", "7")]),
    "line break in a value": ([("A", "b\r\n\tc\nD: e")], BODY, [("A", "b c D: e")]),
}


@pytest.mark.parametrize(("sent", "body", "kept"), LENGTHS.values(), ids=LENGTHS)
def test_headers_fit_the_body(
    tmp_path: Path, sent: list[tuple[str, str]], body: bytes, kept: list[tuple[str, str]]
) -> None:
    warc_file, _ = write_one(tmp_path, response_headers=sent, body=body)
    assert read_records(tmp_path / warc_file)[1][2] == kept


def test_header_that_is_not_ascii_is_kept_as_sent(tmp_path: Path) -> None:
    latin = b"/caf\xe9".decode("utf-8", "surrogateescape")
    warc_file, offset = write_one(tmp_path, response_headers=[("Location", "/خبر"), ("Link", latin)])
    data = zlib.decompressobj(31).decompress((tmp_path / warc_file).read_bytes()[offset:])
    assert "Location: /خبر\r\n".encode() in data
    assert b"Link: /caf\xe9\r\n" in data
    assert read_page(tmp_path, warc_file, offset).headers == {"location": "/خبر", "link": "/café"}
    assert check(tmp_path / warc_file).returncode == 0


def test_host_that_was_sent_is_not_sent_twice(tmp_path: Path) -> None:
    warc_file, _ = write_one(tmp_path, request_headers=[("host", "y.com")])
    assert read_records(tmp_path / warc_file)[2][2] == [("host", "y.com")]


def test_time_is_kept_in_utc(tmp_path: Path) -> None:
    place = write_one(tmp_path, fetched_at="2026-11-22T12:00:00.5+02:00")
    assert read_page(tmp_path, *place).fetched_at == "2026-11-22T10:00:00.500000+00:00"
    with pytest.raises(ValueError, match="without an offset"):
        write_one(tmp_path, fetched_at="2026-11-22T12:00:00")


HEADER_TEXT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)


@settings(deadline=None)
@given(
    body=st.binary(max_size=300),
    status=st.integers(100, 599),
    coding=st.sampled_from([None, "gzip", "deflate"]),
    values=st.lists(HEADER_TEXT, max_size=3),
)
def test_page_to_warc_to_page_is_identity(body: bytes, status: int, coding: str | None, values: list[str]) -> None:
    wire = {None: body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}[coding]
    headers = [("X-A", value) for value in values] + ([("Content-Encoding", coding)] if coding else [])
    with TemporaryDirectory() as folder:
        place = write_one(Path(folder), body=wire, status=status, reason="", response_headers=headers)
        page = read_page(Path(folder), *place)
    assert (page.url, page.status, page.body) == (EXCHANGE.url, status, body)
    assert page.headers.get("x-a") == (", ".join(values) or None)


def test_truncated_file_is_named_with_the_offset(tmp_path: Path) -> None:
    warc_file, offset = write_one(tmp_path, body=os.urandom(5000))
    whole = (tmp_path / warc_file).read_bytes()
    for size in (offset + 5, offset + 300, offset + 4000):
        (tmp_path / warc_file).write_bytes(whole[:size])
        with pytest.raises(WarcError, match="the file is cut short") as caught:
            read_page(tmp_path, warc_file, offset)
        assert warc_file in str(caught.value)
        assert f"offset {offset}" in str(caught.value)


def test_damaged_byte_is_found(tmp_path: Path) -> None:
    warc_file, offset = write_one(tmp_path, body=os.urandom(5000))
    data = bytearray((tmp_path / warc_file).read_bytes())
    data[offset + 3000] ^= 1
    (tmp_path / warc_file).write_bytes(data)
    with pytest.raises(WarcError, match=r"the record is damaged \("):
        read_page(tmp_path, warc_file, offset)


def test_offset_that_is_no_response_is_refused(tmp_path: Path) -> None:
    warc_file, offset = write_one(tmp_path)
    data = (tmp_path / warc_file).read_bytes()
    request = data.index(b"\x1f\x8b", offset + 1)
    reasons = {0: "of type warcinfo", 7: "no record begins here", len(data): "no record", request: "of type request"}
    for wrong, reason in reasons.items():
        with pytest.raises(WarcError, match=reason):
            read_page(tmp_path, warc_file, wrong)
    with pytest.raises(WarcError, match="cannot be read"):
        read_page(tmp_path, warc_file, -1)


RESPONSE = b"WARC/1.1\r\nWARC-Type: response\r\n"
ADDRESS = b"WARC-Target-URI: http://x.com/\r\n"
TIME = b"WARC-Date: 2026-11-22T10:00:00Z\r\n"
ANSWER = b"\r\nHTTP/1.1 200\r\n\r\n"

RECORDS = {
    "empty": b"",
    "no record": b"hello",
    "no headers": b"WARC/1.1\r\n\r\n",
    "no length": RESPONSE + ADDRESS + TIME + ANSWER,
    "wrong length": RESPONSE + ADDRESS + TIME + b"Content-Length: 99\r\n" + ANSWER,
    "length in letters": RESPONSE + ADDRESS + TIME + b"Content-Length: many\r\n" + ANSWER,
    "no address": RESPONSE + TIME + b"Content-Length: 16\r\n" + ANSWER,
    "no time": RESPONSE + ADDRESS + b"Content-Length: 16\r\n" + ANSWER,
    "no HTTP": RESPONSE + ADDRESS + TIME + b"Content-Length: 4\r\n\r\nhell",
    "nothing": RESPONSE + ADDRESS + TIME + b"Content-Length: 0\r\n\r\n",
    "a status in letters": RESPONSE + ADDRESS + TIME + b"Content-Length: 16\r\n" + ANSWER.replace(b"200", b"abc"),
    "a bomb": bytes(40 * 1024 * 1024),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_foreign_garbage_is_an_error_of_one_line(tmp_path: Path, record: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record))
    with pytest.raises(WarcError, match=r"a\.warc\.gz, offset 0: .+") as caught:
        read_page(tmp_path, "a.warc.gz", 0)
    assert "\n" not in str(caught.value).strip()


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarcError, match=r"warc/gone\.warc\.gz.+No such file"):
        read_page(tmp_path, "warc/gone.warc.gz", 0)


FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from tests.test_warc import EXCHANGE, replace
from newscrawl.exceptions import StorageError
from newscrawl.warc import WarcWriter

if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
writer = WarcWriter(Path(sys.argv[1]) / "warc", prefix="x.com")
try:
    for number in range(10_000):
        print(*writer.write(replace(EXCHANGE, url=f"http://x.com/{number}")))
except StorageError as error:
    print(error, file=sys.stderr)
"""


def fill_the_disk(home: Path, limit: int) -> tuple[list[tuple[str, int]], str]:
    """Write in a child process until the disk refuses; return what was reported as saved, and the error."""
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(home), str(limit)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    places = [line.split() for line in done.stdout.splitlines()]
    return [(warc_file, int(offset)) for warc_file, offset in places], done.stderr


def assert_everything_reported_is_there(home: Path, saved: list[tuple[str, int]], said: str) -> None:
    assert said.count("\n") == 1
    assert "free space and run the same command again" in said
    assert saved
    for number, place in enumerate(saved):
        assert read_page(home, *place).url == f"http://x.com/{number}"
    path = home / saved[0][0]
    assert len(read_records(path)) == 1 + 2 * len(saved)
    assert check(path).returncode == 0
    assert str(path) in said


def test_full_disk_keeps_what_was_saved_and_says_what_to_do(tmp_path: Path) -> None:
    saved, said = fill_the_disk(tmp_path, limit=20_000)
    assert_everything_reported_is_there(tmp_path, saved, said)


def test_full_disk_from_the_start_leaves_no_file(tmp_path: Path) -> None:
    saved, said = fill_the_disk(tmp_path, limit=10)
    assert saved == []
    assert "free space" in said
    assert list((tmp_path / "warc").iterdir()) == []


def test_really_full_disk(tmp_path: Path) -> None:
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(tmp_path)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("privilege: only root can mount a disk")
    try:
        saved, said = fill_the_disk(tmp_path, limit=0)
        assert "No space left on device" in said
        assert_everything_reported_is_there(tmp_path, saved, said)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"warc.+make it writable"):
        write_one(tmp_path)
