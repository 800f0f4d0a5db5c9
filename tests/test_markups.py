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


def test_topics_under_related_subjects_are_tags_and_headlines_there_are_offers() -> None:
    links = "".join(f'<li><a href="/topics/{i}">{name}</a></li>' for i, name in enumerate(("الموانئ", "صيد السمك")))
    page = '<main><h1>{}</h1><div>{}</div><aside class="tags"><h2>مواضيع ذات صلة</h2><ul>{}</ul></aside></main>'
    assert list_offers(read(page.format(TITLE, PARAGRAPHS, links))) == []
    headlines = "".join(f'<li><a href="/{i}">{title}</a></li>' for i, title in enumerate(OFFERS))
    assert list_offers(read(page.format(TITLE, PARAGRAPHS, headlines))) == list(OFFERS)


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


@pytest.mark.parametrize(("count", "are_text"), [("٤", True), ("4", True), ("3", False)])
def test_cards_that_the_headline_counts_are_the_text(count: str, are_text: bool) -> None:
    places = [f"المكان رقم {i} على الساحل" for i in range(4)]
    cards = "".join(
        f'<div class="list-item"><h2><a href="/p/{i}">{name}</a></h2><p>{TEXT[i % 3]}</p></div>'
        for i, name in enumerate(places)
    )
    page = f"<article><h1>{count} أماكن يزورها أهل الميناء</h1><div><p>{TEXT[0]}</p>{cards}</div></article>"
    assert (places[3] in list_blocks(extract(f"<html lang=ar><body>{page}</body></html>"))) is are_text


# -- section, authors, picture


@pytest.mark.parametrize(("box", "captions"), [("figure", ["الجسر كما يبدو من الجو"]), ("div", [])])
def test_figure_closes_the_text_and_a_picture_beside_an_appeal_does_not(box: str, captions: list[str]) -> None:
    last = f'<{box}><img src="/bridge.jpg"><figcaption>الجسر كما يبدو من الجو</figcaption></{box}>'
    article = read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}{last}</div></article>")
    assert [image.caption for image in (*article.images,)] == captions


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


@pytest.mark.parametrize(
    "around",
    [
        "<span class=cat>رياضة</span>{}",
        "<div class=mt-6><a href=/s/1>رياضة</a></div>{}",
        "<ul class=icons><li><a href=/c/1>رياضة</a></li></ul>{}",
        "<nav><a href=/>الرئيسية</a> / <a href=/sport>رياضة</a></nav>{}",
        f"<ol><li><a href=/>الرئيسية</a></li><li><a href=/sport>رياضة</a></li><li>{TITLE}</li></ol>{{}}",
        "{}<div class=meta><span>في</span> <a href=/sport>رياضة</a> <span>19 آب 2025</span></div>",
        "{}<div class=info>رياضة | 19 آب 2025</div>",
        "{}<div>رياضة - 19 آب 2025</div>",
        "{}<div>القسم: رياضة</div>",
    ],
)
def test_section_is_read_from_every_form_below_a_long_menu(around: str) -> None:
    menu = "".join(f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate((*MENU, "رياضة", "منوعات")))
    page = f"<nav><ul>{menu}</ul></nav><main>{around.format(f'<h1>{TITLE}</h1>')}<div>{PARAGRAPHS}</div></main>"
    assert read(page).section == "رياضة"


@pytest.mark.parametrize(
    "crumb",
    [
        '<td class="path"><a href="/">الميناء</a> » <a href="/news">الأخبار</a> » رياضة</td>',
        '<td><div class="breadcumb"><a href="/">الرئيسية</a><span>رياضة</span></div></td>',
    ],
    ids=["last step without a link", "no marks between"],
)
def test_last_step_of_a_breadcrumb_is_the_section(crumb: str) -> None:
    page = f"<table><tr>{crumb}</tr><tr><td><h1>{TITLE}</h1></td></tr><tr><td>{PARAGRAPHS}</td></tr></table>"
    assert read(page, url="https://mina.example/bridge").section == "رياضة"


def test_last_entry_of_a_menu_that_is_printed_twice_is_no_section() -> None:
    menu = (
        "<nav><ul>" + "".join(f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate(MENU[:-1])) + "</ul></nav>"
    )
    assert read(f"{menu}{menu}<main><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></main>").section is None


def test_lone_label_of_a_blog_is_its_section_where_it_is_a_word_for_one() -> None:
    labels = {name: f'<a href="/search/label/{name}">{name}</a>' for name in ("رياضة", "مرفأ")}
    sections = [
        read(f"<h3>{TITLE}</h3><div>{PARAGRAPHS}</div><div>التسميات: {links}</div>").section
        for links in (labels["رياضة"], labels["مرفأ"], ", ".join(labels.values()))
    ]
    assert sections == ["رياضة", None, None]


def test_section_of_an_old_blog_stands_with_the_day_below_the_text() -> None:
    meta = '<p>نشرت هذه المقالة يوم الاثنين 12 سبتمبر 2011 عند الساعة 4:42 م تحت تصنيف <a href="/?cat=3" rel="category">محليات</a>.'
    article = read(
        f"<h2>{TITLE}</h2><div>{PARAGRAPHS}<ul><li><img src='/s.png'></li></ul>{meta} يمكنك متابعة الردود.</p></div>"
    )
    assert (article.section, article.published_at) == ("محليات", "2011-09-12T16:42")


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


