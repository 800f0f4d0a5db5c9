"""The page of one article, and what its site changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from newscrawl.archive import Archive
from newscrawl.archive.diffs import diff_states
from newscrawl.items import Article, Block, Related
from newscrawl.web.asked import Asked, Context, Picture

_CELL_BREAK = " | "
_STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}


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
        "revisions": list(archive.revisions(article.id)),
        "kept_pictures": [_is_kept(archive, url) for url in _list_pictures(article)],
        "copies": archive.copies(article.id),
        "offers": [Offer(link, archived.get(link.url)) for link in article.related],
        "site_names": archive.overview.site_names(),
    }


def show_picture(archive: Archive, asked: Asked) -> Picture | None:
    """Return a picture of an article from the archive: 0 is its lead picture, 1 the first of the others."""
    article = archive.get(asked.parts["id"])
    addresses = _list_pictures(article) if article else []
    number = int(asked.parts["number"])
    found = archive.read_picture(addresses[number] or "") if number < len(addresses) else None
    media_type = _find_media_type(found[1]) if found else None
    return Picture(media_type, found[1]) if found and media_type else None


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


def _list_pictures(article: Article) -> list[str | None]:
    return [article.image_url, *(image.url for image in article.images)]


def _is_kept(archive: Archive, url: str | None) -> bool:
    picture = archive.find_picture(url) if url else None
    return picture is not None and picture.place is not None


def _find_media_type(content: bytes) -> str | None:
    """Return what kind of picture it is by its first bytes; what a server called it is not believed, and SVG can run."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return next((media_type for start, media_type in _STARTS.items() if content.startswith(start)), None)
