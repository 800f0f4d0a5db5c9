"""The pictures of an article with what is printed about them: alternative text, caption and credit, told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newscrawl.arabic import clean, fold
from newscrawl.extraction.hints import PAINTED, Hint
from newscrawl.extraction.phrases import list_phrases, strip_phrase
from newscrawl.extraction.reading import FURNITURE, MAX_CREDIT_WORDS, Reading
from newscrawl.items import Image
from newscrawl.urls import resolve

# Where scripts that load pictures late keep the true address; src holds a placeholder until then.
_LAZY_ATTRIBUTES = (
    "data-src", "data-lazy-src", "data-original", "data-lazy", "data-srcset", "data-lazy-srcset", "data-url",
    "data-image", "data-hi-res-src", "data-full-src", "data-orig-file", "data-large-file", "data-img-url",
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"^data:|(?:^|[/_.-])(?:blank|spacer|pixel|placeholder|lazy|loading|loader|transparent|1x1|grey|gray|dot|clear|default)[\w-]*\.(?:gif|png|svg|jpe?g|webp)",
    re.IGNORECASE,
)
_NOT_A_PICTURE = re.compile(
    r"(?:^|[/_.\-])(?:logos?|icons?|ico|avatars?|authors?|writers?|columnists?|gravatar|sprites?|emojis?|smil(?:ey|ies)|buttons?|\w*button|btn|badge|banners?|ads?|advert|share|facebook|twitter|whatsapp|telegram|"
    r"play-?button|arrow|print|favicon|rss|flags?|captcha|tracking|counter|qr|fb|tw|insta|youtube|tiktok)(?:[/_.\-\d]|$)",
    re.IGNORECASE,
)
_FROM = re.compile(r"^من\s*:\s*")  # «صورة من: فلان»
_SOURCE_NAME = re.compile(r"(?:^|[-_ ])(?:src|source|credits?|copyright|photographer)(?:[-_ ]|$)", re.IGNORECASE)
_MOST_ABOVE_HEADLINE = 8
_LOGO = re.compile(r"\blogo\b|شعار", re.IGNORECASE)
_STAND_IN = re.compile(
    r"/(?:\w+[-_])?(?:default|placeholder|social|no[-_]?image|no[-_]?photo|noimg|auton\d*)[\w-]*\.\w+$|/(?:og|emblem|header|fallback)(?:[-_](?:image|img|card|bg))?\.\w+$|/topics/\w+\.gif$",
    re.IGNORECASE,
)
_CREDIT_IN_BRACKETS = re.compile(r"\s*[(\[（]\s*([^()\[\]（）]{2,60}?)\s*[)\]）]\s*[.،]?\s*$")
_CREDIT_BEHIND_SIGN = re.compile(
    r"\s*(?:(?:[|/–-]|(?<=[.،!؟»])\s)\s*(?=(?:تصوير|عدسة|كاميرا|أرشيف)\s)|©|&copy;|\bPhoto(?:\s+by)?\s*:|\bCredit\s*:|تصوير\s*:|(?:ال)?صورة\s*:|المصدر\s*:|عدسة\s*:|(?<!\S)ص\s*:)\s*(.{2,80})$",
    re.IGNORECASE,
)
_CREDIT_BEHIND_DASH = re.compile(
    r"\s+[-–—|]\s*((?:رويترز|أ ?ف ?ب|أ\.ف\.ب|فرانس برس|الأناضول|غيتي|غيتي إيميجز|د ?ب ?أ|أ ?ب|أسوشيتد برس|AFP|Reuters|AP|Getty(?: Images)?|EPA)[^.]{0,30})$"
)
_CREDIT_BEHIND_BAR = re.compile(r"\s\|\s+(\S+(?: \S+){0,3})$")  # «حقول القمح في نيسان 2023 | فلان الفلاني»
_CREDIT_ALONE = re.compile(r"(?:بيانات|غرافيك|إنفوغراف(?:يك)?|رسم|خريطة)\s*[:：]\s*(\S.{2,60})")
_AGENCIES = re.compile(
    r"(?:(?:getty(?: images)?|afp|reuters|ap|epa|aa|anadolu|shutterstock|imago|alamy|freepik|pexels|unsplash)\W*)+",
    re.IGNORECASE,
)
_AGENCY_NAME = re.compile(
    r"رويترز|ا ?ف ?ب|أ ?ف ?ب|أ\.ف\.ب|فرانس|اناضول|أناضول|غيتي|جيتي|أ ?ب\b|اسوشيتد|أسوشيتد|د ?ب ?أ|وكال|ارشيف|أرشيف|تصوير|مواقع|وسائل التواصل|الجزيرة|العربي|سبوتنيك|شينخوا|واس|وام|بترا|سانا|"
    r"getty|afp|reuters|ap\b|epa|anadolu|archive|/|©|shutterstock|social media|wikimedia|pexels|unsplash|via",
    re.IGNORECASE,
)


def is_decoration(address: str) -> bool:
    """Whether an address is that of a logo, an icon, a button or a stand-in."""
    path = address.split("?")[0]
    return bool(_NOT_A_PICTURE.search(path) or _STAND_IN.search(path))


def find_address(element: etree._Element, base: str | None) -> str | None:
    """Return a picture's true address, late-loaded and responsive ones included, or None for what is no picture."""
    for value in _list_addresses(element):
        if value and not _PLACEHOLDER.search(value):
            address = resolve(base, value) if base or "://" in value or value.startswith("//") else value
            if address:
                return address
    return None