# -- bylines


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ('<p class="signature">سالم الكثيري / نوف القحطاني</p>', ("سالم الكثيري", "نوف القحطاني")),
        ('<div class="by">سالم الكثيري - نوف القحطاني - الميناء 24</div>', ("سالم الكثيري", "نوف القحطاني")),
        ('<div class="by"><div>سالم الكثيري</div><div class="by-place">كركوك</div></div>', ("سالم الكثيري",)),
        ('<div><a href="/ar/author/1">سالم الكثيري</a><a href="/ar/author/2">نوف القحطاني</a><span>الكويت</span></div>',
         ("سالم الكثيري", "نوف القحطاني")),
        ('<aside class="info"><dl><dd class="createdby">كتب بواسطة: سالم الكثيري</dd><dd>طباعة</dd></dl></aside>',
         ("سالم الكثيري",)),
        ("<div>ضيف المدونة: سالم الكثيري</div>", ("سالم الكثيري",)),
        ("<div>دبي: سالم الكثيري ونوف القحطاني<span>6 أكتوبر 2025 08:15 صباحاً</span></div>", ("سالم الكثيري", "نوف القحطاني")),
        ("<p>سالم الكثيري</p><p>الوكالة في كركوك وتضم ثلاثة مكاتب</p><p>19 آب 2025</p>", ("سالم الكثيري",)),
        ('<p><img src="/a.jpg"></p><p><b>سالم الكثيري</b></p>', ("سالم الكثيري",)),
        ("<div>بقلم:</div><div>القسم الرياضي</div><div>2 أوت 2019</div>", ("القسم الرياضي",)),
        ("<div>بقلم:</div><div>س. لعجال</div>", ("س. لعجال",)),
        ('<div class="by">بغداد / الميناء 24</div>', ()),
        ("<ul><li>Author, سالم الكثيري</li><li>Role, الميناء 24 - كركوك</li></ul>", ("سالم الكثيري",)),
        ("<div>بقلم: سالم الكثيري | تاريخ النشر: 2015/06/28 - 14:01 | عدد القراءات: 3362</div>", ("سالم الكثيري",)),
        ('<p><b>سالم الكثيري</b></p><p><img src="/bridge.jpg"></p>', ("سالم الكثيري",)),
        ("<p>سالم الكثيري / نوف القحطاني</p><p>19 آب 2025</p>", ("سالم الكثيري", "نوف القحطاني")),
        ('<div class="meta">الوكالة المركزية</div>', ()),
    ],
)  # fmt: skip
def test_byline_is_its_people(byline: str, authors: tuple[str, ...]) -> None:
    page = f"<article><h1>{TITLE}</h1>{byline}<div>{PARAGRAPHS}</div></article>"
    assert read(page, '<meta property="og:site_name" content="الميناء 24">').authors == authors


def test_card_above_the_headline_names_the_writer_by_its_link() -> None:
    card = '<div class="card author-card"><h5><a href="/كاتب/سالم">سالم الكثيري</a></h5><p>روائي وصحافي من كركوك.</p></div>'
    article = extract(
        f"<html><head><title>{TITLE} - سالم الكثيري | الميناء</title></head><body>{card}<main><h1>{TITLE}</h1>"
        f"<div>{PARAGRAPHS}</div></main></body></html>"
    )
    assert article.authors == ("سالم الكثيري",)


def test_writer_of_a_blog_signs_and_who_put_it_there_does_not() -> None:
    posted = '<div class="author">مرسلة بواسطة</div><div class="author"><a href="/profile/1">سالم الكثيري</a></div>'
    writer = "<div>بقلم: نوف القحطاني</div>"
    assert [
        read(f"<h3>{TITLE}</h3><div>{PARAGRAPHS}{line}</div><div>{posted}</div>").authors for line in (writer, "")
    ] == [("نوف القحطاني",), ("سالم الكثيري",)]


@pytest.mark.parametrize(
    ("dateline", "is_text"),
    [
        ("كركوك / خاص", False),
        ("موفد الميناء إلى كركوك: سيدي محمد ولد الطالب", False),
        ("كركوك: وكالة الميناء للأنباء", False),
        ("بروكسل – رويترز", True),
        ("كركوك - سالم الكثيري", False),
        ("عمّان-الميناء", False),
    ],
)
def test_dateline_of_an_agency_is_text_and_that_of_a_writer_or_the_site_is_none(dateline: str, is_text: bool) -> None:
    page = f"<article><h1>{TITLE}</h1><div><p>{dateline}</p>{PARAGRAPHS}</div></article>"
    blocks = list_blocks(read(page, '<meta property="og:site_name" content="وكالة الميناء للأنباء">'))
    assert blocks == [*([dateline] if is_text else []), *TEXT]


# -- what stands among paragraphs, or behind them, and is none


