"""What a person means by SITE, DOMAIN or URL: the site, and the addresses on it that are meant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.exceptions import ArchiveMissingError, UnknownSiteError, UsageError
from newscrawl.items import Site

if TYPE_CHECKING:
    from newscrawl.spiders.jobs import CrawlJob

_HOW_TO_LIST = "'newscrawl sites list' shows the known ones; a host or an address can be crawled too"


def get_site(key: str, home: Path) -> Site:
    """Return the profile of that key. Raises UnknownSiteError, which says how to find the right one."""
    from newscrawl.sites import load_site

    try:
        return load_site(key, home)
    except UnknownSiteError as error:
        raise UnknownSiteError(f"{error}; {_HOW_TO_LIST}") from error


def find_site(target: str, home: Path) -> Site:
    """Return the site that a profile's key, an archived site's key, a host or an address means.

    Raises UnknownSiteError, which says how to find the right one.
    """
    from newscrawl.sites import add_furniture, site_for_url

    try:
        return get_site(target, home)
    except UnknownSiteError as error:
        if archived := _find_archived(target, home):
            return add_furniture(archived, home)
        try:
            return site_for_url(target, home)
        except UnknownSiteError:
            raise error from None


def _find_archived(key: str, home: Path) -> Site | None:
    from newscrawl.archive import Archive

    try:
        with Archive(home / "archive.db", read_only=True) as archive:
            return archive.find_site(key)
    except ArchiveMissingError:
        return None


def plan_jobs(targets: Iterable[str], home: Path, limit: int | None, since: str | None) -> list[CrawlJob]:
    """Return one job a site, however many of its addresses are named: a site has one owner at a time."""
    from newscrawl.spiders.jobs import CrawlJob

    sites: dict[str, Site] = {}
    urls: dict[str, list[str]] = {}
    for target in targets:
        site, url = _find_target(target, home)
        sites.setdefault(site.key, site)
        urls.setdefault(site.key, []).append(url)
    return [CrawlJob(site, tuple(dict.fromkeys(urls[key])), limit, since) for key, site in sites.items()]


def _find_target(target: str, home: Path) -> tuple[Site, str]:
    """Return the site and an address on it; the root stands for the whole site."""
    from newscrawl.downloading import is_public
    from newscrawl.sites import site_for_url
    from newscrawl.urls import canonicalize

    if "://" not in target:
        host = target.partition("/")[0]
        if host == target and not any(mark in target for mark in ".:") and target != "localhost":
            site = get_site(target, home)
            return site, f"http://{site.domain}/"
        target = f"{'https' if is_public(host) else 'http'}://{target}"
    try:
        url = canonicalize(target)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return site_for_url(url, home), url
