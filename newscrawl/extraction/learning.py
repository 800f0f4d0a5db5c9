"""Learn a site's furniture from its own pages: the texts that come back in the same place of different articles.

A text that comes back is not furniture yet. Agencies repeat paragraphs of background in everything about one war, a column
begins every week with the same sentence, one story is printed under five addresses: hence the rules below, whose
figures were set on invented sites that hold all of these (tests/test_learning.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from newscrawl.extraction import read
from newscrawl.extraction.blocks import label
from newscrawl.extraction.bylines import find_authors
from newscrawl.extraction.document import read_document
from newscrawl.extraction.furniture import describe_box, find_ends, find_position, get_segment_key, list_running_text
from newscrawl.extraction.layouts import find_layout
from newscrawl.extraction.reading import Reading, get_key
from newscrawl.items import FurnitureBlock, Page, Site
from newscrawl.sites.furniture import Learned

LEAST_ARTICLES = 5
_LEAST_SHARE = 0.03
_LEAST_SHARE_OF_LONG = 0.10
_LEAST_SHARE_AMONG_PARAGRAPHS = 0.10
_LEAST_SHARE_OF_OPENINGS = 0.30
_NEVER = 2.0
_LONG_WORDS = 20
"""A paragraph of background is longer, what invites readers to follow or subscribe is shorter."""
_NEARLY_ALL = 0.8
_MOSTLY_REPEATED = 0.67
Place = tuple[str, str]
"""A text's key and its box."""
_READ = frozenset(("paragraph", "quote", "list_item", "subtitle", "heading"))


@dataclass(frozen=True, slots=True)
class ArticleBlock:
    """A block of an article's text as learning sees it; `key` is its text in the form that is compared, `index` its order."""

    key: str
    text: str
    words: int
    kind: str
    box: str
    index: int

    @property
    def place(self) -> Place:
        """What makes two blocks the same."""
        return self.key, self.box


@dataclass(frozen=True, slots=True)
class ArticleBlocks:
    """What learning needs of one article; `running` are the keys of its running texts, by their order."""

    name: str
    title: str
    authors: tuple[str, ...]
    blocks: tuple[ArticleBlock, ...]
    running: Mapping[int, str]


def read_blocks(page: Page, site: Site | None, name: str) -> ArticleBlocks | None:
    """Return the blocks of a page's text as they are without any learned furniture, None where it cannot be read."""
    root = read_document(page.body, page.headers).root
    if root is None:
        return None
    reading = read(root, page.url, find_layout(site, page.fetched_at))
    running = {index: get_segment_key(reading.segments[index]) for index in list_running_text(reading)}
    label(reading)
    blocks = tuple(_list_blocks(reading))
    title = reading.segments[reading.title_at].text if reading.title_at >= 0 else ""
    return ArticleBlocks(name, get_key(title), find_authors(reading), blocks, running)


def _list_blocks(reading: Reading) -> Iterator[ArticleBlock]:
    for index, segment in enumerate(reading.segments):
        if segment.label in _READ and (key := get_segment_key(segment)):
            box = describe_box(reading, index)
            yield ArticleBlock(key, segment.text, segment.words, segment.label, box, index)


def learn(articles: Sequence[ArticleBlocks]) -> list[Learned]:
    """Return the furniture of a site, the most frequent first; articles that are copies of each other count once."""
    counts = Counter(place for article in articles for place in {block.place for block in article.blocks})
    originals = _drop_copies(articles, counts)
    evidence = _Evidence(originals, {place for place, count in counts.items() if count >= LEAST_ARTICLES})
    found = [uses for uses in evidence.list_uses() if evidence.is_furniture(uses)]
    furniture = frozenset(uses[0].block.key for uses in found)
    learned = (
        Learned(
            FurnitureBlock(uses[0].block.text, uses[0].block.box, position),
            articles=len(uses),
            of=len(originals),
            example=uses[0].article.name,
        )
        for all_uses in found
        for position, uses in _split_by_position(all_uses, furniture)
        if len(uses) >= LEAST_ARTICLES
    )
    return sorted(learned, key=lambda each: (-each.articles, each.block.position, each.block.text))


