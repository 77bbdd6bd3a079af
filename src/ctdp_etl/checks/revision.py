"""Revisions: what a later submission left out, how far it restates last month, and what it changes in closed months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import LEVELS, Numbers, among, codes, numbered, own_unit
from ctdp_etl.checks.grouped import counted, middle_of
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling
from ctdp_etl.checks.rows import Rows
from ctdp_etl.model import ObsStatus, Severity
from ctdp_etl.period import Period

FAMILY = "điều chỉnh"
_FEWEST_ROWS = 5
_FLOOR = 0.03
_LEAST_INDEX = 20.0
_FLAT = 1.0
"""Growth or a fall of less than one point is no change: nothing turns there."""
_UNUSUAL = 4.0
"""From so many usual restatements of its table on a growth that is turned is asked about."""
_CLOSED = ["series", "measure", "time_period", "unit"]


@check(
    "R01",
    "Bản gửi lại không bỏ dòng của bản trước",
    family=FAMILY,
    level=2,
    source="Bản gửi lại thay bản trước theo từng biểu; dòng vắng mặt coi như rút",
    rule=Rule(warning=1, reason="Dòng bị rút có thể là bỏ sót khi gửi lại"),
)
def withdrawn_row(inputs: CheckInput) -> Iterator[Break]:
    """A row of the earlier submission that the resend left out and so withdrew."""
    if inputs.withdrawn is None:
        return
    key = ["source", "dataflow", "ref_area", "indicator", "item"]
    for _, at in inputs.withdrawn.drop_duplicates([*key, "sha256"]).iterrows():
        yield Break(
            at=at,
            size=1,
            message=f"Bản gửi lại không còn dòng {wording.row(at)} (bản trước ghi {at['raw']} tại ô {at['cell']}); "
            "số này đã bị rút khỏi kỳ báo cáo. Nếu bỏ sót, hãy gửi lại đủ các dòng.",
        )


@check(
    "R02",
    "Mức điều chỉnh số tháng trước không lớn khác thường",
    family=FAMILY,
    level=2,
    source="Số chính thức tháng trước so với số đã báo cáo; mức thường là trung vị của biểu, ít nhất 3%",
    rule=Rule(
        warning=10.0,
        notice=4.0,
        reason="Điều chỉnh là việc bình thường nên không bao giờ là lỗi; gấp 4 lần mức thường của biểu thì nêu, "
        "gấp 10 lần thì cần giải trình",
    ),
)
def restatement(inputs: CheckInput) -> Iterator[Break]:
    """last_month against what was known; size: in usual restatements of the table (median share of its rows)."""
    rows = inputs.sound_rows
    shares = _restated(rows)
    usual = _usual(rows, shares)
    for line in worth_telling(inputs, "R02", rows.lines["dataflow"], shares / usual):
        at, known = rows.record("last_month", int(line)), rows.record("known_month", int(line))
        if at is not None and known is not None:
            was = own_unit(at, float(rows.value("known_month")[line]))
            yield Break(
                at=at,
                size=float(shares[line] / usual[line]),
                expected=was,
                others=(known,),
                message=f"{wording.row(at)}, {wording.measure(at)} {_direction(float(at['value']), was)} "
                f"{_percent(float(shares[line]))}%: từ {wording.number(was)} "
                f"({wording.cells((known,), at)}) thành {wording.number(at['value'])}"
                f"{wording.unit(inputs.catalog, at)}, trong khi mức điều chỉnh thường thấy là "
                f"{_percent(float(usual[line]))}%. Nếu đúng, hãy nêu lý do điều chỉnh; nếu sai, "
                "hãy sửa ô này.",
            )


def _restated(rows: Rows) -> Numbers:
    """Return by how much each line restates last month beyond rounding, as a share of what was known; else NaN."""
    last, known = rows.value("last_month"), rows.value("known_month")
    gap = np.abs(last - known) - rows.half("last_month") - rows.half("known_month")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known > 0, np.maximum(gap, 0.0) / known, np.nan)


def _usual(rows: Rows, shares: Numbers, least: float = _FLOOR) -> Numbers:
    """Return the median restatement of each line's table, at least ``least``; a short table has the floor for one."""
    tables = numbered(rows.lines, ("submission_id", "form"))
    enough = counted(~np.isnan(shares), tables) >= _FEWEST_ROWS
    return np.fmax(np.where(enough, middle_of(shares, tables), _FLOOR), least)


def _percent(share: float) -> str:
    return wording.number(round(100 * share, 1))


def _direction(now: float, was: float) -> str:
    return "điều chỉnh tăng" if now > was else "điều chỉnh giảm"


@check(
    "R03",
    "Số của tháng đã khóa không đổi khi chưa khai báo",
    family=FAMILY,
    level=2,
    source="Báo cáo tháng chỉ điều chỉnh số tháng liền trước; tháng xa hơn đổi bằng cách gửi lại báo cáo của tháng đó",
    rule=Rule(warning=0.001, reason="Số chính thức của tháng cũ thay đổi mà không ai khai báo; dưới 0,1% là làm tròn"),
)
def closed_month(inputs: CheckInput) -> Iterator[Break]:
    """A level of a month before the previous one that is not what was known; size: share of what was known.

    The first official figure after an estimate is no change of a closed month.
    """
    for _, pair in _closed(inputs).iterrows():
        at, known = inputs.figure(int(pair["place"])), inputs.rows.known[int(pair["known"])]
        was = own_unit(at, float(known["x"]))
        yield Break(
            at=at,
            size=float(pair["gap"] / abs(known["x"])) if known["x"] else 1.0,
            expected=was,
            tolerance=own_unit(at, float(at["half"] + known["half"])),
            others=(known,),
            message=f"{wording.row(at)}, {wording.measure(at)} {_direction(float(at['value']), was)} từ "
            f"{wording.number(was)} ({wording.cells((known,), at)}) thành {wording.number(at['value'])}"
            f"{wording.unit(inputs.catalog, at)}, dù tháng này đã khóa số và chưa có khai báo điều chỉnh. Hãy gửi lại "
            "báo cáo của tháng đó kèm lý do, hoặc sửa ô này.",
        )


