"""Real published figures as the workbooks in which they came: Sở Công Thương Tây Ninh and the statistics office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.demo.sending import SentFile, receipt_time
from ctdp_etl.demo.tables import DATA
from ctdp_etl.demo.workbook import Cell, Sheet, to_bytes
from ctdp_etl.period import Period

TAY_NINH = "VN34_80"
LABOUR_PERIODS = ("2025-01", "2025-02")
"""The latest months for which the labour index by province is at hand, of the 63 provinces of that time."""
_PUBLISHED = {"2025-01": "2025-01-29", "2025-02": "2025-02-28"}
_INDEX_COLUMNS = ("prev_yoy", "mom", "yoy", "ytd_yoy")
_RETAIL_COLUMNS = {
    "act_prev": "Thực hiện tháng {p}/{py}",
    "est": "Ước thực hiện tháng {m}/{y}",
    "ytd": "Lũy kế {m} tháng năm {y}",
    "yoy": "Tháng {m}/{y} so với cùng kỳ (%)",
    "ytd_yoy": "Lũy kế {m} tháng năm {y} so với cùng kỳ (%)",
}
_ROWS_ON_A_PAGE = 31
Cells = dict[tuple[int, int], Cell]


def tay_ninh_files(period: str) -> Sequence[SentFile]:
    """Return the two workbooks of Sở Công Thương Tây Ninh for the month: IIP, and trade and services."""
    month = Period.parse(period)
    found = []
    for entry in _rows("tayninh_files.csv", period):
        cells = _industry(month, entry) if entry["form"] == "IIP" else _retail(month)
        sheet = Sheet(entry["sheet"], cells, widths={1: 60.0})
        found.append(SentFile(entry["file"], to_bytes([sheet]), receipt_time(TAY_NINH, period)))
    return found


def labour_files(period: str) -> Sequence[SentFile]:
    """Return the statistics office's labour index by province for the month, two printed pages in one sheet."""
    month = Period.parse(period)
    title = "5. {}Chỉ số sử dụng lao động của doanh nghiệp công nghiệp"
    cells: Cells = {}
    row = 1
    for number, entry in enumerate(_rows("labour_by_area.csv", period)):
        if number % _ROWS_ON_A_PAGE == 0 and number < 2 * _ROWS_ON_A_PAGE:
            row = _labour_header(cells, row, title.format("(Tiếp theo) " if number else ""), month)
        cells[row, 1] = Cell(entry["label"])
        cells[row, 2] = Cell(float(entry["mom"]), "number")
        cells[row, 3] = Cell(float(entry["yoy"]), "number")
        row += 1
    sheet = Sheet("5. LĐCN_DP", cells, widths={1: 34.0, 2: 28.0, 3: 28.0})
    moment = datetime.fromisoformat(f"{_PUBLISHED[period]}T09:00").replace(tzinfo=timezone(timedelta(hours=7)))
    return [SentFile(f"Bieu-T{month.number:02d}.{month.year}.xlsx", to_bytes([sheet]), moment)]


def _industry(month: Period, headings: Mapping[str, str]) -> Cells:
    cells: Cells = {
        (1, 1): Cell(f"Chỉ số sản xuất công nghiệp tháng {month.number} năm {month.year}", "title"),
        (3, 5): Cell("%", "note"),
    }
    for column, key in enumerate(_INDEX_COLUMNS, start=2):
        cells[4, column] = Cell(headings[key], "header")
    for row, entry in enumerate(_rows("tayninh_iip.csv", str(month)), start=6):
        cells[row, 1] = Cell(entry["label"])
        for column, key in enumerate(_INDEX_COLUMNS, start=2):
            cells[row, column] = Cell(float(entry[key]), "number")
    return cells


def _retail(month: Period) -> Cells:
    before = month.previous
    cells: Cells = {
        (1, 1): Cell("Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", "title"),
        (2, 1): Cell(f"Tháng {month.number} năm {month.year}", "title"),
        (4, 6): Cell("Đơn vị tính: Triệu đồng", "note"),
    }
    words = {"m": month.number, "y": month.year, "p": before.number, "py": before.year}
    for column, heading in enumerate(_RETAIL_COLUMNS.values(), start=2):
        cells[5, column] = Cell(heading.format(**words), "header")
    for row, entry in enumerate(_rows("tayninh_retail.csv", str(month)), start=7):
        cells[row, 1] = Cell(entry["label"])
        for column, key in enumerate(_RETAIL_COLUMNS, start=2):
            cells[row, column] = Cell(float(entry[key]), "number")
    return cells


def _labour_header(cells: Cells, row: int, title: str, month: Period) -> int:
    """Write title and headings of a printed page and return the row of its first figures."""
    cells[row, 1] = Cell(title, "title")
    cells[row + 1, 1] = Cell("    phân theo địa phương", "title")
    cells[row + 3, 3] = Cell("%", "note")
    day = f" thời điểm 01/{month.number:02d}/{month.year} so với"
    for column, than in ((2, "cùng thời điểm tháng trước"), (3, "cùng thời điểm năm trước")):
        for storey, text in enumerate(("Chỉ số sử dụng lao động", day, than)):
            cells[row + 4 + storey, column] = Cell(text, "header")
    return row + 8


def _rows(name: str, period: str) -> list[dict[str, str]]:
    return [row for row in read_csv(DATA / name) if row["period"] == period]
