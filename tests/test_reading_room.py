"""The reading room as a browser asks for it: a real server over a real archive, and a real Chromium."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest

from newscrawl import Archive
from newscrawl.archive.pictures import PictureRow
from newscrawl.demo.pictures import draw_picture
from newscrawl.items import Article, Block, Page, Related, Site
from newscrawl.warc import Exchange, WarcWriter
from newscrawl.web.printing import print_moment
from newscrawl.web.words import LANGUAGES, Words
from tests.conftest import BIN, Run, make_environment

TEMPLATES = Path(__file__).parent.parent / "newscrawl" / "web" / "templates"
WAHA = Site("waha", "الواحة", "waha.example", country="MA", timezone="Africa/Casablanca")
MINAA = Site("minaa", "الميناء اليوم", "minaa.example", country="LB")
EVIL_TITLE = '<script>alert(1)</script> عنوان "خبيث" \u202eمقلوب'

needs_browser = pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium is on the PATH")


def make_article(number: int, site: Site = WAHA, **fields: Any) -> Article:
    blocks = (
        Block(
            "paragraph", f"قال المتحدث باسم مكتبة المدينة إن القاعة رقم {number} ستفتح أبوابها للسوريين والزوار قريبًا."
        ),
        Block("heading", "تفاصيل القاعة"),
        Block("quote", f"كل كتاب في الرف {number} له قصة."),
        Block("list_item", "رف الشعر القديم"),
        Block("list_item", "رف الرحلات"),
        Block("table", "الرف | العدد"),
        Block("table", f"الشعر | {100 + number}"),
    )
    known = {
        "url": f"https://{site.domain}/news/{number}",
        "site": site.key,
        "title": f"افتتاح القاعة {number} في مكتبة الرباط",
        "subtitle": "خطوة انتظرها القراء طويلًا" if number % 2 else None,
        "blocks": blocks,
        "body": "\n\n".join(block.text for block in blocks),
        "published_at": f"2024-{1 + number // 28:02}-{1 + number % 28:02}T10:00:00+01:00",
        "authors": ("سلمى الإدريسي",) if number % 3 else (),
        "agency": None if number % 3 else "رويترز",
        "section": "ثقافة" if number % 4 else "ثقافة وفنون",
        "language": "ar",
        "image_url": f"https://{site.domain}/{number}.jpg",
        "caption": "القاعة من الداخل",
        "credit": "أ ف ب",
        "fetched_at": f"2024-{1 + number // 28:02}-{1 + number % 28:02}T12:00:00+00:00",
    }
    return Article(**(known | fields))


def save(archive: Archive, article: Article) -> str:
    content = f"{article.title}{article.body}".encode()
    page = Page(
        article.url, body=content, fetched_at=article.fetched_at, warc_file="warc/waha.warc.gz", warc_offset=412
    )
    archive.save(article, page)
    saved = archive.get(article.url or "")
    assert saved is not None
    assert saved.id is not None
    return saved.id


class Ids(NamedTuple):
    """The articles that tests open."""

    plain: str
    changed: str
    evil: str
    paywalled: str


def keep_picture(archive: Archive, home: Path, url: str, content: bytes) -> None:
    with WarcWriter(home / "warc", prefix="waha.example") as writer:
        at = "2024-03-01T12:00:00+00:00"
        exchange = Exchange(
            url=url,
            method="GET",
            request_headers=(),
            status=200,
            reason="OK",
            response_headers=(("Content-Type", "image/png"),),
            body=content,
            fetched_at=at,
        )
        place = writer.write(exchange)
    archive.pictures.save(PictureRow(url, "waha", "done", at, None, 1, "image/png", len(content), None, *place))


def fill(home: Path) -> Ids:
    with Archive(home / "archive.db") as archive:
        archive.save_site(WAHA, None)
        archive.save_site(MINAA, None)
        for number in range(1, 45):
            save(archive, make_article(number, WAHA if number % 5 else MINAA))
        links = (
            Related("block", "https://waha.example/news/1", "ما سبق نشره"),
            Related("inline", "javascript:alert(3)", "رابط لا يُفتح"),
            Related("block", "https://elsewhere.example/x", "في مكان آخر"),
        )
        plain = save(archive, make_article(50, related=links))
        first = make_article(51)
        save(archive, first)
        blocks = (*first.blocks, Block("paragraph", "وصُحّح اسم القاعة في نسخة سابقة من هذا الخبر."))
        later = replace(
            first,
            title="إغلاق القاعة 51 في مكتبة الرباط",
            blocks=blocks,
            body="\n\n".join(block.text for block in blocks),
            fetched_at="2024-03-01T12:00:00+00:00",
        )
        changed = save(archive, later)
        keep_picture(archive, home, "https://waha.example/50.jpg", draw_picture("قاعة"))
        keep_picture(archive, home, "https://waha.example/52.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        evil = save(archive, make_article(52, title=EVIL_TITLE, subtitle="<img src=x onerror=alert(2)>"))
        paywalled = save(archive, make_article(53, outcome="paywalled"))
        crawl = archive.start_crawl("waha", "2024-03-01T11:50:00+00:00")
        archive.finish_crawl(crawl.id, "2024-03-01T12:00:00+00:00", "finished", {"new": 3, "failed: timeout": 1})
    return Ids(plain, changed, evil, paywalled)


class Room(NamedTuple):
    """A reading room that runs, and how to ask it."""

    url: str
    ids: Ids
    home: Path

    def get(self, path: str, **args: str) -> str:
        return self.open(path, **args)[2]

    def open(self, path: str, **args: str) -> tuple[int, dict[str, str], str]:
        address = f"{self.url}{path}" + (f"?{urlencode(args)}" if args else "")
        try:
            with urlopen(address, timeout=60) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode()


def serve(home: Path, *options: str) -> Iterator[str]:
    """Yield the address that the command names; it is stopped as an operator would."""
    command = [str(BIN / "newscrawl"), "--home", str(home), "serve", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=make_environment()) as process:
        assert process.stderr is not None
        # a newer Python may have something to say about Datasette first
        found = next(filter(None, (re.search(r"http://\S+(?=/ )", line) for line in process.stderr)), None)
        assert found, "the command names its address"
        try:
            yield found[0]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("room")
    ids = fill(home)
    for url in serve(home):
        yield Room(url, ids, home)


def list_pages(ids: Ids) -> dict[str, str]:
    return {
        "front": "/",
        "search": f"/search?q={quote('السوريين')}",
        "article": f"/article/{ids.plain}",
        "diff": f"/article/{ids.changed}/diff",
        "site": "/site/waha",
        "charts": f"/charts?q={quote('القاعة')}",
    }


class Links(HTMLParser):
    """The addresses that a page leads to, and the tags that it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src", "action")]


