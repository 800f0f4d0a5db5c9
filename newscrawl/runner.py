"""Run crawls: one process, one event loop, one Scrapy crawler a site; fetch single pages by the same rules.

Nothing of a crawl is decided here: `scrapy crawl news` does the same without this module.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from newscrawl.discovery.ladder import Fetch
from newscrawl.downloading import is_public, is_success, name_failure, require_contact, to_page
from newscrawl.exceptions import FetchError, StorageError, UsageError
from newscrawl.extensions import RunningCrawl, progressed
from newscrawl.guard import require_named
from newscrawl.items import Page
from newscrawl.rendering import find_browser
from newscrawl.reports import CrawlReport
from newscrawl.spiders.jobs import CrawlJob, check_job
from newscrawl.spiders.news import NewsSpider


def crawl_sites(
    home: Path, jobs: Sequence[CrawlJob], on_progress: Callable[[CrawlReport], None] | None = None
) -> list[CrawlReport]:
    """Crawl into HOME/archive.db and return a report a job, in order. To be called once in a process.

    `on_progress` is given each running crawl's report every second. Ctrl-C ends the crawls after the pages under way,
    a second one at once; what went wrong with a site is in its report's `error`. Raises UsageError before anything
    is fetched where a public host is named and NEWSCRAWL_CONTACT is not set, or a private one that is not allowed.
    """
    check_jobs(home, jobs)
    settings = _read_settings(home)
    process = AsyncCrawlerProcess(settings)
    crawlers = [process.create_crawler(NewsSpider) for _ in jobs]
    for crawler, job in zip(crawlers, jobs, strict=True):
        if on_progress:
            crawler.signals.connect(on_progress, signal=progressed)
        process.crawl(crawler, job=job)
    process.start()
    return [_get_report(crawler) for crawler in crawlers]


def check_jobs(home: Path, jobs: Sequence[CrawlJob]) -> None:
    """Raise UsageError where one of the jobs may not be done on this machine."""
    settings = _read_settings(home)
    for job in jobs:
        check_job(job, settings)


def _get_report(crawler: Crawler) -> CrawlReport:
    running = RunningCrawl.of(crawler)
    # After a second Ctrl-C the loop has stopped before the crawl could close.
    running.close()
    return running.report()


def _read_settings(home: Path | None = None) -> Settings:
    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    if home is not None:
        settings.set("NEWSCRAWL_HOME", str(home), priority="cmdline")
        settings.set("LOG_FILE", str(_prepare_log(home)), priority="cmdline")
    return settings


def _prepare_log(home: Path) -> Path:
    """Scrapy's log goes beside the archive: a person at the terminal reads the progress and the report."""
    path = home / "crawl.log"
    try:
        home.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
    except OSError as error:
        raise StorageError(f"cannot write {path} ({error.strerror}): make it writable") from error
    # A disk that is full refuses the log too; the crawl says so itself, in one line.
    logging.raiseExceptions = False
    return path


def fetch_pages(
    urls: Sequence[str], *, allow_private: bool = False, render: bool = False
) -> dict[str, Page | FetchError]:
    """Fetch each address once, politely and within robots.txt, without an archive; to be called once in a process.

    With `allow_private` the hosts of these addresses, and no others, may lie on this machine or its network; with
    `render` a browser draws the pages.

    What could not be fetched has a FetchError, with the reason, in its place. Raises UsageError as `crawl_sites` does.
    """

    async def fetch_all(fetch: Fetch) -> None:
        await asyncio.gather(*(keep(fetch, url) for url in dict.fromkeys(urls)))

    async def keep(fetch: Fetch, url: str) -> None:
        try:
            fetched[url] = await fetch(url)
        except FetchError as error:
            fetched[url] = error

    fetched: dict[str, Page | FetchError] = {}
    run_errand(urls, fetch_all, allow_private=allow_private, render=render)
    return {url: fetched.get(url, FetchError(f"{url}: not fetched, interrupted")) for url in urls}


def run_errand(
    hosts: Sequence[str],
    work: Callable[[Fetch], Awaitable[None]],
    *,
    allow_private: bool = False,
    render: bool = False,
) -> None:
    """Do a piece of work that decides page by page what to fetch, without an archive; once in a process.

    `hosts` are the addresses that somebody named; with `allow_private` their hosts, and no others, may lie on this
    machine or its network; with `render` a browser draws the pages. What `work` raises is raised here; it has not ended
    where Ctrl-C ended the process's crawl. Raises UsageError as `crawl_sites` does.
    """
    settings = _read_settings()
    require_contact(settings, hosts)
    private_hosts = [urlsplit(url).netloc for url in hosts] if allow_private else []
    require_named(hosts, private_hosts)
    settings.set("NEWSCRAWL_PRIVATE_HOSTS", private_hosts, priority="cmdline")
    if render:
        find_browser(settings)
    settings.set("NEWSCRAWL_RENDER", render, priority="cmdline")
    for parts, ours in _ABOUT_THE_ARCHIVE:
        settings.set(parts, {**settings.getdict(parts), ours: None}, priority="cmdline")
    settings.set("SCHEDULER", "scrapy.core.scheduler.Scheduler", priority="cmdline")
    settings.set("LOG_ENABLED", False, priority="cmdline")
    if not any(map(is_public, hosts)):
        settings.set("DOWNLOAD_DELAY", 0, priority="cmdline")
        settings.set("HTTPPROXY_ENABLED", False, priority="cmdline")
    problems: list[Exception] = []
    process = AsyncCrawlerProcess(settings)
    process.crawl(_Errand, work=work, problems=problems)
    process.start()
    if problems:
        raise problems[0]


_ABOUT_THE_ARCHIVE = (
    ("EXTENSIONS", "newscrawl.extensions.RunningCrawl"),
    ("EXTENSIONS", "newscrawl.understanding.Understanding"),
    ("DOWNLOADER_MIDDLEWARES", "newscrawl.downloading.Recorder"),
    ("DOWNLOADER_MIDDLEWARES", "newscrawl.middlewares.RetryAfter"),
    ("ITEM_PIPELINES", "newscrawl.pipelines.KeepPages"),
)


class _Errand(Spider):
    """Fetches what its work asks for and follows nothing."""

    name = "errand"

    def __init__(self, work: Callable[[Fetch], Awaitable[None]], problems: list[Exception], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._work = work
        self._problems = problems

    async def start(self) -> AsyncIterator[Request]:
        try:
            await self._work(self._fetch)
        except Exception as error:
            self._problems.append(error)
        requests: tuple[Request, ...] = ()
        for request in requests:
            yield request

    async def _fetch(self, url: str) -> Page:
        # Whether robots.txt itself may be read is no question (RFC 9309, 2.2.2).
        meta = {"asked": url, "dont_obey_robotstxt": urlsplit(url).path == "/robots.txt"}
        request = Request(url, meta=meta, dont_filter=True)
        assert self.crawler.engine is not None
        try:
            require_contact(self.settings, (url,))
        except UsageError as error:
            # A local page may name a public host, which nobody named to us.
            raise FetchError("no NEWSCRAWL_CONTACT") from error
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise FetchError(name_failure(error)) from error
        if not is_success(response):
            raise FetchError(f"http {response.status}")
        return to_page(response)
