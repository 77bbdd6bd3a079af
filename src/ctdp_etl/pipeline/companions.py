"""The reports that go with a month (every one but the briefing itself): which are due, and each one's release."""

from __future__ import annotations

from dataclasses import dataclass

from ctdp_etl.catalog import NATIONAL
from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import local_day
from ctdp_etl.pipeline.check import findings
from ctdp_etl.pipeline.editions import as_of, editions, published_path, standing_reports
from ctdp_etl.pipeline.gate import Reason, open_errors, reasons
from ctdp_etl.pipeline.letters import alert
from ctdp_etl.pipeline.print_companions import has_reported, print_companions
from ctdp_etl.pipeline.print_faults import print_fault
from ctdp_etl.pipeline.reports import Report, companions_of, reports
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.pipeline.status import board
from ctdp_etl.warehouse.releases import Edition, record_release

_WHO, _WHY = "ctdp", "Đủ điều kiện phát hành cùng báo cáo tháng"


@dataclass(frozen=True, slots=True)
class Companion:
    """One report that goes with a month: its editions, oldest first, and why its newest may not be released."""

    report: Report
    period: Period
    area: str
    printed: tuple[Edition, ...]
    reasons: tuple[Reason, ...]
    is_current: bool

    @property
    def newest(self) -> Edition | None:
        """The last edition."""
        return self.printed[-1] if self.printed else None

    @property
    def words(self) -> str:
        """Why it waits, in words for the operator."""
        return "; ".join(one.message for one in self.reasons) or "Chưa in"

    @property
    def is_released(self) -> bool:
        """Whether any edition was released."""
        return any(one.released_at for one in self.printed)


def companions(site: Site, month: Period) -> list[Companion]:
    """Return the reports that are due with ``month``, of the areas that reported, as they stand now."""
    known = standing_reports(site, month)
    if not (known["time_period"] == str(month)).any():
        return []
    until, lines = as_of(site, month, known), board(site, month)
    errors = open_errors(findings(site, month))
    every = [area.code for area in site.catalog.areas.at(str(month)) if has_reported(known, month, area.code)]
    found = []
    for about, period in companions_of(month):
        printed: dict[str, list[Edition]] = {}
        for one in editions(site, period, about.name, None):
            printed.setdefault(one.ref_area, []).append(one)
        for area in every if about.by_area else [NATIONAL]:
            shut = tuple(reasons(about.gate, lines, errors, area))
            found.append(_standing(site, about, period, area, until, tuple(printed.get(area, ())), shut))
    return found


def _standing(
    site: Site,
    about: Report,
    period: Period,
    area: str,
    until: str,
    printed: tuple[Edition, ...],
    shut: tuple[Reason, ...],
) -> Companion:
    newest = printed[-1] if printed else None
    is_current = (
        newest is not None
        and newest.as_of == until
        and published_path(site.settings, str(period), newest.number, about.name, area).is_file()
    )
    return Companion(about, period, area, printed, shut, is_current)


def pending(site: Site, month: Period) -> bool:
    """Say whether a report that goes with ``month`` was never released and has something new to say."""
    return any(not one.is_released and not one.is_current for one in companions(site, month))


def publish_companions(site: Site, month: Period, *, is_asked: bool = False) -> list[str]:
    """Print the reports that go with ``month`` where they have something new to say; release those whose gate is open.

    One that was released, or recalled, before is printed and released again only where a person has asked for it.
    Return what went wrong, a line each: a report that fails stops no other.
    """
    stale: dict[tuple[str, Period], list[str]] = {}
    for one in _open(site, month, is_asked):
        if not one.is_current:
            stale.setdefault((one.report.name, one.period), []).append(one.area)
    failed = []
    for (name, period), areas in stale.items():
        given = areas if reports()[name].by_area else ()
        failed += [one.why for one in print_companions(site, name, period, given, is_checked=True) if one.failed]
    for one in _open(site, month, is_asked):
        if one.newest and one.is_current and not one.newest.released_at and not one.reasons:
            if fault := print_fault(site, one.period, one.newest, one.report.name):
                failed.append(f"{site.catalog.areas.by_code[one.area].name} {one.period}: {fault.message}.")
            else:
                release_open(site, one, one.newest)
    return failed


def _open(site: Site, month: Period, is_asked: bool) -> list[Companion]:
    return [one for one in companions(site, month) if is_asked or not one.is_released]


def release_open(site: Site, one: Companion, newest: Edition) -> None:
    """Release a report whose gate is open."""
    now = site.settings.now()
    record_release(
        site.engine,
        one.report.name,
        str(one.period),
        newest.id,
        released_at=now,
        who=_WHO,
        reason=_WHY,
        is_override=False,
        area=one.area,
        register=(local_day(now).year, site.settings.document_sign),
    )


def follow(site: Site, month: Period, *, is_asked: bool = False) -> None:
    """``publish_companions``, and tell the operators what failed, once."""
    failed = publish_companions(site, month, is_asked=is_asked)
    if failed:
        subject = f"{len(failed)} báo cáo đi kèm {month.vietnamese} không in được"
        lines = [f"{subject}:", *(f"- {one}" for one in failed), "", f"In lại: ctdp release {month}"]
        alert(site, f"companions {month}: {identity(*failed)}", subject, "\n".join(lines), period=str(month))


def summary(site: Site, month: Period) -> list[str]:
    """Return how the reports that go with ``month`` stand, a line for each report and one for each that waits."""
    found = companions(site, month)
    lines = []
    for about in dict.fromkeys(one.report for one in found):
        mine = [one for one in found if one.report == about]
        released = sum(one.is_released for one in mine)
        lines.append(f"{about.title.capitalize()}: {released}/{len(mine)} đã phát hành.")
        lines += [
            f"- {site.catalog.areas.by_code[one.area].name} {one.period}: {one.words}."
            for one in mine
            if not one.is_released
        ]
    return lines
