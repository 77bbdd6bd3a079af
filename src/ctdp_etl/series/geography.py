"""Series on one list of areas: levels of the 63 provinces added up to the 34, growth on the sum of the old units.

Levels are added, ratios computed again from levels, indices never averaged; what cannot be said has no number and a
reason (the areas of Nghị quyết 202/2025/QH15 are unions of old ones).
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from ctdp_etl.catalog import Areas, Catalog
from ctdp_etl.model import KEY
from ctdp_etl.period import Period
from ctdp_etl.series.places import missing_names, places, sender_kind
from ctdp_etl.series.ratios import MISSING_STATUS, STATUS_RANK, Origin, recomputed, unsaid

SERIES_COLUMNS = (
    *("source", "dataflow", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status"),
    *("value", "unit", "unit_mult", "vintage", "simulated", "origin", "members", "reported", "note"),
)
"""``origin`` is one of ``Origin``; ``members`` the old areas; ``reported`` what the area's own report says instead."""


_STATUS = np.array(list(STATUS_RANK), dtype=object)
_DIGITS = 1000
_BEFORE = "kỳ trước khi có địa phương này, nơi gửi tự ghi"
_FIRST = ("label", "unit", "members")


def on_areas(observations: DataFrame, catalog: Catalog, code_list: str, periods: Collection[str]) -> DataFrame:
    """Return the figures of ``periods`` on the areas of ``code_list``, with ``SERIES_COLUMNS`` and ``exact``.

    ``observations`` are current ones with KEY, label, obs_status, value, unit, unit_mult, vintage and simulated; of
    the periods that are compared with (``bases``) levels are enough. ``exact`` is the Decimal of which ``value`` is
    the nearest double, for sums; None else. Figures of two kinds of senders are never added up.
    """
    told, summable = _sorted_out(observations, catalog, code_list)
    series = _levels(told, summable, catalog.areas)
    asked = series[series["time_period"].isin(list(periods))]
    parts = told[told["time_period"].isin(list(periods)) & ~_is_own(told)]
    rest = parts[~summable[parts.index]]
    lost = unsaid(rest[~_keys(rest).isin(_keys(asked))], catalog)
    whole = pd.concat([asked, lost], ignore_index=True)
    return recomputed(whole, series, parts, catalog)[[*SERIES_COLUMNS, "exact"]].sort_values(
        list(KEY), kind="stable", ignore_index=True
    )


def levels_on(observations: DataFrame, catalog: Catalog, code_list: str) -> DataFrame:
    """Return what stands on the areas of ``code_list`` without any ratio computed again: told, renamed and added up.

    A sum has ``origin`` and the columns that ``on_areas`` asks for; other rows have every column of ``observations``.
    """
    told, summable = _sorted_out(observations, catalog, code_list)
    return _levels(told, summable, catalog.areas)


def bases(period: Period) -> tuple[str, ...]:
    """Return the periods whose levels ``period`` is compared with: the one before, a year ago, the year of the plan."""
    return str(period.previous), str(period.year_ago), str(period.year)


def placed(observations: DataFrame, areas: Areas, code_list: str) -> DataFrame:
    """Return the observations with their ``Place`` in ``code_list``; ``ref_area`` and ``source`` are the target's.

    A department's figures become those of the target's department (SCT_VN34_24); the statistics office stays itself.
    """
    spots = places(observations, areas, code_list)
    told = observations.merge(spots, on=["ref_area", "time_period"], how="inner").reset_index(drop=True)
    department = ~told["own"] & told["source"].str.contains("_", regex=False)
    source = told["source"].where(~department, sender_kind(told["source"]) + "_" + told["target"])
    return told.assign(part=told["ref_area"], ref_area=told["target"], source=source)


def _sorted_out(observations: DataFrame, catalog: Catalog, code_list: str) -> tuple[DataFrame, Series]:
    """Return the placed figures, and which of them are levels of old areas that add up."""
    told = placed(observations[observations["value"].notna()], catalog.areas, code_list)
    return told, _additive(told, catalog) & ~_is_own(told) & (told["why"] == "")


def _is_own(told: DataFrame) -> Series:
    """Tell which figures are the target's own, or of the one old area that it was."""
    return told["own"] | ((told["expected"] == 1) & (told["why"] == ""))


def _levels(told: DataFrame, summable: Series, areas: Areas) -> DataFrame:
    return _preferred(_as_told(told[_is_own(told)]), _sums(told[summable], areas), areas)


