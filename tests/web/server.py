"""A web site that answers from a table, fails where it is told to, and writes down everything it was asked."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from tests.web.stories import Story, print_story

_RST_ON_CLOSE = struct.pack("ii", 1, 0)
_SPELLINGS = re.compile(r"(?P<path>[^?;]*?)(?:(?P<amp>/amp)|/print)?/?(?:;[^?]*)?(?:\?.*)?")


class Asked(NamedTuple):
    """One line of the log: when (monotonic seconds), where, what, and what was answered; 0 stands for a reset."""

    at: float
    answered_at: float
    site: str
    path: str
    status: int
    is_conditional: bool


@dataclass
class Answer:
    body: str | bytes = ""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class WebSite:
    """Serves its `stories` by path and its `pages`, which are made anew for every request; all else is 404.

    `validators` is "etag", "date" (Last-Modified) or None. `once` and `always` name faults by path: a status, or
    "reset"; `slow` is how many seconds a path takes. `moved` are redirects by path, `missing` paths that say so with the
    status 200. `forbidden` are what robots.txt forbids, `delay` is the pause that a crawler owes it.
    """

    def __init__(self, name: str, address: str, *, delay: float = 0.05, validators: str | None = None) -> None:
        self.name = name
        self.delay = delay
        self.validators = validators
        self.charset = "utf-8"
        self.stories: dict[str, Story] = {}
        self.pages: dict[str, Callable[[], Answer]] = {}
        self.once: dict[str, int | str] = {}
        self.always: dict[str, int | str] = {}
        self.slow: dict[str, float] = {}
        self.moved: dict[str, str] = {}
        self.missing: set[str] = set()
        self.forbidden: tuple[str, ...] = ()
        self.log: list[Asked] = []
        self.tokens = count()
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer((address, 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.host = f"{address}:{self._server.server_port}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, *stories: Story) -> None:
        """Publish stories."""
        self.stories |= {story.path: story for story in stories}

    def is_door(self, path: str) -> bool:
        """Answer whether a path is what a crawl may ask for in any case: robots.txt, front doors, where they might be."""
        return path in self.pages or path in ("/robots.txt", "/sitemap.xml", "/feed", "/rss.xml")

    def drop(self, story: Story) -> None:
        """Take a story down; its front doors do not announce it any more."""
        del self.stories[story.path]

    def move(self, story: Story, path: str) -> None:
        """Give a story another address, to which the old one redirects; front doors announce the new one."""
        self.drop(story)
        self.moved[story.path], story.path = quote(path), path
        self.add(story)

    def entries(self) -> list[tuple[str, Story]]:
        """Return address and story, the newest first."""
        newest = sorted(self.stories.values(), key=lambda story: story.published, reverse=True)
        return [(self.url + story.path, story) for story in newest]

    def find_answer(self, path: str) -> Answer | None:
        """Return what stands at a path, None where the connection is to be reset."""
        fault = self.once.pop(path, None) or self.always.get(path)
        if fault == "reset":
            return None
        if isinstance(fault, int):
            return Answer("<h1>خطأ</h1>", status=fault, headers={"Retry-After": "1"} if fault == 429 else {})
        if target := self.moved.get(path):
            return Answer(status=301, headers={"Location": target if "://" in target else self.url + target})
        if path in self.missing:
            return Answer("<html lang='ar'><h1>عذرا، الصفحة غير موجودة</h1><p>تعذر العثور على ما تبحث عنه.</p></html>")
        return self.pages[path]() if path in self.pages else self._print_story(path)

    def _print_story(self, path: str) -> Answer:
        """A story at any of its addresses: with tracking and session parameters, as AMP, as one of its parts."""
        match = None if path in self.stories else _SPELLINGS.fullmatch(path)
        asked, is_amp = (match["path"], bool(match["amp"])) if match else (path, False)
        whole, _, number = asked.rpartition("/")
        token = "" if self.validators else f"<!-- {next(self.tokens)} -->"
        for candidate, part in ((asked, 1), (asked + "/", 1), (whole + "/", int(number) if number.isdigit() else 0)):
            story = self.stories.get(candidate)
            if story and 0 < part <= len(story.parts) + 1:
                page = print_story(story, part=part, charset=self.charset, is_amp=is_amp, token=token)
                return Answer(page.encode(self.charset), f"text/html; charset={self.charset}")
        return Answer("<h1>404</h1>", status=404)


class _Handler(BaseHTTPRequestHandler):
    site: WebSite
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        site, at, path = self.site, time.monotonic(), unquote(self.path)
        with site.lock:
            site.at_once += 1
            site.most_at_once = max(site.most_at_once, site.at_once)
            answer = site.find_answer(path)
        time.sleep(site.slow.get(path, 0.0))
        body = answer.body.encode() if answer and isinstance(answer.body, str) else answer.body if answer else b""
        validators = self._make_validators(body) if answer and answer.status == 200 else {}
        is_conditional = bool({"If-None-Match", "If-Modified-Since"} & set(self.headers))
        is_same = bool(validators) and all(self.headers[asked] == told for asked, (_, told) in validators.items())
        status = 304 if is_same else answer.status if answer else 0
        with site.lock:
            # Before the answer: whoever has read it finds it in the log.
            site.at_once -= 1
            site.log.append(Asked(at, time.monotonic(), site.name, path, status, is_conditional))
        if answer is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
            self.close_connection = True
            self.connection.close()
            return
        self._send(
            status,
            b"" if is_same else body,
            {**answer.headers, "Content-Type": answer.kind, **dict(validators.values())},
        )

    def _make_validators(self, body: bytes) -> dict[str, tuple[str, str]]:
        """Return by the name of the condition the header that it compares; the day of a page is made from its text."""
        digest = zlib.crc32(body)
        if self.site.validators == "etag":
            return {"If-None-Match": ("ETag", f'"{digest}"')}
        if self.site.validators == "date":
            moment = datetime.fromtimestamp(1_600_000_000 + digest % 100_000_000, UTC)
            return {"If-Modified-Since": ("Last-Modified", format_datetime(moment, usegmt=True))}
        return {}

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
