"""What differs between two states: the words themselves, and what a terminal shows of them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl import Archive
from newscrawl.archive.diffs import Piece, diff_states, diff_words
from newscrawl.items import Article
from tests.conftest import Run

WORDS = {
    "nothing": ("أعلنت الحكومة", "أعلنت الحكومة", "أعلنت الحكومة"),
    "a word more": ("أعلنت خطة", "أعلنت الحكومة خطة", "أعلنت{+ الحكومة+} خطة"),
    "a word less": ("أعلنت الحكومة خطة", "أعلنت خطة", "أعلنت[- الحكومة-] خطة"),
    "another word": ("خطة جديدة للمدينة", "خطة قديمة للمدينة", "خطة[- جديدة-]{+ قديمة+} للمدينة"),
    "vowel marks": ("قَتَل الجندي", "قُتِل الجندي", "[-قَتَل-]{+قُتِل+} الجندي"),
    "tatweel": ("الحكومة أعلنت", "الحكـومة أعلنت", "[-الحكومة-]{+الحكـومة+} أعلنت"),
    "a hamza": ("اعلنت الحكومة", "أعلنت الحكومة", "[-اعلنت-]{+أعلنت+} الحكومة"),
    "a comma": ("المدينة والقرية", "المدينة، والقرية", "المدينة{+،+} والقرية"),
    "digits": ("قُتل 12 شخصاً", "قُتل ١٢ شخصاً", "قُتل[- 12-]{+ ١٢+} شخصاً"),
    "a number in a word": ("كوفيد-19 ينتشر", "كوفيد-20 ينتشر", "كوفيد-[-19-]{+20+} ينتشر"),
    "quotes": ("«خبر»", '"خبر"', '[-«-]{+"+}خبر[-»-]{+"+}'),
    "Latin words": ("the plan is new now", "the plan is old now", "the plan is[- new-]{+ old+} now"),
    "from nothing": ("", "تعليق", "{+تعليق+}"),
    "to nothing": ("تعليق", "", "[-تعليق-]"),
    "a text written anew": (
        "قال الوزير في المؤتمر إن الخطة ستبدأ",
        "توفي أمس رئيس البلدية السابق عن عمر طويل",
        "[-قال الوزير في المؤتمر إن الخطة ستبدأ-]{+توفي أمس رئيس البلدية السابق عن عمر طويل+}",
    ),
    "white space": ("أعلنت  الحكومة", "أعلنت الحكومة", "أعلنت الحكومة"),
    "words move": ("من هنا إلى هناك", "إلى هناك من هنا", "{+إلى هناك+} من هنا[- إلى هناك-]"),
}


def print_pieces(pieces: list[Piece]) -> str:
    marks = {"same": "%s", "removed": "[-%s-]", "added": "{+%s+}"}
    return "".join(marks[piece.kind] % piece.text for piece in pieces)


@pytest.mark.parametrize(("old", "new", "expected"), WORDS.values(), ids=WORDS)
def test_words_that_differ_are_marked(old: str, new: str, expected: str) -> None:
    assert print_pieces(diff_words(old, new)) == expected


TEXTS = st.lists(
    st.sampled_from(["قال", "قالَ", "في", "،", ".", "\n\n", " ", "الوزير", "12", "١٢", "\u200c", "word", "😀"])
).map(" ".join)


def squeeze(*texts: str) -> str:
    return "".join("".join(texts).split())


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_pieces_hold_both_texts_whole(old: str, new: str) -> None:
    pieces = diff_words(old, new)
    assert squeeze(*(piece.text for piece in pieces if piece.kind != "added")) == squeeze(old)
    assert squeeze(*(piece.text for piece in pieces if piece.kind != "removed")) == squeeze(new)
    assert {piece.kind for piece in diff_words(old, old)} <= {"same"}


PARAGRAPHS = [f"الفقرة رقم {number} كما نشرت في الصباح." for number in range(9)]


def diff_bodies(old: list[str], new: list[str]) -> list[str]:
    states = [Article(title="خبر", body="\n\n".join(paragraphs)) for paragraphs in (old, new)]
    return [print_pieces(paragraph) for paragraph in diff_states(*states).get("body", [])]


BODIES = {
    "nothing": (PARAGRAPHS, []),
    "a word in the middle": (
        [*PARAGRAPHS[:4], PARAGRAPHS[4].replace("كما", "ليست كما"), *PARAGRAPHS[5:]],
        ["", PARAGRAPHS[3], "الفقرة رقم 4{+ ليست+} كما نشرت في الصباح.", PARAGRAPHS[5], ""],
    ),
    "the first paragraph is gone": (PARAGRAPHS[1:], [f"[-{PARAGRAPHS[0]}-]", PARAGRAPHS[1], ""]),
    "a paragraph at the end": ([*PARAGRAPHS, "تحديث"], ["", PARAGRAPHS[8], "{+تحديث+}"]),
    "two changes near each other": (
        [*PARAGRAPHS[:3], *PARAGRAPHS[4:6], *PARAGRAPHS[7:]],
        ["", PARAGRAPHS[2], f"[-{PARAGRAPHS[3]}-]", *PARAGRAPHS[4:6], f"[-{PARAGRAPHS[6]}-]", PARAGRAPHS[7], ""],
    ),
    "everything": (["نص آخر"], [*(f"[-{text}-]" for text in PARAGRAPHS[:8]), f"[-{PARAGRAPHS[8]}-]{{+نص آخر+}}"]),
}


@pytest.mark.parametrize(("new", "expected"), BODIES.values(), ids=BODIES)
def test_changed_paragraphs_stand_with_their_neighbours_alone(new: list[str], expected: list[str]) -> None:
    assert diff_bodies(PARAGRAPHS, new) == expected


def test_every_field_that_makes_a_revision_is_compared() -> None:
    old = Article(title="خبر", authors=("سارة", "عمر"), published_at="2024-01-15")
    new = replace(old, authors=("سارة",), published_at="2024-01-16", caption="تعليق", tags=("وسم",))
    diff = {name: [print_pieces(paragraph) for paragraph in found] for name, found in diff_states(old, new).items()}
    assert diff == {
        "caption": ["{+تعليق+}"],
        "authors": ["سارة[-، عمر-]"],
        "published_at": ["2024-01-[-15-]{+16+}"],
    }


# The command

URL = "https://x.com/1"
FIRST = Article(
    url=URL, title="الحكومة تعلن خطة جديدة", body="\n\n".join(PARAGRAPHS), fetched_at="2024-01-01T10:00:00+00:00"
)
STATES = (
    FIRST,
    replace(
        FIRST,
        title="الحكومة تعلن خطة قديمة",
        body=FIRST.body.replace("4 كما", "\x1b[31m\u202e4 كما"),
        fetched_at="2024-01-02T10:00:00+00:00",
    ),
    replace(FIRST, title="الحكومة تعلن خُطة جديدة", fetched_at="2024-01-09T10:00:00+00:00"),
    replace(FIRST, title="الحكومة تعلن خطة جديدة", fetched_at="2024-01-09T12:00:00+00:00"),
    replace(FIRST, title="الحكومة تعلن خُطة جديدة", fetched_at="2024-01-09T13:00:00+00:00"),
)


@pytest.fixture
def edited(home: Path) -> Path:
    with Archive(home / "archive.db") as archive:
        for state in STATES:
            archive.save(state)
    return home


@pytest.mark.usefixtures("edited")
def test_revisions_are_a_table(run: Run) -> None:
    assert run("show", URL, "--revisions").stdout.splitlines() == [
        "number  seen_at                    cause  minor  changed",
        "1       2024-01-01T10:00:00+00:00  site          (first state)",
        "2       2024-01-02T10:00:00+00:00  site          title, body",
        "3       2024-01-09T10:00:00+00:00  site          title, body",
        "4       2024-01-09T12:00:00+00:00  site   minor  title",
        "5       2024-01-09T13:00:00+00:00  site   minor  title (back to 3)",
    ]


@pytest.mark.usefixtures("edited")
def test_diff_is_isolated_from_right_to_left_and_has_no_escapes(run: Run) -> None:
    lines = run("show", URL, "--diff", "2").stdout.splitlines()
    assert lines == [
        "1 -> 2  2024-01-01T10:00:00+00:00 -> 2024-01-02T10:00:00+00:00  site",
        "",
        "title:",
        "  \u2067الحكومة تعلن خطة [-\u2068جديدة\u2069-]{+\u2068قديمة\u2069+}\u2069",
        "",
        "body:",
        "  ...",
        f"  \u2067{PARAGRAPHS[3]}\u2069",
        "  \u2067الفقرة رقم [-\u20684\u2069-]{+\u2068[31m4\u2069+} كما نشرت في الصباح.\u2069",
        f"  \u2067{PARAGRAPHS[5]}\u2069",
        "  ...",
    ]


@pytest.mark.usefixtures("edited")
def test_colors_are_for_terminals(run: Run) -> None:
    terminal, slave = os.openpty()
    run("show", URL, "--diff", "2", capture_output=False, stdout=slave)
    os.close(slave)
    printed = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert "\x1b[31m[-\u2068جديدة\u2069-]\x1b[0m\x1b[32m{+\u2068قديمة\u2069+}\x1b[0m" in printed
    assert "\x1b" not in run("show", URL, "--diff", "2").stdout


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (("--diff",), "4 -> 5  2024-01-09T12:00:00+00:00 -> 2024-01-09T13:00:00+00:00  site  minor"),
        (("--diff", "1..3"), "1 -> 3  2024-01-01T10:00:00+00:00 -> 2024-01-09T10:00:00+00:00"),
        (("--diff=3..1",), "3 -> 1  2024-01-09T10:00:00+00:00 -> 2024-01-01T10:00:00+00:00"),
    ],
)
@pytest.mark.usefixtures("edited")
def test_diff_takes_any_two_states(run: Run, arguments: tuple[str, ...], first: str) -> None:
    assert run("show", URL, *arguments).stdout.splitlines()[0] == first


@pytest.mark.usefixtures("edited")
def test_diff_may_be_written_before_the_address(run: Run) -> None:
    assert run("show", "--diff", URL).stdout == run("show", URL, "--diff").stdout != ""


@pytest.mark.parametrize(
    ("span", "told"),
    [("1", "nothing is before it"), ("9", "no revision 9, the newest is 5"), ("2..7", "no revision 7"), ("x", "N..M")],
)
@pytest.mark.usefixtures("edited")
def test_wrong_span_is_told_in_one_line(run: Run, span: str, told: str) -> None:
    done = run("show", URL, "--diff", span)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert told in done.stderr


def test_two_equal_states_and_a_single_one_say_so(edited: Path, run: Run) -> None:
    assert "the same" in run("show", URL, "--diff", "3..5").stderr
    with Archive(edited / "archive.db") as archive:
        archive.save(Article(url="https://x.com/2", title="خبر"))
    done = run("show", "https://x.com/2", "--diff")
    assert (done.returncode, done.stdout) == (0, "")
    assert "one state" in done.stderr


@pytest.mark.usefixtures("edited")
def test_history_as_json_holds_the_same(run: Run) -> None:
    rows = [json.loads(line) for line in run("show", URL, "--revisions", "--json").stdout.splitlines()]
    assert [(row["number"], row["minor"], row["reverts_to"]) for row in rows] == [
        (1, False, None), (2, False, None), (3, False, None), (4, True, None), (5, True, 3)
    ]  # fmt: skip
    diff = json.loads(run("show", URL, "--diff", "2", "--json").stdout)
    assert (diff["from"], diff["to"], diff["diff"]["title"]) == (
        1,
        2,
        [[{"kind": "same", "text": "الحكومة تعلن خطة"}, {"kind": "removed", "text": " جديدة"}, {"kind": "added", "text": " قديمة"}]],
    )  # fmt: skip
    assert json.loads(run("show", URL, "--json").stdout)["title"] == STATES[-1].title
