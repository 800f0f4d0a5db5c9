"""The file that keeps a site's learned furniture: an input, named by its hash, and an error that names file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newscrawl import extract, sites
from newscrawl.exceptions import ProfileError
from newscrawl.items import FurnitureBlock, Site
from newscrawl.sites.furniture import Learned, hash_furniture, write_furniture

DAY = date(2026, 11, 22)
BLOCK = FurnitureBlock('نص "بين" \\ علامتين\x7f', "div.k > p", "end")
OTHER = FurnitureBlock("نص آخر", "div.story > p", "inside")
HASH = hash_furniture((BLOCK,))
NEEDED = 'name = "x"\ndomain = "x.com"\n'


def write(home: Path, *blocks: FurnitureBlock, day: date = DAY, key: str = "x.com") -> Path:
    learned = [Learned(block, articles=7, of=20, example="https://x.com/\udcff1") for block in blocks]
    return write_furniture(home / "sites", key, day, learned)


def load(home: Path, address: str = "x.com") -> tuple[FurnitureBlock, ...]:
    return sites.site_for_url(address, home).furniture


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, BLOCK, OTHER)
    assert path == tmp_path / "sites" / "x.com.furniture-2026-11-22.toml"
    assert load(tmp_path) == (BLOCK, OTHER)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_site_with_a_profile_has_its_furniture_too(tmp_path: Path) -> None:
    write(tmp_path, BLOCK, key="x")
    (tmp_path / "sites" / "x.toml").write_text(NEEDED)
    assert sites.load_site("x", tmp_path).furniture == (BLOCK,)
    assert load(tmp_path, "https://x.com/a") == (BLOCK,)
    assert load(tmp_path, "https://y.com/a") == ()


def test_the_newest_file_counts_and_none_is_overwritten(tmp_path: Path) -> None:
    write(tmp_path, BLOCK, day=date(2027, 1, 1))
    write(tmp_path, OTHER)
    assert load(tmp_path) == (BLOCK,)
    for _ in range(10):
        newest = write(tmp_path, OTHER, day=date(2027, 1, 1))
    assert newest.name == "x.com.furniture-2027-01-01.11.toml"
    assert load(tmp_path) == (OTHER,)
    assert len(list(newest.parent.iterdir())) == 12


def test_furniture_is_no_profile(tmp_path: Path) -> None:
    write(tmp_path, BLOCK)
    assert sites.list_sites(tmp_path) == sites.list_sites(None)


def test_the_extractor_names_the_furniture_beside_the_profile(tmp_path: Path) -> None:
    html, site = "<h1>خبر</h1><p>نص</p>", Site("x", "x", "x.com")
    plain = extract(html, site=site).extractor
    write(tmp_path, OTHER, BLOCK, key="x")
    learned = extract(html, site=sites.add_furniture(site, tmp_path)).extractor
    assert learned == f"{plain} furniture/{hash_furniture((BLOCK, OTHER))}"
    assert extract("", site=sites.add_furniture(site, tmp_path)).extractor == learned


BLOCKS = '[[blocks]]\ntext = "نص"\nbox = "p"\nposition = "end"\n'
BROKEN = {
    "no TOML": ("hash = ", "no valid TOML in UTF-8"),
    "no hash": (BLOCKS, "key 'hash' is missing"),
    "another hash": (f'hash = "0123456789ab"\n{BLOCKS}', "key 'hash': '0123456789ab' is not the hash of these blocks"),
    "cut short": (f'hash = "{HASH}"\n', f"key 'hash': '{HASH}' is not the hash"),
    "unknown key": (f'hash = "{HASH}"\nblock = 1\n', "unknown key 'block' (did you mean 'blocks'?)"),
    "unknown key of a block": (f'hash = "a"\n{BLOCKS}color = "x"\n', "unknown key 'blocks[1].color'"),
    "no text": ('hash = "a"\n[[blocks]]\nbox = "p"\nposition = "end"\n', "key 'blocks[1].text' is missing"),
    "bad position": (f'hash = "a"\n{BLOCKS}'.replace('"end"', '"top"'), "key 'blocks[1].position': 'top' is none of"),
    "bad count": (f'hash = "a"\n{BLOCKS}articles = "x"\n', "key 'blocks[1].articles': 'x' is not a number of articles"),
    "no tables": ('hash = "a"\nblocks = 1\n', "key 'blocks': is not written as [[blocks]]"),
}


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_damaged_file_is_an_error_that_names_file_and_key(tmp_path: Path, text: str, reason: str) -> None:
    path = write(tmp_path, BLOCK)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{path}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["x.com.furniture-2026-13-01.toml", "x.com.furniture-old.toml"])
def test_a_name_without_a_day_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, BLOCK).rename(tmp_path / "sites" / name)
    with pytest.raises(ProfileError, match="the file's name needs a day"):
        load(tmp_path)


def test_a_damaged_file_harms_its_own_site_alone(tmp_path: Path) -> None:
    write(tmp_path, BLOCK).write_text("", encoding="utf-8")
    assert load(tmp_path, "y.com") == ()


def test_the_profiles_hash_does_not_depend_on_furniture() -> None:
    site, learned = Site("x", "x", "x.com"), Site("x", "x", "x.com", furniture=(BLOCK,))
    assert sites.profile_hash(site) == sites.profile_hash(learned)
    assert (sites.furniture_hash(site), sites.furniture_hash(learned)) == (None, HASH)
    assert hash_furniture((BLOCK, OTHER)) == hash_furniture((OTHER, BLOCK))
