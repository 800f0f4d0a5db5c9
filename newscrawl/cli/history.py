"""newscrawl show --revisions and --diff: how an article changed, readable in a terminal from right to left."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from newscrawl.arabic import get_arabic_share
from newscrawl.cli.console import make_line, put, put_json, say
from newscrawl.exceptions import UsageError

if TYPE_CHECKING:
    from newscrawl.archive.diffs import Piece
    from newscrawl.items import Revision

_SPAN = re.compile(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}))?")
_MARKS = {"removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}
# Each text is isolated (UAX 9), so that marks and punctuation stand on the side where a reader expects them.
_RIGHT_TO_LEFT, _LEFT_TO_RIGHT, _FIRST_STRONG, _END = "\u2067", "\u2066", "\u2068", "\u2069"
_LONG_WORDS, _EDGE_WORDS = 30, 10
_LEFT_OUT = "..."


def put_revisions(revisions: Sequence[Revision], *, as_json: bool) -> None:
    """Print a line a revision: number, when, whose change, minor or not, which fields, what it brings back."""
    if as_json:
        for revision in revisions:
            put_json(_describe_revision(revision))
        return
    rows = [("number", "seen_at", "cause", "minor", "changed")]
    for revision in revisions:
        changed = ", ".join(revision.changed) if revision.number > 1 else "(first state)"
        back = f" (back to {revision.reverts_to})" if revision.reverts_to else ""
        minor = "minor" if revision.minor else ""
        rows.append((str(revision.number), revision.seen_at, revision.cause, minor, changed + back))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        put(make_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip())


def put_diff(revisions: Sequence[Revision], span: str, *, as_json: bool) -> None:
    """Print what differs between two states; `span` is "", "N" or "N..M". Raises UsageError where there are none."""
    from newscrawl.archive.diffs import diff_states

    if not span and len(revisions) < 2:
        say("the article has one state: nothing changed yet")
        return
    old, new = _find_span(revisions, span)
    fields = diff_states(old.article, new.article)
    if as_json:
        texts = {name: [list(map(asdict, paragraph)) for paragraph in diff] for name, diff in fields.items()}
        put_json({**_describe_revision(new), "from": old.number, "to": new.number, "diff": texts})
        return
    whose = f"  {new.cause}{'  minor' * new.minor}" if new.number == old.number + 1 else ""
    put(f"{old.number} -> {new.number}  {old.seen_at} -> {new.seen_at}{whose}")
    if not fields:
        say("the two states say the same")
    for name, paragraphs in fields.items():
        put(f"\n{name}:")
        for paragraph in paragraphs:
            # Not put(): it would take the isolates away; each text in it is safe already.
            click.echo(print_paragraph(paragraph, is_colored=sys.stdout.isatty()))


def _find_span(revisions: Sequence[Revision], span: str) -> tuple[Revision, Revision]:
    by_number = {revision.number: revision for revision in revisions}
    newest = max(by_number)
    match = _SPAN.fullmatch(span or str(newest))
    if match is None:
        raise UsageError(f"--diff {make_line(span)}: write --diff, --diff N or --diff N..M with numbers of revisions")
    last = int(match[2] or match[1])
    first = int(match[1]) if match[2] else last - 1
    if not match[2] and last == 1:
        raise UsageError("--diff 1: revision 1 is the first state, nothing is before it")
    missing = next((number for number in (last, first) if number not in by_number), None)
    if missing is not None:
        raise UsageError(f"--diff {span}: there is no revision {missing}, the newest is {newest}")
    return by_number[first], by_number[last]


def _describe_revision(revision: Revision) -> dict[str, Any]:
    names = ("article_id", "number", "seen_at", "cause", "minor", "changed", "reverts_to", "warc_file", "warc_offset")
    article = revision.article
    state = {"url": article.url, "title": article.title, "variant": article.variant, "extractor": article.extractor}
    return {**{name: getattr(revision, name) for name in names}, **state}


def print_paragraph(pieces: Sequence[Piece], *, is_colored: bool) -> str:
    """Return a line in which what was removed and what was added stand marked; not for `put`, it isolates its texts."""
    if not pieces:
        return f"  {_LEFT_OUT}"
    is_arabic = get_arabic_share("".join(piece.text for piece in pieces)) >= 0.5
    texts = []
    for before, piece in zip((None, *pieces), pieces, strict=False):
        # The new words follow the old ones that they replace without a space.
        is_replacement = before is not None and (before.kind, piece.kind) == ("removed", "added")
        space = " " if piece.text.startswith(" ") and not is_replacement else ""
        texts.append(space + _print_piece(piece, is_colored=is_colored))
    return f"  {_RIGHT_TO_LEFT if is_arabic else _LEFT_TO_RIGHT}{''.join(texts)}{_END}"


def _print_piece(piece: Piece, *, is_colored: bool) -> str:
    text = make_line(piece.text).strip()
    if piece.kind == "same":
        words = text.split(" ")
        is_long = len(words) > _LONG_WORDS
        return " ".join([*words[:_EDGE_WORDS], _LEFT_OUT, *words[-_EDGE_WORDS:]]) if is_long else text
    opening, closing, color = _MARKS[piece.kind]
    marked = f"{opening}{_FIRST_STRONG}{text}{_END}{closing}"
    return click.style(marked, fg=color) if is_colored else marked
