"""What belongs to a text though its box is another one, and what stands in its box and is none of it."""

from __future__ import annotations

from newscrawl.extraction import extract

FIRST = (
    "وصلت القافلة إلى مشارف الواحة قبل الفجر بقليل، وكان أهلها قد أوقدوا النيران على التلال ليهتدي بها القادمون من جهة"
    " الشمال كما اعتادوا أن يفعلوا كل موسم منذ أن حُفرت البئر القديمة قبل قرن كامل."
)
SECOND = (
    "ويقول شيوخ الواحة إن هذه العادة بدأت حين ضاعت قافلة صغيرة في عاصفة رملية، فلم يصل من رجالها إلا ثلاثة، وصار الناس"
    " من بعدها يتناوبون على حراسة النار في الليالي التي لا قمر فيها."
)
TEXT = (
    "أما اليوم فقد تغير الطريق، وصارت الشاحنات تصل في النهار، غير أن أهل الواحة ما زالوا يوقدون النار في أول ليلة من"
    " الموسم.",
    "وتقول إحدى نساء الواحة إنها تعلمت من جدتها كيف تختار الحطب الذي لا ينطفئ سريعاً، وكيف تعرف اتجاه الريح من لون"
    " الدخان.",
    "وتعمل جمعية محلية على تسجيل هذه الحكايات بأصوات أصحابها، وقد جمعت حتى الآن أكثر من مئتي ساعة من التسجيلات.",
    "ويأمل القائمون على المشروع أن يفتحوا في العام المقبل بيتاً صغيراً للذاكرة يزوره تلاميذ المدارس القريبة.",
)


def read_body(*, above: str = "", inside: str = "", below: str = "", head: str = "") -> list[str]:
    """Return the paragraphs of a page with these things above, inside and below the same text."""
    first, *others = (f"<p>{paragraph}</p>" for paragraph in TEXT)
    page = (
        f"<html lang=ar><head><title>نار الواحة</title>{head}</head><body><main><h1>نار الواحة التي لا تنطفئ</h1>{above}"
        f'<div class="article-body">{first}{inside}{"".join(others)}{below}</div></main></body></html>'
    )
    return extract(page, "https://waha.example/reports/fire").body.split("\n\n")


def test_paragraphs_in_a_box_between_headline_and_text_begin_the_text() -> None:
    above = f'<p class="standfirst">حكاية عادة بدأت قبل قرن</p><div class="opening"><p>{FIRST}</p><p>{SECOND}</p></div><div class="toolbox"><img src="/fire.jpg"></div>'
    longer = "".join(f"<p>{paragraph} وهذه الحكاية رقم {number}.</p>" for number in (1, 2) for paragraph in TEXT)
    body = read_body(above=above, inside=longer)
    assert body[:3] == [FIRST, SECOND, TEXT[0]]
    assert len(body) == 2 + 3 * len(TEXT)


def test_a_line_of_the_site_between_headline_and_text_is_not_its_beginning() -> None:
    above = '<div class="x1"><p>يراجع محررونا كل مادة قبل نشرها ويصححون ما يرد فيها من أخطاء.</p></div>'
    assert read_body(above=above)[0] in TEXT


def test_the_text_ends_before_the_lines_that_tell_of_its_writer() -> None:
    head = '<meta name="author" content="رامي السعيدي">'
    below = "<p>الكاتب رامي السعيدي باحث في تاريخ الصحراء، وصدر له كتابان عن طرق القوافل.</p>"
    assert read_body(head=head, below=below) == list(TEXT)
    assert read_body(head=head, below=f"{below}<p>ترجمت بعض مقالاته إلى لغات أخرى.</p>") == list(TEXT)


def test_a_writer_named_in_the_middle_does_not_end_the_text() -> None:
    head = '<meta name="author" content="رامي السعيدي">'
    inside = "<p>والتقى رامي السعيدي حراس النار الثلاثة في بيوتهم وسمع منهم ما لم يُكتب من قبل.</p>"
    assert len(read_body(head=head, inside=inside)) == len(TEXT) + 1


def test_a_box_with_a_field_for_the_readers_address_is_no_text_whatever_its_words() -> None:
    inside = (
        "<div class=mt-4><div><div class=text-lg>رسالة الواحة كل صباح</div><div>خمس حكايات قصيرة تصلك قبل قهوتك.</div></div>"
        "<div><input type=email placeholder=you@mail.example></div>"
        "<div>بإرسالك العنوان توافق على شروط الخدمة ويمكنك التوقف متى أردت.</div></div>"
    )
    assert read_body(inside=inside) == list(TEXT)


def test_a_field_in_the_box_of_the_whole_text_takes_nothing_away() -> None:
    assert read_body(below="<p><input type=email></p>") == list(TEXT)


def test_a_link_drawn_as_a_button_is_no_paragraph() -> None:
    inside = '<p><a class="btn btn-primary" href="/tours">احجز رحلتك الآن</a></p>'
    assert read_body(inside=inside) == list(TEXT)


def test_filler_of_a_template_is_no_text() -> None:
    filler = "<p>هذا النص هو مثال لنص يمكن أن يستبدل في نفس المساحة، لقد تم توليد هذا النص من مولد النص العربى.</p>"
    latin = "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt.</p>"
    assert read_body(inside=filler, below=latin) == list(TEXT)


def test_a_box_of_facts_inside_the_text_is_none_of_it_however_long() -> None:
    facts = f'<div class="site-factbox"><h3>حقائق عن الواحة</h3><p>{FIRST}</p><p>{SECOND} {FIRST}</p></div>'
    assert read_body(inside=facts) == list(TEXT)


def test_a_box_named_like_one_of_facts_may_hold_the_date() -> None:
    page = f"<h1>نار الواحة التي لا تنطفئ</h1><p>{'</p><p>'.join(TEXT)}</p>"
    info = '<div class="info-box"><span class="date">12 مارس 2024</span></div>'
    article = extract(f"<html lang=ar><body>{info}{page}</body></html>", "https://waha.example/reports/fire")
    assert article.published_at == "2024-03-12"


def test_the_clock_of_a_player_is_no_text() -> None:
    assert read_body(inside="<p>00:00</p><p>0:00 / 4:12</p>") == list(TEXT)


def test_a_number_alone_between_paragraphs_is_text() -> None:
    assert read_body(inside="<p>1</p>")[1] == "1"
