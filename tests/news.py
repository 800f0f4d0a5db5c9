"""Made-up news, as long and as varied as the real thing: what is written of article number n is the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, islice

from benchmarks.search import make_vocabulary
from newscrawl import Archive
from newscrawl.items import Article, Block, Image, Related, Site

SITES = tuple(
    Site(f"s{number}", f"صحيفة {number}", f"s{number}.example", country=country, languages=("ar",))
    for number, country in enumerate(("EG", "MA", "LB", "SA", "JO") * 4)
)
_SECTIONS = "سياسة اقتصاد رياضة ثقافة محليات منوعات صحة علوم".split()
_AGENCIES = (None, None, None, "رويترز", "فرانس برس", "وكالة الأنباء", "د ب أ")
_FIRST_NAMES = "سارة أحمد ليلى يوسف مريم خالد هدى سامي نادية عمر".split()
_LAST_NAMES = "الحسن البحيري منصور القاسم الخطيب العلمي حداد الزين بنعلي شرف".split()
# What a careless writer or reader of files trips over; a spreadsheet would take the first four for formulas.
_ODDITIES = (
    "=1+1", "-5 درجات:", "+", "@", "«مقتبس»", 'قال "نعم"', "a,b;c\td", "مُحَمَّدٌ", "محمـــد", "١٢٣٫٤٥", "COVID-19", "😀", "می\u200cخواهم",
    "ﷺ", "1/2", "007", "NULL", "2024-01-01", "'", "\\n", "<b>",
)  # fmt: skip
_OLDEST = datetime(2020, 1, 1, tzinfo=UTC)
_ONE_IN = 2_000
"""So rare are articles longer than a spreadsheet's cell."""


@cache
def _load_words() -> tuple[list[str], list[float]]:
    words = make_vocabulary(random.Random(6))
    return words, list(accumulate(1 / (rank + 10) for rank in range(len(words))))


def make_article(number: int) -> Article:
    """Return an article of 180 to 620 words, a few as long as a book's chapter; every twentieth is a copy of the one before."""
    original = number - 1 if number % 20 == 19 else number
    dice, own = random.Random(original), random.Random(f"own {number}")
    blocks = tuple(_make_blocks(dice, 8_000 if original % _ONE_IN == 7 else dice.randint(180, 620)))
    title = _write(dice, dice.randint(5, 14))
    if dice.random() < 0.1:
        title = f"{dice.choice(_ODDITIES)} {title}"
    site = SITES[own.randrange(len(SITES))]
    url = f"https://{site.domain}/news/{number}"
    published_at = _OLDEST + timedelta(minutes=dice.randrange(5 * 365 * 24 * 60), hours=number - original)
    images = tuple(
        Image(f"{url}/{place}.jpg", _write(dice, 4), _write(dice, 9) if place else None)
        for place in range(dice.randint(0, 3))
    )
    related = tuple(
        Related("block", f"https://{site.domain}/news/{own.randrange(100_000)}", _write(dice, 8))
        for _ in range(dice.randint(0, 4))
    )
    return Article(
        url=url,
        site=site.key,
        title=title,
        subtitle=_write(dice, 18) if dice.random() < 0.6 else None,
        body="\n\n".join(block.text for block in blocks),
        blocks=blocks,
        published_at=published_at.isoformat(),
        published_source="meta",
        authors=tuple(f"{dice.choice(_FIRST_NAMES)} {dice.choice(_LAST_NAMES)}" for _ in range(dice.randint(0, 2))),
        agency=dice.choice(_AGENCIES),
        section=dice.choice(_SECTIONS),
        tags=tuple(_write(dice, 1) for _ in range(dice.randint(0, 4))),
        language="ar",
        image_url=images[0].url if images else None,
        caption=_write(dice, 9) if images else None,
        images=images,
        related=related,
        removed={"share": 1},
        fetched_at=(published_at + timedelta(minutes=own.randint(1, 600))).isoformat(),
    )


def _make_blocks(dice: random.Random, words: int) -> Iterator[Block]:
    while words > 0:
        number = min(dice.randint(25, 80), words)
        text = f"{_write(dice, number)}."
        if dice.random() < 0.05:
            text = f"{dice.choice(_ODDITIES)} {text}"
        yield Block(dice.choices(("paragraph", "quote", "list_item", "heading"), (16, 1, 1, 1))[0], text)
        words -= number


def _write(dice: random.Random, number: int) -> str:
    words, weights = _load_words()
    return " ".join(dice.choices(words, cum_weights=weights, k=number))


def fill_archive(archive: Archive, articles: Iterable[Article]) -> None:
    """Save articles, some hundred in a transaction, as a crawl does."""
    for site in SITES:
        archive.save_site(site, None)
    remaining = iter(articles)
    while some := list(islice(remaining, 500)):
        with archive.batch():
            for article in some:
                archive.save(article)
