"""Statistics of revisions against their definitions, written out slowly; the table of senders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctdp_etl.period import Period
from ctdp_etl.series.revisions import FEWEST, revised, statistics
from ctdp_etl.series.senders import REPORT_COLUMNS, senders
from ctdp_etl.series.vintages import history, releases, triangle

NSO_IIP = {"source": "NSO", "dataflow": "IIP", "ref_area": "VN", "indicator": "TOTAL", "measure": "yoy"}
TEXTS = ("source", "dataflow", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status", "unit")
MORE = ("vintage", "known_from", "known_to", "sha256", "file_name", "sheet", "cell")


def told(time_period: str, vintage: str, value: float | None, **fields: Any) -> dict[str, Any]:
    """Return a version: the country's industrial index by the statistics office, official once it is restated."""
    usual = dict.fromkeys((*TEXTS, *MORE), "") | NSO_IIP | {"unit": "PCT", "unit_mult": 0, "simulated": False}
    usual |= {"time_period": time_period, "vintage": vintage, "value": value, "sha256": vintage, "cell": "D9"}
    usual |= {"known_from": f"{vintage}-28T02:00:00Z", "obs_status": "E" if vintage == time_period else "A"}
    return usual | fields


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return versions as the warehouse gives them."""
    made = pd.DataFrame(list(rows), columns=[*TEXTS, *MORE, "value", "unit_mult", "simulated"])
    kinds = dict.fromkeys((*TEXTS, *MORE), "str") | {"value": "float64", "unit_mult": "int64", "simulated": "bool"}
    return made.astype(kinds)


def months(count: int) -> list[str]:
    """Return months from January 2020 on."""
    return [str(Period.month(2020, 1).shift(step)) for step in range(count)]


def pairs(values: Sequence[tuple[float, float]], **fields: Any) -> list[dict[str, Any]]:
    """Return each month's first and second value."""
    found = []
    for month, (first, second) in zip(months(len(values)), values, strict=True):
        found.append(told(month, month, first, **fields))
        found.append(told(month, str(Period.parse(month).shift(1)), second, **fields))
    return found


def one(found: pd.DataFrame) -> dict[str, Any]:
    """Return the only row."""
    (row,) = found.to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_the_published_revision_of_september_2024() -> None:
    versions = frame([told("2024-09", "2024-09", 110.84), told("2024-09", "2024-10", 108.30)])
    assert triangle(releases(versions))[["2024-09", "2024-10"]].values.tolist() == [[110.84, 108.30]]
    row = one(revised(releases(versions)))
    assert (row["first"], row["latest"], row["first_release"], row["latest_release"]) == (
        110.84,
        108.30,
        "2024-09",
        "2024-10",
    )
    assert row["revision"] == pytest.approx(-2.54)
    assert row["size"] == pytest.approx(-2.54)
    assert (row["base"], row["turned"]) == (pytest.approx(8.30), 0.0)


def test_the_revised_retail_sales_of_a_department() -> None:
    level = {"source": "SCT_VN34_80", "dataflow": "RETAIL", "measure": "month", "unit": "VND", "unit_mult": 6}
    versions = [told("2026-01", "2026-01", 18350223.456230618, **level)]
    versions.append(told("2026-01", "2026-02", 18424003.21, **level))
    row = one(revised(releases(frame(versions))))
    assert row["revision"] == pytest.approx(73779.753769382)
    assert row["size"] == pytest.approx(0.402064, abs=1e-6)
    assert math.isnan(row["turned"])


def test_a_triangle_has_what_each_report_knew_and_nothing_before_it() -> None:
    rows = [told("2024-01", f"2024-0{n}", value) for n, value in ((1, 100.0), (2, 101.0), (4, 103.0))]
    rows += [told("2024-03", "2024-03", 90.0), told("2024-03", "2024-04", 91.0)]
    table = triangle(releases(frame(rows)))
    assert table.set_index("time_period")[["2024-01", "2024-02", "2024-03", "2024-04"]].fillna(-1).to_dict("index") == {
        "2024-01": {"2024-01": 100.0, "2024-02": 101.0, "2024-03": 101.0, "2024-04": 103.0},
        "2024-03": {"2024-01": -1, "2024-02": -1, "2024-03": 90.0, "2024-04": 91.0},
    }


def test_units_are_aligned_and_another_unit_is_no_revision() -> None:
    level = {"measure": "month", "unit": "VND"}
    same = [
        told("2024-01", "2024-01", 1500.0, unit_mult=6, **level),
        told("2024-01", "2024-02", 1.5, unit_mult=9, **level),
    ]
    assert one(revised(releases(frame(same))))["revision"] == 0.0
    other = [same[0], same[1] | {"unit": "USD"}]
    assert revised(releases(frame(other))).empty


def test_a_figure_told_once_or_sent_again_in_its_month_is_not_revised() -> None:
    resent = told("2024-01", "2024-01", 90.0, known_to="2024-01-29T02:00:00Z")
    again = told("2024-01", "2024-01", 91.0, known_from="2024-01-29T02:00:00Z", sha256="other")
    assert revised(releases(frame([resent, again]))).empty
    assert history(frame([resent, again]))["value"].tolist() == [90.0, 91.0]
    assert releases(frame([resent, again]), several=True).empty


