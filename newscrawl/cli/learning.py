"""newscrawl sites learn: the furniture that a site's own pages show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import count, make_line, put, say
from newscrawl.cli.options import home_option, page_limit_option
from newscrawl.cli.pages import PageSource
from newscrawl.exceptions import NewscrawlError, UsageError

if TYPE_CHECKING:
    from newscrawl.extraction.learning import ArticleBlocks
    from newscrawl.items import Site
    from newscrawl.sites.furniture import Learned


@click.command("learn")
@click.argument("target", metavar="SITE")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--accept", is_flag=True, help="Write what is shown to HOME/sites, for every extraction from now on.")
@click.option("--skip", type=int, multiple=True, metavar="NUMBER", help="Accept all but this one; may be repeated.")
@page_limit_option
@home_option
def learn_command(
    target: str, files: tuple[str, ...], accept: bool, skip: tuple[int, ...], limit: int, home: Path
) -> int:
    """Find the furniture that SITE prints in its articles: texts that come back in the same place.

    Reads the archived pages of the site's articles, or each FILE. Shows how many articles have the text, where it
    stands in them (start, inside or end of the text, and in which element), the text, and one of the articles. With
    --accept it is written to HOME/sites/KEY.furniture-DAY.toml, which every later extraction of the site's pages
    obeys and names; delete the file to take that back.
    """
    from newscrawl.cli.targets import find_site
    from newscrawl.extraction.learning import LEAST_ARTICLES, learn

    site = find_site(target, home)
    source = PageSource(site.key, files, home, only_articles=True, limit=limit)
    articles = list(_read_blocks(source, site))
    source.say_read()
    if len(articles) < LEAST_ARTICLES:
        raise NewscrawlError(
            f"{site.key}: {count(len(articles), 'article')} to learn from, at least {LEAST_ARTICLES} are needed"
        )
    learned = learn(articles)
    for number in skip:
        if not 1 <= number <= len(learned):
            raise UsageError(f"--skip {number}: the texts found are numbered from 1 to {len(learned)}")
    for number, each in enumerate(learned, 1):
        _put_learned(number, each)
    if not learned:
        say(f"{site.key}: nothing comes back in the same place of enough articles")
    elif accept:
        _accept(site, [each for number, each in enumerate(learned, 1) if number not in skip], home)
    else:
        say(f"{site.key}: {count(len(learned), 'text')} found; --accept takes them out from now on, --skip spares one")
    return int(bool(source.failures))


def _read_blocks(source: PageSource, site: Site) -> Iterator[ArticleBlocks]:
    from newscrawl.extraction.learning import read_blocks

    for name, page in source:
        article = read_blocks(page, site, name)
        if article is None:
            source.failures[name] = "no page of text"
        elif article.blocks:
            yield article


def _put_learned(number: int, each: Learned) -> None:
    """Print one text; the Arabic has a line of its own, where it cannot pull the figures around."""
    share = f"{each.articles / each.of:.0%}"
    put(f"{number:>3}  {each.articles} of {each.of} articles ({share}), {each.block.position}, {each.block.box}")
    put(f"     {make_line(each.block.text)}")
    put(f"     {make_line(each.example)}")


def _accept(site: Site, learned: Sequence[Learned], home: Path) -> None:
    from newscrawl.sites.furniture import hash_furniture, write_furniture

    given = hash_furniture(tuple(each.block for each in learned))
    if site.furniture and given == hash_furniture(site.furniture):
        say(f"{site.key}: nothing new: furniture/{given} was accepted before")
    else:
        path = write_furniture(home / "sites", site.key, datetime.now(UTC).date(), learned)
        say(f"{site.key}: {count(len(learned), 'text')} accepted in {path}, named furniture/{given}")
