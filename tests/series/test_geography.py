"""Areas through time: levels add up, growth rests on the sum of the old units, indices are never averaged."""

from __future__ import annotations

import math
from typing import Any

import pytest
from area_cases import CATALOG, frame, said, series, told, total
from hypothesis import given, settings
from hypothesis import strategies as st

from ctdp_etl.period import Period
from ctdp_etl.series.geography import bases, on_areas

OLD = tuple(area.code for area in CATALOG.areas.at("2025-06"))
NEW = tuple(area.code for area in CATALOG.areas.at("2025-07"))
TRAPS = ("15", "24", "44", "52", "80", "82", "91")
ADDITIVE = {code: flow.across_areas.additive for code, flow in CATALOG.dataflows.items() if flow.across_areas.additive}
NO_WEIGHTS = "không so sánh được (chỉ số không có quyền số)"
PRO_FORMA = "tính lại từ mức; cơ sở so sánh: cộng các tỉnh cũ"


def both(dataflow: str = "RETAIL", **fields: Any) -> list[dict[str, Any]]:
    """Return a figure of each of the two provinces that became Bắc Ninh: 100 (Bắc Giang) and 40 (Bắc Ninh)."""
    return [told("VN63_24", 100.0, dataflow=dataflow, **fields), told("VN63_27", 40.0, dataflow=dataflow, **fields)]


def test_levels_add_up_only_where_every_old_province_stands() -> None:
    found = said(series([*both(), told("VN63_25", 7.0), told("VN63_17", 5.0), told("VN63_20", 3.0)]))
    assert found == {
        ("VN34_24", "month"): (140.0, "summed", "cộng các tỉnh cũ"),
        ("VN34_25", "month"): (None, "missing", "thiếu Vĩnh Phúc (VN63_26)"),
        ("VN34_20", "month"): (3.0, "renamed", "địa giới không đổi"),
    }


@pytest.mark.parametrize("code", TRAPS)
def test_a_code_that_changed_its_meaning_is_not_taken_for_its_namesake(code: str) -> None:
    parts = [old for old in OLD if CATALOG.areas.crosswalk[old] == f"VN34_{code}"]
    found = series([told(old, 10.0**place) for place, old in enumerate(parts)])
    assert f"VN63_{code}" in parts
    assert found["ref_area"].tolist() == [f"VN34_{code}"]
    assert found["value"].tolist() == [math.fsum(10.0**place for place in range(len(parts)))]
    assert set(found["members"].iloc[0].split()) == set(parts)
    alone = series([told(f"VN63_{code}", 1.0)])
    assert alone["value"].isna().all()
    assert alone["note"].iloc[0].startswith("thiếu ")


def test_units_are_aligned_and_different_ones_are_not_added() -> None:
    aligned = series([told("VN63_24", 1.5), told("VN63_27", 250.1, unit_mult=6)])
    assert aligned[["value", "unit_mult"]].values.tolist() == [[1.7501, 9]]
    mixed = series([told("VN63_24", 1.5), told("VN63_27", 250.0, unit="USD", unit_mult=6)])
    assert said(mixed) == {("VN34_24", "month"): (None, "missing", "các tỉnh cũ dùng đơn vị tính khác nhau")}


def test_the_sum_is_no_better_than_its_worst_part() -> None:
    found = series([told("VN63_24", 1.0, obs_status="E"), told("VN63_27", 2.0, simulated=True)])
    assert found[["obs_status", "simulated"]].values.tolist() == [["E", True]]


def test_departments_and_the_statistics_office_are_never_added_up() -> None:
    mixed = series([told("VN63_24", 1.0), told("VN63_27", 2.0, source="NSO")])
    assert mixed["source"].tolist() == ["NSO", "SCT_VN34_24"]
    assert mixed["value"].isna().all()
    office = series([told("VN63_24", 1.0, source="NSO"), told("VN63_27", 2.0, source="NSO")])
    assert office[["source", "value"]].values.tolist() == [["NSO", 3.0]]


