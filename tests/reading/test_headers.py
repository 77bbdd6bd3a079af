"""What column headings say: periods in words and figures, what a ratio compares with, and what is not told."""

from __future__ import annotations

import pytest
from reading_books import CATALOG, IIP, RETAIL, RETAIL_HEAD, at, codes, read, said

from ctdp_etl.model import Measure
from ctdp_etl.period import Period
from ctdp_etl.reading.headings import read_heading
from ctdp_etl.reading.meanings import TableTime, meaning

TOTAL = ["Toàn ngành", 101.5, 102.5, 103.5]


def told(month: str, text: str) -> tuple[str, str] | None:
    found = meaning(read_heading(text, CATALOG.vocabulary), TableTime(Period.parse(month), False, True), None)
    return (found.measure, found.time_period) if found else None


@pytest.mark.parametrize(
    "text",
    [
        "Tháng 7/2011 so với bình quân tháng năm gốc 2010",
        "Tháng 7 năm 2011 so với kỳ gốc 2005",
        "Tháng 7/2011 so với tháng 12 năm trước",
        "So với tháng 12/2010 (%)",
        "Chênh lệch so với cùng kỳ",
        "Tăng giảm tuyệt đối so với tháng trước",
        "Kế hoạch tháng 8 năm 2011",
        "Tháng 7 so với kế hoạch tháng (%)",
        "Tháng 7/2011 so với kế hoạch năm (%)",
        "Kế hoạch năm 2011 so với thực hiện 2010 (%)",
        "Ước thực hiện tháng sau",
        "I/2011",
    ],
)
def test_what_no_measure_holds_is_not_mapped(text: str) -> None:
    assert told("2011-07", text) is None


@pytest.mark.parametrize(
    ("month", "text", "found"),
    [
        ("2013-01", "Tháng 1/2013 so với tháng 12 năm trước", (Measure.MOM, "2013-01")),
        ("2013-05", "Tháng 5 so với tháng 5 năm trước", (Measure.YOY, "2013-05")),
        ("2013-05", "Tháng trước so với cùng kỳ (%)", (Measure.YOY, "2013-04")),
        ("2013-05", "Tháng 5/2013/Tháng 5/2012 (%)", (Measure.YOY, "2013-05")),
        ("2013-05", "5T/2013 so 5T/2012 (%)", (Measure.YTD_YOY, "2013-05")),
        ("2013-05", "Thực hiện cùng kỳ tháng 5", (Measure.MONTH, "2012-05")),
        ("2013-05", "Thực hiện 5 tháng năm trước", (Measure.YTD, "2012-05")),
        ("2022-06", "Ước sáu tháng đầu năm 2022", (Measure.YTD, "2022-06")),
        ("2022-06", "Ước nửa đầu năm 2022", (Measure.YTD, "2022-06")),
        ("2022-06", "Ước Q2/2022", (Measure.MONTH, "2022-Q2")),
        ("2022-06", "Quí II/2022", (Measure.MONTH, "2022-Q2")),
        ("2005-12", "Ước cả năm 2005", (Measure.YTD, "2005-12")),
        ("2025-05", "Ước tháng 5 (giá so sánh 2010)", (Measure.MONTH, "2025-05")),
    ],
)
def test_periods_in_words(month: str, text: str, found: tuple[str, str]) -> None:
    assert told(month, text) == found


def test_index_against_the_base_year_is_a_finding() -> None:
    rows = [
        ["2. Chỉ số sản xuất công nghiệp tháng 7 năm 2011"],
        ["", "Tháng 7/2011 so với", "", "", "7 tháng năm 2011"],
        ["", "Bình quân tháng", "tháng", "tháng", "so với cùng kỳ"],
        ["", "năm gốc 2010", "6/2011", "7/2010", "năm 2010"],
        ["Toàn ngành công nghiệp", 150.0, 101.5, 102.5, 103.5],
        ["Khai khoáng", 150.0, 101.5, 102.5, 103.5],
    ]
    reading = read(("A", rows), area="VN")
    assert said(reading, 5) == {"C": ("mom", "2011-07"), "D": ("yoy", "2011-07"), "E": ("ytd_yoy", "2011-07")}
    assert ("S02", "B2") in codes(reading.findings)


def test_year_may_stand_above_the_months() -> None:
    head = [["", "Năm 2026"], ["", "Tháng 1", "Tháng 2", "2 tháng"], ["", *["so với cùng kỳ"] * 3]]
    reading = read(("A", [[IIP], *head, TOTAL]))
    assert said(reading, 5) == {"B": ("yoy", "2026-01"), "C": ("yoy", "2026-02"), "D": ("ytd_yoy", "2026-02")}


def test_two_equal_comparisons_are_of_the_month_and_of_the_months() -> None:
    reading = read(
        (
            "A",
            [
                [RETAIL],
                [*RETAIL_HEAD, "So với cùng kỳ (%)", "So với cùng kỳ (%)"],
                ["Tổng số", "Tỷ đồng", 10, 12, 44, 105.1, 106.2],
            ],
        )
    )
    assert said(reading, 3)["F"] == ("yoy", "2026-04")
    assert said(reading, 3)["G"] == ("ytd_yoy", "2026-04")


def test_differences_are_never_growth() -> None:
    head = [*RETAIL_HEAD, "Tăng (+), giảm (-) so với tháng trước", "Tăng, giảm so với cùng kỳ (tỷ đồng)"]
    reading = read(("A", [[RETAIL], head, ["Tổng số", "Tỷ đồng", 10, 12, 44, 2, 3]]))
    assert set(said(reading, 3)) == {"C", "D", "E"}
    assert [one for one in codes(reading.findings) if one[0] == "S02"] == [("S02", "F2"), ("S02", "G2")]


def test_forecast_of_next_month_moves_nothing() -> None:
    head = [*RETAIL_HEAD, "Dự kiến tháng 5/2026", "So với tháng trước (%)"]
    reading = read(("A", [[RETAIL], head, ["Tổng số", "Tỷ đồng", 10, 12, 44, 13, 120]]))
    assert reading.forms[0].time_period == "2026-04"
    assert "F" not in said(reading, 3)
    assert ("S02", "F2") in codes(reading.findings)


def test_each_column_has_its_own_price_base() -> None:
    head = ["Chỉ tiêu", "Ước tháng 4/2026 (giá hiện hành)", "Ước tháng 4/2026 (giá so sánh 2010)"]
    reading = read(("A", [["Giá trị sản xuất công nghiệp"], ["", "Tỷ đồng", "Tỷ đồng"], head, ["Tổng số", 30, 20]]))
    assert [at(reading, cell).indicator for cell in ("B4", "C4")] == ["TOTAL.CURRENT", "TOTAL.P2010"]


def test_first_quarter_beside_two_months_is_cumulative() -> None:
    levels = ["Thực hiện 2 tháng năm 2001", "Ước tính tháng 3 năm 2001", "Ước tính quý I năm 2001"]
    head = ["", *levels, "Quý I/2001 so với quý I/2000"]
    title = [["Giá trị sản xuất công nghiệp (Giá so sánh 1994)"], ["Tỷ đồng"]]
    reading = read(("A", [*title, head, ["Tổng số", 2, 1, 3, 115.2]]))
    assert said(reading, 4) == {
        "B": ("ytd", "2001-02"),
        "C": ("month", "2001-03"),
        "D": ("ytd", "2001-03"),
        "E": ("ytd_yoy", "2001-03"),
    }
