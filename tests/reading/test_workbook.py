"""Whole workbooks through ``read_workbook``: evidence, doubt, and nothing dropped in silence."""

from __future__ import annotations

import pytest
from reading_books import CATALOG, IIP, IIP_HEAD, RETAIL, at, codes, read

from ctdp_etl.errors import WorkbookError
from ctdp_etl.reading import read_workbook


def test_growth_under_the_heading_of_an_index_is_told_by_the_levels() -> None:
    head = ["Chỉ tiêu", "ĐVT", "Thực hiện tháng 3/2026", "Ước tháng 4/2026", "Tháng 4/2026 so với tháng trước (%)"]
    rows = [["TỔNG SỐ", "Tỷ đồng", 1000, 1020, 2.0], ["Bán lẻ hàng hóa", "Tỷ đồng", 800, 900, 12.5]]
    reading = read(("A", [[RETAIL], head, *rows]))
    assert (at(reading, "E3").value, at(reading, "E3").reported_form, at(reading, "E3").raw) == (102.0, "growth", "2")
    as_index = [[*row[:4], 100 + float(str(row[4]))] for row in rows]
    reading = read(("A", [[RETAIL], head, *as_index]))
    assert (at(reading, "E3").value, at(reading, "E3").reported_form) == (102.0, "index")


def test_fallen_retail_is_told_by_its_parts() -> None:
    """September 2021 of the statistics office: 71.6 is an index, though a growth of 71.6 is as easily imagined."""
    head = ["", "Ước tính tháng 9 năm 2021", "Tháng 9 năm 2021 so với cùng kỳ năm trước (%)"]
    rows = [
        ["TỔNG SỐ", 308801.9367452735, 71.59375298677426],
        ["Bán lẻ hàng hóa", 270796.8463622664, 79.0281256435211],
        ["Dịch vụ lưu trú, ăn uống", 19424.72986621445, 46.37646163457572],
        ["Du lịch lữ hành", 76.19557550834422, 7.611745869485794],
        ["Dịch vụ khác", 18504.16494128427, 40.419304351252315],
    ]
    reading = read(("A", [[RETAIL], ["", "Tỷ đồng"], head, *rows]), area="VN")
    assert at(reading, "C4").value == 71.59375298677426
    assert at(reading, "C7").value == 7.611745869485794


def test_one_minus_sign_turns_no_column_of_indices_into_growth() -> None:
    """Tây Ninh, April 2026, with a sign too many; the same column as growth has more of them."""
    head = ["Chỉ tiêu", "Ước tháng 4/2026 (triệu đồng)", "Tháng 4/2026 so với cùng kỳ (%)"]
    names = ["TỔNG SỐ", "Bán lẻ hàng hóa", "Dịch vụ lưu trú", "Dịch vụ ăn uống", "Du lịch lữ hành", "Dịch vụ khác"]
    levels = [19169337.09, 12679701.51, 69651.0, 2296000.0, 19023.31, 4104961.27]
    indices = [119.02, 119.28, 120.65, 111.26, -141.74, 123.14]
    reading = read(("A", [[RETAIL], head, *map(list, zip(names, levels, indices, strict=True))]))
    assert [at(reading, f"C{row}").value for row in (3, 7)] == [119.02, -141.74]
    growth = [19.02, 19.28, -20.65, 11.26, -41.74, 23.14]
    reading = read(("A", [[RETAIL], head, *map(list, zip(names, levels, growth, strict=True))]))
    assert [at(reading, f"C{row}").value for row in (3, 7)] == [pytest.approx(119.02), pytest.approx(58.26)]


def test_doubt_is_a_finding_and_no_number() -> None:
    head = ["Chỉ tiêu", "Ước tháng 4/2026 (tỷ đồng)", "Tháng 4/2026 so với cùng kỳ (%)"]
    reading = read(("A", [[RETAIL], head, ["TỔNG SỐ", 1000, 61.0]]))
    assert ("S07", "C3") in codes(reading.findings)
    assert (at(reading, "C3").value, at(reading, "C3").text) == (None, "61")


def test_unknown_rows_and_columns_are_findings_at_their_cells() -> None:
    head = [*IIP_HEAD, "Cột phụ của phòng"]
    reading = read(("A", [[IIP], head, ["Toàn ngành", 101, 102, 103, 9], ["Ngành chưa có tên", 1, 2, 3, 4]]))
    assert ("S03", "A4") in codes(reading.findings)
    assert ("S02", "E2") in codes(reading.findings)
    assert {one.indicator for one in reading.observations} == {"TOTAL"}