def test_ratios_are_computed_again_from_the_levels_on_both_sides() -> None:
    rows = [
        *both(),
        *both(time_period="2024-09", measure="month")[:1],
        told("VN63_27", 25.0, time_period="2024-09"),
        told("VN63_24", 50.0, time_period="2023-10"),
        told("VN63_27", 62.0, time_period="2023-10"),
        *both(measure="ytd"),
        *both(measure="plan", time_period="2024"),
        *(row | {"value": value, "unit": "PCT", "unit_mult": 0} for value in (200.0,) for row in both(measure="yoy")),
    ]
    found = said(series(rows))
    assert found["VN34_24", "yoy"] == (125.0, "recomputed", PRO_FORMA)
    assert found["VN34_24", "mom"] == (112.0, "recomputed", PRO_FORMA)
    assert found["VN34_24", "plan_pct"] == (100.0, "recomputed", "tính lại từ mức")
    assert ("VN34_24", "ytd_yoy") not in found


def test_a_ratio_without_levels_says_so_and_an_index_is_never_averaged() -> None:
    growth = {"measure": "yoy", "unit": "PCT", "unit_mult": 0}
    assert said(series(both(**growth))) == {("VN34_24", "yoy"): (None, "missing", "thiếu mức để tính lại")}
    for dataflow in ("IIP", "LABOUR"):
        found = said(series(both(dataflow, **growth)))
        assert found == {("VN34_24", "yoy"): (None, "missing", NO_WEIGHTS)}


def test_where_no_level_of_a_year_ago_stands_the_ratios_of_the_old_provinces_imply_it() -> None:
    growth = {"measure": "yoy", "unit": "PCT", "unit_mult": 0}
    rows = [*both(), told("VN63_24", 125.0, **growth), told("VN63_27", 80.0, **growth)]
    found = said(series(rows))
    # 100 is 125 % of 80, 40 is 80 % of 50: 140 over 130.
    value, origin, note = found["VN34_24", "yoy"]
    assert value == pytest.approx(140 / 130 * 100)
    assert (origin, note) == ("recomputed", "tính lại từ mức và tỷ lệ của từng tỉnh cũ")
    assert said(series(rows[:-1]))["VN34_24", "yoy"] == (None, "missing", "thiếu mức để tính lại")
    levels = [told("VN63_24", 60.0, time_period="2023-10"), told("VN63_27", 80.0, time_period="2023-10")]
    assert said(series([*rows, *levels]))["VN34_24", "yoy"] == (100.0, "recomputed", PRO_FORMA)


def test_a_share_is_part_over_total_of_the_sums() -> None:
    parts = [*both(measure="ytd"), told("VN63_24", 30.0, measure="ytd", indicator="GOODS")]
    parts.append(told("VN63_27", 12.0, measure="ytd", indicator="GOODS"))
    share = {"measure": "share", "unit": "PCT", "unit_mult": 0, "indicator": "GOODS"}
    rows = [*parts, *(row | share for row in both())]
    found = series(rows)
    shares = found[found["measure"] == "share"]
    assert shares[["value", "origin", "note"]].values.tolist() == [[30.0, "recomputed", "tính lại từ mức"]]


def test_growth_after_the_merger_rests_on_the_sum_of_the_old_units_not_on_the_namesake() -> None:
    now = {"time_period": "2025-10", "vintage": "2025-10"}
    reported = told("VN34_24", 350.0, **now, measure="yoy", unit="PCT", unit_mult=0)
    namesake = told("VN34_24", 40.0, **now | {"time_period": "2024-10"})
    rows = [*both(), told("VN34_24", 147.0, **now), reported, namesake]
    found = series(rows, "2025-10")
    growth = found[found["measure"] == "yoy"]
    assert growth[["value", "reported", "origin", "note"]].values.tolist() == [
        [pytest.approx(105.0), 350.0, "recomputed", PRO_FORMA]
    ]
    without = said(series(rows[1:], "2025-10"))
    assert without["VN34_24", "yoy"] == (350.0, "reported", "nơi gửi tự tính; chưa đủ số các tỉnh cũ để tính lại")


