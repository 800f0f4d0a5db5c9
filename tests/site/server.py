"""The server: a thread a connection, a log of what was asked, and faults on request.

Real sockets, because the faults are the socket's: resets, cuts, silence.
"""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self

from tests.site import pages

_RST_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultySite:
    """`articles` good ones, and whatever `faults` names, all linked from the feed; `delay` is added to every answer.

    `robots` is robots.txt, or the status that stands for it, "-> URL" or "silence". `requests` are the paths that were asked for, `arrived` when.
    The numbers in `changed` have another text, those in `gone` are no more, those in `moved_home` lead to the home page.
    `has_etags` makes pages and front doors answer 304, which `unmodified` counts by path. `lastmod` is what the sitemap
    says of every article.
    `pages` are HTML by path, linked from the feed where `faults` names them; a path that begins with "/" redirects.
    `pictures` are PNG files by path.
    """

    def __init__(
        self,
        articles: int = 5,
        *,
        faults: tuple[str, ...] = (),
        delay: float = 0.0,
        robots: str | bytes | int | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self.articles = articles
        self.faults = faults
        self.delay = delay
        self.address = address
        self.robots = "User-agent: *\nDisallow: /private/\n" if robots is None else robots
        self.requests: list[str] = []
        self.agents: list[str] = []
        self.at_once = self.most_at_once = 0
        self.arrived: list[float] = []
        self.changed: set[int] = set()
        self.gone: set[int] = set()
        self.moved_home: set[int] = set()
        self.has_etags = False
        self.unmodified: Counter[str] = Counter()
        self.lastmod = "2025-01-15T08:00:00+00:00"
        self.is_closed = False
        self.snares: list[str] = []
        self.pages: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer((self.address, 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_port
        self.host = f"{self.address}:{self.port}"
        self.url = f"http://{self.host}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_closed = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return Counter(self.requests)[path]

    def article_paths(self) -> list[str]:
        return [f"/news/{number}" for number in range(1, self.articles + 1)]

    def write_profile(self, home: Path, key: str = "test", more: str = "") -> None:
        """Describe this server to the crawler as the site `key`."""
        folder = home / "sites"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}.toml").write_text(
            f'name = "صحيفة التجربة"\ndomain = "{self.host}"\nfeeds = ["{self.url}/feed.xml"]\n'
            f"delay_seconds = 0\n{more}\n",
            encoding="utf-8",
        )


class _Handler(BaseHTTPRequestHandler):
    site: FaultySite
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        self.site.requests.append(self.path)
        self.site.arrived.append(time.monotonic())
        self.site.agents.append(self.headers.get("User-Agent", ""))
        self.site.at_once += 1
        self.site.most_at_once = max(self.site.most_at_once, self.site.at_once)
        try:
            self.answer()
        finally:
            self.site.at_once -= 1

    def answer(self) -> None:
        if self.site.delay:
            time.sleep(self.site.delay)
        if page := self.site.pages.get(self.path):
            self.redirect(page) if page.startswith("/") else self.send(page.encode())
            return
        if picture := self.site.pictures.get(self.path):
            self.send(picture, "image/png")
            return
        name, _, rest = self.path.lstrip("/").partition("/")
        answer = getattr(self, "get_" + name.replace("-", "_").replace(".", "_"), None)
        if answer is None:
            self.send(b"<h1>404</h1>", status=404)
        else:
            answer(rest)

    def send(self, body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> None:
        if self.site.has_etags and status == 200:
            headers["ETag"] = f'"{zlib.crc32(body)}"'
            if self.headers["If-None-Match"] == headers["ETag"]:
                self.site.unmodified[self.path] += 1
                body, status = b"", 304
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, path: str, status: int = 301) -> None:
        location = path if ":" in path else self.site.url + path
        self.send(b"", status=status, Location=location)

    # --- what a good site has

    def get_robots_txt(self, _: str) -> None:
        robots = self.site.robots
        if isinstance(robots, int):
            self.send(b"<h1>no</h1>", status=robots)
        elif isinstance(robots, str) and robots.startswith("-> "):
            self.redirect(robots.removeprefix("-> "))
        elif robots == "silence":
            time.sleep(5)
        else:
            self.send(robots if isinstance(robots, bytes) else robots.encode(), "text/plain")

    def get_feed_xml(self, _: str) -> None:
        links = [self.site.url + path for path in (*self.site.article_paths(), *self.site.faults)]
        self.send(pages.print_feed(self.site.url, links).encode(), "application/rss+xml; charset=utf-8")

    def get_sitemap_index_xml(self, _: str) -> None:
        self.send(pages.print_sitemap_index([f"{self.site.url}/sitemap.xml"]).encode(), "application/xml")

    def get_sitemap_xml(self, _: str) -> None:
        links = [(self.site.url + path, self.site.lastmod) for path in self.site.article_paths()]
        self.send(pages.print_sitemap(links).encode(), "application/xml")

    def get_(self, _: str) -> None:
        links = [(path, pages.title_of(number)) for number, path in enumerate(self.site.article_paths(), 1)]
        self.send(pages.print_section("الرئيسية", links).encode())

    def get_section(self, rest: str) -> None:
        """Two links a page, and a link to the next page while there is one."""
        number = int(rest.partition("page/")[2] or 1)
        paths = self.site.article_paths()[(number - 1) * 2 : number * 2]
        links = [(path, pages.title_of(int(path.rpartition("/")[2]))) for path in paths]
        has_next = number * 2 < self.site.articles
        self.send(pages.print_section("سياسة", links, f"/section/page/{number + 1}" if has_next else None).encode())

    def get_news(self, rest: str) -> None:
        number = int(rest.partition("?")[0].partition(";")[0])
        if number in self.site.gone:
            self.send(b"<h1>404</h1>", status=404)
            return
        if number in self.site.moved_home:
            self.redirect("/", 302)
            return
        self.send(pages.print_article(number, is_changed=number in self.site.changed).encode())

    def get_private(self, _: str) -> None:
        self.send(pages.print_article(900).encode())

    # --- faults

    def get_gzip(self, rest: str) -> None:
        body = gzip.compress(pages.print_article(int(rest)).encode(), mtime=0)
        self.send(body, Content_Encoding="gzip")

    def get_cp1256(self, rest: str) -> None:
        self.send(pages.print_article(int(rest), "windows-1256").encode("cp1256"), "text/html; charset=windows-1256")

    def get_error(self, _: str) -> None:
        self.send(b"oops", status=500)

    def get_flaky(self, rest: str) -> None:
        """Fails once, then is well."""
        if self.site.count(self.path) == 1:
            self.send(b"busy", status=503)
        else:
            self.get_news(rest)

    def get_busy(self, rest: str) -> None:
        """Asks for so many seconds without a visit, then is well."""
        seconds, _, number = rest.partition("/")
        if self.site.count(self.path) == 1:
            self.send(b"busy", status=429, Retry_After=seconds)
        else:
            self.get_news(number)

    def get_loop_a(self, _: str) -> None:
        self.redirect("/loop-b", 302)

    def get_loop_b(self, _: str) -> None:
        self.redirect("/loop-a", 302)

    def get_moved(self, rest: str) -> None:
        self.redirect(f"/news/{rest}")

    def get_home(self, _: str) -> None:
        self.redirect("/", 302)

    def get_to(self, rest: str) -> None:
        self.redirect(rest, 302)

    def get_hops(self, rest: str) -> None:
        """So many more redirects, then what stands behind them: rules that forbid /private/."""
        left = int(rest.partition("/")[0]) - 1
        if left:
            self.redirect(f"/hops/{left}/rules", 302)
        else:
            self.send(b"User-agent: *\nDisallow: /private/\n", "text/plain")

    def get_away(self, _: str) -> None:
        self.redirect("http://elsewhere.example.com/news/1")

    def get_reset(self, _: str) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
        self.close_connection = True
        self.connection.close()

    def get_cut(self, _: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"<p>half a page")
        self.close_connection = True

    def get_silent(self, _: str) -> None:
        time.sleep(30)

    def get_endless(self, _: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            while True:
                self.wfile.write(b"<p>" + b"x" * 65_536)

    def get_bomb(self, _: str) -> None:
        """A few kilobytes that are 40 MB when unpacked."""
        self.send(gzip.compress(b"<p>" + b" " * 40_000_000, mtime=0), Content_Encoding="gzip")

    def get_packed_bomb(self, rest: str) -> None:
        """The same in other codings, or one inside the other."""
        plain = b"<p>" + b" " * 40_000_000
        packed = {
            "deflate": lambda: zlib.compress(plain),
            "gzip, gzip": lambda: gzip.compress(gzip.compress(plain, mtime=0), mtime=0),
        }
        coding = {"twice": "gzip, gzip"}.get(rest, rest)
        self.send(packed[coding](), Content_Encoding=coding)

    def get_drip(self, _: str) -> None:
        """A byte now and then, for ever: no single wait is long."""
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            while not self.site.is_closed:
                self.wfile.write(b"<")
                time.sleep(0.05)

    def get_header_flood(self, _: str) -> None:
        self.send_response(200)
        self.close_connection = True
        with suppress(OSError):
            while not self.site.is_closed:
                self.wfile.write(b"X-Flood: " + b"x" * 1_000 + b"\r\n")

    def get_calendar(self, rest: str) -> None:
        """Each day links to forty others, and to the next list; none of them has a text."""
        number = int(rest.rpartition("/")[2] or 1)
        links = [
            (f"/calendar/2024/{1 + day % 12:02d}/{day}", f"أحداث اليوم رقم {day} من سنوات المدينة القديمة كلها")
            for day in range(number * 40, number * 40 + 40)
        ]
        self.send(pages.print_section("يوميات", links, f"/calendar/2024/01/{number + 1}").encode())

    def get_visits(self, rest: str) -> None:
        """The same three articles at addresses of their own for each visitor."""
        number = int(rest or 0)
        links = [(f"/visit/{1 + n % 3}?v={number}{n}", pages.title_of(1 + n % 3)) for n in range(40)]
        self.send(pages.print_section("زيارات", links, f"/visits/{number + 1}").encode())

    def get_visit(self, rest: str) -> None:
        number = int(rest.partition("?")[0])
        canonical = f'<link rel="canonical" href="{self.site.url}/visit/{number}">'
        self.send(pages.print_article(number).replace("</head>", f"{canonical}</head>").encode())

    def get_index(self, rest: str) -> None:
        """A sitemap index that names the next one, for ever."""
        self.send(pages.print_sitemap_index([f"{self.site.url}/index/{int(rest) + 1}"]).encode(), "application/xml")

    def get_broken_gzip(self, _: str) -> None:
        self.send(b"\x1f\x8b\x08\x00 this is no gzip", Content_Encoding="gzip")

    def get_cut_gzip(self, rest: str) -> None:
        body = gzip.compress(pages.print_article(int(rest)).encode(), mtime=0)
        self.send(body[: len(body) * 2 // 3], Content_Encoding="gzip")

    def get_packed(self, rest: str) -> None:
        """What announces a coding that was never applied."""
        coding, _, number = rest.partition("/")
        self.send(pages.print_article(int(number)).encode(), Content_Encoding=coding)

    def get_empty(self, _: str) -> None:
        self.send(b"")

    def get_hostile(self, rest: str) -> None:
        """An article whose texts would command a terminal."""
        attack = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202e"
        page = pages.print_article(int(rest)).replace("البلدية", f"البلدية{attack}")
        self.send(page.encode(), X_Powered_By="\x1b[2J")

    def get_hostile_redirect(self, _: str) -> None:
        self.redirect("http://127.0.0.1:1/\x1b[2J\x9b2J", 302)

    def get_hostile_xml(self, _: str) -> None:
        self.send(b'<?xml version="1.0"?><urlset><\x1b[2J hostile \xc2\x9b2J></urlset', "application/xml")

    def get_shell(self, rest: str) -> None:
        """A page without a text: its script asks for it, and for what it should not get."""
        self.send(pages.print_shell(int(rest), self.site.snares).encode())

    def get_shell_js(self, _: str) -> None:
        self.send(pages.SHELL_SCRIPT.encode(), "text/javascript")

    def get_shell_data(self, rest: str) -> None:
        self.send(pages.print_article(int(rest)).encode(), "text/plain; charset=utf-8")

    def get_hanging(self, rest: str) -> None:
        self.send(pages.print_shell(int(rest)).replace('src="/shell.js">', ">while (true) {}").encode())

    def get_kept_by_others(self, rest: str) -> None:
        body = pages.print_article(int(rest)).replace("</head>", '<meta name="robots" content="noarchive"></head>')
        self.send(body.encode(), X_Robots_Tag="noindex")

    def get_binary(self, _: str) -> None:
        self.send(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "text/html")

    def get_nonsense(self, _: str) -> None:
        self.wfile.write(b"this is no HTTP\r\n\r\n")
        self.close_connection = True
