"""What a site may expect of its visitors: its robots.txt is obeyed, its pace kept, its traps are left."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.downloading import FORBIDDEN, TRAP, PrivateAddressError, RobotsUnreachableError
from newscrawl.extensions import RunningCrawl
from newscrawl.extractors import KEPT
from newscrawl.items import Outcome
from newscrawl.robots import RobotsRules
from newscrawl.saving import ReadPage
from newscrawl.shapes import Yields
from newscrawl.understanding import Understanding, understood
from newscrawl.urls import is_same_site

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_TOO_MANY_REQUESTS = 429
_UNPROVEN = ("section", "related")


class OnePace:
    """Downloader middleware: all hosts of the crawled site share one connection and one pause between two requests."""

    def __init__(self, domain: str) -> None:
        self._domain = domain

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        site = getattr(crawler.spider, "site", None)
        return cls(site.domain if site else "")

    def process_request(self, request: Request) -> None:
        if request.meta.get("is_resource"):
            # What a page's scripts ask for comes at once, as every browser does it; still on one connection a host.
            request.meta["download_slot"] = f"{urlparse_cached(request).netloc} resources"
        elif is_same_site(request.url, self._domain):
            request.meta["download_slot"] = self._domain
        else:
            # Where a redirect leads to another host, that host's own pace holds.
            request.meta.pop("download_slot", None)


class LeaveTraps:
    """Downloader middleware: asks for no more of what pages offered and others like it gave no article.

    What a feed or a sitemap announces, a person named, or the site's own rule for articles knows, is asked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        site = getattr(crawler.spider, "site", None)
        self._crawler = crawler
        self._yields = Yields(crawler.settings.getint("NEWSCRAWL_FRUITLESS_PAGES"))
        self._article_url = site.article_url if site else None
        crawler.signals.connect(self.note, signal=understood)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        is_article = self._article_url and re.search(self._article_url, request.url)
        if request.meta.get("via") in _UNPROVEN and not is_article:
            understanding = Understanding.of(self._crawler)
            while self._crawler.crawling and understanding.waiting and self._is_undecided(request.url, understanding):
                await understanding.wait_for_news()
            if self._yields.is_trap(request.url):
                raise IgnoreRequest(TRAP)

    def _is_undecided(self, url: str, understanding: Understanding) -> bool:
        """Answer whether the pages that came and are not understood yet could show that this is a trap."""
        return not self._yields.is_trap(url) and self._yields.is_trap(url, understanding.waiting)

    def note(self, read: ReadPage) -> None:
        """Learn from a page that was understood; a wall or an error says nothing of its address."""
        article = read.article
        if article and article.outcome in (Outcome.NOT_ARTICLE, Outcome.EMPTY_SHELL):
            self._yields.note(read.asked, None)
        elif article and article.outcome in KEPT:
            self._yields.note(read.asked, f"{article.title}\n{article.body}")


class ObeyRobots:
    """Downloader middleware: asks for nothing that the host's robots.txt forbids, or before it is known (RFC 9309).

    Scrapy's own takes a file that it cannot get for one that allows everything, and never reads it again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._max_age = crawler.settings.getfloat("NEWSCRAWL_ROBOTS_AGE")
        self._failure_age = crawler.settings.getfloat("NEWSCRAWL_ROBOTS_FAILURE_AGE")
        self._max_delay = crawler.settings.getfloat("NEWSCRAWL_MAX_CRAWL_DELAY")
        self._readings: dict[str, asyncio.Task[RobotsRules]] = {}
        self._read_until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for what may not be asked for."""
        if request.meta.get("dont_obey_robotstxt") or urlparse_cached(request).scheme not in ("http", "https"):
            return
        rules = await self._get_rules(request)
        if not rules.allows(request.url):
            raise IgnoreRequest(FORBIDDEN)

    async def _get_rules(self, request: Request) -> RobotsRules:
        """Return what holds for the request's host, read at most NEWSCRAWL_ROBOTS_AGE seconds ago."""
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if time.monotonic() >= self._read_until.get(origin, 0.0):
            # Until it is read, all requests for the host wait for the same reading.
            self._read_until[origin] = float("inf")
            self._readings[origin] = asyncio.ensure_future(self._read(origin, request, self._readings.get(origin)))
        return await self._readings[origin]

    async def _read(self, origin: str, request: Request, earlier: asyncio.Task[RobotsRules] | None) -> RobotsRules:
        age = self._max_age
        try:
            rules = RobotsRules(await self._fetch(f"{origin}/robots.txt"))
        except (RobotsUnreachableError, PrivateAddressError):
            age = self._failure_age
            if earlier is None or earlier.exception():
                raise
            # What the host said last is still the best that is known (2.3.1.4).
            return earlier.result()
        finally:
            self._read_until[origin] = time.monotonic() + age
        self._slow_down(rules, request, origin)
        await self._crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules

    async def _fetch(self, url: str) -> bytes:
        """Return a robots.txt: nothing where there is none (2.3.1.3). Raises RobotsUnreachableError where it cannot be
        had, which forbids everything (2.3.1.4).
        """
        request = Request(url, priority=1_000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except PrivateAddressError as error:
            if error.url == url:
                raise
            raise RobotsUnreachableError(url) from error
        except IgnoreRequest as error:
            if "redirections" in str(error):
                return b""
            raise RobotsUnreachableError(url) from error
        except Exception as error:
            raise RobotsUnreachableError(url) from error
        if response.status >= 500 or response.status == _TOO_MANY_REQUESTS:
            raise RobotsUnreachableError(url)
        return response.body if 200 <= response.status < 300 else b""

    def _slow_down(self, rules: RobotsRules, request: Request, origin: str) -> None:
        """Make Crawl-delay the least pause from now on; of a longer one than NEWSCRAWL_MAX_CRAWL_DELAY, that much."""
        asked = rules.crawl_delay or 0.0
        if asked > self._max_delay:
            self._tell(f"{origin}/robots.txt asks for {asked:g} s between two requests: {self._max_delay:g} s are kept")
        delay = min(asked, self._max_delay)
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        if delay <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        downloader.per_slot_settings[key] = {"delay": delay}
        if slot := downloader.slots.get(key):
            slot.delay = max(slot.delay, delay)
        if throttle := self._crawler.get_extension(AutoThrottle):
            throttle.mindelay = max(throttle.mindelay, delay)

    def _tell(self, note: str) -> None:
        logger.warning(note)
        if running := self._crawler.get_extension(RunningCrawl):
            running.notes.append(note)
