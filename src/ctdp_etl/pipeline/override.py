"""A release by decision while the gate is shut: the content that was read, printed once more with its mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ctdp_etl.briefing.compose import compose
from ctdp_etl.briefing.override import marked
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import collector
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.brief import record, stored_ids
from ctdp_etl.pipeline.calendar import local_day
from ctdp_etl.pipeline.editions import published_path, standing_reports
from ctdp_etl.pipeline.gate import Reason
from ctdp_etl.pipeline.print_companions import gathered_for
from ctdp_etl.pipeline.reports import printing, report
from ctdp_etl.pipeline.side_by_side import make
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.trace import lineage_of
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.engine import take_turn, writing
from ctdp_etl.warehouse.publications import turn
from ctdp_etl.warehouse.releases import Edition, editions, record_release


@collector.held()
def release_marked(
    site: Site,
    period: Period,
    read: Edition,
    decision: Decision,
    shut: Sequence[Reason],
    name: str = REPORT,
    area: str = NATIONAL,
) -> None:
    """Print the edition ``read`` with the mark of ``decision`` and release that edition, both or neither.

    So no mark is ever seen on a draft, and a kill leaves nothing that the same command would not make again. Raise
    ``GateShutError`` where it would differ from what was read by more than its mark.
    """
    known = standing_reports(site, period.last_month)
    inputs = replace(gathered_for(site, report(name), period, known, is_checked=True), home=area)
    briefing = compose(inputs)
    with_mark = marked(briefing, decision.who, decision.reason, [one.in_print for one in shut])
    made = make(with_mark, stored_ids(site, known))
    before = published_path(site.settings, str(period), read.number, name, area).read_bytes()
    if _said(lineage_of(made.pdf), marks=1) != _said(lineage_of(before)):
        raise GateShutError(
            f"Số liệu kỳ {period} đã đổi từ bản số {read.number}. Hãy in và đọc bản mới "
            f"({printing(name, period, area)}) rồi chạy lại lệnh."
        )
    with writing(site.engine) as connection:
        take_turn(connection, turn(name, str(period), area))
        newest = editions(connection, name, str(period), area)[-1]
        if newest.content_sha256 not in (read.content_sha256, made.sha256):
            raise CtdpError(f"Báo cáo {period} vừa có bản số {newest.number}. Hãy đọc bản này rồi chạy lại lệnh.")
        record(site, name, period, area, inputs.as_of, made, None, within=connection)
        record_release(
            connection,
            name,
            str(period),
            editions(connection, name, str(period), area)[-1].id,
            released_at=decision.at,
            who=decision.who,
            reason=decision.reason,
            is_override=True,
            area=area,
            register=(local_day(decision.at).year, site.settings.document_sign),
        )


def _said(lineage: Mapping[str, Any], marks: int = 0) -> dict[str, Any]:
    """Return all that a content says but its first ``marks`` sentences; the page of a figure is layout."""
    figures = [one | {"page": 0} for one in lineage["figures"]]
    rest = {name: value for name, value in lineage.items() if name != "unprintable"}
    return rest | {"figures": figures, "sentences": lineage["sentences"][marks:]}