def _split_by_position(uses: list[_Use], furniture: frozenset[str]) -> Iterable[tuple[str, list[_Use]]]:
    """Return the uses by where they stand in the texts, as they are without furniture."""
    by_position: defaultdict[str, list[_Use]] = defaultdict(list)
    for use in uses:
        running = use.article.running
        ends = find_ends(list(running), running.__getitem__, furniture)
        by_position[find_position(use.block.index, ends)].append(use)
    return by_position.items()


def _drop_copies(articles: Sequence[ArticleBlocks], counts: Counter[Place]) -> list[ArticleBlocks]:
    """Return one article of those that have the same text of their own.

    An article of which nearly all comes back elsewhere is a copy that was changed here and there; all of these count
    once. What half of the site's articles have says nothing about that: it is long beside every short report.
    """
    seen: set[str] = set()
    kept = []
    for article in articles:
        unusual = [block for block in article.blocks if counts[block.place] < 0.5 * len(articles)]
        own = [block for block in unusual if counts[block.place] < LEAST_ARTICLES]
        is_copy = sum(block.words for block in own) < (1 - _MOSTLY_REPEATED) * sum(block.words for block in unusual)
        text = "" if is_copy else "\n".join(block.key for block in own)
        if text not in seen:
            kept.append(article)
            seen.add(text)
    return kept


class _Use(NamedTuple):
    """A text that comes back, in one of the articles that have it."""

    article: ArticleBlocks
    block: ArticleBlock


class _Evidence:
    """What the articles of a site, each told once, say about the texts that come back in them."""

    def __init__(self, articles: list[ArticleBlocks], repeated: set[Place]) -> None:
        self._articles = articles
        self._repeated = repeated
        blocks = [block for article in articles for block in article.blocks]
        self._in_box = Counter(block.box for block in blocks)
        self._own_in_box = Counter(block.box for block in blocks if block.place not in repeated)
        self._headings = Counter(block.key for block in blocks if block.kind == "heading")

    def list_uses(self) -> Iterable[list[_Use]]:
        """Return the uses of each text in one place, headings left out."""
        uses: defaultdict[Place, dict[str, _Use]] = defaultdict(dict)
        for article in self._articles:
            for block in article.blocks:
                if block.place in self._repeated and block.kind != "heading":
                    uses[block.place].setdefault(article.name, _Use(article, block))
        return [list(by_article.values()) for by_article in uses.values()]

    def is_furniture(self, uses: list[_Use]) -> bool:
        """Answer whether a text stands on so many articles that it is none of theirs."""
        least = max(LEAST_ARTICLES, self._find_least_share(uses) * len(self._articles))
        return len(uses) >= least and not any(self._is_bound(uses, trait) for trait in (_get_author, _get_series))

    def _find_least_share(self, uses: list[_Use]) -> float:
        """Return the share of the articles that is needed: the more a text looks like their own, the more."""
        block = uses[0].block
        is_long = block.words > _LONG_WORDS
        if self._own_in_box[block.box] <= (1 - _NEARLY_ALL) * self._in_box[block.box] and block.kind != "quote":
            return _LEAST_SHARE_OF_LONG if is_long else _LEAST_SHARE
        # what is a heading cannot always be told from a short line: then it is one on other pages
        is_heading = self._headings[block.key] > 0.2 * len(uses)
        if is_heading or block.kind in ("quote", "list_item"):
            return _NEVER
        if is_long or sum(map(self._is_opening, uses)) > 0.5 * len(uses):
            return _LEAST_SHARE_OF_OPENINGS
        return _LEAST_SHARE_AMONG_PARAGRAPHS

    def _is_opening(self, use: _Use) -> bool:
        """Whether none of the article's own texts stands before a text."""
        before = takewhile(lambda block: block is not use.block, use.article.blocks)
        return all(block.place in self._repeated for block in before)

    def _is_bound(self, uses: list[_Use], trait: Callable[[ArticleBlocks], str]) -> bool:
        """Whether a text belongs to an author or a series: nearly all of its articles share what most others have not."""
        value, count = Counter(trait(use.article) for use in uses).most_common(1)[0]
        if not value or count < _NEARLY_ALL * len(uses):
            return False
        return sum(trait(article) == value for article in self._articles) < 0.5 * len(self._articles)


def _get_author(article: ArticleBlocks) -> str:
    return get_key(" ".join(article.authors))


def _get_series(article: ArticleBlocks) -> str:
    """Return how a headline begins: «حديث الأربعاء: …» comes every week."""
    return " ".join(article.title.split()[:2])
