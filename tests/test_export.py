from __future__ import annotations

import gzip
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newscrawl.archive import Archive
from newscrawl.exceptions import ArchiveError, NewscrawlError, StorageError, UsageError
from newscrawl.export import FORMATS, article_object, write_articles
from newscrawl.items import Address, Article, Block, Image, Outcome, Related

SCHEMA = json.loads(files("newscrawl").joinpath("article.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

ARTICLE = Article(
    id="0123456789abcdef",
    url="https://x.com/1",
    site="x",
    title="أعلنت الحكومة خطة",
    body="الفقرة الأولى.",
    blocks=(Block("paragraph", "الفقرة الأولى."),),
    published_at="2024-01-15",
    authors=("سارة الحسن",),
    tags=("اقتصاد",),
    images=(Image("https://x.com/1.jpg", caption="صورة"),),
    related=(Related("inline", "https://x.com/2", "شاهد أيضا"),),
    outcome=Outcome.PAYWALLED,
    removed={"share": 2},
)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().decode().split("\n")[:-1]]


def check_one_line(error: pytest.ExceptionInfo[NewscrawlError], path: Path) -> None:
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


# The object and its schema


def test_object_has_the_version_and_then_the_fields_in_order() -> None:
    assert list(article_object(ARTICLE)) == ["schema_version", *(field.name for field in fields(Article))]


def test_schema_is_one_and_names_every_field() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["required"] == list(article_object(Article()))
    assert set(SCHEMA["properties"]) == {*SCHEMA["required"], "page"}
    for item, name in ((Address, "address"), (Block, "block"), (Image, "image"), (Related, "related")):
        assert SCHEMA["$defs"][name]["required"] == [field.name for field in fields(item)]
        assert list(SCHEMA["$defs"][name]["properties"]) == [field.name for field in fields(item)]
    assert SCHEMA["properties"]["outcome"]["enum"] == list(Outcome)


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 2}, {"id": "1"}, {"title": 7}, {"body": None}, {"authors": None}, {"outcome": "fine"},
        {"removed": {"nav": "2"}}, {"blocks": [{"kind": "poem", "text": ""}]}, {"images": [{"url": "x"}]},
        {"related": [{"kind": "block"}]}, {"published_at": "15/01/2024"}, {"surplus": 1},
    ],
    ids=str,
)  # fmt: skip
def test_schema_refuses_what_is_no_article(changes: dict[str, object]) -> None:
    assert VALIDATOR.is_valid(article_object(ARTICLE))
    assert not VALIDATOR.is_valid({**article_object(ARTICLE), **changes})


def test_schema_admits_the_name_of_the_page_that_was_extracted() -> None:
    assert VALIDATOR.is_valid({**article_object(ARTICLE), "page": "a.html"})


TEXT = st.text(max_size=15) | st.sampled_from(["\u2028", "\x85", "\x00", "خبر"])
MAYBE = st.none() | TEXT
DAY = st.none() | st.dates().map(str)
KINDS = st.sampled_from(SCHEMA["$defs"]["block"]["properties"]["kind"]["enum"])
ADDRESS_KINDS = st.sampled_from(SCHEMA["$defs"]["address"]["properties"]["kind"]["enum"])
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
RELATED = st.builds(Related, st.sampled_from(["inline", "block"]), TEXT, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE)
FIELDS: dict[str, st.SearchStrategy[object]] = {
    "id": st.none() | st.integers(0, 16**16 - 1).map("{:016x}".format),
    "url": st.none() | TEXT.map("https://{}".format),
    "body": TEXT,
    "blocks": st.lists(st.builds(Block, KINDS, TEXT), max_size=2).map(tuple),
    "published_at": DAY,
    "modified_at": DAY,
    "fetched_at": DAY,
    "authors": TEXTS,
    "tags": TEXTS,
    "images": st.lists(st.builds(Image, TEXT, MAYBE, MAYBE, MAYBE), max_size=2).map(tuple),
    "related": st.lists(RELATED, max_size=2).map(tuple),
    "outcome": st.sampled_from(Outcome),
    "removed": st.dictionaries(TEXT, st.integers(0, 9), max_size=2),
    "variant": st.sampled_from(SCHEMA["properties"]["variant"]["enum"]),
    "addresses": st.lists(st.builds(Address, ADDRESS_KINDS, TEXT), max_size=2).map(tuple),
}
ARTICLES = st.builds(Article, **{field.name: FIELDS.get(field.name, MAYBE) for field in fields(Article)})


@settings(max_examples=60, deadline=None)
@given(st.lists(ARTICLES, max_size=3))
def test_every_export_is_valid_and_loses_nothing(articles: list[Article]) -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        assert write_articles(articles, out) == len(articles)
        assert len(out.read_text(encoding="utf-8").splitlines()) == len(articles)
        objects = read_lines(out)
    for written, article in zip(objects, articles, strict=True):
        VALIDATOR.validate(written)
        assert written == json.loads(json.dumps(article_object(article)))