@pytest.mark.parametrize(
    "line",
    [
        "تنويه: حُدّثت هذه المادة لإضافة رقم البلاغات الجديد.",
        "لمشاهدة الصور كاملة زوروا حسابنا على إنستغرام",
        "للحصول على النتائج لحظة بلحظة أرسل كلمة «ميناء» إلى الرقم 4471",
        "حملوا تطبيق «الميناء» على هواتفكم الذكية",
        "شاركونا كتبكم المفضلة عبر وسم #شتاء_طويل",
        "تابعوا أخبار «الميناء 24» على واتساب",
        "للمزيد من الأخبار تابعونا على فيسبوك",
        "3412 مشاهدة",
        "المقالات المنشورة لا تعبر بالضرورة عن رأي الميناء 24",
        "لمشاهدة الفيديو اضغط هنا",
        "#الميناء #الجسر",
        "يستمر المحتوى بعد الإعلان",
        "هل وجدت خطأ؟ أخبرنا",
        "توصلوا بأهم الأخبار كل مساء",
        "الحلقة متوفرة على سبوتيفاي ويوتيوب",
        "4 دقائق قراءة",
        "هذا المقال يعبر عن رأي كاتبه فقط",
        "يمكنكم متابعة البث المباشر هنا",
        "اضغط على الصورة للتكبير",
    ],
)
def test_line_that_speaks_to_the_reader_is_no_text(line: str) -> None:
    text = f"<p>{TEXT[0]}</p><p>{line}</p><p>{TEXT[1]}</p><p>{TEXT[2]}</p>"
    assert list_blocks(read(f"<article><h1>{TITLE}</h1><div>{text}</div></article>")) == list(TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "حملوا حقائبهم وغادروا قبل الفجر.",
        "وأصبح البرنامج متاحا عبر منصات البودكاست قبل عام.",
        "وتلقى الصحفيون آخر الأخبار من ناطق باسم البلدية.",
        "وقال إن المقال لا يعبر عن رأي أحد سواه.",
        "تصريحات الوزير لا تعبر عن موقف الحكومة، بحسب ناطقها.",
        "«تابعونا من الشرفات»، قال أحد المتظاهرين ضاحكا.",
    ],
)
def test_sentence_that_only_sounds_like_an_appeal_is_text(line: str) -> None:
    text = f"<p>{TEXT[0]}</p><p>{line}</p><p>{TEXT[1]}</p><p>{TEXT[2]}</p>"
    assert line in list_blocks(read(f"<article><h1>{TITLE}</h1><div>{text}</div></article>"))


@pytest.mark.parametrize(
    "behind",
    [
        "<p>و.م.ن</p><div>وكالة الميناء - صندوق البريد 1142 - هاتف 00222 4529 0000</div><div>يسمح بالنقل شرط ذكر المصدر</div>",
        "<p>(انتهى)</p>",
        '<div><h4>انضم إلى قائمتنا البريدية</h4><p>صورة واحدة كل صباح، بلا إعلانات ولا إزعاج.</p></div>',
        '<div><a href="#">إرسال لصديق</a> <a href="#">حفظ</a> <a href="#">إضافة للمفضلة</a> تقييم 4.21/10 (19 صوت)</div>',
        "<table><tr><td>التعليقات</td></tr><tr><td>#1 [بنت الديرة]</td></tr><tr><td>الله يعطيكم العافية على النقل</td></tr></table>",
    ],
    ids=["imprint", "end mark", "appeal", "buttons", "comments"],
)  # fmt: skip
def test_what_a_page_prints_behind_the_text_is_no_text(behind: str) -> None:
    assert list_blocks(read(f"<div><h2>{TITLE}</h2>{PARAGRAPHS}{behind}</div>")) == list(TEXT)


def test_rows_of_headlines_and_names_are_no_table() -> None:
    rows = "".join(
        f'<tr><td><a href="/{i}.htm">{title}</a></td><td>أبو فهد</td></tr>' for i, title in enumerate(OFFERS)
    )
    page = f"<div><h2>{TITLE}</h2>{PARAGRAPHS}<table><tr><td>مواضيع مشابهة</td></tr>{rows}</table></div>"
    article = read(page)
    assert (list_blocks(article), list_offers(article)) == (list(TEXT), list(OFFERS))


@pytest.mark.parametrize("is_repeated", [True, False])
def test_pull_quote_is_text_where_it_is_printed_once(is_repeated: bool) -> None:
    words = "يحمل ضعف ما صمم له من المركبات" if is_repeated else "الجسر القديم جدنا الذي لا يتقاعد."
    quote = f'<aside class="PullQuote_root"><p>{words}</p></aside>'
    blocks = list_blocks(
        read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS.replace('</p>', '</p>' + quote, 1)}</div></article>")
    )
    assert (words in blocks) != is_repeated


def test_last_item_of_a_list_is_text_behind_an_advertisement() -> None:
    items = "<ul><li>فتح الأبواب: الخامسة مساء.</li><p>حمّل تطبيق الميناء</p><li>منع دخول القوارير الزجاجية.</li></ul>"
    blocks = list_blocks(read(f"<article><h1>{TITLE}</h1>{PARAGRAPHS}{items}</article>"))
    assert blocks[-2:] == ["فتح الأبواب: الخامسة مساء.", "منع دخول القوارير الزجاجية."]


def test_offer_inside_the_text_may_be_called_a_promotion() -> None:
    box = (
        '<aside class="InlinePromo"><div class="InlinePromo_kicker">موضوع متصل</div><div class="InlinePromo_title">'
        '<a href="/7">وصفة الكعك بالتمر على طريقة الجدات</a></div></aside>'
    )
    page = f'<article><h1>{TITLE}</h1><div class="article-body">{PARAGRAPHS.replace("</p>", "</p>" + box, 1)}</div></article>'
    assert [(r.kind, r.title) for r in read(page).related] == [("inline", "وصفة الكعك بالتمر على طريقة الجدات")]


def test_page_for_subscribers_only_is_no_article() -> None:
    wall = "<h2>هذا المحتوى للمشتركين فقط</h2><p>اشترك الآن واحصل على وصول كامل إلى التحليلات والبيانات مقابل خمسة دولارات.</p>"
    assert read(f"<main><h1>حصري: خريطة الصفقات الجديدة</h1><div>{wall}</div></main>").outcome == "paywalled"


@pytest.mark.parametrize(
    "behind",
    [
        "<h3>أكمل القراءة بالاشتراك في النسخة الرقمية</h3><button>اشترك الآن</button>",
        "<h3>هذا المحتوى متاح للمشتركين فقط</h3>",
        "<div class=cta>النص الكامل في العدد الورقي 87، متوافر في المكتبات</div>",
    ],
)
def test_teaser_is_told_by_what_stands_behind_it(behind: str) -> None:
    meta = "<div class=meta>سالم الكثيري</div><time>10 مارس 2024</time>"
    page = f"<article><h1>{TITLE}</h1>{meta}<p>{TEXT[0]}</p>{{}}</article>"
    assert read(page.format(behind)).outcome == "paywalled"
    assert read(page.format("<h3>اشترك في نشرتنا البريدية</h3><button>اشترك الآن</button>")).outcome == "article"


