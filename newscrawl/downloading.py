"""What happens on the wire: every exchange is recorded, hosts are told apart, failures get a name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit
from uuid import uuid4

from scrapy import exceptions as scrapy_errors
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.addresses import is_public_host
from newscrawl.comparing import find_equal
from newscrawl.decoding import decode_content
from newscrawl.exceptions import NewscrawlError, UsageError
from newscrawl.extensions import RunningCrawl
from newscrawl.items import Page
from newscrawl.urls import get_host
from newscrawl.warc import Exchange, Kept, find_kept

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

_REASONS: dict[type[BaseException], str] = {
    scrapy_errors.CannotResolveHostError: "dns",
    scrapy_errors.DownloadConnectionRefusedError: "refused",
    scrapy_errors.DownloadTimeoutError: "timeout",
    # Scrapy cancels a download for its size alone.
    scrapy_errors.DownloadCancelledError: "too large",
    scrapy_errors.ResponseDataLossError: "cut off",
    scrapy_errors.DownloadFailedError: "reset",
    # What Scrapy says of a Location that is no address: mailto:, javascript:
    ValueError: "redirect to no address",
}
ROBOTS = "robots.txt"
PRIVATE = "private address"
NO_ADDRESS = "no web address"
TRAP = "address trap"
REFUSALS = frozenset({ROBOTS, PRIVATE, NO_ADDRESS, TRAP})
"""Why a page may not be asked for at all."""
FORBIDDEN = "forbidden by robots.txt"
BROKEN = "broken encoding"
_IGNORED = {
    FORBIDDEN: ROBOTS,
    PRIVATE: PRIVATE,
    TRAP: TRAP,
    NO_ADDRESS: NO_ADDRESS,
    "max redirections reached": "too many redirects",
    BROKEN: BROKEN,
}


class PrivateAddressError(scrapy_errors.IgnoreRequest):
    """The host of `url` lies on this machine or its network, and nobody named it."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{PRIVATE}: {url}")
        self.url = url


class RobotsUnreachableError(scrapy_errors.IgnoreRequest):
    """A robots.txt could not be had; its cause, where it has one, is what the download failed of."""


class Recorder:
    """Downloader middleware nearest to the wire: robots.txt, redirects and error pages go into the WARC too.

    It serialises at once: the middlewares above it decode the body and edit the headers in place.
    """

    def __init__(self, running: RunningCrawl) -> None:
        self._running = running

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(RunningCrawl.of(crawler))

    def process_request(self, request: Request) -> None:
        """Send nothing more once a write was refused: it could not be kept."""
        if self._running.error is not None:
            raise scrapy_errors.IgnoreRequest(f"not sent, the crawl is ending: {request.url}")

    def process_response(self, request: Request, response: Response) -> Response:
        fetched_at = self._running.now()
        try:
            exchange = _exchange(request, response, fetched_at)
            request.meta["warc"] = self._write(request, response, exchange)
            request.meta["warc_record_id"] = exchange.record_id
        except NewscrawlError as error:
            self._running.stop(error)
            raise scrapy_errors.IgnoreRequest(str(error)) from error
        request.meta["fetched_at"] = fetched_at
        return response

    def _write(self, request: Request, response: Response, exchange: Exchange) -> tuple[str, int]:
        """Append the answer and return where it is, or where what it says is kept already."""
        writer, kept = self._running.writer, self._find_kept(request, response)
        request.meta["digest"] = None
        if kept is None or kept.is_repeated_by(exchange) or not self._may_leave_out(request, response):
            return writer.write(exchange, kept)
        headers = _join(response.headers)
        page = Page(response.url, response.status, headers, response.body, exchange.fetched_at)
        with suppress(ValueError):
            page = replace(page, body=decode_content(page.body, headers.get("content-encoding")))
        place = (kept.warc_file, kept.warc_offset)
        known = find_equal(self._running.home, self._running.site, place, page)
        if known is None:
            return writer.write(exchange)
        # Whose bytes the row names, its digest is of.
        request.meta["digest"] = hashlib.sha256(known.body).hexdigest()
        return writer.write_equal(exchange, kept)

    def _may_leave_out(self, request: Request, response: Response) -> bool:
        """Answer whether the site's bytes are kept only where an article changed, and this may be such a page.

        A crawl that continues a killed one keeps all: extracting this very page may have been what killed it.
        """
        running = self._running
        is_visit = request.method == "GET" and response.status == HTTPStatus.OK and "is_picture" not in request.meta
        return running.site.raw == "changed" and is_visit and "claimed" in request.meta and not running.resumed_from

    def _find_kept(self, request: Request, response: Response) -> Kept | None:
        """Return the record that an answer may repeat: of the last visit, where the request names its place.

        A redirect leads to another page. Of pictures it is the one with these bytes, whatever its address.
        """
        running, place = self._running, None if "redirect_urls" in request.meta else request.meta.get("kept")
        is_picture = bool(request.meta.get("is_picture")) and bool(response.body)
        if is_picture:
            place = running.archive.pictures.find_same(hashlib.sha256(response.body).hexdigest())
        kept = find_kept(running.home, *place) if place else None
        return replace(kept, at_any_address=is_picture) if kept else None


