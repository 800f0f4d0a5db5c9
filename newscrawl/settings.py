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
# The browser for pages that a script fills, a name on the PATH or a path; else the Chromium that is found.
NEWSCRAWL_CHROMIUM = os.environ.get("NEWSCRAWL_CHROMIUM", "")

# When the crawl takes place, for tests and simulations: a time from which its clock goes on.
NEWSCRAWL_CLOCK: str | None = None

# --- how far one crawl goes

# A section's newest articles are on its first pages; what follows belongs to a back-fill (--since).
NEWSCRAWL_SECTION_PAGES = 5
# A sitemap index may name a file a month since 1998: a crawl that reads them all is a back-fill too.
NEWSCRAWL_FRONT_DOORS = 100
# How many front doors a back-fill reads in all: half a lifetime of daily sitemaps.
NEWSCRAWL_BACK_FILL_DOORS = 10_000
# And how many pages of one list: a program's list of posts has a hundred on each, and a calendar never ends.
NEWSCRAWL_BACK_FILL_PAGES = 1_000
# How many steps behind a door where the crawl began it reads another one: an index of indexes of sitemaps is three.
NEWSCRAWL_DEPTH = 3
# A crawl that takes longer reads its front doors again: what was published meanwhile goes before what is old.
NEWSCRAWL_DOORS_AGE = 900.0
# The sitemap protocol allows 50,000 addresses a file; what prints more is endless.
NEWSCRAWL_LINKS_PER_PAGE = 50_000
# Half a day at a page a second. The next crawl goes on, so that no site keeps the others waiting for ever.
NEWSCRAWL_PAGES_PER_CRAWL = 50_000
# So many pages without an article show that a calendar or a filter made their addresses up (see newscrawl.shapes).
NEWSCRAWL_FRUITLESS_PAGES = 50
# newscrawl.urls refuses addresses beyond 8,192 characters, and counts them. Scrapy's limit, 2,083, drops Arabic titles
# of four hundred letters without a word.
URLLENGTH_LIMIT = 0

# --- politeness: who we are, what we may fetch, how fast

USER_AGENT = f"newscrawl/{__version__} (+{NEWSCRAWL_CONTACT or 'no contact given'})"
# By a part of ours, which nothing switches off: see newscrawl.politeness and DOWNLOADER_MIDDLEWARES.
ROBOTSTXT_OBEY = True
# RFC 9309, 2.4: not to be used for longer than a day.
NEWSCRAWL_ROBOTS_AGE = 24 * 3600.0
# A server that could not send its robots.txt may be well again.
NEWSCRAWL_ROBOTS_FAILURE_AGE = 600.0
# Crawl-delay is kept up to here; sites that name minutes or hours would never be read, which the report says.
NEWSCRAWL_MAX_CRAWL_DELAY = 60.0
# Of a site without a profile; a profile says its own (delay_seconds).
DOWNLOAD_DELAY = 1.0
# The pause is a promise: half of it, as Scrapy's default jitter makes it at times, would break it.
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# One page at a time, so that none is on its way while a site asks for a pause, and Ctrl-C need not sit through more.
CONCURRENT_REQUESTS = 1
# An answer is one item, and none is waited for: Scrapy would start a hundred tasks for it, a third of what it costs to fetch.
CONCURRENT_ITEMS = 1
# A site that asks for a longer pause (Retry-After, in seconds) is left until another crawl.
NEWSCRAWL_LONGEST_WAIT = 120.0
# After "too many requests" without a word how long to wait.
NEWSCRAWL_WAIT_UNTOLD = 30.0
# A site that answers slowly is asked less often; the spider switches it off for hosts on this machine or network.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0
# Not below the longest Crawl-delay that is kept: it would be undone.
AUTOTHROTTLE_MAX_DELAY = NEWSCRAWL_MAX_CRAWL_DELAY

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

# --- where a request may go

# Hosts on this machine or its network, with their ports, that may be crawled; --allow-private names them.
NEWSCRAWL_PRIVATE_HOSTS: list[str] = []
# Checks the address that a connection is made to, so that no name can lead us home (see newscrawl.guard).
TWISTED_DNS_RESOLVER = "newscrawl.guard.InstalledResolver"
# Only http and https: a redirect to file:, ftp: or data: leads nowhere.
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("data", "file", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "newscrawl.wire.OneAttempt"),
}

# --- pages that a script fills

# --render and a profile's `render` switch it on: a drawn page costs a hundred times what an extracted one does.
NEWSCRAWL_RENDER = False
# Pages ask for some dozen scripts and data files; what asks for more is no newspaper.
NEWSCRAWL_RENDER_REQUESTS = 100

# --- our parts

EXTENSIONS = {
    "newscrawl.extensions.RunningCrawl": 0,
    # After the crawl that it works for.
    "newscrawl.understanding.Understanding": 1,
    # In the place of Scrapy's, which would export pages.
    "newscrawl.article_feed.ArticleFeed": 2,
    "scrapy.extensions.feedexport.FeedExporter": None,
    # Whoever reads the log does so in a terminal.
    "newscrawl.terminal.SafeLog": 0,
}
DOWNLOADER_MIDDLEWARES = {
    "newscrawl.politeness.OnePace": 90,
    "newscrawl.politeness.LeaveTraps": 95,
    # Above the retries (550): a server that failed once may still send its robots.txt.
    "newscrawl.politeness.ObeyRobots": 100,
    # Below the retries (550): the next attempt comes after the wait.
    "newscrawl.middlewares.RetryAfter": 560,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # Above the redirects (600) and the decompression (590): it is given the page that they lead to.
    "newscrawl.rendering.Renderer": 540,
    # In the place of Scrapy's, which takes half of a compressed page for a page.
    "newscrawl.middlewares.Decompression": 590,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # Below the redirects (600), which would send the conditions of one address to another.
    "newscrawl.middlewares.ConditionalRequests": 610,
    # Below the retries and everything else that may still change where a request goes.
    "newscrawl.guard.AddressGuard": 940,
    # Nearest to the wire: what is recorded is still compressed and carries the headers as they came.
    "newscrawl.downloading.Recorder": 950,
}
ITEM_PIPELINES = {"newscrawl.pipelines.KeepPages": 100}

FEED_EXPORT_ENCODING = "utf-8"

# --- the process

# How many processes extract what a crawl has fetched, once it runs ahead; 0: as many as there are cores.
NEWSCRAWL_EXTRACTORS = 0
# The slowest page that was ever met takes half a second; what takes this long would never end.
NEWSCRAWL_EXTRACTION_SECONDS = 60

# Both listen on a port; the second one runs code that is posted to it.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# A crawl of one site stays far below; what grows past it is a leak, and the crawl can be resumed.
MEMUSAGE_LIMIT_MB = 2048
LOG_LEVEL = "WARNING"
LOG_VERSIONS: list[str] = []
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
