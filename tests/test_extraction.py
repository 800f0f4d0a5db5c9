"""The golden pages, one test a field, and what holds for every page: extraction is pure and keeps no memory."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from newscrawl.dates import parse_iso
from newscrawl.demo import ANSWERED, DemoSite
from newscrawl.extraction import extract, extract_page
from newscrawl.items import Page, Site
from tests import golden

FAULTS = golden.load_known_faults()


def make_case(page: str, field: str) -> pytest.param:  # type: ignore[valid-type]
    reason = FAULTS.get((page, field))
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(page, field, id=f"{page}-{field}", marks=marks)


@pytest.mark.parametrize(("page", "field"), [make_case(*case) for case in golden.list_cases()])
def test_golden_page(page: str, field: str) -> None:
    expected = golden.get_expected(golden.load_pages()[page], field)
    assert golden.get_actual(golden.load_pages()[page], golden.read(page), field) == expected


def test_known_faults_name_pages_and_fields_that_are_there() -> None:
    assert set(FAULTS) <= set(golden.list_cases())


def test_there_are_enough_pages_of_every_set() -> None:
    sets = Counter(name.split("/")[0] for name in golden.load_pages())
    assert sets["seed"] >= 18
    assert sets["arabic"] >= 50
    assert sets["negative"] >= 25


def test_pages_are_small_and_kept_byte_for_byte() -> None:
    files = [path for path in golden.PAGES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 3_500_000
    pages = golden.load_pages().values()
    assert any(b"windows-1256" in page.html and not is_utf8(page.html) for page in pages)


def is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


SEEDS = [name for name in golden.load_pages() if name.startswith("seed/")]


@pytest.mark.parametrize("name", SEEDS)
def test_seed_page_holds_what_the_project_promises(name: str) -> None:
    article = golden.read(name)
    kinds = Counter(block.kind for block in article.blocks)
    related = Counter(link.kind for link in article.related)
    assert len(article.blocks) == 20
    assert kinds["heading"] == 9
    assert article.credit == "أ ف ب/رامي السيد"
    assert article.caption is not None
    assert "أ ف ب" not in article.caption
    assert related == {"inline": 3, "block": 4}
    assert article.published_at is None  # the date in the caption is the picture's
    assert article.modified_at is None
    assert not article.authors
    assert article.outcome == "article"


@pytest.mark.parametrize("name", SEEDS)
@pytest.mark.parametrize(
    "line", ["شارك الخبر", "FacebookTwitter", "Facebook", "Loading", "شاهد ايضاً", "أخبار ذات صلة", "الرئيسية", "تسلية"]
)
def test_seed_page_keeps_its_furniture_out_of_the_body(name: str, line: str) -> None:
    assert line not in golden.read(name).body


# -- what holds for every page


def test_body_is_the_blocks_joined_by_blank_lines() -> None:
    for name in golden.load_pages():
        article = golden.read(name)
        assert article.body == "\n\n".join(block.text for block in article.blocks)


def test_text_is_kept_as_printed() -> None:
    html = (
        "<h1>عنوان الخبر الأول</h1>"
        + "<p>قالَ المُديرُ: «لـــن نتراجع»، وأضاف\u200f أن الأمر «محسوم» تماماً في هذا الأسبوع.</p>" * 3
    )
    assert extract(html).body.startswith("قالَ المُديرُ: «لـــن نتراجع»، وأضاف أن الأمر «محسوم» تماماً")


def test_same_bytes_give_an_equal_article() -> None:
    for name, page in golden.load_pages().items():
        assert extract(page.html, page.answer.get("url")) == golden.read(name)


def test_order_of_pages_changes_nothing() -> None:
    pages = [(name, page) for name, page in golden.load_pages().items() if name.startswith("arabic/")]
    backwards = {name: extract(page.html, page.answer.get("url")) for name, page in reversed(pages)}
    assert all(backwards[name] == golden.read(name) for name, _ in pages)


def test_text_and_bytes_give_the_same_article() -> None:
    page = golden.load_pages()["seed/html5"]
    assert extract(page.html.decode(), page.answer["url"]) == golden.read("seed/html5")


def test_page_and_profile_are_carried_over() -> None:
    page = golden.load_pages()["seed/html5"]
    site = Site("demo", "صحيفة", "worldpress-seed.example")
    fetched = Page(page.answer["url"], 200, {}, page.html, "2026-01-05T10:00:00+00:00", "warc/a.warc.gz", 7)
    article = extract_page(fetched, site)
    assert article.site == "demo"
    assert article.fetched_at == "2026-01-05T10:00:00+00:00"
    assert article.extractor is not None
    assert article.extractor.startswith("newscrawl/")


def test_page_without_an_address_is_read_too() -> None:
    page = golden.load_pages()["seed/html5"]
    article = extract(page.html)
    assert article.body == golden.read("seed/html5").body
    assert article.title == golden.read("seed/html5").title


# -- the demo site, as served

# a standfirst that is one bold cell of a layout table, with nothing around it that says so
DEMO_FAULTS = {("/old/details.asp?id=812", "subtitle")}


def test_demo_articles_come_out_as_their_answers_say() -> None:
    def normalize(value: Any) -> Any:
        return parse_iso(value) or value if isinstance(value, str) else value

    wrong = set()
    with DemoSite(port=0) as demo:
        for expected in demo.expected:
            assert expected.url
            with urlopen(expected.url) as response:
                article = extract(response.read(), expected.url, headers=dict(response.headers), site=demo.site)
            path = expected.url.removeprefix(demo.url)
            wrong |= {
                (path, field)
                for field in ANSWERED
                if normalize(getattr(article, field)) != normalize(getattr(expected, field))
            }
    assert wrong == DEMO_FAULTS


# -- memory


def measure_resident() -> int:
    """Return the bytes of this process in memory (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells a process's memory this way")
def test_memory_does_not_grow_over_many_pages() -> None:
    def read_pages(first: int, last: int) -> None:
        for number in range(first, last):
            text = (
                f"<p class='text-{number}'>قال المتحدث رقم {number} إن العمل في المشروع سيبدأ خلال الأسبوع المقبل.</p>"
            )
            html = f"<html><body id='page-{number}'><h1>خبر جديد رقم {number} من العاصمة</h1>{text * 4}</body></html>"
            assert extract(html, f"https://news.example/{number}").title

    read_pages(0, 300)
    before = measure_resident()
    read_pages(300, 1300)
    assert measure_resident() - before < 24 * 1024 * 1024
