"""What a server sent is what others replay: byte by byte in the WARC, in pywb, in a WACZ, and to the eye.

The tools are real and in an environment of their own (`make .venv-replay/.done`); without it the tests are skipped.
"""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_STORED, ZipFile

import pytest

from newscrawl import Archive
from newscrawl.export.replay import write_wacz
from newscrawl.warc import update_index
from newscrawl.warc.stream import Record, iterate_records
from tests.conftest import BIN, TOOLS, make_due, make_environment
from tests.site import pages

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parent.parent


def encode(number: int, charset: str = "utf-8") -> bytes:
    return pages.print_article(number, charset).encode("cp1256" if charset != "utf-8" else "utf-8")


HTML = "text/html; charset=utf-8"
SERVED: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private/\n"),
    "/news/1": (200, {"Content-Type": HTML}, encode(1)),
    "/news/2": (200, {"Content-Type": HTML, "Content-Encoding": "gzip"}, gzip.compress(encode(2), mtime=0)),
    "/news/3": (200, {"Content-Type": HTML, "Content-Encoding": "deflate"}, zlib.compress(encode(3))),
    "/news/4": (200, {"Content-Type": HTML, "Transfer-Encoding": "chunked"}, encode(4)),
    "/news/5": (200, {"Content-Type": "text/html"}, encode(5, "windows-1256")),
    "/news/6": (200, {"Content-Type": HTML, "ETag": '"6"'}, encode(6)),
    "/news/7": (
        200,
        {"Content-Type": HTML, "Content-Encoding": "gzip", "Transfer-Encoding": "chunked"},
        gzip.compress(encode(7), mtime=0),
    ),
    "/empty": (200, {"Content-Type": HTML}, b""),
    "/moved": (301, {"Location": "/news/1", "Content-Type": HTML}, "<p>انتقل الخبر".encode()),
    "/missing": (404, {"Content-Type": HTML}, "<h1>غير موجود</h1>".encode()),
}


