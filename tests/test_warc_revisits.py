"""A page that did not change is kept once: later visits refer to it, and every reader finds its bytes."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.warc import Exchange, WarcWriter, find_kept, read_page, read_pages
from newscrawl.warc.stream import Record, iterate_records
from tests.conftest import Run, make_due
from tests.site import FaultySite
from tests.test_warc import BODY, EXCHANGE, check

LATER = "2026-11-23T10:00:00+00:00"
UNCHANGED = replace(
    EXCHANGE, body=gzip.compress(BODY), response_headers=(("Content-Encoding", "gzip"), ("ETag", "1")), fetched_at=LATER
)
FIRST = replace(UNCHANGED, fetched_at=EXCHANGE.fetched_at)


def visit_twice(home: Path, second: Exchange) -> tuple[Path, tuple[str, int], tuple[str, int]]:
    with WarcWriter(home / "warc", prefix="x.com") as writer:
        first = writer.write(FIRST)
        again = writer.write(second, find_kept(home, *first))
    return home / first[0], first, again


def list_answers(path: Path) -> list[Record]:
    records = [record for record in iterate_records(path) if isinstance(record, Record)]
    return [record for record in records if record.type in ("response", "revisit")]


def test_the_same_bytes_are_not_kept_twice(tmp_path: Path) -> None:
    path, first, again = visit_twice(tmp_path, UNCHANGED)
    assert again == first
    whole, revisit = list_answers(path)
    told = revisit.headers
    assert told["warc-type"] == "revisit"
    assert told["warc-profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert told["warc-refers-to"] == whole.headers["warc-record-id"]
    assert told["warc-refers-to-target-uri"] == whole.url
    assert told["warc-refers-to-date"] == whole.headers["warc-date"]
    assert told["warc-payload-digest"] == whole.headers["warc-payload-digest"]
    assert revisit.block is not None
    assert revisit.block.endswith(b"ETag: 1\r\n\r\n")
    assert check(path).returncode == 0


def test_a_304_says_which_record_is_still_right(tmp_path: Path) -> None:
    not_modified = replace(UNCHANGED, status=304, reason="Not Modified", body=b"")
    path, first, again = visit_twice(tmp_path, not_modified)
    assert again == first
    revisit = list_answers(path)[1]
    assert revisit.headers["warc-profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert (revisit.block or b"").startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert check(path).returncode == 0


def test_a_revisit_is_read_as_the_page_that_it_was(tmp_path: Path) -> None:
    path, first, _ = visit_twice(tmp_path, UNCHANGED)
    pages = list(read_pages(path))
    assert [(page.body, page.fetched_at, page.warc_offset) for page in pages] == [
        (BODY, EXCHANGE.fetched_at, first[1]),
        (BODY, LATER, first[1]),
    ]


ANOTHER = {
    "other bytes": {"body": gzip.compress(BODY + b"!")},
    "another address": {"url": "http://x.com/other"},
    "another status": {"status": 404},
    "nothing": {"body": b""},
    "POST": {"method": "POST"},
}


@pytest.mark.parametrize("changes", ANOTHER.values(), ids=ANOTHER)
def test_anything_else_is_kept_whole(tmp_path: Path, changes: dict[str, object]) -> None:
    path, first, again = visit_twice(tmp_path, replace(UNCHANGED, **changes))
    assert again != first
    assert [record.type for record in list_answers(path)] == ["response"] * 2


def test_what_is_no_whole_response_is_never_referred_to(tmp_path: Path) -> None:
    path, first, _ = visit_twice(tmp_path, UNCHANGED)
    revisit = list_answers(path)[1]
    assert find_kept(tmp_path, *first) is not None
    for place in ((first[0], revisit.offset), (first[0], 0), (first[0], 7), ("warc/gone.warc.gz", 0)):
        assert find_kept(tmp_path, *place) is None


def test_a_crawl_refers_to_what_it_has(run: Run, home: Path) -> None:
    with FaultySite(3) as site:
        site.write_profile(home)
        run("crawl", "test")
        make_due(home)
        run("crawl", "test")
    first, second = sorted((home / "warc").iterdir())
    kinds = [Counter(record.type for record in list_answers(path)) for path in (first, second)]
    assert kinds[0]["revisit"] == 0
    assert kinds[1]["revisit"] >= 3
    with Archive(home / "archive.db", read_only=True) as archive:
        rows = list(archive.db.query("SELECT url, warc_file, warc_offset FROM pages WHERE warc_file IS NOT NULL"))
    assert len(rows) >= 3
    assert all(read_page(home, row["warc_file"], row["warc_offset"]).url == row["url"] for row in rows)
    assert run("verify").returncode == 0