# --- what is found


def test_every_form_of_a_word_is_found_and_marked(room: Room) -> None:
    html = room.get("/search", q="السوريين")
    assert "<mark>للسوريين</mark>" in html
    assert "النتائج: 48" in html
    assert "articles_fts MATCH" in html, "the analysis is shown"


def test_a_facet_narrows_to_what_it_counted(room: Room) -> None:
    html = room.get("/search", q="السوريين")
    counted = re.findall(
        r'href="(/search[^"]*section=[^"]*)"><bdi dir="rtl">([^<]*)</bdi></a> <span class="number">(\d+)', html
    )
    assert {name for _, name, _ in counted} == {"ثقافة", "ثقافة وفنون"}
    for href, _, number in counted:
        assert f"النتائج: {number}<" in room.get(href.replace("&amp;", "&")), (
            "one section's name is part of the other's"
        )


@pytest.mark.parametrize(
    ("name", "value"), [("site", "minaa"), ("author", "=سلمى الإدريسي"), ("agency", "رويترز"), ("country", "MA")]
)
def test_results_without_a_word_are_what_the_filters_leave(room: Room, name: str, value: str) -> None:
    html = room.get("/search", **{name: value})
    with Archive(room.home / "archive.db", read_only=True) as archive:
        wanted = sum(1 for _ in archive.articles(**{name: value}))  # type: ignore[arg-type]
    assert 0 < wanted < 48
    assert f"النتائج: {wanted}<" in html


def test_results_are_leafed_through_without_a_gap(room: Room) -> None:
    found: list[str] = []
    for page in "123":
        found += re.findall(r'<a href="/article/([0-9a-f]{16})">', room.get("/search", q="السوريين", page=page))
    assert len(found) == len(set(found)) == 48


@pytest.mark.parametrize(
    "text", ["(", '"', "COVID-19", "-غزة", "عنوان:", "'; drop table articles; --", "\x00", "*" * 300]
)
def test_nothing_that_can_be_typed_is_an_error(room: Room, text: str) -> None:
    for path in ("/search", "/charts", "/archive/articles"):
        status, _, html = room.open(path, q=text, _search=text)
        assert (status, "Traceback" in html) == (200, False)


