"""What one crawl of one site did, as it is told to whoever started it: on a terminal, or through a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from newscrawl.exceptions import NewscrawlError
from newscrawl.items import CrawlPlan


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one crawl of one site did; every number was counted after its commit.

    `known` is how many pages the crawl set out to fetch so far, `pages` how many it fetched and kept; `failed` counts
    and `refusals` count by reason. `notes` are what else a person should know. `plan` is there once the front doors of
    a whole site are read. `answers` grows with everything that the site sends or fails to: while it grows the crawl does
    not hang. `reason` is None while it runs, then finished, limit, dry run, interrupted, silent when the site stopped
    answering, paused when it asked for that, or failed, where `error` says why, or of a child process killed or hung.
    `crawl_id` is its row in `crawls`.
    """

    site: str
    crawl_id: int | None = None
    answers: int = 0
    known: int = 0
    pages: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_article: int = 0
    refused: int = 0
    failed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    refusals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    plan: CrawlPlan | None = None
    reason: str | None = None
    error: NewscrawlError | None = None
