"""Legacy letters, numbers written as text, periods and headings: the small parts that reading stands on."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctdp_etl.catalog import load_catalog
from ctdp_etl.model import Measure
from ctdp_etl.period import Period
from ctdp_etl.reading.headings import LEVEL, read_heading
from ctdp_etl.reading.legacy import TCVN3, decode, decode_runs, decode_words, looks_legacy
from ctdp_etl.reading.meanings import Meaning, TableTime, meaning
from ctdp_etl.reading.numbers import ENGLISH, VIETNAMESE, evidence, parse_number
from ctdp_etl.reading.times import mentions

VOCABULARY = load_catalog().vocabulary


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([("Gi¸ trÞ s¶n xuÊt c«ng nghiÖp", ".VnTime")], "Giá trị sản xuất công nghiệp"),
        ([("Tæng sè", ".VnTimeH")], "TỔNG SỐ"),
        ([("Khu vùc doanh nghiÖp Nhµ n\u00adíc", ".VnTime")], "Khu vực doanh nghiệp Nhà nước"),
        ([("Ngh×n ", ".VnArial"), ("tấn", "Arial")], "Nghìn tấn"),
        ([("Lóa mú", ".VnTime")], "Lúa mỳ"),
        ([("Cà phê", "Times New Roman")], "Cà phê"),
        ([("Đ¬n vị", "Arial")], "Đơn vị"),
    ],
)
def test_font_of_each_run_decides(runs: list[tuple[str, str]], text: str) -> None:
    assert decode_runs(runs) == text


def test_words_decode_without_a_font() -> None:
    assert decode_words("Tổng møc b¸n lÎ hµng ho¸") == "Tổng mức bán lẻ hàng hoá"
    assert decode_words("Nhà máy Coca-Cola® 20 m²") == "Nhà máy Coca-Cola® 20 m²"
    assert not looks_legacy("Điều hoà không khí, hơi nước; tái chế phế liệu")


@given(st.text(alphabet=sorted(set(TCVN3.values())), min_size=1))
def test_every_tcvn3_letter_comes_back(text: str) -> None:
    stored = text.translate({ord(letter): chr(code) for code, letter in TCVN3.items()})
    assert decode(stored) == text


@given(st.text())
def test_decoding_words_gives_composed_text(text: str) -> None:
    assert unicodedata.is_normalized("NFC", decode_words(text))


@pytest.mark.parametrize(
    ("text", "value", "growth"),
    [
        ("8.290 tỷ đồng (↓3,32%)", 8290.0, -3.32),
        ("↑ 12,3%", 12.3, None),
        ("44.801,115 tỷ đồng (↑ 11,92%)", 44801.115, 11.92),
        ("829,86 triệu USD (↑27%)", 829.86, 27.0),
        ("1.234.567", 1234567.0, None),
        ("1,234,567.8", 1234567.8, None),
        ("1 234 567,8", 1234567.8, None),
        ("−5,2", -5.2, None),
        ("0,345", 0.345, None),
    ],
)
def test_number_is_read(text: str, value: float, growth: float | None) -> None:
    found = parse_number(text)
    assert found is not None
    assert (found.value, found.growth) == (value, growth)


@pytest.mark.parametrize("text", ["56..537,447 tỷ đồng", "1.23.456", "12,3,4", "1,2345.678,9"])
def test_broken_digits_are_no_number(text: str) -> None:
    found = parse_number(text)
    assert found is not None
    assert (found.value, found.ambiguous) == (None, False)


def test_ambiguous_digits_need_evidence() -> None:
    alone = parse_number("2.797")
    assert alone is not None
    assert (alone.value, alone.ambiguous) == (None, True)
    assert evidence(["829,86", "2.797"]) == VIETNAMESE
    assert evidence(["1,96", "5.36"]) == ""
    vietnamese, english = parse_number("2.797", VIETNAMESE), parse_number("2.797", ENGLISH)
    assert vietnamese is not None
    assert english is not None
    assert (vietnamese.value, english.value) == (2797.0, 2.797)


@given(st.integers(0, 10**12), st.integers(0, 5))
def test_vietnamese_writing_reads_back(number: int, decimals: int) -> None:
    value = number / 10**decimals
    written = f"{value:,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    found = parse_number(written, VIETNAMESE)
    assert found is not None
    assert found.value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("tháng 9 và 9 tháng năm 2021", [("month", 9, 2021), ("ytd", 9, 2021)]),
        ("thời điểm 1/5/2017", [("month", 5, 2017)]),
        ("quý iii năm 2021", [("quarter", 3, 2021)]),
        ("tháng năm năm 2012", [("month", 5, 2012)]),
        ("5 tháng đầu năm 2009", [("ytd", 5, 2009)]),
        ("sơ bộ năm 2023", [("year", 0, 2023)]),
        ("tháng trước", []),
    ],
)
def test_periods_in_words(text: str, kinds: list[tuple[str, int, int]]) -> None:
    assert [(one.kind, one.number, one.year) for one in mentions(text)] == kinds


def columns(month: str, *texts: str, quarterly: bool = False) -> list[tuple[str, str, str] | None]:
    time, near, found = TableTime(Period.parse(month), quarterly, True), None, []
    for text in texts:
        heading = read_heading(text, VOCABULARY)
        said: Meaning | None = meaning(heading, time, near)
        near = said if heading.kind == LEVEL else near
        found.append((said.measure, said.time_period, str(said.obs_status)) if said else None)
    return found


def test_first_iip_column_means_what_it_says() -> None:
    assert columns("2012-05", "Tháng 5 năm 2012 so với tháng 4 năm 2012") == [(Measure.MOM, "2012-05", "E")]
    assert columns("2017-05", "4 tháng năm 2017 so với cùng kỳ năm 2016") == [(Measure.YTD_YOY, "2017-04", "A")]
    assert columns("2024-10", "Tháng 9 năm 2024 so với cùng kỳ năm trước") == [(Measure.YOY, "2024-09", "A")]


def test_standard_form_of_a_department() -> None:
    assert columns(
        "2026-04",
        "Kế hoạch năm 2026",
        "Thực hiện tháng cùng kỳ năm trước",
        "Thực hiện tháng trước",
        "Ước tháng báo cáo",
        "Lũy kế từ đầu năm đến tháng báo cáo",
        "Tháng báo cáo so với tháng trước (%)",
        "Tháng báo cáo so với cùng kỳ (%)",
        "Lũy kế so với cùng kỳ (%)",
        "Lũy kế so với kế hoạch năm (%)",
    ) == [
        (Measure.PLAN, "2026", "A"),
        (Measure.MONTH, "2025-04", "A"),
        (Measure.MONTH, "2026-03", "A"),
        (Measure.MONTH, "2026-04", "E"),
        (Measure.YTD, "2026-04", "E"),
        (Measure.MOM, "2026-04", "E"),
        (Measure.YOY, "2026-04", "E"),
        (Measure.YTD_YOY, "2026-04", "E"),
        (Measure.PLAN_PCT, "2026-04", "E"),
    ]


def test_abbreviations_and_neighbours() -> None:
    assert columns("2026-04", "TH T3/2026", "Ước TH T4/2026", "% so CK", "LK 4T/2026", "% so CK", "% so KH") == [
        (Measure.MONTH, "2026-03", "A"),
        (Measure.MONTH, "2026-04", "E"),
        (Measure.YOY, "2026-04", "E"),
        (Measure.YTD, "2026-04", "E"),
        (Measure.YTD_YOY, "2026-04", "E"),
        (Measure.PLAN_PCT, "2026-04", "E"),
    ]


def test_year_columns_of_december_and_january() -> None:
    assert columns("2023-12", "Năm 2023 so với năm 2022 (%)") == [(Measure.YTD_YOY, "2023-12", "E")]
    assert columns("2024-01", "Sơ bộ năm 2023 Trị giá") == [(Measure.YTD, "2023-12", "P")]


def test_quarters_stay_quarters_in_a_quarterly_table() -> None:
    assert columns("2021-09", "Ước tính quý III năm 2021", quarterly=True) == [(Measure.MONTH, "2021-Q3", "E")]


@pytest.mark.parametrize("text", ["Đóng góp (điểm %)", "", "Cột phụ", "Ghi chú"])
def test_what_says_nothing_means_nothing(text: str) -> None:
    assert columns("2026-04", text) == [None]
