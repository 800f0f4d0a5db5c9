"""A small Arabic newspaper that the demo and the tests crawl on loopback; all of it but one page is invented."""

from __future__ import annotations

from newscrawl.demo.answers import ANSWERED, DEMO_KEY, expected_articles
from newscrawl.demo.server import DEMO_PORT, DemoSite

__all__ = ["ANSWERED", "DEMO_KEY", "DEMO_PORT", "DemoSite", "expected_articles"]