@pytest.mark.parametrize(("period", "noted"), [("2025-07", True), ("2026-06", True), ("2026-07", False)])
def test_the_window_of_the_pro_forma_base_is_one_year(period: str, noted: bool) -> None:
    growth = {"measure": "yoy", "unit": "PCT", "unit_mult": 0, "time_period": period, "dataflow": "IIP"}
    found = said(series([told("VN34_24", 104.0, **growth), told("VN34_20", 103.0, **growth)], period))
    assert found["VN34_20", "yoy"] == (103.0, "reported", "")
    assert bool(found["VN34_24", "yoy"][2]) is noted
    assert found["VN34_24", "yoy"][:2] == (104.0, "reported")


def test_the_old_provinces_after_the_merger_are_the_new_one_only_where_it_was_not_merged() -> None:
    now = {"time_period": "2025-10"}
    found = said(series([told("VN34_20", 3.0, **now), told("VN34_24", 9.0, **now)], "2025-10", code_list="VN63"))
    lost = (None, "missing", "không tách được từ Bắc Ninh (VN34_24)")
    assert found == {
        ("VN63_20", "month"): (3.0, "renamed", "địa giới không đổi"),
        ("VN63_24", "month"): lost,
        ("VN63_27", "month"): lost,
    }
    assert said(series(both(), code_list="VN63"))["VN63_24", "month"] == (100.0, "reported", "")


def test_earlier_mergers_and_splits() -> None:
    with_ha_tay = series(
        [told("VN63_01", 1.0, time_period="2008-07"), told("VN63_28", 2.0, time_period="2008-07")], "2008-07"
    )
    assert said(with_ha_tay)["VN34_01", "month"][:2] == (3.0, "summed")
    alone = series([told("VN63_01", 1.0, time_period="2008-08")], "2008-08")
    assert said(alone)["VN34_01", "month"][:2] == (1.0, "renamed")
    before_2004 = series(
        [
            told(code, 1.0, time_period="2003-12")
            for code in (*OLD, "VN63_28")
            if code not in {"VN63_11", "VN63_67", "VN63_93"}
        ],
        "2003-12",
    )
    notes = {row.ref_area: row.note for row in before_2004.itertuples() if row.origin == "missing"}
    assert set(notes) == {"VN34_12", "VN34_66", "VN34_68"}
    assert notes["VN34_68"] == "không tách được: Đắk Lắk (VN63_66) khi đó gồm cả đất của tỉnh khác"
    assert said(before_2004)["VN34_92", "month"][:2] == (2.0, "summed")


def test_the_country_stays_what_it_is_and_plans_of_the_year_of_the_merger_add_up() -> None:
    rows = [told("VN", 1000.0, source="NSO"), *both(), *both(measure="plan", time_period="2025")]
    assert said(series(rows))["VN", "month"] == (1000.0, "reported", "")
    assert said(series(rows, "2025"))["VN34_24", "plan"][:2] == (140.0, "summed")


def test_nothing_gives_nothing() -> None:
    assert series([]).empty
    assert series([told("VN63_24", None)]).empty
    assert bases(Period.parse("2025-10")) == ("2025-09", "2024-10", "2025")


figures = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18)


@pytest.mark.parametrize("dataflow", sorted(ADDITIVE))
@settings(deadline=None, max_examples=5)
@given(data=st.data())
def test_the_country_is_the_same_to_the_last_digit_before_and_after(dataflow: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(figures, min_size=len(OLD), max_size=len(OLD)))
    mults = data.draw(st.lists(st.sampled_from([3, 6, 9]), min_size=len(OLD), max_size=len(OLD)))
    measure = data.draw(st.sampled_from(ADDITIVE[dataflow]))
    rows = [
        told(code, value, dataflow=dataflow, measure=measure, unit_mult=mult)
        for code, value, mult in zip(OLD, values, mults, strict=True)
    ]
    found = on_areas(frame(rows), CATALOG, "VN34", ["2024-10"])
    assert sorted(found["ref_area"]) == sorted(NEW)
    after = [(row.value if row.exact is None else row.exact, row.unit_mult) for row in found.itertuples()]
    assert total(after) == total(zip(values, mults, strict=True))
    assert all(row.exact is None or float(row.exact) == row.value for row in found.itertuples())
