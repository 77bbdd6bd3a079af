"""Quarters and halves against months: a quarter is its three months, the cumulative is its quarters.

Where most rows of a table break, the table is told once, with all its cells: then it is another year's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.figures import among, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import Scope
from ctdp_etl.period import Period

_MONTHS = {"Q": 3, "S": 6, "A": 12}
_PARTS = {"Q": 3, "S": 2, "A": 2}
_MOST, _FEWEST_ROWS = 0.5, 5
_KEY = ["submission_id", "series"]


@check(
    "A18",
    "Quý bằng tổng các tháng trong quý",
    family=FAMILY,
    level=2,
    source="Số quý là tổng số ba tháng (đã điều chỉnh)",
    rule=Rule(
        error=0.2,
        warning=0.02,
        notice=0.001,
        reason="Số công bố quý III/2021 khớp đến 0,1%; các tháng đầu quý điều chỉnh thêm làm lệch đến 7%",
    ),
)
def months_of_quarter(inputs: CheckInput) -> Iterator[Break]:
    """A quarter that is not the sum of its months, as this report and the history tell them; size: share of it."""
    levels = _levels(inputs)
    if levels.empty:
        return
    told = inputs.sound[(inputs.sound["measure"] == "month") & (inputs.sound["time_period"].str.len() == 7)]
    known = inputs.history[inputs.history["measure"] == "month"]
    months = pd.concat([told, known[known["time_period"].str.len() == 7]]).drop_duplicates(["series", "time_period"])
    for name in levels["time_period"].unique():
        period = Period.parse(str(name))
        parts = [str(period.last_month.shift(-back)) for back in range(_MONTHS[period.freq])]
        yield from _unequal(inputs, levels[levels["time_period"] == name], months, parts, ["series"], "các tháng")


@check(
    "A19",
    "Lũy kế bằng tổng các quý",
    family=FAMILY,
    level=1,
    source="Số lũy kế đến cuối quý là tổng các quý từ đầu năm",
    rule=Rule(
        error=0.01, warning=0.0001, reason="Hai biểu của cùng báo cáo; số công bố 2021-2023 lệch nhiều nhất 0,12%"
    ),
)
def quarters_of_cumulative(inputs: CheckInput) -> Iterator[Break]:
    """A cumulative, or a half, that is not the sum of the quarters of the same report; size: share of it."""
    quarters = _levels(inputs)
    quarters = quarters[quarters["time_period"].str.contains("-Q")]
    if quarters.empty or inputs.due.number % 3:
        return
    ytd = inputs.sound[(inputs.sound["measure"] == "ytd") & (inputs.sound["time_period"] == inputs.period)]
    parts = [f"{inputs.due.year}-Q{number}" for number in range(1, inputs.due.number // 3 + 1)]
    yield from _unequal(inputs, ytd, quarters, parts, _KEY, "các quý")
    halves = _levels(inputs)
    for half, numbers in (("S1", (1, 2)), ("S2", (3, 4))):
        mine = halves[halves["time_period"] == f"{inputs.due.year}-{half}"]
        both = [f"{inputs.due.year}-Q{number}" for number in numbers]
        yield from _unequal(inputs, mine, quarters, both, _KEY, "các quý")


def _levels(inputs: CheckInput) -> pd.DataFrame:
    """Return the sound levels of quarters, halves and years that this period's reports tell."""
    longer = {name for name in inputs.sound["time_period"].cat.categories if "-Q" in name or "-S" in name}
    return inputs.sound[among(inputs.sound, "time_period", longer) & among(inputs.sound, "measure", {"month"})]


def _unequal(
    inputs: CheckInput, totals: pd.DataFrame, parts: pd.DataFrame, names: list[str], key: list[str], what: str
) -> Iterator[Break]:
    """Yield the totals that are not the sum of the parts of all periods ``names``; most of a table as one."""
    if totals.empty:
        return
    mine = parts[parts["time_period"].isin(names)]
    sums = mine.groupby(key)[["x", "half"]].sum().add_suffix("_sum").join(mine.groupby(key).size().rename("n"))
    both = totals.join(sums, on=key)
    both = both[(both["n"] == len(names)) & (both["x"] > 0) & (both["x_sum"] > 0)]
    gap = (both["x"] - both["x_sum"]).abs()
    both = both.assign(size=np.where(gap > both["half"] + both["half_sum"], gap / both["x"], 0.0))
    for _, table in both.groupby(["submission_id", "form"], sort=True):
        off = table[table["size"] > 0]
        cells = {line: mine[(mine[key] == row[key]).all(axis=1)] for line, row in off.iterrows()}
        if len(off) >= _FEWEST_ROWS and len(off) >= _MOST * len(table):
            yield _whole(inputs, off, table, pd.concat(list(cells.values())), what)
            continue
        for line, row in off.iterrows():
            yield _one(inputs, row, cells[line], what)


def _one(inputs: CheckInput, at: pd.Series, others: pd.DataFrame, what: str) -> Break:
    due, unit = own_unit(at, at["x_sum"]), wording.unit(inputs.catalog, at)
    records = tuple(other for _, other in others.sort_values("time_period").iterrows())
    return Break(
        at=inputs.figures.iloc[cast(int, at.name)],
        size=float(at["size"]),
        expected=due,
        tolerance=own_unit(at, at["half"] + at["half_sum"]),
        others=records,
        message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}{unit}, trong khi {what} "
        f"({wording.cells(records, at)}) cộng lại được {wording.number(due)}{unit}. Hãy đối chiếu và sửa ô sai.",
    )


def _whole(inputs: CheckInput, off: pd.DataFrame, table: pd.DataFrame, parts: pd.DataFrame, what: str) -> Break:
    order = np.lexsort((off["cell"], off["cell"].str.len(), off["sheet"]))
    at = inputs.figures.loc[off.index[order[0]]]
    rest = [inputs.figures.loc[line] for line in off.index[order[1:]]]
    sheets = "”, “".join(sorted(parts["sheet"].unique()))
    return Break(
        at=at,
        size=float(off["size"].median()),
        others=(*rest, *(part for _, part in parts.sort_values(["sheet", "cell"]).iterrows())),
        scope=Scope.SUBMISSION,
        message=f"Trang “{at['sheet']}”: {len(off)} trong {len(table)} dòng có {wording.measure(at)} khác tổng {what} "
        f"(trang “{sheets}”). Có thể một trong hai biểu là số của năm khác; hãy gửi lại biểu đúng.",
    )
