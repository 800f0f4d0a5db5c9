"""An invented newspaper whose pages repeat texts: some are furniture that no list of words knows, some are its own.

Every text that comes back has a name; what a page repeats is known, so that learning can be counted right and wrong.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from html import escape

_SUBJECTS = "البلدية الوزارة اللجنة الجامعة الشركة النقابة الجمعية المحكمة الهيئة المديرية".split()
_VERBS = "أعلنت نظمت افتتحت ناقشت رفضت أقرت درست أطلقت أجلت قدمت".split()
_OBJECTS = "المشروع البرنامج المعرض القرار التقرير الاتفاق المؤتمر العرض الطلب الملف".split()
_PLACES = "المرفأ السوق الحي الساحل الجبل الوادي الميدان الجسر المطار الضاحية".split()
_TIMES = "صباحا مساء أمس اليوم غدا ظهرا قريبا لاحقا مجددا سريعا".split()

# What the newspaper prints around the text of its articles, each kind in its place: name, share of the articles, where, markup.
FURNITURE = {
    "box behind the text": (1.0, "end", '<div class="k"><p>نلتقيكم كل مساء على رصيف الحكايات.</p></div>'),
    "plain line behind the text": (0.6, "end", "<p>صُفّت حروف هذه المادة في مطبعة القنطرة الحجرية.</p>"),
    "plain line in the text": (0.12, "inside", "<p>ركن القراء يفتح بابه لكل من عنده حكاية عن البحر.</p>"),
    "long box": (
        1.0,
        "end",
        '<div class="zz"><p>كل ما يكتب هنا يقرأه ثلاثة من أهل الدار قبل أن يراه سواهم، فإن وجدتم فيه ما لا يسر فاطرقوا باب '
        "الدار بين العصر والمغرب، واسألوا عن صاحب الدفتر الأزرق، فهو الذي يعرف أين تحفظ الرسائل ومن يرد عليها.</p></div>",
    ),
    "box before the text": (0.5, "start", '<div class="q"><p>رحلة ممتعة بين السطور يتمناها لكم أهل الدار</p></div>'),
    "box on few pages": (0.06, "inside", '<section class="w"><p>دفتر الأسبوع بين أيديكم عند باعة الرصيف</p></section>'),
}
# What it repeats and means: it stays in the text, or is no text to begin with.
LEGITIMATE = {
    "agency alone": (0.3, "start", "<p>وكالات</p>"),
    "agency in brackets": (0.2, "end", "<p>(وكالات)</p>"),
    "place and agency": (0.2, "start", "<p>رأس المرجان - وكالات</p>"),
    "background of a long story": (
        0.2,
        "end",
        "<p>ومنذ ربيع العام الماضي يختلف أهل الضفتين على ملكية الجسر القديم الذي بناه تجار الملح قبل قرنين، وقد توسطت "
        "ثلاث مدن بينهم في أربع جولات انتهت كلها بلا اتفاق، وبقي الجسر مغلقا أمام العربات والدواب والمشاة جميعا.</p>",
    ),
    "heading": (0.5, "inside", "<h3>خلفية الحكاية</h3>"),
    "bold line above a text": (0.3, "inside", "<p><b>ماذا جرى بعد ذلك</b></p>"),
    "verse in a quote": (0.1, "start", "<blockquote><p>قفا نبك على بحر غاب وشط بقي</p></blockquote>"),
    "items of recipes": (0.15, "inside", "<ul><li>رشة ملح</li><li>{unique}</li><li>كوب ماء</li></ul>"),
    "row of a table": (
        0.15,
        "inside",
        "<table><tr><th>الفريق</th><th>النقاط</th></tr><tr><td>{unique}</td><td>3</td></tr></table>",
    ),
    "caption": (0.4, "inside", '<figure><img src="/a.jpg"><figcaption>صورة من الأرشيف</figcaption></figure>'),
    "rare sentence": (0.03, "inside", "<p>ولم يرد الناطق باسمها على اتصالاتنا حتى ساعة النشر.</p>"),
    "opening that nothing marks": (0.12, "start", "<p>مساء الخير يا أهل المرفأ، أما بعد.</p>"),
}
SERIES = {
    "column with an author": ("نادر البحيري", "", "<p>أكتب إليكم من المقهى نفسه، والنافذة نفسها.</p>"),
    "column with a name": ("", "حديث الرصيف:", "<p>هذا حديث يعاد كل أسبوع لمن فاته السابق.</p>"),
}


@dataclass
class Press:
    """A newspaper: `pages` are its articles by name, `repeated` what each of them repeats, by the names above."""

    pages: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, set[str]] = field(default_factory=dict)


def print_press(size: int = 120, seed: int = 1, *, furniture: bool = True) -> Press:
    """Return a newspaper of that many articles, copies of one and edited copies of another among them."""
    dice, press = random.Random(seed), Press()
    known = (FURNITURE if furniture else {}) | LEGITIMATE
    for number in range(size):
        names = {name for name, (share, _, _) in known.items() if dice.random() < share}
        series = dice.choice(list(SERIES)) if dice.random() < 0.2 else ""
        press.repeated[f"{number}.html"] = names | {series} - {""}
        press.pages[f"{number}.html"] = _print_article(dice, names, series)
    copied, edited = print_article(dice), print_article(dice)
    for number in range(max(7, size // 10)):
        press.pages[f"copy-{number}.html"] = copied
        press.pages[f"edited-{number}.html"] = edited.replace("</article>", f"<p>{make_text(dice, 12)}</p></article>")
        press.repeated |= {f"copy-{number}.html": set(), f"edited-{number}.html": set()}
    return press


def print_article(dice: random.Random, **parts: str) -> str:
    """Return an article of four to eight paragraphs; `parts` are start, inside, end, title and author."""
    paragraphs = [f"<p>{make_text(dice, dice.randint(14, 40))}</p>" for _ in range(dice.randint(4, 8))]
    paragraphs.insert(dice.randint(1, 3), parts.get("inside", ""))
    title = f"{parts.get('title', '')} {make_text(dice, 7)[:-1]}".strip()
    author = parts.get("author", "")
    byline = f'<div class="author">{author}</div>' if author else ""
    return (
        f'<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{escape(title)} | صحيفة الرصيف</title>'
        f'<meta property="og:type" content="article"></head><body><header><a href="/">الرئيسية</a></header>'
        f'<main><h1>{escape(title)}</h1>{byline}<time datetime="2025-03-{dice.randint(1, 28):02}">2025</time>'
        f'<article class="story">{parts.get("start", "")}{"".join(paragraphs)}{parts.get("end", "")}</article></main>'
        f"<footer>جميع الحقوق محفوظة</footer></body></html>"
    )


def _print_article(dice: random.Random, names: set[str], series: str) -> str:
    known = FURNITURE | LEGITIMATE
    parts = {"start": "", "inside": "", "end": ""}
    for name in sorted(names):
        _, position, markup = known[name]
        parts[position] += markup.format(unique=make_text(dice, 4))
    author, title, opening = SERIES[series] if series else ("", "", "")
    if series:
        parts["start"] += opening
    return print_article(dice, **parts, title=title, author=author)


def make_text(dice: random.Random, words: int) -> str:
    """Return a text of about that many words that comes nowhere else."""
    lists = (_VERBS, _SUBJECTS, _OBJECTS, _PLACES, _TIMES)
    drawn = [dice.choice(lists[place % 5]) for place in range(words - 1)]
    drawn.insert(dice.randint(1, max(words - 2, 1)), f"رقم {dice.randint(1, 10**6)}")
    return " ".join(drawn) + "."
