"""What is known about each news site: one TOML file a site, packaged here or written by the user in HOME/sites.

The keys are the fields of `Site` and `Layout`; a file is either right or an error that names file and key. What was
learned of a site's furniture is in a file of its own beside the profile.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, asdict, fields, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newscrawl.exceptions import ProfileError, UnknownSiteError
from newscrawl.items import Layout, Site
from newscrawl.sites.furniture import hash_furniture, is_furniture_file, load_furniture
from newscrawl.sites.patterns import is_article_url
from newscrawl.sites.tables import parse_tables, parse_text, read_table, suggest
from newscrawl.urls import canonicalize, get_host, is_same_site

_PACKAGED = Path(__file__).parent
_SAYS_NOTHING: dict[str, Any] = {"furniture": (), "examples": (), "verified": None, "images": "lead", "raw": "all"}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def load_site(key: str, home: Path | None) -> Site:
    """Return the site that a profile describes; the user's own file comes before the packaged one.

    Raises UnknownSiteError when there is none, ProfileError when it cannot be used.
    """
    profiles = _find_profiles(home)
    if key not in profiles:
        raise UnknownSiteError(f"no site profile {key!r}{suggest(key, profiles)}")
    return add_furniture(_load_profile(profiles[key]), home)


def add_furniture(site: Site, home: Path | None) -> Site:
    """Return the site with what was learned of its furniture. Raises ProfileError when the file cannot be used."""
    return replace(site, furniture=load_furniture(_list_folders(home), site.key))


def list_sites(home: Path | None) -> list[Site]:
    """Return every site that has a profile, by key and without its furniture. Raises ProfileError when one cannot be used."""
    return [_load_profile(path) for _, path in sorted(_find_profiles(home).items())]


def load_profiles(home: Path | None) -> dict[str, Site | ProfileError]:
    """Return every site that has a profile, by key and without its furniture, or what is wrong with the profile."""
    profiles: dict[str, Site | ProfileError] = {}
    for key, path in sorted(_find_profiles(home).items()):
        try:
            profiles[key] = _load_profile(path)
        except ProfileError as error:
            profiles[key] = error
    return profiles


def list_own_keys(home: Path) -> list[str]:
    """Return the keys of the profiles that the user wrote."""
    return [key for key, path in _find_profiles(home).items() if path.parent != _PACKAGED]


def find_owner(host: str, sites: Iterable[Site]) -> Site | None:
    """Return the site that a host belongs to; of several, the one with the longest domain."""
    owners = (site for site in sites if f".{host}".endswith(f".{site.domain}"))
    return max(owners, key=lambda owner: len(owner.domain), default=None)


def site_for_url(url: str, home: Path | None) -> Site:
    """Return the site that an address or a bare host belongs to: a profile's, else one that is known by its host alone.

    Of several profiles the one with the longest domain is meant. Raises UnknownSiteError for what is no address.
    """
    try:
        host = get_host(url) if "://" in url else _parse_domain(url)
    except ValueError as error:
        raise UnknownSiteError(f"no site profile and no address: {error}") from error
    if "://" not in url and not re.search(r"[.:]|^localhost$", host):
        raise UnknownSiteError(f"no site profile and no address: {url!r}")
    site = Site(key=re.sub(r"[\[\]]", "", host).replace(":", "-"), name=host, domain=host)
    return add_furniture(find_owner(host, list_sites(home)) or site, home)


def profile_hash(site: Site | None) -> str | None:
    """Return 12 hex digits that stand for what is said about a site; what is left at its default is not said.

    That somebody has looked whether it is true, and what is kept, changes nothing of what is read.
    """
    if site is None:
        return None
    defaults = {field.name: field.default for field in fields(Site) if field.default is not MISSING}
    said = {
        name: value for name, value in asdict(replace(site, **_SAYS_NOTHING)).items() if value != defaults.get(name)
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def furniture_hash(site: Site | None) -> str | None:
    """Return 12 hex digits that stand for what was learned of a site's furniture, None where there is nothing."""
    return hash_furniture(site.furniture) if site and site.furniture else None


def _find_profiles(home: Path | None) -> dict[str, Path]:
    files = [path for folder in _list_folders(home) for path in sorted(folder.glob("*.toml"))]
    return {path.stem: path for path in files if not is_furniture_file(path)}


def _list_folders(home: Path | None) -> list[Path]:
    return [_PACKAGED] if home is None else [_PACKAGED, home / "sites"]


