from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newscrawl.archive import Archive
from newscrawl.items import Address, Article, Block, Image, Outcome, Page, Related, Saved, Site
from newscrawl.urls import article_id

URL = "https://x.com/news/1"
ARTICLE = Article(
    id=article_id(URL),
    url=URL,
    site="x",
    title="أعلنت الحكومة خطة جديدة",
    body="الفقرة الأولى.\n\nالفقرة الثانية.",
    blocks=(Block("paragraph", "الفقرة الأولى."), Block("paragraph", "الفقرة الثانية.")),
    published_at="2024-01-15T10:00:00+03:00",
    fetched_at="2024-02-01T00:00:00+00:00",
    extractor="1",
)
PAGE = Page(URL, body=b"<html>1</html>", fetched_at=ARTICLE.fetched_at, warc_file="warc/x-1.warc.gz", warc_offset=512)
LATER = "2024-03-01T12:00:00+00:00"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


def get_row(archive: Archive, table: str = "articles") -> dict[str, object]:
    (row,) = archive.db.query(f"SELECT * FROM {table}")
    return row


# Revisions


def test_first_save_makes_article_and_revision_1(archive: Archive) -> None:
    assert archive.save(ARTICLE, PAGE) is Saved.NEW
    assert archive.get(URL) == ARTICLE
    (revision,) = archive.revisions(URL)
    assert revision.article == ARTICLE
    assert (revision.article_id, revision.number, revision.cause) == (ARTICLE.id, 1, "site")
    assert (revision.minor, revision.changed, revision.seen_at) == (False, (), ARTICLE.fetched_at)
    assert (revision.warc_file, revision.warc_offset) == ("warc/x-1.warc.gz", 512)


