"""Pictures that several reports draw: plan fulfilment, and who kept the time of which report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ctdp_etl.briefing.chart_grids import KEPT, LATE, MISSING, NOT_DUE, REFUSED
from ctdp_etl.briefing.document import Chart, Mark, Runs
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.inputs import IN_HAND
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import joined, lower_first
from ctdp_etl.briefing.numbers import exact, vietnamese

_FEWEST_ROWS = 3
_MOST_ROWS = 12
_WHOLE = {"awaited": MISSING, "late": MISSING, "withdrawn": MISSING, "quarantined": REFUSED, "failed": REFUSED}


class Slot(NamedTuple):
    """One report that is due: whose (a row), which (a column), and what became of it (``chart_grids.KEPT`` ...)."""

    row: str
    column: str
    state: str


def slot_state(state: str, received_at: str = "", due_at: str = "") -> str:
    """Return what became of a report by its state on the board (``inputs.STATES``) and the instants, UTC text.

    Where no instants are given, what is in hand counts as kept.
    """
    if state in IN_HAND:
        return LATE if due_at and received_at > due_at else KEPT
    return _WHOLE.get(state, NOT_DUE)


def discipline_map(slots: Sequence[Slot], title: Runs, source: str) -> Chart | None:
    """Return the grid of who sent what: a row for each sender, a column for each form or month, in the order given.

    None where fewer than three senders are asked or nothing was due: it would show no more than a sentence.
    """
    due = [slot for slot in slots if slot.state != NOT_DUE]
    rows = dict.fromkeys(slot.row for slot in due)
    if len(rows) < _FEWEST_ROWS:
        return None
    marks = tuple(Mark(slot.column, None, slot.state, group=slot.row) for slot in slots if slot.row in rows)
    lacking: dict[str, list[str]] = {}
    for slot in due:
        if slot.state in (MISSING, REFUSED):
            lacking.setdefault(slot.row, []).append(slot.column)
    told = "; ".join(f"{name}: {', '.join(columns)}" for name, columns in lacking.items())
    alt = f"Bảng ô {len(rows)} đơn vị. " + (f"Còn thiếu: {told}." if told else "Không báo cáo nào còn thiếu.")
    return Chart("discipline", title, "mỗi ô một báo cáo; để trống: không phải gửi", marks, source, alt)


def plan_fulfilment(
    month: Month, facts: Sequence[Fact], names: Mapping[str, str] | None = None, *, subject: str = ""
) -> Chart | None:
    """Return how far the year's plan is fulfilled: a bar for each fact of measure ``plan_pct`` (per cent).

    Each is held against the even pace of the year. A bar is named by its indicator, or by its area where the facts are
    of several; ``names`` gives other names by ``Fact.key``. What is under an open error stays out; of many, the highest
    and the lowest are shown. ``subject`` says in the title what is planned. None below three bars.
    """
    sound = sorted((fact for fact in facts if not fact.questioned), key=lambda fact: (-fact.value, fact.key))
    shown = sound if len(sound) <= _MOST_ROWS else sound[: _MOST_ROWS // 2] + sound[-_MOST_ROWS // 2 :]
    by_area = len({fact.ref_area for fact in shown}) > 1

    def name(fact: Fact) -> str:
        return (names or {}).get(fact.key) or (month.area_name(fact.ref_area) if by_area else month.name(fact))

    def percent(fact: Fact) -> Figure:
        return month.figures.number(f"{fact.key}.percent", exact(fact.value), [fact], decimals=1, unit="%")

    bars = [(name(fact), percent(fact)) for fact in shown]
    chart = plan_bars(month, bars, shown, proper=by_area, subject=subject)
    ends = ends_of(len(shown), len(sound), "địa phương" if by_area else "chỉ tiêu")
    return replace(chart, unit=chart.unit + ends) if chart else None


def plan_bars(
    month: Month, bars: Sequence[tuple[str, Figure]], facts: Sequence[Fact], *, proper: bool = False, subject: str = ""
) -> Chart | None:
    """Return bars of plan fulfilment in per cent, highest first; ``proper`` names keep their capital in the title.

    None below three bars.
    """
    if len(bars) < _FEWEST_ROWS:
        return None
    ranked = sorted(bars, key=lambda bar: -bar[1].value)
    marks = tuple(Mark(name, figure) for name, figure in ranked)
    pace = f"nhịp đều {month.period.last_month.number}/12 tháng: {vietnamese(pace_of(month), 1)}%"
    ends: list[Runs] = [
        (f"{words} là {name if proper else lower_first(name)} (", figure, "%)")
        for words, (name, figure) in (("cao nhất", ranked[0]), ("thấp nhất", ranked[-1]))
    ]
    about = f"{subject}: thực hiện" if subject else "Thực hiện"
    title: Runs = (f"{about} kế hoạch năm ", *joined(ends, last=", "))
    alt = f"Biểu đồ cột {len(marks)} mức thực hiện kế hoạch năm; {pace}."
    against = (float(pace_of(month)), pace)
    unit = "% kế hoạch năm; cột viền đậm chưa đạt nhịp đều"
    return Chart("plan", title, unit, marks, month.sources(facts), alt, against=against)


def ends_of(shown: int, told: int, what: str) -> str:
    """Return "; 6 cao nhất và 6 thấp nhất trong 29 địa phương" for a unit line; '' where all are ``shown``."""
    return f"; {shown // 2} cao nhất và {shown // 2} thấp nhất trong {told} {what}" if shown < told else ""


def pace_of(month: Month) -> Decimal:
    """Return what part of the year has passed at the end of the period, per cent."""
    return Decimal(month.period.last_month.number) * 100 / 12


def in_words(chart: Chart) -> str:
    """Return what stands for a picture where it is not seen: its title, what it shows, and every number in it."""
    title = "".join(run.printed if isinstance(run, Figure) else run for run in chart.title)
    told: dict[str, list[str]] = {}
    for mark in chart.marks:
        if mark.figure is not None:
            doubt = " (đang có lỗi chưa xử lý)" if mark.figure.questioned else ""
            told.setdefault(mark.group, []).append(f"{mark.label} {mark.figure.printed}{doubt}")
    if chart.kind == "tiles" and (lacking := [mark.label for mark in chart.marks if mark.figure is None]):
        told["chưa có số liệu"] = lacking
    groups = [(f"{group}: " if group else "") + "; ".join(marks) for group, marks in told.items()]
    return " ".join((f"{title}.", chart.alt, *(f"{group}." for group in groups)))
