"""Where tables are: titles of many offices and years, groups under one header, sheets without a title."""

from __future__ import annotations

import pytest
from reading_books import CATALOG, IIP_HEAD, RETAIL_HEAD, at, codes, read

from ctdp_etl.reading.sections import match_title

PRODUCT_HEAD = ["", "Đơn vị tính", "Thực hiện tháng 3/2026", "Ước tính tháng 4/2026"]
PRODUCTS = "Một số sản phẩm công nghiệp chủ yếu"


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Chỉ số phát triển sản xuất công nghiệp", "IIP"),
        ("Biểu 02: Chỉ số sản xuất công nghiệp tháng 5 năm 2025", "IIP"),
        ("Tốc độ phát triển sản xuất công nghiệp", "IIP"),
        ("CHỈ SỐ SXCN", "IIP"),
        ("Chỉ số sản xuất công nghiệp trên địa bàn tỉnh Tây Ninh", "IIP"),
        ("5. Chỉ số sản xuất công nghiệp của các tỉnh, thành phố trực thuộc Trung ương", "IIP_AREA"),
        ("Chỉ số sản xuất công nghiệp các tháng năm 2025 phân theo địa phương", "IIP_AREA"),
        ("Biểu 1a. Giá trị SXCN", "OUTPUT"),
        ("Tốc độ tăng giá trị sản xuất công nghiệp", "OUTPUT"),
        ("Giá trị sản xuất công nghiệp (giá cố định 1994)", "OUTPUT"),
        ("Sản phẩm chủ yếu ngành công nghiệp", "PRODUCTS"),
        ("Tổng mức bán lẻ", "RETAIL"),
        ("Doanh thu bán lẻ hàng hóa", "RETAIL"),
        ("Tổng mức lưu chuyển hàng hoá bán lẻ", "RETAIL"),
        ("Một số mặt hàng xuất khẩu chủ yếu", "TRADE_EXPORT"),
        ("Xuất, nhập khẩu hàng hoá", "TRADE"),
    ],
)
def test_title_names_its_table(title: str, form: str) -> None:
    found = match_title(title, CATALOG)
    assert found is not None
    assert found[1].form == form


@pytest.mark.parametrize(
    "title",
    [
        "Chỉ số giá sản xuất hàng công nghiệp",
        "Chỉ số tiêu thụ và tồn kho ngành công nghiệp chế biến",
        "Xuất, nhập khẩu dịch vụ",
        "Chỉ số giá xuất khẩu hàng hóa",
        "Doanh thu dịch vụ lưu trú, ăn uống",
    ],
)
def test_title_of_another_table_is_none_of_ours(title: str) -> None:
    assert match_title(title, CATALOG) is None


def test_product_without_figures_is_not_a_table() -> None:
    rows = [
        ["Than đá (than sạch)", "Nghìn tấn", 10.5, 11.2],
        ["31. Điện sản xuất", "Tỷ kWh"],
        ["Xi măng", "Tấn", 5.5, 6],
    ]
    reading = read(("A", [[PRODUCTS], PRODUCT_HEAD, *rows]))
    assert [form.form for form in reading.forms] == ["PRODUCTS.M"]
    assert at(reading, "D5").indicator == "CEMENT"


def test_two_tables_under_one_header() -> None:
    head = ["STT", "Chỉ tiêu", "ĐVT", "TH tháng 3/2026", "Ước TH tháng 4/2026", "Tháng 4 so với cùng kỳ (%)"]
    rows = [
        ["I", "Chỉ số sản xuất công nghiệp (IIP)", "%", None, None, 106.1],
        ["1", "Khai khoáng", "%", None, None, 102],
        ["2", "Công nghiệp chế biến, chế tạo", "%", None, None, 103],
        ["II", "Sản phẩm công nghiệp chủ yếu"],
        ["1", "Đá xây dựng", "m3", 100, 110, 103.1],
    ]
    reading = read(("A", [["TÌNH HÌNH SẢN XUẤT THÁNG 4 NĂM 2026"], head, *rows]))
    assert [form.form for form in reading.forms] == ["IIP.M", "PRODUCTS.M"]
    assert at(reading, "F3").indicator == "TOTAL"
    assert (at(reading, "E7").indicator, at(reading, "E7").unit) == ("STONE", "M3")


