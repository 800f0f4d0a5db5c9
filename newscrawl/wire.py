"""An answer's head as the server wrote it, for the WARC: Twisted keeps neither the order of its lines nor their case."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.web._newclient import STATUS
from twisted.web.http_headers import InvalidHeaderName

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

Head = tuple[str, list[tuple[str, str]]]
"""The reason phrase, and the headers in order, each as (name, value)."""

# It travels as one more header, in letters that Twisted leaves alone: nothing else comes through Scrapy's agent.
_NAME = b"X-Newscrawl-Head"
_FOLD = re.compile(r"\n[ \t]+")


class OneAttempt(HTTP11DownloadHandler):
    """Download handler: sends a request once, and notes the head of its answer.

    Twisted sends it again, at once, where a kept connection was closed on it; the retries do that at the site's pace.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False
        self._pool._factory = _NotingFactory

    async def download_request(self, request: Request) -> Response:
        """Return the answer; its head is in the request's meta."""
        response = await super().download_request(request)
        request.meta["head"] = _take_head(response)
        return response


class _NotingParser(_LenientHTTPClientParser):
    _head: list[bytes]

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's names
        if self.state == STATUS:
            self._head = []
        self._head.append(line.removesuffix(b"\r"))
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        # A browser shows such a page too; Twisted would take the whole answer for a broken connection.
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:  # noqa: N802
        self.headers.setRawHeaders(_NAME, [b64encode(b"\n".join(self._head))])
        super().allHeadersReceived()  # type: ignore[no-untyped-call]


class _NotingProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # As Scrapy does it: the class of the parser is not ours to choose, and nothing has been received yet.
        assert self._parser is not None
        self._parser.__class__ = _NotingParser
        return answer


class _NotingFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _NotingProtocol:  # noqa: ARG002, N802
        return _NotingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def _take_head(response: Response) -> Head:
    """Take the head off an answer; folded lines are one, and what is no header, for want of a colon, is left out."""
    (noted,) = response.headers.pop(_NAME)
    first, *lines = _FOLD.sub(" ", b64decode(noted).decode("utf-8", "surrogateescape")).split("\n")
    headers = [(name, value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon]
    return first.split(" ", 2)[2] if first.count(" ") >= 2 else "", headers
