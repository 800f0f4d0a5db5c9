"""WARC files of whatever origin: every page that is whole is read, and what is not is named by its place."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from newscrawl.exceptions import WarcError
from newscrawl.items import Page
from newscrawl.warc import read_page, read_pages
from newscrawl.warc.stream import MAX_BLOCK_BYTES, Broken, iterate_records
from tests.foreign import DATE, HTML, PACKINGS, URL, make_answer, make_record, pack_each

Pack = Callable[[Iterable[bytes]], bytes]
packings = pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)


def read_all(path: Path) -> tuple[list[Page], list[str]]:
    """Return the pages, and what was said of records that are broken."""
    said: list[str] = []
    pages = list(read_pages(path, lambda error: said.append(str(error))))
    return pages, said


def write_file(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(data)
    return path


RECORDS = [
    make_record(b"software: other\r\n", "warcinfo", Content_Type="application/warc-fields"),
    make_record(b"GET /1 HTTP/1.1\r\n\r\n", "request"),
    make_record(make_answer()),
    make_record(make_answer(b"gone", first="HTTP/1.1 404 Not Found"), url="http://paper.example/2"),
    make_record(b"text of a log", "resource", "metadata://gnu.org/wget", Content_Type="text/plain"),
]


@packings
def test_pages_are_read_however_the_file_is_packed(tmp_path: Path, pack: Pack) -> None:
    pages, said = read_all(write_file(tmp_path, pack(RECORDS)))
    assert [(page.url, page.status, page.body) for page in pages] == [
        (URL, 200, HTML),
        ("http://paper.example/2", 404, b"gone"),
    ]
    assert pages[0].fetched_at == "2020-05-01T08:00:00+00:00"
    assert said == []


@pytest.mark.parametrize("name", ["a member each", "not compressed"])
def test_a_page_is_found_again_at_its_place(tmp_path: Path, name: str) -> None:
    path = write_file(tmp_path, PACKINGS[name](RECORDS))
    for page in read_pages(path):
        assert page.warc_offset is not None
        assert read_page(tmp_path, path.name, page.warc_offset) == page


BODIES = {
    "chunked": (make_answer(b"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), b"hello!"),
    "chunked and cut": (make_answer(b"5\r\nhello\r\n9\r\nwo", "Transfer-Encoding: chunked"), b"hellowo"),
    "chunks joined, header left": (make_answer(b"hello", "Transfer-Encoding: chunked"), b"hello"),
    "gzip": (make_answer(gzip.compress(HTML), "Content-Encoding: gzip"), HTML),
    "empty": (make_answer(b""), b""),
    "no end of the headers": (b"HTTP/1.1 200 OK\r\nA: b", b""),
    "HTTP/2": (make_answer(first="HTTP/2 200"), HTML),
    "lines without returns": (b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + HTML, HTML),
}


@pytest.mark.parametrize(("block", "body"), BODIES.values(), ids=BODIES)
def test_body_is_what_the_server_meant(tmp_path: Path, block: bytes, body: bytes) -> None:
    (page,), said = read_all(write_file(tmp_path, pack_each([make_record(block)])))
    assert (page.status, page.body, said) == (200, body, [])


def test_headers_in_old_forms_are_understood(tmp_path: Path) -> None:
    block = make_answer(HTML, "X-Folded: one", " two", "Set-Cookie: a", "Set-Cookie: b", "Location: /caf\xe9", "junk")
    record = make_record(block, url=f"<{URL}>", date="2020-05-01T08:00:00.123456789Z")
    (page,), _ = read_all(write_file(tmp_path, pack_each([record])))
    assert (page.url, page.fetched_at) == (URL, "2020-05-01T08:00:00.123456+00:00")
    assert page.headers == {"x-folded": "one two", "set-cookie": "a, b", "location": "/café"}


GOOD = make_record(make_answer(), url="http://paper.example/good")
DIGEST = base64.b32encode(hashlib.sha1(b"something else").digest()).decode()
FAULTS = {
    "length too small": (make_record(make_answer(), Content_Length="10"), "longer than its Content-Length says"),
    "length too large": (make_record(make_answer(), Content_Length="99999"), "shorter than it says|longer than"),
    "no length": (make_record(make_answer(), Content_Length=""), "no Content-Length"),
    "length in letters": (make_record(make_answer(), Content_Length="many"), "no number: 'many'"),
    "another digest": (make_record(make_answer(), WARC_Block_Digest=f"sha1:{DIGEST}"), "its digest is another"),
    "no record": (b"nothing that anybody knows\r\n" * 20, "no record begins here"),
    "no date": (make_record(make_answer(), WARC_Date=""), "no WARC-Date"),
    "date in letters": (make_record(make_answer(), WARC_Date="today"), "no time: 'today'"),
    "no HTTP": (make_record(b"hello"), "no answer of a web server"),
    "brotli": (make_record(make_answer(b"\x0b\x02", "Content-Encoding: br")), "br cannot be undone"),
    "gzip that is cut": (make_record(make_answer(gzip.compress(HTML)[:-9], "Content-Encoding: gzip")), "cut short"),
    "revisit of nothing": (make_record(b"", "revisit", WARC_Refers_To_Date=DATE), "is not in the file"),
    "headers without end": (b"WARC/1.0\r\nA: " + b"x" * 300_000 + b"\r\n\r\n", "headers"),
}


@pytest.mark.parametrize("name", ["a member each", "not compressed"])
@pytest.mark.parametrize(("record", "reason"), FAULTS.values(), ids=FAULTS)
def test_broken_record_is_named_and_the_others_are_read(tmp_path: Path, record: bytes, reason: str, name: str) -> None:
    pack = PACKINGS[name]
    path = write_file(tmp_path, pack([GOOD, record, GOOD]))
    pages, said = read_all(path)
    assert [page.url for page in pages] == ["http://paper.example/good"] * 2
    assert len(said) == 1
    place = f"{path}, offset {len(pack([GOOD]))}: "
    assert said[0].startswith(place)
    assert re.search(reason, said[0])


def test_damage_in_the_middle_costs_one_record(tmp_path: Path) -> None:
    data = bytearray(pack_each([GOOD, GOOD, GOOD]))
    size = len(pack_each([GOOD]))
    data[size + 200] ^= 255
    pages, said = read_all(write_file(tmp_path, bytes(data)))
    assert [page.warc_offset for page in pages] == [0, 2 * size]
    assert f"offset {size}: the record is damaged (" in said[0]


@packings
def test_cut_file_gives_what_is_whole(tmp_path: Path, pack: Pack) -> None:
    pages, said = read_all(write_file(tmp_path, pack([make_record(make_answer(HTML * n)) for n in (1, 2, 900)])[:-20]))
    assert [len(page.body) for page in pages] == [len(HTML), 2 * len(HTML)]
    assert len(said) == 1
    assert "the file is cut short" in said[0] or "shorter than it says" in said[0]


def test_what_follows_damage_is_read_on(tmp_path: Path) -> None:
    records = [make_record(make_answer(bytes(range(256)) * 50), url=f"{URL}/{n}") for n in range(3)]
    first, second, third = (pack_each([record]) for record in records)
    found = list(iterate_records(write_file(tmp_path, first + second[:-1] + b"\x1f\x8b\x08rest" + third)))
    assert [isinstance(each, Broken) for each in found] == [False, True, False]
    assert found[2].offset == len(first + second) - 1 + 7


def test_zeros_behind_the_last_record_are_its_end(tmp_path: Path) -> None:
    whole, rest = iterate_records(write_file(tmp_path, pack_each([GOOD]) + bytes(5000)))
    assert rest == Broken(len(pack_each([GOOD])), "no record begins here", is_end=True)
    assert not isinstance(whole, Broken)


@packings
def test_what_is_larger_than_a_page_is_passed_over(tmp_path: Path, pack: Pack) -> None:
    film = make_record(make_answer(bytes(MAX_BLOCK_BYTES)))
    pages, said = read_all(write_file(tmp_path, pack([film, GOOD])))
    assert [page.url for page in pages] == ["http://paper.example/good"]
    assert "more than a page can" in said[0]


def test_revisits_have_the_body_of_the_record_that_they_name(tmp_path: Path) -> None:
    digest = {"WARC_Payload_Digest": "sha1:AAAA"}
    later, latest = "2020-06-01T08:00:00Z", "2020-07-01T08:00:00Z"
    told = make_answer(b"", "Content-Type: text/html", "ETag: new")
    records = [
        make_record(make_answer(), **digest),
        make_record(told, "revisit", date=later, **digest),
        make_record(
            make_answer(b"", first="HTTP/1.1 304 Not Modified"),
            "revisit",
            date=latest,
            WARC_Refers_To_Target_URI=URL,
            WARC_Refers_To_Date=DATE,
        ),
    ]
    pages, said = read_all(write_file(tmp_path, pack_each(records)))
    assert said == []
    assert [(page.status, page.body, page.warc_offset, page.fetched_at[:7]) for page in pages] == [
        (200, HTML, 0, "2020-05"),
        (200, HTML, 0, "2020-06"),
        (200, HTML, 0, "2020-07"),
    ]
    assert pages[1].headers["etag"] == "new"


def test_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarcError, match=r"gone\.warc\.gz: cannot be read \(No such file"):
        next(read_pages(tmp_path / "gone.warc.gz"))
