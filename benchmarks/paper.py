"""A newspaper for the crawl's benchmark: real pages, each address with a headline and a text of its own, served compressed.

`python -m benchmarks.paper NUMBER` serves in a process of its own, prints its port, and answers /times with when pages
were asked for.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import sys
import time
from datetime import UTC, datetime

from benchmarks.pages import load_pages

HOST = "127.0.0.1"
PAGE_SET = "gold-arabic"
# What a page names beside its own address would make one story of all its copies.
_OTHER_ADDRESSES = re.compile(rb"<link[^>]*rel=[\"']?(?:canonical|shortlink|amphtml|alternate)[^>]*>", re.IGNORECASE)
_TEXT = re.compile(rb"(?<=>)[^<>{}]{80,}(?=<)")
_HEADLINE = re.compile(rb"<h1[^>]*>\s*(?:<(?:span|a)[^>]*>\s*)?")


def make_page(number: int) -> bytes:
    """Return one of the real pages, so that no two are one story or copies of one another.

    Its headline begins with the number, and the words of its longer texts stand in an order of their own.
    """
    pages, dice = load_pages(PAGE_SET), random.Random(number)

    def shuffle(match: re.Match[bytes]) -> bytes:
        words = match[0].split(b" ")
        dice.shuffle(words)
        return b" ".join(words)

    html = _TEXT.sub(shuffle, _OTHER_ADDRESSES.sub(b"", pages[number % len(pages)].html))
    return _HEADLINE.sub(lambda match: match[0] + f"{number} ".encode(), html)


class _Connection(asyncio.Protocol):
    def __init__(self, bodies: list[bytes], asked: list[float]) -> None:
        self._bodies = bodies
        self._asked = asked
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            self._answer(request.split(b" ", 2)[1].decode())

    def _answer(self, path: str) -> None:
        kind, encoding, status = "text/html; charset=utf-8", "", "200 OK"
        if path.startswith("/news/"):
            self._asked.append(time.monotonic())
            body, encoding = self._bodies[int(path.removeprefix("/news/"))], "Content-Encoding: gzip\r\n"
        elif path == "/sitemap.xml":
            body, kind = self._print_sitemap(), "application/xml"
        elif path == "/times":
            body, kind = json.dumps([self._asked[0], self._asked[-1], len(self._asked)]).encode(), "application/json"
            self._asked.clear()
        else:
            body, status = b"", "404 Not Found"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)

    def _print_sitemap(self) -> bytes:
        host, port = self._transport.get_extra_info("sockname")
        # Of today: a first crawl takes the last days whole, and of what has no date a thousand pages.
        behind = f"</loc><lastmod>{datetime.now(UTC):%Y-%m-%d}</lastmod></url>"
        urls = "".join(f"<url><loc>http://{host}:{port}/news/{n}{behind}" for n in range(len(self._bodies)))
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


async def _serve(number: int) -> None:
    bodies, asked = [gzip.compress(make_page(n), 6) for n in range(number)], list[float]()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(bodies, asked), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