def _list_addresses(element: etree._Element) -> Iterator[str]:
    for name in _LAZY_ATTRIBUTES:
        value = element.get(name)
        if value:
            yield _pick_largest(value) if "srcset" in name else value.strip()
    yield (element.get("src") or "").strip()
    yield _pick_largest(element.get("srcset") or "")
    if painted := PAINTED.search(element.get("style") or ""):
        yield painted[1].strip()
    parent = element.getparent()
    if parent is not None and parent.tag == "picture":
        for source in parent.iter("source"):
            yield _pick_largest(source.get("srcset") or source.get("data-srcset") or "")
    for neighbour in (element.getnext(), parent.getnext() if parent is not None else None):
        if neighbour is not None and neighbour.tag == "noscript":
            for image in neighbour.iter("img"):
                yield (image.get("src") or "").strip()


def _pick_largest(srcset: str) -> str:
    """Return the address with the largest width or density of a srcset (HTML standard, 4.8.4.2.1)."""
    best, best_size = "", -1.0
    for candidate in re.split(r",\s+|,(?=https?:|/)", srcset.strip()):
        address, _, size = candidate.strip().partition(" ")
        number = re.match(r"[\d.]+", size.strip())
        value = float(number.group()) if number and number.group() != "." else 0.0
        if address and value > best_size:
            best, best_size = address, value
    return best


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Return a caption without its credit, and the credit without its brackets: «… (أ ف ب/فلان)», «… © REUTERS»."""
    text = strip_phrase(text, "caption")
    bare = text.strip(" ()[]")
    if fold(bare) in list_phrases("agency") or _AGENCIES.fullmatch(bare):
        return None, bare  # «رويترز», «(أ ف ب)»
    if match := _CREDIT_ALONE.fullmatch(text):
        return None, match[1]  # «بيانات: الإدارة المركزية للإحصاء» under a chart
    match = _CREDIT_IN_BRACKETS.search(text)
    if match and (_AGENCY_NAME.search(match.group(1)) or len(match.group(1).split()) <= 4):
        return text[: match.start()].strip() or None, strip_phrase(match.group(1), "credit") or match.group(1)
    match = _CREDIT_BEHIND_SIGN.search(text) or _CREDIT_BEHIND_DASH.search(text) or _CREDIT_BEHIND_BAR.search(text)
    if match:
        return text[: match.start()].strip(" -–—|،") or None, match.group(1).strip()
    return text or None, None


def find_images(reading: Reading, base: str | None) -> list[tuple[int, Image]]:
    """Return the article's own pictures with their positions: those near and in its text, no logos, faces or cards."""
    body = [
        i
        for i, segment in enumerate(reading.segments)
        if segment.label in ("paragraph", "heading", "list_item", "quote")
    ]
    last = body[-1] if body else reading.title_at
    end = _find_end(reading, last) if last >= 0 else 0  # a page of scripts alone has no text at all
    found: list[tuple[int, Image]] = []
    seen: set[str] = set()
    for index, segment in enumerate(reading.segments[:end]):
        if segment.image is None or not _is_of_article(reading, index):
            continue
        address = find_address(segment.image, base)
        if address and address not in seen and not is_decoration(address) and not is_tiny(segment.image):
            seen.add(address)
            alt = clean(segment.image.get("alt") or "") or None
            found.append((index, Image(address, alt, *_read_caption(reading, index))))
    return found


def _find_end(reading: Reading, last: int) -> int:
    """Return the position behind the article's pictures: a figure with a caption may close the text, in the text's own box.

    A picture beside a line in no figure is there an app's, a newsletter's or the site's own.
    """
    box = reading.boxes[reading.segments[last].box]
    if box.parent >= 0 and box.end == last + 1:
        box = reading.boxes[box.parent]  # a paragraph's box ends with it
    end = last + 1
    for index in range(last + 1, min(box.end, last + 3)):
        image = reading.segments[index].image
        if (
            image is not None
            and index in reading.caption_of.values()
            and next(image.iterancestors("figure"), None) is not None
        ):
            end = index + 1
    return end


