"""Tables of levels: one line for each indicator, the same columns in every section."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctdp_etl.briefing.document import Block, Column, Paragraph, Row, Run, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.month import NO_FIGURE, Month

_Value = Callable[[Line], Figure | None]

_ADDED_UP = (
    "Số liệu cộng từ báo cáo của các địa phương (cột cuối là số địa phương được cộng); không gồm số liệu đang có lỗi "
    "chưa xử lý. Tốc độ tăng tính lại từ mức và chỉ số của từng địa phương."
)


def levels_table(month: Month, dataflow: str, title: str, *, prefix: str = "", suffix: str = "") -> tuple[Block, ...]:
    """Return the table of a dataflow's levels, with what it is added up from; none where nothing was reported."""
    found = lines(month, dataflow, prefix=prefix, suffix=suffix)
    return (table_of(month, found, title),) if found else ()


def table_of(month: Month, found: Sequence[Line], title: str) -> Table:
    """Return lines as a table; a column that nobody filled is left out."""
    units = {line.unit for line in found}
    values = _columns(month, found)
    rows = []
    for line in found:
        cells: list[Run] = [line.label]
        if len(units) > 1:
            cells.append(line.unit)
        cells += [figure or NO_FIGURE for figure in (value(line) for _, value in values)]
        if line.areas:
            cells.append(line.areas)
        rows.append(Row(tuple(cells), 0 if line.indicator.split(".")[-1] == "TOTAL" else 2))
    columns = [Column("Chỉ tiêu", 34, numeric=False)]
    if len(units) > 1:
        columns.append(Column("Đơn vị tính", 11, numeric=False))
    columns += [Column(heading, 12) for heading, _ in values]
    if any(line.areas for line in found):
        columns.append(Column("Số địa phương", 9))
    unit = next(iter(units)) if len(units) == 1 else ""
    facts = [fact for line in found for fact in line.facts]
    return Table(
        title=title,
        unit=f"{unit}; %" if unit else "",
        columns=tuple(columns),
        rows=tuple(rows),
        source=month.sources(facts),
        note=_ADDED_UP if any(line.areas for line in found) else "",
    )


def _columns(month: Month, found: Sequence[Line]) -> list[tuple[str, _Value]]:
    now, last = month.period, month.period.previous
    candidates: list[tuple[str, _Value]] = [
        (f"Tháng {last.number}", lambda line: line.last),
        (f"Tháng {now.number}", lambda line: line.now),
        (f"Cộng dồn {month.so_far}", lambda line: line.ytd),
        ("So với tháng trước (%)", lambda line: line.mom),
        ("So với cùng kỳ (%)", lambda line: line.yoy),
        ("Cộng dồn so với cùng kỳ (%)", lambda line: line.ytd_yoy),
    ]
    return [(heading, value) for heading, value in candidates if any(value(line) for line in found)]


def note(text: str) -> Paragraph:
    """Return a note under a table or in a section."""
    return Paragraph((text,), "note")
