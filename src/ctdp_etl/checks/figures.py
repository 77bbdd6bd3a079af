"""Observations made comparable: numbers in the base unit with the rounding of what was written."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.model import LEVEL_MEASURES, OBSERVATION_COLUMNS

SERIES = ("source", "dataflow", "ref_area", "indicator", "item")
LEVELS = frozenset(str(measure) for measure in LEVEL_MEASURES)

Numbers = npt.NDArray[np.float64]

_DECIMALS = 6
_PRECISION = 1e-10
_LEDGER_COLUMNS = ("submission_id", "sha256", "vintage")


def half_units(values: Numbers) -> Numbers:
    """Return half of the last decimal place that each number shows: 0.005 for 104.78, one in 1e10 for a full double.

    A stored 24414289.120000005 is the double of 24414289.12: it shows two decimals.
    """
    half = np.abs(values) * _PRECISION
    for decimals in range(_DECIMALS, -1, -1):
        shifted = values * 10.0**decimals
        shown = np.abs(shifted - np.rint(shifted)) <= np.abs(shifted) * 1e-15 + 1e-9
        half = np.where(shown, np.maximum(0.5 * 10.0**-decimals, np.abs(values) * _PRECISION), half)
    return half


def prepare(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of ``frame`` with ``x`` (in the base unit), ``half`` (its rounding) and ``series`` (its key).

    Texts and keys that stand twice with unequal values are left out; the index counts from 0.
    """
    full = frame.reindex(columns=list(dict.fromkeys([*OBSERVATION_COLUMNS, *_LEDGER_COLUMNS, *frame.columns])))
    values = pd.to_numeric(full["value"], errors="coerce")
    kept = full[np.isfinite(values) & ~flags(full["conflict"])].reset_index(drop=True)
    values_kept = kept["value"].to_numpy(dtype=float)
    is_level = kept["measure"].isin(LEVELS).to_numpy(dtype=bool)
    power = np.where(is_level, 10.0 ** kept["unit_mult"].fillna(0).to_numpy(dtype=float), 1.0)
    prepared: pd.DataFrame = kept.assign(
        x=values_kept * power, half=half_units(values_kept) * power, series=series_of(kept)
    )
    return prepared


def series_of(frame: pd.DataFrame) -> pd.Series:
    """Return the key of each row's series as one text."""
    key = texts(frame[SERIES[0]])
    for name in SERIES[1:]:
        key = key + "|" + texts(frame[name])
    return key


def texts(column: pd.Series) -> pd.Series:
    """Return a column as texts, empty where it holds nothing."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("")
    return column.astype(object).where(column.notna(), "").astype(str)


def flags(column: pd.Series) -> pd.Series:
    """Return a column of yes and no as booleans, no where it holds nothing."""
    return column.astype(object).where(column.notna(), False).astype(bool)


def own_unit(record: pd.Series, value: float) -> float:
    """Return a level of the base unit in the unit in which ``record`` was reported."""
    power = float(record["unit_mult"] or 0)
    return float(value / 10.0**power)
