"""What was decided about findings and figures, by whom and why: the table of the annex."""

from __future__ import annotations

from collections.abc import Iterable

from ctdp_etl.briefing.document import Column, Row, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import lower_first
from ctdp_etl.briefing.numbers import written
from ctdp_etl.briefing.quality import in_short, stated
from ctdp_etl.briefing.revision import subject
from ctdp_etl.briefing.times import vietnam_time
from ctdp_etl.model import Decision, DecisionKind

_SAID = 160
"""Characters of the finding that a waiver is about."""
_COLUMNS = (
    Column("TT"),
    Column("Số liệu, phát hiện", 52, numeric=False),
    Column("Quyết định", 20, numeric=False),
    Column("Lý do, căn cứ", 26, numeric=False),
    Column("Người quyết định", 19, numeric=False),
)


def rulings(month: Month, facts: Iterable[Fact], most: int | None = None) -> Table | None:
    """Return the corrections behind printed facts and the month's waivers, at most so many; None for none."""
    corrected = {one.id: (fact, one) for fact in facts for one in fact.decisions if one.kind == DecisionKind.CORRECT}
    found = [
        _corrected(month, *corrected[name]) for name in sorted(corrected, key=lambda name: _order(corrected[name]))
    ]
    found += [_waived(month, one) for one in month.waived]
    rows = tuple(Row((str(index), *cells)) for index, cells in enumerate(found[:most], start=1))
    if not rows:
        return None
    note = "Số đã báo cáo vẫn được lưu; quyết định sửa số hết hiệu lực khi đơn vị gửi lại."
    if left := len(found) - len(rows):
        note += f" {left} quyết định khác nêu ở báo cáo chất lượng số liệu cùng kỳ."
    title = "Số được sửa, phát hiện được chấp nhận theo quyết định"
    return Table(title, "", _COLUMNS, rows, "Nguồn: sổ quyết định.", note)


def _order(ruled: tuple[Fact, Decision]) -> tuple[str, ...]:
    fact, decision = ruled
    return fact.key, decision.decided_at, decision.id


def _corrected(month: Month, fact: Fact, decision: Decision) -> tuple[str, ...]:
    before = "chưa có số" if decision.obs_value is None else written(decision.obs_value)
    unit = lower_first(month.unit_name(fact.unit, fact.unit_mult))
    after = f"{written(fact.value)}{'' if unit == '%' else ' '}{unit}"
    return (
        ", ".join(subject(month, fact)),
        f"Sửa {before} thành {after}",
        f"{decision.reason}; căn cứ: {decision.value_source}",
        _by(decision),
    )


def _waived(month: Month, decision: Decision) -> tuple[str, ...]:
    finding = decision.finding
    who = month.source_name(finding.source) if finding.source else month.area_name(finding.ref_area)
    until = f" đến hết {_day(decision.until)}" if decision.until else ""
    return f"{who}: {in_short(stated(finding.message), _SAID)}", f"Chấp nhận{until}", decision.reason, _by(decision)


def _by(decision: Decision) -> str:
    return f"{decision.who}, {vietnam_time(decision.decided_at)[-10:]}"


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))
