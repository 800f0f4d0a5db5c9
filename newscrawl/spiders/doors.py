"""Reading a site's front doors: what they list is written to the archive, what is behind them is read as well."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Way:
    """How a front door was come by: as which page of its list, how many steps behind a door where the crawl began."""

    number: int = 1
    depth: int = 0
    is_guess: bool = False


_BEGINNING = Way()


class Reading:
    """How long it took to read the front doors, and how long ago that was."""

    def __init__(self) -> None:
        self._begun_at = time.monotonic()
        self._ended_at: float | None = None

    def end(self) -> None:
        """Note that they are read; those that a back-fill opens later are no part of that."""
        self._ended_at = self._ended_at or time.monotonic()

    def is_older_than(self, seconds: float) -> bool:
        """Answer whether to read them again: so rarely that it takes a tenth of a crawl, but twice a day."""
        if self._ended_at is None:
            return False
        took = self._ended_at - self._begun_at
        return time.monotonic() - self._ended_at >= max(seconds, min(9 * took, 48 * seconds))


class DoorSpider(Spider):
    """Reads front doors; which pages are fetched of what they list is not its business.

    A crawl that takes long reads them again, so that what is new need not wait for what is old. A back-fill reads on,
    some at a time, where any other crawl ends.
    """

    def __init__(self, job: CrawlJob | None, problem: NewscrawlError | None) -> None:
        super().__init__()
        self.job = job or CrawlJob(Site(key="news", name="", domain=""))
        self.site = self.job.site
        self.problem = problem
        self._doors: set[str] = set()
        self._asked: set[str] = set()
        self._later: deque[tuple[str, Way]] = deque()
        self._is_rereading = False
        self._reading = Reading()
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

    @property
    def has_old_news(self) -> bool:
        """Whether the front doors were read so long ago that they have more to tell."""
        return self.is_whole_site and self._reading.is_older_than(self.settings.getfloat("NEWSCRAWL_DOORS_AGE"))

    @property
    def has_later_doors(self) -> bool:
        """Whether there are front doors that a back-fill has put off."""
        return bool(self._later)

    def read_doors(self, *, is_again: bool = False) -> Iterator[Request]:
        """Yield requests for where the crawl begins; the second time they are read no further back than in any crawl."""
        self._reading, self._is_rereading = Reading(), is_again
        self._asked.clear()
        yield from self.claim_doors(self.job.front_doors)

    def open_later_doors(self) -> Iterator[Request]:
        """Yield requests for some of the front doors that a back-fill has put off."""
        self._is_rereading = False
        for _ in range(min(len(self._later), self.settings.getint("NEWSCRAWL_FRONT_DOORS"))):
            yield self._request_door(*self._later.popleft())

    def claim_doors(self, urls: Iterable[str], way: Way = _BEGINNING) -> Iterator[Request]:
        """Yield requests for the front doors that nobody asked for yet; a back-fill puts off those beyond the first."""
        if way.depth > self.settings.getint("NEWSCRAWL_DEPTH"):
            self._running.notes.append(f"what lies more than {way.depth - 1} steps behind its front doors was left")
            return
        for url in map(canonicalize, urls):
            if url in self._asked:
                continue
            if self._is_within(way, "NEWSCRAWL_SECTION_PAGES", len(self._asked), "NEWSCRAWL_FRONT_DOORS"):
                yield self._request_door(url, way)
            elif self._reaches_back(way):
                self._later.append((url, way))
            else:
                continue
            self._asked.add(url)
            self._doors.add(url)

    def _reaches_back(self, way: Way) -> bool:
        is_within = self._is_within(way, "NEWSCRAWL_BACK_FILL_PAGES", len(self._doors), "NEWSCRAWL_BACK_FILL_DOORS")
        return is_within and self.is_whole_site and self.job.since is not None and not self._is_rereading

    def _is_within(self, way: Way, pages: str, doors: int, most: str) -> bool:
        """Answer whether this page of a list, after so many front doors, is within what these settings allow."""
        return way.number <= self.settings.getint(pages) and doors < self.settings.getint(most)

    def _request_door(self, url: str, way: Way, *, is_anew: bool = False) -> Request:
        known = None if is_anew else self._running.archive.frontier.find_door(url)
        self._unread += 1
        return Request(
            url,
            self.parse_door,
            errback=self.door_failed,
            cb_kwargs={"way": way, "known": known},
            meta={
                "asked": url,
                "claimed": url,
                "validators": make_validators(known.etag, known.last_modified) if known else {},
                "kept": known.place if known else None,
            },
            priority=10,
            dont_filter=True,
        )

    def parse_door(self, response: Response, way: Way, known: DoorRow | None) -> Iterator[Request]:
        try:
            with self._running.ending_on_refusal():
                if response.status == HTTPStatus.NOT_MODIFIED and known:
                    yield from self._reopen_door(response, way, known)
                else:
                    yield from self._open_door(response, way)
        finally:
            self.close_door()

    def _open_door(self, response: Response, way: Way) -> Iterator[Request]:
        page = to_page(response)
        door = self.read_door(page) if is_success(response) else None
        if door is None or door.kind == "unreadable":
            if not way.is_guess:
                self.fail_door("unreadable" if door else f"http {response.status}")
            return
        guesses = self.job.guess_doors(response.url) if is_root(response.url) else []
        if not (way.is_guess or guesses or door.links or door.front_doors or door.next_pages):
            self.fail_door("without links")
        yield from self.follow(door, way)
        yield from self.claim_doors(guesses, Way(is_guess=True))
        self._count_door(door)
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

    def _reopen_door(self, response: Response, way: Way, known: DoorRow) -> Iterator[Request]:
        """Follow a front door that is as it was: its links are written down, what is behind it may have changed."""
        try:
            page = read_page(self._running.home, known.warc_file or "", known.warc_offset or 0)
        except WarcError as error:
            logger.info("%s is fetched anew: %s", known.url, error)
            yield self._request_door(known.url, way, is_anew=True)
            return
        door = self.read_door(page)
        yield from self.follow(replace(door, links=()), way)
        guesses = self.job.guess_doors(response.url) if is_root(response.url) else []
        yield from self.claim_doors(guesses, Way(is_guess=True))
        self._count_door(door)
        self._running.archive.frontier.save_door(replace(known, fetched_at=self._running.now()))

    def _count_door(self, door: FrontDoor) -> None:
        self._running.counts["doors"] += 1
        self._running.found[door.kind] += len(door.links)

    def close_door(self) -> None:
        """Count a front door that is on its way no more."""
        self._unread -= 1
        if not self._unread:
            self._reading.end()

    def door_failed(self, failure: Failure) -> None:
        self.close_door()
        request, reason = read_failure(failure)
        if self._running.error is None and not request.cb_kwargs["way"].is_guess:
            self.fail_door(reason)

    def fail_door(self, reason: str) -> None:
        """A front door that does not open hides articles: it is never told together with a page that is gone."""
        if not self._is_rereading:
            # What a crawl's second reading finds is no second fault.
            self._running.failed[f"front door {reason}"] += 1
        self._silent_doors += is_silence(reason)

    def follow(self, door: FrontDoor, way: Way = _BEGINNING) -> Iterator[Request]:
        """Write down what a front door lists, ask for it where the door was named itself, and read what is behind it."""
        links = [link for link in door.links if link.url not in self._doors and self.job.via in (None, link.via)]
        self._running.add_links(links)
        if not self.job.is_whole_site and not self.job.dry_run:
            wanted = [link.url for link in links if self.job.wants(link)]
            self._running.archive.frontier.ask(self.site.key, wanted, self._running.now(), self._running.resumed_from)
        yield from self.claim_doors(door.front_doors, Way(depth=way.depth + 1))
        yield from self.claim_doors(door.next_pages, Way(way.number + 1, way.depth))

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
