"""The call list: influence on the country's total, one line for each mistake, little left after ten calls."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from check_frames import current, inputs, line, report

from ctdp_etl.checks import run_checks
from ctdp_etl.checks.ranking import RESIDUAL, call_list
from ctdp_etl.model import Finding

AREAS = [f"VN34_{number:02}" for number in range(1, 35)]
NAMES = ("COAL", "OIL", "GAS", "CEMENT", "STEEL", "BEER")
MONTHS = ("2026-03", "2026-04")


def as_frame(findings: list[Finding]) -> pd.DataFrame:
    """Return findings as the ledger gives them."""
    rows = [asdict(one) | {"id": f"{number:04}"} for number, one in enumerate(findings)]
    return pd.DataFrame(rows, columns=["id", *Finding.__dataclass_fields__])


def country(random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return two months of six products of 34 areas of very unlike size, every identity holding."""
    sizes = np.exp(random.normal(4, 1.2, (len(AREAS), len(NAMES))))
    reports: dict[str, list[pd.DataFrame]] = {month: [] for month in MONTHS}
    for area, row in zip(AREAS, sizes, strict=True):
        march, april = [], []
        for number, (name, size) in enumerate(zip(NAMES, row, strict=True)):
            first, last, month = (round(size * factor, 2) for factor in random.uniform(0.9, 1.1, 3))
            march.append(line(name, 8 + number, month=last, ytd=round(first + last, 2)))
            cells = {"last_month": last, "month": month, "ytd": round(first + last + month, 2)}
            april.append(line(name, 8 + number, **cells, mom=round(month / last * 100, 2)))
        for period, lines in zip(MONTHS, (march, april), strict=True):
            reports[period].append(report(period, *lines, source=f"SCT_{area}", area=area))
    return {period: pd.concat(parts, ignore_index=True) for period, parts in reports.items()}


