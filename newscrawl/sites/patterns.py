"""Which addresses a profile calls articles."""

from __future__ import annotations

import re
from urllib.parse import unquote


def is_article_url(url: str, article_url: str | None) -> bool:
    """Answer whether an address matches a profile's pattern; without a pattern every address does.

    People write patterns with Arabic letters, addresses encode them: either form may match.
    """
    return article_url is None or bool(re.search(article_url, url) or re.search(article_url, unquote(url)))
