"""How texts, times and numbers are printed on a page: escaped, marked, and in the direction of their own letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup, escape

from newscrawl.archive.diffs import Piece
from newscrawl.terminal import make_line

MARKS = ("\ufdd0", "\ufdd1")
"""They stand for the marks around found words while a text is escaped; no text has them, for they are no characters."""

_RIGHT_TO_LEFT = (("\u0590", "\u08ff"), ("\ufb1d", "\ufdcf"), ("\ufdf0", "\ufdff"), ("\ufe70", "\ufefc"))
_LOOKED_AT = 400


def find_direction(text: str | None) -> str:
    """Return "rtl" or "ltr": the direction of most letters, so that «BBC» in front does not turn an Arabic line around."""
    letters = [letter for letter in (text or "")[:_LOOKED_AT] if letter.isalpha()]
    right_to_left = sum(any(first <= letter <= last for first, last in _RIGHT_TO_LEFT) for letter in letters)
    return "rtl" if 2 * right_to_left > len(letters) else "ltr"


def print_marked(text: str) -> Markup:
    """Return a text as HTML, with what stands between MARKS marked."""
    opened, closed = MARKS
    return Markup(str(escape(text)).replace(opened, "<mark>").replace(closed, "</mark>"))


def print_pieces(pieces: Sequence[Piece]) -> Markup:
    """Return the pieces of a paragraph as HTML: what only one of two states has is marked, the space before it is not."""
    return Markup().join(_print_piece(piece) for piece in pieces)


def print_isolated(text: str | None) -> Markup:
    """Return a text as HTML that is a direction of its own: nothing in it turns the words beside it around."""
    return Markup('<bdi dir="{}">{}</bdi>').format(find_direction(text), make_line(text or ""))


def print_number(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,}"


def print_day(at: str | None) -> Markup:
    """Return the day of an ISO 8601 time as HTML."""
    return _print_time(at, (at or "")[:10])


def print_moment(at: str | None) -> Markup:
    """Return an ISO 8601 time as HTML, to the minute; an offset other than UTC's is shown."""
    try:
        moment = datetime.fromisoformat(at or "")
    except ValueError:
        return print_day(at)
    if "T" not in (at or ""):
        return print_day(at)
    offset = f" {moment.isoformat()[-6:]}" if moment.utcoffset() else ""
    return _print_time(at, f"{moment:%Y-%m-%d %H:%M}{offset}")


def get_day(moment: datetime) -> str:
    """Return the day of a moment in UTC."""
    return moment.astimezone(UTC).date().isoformat()


def find_web_address(url: str | None) -> str | None:
    """Return an address that may be followed from a page: http or https, and nothing that would run."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _print_piece(piece: Piece) -> Markup:
    if piece.kind == "same":
        return escape(piece.text)
    text = piece.text.lstrip()
    space = " " if len(text) < len(piece.text) else ""
    name = "ins" if piece.kind == "added" else "del"
    return Markup(f"{space}<{name}>{{}}</{name}>").format(text)


def _print_time(at: str | None, shown: str) -> Markup:
    return Markup('<time dir="ltr" datetime="{}">{}</time>').format(at, shown) if at else Markup("")