@pytest.mark.parametrize("heading", ["نقترح عليك", "تفاصيل أكثر", "شاهد الحلقة"])
def test_heading_that_asks_to_read_on_above_a_lone_link_is_no_text(heading: str) -> None:
    offer = f'<h3>{heading}</h3><p><a href="/2">متحف البحر يفتح أبوابه مجانا</a></p>'
    article = read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS.replace('</p>', '</p>' + offer, 1)}</div></article>")
    assert list_blocks(article) == list(TEXT)
    assert [link.kind for link in article.related] == ["inline"]


def test_links_to_keywords_under_read_more_are_tags_and_a_category_is_no_headline() -> None:
    tags = '<div class="tags">اقرأ المزيد عن<a href="/tag/a">اليمن</a><a href="/tag/b">صنعاء</a></div>'
    card = '<div class="category"><a href="/local">أخبار محلية</a></div><h3><a href="/2">متحف البحر يفتح أبوابه مجانا</a></h3>'
    related = f'<div class="related"><h3>متعلق مقالات</h3><a href="/2"><img src="/2.jpg"></a>{card}</div>'
    article = read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div>{tags}{related}</article>")
    assert [link.url for link in article.related] == ["https://mina.example/2"]


# -- captions, standfirst


@pytest.mark.parametrize(
    ("under", "caption", "credit"),
    [
        ('<img src="/b.jpg"> بلغت نسبة الأشغال 96 بالمائة. ص: ب. رياض', "بلغت نسبة الأشغال 96 بالمائة.", "ب. رياض"),
        ('<figure><img src="/b.jpg"><figcaption>بيانات: الإدارة المركزية للإحصاء</figcaption></figure>', None,
         "الإدارة المركزية للإحصاء"),
        ('<figure><img src="/b.jpg"><figcaption>رويترز</figcaption></figure>', None, "رويترز"),
        ('<figure><img src="/b.jpg"><figcaption>الجسر القديم في نيسان 2023 | نوف القحطاني</figcaption></figure>',
         "الجسر القديم في نيسان 2023", "نوف القحطاني"),
        ('<div class="owl-carousel"><div class="img"><a class="ratio"><img src="/b.jpg"></a><div class="row-title">'
         '<a class="article-title">الجسر القديم فجرا (رويترز)</a></div></div></div>', "الجسر القديم فجرا", "رويترز"),
        ('<div class="pic"><img src="/b.jpg"><span>(رويترز)</span></div>', None, "رويترز"),
        ('<figure><img src="/b.jpg"><figcaption>Getty Images / AFP</figcaption></figure>', None, "Getty Images / AFP"),
        ('<figure><img src="/b.jpg"><figcaption>الجسر القديم. تصوير نوف القحطاني</figcaption></figure>', "الجسر القديم.",
         "تصوير نوف القحطاني"),
        ('<div><a href="/b.jpg"><img src="/b.jpg"><p class="wp-caption-text">الجسر القديم فجرا</p></a></div>',
         "الجسر القديم فجرا", None),
        ('<div class="cover" style="background-image:url(&quot;/b.jpg&quot;)"></div><div class="cover-legend">الجسر القديم فجرا</div>',
         "الجسر القديم فجرا", None),
        ('<figure><img src="/b.jpg"><figcaption>زوار أمام المكتبة (أرشيفية)</figcaption></figure>', "زوار أمام المكتبة",
         "أرشيفية"),
        ('<div class="aspect-video"><img src="/b.jpg"></div><div class="mt-2 flex"><span>زوار أمام المكتبة</span>'
         "<span>تصوير: نوف القحطاني</span></div>", "زوار أمام المكتبة", "نوف القحطاني"),
        ('<div><img src="/b.jpg"><div class="caption">صفحة محفوظة في مكتبة الدير<span class="credit">مكتبة الدير</span></div>'
         "</div>", "صفحة محفوظة في مكتبة الدير", "مكتبة الدير"),
    ],
)  # fmt: skip
def test_what_stands_under_a_picture_is_caption_and_credit(under: str, caption: str | None, credit: str | None) -> None:
    article = read(f"<article><h1>{TITLE}</h1>{under}{PARAGRAPHS}</article>")
    assert (article.caption, article.credit, list_blocks(article)) == (caption, credit, list(TEXT))
    assert article.image_url == "https://mina.example/b.jpg"


@pytest.mark.parametrize("box", ["bulletin-bg", "rounded-full bg-cover"])
def test_background_of_a_box_that_is_no_picture_is_none(box: str) -> None:
    painted = f'<div class="{box}" style="background-image:url(/b.jpg)"></div>'
    assert read(f"<article><h1>{TITLE}</h1>{painted}{PARAGRAPHS}</article>").image_url is None


def test_picture_above_the_menu_is_the_sites() -> None:
    menu = "<td><a href='/'>الرئيسية</a> | <a href='/l'>محليات</a> | <a href='/w'>كتابات</a> | <a href='/f'>المنتدى</a></td>"
    page = f"<table><tr><td><img src='/top.jpg'></td></tr><tr>{menu}</tr><tr><td><h1>{TITLE}</h1></td></tr></table>"
    article = read(f"{page}<div>{PARAGRAPHS}</div>")
    assert (article.image_url, article.section) == (None, None)


