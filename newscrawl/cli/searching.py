"""newscrawl search, count and reindex: what the archive has about something, and how much."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from newscrawl.cli.console import count, make_line, put, put_json, say
from newscrawl.cli.options import filter_options, home_option, limit_option
from newscrawl.cli.queries import read_query
from newscrawl.cli.reading import open_reader

if TYPE_CHECKING:
    from newscrawl.archive import Archive, Count, Filters, Sort

_A_PAGE = 20
# They stand for the marks while the text is made safe for the terminal; no text has them, for they are no characters.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


@click.command()
@click.argument("query", nargs=-1, required=True)
@filter_options
@limit_option
@click.option("--sort", type=click.Choice(["date", "rank"]), default="date", show_default=True, help="Newest, or best.")
@click.option("--explain", is_flag=True, help="Print how the query is understood, and do not search.")
@click.option("--json", "as_json", is_flag=True, help="Print the articles as JSON Lines, all of them.")
@home_option
def search(
    query: tuple[str, ...],
    sort: Sort,
    explain: bool,
    as_json: bool,
    limit: int | None,
    home: Path,
    **filters: Unpack[Filters],
) -> int:
    """Find articles by their words, in whatever form or spelling, and print where in them these stand.

    All words must be there. "Two words" stand together; -word is not there, and alone it finds all else; OR (or |) is
    one of two; ="word" is this form alone; wor* begins a word; title:word, subtitle:, caption: and body: (عنوان:,
    مقدمة:, تعليق:, نص:) say where. @name is the query of that name in HOME/queries.toml. Write -- before a query that
    begins with a minus.
    """
    from newscrawl.export import write_articles

    text = read_query(" ".join(query), home)
    if explain:
        _put_explanation(text)
        return 0
    with open_reader(home) as archive:
        _warn(archive)
        if as_json:
            say(count(write_articles(archive.search(text, sort=sort, limit=limit, **filters), "-"), "article"))
        else:
            _put_hits(archive, text, sort, limit or _A_PAGE, filters)
    return 0


def _warn(archive: Archive) -> None:
    fault = archive.describe_fault()
    if fault:
        say(f"newscrawl: {fault}: 'newscrawl reindex' mends it, as does any command that writes")


def _put_hits(archive: Archive, text: str, sort: Sort, limit: int, filters: Filters) -> None:
    hits = archive.find_hits(text, sort=sort, limit=limit, marks=(_OPEN, _CLOSE), **filters)
    for hit in hits:
        put_marked(f"{(hit.published_at or '')[:10]:<10}  {hit.id}  {make_line(hit.title)}")
        put_marked(f"{'':<10}  {make_line(hit.snippet)}")
    number = archive.count(text, copies=True, **filters)[-1].hits if len(hits) == limit else len(hits)
    say(count(number, "article") + (f", the first {limit} are shown: --limit N shows more" if number > limit else ""))


def put_marked(line: str) -> None:
    """Print a line with its marked words bold on a terminal, and between asterisks anywhere else."""
    opened, closed = (_BOLD, _PLAIN) if sys.stdout.isatty() else ("**", "**")
    put(line, {_OPEN: opened, _CLOSE: closed})


def _put_explanation(text: str) -> None:
    from newscrawl.query import parse_query

    query = parse_query(text)
    for term in query.terms:
        signs = [
            term.field and f"in {term.field}",
            term.is_exact and "exactly so",
            term.is_prefix and "and what begins so",
        ]
        told = ", ".join(sign for sign in signs if sign)
        put(
            f"{make_line(term.text)} → {' '.join(term.words if term.is_exact else term.stems)}"
            + (f" ({told})" if told else "")
        )
    if query.is_empty:
        put("nothing to look for")
    else:
        put(f"articles_fts MATCH '{query.match}'" if query.match else f"NOT articles_fts MATCH '{query.without}'")


@click.command("count")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--by",
    metavar="GROUP,...",
    default="site",
    show_default=True,
    help="site, country, year, month, day, agency; several, parted by commas.",
)
@click.option("--copies", is_flag=True, help="Count a story as often as it was printed, not once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a group.")
@filter_options
@home_option
def count_command(
    query: tuple[str, ...], by: str, copies: bool, as_json: bool, home: Path, **filters: Unpack[Filters]
) -> int:
    """Count the articles that QUERY finds: how many, of how many, and the share; QUERY as for "search".

    A story that several sites printed counts once in each group that has it.
    """
    text, names = read_query(" ".join(query), home), [name.strip() for name in by.split(",") if name.strip()]
    with open_reader(home) as archive:
        _warn(archive)
        counts = archive.count(text, by=names, copies=copies, **filters)
    for counted in counts:
        values = dict(zip(names, counted.group, strict=True)) if counted.group else {}
        if as_json:
            put_json({**values, "hits": counted.hits, "articles": counted.articles, "share": round(counted.share, 6)})
    if not as_json:
        _put_counts(names, counts)
    return 0


def _put_counts(names: list[str], counts: list[Count]) -> None:
    """Print a table, the numbers first: what is Arabic comes last, where it cannot pull the rest of the line around."""
    put(f"{'hits':>8} {'articles':>9} {'share':>7}  {' '.join(f'{name:<10}' for name in names)}".rstrip())
    for counted in counts:
        group = " ".join(f"{make_line(value or '-'):<10}" for value in counted.group) if counted.group else "all"
        put(f"{counted.hits:>8,} {counted.articles:>9,} {counted.share:>7.2%}  {group}".rstrip())


@click.command()
@home_option
def reindex(home: Path) -> int:
    """Make the search index true again: after another program changed articles, or another version made the index.

    Every command that writes does so by itself, where it is needed.
    """
    from newscrawl.archive import Archive

    with open_reader(home) as archive:
        path, fault = archive.path, archive.describe_fault()
    if fault:
        say(f"{fault}: it is brought up to date")
        Archive(path).close()
    say("the search index is as it should be")
    return 0
