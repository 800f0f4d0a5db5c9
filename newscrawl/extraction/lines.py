"""What a short line says by itself, wherever it stands: a date, a row of share buttons, a menu."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from newscrawl.arabic import fold
from newscrawl.dates import parse_date
from newscrawl.extraction.segments import Segment

_MAX_DATE_WORDS = 16
"""«الأربعاء 15 جمادى الأولى 1445 هـ الموافق 29 نوفمبر 2023 م - 17:40» has fourteen."""
_LEAST_BUTTONS = 3
FIELD_BREAK = re.compile(r"\s+[|•·]\s+")
"""Stands between the fields of one line: «السياسة | 12 مارس 2025»."""
SENTENCE_END = re.compile(r"[.!؟?…»\"”:؛،,)\]。！？」』）]\s*$")
ANY_TIME = datetime(2024, 1, 15, 12, tzinfo=UTC)
"""Whether «قبل 8 ساعات» is a date does not depend on the day."""
HAS_DIGIT = re.compile(r"\d")
# The label texts of a share widget, standing side by side or run together without a space.
_NETWORKS = re.compile(
    r"(?:facebook|twitter|linked\s?in|e-?mail|whats\s?app|telegram|messenger|pinterest|copy|link|print|instagram|youtube"
    r"|reddit|viber|tumblr|share|tweet|google\s?\+?|rss|x|فيسبوك|فيس بوك|تويتر|اكس|واتساب|واتس اب|تلغرام|تيليجرام|لينكد ان|لينكدان"
    r"|انستغرام|انستجرام|يوتيوب|ماسنجر|بريد|طباعه|نسخ الرابط|مشاركه|شارك(?: الخبر| مع اصدقائك| المقال| هذا| القصه| الموضوع| عبر)*|[\W\d_])+"
)


def is_date_line(segment: Segment) -> bool:
    """Whether a short text is a date, or a byline or section with a date behind it."""
    if segment.words > _MAX_DATE_WORDS or not (
        HAS_DIGIT.search(segment.text) or segment.folded.startswith(("منذ ", "قبل "))
    ):
        return False
    return any(
        parse_date(text, now=ANY_TIME) is not None
        for text in (segment.text, *FIELD_BREAK.split(segment.text), *segment.parts)
    )


def is_network_row(segment: Segment) -> bool:
    """Whether a text is nothing but names of networks and words for sharing: «FacebookTwitterLinkedInEmail»."""
    return bool(segment.folded) and bool(_NETWORKS.fullmatch(segment.folded)) and any(map(str.isalpha, segment.folded))


def is_button_row(segment: Segment) -> bool:
    """Whether a short text is a row of links that lead nowhere, as scripts make buttons of: «طباعة حفظ إضافة للمفضلة»."""
    is_row = len(segment.links) >= _LEAST_BUTTONS and segment.words <= _MAX_DATE_WORDS and segment.link_share > 0.4
    return is_row and all(href.startswith(("#", "javascript:")) for href, _, _ in segment.links)


def is_menu(segment: Segment) -> bool:
    """Whether a text is a row of short links, with or without bars between them: «الرئيسية | أخبار | سياسة»."""
    share = 0.7 if len(segment.links) > 3 else 0.9
    return (
        len(segment.links) >= 2 and segment.link_share > share and all(len(text) < 25 for _, text, _ in segment.links)
    )


def leads_home(segment: Segment) -> bool:
    """Whether one of a row's links is the way home, as in a menu."""
    return any(fold(text) in ("الرئيسيه", "الصفحه الرئيسيه", "home") for _, text, _ in segment.links)