def test_first_letter_set_large_is_part_of_its_word() -> None:
    page = PARAGRAPHS.replace("<p>أقر", "<p><span class=cap>أ</span>قر", 1)
    assert list_blocks(read(f"<article><h1>{TITLE}</h1>{page}</article>")) == list(TEXT)


def test_small_line_under_a_picture_in_the_text_is_its_caption() -> None:
    picture = '<p><img src="/arch.jpg"></p><p style="font-size:11px">تفصيل يظهر آثار الكسر القديم</p>'
    article = read(f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS.replace('</p>', '</p>' + picture, 1)}</div></article>")
    assert (list_blocks(article), article.image_url) == (list(TEXT), "https://mina.example/arch.jpg")


@pytest.mark.parametrize(
    ("between", "subtitle"),
    [
        ('<div class="itemIntroText"><p>وعود كثيرة لم يتحقق منها شيء حتى اليوم</p></div>', "وعود كثيرة لم يتحقق منها شيء حتى اليوم"),
        ("<h4>وعود كثيرة لم يتحقق منها شيء حتى اليوم</h4><div>الإثنين 22/06/2026 10:00</div>",
         "وعود كثيرة لم يتحقق منها شيء حتى اليوم"),
        ("<div>بدأت 28 فبراير 2023، 09:00 ص — آخر إضافة 01:47 م</div>", None),
        ("<ul><li>أقره المجلس البلدي بالإجماع أمس</li><li>كلفته تسعة ملايين دينار</li></ul><time>4 مايو 2025</time>",
         "أقره المجلس البلدي بالإجماع أمس كلفته تسعة ملايين دينار"),
        ('<div class="live"><div>15:40 القاطرات تسحب السفينة مترين باتجاه الشرق</div></div>', None),
    ],
    ids=["text box of its own", "heading above the date", "the day and the hour", "points", "line of a live report"],
)  # fmt: skip
def test_standfirst_stands_apart_from_the_text(between: str, subtitle: str | None) -> None:
    article = read(f"<main><h2>{TITLE}</h2>{between}<div class='itemFullText'>{PARAGRAPHS}</div></main>")
    assert (article.subtitle, list_blocks(article)) == (subtitle, list(TEXT))


def test_bold_first_paragraph_below_the_date_boxed_like_the_others_is_text() -> None:
    first, *others = (f"<div><p>{text}</p></div>" for text in TEXT)
    bold = first.replace("<p>", "<p><b>").replace("</p>", "</b></p>")
    declared = f'<meta name="description" content="{TEXT[0]}">'
    date = "<div><time>4 مايو 2025</time></div>"
    article = read(f"<main><div><h1>{TITLE}</h1></div>{date}{bold}{''.join(others)}</main>", declared)
    assert (article.subtitle, list_blocks(article)) == (None, list(TEXT))


def test_next_story_of_an_endless_page_is_no_text_and_a_linked_heading_in_the_text_is() -> None:
    story = '<section><a href="/2025/04/fish"><h2>صيادو الخليج يطالبون بممر آمن</h2></a>{}<p>{}</p><p>{}</p></section>'
    others = [text.replace("الجسر", "الممر") for text in TEXT[1:]]
    page = "<main><h1>{}</h1><div>{}</div>{}</main>"
    endless = read(page.format(TITLE, PARAGRAPHS, story.format("<div>نوف القحطاني</div>", *others)))
    assert (list_blocks(endless), endless.related) == (list(TEXT), ())
    in_parts = read(page.format(TITLE, PARAGRAPHS, story.format("", *others)))
    assert list_blocks(in_parts)[-2:] == others


def test_day_on_which_a_page_was_made_is_not_that_of_the_article() -> None:
    page = f"<h1>{TITLE}</h1><div>الثلاثاء 19 كانون الثاني 2016 - 01:05 مساءً</div><div>{PARAGRAPHS}</div>"
    assert read(page, '<meta name="date" content="11/30/2026 4:12:07 AM">').published_at == "2016-01-19T13:05"


def test_headline_of_three_words_is_found_by_the_head_and_a_date_never_is_one() -> None:
    page = f"<div>جسر فوق الخليج</div><div>نوف القحطاني</div><div>الخميس 2 مارس 2023</div><div>{PARAGRAPHS}</div>"
    article = extract(f"<html lang=ar><head><title>جسر فوق الخليج | الميناء</title></head><body>{page}</body></html>")
    assert article.title == "جسر فوق الخليج"


def test_question_before_an_embedded_post_is_no_text() -> None:
    ask = "<div><p>هل تسمح بعرض المحتوى من Instagram؟</p><p>تحتوي هذه الصفحة على محتوى من موقع Instagram. موافقتكم مطلوبة.</p></div>"
    article = read(f"<main><h1>{TITLE}</h1><div>{PARAGRAPHS.replace('</p>', '</p>' + ask, 1)}</div></main>")
    assert (article.subtitle, list_blocks(article)) == (None, list(TEXT))


@pytest.mark.parametrize(
    ("row", "published"),
    [
        ("<span>12 محرم 1447 هـ</span><span class=date> | </span><span>7 يوليو 2025</span><span> 05:10 م</span>",
         "2025-07-07T17:10"),
        ("<span><i></i> 4 مارس 2025م</span> <span><i></i> 12:22</span> <span>2271</span>", "2025-03-04T12:22"),
        ("<div>4 مارس 2025</div><div>12:22</div>", "2025-03-04T12:22"),
        ("<div class=date>الأحد ١٥ يونيو ٢٠٢٥</div><span>|</span><div>١٩ ذو الحجة ١٤٤٦ هـ</div><span>١١:٠٨ صباحاً</span>",
         "2025-06-15T11:08"),
        ("<p>سالم الكثيري | 4 مارس 2025 | 10:30 ص</p>", "2025-03-04T10:30"),
        ("<div>الثلاثاء, 04 تشرين1/أكتوير 2022 21:40</div>", "2022-10-04T21:40"),
        ("<div>4 مارس 2025</div><div>5 تعليقات</div>", "2025-03-04"),
    ],
    ids=["both calendars", "day, time and readers", "two boxes", "both calendars and the time", "between bars", "as Joomla misspells it", "no time beside it"],
)  # fmt: skip
def test_day_and_time_in_boxes_of_their_own_are_one_date(row: str, published: str) -> None:
    page = f'<main><h1>{TITLE}</h1><div class="dates">{row}</div><div>{PARAGRAPHS}</div></main>'
    assert read(page, url="https://mina.example/bridge").published_at == published


