"""Between sources and areas: two who tell the same figure, and the country against all its areas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import NATIONAL, Catalog, Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import Flags, Record, among, codes, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import Scope
from ctdp_etl.period import Period

FAMILY = "giữa các nguồn"
_OFFICE, _DEPARTMENT = "NSO", "SCT_"
_MOST, _FEWEST_ROWS = 0.5, 5
_SAME = ["dataflow", "ref_area", "indicator", "item", "time_period", "measure", "unit"]
_TERRITORY = ["source", "dataflow", "indicator", "time_period", "measure", "unit"]


@check(
    "N01",
    "Cơ quan thống kê và Sở cùng báo cáo một số liệu thì hai số bằng nhau",
    family=FAMILY,
    level=3,
    source="Cùng chỉ tiêu, địa bàn, kỳ và đơn vị; mỗi nguồn giữ số của mình, không nguồn nào sửa nguồn nào",
    rule=Rule(notice=1e-6, reason="Hai nguồn có thể khác phạm vi và cách tính: chỉ nêu để biết, không phải lỗi"),
)
def two_sources(inputs: CheckInput) -> Iterator[Break]:
    """A department's figure that is not the statistics office's by more than rounding; size: share of the larger.

    Where most rows of a table differ, the table is told once, with all its cells.
    """
    offices = {name for name in inputs.sound["source"].cat.categories if name.split("_")[0] == _OFFICE}
    is_office, areas = among(inputs.sound, "source", offices), codes(inputs.sound, "ref_area")
    if not np.isin(areas[~is_office], areas[is_office]).any():
        return
    both = _both(inputs, is_office)
    for _, table in both.groupby(["submission_id", "form"], sort=True):
        off = table[table["size"] > 0]
        if len(off) >= _FEWEST_ROWS and len(off) >= _MOST * len(table):
            yield _other_table(inputs, off, len(table))
            continue
        for at, office, size in zip(off["place"], off["place_office"], off["size"], strict=True):
            yield _other_figure(inputs, inputs.figure(at), inputs.figure(office), float(size))


def _both(inputs: CheckInput, is_office: Flags) -> pd.DataFrame:
    """Return the figures of departments beside the statistics office's, with the places of both and their ``size``."""
    told = inputs.sound[[*_SAME, "source", "submission_id", "form", "x", "half"]]
    told = told.rename_axis(index="place").reset_index()
    office = told[is_office].drop_duplicates(_SAME, keep="last")
    common = among(told, "ref_area", set(office["ref_area"]))
    both = told[common & ~is_office].merge(office, on=_SAME, suffixes=("", "_office"))
    gap = (both["x"] - both["x_office"]).abs()
    larger = both[["x", "x_office"]].abs().max(axis=1)
    return both.assign(size=np.where(gap > both["half"] + both["half_office"], gap / larger, 0.0))


def _other_figure(inputs: CheckInput, at: Record, office: Record, size: float) -> Break:
    unit = wording.unit(inputs.catalog, at)
    value = own_unit(at, float(office["x"]))
    return Break(
        at=at,
        size=size,
        expected=value,
        others=(office,),
        message=f"{wording.row(at)}, {wording.measure(at)}: {_sender(inputs.catalog, at)} ghi "
        f"{wording.number(at['value'])}{unit}, {_sender(inputs.catalog, office)} ghi {wording.number(value)}{unit} "
        f"({wording.cells((office,), at)}). Hai số được giữ nguyên, không lấy số này sửa số kia; nếu khác phạm vi hoặc "
        "cách tính, hãy nêu rõ.",
    )


def _other_table(inputs: CheckInput, off: pd.DataFrame, rows: int) -> Break:
    mine, office = inputs.figures.loc[off["place"]], inputs.figures.loc[off["place_office"]]
    order = np.lexsort((mine["cell"], mine["cell"].str.len(), mine["sheet"]))
    at, other = mine.iloc[order[0]], office.iloc[order[0]]
    return Break(
        at=at,
        size=float(off["size"].median()),
        others=(*(mine.iloc[line] for line in order[1:]), *(office.iloc[line] for line in order)),
        scope=Scope.SUBMISSION,
        message=f"Trang “{at['sheet']}” của {_sender(inputs.catalog, at)}: {len(off)} trong {rows} số khác số của "
        f"{_sender(inputs.catalog, other)} (trang “{other['sheet']}”). Hai nguồn được giữ nguyên, không lấy nguồn này "
        "sửa nguồn kia; nếu khác phạm vi hoặc cách tính, hãy nêu rõ.",
    )


