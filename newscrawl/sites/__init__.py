"""What is known about each news site: one TOML file a site, packaged here or written by the user in HOME/sites.

The keys are the fields of `Site` and `Layout`; a file is either right or an error that names file and key.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newscrawl.exceptions import ProfileError, UnknownSiteError
from newscrawl.items import Layout, Site
from newscrawl.urls import canonicalize, get_host

_PACKAGED = Path(__file__).parent
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def load_site(key: str, home: Path | None) -> Site:
    """Return the site that a profile describes; the user's own file comes before the packaged one.

    Raises UnknownSiteError when there is none, ProfileError when it cannot be used.
    """
    profiles = _find_profiles(home)
    if key not in profiles:
        raise UnknownSiteError(f"no site profile {key!r}{_suggest(key, profiles)}")
    return _load_profile(profiles[key])


def list_sites(home: Path | None) -> list[Site]:
    """Return every site that has a profile, by key. Raises ProfileError when one cannot be used."""
    return [_load_profile(path) for _, path in sorted(_find_profiles(home).items())]


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
    owners = [site for site in list_sites(home) if f".{host}".endswith(f".{site.domain}")]
    if owners:
        return max(owners, key=lambda site: len(site.domain))
    return Site(key=re.sub(r"[\[\]]", "", host).replace(":", "-"), name=host, domain=host)


def profile_hash(site: Site | None) -> str | None:
    """Return 12 hex digits that stand for what is said about a site; what is left at its default is not said."""
    if site is None:
        return None
    defaults = {field.name: field.default for field in fields(Site) if field.default is not MISSING}
    said = {name: value for name, value in asdict(site).items() if name not in defaults or value != defaults[name]}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _find_profiles(home: Path | None) -> dict[str, Path]:
    folders = [_PACKAGED] if home is None else [_PACKAGED, home / "sites"]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def _suggest(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _load_profile(path: Path) -> Site:
    try:
        text = path.read_text(encoding="utf-8-sig")
        told = tomllib.loads(text)
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # TOML's message names the line, the codec's the byte
        raise ProfileError(f"{path}: no valid TOML in UTF-8: {error}") from error
    if not _KEY.fullmatch(path.stem):
        raise ProfileError(f"{path}: the file's name is the site's key: Latin letters, digits, '.', '-' and '_' only")
    try:
        values = _parse_table(told, _SITE_KEYS)
        missing = [key for key in ("name", "domain") if key not in values]
        if missing:
            raise ValueError(f"key {missing[0]!r} is missing")
        return Site(key=path.stem, **values)
    except ValueError as error:
        raise ProfileError(f"{path}: {error}") from error


class _BadKeyError(ValueError):
    """Names its key already."""


def _parse_table(told: Mapping[str, Any], known: Mapping[str, Callable[[Any], Any]], place: str = "") -> dict[str, Any]:
    """Return the values by field name; parsers raise ValueError, to which the key is added here."""
    values = {}
    for key, value in told.items():
        if key not in known:
            raise _BadKeyError(f"unknown key {place + key!r}{_suggest(key, known)}")
        try:
            values[key] = known[key](value)
        except _BadKeyError:
            raise
        except ValueError as error:
            raise _BadKeyError(f"key {place + key!r}: {error}") from error
    return values


def _parse_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a text")
    return value


def _parse_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list of texts")
    return tuple(map(_parse_text, value))


def _parse_domain(value: Any) -> str:
    """Return the host in the form that `urls.get_host` gives."""
    text = _parse_text(value)
    if re.search(r"[/?#@\s]", text):
        raise ValueError(f"{text!r} is not a bare host")
    return get_host(f"http://{text}")


def _parse_addresses(value: Any) -> tuple[str, ...]:
    addresses = _parse_texts(value)
    for address in addresses:
        canonicalize(address)
    return addresses


def _parse_country(value: Any) -> str:
    if not re.fullmatch(r"[A-Z]{2}", _parse_text(value)):
        raise ValueError(f"{value!r} is not a country code of two capitals (ISO 3166)")
    return str(value)


def _parse_timezone(value: Any) -> str:
    try:
        return ZoneInfo(_parse_text(value)).key
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"{value!r} is not a time zone like 'Africa/Cairo'") from error


def _parse_pattern(value: Any) -> str:
    try:
        return str(re.compile(_parse_text(value)).pattern)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression ({error})") from error


def _parse_visit_every(value: Any) -> str:
    if not re.fullmatch(r"[1-9][0-9]*[mhd]", _parse_text(value)):
        raise ValueError(f"{value!r} is not a number of minutes, hours or days like '30m', '6h' or '1d'")
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
        return CSSSelector(_parse_text(value), translator="html").css
    except SelectorError as error:
        raise ValueError(f"{value!r} is not a CSS selector ({error})") from error


def _parse_selectors(value: Any) -> tuple[str, ...]:
    return tuple(map(_parse_selector, _parse_texts(value)))


def _parse_layouts(value: Any) -> tuple[Layout, ...]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError("is not written as [[layouts]]")
    return tuple(
        Layout(**_parse_table(table, _LAYOUT_KEYS, place=f"layouts[{number}]."))
        for number, table in enumerate(value, start=1)
    )


_LAYOUT_KEYS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("title", "subtitle", "body", "published", "authors", "caption", "related"), _parse_selector),
    "until": _parse_day,
    "remove": _parse_selectors,
}
_SITE_KEYS: dict[str, Callable[[Any], Any]] = {
    "name": _parse_text,
    "domain": _parse_domain,
    "country": _parse_country,
    "languages": _parse_texts,
    "timezone": _parse_timezone,
    "feeds": _parse_addresses,
    "sitemaps": _parse_addresses,
    "section_pages": _parse_addresses,
    "article_url": _parse_pattern,
    "layouts": _parse_layouts,
    "visit_every": _parse_visit_every,
    "delay_seconds": _parse_delay,
    "labels": _parse_texts,
}
