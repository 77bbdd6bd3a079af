"""Roll-forward: this month's cumulative is last month's plus the month, restatements included."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.expected import from_month
from ctdp_etl.checks.figures import Numbers, Places, among, codes, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling
from ctdp_etl.checks.rolled import Rolled, echo
from ctdp_etl.checks.rows import Rows
from ctdp_etl.model import Severity
from ctdp_etl.period import Period

TERMS = ("month", "last_month", "known_ytd", "known_month")
_LAW = "Cách lập biểu: lũy kế = lũy kế kỳ trước (đã điều chỉnh) + số trong kỳ"
_FAR_ABOVE = 5.0
_AGREES = 0.02
_CERTAIN_MONTHS = 2.0
_EXPLAINED = "Các số khác của dòng cho thấy số tháng trước đã được điều chỉnh; hãy gửi kèm số điều chỉnh đó."
_ASK = "Hãy kiểm tra ô lũy kế, hoặc gửi số điều chỉnh của các tháng trước."


@check(
    "A03",
    "Lũy kế nối tiếp lũy kế tháng trước (có số điều chỉnh)",
    family=FAMILY,
    level=2,
    source=_LAW,
    rule=Rule(
        error=0.05,
        warning=1e-6,
        reason="Số công bố 2021-2024 lệch nhiều nhất 1,6% lũy kế do điều chỉnh các tháng xa hơn; quá 5% là sai",
    ),
)
def with_restatement(inputs: CheckInput) -> Iterator[Break]:
    """ytd = last ytd - last month as first reported + last month restated + month; size: share of the cumulative."""
    rows, roll = inputs.sound_rows, inputs.rolled
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = np.where(roll.restated & roll.broken, roll.gap / np.abs(roll.expected), np.nan)
    for line in worth_telling(inputs, "A03", rows.lines["dataflow"], sizes):
        yield _break(
            inputs,
            rows,
            int(line),
            roll,
            float(sizes[line]),
            Severity.NOTICE if echo(rows, int(line)) else Severity.ERROR,
        )


@check(
    "A04",
    "Lũy kế nối tiếp lũy kế tháng trước (không có số điều chỉnh)",
    family=FAMILY,
    level=2,
    source=_LAW,
    rule=Rule(
        error=1.0,
        warning=0.75,
        notice=0.5,
        reason="Biểu không in số điều chỉnh: số công bố 2021-2024 lệch đến một tháng khi chỉ số cộng dồn vẫn khớp",
    ),
)
def without_restatement(inputs: CheckInput) -> Iterator[Break]:
    """ytd = last ytd + month; size: in months, because last month's restatement is not seen.

    A gap with which the cumulative index agrees is a restatement, told as a notice; where no index can tell, only a
    gap of two months is an error.
    """
    rows, roll = inputs.sound_rows, inputs.rolled
    sizes = np.where(~roll.restated & roll.broken, roll.months, np.nan)
    growth = from_month(rows).broken(rows)
    for line in worth_telling(inputs, "A04", rows.lines["dataflow"], sizes):
        explained = growth[line] <= _AGREES or echo(rows, int(line))
        open_case = np.isnan(growth[line]) and sizes[line] < _CERTAIN_MONTHS
        cap = Severity.NOTICE if explained else Severity.WARNING if open_case else Severity.ERROR
        yield _break(inputs, rows, int(line), roll, float(sizes[line]), cap)


@check(
    "A05",
    "Lũy kế các tháng trước cộng tháng này bằng lũy kế (trong cùng biểu)",
    family=FAMILY,
    level=1,
    source=_LAW,
    rule=Rule(error=0.01, warning=1e-6, reason="Hai lũy kế cùng biểu đã tính điều chỉnh, chỉ lệch do làm tròn"),
)
def inside_table(inputs: CheckInput) -> Iterator[Break]:
    """The cumulative to the previous month and the month add up to the cumulative in the same table."""
    rows = inputs.sound_rows
    expected = rows.value("last_ytd") + rows.value("month")
    allowed = rows.half("last_ytd") + rows.half("month") + rows.half("ytd")
    yield from _plain(inputs, rows, expected, allowed, ("last_ytd", "month"), "lũy kế tháng trước cộng số trong tháng")


@check(
    "A06",
    "Tháng 1: lũy kế bằng số trong tháng",
    family=FAMILY,
    level=1,
    source="Lũy kế tính từ tháng 1",
    rule=Rule(error=0.01, warning=1e-6, reason="Đẳng thức tuyệt đối, chỉ lệch do làm tròn"),
)
def january(inputs: CheckInput) -> Iterator[Break]:
    """In January the cumulative is the month."""
    if inputs.due.number == 1:
        rows = inputs.sound_rows
        allowed = rows.half("month") + rows.half("ytd")
        yield from _plain(inputs, rows, rows.value("month"), allowed, ("month",), "số trong tháng")


@check(
    "A07",
    "Lũy kế không giảm so với lũy kế trước",
    family=FAMILY,
    level=2,
    source="Lũy kế của số không âm không giảm trong năm",
    rule=Rule(error=0.1, warning=1e-6, reason="Giảm dưới 10% có thể do điều chỉnh lớn; hơn nữa là sai"),
)
def falling(inputs: CheckInput) -> Iterator[Break]:
    """A cumulative below the largest earlier one of the year, where no monthly figure lets the roll-forward speak."""
    rows = inputs.sound_rows
    ytd, usual = rows.value("ytd"), rows.usual_month
    quiet = np.isnan(rows.value("month") + rows.value("known_ytd")) & np.isnan(rows.value("last_ytd")) & (ytd >= 0)
    highest = _highest(inputs, rows.lines["series"].to_numpy()[quiet])
    if highest.empty:
        return
    before = rows.lines["series"].map(highest["x"]).to_numpy(dtype=float)
    # An earlier cumulative far above the usual pace was itself a slip: its echo is no fault of this month.
    before = np.where(before > _FAR_ABOVE * usual * inputs.due.number, np.nan, before)
    for line in np.flatnonzero(quiet & (ytd < before - rows.half("ytd"))):
        at = rows.record("ytd", int(line))
        earlier = highest.loc[rows.lines["series"].iloc[line]]
        if at is not None and at["unit"] == earlier["unit"]:
            yield Break(
                at=at,
                size=float(1 - ytd[line] / before[line]),
                expected=own_unit(at, before[line]),
                others=(earlier,),
                message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}"
                f"{wording.unit(inputs.catalog, at)}, thấp hơn {wording.measure(earlier)} đã báo cáo "
                f"({wording.number(own_unit(at, before[line]))}). Lũy kế không thể giảm: hãy xem lại số và đơn vị.",
            )


def _highest(inputs: CheckInput, series: Places) -> pd.DataFrame:
    """Return the largest cumulative that is known of the year's earlier months, of each ``series``."""
    months = [str(Period(inputs.due.year, number, "M")) for number in range(1, inputs.due.number)]
    cumulative = among(inputs.history, "measure", {"ytd"}) & among(inputs.history, "time_period", months)
    places = np.flatnonzero(cumulative)
    known = inputs.history.iloc[places[np.isin(codes(inputs.history, "series")[places], series)]]
    return known.sort_values(["x", "time_period"]).drop_duplicates("series", keep="last").set_index("series")


