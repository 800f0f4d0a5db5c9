"""The page as a person reads it: a flat list of texts and pictures in order, each knowing the boxes that it stands in.

One walk over the tree makes it. Everything later works on this list and on intervals of it (a box is the segments from
`start` to `end`), so that no rule has to walk the tree again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from newscrawl.arabic import clean


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


# Words of class and id names, and pairs of neighbouring words run together («related-news» is "relatednews").
_CLASS_WORDS = {
    Hint.NAV: "nav navi navbar navigation menu menus submenu breadcrumb breadcrumbs crumb crumbs pagination pager toc"
    " skip toolbar fontsize fontresize textresize tools print readprogress",
    Hint.SHARE: "share shares sharing shared sharedaddy sharethis social socials sns addtoany a2a addthis sharebar"
    " sharebuttons follow followus socialmedia",
    Hint.RELATED: "related relateds relatedposts relatednews recommended recommendations recommendation recommend readmore"
    " readalso alsoread seealso readnext morestories similar suggested suggestions suggestion youmay alsolike"
    " jprelatedposts",
    Hint.LISTING: "morenews morefrom mostread mostviewed mostpopular popular trending latest latestnews recentposts"
    " topstories carousel outbrain taboola prevnext nextprev postnav postnavigation navlinks card cards teaser teasers"
    " ticker breaking marquee mgid",
    Hint.COMMENT: "comment comments commentlist commentform disqus respond reply fbcomments discussion",
    Hint.ASIDE: "sidebar widget widgets aside rail sidecol sidecolumn",
    Hint.PAGE: "footer sitefooter foot copyright copyrights colophon siteheader masthead topbar pageheader mainheader",
    Hint.PROMO: "promo promos promotion newsletter subscribe subscription signup banner banners advert adverts"
    " advertisement advertising ads ad adsbygoogle sponsor sponsored dfp gpt googlenews appdownload downloadapp donate"
    " cookie cookies consent gdpr cta whatsappchannel poll survey quiz popup modal adunit adslot adbox mpu leaderboard"
    " disclaimer",
    Hint.TAGS: "tag tags taglist taglinks tagcloud posttags keywords keyword topics topic articletags",
    Hint.BYLINE: "author authors byline writer writers reporter contributor contributors postedby authorname authorbox"
    " bio",
    Hint.DATE: "date dates datetime time times timestamp published publish pubdate postedon postdate entrydate updated"
    " lastupdate postmeta entrymeta articlemeta meta info views readingtime",
    Hint.CAPTION: "caption captions cap imgcap legend captiontext figcaption imagedesc imgdesc photodesc photocaption imagecaption cutline"
    " imagetitle imgtitle picdesc",
    Hint.CREDIT: "credit credits photocredit photographer photoby imagesource photosource imgsource imagecopyright",
    Hint.SUBTITLE: "subtitle subhead subheadline standfirst deck dek excerpt summary lead lede intro introduction chapo"
    " chapeau shortdesc brief articledesc articledescription synopsis abstract subheading",
    Hint.BODY: "articlebody entrycontent postcontent postbody storybody articlecontent articletext contentbody"
    " bodycontent bodytext storycontent storytext newstext newsbody newscontent newsdetails singlecontent maintext"
    " textbody posttext fulltext articledetails detailsbody contenttext wysiwyg",
    Hint.EMBED: "twittertweet instagrammedia fbpost tiktokembed embed oembed videoplayer player jwplayer videojs",
    Hint.SECTION: "category categories cat sectionname kicker rubric overline eyebrow topiclabel channel catlinks"
    " postcat label",
    Hint.TITLE: "title headline entrytitle posttitle articletitle heading",
}
_WORD_HINTS: dict[str, int] = {}
for _hint, _words in _CLASS_WORDS.items():
    for _word in _words.split():
        _WORD_HINTS[_word] = _WORD_HINTS.get(_word, 0) | _hint
_TAG_HINTS = {
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

_SKIPPED = frozenset("script style template svg head object select option textarea input audio video canvas map math noscript iframe link meta".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q ruby rt rp s samp small span strike"
    " strong sub sup time tt u var wbr label center-inline".split()
)
# An inline element of its own kind of information is a text of its own: «<span class=author>…</span><span class=date>…».
_SEPARATE = Hint.SHARE | Hint.BYLINE | Hint.DATE | Hint.CAPTION | Hint.CREDIT | Hint.SECTION | Hint.RELATED | Hint.LISTING | Hint.SUBTITLE | Hint.HIDDEN
_SEPARATE_TAGS = frozenset("span time small label em i cite strong b".split())
_BOLD = frozenset(("b", "strong"))
_LINK = "a"
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Whole names only: «field--label-hidden» and «hidden-xs» hide something else.
_HIDING_NAMES = frozenset(
    "hidden hide d-none is-hidden invisible sr-only visually-hidden visuallyhidden screen-reader-text screen-reader"
    " element-invisible assistive-text print-only visible-print d-print-block amp-hidden".split()
)
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_NOT_PRINTED_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@dataclass(slots=True)
class Box:
    """A block-level element: the segments from `start` up to `end`, its parent's index, what its names suggest."""

    index: int
    parent: int
    tag: str
    shape: str
    hints: int
    element: etree._Element
    start: int
    end: int = 0
    depth: int = 0


@dataclass(slots=True)
class Segment:
    """A text without a break in it, or a picture (`image` set, `text` empty)."""

    text: str
    box: int
    hints: int
    level: int = 0
    links: list[tuple[str, str, etree._Element]] = field(default_factory=list)
    link_share: float = 0.0
    bold_share: float = 0.0
    parts: tuple[str, ...] = ()
    follows_break: int = 0
    image: etree._Element | None = None
    folded: str = ""
    phrase: tuple[str, str] | None = None
    label: str = ""

    @property
    def words(self) -> int:
        """The number of words, counted by the spaces."""
        return self.text.count(" ") + 1 if self.text else 0


