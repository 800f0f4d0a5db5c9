"""News and article pages of other languages and makers: each case is a kind of page that once lost or gained text."""

from __future__ import annotations

import pytest

from newscrawl.extraction import extract

TITLE = "Harbour town votes on a new bridge across the bay"
TEXT = (
    "The council of the harbour town voted on Tuesday to build a second bridge across the bay, after years of quarrel.",
    "Engineers had warned that the old one carries twice the traffic that it was made for, and that its piers are worn.",
    "Work is to begin in spring, said the mayor, who promised that no house on the northern shore would be torn down.",
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts or TEXT)


def read(body: str, head: str = "") -> list[str]:
    """Return the blocks of a page with this body."""
    article = extract(f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>")
    return [block.text for block in article.blocks]


def test_script_without_spaces_is_text_too() -> None:
    title = "港町に新しい橋、議会が建設を承認"
    texts = (
        "港町の議会は火曜日、湾に二本目の橋を建設する計画を承認した。長年の論争に区切りがついた。",
        "技術者は、今の橋が設計の二倍の交通量を支えており、橋脚の傷みも進んでいると警告していた。",
        "市長は「北岸の家は一軒も取り壊さない」と約束した。",
    )
    assert list(texts) == read(f"<main><h1>{title}</h1><div>{paragraphs(*texts)}</div></main>")


def test_headline_repeated_below_the_text_is_not_where_the_text_begins() -> None:
    top = f'<div class="teaser"><h1>{TITLE}</h1></div>'
    again = f'<section><h2 class="title">{TITLE}</h2><p>Tell a friend about it.</p></section>'
    assert list(TEXT) == read(f"{top}<article>{paragraphs()}</article>{again}")


def test_items_of_a_list_with_long_texts_are_no_cards() -> None:
    places = [f"The bridge at {name} " + TEXT[0] + " " + TEXT[1] + " " + TEXT[2] for name in ("Alm", "Bree", "Cove")]
    items = "".join(
        f'<div class="place"><h2><a href="/{i}">Bridge number {i}</a></h2><p>{text}</p></div>'
        for i, text in enumerate(places)
    )
    blocks = read(f"<main><h1>{TITLE}</h1><div>{paragraphs(TEXT[0])}{items}</div></main>")
    assert set(places) <= set(blocks)


def test_names_of_headings_are_anchors() -> None:
    heading = '<h2 id="how-to-follow-the-youtube-video" class="toc-2">What the second bridge will carry</h2>'
    blocks = read(f"<article><h1>{TITLE}</h1>{paragraphs(TEXT[0])}{heading}{paragraphs(*TEXT[1:])}</article>")
    assert blocks == [TEXT[0], "What the second bridge will carry", *TEXT[1:]]


def test_box_called_card_or_widget_with_a_long_text_is_text() -> None:
    long = " ".join(TEXT)
    items = "".join(f'<div class="listicle-card"><h3>Pier {i}</h3><p>{i}: {long}</p></div>' for i in range(3))
    blocks = read(f"<article><h1>{TITLE}</h1>{paragraphs(TEXT[0])}{items}</article>")
    assert [block for block in blocks if block.endswith(long)] == [f"{i}: {long}" for i in range(3)]


def test_page_builder_calls_every_paragraph_a_widget() -> None:
    widgets = "".join(
        f'<div class="elementor-element elementor-widget"><div class="elementor-widget-container">{p}</div></div>'
        for p in (f"<p>{text}</p>" for text in TEXT)
    )
    assert list(TEXT) == read(f"<main><h1>{TITLE}</h1><div>{widgets}</div></main>")


def test_heading_under_a_picture_is_no_caption() -> None:
    text = "".join(f'<img src="/{i}.jpg"><h2 class="h-{i}">Part number {i}</h2><p>{TEXT[i]}</p>' for i in range(3))
    blocks = read(f"<article><h1>{TITLE}</h1><div>{paragraphs(TEXT[0])}{text}</div></article>")
    assert [block for block in blocks if block.startswith("Part")] == [
        "Part number 0",
        "Part number 1",
        "Part number 2",
    ]


def test_newsletter_that_is_the_page_is_text() -> None:
    letter = f'<article class="newsletter-content">{paragraphs()}</article>'
    others = f'<div class="voices">{"".join(f"<div>So says a reader: {text}</div>" for text in TEXT)}</div>'
    assert read(f"<h1>{TITLE}</h1>{letter}{others}")[:3] == list(TEXT)


def test_numbered_ids_do_not_part_the_paragraphs() -> None:
    blocks = "".join(
        f'<div class="block" id="block-{i}7f"><div class="text">{paragraphs(text * i)}</div></div>'
        for i, text in ((1, TEXT[0]), (9, TEXT[1]), (1, TEXT[2]))
    )
    assert read(f"<main><h1>{TITLE}</h1><div>{blocks}</div></main>") == [TEXT[0], TEXT[1] * 9, TEXT[2]]


def test_furniture_in_other_languages_stays_out() -> None:
    lines = ("Advertisement", "Sign up for our weekly letter", "REKLAM", "Article continues below", "À découvrir")
    text = "".join(f"<p>{text}</p><p>{line}</p>" for text, line in zip(TEXT * 2, lines, strict=False))
    blocks = read(f"<article><h1>{TITLE}</h1>{text}<p>{TEXT[1]}</p></article>")
    assert set(blocks) == set(TEXT)


def test_heading_in_the_text_that_repeats_the_declared_title_is_not_the_headline() -> None:
    top = f"<h1>Harbour town to vote on a bridge</h1>{paragraphs()}"
    blocks = read(f"<article>{top}<h2>{TITLE}</h2>{paragraphs(*(f'Later: {text}' for text in TEXT))}</article>")
    assert blocks[:3] == list(TEXT)


def test_byline_of_another_language_is_its_names() -> None:
    line = '<p class="author">Von Anna-Lena Meier-Graf und Dr. Ole K. Brandt, Korrespondent</p>'
    article = extract(f"<html><body><article><h1>{TITLE}</h1>{line}{paragraphs()}</article></body></html>")
    assert article.authors == ("Anna-Lena Meier-Graf", "Dr. Ole K. Brandt")


def test_kicker_that_runs_into_the_headline_is_no_part_of_it() -> None:
    head = f'<html><head><meta property="og:title" content="{TITLE}"></head>'
    article = extract(
        f"{head}<body><article><h1><span>Split over traffic:</span> {TITLE}</h1>{paragraphs()}</article></body></html>"
    )
    assert article.title == TITLE


def test_boxes_that_differ_by_a_number_alone_are_alike() -> None:
    sizes = ((TEXT[0],), (TEXT[1], TEXT[2], TEXT[1] + " " + TEXT[2]))
    widgets = "".join(
        f'<div class="element element-{number} text"><div class="inner">{paragraphs(*texts)}</div></div>'
        for number, texts in zip(("5c92", "a41f"), sizes, strict=True)
    )
    assert read(f"<main><h1>{TITLE}</h1><div>{widgets}</div></main>") == [*sizes[0], *sizes[1]]


def read_picture(figure: str, head: str, text: str = "") -> tuple[str | None, str | None]:
    """Return the lead picture of a page with this figure under its headline, and its caption."""
    article = extract(
        f"<html><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>{figure}"
        f"<div>{paragraphs()}{text}</div></article></body></html>",
        "https://harbour.example/bridge",
    )
    return (article.image_url or "").rpartition("/")[2], article.caption


CAPTIONED = '<figure><img src="/pier-758x531.jpg"><figcaption class="pic-caption">The old pier</figcaption></figure>'


@pytest.mark.parametrize("name", ["image-embed", "lead-widget", "ads-top-after", "teaser-card"])
def test_captioned_picture_is_the_articles_own_whatever_its_box_is_called(name: str) -> None:
    figure = f'<div class="{name}">{CAPTIONED}</div>'
    assert read_picture(figure, "") == ("pier-758x531.jpg", "The old pier")


def test_picture_in_another_size_is_the_declared_one() -> None:
    head = '<meta property="og:image" content="https://harbour.example/media/pier-1200x840.webp">'
    assert read_picture(CAPTIONED, head) == ("pier-758x531.jpg", "The old pier")


def test_captioned_picture_above_the_text_leads_it() -> None:
    head = '<meta property="og:image" content="https://harbour.example/media/crane.jpg">'
    text = f'<img src="/crane.jpg">{paragraphs(TEXT[0] + " And so on.")}'
    assert read_picture(CAPTIONED, head, text) == ("pier-758x531.jpg", "The old pier")
