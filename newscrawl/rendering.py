"""Pages that a script fills, drawn by a browser that is cut off from the network.

The page is fetched as any other and kept as it came; the browser is given its bytes, and whatever its scripts ask for is
fetched by us: within robots.txt, never from a private host, within the limits, and into the WARC.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse
from scrapy.http.request import NO_CALLBACK

from newscrawl.exceptions import NewscrawlError, UsageError
from newscrawl.extensions import RunningCrawl

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A text needs no pictures, fonts, films or frames; what is sent with POST may change something.
_NEEDED = ("script", "xhr", "fetch")
_CUT_OFF = (
    # Whatever slips past the interception ends at a port where nobody listens.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-dev-shm-usage",
)
_DROPPED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie"})
# A script that draws has done so when nothing more is asked for; some never stop asking.
_QUIET_MS = 5_000
_CLOSE_SECONDS = 5


def find_browser(settings: BaseSettings) -> str:
    """Return the path of the Chromium to render with. Raises UsageError, which says what to install."""
    named = settings["NEWSCRAWL_CHROMIUM"]
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing = f"NEWSCRAWL_CHROMIUM names no program: {named}" if named else "no Chromium is on the PATH"
        raise UsageError(f"rendering needs a browser and {missing}: install chromium, or name it in NEWSCRAWL_CHROMIUM")
    try:
        import playwright  # noqa: F401
    except ImportError as error:
        raise UsageError("rendering needs more than is installed: pip install 'newscrawl[render]'") from error
    return path


class Renderer:
    """Downloader middleware: answers with what the page's scripts make of it, and keeps that beside the response.

    A page that cannot be drawn in time stays as it came: an empty shell is then stored as one.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("NEWSCRAWL_RENDER"):
            raise NotConfigured
        self._crawler = crawler
        self._path = find_browser(crawler.settings)
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._max_requests = crawler.settings.getint("NEWSCRAWL_RENDER_REQUESTS")
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._driver: Any = None
        self._browser: Any = None
        self._lock = asyncio.Lock()
        crawler.signals.connect(self.close, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        is_page = isinstance(response, HtmlResponse) and response.status == 200 and not request.meta.get("is_resource")
        is_page = is_page and not request.meta.get("is_picture")
        if not is_page or request.meta.get("dont_obey_robotstxt"):
            return response
        async with self._lock:
            html = await self._render(response)
        return response if html is None else self._keep(request, response, html)

    def _keep(self, request: Request, response: Response, html: str) -> Response:
        """Put the drawn page beside the response in the WARC, and in its place for all that follows."""
        body = html.encode("utf-8", "replace")
        if running := self._crawler.get_extension(RunningCrawl):
            came = request.meta["warc_record_id"]
            try:
                request.meta["digest"] = None
                request.meta["warc"] = running.writer.write_rendering(response.url, body, running.now(), came)
            except NewscrawlError as error:
                running.stop(error)
        headers = {**response.headers, "Content-Type": "text/html; charset=utf-8"}
        return response.replace(body=body, headers=headers, encoding="utf-8", flags=[*response.flags, "rendered"])

    async def _render(self, response: Response) -> str | None:
        try:
            html = await asyncio.wait_for(self._draw(response), self._seconds)
        except Exception as error:
            # One line: what a browser says of a hanging page is longer than the page.
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            logger.warning("%s: not drawn (%s)", response.url, reason)
            await self.close()
            return None
        return html if len(html) <= self._max_bytes else None

    async def _draw(self, response: Response) -> str:
        browser = await self._get_browser()
        context = await browser.new_context(
            user_agent=self._crawler.settings["USER_AGENT"],
            locale="ar",
            service_workers="block",
            accept_downloads=False,
        )
        try:
            page = await context.new_page()
            await context.route("**/*", _Answers(self._crawler, response, self._max_requests).answer)
            await page.goto(response.url, wait_until="load", timeout=0)
            with suppress(Exception):
                await page.wait_for_load_state("networkidle", timeout=_QUIET_MS)
            html: str = await page.content()
            return html
        finally:
            with suppress(Exception):
                await asyncio.wait_for(context.close(), _CLOSE_SECONDS)

    async def _get_browser(self) -> Any:
        if self._browser is None:
            from playwright.async_api import async_playwright

            self._driver = await async_playwright().start()
            # Chromium cannot shut root in its sandbox.
            is_root = os.geteuid() == 0
            self._browser = await self._driver.chromium.launch(
                executable_path=self._path, args=list(_CUT_OFF), chromium_sandbox=not is_root
            )
        return self._browser

    async def close(self) -> None:
        """End the browser; the next page gets another."""
        browser, driver, self._browser, self._driver = self._browser, self._driver, None, None
        for ending in (browser and browser.close(), driver and driver.stop()):
            if ending:
                with suppress(Exception):
                    await asyncio.wait_for(ending, _CLOSE_SECONDS)


class _Answers:
    """What the browser is told while it draws one page: the page itself, then what we fetch for its scripts."""

    def __init__(self, crawler: Crawler, response: Response, most: int) -> None:
        self._crawler = crawler
        self._response = response
        self._left = most
        self._is_given = False

    async def answer(self, route: Any) -> None:
        """Give the browser an answer of ours or none; never let it ask by itself."""
        asked = route.request
        if asked.is_navigation_request() and not self._is_given:
            self._is_given = True
            await route.fulfill(status=200, headers=_find_headers(self._response), body=self._response.body)
        elif asked.resource_type not in _NEEDED or asked.method != "GET" or not self._left:
            await route.abort()
        else:
            self._left -= 1
            await self._fetch(route, asked.url)

    async def _fetch(self, route: Any, url: str) -> None:
        meta = {"is_resource": True, "autothrottle_dont_adjust_delay": True}
        try:
            request = Request(url, meta=meta, callback=NO_CALLBACK, headers={"Referer": self._response.url})
            response = await self._crawler.engine.download_async(request)
            # No cookies or passwords are sent: what the server answers to us it answers to anybody.
            headers = {**_find_headers(response), "access-control-allow-origin": "*"}
            await route.fulfill(status=response.status, headers=headers, body=response.body)
        except Exception as error:
            logger.info("%s: not fetched for %s (%s)", url, self._response.url, error)
            with suppress(Exception):
                await route.abort()


def _find_headers(response: Response) -> dict[str, str]:
    named = {name.decode("latin-1").lower(): b", ".join(values) for name, values in response.headers.items()}
    return {name: value.decode("latin-1") for name, value in named.items() if name not in _DROPPED_HEADERS}