def test_same_key_twice() -> None:
    equal = read(("A", [[IIP], IIP_HEAD, ["Toàn ngành", 101, 102, 103], ["TOÀN NGÀNH CÔNG NGHIỆP", 101, 102, 103]]))
    assert [one.code for one in equal.findings] == ["S10"] * 3
    assert len(equal.observations) == 3
    unequal = read(("A", [[IIP], IIP_HEAD, ["Toàn ngành", 101, 102, 103], ["Toàn ngành", 101, 102, 109]]))
    assert ("S11", "D4") in codes(unequal.findings)
    assert [one.conflict for one in unequal.observations if one.measure == "ytd_yoy"] == [True, True]


def test_hidden_and_foreign_sheets_are_named() -> None:
    rows = [[IIP], IIP_HEAD, ["Toàn ngành", 101, 102, 103]]
    reading = read(("A", rows), ("Cũ", rows), ("Dân số", [["12. Dân số"], ["", "Tổng"], ["Nam", 5]]), hidden="Cũ")
    told = {one.code: one.message for one in reading.findings}
    assert "Dân số" in told["S08"]
    assert "Cũ" in told["S12"]
    assert {one.sheet for one in reading.observations} == {"A"}


def test_blank_zero_dash_and_words_stay_apart() -> None:
    rows = [
        ["Toàn ngành", 0, "-", None],
        ["Khai khoáng", "không phát sinh", "hai mươi 3", "↑ 5,2%"],
        ["Sản xuất và phân phối điện", 101, 102, 103],
    ]
    reading = read(("A", [[IIP], IIP_HEAD, *rows]))
    assert at(reading, "B3").value == 0.0
    assert (at(reading, "C3").value, at(reading, "C3").text) == (None, "-")
    assert not [one for one in reading.observations if one.cell == "D3"]
    assert at(reading, "B4").text == "không phát sinh"
    assert ("S04", "C4") in codes(reading.findings)
    assert (at(reading, "D4").value, at(reading, "D4").reported_form) == (105.2, "growth")


def test_table_without_title_is_told_by_its_rows() -> None:
    rows = [IIP_HEAD, ["TOÀN NGÀNH", 99.2, 112.3, 114.9], ["Khai khoáng", 98, 64.3, 60.1], ["Dệt", 101, 102, 103]]
    reading = read(("A", rows))
    assert [form.form for form in reading.forms] == ["IIP.M"]
    assert at(reading, "D2").value == 114.9


def test_area_comes_from_the_head_of_the_workbook() -> None:
    rows = [["SỞ CÔNG THƯƠNG TỈNH LÂM ĐỒNG"], [IIP], IIP_HEAD, ["Toàn ngành", 101, 102, 103]]
    assert {one.ref_area for one in read(("A", rows), area=None).observations} == {"VN34_68"}
    unknown = read(("A", rows[1:]), area=None)
    assert "S13" in [one.code for one in unknown.findings]
    assert unknown.observations == ()


def test_year_may_come_from_the_month_due_or_the_file_name() -> None:
    rows = [[RETAIL], ["", "ĐVT", "Thực hiện tháng trước", "Ước tháng báo cáo"], ["Tổng số", "Tỷ đồng", 10, 12]]
    assert at(read(("A", rows), period="2026-02"), "C3").time_period == "2026-01"
    named = read(("A", rows), file_name="4. SCT_TMDV_Thang 4_26.xls")
    assert (at(named, "D3").time_period, [one.code for one in named.findings]) == ("2026-04", ["S16"])
    nothing = read(("A", rows))
    assert (nothing.observations, nothing.findings[0].code) == ((), "S09")


def test_provinces_of_the_merged_country() -> None:
    head = ["", "Chỉ số sử dụng lao động thời điểm 01/8/2025 so với cùng thời điểm tháng trước"]
    title = "5. Chỉ số sử dụng lao động của doanh nghiệp công nghiệp phân theo địa phương"
    rows = [[title], head, ["CẢ NƯỚC", 100.5], ["Bắc Ninh", 101], ["TP. Huế ", 99], ["Bắc Giang", 98]]
    reading = read(("A", rows), area="VN")
    assert [one.ref_area for one in reading.observations] == ["VN", "VN34_24", "VN34_46"]
    assert ("S03", "A6") in codes(reading.findings)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600), b"<html></html>"])
def test_no_workbook_is_a_named_error(content: bytes) -> None:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(content, file_name="x", source="SCT", area=None, period=None, catalog=CATALOG)
    assert caught.value.code == "F04"