def test_revision_is_kept_when_only_the_title_changes(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    new = replace(ARTICLE, title="تراجعت الحكومة عن الخطة", fetched_at=LATER)
    assert archive.save(new, replace(PAGE, warc_offset=900)) is Saved.CHANGED
    first, second = archive.revisions(URL)
    assert (first.article, second.article) == (ARTICLE, new)
    assert (second.number, second.changed, second.minor, second.cause) == (2, ("title",), False, "site")
    assert (second.seen_at, second.warc_offset) == (LATER, 900)
    assert first.text_hash != second.text_hash


def test_unchanged_article_makes_no_revision(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    again = replace(ARTICLE, body="الفقرة الأولى.  الفقرة الثانية.\u200f", tags=("جديد",), fetched_at=LATER)
    assert archive.save(again, replace(PAGE, warc_file="warc/x-2.warc.gz", warc_offset=1)) is Saved.UNCHANGED
    assert len(list(archive.revisions(URL))) == 1
    assert archive.get(URL) == ARTICLE
    row = get_row(archive)
    assert (row["first_seen_at"], row["checked_at"]) == (ARTICLE.fetched_at, LATER)
    assert (row["warc_file"], row["warc_offset"]) == ("warc/x-1.warc.gz", 512)


def test_tashkeel_only_change_is_a_minor_revision(archive: Archive) -> None:
    archive.save(ARTICLE)
    assert archive.save(replace(ARTICLE, title="أعلنتِ الحُكومةُ خطة جديدة")) is Saved.CHANGED
    assert [revision.minor for revision in archive.revisions(URL)] == [False, True]


def test_a_text_that_comes_back_is_a_revision_too(archive: Archive) -> None:
    for title in ("أول", "ثان", "أول"):
        archive.save(replace(ARTICLE, title=title))
    assert [revision.article.title for revision in archive.revisions(URL)] == ["أول", "ثان", "أول"]


@pytest.mark.parametrize(("gone_at", "back_at", "expected"), [("01", "02", 1), ("01", "03", 1), ("01", "04", None)])
def test_what_comes_back_within_two_days_is_marked(
    archive: Archive, gone_at: str, back_at: str, expected: int | None
) -> None:
    for title, day in (("أول", "2024-01-01"), ("ثان", f"2024-03-{gone_at}"), ("أول", f"2024-03-{back_at}")):
        archive.save(replace(ARTICLE, title=title, fetched_at=f"{day}T12:00:00+00:00"))
    assert [revision.reverts_to for revision in archive.revisions(URL)] == [None, None, expected]


def test_edits_are_a_view_and_so_are_corrected_headlines(archive: Archive) -> None:
    for changes in ({}, {"title": "قَتَل"}, {"title": "قُتِل"}, {"caption": "تعليق"}):
        archive.save(replace(ARTICLE, **changes), PAGE)
    archive.save(replace(ARTICLE, body="نص أنظف", extractor="2"), PAGE)
    edits = list(archive.db.query("SELECT site, url, number, changed, minor FROM edits ORDER BY number"))
    assert [tuple(row.values()) for row in edits] == [
        ("x", URL, 2, '["title"]', 0),
        ("x", URL, 3, '["title"]', 1),
        ("x", URL, 4, '["title", "caption"]', 0),
    ]
    corrections = archive.db.query("SELECT old_title, new_title, minor FROM headline_corrections ORDER BY number")
    titles = (str(ARTICLE.title), "قَتَل", "قُتِل", str(ARTICLE.title))
    assert [tuple(row.values()) for row in corrections] == [
        (old, new, int(old == "قَتَل")) for old, new in pairwise(titles)
    ]


def test_state_that_we_read_anew_without_a_difference_replaces_the_old_one(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    assert archive.save(replace(ARTICLE, tags=("وسم",), extractor="2"), PAGE) is Saved.UNCHANGED
    (revision,) = archive.revisions(URL)
    assert archive.get(URL) == revision.article
    assert (revision.article.tags, revision.article.extractor) == (("وسم",), "2")


@pytest.mark.parametrize(
    ("extractor", "cause"),
    [("newscrawl/2", "extractor"), ("newscrawl/1 profile/b", "profile"), ("newscrawl/1 furniture/a", "profile")],
)
def test_our_own_change_is_called_by_what_changed(archive: Archive, extractor: str, cause: str) -> None:
    archive.save(replace(ARTICLE, extractor="newscrawl/1 profile/a"), PAGE)
    archive.save(replace(ARTICLE, body="نص أنظف", extractor=extractor), PAGE)
    assert list(archive.revisions(URL))[-1].cause == cause


def test_articles_always_equals_its_highest_revision(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    archive.save(replace(ARTICLE, tags=("لا يهم",), image_url="https://x.com/2.jpg"), PAGE)
    archive.save(replace(ARTICLE, title="آخر", images=(Image("https://x.com/3.jpg"),)), PAGE)
    archive.save(replace(ARTICLE, title="آخر", images=()), PAGE)
    newest = list(archive.revisions(URL))[-1]
    assert archive.get(URL) == newest.article
    row = get_row(archive)
    assert (row["text_hash"], row["warc_offset"]) == (newest.text_hash, newest.warc_offset)


def test_our_own_change_is_not_the_sites(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    archive.save(replace(ARTICLE, body="نص أنظف", extractor="2"), PAGE)
    assert [revision.cause for revision in archive.revisions(URL)] == ["site", "extractor"]


def test_our_own_change_is_known_again_after_an_unchanged_visit(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    second = replace(PAGE, body=b"<html>1<!-- another token --></html>")
    archive.save(ARTICLE, second)
    archive.save(replace(ARTICLE, body="نص أنظف", extractor="2"), second)
    assert list(archive.revisions(URL))[-1].cause == "extractor"


@pytest.mark.parametrize("extractor", ["1", "2"])
def test_other_bytes_are_the_sites_change_whatever_the_extractor(archive: Archive, extractor: str) -> None:
    archive.save(ARTICLE, PAGE)
    archive.save(replace(ARTICLE, body="نص جديد", extractor=extractor), replace(PAGE, body=b"<html>2</html>"))
    assert list(archive.revisions(URL))[-1].cause == "site"


def test_a_cause_that_the_caller_knows_is_kept(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE, cause="import")
    archive.save(replace(ARTICLE, title="آخر", extractor="2"), PAGE, cause="profile")
    assert [revision.cause for revision in archive.revisions(URL)] == ["import", "profile"]


# What makes a row


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome not in ("article", "paywalled")])
def test_what_is_no_article_makes_no_row(archive: Archive, outcome: Outcome) -> None:
    with pytest.raises(ValueError, match=outcome):
        archive.save(replace(ARTICLE, outcome=outcome))
    assert archive.counts()["articles"] == 0


@pytest.mark.parametrize(
    "changes",
    [{"title": None}, {"title": ""}, {"url": None}, {"url": "file:///etc/passwd"}, {"id": "1"}, {"id": "X" * 16}],
    ids=str,
)
def test_without_title_or_url_or_with_an_odd_id_there_is_no_row(archive: Archive, changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        archive.save(replace(ARTICLE, **changes))
    assert archive.counts()["articles"] == 0


def test_paywalled_article_is_kept(archive: Archive) -> None:
    assert archive.save(replace(ARTICLE, outcome=Outcome.PAYWALLED)) is Saved.NEW
    stored = archive.get(URL)
    assert stored is not None
    assert stored.outcome == "paywalled"


def test_article_of_a_site_that_nobody_described_is_kept(archive: Archive) -> None:
    archive.save(replace(ARTICLE, site="new.example"))
    assert get_row(archive, "sites")["key"] == "new.example"


def test_half_a_character_is_replaced(archive: Archive) -> None:
    odd = replace(ARTICLE, title="خبر \ud83d", blocks=(Block("paragraph", "\udc00"),), removed={"\ud83d": 1})
    assert archive.save(odd) is Saved.NEW
    assert archive.save(odd) is Saved.UNCHANGED
    stored = archive.get(URL)
    assert stored is not None
    assert (stored.title, stored.blocks, stored.removed) == ("خبر ?", (Block("paragraph", "?"),), {"?": 1})


# One story, one row


def test_id_is_the_hash_of_the_first_url(archive: Archive) -> None:
    archive.save(replace(ARTICLE, id=None, url="HTTPS://X.com:443/news/1?utm_source=feed#top"))
    stored = archive.get(URL)
    assert stored is not None
    assert (stored.id, stored.url) == (article_id(URL), URL)


@pytest.mark.parametrize("spelling", [URL, f"{URL}#top", "https://X.COM/news/1?fbclid=7", ARTICLE.id])
def test_article_is_found_by_id_and_by_any_spelling_of_its_url(archive: Archive, spelling: str) -> None:
    archive.save(ARTICLE)
    assert archive.get(spelling) == ARTICLE
    assert len(list(archive.revisions(spelling))) == 1


@pytest.mark.parametrize("unknown", ["0" * 16, "https://x.com/news/2", "", "خبر", "mailto:a@x.com", "1", "\ud83d"])
def test_what_is_not_there_is_none(archive: Archive, unknown: str) -> None:
    archive.save(ARTICLE)
    assert archive.get(unknown) is None
    assert list(archive.revisions(unknown)) == []


def test_two_urls_with_one_id_are_one_row(archive: Archive) -> None:
    archive.save(ARTICLE)
    other = replace(ARTICLE, url="https://x.com/amp/1", title="آخر")
    assert archive.save(other) is Saved.CHANGED
    assert archive.get(URL) == list(archive.revisions(URL))[-1].article == replace(other, url=URL)
    assert archive.counts()["articles"] == 1


def test_article_is_found_by_the_url_that_its_id_was_made_from(archive: Archive) -> None:
    archive.save(replace(ARTICLE, url="https://x.com/moved/1"))
    assert archive.get(URL) == archive.get("https://x.com/moved/1")
    assert archive.save(replace(ARTICLE, id=None)) is Saved.UNCHANGED


def test_a_page_stays_with_its_article_when_a_later_visit_gives_no_id(archive: Archive) -> None:
    copy = replace(PAGE, url="https://x.com/amp/1")
    archive.mark_fetched("x", copy, "feed")
    archive.save(ARTICLE, copy)
    assert archive.save(replace(ARTICLE, id=None, url="https://x.com/amp/1"), copy) is Saved.UNCHANGED
    assert archive.get("https://x.com/amp/1") == ARTICLE


def test_an_id_that_is_not_there_gives_way_to_the_url(archive: Archive) -> None:
    archive.save(ARTICLE)
    assert archive.save(replace(ARTICLE, id="f" * 16)) is Saved.UNCHANGED


# Pages


def test_saving_marks_the_page_done(archive: Archive) -> None:
    archive.mark_fetched("x", PAGE, "feed")
    archive.save(ARTICLE, PAGE)
    page = archive.find_page(URL)
    assert page is not None
    assert (page.state, page.outcome, page.article_id) == ("done", "article", ARTICLE.id)


def test_saving_leaves_the_page_that_a_page_names_as_canonical_alone(archive: Archive) -> None:
    copy = replace(PAGE, url="https://x.com/amp/1")
    for page in (PAGE, copy):
        archive.mark_fetched("x", page, "feed")
    archive.save(ARTICLE, copy)
    assert [page.url for page in archive.pages_in_state("x", "fetched")] == [URL]


def test_saving_without_a_page_adds_none(archive: Archive) -> None:
    archive.save(ARTICLE, PAGE)
    assert archive.find_page(URL) is None


# Related links


def get_targets(archive: Archive) -> list[object]:
    return [row["target_id"] for row in archive.db.query("SELECT target_id FROM related ORDER BY article_id, position")]


def test_related_link_knows_its_target_when_that_came_first(archive: Archive) -> None:
    archive.save(ARTICLE)
    archive.save(Article(url="https://x.com/news/2", title="ب", related=(Related("inline", f"{URL}#top"),)))
    assert get_targets(archive) == [ARTICLE.id]


def test_related_link_knows_its_target_when_that_comes_later(archive: Archive) -> None:
    links = (Related("block", "https://X.com/news/1?utm_source=x"), Related("block", "javascript:void(0)"))
    archive.save(Article(url="https://x.com/news/2", title="ب", related=links))
    assert get_targets(archive) == [None, None]
    archive.save(ARTICLE)
    assert get_targets(archive) == [ARTICLE.id, None]


def test_related_link_to_another_address_of_the_target_is_known(archive: Archive) -> None:
    copy = replace(PAGE, url="https://x.com/amp/1")
    archive.save(Article(url="https://x.com/news/2", title="ب", related=(Related("block", "https://x.com/amp/1"),)))
    archive.mark_fetched("x", copy, "feed")
    archive.save(ARTICLE, copy)
    assert get_targets(archive) == [ARTICLE.id]


# Sort time


def test_sort_time_uses_the_sites_zone_for_zoneless_times(archive: Archive) -> None:
    archive.save_site(Site("x", "X", "x.com", timezone="Asia/Riyadh"), None)
    archive.save(replace(ARTICLE, published_at="2024-01-15T10:00:00"))
    row = get_row(archive)
    assert (row["published_at"], row["sort_at"]) == ("2024-01-15T10:00:00", "2024-01-15T07:00:00+00:00")
    assert row["sort_source"] == "site_timezone"


def test_sort_time_follows_when_the_sites_zone_becomes_known(archive: Archive) -> None:
    archive.save(replace(ARTICLE, published_at="2024-01-15T10:00:00"))
    archive.save(Article(url="https://x.com/2", site="x", title="ب", published_at="2024-01-15T10:00:00Z"))
    archive.save_site(Site("x", "X", "x.com", timezone="Asia/Riyadh"), None)
    found = archive.db.query("SELECT sort_at FROM articles ORDER BY sort_at")
    assert [row["sort_at"] for row in found] == ["2024-01-15T07:00:00+00:00", "2024-01-15T10:00:00+00:00"]


def test_sort_time_without_date_is_the_first_sight_for_ever(archive: Archive) -> None:
    undated = replace(ARTICLE, published_at=None)
    archive.save(undated)
    archive.save(replace(undated, title="آخر", fetched_at=LATER))
    row = get_row(archive)
    assert (row["sort_at"], row["sort_source"]) == (ARTICLE.fetched_at, "first_seen_at")


def test_an_older_page_does_not_turn_the_clock_back(archive: Archive) -> None:
    archive.save(replace(ARTICLE, fetched_at=LATER))
    archive.save(ARTICLE)
    archive.save(replace(ARTICLE, title="آخر"))
    assert get_row(archive)["checked_at"] == LATER


# Round trip

TEXT = st.text(max_size=20) | st.sampled_from(["خَبر", "a\x00b", "\u2028", "'; DROP TABLE articles; --", "😀"])
MAYBE = st.none() | TEXT
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
URLS = st.integers(0, 5).map("https://x.com/{}".format)
TIMES = st.datetimes(
    datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01"), timezones=st.none() | st.timezones()
).map(str)
PARTS = {
    "blocks": st.builds(Block, kind=TEXT, text=TEXT),
    "images": st.builds(Image, url=TEXT, alt=MAYBE, caption=MAYBE, credit=MAYBE),
    "related": st.builds(
        Related, TEXT, TEXT | URLS, title=MAYBE, summary=MAYBE, image_url=MAYBE, image_alt=MAYBE, section=MAYBE
    ),
    "addresses": st.builds(Address, st.sampled_from(["canonical", "shortlink", "next_part"]), TEXT | URLS),
}
FIELDS: dict[str, st.SearchStrategy[object]] = {
    "id": st.none(),
    "url": URLS,
    "title": TEXT.filter(bool),
    "body": TEXT,
    "authors": TEXTS,
    "tags": TEXTS,
    "outcome": st.sampled_from(["article", "paywalled"]),
    "removed": st.dictionaries(TEXT, st.integers(0, 9), max_size=2),
    "variant": st.sampled_from([None, "amp", "mobile", "print"]),
    "fetched_at": st.none() | TIMES,
    "published_at": MAYBE | TIMES,
    **{name: st.lists(part, max_size=2).map(tuple) for name, part in PARTS.items()},
}
# every field by name: builds() would leave out those that have a default
ARTICLES = st.builds(Article, **{field.name: FIELDS.get(field.name, MAYBE) for field in fields(Article)})
MANY_EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@MANY_EXAMPLES
@given(ARTICLES)
@example(
    replace(ARTICLE, id=None, images=(Image("a", "b", "c", "d"), Image("a")), authors=("أ", "ب"), removed={"nav": 2})
)
def test_article_to_row_to_article_is_identity(archive: Archive, article: Article) -> None:
    article = replace(article, id=article_id(str(article.url)))
    with archive.db.conn:
        for table in ("articles", "sites"):
            archive.db.conn.execute(f"DELETE FROM {table}")
    assert archive.save(article, PAGE) is Saved.NEW
    assert archive.get(str(article.id)) == article
    assert [revision.article for revision in archive.revisions(str(article.id))] == [article]
    assert list(archive.articles()) == [article]
    assert archive.save(article, PAGE) is Saved.UNCHANGED


@MANY_EXAMPLES
@given(st.lists(ARTICLES, max_size=5))
def test_any_order_of_saves_keeps_the_archive_sound(archive: Archive, articles: list[Article]) -> None:
    for article in articles:
        archive.save(article)
    for stored in archive.articles():
        revisions = list(archive.revisions(str(stored.id)))
        assert [revision.number for revision in revisions] == list(range(1, len(revisions) + 1))
        assert revisions[-1].article == stored
    assert list(archive.db.query("PRAGMA foreign_key_check")) == []
