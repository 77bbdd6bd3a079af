"""Growth against the levels it is computed from: in the table, a year ago, and out of the cumulatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.figures import Numbers
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling
from ctdp_etl.checks.rollforward import rolled
from ctdp_etl.checks.rows import Rows

_INDEX = "Định nghĩa chỉ số: kỳ so sánh = 100"
_REVISED = "Số cùng kỳ được điều chỉnh sau khi công bố: số 2023-2024 lệch đến 15% là thường, nên không bao giờ là lỗi"
_SMALLEST_SHARE = 0.005


@dataclass(frozen=True)
class Expected:
    """For every line: the growth that the ``terms`` make due and what their rounding allows, in points."""

    role: str
    terms: tuple[str, ...]
    value: Numbers
    allowed: Numbers

    def broken(self, rows: Rows) -> Numbers:
        """Return the break as a share of the growth due: 0 where it holds, NaN where it cannot be told."""
        written = rows.value(self.role)
        gap = np.abs(written - self.value)
        told = (self.value > 0) & ~np.isnan(gap)
        return np.where(told, np.where(gap > self.allowed, gap / self.value, 0.0), np.nan)


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
        warning=0.02,
        reason="Số công bố 2021-2024 khớp đến 0,1%; lệch quá 30% không thể chỉ do điều chỉnh số cùng kỳ",
    ),
)
def implied(inputs: CheckInput) -> Iterator[Break]:
    """yoy = month / the month a year ago that the two cumulatives and their indices imply.

    Not told where the cumulatives themselves do not roll forward: that finding stands at the cumulative.
    """
    rows, roll = inputs.sound_rows, rolled(inputs)
    months = np.fmax(np.abs(rows.value("month")), np.abs(rows.value("known_month")))
    torn = (roll["restated"] & (roll["gap"] > 0.05 * roll["expected"].abs())) | (roll["gap"] > 2 * months)
    skip = frozenset(np.flatnonzero(torn).tolist())
    yield from _breaks(inputs, "A11", from_cumulatives(rows), "số cùng kỳ suy ra từ hai lũy kế", skip)


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
    due = _ratio(rows, "plan_pct", "ytd", "plan", ytd, plan)
    yield from _breaks(inputs, "A12", due, "lũy kế chia kế hoạch năm")


def from_previous_month(rows: Rows) -> Expected:
    """The mom that the two months of the table make due."""
    return _ratio(rows, "mom", "month", "last_month", rows.value("month"), rows.value("last_month"))


def from_year_ago(rows: Rows, role: str, level: str) -> Expected:
    """The growth that a level and the same level a year ago make due."""
    before = f"year_ago_{level}"
    known = rows.value(before)
    if level == "month":
        known = np.where(rows.estimated(before), np.nan, known)
    return _ratio(rows, role, level, before, rows.value(level), known)


def from_cumulatives(rows: Rows) -> Expected:
    """The yoy that the month makes due over the month a year ago implied by cumulatives and their indices."""
    ytd, index = rows.value("ytd"), rows.value("ytd_yoy")
    known, known_index = rows.value("known_ytd"), rows.value("known_ytd_yoy")
    with np.errstate(divide="ignore", invalid="ignore"):
        base, known_base = ytd / index * 100, known / known_index * 100
        year_ago = base - known_base
        slack = (
            base * (rows.half("ytd_yoy") / index + rows.half("ytd") / ytd)
            + known_base * (rows.half("known_ytd_yoy") / known_index + rows.half("known_ytd") / known)
        ) / year_ago + rows.half("month") / rows.value("month")
        value = rows.value("month") / year_ago * 100
        # A month that is a sliver of its cumulative drowns in the rounding of the cumulative.
        told = (year_ago > _SMALLEST_SHARE * base) & (slack < 1)
    value = np.where(told, value, np.nan)
    terms = ("month", "ytd", "ytd_yoy", "known_ytd", "known_ytd_yoy")
    return Expected("yoy", terms, value, value * slack + rows.half("yoy"))


def _ratio(rows: Rows, role: str, above: str, below: str, numerator: Numbers, denominator: Numbers) -> Expected:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((numerator > 0) & (denominator > 0), numerator / denominator * 100, np.nan)
        slack = rows.half(above) / numerator + rows.half(below) / denominator
    return Expected(role, (above, below), value, np.abs(value * slack) + rows.half(role))


def _breaks(
    inputs: CheckInput, code: str, due: Expected, how: str, skip: frozenset[int] = frozenset()
) -> Iterator[Break]:
    rows = inputs.sound_rows
    sizes = due.broken(rows)
    slipped = set(growth_slips(rows))
    for line in worth_telling(inputs, code, rows.places["dataflow"], np.where(sizes > 0, sizes, np.nan)):
        at = rows.record(due.role, int(line))
        if at is None or line in skip or (due.role, int(line)) in slipped:
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


def growth_slips(rows: Rows) -> dict[tuple[str, int], tuple[str, float, tuple[str, ...]]]:
    """Return the growth cells (role, line) that are an index written as growth, or a power of ten off.

    Each with what it is ("growth", "×10" ...), the growth due, and the terms that make it due.
    """
    found: dict[tuple[str, int], tuple[str, float, tuple[str, ...]]] = {}
    for due in (
        from_previous_month(rows),
        from_year_ago(rows, "yoy", "month"),
        from_year_ago(rows, "ytd_yoy", "ytd"),
        from_cumulatives(rows),
    ):
        written, value = rows.value(due.role), due.value
        close = np.fmax(due.allowed, 1.0)
        as_growth = (np.abs(written - (value - 100)) <= close) & (np.abs(written - value) > 50)
        with np.errstate(divide="ignore", invalid="ignore"):
            power = np.log10(written / value)
        exponent = np.rint(power)
        shifted = (np.abs(exponent) >= 1) & (np.abs(power - exponent) <= 0.02)
        for line in np.flatnonzero(as_growth):
            found.setdefault((due.role, int(line)), ("growth", float(value[line]), due.terms))
        for line in np.flatnonzero(shifted & ~as_growth):
            name = wording.factor(int(exponent[line]))
            found.setdefault((due.role, int(line)), (name, float(value[line]), due.terms))
    return found
