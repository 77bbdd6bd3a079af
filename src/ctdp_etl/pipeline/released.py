"""The folder of released briefings with its page: what leadership finds, served by any web server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

from ctdp_etl.briefing.web import web_page
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import later, local_text
from ctdp_etl.pipeline.diff import diff
from ctdp_etl.pipeline.editions import editions, file_name, published_path
from ctdp_etl.pipeline.letters import BRIEFING, KEEP, Notice, queue, readers
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.reports import Report, companions_of
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.publications import publications
from ctdp_etl.warehouse.releases import Edition


@dataclass(frozen=True, slots=True)
class Link:
    """A released report that goes with a month: the name to click on, its file and what it is checked against."""

    name: str
    number: int
    href: str
    size: str
    sha256: str
    recalled_on: str
    recall_reason: str


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


def released_pdf(site: Site, publication_id: str) -> tuple[str, bytes]:
    """Return name and bytes of a released briefing; raise ``CtdpError`` where it was recalled or is not as released."""
    period = Period.parse(publication_id.split(":")[1])
    (one,) = (found for found in editions(site, period) if found.id == publication_id)
    if one.recalled_at:
        raise CtdpError(f"Bản số {one.number}, kỳ {period}, đã thu hồi nên không gửi.")
    _copy(site, period, one)
    path = _place(site, period, one)
    return path.name, path.read_bytes()


def announce(site: Site) -> int:
    """Queue the newest issue of each month for the readers, once each; return how many letters are new.

    What was released longer ago than a letter is worth sending goes to nobody. No figure stands in the letter itself.
    """
    addresses, oldest = readers(site.settings), later(site.settings.now(), -KEEP)
    new = 0
    for period in _periods(site) if addresses else []:
        newest = [one for one in _issues(site, period) if not one.replaced_by and one.released_at >= oldest]
        newest = [one for one in newest if not one.recalled_on]
        new += sum(queue(site, _notice(one), addresses) for one in newest)
    return new


def _notice(issue: Issue) -> Notice:
    registered = f" (số {issue.document})" if issue.document else ""
    released = f"bản số {issue.number}, phát hành ngày {issue.released_on}{registered}"
    lines = ["Kính gửi Lãnh đạo,", "", f"Phòng số liệu xin gửi kèm báo cáo {issue.period_words}, {released}."]
    if issue.replaces:
        lines.append(f"Bản này thay bản số {issue.replaces}; các số và câu đã đổi: released/{issue.changes_href}.")
    if issue.is_override:
        lines.append(f"Phát hành theo quyết định của {issue.who}: {issue.reason}.")
    lines += ["", f"Tệp: {issue.href.rpartition('/')[2]} ({issue.size}), SHA-256 {issue.sha256}"]
    return Notice(
        event=f"released:{issue.id}",
        kind=BRIEFING,
        subject=f"Báo cáo {issue.period_words}, bản số {issue.number}",
        body="\n".join(lines),
        time_period=str(issue.period),
        attachment=issue.id,
    )


def _issues(site: Site, period: Period) -> list[Issue]:
    """Return the issues of a month, the oldest first, their files in place."""
    released = sorted((one for one in editions(site, period) if one.released_at), key=lambda one: one.number)
    for one in released:
        _copy(site, period, one)
    for before, after in pairwise(released):
        _tell_changes(site, period, before, after)
    numbers = [0, *(one.number for one in released), 0]
    issues = [
        _issue(site, period, one, replaces, replaced_by)
        for one, replaces, replaced_by in zip(released, numbers, numbers[2:], strict=False)
    ]
    return [replace(one, companions=() if one.replaced_by else _groups(site, period)) for one in issues]


def _groups(site: Site, month: Period) -> tuple[Group, ...]:
    """Return the newest issue of each report that goes with a month, their files in place."""
    found = []
    for about, period in companions_of(month):
        newest = {one.ref_area: one for one in editions(site, period, about.name, None) if one.released_at}
        links = tuple(_link(site, about, period, one) for one in newest.values())
        title = f"{about.title} {period.vietnamese}".capitalize()
        found += [Group(title, links)] if links else []
    return tuple(found)


def _link(site: Site, about: Report, period: Period, one: Edition) -> Link:
    _copy(site, period, one, about.name)
    path = _place(site, period, one, about.name)
    name = site.catalog.areas.by_code[one.ref_area].name if about.by_area else about.title
    href = path.relative_to(site.settings.released).as_posix()
    recalled_on = local_text(one.recalled_at)[:10]
    return Link(name, one.number, href, _size(path), one.content_sha256, recalled_on, one.recall_reason)


def _size(path: Path) -> str:
    return f"{max(1, round(path.stat().st_size / 1024)):,} KB".replace(",", ".")


def _issue(site: Site, period: Period, one: Edition, replaces: int, replaced_by: int) -> Issue:
    path = _place(site, period, one)
    return Issue(
        id=one.id,
        period=period,
        period_words=period.vietnamese,
        number=one.number,
        document=one.document,
        released_at=one.released_at,
        released_on=local_text(one.released_at)[:10],
        href=f"{period}/{path.name}",
        size=_size(path),
        sha256=one.content_sha256,
        who=one.who,
        reason=one.reason,
        is_override=one.is_override,
        replaces=replaces,
        replaced_by=replaced_by,
        changes_href=f"{period}/{_changes_name(one)}",
        recalled_on=local_text(one.recalled_at)[:10],
        recalled_by=one.recalled_by,
        recall_reason=one.recall_reason,
    )


def _periods(site: Site) -> list[Period]:
    with site.engine.connect() as connection:
        known = publications(connection, report=REPORT)
    return [Period.parse(name) for name in sorted(set(known["time_period"]))]


def _place(site: Site, period: Period, one: Edition, name: str = REPORT) -> Path:
    return site.settings.released / str(period) / file_name(str(period), one.number, name, one.ref_area)


def _copy(site: Site, period: Period, one: Edition, name: str = REPORT) -> None:
    target = _place(site, period, one, name)
    if target.is_file() and _is(target.read_bytes(), one):
        return
    path = published_path(site.settings, str(period), one.number, name, one.ref_area)
    content = path.read_bytes() if path.is_file() else b""
    if not _is(content, one):
        raise CtdpError(
            f"Tệp của bản đã phát hành số {one.number}, kỳ {period}, không còn nguyên vẹn: {path}. "
            "Hãy lấy lại từ bản lưu dự phòng."
        )
    write_whole(target, content)


def _is(content: bytes, one: Edition) -> bool:
    return hashlib.sha256(content).hexdigest() == one.content_sha256


def _tell_changes(site: Site, period: Period, before: Edition, after: Edition) -> None:
    target = site.settings.released / str(period) / _changes_name(after)
    if not target.is_file():
        found = diff(site, period, before.number, after.number)
        write_whole(target, web_page("changes", found=found, period_words=period.vietnamese, **_office(site)))


def _changes_name(one: Edition) -> str:
    return f"thay-doi-so-{one.number:02d}.html"


def _office(site: Site) -> dict[str, str]:
    return {"agency": site.settings.agency, "parent_agency": site.settings.parent_agency}
