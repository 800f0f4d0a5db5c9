"""newscrawl sites: the profiles that are known, and what can be learned for them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click

from newscrawl.cli.checking import check_command
from newscrawl.cli.console import make_line, put, put_fields
from newscrawl.cli.discovering import discover_command
from newscrawl.cli.learning import learn_command
from newscrawl.cli.options import home_option

_SHOWN_BELOW = ("layouts", "furniture")


@click.group()
def sites() -> None:
    """The news sites that have a profile."""


sites.add_command(learn_command)
sites.add_command(check_command)
sites.add_command(discover_command)


@sites.command("list")
@home_option
def list_command(home: Path) -> None:
    """List every site: key, host, country, the day when its profile was verified, name.

    Your own profiles are HOME/sites/KEY.toml. A profile that nobody has verified says what is publicly known of the
    site; "sites discover" looks what is true today.
    """
    from newscrawl.sites import list_sites

    for site in list_sites(home):
        verified = site.verified or "unverified"
        put(f"{site.key:<18} {site.domain:<26} {site.country or '-':<4} {verified!s:<11} {make_line(site.name)}")


@sites.command("show")
@click.argument("key")
@home_option
def show_command(key: str, home: Path) -> None:
    """Print what the profile KEY says, and what was learned of the site's furniture."""
    from newscrawl.cli.targets import get_site
    from newscrawl.sites import furniture_hash

    site = get_site(key, home)
    said = {field.name: getattr(site, field.name) for field in fields(site) if field.name not in _SHOWN_BELOW}
    put_fields(said | {"verified": site.verified or "by nobody"})
    for layout in site.layouts:
        put_fields({f"layout {field.name}": getattr(layout, field.name) for field in fields(layout)})
    put_fields({"furniture": furniture_hash(site)})
    for block in site.furniture:
        put(f"  {block.position:<6}  {make_line(block.box)}  {make_line(block.text)}")
