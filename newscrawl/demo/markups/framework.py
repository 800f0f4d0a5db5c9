"""What a script framework renders on its server: nested boxes with generated class names and lazy pictures."""

from __future__ import annotations

import json
from urllib.parse import quote

from newscrawl.demo.markups.printing import (
    PLACEHOLDER_GIF,
    fill,
    href_of,
    print_credited,
    print_head,
    print_parts,
    put,
    put_each,
    section_rows,
    story_rows,
    tag_rows,
)
from newscrawl.demo.stories import Edition, Part, Picture, Story
from newscrawl.items import Related

LAZY = (
    f'<div class="css-1img5x"><img class="css-lzy0im" src="{PLACEHOLDER_GIF}" data-src="%s" data-srcset="%s" alt="%s"/>'
    '<noscript><img src="%s" alt="%s"/></noscript></div>'
)
WIDTHS = (640, 1280)
END_OF_PARAGRAPH = "</div></div>"
ADVERTISEMENT = '<div class="css-1ads9x">إعلان</div>'


def render_story(edition: Edition, story: Story) -> str:
    bare = story.variant == "bare"
    main = fill(
        "framework_article.html",
        h1="div" if story.variant == "boxes" else "h1",
        title=put("%s", story.title),
        crumbs="" if bare else print_crumbs(edition, story),
        subtitle=put('<div class="css-1std9f">%s</div>', story.subtitle),
        meta=print_meta(story),
        picture=print_lead(story.picture) if story.picture else "",
        share_label="شارك الخبر:",
        body=print_body(edition, story),
        tags=print_tags(story),
        related=print_related(edition, edition.cards(story)),
        most_read="" if bare else print_most_read(edition),
    )
    data = json.dumps({"props": {"pageProps": {"id": story.key}}, "page": "/ar/news/[slug]", "buildId": "r3f0Q"})
    return fill(
        "framework_bare.html" if bare else "framework.html",
        head=print_head(edition, story).replace("\n", ""),
        main=main,
        data=data,
        **({} if bare else print_frame(edition)),
    )


def print_frame(edition: Edition) -> dict[str, str]:
    menu = put_each('<a class="css-lnk7e0" href="%s">%s</a>', section_rows(edition))
    return {"name": edition.plan.name, "menu": menu}


def print_crumbs(edition: Edition, story: Story) -> str:
    pattern = '<div class="css-1brd7c"><a href="/">الرئيسية</a><span>/</span><a href="/section/%s">%s</a></div>'
    return put(pattern, story.section, edition.section_name(story))


def print_meta(story: Story) -> str:
    byline = '<span class="css-by1ln3">بقلم </span><span class="css-ath2nm">%s</span>'
    authors = put_each(byline, [(name,) for name in story.authors])
    source = put('<span class="css-src0ag">%s</span>', story.agency if story.agency_form == "byline" else None)
    date = put('<div class="css-1dt4ee">%s</div>', story.published_text)
    return f'<div class="css-1mta6d">{authors}{source}{date}</div>' if authors or source or date else ""


def print_picture(path: str, alt: str) -> str:
    wide = [f"/_next/image?url={quote(path, safe='')}&w={width}&q=75 {width}w" for width in WIDTHS]
    return put(LAZY, path, ", ".join(wide), alt, path, alt)


def print_lead(picture: Picture) -> str:
    image = print_picture(picture.path, picture.alt or "")
    caption = print_credited(picture, '<span class="css-crd8t0">%s</span>')
    caption = f'<div class="css-cpt3n2">{caption}</div>' if caption else ""
    return f'<div class="css-1fgr7e">{image}{caption}</div>'


def print_body(edition: Edition, story: Story) -> str:
    def print_see_also(part: Part) -> str:
        offer = edition.see_also(story, part.text)
        pattern = '<div class="css-1sa1so"><span>شاهد ايضاً: </span><a class="css-lnk7e0" href="%s">%s</a></div>'
        return put(pattern, href_of(edition, offer.url), offer.title)

    boxes = story.variant == "boxes"
    heading = '<div class="css-hd2ng5"><strong>%s</strong></div>' if boxes else '<h2 class="css-hd2ng5">%s</h2>'
    forms = {
        "heading": lambda part: put(heading, part.text),
        "paragraph": lambda part: put('<div class="css-1prg0h"><div class="css-0">%s</div></div>', part.text),
        "quote": lambda part: put('<blockquote class="css-qt1e8b"><div>%s</div></blockquote>', part.text),
        "list": lambda part: f'<ul class="css-1ls7t0">{put_each("<li>%s</li>", [(one,) for one in part.entries])}</ul>',
        "picture": lambda part: print_lead(story.pictures[part.text]),
        "see_also": print_see_also,
    }
    end = put('<div class="css-1prg0h">(%s)</div>', story.agency if story.agency_form == "end" else None)
    text = print_parts(story, forms, joint="") + end
    return text if story.variant == "bare" else text.replace(END_OF_PARAGRAPH, END_OF_PARAGRAPH + ADVERTISEMENT, 1)


def print_tags(story: Story) -> str:
    tags = put_each('<a class="css-tg0lnk" href="%s">%s</a>', tag_rows(story))
    return f'<div class="css-1tgs4b"><div class="css-lbl3sh">كلمات مفتاحية</div>{tags}</div>' if tags else ""


def print_related(edition: Edition, cards: tuple[Related, ...]) -> str:
    if not cards:
        return ""
    printed = "".join(print_card(edition, card) for card in cards)
    heading = '<div class="css-ttl2b1">أخبار ذات صلة</div>'
    return f'<div class="css-1rltd9">{heading}<div class="css-grd4xx">{printed}</div></div>'


def print_card(edition: Edition, card: Related) -> str:
    path = (card.image_url or "").removeprefix(edition.base)
    picture = print_picture(path, card.image_alt or "") if path else ""
    text = put('<div class="css-crd1tl">%s</div>', card.title) + put('<div class="css-crd2sm">%s</div>', card.summary)
    section = put('<div class="css-crd3sc">%s</div>', card.section)
    link = put('<a class="css-1crd0a" href="%s">', href_of(edition, card.url))
    return f'{link}<div class="css-spn0er">Loading...</div>{picture}{text}{section}</a>'


def print_most_read(edition: Edition) -> str:
    rows = put_each('<a class="css-mr1row" href="%s">%s</a>', story_rows(edition, edition.plan.most_read))
    return f'<div class="css-1mstrd"><div class="css-ttl2b1">الأكثر قراءة</div>{rows}</div>'
