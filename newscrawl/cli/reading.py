"""newscrawl show and export: what is in the archive."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from newscrawl.cli.console import count, make_line, put, put_fields, say
from newscrawl.cli.history import put_diff, put_revisions
from newscrawl.cli.options import filter_options, home_option, limit_option
from newscrawl.cli.queries import read_query
from newscrawl.exceptions import NewscrawlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.archive import Archive, Filters
    from newscrawl.items import Article, Copy, Related

_BLOCK_MARKS = {"heading": "## ", "quote": "> ", "list_item": "- "}
_SHOWN = (
    *("id", "url", "site", "kind", "section", "published_at", "published_text", "modified_at", "authors", "agency"),
    *("tags", "language", "image_url", "image_alt", "caption", "credit", "outcome", "reason", "variant", "fetched_at"),
    "extractor",
)


@click.command()
@click.argument("id_or_url", metavar="ID|URL", required=False)
@click.option("--revisions", "with_revisions", is_flag=True, help="Its states: when, whose change, which fields.")
@click.option(
    "--diff",
    "span",
    metavar="[N[..M]]",
    is_flag=False,
    flag_value="",
    help="What changed with its last revision, with revision N, or from N to M: [-old-]{+new+}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object, or one a revision.")
@home_option
def show(id_or_url: str | None, with_revisions: bool, span: str | None, as_json: bool, home: Path) -> int:
    """Print one article: its fields, its text, the links that it offers as further reading, and where else it stands.

    The URL may be any that the article is known by: its mobile, AMP or print page, a short link, a redirect.
    """
    if id_or_url is None and span:
        # --diff was written before the address, and took it for its own
        id_or_url, span = span, ""
    if id_or_url is None:
        raise UsageError("name the article: newscrawl show ID|URL")
    with open_reader(home) as archive:
        article = archive.get(id_or_url)
        revisions = list(archive.revisions(id_or_url)) if with_revisions or span is not None else []
        copies = archive.copies(id_or_url)
    if article is None:
        raise NewscrawlError(f"no article {id_or_url} in {home / 'archive.db'}: 'newscrawl search' finds its id")
    if with_revisions:
        put_revisions(revisions, as_json=as_json)
    if span is not None:
        put_diff(revisions, span, as_json=as_json)
    if with_revisions or span is not None:
        return 0
    if as_json:
        from newscrawl.export import write_articles

        write_articles([article], "-")
        return 0
    _put_article(article)
    _put_copies(copies)
    return 0


def _put_article(article: Article) -> None:
    put_fields({"title": article.title, "subtitle": article.subtitle})
    put_fields({name: getattr(article, name) for name in _SHOWN})
    for block in article.blocks:
        put(f"\n{_BLOCK_MARKS.get(block.kind, '')}{block.text}")
    _put_related(article.related)


@click.command()
@click.argument("out", metavar="OUT|-")
@click.option("--query", metavar="QUERY", help="Only what 'newscrawl search' would find.")
@click.option(
    "--since-last",
    metavar="RECEIVER",
    help="Only what is new or changed since the last export with this name; any name will do.",
)
@click.option("--wacz", is_flag=True, help="The pages as they were served, to be replayed in a browser.")
@filter_options
@limit_option
@home_option
def export(out: str, query: str | None, wacz: bool, limit: int | None, home: Path, **filters: Unpack[Filters]) -> int:
    """Write articles to a file, the newest first; - is standard output, as JSON Lines.

    The name's ending is the format: .jsonl, .jsonl.gz, .jsonl.zst (JSON Lines, one object a line in UTF-8), .csv (for
    spreadsheets: with a byte order mark, formulas disarmed; Excel holds 32,767 characters in a cell, LibreOffice all of
    them), .parquet (typed; needs pyarrow) or .wacz (the pages of every state of the articles as they were served, for
    ReplayWeb.page; --wacz says so whatever the name). Exit status 1: a page could not be read, and is not in the WACZ.
    """
    from newscrawl.export import get_format, write_articles

    is_wacz, status = wacz or out.lower().endswith(".wacz"), 0
    if not is_wacz:
        get_format(out)
    query = None if query is None else read_query(query, home)
    receiver = filters.get("since_last")
    with open_writer(home) if receiver else open_reader(home) as archive:
        found = (
            archive.articles(limit=limit, **filters) if query is None else archive.search(query, limit=limit, **filters)
        )
        with archive.hand_over(receiver, found) if receiver else nullcontext(found) as articles:
            if is_wacz:
                number, status = _write_wacz(archive, articles, out)
            else:
                number = write_articles(articles, out)
    say(count(number, "article") + ("" if out == "-" else f" written to {out}"))
    return status


def _write_wacz(archive: Archive, articles: Iterable[Article], out: str) -> tuple[int, int]:
    """Write a WACZ, saying what could not be read; return how many articles are in it, and the exit status."""
    from newscrawl.export.replay import write_wacz

    problems: list[str] = []
    number, pages = write_wacz(archive, articles, out, problems)
    for problem in problems:
        say(f"newscrawl: {problem}")
    say(count(pages, "page"))
    return number, int(bool(problems))


def open_reader(home: Path) -> Archive:
    from newscrawl.archive import Archive

    return Archive(home / "archive.db", read_only=True)


def open_writer(home: Path) -> Archive:
    """Open an archive that is there already; for one that is missing, opening it to read says what to do."""
    from newscrawl.archive import Archive

    path = home / "archive.db"
    return Archive(path) if path.exists() else open_reader(home)


def format_line(article: Article) -> str:
    """Return day, id and title; the Arabic comes last, where it cannot pull the rest of the line around."""
    return f"{(article.published_at or '')[:10]:<10}  {article.id}  {make_line(article.title)}"


def _put_copies(copies: list[Copy]) -> None:
    """Print day, site, the share of this article that stands there, id and title."""
    if copies:
        put("\nنُشر أيضاً في (the same text elsewhere):")
    for copy in copies:
        day, site = (copy.published_at or "")[:10], make_line(copy.site or "")
        put(f"  {day:<10}  {site}  {copy.share:.0%}  {copy.relation}  {copy.id}  {make_line(copy.title)}")


def _put_related(links: tuple[Related, ...]) -> None:
    if links:
        put("\nrelated:")
    for link in links:
        put(f"  {link.kind:<6}  {make_line(link.url)}  {make_line(link.title or '')}")
