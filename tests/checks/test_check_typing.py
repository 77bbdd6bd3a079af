"""Mistyped cells: found at their own cell, told once, and never where a number is only restated."""

from __future__ import annotations

from typing import Any

import pytest
from check_frames import found, inputs, line, report

from ctdp_etl.checks import CheckInput

MARCH = {"last_month": 1402.11, "month": 1385.2, "ytd": 4150.73, "yoy": 104.31, "ytd_yoy": 103.62}
APRIL = {"last_month": 1391.64, "month": 1427.09, "ytd": 5584.26, "yoy": 105.47, "ytd_yoy": 104.21, "mom": 102.55}
CELLS = {"last_month": "C8", "month": "D8", "ytd": "E8", "yoy": "F8", "ytd_yoy": "G8", "mom": "I8"}
PLAN = {"plan": 17500.0, "plan_pct": 31.91}


def coal(**cells: Any) -> CheckInput:
    """Coal (nghìn tấn), March and April, every identity of the line holding; ``cells`` replace what April says."""
    april = line("COAL", **{**APRIL, **PLAN, **cells})
    return inputs("2026-04", report("2026-04", april), report("2026-03", line("COAL", **MARCH)))


def told(case: CheckInput) -> list[tuple[str, str, str]]:
    return [(one.code, one.severity, one.cell) for one in found(case)]


def test_the_line_itself_is_clean() -> None:
    assert told(coal()) == []


@pytest.mark.parametrize(
    ("role", "written"),
    [
        ("month", 4127.09),
        ("last_month", 1931.64),
        ("ytd", 5854.26),
        ("ytd", 5548.26),
        ("yoy", 150.47),
        ("mom", 120.55),
        ("ytd_yoy", 140.21),
    ],
)
def test_swapped_digits_are_one_error_at_their_cell(role: str, written: float) -> None:
    (finding,) = found(coal(**{role: written}))
    assert (finding.code, finding.severity, finding.cell) == ("T01", "error", CELLS[role])
    assert finding.expected == pytest.approx(APRIL[role], rel=1e-3)
    assert "hai chữ số" in finding.message


def test_a_small_swap_is_a_warning() -> None:
    parts = {"GOODS": 12679701.51, "SERVICES": 6489635.58}
    lines = [line(code, 13 + at, flow="RETAIL", month=value) for at, (code, value) in enumerate(parts.items())]
    total = line("TOTAL", 12, flow="RETAIL", month=19163937.09)
    assert told(inputs("2026-04", report("2026-04", total, *lines))) == [("T01", "warning", "D12")]


@pytest.mark.parametrize("role", ["yoy", "ytd_yoy", "mom"])
def test_growth_with_the_wrong_sign_is_one_error(role: str) -> None:
    (finding,) = found(coal(**{role: round(200 - APRIL[role], 2)}))
    assert (finding.code, finding.severity, finding.cell) == ("T02", "error", CELLS[role])
    assert finding.expected == pytest.approx(APRIL[role])
    assert "ghi tăng thành giảm" in finding.message


@pytest.mark.parametrize("role", ["last_month", "month", "ytd"])
def test_a_level_below_zero_is_a_wrong_sign(role: str) -> None:
    assert told(coal(**{role: -APRIL[role]})) == [("T02", "error", CELLS[role])]


def test_a_number_that_no_swap_explains_stays_with_its_identity() -> None:
    assert [code for code, _, cell in told(coal(ytd=5931.17)) if cell == "E8"] == ["A03", "L01"]


def test_a_swap_that_another_identity_contradicts_is_none() -> None:
    """The cumulative may be explained by swapped digits, but the plan's share says that it is right."""
    case = coal(last_month=1391.64 + 270, plan_pct=31.91)
    assert not [one for one in found(case, "T01") if one.cell == "E8"]


def test_a_swapped_part_is_found_and_its_total_is_left_alone() -> None:
    parts = {"GOODS": 12679701.51, "SERVICES": 6489635.58}
    wrong = {**parts, "SERVICES": 6849635.58}
    lines = [line(code, 13 + at, flow="RETAIL", month=value) for at, (code, value) in enumerate(wrong.items())]
    total = line("TOTAL", 12, flow="RETAIL", month=19169337.09)
    assert told(inputs("2026-04", report("2026-04", total, *lines))) == [("T01", "error", "D14")]


def test_a_cumulative_index_without_levels_that_jumps_over_a_hundred_has_the_wrong_sign() -> None:
    before = report("2024-05", line("C", flow="IIP", yoy=108.1, ytd_yoy=107.6), line("TOTAL", 9, flow="IIP", yoy=107.0))
    now = line("C", flow="IIP", last_yoy=108.1, yoy=106.4, ytd_yoy=92.6)
    case = inputs("2024-06", report("2024-06", now, line("TOTAL", 9, flow="IIP", yoy=106.9)), before)
    assert [one for one in told(case) if one[2] == "G8"] == [("T02", "error", "G8")]


def test_a_monthly_index_without_levels_is_only_suspected() -> None:
    before = report("2024-05", line("C", flow="IIP", yoy=108.1, ytd_yoy=107.6), line("TOTAL", 9, flow="IIP", yoy=107.0))
    now = line("C", flow="IIP", last_yoy=108.1, yoy=88.2, ytd_yoy=108.3)
    case = inputs("2024-06", report("2024-06", now, line("TOTAL", 9, flow="IIP", yoy=106.9)), before)
    assert ("T02", "warning", "F8") in told(case)


def test_a_cell_that_holds_last_months_figure_is_told_once() -> None:
    (finding,) = found(coal(month=MARCH["month"]))
    assert (finding.code, finding.severity, finding.cell) == ("P02", "warning", "D8")
    assert finding.expected == pytest.approx(APRIL["month"], abs=0.1)
    assert "tháng 3 năm 2026" in finding.message


def test_a_month_estimated_as_the_month_before_is_honest_where_all_fits() -> None:
    lazy = coal(month=1385.2, ytd=5542.37, yoy=105.2, ytd_yoy=104.02, mom=99.54, plan_pct=31.67)
    assert not found(lazy, "P02")


def test_a_round_number_may_be_that_of_another_month() -> None:
    before = report("2026-03", line("COAL", last_month=150.0, month=160.0, ytd=470.0))
    now = line("COAL", last_month=158.31, month=160.0, ytd=640.12)
    assert not found(inputs("2026-04", report("2026-04", now), before), "P02")


@pytest.mark.parametrize(("mom", "what"), [(102.11, "trùng với"), (530.88, "tính với số cùng kỳ của")])
def test_growth_of_the_row_below_is_told_with_its_row(mom: float, what: str) -> None:
    rows = [
        line("COAL", 8, last_month=3427.86, month=3743.75, mom=mom),
        line("OIL", 9, last_month=705.2, month=720.11, mom=102.11),
        line("GAS", 10, last_month=640.0, month=610.4, mom=95.38),
    ]
    (finding,) = found(inputs("2024-01", report("2024-01", *rows)))
    assert (finding.code, finding.cell, finding.expected) == ("A23", "I8", pytest.approx(109.215, abs=0.01))
    assert what in finding.message
    assert "“Oil”" in finding.message
