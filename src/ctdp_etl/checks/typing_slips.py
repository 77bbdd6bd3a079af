"""Slips of the hand: swapped digits, wrong signs.

The finding stands at the mistyped cell and carries the severity. The cell is then left out of the arithmetic checks, as
one in the wrong unit is: a mistake is not told again as a sum, a cumulative or a growth that does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import LEVELS, Record, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.checks.typed import DIGITS, SIGN, Typed
from ctdp_etl.model import Severity

FAMILY = "gõ nhầm"
_LAW = "Các đẳng thức của biểu (tổng, lũy kế, tốc độ tăng) chỉ khớp khi bỏ lỗi gõ này"


@check(
    "T01",
    "Đảo hai chữ số cạnh nhau",
    family=FAMILY,
    level=2,
    source=_LAW,
    rule=Rule(
        error=0.005,
        warning=0,
        reason="Đảo chữ số khớp đúng đến sai số làm tròn thì không phải ngẫu nhiên; dưới 0,5% không đổi nhận định",
    ),
)
def swapped(inputs: CheckInput) -> Iterator[Break]:
    """A figure that fits all its identities once two neighbouring digits change places; size: share of the figure."""
    for cell, at in cells_of(inputs, DIGITS):
        yield mistyped(inputs, cell, at, abs(at["x"] / cell.right - 1), "có hai chữ số cạnh nhau bị đảo")


@check(
    "T02",
    "Sai dấu: ghi tăng thành giảm hoặc ngược lại",
    family=FAMILY,
    level=2,
    source=_LAW,
    rule=Rule(
        error=2.0, warning=0, reason="Sai dấu làm đổi chiều nhận định; dưới 1% thì tăng hay giảm đều là đi ngang"
    ),
)
def wrong_sign(inputs: CheckInput) -> Iterator[Break]:
    """Growth, or a level, that fits its identities with the other sign; size: points, per cent of a level."""
    for cell, at in cells_of(inputs, SIGN):
        level = at["measure"] in LEVELS
        what = "sai dấu" if level else "ghi tăng thành giảm" if at["x"] < cell.right else "ghi giảm thành tăng"
        yield mistyped(inputs, cell, at, 100.0 if level else abs(at["x"] - cell.right), what)


def cells_of(inputs: CheckInput, kind: str) -> Iterator[tuple[Typed, Record]]:
    """Yield the mistyped cells of a kind with their observations."""
    for cell in inputs.typed.cells:
        if cell.kind == kind:
            yield cell, inputs.figure(cell.place)


def mistyped(inputs: CheckInput, cell: Typed, at: Record, size: float, what: str) -> Break:
    """Return the break of a mistyped cell; ``what`` says in Vietnamese what happened to it."""
    others = tuple(inputs.figure(place) for place in cell.others)
    if cell.roles:
        others = inputs.rows.records(cell.roles, cell.line)
    unit = "%" if at["measure"] not in LEVELS else wording.unit(inputs.catalog, at)
    right = own_unit(at, cell.right) if at["measure"] in LEVELS else cell.right
    return Break(
        at=at,
        size=size,
        expected=right,
        tolerance=own_unit(at, cell.allowed) if at["measure"] in LEVELS else cell.allowed,
        others=others,
        at_most=Severity.ERROR if cell.certain else Severity.WARNING,
        message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}{unit}: {what}; sửa thành "
        f"{wording.number(right)}{unit} thì khớp với {wording.cells(others, at)}. "
        "Hãy đối chiếu số gốc và sửa ô này.",
    )
