"""Keep every answer of a server as it came, in the format that other archives read, and read it back as a page."""

from newscrawl.warc.index import IndexReport, keep_index, update_index
from newscrawl.warc.reading import find_kept, read_page, read_pages
from newscrawl.warc.records import Exchange, Kept
from newscrawl.warc.writing import WarcWriter, describe_crawl

__all__ = [
    "Exchange",
    "IndexReport",
    "Kept",
    "WarcWriter",
    "describe_crawl",
    "find_kept",
    "keep_index",
    "read_page",
    "read_pages",
    "update_index",
]
