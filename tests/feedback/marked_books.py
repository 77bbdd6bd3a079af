"""Workbooks to mark, and what a marked one says to a reader that is not ours."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from ctdp_etl.model import CellRef, Finding
from ctdp_etl.pipeline.read import Sender

LIST = "Lỗi cần sửa"
NOW = "2026-04-24T02:00:00Z"
SENDER = Sender("SCT_VN34_80", "VN34_80", "")
_LINK = re.compile(r"'((?:[^']|'')+)'!([A-Z]+[0-9]+)")


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content), rich_text=True)


def office_book(sheet_name: str = "Biểu 1") -> bytes:
    """A workbook with what offices use: merges, formulas, widths, formats, notes, print titles, a hidden sheet."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = sheet_name
    sheet.append(["Giá trị sản xuất", None, None])
    sheet.merge_cells("A1:C1")
    for row in (("Ngành", "Tháng", "Lũy kế"), ("Toàn ngành", 100.0, 400.0), ("Khai khoáng", 40.0, 160.0)):
        sheet.append(row)
    sheet["B5"] = "=B3-B4"
    sheet["B3"].number_format = "#,##0.00"
    sheet["B3"].font = Font(name="Arial", color="FFFFFFFF", bold=True)
    sheet["B3"].fill = PatternFill("solid", fgColor="FF000080")
    sheet["A4"].comment = Comment("Số của phòng thống kê", "Văn thư", width=200, height=60)
    sheet.column_dimensions["A"].width = 40
    sheet.row_dimensions[2].height = 33
    sheet.print_title_rows = "1:2"
    sheet.protection.sheet = True
    other = book.create_sheet("Ẩn 'đi")
    other["B2"] = 5.0
    other.sheet_state = "hidden"
    return saved(book)


def finding(cell: str = "B3", sheet: str = "Biểu 1", severity: str = "error", **more: Any) -> Finding:
    given = {"code": "A01", "scope": "record", "message": "Tổng không bằng các phần.", **more}
    return Finding(severity=severity, sheet=sheet, cell=cell, **given)


def reference(content: bytes, sheet: str, cell: str) -> CellRef:
    return CellRef(hashlib.sha256(content).hexdigest(), sheet, cell)


def contents(book: Workbook, without: str = LIST) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return value, type and look of every cell by sheet and address, but of one sheet."""
    return {
        (sheet.title, cell.coordinate): (
            cell.value,
            cell.data_type,
            cell.number_format,
            *map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)),
        )
        for sheet in book.worksheets
        if sheet.title != without
        for row in sheet.iter_rows()
        for cell in row
    }


def layouts(book: Workbook) -> dict[str, Any]:
    """Return merges, widths, heights, state, protection and print titles of every sheet but the list."""
    return {
        sheet.title: (
            sorted(str(one) for one in sheet.merged_cells.ranges),
            {name: (one.width, one.hidden) for name, one in sheet.column_dimensions.items()},
            {number: one.height for number, one in sheet.row_dimensions.items() if one.height},
            sheet.sheet_state,
            sheet.protection.sheet,
            sheet.print_title_rows,
        )
        for sheet in book.worksheets
        if sheet.title != LIST
    }


def links(book: Workbook, name: str = LIST) -> list[tuple[str, str]]:
    """Return (sheet, cell) of every link of the list, in its order."""
    found = []
    for cells in book[name].iter_rows(min_col=4, max_col=4):
        if (link := cells[0].hyperlink) is not None:
            match = _LINK.fullmatch(link.location or "")
            assert match, link.location
            found.append((match[1].replace("''", "'"), match[2]))
    return found


def formulas(book: Workbook) -> set[tuple[str, str]]:
    """Return where formulas stand."""
    return {place for place, look in contents(book, without="").items() if look[1] == "f"}


def listed(book: Workbook, name: str = LIST) -> list[tuple[Any, ...]]:
    """Return the rows of the list below its header."""
    return list(book[name].iter_rows(min_row=6, values_only=True))
