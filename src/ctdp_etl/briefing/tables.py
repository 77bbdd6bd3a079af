"""Tables of levels: one line for each indicator, the same columns in every section."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ctdp_etl.briefing.document import Block, Column, Row, Run, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.month import NO_FIGURE, NOT_COMPARED, Month

_Value = Callable[[Line], Figure | None]

TEXT_WIDTH = 165.0
"""The width of the text in millimetres: A4 less the margins of the decree."""
WIDE = 252.0
"""The same for a page on its side."""

_DIGIT, _BOLD, _PADDING = 1.98, 2.1, 3.2
_LEAST = 12.5
_WORDS_ON_A_LINE = 10
_HEADING_LINES = 3
MOST = 45
"""Rows of a table of levels, two pages; beyond it industries of three digits and more stay out."""
_FINE = re.compile(r"(?:^|\.)\d{3,}(?:\.|$)")
_ADDED_UP = (
    "Số liệu cộng từ báo cáo của các địa phương ({counted}); không gồm số liệu đang có lỗi chưa xử lý. Tốc độ tăng "
    "tính lại từ mức và chỉ số của các địa phương có đủ cả hai, khi chiếm từ 90% tổng mức."
)
_SO_FAR = "Cộng dồn"
_EACH, _ALL = "cột cuối là số địa phương được cộng", "mỗi chỉ tiêu đủ các địa phương nêu ở nguồn"


def levels_table(month: Month, dataflow: str, title: str, *, prefix: str = "", suffix: str = "") -> tuple[Block, ...]:
    """Return the table of a dataflow's levels, with what it is added up from; none where nothing was reported."""
    found = lines(month, dataflow, prefix=prefix, suffix=suffix)
    found, left = coarse(found)
    bases = {month.price_base(line.indicator) for line in found}
    if len(bases) == 1:
        (base,) = bases
        found = tuple(replace(line, label=line.label.removesuffix(base)) for line in found)
        title += base
    if not found:
        return ()
    table = table_of(month, found, title)
    return (replace(table, note=f"{left} {table.note}".strip()),)


def coarse(found: Sequence[Line]) -> tuple[tuple[Line, ...], str]:
    """Return the lines that a table has room for, and what is said of the others.

    Of too many, industries of three digits and more stay out; '' where none does.
    """
    if len(found) <= MOST:
        return tuple(found), ""
    shown = tuple(line for line in found if not _FINE.search(line.indicator))[:MOST]
    return shown, f"Còn {len(found) - len(shown)} dòng chi tiết hơn không nêu trong bảng."


def table_of(month: Month, found: Sequence[Line], title: str) -> Table:
    """Return lines as a table; a column that nobody filled is left out."""
    units = {line.unit for line in found}
    summed = any(line.areas for line in found)
    counted = summed and not _all_of_the_same(found)
    values = _columns(month, found)[1:] if summed and len(units) > 1 else _columns(month, found)
    rows = []
    for line in found:
        cells: list[Run] = [line.label]
        if len(units) > 1:
            cells.append(line.unit)
        cells += [figure or NO_FIGURE for figure in (value(line) for _, value in values)]
        if counted:
            cells.append(line.areas or NO_FIGURE)
        rows.append(Row(tuple(cells), 0 if "TOTAL" in line.indicator.split(".") else 2))
    columns = [Column("Chỉ tiêu", 1, numeric=False)]
    if len(units) > 1:
        columns.append(Column("Đơn vị tính", numeric=False))
    columns += [Column(heading) for heading, _ in values]
    if counted:
        columns.append(Column("Số địa phương"))
    unit = next(iter(units)) if len(units) == 1 else ""
    facts = [fact for line in found for fact in line.facts]
    return Table(
        title=title,
        unit=f"{unit}; %" if unit else "",
        columns=tuple(columns),
        rows=tuple(rows),
        source=month.sources(facts),
        note=_note(found, _EACH if counted else _ALL) if summed else "",
    )


