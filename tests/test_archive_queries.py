from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.archive import Archive
from newscrawl.exceptions import UsageError
from newscrawl.items import Article, Link, Page, Saved

AT = "2024-02-01T00:00:00+00:00"
ARTICLES = (
    Article(url="https://x.com/1", site="x", title="الأول", published_at="2024-01-15T23:59:59.9+00:00"),
    Article(url="https://x.com/2", site="x", title="الثاني", published_at="2024-01-15"),
    Article(url="https://y.com/3", site="y", title="الثالث", published_at="2024-01-16T01:00:00+03:00"),
    Article(url="https://y.com/4", site="y", title="الرابع", published_at="2024-01-16T00:00:00Z"),
    Article(url="https://z.com/5", title="الخامس", fetched_at=AT),
)
SEARCHED = Article(
    url="https://x.com/6",
    site="x",
    title="الحُكومة تُعلن «خطة» جديدة بنسبة 100%",
    subtitle="حصري: إيران وأميركا",
    body='قال وزير_الاقتصاد إن الإيرادات بلغت ٣٠٠ مليون.\n\nQuote: it\'s "done"',
    published_at="2024-01-17",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("queries") / "archive.db") as opened:
        for article in (*ARTICLES, SEARCHED):
            opened.save(article)
        yield opened


def get_titles(articles: Iterator[Article]) -> list[str | None]:
    return [article.title for article in articles]


def test_articles_come_newest_first_by_the_moment_they_tell(archive: Archive) -> None:
    expected = ["الخامس", SEARCHED.title, "الرابع", "الأول", "الثالث", "الثاني"]
    assert get_titles(archive.articles()) == expected
    assert get_titles(archive.articles(limit=2)) == expected[:2]
    assert get_titles(archive.articles(limit=0)) == get_titles(archive.articles(limit=-1)) == []


