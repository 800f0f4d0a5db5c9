"""What is learned of a site's furniture, on invented newspapers where it is known what comes back and why."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping

import pytest

from newscrawl.extraction import extract_page
from newscrawl.extraction.learning import learn, read_blocks
from newscrawl.items import FurnitureBlock, Page, Site
from newscrawl.sites.furniture import Learned
from tests import press

FURNITURE_TEXTS = {re.sub("<[^>]+>", "", markup) for _, _, markup in press.FURNITURE.values()}
PLAIN = "<p>دار الحكايات تفتح بابها لمن عنده سر.</p>"
BOXED = f'<div class="k">{PLAIN}</div>'


def to_page(html: str) -> Page:
    return Page(None, body=html.encode())


def learn_from(pages: Mapping[str, str]) -> list[Learned]:
    articles = [read_blocks(to_page(html), None, name) for name, html in pages.items()]
    return learn([article for article in articles if article])


def make_site(learned: Iterable[Learned]) -> Site:
    return Site("x", "x", "x.com", furniture=tuple(each.block for each in learned))


def print_site(size: int, count: int, *, seed: int = 7, **parts: str) -> dict[str, str]:
    """Return articles of which the first `count` have these parts."""
    dice = random.Random(seed)
    return {f"{n}.html": press.print_article(dice, **(parts if n < count else {})) for n in range(size)}


@pytest.mark.parametrize("size", [40, 120, 300])
def test_nothing_but_furniture_is_learned(size: int) -> None:
    learned = learn_from(press.print_press(size).pages)
    assert {each.block.text for each in learned} <= FURNITURE_TEXTS
    assert len(learned) >= 4


def test_a_paper_without_furniture_teaches_nothing() -> None:
    assert learn_from(press.print_press(120, furniture=False).pages) == []


def test_nearly_all_furniture_is_taken_out_and_nothing_else() -> None:
    pages = press.print_press(120).pages
    site = make_site(learn_from(pages))
    before = after = 0
    for html in pages.values():
        plain, clean = extract_page(to_page(html)), extract_page(to_page(html), site)
        texts = [block.text for block in plain.blocks]
        before += sum(text in FURNITURE_TEXTS for text in texts)
        after += sum(block.text in FURNITURE_TEXTS for block in clean.blocks)
        kept = [block.text for block in clean.blocks if block.text not in FURNITURE_TEXTS]
        # a place above the text, with furniture no longer before it, is no text: not by learning, but as everywhere
        own = [text for text in texts if text not in FURNITURE_TEXTS and "رأس المرجان - " not in text]
        assert [text for text in kept if "رأس المرجان - " not in text] == own
    assert before > 300
    assert after <= 0.02 * before


BY_SHARE = {
    "in a box of its own, on few pages": ({"end": BOXED}, 5, True),
    "in a box of its own, on too few pages": ({"end": BOXED}, 4, False),
    "among the paragraphs, on many pages": ({"inside": PLAIN}, 12, True),
    "among the paragraphs, on few pages": ({"inside": PLAIN}, 7, False),
    "before the text, on few pages": ({"start": PLAIN}, 25, False),
    "before the text, on most pages": ({"start": PLAIN}, 60, True),
    "a long paragraph, on few pages": ({"end": f"<p>{'كلام يعاد في كل مكان ' * 6}.</p>"}, 25, False),
    "a long paragraph, on most pages": ({"end": f"<p>{'كلام يعاد في كل مكان ' * 6}.</p>"}, 60, True),
    "a heading": ({"inside": "<h2>دار الحكايات</h2>"}, 90, False),
    "a quote": ({"inside": f"<blockquote>{PLAIN}</blockquote>"}, 90, False),
    "a caption": ({"inside": '<figure><img src="/a.jpg"><figcaption>دار الحكايات في الميدان</figcaption></figure>'}, 90, False),
    "an author's opening": ({"inside": PLAIN, "author": "نادر البحيري"}, 40, False),
    "a series' opening": ({"inside": PLAIN, "title": "حديث الرصيف:"}, 40, False),
    "everything by one author": ({"inside": PLAIN, "author": "نادر البحيري"}, 100, True),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "count", "is_learned"), BY_SHARE.values(), ids=BY_SHARE)
def test_how_often_a_text_must_come_back(parts: dict[str, str], count: int, is_learned: bool) -> None:
    learned = learn_from(print_site(100, count, **parts))
    assert [each.articles for each in learned] == ([count] if is_learned else [])


def test_copies_of_an_article_count_once() -> None:
    copied = press.print_article(random.Random(1), end=BOXED)
    pages = print_site(60, 3, end=BOXED) | {f"copy-{n}.html": copied for n in range(20)}
    assert learn_from(pages) == []
    edited = {name: html.replace("</article>", f"<p>تحديث {name}.</p></article>") for name, html in pages.items()}
    assert learn_from(edited) == []


def test_what_is_learned_tells_place_count_and_an_article() -> None:
    [learned] = learn_from(print_site(20, 8, end=BOXED))
    assert learned.block == FurnitureBlock("دار الحكايات تفتح بابها لمن عنده سر.", "div.k > p", "end")
    assert (learned.articles, learned.of, learned.example) == (8, 20, "0.html")


def test_names_that_are_made_for_one_article_do_not_tell_its_box_apart() -> None:
    dice = random.Random(3)
    pages = {f"{n}.html": press.print_article(dice, end=BOXED.replace('"k"', f'"k post-{n}"')) for n in range(9)}
    assert [each.block.box for each in learn_from(pages)] == ["div.k > p"]


def test_furniture_is_labelled_in_its_place_alone() -> None:
    [learned] = learn_from(print_site(20, 8, end=BOXED))
    site, dice = make_site([learned]), random.Random(9)
    article = extract_page(to_page(press.print_article(dice, end=BOXED)), site)
    assert article.removed["learned"] == 1
    assert learned.block.text not in article.body
    elsewhere = extract_page(to_page(press.print_article(dice, inside=PLAIN)), site)
    assert learned.block.text in elsewhere.body
    assert "learned" not in elsewhere.removed


def test_spelling_of_furniture_may_vary() -> None:
    [learned] = learn_from(print_site(20, 8, end=BOXED))
    other = press.print_article(random.Random(9), end=BOXED.replace("الحكايات", "الحِكايات").replace("سر.", "سر"))
    assert extract_page(to_page(other), make_site([learned])).removed["learned"] == 1


def test_a_line_that_every_article_has_is_no_standfirst() -> None:
    dice = random.Random(5)
    line = '<p class="sub">هذه الصفحة يكتبها أهل الدار ويقرؤها أهل البحر.</p>'
    pages = [press.print_article(dice).replace("</h1>", f"</h1>{line}") for _ in range(9)]
    learned = learn_from({f"{n}.html": html for n, html in enumerate(pages)})
    assert extract_page(to_page(pages[0])).subtitle == "هذه الصفحة يكتبها أهل الدار ويقرؤها أهل البحر."
    assert extract_page(to_page(pages[0]), make_site(learned)).subtitle is None


def test_a_page_that_cannot_be_read_teaches_nothing() -> None:
    assert read_blocks(Page(None, body=b""), None, "x") is None