class _Handler(BaseHTTPRequestHandler):
    """Sends what SERVED says, and remembers what it was asked with; 304 where the visitor has it."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, int]]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        status, headers, body = self.find_answer()
        if headers.get("ETag") and self.headers["If-None-Match"] == headers["ETag"]:
            status, headers, body = 304, {"ETag": headers["ETag"]}, b""
        self.asked.append((self.path, self.headers.get("Accept-Encoding", ""), status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Transfer-Encoding" in headers:
            self.end_headers()
            parts = [body[start : start + 500] for start in range(0, len(body), 500)]
            self.wfile.write(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""]))
        else:
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def find_answer(self) -> tuple[int, dict[str, str], bytes]:
        if self.path != "/feed.xml":
            return SERVED.get(self.path, (404, {"Content-Type": HTML}, b"<h1>404</h1>"))
        links = [f"http://{self.headers['Host']}{path}" for path in SERVED if path != "/robots.txt"]
        feed = pages.print_feed(f"http://{self.headers['Host']}", links)
        return 200, {"Content-Type": "application/rss+xml; charset=utf-8"}, feed.encode()


@dataclass(frozen=True)
class Crawled:
    """An archive of the site, crawled twice, and what the site remembers."""

    home: Path
    url: str
    asked: list[tuple[str, str, int]]

    @property
    def files(self) -> list[Path]:
        return sorted((self.home / "warc").iterdir())

    def records(self, kind: str) -> list[Record]:
        found = [found for path in self.files for found in iterate_records(path)]
        assert all(isinstance(each, Record) for each in found)
        return [each for each in found if isinstance(each, Record) and each.type == kind]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("replay")
    asked: list[tuple[str, str, int]] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"asked": asked})) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        (home / "sites").mkdir()
        profile = f'name = "جريدة"\ndomain = "{urlsplit(url).netloc}"\nfeeds = ["{url}/feed.xml"]\ndelay_seconds = 0\n'
        (home / "sites" / "paper.toml").write_text(profile, encoding="utf-8")
        command = [BIN / "newscrawl", "--home", home, "crawl", "paper", "--allow-private"]
        for _ in range(2):
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=make_environment())
            assert "7 new" in done.stderr or "0 new" in done.stderr, done.stderr
            make_due(home)
        server.shutdown()
        thread.join()
    return Crawled(home, url, asked)


@pytest.fixture(scope="module")
def tools() -> Path:
    if not (TOOLS / "wayback").exists():
        pytest.skip("pywb, wacz and cdxj-indexer are not installed: make .venv-replay/.done")
    return TOOLS


def test_every_body_is_kept_as_it_was_sent(crawled: Crawled) -> None:
    kept = {}
    for record in crawled.records("response"):
        head, _, body = (record.block or b"").partition(b"\r\n\r\n")
        kept.setdefault(record.url.removeprefix(crawled.url), (head, body))
    assert set(SERVED) < set(kept)
    for path, (status, headers, sent) in SERVED.items():
        head, body = kept[path]
        assert body == sent, path
        lines = head.decode().split("\r\n")
        assert lines[0].startswith(f"HTTP/1.1 {status} ")
        told = dict(line.split(": ", 1) for line in lines[1:])
        assert told.get("Content-Length", str(len(sent))) == str(len(sent))
        assert told.get("Content-Encoding") == headers.get("Content-Encoding")
        assert "Transfer-Encoding" not in told


def test_every_exchange_is_kept_and_repetitions_refer_to_it(crawled: Crawled) -> None:
    answers = crawled.records("response") + crawled.records("revisit")
    assert len(answers) == len(crawled.records("request")) == len(crawled.asked)
    profiles = [record.headers["warc-profile"].rpartition("/")[2] for record in crawled.records("revisit")]
    assert profiles.count("server-not-modified") == sum(status == 304 for _, _, status in crawled.asked) == 1
    assert profiles.count("identical-payload-digest") >= 6


def test_no_coding_is_asked_for_that_readers_of_warc_lack(crawled: Crawled) -> None:
    assert {coding for _, coding, _ in crawled.asked} == {"gzip, deflate"}


def test_warcio_and_cdxj_indexer_accept_the_files(crawled: Crawled, tools: Path) -> None:
    checked = subprocess.run([tools / "warcio", "check", *crawled.files], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
    theirs = subprocess.run(
        [tools / "cdxj-indexer", "--sort", *crawled.files], capture_output=True, text=True, check=True
    )
    ours = [line for path in (crawled.home / "index").glob("*.cdxj") for line in path.read_text("utf-8").splitlines()]
    assert sorted(ours) == [line for line in theirs.stdout.splitlines() if '"status": "304"' not in line]


ADDRESSES = (
    "http://www2.x.com:8080/A%2FB/%2525?PHPSESSID=0123456789abcdef0123456789abcdef",
    "http://x.com/?a=1&sid=0123456789abcdef0123456789abcdef&b=2",
    "http://x.com/%D8%AE%D8%A8%D8%B1/?id=7&q=%D8%AE%26x&&A=%23",
    "http://xn--ogbhx3c3b.xn--wgbh1c/a+b?c=d+e&&f",
    "http://user:pw@X.com/a/./b/../c//d;jsessionid=0123456789abcdef0123456789abcdef?x",
    "http://x.com/a%5Bb%5D?c[]=1&c%5B%5D=2&b&a",
    "https://x.com:443",
)


def test_our_keys_are_those_of_cdxj_indexer(tmp_path: Path, tools: Path) -> None:
    from dataclasses import replace

    from newscrawl.warc import WarcWriter
    from tests.test_warc import EXCHANGE

    with WarcWriter(tmp_path / "warc", prefix="x.com") as writer:
        for url in ADDRESSES:
            warc_file, _ = writer.write(replace(EXCHANGE, url=url))
    update_index(tmp_path)
    command = [tools / "cdxj-indexer", "--sort", tmp_path / warc_file]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True)
    (ours,) = (tmp_path / "index").glob("*.cdxj")
    assert ours.read_text("utf-8") == theirs.stdout


@contextmanager
def served_by_pywb(tools: Path, home: Path) -> Iterator[int]:
    """Run pywb in the archive's folder as it is; give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [tools / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "pywb did not start"
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def ask(port: int, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate"})
    answer = connection.getresponse()
    try:
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def pywb(crawled: Crawled, tools: Path) -> Iterator[int]:
    with served_by_pywb(tools, crawled.home) as port:
        yield port


def test_pywb_opens_the_folder_and_replays_every_page(crawled: Crawled, pywb: int) -> None:
    moments = {record.url: record.headers["warc-date"] for record in crawled.records("response")}
    revisits = {record.url: record.headers["warc-date"] for record in crawled.records("revisit")}
    for path, (status, headers, sent) in SERVED.items():
        url = crawled.url + path
        for moment in filter(None, (moments[url], revisits.get(url))):
            stamp = "".join(filter(str.isdigit, moment))[:14]
            answer = ask(pywb, f"/news/{stamp}id_/{url}")
            assert answer[0] == status, (path, moment)
            assert answer[2] == sent, (path, moment)
            assert answer[1].get("Content-Encoding") == headers.get("Content-Encoding"), path


def test_a_replayed_article_is_arabic_to_the_eye(crawled: Crawled, pywb: int, tmp_path: Path) -> None:
    from scrapy.settings import Settings

    from newscrawl.exceptions import UsageError
    from newscrawl.rendering import find_browser

    try:
        browser_path = find_browser(Settings({"NEWSCRAWL_CHROMIUM": ""}))
    except UsageError as error:
        pytest.skip(str(error))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, chromium_sandbox=False)
        page = browser.new_page(viewport={"width": 900, "height": 600})
        page.goto(f"http://127.0.0.1:{pywb}/news/{crawled.url}/news/2", timeout=60_000)
        headline = page.frame_locator("#replay_iframe").locator("h1")
        assert headline.inner_text(timeout=60_000) == pages.title_of(2)
        assert headline.evaluate("element => getComputedStyle(element).direction") == "rtl"
        picture = tmp_path / "replayed.png"
        page.screenshot(path=picture)
        browser.close()
    assert picture.stat().st_size > 10_000


