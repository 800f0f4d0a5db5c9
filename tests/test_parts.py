"""Articles on several pages: where the next part is, what is none, and one row for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl import Archive, extract
from newscrawl.extraction.parts import MAX_PARTS, find_address, join_part
from newscrawl.items import Article
from tests.conftest import Run, make_due
from tests.site import FaultySite, pages
from tests.test_crawl_durability import forget_articles

STORY = "https://news.example/culture/long-story-of-the-city"


def print_part(number: int, pager: str = "", *, head: str = "", text: int = 0) -> str:
    """Part `number` of the first article of the test site; its text is that of article `text`, else its own."""
    page = pages.print_article(text or number).replace(pages.title_of(text or number), pages.title_of(1))
    page = page.replace("<head>", f"<head>{head}", 1)
    return page.replace("</article>", f"</article>{pager}", 1)


def anchor(href: str, text: str, more: str = "") -> str:
    return f'<div class="pager"><a href="{href}" {more}>{text}</a></div>'


NEXT_PARTS = {
    "a parameter and a word": (STORY, anchor("?page=2", "الصفحة التالية"), f"{STORY}?page=2"),
    "a parameter and a number": (STORY, anchor("?page=2", "2"), f"{STORY}?page=2"),
    "an Arabic number": (STORY, anchor("?page=2", "٢"), f"{STORY}?page=2"),
    "an arrow with a relation": (STORY, anchor("?page=2", "»", 'rel="next"'), f"{STORY}?page=2"),
    "a folder": (STORY, anchor(f"{STORY}/2/", "2"), f"{STORY}/2/"),
    "a folder called page": (STORY, anchor(f"{STORY}/page/2", "التالي »"), f"{STORY}/page/2"),
    "counted from nought": (STORY, anchor("?page=1", "2"), f"{STORY}?page=1"),
    "the third of three": (f"{STORY}?page=2", anchor("?page=3", "التالي"), f"{STORY}?page=3"),
    "beside an id": ("https://x.com/n.php?id=7", anchor("?id=7&page=2", "2"), "https://x.com/n.php?id=7&page=2"),
    "in the head": (STORY, f'<link rel="next" href="{STORY}?page=2">', f"{STORY}?page=2"),
}
NO_NEXT_PARTS = {
    "the next story": (STORY, anchor("/culture/another-story-of-the-city", "التالي", 'rel="next"')),
    "the next story by its number": ("https://x.com/archives/21", anchor("/archives/22", "التالي", 'rel="next"')),
    "a story of a small number below a section": ("https://x.com/news", anchor("/news/2", "2")),
    "the pages of the section": (STORY, anchor("/culture?page=2", "2")),
    "the pages of the comments": (STORY, f'<div class="comments">{anchor("?page=2", "التالي")}</div>'),
    "comments as WordPress numbers them": (STORY, anchor(f"{STORY}/comment-page-2/", "2")),
    "the part after the next": (STORY, anchor("?page=3", "3")),
    "the last part": (f"{STORY}?page=3", anchor("?page=2", "السابق") + anchor("?page=1", "1")),
    "something else with a number": (STORY, anchor("?page=2", "نسخة للطباعة")),
    "a year": (STORY, anchor("?page=2024", "2024")),
}


def read_address(url: str, more: str, kind: str) -> str | None:
    return find_address(extract(print_part(1, more), url), kind)


@pytest.mark.parametrize(("url", "pager", "expected"), NEXT_PARTS.values(), ids=NEXT_PARTS)
def test_next_part_is_found(url: str, pager: str, expected: str) -> None:
    assert read_address(url, pager, "next_part") == expected


@pytest.mark.parametrize(("url", "pager"), NO_NEXT_PARTS.values(), ids=NO_NEXT_PARTS)
def test_what_is_no_next_part(url: str, pager: str) -> None:
    assert read_address(url, pager, "next_part") is None


@pytest.mark.parametrize(
    ("url", "pager", "expected"),
    [
        (f"{STORY}?page=2", anchor(STORY, "1"), STORY),
        (f"{STORY}/page/3", f'<link rel="canonical" href="{STORY}">', STORY),
        (f"{STORY}/2/", anchor(f"{STORY}/", "1"), f"{STORY}/"),
        (f"{STORY}?page=2", "", None),
        ("https://x.com/news/2", anchor("/news", "1"), None),
        ("https://x.com/2024/05/12", anchor("/2024/05", "أيار"), None),
        (STORY, anchor(STORY, "1"), None),
    ],
)
def test_later_part_names_the_first_one(url: str, pager: str, expected: str | None) -> None:
    assert read_address(url, pager, "first_part") == expected


def read_part(number: int, *, text: int = 0, title: str | None = None) -> Article:
    page = print_part(number, anchor(f"?page={number + 1}", "التالي"), text=text)
    if title:
        page = page.replace(pages.title_of(1), title)
    return extract(page, STORY if number == 1 else f"{STORY}?page={number}")


def test_parts_are_joined_in_order_and_what_is_repeated_stands_once() -> None:
    joined = join_part(read_part(1), read_part(2))
    assert joined is not None
    assert joined.body.split("\n\n") == [*read_part(1).body.split("\n\n"), *read_part(2).body.split("\n\n")]
    assert joined.body == "\n\n".join(block.text for block in joined.blocks)
    assert [(a.kind, a.url) for a in joined.addresses] == [
        ("part", f"{STORY}?page=2"),
        ("next_part", f"{STORY}?page=3"),
    ]
    longer = join_part(joined, read_part(3))
    assert longer is not None
    assert len(longer.blocks) == 15


@pytest.mark.parametrize(
    "part",
    [read_part(2, text=1), read_part(2, title="خبر آخر تماما عن مدينة بعيدة"), Article()],
    ids=["the same text", "another headline", "nothing"],
)
def test_what_is_no_part_is_not_joined(part: Article) -> None:
    assert join_part(read_part(1), part) is None


# Crawls


def make_story(site: FaultySite, parts: int) -> None:
    """Print the story of /city-long-story-page in so many parts, each with links to all of them."""
    path = "/city-long-story-page"
    names = [path, *(f"{path}?page={number}" for number in range(2, parts + 1))]
    pager = "".join(anchor(name, str(number)) for number, name in enumerate(names, 1))
    site.pages = {name: print_part(number, pager) for number, name in enumerate(names, 1)}
    site.write_profile(site_home(site))


def site_home(site: FaultySite) -> Path:
    return site.home  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def site(home: Path) -> FaultySite:
    site = FaultySite(0, faults=("/city-long-story-page", "/city-long-story-page?page=2"))
    site.home = home  # type: ignore[attr-defined]
    return site


def read_story(home: Path, site: FaultySite) -> tuple[list[str], str | None, list[str]]:
    """Return the paragraphs of the story's last part each, its reason, and the causes of its revisions."""
    with Archive(home / "archive.db", read_only=True) as archive:
        assert archive.db["articles"].count == 1
        revisions = list(archive.revisions(f"{site.url}/city-long-story-page"))
        for path in site.pages:
            found = archive.get(site.url + path)
            assert found == revisions[-1].article or found is None
    article = revisions[-1].article
    return article.body.split("\n\n"), article.reason, [revision.cause for revision in revisions]


