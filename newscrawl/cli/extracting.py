"""newscrawl extract: pages to articles, without an archive."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import make_line, put, put_json, say
from newscrawl.cli.options import allow_private_option, home_option, render_option
from newscrawl.cli.pages import read_page
from newscrawl.exceptions import FetchError, UsageError

if TYPE_CHECKING:
    from newscrawl.items import Article, Page


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.option("--url", metavar="URL", help="The address that the page came from, for a single FILE or -.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["json", "text", "markdown"]),
    default="json",
    show_default=True,
    help="How articles are printed.",
)
@allow_private_option
@render_option
@home_option
def extract(pages: tuple[str, ...], url: str | None, output: str, allow_private: bool, render: bool, home: Path) -> int:
    """Print what each page says, one JSON object a line, in the order given; "page" is the page as it was named.

    A FILE is HTML in whatever encoding, - is standard input; a URL is fetched once, within robots.txt. HOME is where
    your own site profiles are; nothing is stored. Exit status 1: a page was not there or could not be read.
    """
    if url and (len(pages) > 1 or _is_address(pages[0])):
        raise UsageError("--url tells where one FILE or - came from: name one page")
    has_failed = False
    addresses = [name for name in pages if _is_address(name)]
    fetched = _fetch(addresses, allow_private=allow_private, render=render)
    for name, article in _extract_all(pages, url, home, fetched):
        has_failed |= article.outcome == "unreadable"
        _print_article(name, article, output)
    return int(has_failed)


def _extract_all(
    names: tuple[str, ...], url: str | None, home: Path, fetched: Mapping[str, Page | FetchError]
) -> Iterator[tuple[str, Article]]:
    from newscrawl.extraction import extract_page
    from newscrawl.items import Article
    from newscrawl.sites import site_for_url

    for name in names:
        try:
            page = fetched[name] if name in fetched else read_page(name, url)
            if isinstance(page, FetchError):
                raise page
        except FetchError as error:
            yield name, Article(url=url, outcome="unreadable", reason=str(error))
        else:
            yield name, extract_page(page, site_for_url(page.url, home) if page.url else None)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _fetch(urls: list[str], *, allow_private: bool, render: bool) -> Mapping[str, Page | FetchError]:
    if not urls:
        return {}
    from newscrawl.runner import fetch_pages

    return fetch_pages(urls, allow_private=allow_private, render=render)


def _print_article(name: str, article: Article, output: str) -> None:
    # A file's name is bytes, which need not be text.
    name = os.fsencode(name).decode(errors="replace")
    if output == "json":
        from newscrawl.export import article_object

        put_json({"page": name, **article_object(article)})
    elif article.outcome == "unreadable":
        say(f"newscrawl: {name}: {article.reason}")
    else:
        put(_format_text(article, is_markdown=output == "markdown"))
        put()


def _format_text(article: Article, *, is_markdown: bool) -> str:
    marks = {"heading": "## ", "quote": "> ", "list_item": "- "} if is_markdown else {}
    title = ("# " if is_markdown else "") + make_line(article.title or "")
    blocks = [marks.get(block.kind, "") + block.text for block in article.blocks]
    return "\n\n".join(part for part in (title.strip(), article.subtitle, article.published_at, *blocks) if part)