def test_a_wacz_of_the_articles_is_valid_and_leads_to_their_bytes(
    crawled: Crawled, tools: Path, tmp_path: Path
) -> None:
    out, problems = tmp_path / "paper.wacz", list[str]()
    with Archive(crawled.home / "archive.db", read_only=True) as archive:
        assert write_wacz(archive, archive.articles(), out, problems) == (7, 7)
    assert problems == []
    checked = subprocess.run([tools / "wacz", "validate", "-f", out], capture_output=True, text=True, check=False)
    assert checked.returncode == 0
    assert "is valid" in checked.stdout
    with ZipFile(out) as wacz:
        assert wacz.getinfo("archive/pages-001.warc.gz").compress_type == ZIP_STORED
        warc = wacz.read("archive/pages-001.warc.gz")
        lines = gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode().splitlines()
        offered = [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()[1:]]
    assert {page["title"] for page in offered} == {pages.title_of(number) for number in range(1, 8)}
    assert lines == sorted(lines)
    for line in lines:
        told = json.loads(line.split(" ", 2)[2])
        record = gzip.decompress(warc[int(told["offset"]) :][: int(told["length"])])
        assert f"WARC-Target-URI: {told['url']}\r\n".encode() in record


def test_a_record_that_is_damaged_is_left_out_of_a_wacz_and_named(crawled: Crawled, tmp_path: Path) -> None:
    import shutil

    home = tmp_path / "copy"
    shutil.copytree(crawled.home, home)
    with Archive(home / "archive.db", read_only=True) as archive:
        (row,) = archive.db.query("SELECT warc_file, warc_offset FROM articles WHERE url LIKE '%/news/2'")
        data = bytearray((home / row["warc_file"]).read_bytes())
        data[row["warc_offset"] + 300] ^= 255
        (home / row["warc_file"]).write_bytes(data)
        problems: list[str] = []
        assert write_wacz(archive, archive.articles(), tmp_path / "x.wacz", problems) == (7, 6)
    assert len(problems) == 1
    assert f"offset {row['warc_offset']}: the record is damaged" in problems[0]