def test_article_in_parts_is_one_row_without_edits(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, 3)
        for _ in range(2):
            done = run("crawl", "test")
            assert done.returncode == 0, done.stderr
            make_due(home)
        for path in site.pages:
            assert run("show", site.url + path).returncode == 0
    body, reason, causes = read_story(home, site)
    expected = [text for number in (1, 2, 3) for text in extract(print_part(number), STORY).body.split("\n\n")]
    assert (body, reason, causes) == (expected, None, ["site"])


def test_parts_that_a_killed_crawl_has_fetched_are_no_articles(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, 3)
        # Nothing on a later part tells which one is the first, and no front door names it.
        site.faults = site.faults[:1]
        back = anchor("/city-long-story-page", "1")
        site.pages = {path: page.replace(back, "") for path, page in site.pages.items()}
        run("crawl", "test")
        whole = read_story(home, site)
        forget_articles(home)
        run("crawl", "test")
        assert read_story(home, site) == whole


def test_edit_of_a_later_part_is_an_edit_of_the_article(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, 3)
        run("crawl", "test")
        make_due(home)
        path = "/city-long-story-page?page=3"
        site.pages[path] = site.pages[path].replace(
            "</article>", "<p>وأضاف البيان أن العمل سيبدأ غداً.</p></article>", 1
        )
        run("crawl", "test")
    body, _, causes = read_story(home, site)
    assert (body[-1], causes) == ("وأضاف البيان أن العمل سيبدأ غداً.", ["site", "site"])


def test_part_that_fails_leaves_the_others_and_is_no_edit(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, 3)
        third = site.pages.pop("/city-long-story-page?page=3")
        done = run("crawl", "test")
        body, reason, causes = read_story(home, site)
        assert (len(body), reason, causes) == (10, "part 3: http 404", ["site"])
        assert done.returncode in (0, 1)
        make_due(home)
        site.pages["/city-long-story-page?page=3"] = third
        run("crawl", "test")
        body, reason, causes = read_story(home, site)
        assert (len(body), reason, causes) == (15, None, ["site", "extractor"])
        make_due(home)
        del site.pages["/city-long-story-page?page=3"]
        run("crawl", "test")
        body, reason, causes = read_story(home, site)
    assert (len(body), reason, causes) == (15, None, ["site", "extractor"])


def test_our_own_change_of_an_article_in_parts_is_not_the_sites(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, 3)
        site.pages = {
            path: page.replace(
                "</article>", f'<p class="note">يروي حارس الرصيف حكاية كل مساء، وهذه حكاية {path}</p></article>', 1
            )
            for path, page in site.pages.items()
        }
        run("crawl", "test")
        make_due(home)
        site.write_profile(home, more='[[layouts]]\nremove = ["p.note"]')
        path = "/city-long-story-page?page=2"
        site.pages[path] = site.pages[path].replace(
            "</article>", "<p>وأضاف البيان أن العمل سيبدأ غداً.</p></article>", 1
        )
        run("crawl", "test")
    _, _, causes = read_story(home, site)
    with Archive(home / "archive.db", read_only=True) as archive:
        ours, theirs = list(archive.revisions(f"{site.url}/city-long-story-page"))[1:]
    assert causes == ["site", "profile", "site"]
    assert "حارس الرصيف" not in ours.article.body
    assert set(theirs.article.body.split("\n\n")) - set(ours.article.body.split("\n\n")) == {
        "وأضاف البيان أن العمل سيبدأ غداً."
    }


def test_pages_of_comments_are_no_parts(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, 3)
        first = site.pages["/city-long-story-page"]
        site.pages = dict.fromkeys(site.pages, first)
        site.faults = ("/city-long-story-page",)
        run("crawl", "test")
        make_due(home)
        run("crawl", "test")
        assert site.count("/city-long-story-page?page=2") == 1
    body, reason, causes = read_story(home, site)
    assert (len(body), reason, causes) == (5, None, ["site"])


def test_story_without_an_end_is_cut(run: Run, home: Path, site: FaultySite) -> None:
    with site:
        make_story(site, MAX_PARTS + 5)
        run("crawl", "test")
    body, reason, _ = read_story(home, site)
    assert (len(body), reason) == (5 * MAX_PARTS, f"more than {MAX_PARTS} parts")
