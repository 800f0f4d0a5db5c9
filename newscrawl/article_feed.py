"""Scrapy's own feed exports (`scrapy crawl news -a site=KEY -O out.jsonl`): the objects of `newscrawl export`.

What passes Scrapy's pipelines are pages; articles are there once these are understood and saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.extensions.feedexport import FeedExporter

from newscrawl.export import article_object
from newscrawl.extensions import RunningCrawl
from newscrawl.extractors import KEPT
from newscrawl.understanding import understood

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.saving import ReadPage


class ArticleFeed(FeedExporter):
    """In the place of Scrapy's: exports an article after it was committed, as the archive holds it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        feed = cls(crawler)
        crawler.signals.connect(feed.open_spider, signals.spider_opened)
        crawler.signals.connect(feed.close_spider, signals.spider_closed)
        crawler.signals.connect(feed.export_article, understood)
        return feed

    def export_article(self, read: ReadPage) -> None:
        """Export what a page proved to be, where that is an article."""
        if read.article is None or read.article.outcome not in KEPT:
            return
        stored = RunningCrawl.of(self.crawler).archive.get(read.row.url)
        if stored and self.crawler.spider:
            self.item_scraped(article_object(stored), self.crawler.spider)