def _is_of_article(reading: Reading, index: int) -> bool:
    if (
        index in reading.card_of
        or reading.hints[index] & (FURNITURE & ~Hint.FORM)
        or reading.hints[index] & Hint.BYLINE
    ):
        return False
    if any(segment.label == "see_also" for segment in reading.segments[index + 1 : index + 2]):
        return False
    scope = reading.boxes[reading.scope]
    if index > reading.title_at or scope.start <= index < scope.end:
        return True
    segment = reading.segments[index]
    alt = (segment.image.get("alt") or "") if segment.image is not None else ""
    between = reading.segments[index + 1 : reading.title_at]
    is_right_above = not (between or segment.links or _LOGO.search(alt))
    # the picture of a module that stands above the headline has the module's heading behind it
    is_parted = any(other.level and other.words > 1 for other in between)
    # what stands above the site's menu is the site's; only a breadcrumb may come between
    is_parted = is_parted or any(_is_menu(reading, i) for i in range(index + 1, reading.title_at))
    is_near = is_right_above or (len(between) < 6 and not is_parted and _shares_article(reading, index))
    return is_near and not _has_own_below(reading)


def _is_menu(reading: Reading, index: int) -> bool:
    is_crumb = reading.hints[index] & Hint.CRUMB
    return reading.segments[index].label == "nav" and not is_crumb and len(reading.segments[index].links) > 2


def _has_own_below(reading: Reading) -> bool:
    """Whether a picture follows the headline: what stands above it is the site's then."""
    below = range(reading.title_at + 1, min(reading.title_at + 3, len(reading.segments)))
    pictures = (reading.segments[i].image for i in below if not reading.hints[i] & (FURNITURE | Hint.BYLINE))
    return any(picture is not None and not is_tiny(picture) for picture in pictures)


def _shares_article(reading: Reading, index: int) -> bool:
    """Whether a picture above the headline stands in a box with the headline that begins there, and not with the page."""
    box = reading.boxes[reading.segments[index].box]
    while not box.start <= reading.title_at < box.end and box.parent >= 0:
        box = reading.boxes[box.parent]
    return box.depth > 3 and reading.title_at - box.start <= _MOST_ABOVE_HEADLINE


def is_tiny(element: etree._Element, least: int = 70) -> bool:
    """Whether a picture says itself that it is an icon or a spacer; `least` is in pixels."""
    sizes = [element.get("width") or "", element.get("height") or ""]
    return any(size.isdecimal() and int(size) < least for size in sizes)


def _read_caption(reading: Reading, image: int) -> tuple[str | None, str | None]:
    caption = credit = None
    for position, owner in reading.caption_of.items():
        if owner != image:
            continue
        text, phrase = reading.segments[position].text, reading.segments[position].phrase
        if phrase and phrase.kind in ("caption", "credit") and text.endswith(("،", ":")):
            continue  # «التعليق على الصورة،» in an element of its own
        if (
            not caption
            and reading.segments[position].label != "credit"
            and (parts := _split_last_child(reading, position))
            and not (parts[0] or "").endswith(("،", ":"))  # «صدر الصورة، فلان»
        ):
            caption, credit = parts
        elif (
            (phrase and phrase.kind == "credit" and not _begins_sentence(text))
            or reading.segments[position].label == "credit"
            or (caption and text.count(" ") < MAX_CREDIT_WORDS)
        ):
            credit = _strip_label(text)
        elif not caption:
            caption, found = split_credit(text)
            credit = found or credit
    return caption, credit


def _begins_sentence(text: str) -> bool:
    """Whether «صورة» speaks of what is seen, as in «صورة جوية للسد», and not of who took it."""
    is_bare = text.startswith(("صورة ", "الصورة ")) and ":" not in text
    return is_bare and text.count(" ") > 1 and not _AGENCY_NAME.search(text)


def _split_last_child(reading: Reading, position: int) -> tuple[str | None, str] | None:
    """Return caption and credit where the caption's last words are an element of their own: «… <cite>فلان</cite>».

    All words of the caption may be such an element, where it is named for a source: «<span class="caption-src">ح.م</span>».
    """
    element = reading.boxes[reading.segments[position].box].element
    if (
        not len(element)
        or (element[-1].tail or "").strip()
        or element[-1].tag not in ("cite", "small", "span", "em", "i")
    ):
        return None
    credit, text = clean("".join(element[-1].itertext())), reading.segments[position].text
    is_whole = clean("".join(element.itertext())) == text  # else the credit is a text of its own already
    if credit == text and _SOURCE_NAME.search(element[-1].get("class") or ""):
        return None, _strip_label(credit)
    if not credit or credit.count(" ") > 5 or not text.endswith(credit) or credit == text or not is_whole:
        return None
    return text.removesuffix(credit).strip(" -–—|/"), _strip_label(credit)


def _strip_label(credit: str) -> str:
    """Return a credit without brackets, sign and «تصوير:»; «أرشيفية» is a label and all that there is."""
    return _FROM.sub("", strip_phrase(credit, "credit") or credit).strip(" ()[]©")
