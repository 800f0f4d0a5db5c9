"""One form for every URL, so that a page is known again however it was spelled; what is noise, what is the same site.

A percent-encoded byte that is not UTF-8 is kept: old Arabic sites send windows-1256 and answer to nothing else.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urljoin

# Servers refuse a longer request line (nginx and Apache: 8 KB); only traps and broken pages print such addresses.
MAX_LENGTH = 8_192

_MAX_KEPT_CHARS = 500

_TRACKING_PREFIXES = ("utm_", "__cf_chl_", "fb_action_", "mtm_")
_TRACKING_NAMES = frozenset(
    {
        "__twitter_impression",
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "at_campaign",
        "at_medium",
        "cmpid",
        "dclid",
        "fb_ref",
        "fb_source",
        "fbclid",
        "gad_source",
        "gbraid",
        "gclid",
        "gclsrc",
        "igsh",
        "igshid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "msclkid",
        "ocid",
        "pk_campaign",
        "pk_kwd",
        "ref_src",
        "ref_url",
        "s_cid",
        "srsltid",
        "traffic_source",
        "ttclid",
        "twclid",
        "vero_id",
        "wbraid",
        "xtor",
        "yclid",
    }
)
# A session is the visitor's, not the page's: every visit would find a new address. Under names that are also used for
# ids of articles (PHP-Nuke: sid=1234) only what is as long as session ids are, is taken for one.
_SESSION_NAMES = frozenset({"phpsessid", "jsessionid", "aspsessionid", "cfid", "cftoken", "oscsid", "zenid"})
_MAYBE_SESSION_NAMES = frozenset({"sid", "s", "session", "sessionid", "session_id", "sess"})
_SESSION_ID = re.compile(r"(?=[^0-9]*[0-9])[0-9a-z-]{20,}", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}

_INVISIBLE = "".join(map(chr, (*range(0x21), 0x85, 0xA0, 0x200E, 0x200F, *range(0x202A, 0x202F), 0xFEFF)))
_DROPPED_INSIDE = re.compile(r"[\t\r\n]")
_TO_CLEAN = re.compile(r"[\t\r\n\\]|&#")
_ADDRESS = re.compile(r"[^?#]*")
_SPLIT = re.compile(r"(https?):/{2,}([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_ODD_PATH = re.compile(r"//|/\.|[;\s]")
_PORT = re.compile(r":([0-9]{0,5})$")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_TRIPLETS = re.compile(r"((?:%[89A-Fa-f][0-9A-Fa-f])+)|%([0-7][0-9A-Fa-f])")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+")
_NUMERIC_AMPERSAND = re.compile(r"&#(?:0*38|x0*26);", re.IGNORECASE)
_SITE_PREFIXES = ("www.", "m.", "amp.")


def canonicalize(url: str) -> str:
    """Return the one spelling of an http(s) URL; doing it twice changes nothing.

    Scheme and host are lower case (RFC 3986, 6.2.2), the host in its ASCII form (UTS 46), path and query
    percent-encoded NFC; credentials, default port, fragment, tracking parameters and session ids are dropped.
    Raises ValueError, naming the URL, for everything that is not a complete http(s) URL.
    """
    scheme, host, path, query = _split(url)
    kept = "&".join(part for part in query.split("&") if part and not _is_tracking(part) and not _is_session(part))
    return _join(url, scheme, host, _SESSION_IN_PATH.sub("", path), kept)


def article_id(url: str) -> str:
    """Return 16 hex digits that stand for the canonical URL. Raises ValueError as `canonicalize` does."""
    return hashlib.sha256(canonicalize(url).encode("ascii")).hexdigest()[:16]


def resolve(base: str | None, href: str) -> str | None:
    """Return the absolute http(s) URL that an attribute's value means on the page `base`, or None.

    The URL is well formed and safe to fetch; its parameters are all kept, its fragment is not.
    None is for other schemes, places on the same page and everything malformed. Never raises.
    """
    cleaned = _clean(href)
    if not cleaned or cleaned.startswith("#"):
        return None
    try:
        is_absolute = base is None or _SPLIT.match(cleaned) is not None
        absolute = cleaned if is_absolute else _join_to_base(_clean(base or ""), cleaned)
        return _join(absolute, *_split(absolute))
    except ValueError:
        return None


def _join_to_base(base: str, href: str) -> str:
    # most links of a page begin with its root, and urljoin() takes both addresses apart for each
    is_plain = href.startswith("/") and href.isascii() and not _ODD_PATH.search(href)
    origin = _ORIGIN.match(base) if is_plain else None
    return origin[0] + href if origin else urljoin(base, href)


def get_host(url: str) -> str:
    """Return the URL's host in ASCII without `www.`, with its port when that is not the default one."""
    host = _split(url)[1]
    return _strip_prefix(host, ("www.",))


