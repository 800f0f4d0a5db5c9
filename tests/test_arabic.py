"""What is special about Arabic writing: every rule of folding and cleaning, and the languages of the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.arabic import clean, find_language, fold, fold_digits, get_arabic_share

# The pairs of Lucene's TestArabicNormalizationFilter.
LUCENE = [
    ("آجن", "اجن"),
    ("أحمد", "احمد"),
    ("إعاذ", "اعاذ"),
    ("بنى", "بني"),
    ("فاطمة", "فاطمه"),
    ("روبرـــــت", "روبرت"),
    ("مَبنا", "مبنا"),
    ("علِي", "علي"),
    ("بُوات", "بوات"),
    ("ولداً", "ولدا"),
    ("ولدٍ", "ولد"),
    ("ولدٌ", "ولد"),
    ("نلْسون", "نلسون"),
    ("هتميّ", "هتمي"),
    ("", ""),
]

FOLDED = [
    pytest.param("الرئیس", "الرئيس", id="persian-yeh"),
    pytest.param("کابل", "كابل", id="persian-kaf"),
    pytest.param("ڤيتنام ڨفصة پاريس چاد ژاك", "فيتنام قفصه باريس جاد زاك", id="borrowed-letters"),
    pytest.param("٢٠٢٣ ۱۹", "2023 19", id="digits"),
    pytest.param("ﻣﺼﺮ ﷲ", "مصر الله", id="presentation-forms"),
    pytest.param("ﷺ", "صلياللهعليهوسلم", id="a-ligature-of-words-is-one-token"),
    pytest.param("ا\u0654حمد", "احمد", id="decomposed-hamza"),
    pytest.param("\u202bغزّة\u200f\u200c", "غزه", id="invisible"),
    pytest.param("COVID-19 ½…", "covid-19 ½…", id="nfkc-is-not-for-the-whole-text"),
    pytest.param("مسؤول مسئول ماء", "مسؤول مسئول ماء", id="hamza-on-waw-and-yeh-stays"),
    pytest.param("İ", "i", id="dotted-capital-i"),
    pytest.param("هٰذا القُرْآن", "هذا القران", id="tashkeel"),
]


@pytest.mark.parametrize(("text", "folded"), LUCENE)
def test_fold_agrees_with_lucene(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_fold_unites_spellings(text: str, folded: str) -> None:
    assert fold(text) == folded


_ARABIC_TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x600, max_codepoint=0x6FF),
        st.characters(min_codepoint=0x2000, max_codepoint=0x206F),
        st.characters(min_codepoint=0x300, max_codepoint=0x345),
        st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFF),
        st.characters(codec="utf-8"),
    )
)


@given(_ARABIC_TEXT)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(_ARABIC_TEXT)
def test_clean_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("  أهلا \n\t وسهلا\u00a0\u2003بكم ", "أهلا وسهلا بكم", id="white-space"),
        pytest.param("\u200f18\u200f/12\u200f/2023", "18/12/2023", id="direction-marks"),
        pytest.param("\ufeffمرحبا\u200b \u2066عالم\u2069\u00ad", "مرحبا عالم", id="zero-width"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="joiners-are-printed-shaping"),
        pytest.param("الحُكُومَةُ ـ ٢٠٢٣ أإآىة", "الحُكُومَةُ ـ ٢٠٢٣ أإآىة", id="letters-marks-and-digits-stay"),
        pytest.param("ا\u0654حمد", "أحمد", id="composed"),
        pytest.param("ﻣﺼﺮ", "ﻣﺼﺮ", id="presentation-forms-stay"),
    ],
)
def test_clean_keeps_text_as_printed(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_digits_of_all_scripts_become_ascii() -> None:
    assert fold_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ 0-9") == "0123456789 0123456789 0-9"


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.0), ("12 !", 0.0), ("hello", 0.0), ("سلام", 1.0), ("سلام news", 0.5), ("قوّات", 1.0)]
)
def test_arabic_share_counts_letters_alone(text: str, share: float) -> None:
    assert get_arabic_share(text) == share


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("ar", "أعلنت وزارة الصحة اليوم افتتاح مستشفى جديد في شمال البلاد", id="arabic"),
        pytest.param("ar", "قال الرئیس إن الحکومة ستعلن القرار غدا", id="egyptian-with-persian-yeh"),
        pytest.param("ar", "جهة ڨابس تحتضن مهرجان الفنون", id="maghrebi-name"),
        pytest.param("ar", "پوتين يلتقي أردوغان في سوتشي", id="borrowed-letter-in-a-headline"),
        pytest.param("ar", "وزير خارجية مصر يزور بيروت", id="no-article-but-teh-marbuta"),
        pytest.param("ar", "أعلنت شركة OpenAI عن نموذج GPT جديد في السوق", id="latin-names"),
        pytest.param("ar", "ذكرت صحيفة كوردستان (کوردستان) أن البرلمان يجتمع اليوم في العاصمة", id="kurdish-name"),
        pytest.param("fa", "سخنگوی دولت گفت که مدارس پایتخت از فردا باز می‌شوند و کلاس‌ها برگزار خواهد شد", id="persian"),
        pytest.param("fa", "سخنگوي دولت گفت كه گزارش اقتصادي هفته پيش منتشر شده است", id="persian-with-arabic-yeh"),
        pytest.param("ur", "وزیر صحت نے کہا ہے کہ شہر میں نیا ہسپتال جلد کھولا جائے گا", id="urdu"),
        pytest.param("ckb", "وەزارەتی تەندروستی ڕایگەیاند نەخۆشخانەیەکی نوێ لە هەولێر دەکرێتەوە", id="sorani"),
        pytest.param(
            "ps", "د روغتیا وزارت وویل چې په ښار کې به نوی روغتون پرانیستل شي او ډېر کسان به درملنه وکړي", id="pashto"
        ),
        pytest.param("ug", "بۈگۈن شەھەردە يېڭى دوختۇرخانا ئېچىلدى ۋە كۆپ كىشى كەلدى", id="uyghur"),
        pytest.param(
            "sd", "وزير چيو آهي ته شهر ۾ نئين اسپتال ڪجهه ڏينهن ۾ کولي ويندي ۽ ماڻهن جو علاج ٿيندو", id="sindhi"
        ),
        pytest.param(None, "The minister opened a new hospital", id="english"),
        pytest.param(None, "The minister said «السلام عليكم» and opened a new hospital", id="english-with-a-quotation"),
        pytest.param(None, "بوتين يلتقي زيلينسكي", id="headline-of-names"),
        pytest.param(None, "12/12/2023", id="digits"),
        pytest.param(None, "ـــ", id="tatweel"),
        pytest.param(None, "", id="empty"),
    ],
)
def test_language_is_told_by_letters(language: str | None, text: str) -> None:
    assert find_language(text) == language


@given(_ARABIC_TEXT)
def test_language_of_any_text_raises_nothing(text: str) -> None:
    find_language(text)


def test_run_of_marks_without_end_is_cut_and_costs_no_square_of_its_length() -> None:
    text = "خبر" + "\u0651\u064e" * 20_000 + " عاجل"
    assert len(clean(text)) < 50
    assert clean(text).endswith(" عاجل")
    assert clean(clean(text)) == clean(text)
    assert fold(text) == "خبر عاجل"
