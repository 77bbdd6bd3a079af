"""Unit and scale slips, told from outliers, seasons and breaks of the roll-forward."""

from __future__ import annotations

from typing import Any

import pytest
from check_frames import found, inputs, line, report
from hypothesis import given, settings
from hypothesis import strategies as st

from ctdp_etl.checks import CheckInput

APRIL = {"last_month": 40.1438181189609, "month": 35.5464941934445, "ytd": 141.975842295033}
GROWTH = {"yoy": 98.5324267300918, "ytd_yoy": 92.8488814207446}
CELLS = {"last_month": "C36", "month": "D36", "ytd": "E36"}


def phones(**cells: float) -> CheckInput:
    """Parts of telephones, 2024-03 and 04 (nghìn tỷ đồng); ``cells`` are what April's file says otherwise."""
    march = line("PHONE_PARTS", 36, unit="VND", mult=12, last_month=35.1, month=44.3203, ytd=110.60587910114472)
    april = line("PHONE_PARTS", 36, unit="VND", mult=12, **{**APRIL, **GROWTH, **cells})
    return inputs("2024-04", report("2024-04", april), report("2024-03", march))


def test_the_three_levels_of_a_row_in_thousandths_are_one_unit_error_each() -> None:
    findings = found(phones(last_month=40143.8181189609, month=35546.4941934445, ytd=141975.842295033))
    assert [(finding.code, finding.severity, finding.cell) for finding in findings] == [
        ("U01", "error", "C36"),
        ("U01", "error", "D36"),
        ("U01", "error", "E36"),
    ]
    assert findings[2].expected == pytest.approx(141.975842295033)
    assert "sai đơn vị, ×1.000" in findings[2].message
    assert "141.975,8" in findings[2].message


@given(role=st.sampled_from(sorted(CELLS)), exponent=st.sampled_from([-6, -3, -2, 2, 3, 6]))
@settings(max_examples=20, deadline=None)
def test_a_slip_is_found_at_its_own_cell(role: str, exponent: int) -> None:
    errors = [
        finding for finding in found(phones(**{role: APRIL[role] * 10.0**exponent})) if finding.severity == "error"
    ]
    assert [(finding.code, finding.cell) for finding in errors] == [("U01", CELLS[role])]


@given(share=st.floats(0.4, 2.2))
@settings(max_examples=15, deadline=None)
def test_an_honest_month_is_no_slip(share: float) -> None:
    month = APRIL["month"] * share
    case = phones(month=month, ytd=APRIL["ytd"] - APRIL["month"] + month)
    assert not found(case, "U01")


def test_a_season_that_begins_is_no_slip() -> None:
    """Sugar, 2021-08 and 09: 0.03, then 24.98 nghìn tấn."""
    august = line("SUGAR", 17, month=0.03, ytd=740.05)
    september = line("SUGAR", 17, last_month=0.03, month=24.98, ytd=765.03, yoy=153.95)
    assert not found(inputs("2021-09", report("2021-09", september), report("2021-08", august)))
    assert not found(inputs("2021-09", report("2021-09", september)))


def test_without_history_a_slip_is_only_suspected() -> None:
    now = line("COAL", last_month=4239.19, month=4019.66, ytd=15313298.4687799)
    (finding,) = found(inputs("2024-04", report("2024-04", now)))
    assert (finding.code, finding.severity, finding.cell) == ("U01", "warning", "E8")
    assert "chưa có số kỳ trước" in finding.message


def test_another_multiplier_is_legal_when_the_value_follows() -> None:
    before = report("2024-03", line("COAL", last_month=4000.0, month=4239.0, ytd=12239.0))
    now = line("COAL", mult=0, last_month=4239000.0, month=4019000.0, ytd=16258000.0)
    assert not found(inputs("2024-04", report("2024-04", now), before))


def test_another_multiplier_whose_value_did_not_follow_is_a_slip() -> None:
    before = report("2024-03", line("COAL", last_month=4000.0, month=4239.0, ytd=12239.0))
    now = line("COAL", mult=0, last_month=4239.0, month=4019.0, ytd=16258.0)
    slips = found(inputs("2024-04", report("2024-04", now), before), "U01")
    assert [(finding.cell, finding.severity) for finding in slips] == [
        ("C8", "error"),
        ("D8", "error"),
        ("E8", "error"),
    ]
    assert "÷1.000" in slips[0].message


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"yoy": 6.33}, "mức tăng"),
        ({"yoy": 1063.3}, "×10"),
        ({"ytd_yoy": 5.99}, "mức tăng"),
        ({"ytd_yoy": 10.599}, "÷10"),
    ],
)
def test_an_index_without_levels_is_judged_by_its_neighbours(cells: dict[str, Any], what: str) -> None:
    before = report("2024-03", line("TOTAL", flow="IIP", yoy=104.1, ytd_yoy=105.7))
    now = line("TOTAL", flow="IIP", **{"yoy": 106.33, "ytd_yoy": 105.99, **cells})
    (finding,) = found(inputs("2024-04", report("2024-04", now, line("C", 9, flow="IIP", mom=101.1)), before), "U02")
    assert finding.severity == "error"
    assert finding.measure == next(iter(cells))
    assert what in finding.message


def test_a_collapse_that_the_cumulative_shows_is_no_slip() -> None:
    """Crude oil, exported quantity, 2024-09 and 10: 16.96 % is what was exported."""
    name = "EXPORT.CRUDE_OIL.QUANTITY"
    before = report("2024-09", line(name, 24, flow="TRADE", month=211.9549, ytd=2077.4659, ytd_yoy=102.327))
    now = line(name, 24, flow="TRADE", month=40.789, ytd=2187.703, yoy=16.956, ytd_yoy=96.342)
    assert not [f for f in found(inputs("2024-10", report("2024-10", now), before)) if f.severity == "error"]
