"""The front page: what is in the archive, what came last, and from where."""

from __future__ import annotations

from newscrawl.archive import Archive
from newscrawl.web.asked import Asked, Context

_NEWEST = 15


def show_front(archive: Archive, _asked: Asked) -> Context:
    """Return what the front page shows."""
    sites = archive.overview.sites()
    days = [day for site in sites for day in (site.first_at, site.last_at) if day]
    return {
        "sites": sites,
        "site_names": {site.key: site.name for site in sites},
        "articles": sum(site.articles for site in sites),
        "edits": archive.overview.count_edits(),
        "first_at": min(days, default=None),
        "last_at": max(days, default=None),
        "hits": archive.overview.newest(_NEWEST),
    }
