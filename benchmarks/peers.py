"""The other extractors, each called as its own documentation says; those that are not installed are left out.

`python -m benchmarks --peers FOLDER` adds what others have predicted elsewhere, from files of one JSON object a page.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.quality import Extractor, Prediction

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_ARABIC = re.compile("[\u0621-\u064a]")


def list_peers() -> dict[str, Extractor]:
    """Return the extractors that are installed, by name and version."""
    found: dict[str, Extractor] = {}
    for name, (modules, make) in _PEERS.items():
        try:
            first, *_ = map(import_module, modules)
        except ImportError:
            continue
        found[f"{name} {getattr(first, '__version__', '')}".strip()] = _forgive(make())
    return found


def _forgive(extractor: Extractor) -> Extractor:
    """Return an extractor whose faults end no benchmark: a page that it dies of is one of which it told nothing."""

    def run(html: bytes, url: str | None) -> Prediction:
        try:
            return extractor(html, url)
        except Exception:
            return {}

    return run


def load_predictions(folder: Path, page_set: str) -> dict[str, dict[str, Prediction]]:
    """Return the predictions in FOLDER/SET/*.jsonl, by the file's name and the page's."""
    return {path.stem: _read_predictions(path) for path in sorted((folder / page_set).glob("*.jsonl"))}


def _read_predictions(path: Path) -> dict[str, Prediction]:
    rows = (json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip())
    return {row["page"]: row for row in rows}


def decode(html: bytes) -> str:
    """Return a page as text for extractors that take no bytes: as it is declared, else UTF-8, else windows-1256."""
    declared = _CHARSET.search(html, 0, 4096)
    for encoding in (declared.group(1).decode("ascii") if declared else "utf-8", "utf-8", "windows-1256"):
        try:
            return html.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return html.decode("utf-8", "replace")


def make_trafilatura(**options: bool) -> Extractor:
    """Return trafilatura with metadata; it decodes by itself."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

    def run(html: bytes, url: str | None) -> Prediction:
        document = trafilatura.bare_extraction(
            html, url=url, with_metadata=True, include_comments=False, favor_precision=options.get("precision", False)
        )
        if document is None or isinstance(document, dict):
            return {}
        return {
            "title": document.title,
            "subtitle": document.description,
            "body": document.text,
            "published_at": document.date,
            "authors": [name.strip() for name in (document.author or "").split(";") if name.strip()],
            "lead_image": {"url": document.image},
        }

    return run


def _make_newspaper() -> Extractor:
    newspaper: Any = import_module("newspaper")

    def run(html: bytes, url: str | None) -> Prediction:
        config = newspaper.Config()
        config.fetch_images = False
        text = decode(html)
        # it must be told the language; without the right one it finds next to nothing
        config.language = "ar" if len(_ARABIC.findall(text)) > 500 else "en"
        article = newspaper.Article(url or "https://news.example/", config=config)
        article.download(input_html=text)
        article.parse()
        return {
            "title": article.title,
            "subtitle": article.meta_description,
            "body": article.text,
            "published_at": article.publish_date.isoformat() if article.publish_date else None,
            "authors": article.authors,
            "lead_image": {"url": article.top_image},
        }

    return run


def _make_readability() -> Extractor:
    from lxml.html import document_fromstring

    readability: Any = import_module("readability")

    def run(html: bytes, _url: str | None) -> Prediction:
        document = readability.Document(decode(html))
        tree = document_fromstring(document.summary())
        for element in tree.iter("p", "br", "div", "li", "h2", "h3", "h4"):
            element.tail = "\n" + (element.tail or "")
        return {"title": document.short_title(), "body": tree.text_content()}

    return run


def _make_resiliparse() -> Extractor:
    to_text: Any = import_module("resiliparse.extract.html2text")
    parser: Any = import_module("resiliparse.parse.html")

    def run(html: bytes, _url: str | None) -> Prediction:
        tree = parser.HTMLTree.parse(decode(html))
        return {
            "title": tree.title,
            "body": to_text.extract_plain_text(tree, main_content=True, alt_texts=False, links=False),
        }

    return run


def _make_goose() -> Extractor:
    goose: Any = import_module("goose3")
    text: Any = import_module("goose3.text")
    reader = goose.Goose({"stopwords_class": text.StopWordsArabic, "enable_image_fetching": False})

    def run(html: bytes, _url: str | None) -> Prediction:
        article = reader.extract(raw_html=decode(html))
        return {
            "title": article.title,
            "subtitle": article.meta_description,
            "body": article.cleaned_text,
            "published_at": article.publish_date,
            "authors": article.authors,
        }

    return run


def _make_newsplease() -> Extractor:
    newsplease: Any = import_module("newsplease")

    def run(html: bytes, url: str | None) -> Prediction:
        article = newsplease.NewsPlease.from_html(decode(html), url=url, fetch_images=False)
        return {
            "title": article.title,
            "subtitle": article.description,
            "body": article.maintext,
            "published_at": article.date_publish.isoformat() if article.date_publish else None,
            "authors": article.authors,
            "lead_image": {"url": article.image_url},
        }

    return run


_PEERS: dict[str, tuple[tuple[str, ...], Callable[[], Extractor]]] = {
    "trafilatura": (("trafilatura",), make_trafilatura),
    "trafilatura precision": (("trafilatura",), lambda: make_trafilatura(precision=True)),
    "newspaper4k": (("newspaper", "nltk"), _make_newspaper),
    "readability-lxml": (("readability",), _make_readability),
    "resiliparse": (("resiliparse",), _make_resiliparse),
    "goose3": (("goose3",), _make_goose),
    "news-please": (("newsplease",), _make_newsplease),
}
