"""What happens on the wire: the pace, the record of every exchange, which hosts are public, silence."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from newscrawl import Archive
from newscrawl.downloading import is_public, require_contact
from newscrawl.exceptions import UsageError
from newscrawl.warc import read_page
from newscrawl.warc.stream import Record, iterate_records
from tests.conftest import Run
from tests.site import FaultySite, pages

PROJECT = Path(__file__).parent.parent


def test_the_pause_of_the_profile_lies_between_two_requests(run: Run, home: Path) -> None:
    with FaultySite(4) as site:
        site.write_profile(home)
        profile = home / "sites" / "test.toml"
        profile.write_text(profile.read_text(encoding="utf-8").replace("= 0\n", "= 0.3\n"), encoding="utf-8")
        run("crawl", "test")
        gaps = [later - earlier for earlier, later in zip(site.arrived, site.arrived[1:], strict=False)]
    assert len(gaps) == 5
    assert min(gaps) > 0.25


def test_every_answer_is_in_the_warc_as_it_came(run: Run, home: Path) -> None:
    faults = ("/error/1", "/missing/1", "/moved/1", "/moved/9", "/gzip/11", "/private/1", "/broken-gzip")
    with FaultySite(2, faults=faults) as site:
        site.write_profile(home)
        run("crawl", "test")
    kept: Counter[str] = Counter()
    bodies = {}
    for path in (home / "warc").iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    name = record.rec_headers.get_header("WARC-Target-URI").removeprefix(site.url)
                    kept[name] += 1
                    bodies[name] = record.raw_stream.read()
    assert kept == Counter(site.requests)
    assert kept["/error/1"] == 3
    assert gzip.decompress(bodies["/gzip/11"]).decode() == pages.print_article(11)


HEAD = (
    b"HTTP/1.1 200 Here You Are\r\nX-first: 1\r\nset-cookie: a=1\r\nCONTENT-TYPE: text/html; charset=utf-8\r\n"
    b"Set-Cookie: b=2\r\nX-Newscrawl-Head: forged\r\nno header at all\r\nX Spaced: 1\r\n\xd8\xae: 2\r\nX-Folded: one\r\n  two\r\nX-first: 2\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\nlast:\xd8\xae\r\nx-newscrawl-head: too\r\n\r\n"
)


class RawAnswers(StreamRequestHandler):
    """Sends HEAD and an article; robots.txt is there in any form."""

    def handle(self) -> None:
        is_page = b"robots.txt" not in self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        body = pages.print_article(1).encode()
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        self.wfile.write(HEAD + chunked if is_page else b"HTTP/1.1 404\r\ncontent-length: 0\r\n\r\n")


def test_heads_are_kept_line_by_line_as_the_server_wrote_them(run: Run, home: Path) -> None:
    with ThreadingTCPServer(("127.0.0.1", 0), RawAnswers) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/news/1"
        done = run("crawl", url)
        server.shutdown()
        thread.join()
    assert "1 new" in done.stderr
    found = [record for path in (home / "warc").iterdir() for record in iterate_records(path)]
    blocks = {record.url: record.block for record in found if isinstance(record, Record) and record.type == "response"}
    body = pages.print_article(1).encode()
    told = (
        HEAD.replace(b"no header at all\r\n", b"")
        .replace(b"\r\n  two", b" two")
        .replace(b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(body))
        .replace(b"last:", b"last: ")
    )
    assert blocks[url] == told + body
    assert blocks[url.replace("/news/1", "/robots.txt")] == b"HTTP/1.1 404\r\ncontent-length: 0\r\n\r\n"
    assert read_page(home, *find_place(home)).headers["set-cookie"] == "a=1, b=2"


def find_place(home: Path) -> tuple[str, int]:
    with Archive(home / "archive.db", read_only=True) as archive:
        (row,) = archive.db.query("SELECT warc_file, warc_offset FROM articles")
    return str(row["warc_file"]), int(row["warc_offset"])


def test_the_archive_points_at_the_page_that_the_article_came_from(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/moved/9", "/cp1256/12")) as site:
        site.write_profile(home)
        run("crawl", "test")
    with Archive(home / "archive.db", read_only=True) as archive:
        rows = list(archive.db.query("SELECT url, warc_file, warc_offset FROM articles"))
    assert len(rows) == 3
    for row in rows:
        assert read_page(home, row["warc_file"], row["warc_offset"]).url == row["url"]


def test_a_silent_server_is_given_up(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/silent",)) as site:
        site.write_profile(home)
        patience = ("-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=0")
        run("crawl", "news", "-a", "site=test", *patience, command="scrapy", cwd=PROJECT)
    with Archive(home / "archive.db", read_only=True) as archive:
        page = archive.find_page(f"{site.url}/silent")
        counts = archive.crawls("test")[0].counts
    assert page is not None
    assert (page.state, page.reason) == ("failed", "timeout")
    assert counts["failed: timeout"] == 1
    assert counts["new"] == 1


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.com", True),
        ("www.jareeda.example.com:8080", True),
        ("https://8.8.8.8/news", True),
        ("http://[2606:4700::1111]/", True),
        ("صحيفة.مصر", True),
        ("localhost", False),
        ("127.0.0.1:8421", False),
        ("http://127.8.8.8/", False),
        ("[::1]:80", False),
        ("192.168.1.20", False),
        ("10.0.0.1", False),
        ("169.254.1.1", False),
        ("paper.local", False),
        ("intranet", False),
        ("nobody.invalid", False),
    ],
)
def test_a_host_is_public_or_not_by_its_name(host: str, expected: bool) -> None:
    assert is_public(host) is expected


def test_a_contact_is_asked_for_before_public_hosts_alone() -> None:
    anonymous, known = Settings({"NEWSCRAWL_CONTACT": ""}), Settings({"NEWSCRAWL_CONTACT": "me@example.org"})
    require_contact(anonymous, ["127.0.0.1:80", "paper.local"])
    require_contact(known, ["example.com"])
    with pytest.raises(UsageError, match=r"NEWSCRAWL_CONTACT .* example\.com"):
        require_contact(anonymous, ["127.0.0.1:80", "example.com"])