def told(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the call list of a month with the month before."""
    case = inputs("2026-04", now, before)
    return call_list(as_frame(run_checks(case)), current(before, now))


def test_ten_calls_cover_nine_tenths_of_forty_seeded_errors() -> None:
    random = np.random.default_rng(1992)
    months = country(random)
    now = months["2026-04"].copy()
    levels = np.flatnonzero(now["measure"].isin(["month", "ytd"]) & (now["time_period"] == "2026-04"))
    seeded = random.choice(levels, 40, replace=False)
    right = now["value"].iloc[seeded].to_numpy()
    factors = np.where(random.random(40) < 0.25, 1000.0, random.uniform(1.1, 2.0, 40))
    now.loc[seeded, "value"] = np.round(right * factors, 2)
    totals = months["2026-04"].groupby(["indicator", "measure", "time_period"])["value"].transform("sum").iloc[seeded]
    errors = pd.DataFrame(
        {
            "source": now["source"].iloc[seeded],
            "indicator": now["indicator"].iloc[seeded],
            "error": np.abs(now["value"].iloc[seeded] - right) / totals,
        }
    )
    calls = told(now, months["2026-03"])
    ten = calls.head(10)[["source", "indicator"]].assign(called=True)
    covered = errors.merge(ten, on=["source", "indicator"])["error"].sum()
    assert covered >= 0.9 * errors["error"].sum()
    assert calls["score"].is_monotonic_decreasing
    assert calls["remaining"].iloc[9] <= 0.1
    assert calls["remaining"].iloc[-1] == pytest.approx(0.0)


def test_influence_is_the_error_over_the_total_that_would_be_right() -> None:
    before = [report("2026-03", line("COAL", month=100.0, ytd=300.0), source=f"S{a}", area=a) for a in AREAS[:3]]
    right = {"last_month": 100.0, "month": 100.0, "ytd": 400.0}
    now = [report("2026-04", line("COAL", **right), source=f"S{a}", area=a) for a in AREAS[:2]]
    now.append(report("2026-04", line("COAL", **{**right, "ytd": 520.0}), source=f"S{AREAS[2]}", area=AREAS[2]))
    (call,) = told(pd.concat(now), pd.concat(before)).to_dict("records")
    assert (call["source"], call["cell"], call["code"]) == (f"S{AREAS[2]}", "E8", "A03")
    assert call["influence"] == pytest.approx(120 / 1200)
    assert call["remaining"] == 0.0
    assert call["first"]


def test_the_countrys_own_figure_is_the_total_where_it_is_told() -> None:
    before = [report("2026-03", line("COAL", month=10.0, ytd=30.0), source="S", area=AREAS[0])]
    now = [report("2026-04", line("COAL", last_month=10.0, month=10.0, ytd=60.0), source="S", area=AREAS[0])]
    whole = report("2026-04", line("COAL", month=1000.0, ytd=4000.0))
    (call,) = told(pd.concat([*now, whole]), pd.concat(before)).to_dict("records")
    assert call["influence"] == pytest.approx(20 / 4000)
    assert not call["first"]


def test_growth_weighs_as_the_level_behind_it() -> None:
    other = report("2026-04", line("COAL", month=300.0), source="S2", area=AREAS[1])
    now = report("2026-04", line("COAL", last_month=80.0, month=100.0, mom=150.0), source="S", area=AREAS[0])
    (call,) = told(pd.concat([now, other]), report("2026-03", line("OIL", month=1.0))).to_dict("records")
    assert (call["code"], call["cell"], call["expected"]) == ("A08", "I8", 125.0)
    assert call["influence"] == pytest.approx(0.2 * 100 / 400)


def test_one_mistake_is_one_call_at_the_located_cell() -> None:
    rows = {"TOTAL": 12, "GOODS": 13, "SERVICES": 14}
    march = {"TOTAL": (100.0, 300.0), "GOODS": (70.0, 210.0), "SERVICES": (30.0, 90.0)}
    april = {"TOTAL": (100.0, 110.37, 410.37), "GOODS": (70.0, 75.12, 285.12), "SERVICES": (30.0, 35.25, 125.25)}
    before = [line(name, rows[name], flow="RETAIL", month=a, ytd=b) for name, (a, b) in march.items()]
    now = [line(name, rows[name], flow="RETAIL", last_month=a, month=b, ytd=c) for name, (a, b, c) in april.items()]
    now[1]["cells"]["month"] = 95.77
    case = inputs("2026-04", report("2026-04", *now), report("2026-03", *before))
    findings = run_checks(case)
    assert {(one.code, one.cell) for one in findings} >= {("A01", "D12"), ("A03", "E13"), ("L01", "D13")}
    (call,) = call_list(as_frame(findings), current(report("2026-03", *before), report("2026-04", *now))).to_dict(
        "records"
    )
    assert (call["code"], call["cell"], call["severity"]) == ("L01", "D13", "error")
    assert call["expected"] == pytest.approx(75.12)


def test_small_errors_are_listed_but_need_no_call_before_the_totals_are_used() -> None:
    random = np.random.default_rng(7)
    months = country(random)
    now = months["2026-04"].copy()
    at = now.index[(now["measure"] == "ytd") & (now["indicator"] == "COAL")]
    smallest = now.loc[at, "value"].idxmin()
    now.loc[smallest, "value"] *= 1.2
    calls = told(now, months["2026-03"])
    assert len(calls) == 1
    assert calls["influence"].iloc[0] < RESIDUAL
    assert not calls["first"].any()


def test_what_has_no_number_due_or_no_total_is_not_ranked() -> None:
    nothing = call_list(as_frame([]), report("2026-04"))
    assert nothing.empty
    before = report("2026-03", line("COAL", month=1.0), line("OIL", 9, month=2.0))
    case = inputs("2026-04", report("2026-04", line("COAL", month=1.0)), before)
    findings = as_frame(run_checks(case))
    assert set(findings["code"]) == {"C03"}
    assert call_list(findings, current(before)).empty
