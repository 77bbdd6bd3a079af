"""Right numbers at the wrong place: broken cells that hold another month's figure or another row's growth."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ctdp_etl.checks.figures import Flags, Numbers, Places, among, codes, numbered
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
_CELL = re.compile(r"([A-Z]+)(\d+)")


def of_other_month(rows: Rows, broken: pd.DataFrame) -> Places:
    """Return the position in the history of what a ``broken`` cell holds of another month, -1 where it holds none."""
    told = (broken["line"].to_numpy() >= 0) & _told(rows, broken)
    source = np.full(len(broken), -1, dtype=np.int64)
    known = rows.history["x"].to_numpy(dtype=float)
    if not told.any() or not len(known):
        return source
    lines, roles, x = (broken[name].to_numpy()[told] for name in ("line", "role", "x"))
    found = source[told]
    for role, measure, first in (("month", "month", 0), ("last_month", "month", 1), ("ytd", "ytd", 0)):
        for back in range(first, rows.past[measure].shape[1]):
            found = _where_same(found, roles == role, rows.past[measure][lines, back], known, x)
    for role, earlier in _GROWTH.items():
        found = _where_same(found, roles == role, rows.places[earlier][lines], known, x)
    source[told] = found
    return source


def _where_same(source: Places, mine: Flags, places: Places, known: Numbers, x: Numbers) -> Places:
    same = np.abs(known[np.maximum(places, 0)] - x) <= _SAME * np.abs(x)
    return np.where((source < 0) & mine & (places >= 0) & same, places, source)


def of_other_row(rows: Rows, broken: pd.DataFrame) -> Places:
    """Return the position in the figures of the growth of a row nearby that a ``broken`` growth repeats, else -1.

    So does growth that was divided by the base of that row.
    """
    growth = broken["role"].isin(list(_GROWTH)).to_numpy(dtype=bool)
    told = growth & (broken["line"].to_numpy() >= 0) & _told(rows, broken)
    source = np.full(len(broken), -1, dtype=np.int64)
    if not told.any():
        return source
    x, allowed = (broken[name].to_numpy(dtype=float)[told] for name in ("x", "allowed"))
    place, found, cells = broken["place"].to_numpy()[told], source[told], _Cells(rows)
    values, halves = (rows.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
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
        found = np.where((found < 0) & same, near, found)
    source[told] = found
    return source


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
        growth = np.flatnonzero(among(rows.figures, "measure", _GROWTH))
        cells, names = codes(rows.figures, "cell")[growth], rows.figures["cell"].cat.categories
        column, row = np.zeros((2, len(names)), dtype=np.int64)
        letters: dict[str, int] = {}
        for cell in np.unique(cells).tolist():
            told = _CELL.fullmatch(names[cell])
            column[cell] = letters.setdefault(told[1] if told else "", len(letters))
            row[cell] = int(told[2]) if told else 0
        columns = numbered(rows.figures, ("submission_id", "sheet"), growth) * (len(letters) + 1) + column[cells]
        self._key = np.full(len(rows.figures), -1, dtype=np.int64)
        self._key[growth] = columns * _MOST_ROWS + row[cells]
        self._order = growth[np.argsort(self._key[growth], kind="stable")]

    def near(self, places: Places, step: int) -> Places:
        """Return the growth ``step`` rows below each place, -1 where there is none."""
        keys, wanted = self._key[self._order], self._key[places] + step
        first = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[first] == wanted, self._order[first], -1)
