"""newscrawl sites check: what the profile and the learned furniture of a site are worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import count, make_line, put
from newscrawl.cli.options import home_option, page_limit_option
from newscrawl.cli.pages import PageSource
from newscrawl.exceptions import NewscrawlError

if TYPE_CHECKING:
    from newscrawl.fill_rates import Comparison
    from newscrawl.items import Article, Site


@click.command("check")
@click.argument("target", metavar="SITE")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@page_limit_option
@home_option
def check_command(target: str, files: tuple[str, ...], as_json: bool, limit: int, home: Path) -> int:
    """Show what the profile and the learned furniture of SITE change on its pages.

    Reads the archived pages of the site, or each FILE, twice: without what is known of the site and with it. For each
    field: on how many articles it is filled either way, on how many it differs, and one of these.
    """
    from newscrawl.cli.targets import find_site
    from newscrawl.fill_rates import compare

    site = find_site(target, home)
    source = PageSource(site.key, files, home, only_articles=False, limit=limit)
    comparison = compare(_extract_twice(source, site))
    source.say_read()
    if not comparison.pages:
        raise NewscrawlError(f"{site.key}: no page to check: crawl the site first, or name files")
    _put_json(site, source, comparison) if as_json else _put_rates(comparison)
    return int(bool(source.failures))


def _extract_twice(source: PageSource, site: Site) -> Iterator[tuple[str, Article, Article]]:
    from newscrawl.extraction import extract_page

    for name, page in source:
        article = extract_page(page)
        if article.outcome == "unreadable":
            source.failures[name] = article.reason or "no page of text"
        else:
            yield name, article, extract_page(page, site)


def _put_json(site: Site, source: PageSource, comparison: Comparison) -> None:
    from newscrawl.sites import furniture_hash, profile_hash

    about = {"site": site.key, "profile": profile_hash(site), "furniture": furniture_hash(site)}
    counted = {"unreadable": len(source.failures), **asdict(comparison)}
    # "with" is no name in Python
    counted["fields"] = {
        name: {("with" if key == "profiled" else key): value for key, value in rate.items()}
        for name, rate in counted["fields"].items()
    }
    put(json.dumps({**about, **counted}, ensure_ascii=False))


def _put_rates(comparison: Comparison) -> None:
    put(f"{'field':<16} {'without':>14} {'with':>14} {'differ':>8}  for instance")
    for name, rate in comparison.fields.items():
        of = comparison.pages if name == "outcome_article" else comparison.articles
        shares = [f"{number:>7} {number / max(of, 1):>6.0%}" for number in (rate.without, rate.profiled)]
        put(f"{name:<16} {shares[0]:>14} {shares[1]:>14} {rate.differ:>8}  {make_line(rate.example or '')}".rstrip())
    put(f"{count(comparison.pages, 'page')}, {comparison.articles} of them articles")
