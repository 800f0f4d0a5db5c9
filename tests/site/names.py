"""A name server of our own: it has an answer for each look-up, and Scrapy can be told to ask it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address

from newscrawl.guard import InstalledResolver, PublicResolver


class Names:
    """Each look-up of a name takes the next of its answers: addresses with blanks between them."""

    def __init__(self, **answers: Iterable[str]) -> None:
        self._answers = {name.replace("_", "."): iter(given) for name, given in answers.items()}

    def resolveHostName(  # noqa: N802 - Twisted's names
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *_: Any,
        **__: Any,
    ) -> None:
        resolutionReceiver.resolutionBegan(self)
        for text in next(self._answers[hostName]).split():
            kind = IPv6Address if ":" in text else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", text, portNumber))
        resolutionReceiver.resolutionComplete()


class LeadingHome(InstalledResolver):
    """For Scrapy's setting: a public name that leads to this machine."""

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(PublicResolver(Names(paper_example_com=repeat("127.0.0.1"))))
