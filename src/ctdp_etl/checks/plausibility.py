"""Figures that may be right but call for an explanation: ratios in their group, own history, the same month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import Numbers, Record, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling
from ctdp_etl.checks.rows import Rows
from ctdp_etl.checks.usual import (
    compared_with,
    in_season,
    last_month,
    log_growth,
    off_group,
    off_growth,
    off_history,
    ratio_edit,
    year_on_year,
)
from ctdp_etl.model import Severity

FAMILY = "hợp lý"
EXTRAORDINARY = 3.5
"""Robust standard deviations; Iglewicz and Hoaglin (1993)."""

_ASK = (
    "Nếu số đúng, hãy giải trình nguyên nhân (ví dụ một nhà máy lớn dừng hoặc chạy lại, đơn hàng lớn); "
    "nếu sai, hãy sửa ô này."
)
_BASES = {3: "bình quân hai tháng trước (tháng 1 và tháng 2 xét gộp vì Tết)"}


@check(
    "H01",
    "Biến động so với tháng trước hợp lý trong nhóm",
    family=FAMILY,
    level=2,
    source="Hidiroglou và Berthelot (1986), Survey Methodology 12: kiểm tra tỷ số theo nhóm",
    rule=Rule(
        warning=2.0,
        notice=0.5,
        reason="Một nhà máy lớn có thể làm đổi số của cả tỉnh: cần giải trình, không phải lỗi; "
        "gấp ba lần mức của nhóm trở lên thì cảnh báo, trừ khi cùng kỳ năm trước cũng như vậy (mùa vụ)",
    ),
)
def within_group(inputs: CheckInput) -> Iterator[Break]:
    """month / last month lies within the bounds of its group; size: how many times it is off the median, less one.

    A month like that of a year ago, or that moves as that one did, is a season's: a notice.
    """
    rows, units = inputs.sound_rows, inputs.units
    edit = ratio_edit(rows, units)
    sizes, seasonal, due = off_group(edit), in_season(rows), last_month(rows) * edit.middle
    for line in _told(inputs, "H01", sizes):
        at = rows.record("month", line)
        if at is not None:
            before = _last_month(rows, line)
            expected = own_unit(at, float(due[line]))
            yield Break(
                at=at,
                size=float(sizes[line]),
                expected=expected,
                others=before,
                at_most=Severity.NOTICE if seasonal[line] else Severity.WARNING,
                message=f"{wording.row(at)}, {wording.measure(at)} bằng {wording.number(float(edit.ratio[line]))} lần "
                f"tháng trước ({wording.cells(before, at)}), trung vị của {int(edit.usable[line])} "
                f"{units.others(line)} là {wording.number(float(edit.middle[line]))} lần, tức khoảng "
                f"{wording.number(expected)}{wording.unit(inputs.catalog, at)}. "
                f"{units.excluded(line, edit.excluded)}{_ASK}",
            )


@check(
    "H02",
    "Biến động so với tháng trước hợp lý theo lịch sử của chính chỉ tiêu",
    family=FAMILY,
    level=2,
    source="Iglewicz và Hoaglin (1993): điểm z theo trung vị; tháng 1, 2 không xét vì Tết",
    rule=Rule(
        warning=10.0,
        notice=EXTRAORDINARY,
        reason="Khác hẳn 12 tháng qua và cả cùng kỳ năm trước nên không do mùa vụ; vẫn có thể đúng, cần giải trình",
    ),
)
def own_history(inputs: CheckInput) -> Iterator[Break]:
    """month / last month is as in the last year, or as a year ago; size: the least departure in robust deviations."""
    rows = inputs.sound_rows
    sizes, usual = off_history(rows)
    ratios, due = np.exp(log_growth(rows)), np.exp(usual) * compared_with(rows)
    for line in _told(inputs, "H02", sizes, but_for=("H01",)):
        at = rows.record("month", line)
        if at is not None:
            others = _last_month(rows, line) + rows.records(("year_ago_month",), line)
            expected = own_unit(at, float(due[line]))
            yield Break(
                at=at,
                size=float(sizes[line]),
                expected=expected,
                others=others,
                message=f"{wording.row(at)}, {wording.measure(at)} bằng {wording.number(float(ratios[line]))} lần "
                f"{_BASES.get(rows.period.number, 'tháng trước')} ({wording.cells(others, at)}); 12 tháng qua thường "
                f"bằng {wording.number(float(np.exp(usual[line])))} lần và cùng kỳ năm trước cũng không như vậy, nên "
                f"mức thường thấy là khoảng {wording.number(expected)}{wording.unit(inputs.catalog, at)}. {_ASK}",
            )


@check(
    "H03",
    "Biến động so với cùng kỳ hợp lý trong nhóm",
    family=FAMILY,
    level=2,
    source="So với cùng kỳ năm trước; tháng 1 và tháng 2 xét gộp vì Tết",
    rule=Rule(
        warning=10.0,
        notice=5.0,
        reason="Tăng trưởng giữa các đơn vị rất khác nhau, có nhà máy mới hoặc dừng hẳn; cần giải trình",
    ),
)
def same_month(inputs: CheckInput) -> Iterator[Break]:
    """month / same month a year ago is as in its group; of January and February together; size: robust deviations."""
    rows, units = inputs.sound_rows, inputs.units
    growth, role = year_on_year(rows)
    middle, sizes, usable = off_growth(growth, units.codes)
    usual, (index, level, year_ago) = np.exp(middle), role
    due = usual * rows.value(year_ago)
    for line in _told(inputs, "H03", sizes, but_for=("H01", "H02")):
        at = rows.record(index, line)
        at = rows.record(level, line) if at is None else at
        if at is not None:
            others = rows.records(role, line)
            yield Break(
                at=at,
                size=float(sizes[line]),
                expected=float(100 * usual[line] if at["measure"] == index else own_unit(at, due[line])),
                others=tuple(other for other in others if other["cell"] != at["cell"]),
                message=f"{wording.row(at)}, {wording.measure(at)}: bằng "
                f"{wording.number(100 * float(np.exp(growth[line])))}% cùng kỳ"
                f"{' (tháng 1 và tháng 2 xét gộp vì Tết)' if rows.period.number == 2 else ''}, trung vị của "
                f"{int(usable[line])} {units.others(line)} là {wording.number(float(100 * usual[line]))}%. "
                f"{units.excluded(line, np.isnan(growth))}{_ASK}",
            )


def _last_month(rows: Rows, line: int) -> tuple[Record, ...]:
    return rows.records(("last_month",), line) or rows.records(("known_month",), line)


def _told(inputs: CheckInput, code: str, sizes: Numbers, but_for: tuple[str, ...] = ()) -> list[int]:
    """Return the lines that are worth telling and that the checks ``but_for`` have not asked about already."""
    lines = [int(line) for line in worth_telling(inputs, code, inputs.rows.lines["dataflow"], sizes)]
    asked = {line for other in but_for if lines for line in _told(inputs, other, _SIZES[other](inputs))}
    return [line for line in lines if line not in asked]


_SIZES: Mapping[str, Callable[[CheckInput], Numbers]] = {
    "H01": lambda inputs: off_group(ratio_edit(inputs.sound_rows, inputs.units)),
    "H02": lambda inputs: off_history(inputs.sound_rows)[0],
}
"""The checks whose findings the later ones do not repeat."""
