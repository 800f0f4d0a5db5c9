"""What kind of page it is: an article, or one of the many things that a news site serves under an article's address.

No single sign decides: an article may have no date and no structured data, a privacy page has a headline, paragraphs and
a date. So signs for and against are added up; the weights were set on pages of both kinds with known answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newscrawl.arabic import fold, get_arabic_share
from newscrawl.extraction.headline import split_title
from newscrawl.extraction.hints import Hint
from newscrawl.extraction.metadata import ARTICLE_TYPES
from newscrawl.extraction.phrases import find_phrase
from newscrawl.extraction.reading import BODY_LABELS, FURNITURE, Reading, get_folded_key, get_key
from newscrawl.extraction.segments import Box
from newscrawl.items import Article, Outcome
from newscrawl.urls import resolve

# Of folded text, and so of lower case: a search that minds the case is ten times as fast.
_CHALLENGE = re.compile(
    r"just a moment|checking your browser|attention required|verify you are (?:a )?human|access denied|ddos protection"
    r"|enable javascript and cookies to continue|are you a robot|security check|التحقق من انك انسان|لست روبوت|جار التحقق من"
)
_CONSENT = re.compile(
    r"before you continue|we value your privacy|نحن نقدر خصوصيتك|قبل المتابعه|الموافقه علي ملفات تعريف الارتباط"
)
_PAYWALL = re.compile(
    r"للمشتركين (?:فقط|حصر)|(?:مخصص|متاح|متوفر|حصري)\w* (?:فقط )?للمشتركين|محتوي (?:حصري )?(?:خاص )?(?:ب|ل)المشتركين|خاص بالمشتركين|اشترك (?:الان )?(?:لقراء|لمتابع|لمواصل)"
    r"|(?:للاعضاء|الاعضاء) فقط|مقالات مجانيه|اختر باقتك|القراء\w* بالاشتراك|لقراء\w* (?:ال)?(?:مقال|نص|تقرير|خبر|ماد)\w* كامل|النص الكامل في العدد|subscribers only|subscribe to (?:read|continue)",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"(?:^|\W)404(?:\W|$)|page (?:was )?not found|الصفحه (?:التي تبحث عنها |المطلوبه )?غير موجوده|لم يتم العثور"
    r"|عذرا.{0,40}غير موجود|الصفحه غير متوفره|تعذر العثور|تم حذف|لم نعثر|انتهت مده (?:اتاح|صلاحي)|لم يعد متاح|حذف هذا المحتوي"
)
# Counted one by one: str.count() is ten times as fast as a search for any of them.
_TRADE = (
    "اضف الي السله", "اضافه الي السله", "اشتر الان", "شراء الان", "add to cart", "السعر", "ر.س", "جنيه شامل", "احجز الان", "للايجار",
    "للبيع", "قدم الان", "سجل الان",
)  # fmt: skip
# What a publishing system puts into an empty site.
_SAMPLE = re.compile(
    r"اهلا بالعالم|مرحبا بك في ووردبريس|عنوان تجريبي|نص تجريبي|هذا النص هو مثال|lorem ipsum|hello world"
)
_THREAD = ("المشاركات", "عضو", "اقتباس", "رقم المشاركه", "افضل اجابه", "الاجابات")
_OTHER_TYPES = frozenset(
    "Product CollectionPage SearchResultsPage ProfilePage ContactPage AboutPage QAPage Hotel"
    " DiscussionForumPosting ImageGallery Store LocalBusiness Offer JobPosting BroadcastEvent GovernmentService"
    " SoftwareApplication RadioSeries PodcastSeries Book og:product og:profile og:video.other og:video og:website".split()
)
_LIST_PATH = re.compile(
    r"^/(?:[a-z]{2}/?|index\.\w+|home/?|default\.\w+)?$|/(?:categor(?:y|ies)|tags?|sections?|authors?|writers?|search|page)(?:/|\.\w+$)",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile("[0-9]{4}")
_LIST_QUERY = re.compile(r"^(?!.*(?:id|p)=\d)(?:.*&)?(?:s|q|cat|author|tag)=|(?:^|&)view=category", re.IGNORECASE)
_TITLES_OF_OTHERS = frozenset(("page", "section", "copyright", "nav", "most_read", "cookie", "promo", "tags"))
_MIN_BODY_CHARS = 60
_MAX_WALL_CHARS = 1200
_MAX_TEASER_CHARS = 600
_LINES_BEHIND_TEASER = 5
_LEAST_PARAGRAPH_CHARS = 60
_DATE_WEIGHTS = {"printed": 1.5, "issue": 0.0}
"""The day of an issue stands on each of its pages."""
_LEAST_GALLERY_PICTURES = 6
_MAX_LABEL_WORDS = 3


def judge(reading: Reading, article: Article, status: int) -> tuple[Outcome, str | None]:
    """Return the outcome and, where that needs saying, why."""
    if status in (404, 410):
        return Outcome.GONE, f"http_{status}"
    if wall := _find_wall(reading, article):
        return wall
    if reason := _find_objection(reading, article):
        return Outcome.NOT_ARTICLE, reason
    if (article.language != "ar" and get_arabic_share(article.body) < 0.5) or article.language not in (None, "ar"):
        return Outcome.OTHER_LANGUAGE, article.language
    if not reading.declared.is_free and len(article.body) < 1200:
        return Outcome.PAYWALLED, None
    return Outcome.ARTICLE, None


def _find_wall(reading: Reading, article: Article) -> tuple[Outcome, str | None] | None:
    """Return what stands in the place of a page: a challenge, a question for consent, a page not found, an empty shell."""
    size = len(article.body)
    if size >= _MAX_WALL_CHARS:
        return None
    texts = " ".join(segment.text for segment in reading.segments[:60])
    start, title = fold(texts[:3000]), fold(article.title or "")
    if size < 600 and _CHALLENGE.search(start):
        return Outcome.CHALLENGE, None
    if _CONSENT.search(title) or (size < 400 and _CONSENT.search(start)):
        return Outcome.CONSENT, None
    if size < 400 and _NOT_FOUND.search(f"{title} {start[:600]}"):
        return Outcome.NOT_ARTICLE, "not_found"
    if article.title and size < _MAX_TEASER_CHARS and _PAYWALL.search(_read_teaser(reading, article)):
        return Outcome.PAYWALLED, None
    if len(texts) < 200 and not article.body:
        return Outcome.EMPTY_SHELL, None
    return None


def _read_teaser(reading: Reading, article: Article) -> str:
    """Return the folded text with the lines right behind it, where a teaser says for whom the rest is."""
    last = max(
        (i for i, segment in enumerate(reading.segments) if segment.label in BODY_LABELS), default=reading.title_at
    )
    behind = range(last + 1, min(last + _LINES_BEHIND_TEASER, len(reading.segments)))
    lines = (
        reading.segments[i].text for i in behind if not reading.hints[i] & (FURNITURE & ~(Hint.PROMO | Hint.BUTTON))
    )
    return fold(" ".join((article.body, *lines)))


def _find_objection(reading: Reading, article: Article) -> str | None:
    """Return why a page is no article, or None."""
    if not article.title:
        return "no_title"
    if not article.body:
        return "no_text"
    if len(article.body) < _MIN_BODY_CHARS:
        return "short_text"
    against = dict(_list_objections(reading, article))
    if sum(_list_evidence(reading, article)) - sum(against.values()) >= 1:
        return None
    return max(against, key=lambda reason: against[reason], default="no_evidence")


def _list_evidence(reading: Reading, article: Article) -> Iterator[float]:
    """Yield the weight of each sign of an article that the page shows."""
    # many systems call every page an article in og:type; JSON-LD is written with more care
    yield 2.0 if reading.declared.types & ARTICLE_TYPES else 1.0 * ("og:article" in reading.declared.types)
    # a list and a table print today's date
    yield _DATE_WEIGHTS.get(article.published_source or "", 2.0) * bool(article.published_at)
    yield 0.5 * _names_article(urlsplit(resolve(None, article.url or "") or "").path)
    yield 1.0 * bool(article.authors)
    yield 1.0 * bool(article.agency or article.credit)
    yield 0.5 * bool(article.subtitle)
    yield 0.5 * bool(article.caption)
    yield 1.0 * any(related.kind == "inline" for related in article.related)
    yield 0.5 * (any(related.kind == "block" for related in article.related) and _names_offers(reading))
    yield min(2.0, 0.5 * _count_paragraphs(article))


def _names_offers(reading: Reading) -> bool:
    """Whether words or names say that links are further reading: shops and lists have cards behind their text too."""
    return any(
        reading.hints[i] & Hint.RELATED or (s.phrase is not None and s.phrase.kind == "see_also")
        for i, s in enumerate(reading.segments)
    )


def _names_article(path: str) -> bool:
    """Whether the last part of an address is a number or a headline with hyphens, as articles have."""
    leaf = path.rstrip("/").rpartition("/")[2]
    return leaf.count("-") >= 3 or bool(_LONG_NUMBER.search(leaf))


def _count_paragraphs(article: Article) -> int:
    return sum(block.kind == "paragraph" and len(block.text) > _LEAST_PARAGRAPH_CHARS for block in article.blocks)


def _list_objections(reading: Reading, article: Article) -> Iterator[tuple[str, float]]:
    """Yield each sign of another kind of page, with its weight."""
    yield from _object_to_title(reading, fold(article.title or ""))
    yield from _object_to_text(reading, article)
    types = reading.declared.types & _OTHER_TYPES
    is_declared = bool(reading.declared.types & ARTICLE_TYPES)
    if types and not is_declared:
        yield "other_kind", 1.5 if types == {"og:website"} else 6.0
    address = urlsplit(resolve(None, article.url or "") or "")
    if (address.path and _LIST_PATH.search(address.path) and not address.query) or _LIST_QUERY.search(address.query):
        # some sites keep their articles under the section's address
        yield "address_of_a_list", 1.5 if _names_article(address.path) else 3.0
    if (stories := _count_stories(reading)) >= 3:
        yield "section", min(6.0, 1.0 * stories)
    if not (article.published_at and article.published_source != "issue") and not is_declared:
        # a page that tells so much of itself would tell its date; old sites declare nothing at all
        yield "undated", 1.5 if reading.declared.types else 1.0


def _object_to_title(reading: Reading, title: str) -> Iterator[tuple[str, float]]:
    """Yield what speaks against a headline: it names a page or a section, or is not what the head declares."""
    words = title.count(" ") + 1
    phrase = find_phrase(title, words)
    is_label = phrase is not None and (phrase.kind in ("page", "section") or phrase.match == "exact")
    if phrase and is_label and phrase.kind in _TITLES_OF_OTHERS:
        yield "page_about_the_site", 6.0
    if _SAMPLE.search(title):
        yield "sample", 6.0
    key, declared = get_folded_key(title), {get_key(name) for name in reading.declared.site_names}
    if key in declared:
        yield "name_of_the_site", 4.0
    if words <= _MAX_LABEL_WORDS and _is_in_menu(reading, key):
        yield "name_of_a_section", 3.0
    if words <= 2:
        yield "label_for_a_title", 1.5
    parts = {get_key(part) for declared_title, _ in reading.declared.titles for part in split_title(declared_title)}
    if parts and not any(key.startswith(part) or part.startswith(key) for part in parts - {""}):
        # old sites declare nothing, or the same on every page
        yield "undeclared_title", 1.5 if reading.declared.types else 0.5


def _is_in_menu(reading: Reading, key: str) -> bool:
    """Whether a link elsewhere on the page has the headline for its text, as a menu has a section's name."""
    return any(
        segment.words <= _MAX_LABEL_WORDS and segment.link_share > 0.9 and get_folded_key(segment.folded) == key
        for index, segment in enumerate(reading.segments)
        if index != reading.title_at
    )


