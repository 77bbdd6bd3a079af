"""Small workbooks made in memory, read through ``read_workbook``."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from ctdp_etl.catalog import load_catalog
from ctdp_etl.model import Finding, Observation, WorkbookReading
from ctdp_etl.reading import read_workbook

CATALOG = load_catalog()
IIP = "Chỉ số sản xuất công nghiệp"
IIP_HEAD = [
    "Ngành",
    "Tháng 4/2026 so tháng trước",
    "Tháng 4/2026 so cùng kỳ",
    "Lũy kế cuối tháng 4/2026 so với cùng kỳ",
]
RETAIL = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"
RETAIL_HEAD = ["Chỉ tiêu", "ĐVT", "Thực hiện tháng 3/2026", "Ước tháng 4/2026", "Cộng dồn 4 tháng/2026"]

Rows = Sequence[Sequence[object]]


def workbook(*sheets: tuple[str, Rows], hidden: str = "", merges: Mapping[str, Sequence[str]] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for merged in (merges or {}).get(name, ()):
            sheet.merge_cells(merged)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read_bytes(
    content: bytes, *, area: str | None = "VN34_80", period: str | None = None, file_name: str = "so-lieu.xlsx"
) -> WorkbookReading:
    return read_workbook(content, file_name=file_name, source="SCT", area=area, period=period, catalog=CATALOG)


def read(
    *sheets: tuple[str, Rows],
    area: str | None = "VN34_80",
    period: str | None = None,
    file_name: str = "so-lieu.xlsx",
    hidden: str = "",
    merges: Mapping[str, Sequence[str]] | None = None,
) -> WorkbookReading:
    content = workbook(*sheets, hidden=hidden, merges=merges)
    return read_bytes(content, area=area, period=period, file_name=file_name)


def at(reading: WorkbookReading, cell: str, sheet: str = "A") -> Observation:
    return next(one for one in reading.observations if (one.sheet, one.cell) == (sheet, cell))


def codes(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.cell) for one in found]


def said(reading: WorkbookReading, row: int, sheet: str = "A") -> dict[str, tuple[str, str]]:
    """Return (measure, period) of the observations of a row by column letter."""
    return {
        one.cell.removesuffix(str(row)): (one.measure, one.time_period)
        for one in reading.observations
        if one.sheet == sheet and one.cell.rstrip("0123456789") + str(row) == one.cell
    }
