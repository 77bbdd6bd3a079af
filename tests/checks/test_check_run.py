"""The run: a fixed order, a fault of one check, nothing to say about nothing, and what the other families find."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from check_cases import CASES, level_slip
from check_frames import forms_of, found, inputs, line, report

from ctdp_etl.checks import CHECKS, FORM_COLUMNS, CheckInput, run_checks


def shuffled(case: CheckInput) -> CheckInput:
    """Return the case with the rows of its frames in another order."""
    frames = {name: getattr(case, name).sample(frac=1, random_state=3) for name in ("submitted", "previous", "forms")}
    return dataclasses.replace(case, **frames)


@pytest.mark.parametrize(("case", "code"), [*((code, code) for code in sorted(CASES)), ("A01", ""), ("U01", "")])
def test_findings_do_not_depend_on_the_order_of_rows(case: str, code: str) -> None:
    whole, again = found(CASES[case](True), code), found(shuffled(CASES[case](True)), code)
    told = [(f.code, f.severity, f.sheet, f.cell, f.expected) for f in whole]
    assert told == [(f.code, f.severity, f.sheet, f.cell, f.expected) for f in again]


def test_errors_come_first() -> None:
    now = report("2024-04", line("TOTAL", 9, flow="IIP", yoy=120.0), line("C", 10, flow="IIP", yoy=106.0))
    before = report("2024-03", line("B", 11, flow="IIP", yoy=99.0))
    severities = [finding.severity for finding in found(inputs("2024-04", now, before))]
    assert severities == sorted(severities, key=["error", "warning", "notice"].index)


def test_a_check_that_breaks_is_one_finding_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(_: CheckInput) -> list:
        raise ZeroDivisionError

    monkeypatch.setitem(CHECKS, "A03", dataclasses.replace(CHECKS["A03"], function=faulty))
    findings = run_checks(level_slip(True))
    (fault,) = [finding for finding in findings if finding.code == "A03"]
    assert (fault.severity, fault.scope) == ("error", "period")
    assert "không chạy được" in fault.message
    assert [finding.cell for finding in findings if finding.code == "U01"] == ["C36", "D36", "E36"]


def test_nothing_submitted_is_no_finding() -> None:
    nothing = report("2024-04")
    assert run_checks(inputs("2024-04", nothing)) == []
    assert run_checks(inputs("2024-04", nothing, forms=pd.DataFrame(columns=list(FORM_COLUMNS)))) == []


def test_a_first_report_needs_no_history() -> None:
    assert run_checks(level_slip(False)) == []
    assert run_checks(dataclasses.replace(level_slip(False), previous=report("2024-03"))) == []


def test_zero_and_negative_figures_make_no_fault() -> None:
    before = report("2024-03", line("COAL", month=0.0, ytd=0.0, ytd_yoy=0.0), line("OIL", 9, month=-5.0, ytd=-5.0))
    now = report(
        "2024-04",
        line("COAL", last_month=0.0, month=0.0, ytd=0.0, yoy=0.0, ytd_yoy=0.0, mom=0.0),
        line("OIL", 9, last_month=-5.0, month=5.0, ytd=0.0, mom=-100.0),
    )
    assert run_checks(inputs("2024-04", now, before)) == []


def test_both_cells_of_a_doubled_key_are_errors_that_name_each_other() -> None:
    lines = [line("COAL", row, month=value, conflict=True) for row, value in ((9, 4019.7), (24, 4091.7))]
    first, second = found(inputs("2024-04", report("2024-04", *lines)), "K04")
    assert (first.cell, first.cells[0].cell) == ("D9", "D24")
    assert (second.cell, second.cells[0].cell) == ("D24", "D9")


def test_a_changed_heading_is_one_finding_for_its_table() -> None:
    rows = [("COAL", 8), ("OIL", 9), ("GAS", 10)]
    before = report("2024-03", *(line(name, row, month=100.0) for name, row in rows))
    now = report("2024-04", *(line(name, row, unit="PIECE", month=100.0) for name, row in rows))
    (finding,) = found(inputs("2024-04", now, before), "K02")
    assert finding.severity == "error"
    assert "2 dòng khác" in finding.message
    assert [cell.cell for cell in finding.cells] == ["D9", "D10"]


def test_a_form_prepared_for_another_period_is_only_a_notice() -> None:
    told = report("2024-04", line("COAL", month=4019.7))
    prepared = forms_of(told).assign(form="PRODUCTS.Q", sheet="quý", time_period="2024-Q2")
    (finding,) = found(inputs("2024-04", told, forms=pd.concat([forms_of(told), prepared])), "C01")
    assert (finding.severity, finding.sheet) == ("notice", "quý")


def test_a_row_of_a_form_that_did_not_come_is_not_missed() -> None:
    before = report("2024-03", line("COAL", month=4239.2), line("TOTAL", 9, flow="RETAIL", month=1.0))
    assert not found(inputs("2024-04", report("2024-04", line("COAL", month=4019.7)), before), "C03")


def test_one_sender_is_not_judged_by_another() -> None:
    before = report("2024-03", line("COAL", month=4239.2, ytd=12000.0))
    now = report("2024-04", line("COAL", month=40.0, ytd=150.0), source="SCT_VN63_22", area="VN63_22")
    assert not found(inputs("2024-04", now, before))
