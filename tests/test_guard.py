"""No request leaves for this machine or its network, whatever a page, a redirect or a name server says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest

from newscrawl import Archive
from newscrawl.exceptions import UsageError
from newscrawl.guard import AddressGuard, PublicResolver, require_named
from tests.conftest import Run
from tests.site import FaultySite
from tests.site.names import Names

PROJECT = Path(__file__).parent.parent


class Connection:
    """Takes the addresses that a connection would be made to."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.is_complete = False

    def resolutionBegan(self, _: Any) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.is_complete = True


def look_up(resolver: PublicResolver, host: str, port: int = 443) -> list[str]:
    connection = Connection()
    resolver.resolveHostName(connection, host, port)
    assert connection.is_complete
    return connection.addresses


def test_a_connection_is_offered_the_public_addresses_of_a_name_alone() -> None:
    resolver = PublicResolver(Names(paper_com=["10.0.0.1 8.8.8.8 ::1 2606:4700::1111 ::ffff:127.0.0.1"]))
    assert look_up(resolver, "paper.com") == ["8.8.8.8", "2606:4700::1111"]
    assert not resolver.refused


def test_a_name_that_leads_home_at_its_second_look_up_is_refused_then() -> None:
    resolver = PublicResolver(Names(rebinding_com=["8.8.8.8", "127.0.0.1"]))
    assert look_up(resolver, "rebinding.com") == ["8.8.8.8"]
    assert look_up(resolver, "rebinding.com") == []
    assert resolver.refused == {"rebinding.com"}


def test_a_name_in_letters_is_the_same_in_both_of_its_forms() -> None:
    named = AddressGuard(["xn--pgbs0dh.corp:80"], PublicResolver(Names()))
    resolver = PublicResolver(Names(تونس_corp=["10.0.0.5"] * 2), named._allowed)
    assert look_up(resolver, "تونس.corp", 80) == ["10.0.0.5"]
    assert look_up(resolver, "تونس.corp", 81) == []
    assert resolver.refused == {"xn--pgbs0dh.corp"}


def test_a_proxy_is_reached_and_no_page_can_ask_for_it() -> None:
    resolver = PublicResolver(Names(proxy_corp=["10.0.0.8"]), proxies={("proxy.corp", 3128)})
    assert look_up(resolver, "proxy.corp", 3128) == ["10.0.0.8"]
    with pytest.raises(IgnoreRequest, match="private address"):
        AddressGuard([], resolver).process_request(Request("http://proxy.corp:3128/"))


def test_a_named_private_host_is_reached_on_its_port_alone() -> None:
    resolver = PublicResolver(Names(paper_corp=["10.0.0.5"] * 2), {("paper.corp", 8080)})
    assert look_up(resolver, "paper.corp", 8080) == ["10.0.0.5"]
    assert look_up(resolver, "paper.corp", 22) == []


