"""What the names of an element suggest about the text in it: tag, class, id, itemprop, role."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree


class Hint:
    """What an element's tag, class and id suggest about the text in it; suggestions, not verdicts.

    Plain integers: enum.IntFlag takes a microsecond for every "|", a thousand times a page.
    """

    NAV = 1 << 0
    SHARE = 1 << 1
    RELATED = 1 << 2
    COMMENT = 1 << 3
    ASIDE = 1 << 4
    PAGE = 1 << 5
    PROMO = 1 << 6
    TAGS = 1 << 7
    BYLINE = 1 << 8
    DATE = 1 << 9
    CAPTION = 1 << 10
    CREDIT = 1 << 11
    SUBTITLE = 1 << 12
    BODY = 1 << 13
    HIDDEN = 1 << 14
    FORM = 1 << 15
    FIGURE = 1 << 16
    QUOTE = 1 << 17
    LIST = 1 << 18
    BUTTON = 1 << 19
    EMBED = 1 << 20
    SECTION = 1 << 21
    TITLE = 1 << 22
    LISTING = 1 << 23
    CRUMB = 1 << 24
    PICTURE = 1 << 25


# Words of class and id names, and pairs of neighbouring words run together («related-news» is "relatednews").
_CLASS_WORDS = {
    Hint.NAV: "nav navi navbar navigation menu menus submenu pagination pager toc"
    " skip toolbar fontsize fontresize textresize readprogress",
    Hint.NAV | Hint.CRUMB: "breadcrumb breadcrumbs breadcumb crumb crumbs youarehere",
    Hint.SHARE: "share shares sharing shared sharedaddy sharethis social socials sns addtoany a2a addthis sharebar"
    " sharebuttons follow followus socialmedia",
    Hint.RELATED: "related rltd relateds relatedposts relatednews recommended recommendations recommendation recommend readmore"
    " readalso alsoread seealso readnext morestories similar suggested suggestions suggestion youmay alsolike"
    " nextarticle nextstory infinite"
    " jprelatedposts",
    Hint.LISTING: "morenews morefrom mostread mostviewed mostpopular popular trending latest latestnews recentposts"
    " topstories carousel outbrain taboola prevnext nextprev prevpost nextpost previouspost postnav postnavigation navlinks card cards teaser teasers"
    " ticker breaking marquee mgid",
    Hint.COMMENT: "comment comments commentlist commentform disqus respond reply fbcomments discussion",
    Hint.ASIDE: "infobox factbox errata erratum correction corrections sidebar widget widgets aside rail sidecol sidecolumn",
    Hint.PAGE: "footer sitefooter foot copyright copyrights colophon siteheader masthead topbar pageheader mainheader",
    Hint.PROMO: "promo promos promotion newsletter subscribe subscription signup banner banners advert adverts"
    " advertisement advertising ads ad adsbygoogle sponsor sponsored dfp gpt googlenews appdownload downloadapp donate"
    " cta whatsappchannel poll survey quiz popup modal adunit adslot adbox mpu leaderboard"
    " disclaimer",
    Hint.PROMO | Hint.FORM: "cookie cookies consent gdpr cookielaw onetrust cookiebot didomi usercentrics",
    Hint.TAGS: "tag tags taglist taglinks tagcloud posttags keywords keyword topics topic articletags",
    Hint.BYLINE: "by author authors byline writer writers reporter contributor contributors postedby storyby writtenby username authorname authorbox"
    " bio signature signatures auth",
    Hint.DATE: "date dates datetime time times timestamp published publish pubdate postedon postdate entrydate updated"
    " lastupdate postmeta entrymeta articlemeta meta info views readingtime",
    Hint.CAPTION: "caption captions cap imgcap imgcomment imagecomment photocomment legend captiontext figcaption imagedesc imgdesc photodesc photocaption imagecaption cutline"
    " imagetitle imgtitle picdesc",
    Hint.CREDIT: "credit credits photocredit photographer photoby imagesource photosource imgsource imagecopyright imgcopyright photocopyright",
    Hint.SUBTITLE: "subtitle subhead subheadline standfirst deck dek excerpt summary lead lede intro introduction chapo"
    " chapeau shortdesc brief leadin articledesc articledescription synopsis abstract subheading",
    Hint.BODY: "articlebody entrycontent postcontent postbody storybody articlecontent articletext contentbody"
    " bodycontent bodytext storycontent storytext newstext newsbody newscontent newsdetails singlecontent maintext"
    " textbody posttext fulltext articledetails detailsbody contenttext wysiwyg introtext itemfulltext",
    Hint.EMBED: "emb tweet tweets yt youtube vid video videos twittertweet instagrammedia fbpost tiktokembed embed oembed videoplayer player jwplayer videojs",
    Hint.SECTION: "category categories cat sectionname kicker rubric overline eyebrow topiclabel channel catlinks"
    " postcat label componentheading",
    Hint.QUOTE: "pullquote",
    Hint.TITLE: "title headline entrytitle posttitle articletitle heading",
}
_WORD_HINTS: dict[str, int] = {}
for _hint, _words in _CLASS_WORDS.items():
    for _word in _words.split():
        _WORD_HINTS[_word] = _WORD_HINTS.get(_word, 0) | _hint
# What a word must be to end one of these, alone or behind another word.
_ENDINGS = frozenset(word[start:] for word in _WORD_HINTS for start in range(len(word)))
TAG_HINTS = {
    "nav": Hint.NAV, "aside": Hint.ASIDE, "footer": Hint.PAGE, "form": Hint.FORM, "figcaption": Hint.CAPTION,
    "figure": Hint.FIGURE, "blockquote": Hint.QUOTE, "button": Hint.BUTTON, "address": Hint.BYLINE, "time": Hint.DATE,
    "ul": Hint.LIST, "ol": Hint.LIST, "dl": Hint.LIST, "label": Hint.FORM, "dialog": Hint.HIDDEN, "amp-sidebar": Hint.NAV,
    "menu": Hint.NAV,
}  # fmt: skip
_ITEMPROP_HINTS = {
    "articlebody": Hint.BODY, "description": Hint.SUBTITLE, "author": Hint.BYLINE, "datepublished": Hint.DATE,
    "datemodified": Hint.DATE, "headline": Hint.TITLE, "articlesection": Hint.SECTION, "keywords": Hint.TAGS,
    "caption": Hint.CAPTION, "alternativeheadline": Hint.SUBTITLE, "copyrightholder": Hint.CREDIT,
}  # fmt: skip
_ROLE_HINTS = {
    "navigation": Hint.NAV, "contentinfo": Hint.PAGE, "complementary": Hint.ASIDE, "search": Hint.FORM,
    "dialog": Hint.HIDDEN, "alertdialog": Hint.HIDDEN, "banner": Hint.PAGE, "menu": Hint.NAV, "menubar": Hint.NAV,
}  # fmt: skip

# Whole names only: «field--label-hidden» and «hidden-xs» hide something else.
_HIDING_NAMES = frozenset(
    (
        "hidden hide d-none is-hidden invisible sr-only visually-hidden visuallyhidden "
        "screen-reader-text screen-reader element-invisible assistive-text print-only visible-print "
        "d-print-block amp-hidden"
    ).split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# A heading is no menu, no date and no video itself: «toc-3» is the place that the table of contents leads to.
_NOT_OF_HEADINGS = Hint.NAV | Hint.EMBED | Hint.ASIDE | Hint.TAGS | Hint.DATE | Hint.LISTING
# A heading's id is an anchor made of its own words: «how-to-follow-us».
_ANCHORED = _HEADINGS - {"h1"}
_DIGIT = re.compile("[0-9]")
_COUNTER = re.compile("[-_](?=[a-z]*[0-9])[a-z0-9]+$")
_NAME_PIECE = re.compile("[A-Za-z0-9]+")
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# Pairs whose second word means something else behind the first.
_OTHERWISE = frozenset(
    # page builders call every paragraph a widget
    "postfooter entryfooter articlefooter storyfooter imgcomment imagecomment photocomment piccomment"
    " imgcopyright imagecopyright photocopyright piccopyright elementorwidget siteoriginwidget sowidget nonetoc notoc kgcard imagecard gallerycard aspectvideo".split()
)
_DRESSING_STYLE = re.compile(r"font|color|size|weight|decoration", re.IGNORECASE)
PAINTED = re.compile(r"background-image\s*:\s*url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
"""How page builders show a picture: an empty box, named for one, with it as its background."""
_PICTURE_NAME = re.compile("(?<!bg-)cover|hero|image|img|photo|thumb|pic|poster|visual|media", re.IGNORECASE)
_NOT_PRINTED_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


# A value longer than this is read but not kept: a page may have a class of a megabyte.
_MAX_KEPT_CHARS = 500
_MAX_KEPT = 16_384
_TELLING = frozenset(("class", "id", "itemprop", "role", "style", "hidden", "aria-hidden", "size", "color", "face"))
_DRESS_ENDS = frozenset(("-type", "-kind", "-role"))
_LOOKS = ("size", "color", "face", "style", "class")
DRESSING_TAGS = frozenset(("b", "strong", "font", "span", "big", "u", "em", "i"))
_BARE = frozenset(("span", "font"))
# a page's own classes name everything that may stand on it: «single-post has-sidebar comments-open»
_PAGE_TAGS = frozenset(("html", "head", "body"))


class Names(NamedTuple):
    """What an element's attributes tell.

    `shape` tells like boxes from others: tag, class, id, and the dress that tells two boxes apart where classes do not, as
    an inline style or a declared kind. `look` is how an inline element dresses its text: «font 4», «span headline».
    """

    shape: str
    hints: int
    look: str


def read_attributes(tag: str, element: etree._Element) -> Names:
    """Return what an element's tag and attributes suggest."""
    attributes = element.items()
    if not attributes:
        return _interpret_kept(tag)
    told: list[Any] = [tag]
    size = 0
    for pair in attributes:
        name = pair[0]
        if name in _TELLING or name[-5:] in _DRESS_ENDS:
            told.append(pair)
            size += len(pair[1])
    if tag in _BARE and len(told) == 1:
        told.append(attributes[0])
    return _interpret_kept(*told) if size <= _MAX_KEPT_CHARS else _interpret(*told)


