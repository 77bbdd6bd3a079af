"""The release of one report that goes with a month, by a person: where its gate is open, else by name and reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.companions import Companion, companions, release_open
from ctdp_etl.pipeline.gate import Reason
from ctdp_etl.pipeline.override import release_marked
from ctdp_etl.pipeline.print_companions import print_companions
from ctdp_etl.pipeline.release import NOT_PRINTED, RECALLED, Standing, judged, standing, unfit
from ctdp_etl.pipeline.released import tend
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.releases import Edition


def publish_companion(site: Site, period: Period, name: str, area: str, override: Decision | None = None) -> Standing:
    """Check, print and release the report ``name`` about ``period`` and ``area``, and put it where leadership looks.

    It goes with a month that is released. By ``override`` it is released all the same, printed with its mark. Return
    where it stands afterwards. Raise ``GateShutError`` where the month is not released, or an override would release
    what nobody has read; ``CtdpError`` where there is no such report.
    """
    month = period.last_month
    if standing(site, month).released is None:
        raise GateShutError(
            f"Báo cáo tháng {month} chưa phát hành. Hãy phát hành báo cáo tháng trước: ctdp release {month}"
        )
    check(site, month)
    one = _printed(site, _companion(site, period, name, area), override)
    found = _standing(site, one)
    if one.newest is None or found.is_released or {reason.code for reason in found.reasons} & {NOT_PRINTED, RECALLED}:
        return found
    if not found.reasons:
        release_open(site, one, one.newest)
    elif override:
        release_marked(site, period, one.newest, override, found.reasons, name, area)
    tend(site)
    return _standing(site, _companion(site, period, name, area))


def _companion(site: Site, period: Period, name: str, area: str) -> Companion:
    for one in companions(site, period.last_month):
        if (one.report.name, one.period, one.area) == (name, period, area):
            return one
    place = site.catalog.areas.by_code[area].name
    raise CtdpError(
        f"Báo cáo này của {place} kỳ {period} không đi kèm tháng {period.last_month}, hoặc chưa ai gửi số liệu."
    )


def _printed(site: Site, one: Companion, override: Decision | None) -> Companion:
    """Return the report with an edition of what is known now; nobody releases by decision what he has not read."""
    if one.is_current:
        return one
    areas = (one.area,) if one.report.by_area else ()
    (done,) = print_companions(site, one.report.name, one.period, areas, is_checked=True)
    if done.printed is None:
        raise CtdpError(done.why)
    if override and one.printed and done.printed.new:
        raise GateShutError(
            f"Nội dung báo cáo đã đổi nên vừa in bản số {done.printed.number}. Hãy đọc bản này rồi chạy lại lệnh."
        )
    return _companion(site, one.period, one.report.name, one.area)


def _standing(site: Site, one: Companion) -> Standing:
    return judged(one.period, one.printed, lambda newest: _reasons(site, one, newest))


def _reasons(site: Site, one: Companion, newest: Edition | None) -> Iterator[Reason]:
    if newest is None:
        return
    yield from unfit(site, one.period, newest, one.report.name, one.area)
    if not newest.recalled_at:
        yield from (replace(shut, message=f"{shut.message}.") for shut in one.reasons)
