"""Identities among indices: the total between its sections, the cumulative between its neighbours, the chain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.figures import Flags, Places, among, firsts, numbered
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling

SECTIONS = ("B", "C", "D", "E")
_WEIGHTED = frozenset({"IIP", "LABOUR"})
_INDICES = frozenset({"mom", "yoy", "ytd_yoy"})
_TABLE = ("submission_id", "dataflow", "ref_area")
_COLUMN = (*_TABLE, "source", "item", "time_period", "measure")
_SECTION_TOLERANCE = 0.05
_FEWEST_SECTIONS = 3


@check(
    "A13",
    "Chỉ số toàn ngành nằm giữa các ngành cấp 1",
    family=FAMILY,
    level=1,
    source="Chỉ số toàn ngành là bình quân gia quyền (quyền số không âm) của các ngành B, C, D, E",
    rule=Rule(error=0.5, warning=0, reason="Đúng ở mọi kỳ công bố đã kiểm; sai số chỉ do làm tròn (±0,05 điểm)"),
)
def between_sections(inputs: CheckInput) -> Iterator[Break]:
    """The total index outside the range of its sections in the same column; size in points."""
    figures = inputs.figures
    weighted = among(figures, "dataflow", _WEIGHTED) & among(figures, "measure", _INDICES)
    flat = np.flatnonzero(weighted & among(figures, "indicator", {"TOTAL", *SECTIONS}))
    flat = flat[firsts(numbered(figures, (*_COLUMN, "indicator"), flat))]
    is_total, column = among(figures, "indicator", {"TOTAL"})[flat], numbered(figures, _COLUMN, flat)
    x, half = (figures[name].to_numpy(dtype=float)[flat] for name in ("x", "half"))
    low, high, rounding = (np.full(len(flat), start) for start in (np.inf, -np.inf, 0.0))
    parts = np.flatnonzero(~is_total)
    for found, extreme, values in ((low, np.minimum, x), (high, np.maximum, x), (rounding, np.maximum, half)):
        extreme.at(found, column[parts], values[parts])
    told = np.bincount(column[parts], minlength=len(flat))
    out, allowed = np.fmax(low[column] - x, x - high[column]), _SECTION_TOLERANCE + half + rounding[column]
    whole = (told[column] == _reported(figures, flat, is_total)) & (told[column] >= _FEWEST_SECTIONS)
    for line in np.flatnonzero(is_total & whole & (out > allowed)):
        at, span = inputs.figure(flat[line]), (float(low[column[line]]), float(high[column[line]]))
        others = tuple(inputs.figure(flat[part]) for part in parts[column[parts] == column[line]])
        yield Break(
            at=at,
            size=float(out[line]),
            expected=span[0] if x[line] < span[0] else span[1],
            tolerance=float(allowed[line]),
            others=others,
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}%, nằm ngoài khoảng "
            f"{wording.number(span[0])}–{wording.number(span[1])}% của các ngành cấp 1 "
            f"({wording.cells(others)}). Hãy kiểm tra chỉ số toàn ngành và chỉ số từng ngành.",
        )


def _reported(figures: pd.DataFrame, flat: Places, is_total: Flags) -> Places:
    """Return how many sections each figure's table has in any of its columns."""
    sections, table = flat[~is_total], numbered(figures, _TABLE, flat)
    once = firsts(numbered(figures, (*_TABLE, "indicator"), sections))
    return np.bincount(table[~is_total][once], minlength=len(flat))[table]


