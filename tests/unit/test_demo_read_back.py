"""What the sample's offices write is what the reader reads, whatever the layout."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ctdp_etl import demo
from ctdp_etl.catalog import HEADING, load_catalog
from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.demo.layouts import layouts
from ctdp_etl.demo.planted import kinds, spoil
from ctdp_etl.demo.tables import DATA, month_tables, provinces
from ctdp_etl.model import Finding, Observation
from ctdp_etl.period import Period
from ctdp_etl.reading import read_workbook

CATALOG = load_catalog()
MEASURES = {
    "act_prev": ("month", -1),
    "est": ("month", 0),
    "ytd": ("ytd", 0),
    "mom": ("mom", 0),
    "yoy": ("yoy", 0),
    "ytd_yoy": ("ytd_yoy", 0),
    "prev_yoy": ("yoy", -1),
    "plan_pct": ("plan_pct", 0),
}
LEVELS = {"month", "ytd", "plan"}
HIDDEN_SHEET = "S12"
Key = tuple[str, str, str, str]


def written(area: str, period: str) -> dict[Key, tuple[float, str]]:
    """Return what the office wrote: (dataflow, indicator, period, measure) to value and unit ('' for rates)."""
    province, month = provinces()[area], Period.parse(period)
    layout = layouts()[province.layout]
    found: dict[Key, tuple[float, str]] = {}
    for table in spoil(month_tables(province, month, layout.digits), area, period, resent=False):
        if "empty_form" in kinds(area, period) and table.form == "TRADE_EXPORT":
            continue
        shown = layout.columns(is_index=table.is_index, unit=table.unit)
        for row in table.rows:
            for column in shown:
                if column in row.values and row.code != HEADING:
                    measure, shift = MEASURES.get(column, ("plan", 0))
                    when = str(month.year) if measure == "plan" else str(month.shift(shift))
                    key = table.dataflow, f"{table.prefix}{row.code}{table.suffix}", when, measure
                    found[key] = row.values[column], row.unit if measure in LEVELS else ""
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("home")
    for period in (*demo.LABOUR_PERIODS, *demo.PERIODS):
        demo.write_month(root, period, CATALOG)
    return root


def read(home: Path, source: str, area: str, period: str) -> tuple[list[Observation], list[Finding]]:
    observations: list[Observation] = []
    findings: list[Finding] = []
    paths = sorted((home / "inbox" / source / period).glob("*"))
    for path in paths:
        if path.name.startswith("Sua lai") or len(paths) == 1 or "resent" not in kinds(area, period):
            reading = read_workbook(
                path.read_bytes(), file_name=path.name, source=source, area=area, period=period, catalog=CATALOG
            )
            observations += reading.observations
            findings += reading.findings
    return observations, findings


def one_of_each_layout() -> list[tuple[str, str]]:
    first = {province.layout: area for area, province in reversed(provinces().items())}
    return [(area, period) for area in first.values() for period in demo.PERIODS[:3]]


CASES = one_of_each_layout() + [
    (area, "2026-04") for area in provinces() if not kinds(area, "2026-04") & {"late", "truncated", "wrong_month"}
]


@pytest.mark.parametrize(("area", "period"), CASES)
def test_what_is_written_is_read_back(home: Path, area: str, period: str) -> None:
    observations, findings = read(home, f"SCT_{area}", area, period)
    expected = written(area, period)
    found = {(one.dataflow, one.indicator, one.time_period, one.measure): one for one in observations}
    assert found.keys() == expected.keys()
    for key, (value, unit) in expected.items():
        one = found[key]
        assert one.value is not None
        assert math.isclose(one.value, value, rel_tol=1e-9, abs_tol=1e-6), (key, one.sheet, one.cell, one.raw)
        if unit:
            known = CATALOG.unit(unit)
            assert known is not None
            assert (one.unit, one.unit_mult) == (known.code, known.mult), key
    assert {finding.code for finding in findings} <= {HIDDEN_SHEET}


@pytest.mark.parametrize("period", demo.PERIODS)
def test_tay_ninh_s_published_figures_are_read_back(home: Path, period: str) -> None:
    observations, findings = read(home, "SCT_VN34_80", "VN34_80", period)
    assert findings == []
    for dataflow, name in (("IIP", "tayninh_iip.csv"), ("RETAIL", "tayninh_retail.csv")):
        rows = [row for row in read_csv(DATA / name) if row["period"] == period]
        figures = sorted(float(value) for row in rows for key, value in row.items() if key not in {"period", "label"})
        assert sorted(one.value or 0 for one in observations if one.dataflow == dataflow) == pytest.approx(figures)


@pytest.mark.parametrize("period", demo.LABOUR_PERIODS)
def test_the_labour_index_of_63_provinces_is_read_back(home: Path, period: str) -> None:
    observations, findings = read(home, "NSO", "VN", period)
    assert findings == []
    assert {one.ref_area for one in observations} == {"VN", *(area.code for area in CATALOG.areas.at(period))}
    found = {(one.label.strip(), one.measure): one.value for one in observations}
    for row in read_csv(DATA / "labour_by_area.csv"):
        if row["period"] == period:
            assert found[row["label"], "mom"] == float(row["mom"])
            assert found[row["label"], "yoy"] == float(row["yoy"])
    assert {one.time_period for one in observations} == {period}
