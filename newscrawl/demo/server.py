"""The demo paper on loopback: a real web server in a thread, so that a crawl of it is a real crawl."""

from __future__ import annotations

import errno
import gzip
import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import TCPServer, ThreadingMixIn
from threading import Lock, Thread
from typing import Self

from newscrawl.demo.answers import DEMO_KEY, expected_articles
from newscrawl.demo.pages import Reply, find_reply, print_replies
from newscrawl.demo.stories import load_edition, load_plan
from newscrawl.exceptions import UsageError
from newscrawl.items import Article, Site

DEMO_HOST = "127.0.0.1"
DEMO_PORT = 8421
DEMO_DELAY_SECONDS = 0.02
TEXT_TYPES = ("text/", "application/xml", "application/rss+xml", "image/svg+xml")


class Server(ThreadingMixIn, HTTPServer):
    """Threads are joined on closing; connections that clients keep open are cut first, or that would last for ever."""

    daemon_threads = False

    def __init__(self, port: int) -> None:
        self.requests: list[tuple[str, str, str]] = []
        self.connections: set[socket.socket] = set()
        self.lock = Lock()
        super().__init__((DEMO_HOST, port), Answer)
        self.base = f"http://{DEMO_HOST}:{self.server_port}"
        self.edition = load_edition(self.base)
        self.replies = print_replies(self.edition)

    def server_bind(self) -> None:
        # HTTPServer's own looks up this host's name, which can take seconds where no name server answers.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = DEMO_HOST, int(self.server_address[1])

    def cut_connections(self) -> None:
        with self.lock:
            for connection in self.connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Answer(BaseHTTPRequestHandler):
    """Answers GET and HEAD, quietly; text is sent with gzip to those who take it."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "newscrawl-demo"
    sys_version = ""
    # Without it Nagle's algorithm holds back the body of every answer for 40 ms.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections.add(self.connection)

    def finish(self) -> None:
        with self.server.lock:
            self.server.connections.discard(self.connection)
        with suppress(ConnectionError):
            super().finish()

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def answer(self, *, with_body: bool) -> None:
        self.server.requests.append((self.command, self.path, self.headers.get("User-Agent", "")))
        reply = find_reply(self.server.edition, self.server.replies, self.path)
        body, headers = self.encode(reply)
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def encode(self, reply: Reply) -> tuple[bytes, dict[str, str]]:
        headers = {"Content-Type": reply.content_type}
        body = reply.body
        if reply.location:
            headers["Location"] = reply.location
        elif reply.content_type.startswith(TEXT_TYPES):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        return body, headers

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that the library calls it by)
        """Say nothing: a person who runs the demo reads the crawl's report."""


class DemoSite:
    """The demo paper, served from `with DemoSite() as demo:` until the block ends.

    Port 0 takes any free port. A port that is taken raises UsageError.
    """

    def __init__(self, port: int = DEMO_PORT) -> None:
        self.port = port

    def __enter__(self) -> Self:
        try:
            self.server = Server(self.port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise UsageError(
                f"port {self.port} of {DEMO_HOST} is taken, perhaps by another demo: end that one and try again"
            ) from error
        # The short poll is how long closing waits for the loop to notice.
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), name="demo-site", daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.cut_connections()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        return self.server.base

    @property
    def requests(self) -> list[tuple[str, str, str]]:
        """(method, path, user agent) of every request so far, in the order of arrival."""
        return self.server.requests

    @property
    def expected(self) -> tuple[Article, ...]:
        return expected_articles(self.url)

    @property
    def site(self) -> Site:
        plan = load_plan()
        return Site(
            key=DEMO_KEY,
            name=plan.name,
            domain=self.url.removeprefix("http://"),
            timezone=plan.timezone,
            feeds=(f"{self.url}/feed.xml",),
            sitemaps=(f"{self.url}/sitemap.xml",),
            section_pages=tuple(f"{self.url}/section/{key}" for key in plan.sections),
            delay_seconds=DEMO_DELAY_SECONDS,
        )
