"""Crawl Arabic news sites into a clean archive: `extract` reads one page, `Archive` keeps and finds articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawl.archive import Archive
    from newscrawl.extraction import extract

__all__ = ["Archive", "__version__", "extract"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the two heavy names on first use: a command that only prints its help must not pay for lxml and SQLite."""
    if name == "extract":
        from newscrawl.extraction import extract

        return extract
    if name == "Archive":
        from newscrawl.archive import Archive

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
