from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl.variants import find_variant, outranks, story_key

STORY = "https://news.example/politics/4711-خبر"
KEY = "news.example/politics/4711-%D8%AE%D8%A8%D8%B1"

COPIES = {
    "the page itself": (STORY, None),
    "without encryption": ("http://news.example/politics/4711-خبر", None),
    "www": ("https://www.news.example/politics/4711-خبر", None),
    "a closing slash": (STORY + "/", None),
    "percent-encoded": ("https://news.example/politics/4711-%d8%ae%d8%a8%d8%b1", None),
    "tracking": (STORY + "?utm_source=x&fbclid=1", None),
    "a fragment": (STORY + "#comments", None),
    "default port": ("https://news.example:443/politics/4711-خبر", None),
    "mobile host": ("https://m.news.example/politics/4711-خبر", "mobile"),
    "www and mobile host": ("https://www.m.news.example/politics/4711-خبر", "mobile"),
    "mobile folder": ("https://news.example/m/politics/4711-خبر", "mobile"),
    "mobile parameter": (STORY + "?m=1", "mobile"),
    "amp host": ("https://amp.news.example/politics/4711-خبر", "amp"),
    "amp folder": ("https://news.example/amp/politics/4711-خبر", "amp"),
    "amp behind": (STORY + "/amp/", "amp"),
    "amp suffix": (STORY + ".amp", "amp"),
    "amp parameter": (STORY + "?amp", "amp"),
    "amp parameter with a value": (STORY + "?amp=1&utm_source=x", "amp"),
    "output type": (STORY + "?outputType=amp", "amp"),
    "print folder": ("https://news.example/print/politics/4711-خبر", "print"),
    "print behind": (STORY + "/print", "print"),
    "print parameter": (STORY + "?tmpl=component&print=1&layout=print", "print"),
    "print of the mobile page": ("https://m.news.example/politics/4711-خبر?print=1", "print"),
}
OTHERS = {
    "another story": "https://news.example/politics/4712",
    "another host": "https://arabic.news.example/politics/4711-خبر",
    "another port": "https://news.example:8443/politics/4711-خبر",
    "an id in the query": STORY + "?id=4711",
    "a month in the parameter m": STORY + "?m=202401",
    "a sub-folder": STORY + "/2",
    "capitals in the path": "https://news.example/Politics/4711-خبر",
}


@pytest.mark.parametrize(("url", "variant"), COPIES.values(), ids=COPIES)
def test_copies_of_a_story_have_one_key_and_say_what_they_are(url: str, variant: str | None) -> None:
    assert (story_key(url), find_variant(url)) == (KEY, variant)


@pytest.mark.parametrize("url", OTHERS.values(), ids=OTHERS)
def test_other_pages_have_other_keys(url: str) -> None:
    assert story_key(url) != KEY


def test_ids_in_the_query_are_kept_in_any_order() -> None:
    one, other = "http://x.com/news.php?id=7&cat=2", "http://www.x.com/news.php?cat=2&print=1&id=7&utm_medium=a"
    assert story_key(one) == story_key(other) == "x.com/news.php?cat=2&id=7"


def test_the_fuller_variant_is_preferred() -> None:
    ranked = [None, "mobile", "amp", "print"]
    assert [outranks(one, other) for one, other in pairwise(ranked)] == [True, True, True]
    assert not any(outranks(variant, variant) for variant in ranked)
    assert not outranks("print", None)


PIECES = st.sampled_from(
    ["www.", "m.", "amp.", "x.com", "/", "amp", ".amp", ".html", "print", "index.php", "m", "?", "&", "amp=1", "m=1",
     "id=7", "page=2", "خبر", "%D8%AE", "..", ":80", "#a", "utm_source=b", "AMP", "a"]
)  # fmt: skip


@settings(deadline=None)
@example("www.:80")
@example("..amp")
@given(st.lists(PIECES, max_size=9).map("".join))
def test_key_of_a_key_is_itself(rest: str) -> None:
    for url in ("http://x.com/" + rest, "https://" + rest):
        try:
            key = story_key(url)
        except ValueError:
            continue
        assert story_key("http://" + key) == key
        assert find_variant("http://" + key) is None
