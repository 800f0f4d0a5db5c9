"""The demo paper's pages that are no articles: home, sections, tags, about, the video, the gallery and what is gone."""

from __future__ import annotations

from newscrawl.demo.markups.printing import fill, put, put_each, section_rows, tag_rows
from newscrawl.demo.markups.semantic import render_page
from newscrawl.demo.stories import Edition, Story

CARD = (
    '<li class="card"><a href="%s"><img src="%s" alt="" loading="lazy" width="160" height="90"></a>'
    '<h2><a href="%s">%s</a></h2><p>%s</p></li>'
)
HEAD = '<title>%s | %s</title>\n<meta property="og:type" content="website">'
BARE_CARD = '<li class="card"><h2><a href="%s">%s</a></h2></li>'


def print_home(edition: Edition) -> str:
    sections = "".join(print_section_box(edition, key) for key in edition.plan.sections)
    cards = print_cards(edition, edition.plan.home) + print_extra_links(edition, "home")
    return print_list_page(edition, "الرئيسية", "أبرز الأخبار", f"<ul>{cards}</ul>{sections}")


def print_section_box(edition: Edition, key: str) -> str:
    first = edition.stories[edition.plan.sections[key]["pages"][0][0]]
    heading = put('<h2><a href="%s">%s</a></h2>', f"/section/{key}", edition.plan.sections[key]["name"])
    link = put('<a href="%s">%s</a>', first.href, first.title)
    return f'<section class="box">{heading}{link}</section>'


def print_section(edition: Edition, key: str, number: int) -> str:
    """Page `number` (from 1) of a section; the last links to no next one."""
    section = edition.plan.sections[key]
    cards = print_cards(edition, section["pages"][number - 1])
    if number == 1:
        cards += print_extra_links(edition, key)
    pager = print_pager(key, number, len(section["pages"]))
    return print_list_page(edition, section["name"], section["name"], f"<ul>{cards}</ul>{pager}")


def print_pager(key: str, number: int, count: int) -> str:
    if count == 1:
        return ""
    links = put_each('<a href="%s">%s</a> ', [(section_path(key, n), str(n)) for n in range(1, count + 1)])
    if number < count:
        links += put('<a rel="next" href="%s">الصفحة التالية</a>', section_path(key, number + 1))
    return f'<nav class="pagination" aria-label="الصفحات">{links}</nav>'


def section_path(key: str, number: int) -> str:
    return f"/section/{key}" + (f"?page={number}" if number > 1 else "")


def print_cards(edition: Edition, keys: list[str] | tuple[str, ...]) -> str:
    return "".join(print_card(edition.stories[key]) for key in keys)


def print_card(story: Story) -> str:
    if not story.picture:
        return put(BARE_CARD, story.href, story.title)
    thumb = f"/media/thumb/{story.picture.name}.png"
    return put(CARD, story.href, thumb, story.href, story.title, story.summary)


def print_extra_links(edition: Edition, key: str) -> str:
    rows = [(link["href"], link["title"]) for link in edition.plan.extra_links.get(key, ())]
    return put_each(BARE_CARD, rows)


def print_tag(edition: Edition, tag: str) -> str:
    keys = [key for key, story in edition.stories.items() if tag in story.tags]
    return print_list_page(edition, tag, f"وسم: {tag}", f"<ul>{print_cards(edition, keys)}</ul>")


def tag_paths(edition: Edition) -> dict[str, str]:
    """Address and name of every tag."""
    return {path: tag for story in edition.stories.values() for path, tag in tag_rows(story)}


def print_list_page(edition: Edition, title: str, heading: str, content: str) -> str:
    head = put(HEAD, title, edition.plan.name)
    main = put('<main id="content" class="list"><h1>%s</h1>', heading)
    return render_page(edition, head, f"{main}{content}</main>")


def print_fixed(edition: Edition, name: str) -> str:
    """A page that is a file of its own: its first line is the title, the rest its content."""
    sections = put_each('<a href="%s">%s</a> ', section_rows(edition))
    title, content = fill(name, name=edition.plan.name, sections=sections).split("\n", 1)
    main = f'<main id="content" class="fixed">{content}</main>'
    return render_page(edition, put(HEAD, title, edition.plan.name), main)