def _sender(catalog: Catalog, record: Record) -> str:
    source = str(record["source"])
    if source.startswith(_DEPARTMENT):
        area = catalog.areas.by_code.get(source.removeprefix(_DEPARTMENT))
        return f"Sở Công Thương {area.name}" if area is not None else f"Sở ({source})"
    return "cơ quan thống kê" if source.split("_")[0] == _OFFICE else f"nguồn {source}"


@check(
    "N02",
    "Số cả nước bằng tổng các địa bàn",
    family=FAMILY,
    level=3,
    source="Số tuyệt đối của các phần lãnh thổ cộng lại (khai trong danh mục biểu); không áp dụng cho chỉ số, tỷ lệ",
    rule=Rule(
        warning=0.0001,
        reason="Cùng một nguồn và cùng biểu; phần chưa phân theo địa bàn có thể có nên không phải lỗi",
    ),
)
def country_and_areas(inputs: CheckInput) -> Iterator[Break]:
    """A country's level that is not the sum of all areas in force, as one source tells them; size: share of it."""
    national = among(inputs.sound, "ref_area", {NATIONAL})
    if national.all() or not national.any():
        return
    levels = _additive(inputs)
    for name in levels.loc[levels["ref_area"] == NATIONAL, "time_period"].unique():
        areas = [area.code for area in inputs.catalog.areas.at(str(Period.parse(str(name)).last_month))]
        mine = levels[levels["time_period"] == name]
        parts = mine[among(mine, "ref_area", set(areas))]
        if len(np.unique(codes(parts, "ref_area"))) < len(areas):
            continue
        parts = parts.drop_duplicates([*_TERRITORY, "ref_area"], keep="last")
        sums = parts.groupby(_TERRITORY)[["x", "half"]].sum().add_suffix("_sum")
        sums["n"] = parts.groupby(_TERRITORY).size()
        both = mine[mine["ref_area"] == NATIONAL].join(sums, on=_TERRITORY)
        gap = (both["x"] - both["x_sum"]).abs()
        off = both[(both["n"] == len(areas)) & (gap > both["half"] + both["half_sum"])]
        for _, at in off.iterrows():
            others = parts[(parts[_TERRITORY] == at[_TERRITORY]).all(axis=1)]
            yield _country(inputs, at, tuple(other for _, other in others.iterrows()))


def _additive(inputs: CheckInput) -> pd.DataFrame:
    """Return the sound levels of tables, not registers, whose measure adds up across areas in its dataflow."""
    pairs = {(flow.code, name) for flow in inputs.catalog.dataflows.values() for name in flow.across_areas.additive}
    told, (flows, measures) = inputs.sound, (inputs.sound[name].cat.categories for name in ("dataflow", "measure"))
    adds_up = np.array([[(flow, measure) in pairs for measure in measures] for flow in flows], dtype=bool)
    found: pd.DataFrame = told[among(told, "item", {""}) & adds_up[codes(told, "dataflow"), codes(told, "measure")]]
    return found


def _country(inputs: CheckInput, at: Record, others: tuple[Record, ...]) -> Break:
    due, unit = own_unit(at, float(at["x_sum"])), wording.unit(inputs.catalog, at)
    return Break(
        at=at,
        size=abs(float(at["x"] - at["x_sum"])) / max(abs(float(at["x"])), abs(float(at["x_sum"]))),
        expected=due,
        tolerance=own_unit(at, float(at["half"] + at["half_sum"])),
        others=others,
        message=f"{wording.row(at)}, {wording.measure(at)} của cả nước ghi {wording.number(at['value'])}{unit}, tổng "
        f"{len(others)} địa bàn ({wording.cells(others, at)}) là {wording.number(due)}{unit}. Hãy đối chiếu; nếu có "
        "phần chưa phân theo địa bàn, hãy nêu rõ.",
    )