def test_day_in_the_dateline_is_the_articles_where_no_other_is_printed() -> None:
    page = PARAGRAPHS.replace("<p>", "<p>الميناء، 12/03/2014 -(و م أ)- ", 1)
    dated = read(f"<article><h1>{TITLE}</h1><div>{page}</div></article>", url="https://mina.example/bridge")
    assert (dated.published_at, dated.published_source) == ("2014-03-12", "dateline")
    in_sentence = page.replace("الميناء، 12/03/2014 -(و م أ)- ", "افتتح الجسر القديم في 12/03/2014 ")
    assert read(f"<h1>{TITLE}</h1><div>{in_sentence}</div>", url="https://mina.example/bridge").published_at is None


def test_number_of_readers_is_no_heading_of_a_ranking() -> None:
    meta = "<span class=views>عدد المشاهدات:</span><span>1511</span>"
    page = f"<article><h1>{TITLE}</h1><div class=date>{meta}</div><div>{PARAGRAPHS}</div></article>"
    assert list_blocks(read(page)) == list(TEXT)


def test_headline_behind_the_menu_is_not_the_ministrys_own_name() -> None:
    menu = "<ul><li><a href='/'>الرئيسية</a></li><li><a href='/m'>المركز الإعلامي</a></li></ul>"
    page = f"<h1>وزارة الإرشاد والأوقاف</h1>{menu}<h2>المركز الإعلامي</h2><div class='news-title'>{TITLE}</div><div>{PARAGRAPHS}</div>"
    article = extract(f"<html lang=ar><head><title>تفاصيل الخبر</title></head><body>{page}</body></html>")
    assert (article.title, list_blocks(article)) == (TITLE, list(TEXT))


def test_who_signs_a_communique_is_part_of_it_and_the_agencys_end_mark_is_not() -> None:
    page = "<main><h1>{}</h1><div>{}<p>عن المجلس البلدي: سالم الكثيري</p><p>/انتهى/ ن.هـ</p></div></main>"
    for title, is_text in ((f"بيان: {TITLE}", True), (TITLE, False)):
        article = extract(f"<html lang=ar><title>{title}</title>{page.format(title, PARAGRAPHS)}</html>")
        assert (list_blocks(article)[len(TEXT) :] == ["عن المجلس البلدي: سالم الكثيري"]) is is_text
        assert "انتهى" not in article.body


@pytest.mark.parametrize(
    ("field", "published", "changed"),
    [
        ("04 مارس 2025 | محليات", "2025-03-04", None),
        ("كتب سالم الكثيري - 4 مارس 2025", "2025-03-04", None),
        ("المشاهدات: 331 - 4 مارس 2025", "2025-03-04", None),
        ("آخر تحديث: 5 مارس 2025 - 10:00", None, "2025-03-05T10:00"),
    ],
)
def test_date_is_read_from_a_field_of_a_row(field: str, published: str | None, changed: str | None) -> None:
    row = f"<div class=meta><span>الميناء</span><span>{field}</span><span>331 مشاهدة</span></div>"
    article = read(f"<main><h1>{TITLE}</h1>{row}<div>{PARAGRAPHS}</div></main>", url="https://mina.example/bridge")
    assert (article.published_at, article.modified_at) == (published, changed)


def test_text_that_goes_on_in_a_box_of_the_rest_begins_before_it() -> None:
    first, *rest = (
        f'<div class="story-line{more}">{text}</div>' for text, more in zip(TEXT, (" spoken", "", ""), strict=True)
    )
    long = f'<div class="story-line">{" ".join(TEXT)}</div>'
    page = f'<article><h1>{TITLE}</h1><div class="wrap">{first}<div class="rest">{"".join(rest)}{long}</div></div></article>'
    assert list_blocks(read(page)) == [*TEXT, " ".join(TEXT)]


def test_hidden_copy_for_machines_is_no_text() -> None:
    fields = f'<div itemprop="headline">{TITLE}</div><div itemprop="width">500</div>'
    copy = f'<div style="display:none" itemscope>{fields}<div itemprop="articleBody">{" ".join(TEXT)}</div></div>'
    page = f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div>{copy}{copy}</article>"
    assert list_blocks(read(page)) == list(TEXT)
    shown_by_script = f'<h1>{TITLE}</h1><article style="display:none"><div>{PARAGRAPHS}</div></article>'
    assert list_blocks(read(shown_by_script)) == list(TEXT)


def test_headline_may_link_to_nowhere() -> None:
    other = f'<section><h1><a href="/9">{OFFERS[0]}</a></h1><p>{TEXT[0]}</p></section>'
    page = f'<article><h2 class="headline"><a href="">{TITLE}</a></h2><div>{PARAGRAPHS}</div></article>{other}'
    assert read(page).title == TITLE


