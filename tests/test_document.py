"""From bytes to text to one tree: encodings by their bytes and not by their names, and the limits of what is read."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from newscrawl.extraction import extract
from newscrawl.extraction.document import MAX_BYTES, MAX_TAGS, Document, read_document

ARABIC = (
    "قال وزير الخارجية إن الأطراف توصلت إلى اتفاق في العاصمة بعد أيام من المفاوضات، وأضاف أن التفاصيل "
    "ستُعلن خلال الأسبوع المقبل في مؤتمر صحفي مشترك بين الجانبين."
)
# ISO 8859-6 has letters and Arabic punctuation, but neither guillemets nor Persian letters.
PLAIN_ARABIC = ARABIC.replace("ُ", "")
FRENCH = "Le gouvernement a été réuni à l'Élysée où les députés ont débattu de la réforme des retraites jusqu'à l'aube."


def make_page(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>{text[:30]}</title></head><body><p>{text}</p></body></html>"


def misread(text: str, encoding: str) -> str:
    """Return UTF-8 as a program sees it that takes it for another encoding; bytes without a letter stay what they are."""
    return "".join(read_byte(byte, encoding) for byte in text.encode())


def read_byte(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)


def get_text(document: Document) -> str:
    assert document.root is not None, document.reason
    return " ".join("".join(text for element in document.root.iter("p") for text in element.itertext()).split())


META_UTF8 = '<meta charset="utf-8">'
META_1256 = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">'
PAGE = make_page(ARABIC)
DECODING_CASES = {
    "utf-8 without a word": (PAGE.encode(), None, ARABIC),
    "utf-8 with a byte order mark": (b"\xef\xbb\xbf" + PAGE.encode(), None, ARABIC),
    "utf-8 with a byte order mark, declared otherwise": (b"\xef\xbb\xbf" + PAGE.encode(), "windows-1256", ARABIC),
    "utf-8 declared as windows-1256 by the header": (PAGE.encode(), "windows-1256", ARABIC),
    "utf-8 declared as windows-1256 by the page": (make_page(ARABIC, META_1256).encode(), None, ARABIC),
    "utf-8 declared as iso-8859-1": (PAGE.encode(), "ISO-8859-1", ARABIC),
    "utf-8 declared as something that is no encoding": (PAGE.encode(), "utf8mb4", ARABIC),
    "utf-8 declared as a codec that is no text encoding": (PAGE.encode(), "hex", ARABIC),
    "utf-8 with a zero byte inside": (make_page("\0" + ARABIC).encode(), None, ARABIC),
    "windows-1256 undeclared": (PAGE.encode("cp1256"), None, ARABIC),
    "windows-1256 declared by the page": (make_page(ARABIC, META_1256).encode("cp1256"), None, ARABIC),
    "windows-1256 declared as utf-8 by the page": (make_page(ARABIC, META_UTF8).encode("cp1256"), None, ARABIC),
    "windows-1256 declared as utf-8 by both": (make_page(ARABIC, META_UTF8).encode("cp1256"), "UTF-8", ARABIC),
    "windows-1256 declared as iso-8859-1": (PAGE.encode("cp1256"), "iso-8859-1", ARABIC),
    "windows-1256 declared as iso-8859-6": (PAGE.encode("cp1256"), "iso-8859-6", ARABIC),
    "windows-1256 declared as something that is no encoding": (PAGE.encode("cp1256"), "arabic", ARABIC),
    "iso-8859-6 undeclared": (make_page(PLAIN_ARABIC).encode("iso8859_6"), None, PLAIN_ARABIC),
    "iso-8859-6 declared": (make_page(PLAIN_ARABIC).encode("iso8859_6"), "iso-8859-6", PLAIN_ARABIC),
    "iso-8859-6 declared as windows-1256": (make_page(PLAIN_ARABIC).encode("iso8859_6"), "windows-1256", PLAIN_ARABIC),
    "utf-16, little end first, with its mark": (b"\xff\xfe" + PAGE.encode("utf-16-le"), None, ARABIC),
    "utf-16, big end first, with its mark": (b"\xfe\xff" + PAGE.encode("utf-16-be"), None, ARABIC),
    "utf-16, little end first, without its mark": (PAGE.encode("utf-16-le"), None, ARABIC),
    "utf-16, big end first, without its mark": (PAGE.encode("utf-16-be"), None, ARABIC),
    "utf-16 declared as utf-8": (b"\xff\xfe" + PAGE.encode("utf-16-le"), "utf-8", ARABIC),
    "doubly encoded through windows-1252": (misread(PAGE, "cp1252").encode(), "utf-8", ARABIC),
    "doubly encoded through windows-1256": (misread(PAGE, "cp1256").encode(), "utf-8", ARABIC),
    "french in windows-1252": (make_page(FRENCH).encode("cp1252"), None, FRENCH),
    "french in iso-8859-1, declared": (make_page(FRENCH).encode("latin-1"), "iso-8859-1", FRENCH),
    "french in iso-8859-15, declared": (make_page(FRENCH).encode("iso8859_15"), "iso-8859-15", FRENCH),
    "french in utf-8": (make_page(FRENCH).encode(), None, FRENCH),
    "numeric references alone": (make_page(ARABIC).encode("ascii", "xmlcharrefreplace"), None, ARABIC),
}


def make_cases(cases: dict[str, Any]) -> list[Any]:
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), id=name) for name, case in cases.items()]


@pytest.mark.parametrize(("body", "charset", "expected"), make_cases(DECODING_CASES))
def test_encoding_is_told_by_the_bytes(body: bytes, charset: str | None, expected: str) -> None:
    headers = {"content-type": f"text/html; charset={charset}"} if charset else {}
    assert get_text(read_document(body, headers)) == expected


def test_near_valid_utf8_stays_utf8() -> None:
    body = make_page(ARABIC * 5, META_1256).encode()
    broken = body.replace("وأضاف".encode(), b"\xd9\xff\xd8\xa3\xd8\xb6\xd8\xa7\xd9\x81", 1)
    document = read_document(broken)
    assert document.encoding_used == "utf-8"
    assert get_text(document).count("وأضاف") == 4


def test_utf8_cut_inside_a_letter_stays_utf8() -> None:
    document = read_document(make_page(ARABIC * 3).encode()[:-21])
    assert document.encoding_used == "utf-8"
    assert get_text(document).startswith(ARABIC)


def test_doubly_encoded_words_are_repaired_and_the_rest_is_kept() -> None:
    mojibake = misread("وزير الخارجية يصل إلى العاصمة", "cp1256")
    document = read_document(make_page(f"{ARABIC}<b>{mojibake}</b>{ARABIC}").encode())
    assert document.is_repaired
    assert get_text(document) == f"{ARABIC}وزير الخارجية يصل إلى العاصمة{ARABIC}"


def test_good_text_is_not_repaired() -> None:
    for text in (ARABIC, FRENCH, "Ø is a letter, and so is Å; the diameter is Ø 5 mm."):
        document = read_document(make_page(text).encode())
        assert not document.is_repaired
        assert get_text(document) == text


def test_what_was_declared_and_what_was_used_are_both_told() -> None:
    document = read_document(make_page(ARABIC, META_UTF8).encode("cp1256"), {"content-type": "text/html"})
    assert document.encoding_declared == "utf-8"
    assert document.encoding_used == "windows-1256"


# -- limits

TEXT = "<p>" + ARABIC + "</p>"
UNREADABLE_CASES = {
    "nothing": (b"", "empty"),
    "white space": (b" \r\n\t \n", "empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "empty"),
    "zero bytes": (b"\0" * 5000, "empty"),
    "a pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "binary"),
    "a png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    "a jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "binary"),
    "a gif": (b"GIF89a\x01\0\x01\0", "binary"),
    "a webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "binary"),
    "a zip": (b"PK\x03\x04\x14\0", "binary"),
    "an mp4": (b"\0\0\0\x18ftypmp42", "binary"),
    "a font": (b"wOF2\0\x01\0\0", "binary"),
    "a program": (b"\x7fELF\x02\x01\x01", "binary"),
    "noise": (bytes(range(256)) * 20, "binary"),
    "30 MB of text": (TEXT.encode() * (30 * 1024 * 1024 // len(TEXT.encode())), "too_large"),
    "one byte too many": (b"<p>" + b"x" * (MAX_BYTES - 2), "too_large"),
    "a tag too many": (b"<b>" * (MAX_TAGS + 1), "too_large"),
    "5,000 deep": (b"<div>" * 5000 + TEXT.encode(), "too_deep"),
    "5,000 deep in spans": (b"<span>" * 5000 + TEXT.encode(), "too_deep"),
}


@pytest.mark.parametrize(("body", "reason"), make_cases(UNREADABLE_CASES))
def test_what_cannot_be_read_says_why(body: bytes, reason: str) -> None:
    document = read_document(body)
    assert document.root is None
    assert document.reason == reason
    article = extract(body, "https://news.example/1")
    assert (article.outcome, article.reason) == ("unreadable", reason)
    assert article.body == ""


READABLE_CASES = {
    "300 deep": b"<div>" * 300 + TEXT.encode() + b"</div>" * 300,
    "1,500 deep": b"<div>" * 1500 + TEXT.encode(),
    "many tags": b"<p>" + b"<b></b>" * (MAX_TAGS // 4) + TEXT.encode(),
    "many attributes": b"<p " + b" ".join(b"data-%d=x" % number for number in range(20_000)) + b">" + TEXT.encode(),
    "one attribute of a megabyte": b'<p title="' + b"x" * 1_000_000 + b'">' + TEXT.encode(),
    "zero bytes between the letters": TEXT.encode().replace(b" ", b" \0"),
    "gzip bytes": gzip.compress(TEXT.encode()),
    "no tag but the text": ARABIC.encode(),
    "tags that are never closed": b"<table><tr><td><div><p>" + TEXT.encode() + b"<b><i><u>",
    "tags that close in the wrong order": b"<b><i><p></b></i>" + TEXT.encode() + b"</p></div></td>",
    "a comment that never ends behind the text": TEXT.encode() + b"<!-- " + b"x" * 1000,
    "a script that never ends behind the text": TEXT.encode() + b"<script>var a = 1;",
    "two pages, one behind the other": b"<html><body><p>1</p></body></html><html><body>" + TEXT.encode() + b"</html>",
    "an early </html>": b"<html><body><div>menu</div></body></html>" + TEXT.encode(),
    "an early </body>": b"<html><body><div>menu</div></body>" + TEXT.encode() + b"</html>",
    "a page inside the page": b"<body><div><html><body><p>1</p></body></html>"
    + TEXT.encode()
    + b"</div></body></html>",
    "xhtml with a declaration": b'<?xml version="1.0" encoding="windows-1256"?><html>' + TEXT.encode() + b"</html>",
    "an entity that is none": b"<p>&nosuchentity; &#xFFFFFFFF; &#0; &#xD800;</p>" + TEXT.encode(),
}


@pytest.mark.parametrize("body", make_cases(READABLE_CASES))
def test_what_can_be_read_is_read(body: bytes) -> None:
    document = read_document(body)
    assert document.root is not None, document.reason
    assert ARABIC in " ".join("".join(document.root.itertext()).replace("\0", "").split())


def test_page_cut_off_in_the_middle_is_read_as_far_as_it_goes() -> None:
    paragraphs = [f"الفقرة رقم {number}: {ARABIC}" for number in range(20)]
    whole = (
        "<html><body><h1>عنوان الخبر الطويل</h1>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</body></html>"
    )
    half = extract(whole.encode()[: len(whole.encode()) // 2])
    complete = extract(whole.encode())
    assert 8 <= len(half.blocks) < len(complete.blocks) == 20
    assert half.blocks[:-1] == complete.blocks[: len(half.blocks) - 1]


def test_truncated_gzip_is_read_as_far_as_it_goes() -> None:
    paragraphs = "".join(f"<p>{number} {ARABIC} {number * 7919 % 1000}</p>" for number in range(300)).encode()
    compressed = gzip.compress(paragraphs)
    document = read_document(compressed[: len(compressed) // 2])
    assert get_text(document).startswith(f"0 {ARABIC}")


def test_gzip_that_unpacks_to_far_too_much_is_refused() -> None:
    assert read_document(gzip.compress(b"<p>" + b"x" * 40_000_000)).reason == "too_large"


def test_gzip_that_is_none_is_no_page() -> None:
    assert read_document(b"\x1f\x8b\x08\x00" + bytes(range(200))).root is None


def test_comments_and_processing_instructions_are_no_text() -> None:
    document = read_document(b"<!-- <p>no</p> --><?php echo '<p>no</p>' ?><p>yes</p>")
    assert document.root is not None
    assert [element.text for element in document.root.iter("p")] == ["yes"]
