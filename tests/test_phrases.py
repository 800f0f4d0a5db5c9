"""Words of furniture: a whole short block is furniture, a sentence of news that begins with the same words is text."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from newscrawl.arabic import fold
from newscrawl.extraction import extract
from newscrawl.extraction.phrases import find_phrase, strip_phrase

TABLE = tomllib.loads(files("newscrawl.extraction").joinpath("phrases.toml").read_text("utf-8"))


def find_kind(text: str) -> str | None:
    phrase = find_phrase(fold(text), len(text.split()))
    return phrase.kind if phrase else None


# -- a whole short block

BLOCKS = {
    "شارك الخبر:": "share",
    "شارك": "share",
    "مشاركة على فيسبوك": "share",
    "نسخ الرابط": "share",
    "Loading...": "placeholder",
    "جاري التحميل...": "placeholder",
    "أخبار ذات صلة": "see_also",
    "شاهد ايضاً:": "see_also",
    "شاهد أيضًا": "see_also",
    "إقرأ أيضاً :": "see_also",
    "اقرأ أيضا: مصرع ثلاثة في حادث سير": "see_also",
    "الأكثر قراءة": "most_read",
    "اقرأ المزيد": "read_more",
    "الكلمات المفتاحية": "tags",
    "بقلم: ليلى حداد": "byline",
    "كتب: سامر علي": "byline",
    "المصدر: وكالات": "agency",
    "أ ف ب": "agency",
    "إعلان": "ads",
    "اشترك في نشرتنا الإخبارية": "promo",
    "تابعونا على غوغل نيوز": "promo",
    "جميع الحقوق محفوظة © 2025": "copyright",
    "لن يتم نشر عنوان بريدك الإلكتروني.": "comments",
    "اترك تعليقاً": "comments",
    "الرئيسية": "nav",
    "آخر تحديث: 12 مارس 2025": "date",
}


@pytest.mark.parametrize(("text", "kind"), BLOCKS.items(), ids=BLOCKS)
def test_whole_short_block_is_furniture(text: str, kind: str) -> None:
    assert find_kind(text) == kind


@pytest.mark.parametrize("text", BLOCKS)
def test_spelling_marks_and_end_marks_change_nothing(text: str) -> None:
    kind = BLOCKS[text]
    assert find_kind(f"« {text} »") == kind
    assert find_kind(text.replace("أ", "ا").replace("إ", "ا").replace("ى", "ي").replace("ة", "ه")) == kind
    assert find_kind(text.replace("ا", "اـ", 1)) == kind


def test_every_phrase_of_the_table_is_found() -> None:
    for kind, matches in TABLE.items():
        for phrase in (*matches.get("exact", ()), *matches.get("prefix", ())):
            assert find_kind(phrase) is not None, (kind, phrase)


def test_table_has_no_class_that_extraction_does_not_know() -> None:
    from newscrawl.extraction.blocks import _PHRASE_LABELS

    assert set(TABLE) <= set(_PHRASE_LABELS)
    assert all(set(matches) <= {"exact", "prefix", "contains"} for matches in TABLE.values())


STRIPPED = {
    "شاهد ايضاً: خبر آخر من العاصمة": "خبر آخر من العاصمة",
    "اقرأ أيضاً - خبر آخر من العاصمة": "خبر آخر من العاصمة",
    "إقرأ المزيد خبر آخر من العاصمة": "خبر آخر من العاصمة",
    "شاهد أيضاً": "",
    "خبر آخر من العاصمة": "خبر آخر من العاصمة",
    "خبر: شاهد أيضاً ما حدث": "خبر: شاهد أيضاً ما حدث",
}


@pytest.mark.parametrize(("text", "rest"), STRIPPED.items(), ids=STRIPPED)
def test_label_is_taken_off_a_headline(text: str, rest: str) -> None:
    assert strip_phrase(text, "see_also") == rest


# -- sentences of news

SENTENCES = [
    "شارك آلاف المتظاهرين في مسيرة وسط العاصمة.",
    "شارك في الاجتماع وزراء خارجية خمس دول عربية.",
    "مشاركة المرأة في الانتخابات بلغت أربعين في المئة.",
    "الرئيسية في هذا الخلاف هي مسألة الحدود البحرية.",
    "المزيد من القوات ستصل إلى المنطقة خلال أيام.",
    "المزيد من الأخبار السيئة في انتظار المستثمرين هذا العام، وفق التقرير.",
    "التفاصيل لم تتضح بعد، لكن مصادر أمنية تحدثت عن قتيلين.",
    "العالم كله يراقب ما يجري في المضيق.",
    "كتب الرئيس على منصة إكس أن بلاده لن تتراجع.",
    "كتبت الصحيفة في افتتاحيتها أن الاتفاق هش.",
    "تحرير المدينة استغرق ثلاثة أشهر من القتال.",
    "تقرير الأمم المتحدة تحدث عن مليون نازح.",
    "تقرير المصير حق لكل الشعوب.",
    "حوار الأديان ينطلق غداً في روما.",
    "ترجمة الرواية إلى الفرنسية صدرت في باريس.",
    "إعداد الطعام يبدأ قبل غروب الشمس بساعتين.",
    "تصوير الفيلم بدأ في المغرب الشهر الماضي.",
    "صورة واحدة غيّرت مسار التحقيق.",
    "المصدر ذاته قال إن المفاوضات توقفت.",
    "المصدر الأمني رفض الكشف عن هويته.",
    "المصادر الطبية أكدت مقتل ثلاثة أشخاص.",
    "نقلا عن شهود عيان، قالت الوكالة إن الانفجار وقع فجراً.",
    "التاريخ يعيد نفسه في هذه المدينة.",
    "التحديث المقبل سيصدر في الربيع، بحسب الشركة.",
    "القسم الأكبر من الميزانية ذهب إلى الدفاع.",
    "الباب ما زال مفتوحاً أمام الحل السياسي.",
    "الموضوع لم يعد يحتمل التأجيل.",
    "اضغط هنا مرتين، قال له الطبيب وهو يفحصه.",
    "انضم إلى الحزب عام 1998 وصار نائباً بعد عامين.",
    "اشترك في المؤامرة خمسة ضباط سابقين.",
    "حمل التطبيق اسم جدته التي علمته الطبخ.",
    "متوفر على نطاق واسع، لكن سعره تضاعف.",
    "تابع المنتخب مشواره بفوز ثمين على ضيفه.",
    "تابعنا على مدار يومين ما جرى في القرية.",
    "سجل الآن هدفه العاشر هذا الموسم.",
    "برعاية أممية، وقع الطرفان هدنة لستة أشهر.",
    "حقوق النشر لم تكن تعني له شيئاً.",
    "وظائف جديدة ستوفرها الشركة في الجنوب.",
    "عاجل أمام الحكومة أن تدفع الرواتب.",
    "للمزيد من الأمان، أغلقت الشرطة الشارعين.",
    "قد يهمك أن تعرف أن السعر تضاعف مرتين.",
    "شاهد أيضاً ثلاثة من رفاقه يسقطون أمامه.",
    "اقرأ في هذا ما شئت، قال المحامي للصحفيين.",
    "الوسوم التي نقشها الحرفيون ما زالت على الأبواب.",
    "تعليقات الوزير أثارت غضب المعارضة.",
    "التعليقات تعبر عن غضب الشارع من القرار.",
    "نشر في الصحيفة أول مقال له عام 1950.",
    "حدث في مثل هذا اليوم أن سقطت المدينة.",
    "By Friday the army had taken the town.",
    "Read more books, the minister told pupils.",
    "Share prices fell sharply in Cairo.",
    "Related charges were dropped last week.",
    "قال: اترك تعليقاً إن شئت، فالباب مفتوح.",
    "رسالة مكتوب عليها: شاهد أيضاً ما فعلوا بنا.",
    "إعلان النتائج تأجل إلى يوم الأحد.",
    "مباشر العمل في المشروع شركة من القطاع الخاص.",
    "فيديو الاعتداء انتشر على نطاق واسع.",
    "رياضة المشي تقلل خطر الإصابة بأمراض القلب.",
    "اقتصاد البلاد انكمش للعام الثالث على التوالي.",
]
BEFORE = (
    "<p>قال المتحدث باسم الوزارة في بيان إن العمل في المشروع الجديد سيبدأ خلال الأسبوع المقبل في ثلاث مدن كبرى.</p>"
)
AFTER = "<p>وأضاف المتحدث أن التمويل متوفر بالكامل وأن الشركات المنفذة ستبدأ التجهيز في الأيام القليلة القادمة.</p>"
TEMPLATES = {
    "in a paragraph": f"{BEFORE}{BEFORE}<p>%s</p>{AFTER}{AFTER}",
    "in a div": f"<div>{BEFORE}{BEFORE}<p>%s</p>{AFTER}{AFTER}</div>".replace("p>", "div>"),
    "between line breaks": f"<div>{BEFORE}{BEFORE}%s<br><br>{AFTER}{AFTER}</div>".replace("<p>", "").replace(
        "</p>", "<br><br>"
    ),
}


def read_with(sentence: str, template: str) -> str:
    return extract(
        f"<html><body><h1>عنوان الخبر من العاصمة اليوم</h1>{TEMPLATES[template] % sentence}</body></html>"
    ).body


@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_sentence_that_begins_with_words_of_furniture_is_text(sentence: str) -> None:
    for template in TEMPLATES:
        assert sentence in read_with(sentence, template), template


@pytest.mark.parametrize("text", [text for text, kind in BLOCKS.items() if kind not in ("agency", "byline", "date")])
def test_furniture_between_paragraphs_is_no_text(text: str) -> None:
    for template in TEMPLATES:
        assert text not in read_with(text, template).split("\n\n")


def test_furniture_words_inside_a_long_paragraph_are_text() -> None:
    paragraph = (
        "وكان شعار الحملة «شارك الخبر»، ثم جاءت حملة «أخبار ذات صلة» و«جميع الحقوق محفوظة» في العام نفسه من دون أثر."
    )
    assert paragraph in read_with(paragraph, "in a paragraph")


@pytest.mark.parametrize("text", ["1", "***", "9.0", "2 - 1", "175"])
def test_a_line_without_a_letter_is_no_furniture_by_its_words(text: str) -> None:
    assert find_kind(text) is None
