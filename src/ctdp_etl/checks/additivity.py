"""Parts and totals: levels add up to their total, shares to one hundred."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Additive, Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import LEVELS, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check

FAMILY = "số học"
_EQUAL = ("submission_id", "source", "ref_area", "item", "time_period", "measure", "unit")
_COLUMNS = ["indicator", *_EQUAL, "x", "half"]


@check(
    "A01",
    "Tổng bằng cộng các thành phần",
    family=FAMILY,
    level=1,
    source="Đẳng thức số học của biểu (các thành phần khai trong danh mục biểu)",
    rule=Rule(
        error=0.002,
        warning=1e-5,
        reason="Số công bố cộng khớp đến sai số làm tròn; tổng gõ tay thường lệch đến vài phần triệu",
    ),
)
def parts_and_total(inputs: CheckInput) -> Iterator[Break]:
    """A total that differs from the sum of its parts by more than their rounding."""
    for total, parts in _unequal(inputs, inputs.sound, LEVELS):
        summed, allowed = parts["x"].sum(), parts["half"].sum() + total["half"]
        gap = abs(total["x"] - summed)
        if gap <= allowed:
            continue
        others = tuple(part for _, part in parts.iterrows())
        yield Break(
            at=total,
            size=gap / max(abs(total["x"]), abs(summed)),
            expected=own_unit(total, summed),
            tolerance=own_unit(total, allowed),
            others=others,
            message=_total_message(inputs, total, summed, others),
        )


@check(
    "A02",
    "Cơ cấu cộng bằng 100%",
    family=FAMILY,
    level=1,
    source="Đẳng thức số học của cột cơ cấu",
    rule=Rule(error=2.0, warning=0.05, reason="Cơ cấu lệch quá 2 điểm không thể do làm tròn"),
)
def shares(inputs: CheckInput) -> Iterator[Break]:
    """The shares of the parts that do not add up to the total's one hundred."""
    for total, parts in _unequal(inputs, inputs.figures, frozenset({"share"})):
        gap, allowed = abs(parts["x"].sum() - 100), parts["half"].sum()
        if gap > allowed and abs(total["x"] - 100) <= 1:
            others = tuple(part for _, part in parts.iterrows())
            yield Break(
                at=total,
                size=gap,
                expected=100.0,
                tolerance=float(allowed),
                others=others,
                message=f"Cơ cấu của các thành phần của {wording.row(total)} ({wording.cells(others)}) cộng lại "
                f"được {wording.number(parts['x'].sum())}%, không phải 100%. Hãy tính lại cột cơ cấu.",
            )


def _unequal(
    inputs: CheckInput, figures: pd.DataFrame, measures: frozenset[str]
) -> Iterator[tuple[pd.Series, pd.DataFrame]]:
    """Yield each total and its parts that do not add up to it, where all of them stand."""
    measured = figures.loc[figures["measure"].isin(measures), ["dataflow", *_COLUMNS]]
    for dataflow, mine in measured.groupby("dataflow", sort=True):
        flow = inputs.catalog.dataflows.get(str(dataflow))
        if flow is None or not flow.additive:
            continue
        equal = mine.groupby(list(_EQUAL), sort=False, dropna=False).ngroup()
        for additive in flow.additive:
            members = _members(mine.assign(equal=equal), additive)
            for total, parts in _breaks(members, additive):
                yield inputs.figures.iloc[total], figures.loc[parts]


def _members(figures: pd.DataFrame, additive: Additive) -> pd.DataFrame:
    """Return the rows of the identity with ``member`` (total or part) and ``group``: all that is equal between them.

    An empty total means the indicator without the part: COAL is the total of COAL.STATE and COAL.FDI.
    """
    names = {additive.total, *additive.parts}
    member, rest = {}, {}
    for indicator in figures["indicator"].unique():
        words = str(indicator).split(".")
        inside = [word for word in words if word in names]
        if len(inside) == 1 or (not inside and additive.total == ""):
            member[indicator] = inside[0] if inside else ""
            rest[indicator] = ".".join(word for word in words if word not in inside)
    if not names <= set(member.values()):
        return figures.iloc[:0].assign(member="", group=0)
    kept = figures[figures["indicator"].isin(list(member))]
    kept = kept.assign(member=kept["indicator"].map(member), rest=kept["indicator"].map(rest))
    return kept.assign(group=kept.groupby(["equal", "rest"], sort=False).ngroup())


def _breaks(members: pd.DataFrame, additive: Additive) -> Iterator[tuple[int, pd.Index]]:
    """Yield the positions of a total and of its parts, where they differ by more than the parts' rounding."""
    rows = members.drop_duplicates(["group", "member"])
    parts = rows[rows["member"] != additive.total]
    groups = parts.groupby("group", sort=False)
    sums = pd.DataFrame({"n": groups.size(), "s": groups["x"].sum(), "h": groups["half"].sum()})
    totals = rows[rows["member"] == additive.total].join(sums, on="group", how="inner")
    broken = (np.abs(totals["x"] - totals["s"]) > totals["h"]) & (totals["n"] == len(additive.parts))
    for place in totals.index[broken]:
        yield place, parts.index[parts["group"] == totals.loc[place, "group"]]


def _total_message(inputs: CheckInput, total: pd.Series, summed: float, others: tuple[pd.Series, ...]) -> str:
    unit = wording.unit(inputs.catalog, total)
    written, expected = wording.number(total["value"]), wording.number(own_unit(total, summed))
    gap = wording.number(abs(own_unit(total, total["x"] - summed)))
    return (
        f"{wording.row(total)}, {wording.measure(total)}: tổng ghi {written}{unit}, các thành phần "
        f"({wording.cells(others)}) cộng lại được {expected}{unit}, lệch {gap}. "
        "Hãy đối chiếu tổng với từng thành phần và sửa ô sai."
    )
