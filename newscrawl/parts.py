"""An article that its site prints on several pages is fetched whole before it is saved.

Saved part by part it would be edited at every visit. The parts go through the downloader like any page, with its robots
rules and its pace, while the first one waits in the pipeline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy import Request

from newscrawl.archive import PART_OF
from newscrawl.downloading import is_success, name_failure, to_page
from newscrawl.extensions import RunningCrawl
from newscrawl.extraction import extract_page
from newscrawl.extraction.parts import MAX_PARTS, find_address, join_part, leave_next
from newscrawl.extractors import KEPT, Extracted, Failed, Job, extract_job
from newscrawl.items import Article, Outcome, Page, Place
from newscrawl.urls import canonicalize

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

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


def is_first_part(article: Article) -> bool:
    """Answer whether the article goes on on other pages; a later part that was met alone is left to its first one."""
    goes_on = find_address(article, "next_part") and not find_address(article, "first_part")
    return bool(goes_on) and article.outcome in KEPT


async def join_parts(crawler: Crawler, article: Article, hold: Callable[[str], None]) -> JoinedParts | None:
    """Fetch the parts after this page's; return None when the crawl is ended before they are all there.

    Each part is told to `hold` before it is fetched: it is understood here, and nowhere else.
    """
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
            joined.article = leave_next(joined.article)
        else:
            hold(url)
            await _join_next(crawler, joined, url, number, hold)
    return joined


async def _join_next(crawler: Crawler, joined: JoinedParts, url: str, number: int, hold: Callable[[str], None]) -> None:
    running = RunningCrawl.of(crawler)
    row = running.archive.find_page(url)
    if row and (row.reason or "").endswith(_NOTHING_NEW):
        joined.article = leave_next(joined.article)
        return
    fetched = await _fetch(crawler, url)
    if isinstance(fetched, str):
        joined.problem = f"part {number}: {fetched}"
        return
    hold(canonicalize(fetched.url or url))
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
        joined.article = leave_next(joined.article)
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


def read_stored(running: RunningCrawl, stored: Article, place: Place, earlier: dict[str, Place]) -> Extracted | Failed:
    """Return what today's extractor makes of an article's stored pages, its parts included.

    `earlier` tells where the parts were that were fetched again since.
    """
    parts = running.archive.rereading.find_parts(stored) | earlier
    places = (place, *(parts[canonicalize(each.url)] for each in stored.addresses if each.kind == "part"))
    return extract_job(running.home, {running.site.key: running.site}, Job(running.site.key, places))
