"""An Arabic WordPress theme: entry-content with plugins' boxes inside it, an author box and a comment form below."""

from __future__ import annotations

from zlib import crc32

from newscrawl.demo.markups.printing import (
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

MENU = '<li class="menu-item menu-item-type-taxonomy"><a href="%s">%s</a></li>'
BYLINE = (
    '<span class="byline">كتب: <span class="author vcard"><a class="url fn n" href="/author/%s">%s</a></span></span> '
)
RECENT = '<li><a href="%s">%s</a></li>'


def render_story(edition: Edition, story: Story) -> str:
    previous_href, previous_title = story_rows(edition, edition.plan.home)[0]
    main = fill(
        "wordpress_article.html",
        number=str(crc32(story.key.encode()) % 9000 + 1000),
        section_key=str(story.section),
        section_href=f"/section/{story.section}",
        section=put("%s", edition.section_name(story)),
        title=put("%s", story.title),
        subtitle=put('<h2 class="entry-subtitle">%s</h2>', story.subtitle),
        authors=put_each(BYLINE, [(name, name) for name in story.authors]),
        published=print_date(story),
        picture=print_thumbnail(story.picture) if story.picture else "",
        body=print_body(edition, story),
        tags=print_tags(story),
        author_box=print_author_box(story),
        previous_href=put("%s", previous_href),
        previous_title=put("%s", previous_title),
        related=print_related(edition, edition.cards(story)),
    )
    return fill(
        "wordpress.html",
        head=print_head(edition, story),
        main=main,
        menu=put_each(MENU, section_rows(edition)),
        latest=put_each(RECENT, story_rows(edition, edition.plan.most_read)),
        name=edition.plan.name,
        slogan=edition.plan.slogan,
    )


def print_date(story: Story) -> str:
    if story.declares == "none":
        return put('<span class="posted-on date">%s</span> ', story.published_text)
    pattern = '<span class="posted-on"><time class="entry-date published" datetime="%s">%s</time></span> '
    return put(pattern, story.published_at, story.published_text)


def print_thumbnail(picture: Picture) -> str:
    image = put('<img src="%s" class="attachment-large wp-post-image" alt="%s">', picture.path, picture.alt or "")
    caption = print_credited(picture, '<span class="image-credit">%s</span>')
    caption = f'<p class="wp-caption-text">{caption}</p>' if caption else ""
    return f'<div class="post-thumbnail wp-caption">{image}{caption}</div>'


def print_body(edition: Edition, story: Story) -> str:
    def print_see_also(part: Part) -> str:
        offer = edition.see_also(story, part.text)
        pattern = '<p><strong>اقرأ أيضاً: <a href="%s">%s</a></strong></p>'
        return put(pattern, href_of(edition, offer.url), offer.title)

    def print_picture(part: Part) -> str:
        picture = story.pictures[part.text]
        image = put('<img src="%s" alt="%s">', picture.path, picture.alt or "")
        caption = print_credited(picture, " <em>%s</em>")
        return f'<figure class="wp-block-image size-large">{image}<figcaption>{caption}</figcaption></figure>'

    forms = {
        "heading": lambda part: put('<h3 class="wp-block-heading">%s</h3>', part.text),
        "paragraph": lambda part: put("<p>%s</p>", part.text),
        "quote": lambda part: put('<blockquote class="wp-block-quote"><p>%s</p></blockquote>', part.text),
        "list": lambda part: "<ol>" + put_each("<li>%s</li>", [(one,) for one in part.entries]) + "</ol>",
        "picture": print_picture,
        "see_also": print_see_also,
    }
    return print_parts(story, forms) + put("\n<p><em>المصدر: %s</em></p>", story.agency)


def print_tags(story: Story) -> str:
    tags = "، ".join(put('<a href="%s" rel="tag">%s</a>', *row) for row in tag_rows(story))
    return f'<span class="tags-links">الوسوم: {tags}</span>' if tags else ""


def print_author_box(story: Story) -> str:
    pattern = (
        '<div class="author-box"><h4 class="author-box-name">%s</h4><p class="author-bio">كاتب في صحيفة فنار المرجان، '
        'يهتم بالحياة اليومية والتراث البحري.</p><a href="/author/%s">كل مقالات الكاتب</a></div>'
    )
    return put_each(pattern, [(name, name) for name in story.authors])


def print_related(edition: Edition, cards: tuple[Related, ...]) -> str:
    if not cards:
        return ""
    return f'<div class="related-posts"><h3>مقالات ذات صلة</h3>{"".join(print_card(edition, c) for c in cards)}</div>'


def print_card(edition: Edition, card: Related) -> str:
    image = put('<img src="%s" alt="%s">', card.image_url, card.image_alt)
    title = put('<h4 class="related-title">%s</h4>', card.title)
    link = put('<div class="related-item"><a href="%s">', href_of(edition, card.url))
    return f"{link}{image}{title}</a></div>"