def _exchange(request: Request, response: Response, fetched_at: str) -> Exchange:
    reason, headers = request.meta["head"]
    return Exchange(
        url=response.url,
        method=request.method,
        request_headers=[("Host", urlparse_cached(request).netloc), *_pairs(request.headers)],
        status=response.status,
        reason=reason,
        response_headers=headers,
        body=response.body,
        fetched_at=fetched_at,
        record_id=uuid4().urn.join("<>"),
        ip_address=str(response.ip_address) if response.ip_address else None,
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    """Header bytes as text that the WARC writer turns back into the same bytes."""
    decoded = ((name.decode("latin-1"), headers.getlist(name)) for name in headers)
    return [(name, value.decode("utf-8", "surrogateescape")) for name, values in decoded for value in values]


def is_success(response: Response) -> bool:
    """Answer whether the server sent what it was asked for."""
    return 200 <= response.status < 300


def to_page(response: Response) -> Page:
    """Return the response as a page; Scrapy has undone its content encoding. Without a recorder it has no WARC."""
    warc_file, warc_offset = response.meta.get("warc", (None, None))
    return Page(
        url=response.url,
        status=response.status,
        headers=_join(response.headers),
        body=response.body,
        fetched_at=response.meta.get("fetched_at") or datetime.now(UTC).isoformat(timespec="seconds"),
        warc_file=warc_file,
        warc_offset=warc_offset,
        digest=response.meta.get("digest"),
    )


def _join(headers: Headers) -> Mapping[str, str]:
    """Return the headers by lower-case name, repeated ones joined."""
    joined = {name.decode("latin-1").lower(): ", ".join(map(_decode, values)) for name, values in headers.items()}
    return MappingProxyType(joined)


def _decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def read_failure(failure: Failure) -> tuple[Request, str]:
    """Return the request that failed, the last of its redirects, and the word under which that is counted."""
    request: Request = failure.request  # type: ignore[attr-defined]
    assert failure.value is not None
    return request, name_failure(failure.value)


def name_failure(raised: BaseException) -> str:
    """Return the word under which a failed download is counted; one of REFUSALS when the address may not be asked for."""
    is_unreachable = isinstance(raised, RobotsUnreachableError)
    error = (raised.__cause__ if is_unreachable else None) or raised
    text = str(error)
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    if is_unreachable:
        return "robots.txt unreachable"
    if isinstance(error, scrapy_errors.IgnoreRequest):
        return next((reason for part, reason in _IGNORED.items() if part in text), "ignored")
    return type(error).__name__


def is_public(url_or_host: str) -> bool:
    """Answer whether the host lies outside this machine and its network, by its name alone: nothing is looked up."""
    host = get_host(url_or_host if "://" in url_or_host else f"http://{url_or_host}")
    return is_public_host(urlsplit(f"//{host}").hostname or "")


def require_contact(settings: BaseSettings, hosts: Iterable[str]) -> None:
    """Raise UsageError when a public host would be crawled by somebody whom its webmaster cannot reach."""
    public = next((host for host in hosts if is_public(host)), None)
    if public and not settings["NEWSCRAWL_CONTACT"]:
        raise UsageError(
            f"set NEWSCRAWL_CONTACT to your e-mail address or page before crawling {public}: "
            "its webmaster must be able to reach you"
        )
