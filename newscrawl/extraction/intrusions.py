"""What stands inside the text and is none of it, whatever its words: a date, an offer, a file, the lines of a gallery."""

from __future__ import annotations

import re

from newscrawl.extraction.lines import SENTENCE_END, is_date_line
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.segments import Segment
from newscrawl.urls import is_same_site, resolve

_DOWNLOAD = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|mp3|epub)(?:\?|$)", re.IGNORECASE)
_FILE = re.compile(r"تحميل|تنزيل|حمل|pdf|download")
_GALLERIES = ("gallery", "slider", "slideshow", "swiper")
_GALLERY = re.compile(rf"(?<![a-z])(?:photo|image|pic)?[-_]?(?:{'|'.join(_GALLERIES)})")
_FILE_SIZE = re.compile(r"\d\s*(?:MB|KB|م\.ب|ميغابايت|ميجابايت|كيلوبايت)", re.IGNORECASE)
_MAX_WORDS = 12
_MAX_NOTE_WORDS = 40
# «تنويه: حُدّثت هذه المادة»: an article that speaks of itself as of an article.
_NOTE = re.compile(r"\W*(?:تنويه|تنبيه|تصحيح|توضيح|استدراك|اعتذار|ملاحظ[هة]|تحديث)(?: \w+)?\s*[:：]")
_OF_ITSELF = re.compile(r"(?:هذا|هذه) (?:ال)?(?:خبر|ماد|مقال|تقرير|نص|نسخ|قص)|نسخ[هة] سابق|التحرير")
# Lines of a page's own, told by their form on folded text. A sentence of the news begins with a verb in the singular,
# an appeal to all readers with one in the plural.
_APPEAL = re.compile(
    r"\W*(?:للمزيد.{0,25} )?(?:تابعونا\b.*|(?:تابعوا|انضموا|اشتركوا|حملوا|فعلوا|زوروا|ادعموا|تبرعوا)\b"
    r".*(?:اخبار|موقع|قنا|صفح|حساب|تطبيق|نشر|بريد|واتس|تلي?[جغ]رام|تيلي|جوجل|غوغل|google|فيس|تويتر|منص|اشعار|صحافه).*)"
)
_COUNTER = re.compile(
    r"\W*(?:\d[\d,.]* (?:مشاهد|قراء|تعليق|مشارك|زيار)\w*|(?:ال)?(?:مشاهدات|قراءات|زيارات)\W+\d[\d,.]*)\W*"
)
_MINUTES = re.compile(
    r"\W*(?:\d+ دقا?[يئ]ق\w* (?:ل?ل?قراء\w*|من القراء\w*)|قراء\w* \d+ دقا?[يئ]ق\w*|دقيق\w+ (?:واحده )?للقراء\w*)\W*"
)
_NEWS_BY_MAIL = re.compile(
    r"\W*(?:تلق|توصل|احصل|استلم|تسلم|لتصل)\w*\b.{0,40}(?:(?:بريدك|بريدكم|نشرتنا).{0,30}|(?:اهم|اخر|ابرز) الاخبار.{0,30}(?<!\.))"
)
_PODCAST = re.compile(
    r".{0,40}(?:متوفر|متاح|استمع|تجدون|اسمع)\w* .{0,30}(?:سبوتيفاي|spotify|بودكاست|podcasts?|ساوندكلاود|soundcloud|انغامي).{0,30}(?<!\.)"
)
_VIEWS = re.compile(
    r"\W*(?:ملاحظه|تنويه)?\W*(?:جميع )?(?:ال)?(?:اراء|مقالات|مقال|مواد|تدوينات|تعليقات)\b.{0,60} و?لا (?:[تي]عبر|[تي]عكس|[تي]مثل)\w*.*"
)
_PLAYED = re.compile(r"\W*0?0:00(?:\W+\d?\d:\d\d)?\W*")
"""The clock of a player that nobody has started: «00:00», «0:00 / 4:12»."""
_OWN_VIEW = re.compile(
    r"\W*(?:هذا )?(?:المقال|المقاله|الراي)\b.{0,30}[يت]عبر عن (?:راي|وجهه نظر) (?:صاحب|كاتب)\w*.{0,20}"
)
_PRESS_HERE = re.compile(
    r".{0,60}(?:اضغط|انقر|اضغطوا|انقروا) هنا\W*|يمكنك\w* (?:متابع|مشاهد|قراء|الاطلاع)\w* .{0,50} هنا\W*"
)
_HASHTAGS = re.compile(r"(?:هاشتاغ|وسم)?\W*#\w+(?:\s+#\w+)*\W*")
_FORMS = (
    (_APPEAL, "promo"), (_NEWS_BY_MAIL, "promo"), (_PODCAST, "promo"), (_PRESS_HERE, "promo"), (_COUNTER, "other"), (_PLAYED, "other"),
    (_MINUTES, "other"), (_VIEWS, "other"), (_OWN_VIEW, "other"), (_HASHTAGS, "tag"),
)  # fmt: skip
_MAX_FORM_WORDS = 22
_BUTTON = re.compile(r"(?<![a-z])(?:btn|button)", re.IGNORECASE)


