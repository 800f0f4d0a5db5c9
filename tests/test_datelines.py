"""Where, when and by whom a report was sent, printed before its first sentence."""

from __future__ import annotations

import pytest

from newscrawl.extraction.datelines import Dateline, read_dateline


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("مسقط في 9 سبتمبر 2025 / البادية /", Dateline("مسقط", "9 سبتمبر 2025", ("البادية",))),
        ("النعمة، 12/03/2014 -(و م أ)- اختتمت", Dateline("النعمة", "12/03/2014", ("و م أ", "اختتمت"))),
        ("غزة/ 12 آذار 2014/ سما/ قالت", Dateline("غزة", "12 آذار 2014", ("سما", "قالت"))),
        ("بيروت في 12 أيلول/سبتمبر 2025 - قال", Dateline("بيروت", "12 أيلول/سبتمبر 2025", ("قال",))),
        ("القدس المحتلة - وفا - أعلنت", Dateline("القدس المحتلة", None, ("وفا", "أعلنت"))),
        ("عمّان-الميناء", Dateline("عمّان", None, ("الميناء",))),
        ("افتتح الجسر في 12/03/2014 وكان مغلقاً", None),
        ("قال الوزير: «لن نغادر» - وغادر", None),
        ("نهى خليفة | 05.04.2025 - 12:30", None),
    ],
)
def test_dateline_is_read_with_its_fields(text: str, dateline: Dateline | None) -> None:
    assert read_dateline(text) == dateline
