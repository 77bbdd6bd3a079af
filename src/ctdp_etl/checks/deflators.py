"""The implied deflator: output at current over output at constant prices moves slowly."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.additivity import FAMILY
from ctdp_etl.checks.figures import Numbers, Places, Record, among, numbered, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check, worth_telling
from ctdp_etl.checks.rows import Rows

_LIST, _CURRENT = "price_bases", "CURRENT"
_ALIKE = ("submission_id", "source", "dataflow", "ref_area", "item")
_COARSE = 0.005
_ROLES = ("month", "last_month", "ytd", "known_month", "known_ytd")
_NEIGHBOURS = {"month": ("last_month", "known_month", "before"), "ytd": ("known_ytd", "month", "last_month")}
_NAMES = {
    "month": "số trong tháng",
    "last_month": "tháng trước",
    "known_month": "tháng trước đã báo cáo",
    "before": "lũy kế các tháng trước",
    "known_ytd": "lũy kế đã báo cáo",
}


@check(
    "A20",
    "Chỉ số giá ngầm định (giá hiện hành chia giá so sánh) thay đổi chậm",
    family=FAMILY,
    level=2,
    source="Giá trị theo giá hiện hành / giá so sánh của cùng dòng, so với tháng trước và lũy kế các tháng trước",
    rule=Rule(
        warning=0.05,
        notice=0.03,
        reason="Giá bán của người sản xuất đổi dưới 3% một tháng; hai giá trị ước lệch thêm 1-2%; đổi quá 5% có thể do "
        "giá thật (dầu, kim loại), cần giải trình",
    ),
)
def implied_deflator(inputs: CheckInput) -> Iterator[Break]:
    """current / constant of the month, else of the cumulative, against its neighbours; size: the least departure."""
    rows, (current, constant) = inputs.sound_rows, _pairs(inputs)
    deflators = _deflators(rows, current, constant)
    told_once = np.zeros(len(current), dtype=bool)
    for role, names in _NEIGHBOURS.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.vstack([np.abs(deflators[role] / deflators[name] - 1) for name in names])
        sizes = np.where(np.isnan(apart).all(axis=0) | told_once, np.nan, np.fmin.reduce(apart))
        for pair in worth_telling(inputs, "A20", rows.lines["dataflow"].iloc[current], sizes):
            told_once[pair] = True
            nearest = names[int(np.nanargmin(apart[:, pair]))]
            told = {name: float(deflators[name][pair]) for name in (role, nearest)}
            at, base = rows.record(role, int(current[pair])), rows.record(role, int(constant[pair]))
            if at is not None and base is not None:
                yield _break(inputs, at, base, told, float(sizes[pair]))


def _break(inputs: CheckInput, at: Record, base: Record, told: Mapping[str, float], size: float) -> Break:
    (own, near), nearest = told.values(), list(told)[1]
    return Break(
        at=at,
        size=size,
        expected=own_unit(at, float(base["x"]) * near),
        others=(base,),
        message=f"{wording.row(at)}, {wording.measure(at)}: giá hiện hành (ô {at['cell']}) chia giá so sánh "
        f"({wording.cells((base,), at)}) được {wording.number(own)}, của {_NAMES[nearest]} là {wording.number(near)}, "
        f"lệch {wording.number(round(100 * abs(own / near - 1), 1))}%. Hãy kiểm tra hai số và gốc giá của từng cột; "
        "nếu đúng, hãy giải trình biến động giá.",
    )


def _pairs(inputs: CheckInput) -> tuple[Places, Places]:
    """Return the lines at current prices and, one by one, the same lines at a constant price."""
    prices = inputs.catalog.codelists[_LIST].codes if _LIST in inputs.catalog.codelists else {_CURRENT: None}
    flows = [flow.code for flow in inputs.catalog.dataflows.values() if _LIST in flow.codelists]
    lines = inputs.sound_rows.lines
    mine = np.flatnonzero(among(lines, "dataflow", flows))
    if not len(mine):
        return mine, mine
    at, indicators = lines["at"].to_numpy()[mine], inputs.figures["indicator"].array
    base, rest = _without_base(indicators.categories, prices)
    alike = numbered(inputs.figures, _ALIKE, at) * len(rest) + rest[indicators.codes[at]]
    found = pd.DataFrame({"alike": alike, "line": mine, "base": base[indicators.codes[at]]})
    current, constant = found[found["base"] == _CURRENT], found[~found["base"].isin(["", _CURRENT])]
    both = current.merge(constant, on="alike", suffixes=("", "_constant"))
    return both["line"].to_numpy(dtype=np.int64), both["line_constant"].to_numpy(dtype=np.int64)


def _without_base(indicators: Iterable[str], prices: Container[str]) -> tuple[npt.NDArray[np.object_], Places]:
    """Return the price base that is part of each indicator, or nothing, and a number for the rest of its code."""
    bases, rests = [], []
    for words in (indicator.split(".") for indicator in indicators):
        at = max((place for place, word in enumerate(words) if word in prices), default=-1)
        bases.append(words[at] if at >= 0 else "")
        rests.append(".".join([*words[:at], "", *words[at + 1 :]]))
    return np.array(bases, dtype=object), pd.factorize(np.array(rests, dtype=object))[0]


def _deflators(rows: Rows, current: Places, constant: Places) -> dict[str, Numbers]:
    """Return current over constant price of every role, and of the cumulative without its month (``before``)."""
    over, under = (_levels(rows, lines) for lines in (current, constant))
    return {role: over[role] / under[role] for role in over}


def _levels(rows: Rows, lines: Places) -> dict[str, Numbers]:
    """Return the levels of ``lines`` by role; NaN for those so small that their rounding hides the deflator."""
    values = {role: rows.value(role)[lines] for role in _ROLES}
    halves = {role: rows.half(role)[lines] for role in _ROLES}
    values["before"] = values["ytd"] - values["month"]
    halves["before"] = halves["ytd"] + halves["month"]
    return {role: np.where(value * _COARSE > halves[role], value, np.nan) for role, value in values.items()}
