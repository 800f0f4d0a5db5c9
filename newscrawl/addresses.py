"""Which network addresses lie in the open internet, however they are spelled: a page must not send us to our own network."""

from __future__ import annotations

import ipaddress
import re
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Names that no public name server answers for (RFC 6761, RFC 8375 and what home routers use).
_PRIVATE_NAMES = frozenset({"localhost", "local", "internal", "lan", "test", "invalid", "example", "arpa"})

# What inet_aton() reads: one to four numbers, each decimal, octal or hexadecimal.
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in its last 32 bits (RFC 6052)
# Not every Python that we run on counts these as private.
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # carriers' own networks (RFC 6598)
            "192.0.0.0/24",  # protocol assignments (RFC 6890), where one cloud answers with a machine's secrets
            "168.63.129.16",  # where another one does
            "64:ff9b:1::/48",  # translation inside one network (RFC 8215)
            "fec0::/10",  # site-local, deprecated and still routed at home (RFC 3879)
        ),
    )
)


def parse_address(host: str) -> Address | None:
    """Return the address that a URL's host spells, None for a name.

    IPv4 is read as the C library connects to it: 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 are all 127.0.0.1.
    """
    text = host.strip("[]").rstrip(".")
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text)) if _NUMBERS.fullmatch(text) else None
    except OSError:
        return None


def is_public_address(address: Address) -> bool:
    """Answer whether the address is one of the open internet, and no private, loopback, link-local, shared, multicast
    or reserved one (the special-purpose registries of RFC 6890); of an IPv6 address that carries an IPv4 one, that counts.
    """
    carried = _find_carried(address)
    if carried is not None:
        return is_public_address(carried)
    is_special = address.is_multicast or address.is_reserved or any(address in network for network in _CLOSED)
    return address.is_global and not is_special


def _find_carried(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


def is_public_host(host: str) -> bool:
    """Answer whether a host without its port lies outside this machine and its network; nothing is looked up.

    A name tells only so much: what it leads to is known when it is resolved.
    """
    address = parse_address(host)
    if address is not None:
        return is_public_address(address)
    name = host.rstrip(".").lower()
    return "." in name and name.rpartition(".")[2] not in _PRIVATE_NAMES
