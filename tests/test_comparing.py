"""`raw = "changed"`: bytes are kept where an article changed; a visit that changed nothing of it leaves a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.warc import read_page
from newscrawl.warc.stream import Record, iterate_records
from tests.conftest import Run, find_losses, make_due
from tests.site import FaultySite
from tests.site.pages import print_article
from tests.test_warc import check

PATH = "/news/1"


@pytest.fixture
def site(home: Path) -> Iterator[FaultySite]:
    with FaultySite(1) as site:
        site.write_profile(home, more='raw = "changed"')
        show(site, "first")
        yield site


def show(site: FaultySite, advertisement: str, *, is_changed: bool = False, head: str = "") -> None:
    """Let the article's page have this advertisement, and text of that number."""
    page = print_article(1, is_changed=is_changed).replace("</head>", f"{head}</head>")
    script = f'<div class="ad"><script>show("{advertisement}")</script></div>'
    site.pages[PATH] = page.replace("</body>", f"{script}</body>")


def crawl(run: Run, home: Path) -> None:
    done = run("crawl", "test")
    assert done.returncode == 0, done.stderr
    make_due(home)


def list_records(home: Path, site: FaultySite) -> list[Record]:
    """Return what was kept of the article's page, in the order of the visits; requests are left out."""
    found = [record for path in sorted((home / "warc").iterdir()) for record in iterate_records(path)]
    records = [record for record in found if isinstance(record, Record)]
    return [record for record in records if record.url == site.url + PATH and record.type != "request"]


def list_kinds(home: Path, site: FaultySite) -> list[str]:
    return [record.type for record in list_records(home, site)]


def select(home: Path, query: str) -> list[tuple[object, ...]]:
    with Archive(home / "archive.db", read_only=True) as archive:
        return [tuple(row) for row in archive.db.conn.execute(query)]


def test_a_visit_that_changed_no_field_leaves_a_note_and_an_edit_is_kept_whole(
    run: Run, home: Path, site: FaultySite
) -> None:
    crawl(run, home)
    (place,) = select(home, "SELECT warc_file, warc_offset FROM articles")
    for advertisement in ("second", "third"):
        show(site, advertisement)
        crawl(run, home)
    assert list_kinds(home, site) == ["response", "metadata", "metadata"]
    assert select(home, "SELECT warc_file, warc_offset FROM articles") == [place]
    show(site, "fourth", is_changed=True)
    crawl(run, home)
    assert list_kinds(home, site) == ["response", "metadata", "metadata", "response"]
    assert select(home, "SELECT number, cause, changed FROM revisions") == [(1, "site", "[]"), (2, "site", '["body"]')]
    bodies = [read_page(home, *where).body for where in select(home, "SELECT warc_file, warc_offset FROM revisions")]  # type: ignore[arg-type]
    assert [b"first" in bodies[0], b"fourth" in bodies[1]] == [True, True]
    assert find_losses(home) == []


def test_the_note_says_what_came_and_what_it_refers_to(run: Run, home: Path, site: FaultySite) -> None:
    crawl(run, home)
    show(site, "second")
    crawl(run, home)
    whole, note = list_records(home, site)
    assert note.headers["warc-refers-to"] == whole.headers["warc-record-id"]
    told = (note.block or b"").decode().splitlines()
    assert {"status: 200", f"payload-length: {len(site.pages[PATH].encode())}"} <= set(told)
    assert "http-header-content-type: text/html; charset=utf-8" in told
    for path in (home / "warc").iterdir():
        assert check(path).returncode == 0


def test_such_a_visit_counts_as_one(run: Run, home: Path, site: FaultySite) -> None:
    crawl(run, home)
    with Archive(home / "archive.db") as archive, archive.db.conn as connection:
        connection.execute("UPDATE articles SET checked_at = '2025-06-01T00:00:00+00:00'")
    show(site, "second")
    assert "1 unchanged" in run("crawl", "test").stderr
    ((checked_at, visited_at),) = select(home, "SELECT checked_at, visited_at FROM articles JOIN pages USING (url)")
    assert checked_at == visited_at


def test_what_is_left_out_is_missed_by_no_other_command(run: Run, home: Path, site: FaultySite) -> None:
    crawl(run, home)
    show(site, "second")
    crawl(run, home)
    with Archive(home / "archive.db") as archive, archive.db.conn as connection:
        connection.execute("UPDATE articles SET extractor = 'old'")
        connection.execute("UPDATE revisions SET extractor = 'old'")
    assert run("reextract").returncode == 0
    assert run("verify").returncode == 0
    assert run("backup", home.parent / "backup").returncode == 0
    assert run("restore", home.parent / "backup", "--home", home.parent / "restored").returncode == 0
    assert find_losses(home.parent / "restored") == []
    lines = [line for path in (home / "index").glob("*.cdxj") for line in path.read_text().splitlines()]
    assert [PATH in line for line in lines].count(True) == 1


KEPT_WHOLE = {
    "what may be kept": {"head": '<meta name="robots" content="noarchive">'},
    "a picture": {"head": '<meta property="og:image" content="https://x.test/1.jpg">'},
    "the text": {"is_changed": True},
}


@pytest.mark.parametrize("changes", KEPT_WHOLE.values(), ids=KEPT_WHOLE)
def test_whatever_else_a_page_says_is_kept(run: Run, home: Path, site: FaultySite, changes: dict[str, object]) -> None:
    crawl(run, home)
    show(site, "second", **changes)  # type: ignore[arg-type]
    crawl(run, home)
    assert list_kinds(home, site) == ["response", "response"]


def test_all_is_kept_unless_the_profile_says_otherwise(run: Run, home: Path, site: FaultySite) -> None:
    site.write_profile(home)
    crawl(run, home)
    show(site, "second")
    crawl(run, home)
    assert list_kinds(home, site) == ["response", "response"]


def test_a_crawl_that_continues_a_killed_one_keeps_all(run: Run, home: Path, site: FaultySite) -> None:
    crawl(run, home)
    with Archive(home / "archive.db") as archive:
        archive.start_crawl("test", "2025-01-01T00:00:00+00:00", "site")
    show(site, "second")
    crawl(run, home)
    assert list_kinds(home, site) == ["response", "response"]


def test_pages_that_are_no_articles_are_kept_whole(run: Run, home: Path, site: FaultySite) -> None:
    site.pages[PATH] = "<h1>الصفحة غير موجودة</h1>"
    crawl(run, home)
    site.pages[PATH] += "<!-- again -->"
    crawl(run, home)
    assert Counter(list_kinds(home, site)) == {"response": 2}
