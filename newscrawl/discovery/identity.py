"""Who a site is, as far as it tells: its name, its language, its country, its time zone. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newscrawl.arabic import clean, find_language, fold
from newscrawl.discovery.anchors import parse_html
from newscrawl.items import Page

# The Arab countries by the last part of their addresses; those that the whole world uses (.so, .dj, .km) are left out.
_ZONES = {
    "AE": "Asia/Dubai",
    "BH": "Asia/Bahrain",
    "DZ": "Africa/Algiers",
    "EG": "Africa/Cairo",
    "IQ": "Asia/Baghdad",
    "JO": "Asia/Amman",
    "KW": "Asia/Kuwait",
    "LB": "Asia/Beirut",
    "LY": "Africa/Tripoli",
    "MA": "Africa/Casablanca",
    "MR": "Africa/Nouakchott",
    "OM": "Asia/Muscat",
    "PS": "Asia/Hebron",
    "QA": "Asia/Qatar",
    "SA": "Asia/Riyadh",
    "SD": "Africa/Khartoum",
    "SY": "Asia/Damascus",
    "TN": "Africa/Tunis",
    "YE": "Asia/Aden",
}
_FEWEST_TIMES = 5
_FEWEST_TITLES = 5
_NAME_PROPERTIES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_HOME = frozenset(map(fold, ("الرئيسية", "الصفحة الرئيسية", "الصفحة الأولى", "Home", "Homepage", "Accueil")))
_TITLE_MARKS = re.compile(r"\s+[|\-–—•·:»]\s+|\s*[|»•]\s*")


def find_name(home: Page) -> str | None:
    """Return what a home page calls its site; of its title, the first part that is not «home»."""
    tree = parse_html(home.body, home)
    if tree is None:
        return None
    told = {(meta.get("property") or meta.get("name") or "").lower(): meta.get("content") for meta in tree.iter("meta")}
    names = [clean(told.get(name) or "") for name in _NAME_PROPERTIES]
    title = next((clean(element.text or "") for element in tree.iter("title")), "")
    return next((name for name in (*names, *_TITLE_MARKS.split(title)) if name and fold(name) not in _HOME), None)


def find_languages(home: Page, titles: Collection[str]) -> tuple[str, ...]:
    """Return the language of some headlines, else that of the home page, else the one that it declares; () for none.

    Templates declare the language of whoever wrote them.
    """
    tree = parse_html(home.body, home)
    if tree is None:
        return ()
    texts = [" ".join(titles)] if len(titles) >= _FEWEST_TITLES else []
    texts += [" ".join(element.text_content() for element in tree.iter("a", "p", "h1", "h2", "h3"))]
    found = next((language for text in texts if (language := find_language(text))), None)
    declared = re.match(r"[a-z]{2,3}\b", (tree.get("lang") or "").lower())
    return (found,) if found else (declared[0],) if declared else ()


def find_country(domain: str) -> str | None:
    """Return the country that an address ends with, None for all that end otherwise."""
    ending = domain.partition(":")[0].rpartition(".")[2].upper()
    return ending if ending in _ZONES else None


def find_timezone(times: Iterable[str], country: str | None) -> str | None:
    """Return the time zone that explains the offset of every time; None where several do, or too few times have one.

    Times in UTC tell nothing: most programs print them wherever they run.
    """
    moments = [moment for text in times if "T" in text and (moment := datetime.fromisoformat(text)).utcoffset()]
    if len(set(moments)) < _FEWEST_TIMES:
        return None
    zones = [_ZONES[country]] if country else list(_ZONES.values())
    fitting = [zone for zone in zones if all(_offset(zone, moment) == moment.utcoffset() for moment in moments)]
    return fitting[0] if len(fitting) == 1 else None


def _offset(zone: str, moment: datetime) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()