def is_same_site(a: str, b: str) -> bool:
    """Answer whether two URLs or bare hosts belong together; what is malformed belongs to nothing.

    They do with the same port and the same host (`www.`, `m.` and `amp.` aside), or when one host is a sub-domain
    of the other.
    """
    try:
        one, other = (_strip_prefix(_host_of(text), _SITE_PREFIXES) for text in (a, b))
    except ValueError:
        return False
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _host_of(url_or_host: str) -> str:
    is_bare = "://" not in url_or_host and "@" not in url_or_host
    return _split(f"http://{url_or_host}" if is_bare else url_or_host)[1]


def _strip_prefix(host: str, prefixes: tuple[str, ...]) -> str:
    for prefix in prefixes:
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest:
            return rest
    return host


def _split(url: str) -> tuple[str, str, str, str]:
    """Return scheme, host[:port], path and query, each in its one form, nothing dropped but what never identifies."""
    return _split_kept(url) if len(url) <= _MAX_KEPT_CHARS else _split_anew(url)


def _split_anew(url: str) -> tuple[str, str, str, str]:
    match = _SPLIT.match(_clean(url))
    if match is None:
        raise ValueError(f"not an http or https URL: {url!r}")
    scheme, authority, path, query = match.groups(default="")
    scheme = scheme.lower()
    try:
        host = _normalize_authority(scheme, authority)
        path = _remove_dot_segments(_normalize_text(path, _IN_PATH))
        query = _ESCAPED_AMPERSAND.sub("&", _normalize_text(query, _IN_QUERY))
    except ValueError as error:
        raise ValueError(f"not a usable URL: {url!r} ({error})") from error
    return scheme, host, path, query


# The steps of one page ask for the same addresses, and the pages of a site link to each other.
_split_kept = lru_cache(maxsize=2_048)(_split_anew)


def _join(url: str, scheme: str, host: str, path: str, query: str) -> str:
    joined = f"{scheme}://{host}{path}" + (f"?{query}" if query else "")
    if len(joined) > MAX_LENGTH:
        raise ValueError(f"URL longer than {MAX_LENGTH} characters: {url[:80]!r}...")
    return joined


def _clean(url: str) -> str:
    """Undo what browsers undo too (WHATWG URL, 4.4): white space around and inside, backslashes for slashes."""
    text = url.strip(_INVISIBLE)
    if not _TO_CLEAN.search(text):
        return text
    text = _NUMERIC_AMPERSAND.sub("&", _DROPPED_INSIDE.sub("", text))
    return _ADDRESS.sub(lambda match: match[0].replace("\\", "/"), text, count=1)


@lru_cache(maxsize=1_024)
def _normalize_authority(scheme: str, authority: str) -> str:
    host_and_port = authority.rpartition("@")[2]
    match = _PORT.search(host_and_port)
    host = _normalize_host(host_and_port[: match.start()] if match else host_and_port)
    port = int(match[1]) if match and match[1] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65_536:
        raise ValueError(f"port {port}")
    return host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"


def _normalize_host(host: str) -> str:
    if host.startswith("[") and host.endswith("]") and "%" not in host:
        return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
    text = unquote(host, errors="strict").lower()
    if not text.isascii():
        import idna  # its tables cost 5 ms, and few hosts need them

        text = idna.encode(text, uts46=True).decode("ascii")
    text = text.removesuffix(".")
    if len(text) > 253 or not all(map(_LABEL.fullmatch, text.split("."))):
        raise ValueError("its host")
    return text


class _Encoder(dict[int, str]):
    """For str.translate: what stands in a URL for a character, kept for the next time."""

    def __init__(self, allowed: str) -> None:
        super().__init__((ord(character), character) for character in _UNRESERVED | frozenset(allowed))

    def __missing__(self, code: int) -> str:
        data = bytes([code - 0xDC00]) if 0xDC00 <= code <= 0xDCFF else chr(code).encode()
        encoded = "".join(f"%{byte:02X}" for byte in data)
        if len(self) < 4_096:
            self[code] = encoded
        return encoded


_IN_PATH = _Encoder("!$&'()*+,;=:@/")
_IN_QUERY = _Encoder("!$&'()*+,;=:@/?")


def _normalize_text(text: str, encoder: _Encoder) -> str:
    """Percent-encode as UTF-8 in NFC. What must stay encoded travels as a lone surrogate, which NFC leaves alone."""
    if _PLAIN.fullmatch(text):
        return text
    if _HALF_CHARACTER.search(text):
        raise ValueError("half of a surrogate pair")
    return unicodedata.normalize("NFC", _TRIPLETS.sub(_decode_triplets, text)).translate(encoder)


def _decode_triplets(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("%", "")).decode("utf-8", errors="surrogateescape")
    code = int(match[2], 16)
    return chr(code) if chr(code) in _UNRESERVED else chr(0xDC00 + code)


def _remove_dot_segments(path: str) -> str:
    """RFC 3986, 5.2.4, for a path that is absolute or empty."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _is_session(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    return name in _SESSION_NAMES or (name in _MAYBE_SESSION_NAMES and bool(_SESSION_ID.fullmatch(value)))