@pytest.mark.parametrize(
    "args",
    [{"since": "أمس"}, {"page": "-3"}, {"page": "9" * 30}, {"sort": "x"}, {"site": "nobody"}, {"until": "0000-00-00"}],
)
def test_an_argument_that_makes_no_sense_harms_nothing(room: Room, args: dict[str, str]) -> None:
    assert room.open("/search", **args)[0] == 200
    assert room.open("/charts", **args)[0] == 200


def test_the_address_of_an_archived_article_leads_to_it(room: Room) -> None:
    assert "افتتاح القاعة 50" in room.get("/search", q="https://www.waha.example/news/50?utm_source=x")


def test_what_is_not_there_is_said_with_its_status(room: Room) -> None:
    for path in ("/article/0123456789abcdef", f"/article/{room.ids.plain}/diff", "/site/nobody"):
        status, _, html = room.open(path)
        assert (status, "لا شيء بهذا العنوان" in html) == (404, True)


# --- an article


def test_an_article_reads_as_it_was_printed(room: Room) -> None:
    html = room.get(f"/article/{room.ids.plain}")
    for part in (
        "<h1>افتتاح القاعة 50 في مكتبة الرباط</h1>",
        "<h2>تفاصيل القاعة</h2>",
        "<blockquote><p>كل كتاب في الرف 50 له قصة.</p></blockquote>",
        "<li>رف الرحلات</li></ul>",
        "<tr><td>الشعر</td><td>150</td></tr>",
        "القاعة من الداخل",
        "warc/waha.warc.gz",
        "412",
    ):
        assert part in html


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2024-01-15T10:30:00+03:00", "2024-01-15 10:30 +03:00"),
        ("2024-01-15T10:30:00+00:00", "2024-01-15 10:30"),
        ("2024-01-15T10:30:00", "2024-01-15 10:30"),
        ("2024-01-15", "2024-01-15"),
    ],
)
def test_a_time_is_printed_as_far_as_it_is_known(at: str, shown: str) -> None:
    assert print_moment(at) == f'<time dir="ltr" datetime="{at}">{shown}</time>'


def test_a_related_link_leads_to_the_archived_copy_where_there_is_one(room: Room) -> None:
    html = room.get(f"/article/{room.ids.plain}")
    with Archive(room.home / "archive.db", read_only=True) as archive:
        target = archive.get("https://waha.example/news/1")
    assert target is not None
    assert f'<a href="/article/{target.id}"><bdi dir="rtl">ما سبق نشره</bdi></a>' in html
    assert 'href="https://elsewhere.example/x" rel="noopener noreferrer nofollow external"' in html


def test_the_same_text_elsewhere_is_named(room: Room) -> None:
    assert "نُشر أيضاً في" in room.get(f"/article/{room.ids.plain}")


def test_a_kept_picture_is_shown_from_the_archive(room: Room) -> None:
    path = f"/article/{room.ids.plain}/picture/0"
    assert f'<img src="{path}"' in room.get(f"/article/{room.ids.plain}")
    with urlopen(room.url + path) as answer:
        assert (answer.headers["content-type"], answer.read()) == ("image/png", draw_picture("قاعة"))
    assert "<img" not in room.get(f"/article/{room.ids.changed}"), "what is not kept is an address"


def test_what_is_no_picture_is_not_shown_as_one(room: Room) -> None:
    assert room.open(f"/article/{room.ids.evil}/picture/0")[0] == 404
    assert room.open(f"/article/{room.ids.plain}/picture/9")[0] == 404


def test_a_paywall_is_said(room: Room) -> None:
    assert "جدار دفع" in room.get(f"/article/{room.ids.paywalled}")


def test_the_difference_marks_what_changed_and_nothing_else(room: Room) -> None:
    html = room.get(f"/article/{room.ids.changed}/diff")
    assert (
        "<del>افتتاح</del> <ins>إغلاق</ins> القاعة 51" in html or "<del>افتتاح</del><ins>إغلاق</ins> القاعة 51" in html
    )
    assert "<ins>وصُحّح اسم القاعة في نسخة سابقة من هذا الخبر.</ins>" in html
    assert html.count("<del>") == 2, "one in the legend"


# --- sites and charts


def test_a_site_tells_its_runs_and_its_health(room: Room) -> None:
    html = room.get("/site/waha")
    assert "الواحة" in html
    assert "حال الموقع" in html
    assert "ولا يُحكم على حقولها قبل" in html
    assert "needed" not in html, "health speaks the language of the room"
    assert "<bdi>اكتملت</bdi>" in html
    assert re.search(r'<td class="number">3</td>.*<td class="number">1</td></tr>', html)


