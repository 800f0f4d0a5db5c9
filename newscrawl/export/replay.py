"""Articles as they were served, with every state and every picture that is kept, in a WACZ that replays anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from newscrawl.archive import Archive
from newscrawl.exceptions import UsageError, WarcError
from newscrawl.export.output import open_output
from newscrawl.items import Article
from newscrawl.warc.wacz import ReplayPage, WaczWriter

SUFFIX = ".wacz"


def write_wacz(
    archive: Archive, articles: Iterable[Article], out: Path | str, problems: list[str] | None = None
) -> tuple[int, int]:
    """Write the pages that articles were read from to a file; return how many articles, and how many pages.

    What cannot be read is left out, and told in `problems`. Raises as `write_articles` does.
    """
    if str(out) == "-":
        raise UsageError("a WACZ needs a file: it is written in more than one pass")
    home, told = archive.path.parent, problems if problems is not None else []
    number = pages = 0
    with open_output(out) as file, WaczWriter(home, file, "newscrawl") as writer:
        for number, article in enumerate(articles, 1):  # noqa: B007 - the count outlives the loop
            for page in _list_pages(archive, article):
                try:
                    writer.add_page(page)
                    pages += 1
                except WarcError as error:
                    told.append(str(error))
            for place in _list_pictures(archive, article):
                try:
                    writer.add_record(*place)
                except WarcError as error:
                    told.append(str(error))
    return number, pages


def _list_pages(archive: Archive, article: Article) -> Iterator[ReplayPage]:
    """Yield the page of each state, the newest first; some states come from the same bytes."""
    places = set[tuple[str, int]]()
    for revision in reversed(list(archive.revisions(str(article.id)))):
        if revision.warc_file is not None and revision.warc_offset is not None:
            place = (revision.warc_file, revision.warc_offset)
            if place not in places:
                places.add(place)
                yield ReplayPage(revision.article.title or article.title or "", *place)


def _list_pictures(archive: Archive, article: Article) -> Iterator[tuple[str, int]]:
    """Yield where the kept pictures are; of one that has several addresses, that of the one whose bytes are there."""
    for url in dict.fromkeys((article.image_url, *(image.url for image in article.images))):
        picture = archive.find_picture(url) if url else None
        if picture and picture.place:
            yield picture.place
