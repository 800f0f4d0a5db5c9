"""Bylines in the forms that Arabic newspapers print them in, each at every place where a page may have them."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract
from tests.test_markups import PARAGRAPHS, TITLE, list_blocks

ONE, TWO, THREE = "سالم الكثيري", "نوف القحطاني", "مريم بو حمد"
SITE = "الميناء 24"
_HEAD = f'<title>{TITLE} | {SITE}</title><meta property="og:site_name" content="{SITE}">'
_DAY = "<div>19 آب 2025</div>"
PLACES = {
    "in a box of bylines": f'<div class="author">{{}}</div>{_DAY}<div>{PARAGRAPHS}</div>',
    "above the date": f"<p>{{}}</p>{_DAY}<div>{PARAGRAPHS}</div>",
    "beside the date": f'<div class="meta"><span>{{}}</span><span>19 آب 2025</span></div><div>{PARAGRAPHS}</div>',
    "first in the text": f"{_DAY}<div><p><b>{{}}</b></p>{PARAGRAPHS}</div>",
    "last in the text": f"{_DAY}<div>{PARAGRAPHS}<p>{{}}</p></div>",
    "among icons": f'<div class="small"><span><i class="fa"></i> {{}}</span><span><i class="fa"></i> 19 آب 2025</span></div><div>{PARAGRAPHS}</div>',
    "beside a face": f'<div><img src="/f.jpg" width=40 height=40><div><div>{{}}</div><div>19 آب 2025</div></div></div><div>{PARAGRAPHS}</div>',
    "behind the text": f'{_DAY}<div>{PARAGRAPHS}</div><div class="author-box"><h4>{{}}</h4></div>',
}
OF_ONE = [
    "بقلم: {}", "بقلم/ {}", "بقلم {}", "كتب: {}", "كتب- {}", "كتب {}", "كتبه: {}", "إعداد: {}", "إعداد وتحرير: {}", "تقرير/ {}",
    "متابعة وتصوير: {}", "حاورها: {}", "أجرى الحوار: {}", "تحرير: {}", "الكاتب: {}", "المحرر: {}", "نشر بواسطة: {}", "By {}",
    "القاهرة: {}", "القاهرة - {}", "القاهرة-{}", "{} – القاهرة", "{} ـ القاهرة", "{} (القاهرة)", "{} / القاهرة", "{}، القاهرة",
    "{} | القاهرة", "القاهرة/ {}", f"القاهرة ({SITE}) - {{}}", "{} - أبوظبي", "رام الله - {}", "الدار البيضاء: {}",
    f"{SITE} - {{}}", f"{{}} - {SITE}", "خاص - {}", f"مراسل {SITE} في القاهرة: {{}}", "موفد الميناء إلى القاهرة: {}",
    "{} *", "{} - كاتب سوري", "{} (كاتب وباحث)", f"كتب: {{}} - تصوير: {TWO}", f"تقرير: {{}} | تصوير: {TWO}",
    "كتبها: {}", "رصد: {}", "{}، عضو المجلس البلدي",
]  # fmt: skip
OF_SEVERAL = [
    (f"{ONE} و{TWO}", (ONE, TWO)), (f"{ONE} - {TWO}", (ONE, TWO)), (f"كتب: {ONE} و {TWO}", (ONE, TWO)),
    (f"بقلم: {ONE}، {TWO} و{THREE}", (ONE, TWO, THREE)), (f"كتب وصوّر- {ONE} وشارك في الإعداد- {TWO}", (ONE, TWO)),
]  # fmt: skip
OF_NOBODY = [
    "وكالات", "القاهرة - وكالات", "القاهرة - أ ف ب", "رويترز", "متابعات", "المصدر: وكالات", SITE, f"القاهرة - {SITE}",
    f"تصوير: {ONE}", f"راجعه طبيا: {ONE}", "القاهرة في 19 أغسطس 2025 / الميناء /", "mina_editor", "Unknown", "Rédaction", "القاهرة (د ب أ)", "واشنطن / الأناضول", "القاهرة - خاص", "أخبار محلية", "رقم الخبر: 4471", "حجم الخط", "ريو دي جانيرو - وكالات",
]  # fmt: skip


def read_authors(line: str, place: str) -> tuple[str, ...]:
    page = f"<html lang=ar><head>{_HEAD}</head><body><article><h1>{TITLE}</h1>{PLACES[place].format(line)}</article></body></html>"
    article = extract(page, "https://mina.example/2025/03/bridge")
    assert line not in list_blocks(article) or not article.authors, "a byline is no text"
    return article.authors


def read_box(content: str) -> tuple[str, ...]:
    page = f"<html lang=ar><head>{_HEAD}</head><body><article><h1>{TITLE}</h1>{content}</article></body></html>"
    return extract(page, "https://mina.example/2025/03/bridge").authors


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", OF_ONE)
def test_who_signs_is_read_from_every_form_at_every_place(form: str, place: str) -> None:
    assert read_authors(form.format(ONE), place) == (ONE,)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("line", "people"), OF_SEVERAL)
def test_everybody_who_signs_is_an_author(line: str, people: tuple[str, ...], place: str) -> None:
    assert read_authors(line, place) == people


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("line", OF_NOBODY)
def test_agencies_places_and_the_site_sign_nothing(line: str, place: str) -> None:
    assert read_authors(line, place) == ()


def test_desk_that_signs_is_an_author_and_the_place_beside_a_writer_is_none() -> None:
    box = '<div class="author">{}</div>{}<div>{}</div>'
    assert read_box(box.format("المحرر القانوني", "", PARAGRAPHS)) == ("المحرر القانوني",)
    assert read_box(box.format(ONE, '<span class="author">من جدة والرياض</span>', PARAGRAPHS)) == (ONE,)
    assert read_box(box.format(f"{ONE} من القاهرة", "", PARAGRAPHS)) == (ONE,)
    # Drupal sets who and when into a <footer> above the text
    meta = (
        f'<footer class="node__meta"><div class="date">19 آب 2025</div><div class="author">إعداد {ONE}</div></footer>'
    )
    assert read_box(f"{meta}<div>{PARAGRAPHS}</div>") == (ONE,)


def test_first_sentence_runs_on_from_its_correspondent() -> None:
    page = PARAGRAPHS.replace("<p>", f"<p>بوابة القاهرة - {ONE} - ", 1)
    assert read_box(f"<div>{page}</div>") == (ONE,)


def test_declared_name_has_no_place_and_a_writer_in_the_headline_is_not_the_sites_name() -> None:
    head = f'<title>{TITLE}</title><meta name="author" content="{ONE} - القاهرة">'
    body = f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></article>"
    assert extract(f"<html lang=ar><head>{head}</head><body>{body}</body></html>").authors == (ONE,)
    title = f"{ONE}: {TITLE}"
    body = f'<article><h1>{title}</h1><div class="author">{ONE}</div><div>{PARAGRAPHS}</div></article>'
    assert extract(f"<html lang=ar><head><title>{title}</title></head><body>{body}</body></html>").authors == (ONE,)


@pytest.mark.parametrize("place", ["beside the date", "first in the text"])
def test_dateline_with_its_day_names_the_correspondent(place: str) -> None:
    assert read_authors(f"القاهرة في 19 أغسطس 2025 / الميناء / {ONE}", place) == (ONE,)


def test_name_that_begins_like_an_agency_is_a_persons() -> None:
    assert read_box(f'<div class="author">كتب: إيناس شوقي</div><div>{PARAGRAPHS}</div>') == ("إيناس شوقي",)


def test_place_in_a_box_of_its_own_beside_the_writer_signs_nothing() -> None:
    box = f'<div class="author-name"><a href="/author/1">{ONE}</a></div><div class="author-place">الشونة الجنوبية</div>'
    assert read_box(f"<header>{box}</header><div>{PARAGRAPHS}</div>") == (ONE,)


def test_linked_items_of_who_and_when_are_no_cards() -> None:
    items = f'<li class="item" itemprop="author"><a href="/author/x/">كتب {ONE}</a></li><li class="item" itemprop="datePublished"><a href="/2025/">أغسطس 19, 2025</a></li>'
    assert read_box(f"<ul>{items}</ul><div>{PARAGRAPHS}</div>") == (ONE,)


def test_bold_name_in_a_paragraph_of_its_own_ends_a_text_of_broken_lines() -> None:
    text = PARAGRAPHS.replace("<p>", "").replace("</p>", "<br><br>")
    assert read_box(f"<table><tr><td>{text}<p align=left><b>{ONE}</b></p></td></tr></table>") == (ONE,)