@check(
    "A14",
    "Chỉ số cộng dồn nằm giữa cộng dồn trước và chỉ số tháng",
    family=FAMILY,
    level=2,
    source="Chỉ số cộng dồn là bình quân gia quyền của cộng dồn đến tháng trước và chỉ số tháng",
    rule=Rule(
        error=25.0,
        warning=5.0,
        notice=0.1,
        reason="Số công bố hay nằm ngoài vài điểm khi các tháng trước được điều chỉnh",
    ),
)
def between_neighbours(inputs: CheckInput) -> Iterator[Break]:
    """The cumulative index of a series without levels outside last month's cumulative and the month; in points.

    The range is widened by last month's restatement in proportion to its weight among the months.
    """
    rows = inputs.sound_rows
    months = inputs.due.number - 1
    known, month, written = rows.value("known_ytd_yoy"), rows.value("yoy"), rows.value("ytd_yoy")
    no_level = np.isnan(inputs.rows.value("month"))
    slipped = inputs.growth_slips
    restated = np.nan_to_num(np.abs(rows.value("last_yoy") - rows.value("known_yoy")) / max(months, 1))
    low, high = np.minimum(known, month) - restated, np.maximum(known, month) + restated
    allowed = rows.half("known_ytd_yoy") + rows.half("yoy") + rows.half("ytd_yoy")
    out = np.maximum(low - written, written - high)
    sizes = np.where((out > allowed) & no_level & (months > 0), out, np.nan)
    for line in worth_telling(inputs, "A14", rows.lines["dataflow"], sizes):
        at = rows.record("ytd_yoy", int(line))
        if at is None or ("ytd_yoy", int(line)) in slipped or ("yoy", int(line)) in slipped:
            continue
        others = rows.records(("yoy", "last_yoy", "known_ytd_yoy", "known_yoy"), int(line))
        yield Break(
            at=at,
            size=float(out[line]),
            expected=float(low[line] if written[line] < low[line] else high[line]),
            tolerance=float(allowed[line]),
            others=others,
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}%, nằm ngoài "
            f"khoảng giữa cộng dồn đến tháng trước ({wording.number(known[line])}%) và chỉ số tháng này "
            f"({wording.number(month[line])}%). Nếu các tháng trước đã điều chỉnh, đề nghị gửi số điều chỉnh.",
        )


@check(
    "A15",
    "Tháng 1: chỉ số cộng dồn bằng chỉ số so với cùng kỳ",
    family=FAMILY,
    level=1,
    source="Cộng dồn tính từ tháng 1",
    rule=Rule(error=1.0, warning=0, reason="Đẳng thức tuyệt đối, chỉ lệch do làm tròn"),
)
def january_index(inputs: CheckInput) -> Iterator[Break]:
    """In January the cumulative index is the month's; size in points."""
    rows = inputs.sound_rows
    gap = np.abs(rows.value("ytd_yoy") - rows.value("yoy"))
    allowed = rows.half("ytd_yoy") + rows.half("yoy")
    for line in np.flatnonzero((gap > allowed) & (inputs.due.number == 1)):
        at = rows.record("ytd_yoy", int(line))
        if at is None:
            continue
        due = float(rows.value("yoy")[line])
        yield Break(
            at=at,
            size=float(gap[line]),
            expected=due,
            tolerance=float(allowed[line]),
            others=rows.records(("yoy",), int(line)),
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}%, trong khi chỉ số "
            f"tháng 1 so với cùng kỳ là {wording.number(due)}%. Hai số này phải bằng nhau: hãy sửa ô sai.",
        )


@check(
    "A16",
    "Chuỗi chỉ số tháng và chỉ số cùng kỳ khớp nhau",
    family=FAMILY,
    level=2,
    source="(yoy tháng này / yoy tháng trước) = (mom tháng này / mom cùng tháng năm trước)",
    rule=Rule(
        notice=10.0, reason="Chỉ số tháng của năm trước là ước tính, không được điều chỉnh: số 2024 lệch đến 10 điểm"
    ),
)
def chain(inputs: CheckInput) -> Iterator[Break]:
    """The month's yoy against last month's yoy and the two mom indices, where all four stand; in points."""
    rows = inputs.sound_rows
    last = np.where(np.isnan(rows.value("last_yoy")), rows.value("known_yoy"), rows.value("last_yoy"))
    mom, base = rows.value("mom"), rows.value("year_ago_mom")
    with np.errstate(divide="ignore", invalid="ignore"):
        due = last * mom / base
        slack = rows.half("mom") / mom + rows.half("yoy") / last + rows.half("year_ago_mom") / base
        gap, allowed = np.abs(rows.value("yoy") - due), np.abs(due * slack) + rows.half("yoy")
    for line in worth_telling(inputs, "A16", rows.lines["dataflow"], np.where(gap > allowed, gap, np.nan)):
        at = rows.record("yoy", int(line))
        if at is None:
            continue
        yield Break(
            at=at,
            size=float(gap[line]),
            expected=float(due[line]),
            tolerance=float(allowed[line]),
            others=rows.records(("last_yoy", "mom", "year_ago_mom"), int(line)),
            message=f"{wording.row(at)}, {wording.measure(at)} ghi {wording.number(at['value'])}%; nối từ chỉ số "
            f"các tháng trước được khoảng {wording.number(float(due[line]))}%. "
            "Đề nghị xem lại nếu không có điều chỉnh số cùng kỳ.",
        )
