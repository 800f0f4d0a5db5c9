"""Which of a page's pictures leads the article, and which are portraits of those who wrote it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from newscrawl.extraction.images import find_address, is_decoration
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.items import Image
from newscrawl.urls import resolve

_LEAST_STEM = 8
_WIDTH_AND_HEIGHT = re.compile(r"(\d{2,4})x(\d{2,4})")
_EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)$", re.IGNORECASE)
_SIZE = re.compile(r"(?:[-_@]?\d{2,4}x\d{2,4}|-scaled|-e\d{10,})", re.IGNORECASE)


def find_portraits(reading: Reading, base: str | None, authors: Sequence[str]) -> frozenset[str]:
    """Return what tells the portraits of the writers: the stems of pictures that are described by an author's name alone.

    One that is said to be broad was chosen for the article.
    """
    names = [f" {get_key(name)}" for name in authors]
    faces: set[str] = set()
    for segment in reading.segments if names else ():
        alt = get_key(segment.image.get("alt") or "") if segment.image is not None else ""
        if segment.image is not None and alt and any(name.endswith(f" {alt}") for name in names):
            address = find_address(segment.image, base) or ""
            faces.update([] if _is_broad(address) else [get_stem(address)])
    return frozenset(faces)


def pick_lead(
    found: Sequence[tuple[int, Image]],
    declared: Sequence[str],
    base: str | None,
    second: int,
    portraits: Collection[str],
) -> Image | None:
    """Return the article's first picture: the one that the page declares, else one that stands before its `second` block.

    What it declares may be the columnist's portrait, which leads no article.
    """
    addresses = [address for value in declared if (address := resolve(base, value)) and not is_decoration(address)]
    addresses = [address for address in addresses if get_stem(address) not in portraits]
    stems = list(map(get_stem, addresses))
    matches = [(stems.index(stem), at, image) for at, image in found if (stem := get_stem(image.url)) in stems]
    above = [image for at, image in found if at < second]
    if matches:
        _, at, image = min(matches, key=lambda match: match[0])
        captioned = next((other for other in above if other.caption), None)
        # a picture with its caption above the text leads it, though the head shows one from further below
        return captioned if captioned and at > second else image
    if above:
        return above[0]
    return Image(addresses[0]) if addresses else None


def _is_broad(address: str) -> bool:
    size = _WIDTH_AND_HEIGHT.search(address)
    return size is not None and int(size[1]) > 1.2 * int(size[2])


def get_stem(address: str) -> str:
    """Return what the sizes of one picture have in common: «flood-800x450.jpg», «flood-scaled.webp», «flood.jpg?w=300»."""
    leaf = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    stem = _SIZE.sub("", _EXTENSION.sub("", leaf))
    return stem if len(stem) >= _LEAST_STEM else leaf
