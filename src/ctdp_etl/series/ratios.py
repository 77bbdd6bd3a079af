"""Growth and other ratios of a series on one list of areas, computed again from its levels."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from ctdp_etl.catalog import Areas, Catalog
from ctdp_etl.model import INDEX_MEASURES, KEY, LEVEL_MEASURES, Measure
from ctdp_etl.period import Period
from ctdp_etl.series.places import old_parts, sender_kind


class Origin(StrEnum):
    """How a number of the series came about."""

    REPORTED = "reported"
    """As the area itself, or somebody else for it, reported it."""
    RENAMED = "renamed"
    """Of one old area whose land is the same."""
    SUMMED = "summed"
    """The sum of all old areas."""
    RECOMPUTED = "recomputed"
    """A ratio of levels of the series."""
    MISSING = "missing"
    """No number; ``note`` says why."""


STATUS_RANK = {"A": 0, "P": 1, "E": 2}
"""From the best status to the worst: a sum is no better than its worst part."""
MISSING_STATUS = "M"
"""The status of what has no number (SDMX, CL_OBS_STATUS)."""
PRO_FORMA = "cơ sở so sánh: cộng các tỉnh cũ"
NO_WEIGHTS = "không so sánh được (chỉ số không có quyền số)"
_NO_LEVELS = "thiếu mức để tính lại"
_IMPLIED = "tính lại từ mức và tỷ lệ của từng tỉnh cũ"
_OWN_BASE = "nơi gửi tự tính; chưa đủ số các tỉnh cũ để tính lại"
_OWN_INDEX = "nơi gửi tự tính; không dựng lại được (chỉ số không có quyền số)"
_TERMS = {
    Measure.MOM: (Measure.MONTH, Measure.MONTH),
    Measure.YOY: (Measure.MONTH, Measure.MONTH),
    Measure.YTD_YOY: (Measure.YTD, Measure.YTD),
    Measure.PLAN_PCT: (Measure.YTD, Measure.PLAN),
}
"""The level above and the level below of each ratio; ``share`` divides what the form's YAML says."""
_JOINED = ["sender", "dataflow", "ref_area", "indicator", "item", "time_period"]


def recomputed(told: DataFrame, levels: DataFrame, parts: DataFrame, catalog: Catalog) -> DataFrame:
    """Return the figures ``told`` with the ratios that rest on a sum of old areas computed from ``levels``.

    Where the level compared with does not stand, it is what level and ratio of each of the old ``parts`` imply.
    The number that the area itself reported stands in ``reported``. Ratios that only the sender can vouch for, and
    those that cannot be said, have a note.
    """
    known = levels[levels["value"].notna() & is_level(levels["measure"])]
    known = known.assign(sender=sender_kind(known["source"]))
    above = known[known["time_period"].isin(told["time_period"].unique())]
    made = [_over(above, known, ratio, _base_periods(above, ratio)) for ratio in _TERMS]
    made += [_shares(above, told, catalog), *(_implied(parts, ratio, catalog) for ratio in _TERMS)]
    new = pd.concat(made, ignore_index=True).drop_duplicates(list(KEY))
    keys, again = _keys(told), _keys(new)
    stood = Series(told["value"].to_numpy(), index=keys)
    stood = stood[~stood.index.duplicated()]
    new = new.assign(reported=stood.reindex(again).to_numpy())
    return pd.concat([_with_notes(told[~keys.isin(again)], catalog), new], ignore_index=True)


def unsaid(parts: DataFrame, catalog: Catalog) -> DataFrame:
    """Return a row without a number, and why, for each key of figures of old areas that cannot be added up."""
    first = parts.drop_duplicates(list(KEY))
    additive = {code for code, flow in catalog.dataflows.items() if flow.across_areas.additive}
    note = np.where(first["dataflow"].isin(list(additive)), _NO_LEVELS, NO_WEIGHTS)
    not_added = is_level(first["measure"]) & (first["why"] == "")
    note = np.where(not_added, "đại lượng không cộng được", note)
    note = np.where(first["why"] == "", note, first["why"])
    blank = {"value": np.nan, "reported": np.nan, "exact": None, "obs_status": MISSING_STATUS}
    return first.assign(origin=Origin.MISSING.value, note=note, **blank)


def is_level(measures: Series) -> Series:
    """Tell which measures are levels."""
    return measures.isin([str(measure) for measure in LEVEL_MEASURES])


def _over(above: DataFrame, below: DataFrame, ratio: Measure, base: Mapping[str, str]) -> DataFrame:
    """Return the ratios of a kind that rest on a sum: levels over the levels of the periods in ``base``."""
    upper, lower = _TERMS[ratio]
    top = above[above["measure"] == upper]
    bottom = below[below["measure"] == lower]
    return _divided(top.assign(at=top["time_period"].map(base).astype("str")), bottom, ratio, [*_JOINED[:-1], "at"])


