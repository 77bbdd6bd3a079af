"""Figures handed in again: the sender's own earlier month, another area's table, the column of another month.

One finding for each table or column, which carries the severity. The repeated cells are left out of the arithmetic
checks: what does not fit because it is another month's is not told again cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import Record
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import Scope, Severity
from ctdp_etl.period import Period

FAMILY = "chép lại"
PERIOD_FAMILY = "lệch kỳ"
_ONE = 1e-6


@check(
    "D01",
    "Không nộp lại số của kỳ trước",
    family=FAMILY,
    level=2,
    source="Chế độ báo cáo thống kê: mỗi kỳ là số liệu của kỳ đó",
    rule=Rule(
        error=0.9, reason="Chín phần mười số ô giống hệt một kỳ đã nộp (trừ dòng không đổi): không phải số kỳ này"
    ),
)
def own_month_again(inputs: CheckInput) -> Iterator[Break]:
    """A table that repeats an earlier report of its sender; size: share of the cells. Multiplied ones are a warning."""
    for copy in inputs.copies.tables:
        cells, known = _in_order(inputs, copy.places, copy.known, inputs.history)
        yield _break(
            inputs,
            cells,
            known,
            copy.of,
            copy.factor,
            f"{_alike(copy.factor)} báo cáo {Period.parse(copy.month).vietnamese}. Có thể đã nộp lại số cũ; hãy gửi "
            f"số liệu của {inputs.due.vietnamese}.",
        )


@check(
    "D02",
    "Không trùng số của địa bàn khác",
    family=FAMILY,
    level=3,
    source="Mỗi địa bàn một bộ số liệu; hai địa bàn không thể có cùng mọi con số",
    rule=Rule(
        error=0.9, reason="Chín phần mười số ô giống hệt địa bàn khác: một trong hai nơi đã dùng biểu của nơi kia"
    ),
)
def other_area_again(inputs: CheckInput) -> Iterator[Break]:
    """A table that repeats another area's of the period; size: share of the common cells."""
    for copy in inputs.borrowed:
        cells, other = _in_order(inputs, copy.places, copy.others, inputs.figures)
        known = inputs.catalog.areas.by_code.get(str(other["ref_area"]))
        name = known.full_name if known is not None else str(other["ref_area"])
        yield _break(
            inputs,
            cells,
            other,
            copy.of,
            copy.factor,
            f"{_alike(copy.factor)} số của {name}. Có thể đã dùng nhầm biểu của địa bàn khác; hãy kiểm tra và gửi lại.",
        )


@check(
    "P01",
    "Cột ghi đúng số của kỳ mà tiêu đề nói",
    family=PERIOD_FAMILY,
    level=2,
    source="Tiêu đề cột nói số liệu của kỳ nào thì cột phải là số của kỳ đó",
    rule=Rule(error=0.9, reason="Gần như cả cột giống hệt số của kỳ khác hoặc cột khác thì đã dán nhầm cột"),
)
def column_of_other_month(inputs: CheckInput) -> Iterator[Break]:
    """A column that holds the figures of another month or of another column; size: share of its cells."""
    for copy in inputs.copies.columns:
        frame = inputs.figures if copy.twin else inputs.history
        cells, other = _in_order(inputs, copy.places, copy.known, frame)
        what = f"{wording.measure(other)} đã báo cáo"
        if copy.twin:
            what = f"cột {wording.measure(other)} (từ ô {other['cell']})"
        yield _break(
            inputs,
            cells,
            other,
            copy.of,
            1.0,
            f"cột {wording.measure(cells.iloc[0])} giống hệt {what}. Có thể đã dán nhầm cột; "
            "hãy ghi đúng số của kỳ ở tiêu đề.",
        )


def _in_order(
    inputs: CheckInput, places: tuple[int, ...], others: tuple[int, ...], frame: pd.DataFrame
) -> tuple[pd.DataFrame, Record]:
    """Return the repeated cells from the top left on, and what the first of them repeats."""
    cells = inputs.figures.iloc[list(places)]
    order = np.lexsort((cells["cell"], cells["cell"].str.len(), cells["sheet"]))
    return cells.iloc[order], frame.iloc[others[order[0]]]


def _break(inputs: CheckInput, cells: pd.DataFrame, known: Record, of: int, factor: float, what: str) -> Break:
    at = cells.iloc[0]
    flow = inputs.catalog.dataflows.get(at["dataflow"])
    exact = abs(factor - 1) < _ONE
    return Break(
        at=at,
        size=len(cells) / of,
        others=(*(cell for _, cell in cells.iloc[1:].iterrows()), known),
        scope=Scope.SUBMISSION,
        at_most=Severity.ERROR if exact else Severity.WARNING,
        message=f"Trang “{at['sheet']}”, biểu “{flow.name if flow is not None else at['dataflow']}”: "
        f"{len(cells)} trong {of} ô {what}",
    )


def _alike(factor: float) -> str:
    return "giống hệt" if abs(factor - 1) < _ONE else f"đúng bằng {wording.number(factor)} lần"
