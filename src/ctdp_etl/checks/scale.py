"""Unit and scale slips: figures that are a power of ten off, or growth written where an index stands."""

from __future__ import annotations

from collections.abc import Iterator

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.checks.slips import CELLS
from ctdp_etl.model import Severity

FAMILY = "đơn vị và quy mô"
_CONTEXT = ("known_month", "known_ytd", "yoy", "ytd_yoy", "mom", "year_ago_month", "year_ago_ytd")
_MISTAKEN = {0: "là mức tăng, không phải chỉ số", None: "là chỉ số cộng thêm 100, do ghi chỉ số vào cột mức tăng"}
_RULE = Rule(error=1, reason="Sai lũy thừa của 10 làm sai mọi số tổng hợp; không phải biến động của sản xuất")


@check(
    "U01",
    "Sai đơn vị hoặc sai hàng (×10, ×1.000, ×1.000.000)",
    family=FAMILY,
    level=2,
    source="So với lũy kế, số tháng trước, số cùng kỳ và chỉ số của chính dòng đó",
    rule=_RULE,
)
def level_slip(inputs: CheckInput) -> Iterator[Break]:
    """A level that agrees with all else that is known of its row once it is moved by a power of ten."""
    rows = inputs.rows
    for cell in inputs.slips.cells:
        at = inputs.figure(cell.place)
        exponent = cell.exponent
        right = float(at["value"]) / 10.0**exponent
        unit = wording.unit(inputs.catalog, at)
        doubt = "" if cell.certain else " (chưa có số kỳ trước để khẳng định)"
        others = tuple(role for role in CELLS if role != cell.role)
        yield Break(
            at=at,
            size=abs(exponent),
            expected=right,
            others=rows.records((*others, *_CONTEXT), cell.line),
            at_most=Severity.ERROR if cell.certain else Severity.WARNING,
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}{unit}: sai đơn vị, "
            f"{wording.factor(exponent)}{doubt}; theo các kỳ trước và các số khác của dòng này phải là khoảng "
            f"{wording.number(right)}{unit}. Hãy sửa lại số hoặc đơn vị tính.",
        )


@check(
    "U02",
    "Sai hàng của chỉ số, hoặc ghi mức tăng thay cho chỉ số",
    family=FAMILY,
    level=2,
    source="So với chỉ số tính lại từ các số của chính dòng đó",
    rule=_RULE,
)
def index_slip(inputs: CheckInput) -> Iterator[Break]:
    """An index that is a power of ten off, growth (+7.1) where an index (107.1) is due, or the other way round."""
    rows = inputs.sound_rows
    for (role, line), (exponent, due, terms, certain) in inputs.growth_slips.items():
        at = rows.record(role, line)
        if at is None:
            continue
        what = f"sai hàng, {wording.factor(exponent)}" if exponent else _MISTAKEN[exponent]
        doubt = "" if certain else " (trừ khi số biến động mạnh thật)"
        yield Break(
            at=at,
            size=1,
            expected=due,
            others=rows.records(terms, line),
            at_most=Severity.ERROR if certain else Severity.WARNING,
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}%: {what}{doubt}; "
            f"tính lại từ {wording.cells(rows.records(terms, line), at)} được khoảng {wording.number(due)}%. "
            "Hãy sửa lại ô này.",
        )


@check(
    "U03",
    "Số kỳ trước đã sai đơn vị",
    family=FAMILY,
    level=2,
    source="So với các kỳ trước nữa",
    rule=Rule(notice=1, reason="Tiếng vọng của lỗi đã nêu ở kỳ trước; số kỳ này không sai"),
)
def echoed_slip(inputs: CheckInput) -> Iterator[Break]:
    """A row whose previous report was a power of ten off: this month's figures are right again."""
    rows = inputs.rows
    for line in sorted(inputs.slips.echoes):
        at = rows.record("month", line)
        if at is None:
            continue
        others = rows.records(("known_month", "known_ytd"), line)
        yield Break(
            at=at,
            size=1,
            others=others,
            message=f"{wording.row(at)}: số kỳ này đã đúng đơn vị, số báo cáo kỳ trước ({wording.cells(others, at)}) "
            "sai đơn vị. Hãy gửi lại số đúng của kỳ trước.",
        )
