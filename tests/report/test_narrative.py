"""Sentences follow the printed numbers; what cannot be said is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
import report_material as material
from hypothesis import given, settings
from hypothesis import strategies as st

from ctdp_etl.briefing import Briefing, compose
from ctdp_etl.briefing.document import Block, Chart, Paragraph, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.catalog import load_catalog
from ctdp_etl.period import Period


def words(runs: Any) -> str:
    return "".join(run.printed if isinstance(run, Figure) else run for run in runs)


def sentences(briefing: Briefing) -> list[str]:
    blocks: list[Block] = [*briefing.points, *briefing.cautions]
    blocks += [block for section in briefing.sections for block in section.blocks]
    return [words(block.runs) for block in blocks if isinstance(block, Paragraph)]


def iip(area: str, value: float, measure: str = "yoy", **more: Any) -> dict[str, Any]:
    row = {"dataflow": "IIP", "ref_area": area, "indicator": "TOTAL", "label": "Toàn ngành", "measure": measure}
    number = {"time_period": "2026-04", "obs_status": "A", "value": value, "unit": "PCT", "unit_mult": 0}
    return {**row, **number, "sheet": "IIP", "cell": "D8", "vintage": "2026-04", **more}


def test_page_one_says_the_month_in_six_sentences(national_briefing: Briefing) -> None:
    said = [words(point.runs) for point in national_briefing.points]
    assert said == [
        "Sản xuất công nghiệp: Theo Tổng cục Thống kê, chỉ số sản xuất công nghiệp (IIP) tháng 10 năm 2024 ước tăng "
        "4,0% so với tháng trước và tăng khá 7,0% so với cùng kỳ năm trước; tính chung 10 tháng tăng 8,3%.",
        "Ngành công nghiệp: So với cùng kỳ, chế biến, chế tạo tăng 8,8%; cung cấp nước, xử lý rác thải, nước thải tăng "
        "6,9%; sản xuất và phân phối điện tăng 6,0%; riêng khai khoáng giảm 10,4%.",
        "Sản phẩm: Tăng cao so với cùng kỳ năm 2023: đường kính tăng 62,8%; ô tô tăng 40,3%; ti vi tăng 30,1%. Giảm so "
        "với cùng kỳ năm trước: khí đốt thiên nhiên giảm 24,2%; LPG giảm 8,2%; than sạch giảm 7,8%.",
        "Bán lẻ: Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng tháng 10 ước đạt 545.729,6 tỷ đồng, tăng 2,4% "
        "so với tháng 9 và tăng khá 7,1% so với cùng kỳ; lũy kế 10 tháng tăng 8,5%.",
        "Xuất nhập khẩu: Kim ngạch xuất khẩu hàng hóa tháng 10 sơ bộ đạt 35.587,4 triệu USD, tăng 4,5% so với tháng "
        "trước và tăng mạnh 10,1% so với cùng kỳ năm 2023; tính chung 10 tháng tăng 14,9%; nhập khẩu tháng 10 sơ bộ "
        "đạt 33.600,6 triệu USD, tăng khá 5,8% so với tháng 9 và tăng mạnh 13,6% so với cùng kỳ năm trước; lũy kế 10 "
        "tháng tăng 16,8%; tháng 10 xuất siêu 1.986,8 triệu USD; tính chung 10 tháng xuất siêu 23.305,9 triệu "
        "USD.",
        "Lao động của doanh nghiệp công nghiệp tại thời điểm 01/10/2024 tăng 1,0% so với tháng trước và tăng "
        "khá 5,7% so với cùng kỳ; tăng ở 51 địa phương, giảm ở 10 địa phương và tương đương ở 2 địa phương.",
    ]


def test_the_revised_index_is_said_on_page_one(national_briefing: Briefing) -> None:
    said = [words(caution.runs) for caution in national_briefing.cautions]
    assert said == [
        "IIP tháng 9 năm 2024 so với cùng kỳ năm trước được điều chỉnh từ 110,84% xuống 108,30%. Tổng cục Thống kê đã "
        "gửi đủ báo cáo tháng 10 năm 2024."
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(60, 160, allow_nan=False), min_size=5, max_size=34), st.integers(1, 12))
def test_any_months_verbs_and_counts_agree_with_the_numbers(values: list[float], number: int) -> None:
    period = f"2026-{number:02d}"
    areas = load_catalog().areas.at(period)
    rows = [
        iip(area.code, value, time_period=period, vintage=period, source=f"SCT_{area.code}")
        for area, value in zip(areas, values, strict=False)
    ]
    briefing = compose(material.inputs(material.frame(rows), period, []))
    text = "\n".join(sentences(briefing))
    assert not re.search(r"(tăng|giảm) −|nan|inf|None", text)
    assert not re.search(r"(tăng|giảm) 0,0%", text)
    counts = [int(count) for count in re.findall(r"ở (\d+) địa phương", words(briefing.points[0].runs))]
    assert sum(counts) == len(rows)
    assert ("Tết" in text) == (number in (1, 2, 3))


def test_a_country_without_figures_says_nothing_of_it() -> None:
    briefing = compose(material.provinces())
    text = "\n".join(sentences(briefing))
    assert "IIP cả nước" not in text
    assert "bình quân" not in text
    assert [section.title for section in briefing.sections] == [
        "Sản xuất công nghiệp",
        "Bán lẻ hàng hóa và dịch vụ tiêu dùng",
        "Tình hình báo cáo",
        "Phát hiện còn mở",
    ]
    assert [section.numeral for section in briefing.sections] == ["I", "II", "III", "IV"]


def test_a_number_under_an_open_error_is_marked_and_claims_nothing(provinces_briefing: Briefing) -> None:
    text = "\n".join(sentences(provinces_briefing))
    assert "1 địa phương chưa xếp vì số liệu đang có lỗi chưa xử lý" in text
    assert "1.100,0" not in text
    marked = [figure for figure in provinces_briefing.figures if figure.questioned]
    assert [figure.printed for figure in marked] == ["1.100,0"]


def test_levels_are_added_up_and_growth_is_recomputed(provinces_briefing: Briefing) -> None:
    (line,) = [words(point.runs) for point in provinces_briefing.points if words(point.runs).startswith("Bán lẻ")]
    assert "594,0 nghìn" not in line
    assert "đạt 561.000,0 tỷ đồng (cộng từ 33 trong 34 địa phương), tăng mạnh 10,0% so với cùng kỳ" in line


def test_two_sources_are_never_mixed_for_one_place() -> None:
    area = material.TAY_NINH
    rows = material.frame(
        [
            iip(area, 112.0, source=f"SCT_{area}"),
            iip(area, 109.0, "ytd_yoy", source=f"SCT_{area}"),
            iip(area, 111.0, source="NSO"),
        ]
    )
    briefing = compose(material.inputs(rows, "2026-04", []))
    facts = {fact.source for figure in briefing.figures for fact in figure.facts}
    assert facts == {"NSO"}


def test_nothing_to_say_is_an_empty_but_whole_briefing() -> None:
    briefing = compose(material.inputs(material.frame([]), "2026-04", []))
    assert [words(point.runs) for point in briefing.points] == [
        "Chưa có số liệu đầy đủ của tháng 4 năm 2026 để tổng hợp."
    ]
    assert briefing.sections == ()
    assert briefing.figures == ()


@pytest.mark.parametrize(("number", "words_of"), [(1, "tháng 1"), (10, "10 tháng")])
def test_january_has_no_sum_of_months(number: int, words_of: str) -> None:
    period = Period.month(2026, number)
    rows = material.frame(
        [
            iip("VN", 105.0, time_period=str(period), vintage=str(period)),
            iip("VN", 104.0, "ytd_yoy", time_period=str(period), vintage=str(period)),
        ]
    )
    text = words(compose(material.inputs(rows, str(period), [])).points[0].runs)
    assert words_of in text
    assert ("tính chung" in text) == (number > 1)


def test_sentences_tables_and_charts_print_one_number_one_way(national_briefing: Briefing) -> None:
    seen: dict[str, str] = {}
    for section in national_briefing.sections:
        for block in section.blocks:
            cells = [cell for row in block.rows for cell in row.cells] if isinstance(block, Table) else []
            drawn = [mark.figure for mark in block.marks] if isinstance(block, Chart) else []
            for figure in [*cells, *drawn]:
                if isinstance(figure, Figure):
                    assert seen.setdefault(figure.id, figure.printed) == figure.printed
    assert len(seen) > 300


def test_the_same_input_composes_the_same_briefing(national_briefing: Briefing) -> None:
    shuffled = material.national()
    again = replace(shuffled, current=shuffled.current.sample(frac=1, random_state=3))
    assert compose(again) == national_briefing


def test_labour_of_an_earlier_month_is_shown_by_its_provinces_and_dated_but_not_ranked() -> None:
    national = material.national_rows()
    old = national[national["dataflow"] == "LABOUR"]
    briefing = compose(material.inputs(pd.concat([old, material.province_rows()]), "2026-04", []))
    section = next(one for one in briefing.sections if one.title.startswith("Lao động"))
    said = [words(block.runs) for block in section.blocks if isinstance(block, Paragraph)]
    assert (
        said[0]
        == "Chưa có số liệu tháng 4 năm 2026; số mới nhất là của tháng 10 năm 2024, theo 63 tỉnh, thành phố khi đó."
    )
    (chart,) = [block for block in section.blocks if not isinstance(block, Paragraph)]
    assert isinstance(chart, Chart)
    assert len(chart.marks) == 63
    assert words(chart.title).startswith("Lao động công nghiệp tháng 10 năm 2024 tăng ở ")
    assert not [point for point in briefing.points if words(point.runs).startswith("Lao động")]
