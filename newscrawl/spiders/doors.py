"""Reading a site's front doors: what they list is written to the archive, what is behind them is read as well."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from newscrawl.archive.doors import DoorRow
from newscrawl.discovery import FrontDoor, parse_front_door
from newscrawl.downloading import is_success, read_failure, to_page
from newscrawl.exceptions import NewscrawlError, WarcError
from newscrawl.extensions import RunningCrawl
from newscrawl.items import Page, Site
from newscrawl.middlewares import make_validators
from newscrawl.spiders.jobs import CrawlJob, is_root
from newscrawl.urls import canonicalize, is_same_site
from newscrawl.warc import read_page

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

_SILENT = ("dns", "refused", "timeout", "reset", "http 429", "http 5", "robots.txt unreachable")


class DoorSpider(Spider):
    """Reads front doors, each one once; which pages are fetched of what they list is not its business."""

    def __init__(self, job: CrawlJob | None, problem: NewscrawlError | None) -> None:
        super().__init__()
        self.job = job or CrawlJob(Site(key="news", name="", domain=""))
        self.site = self.job.site
        self.problem = problem
        self._doors: set[str] = set()
        self._unread = 0
        self._silent_doors = 0

    @property
    def is_dry_run(self) -> bool:
        return self.job.dry_run

    @property
    def is_forced(self) -> bool:
        return self.job.is_forced

    @property
    def is_whole_site(self) -> bool:
        return self.job.is_whole_site

    @property
    def has_read_doors(self) -> bool:
        """Whether no front door is on its way."""
        return not self._unread

    @property
    def is_locked_out(self) -> bool:
        """Whether no front door opened because the site does not answer."""
        return bool(self._silent_doors) and not self._running.counts["doors"]

    @property
    def _running(self) -> RunningCrawl:
        return RunningCrawl.of(self.crawler)

    def claim_doors(self, urls: Iterable[str], number: int = 1, *, is_guess: bool = False) -> Iterator[Request]:
        """Yield requests for the front doors that nobody asked for yet; `number` counts the pages of a section."""
        for url in map(canonicalize, urls):
            if len(self._doors) >= self.settings.getint("NEWSCRAWL_FRONT_DOORS"):
                return
            if url not in self._doors:
                self._doors.add(url)
                known = self._running.archive.frontier.find_door(url)
                yield self._request_door(url, number, is_guess, known)

    def _request_door(self, url: str, number: int, is_guess: bool, known: DoorRow | None) -> Request:
        self._unread += 1
        return Request(
            url,
            self.parse_door,
            errback=self.door_failed,
            cb_kwargs={"number": number, "is_guess": is_guess, "known": known},
            meta={
                "asked": url,
                "claimed": url,
                "validators": make_validators(known.etag, known.last_modified) if known else {},
                "kept": known.place if known else None,
            },
            priority=10,
            dont_filter=True,
        )

    def parse_door(self, response: Response, number: int, is_guess: bool, known: DoorRow | None) -> Iterator[Request]:
        try:
            with self._running.ending_on_refusal():
                if response.status == HTTPStatus.NOT_MODIFIED and known:
                    yield from self._reopen_door(response, number, is_guess, known)
                else:
                    yield from self._open_door(response, number, is_guess)
        finally:
            self._unread -= 1

    def _open_door(self, response: Response, number: int, is_guess: bool) -> Iterator[Request]:
        page = to_page(response)
        door = self.read_door(page) if is_success(response) else None
        if door is None or door.kind == "unreadable":
            if not is_guess:
                self.fail_door("unreadable" if door else f"http {response.status}")
            return
        guesses = self.job.guess_doors(response.url) if is_root(response.url) else []
        if not (is_guess or guesses or door.links or door.front_doors or door.next_pages):
            self.fail_door("without links")
        yield from self.follow(door, number)
        yield from self.claim_doors(guesses, is_guess=True)
        self._count_door(door)
        self._running.writer.sync()
        # After what it lists: a door that is remembered has been followed.
        self._running.archive.frontier.save_door(
            DoorRow(
                url=canonicalize(response.url),
                site=self.site.key,
                kind=door.kind,
                links=len(door.links),
                etag=page.headers.get("etag"),
                last_modified=page.headers.get("last-modified"),
                fetched_at=page.fetched_at or self._running.now(),
                warc_file=page.warc_file,
                warc_offset=page.warc_offset,
            )
        )

    def _reopen_door(self, response: Response, number: int, is_guess: bool, known: DoorRow) -> Iterator[Request]:
        """Follow a front door that is as it was: its links are written down, what is behind it may have changed."""
        try:
            page = read_page(self._running.home, known.warc_file or "", known.warc_offset or 0)
        except WarcError as error:
            logger.info("%s is fetched anew: %s", known.url, error)
            yield self._request_door(known.url, number, is_guess, None)
            return
        door = self.read_door(page)
        yield from self.follow(replace(door, links=()), number)
        yield from self.claim_doors(self.job.guess_doors(response.url) if is_root(response.url) else [], is_guess=True)
        self._count_door(door)
        self._running.archive.frontier.save_door(replace(known, fetched_at=self._running.now()))

    def _count_door(self, door: FrontDoor) -> None:
        self._running.counts["doors"] += 1
        self._running.found[door.kind] += len(door.links)

    def door_failed(self, failure: Failure) -> None:
        self._unread -= 1
        request, reason = read_failure(failure)
        if self._running.error is None and not request.cb_kwargs["is_guess"]:
            self.fail_door(reason)

    def fail_door(self, reason: str) -> None:
        """A front door that does not open hides articles: it is never told together with a page that is gone."""
        self._running.failed[f"front door {reason}"] += 1
        self._silent_doors += is_silence(reason)

    def follow(self, door: FrontDoor, number: int) -> Iterator[Request]:
        """Write down what a front door lists, ask for it where the door was named itself, and read what is behind it."""
        links = [link for link in door.links if link.url not in self._doors and self.job.via in (None, link.via)]
        self._running.add_links(links)
        if not self.job.is_whole_site and not self.job.dry_run:
            wanted = [link.url for link in links if self.job.wants(link)]
            self._running.archive.frontier.ask(self.site.key, wanted, self._running.now(), self._running.resumed_from)
        yield from self.claim_doors(door.front_doors)
        if number < self.settings.getint("NEWSCRAWL_SECTION_PAGES"):
            yield from self.claim_doors(door.next_pages, number + 1)

    def read_door(self, page: Page) -> FrontDoor:
        door = parse_front_door(page, self.site)
        most = self.settings.getint("NEWSCRAWL_LINKS_PER_PAGE")
        if len(door.links) > most:
            logger.warning("%s: %d links, of which the first %d are taken", page.url, len(door.links), most)
            door = replace(door, links=door.links[:most])
        if door.problem:
            logger.warning("%s: %s", page.url, door.problem)
        return door

    def follow_robots(self, robotparser: Any, request: Request) -> None:
        """Of a site that nobody described, the sitemaps in its robots.txt are front doors."""
        if self.job.is_whole_site and not self.job.is_described and self.job.via in (None, "sitemap"):
            sitemaps = [url for url in robotparser.rp.sitemaps if is_same_site(url, request.url)]
            for door in self.claim_doors(sitemaps):
                self.crawler.engine.crawl(door)


def is_silence(reason: str) -> bool:
    """Answer whether a failure is the site's, not the page's."""
    return reason.startswith(_SILENT)
