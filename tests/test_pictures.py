"""The pictures of articles: which are fetched, when, how often, and that none ever harms an article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newscrawl import Archive
from newscrawl.archive.pictures import PictureRow
from newscrawl.demo import DemoSite
from newscrawl.demo.pictures import draw_picture
from newscrawl.exceptions import ProfileError
from newscrawl.sites import load_site, profile_hash
from newscrawl.warc.stream import Record, iterate_records
from tests.conftest import Run, find_losses, make_due
from tests.site import FaultySite, pages

pytestmark = pytest.mark.long

LEAD = "/media/lead.png"


def print_story(site: FaultySite, lead: str, *others: str, number: int = 1) -> str:
    """Return an article with a lead picture and others in its text."""
    page = pages.print_article(number)
    head = f'<meta property="og:image" content="{site.url}{lead}"></head>'
    figures = "".join(f'<figure><img src="{path}" alt="صورة من الحي"></figure>' for path in others)
    first, second = page.replace("</head>", head).split("</p>", 1)
    return f"{first}</p>{figures}{second}".replace("</h1>", f'</h1><figure><img src="{lead}" alt="الحي"></figure>')


def publish(site: FaultySite, lead: str = LEAD, *others: str, number: int = 1) -> None:
    path = f"/story/{number}"
    site.pages[path] = print_story(site, lead, *others, number=number)
    site.faults = (*site.faults, path)


def find(home: Path, site: FaultySite, path: str) -> PictureRow | None:
    with Archive(home / "archive.db", read_only=True) as archive:
        return archive.find_picture(site.url + path)


def read(home: Path, site: FaultySite, path: str) -> tuple[str, bytes] | None:
    with Archive(home / "archive.db", read_only=True) as archive:
        return archive.read_picture(site.url + path)


@pytest.mark.parametrize(("images", "kept"), [("none", []), ("lead", [LEAD]), ("all", [LEAD, "/media/second.png"])])
def test_profile_says_which_pictures_are_fetched(run: Run, home: Path, images: str, kept: list[str]) -> None:
    with FaultySite(0) as site:
        publish(site, LEAD, "/media/second.png")
        site.pictures = {path: draw_picture(path) for path in (LEAD, "/media/second.png")}
        site.write_profile(home, more=f'images = "{images}"')
        done = run("crawl", "test")
        assert done.returncode == 0, done.stderr
        assert sorted(path for path in site.requests if path.startswith("/media")) == kept
        assert [read(home, site, path) for path in kept] == [("image/png", draw_picture(path)) for path in kept]
    assert find_losses(home) == []


def test_lead_pictures_are_kept_when_nobody_says_otherwise_and_each_is_asked_for_once(run: Run, home: Path) -> None:
    with FaultySite(2) as site:
        publish(site, number=1)
        publish(site, number=2)
        site.pictures[LEAD] = draw_picture("one")
        site.write_profile(home)
        first = run("crawl", "test")
        assert site.requests[-1] == LEAD, "after all pages"
        make_due(home)
        run("crawl", "test")
        assert site.count(LEAD) == 1
        assert site.count("/story/1") == 2
    assert "4 pages in" in first.stderr
    assert "pictures: 1 of 1 kept" in first.stderr


def edit_and_crawl(run: Run, home: Path, site: FaultySite) -> None:
    """Crawl an article with its picture, replace the picture, crawl; edit the article, and crawl twice more."""
    publish(site)
    site.pictures[LEAD] = draw_picture("old")
    site.write_profile(home)
    run("crawl", "test")
    site.pictures[LEAD] = draw_picture("new")
    make_due(home)
    run("crawl", "test")
    assert site.count(LEAD) == 1
    site.pages["/story/1"] = site.pages["/story/1"].replace("</article>", "<p>وأضافت البلدية توضيحا.</p></article>")
    for _ in range(2):
        make_due(home)
        run("crawl", "test")


def test_pictures_of_an_article_that_was_edited_are_asked_for_once_more(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        edit_and_crawl(run, home, site)
        assert site.count(LEAD) == 2
        assert read(home, site, LEAD) == ("image/png", draw_picture("new"))
    kept = [found for path in (home / "warc").iterdir() for found in iterate_records(path) if isinstance(found, Record)]
    assert [found.type for found in kept if found.url == site.url + LEAD].count("response") == 2
    assert find_losses(home) == []


def test_a_picture_that_is_gone_when_its_article_was_edited_stays_in_the_archive(run: Run, home: Path) -> None:
    class Gone(dict[str, bytes]):
        """What was asked for once is no more."""

        def get(self, path: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
            return super().get(path, default) if site.count(path) == 1 else default

    with FaultySite(0) as site:
        site.pictures = Gone()
        edit_and_crawl(run, home, site)
        assert site.count(LEAD) == 2
        assert read(home, site, LEAD) == ("image/png", draw_picture("old"))
    assert find_losses(home) == []


def test_equal_pictures_lie_in_the_archive_once(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        for number, path in enumerate((LEAD, "/media/copy.png"), 1):
            publish(site, path, number=number)
            site.pictures[path] = draw_picture("same")
        site.write_profile(home)
        run("crawl", "test")
        rows = [find(home, site, path) for path in (LEAD, "/media/copy.png")]
        assert rows[0]
        assert rows[1]
        assert rows[0].place == rows[1].place is not None
        assert read(home, site, LEAD) == read(home, site, "/media/copy.png") == ("image/png", draw_picture("same"))
    types = [
        found.type
        for path in (home / "warc").iterdir()
        for found in iterate_records(path)
        if isinstance(found, Record) and found.url.startswith(f"{site.url}/media") and found.type != "request"
    ]
    assert types == ["response", "revisit"]
    assert find_losses(home) == []


def test_no_failure_of_a_picture_fails_an_article(run: Run, home: Path) -> None:
    leads = ("/media/none.png", "/private/secret.png", "/news/1", "/reset/1", "/media/moved.png")
    with FaultySite(1) as site:
        for number, lead in enumerate(leads, 1):
            publish(site, lead, number=number)
        site.pages["/media/moved.png"] = LEAD
        site.pictures[LEAD] = draw_picture("moved")
        site.write_profile(home)
        done = run("crawl", "test")
        assert done.returncode == 0, done.stderr
        assert "6 new" in done.stderr
        assert "failed" not in done.stderr
        assert "pictures: 1 of 5 kept" in done.stderr
        found = {path: find(home, site, path) for path in leads}
        told = {path: (row.state, row.reason) for path, row in found.items() if row}
        assert told["/media/none.png"] == ("failed", "http 404")
        assert told["/private/secret.png"] == ("refused", "robots.txt")
        assert told["/news/1"] == ("failed", "no picture")
        assert told["/media/moved.png"] == ("done", None)
        assert told["/reset/1"][0] == "failed"
        assert "/private/secret.png" not in site.requests
        assert read(home, site, "/media/none.png") is None


def test_failed_picture_is_asked_for_in_three_crawls_and_no_more(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        publish(site)
        site.write_profile(home)
        for _ in range(5):
            run("crawl", "test")
        assert site.count(LEAD) == 3


def test_host_that_does_not_answer_is_given_up(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        for number in range(1, 13):
            publish(site, f"/reset/{number}", number=number)
        site.write_profile(home)
        done = run("crawl", "test")
        assert done.returncode == 0, done.stderr
        assert len([path for path in site.requests if path.startswith("/reset")]) == 5
        with Archive(home / "archive.db", read_only=True) as archive:
            reasons = [row["reason"] for row in archive.db.query("SELECT reason FROM pictures")]
    assert reasons.count("its host does not answer") == 7


def test_public_host_is_not_asked_by_nobody(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        publish(site)
        site.pages["/story/1"] = site.pages["/story/1"].replace(f"{site.url}{LEAD}", "https://cdn.example.com/1.png")
        site.pages["/story/1"] = site.pages["/story/1"].replace(LEAD, "https://cdn.example.com/1.png")
        site.write_profile(home)
        assert run("crawl", "test").returncode == 0
        with Archive(home / "archive.db", read_only=True) as archive:
            row = archive.find_picture("https://cdn.example.com/1.png")
    assert row
    assert (row.state, row.reason) == ("failed", "no contact")


def test_single_page_brings_its_own_picture_only(run: Run, home: Path) -> None:
    with FaultySite(0) as site:
        for number in (1, 2):
            publish(site, f"/media/{number}.png", number=number)
            site.pictures[f"/media/{number}.png"] = draw_picture(str(number))
        site.write_profile(home, more='images = "none"')
        run("crawl", "test")
        site.write_profile(home)
        run("crawl", f"{site.url}/story/1")
        assert [path for path in site.requests if path.startswith("/media")] == ["/media/1.png"]


def test_pictures_of_the_demo_paper_can_be_read_from_its_archive(demo_home: Path) -> None:
    with Archive(demo_home / "archive.db", read_only=True) as archive:
        leads = [article.image_url for article in archive.articles() if article.image_url]
        kept = [archive.read_picture(url) for url in leads]
    assert len(kept) > 15
    assert all(picture and picture[1].startswith(b"\x89PNG") for picture in kept)


def test_which_pictures_are_kept_changes_nothing_of_what_is_read(tmp_path: Path) -> None:
    with DemoSite(port=0) as demo:
        site = demo.site
    (tmp_path / "sites").mkdir()
    path = tmp_path / "sites" / "x.toml"
    hashes = set()
    for images in ("none", "lead", "all"):
        path.write_text(f'name = "x"\ndomain = "{site.domain}"\nimages = {json.dumps(images)}\n')
        hashes.add(profile_hash(load_site("x", tmp_path)))
    assert len(hashes) == 1
    path.write_text('name = "x"\ndomain = "x.com"\nimages = "some"\n')
    with pytest.raises(ProfileError, match="key 'images': 'some' is none of none, lead, all"):
        load_site("x", tmp_path)