def _interpret(tag: str, *attributes: tuple[str, str]) -> Names:
    names = tag if "-" in tag else ""
    hints, dress, is_painted = TAG_HINTS.get(tag, 0), "", False
    for name, value in attributes:
        if name == "id" and tag not in _ANCHORED and _DIGIT.search(value):
            # «post-123» tells no like boxes apart
            hints |= _get_class_hints(value)
        elif name == "class" or (name == "id" and tag not in _ANCHORED):
            names = f"{names} {value}" if names else value
        elif name == "itemprop":
            for word in value.lower().split():
                hints |= _ITEMPROP_HINTS.get(word, 0)
        elif name == "role":
            hints |= _ROLE_HINTS.get(value.lower(), 0)
        elif name == "style":
            hints |= Hint.HIDDEN if _NOT_PRINTED_STYLE.search(value) else 0
            is_painted = PAINTED.search(value) is not None
            dress += f" {value}" if _DRESSING_STYLE.search(value) else ""
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            hints |= Hint.HIDDEN
        elif name[-5:] in _DRESS_ENDS:
            dress += f" {value}"
    hints = 0 if tag in _PAGE_TAGS else hints | _get_class_hints(names)
    if is_painted and _PICTURE_NAME.search(names):
        hints |= Hint.PICTURE
    if tag in _HEADINGS:
        hints &= ~_NOT_OF_HEADINGS
    return Names(
        f"{tag}.{_leave_out_counters(names)}{dress}",
        hints,
        _describe_look(tag, dict(attributes)) if tag in DRESSING_TAGS else "",
    )


