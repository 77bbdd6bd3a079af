"""Structure over frames: the month that the figures speak of, their units, and keys that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import LEVELS, Places, among, codes, firsts, flags, numbered
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import KEY, Scope
from ctdp_etl.period import Period

FAMILY = "cấu trúc"
_MONTH = re.compile(r"\d{4}-\d\d")
_TABLE = ("submission_id", "form")
_ASPECTS = {"QUANTITY", "VALUE"}
"""A traded commodity has two units, of which its code names one."""


@check(
    "K01",
    "Kỳ của số liệu đúng kỳ phải báo cáo",
    family=FAMILY,
    level=1,
    source="Chế độ báo cáo thống kê: mỗi kỳ một báo cáo",
    rule=Rule(error=1, reason="Số liệu của tháng khác không thể dùng cho kỳ này"),
)
def wrong_month(inputs: CheckInput) -> Iterator[Break]:
    """A table whose newest month is not the period that is due."""
    figures = inputs.figures
    months = {name for name in figures["time_period"].cat.categories if _MONTH.fullmatch(name)}
    monthly = np.flatnonzero(among(figures, "time_period", months))
    when, table = codes(figures, "time_period")[monthly], numbered(figures, _TABLE, monthly)
    newest = np.zeros(len(monthly), dtype=np.int64)
    np.maximum.at(newest, table, when)
    wrong = monthly[when == newest[table]]
    wrong = wrong[~among(figures, "time_period", {inputs.period})[wrong]]
    for place in wrong[firsts(numbered(figures, _TABLE, wrong))]:
        at = inputs.figure(place)
        shown = Period.parse(str(at["time_period"])).vietnamese
        yield Break(
            at={**at, "value": None},
            size=1,
            scope=Scope.SUBMISSION,
            message=f"Trang “{at['sheet']}” ghi số liệu mới nhất là {shown}, trong khi kỳ phải báo cáo là "
            f"{inputs.due.vietnamese}. Hãy gửi đúng biểu của kỳ này hoặc sửa lại tiêu đề cột.",
        )


@check(
    "K02",
    "Đơn vị tính không đổi so với kỳ trước",
    family=FAMILY,
    level=2,
    source="Sổ chỉ tiêu: đơn vị tính phải nhất quán giữa các kỳ",
    rule=Rule(error=1, reason="Đổi đơn vị tính thì không so sánh được với các kỳ trước"),
)
def unit_changed(inputs: CheckInput) -> Iterator[Break]:
    """A level in another unit (tonnes, dong) than the same series had before; another power of ten is legal."""
    figures, units = inputs.figures, codes(inputs.figures, "unit")
    levels = np.flatnonzero(among(figures, "measure", LEVELS) & ~among(figures, "unit", {""}))
    was = _last_units(inputs)[codes(figures, "series")[levels]]
    other = (was >= 0) & (was != units[levels])
    names = np.asarray(figures["unit"].cat.categories, dtype=object)
    yield from _other_units(inputs, levels[other], names[was[other]], "kỳ trước ghi")


def _last_units(inputs: CheckInput) -> Places:
    """Return by series the code of the unit in which it was last told a level, -1 where that is not known."""
    history = inputs.history
    known = np.flatnonzero(among(history, "measure", LEVELS))
    known = known[np.argsort(codes(history, "vintage")[known], kind="stable")]
    series = codes(history, "series")
    last = np.full(max(series.max(initial=0), codes(inputs.figures, "series").max(initial=0)) + 1, -1, dtype=np.int64)
    last[series[known]] = np.where(among(history, "unit", {""}), -1, codes(history, "unit"))[known]
    return last


@check(
    "K03",
    "Đơn vị tính đúng danh mục",
    family=FAMILY,
    level=1,
    source="Danh mục chỉ tiêu và đơn vị tính",
    rule=Rule(warning=1, reason="Đơn vị khác danh mục có thể là cách ghi riêng của nơi gửi"),
)
def unit_not_of_code(inputs: CheckInput) -> Iterator[Break]:
    """A level in another unit than its code list says, where no earlier figure of the series says so too."""
    figures, known = inputs.figures, codes(inputs.history, "series")
    levels = np.flatnonzero(among(figures, "measure", LEVELS) & ~among(figures, "unit", {""}))
    fresh = levels[~np.isin(codes(figures, "series")[levels], known)]
    pair = numbered(figures, ("dataflow", "indicator"), fresh)
    first, units = figures.iloc[fresh[firsts(pair)]], np.asarray(figures["unit"].array[fresh], dtype=object)
    usual = [_usual_unit(inputs, *one) for one in zip(first["dataflow"], first["indicator"], strict=True)]
    was = np.array(usual, dtype=object)[pair]
    other = (was != "") & (was != units)
    yield from _other_units(inputs, fresh[other], was[other], "danh mục ghi")


def _usual_unit(inputs: CheckInput, dataflow: str, indicator: str) -> str:
    """Return the unit that the code list gives an indicator, or nothing."""
    if dataflow not in inputs.catalog.dataflows or _ASPECTS & set(indicator.split(".")):
        return ""
    code = inputs.catalog.code(dataflow, indicator)
    return code.unit if code is not None else ""


@check(
    "K04",
    "Mỗi chỉ tiêu chỉ có một số",
    family=FAMILY,
    level=1,
    source="Khóa của quan sát: nguồn, biểu, địa bàn, chỉ tiêu, kỳ, thước đo",
    rule=Rule(error=0, reason="Hai số khác nhau cho một chỉ tiêu: không biết số nào đúng"),
)
def written_twice(inputs: CheckInput) -> Iterator[Break]:
    """The same key twice in a submission with unequal values: an error at each of the cells."""
    twice = inputs.submitted[flags(inputs.submitted["conflict"])]
    if twice.empty:
        return
    for _, group in twice.groupby(["submission_id", *KEY], sort=True, dropna=False):
        for place, at in group.iterrows():
            others = tuple(other for index, other in group.iterrows() if index != place)
            written = "; ".join(f"{other['cell']} ghi {other['raw']}" for other in others)
            yield Break(
                at=at,
                size=1,
                others=others,
                message=f"{wording.row(at)}, {wording.measure(at)}: ô này ghi {at['raw']} nhưng ô {written}. "
                "Hãy giữ một số đúng và xóa số kia.",
            )


def _other_units(inputs: CheckInput, places: Places, was: npt.NDArray[np.object_], source: str) -> Iterator[Break]:
    """A changed heading changes every row below it: one finding per table and pair of units."""
    if not len(places):
        return
    levels = inputs.figures.iloc[places].assign(was=was)
    for _, group in levels.groupby(["submission_id", "form", "unit", "was"], sort=True):
        first = group.drop_duplicates("series")
        at = first.iloc[0]
        rows = f"{wording.row(at)}" + (f" và {len(first) - 1} dòng khác" if len(first) > 1 else "")
        yield Break(
            at=at,
            size=1,
            others=tuple(other for _, other in first.iloc[1:].iterrows()),
            message=f"{rows}: đơn vị tính là {_unit_name(inputs, at['unit'])}, {source} "
            f"{_unit_name(inputs, at['was'])}. Hãy ghi lại đúng đơn vị tính hoặc giải trình việc thay đổi.",
        )


def _unit_name(inputs: CheckInput, code: str) -> str:
    names = [unit.name for unit in inputs.catalog.units.values() if unit.code == code and unit.mult == 0]
    return f"“{names[0] if names else code}”"
