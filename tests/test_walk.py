"""What the walk over the tree makes of links, looks and boxes."""

from __future__ import annotations

import pytest

from newscrawl.extraction.document import read_document
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.segments import Box, Segment
from newscrawl.extraction.walk import read_segments


def walk(html: str) -> tuple[list[Segment], list[Box]]:
    root = read_document(f"<!doctype html><body>{html}</body>").root
    assert root is not None
    return read_segments(root)


LINK_TEXTS = {
    "a link that fills its text": ("<p><a href='/1'>خبر أول</a></p>", ["خبر أول"]),
    "a link inside a text": ("<p>قبل <a href='/1'>خبر <b>أول</b></a> بعد</p>", ["خبر أول"]),
    "two links in a text": ("<p><a href='/1'>خبر</a> | <a href='/2'>آخر</a></p>", ["خبر", "آخر"]),
    "a link around a break": ("<p><a href='/1'>خبر<br>أول</a></p>", ["خبرأول", "خبرأول"]),
    "a link around boxes": ("<a href='/1'><h3>خبر</h3><p>أول</p></a>", ["خبرأول", "خبرأول"]),
    "a link that its box closes": ("<div><a href='/1'>خبر</div><div>أول</div>", ["خبر"]),
    "the title of a drawing is not printed": ("<p><a href='/1'><svg><title>سهم</title></svg>خبر</a></p>", ["خبر"]),
    "a link without a text": ("<p>خبر <a href='/1'><img src='/1.jpg'></a> أول</p>", [""]),
}


@pytest.mark.parametrize(("html", "texts"), LINK_TEXTS.values(), ids=LINK_TEXTS)
def test_text_of_a_link_is_whole(html: str, texts: list[str]) -> None:
    segments, _ = walk(html)
    assert [text for segment in segments if segment.text for _, text, _ in segment.links] == texts


def test_shares_are_shares_of_the_letters() -> None:
    segments, _ = walk("<p>كلمة <a href='/1'>كلمة</a> <b>كلمة</b> <b><a href='/2'>كلمة</a></b></p>")
    (segment,) = segments
    assert (segment.link_share, segment.bold_share) == (0.5, 0.5)
    assert segment.parts == ("كلمة", "كلمة", "كلمة", "كلمة")


def test_look_is_what_all_parts_share() -> None:
    segments, _ = walk("<p><span class='x'>كلمة <i>كلمة</i></span></p><p><span>كلمة</span></p>")
    assert [segment.look for segment in segments] == ["span x", ""]


def test_box_is_the_texts_from_start_to_end() -> None:
    segments, boxes = walk("<div class='related-news'><p>أول</p><p>ثان</p></div><p>ثالث</p>")
    box = next(box for box in boxes if box.shape == "div.related-news")
    assert [segment.text for segment in segments[box.start : box.end]] == ["أول", "ثان"]
    assert box.hints == Hint.RELATED


HINTS = {
    "a pair of words": ("<div class='most-read'>x</div>", Hint.LISTING),
    "a pair in two names": ("<div class='most read'>x</div>", Hint.LISTING),
    "a pair that means something else": ("<div class='post-footer'>x</div>", 0),
    "a name in humps": ("<div class='articleBody'>x</div>", Hint.BODY),
    "a generated name": ("<div class='ad4932-sidebar3x'>x</div>", 0),
    "a numbered name": ("<div class='sidebar2'>x</div>", Hint.ASIDE),
    "a hiding name": ("<div class='d-none'>x</div>", Hint.HIDDEN),
    "a longer name that hides something else": ("<div class='hidden-xs'>x</div>", 0),
    "a very long name": (f"<div class='{'x' * 2_000} sidebar'>x</div>", Hint.ASIDE),
    "a style": ("<div style='display: none'>x</div>", Hint.HIDDEN),
    "a role": ("<div role='navigation'>x</div>", Hint.NAV),
}


@pytest.mark.parametrize(("html", "hints"), HINTS.values(), ids=HINTS)
def test_names_suggest_what_a_box_is(html: str, hints: int) -> None:
    segments, _ = walk(html)
    assert segments[0].hints == hints


def test_size_in_digits_of_no_number_is_no_size() -> None:
    segments, _ = walk("<p><img src='/1.jpg' width='²0' height='①'></p>")
    assert [segment.image is not None for segment in segments] == [True]
