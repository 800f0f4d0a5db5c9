"""The one spider: from a site's front doors to its articles.

What it finds is written to the archive, by its canonical URL, and comes back from there as pages to fetch when the
scheduler (newscrawl.frontier) says so: a killed crawl forgets nothing, and no page is fetched twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest

from newscrawl.downloading import PRIVATE, REFUSALS, is_public, is_success, read_failure, to_page
from newscrawl.exceptions import NewscrawlError, UsageError
from newscrawl.items import Link, Outcome, Page
from newscrawl.middlewares import make_validators
from newscrawl.pipelines import FetchedPage
from newscrawl.saving import ReadPage
from newscrawl.spiders.doors import DoorSpider, is_silence
from newscrawl.spiders.jobs import CrawlJob, check_job, is_root
from newscrawl.understanding import Understanding, understood
from newscrawl.urls import canonicalize, is_same_site
from newscrawl.warc import read_page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newscrawl.archive import PageRow

HOME = "redirect to the home page"
# After so many pages in a row the site is down, and asking on would count against each page.
_SILENCES_AT_MOST = 10
# What a page was when the server's word that it has not changed is enough.
_COMPARED = (Outcome.ARTICLE, Outcome.PAYWALLED, Outcome.NOT_ARTICLE, Outcome.OTHER_LANGUAGE)
_LIST_OUTCOMES = (Outcome.NOT_ARTICLE, Outcome.EMPTY_SHELL)
_LIST_REASONS = (None, "home", "section", "no_text")
_FIELDS = {"site", "urls", "limit", "since", "allow_private", "render"}
_XML_DOORS = ("feed", "sitemap", "sitemap_index")


class NewsSpider(DoorSpider):
    """Does one CrawlJob; `scrapy crawl news -a site=KEY` takes the job's fields one by one."""

    name = "news"
    # Claims the page that a redirect leads to; the scheduler provides it.
    take_page: Callable[[str], bool]

    def __init__(self, job: CrawlJob | None = None, problem: NewscrawlError | None = None) -> None:
        super().__init__(job, problem)
        self._named = frozenset(self.job.pages)
        # One object for all requests: Scrapy looks at the source of each callback that it has not met.
        self._on_page, self._on_failure = self.parse_page, self.page_failed
        self._has_started = False
        self._silences = 0

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
        crawler.signals.connect(spider.follow_list, signal=understood)
        crawler.signals.connect(spider.follow_robots, signal=signals.robots_parsed)
        return spider

    @property
    def _understanding(self) -> Understanding:
        return Understanding.of(self.crawler)

    @property
    def is_ready(self) -> bool:
        """Whether pages may be fetched: every front door has been read, and the site answers."""
        return self._has_started and self.has_read_doors and not (self.is_locked_out or self._running.is_silent)

    async def start(self) -> AsyncIterator[Request]:
        with self._running.ending_on_refusal():
            await self._understanding.catch_up()
            if not self.crawler.crawling:
                return
            self._ask_for_pages()
            for request in self.read_doors() if self.job.is_whole_site else ():
                yield request
        self._has_started = True

    def _ask_for_pages(self) -> None:
        """Put first in line what was named, or failed before."""
        frontier, key = self._running.archive.frontier, self.site.key
        if self.job.dry_run:
            return
        if self.job.only_failed:
            frontier.ask_failed(key, self._running.now())
        self._running.add_links([Link(url=url, via="list") for url in self.job.pages])
        # Of a long list, what an interrupted crawl has fetched is done; a single address is meant now.
        frontier.ask(
            key, self.job.pages, self._running.now(), self._running.resumed_from if len(self._named) > 1 else None
        )

    # --- what is asked for

    def request_page(self, row: PageRow) -> Request:
        """Return the request for a page of the frontier; what was named is asked for whole, it may be a list."""
        is_kept = row.outcome in _COMPARED and row.url not in self._named
        meta = {
            "asked": row.url,
            "claimed": row.url,
            "via": "list" if row.url in self._named else row.via or "list",
            "validators": make_validators(row.etag, row.last_modified) if is_kept else {},
            "kept": row.place,
        }
        return Request(row.url, self._on_page, errback=self._on_failure, meta=meta, dont_filter=True)

    # --- what came

    def parse_page(self, response: Response) -> Iterator[FetchedPage | Request]:
        self._count_silence(f"http {response.status}")
        with self._running.ending_on_refusal():
            if not is_success(response) and response.status != HTTPStatus.NOT_MODIFIED:
                self._running.fail_pages(_addresses(response.request), f"http {response.status}", response.status)
                return
            page = FetchedPage(to_page(response), asked=response.meta["asked"], via=response.meta["via"])
            door = self.read_door(page.page) if page.via == "list" else None
            if door and door.kind in _XML_DOORS:
                # A feed or a sitemap that was given as one page.
                self._running.archive.mark_done(page.asked, Outcome.NOT_ARTICLE, door.kind, at=page.page.fetched_at)
                yield from self.follow(door)
            else:
                yield page

    def _count_silence(self, answer: str) -> None:
        self._silences = self._silences + 1 if is_silence(answer) else 0
        self._running.is_silent = self._silences >= _SILENCES_AT_MOST

    def page_failed(self, failure: Failure) -> None:
        request, reason = read_failure(failure)
        if self._running.error is not None:
            # It was not sent: the next crawl asks for it.
            return
        self._count_silence(reason)
        with self._running.ending_on_refusal():
            if reason in REFUSALS:
                self._running.refuse_pages(_addresses(request), reason)
            else:
                self._running.fail_pages(_addresses(request), reason)

    # --- signals

    def claim_redirect(self, request: Request) -> None:
        """Drop the redirects that lead in a circle, off the site, or to what this crawl has asked for already."""
        hops = request.meta.get("redirect_urls")
        if not hops or request.meta.get("is_picture"):
            return
        is_page, url = request.callback == self.parse_page, _find_canonical(request.url)
        reason = None
        if url is None:
            reason = "redirect to no address"
        elif request.url in hops:
            reason = "redirect loop"
        elif is_page and not is_same_site(url, self.site.domain):
            reason = "redirect to another site" if is_public(url) else PRIVATE
        elif is_page and is_root(url) and self._is_article(request.meta["asked"]):
            reason = HOME
        elif url == request.meta["claimed"] or self._take(url, is_page):
            # The same request once more, or its own address in another spelling, or a new one.
            request.meta["claimed"] = url
            return
        self._drop(request, reason)
        raise IgnoreRequest(reason or f"{url} was asked for already")

    def _is_article(self, url: str) -> bool:
        row = self._running.archive.find_page(url)
        return row is not None and row.article_id is not None

    def _take(self, url: str, is_page: bool) -> bool:
        if is_page:
            return url not in self._doors and self.take_page(url)
        if url in self._asked:
            return False
        self._asked.add(url)
        self._doors.add(url)
        return True

    def _drop(self, request: Request, reason: str | None) -> None:
        asked, is_page = request.meta["asked"], request.callback == self.parse_page
        if not is_page:
            self.close_door()
        with self._running.ending_on_refusal():
            if reason == HOME:
                self._running.lose_page(asked, reason)
            elif is_page and reason == PRIVATE:
                self._running.refuse_pages([asked], reason)
            elif is_page and reason:
                self._running.fail_pages([asked], reason)
            elif is_page:
                self._note_redirect(asked, request.url)
            elif reason and not request.cb_kwargs["way"].is_guess:
                self.fail_door(reason)

    def _note_redirect(self, asked: str, url: str) -> None:
        """Write down where a page leads that was asked for already; a story that was met at both addresses moved."""
        archive = self._running.archive
        known, there = archive.find_page(asked), archive.find_page(url)
        if there and there.state in ("claimed", "fetched"):
            # What it is, is not known yet: both are written down together.
            self._understanding.note_redirect(there.url, asked)
            return
        article = archive.get(url) if known and known.article_id and there and there.article_id else None
        if article and there:
            page = Page(
                there.url, fetched_at=there.fetched_at, warc_file=there.warc_file, warc_offset=there.warc_offset
            )
            archive.save(article, page, asked=asked)
        archive.mark_redirect(asked, self.site.key, there.url if there else url, self._running.now())

    def follow_list(self, read: ReadPage) -> None:
        """An address that was given as one page and proved to be a list is a front door.

        The home page is none here: sites send those who ask for a page that is gone there.
        """
        article, is_asked = read.article, read.row.via in (None, "list") or read.asked in self._named
        if is_asked and article and article.outcome in _LIST_OUTCOMES and not is_root(read.row.url):
            with self._running.ending_on_refusal():
                door = self.read_door(read_page(self._running.home, *read.place))
                # Beside a text that is merely short, links are further reading; only a list has a next page.
                if article.reason in _LIST_REASONS or door.next_pages:
                    for request in self.follow(door):
                        self.crawler.engine.crawl(request)


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
