"""Right numbers at the wrong place: broken cells that hold another month's figure or another row's growth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ctdp_etl.checks.figures import Flags, Numbers, Places
from ctdp_etl.checks.rows import Rows

MONTH, ROW = "month", "row"
_SAME = 1e-9
_FEWEST_DIGITS, _MOST_ZEROS = 4, 9
_APART = 0.02
_PRECISE = 0.0005
"""The rounding, as a share, above which growth fits another row's base by chance."""
_NEAR_ROWS = (-1, 1, -2, 2)
_GROWTH = {"mom": "known_mom", "yoy": "known_yoy", "ytd_yoy": "known_ytd_yoy"}
_BASED = {"mom": "month", "yoy": "month", "ytd_yoy": "ytd"}
_MOST_ROWS = 2_000_000


def of_other_month(rows: Rows, broken: pd.DataFrame) -> pd.DataFrame:
    """Return the ``broken`` cells that hold what was known of another month, with ``kind``, ``right`` and ``source``.

    ``right`` is what is due, ``source`` the position in the history.
    """
    broken = broken[(broken["line"] >= 0).to_numpy() & _told(rows, broken)]
    source = np.full(len(broken), -1, dtype=np.int64)
    lines, roles, x = broken["line"].to_numpy(), broken["role"].to_numpy(), broken["x"].to_numpy(dtype=float)
    known = rows.history["x"].to_numpy(dtype=float)
    for role, measure, first in (("month", "month", 0), ("last_month", "month", 1), ("ytd", "ytd", 0)):
        for back in range(first, rows.past[measure].shape[1]):
            source = _where_same(source, roles == role, rows.past[measure][lines, back], known, x)
    for role, earlier in _GROWTH.items():
        source = _where_same(source, roles == role, rows.places[earlier][lines], known, x)
    found = broken.assign(kind=MONTH, right=broken["due"], source=source)
    return found[source >= 0]


def _where_same(source: Places, mine: Flags, places: Places, known: Numbers, x: Numbers) -> Places:
    if not len(known):
        return source
    same = np.abs(known[np.maximum(places, 0)] - x) <= _SAME * np.abs(x)
    return np.where((source < 0) & mine & (places >= 0) & same, places, source)


def of_other_row(rows: Rows, broken: pd.DataFrame) -> pd.DataFrame:
    """Return the ``broken`` growth that is that of a row nearby, or that was divided by its base.

    ``source`` is the position in the figures of the growth of that row.
    """
    growth = broken["role"].isin(list(_GROWTH)).to_numpy()
    broken = broken[growth & (broken["line"] >= 0).to_numpy() & _told(rows, broken)]
    x, place = broken["x"].to_numpy(dtype=float), broken["place"].to_numpy()
    source = np.full(len(broken), -1, dtype=np.int64)
    if broken.empty:
        return broken.assign(kind=ROW, right=x, source=source)
    cells = _Cells(rows)
    values, halves = (rows.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
    allowed = broken["allowed"].to_numpy(dtype=float)
    for step in _NEAR_ROWS:
        near = cells.near(place, step)
        other = np.where(near >= 0, values[near], np.nan)
        mine, its = cells.level[place], np.where(near >= 0, cells.level[near], np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            divided = other * mine / its
            rounding = allowed + np.abs(divided / other) * halves[near]
        precise = rounding <= _PRECISE * np.abs(x)
        same = (np.abs(other - x) <= _SAME * x) | (precise & (np.abs(divided - x) <= rounding))
        same &= ~(np.abs(its - mine) <= _SAME * mine)  # a row and the only part of it grow alike
        source = np.where((source < 0) & same, near, source)
    return broken.assign(kind=ROW, right=broken["due"], source=source)[source >= 0]


def _told(rows: Rows, cells: pd.DataFrame) -> Flags:
    """Cells with enough digits to be told from chance, a strict identity, and far enough from what is due."""
    x, due = (cells[name].to_numpy(dtype=float) for name in ("x", "due"))
    half = rows.figures["half"].to_numpy(dtype=float)[cells["place"]]
    strict = np.isfinite(cells["slack"].to_numpy(dtype=float))
    return np.asarray(strict & (_digits(x, half) >= _FEWEST_DIGITS) & (np.abs(due - x) > _APART * np.abs(due)))


def _digits(x: Numbers, half: Numbers) -> Numbers:
    """Return how many digits the numbers show, zeros at the end not counted: 160 has two."""
    units = np.rint(np.abs(x) / (2 * half))
    for _ in range(_MOST_ZEROS):
        units = np.where((units > 0) & (units % 10 == 0), units / 10, units)
    return np.floor(np.log10(np.maximum(units, 1))) + 1


class _Cells:
    """Which growth stands above and below which, and the level that each growth compares (NaN without one)."""

    def __init__(self, rows: Rows) -> None:
        self.level = np.full(len(rows.figures), np.nan)
        for role, level in _BASED.items():
            there = rows.places[role]
            self.level[there[there >= 0]] = rows.value(level)[there >= 0]
        growth = rows.figures.loc[rows.figures["measure"].isin(list(_GROWTH)), ["submission_id", "sheet", "cell"]]
        cells = growth["cell"].cat
        parts = pd.Series(cells.categories).str.extract(r"^([A-Z]+)(\d+)$")
        letters = growth.assign(column=pd.factorize(parts[0])[0][cells.codes])
        columns = letters.groupby(["submission_id", "sheet", "column"], sort=False, observed=True).ngroup()
        row = pd.to_numeric(parts[1], errors="coerce").fillna(0).to_numpy(dtype=np.int64)[cells.codes]
        self._key = pd.Series(columns.to_numpy(dtype=np.int64) * _MOST_ROWS + row, index=growth.index)
        self._at = pd.Series(growth.index, index=self._key.to_numpy())
        self._at = self._at[~self._at.index.duplicated()]

    def near(self, places: Places, step: int) -> Places:
        """Return the growth ``step`` rows below each place, -1 where there is none."""
        return np.array(self._at.reindex(self._key[places] + step).fillna(-1), dtype=np.int64)