def _load_profile(path: Path) -> Site:
    try:
        told = path.stat()
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from error
    return _load_kept(path, told.st_mtime_ns, told.st_size)


# All are asked whose site an address is, for each of a thousand pages, and what is due, once a minute.
@lru_cache(maxsize=4_096)
def _load_kept(path: Path, _changed_at: int, _size: int) -> Site:
    if not _KEY.fullmatch(path.stem):
        raise ProfileError(f"{path}: the file's name is the site's key: Latin letters, digits, '.', '-' and '_' only")
    site = Site(key=path.stem, **read_table(path, _SITE_KEYS, needed=("name", "domain")))
    for example in site.examples:
        if not (is_same_site(example, site.domain) and is_article_url(example, site.article_url)):
            expected = f"match the article_url {site.article_url!r} on {site.domain}"
            raise ProfileError(f"{path}: key 'examples': {example!r} does not {expected}")
    return site


def _parse_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list of texts")
    return tuple(map(parse_text, value))


def _parse_domain(value: Any) -> str:
    """Return the host in the form that `urls.get_host` gives."""
    text = parse_text(value)
    if re.search(r"[/?#@\s]", text):
        raise ValueError(f"{text!r} is not a bare host")
    return get_host(f"http://{text}")


def _parse_addresses(value: Any) -> tuple[str, ...]:
    addresses = _parse_texts(value)
    for address in addresses:
        canonicalize(address)
    return addresses


def _parse_country(value: Any) -> str:
    if not re.fullmatch(r"[A-Z]{2}", parse_text(value)):
        raise ValueError(f"{value!r} is not a country code of two capitals (ISO 3166)")
    return str(value)


def _parse_timezone(value: Any) -> str:
    try:
        return ZoneInfo(parse_text(value)).key
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"{value!r} is not a time zone like 'Africa/Cairo'") from error


def _parse_pattern(value: Any) -> str:
    try:
        return str(re.compile(parse_text(value)).pattern)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression ({error})") from error


def _parse_verified(value: Any) -> date | None:
    return None if value is False else _parse_day(value)


def _parse_visit_every(value: Any) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,3}[mhd]|never", parse_text(value)):
        raise ValueError(f"{value!r} is not a number of minutes, hours or days like '30m', '6h' or '1d', nor 'never'")
    return str(value)


def _parse_delay(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} is not a number of seconds, 0 or more")
    return float(value)


def _parse_day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{value!r} is not a day like 2024-12-31, without quotes")
    return value


def _parse_selector(value: Any) -> str:
    # Most profiles hold no selector, and the import takes 25 ms.
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    try:
        return CSSSelector(parse_text(value), translator="html").css
    except SelectorError as error:
        raise ValueError(f"{value!r} is not a CSS selector ({error})") from error


def _parse_selectors(value: Any) -> tuple[str, ...]:
    return tuple(map(_parse_selector, _parse_texts(value)))


def _parse_yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _parse_choice(*choices: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"{value!r} is none of {', '.join(choices)}")
        return str(value)

    return parse


def _parse_layouts(value: Any) -> tuple[Layout, ...]:
    layouts = tuple(Layout(**table) for table in parse_tables(value, _LAYOUT_KEYS, needed=(), name="layouts"))
    days = [layout.until for layout in layouts]
    twice = next((day for number, day in enumerate(days) if day in days[:number]), False)
    if twice is not False:
        raise ValueError(f"two of them end {'on ' + str(twice) if twice else 'never'} ('until')")
    return layouts


_LAYOUT_KEYS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("title", "subtitle", "body", "published", "authors", "caption", "related"), _parse_selector),
    "until": _parse_day,
    "remove": _parse_selectors,
}
_SITE_KEYS: dict[str, Callable[[Any], Any]] = {
    "name": parse_text,
    "domain": _parse_domain,
    "country": _parse_country,
    "languages": _parse_texts,
    "timezone": _parse_timezone,
    "feeds": _parse_addresses,
    "sitemaps": _parse_addresses,
    "section_pages": _parse_addresses,
    "article_url": _parse_pattern,
    "examples": _parse_addresses,
    "layouts": _parse_layouts,
    "visit_every": _parse_visit_every,
    "delay_seconds": _parse_delay,
    "labels": _parse_texts,
    "render": _parse_yes_or_no,
    "images": _parse_choice("none", "lead", "all"),
    "raw": _parse_choice("all", "changed"),
    "verified": _parse_verified,
}
