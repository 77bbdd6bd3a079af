"""The folder of released briefings with its page: what leadership finds, served by any web server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

from ctdp_etl.briefing.web import web_page
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.model import Area
from ctdp_etl.period import Period
from ctdp_etl.pipeline.announce import announce
from ctdp_etl.pipeline.calendar import local_text
from ctdp_etl.pipeline.diff import diff
from ctdp_etl.pipeline.editions import editions
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.released_files import changes_page, clause, last_issues, released_file, size_words
from ctdp_etl.pipeline.reports import Report, companions_of, report
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.publications import publications
from ctdp_etl.warehouse.releases import Edition


@dataclass(frozen=True, slots=True)
class Link:
    """A released report that goes with a month: the name to click on, its file, what it replaces (0: nothing).

    ``who`` released it while its gate was shut, and the ``reason``; '' where it was open.
    """

    name: str
    number: int
    href: str
    size: str
    sha256: str
    who: str
    reason: str
    recalled_on: str
    recall_reason: str
    replaces: int
    changes_href: str


@dataclass(frozen=True, slots=True)
class Group:
    """The released reports of one kind that go with a month."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A released briefing as the page shows it; 0 where it replaces nothing, or nothing replaces it."""

    id: str
    period: Period
    period_words: str
    number: int
    document: str
    released_at: str
    released_on: str
    href: str
    size: str
    sha256: str
    who: str
    reason: str
    is_override: bool
    replaces: int
    replaced_by: int
    is_replacement_recalled: bool
    changes_href: str
    recalled_on: str
    recalled_by: str
    recall_reason: str
    companions: tuple[Group, ...] = ()


def arrange(site: Site) -> Path:
    """Make the folder say what the ledger says, and return its page; what is right already is left alone.

    Released contents are copied once and never changed; drafts are not among them. Raise ``CtdpError`` where a released
    PDF is gone or no longer what was released.
    """
    issues = [issue for period in _periods(site) for issue in _issues(site, period)]
    years = [(year, list(found)) for year, found in groupby(reversed(issues), key=lambda one: one.period.year)]
    page = site.settings.released / "index.html"
    write_whole(page, web_page("index", years=years, **_office(site)))
    return page


def tend(site: Site) -> None:
    """See that leadership finds, and its readers get, what the ledger says is released; after a crash too."""
    arrange(site)
    announce(site)


def _issues(site: Site, period: Period) -> list[Issue]:
    """Return the issues of a month, the oldest first, their files in place."""
    released = sorted((one for one in editions(site, period) if one.released_at), key=lambda one: one.number)
    issues = [
        _issue(site, period, one, before, after)
        for before, one, after in zip([None, *released], released, [*released[1:], None], strict=False)
    ]
    for before, after in pairwise(released):
        _changes(site, report(REPORT), period, before, after)
    return [replace(one, companions=() if one.replaced_by else _groups(site, period)) for one in issues]


def _groups(site: Site, month: Period) -> tuple[Group, ...]:
    """Return the newest issue of each report that goes with a month, their files in place."""
    found = []
    for about, period in companions_of(month):
        issued = last_issues(editions(site, period, about.name, None))
        links = tuple(_link(site, about, period, one, before) for one, before in issued)
        title = f"{about.title} {period.vietnamese}" if about.by_area else about.called(period, _country(site))
        found += [Group(f"{title[:1].upper()}{title[1:]}", links)] if links else []
    return tuple(found)


def _link(site: Site, about: Report, period: Period, one: Edition, before: Edition | None) -> Link:
    path = released_file(site, period, one, about.name)
    return Link(
        name=site.catalog.areas.by_code[one.ref_area].name if about.by_area else about.title,
        number=one.number,
        href=_href(site, path),
        size=size_words(path),
        sha256=one.content_sha256,
        who=one.who if one.is_override else "",
        reason=clause(one.reason) if one.is_override else "",
        recalled_on=local_text(one.recalled_at)[:10],
        recall_reason=clause(one.recall_reason),
        replaces=before.number if before else 0,
        changes_href=_href(site, _changes(site, about, period, before, one)) if before else "",
    )


def _issue(site: Site, period: Period, one: Edition, before: Edition | None, after: Edition | None) -> Issue:
    path = released_file(site, period, one)
    return Issue(
        id=one.id,
        period=period,
        period_words=period.vietnamese,
        number=one.number,
        document=one.document,
        released_at=one.released_at,
        released_on=local_text(one.released_at)[:10],
        href=_href(site, path),
        size=size_words(path),
        sha256=one.content_sha256,
        who=one.who,
        reason=clause(one.reason),
        is_override=one.is_override,
        replaces=before.number if before else 0,
        replaced_by=after.number if after else 0,
        is_replacement_recalled=bool(after and after.recalled_at),
        changes_href=_href(site, changes_page(path)),
        recalled_on=local_text(one.recalled_at)[:10],
        recalled_by=one.recalled_by,
        recall_reason=clause(one.recall_reason),
    )


def _periods(site: Site) -> list[Period]:
    with site.engine.connect() as connection:
        known = publications(connection, report=REPORT)
    return [Period.parse(name) for name in sorted(set(known["time_period"]))]


def _changes(site: Site, about: Report, period: Period, before: Edition, after: Edition) -> Path:
    """Return the page that says what an issue changed, made where it is not there."""
    target = changes_page(released_file(site, period, after, about.name))
    if not target.is_file():
        found = diff(site, period, before.number, after.number, name=about.name, area=after.ref_area)
        called = about.called(period, site.catalog.areas.by_code[after.ref_area])
        index = "../" * _href(site, target).count("/") + "index.html"
        page = web_page("changes", found=found, called=called[:1].upper() + called[1:], index=index, **_office(site))
        write_whole(target, page)
    return target


def _country(site: Site) -> Area:
    return site.catalog.areas.by_code[NATIONAL]


def _href(site: Site, path: Path) -> str:
    return path.relative_to(site.settings.released).as_posix()


def _office(site: Site) -> dict[str, str]:
    return {"agency": site.settings.agency, "parent_agency": site.settings.parent_agency}