@lru_cache(maxsize=20_000)
def get_class_hints(names: str) -> int:
    """Return what class and id names suggest."""
    found = 0
    previous = ""
    for word in _NAME_WORD.findall(names):
        word = word.lower()
        found |= _WORD_HINTS.get(word, 0) | _WORD_HINTS.get(previous + word, 0)
        previous = word
    if not _HIDING_NAMES.isdisjoint(names.split()):
        found |= Hint.HIDDEN
    return found


class Reader:
    """The walk: keeps the open boxes, the open link and the text that has come since the last break."""

    def __init__(self, root: etree._Element) -> None:
        self.boxes = [Box(0, -1, "body", "body", 0, root, 0)]
        self.segments: list[Segment] = []
        self._open = [0]
        self._hints = [0]
        self._levels = [0]
        self._links: list[tuple[str, etree._Element]] = []
        self._bold = 0
        self._parts: list[tuple[str, int, bool]] = []
        self._seen_links: list[tuple[str, etree._Element]] = []
        self._breaks = 0
        self._walk(root)

    def _walk(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in _SKIPPED or not isinstance(tag, str):
                    walker.skip_subtree()
                else:
                    self._start(tag, element)
            else:
                if isinstance(tag, str) and tag not in _SKIPPED:
                    self._end(tag, element)
                if element.tail and element is not root:
                    self._add(element.tail)
        self._flush()
        self.boxes[0].end = len(self.segments)

    def _start(self, tag: str, element: etree._Element) -> None:
        if tag == "br":
            self._flush()
            self._breaks += 1
        elif tag == "img" or tag == "amp-img":
            self.segments.append(Segment("", self._open[-1], self._hints[-1], links=self._current_link(), image=element))
        else:
            names = element.get("class", "") + " " + element.get("id", "")
            hints = get_class_hints(names) if names != " " else 0
            if tag in _INLINE and not (hints & _SEPARATE and tag in _SEPARATE_TAGS) and tag != "time":
                self._start_inline(tag, element)
            else:
                self._start_box(tag, element, names, hints)
        if element.text:
            self._add(element.text)

    def _start_inline(self, tag: str, element: etree._Element) -> None:
        if tag == _LINK:
            self._links.append((element.get("href", ""), element))
            self._seen_links.append(self._links[-1])
        elif tag in _BOLD:
            self._bold += 1

    def _start_box(self, tag: str, element: etree._Element, names: str, hints: int) -> None:
        self._flush()
        self._breaks = 0
        hints |= _TAG_HINTS.get(tag, 0) | _read_attributes(element)
        parent = self._open[-1]
        box = Box(len(self.boxes), parent, tag, f"{tag}.{names}", hints, element, len(self.segments), depth=len(self._open))
        self.boxes.append(box)
        self._open.append(box.index)
        self._hints.append(hints)
        self._levels.append(_HEADINGS.get(tag) or self._levels[-1])
        if tag in _BOLD:
            self._bold += 1

    def _end(self, tag: str, element: etree._Element) -> None:
        if self.boxes[self._open[-1]].element is element and len(self._open) > 1:
            self._flush()
            self._breaks = 0
            self.boxes[self._open.pop()].end = len(self.segments)
            self._hints.pop()
            self._levels.pop()
            if tag in _BOLD:
                self._bold -= 1
        elif tag == _LINK and self._links:
            self._links.pop()
        elif tag in _BOLD and self._bold:
            self._bold -= 1

    def _add(self, text: str) -> None:
        self._parts.append((text, len(self._links), self._bold > 0))

    def _current_link(self) -> list[tuple[str, str, etree._Element]]:
        return [(*self._links[-1][:1], "", self._links[-1][1])] if self._links else []

    def _flush(self) -> None:
        """Make a segment of the text since the last break."""
        parts, self._parts = self._parts, []
        links, self._seen_links = self._seen_links, self._links[-1:]
        if not parts:
            return
        text = clean("".join(part[0] for part in parts))
        if not text:
            return
        segment = Segment(text, self._open[-1], self._hints[-1], self._levels[-1], follows_break=self._breaks)
        self._breaks = 0
        size = sum(len(part[0].strip()) for part in parts) or 1
        segment.bold_share = sum(len(part[0].strip()) for part in parts if part[2]) / size
        if links:
            segment.link_share = sum(len(part[0].strip()) for part in parts if part[1]) / size
            segment.links = [(href, clean("".join(element.itertext())), element) for href, element in links]
        if len(parts) > 1 and len(text) < 300:
            segment.parts = tuple(filter(None, (clean(part[0]) for part in parts)))
        self.segments.append(segment)


def _read_attributes(element: etree._Element) -> int:
    hints = 0
    for name, value in element.items():
        if name == "itemprop":
            for word in value.lower().split():
                hints |= _ITEMPROP_HINTS.get(word, 0)
        elif name == "role":
            hints |= _ROLE_HINTS.get(value.lower(), 0)
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            hints |= Hint.HIDDEN
        elif name == "style" and _NOT_PRINTED_STYLE.search(value):
            hints |= Hint.HIDDEN
    return hints


def read_segments(root: etree._Element) -> tuple[list[Segment], list[Box]]:
    """Return the page's texts and pictures in order, and the boxes that hold them (the first is the page)."""
    body = root.find("body")
    reader = Reader(body if body is not None else root)
    return reader.segments, reader.boxes
