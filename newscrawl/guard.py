"""Which hosts a request may go to: the open internet, and of everything nearer only what a person named.

A name says nothing about where it leads, and may lead elsewhere a second later. So it is not looked up beforehand: the
resolver that a connection takes its addresses from leaves out those that are not public.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from newscrawl.addresses import is_public_address, is_public_host
from newscrawl.downloading import NO_ADDRESS, PrivateAddressError, is_public
from newscrawl.exceptions import UsageError
from newscrawl.urls import get_host

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_WEB_PORTS = (80, 443)

Place = tuple[str, int]
# zope's interfaces are no types that mypy could check without a plugin.
Resolver = Any
Receiver = Any


@implementer(IHostnameResolver)
class PublicResolver:
    """Name resolver that gives public addresses, and of the places in `allowed` (host, port) all there are.

    Of `proxies` too, which pages cannot ask for. `refused` names the hosts that had private addresses only. What the wrapped resolver knows of them is never kept:
    a crawl may outlive an address.
    """

    def __init__(self, inner: Resolver, allowed: Iterable[Place] = (), proxies: Iterable[Place] = ()) -> None:
        self._inner = inner
        self.allowed = set(allowed)
        self.proxies = frozenset(proxies)
        self.refused: set[str] = set()

    def resolveHostName(  # noqa: N802 - Twisted's names
        self,
        resolutionReceiver: Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *rest: Any,
        **named: Any,
    ) -> Any:
        host = _spell(hostName)
        is_allowed = (host, portNumber) in self.allowed | self.proxies
        receiver = resolutionReceiver if is_allowed else _PublicReceiver(resolutionReceiver, host, self.refused)
        return self._inner.resolveHostName(receiver, hostName, portNumber, *rest, **named)


@implementer(IResolutionReceiver)
class _PublicReceiver:
    def __init__(self, inner: Receiver, host: str, refused: set[str]) -> None:
        self._inner = inner
        self._host = host
        self._refused = refused
        self._passed = 0
        self._held_back = 0

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._inner.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public_address(ip_address(address.host)):
            self._passed += 1
            self._inner.addressResolved(address)
        else:
            self._held_back += 1

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._held_back and not self._passed:
            self._refused.add(self._host)
        self._inner.resolutionComplete()


class InstalledResolver:
    """What Scrapy's setting TWISTED_DNS_RESOLVER names: puts a PublicResolver before the reactor's own resolver.

    The proxies that the machine's owner set are reached wherever they are.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    @classmethod
    def from_crawler(cls, _crawler: Crawler, reactor: Any) -> Self:
        return cls(reactor)

    def install_on_reactor(self) -> None:
        named = [proxy for scheme, proxy in getproxies().items() if scheme != "no"]
        proxies = {place for proxy in named for place in _find_places(proxy)}
        self._reactor.installNameResolver(PublicResolver(self._reactor.nameResolver, proxies=proxies))


class AddressGuard:
    """Downloader middleware: refuses what is no web address or leads to this machine or network.

    The hosts in NEWSCRAWL_PRIVATE_HOSTS, with their ports, are the exception.
    """

    def __init__(self, hosts: Sequence[str], resolver: PublicResolver) -> None:
        self._allowed = {place for host in hosts for place in _find_places(host)}
        self._resolver = resolver
        resolver.allowed |= self._allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        from twisted.internet import reactor

        resolver = reactor.nameResolver
        assert isinstance(resolver, PublicResolver), "settings.TWISTED_DNS_RESOLVER must name InstalledResolver"
        return cls(crawler.settings.getlist("NEWSCRAWL_PRIVATE_HOSTS"), resolver)

    def process_request(self, request: Request) -> Request | None:
        """Raise IgnoreRequest for a host that may not be asked; drop a name and password that the address carries."""
        places = _find_places(request.url)
        if not places or urlsplit(request.url).scheme not in ("http", "https"):
            raise IgnoreRequest(NO_ADDRESS)
        is_public = is_public_host(places[0][0]) and not self._resolver.proxies.issuperset(places)
        if not is_public and not self._allowed.issuperset(places):
            raise _refuse(request)
        without = _drop_credentials(request.url)
        return request.replace(url=without) if without != request.url else None

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Give a name that led to private addresses only its own reason; it is not asked again."""
        host = _spell(urlsplit(request.url).hostname or "")
        if isinstance(exception, CannotResolveHostError) and host in self._resolver.refused:
            self._resolver.refused.discard(host)
            raise _refuse(request) from exception


def _refuse(request: Request) -> PrivateAddressError:
    logger.warning("not asked for, its host is on this machine or network: %s", request.url)
    return PrivateAddressError(request.url)


def _find_places(url_or_host: str) -> list[Place]:
    """Return host and port that an address means, of a bare host the usual ports; nothing for what is none."""
    has_scheme = "://" in url_or_host
    try:
        parts = urlsplit(url_or_host if has_scheme else f"http://{url_or_host}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return []
    if not host:
        return []
    host = _spell(host)
    if port:
        return [(host, port)]
    return [(host, 443 if parts.scheme == "https" else 80)] if has_scheme else [(host, port) for port in _WEB_PORTS]


def _spell(host: str) -> str:
    """Return a host in its ASCII form: Twisted resolves names in letters, addresses have them in ASCII (UTS 46)."""
    try:
        return get_host(f"http://www.{host}") if not host.isascii() else host
    except ValueError:
        return host


def _drop_credentials(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def require_named(hosts: Iterable[str], private_hosts: Iterable[str]) -> None:
    """Raise UsageError for a host on this machine or its network that is not among those that may be."""
    allowed = {place for host in private_hosts for place in _find_places(host)}
    for host in hosts:
        if not is_public(host) and not allowed.issuperset(_find_places(host)):
            raise UsageError(
                f"{host} is on this machine or its network: add --allow-private if it is yours to crawl "
                "(with scrapy crawl: -a allow_private=yes)"
            )
