"""What lies between a request and the wire, beyond what Scrapy brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from newscrawl.decoding import DecodedSizeError, decode_content
from newscrawl.downloading import BROKEN
from newscrawl.extensions import RunningCrawl

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

# What a site can ask for by mistake would take it off the schedule for ever.
_LONGEST_PAUSE = 24 * 3600.0
_TOO_MANY_REQUESTS, _UNAVAILABLE = 429, 503


class ConditionalRequests:
    """Asks for a page only if it changed (RFC 9110, 13.1), where `validators` in a request's meta tell what we have.

    They are headers by name. A redirect leads to another page, of which we may have nothing.
    """

    def process_request(self, request: Request) -> None:
        validators = request.meta.get("validators", {})
        for name, value in validators.items():
            if "redirect_urls" in request.meta:
                request.headers.pop(name, None)
            else:
                request.headers[name] = value


def make_validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return the headers that make a request conditional, where the server gave what they need."""
    told = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in told.items() if value}


class Decompression:
    """Undoes what Content-Encoding names, as it is undone when the page is read from its WARC: wholly or not at all."""

    def __init__(self, most: int) -> None:
        self._most = most

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not codings:
            return response
        try:
            body = decode_content(response.body, codings, self._most)
        except DecodedSizeError as error:
            raise DownloadCancelledError(f"{request.url}: {error}") from error
        except ValueError as error:
            raise IgnoreRequest(f"{BROKEN}: {request.url}: {error}") from error
        headers = Headers(response.headers)
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)


class RetryAfter:
    """Waits when a site asks for it (RFC 9110, 10.2.3), and goes slower for the rest of the crawl.

    It stands below the retries, whose next attempt then comes after the wait. A wait longer than
    NEWSCRAWL_LONGEST_WAIT ends the crawl, and the site is left alone until it is over.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._running = RunningCrawl.of(crawler)
        self._longest = crawler.settings.getfloat("NEWSCRAWL_LONGEST_WAIT")
        self._wait_untold = crawler.settings.getfloat("NEWSCRAWL_WAIT_UNTOLD")
        self._slowest = crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in (_TOO_MANY_REQUESTS, _UNAVAILABLE):
            told = (response.headers.get("Retry-After") or b"").decode("latin-1")
            seconds = parse_retry_after(told, datetime.now(UTC))
            if seconds is None and response.status == _TOO_MANY_REQUESTS:
                seconds = self._wait_untold
            if seconds is not None:
                self._slow_down(request, seconds)
        return response

    def _slow_down(self, request: Request, seconds: float) -> None:
        if seconds > self._longest:
            self._leave_alone(min(seconds, _LONGEST_PAUSE))
            return
        self._running.wait(seconds)
        self._running.notes.append("it asked for a slower pace (Retry-After), and was given it")
        downloader = self._crawler.engine.downloader
        if slot := downloader.slots.get(downloader.get_slot_key(request)):
            slot.delay = min(max(2 * slot.delay, 1.0), self._slowest)
            if throttle := self._crawler.get_extension(AutoThrottle):
                throttle.mindelay = max(throttle.mindelay, slot.delay)

    def _leave_alone(self, seconds: float) -> None:
        running = self._running
        until = (datetime.fromisoformat(running.now()) + timedelta(seconds=seconds)).isoformat()
        with running.ending_on_refusal():
            running.archive.frontier.pause_site(running.site.key, until)
        running.notes.append(f"it asked to be left alone until {until}")
        running.end("paused")


def parse_retry_after(told: str, now: datetime) -> float | None:
    """Return for how many seconds a Retry-After asks, given as seconds or as a date; None where it tells neither."""
    if told.strip().isdecimal():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0.0)