def _divided(top: DataFrame, bottom: DataFrame, ratio: Measure, on: list[str]) -> DataFrame:
    terms = bottom[[*_JOINED, "value", "unit", "unit_mult", "origin"]].drop_duplicates(_JOINED)
    both = top.merge(terms, left_on=on, right_on=_JOINED, suffixes=("", "_below"))
    rests = (both["origin"] == Origin.SUMMED) | (both["origin_below"] == Origin.SUMMED)
    sound = (both["value_below"] > 0) & (both["unit"] == both["unit_below"])
    both = both[rests & sound]
    power = 10.0 ** (both["unit_mult"] - both["unit_mult_below"])
    pro_forma = (both["origin_below"] == Origin.SUMMED) & (ratio in INDEX_MEASURES)
    return both.assign(
        measure=str(ratio),
        value=both["value"] * power * 100 / both["value_below"],
        unit="PCT",
        unit_mult=0,
        origin=Origin.RECOMPUTED.value,
        note=np.where(pro_forma, f"tính lại từ mức; {PRO_FORMA}", "tính lại từ mức"),
        exact=None,
    )


def _implied(parts: DataFrame, ratio: Measure, catalog: Catalog) -> DataFrame:
    """Return the ratios of a kind over the bases that level and ratio of every old area imply: level / ratio × 100."""
    additive = {code for code, flow in catalog.dataflows.items() if _TERMS[ratio][0] in flow.across_areas.additive}
    usable = parts[parts["dataflow"].isin(list(additive)) & (parts["why"] == "")]
    above = usable[usable["measure"] == _TERMS[ratio][0]]
    told = usable[(usable["measure"] == ratio) & (usable["value"] > 0)]
    on = [*(name for name in KEY if name != "measure"), "part"]
    both = above.merge(told[[*on, "value"]].drop_duplicates(on), on=on, suffixes=("", "_ratio")).drop_duplicates(on)
    amount = both["value"] * 10.0 ** both["unit_mult"]
    both = both.assign(amount=amount, base=amount * 100 / both["value_ratio"], measure=str(ratio))
    groups = both.groupby(list(KEY), sort=False)
    sums = groups[["amount", "base", "bit"]].sum().assign(units=groups["unit"].nunique())
    whole = groups.first().join(sums.add_suffix("_sum")).reset_index()
    whole = whole[(whole["bit_sum"] == whole["expected"]) & (whole["units_sum"] == 1) & (whole["base_sum"] > 0)]
    return whole.assign(
        value=whole["amount_sum"] * 100 / whole["base_sum"],
        unit="PCT",
        unit_mult=0,
        origin=Origin.RECOMPUTED.value,
        note=_IMPLIED,
        exact=None,
    )


def _base_periods(above: DataFrame, ratio: Measure) -> dict[str, str]:
    """Return the period that each period is compared with."""
    periods = {name: Period.parse(name) for name in above["time_period"].unique()}
    match ratio:
        case Measure.MOM:
            return {name: str(period.previous) for name, period in periods.items()}
        case Measure.PLAN_PCT:
            return {name: str(period.year) for name, period in periods.items()}
        case _:
            return {name: str(period.year_ago) for name, period in periods.items()}


def _shares(above: DataFrame, told: DataFrame, catalog: Catalog) -> DataFrame:
    """Return the shares that old areas reported, as part over total of the sums."""
    asked = told[(told["measure"] == Measure.SHARE) & (told["origin"] == Origin.MISSING)]
    flows = {code: flow.across_areas.share_of for code, flow in catalog.dataflows.items()}
    level = above[above["measure"] == above["dataflow"].map(flows)]
    pairs = level[["dataflow", "indicator"]].drop_duplicates().itertuples(index=False, name=None)
    totals = {pair: _total(catalog, *pair) for pair in pairs}
    total = [totals[pair] for pair in zip(level["dataflow"], level["indicator"], strict=True)]
    on = [name if name != "indicator" else "total" for name in _JOINED]
    made = _divided(level.assign(total=Series(total, index=level.index, dtype="str")), level, Measure.SHARE, on)
    return made[_keys(made).isin(_keys(asked))]


def _total(catalog: Catalog, dataflow: str, indicator: str) -> str:
    """Return the indicator that is the whole of ``indicator``: each part of its code replaced by what it belongs to."""
    lists = [catalog.codelists[name] for name in catalog.dataflows[dataflow].codelists]
    roots = (
        next((known.ancestry(part)[-1] for known in lists if part in known.codes), part)
        for part in indicator.split(".")
    )
    return ".".join(roots)


def _with_notes(told: DataFrame, catalog: Catalog) -> DataFrame:
    """Return the figures with a note at each index of a merged area whose base lies before there was such an area."""
    index = told["measure"].isin([str(measure) for measure in INDEX_MEASURES])
    own = index & (told["origin"] == Origin.REPORTED)
    seen = told.loc[own, ["ref_area", "time_period", "measure"]].drop_duplicates()
    young = {row for row in seen.itertuples(index=False, name=None) if _is_young(catalog.areas, *row)}
    at = pd.MultiIndex.from_frame(told[["ref_area", "time_period", "measure"]])
    additive = {code for code, flow in catalog.dataflows.items() if flow.across_areas.additive}
    words = Series(np.where(told["dataflow"].isin(list(additive)), _OWN_BASE, _OWN_INDEX), index=told.index)
    return told.assign(note=told["note"].where(~(own & at.isin(list(young))), words))


def _is_young(areas: Areas, code: str, time_period: str, measure: str) -> bool:
    """Tell whether ``measure`` compares a merged area with a time before it was."""
    if len(old_parts(areas, code)) < 2:
        return False
    period = Period.parse(time_period)
    before = period.previous if measure == Measure.MOM else period.year_ago
    return str(before.last_month) < areas.by_code[code].valid_from


def _keys(frame: DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[list(KEY)])
