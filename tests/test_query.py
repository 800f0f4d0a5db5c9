"""What a person types to search, as it is understood: the grammar by a table, and that nothing typed is an error."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.archive import Archive
from newscrawl.items import Article
from newscrawl.query import parse_query

TEXTS = {
    "gaza": ("قصف غزّة", "هجوم على قطاع غزة", None, "قالت الأمم المتحدة إن الهجمات لم تتوقف في القطاع."),
    "un": ("بيان للأمم المتحدة", None, "صورة من غزة", "الأمم كلها، والولايات المتحدة بينها، تعارض القرار."),
    "covid": ("لقاح COVID-19 في المغرب", None, None, "وصلت ٣٠٠ جرعة إلى الرباط. و.م.ع"),
    "minister": ("وزراء الصحة يجتمعون", "وزير الصحة المغربي", None, "قال الوزير إن 50% من السكان لُقّحوا"),
}

CASES = {
    "a word in every form": ("الهجوم", ["gaza"]),
    "all words": ("غزة الأمم", ["gaza", "un"]),
    "words of different fields": ("لقاح الرباط", ["covid"]),
    "a phrase": ('"الأمم المتحدة"', ["gaza", "un"]),
    "a phrase in other quotes": ("«قطاع غزة»", ["gaza"]),
    "a phrase in curly quotes": ("“الولايات المتحدة”", ["un"]),
    "a phrase in another order": ('"المتحدة الأمم"', []),
    "a word less": ("غزة -هجوم", ["un"]),
    "a phrase less": ('غزة -"الولايات المتحدة"', ["gaza"]),
    "not, spelled": ("غزة NOT هجوم", ["un"]),
    "nothing but a word less": ("-غزة", ["covid", "minister"]),
    "nothing but words less": ('-غزة -"الأمم المتحدة" -لقاح', ["minister"]),
    "nothing but a word less, in a field": ("-title:غزة", ["un", "covid", "minister"]),
    "nothing but a beginning less": ("-وزر* -غز*", ["covid"]),
    "nothing but a form less": ('-="هجوم"', ["un", "covid", "minister"]),
    "nothing but a form less that stands nowhere": ('-="هجومهم"', ["gaza", "un", "covid", "minister"]),
    "either": ("لقاح OR قصف", ["gaza", "covid"]),
    "either, with a bar": ("لقاح|قصف", ["gaza", "covid"]),
    "or binds its neighbours": ("الأمم قصف OR بيان", ["gaza", "un"]),
    "brackets": ("(لقاح الرباط) OR (قصف غزة)", ["gaza", "covid"]),
    "brackets with a word less": ("(غزة OR لقاح) -هجوم", ["un", "covid"]),
    "a field": ("title:غزة", ["gaza"]),
    "a field in Arabic": ("عنوان:غزة", ["gaza"]),
    "a field and a blank": ("caption: غزة", ["un"]),
    "a field of a phrase": ('subtitle:"قطاع غزة"', ["gaza"]),
    "a field of brackets": ("title:(لقاح | وزراء)", ["covid", "minister"]),
    "no such field": ("غزة:قصف", []),
    "a beginning": ("الولاي*", ["un"]),
    "a beginning of a plural": ("وزرا*", ["minister"]),
    "a beginning in a phrase": ('"قطاع غز*"', ["gaza"]),
    "exactly so": ("=وزراء", ["minister"]),
    "exactly so, which is not there": ("=وزيرة", []),
    "an exact phrase": ('="الأمم المتحدة"', ["gaza"]),
    "not exactly so": ('"الأمم المتحدة" -="الأمم المتحدة"', ["un"]),
    "exactly so, or else": ('="للأمم المتحدة" OR لقاح', ["un", "covid"]),
    "exactly so in a field": ("title:=الوزير OR body:=الوزير", ["minister"]),
    "letters and digits with a hyphen": ("covid-19", ["covid"]),
    "an abbreviation with dots": ("و.م.ع", ["covid"]),
    "digits of another script": ("300", ["covid"]),
    "a share": ("٥٠٪", ["minister"]),
    "vowel marks": ("غَزَّةُ", ["gaza", "un"]),
    "an open quote": ('"قطاع غزة', ["gaza"]),
    "a closed bracket too many": ("قصف) غزة", ["gaza"]),
    "an open bracket": ("(قصف غزة", ["gaza"]),
    "or without a neighbour": ("OR قصف |", ["gaza"]),
    "signs alone": ('- "" () * = : title: |', []),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("query") / "archive.db") as opened:
        for number, (name, (title, subtitle, caption, body)) in enumerate(TEXTS.items()):
            opened.save(
                Article(
                    url=f"https://x.com/{name}", title=title, subtitle=subtitle, caption=caption, body=body, site="x",
                    published_at=f"2024-01-{20 - number}",
                )
            )  # fmt: skip
        yield opened


@pytest.mark.parametrize(("query", "found"), CASES.values(), ids=CASES.keys())
def test_query(archive: Archive, query: str, found: list[str]) -> None:
    assert [str(article.url).rpartition("/")[2] for article in archive.search(query)] == found
    assert sorted(article.url or "" for article in archive.search(query, sort="rank")) == sorted(
        f"https://x.com/{name}" for name in found
    )
    assert archive.count(query, copies=True)[-1].hits == len(found)


def test_every_part_of_a_query_is_told_as_it_is_understood() -> None:
    query = parse_query('title:للسوريين -="وزير الصحة" حكوم*')
    assert [(term.text, term.stems, term.field, term.is_exact, term.is_prefix) for term in query.terms] == [
        ("للسوريين", ("سوريا",), "title", False, False),
        ("حكوم*", ("حكوم",), None, False, True),
        ("وزير الصحة", ("وزير", "صحه"), None, True, False),
    ]


def test_more_words_than_anybody_types_are_left_out(archive: Archive) -> None:
    assert list(archive.search("غزة " * 5_000)) != []
    assert list(archive.search(" | ".join(["غزة"] * 5_000))) != []
    assert list(archive.search("(" * 5_000 + "غزة" + ")" * 5_000)) != []


_SIGNS = "\"'“”«»„%_*:^(){}[]-+.~=|،؛؟ OR AND NOT NEAR title: عنوان: غزة الأمم ﷺ ـ ً \x00\u200c\u2066😀\ud83d"


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=40) | st.lists(st.sampled_from(_SIGNS), max_size=30).map("".join))
def test_anything_typed_is_answered(archive: Archive, text: str) -> None:
    list(archive.search(text, limit=3))


def test_a_hundred_thousand_random_queries_are_answered(archive: Archive) -> None:
    dice = random.Random(6)
    parts = [
        *_SIGNS,
        *_SIGNS.split(),
        *(word for texts in TEXTS.values() for text in texts if text for word in text.split()),
    ]
    for _ in range(100_000 if "NEWSCRAWL_SOAK" in os.environ else 5_000):
        text = "".join(dice.choice(parts) + dice.choice(["", "", " "]) for _ in range(dice.randint(0, 25)))
        match = parse_query(text).match
        if match is not None:
            try:
                archive.db.execute(
                    "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1", (match,)
                ).fetchone()
            except sqlite3.Error as error:
                pytest.fail(f"{text!r} became {match!r}: {error}")


def test_match_expression_is_of_stems_in_quotes_alone() -> None:
    assert parse_query("غزة").match == '"غزه"'
    assert parse_query("NEAR(غزة)").match == '("near" AND "غزه")'
