"""Right numbers at the wrong place: one cell with another month's figure, growth that is another row's.

The finding stands at the cell and carries the severity; the cell is left out of the arithmetic checks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.copying import PERIOD_FAMILY
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.misplaced import MONTH, ROW
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.checks.typing_slips import cells_of, mistyped


@check(
    "P02",
    "Ô ghi đúng số của kỳ mà tiêu đề nói",
    family=PERIOD_FAMILY,
    level=2,
    source="Số trùng từng chữ số với số đã báo cáo của kỳ khác, và các đẳng thức của dòng không khớp",
    rule=Rule(
        error=0.05,
        warning=0,
        reason="Nơi gửi đôi khi ước bằng tháng trước, nên chỉ là lỗi khi lệch quá 5% so với các số khác của dòng",
    ),
)
def cell_of_other_month(inputs: CheckInput) -> Iterator[Break]:
    """A cell that breaks its identities with a number that is another month's; size: share of what is due."""
    for cell, at in cells_of(inputs, MONTH):
        other = inputs.rows.known[cell.source]
        what = f"trùng với {wording.measure(other)} ({wording.cells([other], at)})"
        yield mistyped(inputs, cell, at, abs(at["x"] / cell.right - 1), what)


@check(
    "A23",
    "Tốc độ tăng tính trên số của chính dòng",
    family=FAMILY,
    level=2,
    source="Chỉ số của một dòng tính từ các số của dòng đó",
    rule=Rule(error=0.05, warning=0, reason="Trùng từng chữ số với dòng bên là sai công thức; dưới 5% ít quan trọng"),
)
def growth_of_other_row(inputs: CheckInput) -> Iterator[Break]:
    """Growth that is that of a row nearby, or computed with its base; size: share of the growth due."""
    for cell, at in cells_of(inputs, ROW):
        other = inputs.figure(cell.source)
        same = at["x"] == other["x"]
        what = f"{'trùng với' if same else 'tính với số cùng kỳ của'} dòng {wording.row(other)} (ô {other['cell']})"
        yield mistyped(inputs, cell, at, abs(at["x"] / cell.right - 1), what)