def test_heading_that_was_never_closed_ends_before_the_text() -> None:
    page = f"<main><h1>{TITLE}</h1><h2 class=excerpt>{OTHERS[0]}<div class=story>{PARAGRAPHS * 3}<h3>{OTHERS[1]}</h3><p>{TEXT[0]}</p></div></main>"
    kinds = [block.kind for block in read(page).blocks]
    assert kinds == ["paragraph"] * 9 + ["heading", "paragraph"]


def test_headline_repeated_below_the_text_is_not_where_the_article_begins() -> None:
    page = f"<article><h2>{OTHERS[0]} في مباراة طويلة</h2><div>{PARAGRAPHS}</div><div class=share-box><span>{TITLE}</span></div></article>"
    assert list_blocks(read(page)) == list(TEXT)


# -- offers set into the text, and lists that are none of the article's


def list_set_in(article: Article) -> list[str | None]:
    return [related.title for related in article.related if related.kind == "inline"]


def test_list_that_is_announced_to_listeners_is_set_into_the_text() -> None:
    items = "".join(
        f'<li><span class="screen-reader-text">list {i} of 2</span><a href="/{i}">{title}</a></li>'
        for i, title in enumerate(OFFERS[:2], 1)
    )
    heard = f'<div class="inline-list"><h2 class="screen-reader">اقرأ أيضا list of 2 items</h2><ul>{items}</ul><span class="screen-reader-text">end of list</span></div>'
    page = PARAGRAPHS.replace("</p><p>", f"</p>{heard}<p>", 1)
    article = read(f"<article><h1>{TITLE}</h1><div class=body>{page}</div></article>")
    assert (list_set_in(article), list_blocks(article)) == (list(OFFERS[:2]), list(TEXT))


def test_paragraph_behind_bare_links_is_text_and_links_that_end_the_text_are_set_in() -> None:
    links = "".join(f'<p><a href="/{i}"><b>{title}</b></a></p>' for i, title in enumerate(OFFERS[:2]))
    page = f"<p>{TEXT[0]}</p><p><b>اقرأ أيضا:</b></p>{links}<p>{TEXT[1]}</p><p><b>{OTHERS[0]}</b></p><p>{TEXT[2]}</p>"
    cards = f"<section><h3>مواضيع متعلقة</h3>{make_cards(OTHERS, 20)}</section>"
    article = read(f"<article><h1>{TITLE}</h1><div class=body>{page}</div>{cards}</article>")
    assert list_blocks(article) == [TEXT[0], TEXT[1], OTHERS[0], TEXT[2]]
    closing = f"{PARAGRAPHS}<p><b>اقرأ أيضا:</b></p>{links}"
    article = read(f"<article><h1>{TITLE}</h1><div class=body>{closing}</div>{cards}</article>")
    assert (list_set_in(article), list_offers(article)) == (list(OFFERS[:2]), list(OTHERS))


@pytest.mark.parametrize("heading", ["المزيد من محليات", "شاهد أيضاً"])
def test_list_of_the_section_or_behind_the_imprint_is_no_further_reading_beside_the_pages_own(heading: str) -> None:
    cards = f"<section><h3>مواد ذات علاقة</h3>{make_cards(OFFERS, 10)}</section>"
    more = f'<section class="more"><h3>{heading}</h3>{make_cards(OTHERS, 20)}</section>'
    footer = "<footer>© 2025 جميع الحقوق محفوظة</footer>"
    end = footer + more if heading.startswith("شاهد") else more + footer
    page = f"<main><article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div>{cards}</article></main>{end}"
    assert list_offers(read(page)) == list(OFFERS)


# -- the head of an article


def test_row_of_two_steps_above_the_headline_ends_with_the_section() -> None:
    steps = '<div class="flex"><a href="/p">لبنان</a><span>/</span><a href="/s">سياسة</a></div><div>الخميس 23 نيسان 2026 | 19:10</div>'
    assert read(f"<main><article>{steps}<h1>{TITLE}</h1><div>{PARAGRAPHS}</div></article></main>").section == "سياسة"


def test_label_above_the_columnists_head_is_the_section_and_the_portrait_leads_nothing() -> None:
    head = '<div class="category"><a href="/s">كتاب ومقالات</a></div><div class="head"><img src="/w/4493.jpg" alt="فهد البليهد"></div><div class="name"><a href="/author/x">فهد البليهد</a></div><div>@fahd</div>'
    declared = '<meta property="og:image" content="/w/4493.jpg">'
    article = read(f"<main><article>{head}<h1>{TITLE}</h1><div>{PARAGRAPHS}</div></article></main>", declared)
    assert (article.section, article.authors, article.image_url) == ("كتاب ومقالات", ("فهد البليهد",), None)


def test_short_heading_under_the_headline_is_the_standfirst_though_it_reads_like_two_names() -> None:
    head = "<header><h1>{}</h1><h3 class=sub>فوائد متعددة وتحذيرات لثلاث فئات</h3><div><span>10:00 ص الجمعة 30 يناير 2026</span></div></header>"
    assert (
        read(f"<article>{head.format(TITLE)}<div>{PARAGRAPHS}</div></article>").subtitle
        == "فوائد متعددة وتحذيرات لثلاث فئات"
    )


@pytest.mark.parametrize(
    ("under", "caption", "credit"),
    [
        ("<figcaption><span class=cptn-src>ح.م</span></figcaption>", None, "ح.م"),
        ("<div class=credits>AFP</div><div class=image-caption>رجال الإطفاء</div>", "رجال الإطفاء", "AFP"),
    ],
)
def test_credit_is_told_from_the_caption_by_its_name(under: str, caption: str | None, credit: str) -> None:
    article = read(
        f"<article><h1>{TITLE}</h1><figure><img src=/a.jpg>{under}</figure><div>{PARAGRAPHS}</div></article>"
    )
    assert (article.caption, article.credit) == (caption, credit)


