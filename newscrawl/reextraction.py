"""Today's extractor and profiles over an archive's stored pages: what would change, and the change itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from newscrawl.archive import Archive
from newscrawl.archive.rereading import StoredArticle, StoredPage
from newscrawl.archive.revisions import keep_first_dating
from newscrawl.archive.rows import replace_surrogates
from newscrawl.extraction import name_extractor
from newscrawl.extraction.parts import find_address, leave_next
from newscrawl.extractors import KEPT, Extracted, Extractors, Failed, Job, describe_outcome
from newscrawl.items import Article, Site

_AT_ONCE = 100
_EXAMPLES = 3
_UNCOMPARED = ("id", "url", "fetched_at", "extractor")
_COMPARED = tuple(each.name for each in fields(Article) if each.name not in _UNCOMPARED)

Each = TypeVar("Each")
Task = StoredArticle | StoredPage
Answer = tuple[Task, Extracted | Failed]


@dataclass(slots=True)
class Differences:
    """What reading anew comes to; every number is counted after its commit, or would be.

    `current` articles were left alone, today's extractor made them. `fields` counts articles by field, and `examples` are
    some of them, as they were and as they are read now. `lost` are articles, by address, that are none for today's
    extractor, with what they are: they stay as they are. `gained` are pages that are articles now. `failed` are those
    that could not be read, with the reason.
    """

    current: int = 0
    articles: int = 0
    others: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[Article, Article]]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    gained: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def reextract(
    archive: Archive,
    home: Path,
    sites: Mapping[str, Site],
    *,
    number: int,
    dry_run: bool = False,
    with_current: bool = False,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Differences:
    """Read articles, then pages that were none, anew in so many processes; write what differs, some hundred at a time.

    Articles of today's extractor are passed over unless `with_current`: so whoever is killed goes on where he was.
    `on_progress` is told how many are done, and of how many. Raises NewscrawlError where the archive or a process fails.
    """
    told = Differences()
    names = {key: name_extractor(site) for key, site in sites.items()}
    rows = archive.rereading.list_articles(limit, site=site, since=since, until=until)
    ids = [known_id for known_id, key, extractor in rows if with_current or extractor != names.get(key)]
    told.current = len(rows) - len(ids)
    others = archive.rereading.list_others(site, since, until)
    others = others if limit is None else others[: max(limit - len(rows), 0)]
    tasks = _list_tasks(archive, ids, others)
    with Extractors[Task](home, sites, number) as extractors:
        for answers in _split(_extract_all(extractors, tasks), _AT_ONCE):
            _take(archive, told, answers, dry_run=dry_run)
            on_progress(told.articles + told.others, len(ids) + len(others))
    return told


def _list_tasks(archive: Archive, ids: list[str], others: list[StoredPage]) -> Iterator[Task]:
    for some in _split(iter(ids), _AT_ONCE):
        yield from archive.rereading.load(some)
    yield from others


def _split(each: Iterable[Each], size: int) -> Iterator[list[Each]]:
    rest = iter(each)
    while some := list(islice(rest, size)):
        yield some


def _extract_all(extractors: Extractors[Task], tasks: Iterator[Task]) -> Iterator[Answer]:
    sent = answered = 0
    is_over = False
    while not is_over or answered < sent:
        while not is_over and extractors.room:
            task = next(tasks, None)
            is_over = task is None
            if task is not None:
                extractors.send(task, _make_job(task))
                sent += 1
        for answer in extractors.receive(None) if answered < sent else ():
            answered += 1
            yield answer


def _make_job(task: Task) -> Job:
    if isinstance(task, StoredPage):
        return Job(task.site, (task.place,))
    return Job(task.article.site or "", task.places)


def _take(archive: Archive, told: Differences, answers: list[Answer], *, dry_run: bool) -> None:
    """Write what differs in some answers, then count it."""
    readings = []
    for task, answer in answers:
        if isinstance(task, StoredPage):
            _take_other(archive, told, task, answer, dry_run=dry_run)
        elif isinstance(answer, Failed):
            told.failed[str(task.article.url)] = f"{answer.reason}: {answer.detail}"
        elif answer.article.outcome not in KEPT or not answer.article.title:
            told.lost[str(task.article.url)] = describe_outcome(answer.article)
        else:
            readings.append((task, _settle(task.article, answer.article)))
    if not dry_run:
        archive.rereading.write(
            (stored, article)
            for stored, article in readings
            if _find_differences(stored.article, article) or article.extractor != stored.article.extractor
        )
    for stored, article in readings:
        _count(told, stored.article, article)
    told.articles += sum(isinstance(task, StoredArticle) for task, _ in answers)


def _take_other(
    archive: Archive, told: Differences, task: StoredPage, answer: Extracted | Failed, *, dry_run: bool
) -> None:
    told.others += 1
    if isinstance(answer, Failed):
        told.failed[task.url] = f"{answer.reason}: {answer.detail}"
        return
    article = answer.article
    # A later part of an article is read with its first one.
    if article.outcome in KEPT and article.title and not find_address(article, "first_part"):
        if not dry_run:
            archive.save(article, answer.page, cause="extractor")
        told.gained.append(task.url)


def _settle(old: Article, new: Article) -> Article:
    """Return what was read as the next state of an article: what only its visits tell stays.

    The parts that it has are those that were there; why one is missing is nothing that a page says.
    """
    goes_on = find_address(old, "next_part")
    new = replace(new, reason=old.reason) if goes_on else leave_next(new)
    new = replace(new, id=old.id, url=old.url, site=old.site, fetched_at=old.fetched_at)
    new = keep_first_dating(old, new)
    return replace_surrogates(new) if _find_differences(old, new) else new


def _find_differences(old: Article, new: Article) -> list[str]:
    return [name for name in _COMPARED if getattr(old, name) != getattr(new, name)]


def _count(told: Differences, old: Article, new: Article) -> None:
    names = _find_differences(old, new)
    told.changed += bool(names)
    for name in names:
        told.fields[name] += 1
        examples = told.examples.setdefault(name, [])
        if len(examples) < _EXAMPLES:
            examples.append((old, new))