@pytest.mark.parametrize("total", [[10.5, 11.5], []])
def test_exports_and_imports_in_one_table(total: list[float]) -> None:
    head = ["Chỉ tiêu", "ĐVT", "TH tháng 3/2026", "Ước tháng 4/2026"]
    rows = [
        ["A. XUẤT KHẨU", *(["Triệu USD", *total] if total else [])],
        ["Gạo", "Triệu USD", 2, 3],
        ["B. NHẬP KHẨU", *(["Triệu USD", *total] if total else [])],
        ["Xăng dầu", "Triệu USD", 4, 5],
        ["C. Cán cân thương mại", "Triệu USD", 1, 2],
    ]
    reading = read(("A", [["XUẤT, NHẬP KHẨU HÀNG HÓA THÁNG 4 NĂM 2026"], head, *rows]))
    assert [at(reading, cell).indicator for cell in ("D4", "D6")] == ["EXPORT.RICE.VALUE", "IMPORT.PETROL.VALUE"]
    assert [form.form for form in reading.forms] == ["TRADE_EXPORT.M", "TRADE_IMPORT.M"]
    assert ("S03", "A7") in codes(reading.findings)


def test_table_without_title_below_a_letterhead() -> None:
    top = [["SỞ CÔNG THƯƠNG", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], [], ["KẾT QUẢ THÁNG 4 NĂM 2026"]]
    rows = [["10. Sản xuất chế biến thực phẩm", 99, 98, 97], ["Khai khoáng", 98, 64.3, 60.1], ["Dệt", 101, 102, 103]]
    reading = read(("A", [*top, IIP_HEAD, *rows]))
    assert [(form.form, form.time_period) for form in reading.forms] == [("IIP.M", "2026-04")]
    assert at(reading, "B5").indicator == "10"


def test_annex_line_dates_nothing() -> None:
    head = ["Chỉ tiêu", "ĐVT", "Thực hiện tháng trước", "Ước tháng báo cáo"]
    annex = "(Kèm theo Báo cáo số 12/BC-SCT ngày 03/5/2026 của Sở Công Thương)"
    title = "Tổng mức bán lẻ hàng hóa tháng 4 năm 2026"
    reading = read(("A", [[title], [annex], head, ["Tổng số", "Tỷ đồng", 10, 12]]))
    assert at(reading, "D4").time_period == "2026-04"


def test_month_may_stand_below_a_blank_line() -> None:
    rows = [["Tổng mức bán lẻ hàng hóa"], [], ["Tháng 4 năm 2026"], ["ĐVT: Triệu đồng"]]
    reading = read(("A", [*rows, ["Chỉ tiêu", "Thực hiện tháng trước", "Ước tháng báo cáo"], ["Tổng số", 10, 12]]))
    assert (at(reading, "C6").time_period, at(reading, "C6").unit_mult) == ("2026-04", 6)


def test_page_that_goes_on_without_its_header() -> None:
    first = [["3. Một số sản phẩm công nghiệp chủ yếu"], PRODUCT_HEAD, ["Than đá (than sạch)", "Nghìn tấn", 10, 11]]
    second = [["3. (Tiếp theo) Một số sản phẩm công nghiệp chủ yếu"], ["Dầu mỏ thô khai thác", '"', 12, 13]]
    reading = read(("A", first), ("B", second))
    assert (at(reading, "D2", "B").indicator, at(reading, "D2", "B").unit_mult) == ("CRUDE_OIL", 3)


def test_header_repeated_inside_the_body() -> None:
    head = [["", "Đơn vị", "Thực hiện", "Ước tính"], ["", "tính", "tháng 3", "tháng 4"], ["", "", 2026, 2026]]
    numbers = ["A", "B", 1, 2]
    rows = [["Than đá (than sạch)", "Nghìn tấn", 10, 11], *head, numbers, ["Xi măng", "Tấn", 12, 13]]
    reading = read(("A", [[PRODUCTS], *head, numbers, *rows]))
    assert [one.cell for one in reading.observations] == ["C6", "D6", "C11", "D11"]
    assert codes(reading.findings) == []


def test_words_about_a_column_of_labels_give_no_values() -> None:
    rows = [["Tổng mức bán lẻ hàng hóa"], ["Nguồn: phòng QLTM"], ["Báo cáo tháng 4 năm 2026"], RETAIL_HEAD]
    reading = read(("A", [*rows, ["Tổng số", "Tỷ đồng", 10, 12, 44]]))
    assert {one.cell for one in reading.observations} == {"C5", "D5", "E5"}