def _additive(told: DataFrame, catalog: Catalog) -> Series:
    known = {(code, measure) for code, flow in catalog.dataflows.items() for measure in flow.across_areas.additive}
    pairs = pd.MultiIndex.from_frame(told[["dataflow", "measure"]])
    return Series(pairs.isin(list(known)), index=told.index)


def _as_told(mine: DataFrame) -> DataFrame:
    origin = np.where(mine["own"], Origin.REPORTED.value, Origin.RENAMED.value)
    note = np.where(mine["own"], "", "địa giới không đổi")
    return mine.assign(origin=origin, note=note, reported=np.nan, exact=None)


def _sums(levels: DataFrame, areas: Areas) -> DataFrame:
    """Return the sums of levels over the old areas, one row for each key; without a number where one is missing."""
    if levels.empty:
        return _as_told(levels)
    key = levels.groupby(list(KEY), sort=False).ngroup()
    levels = levels.assign(key=key, rank=levels["obs_status"].map(STATUS_RANK).fillna(2).astype("int64")).sort_values(
        "key"
    )
    groups = levels.groupby("key", sort=True)
    summed = (
        groups[[*KEY, *_FIRST]]
        .first()
        .assign(
            **groups[["unit_mult", "rank", "vintage", "simulated", "expected"]].max(),
            bits=groups["bit"].sum(),
            tellers=groups.size(),
            parts=groups["bit"].nunique(),
            units=groups["unit"].nunique(),
        )
    )
    note = _why_not(summed, areas)
    exact = _exact_sums(levels, summed["unit_mult"])
    whole = note == ""
    return summed.assign(
        obs_status=np.where(whole, _STATUS[summed["rank"]], MISSING_STATUS),
        exact=Series(exact, index=summed.index, dtype=object).where(whole, None),
        value=Series([float(one) for one in exact], index=summed.index).where(whole),
        origin=np.where(whole, Origin.SUMMED.value, Origin.MISSING.value),
        note=note.where(~whole, "cộng các tỉnh cũ"),
        reported=np.nan,
        own=False,
    ).reset_index(drop=True)


def _why_not(summed: DataFrame, areas: Areas) -> Series:
    """Return why a sum cannot be said, '' where it can."""
    lacking = summed["expected"] & ~summed["bits"]
    names = {
        (members, mask): f"thiếu {missing_names(areas, members, mask)}" if mask else ""
        for members, mask in set(zip(summed["members"], lacking, strict=True))
    }
    note = Series([names[pair] for pair in zip(summed["members"], lacking, strict=True)], index=summed.index)
    twice = summed["tellers"] > summed["parts"]
    note = note.where(~twice, "một tỉnh cũ có hai nơi gửi cùng loại")
    return note.where(summed["units"] == 1, "các tỉnh cũ dùng đơn vị tính khác nhau")


def _exact_sums(levels: DataFrame, mult: Series) -> list[Decimal]:
    """Return the sum of each key's levels (sorted by key), to the last digit, in ten to the ``mult`` of the unit."""
    ends = np.append(np.flatnonzero(np.diff(levels["key"])) + 1, len(levels)).tolist()
    shifts = (levels["unit_mult"] - levels["key"].map(mult)).tolist()
    with localcontext(prec=_DIGITS):
        terms = [Decimal(repr(x)).scaleb(n) for x, n in zip(levels["value"].tolist(), shifts, strict=True)]
        return [sum(terms[first:last], Decimal(0)) for first, last in zip([0, *ends[:-1]], ends, strict=True)]


def _preferred(told: DataFrame, sums: DataFrame, areas: Areas) -> DataFrame:
    """Return one row for each key: the area's own figure, but of the time before there was such an area the sum.

    What a new area's report says of that time may be the figure of its old namesake.
    """
    started = told["ref_area"].map({code: area.valid_from for code, area in areas.by_code.items()}).fillna("")
    ends = {period: str(Period.parse(period).last_month) for period in told["time_period"].unique()}
    early = told["own"] & (told["time_period"].map(ends).astype("str") < started)
    told = told.assign(rank=early * 2, note=told["note"].where(~early, _BEFORE))
    both = pd.concat([told, sums.assign(rank=np.where(sums["value"].notna(), 1, 3))], ignore_index=True)
    return both.sort_values("rank", kind="stable").drop_duplicates(list(KEY)).drop(columns="rank")


def _keys(frame: DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[list(KEY)])
