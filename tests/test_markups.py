"""Arabic pages in markups that no golden page has: each case is a kind of page that once told a field wrong."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract
from newscrawl.items import Article

TITLE = "بلدية الميناء تقر مشروع جسر جديد فوق الخليج"
TEXT = (
    "أقر المجلس البلدي في مدينة الميناء يوم الثلاثاء مشروع جسر ثان فوق الخليج بعد سنوات من الخلاف حول موقعه وكلفته.",
    "وقال مهندسون إن الجسر القديم يحمل ضعف ما صمم له من المركبات، وإن ركائزه تحتاج إلى صيانة عاجلة قبل الشتاء.",
    "ومن المقرر أن تبدأ الأعمال في الربيع المقبل، بحسب رئيس البلدية الذي وعد بألا يهدم أي منزل على الضفة الشمالية.",
)
OFFERS = ("صيادو الخليج يطالبون بممر آمن", "أسعار السمك ترتفع قبل العيد", "متحف البحر يفتح أبوابه مجانا")
OTHERS = ("فريق الميناء يفوز بكأس المدينة", "أمطار غزيرة تغلق طريق الساحل", "افتتاح مدرسة جديدة في الحي")
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def read(body: str, head: str = "", url: str = "https://mina.example/2025/03/bridge") -> Article:
    """Return the article of a page with this body."""
    return extract(f"<html lang=ar><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>", url)


def list_blocks(article: Article) -> list[str]:
    return [block.text for block in article.blocks]


def list_offers(article: Article) -> list[str | None]:
    return [related.title for related in article.related if related.kind == "block"]


def make_cards(titles: tuple[str, ...], start: int) -> str:
    return "".join(
        f'<div class="item"><div class="pic"><a href="/{i}"><img src="/{i}.jpg"></a></div><div class="name"><a href="/{i}">'
        f"{title}</a></div></div>"
        for i, title in enumerate(titles, start)
    )


# -- offers


def test_most_read_in_a_box_called_related_is_no_further_reading() -> None:
    lists = "".join(
        f'<div class="module"><div class="Related"><h2>{name}</h2></div><div class="RelatedNews">{make_cards(titles, at)}</div></div>'
        for name, titles, at in (("اقرأ أيضا", OFFERS, 10), ("الأكثر قراءة", OTHERS, 20))
    )
    assert list_offers(read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div>{lists}</article>")) == list(OFFERS)


def test_second_list_of_a_column_called_related_has_a_title_of_its_own() -> None:
    lists = "".join(
        f'<div class="box"><div class="boxTitle">{name}</div>{make_cards(titles, at)}</div>'
        for name, titles, at in (("مواضيع ذات علاقة", OFFERS, 10), ("اختيارات القراء", OTHERS, 20))
    )
    page = f'<main><h1>{TITLE}</h1><div class="story">{PARAGRAPHS}</div></main><div class="related-col">{lists}</div>'
    assert list_offers(read(page)) == list(OFFERS)


@pytest.mark.parametrize("heading", ["", "<h4>مواد قد تثير اهتمامك</h4>", "<div>خدمات تهمك</div>"])
def test_cards_right_behind_the_text_are_further_reading(heading: str) -> None:
    tools = '<div class="share">شارك المادة</div><div class="support"><p>تعتمد صحيفتنا على دعم قرائها وحدهم.</p></div>'
    cards = f'<section class="strip">{heading}<div>{make_cards(OFFERS, 10)}</div></section>'
    others = f'<div class="side"><h3>الأكثر قراءة</h3>{make_cards(OTHERS, 20)}</div>'
    page = f"<main><article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></article>{tools}{cards}{others}</main>"
    assert list_offers(read(page)) == list(OFFERS)


@pytest.mark.parametrize("strip", ['<section class="strip"><h4>رائج الآن</h4>', '<section class="Trending_root">'])
def test_ranking_right_behind_the_text_is_no_further_reading(strip: str) -> None:
    page = f"<main><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></main>{strip}{make_cards(OTHERS, 20)}</section>"
    assert list_offers(read(page)) == []


# -- the end of the text


def test_text_ends_where_its_writer_is_described() -> None:
    about = "<h2>عن الكاتب</h2><p>نعتمد على سجلات البلدية ووزارة النقل لشرح خلفية المشروع وأثره على سكان المدينة.</p>"
    assert list_blocks(read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}{about}</div></article>")) == list(TEXT)


def test_sources_behind_the_text_are_not_text() -> None:
    sources = '<ul><li>مصادر</li></ul><p><a href="https://a.example/">سجل البلدية</a>, <a href="https://b.example/">وزارة النقل</a>.</p>'
    assert list_blocks(read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}{sources}</div></article>")) == list(TEXT)


# -- section, authors, picture


MENU = ("الرئيسية", "محليات", "شؤون عربية", "بودكاست «دفتر»", "اتصل بنا", "رياضة 24")


@pytest.mark.parametrize(
    "above",
    [
        '<p class="hierarchy">جريدة الميناء &gt; <a href="/n">أخبار</a> &gt; <a href="/n/l">شؤون عربية</a></p><p>إعلان</p>',
        '<div class="crumbs"><a href="/">الميناء 24</a> <a href="/s/2">شؤون عربية</a></div>',
        '<ul class="meta"><li><a href="/category/arab/">شؤون عربية</a></li><li>4 مايو 2025</li></ul>',
        "<div>شؤون عربية</div>",
        '<div><a href="/arab">شؤون عربية</a> | 4 مايو 2025</div>',
    ],
    ids=["arrows", "site's name with digits", "address of a category", "name that the menu has", "beside the date"],
)
def test_section_is_the_name_around_the_headline_that_most_speaks_for(above: str) -> None:
    cells = "".join(f'<td><a href="/{i}.htm">{name}</a></td>' for i, name in enumerate(MENU))
    page = f"<table><tr>{cells}</tr></table><main>{above}<h1>{TITLE}</h1><div>{PARAGRAPHS}</div></main>"
    assert read(page).section == "شؤون عربية"


def test_word_for_a_section_above_the_headline_is_one() -> None:
    assert read(f"<div>سياسة</div><h2>{TITLE}</h2><div>{PARAGRAPHS}</div>").section == "سياسة"
    assert read(f"<div>يومية مستقلة</div><h2>{TITLE}</h2><div>{PARAGRAPHS}</div>").section is None


def test_section_is_the_menu_entry_that_the_address_goes_on_from() -> None:
    names = {
        "/": "الرئيسية",
        "/local-9": "محليات",
        "/local/": "شؤون محلية",
        "/sport/": "رياضة",
        "/art/": "فنون",
        "/w/": "طقس",
    }
    links = "".join(f'<li><a href="{href}">{name}</a></li>' for href, name in names.items())
    menu = f"<nav><ul>{links}</ul></nav><p>{TEXT[0]}</p>"
    page = f"{menu}<main><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></main>"
    assert read(page, url="https://mina.example/local/4711-bridge").section == "شؤون محلية"
    assert read(page, url="https://mina.example/news/4711-bridge").section is None


def test_team_that_signs_is_an_author() -> None:
    byline = '<div class="author">فريق تحرير الميناء</div>'
    head = '<meta property="og:site_name" content="الميناء">'
    page = f"<article><h1>{TITLE}</h1>{byline}<div>{PARAGRAPHS}</div></article>"
    assert read(page, head).authors == ("فريق تحرير الميناء",)


def test_picture_of_a_module_above_the_headline_is_not_the_articles() -> None:
    module = '<h3>مساء الضفة</h3><p><img src="/module.jpg"></p>'
    story = f'<table><tr><td>{TITLE}</td></tr><tr><td><p><img src="/bridge.jpg"></p>{PARAGRAPHS}</td></tr></table>'
    assert read(f"<div><div><div>{module}{story}</div></div></div>").image_url == "https://mina.example/bridge.jpg"
