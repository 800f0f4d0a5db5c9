"""Everything Scrapy is told, each line with its reason.

Names that start with NEWSCRAWL are ours; the rest is documented under the same name in Scrapy's manual.
"""

from __future__ import annotations

import os

from newscrawl import __version__

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]

# --- facts about the machine, from the environment

# Where the archive lives; `newscrawl --home` overrides it.
NEWSCRAWL_HOME = os.environ.get("NEWSCRAWL_HOME") or "data"
# How a webmaster reaches whoever runs the crawl: an address or a page. Public hosts are not crawled without it.
NEWSCRAWL_CONTACT = " ".join(os.environ.get("NEWSCRAWL_CONTACT", "").split())

# When the crawl takes place, for tests and simulations: a time from which its clock goes on.
NEWSCRAWL_CLOCK: str | None = None

# --- how far one crawl goes

# A section's newest articles are on its first pages; what lies deeper belongs to a back-fill.
NEWSCRAWL_SECTION_PAGES = 5
# A sitemap index may name a file a month since 1998: a crawl that reads them all is a back-fill too.
NEWSCRAWL_FRONT_DOORS = 100

# --- politeness: who we are, what we may fetch, how fast

USER_AGENT = f"newscrawl/{__version__} (+{NEWSCRAWL_CONTACT or 'no contact given'})"
ROBOTSTXT_OBEY = True
# robots.txt groups are written for a name, not for a name with a version and an address.
ROBOTSTXT_USER_AGENT = "newscrawl"
# Of a site without a profile; a profile says its own (delay_seconds).
DOWNLOAD_DELAY = 1.0
# The pause is a promise: half of it, as Scrapy's default jitter makes it at times, would break it.
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# One page on the wire and one waiting: with more, Ctrl-C would have to sit through all their pauses.
CONCURRENT_REQUESTS = 2
# A site that answers slowly is asked less often; the spider switches it off for hosts on this machine or network.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0
AUTOTHROTTLE_MAX_DELAY = 30.0

# --- what is asked for and how much of it is taken

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ar,en;q=0.5",
    # The WARC library cannot read brotli back and leaves zstd undecoded.
    "Accept-Encoding": "gzip, deflate",
}
# The largest news pages are near 3 MB, the largest sitemaps that the protocol allows 50 MB and in practice under 10.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Scrapy waits three minutes: one dead server would hold its crawl for an hour.
DOWNLOAD_TIMEOUT = 30
DNS_TIMEOUT = 20
RETRY_TIMES = 2
# The crawl counts and reports what it gave up; a second report in the log would be noise.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REDIRECT_MAX_TIMES = 5
# A page that reloads itself every five minutes is not a redirect.
METAREFRESH_MAXDELAY = 5
# Error pages are seen by the spider, which counts them by status.
HTTPERROR_ALLOW_ALL = True
# News is read without a login; cookies would also make tldextract ask the network for its list of suffixes.
COOKIES_ENABLED = False
# Pages come from the archive's table; what is in memory, front doors above all, goes first, in order.
SCHEDULER = "newscrawl.frontier.FrontierScheduler"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# --- our parts

EXTENSIONS = {"newscrawl.extensions.RunningCrawl": 0}
DOWNLOADER_MIDDLEWARES = {
    # Above the retries (550): a server that failed once may still send its robots.txt.
    "newscrawl.middlewares.CautiousRobots": 150,
    # Below the redirects (600), which would send the conditions of one address to another.
    "newscrawl.middlewares.ConditionalRequests": 610,
    # Nearest to the wire: what is recorded is still compressed and carries the headers as they came.
    "newscrawl.downloading.Recorder": 950,
}
ITEM_PIPELINES = {"newscrawl.pipelines.KeepPages": 100}

# --- the process

# Both listen on a port; the second one runs code that is posted to it.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# A crawl of one site stays far below; what grows past it is a leak, and the crawl can be resumed.
MEMUSAGE_LIMIT_MB = 2048
LOG_LEVEL = "WARNING"
LOG_VERSIONS: list[str] = []
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
