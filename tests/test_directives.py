"""What a page asks of those who keep copies of it is noted beside the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.directives import find_directives
from newscrawl.items import Page
from tests.conftest import Run
from tests.site import FaultySite

HEADERS = {
    "noarchive": ("noarchive",),
    "NoArchive, nofollow": ("noarchive", "nofollow"),
    "googlebot: noindex, noarchive": (),
    "googlebot: noindex, newscrawl: noarchive": ("noarchive",),
    "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive": ("noarchive",),
    "max-snippet:-1": (),
    "": (),
}
METAS = {
    '<meta name="robots" content="noarchive">': ("noarchive",),
    "<META CONTENT='NOINDEX,NOARCHIVE' NAME='ROBOTS' />": ("noindex", "noarchive"),
    "<meta name=robots content=none>": ("none",),
    '<meta name="newscrawl" content="noarchive"><meta name="robots" content="follow">': ("noarchive", "follow"),
    '<meta name="googlebot" content="noarchive">': (),
    '<!-- <meta name="robots" content="noarchive"> -->': (),
    '<meta name="description" content="noarchive">': (),
    '<meta name="robots" content="max-image-preview:large, index">': ("index",),
}


@pytest.mark.parametrize(("value", "expected"), HEADERS.items(), ids=HEADERS)
def test_a_header_is_read(value: str, expected: tuple[str, ...]) -> None:
    assert find_directives(Page("https://x.com/", headers={"x-robots-tag": value})) == expected


@pytest.mark.parametrize(("element", "expected"), METAS.items(), ids=METAS)
def test_an_element_is_read(element: str, expected: tuple[str, ...]) -> None:
    body = f"<html><head><title>خبر</title>{element}</head><body></body></html>"
    assert find_directives(Page("https://x.com/", body=body.encode())) == expected


def test_the_archive_keeps_them_with_the_page(run: Run, home: Path) -> None:
    with FaultySite(1, faults=("/kept-by-others/2",)) as site:
        site.write_profile(home)
        run("crawl", "test")
    with Archive(home / "archive.db", read_only=True) as archive:
        rows = archive.db.query("SELECT url, directives FROM pages")
        told = {row["url"].removeprefix(site.url): row["directives"] for row in rows}
    assert told == {"/news/1": None, "/kept-by-others/2": "noindex, noarchive"}
