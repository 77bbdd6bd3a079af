"""The briefing of a quarter, a half and a year: what is summed, what is cumulative, which years stand side by side."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import report_material
from period_material import briefing_of, rows
from pypdf import PdfReader

from ctdp_etl.briefing import Briefing, compose, lay_out
from ctdp_etl.briefing.document import Paragraph, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.catalog import load_catalog
from kept import kept

GOLDEN = Path(__file__).parent / "golden" / "period_briefing.txt"


def cells(briefing: Briefing, title: str) -> list[list[str]]:
    tables = [block for one in briefing.sections for block in one.blocks if isinstance(block, Table)]
    (found,) = [one for one in (briefing.key_figures, *tables) if one.title.startswith(title)]
    heads = [column.heading for column in found.columns]
    return [heads, *([one.printed if isinstance(one, Figure) else one for one in row.cells] for row in found.rows)]


def said(paragraph: Paragraph) -> str:
    return "".join(run.printed if isinstance(run, Figure) else run for run in paragraph.runs)


def test_a_quarter_is_the_sum_of_its_months_and_its_growth_that_of_both_sums() -> None:
    briefing = compose(briefing_of("2024-Q2"))
    assert (briefing.period, briefing.period_words) == ("2024-Q2", "quý II năm 2024")
    assert cells(briefing, "Bán lẻ") == [
        [
            "Chỉ tiêu",
            "Đơn vị tính",
            "Quý II",
            "Quý II so với cùng kỳ (%)",
            "Lũy kế 6 tháng",
            "6 tháng so với cùng kỳ (%)",
        ],
        ["Tổng số", "Tỷ đồng", "348,0", "11,5", "687,0", "8,5"],
    ]
    (figure,) = [one for one in briefing.figures if one.id == "f-SPAN.RETAIL.TOTAL.2024-Q2.yoy"]
    assert figure.value == pytest.approx((115 + 116 + 117) / (103 + 104 + 105) * 100 - 100)
    assert len(figure.facts) == 6
    assert any(
        said(one).startswith(
            "Bán lẻ: Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng quý II năm 2024 đạt 348,0"
        )
        for one in briefing.points
    )


def test_a_quarter_with_a_month_missing_is_not_summed() -> None:
    data = report_material.frame(rows())
    lacking = data[~((data["time_period"] == "2024-05") & (data["measure"] == "month"))]
    assert cells(compose(briefing_of("2024-Q2", lacking)), "Bán lẻ")[0] == [
        "Chỉ tiêu",
        "Đơn vị tính",
        "Lũy kế 6 tháng",
        "6 tháng so với cùng kỳ (%)",
    ]


def test_what_was_told_for_the_quarter_itself_comes_before_a_sum() -> None:
    told = {"time_period": "2024-Q2", "vintage": "2024-06", "ref_area": "VN", "obs_status": "A", "dataflow": "RETAIL"}
    told |= {"indicator": "TOTAL", "label": "Tổng số", "sheet": "Quy", "unit": "VND", "unit_mult": 9}
    more = [{**told, "measure": "month", "value": 350.5, "cell": "B2"}]
    data = report_material.frame([*rows(), *more])
    assert cells(compose(briefing_of("2024-Q2", data)), "Bán lẻ")[1][2] == "350,5"


def test_the_index_of_the_quarter_itself_stands_in_both_tables() -> None:
    told = {"time_period": "2024-Q2", "vintage": "2024-06", "ref_area": "VN", "obs_status": "A", "dataflow": "IIP"}
    told |= {"indicator": "TOTAL", "label": "Toàn ngành", "sheet": "Quy", "unit": "PCT", "unit_mult": 0, "cell": "B2"}
    briefing = compose(
        briefing_of("2024-Q2", report_material.frame([*rows(), {**told, "measure": "yoy", "value": 109.6}]))
    )
    assert cells(briefing, "Một số chỉ tiêu")[1][1:] == ["%", "x", "9,6", "x", "7,3"]
    head, (_, *growths) = cells(briefing, "Tăng, giảm IIP")
    assert dict(zip(head[1:], growths, strict=True))["Quý II"] == "9,6"


def test_the_largest_of_a_quarter_are_shown_and_what_is_left_out_is_said() -> None:
    catalog = load_catalog()
    at = {"time_period": "2024-06", "vintage": "2024-06", "ref_area": "VN", "obs_status": "A", "label": "a"}
    listed = catalog.codelists["commodities"].codes.values()
    goods = [
        one.code for one in listed if one.parent == "TOTAL" and not one.code.startswith(("DOMESTIC", "FDI", "GROUP"))
    ]
    trade = [
        {**at, "dataflow": "TRADE", "indicator": f"EXPORT.{code}.VALUE", "sheet": "XNK", "cell": f"B{place + 2}"}
        | {"measure": "ytd", "value": 1000.0 + 10 * place, "unit": "USD", "unit_mult": 6}
        for place, code in enumerate(["TOTAL", *goods[:20]])
    ]
    products = [
        {**at, "dataflow": "PRODUCTS", "indicator": code, "sheet": "SP", "cell": f"C{place + 2}", "measure": "ytd"}
        | {"value": 5.0 + place, "unit": "TNE", "unit_mult": 3}
        for place, code in enumerate(list(catalog.codelists["products"].codes)[:45])
    ]
    briefing = compose(briefing_of("2024-S1", report_material.frame([*rows(), *trade, *products])))
    assert [row[2] for row in cells(briefing, "Xuất khẩu 6 tháng đầu năm 2024 và 12 mặt hàng lớn nhất")[1:]] == [
        "1.000,0",
        *(f"1.{number:03d},0" for number in range(200, 80, -10)),
    ]
    total = [one for one in trade if one["indicator"] == "EXPORT.TOTAL.VALUE"]
    alone = compose(briefing_of("2024-S1", report_material.frame([*rows(), *total])))
    titles = [block.title for one in alone.sections for block in one.blocks if isinstance(block, Table)]
    assert "Xuất khẩu 6 tháng đầu năm 2024" in titles
    tables = [block for one in briefing.sections for block in one.blocks if isinstance(block, Table)]
    (shown,) = [one for one in tables if one.title.startswith("Sản phẩm")]
    assert (len(shown.rows), shown.note) == (
        40,
        "Bảng nêu 40 sản phẩm nhiều địa phương báo cáo nhất; còn 5 sản phẩm khác.",
    )


@pytest.mark.parametrize(("period", "words"), [("2024-S1", "6 tháng đầu năm 2024"), ("2023", "năm 2023")])
def test_from_january_on_the_cumulative_figures_are_the_periods(period: str, words: str) -> None:
    briefing = compose(briefing_of(period))
    so_far = {"2024-S1": "687,0", "2023": "1.266,0"}[period]
    assert cells(briefing, "Một số chỉ tiêu")[-1] == [
        "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng",
        "Tỷ đồng",
        so_far,
        "8,5",
    ]
    assert f"{words} đạt {so_far} tỷ đồng" in " ".join(map(said, briefing.points))


def test_the_same_months_of_the_years_stand_beside_each_other() -> None:
    assert cells(compose(briefing_of("2024-Q2")), "6 tháng của các năm") == [
        ["Chỉ tiêu", "Đơn vị tính", "6 tháng năm 2023", "6 tháng năm 2024"],
        ["IIP so với cùng kỳ năm trước", "%", "7,3", "7,3"],
        ["Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", "Tỷ đồng", "615,0", "687,0"],
        ["so với cùng kỳ năm trước", "%", "8,5", "8,5"],
    ]
    one_year = compose(briefing_of("2023"))
    assert "So sánh với các năm" not in [section.title for section in one_year.sections]


def test_a_year_is_held_against_the_year_before() -> None:
    briefing = compose(briefing_of("2023"))
    said_first = [said(one) for one in briefing.points]
    assert said_first[0].endswith(
        "Theo Tổng cục Thống kê, chỉ số sản xuất công nghiệp (IIP) năm 2023 tăng 7,3% so với năm 2022."
    )
    assert cells(briefing, "Bán lẻ")[0] == ["Chỉ tiêu", "Đơn vị tính", "Năm 2023", "So với năm 2022 (%)"]
    heads = cells(briefing, "Tăng, giảm IIP cả nước so với cùng kỳ từ tháng 7")[0]
    assert heads == ["Ngành", *(f"Tháng {month}" for month in range(7, 13)), "Năm 2023"]


def test_what_page_one_says_is_not_said_again() -> None:
    briefing = compose(briefing_of("2024-Q2"))
    told = [said(block).partition(": ")[2] or said(block) for block in briefing.points]
    again = [said(block) for one in briefing.sections for block in one.blocks if isinstance(block, Paragraph)]
    assert told
    assert not set(told) & set(again)


def test_the_quarter_reads_as_kept() -> None:
    rendered = lay_out(compose(briefing_of("2024-Q2")))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(rendered.pdf)).pages]
    whole = "\n".join(line.strip() for page in pages for line in page.splitlines() if line.strip())
    text = whole[whole.index("I. CHỈ SỐ SẢN XUẤT") : whole.index("Trên đây là")]
    text = re.sub(r" Tệp số [^.]* trong Phụ\s+lục( \w+)?\.", "", text)
    assert text.split() == kept(GOLDEN, text).split()
    assert "quý II năm 2024" in whole