def _all_of_the_same(found: Sequence[Line]) -> bool:
    """Tell whether every line is added up over the same localities, so that how many need not stand in each row."""
    return len({frozenset(fact.ref_area for fact in line.facts) if line.areas else None for line in found}) == 1


def _note(found: Sequence[Line], counted: str) -> str:
    bases = dict.fromkeys(line.base for line in found if line.base and (line.yoy or line.ytd_yoy))
    return " ".join((_ADDED_UP.format(counted=counted), *(f"{base[:1].upper()}{base[1:]}." for base in bases)))


def _columns(month: Month, found: Sequence[Line]) -> list[tuple[str, _Value]]:
    now, last = month.period, month.period.previous
    candidates: list[tuple[str, _Value]] = [
        (f"Tháng {last.number}", lambda line: line.last),
        (f"Tháng {now.number}", lambda line: line.now),
        (f"{_SO_FAR} {month.so_far}", lambda line: line.ytd),
        ("So với tháng trước (%)", lambda line: line.mom),
        ("So với cùng kỳ (%)", lambda line: line.yoy),
        (f"{_SO_FAR} so với cùng kỳ (%)", lambda line: line.ytd_yoy),
    ]
    if not month.cumulates and any(line.now for line in found):
        candidates = [(heading, value) for heading, value in candidates if not heading.startswith(_SO_FAR)]
    return [(heading, value) for heading, value in candidates if any(value(line) for line in found)]


def without_empty_columns(table: Table) -> Table:
    """Return the table less the columns of numbers in which nobody has a number; no other cell of them is blank."""
    kept = [
        index
        for index, column in enumerate(table.columns)
        if not column.numeric or any(row.cells[index] not in ("", NO_FIGURE) for row in table.rows)
    ]
    rows = (tuple(_signed(row.cells[index], table.columns[index]) for index in kept) for row in table.rows)
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        rows=tuple(replace(row, cells=cells) for row, cells in zip(table.rows, rows, strict=True)),
    )


def _signed(cell: Run, column: Column) -> Run:
    return cell or NOT_COMPARED if column.numeric else cell


def fitted(table: Table, text_width: float = TEXT_WIDTH) -> Table:
    """Return the table with the widths of its columns: numbers on one line, the rest shared by the words."""
    natural = [
        0.0 if column.share else _content_width(column, [row.cells[index] for row in table.rows])
        for index, column in enumerate(table.columns)
    ]
    shares = sum(column.share for column in table.columns)
    natural = _eased(table, natural, text_width - sum(natural))
    left = text_width - sum(natural)
    columns = tuple(
        replace(column, width=width or left * column.share / shares)
        for column, width in zip(table.columns, natural, strict=True)
    )
    return replace(table, columns=columns)


def _eased(table: Table, natural: Sequence[float], left: float) -> list[float]:
    """Return the widths of the columns of numbers with what the words do not need: long headings in few lines."""
    words = [
        max((_length(row.cells[index]) for row in table.rows), default=0) * _BOLD + _PADDING
        for index, column in enumerate(table.columns)
        if column.share
    ]
    wanted = [
        max(0.0, len(column.heading) / _HEADING_LINES * _BOLD + _PADDING - width) if column.numeric else 0.0
        for column, width in zip(table.columns, natural, strict=True)
    ]
    if len(words) != 1 or not any(wanted):
        return list(natural)
    part = min(1.0, max(0.0, left - words[0]) / sum(wanted))
    return [width + more * part for width, more in zip(natural, wanted, strict=True)]


def _length(cell: Run) -> int:
    return len(cell.printed if isinstance(cell, Figure) else cell)


def _content_width(column: Column, cells: Sequence[Run]) -> float:
    """Return the width in millimetres of the longest cell and of the longest word of the heading."""
    longest = max(map(_length, cells), default=0)
    if not column.numeric:
        longest = min(longest, _WORDS_ON_A_LINE)
    heading = max(len(word) for word in column.heading.split())
    least = 0.0 if len(column.heading.split()) == 1 else _LEAST
    return max(longest * _DIGIT, heading * _BOLD, least) + _PADDING
