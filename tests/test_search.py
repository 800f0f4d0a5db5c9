"""The search index: true to the articles whoever writes them, with marks on the right words, in any order asked for."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from benchmarks.pages import has_yardstick, load_pages
from newscrawl.archive import Archive, connection, index, migrating, schema, search
from newscrawl.items import Article, Site
from newscrawl.stemmer import stem
from newscrawl.tokens import TOKENIZER, WORD
from tests.conftest import BIN, Run

TITLES = ["الحكومة تعلن", "قصف غزة", "وزراء الصحة"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        for number, title in enumerate(TITLES):
            archive.save(Article(url=f"https://x.com/{number}", site="x", title=title, body="نصّ الخبر في الصحيفة."))
    return path


@pytest.fixture
def home(path: Path) -> Path:
    return path.parent


def find_titles(path: Path, query: str) -> list[str | None]:
    with Archive(path, read_only=True) as archive:
        return [article.title for article in archive.search(query)]


def find_faults(path: Path) -> list[str]:
    with Archive(path, read_only=True) as archive:
        return list(index.check_index(archive.db.conn))


def edit(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as foreign:
        for statement in statements:
            foreign.execute(statement)


INSERT = (
    "INSERT {or_replace} INTO articles (id, url, title, authors, tags, outcome, sort_at, sort_source, first_seen_at, checked_at, "
    "text_hash, removed, body, blocks) VALUES ('{id}', '{url}', '{title}', '[]', '[]', 'article', 't', 't', 't', 't', "
    "'h', '{{}}', '', '[]')"
)
GAZA = "(SELECT id FROM articles WHERE title LIKE '%غزة%')"


def write_insert(title: str, number: int = 9, or_replace: str = "") -> str:
    return INSERT.format(id=f"{number:016x}", url=f"https://x.com/{number}", title=title, or_replace=or_replace)


FOREIGN_EDITS = {
    "update": (["UPDATE articles SET title = 'زلزال اليابان' WHERE title LIKE '%غزة%'"], ["زلزال اليابان"]),
    "two updates of one": (
        [
            "UPDATE articles SET title = 'ثانيا' WHERE title LIKE '%غزة%'",
            "UPDATE articles SET title = 'زلزال اليابان', body = 'ثالثا' WHERE title = 'ثانيا'",
        ],
        ["زلزال اليابان"],
    ),
    "insert": ([write_insert("زلازل")], ["زلازل"]),
    "insert and update": (
        [write_insert("أولا"), "UPDATE articles SET title = 'زلازل' WHERE title = 'أولا'"],
        ["زلازل"],
    ),
    "insert and delete": ([write_insert("زلازل"), "DELETE FROM articles WHERE title = 'زلازل'"], []),
    "replace": ([write_insert("أولا"), write_insert("زلازل", or_replace="OR REPLACE")], ["زلازل"]),
    "delete": ([f"DELETE FROM articles WHERE id = {GAZA}"], []),
    "delete and insert": ([f"DELETE FROM articles WHERE id = {GAZA}", write_insert("زلزال")], ["زلزال"]),
    "delete of the newest and insert": (
        ["DELETE FROM articles WHERE docid = (SELECT max(docid) FROM articles)", write_insert("زلزال")],
        ["زلزال"],
    ),
    "vacuum after delete": (["DELETE FROM articles WHERE docid = 1"], []),
}


@pytest.mark.parametrize(("statements", "found"), FOREIGN_EDITS.values(), ids=FOREIGN_EDITS.keys())
def test_edits_of_other_programs_are_noticed_and_found_after_the_next_writing(
    path: Path, statements: list[str], found: list[str]
) -> None:
    edit(path, *statements)
    edit(path, "VACUUM")
    assert "changes that were made by another program" in " ".join(find_faults(path))
    Archive(path).close()
    assert find_titles(path, "زلزال") == found
    assert find_faults(path) == []
    with Archive(path, read_only=True) as archive:
        expected = [article.title for article in archive.articles() if "غزة" in str(article.title)]
    assert find_titles(path, "غزة") == expected


def test_replaced_row_leaves_nothing_in_the_index(path: Path) -> None:
    edit(path, write_insert("أولا"))
    Archive(path).close()
    edit(path, write_insert("زلازل", or_replace="OR REPLACE"))
    Archive(path).close()
    assert find_faults(path) == []
    assert find_titles(path, "أولا") == []


@pytest.mark.parametrize("command", ["rebuild-fts", "sqlite3"])
def test_rebuilding_by_another_program_is_noticed_and_mended(path: Path, home: Path, run: Run, command: str) -> None:
    if command == "rebuild-fts":
        subprocess.run([BIN / "sqlite-utils", "rebuild-fts", str(path), "articles"], check=True)
    else:
        edit(path, "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    assert find_titles(path, "الوزير") == []
    told = run("search", "الوزير", env={"NEWSCRAWL_HOME": str(home)})
    assert (told.returncode, told.stdout) == (0, "")
    assert "rebuilt by another program: 'newscrawl reindex' mends it" in told.stderr
    assert run("reindex", env={"NEWSCRAWL_HOME": str(home)}).returncode == 0
    assert find_titles(path, "الوزير") == ["وزراء الصحة"]
    assert find_faults(path) == []


def test_sqlite_utils_may_edit_an_article(path: Path) -> None:
    subprocess.run(
        [BIN / "sqlite-utils", "query", str(path), "UPDATE articles SET title = 'زلزال' WHERE title LIKE '%غزة%'"],
        check=True,
        capture_output=True,
    )
    Archive(path).close()
    assert find_titles(path, "زلازل") == ["زلزال"]


def test_index_of_another_version_is_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(index, "get_version", lambda: "0x0")
        older.setattr(index, "stem_text", lambda text: text or "")
        Archive(path).close()
        assert find_faults(path) == []
    assert find_titles(path, "الوزير") == []
    Archive(path).close()
    assert find_titles(path, "الوزير") == ["وزراء الصحة"]


def test_index_that_was_half_made_is_completed(path: Path) -> None:
    edit(path, "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    with closing(connection.open_writer(path)) as writer, connection.write_transaction(writer):
        index._begin_anew(writer)
        index.update_index(writer, 1)
    assert find_titles(path, "الصحيفة") == TITLES[:1]
    assert "2 changes" in find_faults(path)[0]
    Archive(path).close()
    assert len(find_titles(path, "الصحيفة")) == 3
    assert find_faults(path) == []


def test_wrong_stems_in_the_index_are_told(path: Path) -> None:
    edit(path, "DELETE FROM articles_fts_queue")
    with closing(sqlite3.connect(path)) as foreign, foreign:
        foreign.execute(
            "INSERT INTO articles_fts (articles_fts, rowid, title, subtitle, caption, body) "
            "SELECT 'delete', docid, 'قصف غزه', '', '', 'نص خبر في صحيفه' FROM articles WHERE title LIKE '%غزة%'"
        )
    assert any("is not in the search index as it is printed" in fault for fault in find_faults(path))


def test_archive_of_the_schema_before_is_found_after_the_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    number = schema.MIGRATIONS.index(schema.add_search_index)
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:number])
        with closing(connection.open_writer(path)) as writer:
            migrating.prepare(Database(writer), path)
            for one in range(3):
                writer.execute(write_insert(f"زلازل {one}", one + 1))
                writer.execute(
                    "INSERT INTO revisions (article_id, number, seen_at, cause, minor, changed, text_hash, title, body, "
                    f"fields) VALUES ('{one + 1:016x}', 1, 't', 'site', 0, '[]', 'h', 'x', '', '{{}}')"
                )
    Archive(path).close()
    assert len(find_titles(path, "زلزال")) == 3
    edit(path, "PRAGMA foreign_keys = ON", "DELETE FROM articles WHERE id LIKE '%2'", "VACUUM")
    Archive(path).close()
    assert find_titles(path, "زلزال") == ["زلازل 2", "زلازل 0"]
    with Archive(path, read_only=True) as archive:
        assert [row[0] for row in archive.db.execute("SELECT docid FROM articles ORDER BY 1")] == [1, 3]
        assert archive.db.execute("SELECT count(*) FROM revisions").fetchone()[0] == 2
        assert archive.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_plain_sqlite_reads_and_writes_the_whole_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as foreign:
        found = foreign.execute(
            "SELECT highlight(articles_fts, 0, '[', ']') FROM articles_fts WHERE articles_fts MATCH ?",
            (stem("للوزيرة"),),
        ).fetchall()
        assert found == [("[وزراء] الصحة",)]
        assert foreign.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        foreign.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        foreign.execute("DROP TABLE articles_fts")


# Words and marks


def test_every_character_parts_words_here_as_it_does_in_sqlite() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f'CREATE VIRTUAL TABLE f USING fts5 (text, tokenize="{TOKENIZER}")')
        db.execute("CREATE VIRTUAL TABLE words USING fts5vocab (f, 'instance')")
        characters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
        texts = [" ".join(f"x{char}y" for char in characters[i : i + 1000]) for i in range(0, len(characters), 1000)]
        db.executemany("INSERT INTO f VALUES (?)", ((text,) for text in texts))
        counted = dict(db.execute("SELECT doc, count(*) FROM words GROUP BY 1").fetchall())
    assert {number: len(WORD.findall(text)) for number, text in enumerate(texts, 1)} == counted


def test_marks_stand_on_the_found_words_of_the_printed_text(tmp_path: Path) -> None:
    body = "قال، ﷺ: الحُكومَةُ — 😀 و(حكومتها) \u200cو.م.ع ½ حكومـــات؛ x\u0301y ⁦حُكومة⁩ والمحكمة!"
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(Article(url="https://x.com/1", title="خبر عن حكومة", body=body))
        (hit,) = archive.find_hits("الحكومة", marks=("[", "]"))
    marked = [word.partition("]")[0] for word in hit.snippet.split("[")[1:]]
    assert [stem(word) for word in marked] == ["حكومه"] * 4
    assert hit.title == "خبر عن [حكومة]"


def test_every_mark_in_every_text_there_is_stands_on_the_word_that_was_asked_for(tmp_path: Path) -> None:
    """The texts are the answers of all pages with answers: the project's own, and the yardstick's where it is there."""
    names = ["own-arabic", *(["gold-arabic", "gold-fundus"] if has_yardstick() else [])]
    bodies = [body for name in names for page in load_pages(name) if (body := page.answer.get("body"))]
    texts = {
        f"https://x.com/{number}": "\n\n".join(block["text"] for block in body) for number, body in enumerate(bodies)
    }
    stems = {url: list(map(stem, WORD.findall(text))) for url, text in texts.items()}
    known = sorted({one for words in stems.values() for one in words if one.isalpha()})
    with Archive(tmp_path / "archive.db") as archive:
        with archive._writing() as writer:
            for number, (url, text) in enumerate(texts.items(), 1):
                writer.execute(
                    INSERT.format(id=f"{number:016x}", url=url, title="x", or_replace="").replace(
                        ", '', '[]')", ", ?, '[]')"
                    ),
                    (text,),
                )
        marked = 0
        for wanted in known[:: max(1, len(known) // 120)]:
            found = archive.db.execute(
                "SELECT url, highlight(articles_fts, 3, char(1), char(2)) FROM articles_fts "
                "JOIN articles ON articles.docid = articles_fts.rowid WHERE articles_fts MATCH ?", (f'body : "{wanted}"',)
            ).fetchall()  # fmt: skip
            assert {url for url, _ in found} == {url for url, words in stems.items() if wanted in words}
            for url, text in found:
                assert text.replace("\x01", "").replace("\x02", "") == texts[url]
                spans = [part.partition("\x02")[0] for part in text.split("\x01")[1:]]
                assert [stem(span) for span in spans] == [wanted] * stems[url].count(wanted), (wanted, url)
                marked += len(spans)
    assert marked > 1_000


# Order


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("many") / "archive.db") as archive:
        for number in range(600):
            word = "نادر" if number % 50 == 0 else "آخر"
            archive.save(
                Article(
                    url=f"https://x.com/{number}", site=f"s{number % 2}", title=f"خبر {word} {number}", body="خبر " * (number % 7),
                    published_at=f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:00:00+00:00",
                )
            )  # fmt: skip
        yield archive


@pytest.mark.parametrize("word", ["خبر", "نادر", "خبر OR نادر", "5"])
@pytest.mark.parametrize("filters", [{}, {"site": "s1"}, {"since": "2024-06-01", "until": "2024-09-15"}])
def test_pages_by_date_are_the_same_whichever_way_they_are_found(
    many: Archive, word: str, filters: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [article.id for article in many.search(word, **filters)]
    assert every == [article.id for article in many.articles(**filters) if article.id in set(every)]
    for asking_to_sorting in (0, 10, 1_000_000):
        monkeypatch.setattr(search, "_ASKING_TO_SORTING", asking_to_sorting)
        pages = [
            hit.id for offset in range(0, 40, 10) for hit in many.find_hits(word, limit=10, offset=offset, **filters)
        ]
        assert pages == every[:40]


def test_the_best_come_first_by_rank(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        for number, (title, body) in enumerate(
            [("خبر", "غزة " + "كلمة " * 50), ("غزة", "غزة غزة"), ("خبر", "كلمة"), ("خبر آخر", "غزة غزة كلمة")]
        ):
            archive.save(Article(url=f"https://x.com/{number}", title=title, body=body))
        assert [hit.url[-1] for hit in archive.find_hits("غزة", sort="rank")] == ["1", "3", "0"]


FILTERS = {
    "site": ({"site": "s0"}, 300),
    "unknown site": ({"site": "s9"}, 0),
    "none": ({"site": None, "section": None}, 600),
}


@pytest.mark.parametrize(("filters", "number"), FILTERS.values(), ids=FILTERS.keys())
def test_filters_narrow_what_is_counted(many: Archive, filters: dict[str, str], number: int) -> None:
    assert many.count("خبر", copies=True, **filters)[-1].hits == number


def test_section_author_agency_and_country_are_found_by_their_words(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        archive.save_site(Site(key="x", name="X", domain="x.com", country="MA"), None)
        archive.save(
            Article(
                url="https://x.com/1", site="x", title="خبر", section="السياسة الدولية", authors=("سارة أحمد", "علي"),
                agency="وكالة رويترز",
            )
        )  # fmt: skip
        archive.save(Article(url="https://y.com/2", site="y", title="خبر"))
        for filters in (
            {"section": "السياسه"}, {"section": "السياسة الدولية"}, {"author": "احمد"}, {"author": "علي"},
            {"agency": "رويترز"}, {"country": "ma"},
        ):  # fmt: skip
            assert [article.url for article in archive.search("خبر", **filters)] == ["https://x.com/1"], filters
            assert [article.url for article in archive.articles(**filters)] == ["https://x.com/1"], filters
        for filters in ({"section": "سياس"}, {"author": "سارة علي"}, {"agency": "فرانس"}, {"country": "EG"}):
            assert list(archive.search("خبر", **filters)) == []


# Counting


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("counted")
    wire = (
        "ضرب زلزال قوي وسط المغرب فجر اليوم وشعر به سكان مدن كثيرة في البلاد وقال شهود إن مباني قديمة انهارت في القرى. "
        * 3
    )
    with Archive(home / "archive.db") as archive:
        archive.save_site(Site(key="x", name="X", domain="x.com", country="MA"), None)
        archive.save_site(Site(key="y", name="Y", domain="y.com", country="EG"), None)
        for number, (site, day, title, body) in enumerate(
            [
                ("x", "2024-01-10", "زلزال", wire),
                ("y", "2024-01-11", "زلزال", wire),
                ("y", "2024-02-01", "طقس", "أمطار"),
                ("y", "2024-02-02", "هزة أرضية", "نص"),
            ]
        ):
            agency = "رويترز" if body is wire else None
            archive.save(
                Article(
                    url=f"https://{site}.com/{number}",
                    site=site,
                    title=title,
                    body=body,
                    published_at=day,
                    agency=agency,
                )
            )
    (home / "queries.toml").write_text('quake = "زلزال | هزة"\nempty = ""\n', "utf-8")
    return home


COUNTS = {
    "stories": ({}, [((), 1, 3)]),
    "copies": ({"copies": True}, [((), 2, 4)]),
    "by site": ({"by": ["site"]}, [(("x",), 1, 1), (("y",), 1, 3), ((), 1, 3)]),
    "by country and month": (
        {"by": ["country", "month"]},
        [(("EG", "2024-01"), 1, 1), (("EG", "2024-02"), 0, 2), (("MA", "2024-01"), 1, 1), ((), 1, 3)],
    ),
    "by agency": ({"by": ["agency"]}, [((None,), 0, 2), (("رويترز",), 1, 1), ((), 1, 3)]),
    "of a site": ({"site": "y", "copies": True}, [((), 1, 3)]),
    "exactly so": ({"query": "=زلازل"}, [((), 0, 3)]),
    "of nothing": ({"query": "-"}, [((), 0, 3)]),
}


@pytest.mark.parametrize(("asked", "expected"), COUNTS.values(), ids=COUNTS.keys())
def test_stories_are_counted_by_group(counted: Path, asked: dict[str, Any], expected: list[Any]) -> None:
    with Archive(counted / "archive.db", read_only=True) as archive:
        counts = archive.count(**{"query": "الزلازل"} | asked)
    assert [tuple(count) for count in counts] == expected
    assert counts[-1].share == counts[-1].hits / counts[-1].articles


@pytest.mark.parametrize("days", [{}, {"since": "2024-01-01", "until": "2024-12-31"}], ids=["ever", "within days"])
def test_count_reads_no_article(counted: Path, days: dict[str, str]) -> None:
    with Archive(counted / "archive.db", read_only=True) as archive:
        statements: list[str] = []
        archive.db.conn.set_trace_callback(statements.append)
        archive.count("زلزال", by=["site", "country", "month", "agency"], **days)
        archive.db.conn.set_trace_callback(None)
        plans = [row for sql in statements if "FILTER" in sql for row in archive.db.query(f"EXPLAIN QUERY PLAN {sql}")]
    read = [row["detail"] for row in plans if row["detail"].startswith(("SCAN articles", "SEARCH articles"))]
    assert read
    assert all("USING COVERING INDEX articles_s" in detail for detail in read if "VIRTUAL" not in detail)


def test_named_query_is_told_and_counted(counted: Path, run: Run) -> None:
    environment = {"NEWSCRAWL_HOME": str(counted)}
    told = run("count", "@quake", "--by", "site,month", "--copies", env=environment)
    assert told.stderr == "@quake: زلزال | هزة\n"
    assert [line.split() for line in told.stdout.splitlines()] == [
        ["hits", "articles", "share", "site", "month"],
        ["1", "1", "100.00%", "x", "2024-01"],
        ["1", "1", "100.00%", "y", "2024-01"],
        ["1", "2", "50.00%", "y", "2024-02"],
        ["3", "4", "75.00%", "all"],
    ]
    lines = run("count", "@quake", "--json", "--by", "", env=environment).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [{"hits": 2, "articles": 3, "share": 0.666667}]
    assert run("search", "@quake -أرضية", env=environment).stderr.splitlines()[-1] == "2 articles"
    assert run("export", "-", "--query", "@quake", env=environment).stderr.splitlines()[-1] == "3 articles"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("count", "@nobody"), "there is no query @nobody in queries.toml, which names @quake, @empty"),
        (("count", "زلزال", "--by", "weather"), "articles cannot be counted by 'weather': choose among site"),
    ],
)
def test_wrong_names_are_told(counted: Path, run: Run, arguments: tuple[str, ...], message: str) -> None:
    told = run(*arguments, env={"NEWSCRAWL_HOME": str(counted)})
    assert told.returncode == 2
    assert message in told.stderr
    assert told.stderr.count("\n") == 1


def test_address_with_an_at_sign_names_no_query(run: Run, counted: Path) -> None:
    assert run("search", "a@b.com", env={"NEWSCRAWL_HOME": str(counted)}).stderr == "0 articles\n"
