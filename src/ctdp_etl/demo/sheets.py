"""Tables into sheets as an office would lay them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ctdp_etl.catalog import HEADING
from ctdp_etl.demo.layouts import TEXT_COLUMNS, Layout
from ctdp_etl.demo.tables import Row, Table
from ctdp_etl.demo.workbook import Cell, Sheet
from ctdp_etl.period import Period

NOTICE = "Ghi chú: Số liệu minh họa, do phần mềm mô phỏng, không phải số liệu của địa phương."
_RATES = frozenset({"mom", "yoy", "ytd_yoy", "prev_yoy"})
_WIDTHS = {"order": 6.0, "label": 46.0, "unit": 13.0}


@dataclass(slots=True)
class Page:
    """A sheet while it is written; ``row`` is the next free row."""

    row: int
    left: int
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    def put(self, column: int, value: str | float, role: str = "label", row: int = 0) -> None:
        """Write a cell; an empty text leaves the cell out."""
        if value != "":
            self.cells[row or self.row, column] = Cell(value, role)


def lay_out(table: Table, layout: Layout, month: Period, *, number: int, name: str, place: str, numbers: bool) -> Sheet:
    """Return the table's sheet: ``number`` counts the tables, ``place`` names the province, ``numbers`` fills it in."""
    page = Page(layout.first[0], layout.first[1])
    columns = layout.columns(is_index=table.is_index, unit=table.unit)
    places = _places(columns, layout)
    last = max(places.values())
    if layout.letterhead:
        _letterhead(page, place, last)
    _title(page, table, layout, month, number, place, last)
    _header(page, layout, month, columns, places)
    for row in _body(table, layout, columns):
        for column, value in row.items():
            is_number = column not in TEXT_COLUMNS
            if numbers or not is_number:
                page.put(places[column], value, "number" if is_number else "label")
        page.row += 1
    _footer(page, layout, month, last)
    widths = {at: _WIDTHS.get(column, 15.0) for column, at in places.items()}
    return Sheet(name, page.cells, tuple(page.merges), widths)


def vietnamese(value: float) -> str:
    """Return a number as text in the Vietnamese way: 1.234,56."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _places(columns: Sequence[str], layout: Layout) -> dict[str, int]:
    places: dict[str, int] = {}
    at = layout.first[1]
    for column in columns:
        places[column] = at
        at += 2 if column in layout.after else 1
    return places


def _letterhead(page: Page, place: str, last: int) -> None:
    right = max(page.left + 3, last - 2)
    page.put(page.left, f"UBND {place.upper()}", "line")
    page.put(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "line")
    page.put(page.left, "SỞ CÔNG THƯƠNG", "line", page.row + 1)
    page.put(right, "Độc lập - Tự do - Hạnh phúc", "line", page.row + 1)
    page.row += 3


def _title(page: Page, table: Table, layout: Layout, month: Period, number: int, place: str, last: int) -> None:
    title = f"{table.title} tháng {month.number} năm {month.year}"
    if layout.upper:
        title = title.upper()
    page.put(page.left, f"{number}. {title}" if layout.numbered else title, "title")
    if not layout.stacked:
        page.merges.append((page.row, page.left, page.row, last))
    if layout.letterhead:
        page.row += 1
        page.put(page.left, f"(trên địa bàn {place})", "title")
    page.row += 1
    if layout.unit == "line" and table.unit:
        page.put(last, f"Đơn vị tính: {table.unit}", "note")
        page.row += 1
    page.row += 1


def _header(page: Page, layout: Layout, month: Period, columns: Sequence[str], places: Mapping[str, int]) -> None:
    storeys = {column: layout.heading(column, month) for column in columns}
    depth = max(len(parts) for parts in storeys.values())
    for column in columns:
        for storey, text in enumerate(storeys[column]):
            is_year = layout.stacked and text.isdigit()
            page.put(places[column], int(text) if is_year else text, "header", page.row + storey)
    if not layout.stacked:
        _merge_header(page, columns, places, storeys, depth)
    page.row += depth
    if layout.number_row:
        letters = iter("ABC")
        for at, column in enumerate(columns):
            digit = at - sum(one in TEXT_COLUMNS for one in columns) + 1
            page.put(places[column], next(letters) if column in TEXT_COLUMNS else digit, "header")
        page.row += 1
    elif layout.stacked:
        page.row += 1


def _merge_header(
    page: Page,
    columns: Sequence[str],
    places: Mapping[str, int],
    storeys: Mapping[str, tuple[str, ...]],
    depth: int,
) -> None:
    """Merge headings downwards where they have one storey and sideways where neighbours share the upper one."""
    for upper, group in groupby(columns, key=lambda column: storeys[column][0] if len(storeys[column]) > 1 else column):
        inside = list(group)
        first, last = places[inside[0]], places[inside[-1]]
        if len(storeys[inside[0]]) == 1:
            if depth > 1:
                page.merges.append((page.row, first, page.row + depth - 1, first))
        elif last > first:
            for column in inside[1:]:
                page.cells.pop((page.row, places[column]))
            page.cells[page.row, first] = Cell(upper, "header")
            page.merges.append((page.row, first, page.row, last))


def _body(table: Table, layout: Layout, columns: Sequence[str]) -> list[dict[str, str | float]]:
    found: list[dict[str, str | float]] = []
    order = 0
    unit = ""
    for row in table.rows:
        line: dict[str, str | float] = {}
        if row.level <= 1 and row.code != HEADING:
            order += 1
        line["order"] = "" if row.level > 1 or row.code == HEADING else order
        line["label"] = _label(row, layout)
        line["unit"] = '"' if layout.ditto and row.unit == unit and row.unit else row.unit
        unit = row.unit
        line |= {key: _number(value, key, layout) for key, value in row.values.items()}
        found.append({column: line[column] for column in columns if column in line})
    return found


def _label(row: Row, layout: Layout) -> str:
    label = row.labels[1 if layout.second_labels else 0]
    if layout.dashes and row.level > 1:
        return f"- {label}"
    return f"{'   ' * row.level}{label}" if layout.stacked else label


def _number(value: float, column: str, layout: Layout) -> str | float:
    if layout.growth and column in _RATES:
        value = round(value - 100, layout.digits)
    return vietnamese(value) if layout.numbers == "text" else value


def _footer(page: Page, layout: Layout, month: Period, last: int) -> None:
    page.row += 1
    page.put(page.left, NOTICE, "note")
    page.row += 1
    if layout.notes:
        page.put(page.left, "Nguồn: tổng hợp báo cáo của các doanh nghiệp và đơn vị trên địa bàn.", "note")
        page.row += 1
    if layout.signature:
        page.put(max(page.left + 2, last - 2), f"Ngày 20 tháng {month.number} năm {month.year}", "note", page.row + 1)
        page.put(page.left, "NGƯỜI LẬP BIỂU", "line", page.row + 2)
        page.put(max(page.left + 2, last - 2), "KT. GIÁM ĐỐC", "line", page.row + 2)