def slowly(first: Sequence[float], latest: Sequence[float]) -> dict[str, float]:
    """Return the statistics by their definitions (McKenzie and Gamba, 2008; Newey and West, 1987)."""
    r = [new - old for old, new in zip(first, latest, strict=True)]
    n, mean = len(r), fmean(r)
    errors = [one - mean for one in r]
    lags = math.floor(4 * (n / 100) ** (2 / 9))
    long_run = sum(e * e for e in errors)
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        long_run += 2 * weight * sum(errors[t] * errors[t - lag] for t in range(lag, n))
    t = mean / math.sqrt(long_run / (n * (n - 1))) if n >= FEWEST and long_run > 1e-9 else math.nan
    growth = [new - 100 for new in latest]
    return {
        "n": n,
        "changed": fmean(one != 0 for one in r),
        "mean": mean,
        "mar": fmean(abs(one) for one in r),
        "rmar": sum(abs(one) for one in r) / sum(abs(one) for one in growth),
        "sd": stdev(r),
        "turned": fmean((old > 100) != (new > 100) for old, new in zip(first, latest, strict=True)),
        "t": t,
    }


values = st.floats(80, 120).map(lambda value: round(value, 2)).filter(lambda value: value != 100)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(values, values), min_size=2, max_size=40))
def test_the_statistics_are_those_of_the_definitions(figures: list[tuple[float, float]]) -> None:
    found = one(statistics(revised(releases(frame(pairs(figures))))))
    due = slowly(*zip(*figures, strict=True))
    for name, value in due.items():
        if not (name == "t" and math.isnan(value)):
            assert found[name] == pytest.approx(value, rel=1e-6, abs=1e-9), name


def test_a_known_bias_is_found_and_noise_is_not() -> None:
    noise = np.random.default_rng(1).normal(0, 1, 24)
    figures = [(105.0, 105.0 + step) for step in noise]
    for shift, sure in ((0.0, False), (3.0, True)):
        rows = pairs([(old, new + shift) for old, new in figures])
        found = one(statistics(revised(releases(frame(rows)))))
        assert (found["p"] < 0.05) is sure
    few = one(statistics(revised(releases(frame(pairs(figures[: FEWEST - 1]))))))
    assert math.isnan(few["t"])


def test_a_growth_that_turns_into_a_fall_is_counted() -> None:
    found = one(
        statistics(revised(releases(frame(pairs([(101.0, 99.0), (99.0, 98.0), (98.0, 102.0), (104.0, 103.0)])))))
    )
    assert (found["turned"], found["changed"]) == (0.5, 1.0)


def test_nothing_gives_nothing() -> None:
    empty = frame([])
    assert history(empty).empty
    assert triangle(releases(empty)).empty
    assert statistics(revised(releases(empty))).empty
    assert senders(pd.DataFrame(columns=list(REPORT_COLUMNS)), revised(releases(empty))).empty


def test_senders_are_late_wrong_and_revised_each_by_their_own() -> None:
    nan = float("nan")
    reports = pd.DataFrame(
        [
            ("SCT_A", "2026-01", "IIP", 0.0, True, 0),
            ("SCT_A", "2026-01", "RETAIL", 3.0, False, 2),
            ("SCT_A", "2026-02", "IIP", nan, nan, 0),
            ("SCT_B", "2026-01", "IIP", 0.0, True, 0),
        ],
        columns=list(REPORT_COLUMNS),
    )
    level = {"measure": "month", "unit": "VND", "source": "SCT_A"}
    rows = pairs([(100.0, 110.0), (200.0, 190.0)], **level) + pairs([(101.0, 99.0)], source="SCT_A")
    found = senders(reports, revised(releases(frame(rows)))).set_index("source")
    late = found.loc["SCT_A"]
    assert (late["reports"], late["missing"], late["late"], late["days_late"]) == (2, 1, 1, 1.5)
    assert (late["first_right"], late["resends"]) == (0.5, 2)
    assert (late["level_n"], late["level_mean"], late["level_mar"]) == (2, pytest.approx(2.5), pytest.approx(7.5))
    assert (late["index_n"], late["index_mean"], late["turned"]) == (1, pytest.approx(-2.0), 1.0)
    clean = found.loc["SCT_B"]
    assert (clean["reports"], clean["missing"], clean["first_right"], clean["level_n"]) == (1, 0, 1.0, 0)
    assert math.isnan(clean["level_mean"])


def test_a_form_of_which_no_file_could_be_read_was_not_right_at_first() -> None:
    reports = pd.DataFrame(
        [("SCT_A", "2026-01", "IIP", 0.0, 1.0, 0), ("SCT_A", "2026-02", "IIP", float("nan"), 0.0, 0)],
        columns=list(REPORT_COLUMNS),
    )
    (row,) = senders(reports, revised(releases(frame([])))).to_dict("records")
    assert (row["reports"], row["missing"], row["first_right"]) == (1, 1, 0.5)


@pytest.mark.parametrize("wrong", [(500.0, 500_000.0), (500_000.0, 500.0), (100.0, 1000.0)])
def test_a_slip_of_the_unit_is_no_revision(wrong: tuple[float, float]) -> None:
    reports = pd.DataFrame([("SCT_A", "2026-01", "IIP", 0.0, 1.0, 0)], columns=list(REPORT_COLUMNS))
    level = {"measure": "month", "unit": "VND", "source": "SCT_A"}
    found = revised(releases(frame(pairs([(100.0, 110.0), wrong, (100.0, 0.0)], **level))))
    (row,) = senders(reports, found).to_dict("records")
    assert (row["level_n"], row["level_mar"]) == (2, pytest.approx(55.0))
