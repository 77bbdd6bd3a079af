"""Cells that hold no plain number: formulas never calculated, errors, dates that were numbers, text with marks."""

from __future__ import annotations

import datetime
import io

import pytest
import xlwt
from openpyxl import Workbook
from reading_books import IIP, IIP_HEAD, RETAIL, RETAIL_HEAD, at, codes, read, read_bytes

from ctdp_etl.errors import WorkbookError
from ctdp_etl.reading.grid import read_sheets
from ctdp_etl.reading.package_cells import look_into


def test_formula_without_a_result_is_a_finding_at_its_cell() -> None:
    reading = read(("A", [[RETAIL], RETAIL_HEAD, ["Tổng số", "Tỷ đồng", "=5+5", 12, "=C3+D3"]]))
    assert codes(reading.findings) == [("S17", "C3"), ("S17", "E3")]
    assert (at(reading, "C3").value, at(reading, "C3").text) == (None, "=5+5")
    assert at(reading, "D3").value == 12


def test_error_cells_are_findings() -> None:
    reading = read(("A", [[RETAIL], RETAIL_HEAD, ["Tổng số", "Tỷ đồng", "#DIV/0!", 12, "#REF!"]]))
    assert codes(reading.findings) == [("S04", "C3"), ("S04", "E3")]


def test_error_in_an_old_workbook() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    for row, values in enumerate([[RETAIL], RETAIL_HEAD, ["Tổng số", "Tỷ đồng", "", 12, 44]]):
        for column, value in enumerate(values):
            if value:
                sheet.write(row, column, value)
    sheet.row(2).set_cell_error(2, "#DIV/0!")
    content = io.BytesIO()
    book.save(content)
    assert look_into(content.getvalue(), 1000).unvalued == {"A": {(3, 3): "#DIV/0!"}}
    assert codes(read_bytes(content.getvalue()).findings) == [("S04", "C3")]


def test_number_that_excel_took_for_a_date() -> None:
    reading = read(("A", [[RETAIL], RETAIL_HEAD, ["Tổng số", "Tỷ đồng", datetime.date(2026, 5, 12), 12, 44]]))
    assert codes(reading.findings) == [("S04", "C3")]


@pytest.mark.parametrize(("cell", "refused"), [("ALL1000", False), ("ZZ20000", True), ("XFD1048576", True)])
def test_stray_cell_far_away(cell: str, refused: bool) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "A"
    for row in [[RETAIL], RETAIL_HEAD, ["Tổng số", "Tỷ đồng", 10, 12, 44]]:
        sheet.append(row)
    sheet[cell] = " "
    content = io.BytesIO()
    book.save(content)
    if not refused:
        assert at(read_bytes(content.getvalue()), "D3").value == 12
        return
    with pytest.raises(WorkbookError, match=f"{cell} trang “A”") as caught:
        read_bytes(content.getvalue())
    assert caught.value.code == "F05"


def test_dates_as_headings() -> None:
    head = ["Chỉ tiêu", "ĐVT", datetime.datetime(2026, 3, 1), datetime.datetime(2026, 4, 1), "Cộng dồn 4 tháng"]
    reading = read(("A", [[RETAIL], head, ["Tổng số", "Tỷ đồng", 10, 12, 44]]))
    assert [(one.measure, one.time_period) for one in reading.observations] == [
        ("month", "2026-03"),
        ("month", "2026-04"),
        ("ytd", "2026-04"),
    ]


def test_numbers_typed_as_text() -> None:
    reading = read(
        (
            "A",
            [
                [RETAIL],
                [*RETAIL_HEAD, "Tháng 4/2026 so với cùng kỳ (%)"],
                ["Tổng số", "Tỷ đồng", "10,5 ", "11,25\u00a0", " 1 050,5", "101,1 %"],
            ],
        )
    )
    assert [one.value for one in reading.observations] == [10.5, 11.25, 1050.5, 101.1]


@pytest.mark.parametrize(("number_format", "value"), [("0.0%", 101.5), ('0.0"%"', 1.015), ("0.0", 1.015)])
def test_number_shown_as_per_cent(number_format: str, value: float) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "A"
    for row in [
        [RETAIL],
        [*RETAIL_HEAD, "Chỉ số tháng 4/2026 so với cùng kỳ (%)"],
        ["Tổng số", "Tỷ đồng", 10, 12, 44, 1.015],
    ]:
        sheet.append(row)
    sheet["F3"].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    found = read_sheets(content.getvalue())[0]
    assert found.cells[3, 6] == value
    assert found.raw.get((3, 6), "1.015") == "1.015"


def test_index_written_as_a_fraction_is_doubt() -> None:
    """1.015 may be an index of 101.5 or a growth of 1.015 per cent: only levels or a per cent format tell."""
    rows = [["Toàn ngành", 1.015, 1.025, 1.03], ["Khai khoáng", 0.985, 1.125, 1.1], ["Dệt", 1.02, 1.1, 1.2]]
    reading = read(("A", [[IIP], IIP_HEAD, *rows]))
    assert codes(reading.findings) == [("S07", "B3"), ("S07", "C3"), ("S07", "D3")]
    assert {one.value for one in reading.observations} == {None}
