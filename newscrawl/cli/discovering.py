"""newscrawl sites discover: find a site's front doors and write its profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from newscrawl.cli.console import count, make_line, put, say
from newscrawl.cli.options import allow_private_option, home_option
from newscrawl.exceptions import FetchError, UsageError

if TYPE_CHECKING:
    from newscrawl.discovery.coverage import Coverage
    from newscrawl.discovery.ladder import Fetch, Walk
    from newscrawl.items import Site

_EXAMPLES = 2


@click.command("discover")
@click.argument("target", metavar="DOMAIN")
@click.option("--dry-run", is_flag=True, help="Print the profile instead of writing it.")
@click.option("--force", is_flag=True, help="Overwrite your own profile of the site.")
@click.option(
    "--requests",
    "limit",
    type=click.IntRange(min=2),
    metavar="N",
    default=60,
    show_default=True,
    help="Ask the site for at most N pages.",
)
@allow_private_option
@home_option
def discover_command(target: str, dry_run: bool, force: bool, limit: int, allow_private: bool, home: Path) -> int:
    """Find where DOMAIN announces its articles, and write HOME/sites/KEY.toml.

    Asks, in this order of trust: the sitemaps of robots.txt, the feeds that the home page announces, addresses that are
    common, WordPress's list of posts, the sections of the menu, the home page. Tells what each of these front doors
    holds: its links, their days, the share that no other door has. What a profile says already stays, unless the site
    shows otherwise. Exit status 1: nothing was found.

    A public host is asked only with NEWSCRAWL_CONTACT in the environment: your e-mail address or page.
    """
    from newscrawl.cli.targets import find_site
    from newscrawl.sites.tables import write_text

    site = find_site(target, home)
    path = home / "sites" / f"{site.key}.toml"
    if path.exists() and not (force or dry_run):
        raise UsageError(f"{path} is there already: --force overwrites it, --dry-run prints what would be written")
    walk = _walk(site, target, limit, allow_private=allow_private)
    profile, coverage = _describe(site, walk)
    _say_coverage(site, walk, coverage)
    if not (profile.feeds or profile.sitemaps or profile.section_pages):
        raise FetchError(f"{site.domain}: no feed, no sitemap and no list of articles was found")
    text = _print(profile, walk)
    if dry_run:
        put(text.rstrip("\n"))
    else:
        write_text(path, text)
        say(f"written: {path}; try it: newscrawl crawl {site.domain} --limit 20")
    return 0


def _walk(site: Site, target: str, limit: int, *, allow_private: bool) -> Walk:
    from newscrawl.discovery.ladder import walk_ladder
    from newscrawl.runner import run_errand

    walks: list[Walk] = []
    roots = _list_roots(site, target)

    async def work(fetch: Fetch) -> None:
        for root in roots:
            try:
                # Without the pattern that is known: it may be out of date and hide what there is.
                walks.append(await walk_ladder(replace(site, article_url=None), root, fetch, limit))
                return
            except FetchError as error:
                if root == roots[-1]:
                    raise FetchError(f"{root}: its home page cannot be fetched ({error})") from error

    run_errand(roots, work, allow_private=allow_private)
    if not walks:
        raise click.Abort
    return walks[0]


def _list_roots(site: Site, target: str) -> list[str]:
    """Return the addresses that the home page may have: as it was given, else by https and then by http."""
    from newscrawl.downloading import is_public

    if "://" in target:
        parts = urlsplit(target)
        return [f"{parts.scheme}://{parts.netloc}/"]
    schemes = ("https", "http") if is_public(site.domain) else ("http",)
    return [f"{scheme}://{site.domain}/" for scheme in schemes]


def _describe(site: Site, walk: Walk) -> tuple[Site, tuple[Coverage, ...]]:
    """Return the profile that the walk gives, on top of what was known of the site."""
    from newscrawl.discovery.article_pattern import learn_article_url
    from newscrawl.discovery.coverage import choose_doors, measure_coverage
    from newscrawl.discovery.identity import find_country, find_languages, find_name, find_timezone
    from newscrawl.sites.patterns import is_article_url

    assert walk.home is not None
    sure = [link for door in walk.doors if door.kind in ("feed", "news sitemap") for link in door.links]
    listed = [link for door in walk.doors if door.kind in ("section", "home page") for link in door.links]
    is_known = site.name != site.domain
    country = site.country or find_country(site.domain)
    articles = list(dict.fromkeys(link.url for link in sure))
    pattern = learn_article_url(articles, _list_others(walk), {link.url for link in listed})
    still_holds = all(is_article_url(url, site.article_url) for url in articles)
    told = replace(
        site,
        **choose_doors(walk.doors)._asdict(),
        name=site.name if is_known else find_name(walk.home) or site.domain,
        country=country,
        languages=site.languages if is_known else find_languages(walk.home, _list_titles(walk)) or site.languages,
        timezone=site.timezone or find_timezone((link.modified_at or "" for link in sure), country),
        article_url=pattern or (site.article_url if still_holds else None),
        examples=tuple(articles[:_EXAMPLES]) if pattern else site.examples if still_holds else (),
        verified=None,
    )
    return told, measure_coverage(walk.doors)


def _list_others(walk: Walk) -> set[str]:
    """Return the addresses that are certainly no article's."""
    from newscrawl.discovery import parse_front_door

    assert walk.home is not None
    return {*(door.url for door in walk.doors), *parse_front_door(walk.home).sections, walk.home.url or ""}


def _list_titles(walk: Walk) -> set[str]:
    return {link.title for door in walk.doors for link in door.links if link.title}


def _print(profile: Site, walk: Walk) -> str:
    from newscrawl.sites.writing import print_profile

    # The one clock that a profile needs is the calendar on the wall of whoever reads it.
    day = date.today()  # noqa: DTZ011
    return print_profile(
        profile, [f"Found by newscrawl sites discover on {day}, in {count(walk.requests, 'request')}."]
    )


def _say_coverage(site: Site, walk: Walk, coverage: Iterable[Coverage]) -> None:
    say(f"{'links':>6} {'alone':>6}  {'newest':<10} {'oldest':<10}  {'kind':<13} {'found by':<11} address")
    for each in coverage:
        links = "-" if each.door.kind == "sitemap index" else each.links
        share = "-" if each.alone is None else f"{each.alone:.0%}"
        days = f"{each.newest or '-':<10} {each.oldest or '-':<10}"
        problem = f" ({make_line(each.door.problem)})" if each.door.problem else ""
        where = f"{each.door.kind:<13} {each.door.found:<11} {make_line(each.door.url)}"
        say(f"{links:>6} {share:>6}  {days}  {where}{problem}")
    cut = ", where --requests ended it" if walk.is_cut else ""
    say(f"{site.domain}: {count(walk.requests, 'request')}{cut}")
