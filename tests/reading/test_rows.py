"""Row labels as offices write them: codes in front, units behind, English beside, regions between provinces."""

from __future__ import annotations

import pytest
from reading_books import IIP, IIP_HEAD, at, codes, read

HEAD = ["", "Thực hiện tháng 3/2026", "Ước tính tháng 4/2026"]
PRODUCTS = "Một số sản phẩm công nghiệp chủ yếu"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("05 Khai thác than", "05"),
        ("C - Công nghiệp chế biến, chế tạo", "C"),
        ("10. Sản xuất chế biến thực phẩm", "10"),
        ("B. Khai khoáng", "B"),
        ("D", "D"),
        ("TOÀN NGÀNH CÔNG NGHIỆP - WHOLE INDUSTRY", "TOTAL"),
        ("Khai khoáng\nMining and quarrying", "B"),
        ("Dệt/Manufacture of textiles", "13"),
    ],
)
def test_industry_label(label: str, code: str) -> None:
    assert at(read(("A", [[IIP], IIP_HEAD, [label, 101, 102, 103]])), "B3").indicator == code


@pytest.mark.parametrize(
    ("label", "code", "unit"),
    [
        ("Than sạch (nghìn tấn)", "COAL", ("T", 3)),
        ("- Đá xây dựng (m3)", "STONE", ("M3", 0)),
        ("Điện thương phẩm (triệu kWh)", "ELECTRICITY_SOLD", ("KWH", 6)),
        ("Xi măng - ĐVT: Nghìn tấn", "CEMENT", ("T", 3)),
    ],
)
def test_unit_in_the_label(label: str, code: str, unit: tuple[str, int]) -> None:
    found = at(read(("A", [[PRODUCTS], HEAD, [label, 10, 11]])), "C3")
    assert (found.indicator, (found.unit, found.unit_mult)) == (code, unit)


def test_half_of_a_label_is_no_translation() -> None:
    """ "than" has no accents either: "Khai khoáng/than" is not "Khai khoáng"."""
    reading = read(("A", [[IIP], IIP_HEAD, ["Khai khoáng/than", 101, 102, 103]]))
    assert codes(reading.findings) == [("S03", "A3")]


def test_codes_written_as_numbers() -> None:
    head = ["STT", "Tên ngành", "Mã VSIC", *IIP_HEAD[1:]]
    rows = [[1, "Toàn ngành", None, 101, 102, 103], [2, "Ngành khai thác của tỉnh", 5, 101, 102, 103]]
    reading = read(("A", [[IIP], head, *rows, [3, "Sản xuất bia", 1103, 101, 102, 103]]))
    assert [at(reading, cell).indicator for cell in ("D3", "D4", "D5")] == ["TOTAL", "05", "1103"]


def test_line_numbers_are_no_industry_codes() -> None:
    head = ["Chỉ tiêu", "Mã số", *IIP_HEAD[1:]]
    rows = [["Toàn ngành", 1, 1, 2, 3], ["Khai khoáng", 5, 1, 2, 3], ["Dệt", 6, 1, 2, 3], ["Ngành riêng", 7, 1, 2, 3]]
    reading = read(("A", [[IIP], head, *rows]))
    assert [at(reading, f"C{row}").indicator for row in (3, 4, 5)] == ["TOTAL", "B", "13"]
    assert ("S03", "A6") in codes(reading.findings)


def test_note_in_the_middle_ends_nothing() -> None:
    rows = [["Than sạch (tấn)", 10, 11], ["Ghi chú: số ước"], ["Xi măng (tấn)", 12, 13], ["Nguồn: Sở Công Thương"]]
    assert at(read(("A", [[PRODUCTS], HEAD, *rows])), "C5").indicator == "CEMENT"


def test_regions_between_the_provinces() -> None:
    title = "5. Chỉ số sản xuất công nghiệp phân theo địa phương"
    head = ["", "Tháng 8/2025 so với tháng trước", "Tháng 8/2025 so với cùng kỳ năm trước"]
    rows = [["TỔNG SỐ", 100.5, 101], ["Đồng bằng sông Hồng", 100.5, 101], ["Hà Nội", 100.5, 101], ["Tây Nguyên"]]
    reading = read(("A", [[title], head, *rows, ["Lâm Đồng", 100.5, 101]]), area="VN")
    assert [one.ref_area for one in reading.observations if one.measure == "mom"] == ["VN", "VN34_01", "VN34_68"]
    assert codes(reading.findings) == [("S18", "A4")]


def test_missing_unit_is_a_finding_and_never_the_usual_one() -> None:
    """A department's retail without a unit is in million dong, the statistics office's in billion."""
    rows = [["Tổng mức bán lẻ hàng hóa"], HEAD, ["Tổng số", 17863934.5, 18350223.25]]
    reading = read(("A", rows))
    assert codes(reading.findings) == [("S06", "B2")]
    assert {(one.unit, one.unit_mult) for one in reading.observations} == {("", 0)}