def _closed(inputs: CheckInput) -> pd.DataFrame:
    """Return the places in figures and history of the closed months' levels that differ beyond rounding."""
    told = _older(inputs, inputs.sound, "place")
    if told.empty:
        return told
    series = np.isin(codes(inputs.history, "series"), told["series"])
    known = _older(inputs, inputs.history[series], "known")
    both = told.merge(known, on=_CLOSED, suffixes=("", "_known"))
    gap = (both["x"] - both["x_known"]).abs()
    first = (both["obs_status_known"] == ObsStatus.ESTIMATE) & (both["obs_status"] != ObsStatus.ESTIMATE)
    return both.assign(gap=gap)[(gap > both["half"] + both["half_known"]) & ~first]


def _older(inputs: CheckInput, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the levels of the months before the previous one, with their places as ``name``."""
    before, seen = str(inputs.due.previous), np.unique(codes(frame, "time_period"))
    names = frame["time_period"].cat.categories[seen]
    months = {one for one in names if one < before and Period.parse(one).freq == "M"}
    places = np.flatnonzero(among(frame, "time_period", months) & among(frame, "measure", LEVELS))
    columns = (*_CLOSED, "x", "half", "obs_status")
    found = {column: frame[column].array[places] for column in columns} if len(places) else {}
    return pd.DataFrame({name: frame.index[places]} | found)


@check(
    "R04",
    "Điều chỉnh không làm tăng trưởng đổi chiều",
    family=FAMILY,
    level=2,
    source="Chỉ số so với cùng kỳ của tháng trước, số đã báo cáo và số chính thức, ở hai phía của 100%",
    rule=Rule(
        warning=10.0,
        notice=2.0,
        reason="Tăng đã công bố thành giảm (hoặc ngược lại) phải được biết; số công bố 2021-2024 thường đổi dưới "
        "10 điểm; hơn nữa, và gấp 4 lần mức điều chỉnh thường của biểu, thì cần giải trình",
    ),
)
def turned_growth(inputs: CheckInput) -> Iterator[Break]:
    """The yoy of last month, as told or as its restated level makes it, on the other side of 100; size: in points.

    Where the whole table is restated as far, growth near 100 turns in many rows: that is a notice.
    """
    rows = inputs.sound_rows
    known, told = rows.value("known_yoy"), rows.value("last_yoy")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = rows.value("last_month") / rows.value("known_month")
        slack = rows.half("last_month") / rows.value("last_month") + rows.half("known_month") / rows.value(
            "known_month"
        )
        implied = known * np.where(np.isfinite(share), share, np.nan)
    now = np.where(np.isnan(told), implied, told)
    allowed = np.where(np.isnan(told), implied * np.nan_to_num(slack), rows.half("last_yoy"))
    turned = ((now - 100) * (known - 100) < 0) & (np.abs(now - 100) > allowed)
    turned &= (np.abs(known - 100) > rows.half("known_yoy")) & (np.minimum(now, known) > _LEAST_INDEX)
    sizes, shares = np.where(turned, np.abs(now - known), np.nan), np.abs(now / known - 1)
    flat = np.minimum(np.abs(now - 100), np.abs(known - 100)) < _FLAT
    unusual = ~flat & (shares >= _UNUSUAL * _usual(rows, shares, least=0.0))
    for line in worth_telling(inputs, "R04", rows.lines["dataflow"], sizes):
        cap = Severity.WARNING if unusual[line] else Severity.NOTICE
        yield from _turned(rows, int(line), float(now[line]), float(sizes[line]), cap)


def _turned(rows: Rows, line: int, now: float, size: float, cap: Severity) -> Iterator[Break]:
    own, others = ("last_yoy", ("known_yoy",)), ("last_month", ("known_month", "known_yoy"))
    role, terms = own if rows.record("last_yoy", line) is not None else others
    at, known = rows.record(role, line), rows.record("known_yoy", line)
    if at is None or known is None:
        return
    records = rows.records(terms, line)
    yield Break(
        at=at,
        size=size,
        expected=float(known["value"]) if role == "last_yoy" else None,
        others=records,
        at_most=cap,
        message=f"{wording.row(at)}: {wording.measure(known)} từ {_growth(float(known['value']))} thành {_growth(now)} "
        f"({'' if role == 'last_yoy' else 'tính theo số tháng trước đã điều chỉnh, '}"
        f"{wording.cells((at, *records), at)}), tăng trưởng đã báo cáo đổi chiều. "
        "Nếu đúng, hãy nêu lý do điều chỉnh; nếu sai, hãy sửa ô này.",
    )


def _growth(index: float) -> str:
    return f"{'tăng' if index > 100 else 'giảm'} {wording.number(round(abs(index - 100), 2))}%"
