"""What the test site prints: invented articles, each one different, in plain markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_SENTENCES = (
    "قال رئيس البلدية في مؤتمر صحفي عقده صباح أمس إن المشروع رقم {n} سيبدأ مع مطلع الشهر المقبل.",
    "وأضاف أن العمال سيمدّون أنابيب جديدة في الحي رقم {n} بعد أن اشتكى السكان من انقطاع المياه طوال الصيف.",
    "وذكر مهندس يعمل في الموقع أن الحفر بلغ عمق {n} أمتار، وأن الصخور أخّرت العمل أسبوعين كاملين.",
    "ويأمل سكان الشارع رقم {n} أن تنتهي الأعمال قبل موسم الأمطار، لأن الطريق الوحيدة إلى المدرسة تمرّ من هناك.",
    "وبلغت كلفة المرحلة الأولى {n} ملايين دينار دُفعت من ميزانية المدينة ومن تبرعات التجار في السوق القديمة.",
)


def title_of(number: int) -> str:
    return f"البلدية تبدأ مشروع المياه رقم {number} في الحي القديم"


def print_article(number: int, charset: str = "utf-8", *, is_changed: bool = False) -> str:
    sentences = [sentence.format(n=number) for sentence in _SENTENCES]
    if is_changed:
        sentences.append(f"وأعلنت البلدية لاحقاً تأجيل المشروع رقم {number} إلى السنة المقبلة.")
    body = "\n".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f"""<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="{charset}"><title>{title_of(number)} | صحيفة التجربة</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title_of(number)}">
<meta property="article:published_time" content="2025-01-{1 + number % 28:02d}T09:30:00+03:00"></head>
<body><header><a href="/">الرئيسية</a> <a href="/section">سياسة</a></header>
<article><h1>{title_of(number)}</h1>
{body}
</article><footer>جميع الحقوق محفوظة</footer></body></html>"""


SHELL_SCRIPT = """
const number = document.body.dataset.number;
for (const snare of document.body.dataset.snares.split(" ").filter(Boolean)) {
    fetch(snare).catch(() => 0);
    new Image().src = snare;
    try { new WebSocket(snare.replace("http", "ws")); } catch (error) { }
}
fetch("/shell-data/" + number).then(answer => answer.text()).then(text => {
    const drawn = new DOMParser().parseFromString(text, "text/html");
    document.getElementById("app").replaceWith(drawn.querySelector("article"));
});
"""


def print_shell(number: int, snares: Iterable[str] = ()) -> str:
    """Return a page that a script fills; `snares` are addresses that the script asks for too."""
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">
<title>{title_of(number)} | صحيفة التجربة</title><script defer src="/shell.js"></script>
<meta property="og:type" content="article"><meta property="og:title" content="{title_of(number)}">
<meta property="article:published_time" content="2025-01-{1 + number % 28:02d}T09:30:00+03:00"></head>
<body data-number="{number}" data-snares="{" ".join(snares)}"><div id="app"></div></body></html>"""


def print_section(name: str, links: Iterable[tuple[str, str]], next_page: str | None = None) -> str:
    summary = _SENTENCES[3].format(n=len(name))
    cards = "\n".join(
        f'<article class="card"><h2><a href="{url}">{title}</a></h2><p>{summary}</p></article>' for url, title in links
    )
    following = f'<a rel="next" href="{next_page}">التالي</a>' if next_page else ""
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{name}</title></head>
<body><h1>{name}</h1><main>{cards}</main><nav class="pagination">{following}</nav></body></html>"""


def print_feed(site_url: str, links: Iterable[str]) -> str:
    items = "\n".join(
        f"<item><title>خبر {number}</title><link>{escape(link)}</link></item>" for number, link in enumerate(links, 1)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>صحيفة التجربة</title><link>{site_url}/</link>{items}</channel></rss>"""


def print_sitemap(links: Iterable[tuple[str, str]]) -> str:
    urls = "".join(f"<url><loc>{escape(url)}</loc><lastmod>{at}</lastmod></url>" for url, at in links)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def print_sitemap_index(urls: Iterable[str]) -> str:
    names = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls)
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{names}</sitemapindex>'
    )
