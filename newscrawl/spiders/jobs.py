"""What is asked of one crawl: the site, the addresses, the limits, and so which links are wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from newscrawl.archive.frontier import Scope
from newscrawl.downloading import is_public, require_contact
from newscrawl.exceptions import UsageError
from newscrawl.guard import require_named
from newscrawl.items import Link, Site
from newscrawl.rendering import find_browser
from newscrawl.sites import load_site
from newscrawl.urls import canonicalize

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

# Where a site that nobody described often has its front doors, beside its home page and what robots.txt names.
_GUESSES = ("/sitemap.xml", "/feed", "/rss.xml")


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """What to crawl of one site.

    `urls` are single addresses; one with the path "/" stands for the whole site, and so does an empty tuple. `limit`
    is the largest number of article pages asked for. Links that their front door dates before `since`, a day, are
    passed over; without it, of the whole site, those that are older than a week. `only_failed` asks for the pages that
    failed before, and nothing else. A `dry_run` fetches front doors alone. `is_forced` disregards that the site asked to
    be left alone. With `via` only links of that kind of front door are taken. `private_hosts` are those of its hosts (with
    ports) that may lie on this machine or its network.
    With `render`, or where the site says so, a browser draws the pages.
    """

    site: Site
    urls: tuple[str, ...] = ()
    limit: int | None = None
    since: str | None = None
    only_failed: bool = False
    dry_run: bool = False
    is_forced: bool = False
    via: str | None = None
    private_hosts: tuple[str, ...] = ()
    render: bool = False

    @classmethod
    def parse(
        cls,
        home: Path,
        site: str,
        urls: str,
        limit: str | None,
        since: str | None,
        allow_private: str | None = None,
        render: str | None = None,
    ) -> Self:
        """Return the job that Scrapy's command line describes; `urls` are separated by white space."""
        if not site:
            raise UsageError("name the site: scrapy crawl news -a site=KEY")
        try:
            addresses = tuple(map(canonicalize, urls.split()))
            since = since and date.fromisoformat(since).isoformat()
            job = cls(load_site(site, home), addresses, None if limit is None else int(limit), since or None)
        except ValueError as error:
            raise UsageError(str(error)) from error
        job = replace(job, render=_is_yes("render", render))
        return replace(job, private_hosts=job.named_hosts) if _is_yes("allow_private", allow_private) else job

    @property
    def named_hosts(self) -> tuple[str, ...]:
        """The hosts, with their ports, that whoever asked for this crawl named."""
        return tuple(dict.fromkeys(urlsplit(url).netloc for url in self.urls)) or (self.site.domain,)

    def within(self, most: int) -> CrawlJob:
        """Return the same job for at most so many pages."""
        return replace(self, limit=most if self.limit is None else min(self.limit, most))

    @property
    def pages(self) -> list[str]:
        """The addresses that are one page each."""
        return [url for url in self.urls if not is_root(url)]

    @property
    def is_whole_site(self) -> bool:
        return not self.only_failed and (len(self.pages) < len(self.urls) or not self.urls)

    @property
    def is_rendered(self) -> bool:
        """Whether a browser has to draw the pages."""
        return self.render or self.site.render

    @property
    def is_described(self) -> bool:
        """Whether somebody wrote down where the site announces its articles."""
        return bool(self.site.feeds or self.site.sitemaps or self.site.section_pages)

    @property
    def front_doors(self) -> list[str]:
        """Where the site announces its articles; of a site that nobody described, its home page."""
        if self.is_described:
            doors = {"feed": self.site.feeds, "sitemap": self.site.sitemaps, "section": self.site.section_pages}
            return [door for kind, named in doors.items() if self.via in (None, kind) for door in named]
        scheme = "https" if is_public(self.site.domain) else "http"
        return [url for url in self.urls if is_root(url)] or [f"{scheme}://{self.site.domain}/"]

    def guess_doors(self, home_page: str) -> list[str]:
        """Return where else the site of this home page may announce articles; nothing for a site that is described."""
        return [] if self.is_described else [urljoin(home_page, path) for path in _GUESSES]

    def scope(self, now: str) -> Scope:
        """Return which of the site's pages are visited, where everything is written down that its front doors list."""
        return Scope(
            self.site.key,
            now,
            since=self.since or "",
            is_asked=not self.is_whole_site,
            has_backlog=self.is_whole_site and self.since is not None,
        )

    def wants(self, link: Link) -> bool:
        """Answer whether a link that a front door lists is new enough."""
        return not (self.since and link.modified_at and link.modified_at[: len(self.since)] < self.since)


def check_job(job: CrawlJob, settings: BaseSettings) -> None:
    """Raise UsageError where a job may not, or cannot, be done on this machine."""
    require_contact(settings, (job.site.domain, *job.urls))
    require_named(job.named_hosts, job.private_hosts)
    if job.is_whole_site and not job.front_doors:
        raise UsageError(f"{job.site.key}: its profile names no {job.via}: try without --via")
    if job.is_rendered:
        find_browser(settings)


def _is_yes(name: str, value: str | None) -> bool:
    if value not in (None, "yes", "no"):
        raise UsageError(f"-a {name}={value}: there are yes and no")
    return value == "yes"


def is_root(url: str) -> bool:
    """Answer whether the address is a host's home page, which stands for the whole site."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