def test_section_is_the_menus_link_that_the_address_names_behind_the_year() -> None:
    menu = '<ul><li><a href="/sport/">رياضة</a></li><li><a href="/middle_east/">الشرق الأوسط</a></li></ul>'
    page = f"<nav>{menu}</nav><h1>{TITLE}</h1><div>{PARAGRAPHS}</div>"
    assert read(page, url="https://mina.example/2013/middle_east/8/3/bridge/index.html").section == "الشرق الأوسط"


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("أرسلت بواسطة admin في 17/12/2003 21:54:03", "2003-12-17T21:54:03"),
        ("30 مايو 2026 - 12:40 بتوقيت أبوظبي", "2026-05-30T12:40+04:00"),
    ],
)
def test_time_is_read_with_its_zone_and_behind_who_posted_it(line: str, published: str) -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-05-30T12:40:00"}</script>'
    )
    page = f"<article><h1>{TITLE}</h1><div>{line}</div><div>{PARAGRAPHS}</div></article>"
    assert read(page, head if "2026" in line else "").published_at == published


def test_day_above_the_menu_is_that_of_the_visit() -> None:
    menu = "".join(
        f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate(("أخبار", "رياضة", "فن", "رأي", "صور"))
    )
    page = f"<div>الأربعاء، 01 كانون الثاني 2020</div><ul>{menu}</ul><article><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></article>"
    assert read(page, url="https://mina.example/bridge").published_at is None


@pytest.mark.parametrize("label", ["<b>اقرأ أيضاً:</b> ", "<b><font color=red>اقرأ ايضا :</font></b> ", "اقرأ أيضا: "])
def test_offer_that_is_a_paragraphs_last_words_is_none_of_them(label: str) -> None:
    page = PARAGRAPHS.replace("</p>", f' {label}<a href="/7">{OFFERS[0]}</a></p>', 1)
    article = read(f"<article><h1>{TITLE}</h1><div>{page}</div></article>")
    assert (list_blocks(article), list_set_in(article)) == (list(TEXT), [OFFERS[0]])
    linked = PARAGRAPHS.replace("</p>", f' وقال <a href="/7">{OFFERS[0]}</a></p>', 1)
    assert list_blocks(read(f"<article><h1>{TITLE}</h1><div>{linked}</div></article>"))[0].endswith(OFFERS[0])


def test_small_print_under_a_picture_in_the_text_is_its_caption() -> None:
    paragraphs = [f'<div><span style="font-size:18px">{text}</span></div>' for text in TEXT]
    picture = '<div><img src="/boat.jpg"></div><div><span style="font-size:12px;color:#777">مركب الصيد في المرفأ القديم</span></div>'
    page = "".join((*paragraphs[:2], picture, *paragraphs[2:]))
    assert list_blocks(read(f"<article><h1>{TITLE}</h1><div>{page}</div></article>")) == list(TEXT)


# -- as agencies and channels print them


def test_agencys_dateline_its_sources_and_its_desks_initials_are_no_text() -> None:
    lines = [
        f"{part}<br>"
        for part in (
            "الرياض 02 رمضان 1445 هـ الموافق 12 مارس 2024 م واس",
            *TEXT,
            "// انتهى //",
            "ع.ش/ ص.ش (د ب أ، رويترز)",
        )
    ]
    article = read(f"<main><h1>{TITLE}</h1><div>{''.join(lines)}</div></main>", url="https://mina.example/bridge")
    assert (list_blocks(article), article.published_at) == (list(TEXT), "2024-03-12")
    signed = f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}<p>قناة الميناء / أ ف ب</p></div></article>"
    assert list_blocks(read(signed, '<meta property="og:site_name" content="قناة الميناء">')) == list(TEXT)


@pytest.mark.parametrize(
    "figure",
    [
        '<div class="cover media"><img src=/a.jpg><div class="media__footer"><span class=media__title>صورة تعبيرية</span><span class=media__copyright>Sputnik</span></div></div>',
        "<figure><div class=figure-caption>صورة تعبيرية (Sputnik)</div><img src=/a.jpg></figure>",
    ],
    ids=["in the picture's footer", "above the picture"],
)
def test_caption_stands_in_the_pictures_footer_or_above_it(figure: str) -> None:
    article = read(
        f"<article><h1>{TITLE}</h1>{figure}<div class=summary>{OTHERS[0]}.</div><div>{PARAGRAPHS}</div></article>"
    )
    assert (article.caption, article.credit) == ("صورة تعبيرية", "Sputnik")


def test_list_of_the_articles_own_section_is_no_further_reading() -> None:
    label = '<a class=rubric href="/world/">أخبار العالم</a>'
    more = f"<div><h3>المزيد من أخبار العالم</h3>{make_cards(OTHERS, 20)}</div>"
    assert (
        list_offers(read(f"<main><article>{label}<h1>{TITLE}</h1><div>{PARAGRAPHS}</div></article>{more}</main>")) == []
    )


def test_menu_names_no_section_and_keywords_behind_a_label_are_no_offers() -> None:
    menu = "".join(
        f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate(("أخبار", "رياضة", "فن", "رأي", "اقتصاد"))
    )
    more = f"<div class=related><h4>المزيد من اقتصاد</h4>{make_cards(OFFERS, 10)}</div>"
    words = '<div>المواضيع ذات الصلة <a href="/s?q=1">حريق</a> <a href="/s?q=2">مصنع</a></div>'
    article = read(f"<nav><ul>{menu}</ul></nav><main><h1>{TITLE}</h1><div>{PARAGRAPHS}</div>{words}{more}</main>")
    assert [related.title for related in article.related] == list(OFFERS)
