"""Quarters against months and cumulatives: a row at its cell, a table of another year once."""

from __future__ import annotations

import pandas as pd
from check_cases import months_of_quarter, quarters_of_cumulative
from check_frames import found, inputs, line, report


def test_a_wrong_quarter_is_told_with_its_months() -> None:
    (finding,) = found(months_of_quarter(True), "A18")
    assert (finding.severity, finding.sheet, finding.cell) == ("error", "quý", "B30")
    assert finding.expected is not None
    assert round(finding.expected, 2) == 3160.6
    assert [cell.cell for cell in finding.cells] == ["C12", "C12", "D12"]


def test_a_cumulative_is_told_with_its_quarters() -> None:
    (finding,) = found(quarters_of_cumulative(True), "A19")
    assert (finding.severity, finding.cell) == ("error", "E12")
    assert [cell.cell for cell in finding.cells] == ["B30", "C30", "D30"]


def test_a_quarterly_table_of_another_year_is_told_once() -> None:
    names = ("COAL", "OIL", "GAS", "BEER", "SALT", "UREA")
    monthly = [line(name, 8 + at, ytd=900.0 + at) for at, name in enumerate(names)]
    old = []
    for column, quarter in zip("BCD", ("2024-Q1", "2024-Q2", "2024-Q3"), strict=True):
        rows = report("2024-09", *(line(name, 8 + at, month=270.0 + 9 * at) for at, name in enumerate(names)))
        rows["cell"] = column + rows["cell"].str[1:]
        old.append(rows.assign(time_period=quarter, sheet="quý", form="PRODUCTS.Q"))
    now = pd.concat([report("2024-09", *monthly), *old], ignore_index=True)
    (finding,) = found(inputs("2024-09", now), "A19")
    assert (finding.severity, finding.scope, finding.cell) == ("error", "submission", "E8")
    assert len(finding.cells) == 5 + 18
    assert "6 trong 6 dòng" in finding.message


def test_a_missing_month_makes_no_quarter() -> None:
    case = months_of_quarter(True)
    assert not found(inputs("2021-09", case.submitted), "A18")
