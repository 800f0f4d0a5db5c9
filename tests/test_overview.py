"""What a reader of the whole archive is shown: counts that add up, and that say so when they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.items import Article, Site

_MANY = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
INSERT INTO articles (id, url, site, title, authors, tags, outcome, sort_at, sort_source, first_seen_at, checked_at,
                      text_hash, removed, body, blocks)
SELECT printf('%016x', n), 'https://waha.example/' || n, 'waha', 'خبر', '[]', '[]', 'article',
       '2024-01-01T00:00:00+00:00', 'day', '2024-01-01', '2024-01-01', '', '{}', 'نص', '[]' FROM numbers
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        opened.save_site(Site("waha", "الواحة", "waha.example", country="MA"), None)
        for number in range(1, 13):
            opened.save(
                Article(
                    url=f"https://waha.example/news/{number}",
                    site="waha",
                    title=f"خبر {number} عن الميناء",
                    body="كلمة " * 80,
                    authors=("سلمى", "كريم") if number % 2 else (),
                    agency="رويترز" if number % 3 else None,
                    section="رأي" if number % 4 else "رأي الضيف",
                    published_at=f"2024-{number:02}-01",
                )
            )
        yield opened


def test_facets_count_each_value_once_an_article(archive: Archive) -> None:
    facets = archive.overview.facets("الميناء", 60, since="2024-03-01")
    assert (facets.total, facets.is_partial) == (10, False)
    assert facets.by == {
        "site": Counter({"waha": 10}),
        "section": Counter({"رأي": 7, "رأي الضيف": 3}),
        "author": Counter({"سلمى": 5, "كريم": 5}),
        "agency": Counter({"رويترز": 6}),
        "month": Counter({f"2024-{month:02}": 1 for month in range(3, 13)}),
    }

    assert archive.overview.facets("-الميناء", 60).total == 0
    assert archive.overview.facets("-القطار", 60, since="2024-03-01") == facets


def test_an_equals_sign_asks_for_the_whole_section(archive: Archive) -> None:
    assert archive.overview.facets("", 60, section="رأي").total == 12
    assert archive.overview.facets("", 60, section="=رأي").total == 9
    assert archive.overview.facets("", 60, section="=رَأْي الضيف").total == 3


def test_counting_ends_with_its_time_and_says_so(archive: Archive) -> None:
    archive.db.execute(_MANY)
    archive.db.conn.commit()
    facets = archive.overview.facets("", 0.0)
    assert facets.is_partial
    assert facets.total < 5012
    assert archive.overview.facets("", 60).total == 5012, "and what is asked next is not hurried"


def test_the_newest_come_first_and_end_with_a_word(archive: Archive) -> None:
    hits = archive.overview.newest(5, 1)
    assert [hit.sort_at[:7] for hit in hits] == ["2024-11", "2024-10", "2024-09", "2024-08", "2024-07"]
    assert all(hit.snippet.endswith("كلمة…") for hit in hits)