def test_charts_tell_the_figures_beside_them(room: Room) -> None:
    html = room.get("/charts", q="القاعة", since="2024-01-01", until="2024-02-29")
    assert html.count("<svg") >= 4
    assert re.search(
        r'<bdi dir="ltr">2024-01</bdi></th><td class="number">27</td><td class="number">27</td><td class="number">1,000.0',
        html,
    )
    assert f"/article/{room.ids.changed}/diff?to=2" in html, "a changed headline leads to its differences"


# --- tables, SQL, CSV, JSON


def test_datasettes_own_search_understands_arabic(room: Room) -> None:
    found = json.loads(room.get("/archive/articles.json", _search="السوريين", _shape="array", _size="max"))
    assert len(found) == 48


def test_the_results_are_a_table_too(room: Room) -> None:
    page = room.get("/search", q="القاعة", site="minaa")
    [href] = [link for link in Links(page).links if link.startswith("/archive/search.csv")]
    rows = list(csv.DictReader(io.StringIO(room.get(href))))
    assert {row["site"] for row in rows} == {"minaa"}
    assert len(rows) == 8


def test_sql_has_our_functions_and_cannot_write(room: Room) -> None:
    sql = "select count(*) as n from articles_fts where articles_fts match ar_query('للسوريين')"
    assert json.loads(room.get("/archive.json", sql=sql, _shape="array")) == [{"n": 48}]
    sql = "select ar_norm('الحُكومَة') as folded"
    assert json.loads(room.get("/archive.json", sql=sql, _shape="array")) == [{"folded": "الحكومه"}]
    assert room.open("/archive.json", sql="delete from articles")[0] == 400


def test_datasettes_pages_are_right_to_left_too(room: Room) -> None:
    for path in ("/archive", "/archive/articles", "/archive/sites/waha"):
        html = room.get(path)
        assert '<html lang="ar" dir="rtl">' in html
        assert "/room/tables.css" in html


# --- safety


def test_a_page_of_ours_has_no_script_and_allows_none(room: Room) -> None:
    for path in [*list_pages(room.ids).values(), f"/article/{room.ids.evil}", "/nothing/at/all"]:
        _, headers, html = room.open(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "script" not in Links(html).tags
        assert "style" not in Links(html).tags


def test_a_title_that_is_a_script_is_a_text(room: Room) -> None:
    for path in (
        f"/article/{room.ids.evil}",
        "/search?q=alert",
        "/",
        "/site/waha",
        f"/archive/articles/{room.ids.evil}",
    ):
        html = room.get(path)
        assert "<script>alert(1)" not in html
        assert "<img src=x" not in html


def test_a_link_that_would_run_is_no_link(room: Room) -> None:
    for path in (f"/article/{room.ids.plain}", "/archive/related"):
        links = Links(room.get(path)).links
        assert links
        assert not [link for link in links if link.lower().startswith(("javascript:", "data:"))]


def test_nothing_is_fetched_from_elsewhere(room: Room) -> None:
    for path in list_pages(room.ids).values():
        html = room.get(path)
        assert not re.findall(r'src="http|url\(http|<link[^>]*href="http', html)


def test_a_direction_mark_is_not_passed_on(room: Room) -> None:
    html = room.get("/search", q="alert")
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert "\u202e" not in title
    assert re.search(r'<h3 dir="(rtl|ltr)">[^\n]*\u202e', html), "within a heading it turns that heading alone"


# --- the command


def test_the_interface_is_latin_where_that_is_asked_for(room: Room) -> None:
    for url in serve(room.home, "--lang", "en"):
        with urlopen(f"{url}/search?q={quote('السوريين')}") as answer:
            html = answer.read().decode()
    assert '<html lang="en" dir="ltr">' in html
    assert "Results: 48" in html
    assert '<h3 dir="rtl">' in html, "a headline keeps its own direction"


def test_without_an_archive_or_with_a_taken_port_one_line_says_so(run: Run, room: Room) -> None:
    done = run("serve", "--port", "0")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    port = room.url.rpartition(":")[2]
    # Datasette leaves a database in memory open when it is imported, which Python 3.13 tells where warnings are shown.
    done = run("--home", room.home, "serve", "--port", port, env={"PYTHONWARNINGS": "ignore"})
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert port in done.stderr


def test_what_a_crawl_saves_meanwhile_is_shown(room: Room) -> None:
    assert "وصلت للتو" not in room.get("/")
    with Archive(room.home / "archive.db") as archive:
        saved = save(archive, make_article(200, title="قصة وصلت للتو", body="نص", blocks=(), published_at="2023-01-01"))
        try:
            assert "<mark>وصلت</mark> للتو" in room.get("/search", q="وصلت")
        finally:
            archive.db.execute("DELETE FROM articles WHERE id = ?", (saved,))
            archive.db.conn.commit()
    Archive(room.home / "archive.db").close()


# --- words


def test_every_word_is_there_in_every_language_and_used() -> None:
    used = " ".join(path.read_text("utf-8") for path in TEMPLATES.parent.rglob("*") if path.suffix in (".html", ".py"))
    named = set(
        re.findall(
            r"""\bw\.(?!fill|find|say\b|language|direction)([a-z_]+)|(?:fill|find)\(\s*"([a-z_]+)"|w\["([a-z_]+)"\]""",
            used,
        )
    )
    names = {name for group in named for name in group if name and not name.endswith("_")}
    for language in LANGUAGES:
        words = Words(language)
        assert names <= set(words), language
        assert all(words.values())
    built = ("by_", "c_", "m_", "f_", "cause_", "zone_", "field_", "relation_", "paced_by_", "end_")
    unused = {name for name in Words("en") if name not in names and f'"{name}"' not in used}
    assert not {name for name in unused if not name.startswith(built)}


# --- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=shutil.which("chromium"), chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def open_page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[[], Any]]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, java_script_enabled=True)
    yield context.new_page
    context.close()


@pytest.mark.long
@needs_browser
def test_no_page_is_wider_than_the_window_or_cut(room: Room, open_page: Callable[[], Any]) -> None:
    page = open_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: request.url.startswith(room.url) or faults.append(request.url))
    for name, path in list_pages(room.ids).items():
        page.goto(room.url + path)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
        cut = page.evaluate(
            """() => [...document.querySelectorAll('h1, h2, h3, p, li, dd')].filter(element => {
                const box = element.getBoundingClientRect(), width = document.documentElement.clientWidth
                return !element.closest('.unseen, .scroll, .skip') && box.width && (box.left < 0 || box.right > width)
            }).map(element => element.outerHTML.slice(0, 80))"""
        )
        assert not cut, name
    assert not faults


