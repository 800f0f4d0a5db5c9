"""The page of one article, and what its site changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from newscrawl.archive import Archive
from newscrawl.archive.diffs import diff_states
from newscrawl.items import Block, Related
from newscrawl.web.asked import Asked, Context

_CELL_BREAK = " | "


class Passage(NamedTuple):
    """Blocks of one kind that stand together: the items of a list, the rows of a table, or one text."""

    kind: str
    texts: tuple[str, ...]


class Offer(NamedTuple):
    """A link offered as further reading, and the id of the archived article that it leads to."""

    link: Related
    target_id: str | None


def show_article(archive: Archive, asked: Asked) -> Context | None:
    """Return what an article's page shows, None when there is no such article."""
    article = archive.get(asked.parts["id"])
    if article is None or article.id is None:
        return None
    archived = archive.overview.archived_links(article.id)
    return {
        "article": article,
        "passages": list(group_blocks(article.blocks)),
        "record": archive.overview.record(article.id),
        "revisions": archive.revisions(article.id),
        "copies": archive.copies(article.id),
        "offers": [Offer(link, archived.get(link.url)) for link in article.related],
        "site_names": archive.overview.site_names(),
    }


def show_difference(archive: Archive, asked: Asked) -> Context | None:
    """Return what the page of differences shows: between the states asked for, else between the last two."""
    article = archive.get(asked.parts["id"])
    revisions = {revision.number: revision for revision in archive.revisions(asked.parts["id"])} if article else {}
    if article is None or len(revisions) < 2:
        return None
    numbers = list(revisions)
    new = asked.get_number("to") or numbers[-1]
    earlier = [number for number in numbers if number < new]
    old = asked.get_number("from") or (earlier[-1] if earlier else numbers[0])
    if old not in revisions or new not in revisions:
        return None
    return {
        "article": article,
        "old": revisions[old],
        "new": revisions[new],
        "numbers": numbers,
        "fields": diff_states(revisions[old].article, revisions[new].article),
    }


def group_blocks(blocks: Iterable[Block]) -> Iterator[Passage]:
    """Yield the blocks of a text as they are read: items of a list together, rows of a table together."""
    for kind, group in groupby(blocks, lambda block: block.kind):
        texts = [block.text for block in group]
        if kind in ("list_item", "table"):
            yield Passage(kind, tuple(texts))
        else:
            yield from (Passage(kind, (text,)) for text in texts)


def split_row(text: str) -> list[str]:
    """Return the cells of a row of a table."""
    return text.split(_CELL_BREAK)
