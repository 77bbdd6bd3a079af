"""Cells that hold no plain number: formulas never calculated, errors, dates that were numbers, text with marks."""

from __future__ import annotations

import datetime
import io

import pytest
import xlwt
from openpyxl import Workbook
from reading_books import RETAIL, RETAIL_HEAD, at, codes, read, read_bytes

from ctdp_etl.errors import WorkbookError
from ctdp_etl.reading.package_cells import read_unvalued


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
    assert read_unvalued(content.getvalue()) == {"A": {(3, 3): "#DIV/0!"}}
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
