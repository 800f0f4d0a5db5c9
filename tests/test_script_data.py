"""The text of a page that only a script would print."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import extract
from newscrawl.items import Outcome

PARAGRAPHS = [
    "قال مصدر في وزارة المياه إن أعمال ترميم السد القديم بدأت صباح الأحد بمشاركة مئة عامل من أبناء القرى المجاورة، وإنها ستستمر ثلاثة أشهر.",
    "وأوضح المصدر أن كلفة المشروع بلغت أربعة ملايين، وأن المياه ستصل إلى الحقول قبل موسم الزراعة المقبل إذا سارت الأعمال كما خُطط لها.",
    "ويعتمد سكان الوادي على السد في ري بساتين الزيتون والرمان منذ أكثر من نصف قرن، ولم تُجر له أي صيانة منذ عشرين عامًا.",
]
TITLE = "بدء ترميم السد القديم في الوادي"
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HEAD = (
    f'<title>{TITLE} | صحيفة الوادي</title><meta property="og:title" content="{TITLE} | صحيفة الوادي">'
    '<meta property="article:published_time" content="2024-01-15T08:30:00+02:00">'
)


def _page(*scripts: str) -> str:
    return f'<html lang="ar"><head>{HEAD}</head><body><div id="app">تحميل...</div>{"".join(scripts)}</body></html>'


def _stream(text: str) -> str:
    pushes = [text[:90], text[90:]]
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in pushes)


def _data(value: object) -> str:
    return f"<script>window.__STATE__ = {json.dumps(value, ensure_ascii=False)};</script>"


@pytest.mark.parametrize(
    "page",
    [
        _page(_data({"post": {"title": TITLE, "content": STORY, "views": 10}})),
        _page(_data({"cache": json.dumps({"title": TITLE, "html": STORY})})),
        _page(f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"title": TITLE, "t": STORY})}</script>'),
        _page(_stream(f'4:{{"title":"{TITLE}","body":"$24"}}\n24:T{len(STORY.encode()):x},{STORY}5:["$","div"]\n')),
        _page(_stream("4:" + json.dumps({"title": TITLE, "body": STORY}))),
        _page(_data({"title": TITLE, "content": f"<p>{PARAGRAPHS[0]}</p>$$AD$$<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"})),
    ],
    ids=["state", "json-in-json", "next-data", "stream-of-text", "stream-of-json", "slots-of-advertisements"],
)  # fmt: skip
def test_text_is_read_from_the_data_of_a_script(page: str) -> None:
    article = extract(page, "https://alwadi.example/news/12345")
    assert article.title == TITLE
    assert [block.text for block in article.blocks] == PARAGRAPHS
    assert article.outcome == Outcome.ARTICLE


def test_declared_text_is_read_where_the_page_prints_none() -> None:
    node = {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(PARAGRAPHS)}
    article = extract(_page(f'<script type="application/ld+json">{json.dumps(node)}</script>'))
    assert [block.text for block in article.blocks] == PARAGRAPHS


@pytest.mark.parametrize(
    "scripts",
    [
        [],
        [_data({"posts": [{"title": f"{TITLE} {n}", "content": f"{STORY}<p>{n}</p>"} for n in range(5)]})],
        [_data({"menu": ["الرئيسية", "السياسة"], "style": "<p>.a{color:red}</p>" * 90})],
        ['<script>var x = "' + "a" * 1000 + "</script>"],
        [_data({"title": TITLE, "content": "\x00\x01\ud800" * 200})],
    ],
    ids=["no-data", "a-list-of-stories", "no-text", "open-string", "control-characters"],
)
def test_shell_without_one_story_in_its_data_stays_a_shell(scripts: list[str]) -> None:
    assert extract(_page(*scripts), "https://alwadi.example/").outcome == Outcome.EMPTY_SHELL


def test_control_characters_in_the_data_do_no_harm() -> None:
    article = extract(_page(_data({"title": TITLE, "content": STORY.replace("السد", "\x00ال\x0bسد", 1)})))
    assert article.title == TITLE
    assert len(article.blocks) == 3


def test_data_are_left_alone_where_the_page_prints_its_text() -> None:
    page = _page(_data({"title": "آخر", "content": STORY.replace("السد", "الجسر")})).replace(
        "تحميل...", f"<h1>{TITLE}</h1>{STORY}"
    )
    assert [block.text for block in extract(page).blocks] == PARAGRAPHS