# The file


def test_lines_hold_real_letters(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert write_articles([ARTICLE, replace(ARTICLE, title="آخر")], out) == 2
    assert '"title": "أعلنت الحكومة خطة"' in out.read_text(encoding="utf-8")
    assert [line["title"] for line in read_lines(out)] == ["أعلنت الحكومة خطة", "آخر"]
    assert read_lines(out)[0]["removed"] == {"share": 2}


def test_archive_is_exported_as_it_is(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(replace(ARTICLE, id=None))
        stored = archive.get("https://x.com/1")
        assert stored is not None
        assert write_articles(archive.articles(), str(tmp_path / "out.jsonl")) == 1
    assert read_lines(tmp_path / "out.jsonl") == [article_object(stored) | {"authors": ["سارة الحسن"]}]


def hand_over(archive: Archive, receiver: str, out: Path, **filters: Any) -> list[str]:
    """Export what the receiver does not have yet; return the titles."""
    found = archive.articles(since_last=receiver, **filters)
    with archive.hand_over(receiver, found) as articles:
        write_articles(articles, out)
    return [line["title"] for line in read_lines(out)]


def make(number: int, **changes: Any) -> Article:
    return replace(ARTICLE, id=None, url=f"https://x.com/{number}", title=f"خبر {number}", **changes)


def test_hand_over_holds_what_is_new_or_changed_since_the_last_one(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(make(1))
        archive.save(make(2))
        assert sorted(hand_over(archive, "desk", out)) == ["خبر 1", "خبر 2"]
        assert hand_over(archive, "desk", out) == []
        archive.save(make(3))
        archive.save(make(1, body="فقرة أخرى."))
        archive.save(make(2))
        assert sorted(hand_over(archive, "desk", out)) == ["خبر 1", "خبر 3"]
        assert sorted(hand_over(archive, "another desk", out)) == ["خبر 1", "خبر 2", "خبر 3"]


def test_hand_over_of_a_part_leaves_the_rest_for_later(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(make(1))
        archive.save(make(2, site="y"))
        assert hand_over(archive, "desk", out, site="y") == ["خبر 2"]
        assert hand_over(archive, "desk", out) == ["خبر 1"]


def test_hand_over_that_fails_is_done_again(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        archive.save(make(1))
        with pytest.raises(UsageError, match="no folder"):
            hand_over(archive, "desk", tmp_path / "missing" / "out.jsonl")
        assert hand_over(archive, "desk", tmp_path / "out.jsonl") == ["خبر 1"]


def test_nothing_to_export_is_an_empty_file(tmp_path: Path) -> None:
    assert write_articles([], tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_half_a_character_does_not_stop_the_export(tmp_path: Path) -> None:
    write_articles([replace(ARTICLE, title="خبر \ud83d")], tmp_path / "out.jsonl")
    assert read_lines(tmp_path / "out.jsonl")[0]["title"] == "خبر ?"


def test_dash_is_stdout(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert write_articles([ARTICLE], "-") == 1
    assert json.loads(capsysbinary.readouterr().out)["title"] == "أعلنت الحكومة خطة"


def test_stdout_is_utf_8_whatever_the_locale() -> None:
    script = (
        "from newscrawl.export import write_articles\n"
        "from newscrawl.items import Article\n"
        "write_articles([Article(title='خبر')], '-')"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment).stdout
    assert '"title": "خبر"'.encode() in printed


def break_off() -> Iterator[Article]:
    yield ARTICLE
    raise ArchiveError("the archive is damaged")


def test_export_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    with pytest.raises(ArchiveError, match="damaged"):
        write_articles(break_off(), out)
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_export_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "out.jsonl")
    write_articles([ARTICLE], tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len(read_lines(tmp_path / "out.jsonl")) == 1


def test_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    received = StringIO()
    reader = threading.Thread(target=lambda: received.write(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert write_articles([ARTICLE], pipe) == 1
    reader.join()
    assert json.loads(received.getvalue())["id"] == ARTICLE.id
    assert pipe.is_fifo()


def test_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(UsageError, match="is a folder") as error:
        write_articles([ARTICLE], tmp_path / "folder.jsonl")
    check_one_line(error, tmp_path / "folder.jsonl")


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder") as error:
        write_articles([ARTICLE], tmp_path / "missing" / "out.jsonl")
    check_one_line(error, tmp_path)


def test_full_device_is_told_and_stays_a_device(tmp_path: Path) -> None:
    device = tmp_path / "full.jsonl"
    try:
        os.mknod(device, 0o600 | stat.S_IFCHR, os.makedev(1, 7))
    except PermissionError:
        pytest.skip("privilege: only root can make a device")
    with pytest.raises(StorageError, match="No space left") as error:
        write_articles([ARTICLE], device)
    check_one_line(error, device)
    assert device.is_char_device()


# Other formats


ARTICLES_OF_EVERY_KIND = (
    replace(ARTICLE, fetched_at="2024-01-15T12:00:00+02:00", published_at="2024-01-15T08:30:00+02:00"),
    replace(ARTICLE, id="f" * 16, title="=HYPERLINK(1)", body='سطر\n\nسطر آخر، "مقتبس"; مع فاصلة', published_at=None),
    replace(ARTICLE, id="e" * 16, subtitle="- نقطة", caption="@name", removed={}, tags=(), published_at="لا تاريخ"),
)


@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.jsonl.zst"])
def test_compressed_lines_are_the_plain_ones(tmp_path: Path, name: str) -> None:
    assert write_articles(ARTICLES_OF_EVERY_KIND, tmp_path / name) == 3
    write_articles(ARTICLES_OF_EVERY_KIND, tmp_path / "out.jsonl")
    assert decompress(tmp_path / name) == (tmp_path / "out.jsonl").read_bytes()
    found = duckdb.sql(f"SELECT title, authors[1] FROM read_json('{tmp_path / name}')").fetchall()
    assert found == [(article.title, "سارة الحسن") for article in ARTICLES_OF_EVERY_KIND]


def decompress(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else zstd.decompress(path.read_bytes())


def test_the_same_articles_give_the_same_compressed_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_articles([ARTICLE], tmp_path / name)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_spreadsheets_read_the_table_and_execute_nothing(tmp_path: Path) -> None:
    assert write_articles(ARTICLES_OF_EVERY_KIND, tmp_path / "out.csv") == 3
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,url,")
    table = pandas.read_csv(tmp_path / "out.csv", keep_default_na=False)
    assert [*table.columns] == [name for name in article_object(ARTICLE) if name not in ("schema_version", "blocks")]
    assert [*table["body"]] == [article.body for article in ARTICLES_OF_EVERY_KIND]
    assert table["title"][1] == "'=HYPERLINK(1)"
    assert (table["subtitle"][2], table["caption"][2]) == ("'- نقطة", "'@name")
    assert (table["authors"][0], table["tags"][2], table["removed"][2]) == ("سارة الحسن", "", "")
    assert json.loads(table["images"][0])[0]["caption"] == "صورة"


def test_parquet_has_types(tmp_path: Path) -> None:
    assert write_articles(ARTICLES_OF_EVERY_KIND, tmp_path / "out.parquet") == 3
    found = duckdb.sql(
        "SELECT published_on, epoch(fetched_at), authors[1], related[1].title, removed['share'], blocks[1].kind "
        f"FROM '{tmp_path / 'out.parquet'}'"
    ).fetchall()
    assert found[0] == (date(2024, 1, 15), 1705312800.0, "سارة الحسن", "شاهد أيضا", 2, "paragraph")
    assert [row[0] for row in found[1:]] == [None, None]
    assert [*pandas.read_parquet(tmp_path / "out.parquet")["title"]] == [a.title for a in ARTICLES_OF_EVERY_KIND]


@settings(max_examples=20, deadline=None)
@given(st.lists(ARTICLES, max_size=3))
def test_every_format_takes_every_article(articles: list[Article]) -> None:
    with TemporaryDirectory() as folder:
        for suffix in FORMATS:
            assert write_articles(articles, Path(folder) / f"out{suffix}") == len(articles)
        assert len(pandas.read_parquet(Path(folder) / "out.parquet")) == len(articles)


def test_unknown_ending_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.jsonl, .*\.csv, \.parquet") as error:
        write_articles(break_off(), tmp_path / "out.xlsx")
    check_one_line(error, tmp_path / "out.xlsx")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("privilege: only root can mount a disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        pytest.skip("privilege: no disk can be mounted here")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_full_disk_leaves_no_half_file(disk: Path) -> None:
    with pytest.raises(StorageError, match="nothing was kept") as error:
        write_articles([replace(ARTICLE, body="ن" * 1000)] * 100, disk / "out.jsonl")
    check_one_line(error, disk / "out.jsonl")
    assert list(disk.iterdir()) == []


def test_read_only_disk_is_told(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(StorageError, match="cannot be written") as error:
        write_articles([ARTICLE], disk / "out.jsonl")
    check_one_line(error, disk / "out.jsonl")


def test_reader_that_has_seen_enough_is_no_failure_of_ours() -> None:
    script = (
        "from newscrawl.export import write_articles\n"
        "from newscrawl.items import Article\n"
        "try:\n"
        "    write_articles([Article(title='خبر', body='ن' * 1000)] * 1000, '-')\n"
        "except BrokenPipeError:\n"
        "    import os, sys\n"
        "    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
        "    sys.exit(7)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.close()
        assert process.wait() == 7
