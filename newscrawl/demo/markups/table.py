"""The old site in windows-1256: tables inside tables, font tags, and paragraphs that are only two line breaks apart."""

from __future__ import annotations

from newscrawl.demo.markups.printing import (
    fill,
    href_of,
    link_rows,
    print_credited,
    print_parts,
    put,
    put_each,
    section_rows,
    story_rows,
)
from newscrawl.demo.stories import Edition, Part, Picture, Story

ROW = '<TR><TD><FONT size="2">&#8226; <A href="%s">%s</A></FONT></TD></TR>'


def render_story(edition: Edition, story: Story) -> str:
    return fill(
        "table.html",
        name=edition.plan.name,
        slogan=edition.plan.slogan,
        title=put("%s", story.title),
        section=put("%s", edition.section_name(story)),
        menu=" | ".join(put('<A href="%s">%s</A>', *row) for row in section_rows(edition)),
        side_menu=put_each(ROW, section_rows(edition)),
        subtitle_row=put(
            '<TR><TD align="center"><FONT size="3" color="#555555"><B>%s</B></FONT></TD></TR>', story.subtitle
        ),
        meta_row=print_meta(story),
        picture=print_picture(story.picture) if story.picture else "",
        body=print_body(edition, story),
        related_row=print_related(edition, story),
        most_read=put_each(ROW, story_rows(edition, edition.plan.most_read)),
    )


def print_meta(story: Story) -> str:
    date = put('<FONT size="2" color="#666666">%s</FONT>', story.published_text)
    authors = put_each('<FONT size="2" color="#003366"><B>كتب: %s</B></FONT>', [(name,) for name in story.authors])
    cells = [cell for cell in (authors, date) if cell]
    return f"<TR><TD>{'<BR>'.join(cells)}</TD></TR>" if cells else ""


def print_picture(picture: Picture) -> str:
    caption = print_credited(picture, "<BR>%s")
    caption = f'<TR><TD align="center"><FONT size="1" color="#666666">{caption}</FONT></TD></TR>' if caption else ""
    image = put('<IMG src="%s" alt="%s" width="240" border="1">', picture.path, picture.alt or "")
    return f'<TABLE align="left" width="250" cellpadding="3" border="0"><TR><TD>{image}</TD></TR>{caption}</TABLE>\n'


def print_body(edition: Edition, story: Story) -> str:
    def print_see_also(part: Part) -> str:
        offer = edition.see_also(story, part.text)
        pattern = '<FONT color="#990000">إقرأ أيضاً:</FONT> <A href="%s">%s</A>'
        return put(pattern, href_of(edition, offer.url), offer.title)

    forms = {
        "heading": lambda part: put('<B><FONT size="4" color="#003366">%s</FONT></B>', part.text),
        "paragraph": lambda part: put("%s", part.text),
        "quote": lambda part: put("<BLOCKQUOTE>%s</BLOCKQUOTE>", part.text),
        "see_also": print_see_also,
    }
    end = put("\n<BR><BR>\n(%s)", story.agency if story.agency_form == "end" else None)
    return print_parts(story, forms, joint="\n<BR><BR>\n") + end


def print_related(edition: Edition, story: Story) -> str:
    links = put_each('&#8226; <A href="%s">%s</A><BR>', link_rows(edition, edition.cards(story)))
    if not links:
        return ""
    return f'<TR><TD bgcolor="#EEF3F8"><FONT size="2"><B>مواضيع ذات صلة:</B><BR>{links}</FONT></TD></TR>'