@pytest.mark.long
@needs_browser
def test_a_reader_searches_opens_an_article_and_sees_what_changed(room: Room, open_page: Callable[[], Any]) -> None:
    page = open_page()
    page.goto(room.url)
    page.get_by_role("searchbox").fill("إغلاق")
    page.get_by_role("button", name="ابحث").click()
    assert page.locator(".hits mark").first.inner_text() == "إغلاق"
    page.locator(".hits h3 a").first.click()
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == "إغلاق القاعة 51 في مكتبة الرباط"
    box, window = heading.bounding_box(), page.viewport_size
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    page.get_by_role("link", name="اعرض الفروق").click()
    assert page.locator(".difference ins").first.inner_text() == "إغلاق"
    assert "line-through" in page.evaluate("getComputedStyle(document.querySelector('.difference del')).textDecoration")


@pytest.mark.long
@needs_browser
def test_a_facet_and_a_chart_work_by_links_alone(room: Room, open_page: Callable[[], Any]) -> None:
    page = open_page()
    page.goto(f"{room.url}/search?q={quote('القاعة')}")
    page.get_by_role("link", name="الميناء اليوم").locator("visible=true").last.click()
    assert page.locator(".chosen").inner_text().startswith("الموقع")
    page.goto(f"{room.url}/charts?q={quote('القاعة')}")
    page.get_by_text("الأرقام").first.click()
    assert page.get_by_role("cell", name="1,000.0").first.is_visible()
    assert page.locator("svg.bars rect").first.bounding_box()["height"] > 0


@pytest.mark.long
@needs_browser
def test_an_article_full_of_scripts_runs_none(room: Room, open_page: Callable[[], Any]) -> None:
    page = open_page()
    opened: list[str] = []
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    for path in (
        f"/article/{room.ids.evil}",
        f"/article/{room.ids.plain}",
        "/search?q=alert",
        f"/archive/articles/{room.ids.evil}",
    ):
        page.goto(room.url + path)
        page.wait_for_load_state("networkidle")
    assert opened == []


@pytest.mark.long
@needs_browser
def test_each_cell_of_a_table_has_the_direction_of_its_text(room: Room, open_page: Callable[[], Any]) -> None:
    page = open_page()
    page.goto(f"{room.url}/archive/articles?_search={quote('السوريين')}")
    assert page.evaluate("getComputedStyle(document.querySelector('td.col-title')).unicodeBidi") == "plaintext"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
