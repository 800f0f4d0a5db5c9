"""A Datasette over one archive: which page is at which address, and what Datasette is told of the tables."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from newscrawl.archive import Archive
from newscrawl.exceptions import ArchiveError, WarcError
from newscrawl.web.asked import Asked, Context, Picture, Redirect
from newscrawl.web.charts import show_charts
from newscrawl.web.front import show_front
from newscrawl.web.reading import show_article, show_difference, show_picture
from newscrawl.web.searching import show_results
from newscrawl.web.stations import show_site
from newscrawl.web.words import Words

DATABASE = "archive"
NOTHING_FROM_ELSEWHERE = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; img-src 'self'; "
)

_PATIENCE_SECONDS = 20.0
_STEPS_BETWEEN_LOOKS = 50_000
_HERE = Path(__file__).parent
# Our pages have no script at all: nothing that came with an article can be one.
_POLICY = f"{NOTHING_FROM_ELSEWHERE}style-src 'self'"

_Show = Callable[[Archive, Asked], Context | Redirect | Picture | None]


class _Page(NamedTuple):
    pattern: str
    template: str
    show: _Show


_PAGES = (
    _Page(r"^/$", "front.html", show_front),
    _Page(r"^/search$", "results.html", show_results),
    _Page(r"^/article/(?P<id>[0-9a-f]{16})$", "article.html", show_article),
    _Page(r"^/article/(?P<id>[0-9a-f]{16})/diff$", "difference.html", show_difference),
    _Page(r"^/article/(?P<id>[0-9a-f]{16})/picture/(?P<number>[0-9]{1,3})$", "", show_picture),
    _Page(r"^/site/(?P<key>[^/]+)$", "site.html", show_site),
    _Page(r"^/charts$", "charts.html", show_charts),
)

_TABLE_OF_RESULTS = """
select articles.id, articles.site, articles.sort_at, articles.title, articles.section, articles.authors,
  articles.agency, articles.url
from articles_fts cross join articles on articles.docid = articles_fts.rowid
where articles_fts match ar_query(:q)
  and (:site = '' or articles.site = :site)
  and (:country = '' or articles.site in (select key from sites where country = upper(:country)))
  and (:section = '' or has_words(section, :section))
  and (:agency = '' or has_words(agency, :agency))
  and (:author = '' or exists (select 1 from json_each(authors) where has_words(value, :author)))
  and (:since = '' or articles.sort_at >= :since)
  and (:until = '' or articles.sort_at < date(:until, '+1 day'))
order by articles.sort_at desc
"""


class Room(Datasette):  # type: ignore[misc]
    """The reading room of a home, in one language."""

    def __init__(self, home: Path, language: str) -> None:
        self.home, self.words = home, Words(language)
        super().__init__(
            [str(home / f"{DATABASE}.db")],
            template_dir=str(_HERE / "templates"),
            static_mounts=[("room", str(_HERE / "static"))],
            # facets are offered in each column's menu; to suggest some, every column would be counted for every page
            settings={"truncate_cells_html": 300, "sql_time_limit_ms": 3000, "suggest_facets": False},
            metadata=_describe_tables(self.words),
        )

    def list_views(self) -> list[tuple[str, Callable[[Request], Awaitable[Response]]]]:
        """Return our pages, each with the pattern of its address."""
        return [(page.pattern, self._make_view(page)) for page in _PAGES]

    def _make_view(self, page: _Page) -> Callable[[Request], Awaitable[Response]]:
        async def view(request: Request) -> Response:
            return await self._answer(page, request)

        return view

    async def _answer(self, page: _Page, request: Request) -> Response:
        args = {name: values[0] for name in request.args if (values := request.args.getlist(name)) and values[0]}
        asked = Asked(self.home, self.words, request.path, request.url_vars, args)
        template, status = page.template, 200
        try:
            found = await asyncio.to_thread(_find, page.show, asked)
        except (ArchiveError, WarcError) as error:
            template, status, found = "fault.html", 503, {"heading": "unavailable", "message": str(error)}
        if isinstance(found, Redirect):
            return Response.redirect(found.path)
        if isinstance(found, Picture):
            return Response(found.content, content_type=found.media_type, headers={"content-security-policy": _POLICY})
        if found is None:
            template, status, found = "fault.html", 404, {"heading": "not_found"}
        html = await self.render_template(template, found | {"asked": asked}, request=request)
        return Response.html(html, status=status, headers={"content-security-policy": _POLICY})


def _find(show: _Show, asked: Asked) -> Context | Redirect | Picture | None:
    """Each request opens the archive anew: it is the file of this moment, whatever was restored meanwhile."""
    end = time.monotonic() + _PATIENCE_SECONDS
    with Archive(asked.home / f"{DATABASE}.db", read_only=True) as archive:
        archive.db.conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
        return show(archive, asked)


def _describe_tables(words: Words) -> dict[str, Any]:
    """Return how the index is joined to its table, and the query that gives the page of results as a table."""
    articles = {"fts_table": "articles_fts", "fts_pk": "docid", "label_column": "title", "sort_desc": "sort_at"}
    hidden = {name: {"hidden": True} for name in ("articles_fts", "articles_fts_queue", "_sqlite_migrations")}
    query = {"sql": re.sub(r"\s+", " ", _TABLE_OF_RESULTS).strip(), "title": words["as_table"]}
    return {
        "title": words["room"],
        "databases": {DATABASE: {"tables": {"articles": articles} | hidden, "queries": {"search": query}}},
    }
