"""Parts and totals: levels add up to their total, shares to one hundred."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import Record, own_unit
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
    for total, others, summed, rounding in _unequal(inputs, inputs.sums):
        gap, allowed = abs(total["x"] - summed), rounding + total["half"]
        if gap <= allowed:
            continue
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
    sums = find_sums(inputs.figures, inputs.catalog, frozenset({"share"}))
    for total, others, summed, rounding in _unequal(inputs, sums):
        gap = abs(summed - 100)
        if gap > rounding and abs(total["x"] - 100) <= 1:
            yield Break(
                at=total,
                size=gap,
                expected=100.0,
                tolerance=rounding,
                others=others,
                message=f"Cơ cấu của các thành phần của {wording.row(total)} ({wording.cells(others)}) cộng lại "
                f"được {wording.number(summed)}%, không phải 100%. Hãy tính lại cột cơ cấu.",
            )


def _unequal(inputs: CheckInput, sums: Sums) -> Iterator[tuple[Record, tuple[Record, ...], float, float]]:
    """Yield each total that its parts do not add up to, the parts, their sum and its rounding."""
    x, half = (inputs.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
    summed, rounding = sums.added(x), sums.added(half)
    for number in np.flatnonzero(np.abs(x[sums.totals] - summed) > rounding):
        parts = tuple(inputs.figure(place) for place in sums.parts_of(int(number)))
        yield inputs.figure(sums.totals[number]), parts, float(summed[number]), float(rounding[number])


def _total_message(inputs: CheckInput, total: Record, summed: float, others: tuple[Record, ...]) -> str:
    unit = wording.unit(inputs.catalog, total)
    written, expected = wording.number(total["value"]), wording.number(own_unit(total, summed))
    gap = wording.number(abs(own_unit(total, total["x"] - summed)))
    return (
        f"{wording.row(total)}, {wording.measure(total)}: tổng ghi {written}{unit}, các thành phần "
        f"({wording.cells(others)}) cộng lại được {expected}{unit}, lệch {gap}. "
        "Hãy đối chiếu tổng với từng thành phần và sửa ô sai."
    )
