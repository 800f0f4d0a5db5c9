"""An article that its site prints on several pages is fetched whole before it is saved.

Saved part by part it would be edited at every visit. The parts go through the downloader like any page, with its robots
rules and its pace, while the first one waits in the pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scrapy import Request

from newscrawl.archive import PART_OF
from newscrawl.downloading import is_success, name_failure, to_page
from newscrawl.exceptions import WarcError
from newscrawl.extensions import RunningCrawl
from newscrawl.extraction import extract_page
from newscrawl.extraction.parts import MAX_PARTS, find_address, join_part
from newscrawl.items import Article, Outcome, Page
from newscrawl.urls import canonicalize
from newscrawl.warc import read_page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Place = tuple[str, int]

_NOTHING_NEW = "nothing new"

_READABLE = (Outcome.ARTICLE, Outcome.PAYWALLED, Outcome.NOT_ARTICLE)


@dataclass(slots=True)
class JoinedParts:
    """An article with its further parts, and where those lay in the WARC before this visit.

    `problem` says which part is missing and why.
    """

    article: Article
    earlier: dict[str, Place] = field(default_factory=dict)
    problem: str | None = None

    @property
    def urls(self) -> list[str]:
        """Return the addresses of the parts that were joined to the first one."""
        return [address.url for address in self.article.addresses if address.kind == "part"]


async def join_parts(crawler: Crawler, article: Article) -> JoinedParts | None:
    """Fetch the parts after this page's; return None when the crawl is ended before they are all there."""
    joined = JoinedParts(article)
    for number in range(2, MAX_PARTS + 2):
        url = find_address(joined.article, "next_part")
        if url is None or joined.problem:
            break
        if not crawler.crawling:
            return None
        if number > MAX_PARTS:
            joined.problem = f"more than {MAX_PARTS} parts"
        elif url in joined.earlier:
            joined.article = _without_next(joined.article)
        else:
            await _join_next(crawler, joined, url, number)
    return joined


async def _join_next(crawler: Crawler, joined: JoinedParts, url: str, number: int) -> None:
    running = RunningCrawl.of(crawler)
    row = running.archive.find_page(url)
    if row and (row.reason or "").endswith(_NOTHING_NEW):
        joined.article = _without_next(joined.article)
        return
    fetched = await _fetch(crawler, url)
    if isinstance(fetched, str):
        joined.problem = f"part {number}: {fetched}"
        return
    running.writer.sync()
    running.archive.mark_fetched(running.site.key, fetched, None)
    part = extract_page(fetched, running.site)
    longer = join_part(joined.article, part) if part.outcome in _READABLE else None
    if longer:
        joined.article = longer
        joined.earlier[str(part.url)] = (
            (row.warc_file if row else None) or "",
            (row.warc_offset if row else None) or 0,
        )
    elif part.outcome in _READABLE:
        # The pages of its comments, or of a list beside it.
        joined.article = _without_next(joined.article)
        running.archive.mark_done(str(part.url), Outcome.NOT_ARTICLE, f"{PART_OF} {joined.article.url}: {_NOTHING_NEW}")
    else:
        joined.problem = f"part {number}: {part.outcome}"
        running.archive.mark_done(str(part.url), part.outcome, part.reason)


async def _fetch(crawler: Crawler, url: str) -> Page | str:
    """Return the page, or why there is none, which is written down and counted."""
    running = RunningCrawl.of(crawler)
    request = Request(url, meta={"asked": url, "claimed": url}, dont_filter=True)
    assert crawler.engine is not None
    try:
        response = await crawler.engine.download_async(request)
    except Exception as error:
        reason, status = name_failure(error), None
    else:
        if is_success(response):
            return to_page(response)
        reason, status = f"http {response.status}", response.status
    if running.error is None:
        running.fail_pages([url], reason, status)
    return reason


def _without_next(article: Article) -> Article:
    return replace(article, addresses=tuple(a for a in article.addresses if a.kind != "next_part"))


def read_stored(running: RunningCrawl, stored: Article, place: Place, earlier: Mapping[str, Place]) -> Article:
    """Return what today's extractor makes of an article's stored pages, its parts included.

    `earlier` tells where the parts were that were fetched again since. Raises WarcError when one cannot be read.
    """
    article = _without_next(extract_page(read_page(running.home, *place), running.site))
    for url in (address.url for address in stored.addresses if address.kind == "part"):
        row = running.archive.find_page(url)
        known = (row.warc_file or "", row.warc_offset or 0) if row else ("", 0)
        part = extract_page(read_page(running.home, *earlier.get(canonicalize(url), known)), running.site)
        longer = join_part(article, part)
        if longer is None:
            raise WarcError(f"{url} is no part of {stored.url} any more")
        article = _without_next(longer)
    return article
