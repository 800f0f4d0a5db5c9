"""Stored pages are read anew: nothing changes where nothing changed, what changes is what was said, and nobody visited."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newscrawl import Archive
from newscrawl.extraction import extract_page
from newscrawl.extraction.parts import join_part
from newscrawl.items import Article, Outcome, Page, Site
from newscrawl.reextraction import Differences, reextract
from newscrawl.sites import load_site
from newscrawl.warc import WarcWriter, read_page
from tests.conftest import BIN, Run, make_environment, store_page
from tests.site import pages

KEY, URL = "test", "https://x.com"
NOTE = '<p class="note">يروي حارس الرصيف القديم حكاية كل مساء، وهذه حكايته رقم {}</p></article>'
PROFILE = 'name = "X"\ndomain = "x.com"\n'
SELECTOR = '[[layouts]]\nremove = ["p.note"]\n'


def write_profile(home: Path, more: str = "") -> Site:
    (home / "sites").mkdir(parents=True, exist_ok=True)
    (home / "sites" / f"{KEY}.toml").write_text(PROFILE + more, encoding="utf-8")
    return load_site(KEY, home)


def print_page(number: int) -> str:
    """Return an article; every third one ends with a note."""
    html = pages.print_article(number)
    return html.replace("</article>", NOTE.format(number)) if number % 3 == 0 else html


def store(writer: WarcWriter, home: Path, path: str, html: str) -> Page:
    return read_page(home, *store_page(writer, f"{URL}{path}", html))


def make_archive(home: Path, number: int) -> None:
    """Fill an archive as a crawl does."""
    site = write_profile(home)
    with WarcWriter(home / "warc", prefix=KEY) as writer, Archive(home / "archive.db") as archive, archive.batch():
        archive.save_site(site, None)
        for n in range(number):
            page = store(writer, home, f"/news/{n}", print_page(n))
            archive.mark_fetched(KEY, page, "feed")
            archive.save(extract_page(page, site), page)
        for path, html in (("/list", pages.print_section("سياسة", [("/news/1", "خبر")])), ("/late", print_page(91))):
            archive.mark_fetched(KEY, store(writer, home, path, html), "section")
            archive.mark_done(f"{URL}{path}", Outcome.NOT_ARTICLE, "section")


def read_anew(home: Path, **options: Any) -> Differences:
    with Archive(home / "archive.db") as archive:
        return reextract(archive, home, {KEY: load_site(KEY, home)}, number=1, **options)


def read_articles(home: Path) -> list[Article]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return list(archive.articles())


def dump(home: Path, tables: Iterable[str] = ("articles", "revisions", "pages", "aliases", "images", "related")) -> Any:
    connection = sqlite3.connect(home / "archive.db")
    rows = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}
    connection.close()
    return rows


def test_an_archive_that_nothing_changed_for_stays_as_it_is(run: Run, home: Path) -> None:
    make_archive(home, 9)
    late = f"{URL}/late"
    assert read_anew(home, with_current=True).gained == [late]
    before = dump(home)
    run("export", home / "before.jsonl")
    done = run("reextract", "--all")
    assert done.returncode == 0, done.stderr
    assert "10 articles read anew, 0 changed" in done.stdout
    run("export", home / "after.jsonl")
    assert (home / "after.jsonl").read_bytes() == (home / "before.jsonl").read_bytes()
    assert dump(home) == before


def test_what_changes_is_what_the_dry_run_said(run: Run, home: Path) -> None:
    make_archive(home, 9)
    before = read_articles(home)
    write_profile(home, SELECTOR)
    said = run("reextract", "--dry-run")
    assert said.returncode == 0, said.stderr
    assert "9 articles read anew, 3 would change" in said.stdout
    assert "body, https://x.com/news/" in said.stdout
    assert "[-" in said.stdout
    assert "would be an article: 1" in said.stdout
    assert read_articles(home) == before
    told = read_anew(home)
    assert (told.changed, told.fields["body"], told.gained) == (3, 3, [f"{URL}/late"])
    after = {article.url: article for article in read_articles(home)}
    changed = [article.url for article in before if after[article.url].body != article.body]
    assert sorted(map(str, changed)) == [f"{URL}/news/{n}" for n in (0, 3, 6)]
    for article in before:
        now = after[article.url]
        assert "حارس الرصيف" not in now.body
        assert replace(now, extractor=article.extractor) == article or article.url in changed
    with Archive(home / "archive.db", read_only=True) as archive:
        assert [r.cause for r in archive.revisions(f"{URL}/news/3")] == ["site", "profile"]
        assert [r.cause for r in archive.revisions(f"{URL}/news/1")] == ["site"]
        assert archive.counts()["edits"] == 0
    again = read_anew(home)
    assert (again.current, again.articles, again.changed) == (10, 0, 0)


def test_reading_anew_is_no_visit(home: Path) -> None:
    make_archive(home, 4)
    with sqlite3.connect(home / "archive.db") as connection:
        connection.execute("UPDATE pages SET called_by = 'title', next_visit_at = '2025-01-16T00:00:00+00:00'")
        connection.execute("UPDATE pages SET state = 'gone', outcome = 'gone' WHERE url LIKE '%/news/3'")
        connection.execute("UPDATE articles SET gone_at = '2025-01-17T00:00:00+00:00' WHERE url LIKE '%/news/3'")
        connection.execute("DELETE FROM pages WHERE url LIKE '%/late'")
    connection.close()
    before, columns = dump(home, ["pages"]), "SELECT id, gone_at, checked_at, first_seen_at, sort_at FROM articles"
    write_profile(home, SELECTOR)
    with Archive(home / "archive.db", read_only=True) as archive:
        seen = [tuple(row) for row in archive.db.conn.execute(columns)]
    assert read_anew(home).changed == 2
    assert dump(home, ["pages"]) == before
    with Archive(home / "archive.db", read_only=True) as archive:
        assert [tuple(row) for row in archive.db.conn.execute(columns)] == seen


def test_an_article_that_is_none_any_more_is_told_and_kept(home: Path) -> None:
    make_archive(home, 2)
    with Archive(home / "archive.db") as archive:
        page = archive.find_page(f"{URL}/list")
        assert page is not None
        old = Article(url=page.url, site=KEY, title="سياسة", body="نص", outcome=Outcome.ARTICLE, extractor="older")
        archive.save(old, Page(page.url, warc_file=page.warc_file, warc_offset=page.warc_offset))
    told = read_anew(home)
    assert list(told.lost) == [f"{URL}/list"]
    assert told.lost[f"{URL}/list"].startswith("not_article")
    assert next(article for article in read_articles(home) if article.url == f"{URL}/list").body == "نص"


def test_an_article_of_several_pages_is_read_from_all_of_them(home: Path) -> None:
    site, path = write_profile(home), "/city-long-story-page"
    link = f'<a href="{path}?page=2">2</a></article>'
    with WarcWriter(home / "warc", prefix=KEY) as writer, Archive(home / "archive.db") as archive:
        first = store(writer, home, path, print_page(3).replace("</article>", link))
        second = print_page(6).replace(pages.title_of(6), pages.title_of(3))
        part = store(writer, home, f"{path}?page=2", second)
        for page in (first, part):
            archive.mark_fetched(KEY, page, "feed")
        whole = join_part(extract_page(first, site), extract_page(part, site))
        assert whole is not None
        archive.save(whole, first)
        archive.mark_done(str(part.url), Outcome.NOT_ARTICLE, f"part of {first.url}")
    (before,) = read_articles(home)
    assert read_anew(home, with_current=True).changed == 0
    assert read_articles(home) == [before]
    write_profile(home, SELECTOR)
    assert read_anew(home).changed == 1
    (after,) = read_articles(home)
    assert len(before.blocks) - len(after.blocks) == 2, "the notes of both pages"


def test_a_damaged_record_is_told_and_the_others_are_read(run: Run, home: Path) -> None:
    make_archive(home, 3)
    with sqlite3.connect(home / "archive.db") as connection:
        connection.execute("UPDATE articles SET warc_offset = warc_offset + 3 WHERE url LIKE '%/news/1'")
    connection.close()
    done = run("reextract", "--all", "--processes", "1")
    assert done.returncode == 1
    assert "could not be read: 1" in done.stdout
    assert f"{URL}/news/1" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_whoever_is_killed_halfway_ends_at_the_same(home: Path) -> None:
    make_archive(home, 400)
    write_profile(home, SELECTOR)
    whole = home.with_name("whole")
    shutil.copytree(home, whole)
    read_anew(whole)
    command = [str(BIN / "newscrawl"), "--home", str(home), "reextract", "--processes", "1"]
    running = subprocess.Popen(command, env=make_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None and not count_revisions(home):
        time.sleep(0.01)
    running.kill()
    running.wait()
    assert 0 < count_revisions(home) < count_revisions(whole)
    left = read_anew(home)
    assert 0 < left.current < 400
    assert dump(home) == dump(whole)


def count_revisions(home: Path) -> int:
    connection = sqlite3.connect(home / "archive.db")
    (number,) = connection.execute("SELECT count(*) FROM revisions WHERE cause = 'profile'").fetchone()
    connection.close()
    return int(number)