def _break(inputs: CheckInput, rows: Rows, line: int, roll: Rolled, size: float, cap: Severity) -> Break:
    at = inputs.figure(int(rows.places["ytd"][line]))
    expected, allowed = (own_unit(at, float(values[line])) for values in (roll.expected, roll.allowed))
    unit = wording.unit(inputs.catalog, at)
    restated = ", đã tính số điều chỉnh của tháng trước" if roll.restated[line] else ""
    return Break(
        at=at,
        size=size,
        expected=expected,
        tolerance=allowed,
        others=rows.records(TERMS, line),
        at_most=cap,
        message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}{unit}; cộng từ lũy kế "
        f"tháng trước{restated} phải là khoảng {wording.number(expected)}{unit}, lệch "
        f"{wording.number(at['value'] - expected)}. {_EXPLAINED if cap == Severity.NOTICE else _ASK}",
    )


def _plain(
    inputs: CheckInput, rows: Rows, expected: Numbers, allowed: Numbers, terms: tuple[str, ...], name: str
) -> Iterator[Break]:
    gap = np.abs(rows.value("ytd") - expected)
    for line in np.flatnonzero(gap > allowed):
        at = rows.record("ytd", int(line))
        if at is None:
            continue
        due = own_unit(at, expected[line])
        unit = wording.unit(inputs.catalog, at)
        others = rows.records(terms, int(line))
        yield Break(
            at=at,
            size=float(gap[line] / max(abs(expected[line]), gap[line])),
            expected=due,
            tolerance=own_unit(at, allowed[line]),
            others=others,
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}{unit}, "
            f"trong khi {name} ({wording.cells(others)}) là {wording.number(due)}{unit}. Hãy sửa ô sai cho khớp.",
        )
