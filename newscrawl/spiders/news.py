"""The one spider: from a site's front doors to its articles.

What it finds is written to the archive before it is asked for, so that a killed crawl forgets nothing. Every request
is claimed here by its canonical URL, so that no page is fetched twice however it is spelled or redirected.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest

from newscrawl.discovery import FrontDoor, parse_front_door
from newscrawl.downloading import REFUSALS, is_public, is_success, read_failure, to_page
from newscrawl.exceptions import NewscrawlError, UsageError
from newscrawl.extensions import RunningCrawl
from newscrawl.items import Link, Outcome, Page, Site
from newscrawl.pipelines import FetchedPage, KeepPages
from newscrawl.spiders.jobs import CrawlJob, check_job, is_root
from newscrawl.urls import canonicalize, is_same_site

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

_LIST_OUTCOMES = (Outcome.NOT_ARTICLE, Outcome.EMPTY_SHELL)
_LIST_REASONS = (None, "home", "section", "no_text")
_FIELDS = {"site", "urls", "limit", "since", "allow_private", "render"}
_XML_DOORS = ("feed", "sitemap", "sitemap_index")


class NewsSpider(Spider):
    """Does one CrawlJob; `scrapy crawl news -a site=KEY` takes the job's fields one by one."""

    name = "news"

    def __init__(self, job: CrawlJob | None = None, problem: NewscrawlError | None = None) -> None:
        super().__init__()
        self.job = job or CrawlJob(Site(key="news", name="", domain=""))
        self.site = self.job.site
        self.problem = problem
        self._claimed: set[str] = set()
        self._doors: set[str] = set()
        self._damaged: frozenset[str] = frozenset()
        self._asked_for = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_args: Any, job: CrawlJob | None = None, **fields: Any) -> Self:
        spider = super().from_crawler(crawler, *_read_job(crawler, job, fields))
        is_local = bool(spider.problem) or not is_public(spider.site.domain)
        crawler.settings.set("DOWNLOAD_DELAY", spider.site.delay_seconds, priority="spider")
        crawler.settings.set("AUTOTHROTTLE_ENABLED", not is_local, priority="spider")
        crawler.settings.set("NEWSCRAWL_PRIVATE_HOSTS", spider.job.private_hosts, priority="spider")
        crawler.settings.set("NEWSCRAWL_RENDER", spider.job.is_rendered and not spider.problem, priority="spider")
        # A proxy is for the world outside; it cannot reach this machine.
        crawler.settings.set("HTTPPROXY_ENABLED", not is_local, priority="spider")
        crawler.signals.connect(spider.claim_redirect, signal=signals.request_scheduled)
        crawler.signals.connect(spider.follow_list, signal=signals.item_scraped)
        crawler.signals.connect(spider.follow_robots, signal=signals.robots_parsed)
        return spider

    @property
    def _running(self) -> RunningCrawl:
        return RunningCrawl.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        keep = self.crawler.get_item_pipeline(KeepPages)
        assert keep is not None, "settings.ITEM_PIPELINES must name KeepPages"
        with self._running.ending_on_refusal():
            # Not yielded: Scrapy would wait for ever for an item of start() when the crawl is ended meanwhile.
            self._damaged = await keep.keep_leftovers()
            for request in chain(self._start_pages(), self._start_site()):
                yield request

    def _start_pages(self) -> Iterator[Request]:
        links = [Link(url=url, via="list") for url in self.job.pages]
        self._running.add_links(links)
        if len(links) > 1:
            # Of a long list, what an interrupted crawl has fetched is done; a single address is meant now.
            self._claim_fetched()
        yield from self._claim_pages(links)

    def _start_site(self) -> Iterator[Request]:
        if self.job.is_whole_site:
            self._claim_fetched()
            yield from self._claim_doors(self.job.front_doors)
            known = self._running.archive.pages_in_state(self.site.key, "new")
            yield from self._claim_pages(Link(url=row.url, via=row.via or "list") for row in known)

    def _claim_fetched(self) -> None:
        """Never fetch again what the crawl that this one continues has fetched."""
        if since := self._running.resumed_from:
            self._claimed |= self._running.archive.urls_fetched_since(self.site.key, since) - self._damaged

    # --- what is asked for

    def _claim(self, url: str) -> bool:
        if url in self._claimed:
            return False
        self._claimed.add(url)
        return True

    def _claim_doors(self, urls: Iterable[str], number: int = 1, *, is_guess: bool = False) -> Iterator[Request]:
        """Yield requests for the front doors that nobody asked for yet; `number` counts the pages of a section."""
        for url in map(canonicalize, urls):
            if len(self._doors) >= self.settings.getint("NEWSCRAWL_FRONT_DOORS") or self._is_full:
                return
            if self._claim(url):
                self._doors.add(url)
                yield Request(
                    url,
                    self.parse_door,
                    errback=self.door_failed,
                    cb_kwargs={"number": number, "is_guess": is_guess},
                    meta={"asked": url, "claimed": url},
                    priority=10,
                    dont_filter=True,
                )

    def _claim_pages(self, links: Iterable[Link]) -> Iterator[Request]:
        for link in links:
            url = canonicalize(link.url)
            if url in self._claimed:
                continue
            if self._is_full:
                self._running.has_met_limit = True
                return
            self._claimed.add(url)
            self._asked_for += 1
            self._running.counts["known"] += 1
            meta = {"asked": url, "claimed": url, "via": link.via}
            yield Request(url, self.parse_page, errback=self.page_failed, meta=meta, dont_filter=True)

    @property
    def _is_full(self) -> bool:
        return self.job.limit is not None and self._asked_for >= self.job.limit

    # --- what came

    def parse_door(self, response: Response, number: int, is_guess: bool) -> Iterator[Request]:
        door = self._read_door(to_page(response)) if is_success(response) else None
        if door is None or door.kind == "unreadable":
            if not is_guess:
                self._fail_door("unreadable" if door else f"http {response.status}")
            return
        guesses = self.job.guess_doors(response.url) if is_root(response.url) else []
        if not (is_guess or guesses or door.links or door.front_doors or door.next_pages):
            self._fail_door("without links")
        with self._running.ending_on_refusal():
            yield from self._follow(door, number)
            yield from self._claim_doors(guesses, is_guess=True)

    def parse_page(self, response: Response) -> Iterator[FetchedPage | Request]:
        with self._running.ending_on_refusal():
            if not is_success(response):
                self._running.fail_pages(_addresses(response.request), f"http {response.status}", response.status)
                return
            page = FetchedPage(to_page(response), asked=response.meta["asked"], via=response.meta["via"])
            door = self._read_door(page.page) if page.via == "list" else None
            if door and door.kind in _XML_DOORS:
                # A feed or a sitemap that was given as one page.
                yield from self._follow(door, 1)
            else:
                yield page

    def page_failed(self, failure: Failure) -> None:
        request, reason = read_failure(failure)
        if self._running.error is not None:
            # It was not sent: the next crawl asks for it.
            return
        with self._running.ending_on_refusal():
            if reason in REFUSALS:
                self._running.refuse_pages(_addresses(request), reason)
            else:
                self._running.fail_pages(_addresses(request), reason)

    def door_failed(self, failure: Failure) -> None:
        request, reason = read_failure(failure)
        if self._running.error is None and not request.cb_kwargs["is_guess"]:
            self._fail_door(reason)

    def _fail_door(self, reason: str) -> None:
        """A front door that does not open hides articles: it is never told together with a page that is gone."""
        self._running.failed[f"front door {reason}"] += 1

    def _follow(self, door: FrontDoor, number: int) -> Iterator[Request]:
        """Write down what a front door lists, then ask for it."""
        links = [link for link in door.links if self.job.wants(link) and link.url not in self._doors]
        self._running.add_links(links)
        yield from self._claim_pages(links)
        yield from self._claim_doors(door.front_doors)
        if number < self.settings.getint("NEWSCRAWL_SECTION_PAGES"):
            yield from self._claim_doors(door.next_pages, number + 1)

    def _read_door(self, page: Page) -> FrontDoor:
        door = parse_front_door(page, self.site)
        most = self.settings.getint("NEWSCRAWL_LINKS_PER_PAGE")
        if len(door.links) > most:
            logger.warning("%s: %d links, of which the first %d are taken", page.url, len(door.links), most)
            door = replace(door, links=door.links[:most])
        if door.problem:
            logger.warning("%s: %s", page.url, door.problem)
        return door

    # --- signals

    def claim_redirect(self, request: Request) -> None:
        """Drop the redirects that lead in a circle, off the site, or to what this crawl has asked for already."""
        hops = request.meta.get("redirect_urls")
        if not hops:
            return
        reason, url = None, _find_canonical(request.url)
        if url is None:
            reason = "redirect to no address"
        elif request.url in hops:
            reason = "redirect loop"
        elif request.callback == self.parse_page and not is_same_site(url, self.site.domain):
            reason = "redirect to another site"
        elif url == request.meta["claimed"] or self._claim(url):
            # The same request once more, or its own address in another spelling, or a new one.
            request.meta["claimed"] = url
            return
        self._drop(request, reason)
        raise IgnoreRequest(reason or f"{url} was asked for already")

    def _drop(self, request: Request, reason: str | None) -> None:
        asked, is_page = request.meta["asked"], request.callback == self.parse_page
        with self._running.ending_on_refusal():
            if is_page and reason:
                self._running.fail_pages([asked], reason)
            elif is_page:
                self._running.archive.mark_done(asked, Outcome.NOT_ARTICLE, f"redirect to {request.url}")
                self._running.counts["known"] -= 1
            elif reason and not request.cb_kwargs["is_guess"]:
                self._fail_door(reason)

    def follow_list(self, item: FetchedPage) -> None:
        """An address that was given as one page and proved to be a list is a front door.

        The home page is none here: sites send those who ask for a page that is gone there.
        """
        is_asked = item.via == "list" and not is_root(item.page.url or "")
        if is_asked and item.article and item.article.outcome in _LIST_OUTCOMES:
            door = self._read_door(item.page)
            # Beside a text that is merely short, links are further reading; only a list has a next page.
            if item.article.reason in _LIST_REASONS or door.next_pages:
                with self._running.ending_on_refusal():
                    for request in self._follow(door, 1):
                        self.crawler.engine.crawl(request)

    def follow_robots(self, robotparser: Any, request: Request) -> None:
        """Of a site that nobody described, the sitemaps in its robots.txt are front doors."""
        if self.job.is_whole_site and not self.job.is_described:
            sitemaps = [url for url in robotparser.rp.sitemaps if is_same_site(url, request.url)]
            for door in self._claim_doors(sitemaps):
                self.crawler.engine.crawl(door)


def _addresses(request: Request | None) -> Iterable[str]:
    """Return what a request was sent for and where its redirects led, both as the archive spells them."""
    assert request is not None
    return dict.fromkeys((request.meta["asked"], canonicalize(request.url)))


def _read_job(
    crawler: Crawler, job: CrawlJob | None, fields: dict[str, str]
) -> tuple[CrawlJob | None, NewscrawlError | None]:
    """Return the job, or what is wrong with it: raised here it would end in a traceback, so the crawl reports it."""
    home = Path(crawler.settings["NEWSCRAWL_HOME"])
    try:
        if unknown := set(fields) - _FIELDS:
            raise UsageError(f"unknown argument -a {min(unknown)}=: there are {', '.join(sorted(_FIELDS))}")
        if job is None:
            told = (fields.get(name) for name in ("limit", "since", "allow_private", "render"))
            job = CrawlJob.parse(home, fields.get("site", ""), fields.get("urls", ""), *told)
        check_job(job, crawler.settings)
        job = job.within(crawler.settings.getint("NEWSCRAWL_PAGES_PER_CRAWL"))
    except NewscrawlError as error:
        return job, error
    return job, None


def _find_canonical(url: str) -> str | None:
    try:
        return canonicalize(url)
    except ValueError:
        return None
