"""Growth against the levels it is computed from: in the table, a year ago, and out of the cumulatives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.expected import (
    CONFIRMED,
    Expected,
    cumulative_blamed,
    from_cumulatives,
    from_month,
    from_previous_month,
    from_year_ago,
    ratio,
)
from ctdp_etl.checks.figures import Flags
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling

_INDEX = "Định nghĩa chỉ số: kỳ so sánh = 100"
_REVISED = "Số cùng kỳ được điều chỉnh sau khi công bố: số 2023-2024 lệch đến 15% là thường, nên không bao giờ là lỗi"


@check(
    "A08",
    "Chỉ số so với tháng trước khớp với số trong biểu",
    family=FAMILY,
    level=1,
    source=_INDEX,
    rule=Rule(error=0.05, warning=0.001, reason="Hai số cùng biểu; chỉ lệch do làm tròn"),
)
def month_on_month(inputs: CheckInput) -> Iterator[Break]:
    """mom = month / previous month of the same table."""
    yield from _breaks(inputs, "A08", from_previous_month(inputs.sound_rows), "số tháng này chia số tháng trước")


@check(
    "A09",
    "Chỉ số so với cùng kỳ khớp với số cùng kỳ đã báo cáo",
    family=FAMILY,
    level=2,
    source=_INDEX,
    rule=Rule(warning=0.3, notice=0.1, reason=_REVISED),
)
def year_on_year(inputs: CheckInput) -> Iterator[Break]:
    """yoy = month / the month a year ago as it is known; not told while that is an estimate only."""
    due = from_year_ago(inputs.sound_rows, "yoy", "month")
    yield from _breaks(inputs, "A09", due, "số tháng này chia số cùng kỳ năm trước")


@check(
    "A10",
    "Chỉ số cộng dồn so với cùng kỳ khớp với lũy kế cùng kỳ đã báo cáo",
    family=FAMILY,
    level=2,
    source=_INDEX,
    rule=Rule(warning=0.3, notice=0.15, reason=_REVISED),
)
def cumulative_year_on_year(inputs: CheckInput) -> Iterator[Break]:
    """ytd_yoy = cumulative / the cumulative a year ago as it is known."""
    due = from_year_ago(inputs.sound_rows, "ytd_yoy", "ytd")
    yield from _breaks(inputs, "A10", due, "lũy kế chia lũy kế cùng kỳ năm trước")


@check(
    "A11",
    "Chỉ số so với cùng kỳ khớp với hai lũy kế và chỉ số cộng dồn của chúng",
    family=FAMILY,
    level=2,
    source="Số cùng kỳ của tháng = lũy kế / chỉ số cộng dồn, trừ lũy kế trước / chỉ số cộng dồn trước",
    rule=Rule(
        error=0.3,
        warning=0.001,
        reason="Số công bố 2021-2024 khớp đến 0,1%; lệch quá 30% không thể chỉ do điều chỉnh số cùng kỳ",
    ),
)
def implied(inputs: CheckInput) -> Iterator[Break]:
    """yoy = month / the month a year ago that the two cumulatives and their indices imply.

    Not told where the cumulatives themselves do not roll forward: that finding stands at the cumulative.
    """
    rows, roll = inputs.sound_rows, inputs.rolled
    rolled_on = from_cumulatives(rows, roll.expected).broken(rows) <= CONFIRMED
    skip = _torn(inputs) | cumulative_blamed(rows) | (roll.restated & roll.broken & rolled_on)
    yield from _breaks(inputs, "A11", from_cumulatives(inputs.sound_rows), "số cùng kỳ suy ra từ hai lũy kế", skip)


@check(
    "A17",
    "Chỉ số cộng dồn khớp với chỉ số tháng và cộng dồn trước",
    family=FAMILY,
    level=2,
    source="Lũy kế cùng kỳ = lũy kế cùng kỳ đến tháng trước + số cùng kỳ của tháng",
    rule=Rule(
        error=0.1,
        warning=0.001,
        reason="Số công bố 2021-2024 khớp đến 0,1%; chỉ số cộng dồn đổi chậm nên lệch quá 10% là sai",
    ),
)
def implied_cumulative(inputs: CheckInput) -> Iterator[Break]:
    """ytd_yoy = cumulative / the cumulative a year ago that last month's index and the month's growth imply."""
    rows = inputs.sound_rows
    skip = _torn(inputs) | ~cumulative_blamed(rows)
    yield from _breaks(inputs, "A17", from_month(rows), "số cùng kỳ suy ra từ cộng dồn trước và chỉ số tháng", skip)


@check(
    "A12",
    "Tỷ lệ so với kế hoạch khớp với lũy kế và kế hoạch",
    family=FAMILY,
    level=1,
    source="Định nghĩa: lũy kế / kế hoạch năm",
    rule=Rule(error=0.05, warning=0.001, reason="Hai số cùng biểu; chỉ lệch do làm tròn"),
)
def plan_share(inputs: CheckInput) -> Iterator[Break]:
    """plan_pct = cumulative / plan of the year."""
    rows = inputs.sound_rows
    ytd, plan = rows.value("ytd"), rows.value("plan")
    due = ratio(rows, "plan_pct", "ytd", "plan", ytd, plan)
    yield from _breaks(inputs, "A12", due, "lũy kế chia kế hoạch năm")


def _breaks(inputs: CheckInput, code: str, due: Expected, how: str, skip: Flags | bool = False) -> Iterator[Break]:
    rows = inputs.sound_rows
    sizes = due.broken(rows)
    told = np.where((sizes > 0) & ~np.asarray(skip), sizes, np.nan)
    for line in worth_telling(inputs, code, rows.lines["dataflow"], told):
        at = rows.record(due.role, int(line))
        if at is None or (due.role, int(line)) in inputs.growth_slips:
            continue
        others = rows.records(due.terms, int(line))
        yield Break(
            at=at,
            size=float(sizes[line]),
            expected=float(due.value[line]),
            tolerance=float(due.allowed[line]),
            others=others,
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}%, tính lại từ {how} "
            f"({wording.cells(others, at)}) được {wording.number(float(due.value[line]))}%. "
            "Hãy kiểm tra công thức của ô này và các số dùng để tính.",
        )


def _torn(inputs: CheckInput) -> Flags:
    """Lines whose cumulatives do not roll forward: that finding stands at the cumulative, growth is not judged."""
    roll = inputs.rolled
    return np.where(roll.restated, roll.gap > 0.05 * np.abs(roll.expected), roll.months >= 1)
