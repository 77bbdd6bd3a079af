"""A warning is worth an officer's time: what the season, the table or the price of things explains is a notice."""

from __future__ import annotations

import pandas as pd
import pytest
from check_cases import CASES, one_plant
from check_frames import found, inputs, line, report

from ctdp_etl.checks import CheckInput


def restated(by: float, others: float, yoy: float) -> CheckInput:
    """Petrol of February restated by one share and ten other products by another; ``yoy`` is petrol's as estimated."""
    shares = {"PETROL": by} | {f"P{at}": others for at in range(10)}
    before = [line(name, 9 + at, month=1000.0 + at, yoy=140.0 if at else yoy) for at, name in enumerate(shares)]
    now = [
        line(name, 9 + at, last_month=(1000 + at) * share, month=1011.0 + at**2)
        for at, (name, share) in enumerate(shares.items())
    ]
    return inputs("2024-03", report("2024-03", *now), report("2024-02", *before))


@pytest.mark.parametrize(
    ("by", "others", "yoy", "severity"),
    [
        (0.85, 1.001, 106.0, "warning"),
        (0.85, 1.06, 106.0, "notice"),
        (0.85, 1.001, 117.0, "notice"),
    ],
    ids=["alone", "as all others", "to no change"],
)
def test_growth_that_turns_is_asked_about_where_the_table_is_not_restated_as_far(
    by: float, others: float, yoy: float, severity: str
) -> None:
    (finding,) = found(restated(by, others, yoy), "R04")
    assert (finding.severity, finding.cell) == (severity, "C9")


def test_a_season_that_began_a_year_ago_too_is_a_notice() -> None:
    """Coal of nine areas, of which one digs four times as much as in March, as it did a year ago."""
    case = one_plant(True)
    march, april = (
        report(month, line("COAL", month=ton), source="SCT_VN34_05", area="VN34_05")
        for month, ton in (("2025-03", 150.0), ("2025-04", 600.0))
    )
    (finding,) = found(inputs("2026-04", case.submitted, march, april), "H01")
    (without,) = found(case, "H01")
    assert (finding.severity, without.severity) == ("notice", "warning")


@pytest.mark.parametrize(("share", "severity"), [(1.04, "notice"), (1.07, "warning")])
def test_prices_that_move_by_a_few_per_cent_are_a_notice(share: float, severity: str) -> None:
    clean = CASES["A20"](False).submitted
    values = clean["value"].where(clean["cell"] != "D9", clean["value"] * share)
    values = values.where(clean["cell"] != "E9", clean["value"] + clean["value"].iloc[0] * (share - 1))
    moved = inputs("2017-09", clean.assign(value=values), catalog=CASES["A20"](False).catalog)
    assert [(one.severity, one.cell) for one in found(moved, "A20")] == [(severity, "D9")]


def cassava(**wrong: float) -> CheckInput:
    """Cassava out of season, as a province told it after a harvest; ``wrong`` are the cells that slipped."""
    cells = {"last_month": 0.1016, "month": 0.0826, "ytd": 193.6893, "mom": 81.3, "yoy": 90.0, "ytd_yoy": 98.35}
    before = [report(f"2025-0{month}", line("CASSAVA", month=20.0 + month)) for month in range(2, 8)]
    august = report("2025-08", line("CASSAVA", month=0.1036, ytd=193.6087, ytd_yoy=98.36))
    return inputs("2025-09", report("2025-09", line("CASSAVA", **cells | wrong)), *before, august)


@pytest.mark.parametrize(("cell", "role"), [("C8", "last_month"), ("D8", "month")])
@pytest.mark.parametrize("power", [1e1, 1e3, 1e6])
def test_a_slip_out_of_season_is_found_by_the_identities(cell: str, role: str, power: float) -> None:
    right = {"last_month": 0.1016, "month": 0.0826}[role]
    assert [one.cell for one in found(cassava(**{role: right * power}), "U01")] == [cell]
    assert not found(cassava(), "U01")


def test_a_forgotten_restatement_is_asked_about_whatever_happened_a_month_ago() -> None:
    """The cumulative of August rose by as much more than July as September forgets: that is chance, no echo."""
    july = report("2025-07", line("COAL", month=100.0, ytd=700.0))
    august = report("2025-08", line("COAL", last_month=105.0, month=110.0, ytd=815.0))
    september = report("2025-09", line("COAL", last_month=115.0, month=120.0, ytd=935.0))
    (finding,) = found(inputs("2025-09", september, july, august), "A03")
    assert (finding.severity, finding.cell, finding.expected) == ("warning", "E8", pytest.approx(940.0))


def test_growth_that_fits_another_rows_base_within_its_rounding_is_no_other_rows() -> None:
    """One decimal of growth: 105.3 for 109.2 is 3743.75 over 3555.7 as well as over anything near."""
    coal = line("COAL", 8, last_month=3427.86, month=3743.75, mom=105.3)
    oil = line("OIL", 9, last_month=3555.7, month=3600.1, mom=101.2)
    codes = {one.code for one in found(inputs("2024-01", report("2024-01", coal, oil)))}
    assert "A08" in codes
    assert "A23" not in codes


def test_the_broken_cases_are_still_told_as_warnings() -> None:
    told = pd.Series({code: max(one.severity != "notice" for one in found(CASES[code](True), code))
                      for code in ("A20", "R04", "H01")})  # fmt: skip
    assert told.all()


@pytest.mark.parametrize(("yoy", "severity"), [(248.7, "warning"), (30.2, "error"), (1520.0, "error")])
def test_growth_that_only_its_neighbours_contradict_may_be_honest(yoy: float, severity: str) -> None:
    """A branch whose month more than doubled, as far from its cumulative index as an index written for growth is."""
    october = report("2025-10", line("C", flow="IIP", yoy=150.0, ytd_yoy=152.0))
    case = inputs("2025-11", report("2025-11", line("C", flow="IIP", yoy=yoy, ytd_yoy=152.05)), october)
    assert [(one.severity, one.cell) for one in found(case, "U02")] == [(severity, "F8")]


@pytest.mark.parametrize(("mom", "told"), [(99.8, ["U02"]), (55.0, [])])
def test_a_stock_that_does_not_move_slowly_tells_nothing_of_its_growth(mom: float, told: list[str]) -> None:
    before = report("2025-10", line("C", flow="IIP", yoy=103.0))
    now = report("2025-11", line("C", flow="IIP", mom=mom, yoy=2.8))
    assert [one.code for one in found(inputs("2025-11", now, before), "U02")] == told
