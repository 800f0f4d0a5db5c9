"""Crawls of a site that edits its articles and prints them in several copies: one row a story, edits and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from newscrawl import Archive
from newscrawl.items import Revision
from tests.conftest import Run, make_due
from tests.site import FaultySite, pages

LATE_WORD = "وأعلنت البلدية لاحقاً تأجيل المشروع إلى السنة المقبلة بعد اعتراض السكان على موعده."


def print_page(number: int, head: str = "", more: str = "") -> str:
    page = pages.print_article(number).replace("</head>", f"{head}</head>", 1)
    return page.replace("</article>", f"{more}</article>", 1)


def read_revisions(home: Path, url: str) -> list[Revision]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return list(archive.revisions(url))


def count(home: Path, table: str) -> int:
    with Archive(home / "archive.db", read_only=True) as archive:
        return archive.db[table].count


def test_every_copy_of_an_article_is_one_row_without_edits(run: Run, home: Path) -> None:
    paths = ("/amp/story/1", "/story/1", "/story/1/", "/story/1?print=1", "/?p=1", "/old/1")
    with FaultySite(0, faults=paths) as site:
        canonical = f'<link rel="canonical" href="{site.url}/story/1">'
        site.pages = dict.fromkeys(paths, print_page(1, canonical))
        site.pages |= {
            "/amp/story/1": print_page(1, canonical, "<p>هذه نسخة مختصرة من الخبر للهواتف المحمولة فقط لا غير.</p>"),
            "/old/1": "/story/1",
        }
        site.write_profile(home)
        for _ in range(2):
            done = run("crawl", "test")
            assert done.returncode == 0, done.stderr
            make_due(home)
        for path in (*paths, "/story/1?utm_source=feed"):
            assert run("show", site.url + path).stdout.startswith("title:"), path
    assert (count(home, "articles"), count(home, "revisions")) == (1, 1)
    (revision,) = read_revisions(home, f"{site.url}/old/1")
    assert (revision.article.url, revision.article.variant) == (f"{site.url}/story/1", None)


def test_one_canonical_for_the_whole_site_merges_nothing(run: Run, home: Path) -> None:
    paths = tuple(f"/story/{number}" for number in range(1, 6))
    for wrong in ("/story/3", "/about-us-page", "/"):
        shutil.rmtree(home, ignore_errors=True)
        with FaultySite(0, faults=paths) as site:
            head = (
                f'<link rel="canonical" href="{site.url}{wrong}"><meta property="og:url" content="{site.url}{wrong}">'
            )
            site.pages = {path: print_page(number, head) for number, path in enumerate(paths, 1)}
            site.write_profile(home)
            run("crawl", "test")
            make_due(home)
            run("crawl", "test")
        assert (count(home, "articles"), count(home, "revisions")) == (5, 5), wrong


def test_our_own_change_and_the_sites_edit_are_two_revisions(run: Run, home: Path) -> None:
    with FaultySite(0, faults=("/story/1", "/story/2", "/story/3")) as site:
        note = '<p class="note">يروي حارس الرصيف القديم كل مساء حكاية من حكايات المدينة والأحياء القريبة منها.</p>'
        site.pages = {f"/story/{number}": print_page(number, more=note) for number in (1, 2, 3)}
        site.write_profile(home)
        run("crawl", "test")
        site.write_profile(home, more='[[layouts]]\nremove = ["p.note"]')
        site.pages["/story/2"] = print_page(2, more=f"{note}<p>{LATE_WORD}</p>")
        # a token that the server prints anew each time
        site.pages["/story/3"] = print_page(3, "<!-- 4711 -->", note)
        make_due(home)
        second = run("crawl", "test")
        make_due(home)
        third = run("crawl", "test")
    own, edited, other_bytes = (read_revisions(home, f"{site.url}/story/{number}") for number in (1, 2, 3))
    assert [revision.cause for revision in own] == ["site", "profile"]
    assert [revision.cause for revision in other_bytes] == ["site", "profile"]
    assert [revision.cause for revision in edited] == ["site", "profile", "site"]
    assert [set(_paragraphs(edited[1])) - set(_paragraphs(edited[0])), edited[2].changed] == [set(), ("body",)]
    assert _paragraphs(edited[2]) == [*_paragraphs(edited[1]), LATE_WORD]
    assert [revision.warc_offset for revision in edited[:2]] == [edited[0].warc_offset] * 2
    assert "0 new, 2 changed, 1 unchanged" in second.stderr
    assert "0 new, 0 changed, 3 unchanged" in third.stderr


def test_without_the_stored_page_a_difference_is_not_called_the_sites(run: Run, home: Path) -> None:
    with FaultySite(1) as site:
        site.write_profile(home)
        run("crawl", "test")
        make_due(home)
        shutil.rmtree(home / "warc")
        site.write_profile(home, more='[[layouts]]\ntitle = "h1"')
        site.changed.add(1)
        done = run("crawl", "test")
    assert [revision.cause for revision in read_revisions(home, f"{site.url}/news/1")] == ["site", "profile"]
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def _paragraphs(revision: Revision) -> list[str]:
    return revision.article.body.split("\n\n")
