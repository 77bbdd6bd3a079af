"""Figures handed in again: fully, largely or multiplied; what is honestly constant is no copy."""

from __future__ import annotations

import pandas as pd
import pytest
from check_cases import GOODS, goods
from check_frames import found, inputs, line, report

from ctdp_etl.checks import CheckInput


def april(lines: list[dict]) -> CheckInput:
    return inputs("2026-04", report("2026-04", *lines), report("2026-03", *goods()))


def errors(case: CheckInput) -> list[tuple[str, str]]:
    return [(one.code, one.cell) for one in found(case) if one.severity == "error"]


def test_last_month_handed_in_again_is_one_error_for_the_table() -> None:
    case = april(goods())
    assert errors(case) == [("D01", "C8")]
    (finding,) = found(case, "D01")
    assert finding.scope == "submission"
    assert {cell.cell for cell in finding.cells} >= {f"{column}{row}" for column in "DE" for row in range(8, 14)}
    assert "18 trong 18 ô giống hệt báo cáo tháng 3 năm 2026" in finding.message


def test_a_few_retyped_cells_do_not_hide_a_copy() -> None:
    lines = goods()
    lines[2]["cells"]["month"] = 36.9
    assert ("D01", "C8") in errors(april(lines))


def test_half_a_copy_is_none() -> None:
    lines = goods(later=1)
    for row, old in zip(lines[:3], goods()[:3], strict=True):
        row["cells"].update(old["cells"])
    assert not found(april(lines), "D01")


def test_a_copy_multiplied_by_one_factor_is_a_warning() -> None:
    (finding,) = found(april(goods(factor=1.04)), "D01")
    assert finding.severity == "warning"
    assert "1,04 lần" in finding.message


def test_a_report_of_last_year_handed_in_again_is_found() -> None:
    old = report("2025-04", *goods())
    case = inputs("2026-04", report("2026-04", *goods()), old, report("2026-03", *goods(later=2)))
    (finding,) = found(case, "D01")
    assert "tháng 4 năm 2025" in finding.message


def test_lines_that_never_change_are_not_weighed() -> None:
    constant = [line(name, 20 + at, month=120.5 + at, ytd=0.0) for at, name in enumerate("ABCDEFGHIJ")]
    before = [report(f"2026-0{month}", *constant) for month in (1, 2, 3)]
    now = report("2026-04", *constant)
    assert not found(inputs("2026-04", now, *before), "D01")
    assert not found(inputs("2026-04", now, *before), "P01")


def test_a_small_table_may_repeat_by_chance() -> None:
    case = inputs("2026-04", report("2026-04", *goods()[:2]), report("2026-03", *goods()[:2]))
    assert not found(case, "D01")


@pytest.mark.parametrize(("factor", "severity"), [(1.0, "error"), (1.1, "warning")])
def test_both_areas_with_the_same_table_are_told(factor: float, severity: str) -> None:
    tables = [
        report("2026-04", *goods(factor=by), source=f"SCT_{area}", area=area)
        for area, by in (("VN34_22", 1.0), ("VN34_24", factor), ("VN34_25", 3.0))
    ]
    tables[2].loc[:, "value"] = [value * (1 + at % 7 / 50) for at, value in enumerate(tables[2]["value"])]
    findings = found(inputs("2026-04", pd.concat(tables, ignore_index=True)), "D02")
    assert [(one.severity, one.ref_area) for one in findings] == [(severity, "VN34_22"), (severity, "VN34_24")]


def test_two_sources_that_report_on_one_area_alike_do_not_copy() -> None:
    both = [report("2026-04", *goods(), source=source, area="VN34_22") for source in ("NSO", "SCT_VN34_22")]
    assert not found(inputs("2026-04", pd.concat(both, ignore_index=True)), "D02")


@pytest.mark.parametrize(("role", "of", "cell"), [("month", 1, "D8"), ("last_month", 0, "C8"), ("ytd", 2, "E8")])
def test_a_column_of_another_month_is_one_error(role: str, of: int, cell: str) -> None:
    lines = goods(later=1)
    for row in lines:
        row["cells"][role] = GOODS[row["indicator"]][of]
    assert errors(april(lines)) == [("P01", cell)]


def test_a_column_pasted_twice_is_told_with_its_twin() -> None:
    lines = goods(later=1)
    for at, row in enumerate(lines):
        row["cells"]["yoy"] = row["cells"]["ytd_yoy"] = 103.2 + at
    (finding,) = found(inputs("2026-04", report("2026-04", *lines)), "P01")
    assert (finding.cell, finding.measure) == ("G8", "ytd_yoy")
    assert "từ ô F8" in finding.message