def test_a_page_whose_name_led_home_is_refused_and_not_tried_again() -> None:
    resolver = PublicResolver(Names(inner_com=["192.168.1.1"]))
    guard = AddressGuard([], resolver)
    request = Request("https://inner.com/news/1")
    assert guard.process_request(request) is None
    assert look_up(resolver, "inner.com") == []
    with pytest.raises(IgnoreRequest, match="private address"):
        guard.process_exception(request, CannotResolveHostError("inner.com"))
    guard.process_exception(Request("https://unknown.com/"), CannotResolveHostError("unknown.com"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:6379/",
        "http://2130706433/",
        "http://0x7f.1:8000/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://user@169.254.169.254/",
        "http://8.8.8.8@127.0.0.1/",
        "http://LOCALHOST/",
        "http://127.0.0.2:8000/",
        "ftp://example.com/news",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_leads_nowhere_public_is_refused(url: str) -> None:
    guard = AddressGuard(["127.0.0.1:8000", "paper.local"], PublicResolver(Names()))
    with pytest.raises(IgnoreRequest):
        guard.process_request(Request(url))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/a", "http://paper.local/", "https://paper.local/"])
def test_a_named_private_host_is_asked(url: str) -> None:
    guard = AddressGuard(["127.0.0.1:8000", "paper.local"], PublicResolver(Names()))
    assert guard.process_request(Request(url)) is None


def test_a_name_and_password_in_an_address_are_not_sent() -> None:
    guard = AddressGuard([], PublicResolver(Names()))
    sent = guard.process_request(Request("https://user:secret@example.com/news/1"))
    assert sent is not None
    assert sent.url == "https://example.com/news/1"


def test_a_private_host_must_be_named() -> None:
    require_named(["http://127.0.0.1:80/", "example.com"], ["127.0.0.1:80"])
    with pytest.raises(UsageError, match=r"127\.0\.0\.1:8000 .*--allow-private"):
        require_named(["127.0.0.1:8000"], ["127.0.0.1:80"])


# --- the real thing, on two addresses of this machine


@pytest.fixture
def inner() -> Iterator[FaultySite]:
    """A server that nobody named."""
    with FaultySite(3, address="127.0.0.2") as site:
        yield site


def test_a_private_host_is_not_crawled_unless_that_is_asked_for(run: Run, home: Path) -> None:
    with FaultySite(1) as site:
        site.write_profile(home)
        for target in ("test", site.host, f"{site.url}/news/1", f"http://localhost:{site.port}/"):
            done = run("crawl", target, private=False)
            assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
            assert "--allow-private" in done.stderr
        assert run("extract", f"{site.url}/news/1", private=False).returncode == 2
        assert run("crawl", "news", "-a", "site=test", command="scrapy", cwd=PROJECT, private=False).returncode == 1
        assert site.requests == []
        assert run("crawl", f"http://localhost:{site.port}/news/1").returncode == 0
        assert run("extract", f"http://localhost:{site.port}/news/1").returncode == 0


def test_a_redirect_to_another_private_host_is_not_followed(run: Run, home: Path, inner: FaultySite) -> None:
    faults = (f"/to/{inner.url}/news/1", f"/to/http://localhost:{inner.port}/news/2", "/to/http://2130706434/")
    with FaultySite(1, faults=faults) as site:
        site.write_profile(home)
        run("crawl", "test")
        alone = run("extract", f"{site.url}{faults[0]}")
    assert inner.requests == []
    assert "private address" in alone.stdout
    with Archive(home / "archive.db", read_only=True) as archive:
        assert [row.url for row in archive.pages_in_state("test", "done")] == [f"{site.url}/news/1"]


def test_front_doors_and_robots_lead_to_no_other_private_host(run: Run, home: Path, inner: FaultySite) -> None:
    with FaultySite(1, robots=f"-> {inner.url}/robots.txt") as site:
        doors = f'sitemaps = ["{inner.url}/sitemap.xml"]\nsection_pages = ["{site.url}/to/{inner.url}/section"]'
        site.write_profile(home, more=doors)
        done = run("crawl", "test")
    assert inner.requests == []
    assert done.returncode == 1
    assert "private address" in done.stderr


def test_a_public_name_that_leads_home_is_not_followed(run: Run, home: Path) -> None:
    with FaultySite(1) as site:
        domain = f"paper.example.com:{site.port}"
        site.write_profile(home)
        profile = home / "sites" / "test.toml"
        profile.write_text(profile.read_text(encoding="utf-8").replace(site.host, domain), encoding="utf-8")

        def crawl(**options: bool) -> str:
            resolver = ("-s", "TWISTED_DNS_RESOLVER=tests.site.names.LeadingHome")
            urls = f"urls=http://{domain}/news/1"
            known = {"NEWSCRAWL_CONTACT": "desk@jareeda.example"}
            command = ("crawl", "news", "-a", "site=test", "-a", urls, *resolver)
            return str(run(*command, command="scrapy", cwd=PROJECT, env=known, **options).stderr)

        told = crawl(private=False)
        assert site.requests == []
        assert "on this machine or network" in told
        with Archive(home / "archive.db", read_only=True) as archive:
            page = archive.find_page(f"http://{domain}/news/1")
        assert page is not None
        assert (page.state, page.reason) == ("refused", "private address")
        crawl(private=True)
        assert site.requests == ["/robots.txt", "/news/1"]