def name_intrusion(reading: Reading, segment: Segment) -> str:
    """Return the label of a text that stands among paragraphs and is none of them, or ""."""
    if is_date_line(segment):
        return "date"
    if segment.words <= _MAX_FORM_WORDS and (name := _name_form(segment)):
        return name
    if segment.words <= _MAX_NOTE_WORDS and _NOTE.match(segment.folded) and _OF_ITSELF.search(segment.folded):
        return "other"
    if segment.words <= _MAX_WORDS and (_is_download(segment) or _stands_in_gallery(reading, segment)):
        return "other"
    if _is_pulled(reading, segment):
        return "other"
    if segment.words <= _MAX_WORDS and not segment.level and segment.link_share > 0.9:
        is_idle = not any(map(_leads_anywhere, segment.links))
        if is_idle or _is_drawn_as_button(reading, segment):
            return "other"  # «انقر للتوسيع»
    if segment.words >= 3 and _is_lone_link(segment) and _is_offer(reading, segment):
        return "see_also"
    return ""


def _name_form(segment: Segment) -> str:
    """Return what a line of a page's own is, or "": «3412 مشاهدة», «تابعونا على …», «المقالات لا تعبر عن رأي الصحيفة»."""
    if segment.text.startswith(("«", '"', "“")):
        return ""  # somebody speaks
    return next((name for form, name in _FORMS if form.fullmatch(segment.folded)), "")


def _is_pulled(reading: Reading, segment: Segment) -> bool:
    """Whether a text in a box called pull quote is printed in a paragraph of the text as well."""
    box = reading.boxes[segment.box]
    holder = reading.boxes[max(box.parent, 0)]
    if "pull" not in (box.shape + holder.shape).lower():
        return False
    words = segment.text.strip(' «»"“”')
    return any(words in other.text for other in reading.segments if other.words > segment.words)


def _is_download(segment: Segment) -> bool:
    """Whether a line offers a file: «حمّل النص الكامل بصيغة PDF (1.2 ميغابايت)»."""
    leads_to_file = any(_DOWNLOAD.search(href) for href, _, _ in segment.links)
    return leads_to_file or bool(_FILE_SIZE.search(segment.text) and _FILE.search(segment.folded))


def _stands_in_gallery(reading: Reading, segment: Segment) -> bool:
    """Whether a line speaks of the pictures of a gallery inside the text."""
    box = reading.boxes[segment.box]
    while box.parent > 0 and box.index != reading.scope:
        shape = box.shape.lower()
        if any(name in shape for name in _GALLERIES) and _GALLERY.search(shape):
            return True
        box = reading.boxes[box.parent]
    return False


def _is_drawn_as_button(reading: Reading, segment: Segment) -> bool:
    """Whether a link, or a box that it fills alone, is named a button: «ابدأ الآن» in <a class="btn btn-primary">."""
    box = reading.boxes[segment.box]
    holder = reading.boxes[max(box.parent, 0)]
    names = [box.shape, *(link.get("class") or "" for _, _, link in segment.links)]
    names += [holder.shape] if holder.end - holder.start == 1 else []
    return any(map(_BUTTON.search, names))


def _leads_anywhere(link: tuple[str, str, object]) -> bool:
    return bool(link[0]) and not link[0].startswith(("#", "javascript:"))


def _is_lone_link(segment: Segment) -> bool:
    return (
        len([href for href, text, _ in segment.links if href and not href.startswith("#")]) == 1 and segment.words >= 4
    )


def _is_offer(reading: Reading, segment: Segment) -> bool:
    """Whether a text with one link is an offer: nothing but the link, or a heading that leads to another of the site's pages."""
    if not segment.level:
        text = segment.text.rstrip(" ])")  # «[ طالع: … ]»
        label = text.removesuffix(segment.links[-1][1]).rstrip()
        is_behind = label != text and segment.link_share > 0.4
        is_labelled = is_behind and label.endswith(":")
        # «وللكاتبة أيضاً معجم بلا ناطقين»: a short line that ends with a link and not like a sentence
        is_tail = is_behind and segment.words <= _MAX_WORDS and not SENTENCE_END.search(segment.text)
        return segment.link_share > 0.9 or is_labelled or is_tail or _is_glued_to_label(segment)
    address = resolve(reading.url, segment.links[0][0])
    return segment.link_share > 0.6 and bool(address and reading.url) and is_same_site(address or "", reading.url or "")


def _is_glued_to_label(segment: Segment) -> bool:
    """Whether a label of its own line stands right before the link: «دليلك قبل السفر» and the headline, without a space."""
    label = segment.parts[0] if segment.parts else ""
    is_label = 1 <= label.count(" ") < 5 and not SENTENCE_END.search(label)
    return is_label and segment.link_share > 0.4 and segment.text.startswith(label + segment.links[0][1])
