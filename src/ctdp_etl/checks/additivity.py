"""Parts and totals: levels add up to their total, shares to one hundred."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.checks.sums import Sums, find_sums

FAMILY = "số học"


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
    for total, parts, sums in _unequal(inputs, inputs.sound_sums):
        summed, allowed = sums["due"], sums["allowed"]
        others = tuple(part for _, part in parts.iterrows())
        yield Break(
            at=total,
            size=abs(total["x"] - summed) / max(abs(total["x"]), abs(summed)),
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
    shared = inputs.figures[inputs.figures["measure"] == "share"]
    for total, parts, sums in _unequal(inputs, sums_of(shared, inputs.catalog)):
        gap, allowed = abs(sums["due"] - 100), sums["allowed"] - total["half"]
        if gap > allowed and abs(total["x"] - 100) <= 1:
            others = tuple(part for _, part in parts.iterrows())
            yield Break(
                at=total,
                size=gap,
                expected=100.0,
                tolerance=float(allowed),
                others=others,
                message=f"Cơ cấu của các thành phần của {wording.row(total)} ({wording.cells(others)}) cộng lại "
                f"được {wording.number(sums['due'])}%, không phải 100%. Hãy tính lại cột cơ cấu.",
            )


def sums_of(figures: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return the figures that stand in a sum whose total and parts all stand, once for each sum.

    They keep their index. ``group`` numbers the sums, ``total`` marks the left-hand side, ``due`` is what the other
    members make of the figure, ``allowed`` the rounding of all, ``off`` whether the sum does not hold.
    """
    found: list[pd.DataFrame] = []
    for dataflow, mine in figures[["dataflow", *_COLUMNS]].groupby("dataflow", sort=True):
        flow = catalog.dataflows.get(str(dataflow))
        if flow is None or not flow.additive:
            continue
        equal = mine.groupby(list(_EQUAL), sort=False, dropna=False).ngroup()
        for additive in flow.additive:
            found.append(_members(mine.assign(equal=equal), additive))
    members = pd.concat([one for one in found if len(one)] or [figures.iloc[:0].assign(total=False, group=0, of=0)])
    members["group"] = members.groupby(["of", "group"], sort=False).ngroup()
    return _balanced(members[["indicator", "x", "half", "group", "total"]])


def _members(figures: pd.DataFrame, additive: Additive) -> pd.DataFrame:
    """Return the rows of the identity with ``total`` and ``group``: all that is equal between them.

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
        return figures.iloc[:0]
    kept = figures[figures["indicator"].isin(list(member))]
    kept = kept.assign(member=kept["indicator"].map(member), rest=kept["indicator"].map(rest))
    kept["group"] = kept.groupby(["equal", "rest"], sort=False).ngroup()
    kept = kept.loc[~kept.duplicated(["group", "member"])]
    whole = kept.groupby("group", sort=False)["x"].transform("size") == len(names)
    return kept[whole].assign(total=kept["member"] == additive.total, of=id(additive))


def _balanced(members: pd.DataFrame) -> pd.DataFrame:
    sign = np.where(members["total"], 1.0, -1.0)
    groups = members.assign(gap=sign * members["x"]).groupby("group", sort=False)
    gap, allowed = groups["gap"].transform("sum"), groups["half"].transform("sum")
    return members.assign(due=members["x"] - sign * gap, allowed=allowed, off=gap.abs() > allowed)


def _unequal(inputs: CheckInput, sums: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.DataFrame, pd.Series]]:
    """Yield each total that its parts do not add up to, the parts, and what is due of the total."""
    off = sums[sums["off"]]
    for _, members in off.groupby("group", sort=True):
        total = members[members["total"]].iloc[0]
        yield (
            inputs.figures.loc[total.name],
            inputs.figures.loc[members.index[~members["total"]]],
            total,
        )


def _total_message(inputs: CheckInput, total: pd.Series, summed: float, others: tuple[pd.Series, ...]) -> str:
    unit = wording.unit(inputs.catalog, total)
    written, expected = wording.number(total["value"]), wording.number(own_unit(total, summed))
    gap = wording.number(abs(own_unit(total, total["x"] - summed)))
    return (
        f"{wording.row(total)}, {wording.measure(total)}: tổng ghi {written}{unit}, các thành phần "
        f"({wording.cells(others)}) cộng lại được {expected}{unit}, lệch {gap}. "
        "Hãy đối chiếu tổng với từng thành phần và sửa ô sai."
    )
