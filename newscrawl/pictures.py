"""The pictures of articles are fetched once no page is left to be fetched, by the same rules and at the same pace.

What becomes of a picture never matters to its article, and pictures are not counted as pages.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request

from newscrawl.archive.pictures import PictureRow
from newscrawl.downloading import REFUSALS, is_public, is_success, read_failure
from newscrawl.extensions import FRESH_DAYS, RunningCrawl

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

_TAKEN_AT_ONCE = 100
# After so many failures in a row a host is left alone: each may take half a minute.
_FAILURES_AT_MOST = 5
_ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/*;q=0.8"
_SIGNS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class PictureFetcher:
    """Hands out the requests for a crawl's pictures, and writes down what comes of them."""

    def __init__(self, crawler: Crawler) -> None:
        self._running = RunningCrawl.of(crawler)
        self._waiting: deque[str] = deque()
        self._is_asking = False
        self._has_contact = bool(crawler.settings["NEWSCRAWL_CONTACT"])
        self._failures: Counter[str] = Counter()

    def has_pictures(self) -> bool:
        """Answer whether a picture is to be asked for now."""
        if self._running.error is not None or self._is_asking:
            return False
        with self._running.ending_on_refusal():
            if not self._waiting and self._running.site.images != "none":
                self._waiting.extend(self._list_wanted())
        return bool(self._waiting)

    def next_request(self) -> Request | None:
        """Return the next request, None while there is none."""
        if not self.has_pictures():
            return None
        url = self._waiting.popleft()
        self._is_asking = True
        if is_public(url) and not self._has_contact:
            # A page on this machine may name a public host, whose webmaster could not reach us.
            self._fail(url, "no contact")
            return self.next_request()
        # One attempt a crawl: there are many, and none is worth the wait.
        meta = {"asked": url, "claimed": url, "is_picture": True, "dont_retry": True}
        return Request(
            url, self.parse, errback=self.failed, headers={"Accept": _ACCEPT}, meta=meta, dont_filter=True, priority=-1
        )

    def _list_wanted(self) -> list[str]:
        running = self._running
        since = running.started_at
        if running.is_whole_site:
            # What a crawl that was killed, or went without pictures, has left.
            since = (datetime.fromisoformat(since) - timedelta(days=FRESH_DAYS)).isoformat()
        with_all = running.site.images == "all"
        found = running.archive.pictures.list_wanted(
            running.site.key, since, running.started_at, with_all=with_all, most=_TAKEN_AT_ONCE
        )
        for url in [url for url in found if self._is_given_up(url)]:
            self._fail(url, "its host does not answer")
        return [url for url in found if not self._is_given_up(url)]

    def _is_given_up(self, url: str) -> bool:
        return self._failures[urlsplit(url).netloc] >= _FAILURES_AT_MOST

    def parse(self, response: Response) -> None:
        url, running = response.meta["asked"], self._running
        content_type = find_type(response)
        if not is_success(response) or content_type is None or not response.body:
            reason = f"http {response.status}" if not is_success(response) else "no picture"
            self._fail(url, reason)
            return
        digest = hashlib.sha256(response.body).hexdigest()
        # Of one that is kept already this is where, whatever its address was.
        file, offset = response.meta["warc"]
        size = len(response.body)
        self._write(
            PictureRow(url, running.site.key, "done", running.now(), None, 1, content_type, size, digest, file, offset)
        )
        running.counts["pictures"] += 1
        self._failures[urlsplit(url).netloc] = 0

    def failed(self, failure: Failure) -> None:
        request, reason = read_failure(failure)
        if self._running.error is None:
            self._fail(request.meta["asked"], reason)

    def _fail(self, url: str, reason: str) -> None:
        is_refused = reason in REFUSALS
        self._failures[urlsplit(url).netloc] += not (is_refused or reason.startswith(("http 4", "no ")))
        if self._is_given_up(url):
            self._waiting = deque(other for other in self._waiting if not self._is_given_up(other))
        state = "refused" if is_refused else "failed"
        self._running.counts["pictures not had"] += 1
        self._write(PictureRow(url, self._running.site.key, state, self._running.now(), reason))

    def _write(self, picture: PictureRow) -> None:
        self._is_asking = False
        with self._running.ending_on_refusal():
            self._running.archive.pictures.save(picture)


def find_type(response: Response) -> str | None:
    """Return the media type of a picture, None for what is none; some servers call every file a stream of bytes."""
    told = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if told.startswith("image/"):
        return told
    return next((kind for sign, kind in _SIGNS.items() if response.body.startswith(sign)), None)
