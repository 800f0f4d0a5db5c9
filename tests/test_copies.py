"""Copies in an archive: linked as articles are saved, followed through edits, counted as one story."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from newscrawl.archive import Archive, migrating, schema
from newscrawl.archive.articles import save_article
from newscrawl.archive.connection import open_writer, write_transaction
from newscrawl.items import Article, Block
from tests.press import make_text

DICE = random.Random(11)
PARAGRAPHS = [make_text(DICE, 24) for _ in range(12)]
OTHER_PARAGRAPHS = [make_text(DICE, 24) for _ in range(12)]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as archive:
        yield archive


def make(site: str, number: int, paragraphs: list[str], day: str = "2024-01-15", **changes: object) -> Article:
    fields = {
        "url": f"https://{site}.example/{number}",
        "site": site,
        "title": f"خبر {number} في {site}",
        "body": "\n\n".join(paragraphs),
        "blocks": tuple(Block("paragraph", text) for text in paragraphs),
        "published_at": day,
        "fetched_at": "2024-02-01T10:00:00+00:00",
    }
    return Article(**(fields | changes))  # type: ignore[arg-type]


def save(archive: Archive, *articles: Article) -> list[str]:
    for article in articles:
        archive.save(article)
    found = [archive.get(str(article.url)) for article in articles]
    return [str(article.id) for article in found if article]


def find_first(archive: Archive, article_id: str) -> str | None:
    with closing(sqlite3.connect(archive.path)) as connection:
        row = connection.execute("SELECT first_copy_id FROM articles WHERE id = ?", (article_id,)).fetchone()
    return row[0] if row else None


def test_copies_are_linked_in_both_directions_with_what_each_shares(archive: Archive) -> None:
    whole, part = save(archive, make("a", 1, PARAGRAPHS), make("b", 1, PARAGRAPHS[:4]))
    (copy,) = archive.copies(part)
    assert (copy.id, copy.site, copy.relation, copy.share) == (whole, "a", "near_duplicate", 1.0)
    assert 0.2 < copy.share_of_copy < 0.4
    (back,) = archive.copies(whole)
    assert (back.id, back.share, back.share_of_copy) == (part, copy.share_of_copy, copy.share)


def test_other_stories_have_no_copies(archive: Archive) -> None:
    one, other = save(archive, make("a", 1, PARAGRAPHS), make("b", 1, OTHER_PARAGRAPHS))
    assert archive.copies(one) == archive.copies(other) == []
    assert find_first(archive, one) is None


def test_one_story_knows_its_earliest_copy_whatever_the_order_of_saving(archive: Archive) -> None:
    late, early, middle = save(
        archive,
        make("a", 1, PARAGRAPHS, "2024-01-17"),
        make("b", 1, PARAGRAPHS[:10], "2024-01-15"),
        make("c", 1, PARAGRAPHS[1:], "2024-01-16", agency="رويترز"),
    )
    assert {find_first(archive, each) for each in (late, early, middle)} == {early}
    with closing(sqlite3.connect(archive.path)) as connection:
        story = connection.execute("SELECT id, first_site, copies, sites, agency FROM copied_stories").fetchall()
    assert story == [(early, "b", 3, 3, "رويترز")]


def test_daily_reports_of_one_site_stay_different_stories(archive: Archive) -> None:
    one, other = save(
        archive,
        make("a", 1, PARAGRAPHS, "2024-01-15"),
        make("a", 2, [*PARAGRAPHS[:11], OTHER_PARAGRAPHS[0]], "2024-01-16"),
    )
    assert [copy.relation for copy in archive.copies(one)] == ["near_duplicate"]
    assert find_first(archive, one) is find_first(archive, other) is None


def test_what_comes_back_after_a_year_is_another_story(archive: Archive) -> None:
    one, other = save(archive, make("a", 1, PARAGRAPHS, "2023-01-15"), make("b", 1, PARAGRAPHS, "2024-01-15"))
    assert [copy.relation for copy in archive.copies(one)] == ["duplicate"]
    assert find_first(archive, one) is find_first(archive, other) is None


def test_an_edit_moves_an_article_from_one_story_to_another(archive: Archive) -> None:
    one, two, three = save(archive, make("a", 1, PARAGRAPHS), make("b", 1, PARAGRAPHS), make("c", 1, OTHER_PARAGRAPHS))
    save(archive, make("b", 1, OTHER_PARAGRAPHS, fetched_at="2024-02-02T10:00:00+00:00"))
    assert [copy.id for copy in archive.copies(two)] == [three]
    assert archive.copies(one) == []
    assert find_first(archive, one) is None
    assert find_first(archive, two) == find_first(archive, three) is not None


def test_a_bridge_that_goes_parts_the_stories_it_joined(archive: Archive) -> None:
    both = [*PARAGRAPHS, *OTHER_PARAGRAPHS]
    ids = save(archive, make("a", 1, PARAGRAPHS), make("b", 1, OTHER_PARAGRAPHS), make("c", 1, both))
    assert len({find_first(archive, each) for each in ids}) == 1
    save(archive, make("c", 1, PARAGRAPHS, fetched_at="2024-02-02T10:00:00+00:00"))
    assert find_first(archive, ids[1]) is None
    assert find_first(archive, ids[0]) == find_first(archive, ids[2]) is not None


def test_watch_the_video_is_no_story(archive: Archive) -> None:
    one, other = save(archive, make("a", 1, ["شاهد الفيديو كاملا هنا"]), make("b", 1, ["شاهد الفيديو كاملا هنا"]))
    assert archive.copies(one) == archive.copies(other) == []


def test_short_news_are_copies_when_they_are_equal(archive: Archive) -> None:
    text = "أعلنت وزارة الصحة اليوم الأحد تسجيل ثلاث إصابات جديدة في العاصمة، وقالت إن حالتها مستقرة."
    one, other = save(archive, make("a", 1, [text]), make("b", 1, [text.replace("أعلنت", "اعلنت")]))
    assert [copy.relation for copy in archive.copies(one)] == ["duplicate"]
    assert find_first(archive, other) == find_first(archive, one) is not None


def edit_by_hand(archive: Archive, sql: str, *values: str) -> None:
    """Change the file as any program may, then open it for writing, which learns what happened."""
    with closing(sqlite3.connect(archive.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(sql, values)
    Archive(archive.path).close()


def test_story_whose_first_copy_is_deleted_has_another_first(archive: Archive) -> None:
    first, second, third = save(
        archive,
        make("a", 1, PARAGRAPHS, "2024-01-15"),
        make("b", 1, PARAGRAPHS, "2024-01-16"),
        make("c", 1, PARAGRAPHS, "2024-01-17"),
    )
    edit_by_hand(archive, "DELETE FROM articles WHERE id = ?", first)
    assert find_first(archive, second) == find_first(archive, third) == second
    edit_by_hand(archive, "DELETE FROM articles WHERE id = ?", second)
    assert find_first(archive, third) is None
    assert archive.copies(third) == []


def test_story_follows_the_dates_of_its_copies(archive: Archive) -> None:
    one, other = save(archive, make("a", 1, PARAGRAPHS, "2024-01-15"), make("b", 1, PARAGRAPHS, "2024-01-16"))
    save(archive, make("b", 1, PARAGRAPHS, "2024-01-14", fetched_at="2024-02-02T10:00:00+00:00"))
    assert find_first(archive, one) == find_first(archive, other) == other


def test_text_that_another_program_wrote_is_linked(archive: Archive) -> None:
    one, other = save(archive, make("a", 1, PARAGRAPHS), make("b", 1, OTHER_PARAGRAPHS))
    edit_by_hand(
        archive, "UPDATE articles SET body = (SELECT body FROM articles WHERE id = ?) WHERE id = ?", one, other
    )
    assert [copy.relation for copy in archive.copies(one)] == ["duplicate"]
    edit_by_hand(archive, "UPDATE articles SET body = 'لا شيء' WHERE id = ?", other)
    assert archive.copies(one) == []


def test_articles_of_an_older_archive_are_linked_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, pair = tmp_path / "archive.db", (make("a", 1, PARAGRAPHS), make("b", 1, PARAGRAPHS[:6]))
    number = schema.MIGRATIONS.index(schema.link_copies)
    with monkeypatch.context() as older, closing(open_writer(path)) as writer:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:number])
        migrating.prepare(Database(writer), path)
        with write_transaction(writer) as connection:
            for article in pair:
                save_article(connection, article, None, "site", None)
    with Archive(path) as archive:
        one, other = (str(found.id) for article in pair if (found := archive.get(str(article.url))))
        assert [copy.id for copy in archive.copies(one)] == [other]
        assert find_first(archive, one) == find_first(archive, other) is not None