def test_articles_of_one_moment_keep_their_order(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        for number in range(9):
            archive.save(Article(url=f"https://x.com/{number}", site="x", title="ع", published_at="2024-01-15"))
        ids = [article.id or "" for article in archive.articles()]
        assert ids == sorted(ids, reverse=True) == [article.id for article in archive.articles(site="x")]


SELECTIONS = {
    "a site": ({"site": "y"}, ["الرابع", "الثالث"]),
    "an unknown site": ({"site": "nobody"}, []),
    "one whole day": ({"since": "2024-01-15", "until": "2024-01-15"}, ["الأول", "الثالث", "الثاني"]),
    "a day of a site": ({"site": "x", "until": "2024-01-16"}, ["الأول", "الثاني"]),
    "from a time": ({"since": "2024-01-16T02:00:00+02:00", "until": "2024-01-16"}, ["الرابع"]),
    "to a time": ({"until": "2024-01-15T22:00:00"}, ["الثالث", "الثاني"]),
    "no time left": ({"since": "2024-01-16", "until": "2024-01-15"}, []),
}


@pytest.mark.parametrize(("selection", "titles"), SELECTIONS.values(), ids=SELECTIONS.keys())
def test_selection(archive: Archive, selection: dict[str, str], titles: list[str]) -> None:
    assert get_titles(archive.articles(**selection)) == titles


@pytest.mark.parametrize("name", ["since", "until"])
def test_limit_that_is_no_time_is_told_at_once(archive: Archive, name: str) -> None:
    with pytest.raises(UsageError, match="'soon' is no day or time"):
        archive.articles(**{name: "soon"})
    with pytest.raises(UsageError, match="'soon' is no day or time"):
        archive.search("خبر", **{name: "soon"})


@pytest.mark.parametrize(
    "query",
    [
        "الحكومة", "الحُكُومَةُ", "الحكومه", "\"الحكومة\" خطة", "«خطة»، جديدة!", "حصري ايران", "امیركا", "300", "٣٠٠",
        "وزير الاقتصاد", "QUOTE done", "it's", "100%", "حكوم*", "الحكومة الإيرادات",
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_spelled(archive: Archive, query: str) -> None:
    assert get_titles(archive.search(query)) == [SEARCHED.title]


@pytest.mark.parametrize(
    "query", ["", " ", "%", "_", '"', "'", "«»", "*", "الحكومة غائبة", "\x00", "\ud83d", "جديدةحصري"]
)
def test_nothing_is_found_without_an_error(archive: Archive, query: str) -> None:
    assert get_titles(archive.search(query)) == []


def test_search_takes_the_filters_of_articles(archive: Archive) -> None:
    anything = "الأول|الثاني|الثالث|الرابع|الخامس|خطة"
    assert get_titles(archive.search(anything)) == get_titles(archive.articles())
    assert get_titles(archive.search(anything, site="x", since="2024-01-15", until="2024-01-16")) == ["الأول", "الثاني"]
    assert get_titles(archive.search(anything, limit=1)) == ["الخامس"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=30) | st.text("\"'%_*:^(){}[]-+.~ORANDNEAR ابة«»", max_size=30))
def test_any_query_is_answered(archive: Archive, query: str) -> None:
    for article in archive.search(query):
        assert article.title


def test_a_caller_may_save_while_it_iterates(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        for number in range(5):
            archive.save(Article(url=f"https://x.com/{number}", title="قديم", published_at=f"2024-01-0{number + 1}"))
        seen = []
        for article in archive.articles():
            seen.append(article.title)
            changed = Article(url=article.url, title="جديد", published_at="2023-01-01")
            assert archive.save(changed) is Saved.CHANGED
        assert seen == ["قديم"] * 5


def test_iteration_sees_one_state_whatever_others_write(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive, Archive(tmp_path / "archive.db") as other:
        for number in range(3):
            archive.save(Article(url=f"https://x.com/{number}", title="ع", published_at=f"2024-01-0{number + 1}"))
        articles = archive.articles()
        first = next(articles)
        other.save(Article(url="https://x.com/0", title="غ", published_at="2025-01-01"))
        other.save(Article(url="https://x.com/9", title="غ", published_at="2020-01-01"))
        assert [first.url, *(article.url for article in articles)] == [
            f"https://x.com/{number}" for number in (2, 1, 0)
        ]


def test_iteration_that_is_left_early_holds_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    for number in range(3):
        archive.save(Article(url=f"https://x.com/{number}", title="ع"))
    for _article in archive.articles():
        break
    archive.close()
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]


def test_counts_sum_up_the_archive(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        for article in ARTICLES:
            archive.save(article)
        archive.save(Article(url="https://x.com/1", site="x", title="جديد", published_at="2024-01-10"))
        archive.save(Article(url="https://x.com/1", site="x", title="أجدد", published_at="2024-01-10"), cause="profile")
        archive.add_links("x", [Link(f"https://x.com/{number}", "feed") for number in range(3)], AT)
        archive.mark_fetched("x", Page("https://x.com/0", fetched_at=AT), "feed")
        archive.mark_done("https://x.com/0", "consent", None)
        archive.add_links("empty", [], AT)
        counts = archive.counts()
        assert (counts["articles"], counts["revisions"], counts["edits"]) == (5, 7, 1)
        assert counts["sites"] == {
            "empty": {"articles": 0, "first_at": None, "last_at": None},
            "x": {"articles": 2, "first_at": "2024-01-10T00:00:00+00:00", "last_at": "2024-01-15T00:00:00+00:00"},
            "y": {"articles": 2, "first_at": "2024-01-15T22:00:00+00:00", "last_at": "2024-01-16T00:00:00+00:00"},
        }
        assert counts["pages"] == {"new": 2, "done": 1}
        assert counts["outcomes"] == {"consent": 1}
        assert counts["bytes"] > 10_000


def test_counts_of_an_empty_archive_are_zero(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        counts = archive.counts()
    assert (counts["articles"], counts["revisions"], counts["sites"], counts["pages"]) == (0, 0, {}, {})


def test_newest_articles_are_read_from_the_index(archive: Archive) -> None:
    for where in ("1", "site = 'x'", "sort_at >= '2024'", "site = 'x' AND sort_at >= '2024'"):
        query = f"EXPLAIN QUERY PLAN SELECT * FROM articles WHERE {where} ORDER BY sort_at DESC, id DESC LIMIT 10"
        plan = " ".join(str(row["detail"]) for row in archive.db.query(query))
        assert "USING INDEX" in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [("1", 1), ("2", 1), ("1", 2), ("2", 2), ("1", 3)]),
        ({"edits": True}, [("1", 2), ("2", 2)]),
        ({"edits": True, "field": "title"}, [("1", 2)]),
        ({"field": "body"}, [("2", 2), ("1", 3)]),
        ({"edits": False, "cause": "extractor"}, [("1", 3)]),
        ({"minor": True}, [("1", 2)]),
        ({"minor": False, "edits": True}, [("2", 2)]),
        ({"site": "y"}, [("2", 1), ("2", 2)]),
        ({"since": "2024-01-03", "until": "2024-01-03"}, [("2", 2)]),
        ({"cause": "nobody"}, []),
    ],
    ids=str,
)
def test_revisions_come_as_they_were_seen_and_are_chosen_by_what_changed(
    tmp_path: Path, filters: dict[str, Any], expected: list[tuple[str, int]]
) -> None:
    one = Article(url="https://x.com/1", site="x", title="خبر", body="نص", fetched_at="2024-01-01T10:00:00+00:00")
    other = replace(one, url="https://y.com/2", site="y", fetched_at="2024-01-01T11:00:00+00:00")
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(one)
        archive.save(other)
        archive.save(replace(one, title="خَبَر", fetched_at="2024-01-02T10:00:00+00:00"))
        archive.save(replace(other, body="نص آخر", fetched_at="2024-01-03T10:00:00+00:00"))
        archive.save(replace(one, title="خَبَر", body="كله", fetched_at="2024-01-04T10:00:00+00:00"), cause="extractor")
        found = archive.revisions(**filters)
        assert [(str(state.article.url)[-1], state.number) for state in found] == expected


def test_a_field_that_there_is_none_of_is_told_at_once(archive: Archive) -> None:
    with pytest.raises(UsageError, match="choose among title, subtitle"):
        archive.revisions(field="colour")
