"""A profile overrules one field and leaves the others, for pages of its day alone."""

from __future__ import annotations

from datetime import date

from newscrawl.extraction import extract
from newscrawl.items import Layout, Related, Site

PAGE = """<html><head><title>افتتاح المكتبة العامة الجديدة في وسط المدينة</title></head><body>
<h1>افتتاح المكتبة العامة الجديدة في وسط المدينة</h1>
<div class="k">حضور كبير في اليوم الأول</div>
<div class="w">سلمى الساحلي وكريم الفنارجي</div><div class="d">18 كانون الأول 2023</div>
<div class="pic"><img src="/a.jpg"><span class="c">قاعة القراءة (تصوير: هالة البحري)</span></div>
<div class="t"><p>افتتحت البلدية اليوم المكتبة العامة الجديدة بحضور مئات من السكان.</p>
<p class="x">اشترك الآن في مجلتنا الأسبوعية لتصلك أخبار المدينة كلها في صندوق بريدك.</p>
<p>وتضم المكتبة ثلاثين ألف كتاب، وقاعة للأطفال، ومقهى يطل على الحديقة القديمة.</p></div>
<div class="m"><a href="/2">عنوان آخر من الصحيفة نفسها</a></div></body></html>"""


def make_site(*layouts: Layout) -> Site:
    return Site("example", "مثال", "news.example", timezone="Asia/Beirut", layouts=layouts)


def read(*layouts: Layout, fetched_at: str | None = None):  # type: ignore[no-untyped-def]
    return extract(PAGE, "https://news.example/1", site=make_site(*layouts), fetched_at=fetched_at)


def test_each_selector_overrules_its_field() -> None:
    article = read(Layout(subtitle=".k", authors=".w", published=".d", caption=".c", related=".m", remove=(".x",)))
    assert article.subtitle == "حضور كبير في اليوم الأول"
    assert article.authors == ("سلمى الساحلي", "كريم الفنارجي")
    assert (article.published_at, article.published_source) == ("2023-12-18", "profile")
    assert (article.caption, article.credit) == ("قاعة القراءة", "هالة البحري")
    assert article.related == (Related("block", "https://news.example/2", "عنوان آخر من الصحيفة نفسها"),)
    assert "اشترك" not in article.body
    assert article.title == "افتتاح المكتبة العامة الجديدة في وسط المدينة"


def test_body_selector_is_the_box_of_the_text() -> None:
    assert [block.text[:6] for block in read(Layout(body=".t p:last-child")).blocks] == ["وتضم ا"]


def test_a_selector_that_finds_nothing_changes_nothing() -> None:
    plain, profiled = read(), read(Layout(title=".none", body="article.none", remove=(".none",)))
    assert (profiled.title, profiled.body) == (plain.title, plain.body)


def test_a_page_meets_the_layout_of_its_day() -> None:
    old, new = Layout(until=date(2024, 6, 30), title=".k"), Layout(title=".d")
    assert read(new, old, fetched_at="2024-06-30T10:00:00+00:00").title == "حضور كبير في اليوم الأول"
    assert read(new, old, fetched_at="2024-07-01T10:00:00+00:00").title == "18 كانون الأول 2023"


def test_the_profile_is_named_in_the_extractor() -> None:
    assert read().extractor != read(Layout(title=".k")).extractor
