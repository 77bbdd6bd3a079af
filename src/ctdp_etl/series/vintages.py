"""Which version of a figure counted when: its history by instant, its releases by reporting period, the triangle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame, Series

from ctdp_etl.model import KEY

SERIES = tuple(name for name in KEY if name != "time_period")
"""What names a series: the key of a figure less its period."""

Codes = npt.NDArray[np.int64]

_RANK = {"A": 0, "P": 1}
_LAST_RANK = 2
_NEVER = np.iinfo(np.int64).max


def history(versions: DataFrame) -> DataFrame:
    """Return each version of a figure in the order in which it came to count, with ``known_at`` (UTC text).

    ``versions`` have KEY, obs_status, value, unit, unit_mult, vintage, known_from, known_to, sha256, sheet and cell.
    A row without a number says that from then on nothing counted. A version that came back counts again; one that was
    replaced in the second of its arrival never counted. ``key`` is the number of the row's KEY in their order.
    """
    versions = versions[versions["known_from"] != versions["known_to"]]
    instants = sorted({*versions["known_from"].unique(), *versions["known_to"].unique()} - {""})
    start, end = _codes(versions["known_from"], instants), _codes(versions["known_to"], instants)
    spans = DataFrame({"key": _numbered(versions), "start": start, "end": np.where(end < 0, _NEVER, end)})
    ended = spans.loc[end >= 0, ["key", "end"]].rename(columns={"end": "moment"})
    moments = pd.concat([spans[["key", "start"]].rename(columns={"start": "moment"}), ended], ignore_index=True)
    return _counting(versions, spans, moments.drop_duplicates(), ("known_at", instants))


def releases(versions: DataFrame, *, several: bool = False) -> DataFrame:
    """Return the version of a figure that counted with the reports up to each ``release`` (a reporting period).

    Only what stands is seen: a workbook sent again within its month replaced the first, and is no revision. ``several``
    leaves out the figures of one report only. The frame is that of ``history``.
    """
    standing = versions[versions["known_to"] == ""]
    names = sorted(standing["vintage"].unique())
    spans = DataFrame({"key": _numbered(standing), "start": _codes(standing["vintage"], names), "end": _NEVER})
    moments = spans[["key", "start"]].drop_duplicates().rename(columns={"start": "moment"})
    if several:
        moments = moments[moments["key"].duplicated(keep=False)]
    return _counting(standing, spans, moments, ("release", names))


def triangle(released: DataFrame) -> DataFrame:
    """Return the revision triangle of ``releases``: a row for each series and period, a column for each release.

    A cell has the value as it was known with that release, in the unit of the last one; none before it was reported.
    """
    rows = [*SERIES, "unit", "unit_mult", "time_period"]
    table = aligned(released).pivot(index=rows, columns="release", values="value")
    table = table.sort_index(axis="columns").ffill(axis="columns").sort_index()
    return table.reset_index().rename_axis(columns=None)


def aligned(released: DataFrame) -> DataFrame:
    """Return the figures with those of a key in the power of ten of its last one; without a number for another unit."""
    last = np.flatnonzero(~released.duplicated("key", keep="last"))
    ends = last[np.searchsorted(last, np.arange(len(released)))]
    mult, unit = released["unit_mult"].to_numpy(), _codes(released["unit"], sorted(released["unit"].unique()))
    shift = mult - mult[ends]
    value = np.where(shift == 0, released["value"], released["value"] * 10.0**shift)
    same = np.where(unit == unit[ends], value, np.nan)
    return released.assign(value=same, unit=released["unit"].take(ends).array, unit_mult=mult[ends])


def _counting(versions: DataFrame, spans: DataFrame, moments: DataFrame, when: tuple[str, list[str]]) -> DataFrame:
    """Return the version that counts at each moment of its key, where it is not the one of the moment before.

    ``spans`` have, row by row as ``versions``, the key and the moments from which and to which a version stands. All is
    done on numbers: the texts of a version are taken up once, at the end.
    """
    spans = spans.assign(version=np.arange(len(spans)))
    twice = moments.loc[moments["key"].duplicated(), "key"]
    several = spans["key"].isin(twice) | spans["key"].duplicated(keep=False)
    contested = spans[several].reset_index(drop=True)
    contested["better"] = _preference(versions, contested)
    pairs = moments.merge(contested, on="key")
    pairs = pairs[(pairs["start"] <= pairs["moment"]) & (pairs["moment"] < pairs["end"])]
    best = pairs.sort_values("better").drop_duplicates(["key", "moment"])[["key", "moment", "version"]]
    lone = moments.merge(spans.loc[~several, ["key", "version"]], on="key")
    told = moments.merge(pd.concat([best, lone]), on=["key", "moment"], how="left").sort_values(["key", "moment"])
    version = told["version"].fillna(-1).astype("int64")
    again = (told["key"] == told["key"].shift()) & (version == version.shift())
    first = spans.drop_duplicates("key").set_index("key")["version"]
    kept, gone = told[~again], (version[~again] < 0).to_numpy()
    place = kept["version"].fillna(kept["key"].map(first)).astype("int64").to_numpy()
    rows = versions.drop(columns=["known_from", "known_to"]).take(place).reset_index(drop=True)
    rows["key"] = kept["key"].to_numpy()
    rows["value"], rows["obs_status"] = rows["value"].mask(gone), rows["obs_status"].mask(gone, "")
    rows[when[0]] = pd.array(np.array(when[1], dtype=object)[kept["moment"].to_numpy()], dtype="str")
    return rows


def _preference(versions: DataFrame, contested: DataFrame) -> Codes:
    """Return the place of each contested version: official before estimate, the later report, the later arrival."""
    rows = versions[["obs_status", "vintage", "known_from", "sha256", "sheet", "cell"]].take(
        contested["version"].to_numpy()
    )
    rank = rows["obs_status"].map(_RANK).fillna(_LAST_RANK).to_numpy()
    later = [-_codes(rows[name], sorted(rows[name].unique())) for name in ("vintage", "known_from", "sha256")]
    first = [_codes(rows[name], sorted(rows[name].unique())) for name in ("sheet", "cell")]
    order = np.lexsort([*reversed([rank, *later, *first])])
    place = np.empty(len(order), dtype="int64")
    place[order] = np.arange(len(order))
    return place


def _codes(column: Series, names: list[str]) -> Codes:
    """Return the place of each text among ``names``, -1 for one that is not there."""
    return np.asarray(pd.Index(names, dtype="str").get_indexer(pd.Index(column)), dtype="int64")


def _numbered(versions: DataFrame) -> Codes:
    """Return the number of each key, in the order of the keys."""
    return np.asarray(versions.groupby(list(KEY), sort=True).ngroup(), dtype="int64")
