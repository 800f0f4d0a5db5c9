"""What kind of page it is: an article, or one of the many things that a news site serves under an article's address."""

from __future__ import annotations

import re

from newscrawl.arabic import fold, get_arabic_share
from newscrawl.extraction.reading import Reading
from newscrawl.items import Outcome

_CHALLENGE = re.compile(
    r"just a moment|checking your browser|attention required|verify you are (?:a )?human|access denied|ddos protection"
    r"|enable javascript and cookies to continue|are you a robot|security check|التحقق من انك انسان|جار التحقق من",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we value your privacy|نحن نقدر خصوصيتك|قبل المتابعه|الموافقه علي ملفات تعريف الارتباط",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"(?:^|\W)404(?:\W|$)|page (?:was )?not found|الصفحه (?:التي تبحث عنها |المطلوبه )?غير موجوده|لم يتم العثور|عذرا.{0,40}غير موجود|الصفحه غير متوفره|تعذر العثور",
    re.IGNORECASE,
)
_NOT_ARTICLE_TYPES = frozenset(
    (
        "Product CollectionPage SearchResultsPage ProfilePage ContactPage AboutPage ItemList WebSite "
        "og:website og:product og:profile ImageGallery Store LocalBusiness Offer JobPosting"
    ).split()
)
_MIN_BODY_CHARS = 140


def judge(
    reading: Reading, title: str | None, body: str, language: str | None, status: int
) -> tuple[Outcome, str | None]:
    """Return the outcome and, where that needs saying, why."""
    texts = " ".join(segment.text for segment in reading.segments[:60])
    start = fold(texts[:3000])
    if status in (404, 410):
        return Outcome.GONE, f"http_{status}"
    if len(body) < 600 and _CHALLENGE.search(start):
        return Outcome.CHALLENGE, None
    if len(body) < 400 and _CONSENT.search(start):
        return Outcome.CONSENT, None
    if len(body) < 400 and _NOT_FOUND.search(fold(title or "") + " " + start[:600]):
        return Outcome.NOT_ARTICLE, "not_found"
    if len(texts) < 200 and not body:
        return Outcome.EMPTY_SHELL, None
    if reason := _find_objection(reading, title, body):
        return Outcome.NOT_ARTICLE, reason
    if (language != "ar" and get_arabic_share(body) < 0.5) or language not in (None, "ar"):
        return Outcome.OTHER_LANGUAGE, language
    if not reading.declared.is_free and len(body) < 1200:
        return Outcome.PAYWALLED, None
    return Outcome.ARTICLE, None


def _find_objection(reading: Reading, title: str | None, body: str) -> str | None:
    """Return why a page is no article, or None: little text under the headline beside many cards, or another declared kind."""
    is_declared = bool(reading.declared.types & {"NewsArticle", "Article", "BlogPosting", "og:article"})
    paragraphs = sum(segment.label in ("paragraph", "quote", "list_item") for segment in reading.segments)
    cards = len(set(reading.card_of.values()))
    if not title:
        return "no_title"
    if not body:
        return "no_text"
    if len(body) < _MIN_BODY_CHARS and not (is_declared and len(body) > 60):
        return "short_text"
    if (
        reading.declared.types & _NOT_ARTICLE_TYPES
        and not is_declared
        and len(body) < 1500
        and (cards > 8 or paragraphs < 3)
    ):
        return "other_kind"
    if cards > 12 and len(body) < 25 * cards and not is_declared:
        return "section"
    return None
