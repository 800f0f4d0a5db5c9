"""The right answer for every article of the demo site, made from the data that its page was made from."""

from __future__ import annotations

from collections.abc import Iterator

from newscrawl.demo.stories import Edition, Part, Picture, Story, load_edition
from newscrawl.items import Article, Block, Image, Related

DEMO_KEY = "demo"
ANSWERED = (
    "url", "title", "subtitle", "body", "blocks", "published_at", "published_text", "modified_at", "authors", "agency",
    "section", "tags", "language", "image_url", "image_alt", "caption", "credit", "images", "related", "outcome",
)  # fmt: skip


def expected_articles(base_url: str) -> tuple[Article, ...]:
    """What extraction should find in each article a crawler may fetch; only the fields in ANSWERED are answers.

    A printed relative date stays without `published_at`, for it depends on when the page is fetched. `images` are the
    pictures in the text, without the leading one. Times printed to the minute have seconds of zero.
    """
    edition = load_edition(base_url)
    return tuple(expect_article(edition, story) for story in edition.stories.values() if is_allowed(story))


def is_allowed(story: Story) -> bool:
    return not story.path.startswith("/private/")


def expect_article(edition: Edition, story: Story) -> Article:
    blocks = tuple(block for part in story.parts for block in expect_blocks(part))
    picture = story.picture or Picture("")
    return Article(
        url=edition.base + story.address,
        site=DEMO_KEY,
        title=story.title,
        subtitle=story.subtitle,
        body="\n\n".join(block.text for block in blocks),
        blocks=blocks,
        published_at=story.published_at,
        published_text=story.published_text,
        modified_at=story.modified_at,
        authors=story.authors,
        agency=story.agency,
        section=edition.section_name(story),
        tags=story.tags,
        language="ar",
        image_url=edition.url(picture.path) if picture.name else None,
        image_alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
        images=tuple(expect_images(edition, story)),
        related=tuple(expect_related(edition, story)),
    )


def expect_blocks(part: Part) -> Iterator[Block]:
    if part.kind == "list":
        yield from (Block("list_item", entry) for entry in part.entries)
    elif part.kind in ("heading", "paragraph", "quote"):
        yield Block(part.kind, part.text)


def expect_images(edition: Edition, story: Story) -> Iterator[Image]:
    for part in story.parts:
        if part.kind == "picture":
            picture = story.pictures[part.text]
            yield Image(edition.url(picture.path), picture.alt, picture.caption, picture.credit)


def expect_related(edition: Edition, story: Story) -> Iterator[Related]:
    for part in story.parts:
        if part.kind == "see_also":
            yield edition.see_also(story, part.text)
    yield from edition.cards(story)
