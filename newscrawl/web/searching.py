"""The page of results: what a query finds, how it was understood, and what its results have in common."""

from __future__ import annotations

import shlex
from calendar import monthrange
from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast
from urllib.parse import urlencode

from newscrawl.archive import Archive, Filters, Hit, Sort
from newscrawl.archive.overview import Facets
from newscrawl.archive.selection import select_articles
from newscrawl.exceptions import UsageError
from newscrawl.query import Query, parse_query
from newscrawl.web.asked import MOST_PAGES, Asked, Context, Redirect
from newscrawl.web.printing import MARKS, find_web_address, print_number

FILTERS = ("site", "country", "section", "author", "agency", "since", "until")

_A_PAGE = 20
_FACETS = ("site", "section", "author", "month", "agency")
_VALUES_A_FACET = 12
_COUNTING_SECONDS = 0.5


class Choice(NamedTuple):
    """A value that results can be narrowed to, or that they are narrowed to; `note` is how many, or of what."""

    label: str
    note: str
    href: str
    is_chosen: bool = False


def show_results(archive: Archive, asked: Asked) -> Context | Redirect:
    """Return what the page of results shows; an archived article's address leads to the article."""
    text = asked.get("q").strip()
    if find_web_address(text) and (article := archive.get(text)):
        return Redirect(f"/article/{article.id}")
    filters, mistake = _read_filters(asked)
    query = parse_query(text)
    sort: Sort = "rank" if asked.get("sort") == "rank" and query.match else "date"
    hits = _find(archive, text, query, sort, (asked.page - 1) * _A_PAGE, filters)
    facets = archive.overview.facets(text, _COUNTING_SECONDS, **filters)
    names = archive.overview.site_names()
    has_more = len(hits) > _A_PAGE and asked.page < MOST_PAGES
    return {
        "q": text,
        "sort": sort,
        "query": query,
        "mistake": mistake,
        "hits": hits[:_A_PAGE],
        "site_names": names,
        "is_partial": facets.is_partial,
        "total": _print_total(facets.total, facets.is_partial, asked),
        "facets": [(f"by_{name}", list(_list_choices(name, facets, names, asked))) for name in _FACETS],
        "active": list(_list_active(names, asked)),
        "kept": {name: asked.get(name) for name in FILTERS if name not in ("since", "until") and asked.get(name)},
        "previous": asked.link(page=asked.page - 1) if asked.page > 1 else None,
        "next": asked.link(page=asked.page + 1) if has_more else None,
        "fault": None if query.is_empty else archive.describe_fault(),
        "command": _print_command(text, filters),
        "table": f"/archive/search?{urlencode({'q': text} | {name: asked.get(name) for name in FILTERS})}",
    }


def _read_filters(asked: Asked) -> tuple[Filters, str | None]:
    """Return the filters, and the day that is none, by which nothing is filtered."""
    filters = {name: asked.get(name) for name in FILTERS if asked.get(name)}
    mistake = None
    for name in ("since", "until"):
        try:
            select_articles(cast("Filters", {name: filters.get(name)}))
        except UsageError:
            mistake = filters.pop(name)
    return cast("Filters", filters), mistake


def _find(archive: Archive, text: str, query: Query, sort: Sort, offset: int, filters: Filters) -> list[Hit]:
    if query.is_empty:
        return archive.overview.newest(_A_PAGE + 1, offset, **filters)
    return archive.find_hits(text, sort=sort, limit=_A_PAGE + 1, offset=offset, marks=MARKS, **filters)


def _print_total(total: int, is_partial: bool, asked: Asked) -> str:
    return asked.words.fill("more_than", n=print_number(total)) if is_partial else print_number(total)


def _list_choices(name: str, facets: Facets, names: Mapping[str, str], asked: Asked) -> Iterator[Choice]:
    counted = facets.by[name]
    most = sorted(counted, reverse=True) if name == "month" else [value for value, _ in counted.most_common()]
    for value in most[:_VALUES_A_FACET]:
        count = f"{print_number(counted[value])}{'+' if facets.is_partial else ''}"
        changes = _narrow(name, value)
        is_chosen = all(asked.get(key) == wanted for key, wanted in changes.items())
        label = names.get(value, value) if name == "site" else value
        yield Choice(label, count, asked.link(page=None, **changes), is_chosen)


def _narrow(name: str, value: str) -> dict[str, str]:
    """Return the arguments that mean exactly this value of a facet."""
    if name == "month":
        year, month = map(int, value.split("-"))
        return {"since": f"{value}-01", "until": f"{value}-{monthrange(year, month)[1]:02}"}
    return {name: value if name == "site" else f"={value}"}


def _list_active(names: Mapping[str, str], asked: Asked) -> Iterator[Choice]:
    for name in FILTERS:
        if value := asked.get(name):
            title = asked.words[name if name in ("since", "until") else f"by_{name}"]
            shown = names.get(value, value) if name == "site" else value.removeprefix("=")
            yield Choice(shown, title, asked.link(page=None, **{name: None}), is_chosen=True)


def _print_command(text: str, filters: Filters) -> str:
    options = [part for name, value in filters.items() for part in (f"--{name}", str(value))]
    query = ["--query", text] if text else []
    return shlex.join(["newscrawl", "export", *query, *options, "results.csv"])
