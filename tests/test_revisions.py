from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.archive.revisions import REVISION_FIELDS, find_changes, hash_text, is_minor, keep_first_dating
from newscrawl.items import Article, Block, Image, Related

ARTICLE = Article(
    url="https://x.com/1",
    title="أعلنت الحكومة خطة جديدة",
    subtitle="تشمل الخطة عشر مدن",
    body="الفقرة الأولى.\n\nالفقرة الثانية.",
    authors=("سارة الحسن", "عمر خالد"),
    agency="رويترز",
    section="اقتصاد",
    caption="من الاجتماع",
    credit="أ ف ب",
    published_at="2024-01-15T10:00:00+03:00",
)

UNCHANGED = {
    "nothing": {},
    "another line break": {"body": "الفقرة الأولى.\n الفقرة  الثانية."},
    "a no-break space": {"title": "أعلنت\u00a0الحكومة خطة جديدة"},
    "an invisible mark": {"title": "أعلنت الحكومة\u200f خطة جديدة"},
    "a letter composed from two": {"title": "ا\u0654علنت الحكومة خطة جديدة"},
    "one moment in another zone": {"published_at": "2024-01-15T07:00:00Z"},
    "tags": {"tags": ("اقتصاد",)},
    "the way the body is cut": {"blocks": (Block("heading", "الفقرة الأولى."),)},
    "related links": {"related": (Related("block", "https://x.com/2"),)},
    "pictures": {"image_url": "https://x.com/1.jpg", "images": (Image("https://x.com/1.jpg"),)},
    "modified_at": {"modified_at": "2024-01-16"},
    "the extractor": {"extractor": "2"},
    "the visit": {"fetched_at": "2024-02-01T00:00:00+00:00"},
}

MINOR = {
    "tashkeel": ({"title": "أعلنت الحُكومةُ خطة جديدة"}, ("title",)),
    "tatweel": ({"title": "أعلنت الحكومـــة خطة جديدة"}, ("title",)),
    "a hamza seat": ({"title": "اعلنت الحكومة خطة جديدة"}, ("title",)),
    "ta marbuta in the body": ({"body": "الفقره الأولى.\n\nالفقرة الثانية."}, ("body",)),
    "marks in a name": ({"authors": ("سارة الحَسن", "عمر خالد")}, ("authors",)),
    "marks in two fields": (
        {"title": "أعلنتِ الحكومة خطة جديدة", "agency": "رويترزُ"},
        ("title", "agency"),
    ),
}

MAJOR = {
    "title": ({"title": "أعلنت الحكومة خطة قديمة"}, ("title",)),
    "a number": ({"subtitle": "تشمل الخطة 11 مدينة"}, ("subtitle",)),
    "subtitle taken away": ({"subtitle": None}, ("subtitle",)),
    "body": ({"body": "الفقرة الأولى."}, ("body",)),
    "caption": ({"caption": "من اجتماع آخر"}, ("caption",)),
    "credit": ({"credit": None}, ("credit",)),
    "order of authors": ({"authors": ("عمر خالد", "سارة الحسن")}, ("authors",)),
    "two authors made one": ({"authors": ("سارة الحسن عمر خالد",)}, ("authors",)),
    "agency": ({"agency": "وكالات"}, ("agency",)),
    "section": ({"section": "سياسة"}, ("section",)),
    "another moment": ({"published_at": "2024-01-15T10:00:00+02:00"}, ("published_at",)),
    "the zone becomes known": ({"published_at": "2024-01-15T10:00:00"}, ("published_at",)),
    "punctuation": ({"title": "أعلنت الحكومة: خطة جديدة"}, ("title",)),
    "marks here, words there": (
        {"title": "أعلنتِ الحكومة خطة جديدة", "body": "الفقرة الأولى."},
        ("title", "body"),
    ),
}


@pytest.mark.parametrize("changes", UNCHANGED.values(), ids=UNCHANGED.keys())
def test_what_a_reader_does_not_see_is_no_change(changes: dict[str, object]) -> None:
    new = replace(ARTICLE, **changes)
    assert find_changes(ARTICLE, new) == ()
    assert hash_text(ARTICLE) == hash_text(new)


@pytest.mark.parametrize(("changes", "names"), MINOR.values(), ids=MINOR.keys())
def test_a_change_of_marks_alone_is_minor(changes: dict[str, object], names: tuple[str, ...]) -> None:
    new = replace(ARTICLE, **changes)
    assert find_changes(ARTICLE, new) == names
    assert is_minor(ARTICLE, new)
    assert hash_text(ARTICLE) != hash_text(new)


@pytest.mark.parametrize(("changes", "names"), MAJOR.values(), ids=MAJOR.keys())
def test_a_change_of_words_is_not_minor(changes: dict[str, object], names: tuple[str, ...]) -> None:
    new = replace(ARTICLE, **changes)
    assert find_changes(ARTICLE, new) == names
    assert not is_minor(ARTICLE, new)


def test_empty_and_missing_are_the_same() -> None:
    assert (
        find_changes(Article(title="ع", subtitle=None, authors=()), Article(title="ع", subtitle=" ", authors=("",)))
        == ()
    )


TEXTS = st.sampled_from([None, "", "خبر", "خَبر", "خبر ", "خبر\u200f", "خبر آخر", "2024-01-15", "2024-01-15T00:00:00Z"])
ARTICLES = st.builds(
    Article,
    body=TEXTS.map(lambda text: text or ""),
    authors=st.lists(TEXTS.map(lambda text: text or ""), max_size=2).map(tuple),
    **{name: TEXTS for name in REVISION_FIELDS if name not in ("body", "authors")},
)


@given(ARTICLES, ARTICLES)
def test_hashes_are_equal_exactly_when_nothing_changed(old: Article, new: Article) -> None:
    assert (hash_text(old) == hash_text(new)) == (find_changes(old, new) == ())
    assert find_changes(old, new) == find_changes(new, old)


def test_a_relative_date_is_dated_once() -> None:
    first = Article(
        title="خبر", published_at="2026-11-22T10:00:00+00:00", published_text="منذ ساعة", published_source="relative"
    )
    later = replace(first, published_at="2026-11-22T11:00:00+00:00", published_text="منذ ساعتين")
    assert find_changes(first, keep_first_dating(first, later)) == ()


def test_a_date_that_the_site_moves_is_a_change() -> None:
    first = Article(title="خبر", published_at="2026-11-22T10:00:00+00:00", published_source="json-ld")
    moved = replace(first, published_at="2026-11-23T10:00:00+00:00")
    assert find_changes(first, keep_first_dating(first, moved)) == ("published_at",)
