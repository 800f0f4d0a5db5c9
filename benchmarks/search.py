"""What searching costs, beside a plain FTS5 table of the same articles: `python -m benchmarks.search [ARTICLES]`.

The articles are made up: words of the news with all that can stand before and behind them, as often as words are (Zipf). Times
are of the processor, for what else the machine does is none of our business; the ratios are what counts.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from importlib.resources import files
from itertools import accumulate, islice
from pathlib import Path
from statistics import median, quantiles
from time import process_time
from typing import NamedTuple
from unittest.mock import patch

from benchmarks.results import RESULTS, format_table, replace_section
from newscrawl.archive import Archive, index
from newscrawl.archive.search import Sort, describe_hits, find_docids
from newscrawl.archive.selection import Selection
from newscrawl.query import parse_query
from newscrawl.tokens import WORD

SIZE = 100_000
_AT_ONCE = 500
_WORDS = (180, 620)  # of an article; real ones have some 400
_BEFORE = ("", "", "", "", "ال", "ال", "ال", "وال", "بال", "لل", "و", "ب", "ل")
_BEHIND = ("", "", "", "", "ه", "ها", "ين", "ات", "ي", "ية", "ا", "هم")
_COLUMNS = ("id", "url", "site", "title", "sort_at", "body")
_REST = "authors, tags, outcome, sort_source, first_seen_at, checked_at, text_hash, removed, blocks"
_INSERT = (
    f"INSERT INTO articles (docid, {', '.join(_COLUMNS)}, {_REST}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, '[]', '[]', 'article', 'published_at', 't', 't', 'h', '{}', '[]')"
)
_ALL = Selection((), ())


class Row(NamedTuple):
    """An article, with the number that the index knows it by."""

    docid: int
    id: str
    url: str
    site: str
    title: str
    sort_at: str
    body: str


def make_vocabulary(dice: random.Random) -> list[str]:
    """Return some ten thousand words, the frequent ones first: bare forms are more frequent than inflected ones."""
    listed = tomllib.loads(files("newscrawl").joinpath("stems.toml").read_text("utf-8"))
    particles = [word for words in listed["particles"].values() for word in words.split()]
    forms = [form for words in listed["nouns"].values() for entry in words.split() for form in entry.split("=")]
    dice.shuffle(forms)
    inflected = [dice.choice(_BEFORE) + form + dice.choice(_BEHIND) for form in forms * 8]
    return list(dict.fromkeys([*particles[:60], *forms[:3000], *particles[60:], *inflected]))


def make_rows(size: int) -> Iterator[Row]:
    """Yield articles of twenty sites over five years, in no order of time."""
    dice = random.Random(6)
    words = make_vocabulary(dice)
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    for docid in range(1, size + 1):
        text = dice.choices(words, cum_weights=weights, k=dice.randint(*_WORDS))
        body = "\n\n".join(" ".join(text[start : start + 60]) + "." for start in range(10, len(text), 60))
        day = f"{dice.randint(2020, 2024)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        at = f"{day}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00+00:00"
        yield Row(docid, f"{docid:016x}", f"https://x.com/{docid}", f"s{docid % 20}", " ".join(text[:10]), at, body)


def fill_plain(path: Path, rows: Iterator[Row]) -> float:
    """Make a table with a plain FTS5 index of the words as printed; return the seconds it took."""
    spent = 0.0
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("CREATE TABLE a (docid INTEGER PRIMARY KEY, id, url, site, title, sort_at, body)")
        db.execute("CREATE VIRTUAL TABLE f USING fts5 (title, body, content=a, content_rowid=docid)")
        while batch := list(islice(rows, _AT_ONCE)):
            started = process_time()
            db.execute("BEGIN")
            db.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?, ?, ?)", batch)
            db.executemany("INSERT INTO f (rowid, title, body) VALUES (?, ?, ?)", [(r[0], r[4], r[6]) for r in batch])
            db.execute("COMMIT")
            spent += process_time() - started
    return spent


def fill_archive(path: Path, rows: Iterator[Row], *, copies: bool = True) -> float:
    """Write the articles to an archive with its index and copies, as saving does; return the seconds it took."""
    spent = 0.0
    without = nullcontext() if copies else patch.object(index, "update_copies")
    with without, Archive(path) as archive:
        archive.db.execute(
            "INSERT INTO sites (key, name, domain, added_at) SELECT 's' || value, '', '', '' FROM json_each(?)",
            [str(list(range(20)))],
        )
        while batch := list(islice(rows, _AT_ONCE)):
            started = process_time()
            with archive._writing() as connection:
                connection.executemany(_INSERT, batch)
            spent += process_time() - started
        assert index.describe_fault(archive.db.conn) is None
    return spent


def time_saving(plain_path: Path, path: Path, size: int) -> list[list[str]]:
    """Fill both, and an archive that looks for no copies; return what each took, as rows of a table."""
    plain = fill_plain(plain_path, make_rows(size))
    # first, while no stem is known yet
    ours = fill_archive(path, make_rows(size))
    spent = {
        "a plain FTS5 table of the words as printed": plain,
        "an archive with index and copies": ours,
        "an archive with its index alone": fill_archive(path.with_name("index.db"), make_rows(size), copies=False),
    }
    return [[name, f"{size / seconds:,.0f}", f"{seconds / plain:.2f}"] for name, seconds in spent.items()]


def measure_sizes(path: Path) -> tuple[float, float]:
    """Return the megabytes of the texts and of their index."""
    with sqlite3.connect(path) as db:
        text = db.execute(
            "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(body AS BLOB))) FROM articles"
        ).fetchone()
        held = db.execute("SELECT sum(length(block)) FROM articles_fts_data").fetchone()
        sizes = db.execute("SELECT sum(length(sz)) + 8 * count(*) FROM articles_fts_docsize").fetchone()
    return text[0] / 1e6, (held[0] + sizes[0]) / 1e6


def make_queries(count: int = 120) -> list[str]:
    """Return words of every frequency, two words, phrases and beginnings."""
    dice = random.Random(7)
    words = [word for word in make_vocabulary(random.Random(6))[60:20_000] if len(word) > 3]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    drawn = dice.choices(words, cum_weights=weights, k=2 * count)
    forms = ("{}", "{}", "{}", "{} {}", '"{} {}"', "{} OR {}", "{} -{}", "{}*")
    return [forms[number % len(forms)].format(*drawn[2 * number : 2 * number + 2]) for number in range(count)]


def time_queries(queries: list[str], ask: Callable[[str], object]) -> list[float]:
    """Return the milliseconds that each query took, the best of three."""
    times = []
    for query in queries:
        best = float("inf")
        for _ in range(3):
            started = process_time()
            ask(query)
            best = min(best, process_time() - started)
        times.append(1000 * best)
    return times


def main() -> None:
    """Print the tables, and write them to RESULTS.md unless few articles were asked for."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory() as folder:
        plain_path, path = Path(folder) / "plain.db", Path(folder) / "archive.db"
        written = time_saving(plain_path, path, size)
        text, held = measure_sizes(path)
        queries = make_queries()
        with Archive(path, read_only=True) as archive, sqlite3.connect(plain_path) as db:

            def search(query: str, sort: Sort) -> object:
                asked, connection = parse_query(query), archive.db.conn
                docids = find_docids(connection, asked, _ALL, sort, 20)
                return list(describe_hits(connection, asked, docids))

            def search_plain(query: str) -> object:
                words = [" ".join(WORD.findall(term.text)) for term in parse_query(query).terms]
                return db.execute(
                    "SELECT a.title, snippet(f, 1, '', '', '', 32) FROM f JOIN a ON a.docid = f.rowid WHERE f MATCH ? "
                    "ORDER BY f.rank LIMIT 20", (" OR ".join(f'"{word}"' for word in words),)
                ).fetchall()  # fmt: skip

            times = {
                "by date": time_queries(queries, lambda query: search(query, "date")),
                "by rank": time_queries(queries, lambda query: search(query, "rank")),
                "plain FTS5, the words as typed, any of them, by rank": time_queries(queries, search_plain),
            }
            hits = median(archive.count(query, copies=True)[-1].hits for query in queries)
    asked = [[name, f"{median(ms):.1f}", f"{quantiles(ms, n=20)[-1]:.1f}"] for name, ms in times.items()]
    told = (
        f"{size:,} made-up articles, {text:.0f} MB of text; processor time on a busy machine of two cores.\n\n"
        f"Saving, {_AT_ONCE} at a time; the index is {held:.0f} MB, {held / text:.2f} of the text:\n\n"
        + format_table(["", "articles a second", "time, the plain table's = 1"], written)
        + "\n"
        f"First page of 20 with titles and snippets, {len(queries)} queries, {hits:,.0f} hits at the median:\n\n"
        + format_table(["", "median ms", "95 % ms"], asked)
    )
    print(told)
    if size >= SIZE / 5:  # fewer tell little
        replace_section(RESULTS, "Search", told)


if __name__ == "__main__":
    main()