def _object_to_text(reading: Reading, article: Article) -> Iterator[tuple[str, float]]:
    """Yield what the text shows of another kind of page: a shop, a thread, a table, pictures."""
    texts = " ".join(
        segment.folded or fold(segment.text)
        for segment in reading.segments
        if not segment.label or segment.label in ("paragraph", "list_item")
    )
    if sum(map(texts.count, _TRADE)) >= 2:
        yield "shop", 3.0
    if sum(map(texts.count, _THREAD)) >= 3:
        yield "forum", 3.0
    paragraphs = _count_paragraphs(article)
    cells = sum(len(block.text) for block in article.blocks if block.kind == "table")
    if cells > 0.5 * len(article.body) and paragraphs <= 1:
        yield "table", 2.0
    scope = reading.boxes[reading.scope]
    pictures = sum(segment.image is not None for segment in reading.segments[scope.start : scope.end])
    if pictures >= _LEAST_GALLERY_PICTURES and pictures > 2 * paragraphs:
        yield "gallery", 1.5


def _count_stories(reading: Reading) -> int:
    """Count the linked headlines in the box of the text that have text under them: a list prints them, an article does not."""
    scope = reading.boxes[reading.scope]
    stories = 0
    for index in range(max(scope.start, reading.title_at + 1), scope.end):
        segment = reading.segments[index]
        is_headline = segment.level > 0 and segment.link_share > 0.8 and segment.words >= 3
        if is_headline and not reading.hints[index] & (Hint.ASIDE | Hint.RELATED) and index not in reading.offers:
            stories += 1
    return stories + sum(_is_story(reading, box) for box in reading.boxes if scope.start <= box.start < scope.end)


def _is_story(reading: Reading, box: Box) -> bool:
    """Whether a box is an article with a headline, one text and a link laid over it, as lists without linked headlines have."""
    if box.tag != "article" or box.start <= reading.title_at or box.element.find(".//a") is None:
        return False
    inside = reading.segments[box.start : box.end]
    return any(s.level and not s.links for s in inside) and sum(s.words > 12 for s in inside) == 1
