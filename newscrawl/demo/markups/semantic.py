"""HTML5 with articles, figures and JSON-LD: the markup of a news site that was built with search engines in mind."""

from __future__ import annotations

from newscrawl.demo.markups.printing import (
    fill,
    href_of,
    link_rows,
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

MENU = '<li><a href="%s">%s</a></li>'
CARD = '<li><a href="%s"><img src="%s" alt="%s" loading="lazy" width="160" height="90"><span>%s</span></a></li>'


def render_story(edition: Edition, story: Story) -> str:
    main = fill(
        "semantic_article.html",
        section_href=f"/section/{story.section}",
        section=put("%s", edition.section_name(story)),
        title=put("%s", story.title),
        flag='<span class="flag">عاجل</span>\n    ' if story.variant == "breaking" else "",
        subtitle=put('<p class="standfirst">%s</p>', story.subtitle),
        authors=print_authors(story),
        source=put('<span class="source">المصدر: %s</span> ', story.agency if story.agency_form == "byline" else None),
        published=put('<time class="published" datetime="%s">%s</time> ', story.published_at, story.published_text),
        modified=put('<span class="updated">آخر تحديث: <time datetime="%s">%s</time></span>', *print_update(story)),
        picture=print_figure(story.picture, "lead") if story.picture else "",
        body=print_body(edition, story),
        tags=put_tags(story),
        related=print_related(edition, edition.cards(story)),
        most_read=put_each(MENU, story_rows(edition, edition.plan.most_read)),
    )
    return render_page(edition, print_head(edition, story), main)


def render_page(edition: Edition, head: str, main: str) -> str:
    """Any page of the paper's main site, with its header, menus and footer."""
    plan = edition.plan
    menu = put_each(MENU, section_rows(edition))
    return fill("semantic.html", head=head, main=main, menu=menu, name=plan.name, slogan=plan.slogan, today=plan.today)


def print_authors(story: Story) -> str:
    names = put_each('<a rel="author" class="author" href="/author/%s">%s</a> ', [(n, n) for n in story.authors])
    return f'<span class="byline">بقلم: {names}</span> ' if names else ""


def print_update(story: Story) -> tuple[str | None, str | None]:
    day = story.modified_at[:10] if story.modified_at else None
    return story.modified_at, day


def put_tags(story: Story) -> str:
    tags = put_each('<li><a rel="tag" href="%s">%s</a></li>', tag_rows(story))
    return f'<div class="tags"><span>الوسوم:</span><ul>{tags}</ul></div>' if tags else ""


def print_figure(picture: Picture, kind: str) -> str:
    image = put('<img src="%s" alt="%s" width="960" height="540">', picture.path, picture.alt or "")
    caption = print_credited(picture, ' <span class="credit">%s</span>')
    caption = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="{kind}">{image}{caption}</figure>'


def print_body(edition: Edition, story: Story) -> str:
    def print_see_also(part: Part) -> str:
        offer = edition.see_also(story, part.text)
        pattern = '<p class="read-also"><strong>اقرأ أيضاً:</strong> <a href="%s">%s</a></p>'
        return put(pattern, href_of(edition, offer.url), offer.title)

    text = print_parts(
        story,
        {
            "heading": lambda part: put("<h2>%s</h2>", part.text),
            "paragraph": lambda part: put("<p>%s</p>", part.text),
            "quote": lambda part: put("<blockquote><p>%s</p></blockquote>", part.text),
            "list": lambda part: "<ul>" + put_each("<li>%s</li>", [(entry,) for entry in part.entries]) + "</ul>",
            "picture": lambda part: print_figure(story.pictures[part.text], "inline"),
            "see_also": print_see_also,
        },
    )
    return place_advertisement(text) + put("\n<p>(%s)</p>", story.agency if story.agency_form == "end" else None)


def place_advertisement(text: str) -> str:
    """An advertisement after the third element, as ad servers put it, if the text goes on after it."""
    lines = text.split("\n")
    if len(lines) > 4:
        lines.insert(3, '<div class="ad ad-inline" data-slot="mpu"><span>إعلان</span></div>')
    return "\n".join(lines)


def print_related(edition: Edition, cards: tuple[Related, ...]) -> str:
    if not cards:
        return ""
    illustrated = [card for card in cards if card.image_url]
    plain = [card for card in cards if not card.image_url]
    rows = [(href_of(edition, c.url), c.image_url or "", c.image_alt or "", c.title or "") for c in illustrated]
    items = put_each(CARD, rows) + put_each(MENU, link_rows(edition, plain))
    return f'<aside class="related"><h2>مواضيع ذات صلة</h2><ul>{items}</ul></aside>'