def _leave_out_counters(names: str) -> str:
    """Return class names without those that only number another one, as page builders do: «element element-5c92»."""
    if not _DIGIT.search(names) or len(known := names.split()) < 2:
        return names
    return " ".join([name for name in known if not (_get_stem(name) in known and _COUNTER.search(name))])


def _get_stem(name: str) -> str:
    """Return what stands before the last hyphen or underscore of a name; nothing is named "" itself."""
    return name[: max(name.rfind("-"), name.rfind("_"), 0)]


def _describe_look(tag: str, attributes: dict[str, str]) -> str:
    if tag in _BARE and not attributes:
        return ""
    return " ".join((tag, *(value for name in _LOOKS if (value := attributes.get(name)))))


# A site prints the same classes on every page.
_interpret_kept = lru_cache(maxsize=_MAX_KEPT)(_interpret)


def _get_class_hints(names: str) -> int:
    """Return what class and id names suggest."""
    known = names.split()
    found = 0 if _HIDING_NAMES.isdisjoint(known) else Hint.HIDDEN
    found |= Hint.BYLINE if "by" in known else 0  # not «sort-by»
    previous = ""
    for word in _list_words(" ".join(known)):
        if word in _ENDINGS:  # one word of eight
            pair = previous + word
            found |= _WORD_HINTS.get(pair, 0) | (0 if pair in _OTHERWISE else _WORD_HINTS.get(word, 0))
        previous = word
    if found & Hint.CAPTION:
        found &= ~(Hint.ASIDE | Hint.EMBED)  # «widget-image-caption», «ImageEmbed_caption»
    return found


def _list_words(names: str) -> list[str]:
    """Return the words that names are made of, in lower case: «articleBody», «article-body», «article_body2»."""
    if "has-" in names:
        # «has-small-font-size» says how a text looks, «has-sidebar» what stands beside it
        names = " ".join(name for name in names.split(" ") if not name.startswith("has-"))
    plain = names.replace("-", " ").replace("_", " ")
    if plain.isascii() and plain.islower() and plain.replace(" ", "").isalpha():
        return plain.split()
    if _DIGIT.search(names):
        # a piece with digits in it is a generated name: «sc-4ad932» says nothing about advertisements
        names = " ".join(piece for piece in _NAME_PIECE.findall(names) if piece.isalpha() or piece[:-1].isalpha())
    return " ".join(_NAME_WORD.findall(names)).lower().split()
