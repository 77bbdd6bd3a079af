"""Structure over frames: the month that the figures speak of, their units, and keys that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import LEVELS, flags
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import KEY, Scope
from ctdp_etl.period import Period

FAMILY = "cấu trúc"
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
    months = inputs.figures["time_period"].cat.categories
    monthly = inputs.figures[inputs.figures["time_period"].isin(months[months.str.fullmatch(r"\d{4}-\d\d")])]
    when = pd.Series(monthly["time_period"].cat.codes.to_numpy(), index=monthly.index)
    newest = when.groupby([monthly["submission_id"], monthly["form"]], observed=True).transform("max")
    wrong = monthly[((when == newest) & (monthly["time_period"] != inputs.period)).to_numpy(dtype=bool)]
    for _, at in wrong.drop_duplicates(["submission_id", "form"]).iterrows():
        shown = Period.parse(str(at["time_period"])).vietnamese
        yield Break(
            at=at.drop("value"),
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
    levels = inputs.figures[inputs.figures["measure"].isin(LEVELS)]
    was, now = levels["series"].map(_last_units(inputs)), levels["unit"].cat
    other = levels[(was.notna() & (was != now.codes) & (levels["unit"] != "")).to_numpy(dtype=bool)]
    other = other.assign(was=now.categories.take(was[other.index].to_numpy(dtype=int)))
    yield from _other_units(inputs, other[other["was"] != ""], "kỳ trước ghi")


def _last_units(inputs: CheckInput) -> pd.Series:
    """Return the code of the unit in which each series was last told a level, by the series."""
    known = np.flatnonzero(inputs.history["measure"].isin(LEVELS))
    known = known[np.argsort(inputs.history["vintage"].cat.codes.to_numpy()[known], kind="stable")]
    series, units = inputs.history["series"].to_numpy()[known], inputs.history["unit"].cat.codes.to_numpy()[known]
    last = pd.Series(units, index=series)
    return last[~last.index.duplicated(keep="last")]


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
    levels = inputs.figures[inputs.figures["measure"].isin(LEVELS) & (inputs.figures["unit"] != "")]
    fresh = levels[~levels["series"].isin(inputs.history["series"].unique())]
    pairs = fresh[["dataflow", "indicator"]].drop_duplicates()
    usual = {
        (flow, indicator): code.unit
        for flow, indicator in pairs.itertuples(index=False)
        if flow in inputs.catalog.dataflows and not _ASPECTS & set(indicator.split("."))
        if (code := inputs.catalog.code(flow, indicator)) is not None and code.unit
    }
    was = pd.Series(
        [usual.get(pair, "") for pair in fresh[["dataflow", "indicator"]].itertuples(index=False, name=None)],
        index=fresh.index,
        dtype=object,
    )
    yield from _other_units(inputs, fresh.assign(was=was)[(was != "") & (was != fresh["unit"])], "danh mục ghi")


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


def _other_units(inputs: CheckInput, levels: pd.DataFrame, source: str) -> Iterator[Break]:
    """A changed heading changes every row below it: one finding per table and pair of units."""
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
