"""What is not like its group, its history or its season is asked about, never called wrong; Tết and one cause once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from check_cases import growth_of_one_area, one_plant, own_usual_month
from check_frames import found, inputs, line, report

from ctdp_etl.checks.hidiroglou_berthelot import hidiroglou_berthelot
from ctdp_etl.model import Finding
from ctdp_etl.period import Period

PLAUSIBILITY = ("H01", "H02", "H03")


def asked(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Return code, area and cell of the findings of the family."""
    return [(one.code, one.ref_area, one.cell) for one in findings if one.code in PLAUSIBILITY]


def quartile(values: list[float], share: float) -> float:
    """Return the quantile of sorted values, linear between neighbours."""
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def as_in_the_paper(
    before: list[float], now: list[float], u: float, a: float, c: float
) -> tuple[list[float], float, float]:
    """Return effects and bounds of one group, step by step as Hidiroglou and Berthelot (1986) give them."""
    ratios = [y / x for x, y in zip(before, now, strict=True)]
    median = quartile(sorted(ratios), 0.5)
    effects = []
    for x, y, ratio in zip(before, now, ratios, strict=True):
        s = 1 - median / ratio if ratio < median else ratio / median - 1
        effects.append(s * max(x, y) ** u)
    q1, q2, q3 = (quartile(sorted(effects), share) for share in (0.25, 0.5, 0.75))
    return effects, q2 - c * max(q2 - q1, abs(a * q2)), q2 + c * max(q3 - q2, abs(a * q2))


@pytest.mark.parametrize(("u", "a", "c"), [(0.5, 0.05, 4.0), (0.3, 0.05, 7.0), (0.0, 0.2, 4.0), (1.0, 0.05, 40.0)])
def test_effects_and_bounds_are_those_of_the_paper(u: float, a: float, c: float) -> None:
    chance = np.random.default_rng(1986)
    groups = chance.integers(0, 3, 90)
    before = chance.lognormal(6, 2, 90)
    now = before * chance.lognormal(0.02, 0.2, 90) * np.where(chance.random(90) < 0.1, 6, 1)
    edit = hidiroglou_berthelot(before, now, groups, size=u, floor=a, width=c)
    for group in range(3):
        mine = groups == group
        effects, low, high = as_in_the_paper(before[mine].tolist(), now[mine].tolist(), u, a, c)
        assert edit.effect[mine] == pytest.approx(effects, rel=1e-9, abs=1e-9)
        assert edit.low[mine] == pytest.approx(low, rel=1e-9)
        assert edit.high[mine] == pytest.approx(high, rel=1e-9)
        assert edit.outlier[mine].tolist() == [not low <= effect <= high for effect in effects]
        assert set(edit.usable[mine]) == {mine.sum()}


def test_units_with_nought_or_nothing_are_excluded_and_change_nothing() -> None:
    before = np.array([10.0, 20.0, 30.0, 0.0, 40.0, np.nan, -5.0])
    now = np.array([11.0, 23.0, 31.0, 5.0, 0.0, 7.0, 6.0])
    edit = hidiroglou_berthelot(before, now, np.zeros(7, dtype=np.int64))
    kept = hidiroglou_berthelot(before[:3], now[:3], np.zeros(3, dtype=np.int64))
    assert edit.excluded.tolist() == [False] * 3 + [True] * 4
    assert edit.effect[:3].tolist() == kept.effect.tolist()
    assert not edit.outlier[3:].any()
    assert set(edit.usable) == {3}


def test_one_plant_is_asked_about_and_the_excluded_are_named() -> None:
    case = one_plant(True)
    unknown = case.submitted["ref_area"].eq("VN34_09") & case.submitted["cell"].eq("C8")
    case.submitted.loc[unknown, "value"] = 0.0
    case.submitted.loc[case.submitted["ref_area"].eq("VN34_09"), "value"] *= 0
    more = report("2026-04", line("COAL", last_month=90.0, month=91.0), source="SCT_VN34_10", area="VN34_10")
    (finding,) = found(inputs("2026-04", pd.concat([case.submitted, more], ignore_index=True)), "H01")
    assert (finding.ref_area, finding.cell, finding.severity) == ("VN34_05", "D8", "warning")
    assert finding.expected == pytest.approx(165 * (1 + 4 / 97), rel=0.02)
    assert "9 địa phương cùng chỉ tiêu" in finding.message
    assert "Không xét 1 đơn vị" in finding.message and "VN34_09" in finding.message
    assert "giải trình" in finding.message


def test_a_group_of_fewer_than_eight_is_not_judged() -> None:
    case = one_plant(True)
    few = case.submitted[case.submitted["ref_area"] <= "VN34_07"]
    assert not asked(found(inputs("2026-04", few)))


def test_an_area_that_returns_to_its_level_of_a_year_ago_is_not_asked() -> None:
    months = [Period.parse("2025-03").shift(at) for at in range(13)]
    before = [report(str(month), line("COAL", month=1000.0 + 17 * (at % 5))) for at, month in enumerate(months)]
    before[-1]["value"] = 500.0
    assert not asked(found(inputs("2026-04", report("2026-04", line("COAL", month=1010.0)), *before)))
    assert asked(found(own_usual_month(True))) == [("H02", "VN", "D8")]


def test_a_season_that_comes_every_year_is_not_asked() -> None:
    months = [Period.parse("2025-08").shift(at) for at in range(13)]
    sugar = {9: 2600.0}
    before = [
        report(str(month), line("SUGAR", month=sugar.get(month.number, 1000.0 + 17 * (at % 5))))
        for at, month in enumerate(months)
    ]
    now = report("2026-09", line("SUGAR", last_month=1034.0, month=2750.0))
    assert not asked(found(inputs("2026-09", now, *before)))


def growing(month: str, yoy: float, ytd_yoy: float) -> list[tuple[str, str, str]]:
    """Return what is asked about nine areas of which the fifth grows otherwise."""
    now = [
        report(
            month,
            line("C", flow="IIP", yoy=yoy if at == 5 else 104.0 + at, ytd_yoy=ytd_yoy if at == 5 else 105.0 + at),
            source=f"SCT_VN34_0{at}",
            area=f"VN34_0{at}",
        )
        for at in range(1, 10)
    ]
    return asked(found(inputs(month, pd.concat(now, ignore_index=True))))


def test_january_and_february_are_judged_together() -> None:
    assert growing("2026-01", 60.0, 60.0) == []
    assert growing("2026-02", 190.0, 108.0) == []
    assert growing("2026-02", 109.0, 240.0) == [("H03", "VN34_05", "G8")]
    assert growing("2026-05", 240.0, 110.0) == [("H03", "VN34_05", "F8")]


@pytest.mark.parametrize("case", [one_plant, own_usual_month, growth_of_one_area])
def test_plausibility_never_makes_an_error(case) -> None:
    assert {one.severity for one in found(case(True)) if one.code in PLAUSIBILITY} <= {"warning", "notice"}


def test_what_one_check_asks_the_others_do_not_repeat() -> None:
    case = one_plant(True)
    grown = case.submitted[case.submitted["cell"] == "D8"].assign(measure="yoy", cell="F8", value=104.0, unit="PCT")
    grown.loc[grown["ref_area"] == "VN34_05", "value"] = 420.0
    findings = found(inputs("2026-04", pd.concat([case.submitted, grown], ignore_index=True)))
    assert asked(findings) == [("H01", "VN34_05", "D8")]
