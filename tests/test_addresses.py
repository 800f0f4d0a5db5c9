"""Which addresses are public, in every spelling that a connection would understand."""

from __future__ import annotations

import pytest

from newscrawl.addresses import is_public_host, parse_address

PUBLIC = (
    *("example.com", "www.jareeda.example.com", "xn--wgbh1c.example.org", "8.8.8.8", "1.1.1.1", "134744072"),
    *("[2606:4700::1111]", "[::ffff:8.8.8.8]", "[64:ff9b::808:808]", "[2002:808:808::]", "192.88.99.1"),
)
NAMES = ("localhost", "paper.localhost", "intranet", "paper.local", "db.internal", "nas.lan", "x.test", "localhost.")
LOOPBACK = (
    *("127.0.0.1", "127.8.8.8", "127.0.0.1.", "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.1"),
    *("127.1", "127.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "::1"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]"),
)
PRIVATE = (
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.20", "167772161", "012.0.0.1", "0xc0.168.1.1"),
    *("[fd00::1]", "[fc00::1]", "[fec0::1]", "[64:ff9b:1::1]", "[::ffff:10.0.0.1]"),
)
LINK_LOCAL = ("169.254.1.1", "[fe80::1]", "[fe80::1%eth0]")
METADATA = ("169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "192.0.0.192", "168.63.129.16", "0xa9fea9fe")
SHARED = ("100.64.0.1", "100.127.255.254")
NOWHERE = ("0.0.0.0", "0", "[::]", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "[2001:db8::1]")
MULTICAST = ("224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff0e::1]")


@pytest.mark.parametrize("host", PUBLIC)
def test_a_host_of_the_open_internet_is_public(host: str) -> None:
    assert is_public_host(host)


@pytest.mark.parametrize("host", [*NAMES, *LOOPBACK, *PRIVATE, *LINK_LOCAL, *METADATA, *SHARED, *NOWHERE, *MULTICAST])
def test_a_host_of_this_machine_or_its_network_is_not_public(host: str) -> None:
    assert not is_public_host(host)


@pytest.mark.parametrize("host", ["256.1.1.1", "1.2.3.4.5", "example.com", "0x7g.1", "1..2", ""])
def test_what_no_connection_reads_as_an_address_is_a_name(host: str) -> None:
    assert parse_address(host) is None
