"""Tables and columns that repeat other figures: an earlier month's, or another column's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ctdp_etl.checks.figures import Flags, Numbers, Places, numbered
from ctdp_etl.checks.grouped import middle_of
from ctdp_etl.checks.rows import HISTORY_MONTHS, Rows

LARGELY = 0.9
"""A table repeats another where nine of ten of its cells do: a few are often retyped."""
FEWEST = 8
"""Fewer cells may be alike by chance."""

_FEWEST_OF_COLUMN, _FEWEST_OF_ROLE = 6, 4
_SAME = 1e-9
_PRECISE = 0.002
_FIRST_LOOK = 0.5
_MULTIPLIED_BACK = (1, 12)
_LEVELS = ("month", "ytd", "last_month")
_GROWTH = {"mom": "known_mom", "yoy": "known_yoy", "ytd_yoy": "known_ytd_yoy"}
_ROLES = (*_LEVELS, *_GROWTH)
_TWINS = (("month", "last_month"), ("ytd", "month"), ("ytd", "last_ytd"), ("ytd_yoy", "yoy"), ("yoy", "last_yoy"))
"""Columns of one table that do not hold the same numbers; the first is the one to blame."""


class Copy(NamedTuple):
    """Cells that repeat others, of how many that could differ: positions in the figures and of what they repeat.

    ``known`` are positions in the history, or in the figures for a ``twin`` column of the same table. ``month`` is
    the repeated month, empty for a twin; ``factor`` is what the repeated numbers were multiplied by.
    """

    places: tuple[int, ...]
    known: tuple[int, ...]
    of: int
    month: str = ""
    factor: float = 1.0
    twin: bool = False

    @property
    def share(self) -> float:
        """The share of the cells that repeat."""
        return len(self.places) / self.of


class _Pairs(NamedTuple):
    """Cells beside what they may repeat: their table, role (number in ``_ROLES``), position and number.

    ``known`` is the position of the ``other`` number, ``slack`` the rounding of both as a share.
    """

    tables: Places
    roles: Places
    places: Places
    known: Places
    x: Numbers
    other: Numbers
    slack: Numbers
    equal: Flags

    @property
    def columns(self) -> Places:
        """The number of the table and role of each cell."""
        return self.tables * len(_ROLES) + self.roles


@dataclass(frozen=True)
class Copies:
    """``tables`` repeat an earlier report of their own sender, ``columns`` hold the figures of another month."""

    tables: tuple[Copy, ...]
    columns: tuple[Copy, ...]

    @property
    def places(self) -> list[int]:
        """The positions of the cells that repeat others."""
        return sorted({place for copy in (*self.tables, *self.columns) for place in copy.places})


def find_copies(rows: Rows) -> Copies:
    """Return the tables that repeat an earlier report, and the columns of other tables that hold another month's."""
    if not len(rows.lines):
        return Copies((), ())
    tables = numbered(rows.lines, ("submission_id", "form"))
    varying = _varying(rows)
    whole: dict[int, Copy] = {}
    for back in range(1, HISTORY_MONTHS + 1):
        others = _of_report(rows, back)
        if not others or not (back in _MULTIPLIED_BACK or _alike(rows, tables, varying, others, rows.history)):
            continue
        pairs = _pairs(rows, tables, varying, others, rows.history)
        for table, copy in [*_repeated(pairs, rows, back), *_multiplied(pairs, rows, back)]:
            whole.setdefault(table, copy)
    left = varying & ~np.isin(tables, list(whole))
    return Copies(tuple(whole[table] for table in sorted(whole)), tuple(_columns(rows, tables, left)))


def _varying(rows: Rows) -> Flags:
    """Lines whose known months are not all the same: a constant line repeats itself honestly."""
    months = rows.before("month")
    empty = np.isnan(months)
    low, high = np.where(empty, np.inf, months).min(axis=1), np.where(empty, -np.inf, months).max(axis=1)
    return np.asarray((low < high) | ((~empty).sum(axis=1) < 2))


def _of_report(rows: Rows, back: int) -> dict[str, Places]:
    """Return, by role, where the same column of the report ``back`` months ago stands in the history."""
    past = {"month": rows.past["month"][:, back - 1], "ytd": rows.past["ytd"][:, back - 1]}
    if back < HISTORY_MONTHS:
        past["last_month"] = rows.past["month"][:, back]
    if back == 1:
        past |= {role: rows.places[known] for role, known in _GROWTH.items()}
    told = (rows.history["vintage"] == str(rows.period.shift(-back))).to_numpy(dtype=bool)
    return {role: np.where(told[np.maximum(places, 0)], places, -1) for role, places in past.items() if len(told)}


def _pairs(rows: Rows, tables: Places, varying: Flags, others: Mapping[str, Places], frame: pd.DataFrame) -> _Pairs:
    """Return the cells beside the figures of ``frame`` at the positions that ``others`` gives by role and line."""
    values, halves = (frame[name].to_numpy(dtype=float) for name in ("x", "half"))
    found = []
    for role, other in others.items():
        x = rows.value(role)
        kept = np.flatnonzero(varying & ~np.isnan(x) & (other >= 0) & (x != 0) & (x != 100))
        against, mine = values[other[kept]], x[kept]
        size = np.maximum(np.abs(against), _SAME)
        slack = rows.half(role)[kept] / np.abs(mine) + halves[other[kept]] / size
        equal = np.abs(mine - against) <= _SAME * size
        roles = np.full(len(kept), _ROLES.index(role))
        found.append((tables[kept], roles, rows.places[role][kept], other[kept], mine, against, slack, equal))
    return _Pairs(*map(np.concatenate, zip(*found, strict=True)))


def _alike(rows: Rows, tables: Places, varying: Flags, others: Mapping[str, Places], frame: pd.DataFrame) -> bool:
    """Say quickly whether any column of any table may repeat: almost always none does."""
    values = frame["x"].to_numpy(dtype=float)
    for role, other in others.items():
        x = rows.value(role)
        told = np.flatnonzero(varying & (other >= 0) & ~np.isnan(x) & (x != 0) & (x != 100))
        equal = np.abs(x[told] - values[other[told]]) <= _SAME * np.abs(x[told])
        alike = np.bincount(tables[told], equal)
        if ((alike >= _FEWEST_OF_ROLE) & (alike >= _FIRST_LOOK * np.bincount(tables[told]))).any():
            return True
    return False


def _repeated(pairs: _Pairs, rows: Rows, back: int) -> Iterator[tuple[int, Copy]]:
    """Yield the tables of which nearly all cells, in several columns, are those of the report ``back`` months ago."""
    sizes, equal = np.bincount(pairs.tables), np.bincount(pairs.tables, pairs.equal)
    columns = np.bincount(pairs.columns, pairs.equal, minlength=len(sizes) * len(_ROLES)).reshape(-1, len(_ROLES))
    several = (columns >= _FEWEST_OF_COLUMN).sum(axis=1) > 1
    for table in np.flatnonzero((sizes >= FEWEST) & (equal >= LARGELY * sizes) & several):
        mine = np.flatnonzero((pairs.tables == table) & pairs.equal)
        yield int(table), _copy(pairs, mine, int(sizes[table]), rows, back)


def _multiplied(pairs: _Pairs, rows: Rows, back: int) -> Iterator[tuple[int, Copy]]:
    """Yield the tables whose levels, or whose months, are those of the earlier report times one factor."""
    if back not in _MULTIPLIED_BACK:
        return
    precise = (pairs.roles < len(_LEVELS)) & (pairs.slack < _PRECISE) & (pairs.x * pairs.other > 0)
    for chosen in (np.flatnonzero(precise), np.flatnonzero(precise & (pairs.roles == _ROLES.index("month")))):
        tables, ratio = pairs.tables[chosen], np.log(pairs.x[chosen] / pairs.other[chosen])
        factor = middle_of(ratio, tables)
        fits = np.abs(ratio - factor) <= pairs.slack[chosen] + _SAME
        sizes, fitting = np.bincount(tables), np.bincount(tables, fits)
        for table in np.flatnonzero((sizes >= FEWEST) & (fitting >= LARGELY * sizes)):
            mine = np.flatnonzero((tables == table) & fits)
            by = float(np.exp(factor[mine[0]]))
            if abs(by - 1) > _SAME:
                yield int(table), _copy(pairs, chosen[mine], int(sizes[table]), rows, back, by)


def _copy(pairs: _Pairs, mine: Places, of: int, rows: Rows, back: int, factor: float = 1.0) -> Copy:
    return Copy(*_in_order(pairs, mine), of, str(rows.period.shift(-back)), factor)


def _in_order(pairs: _Pairs, mine: Places) -> tuple[tuple[int, ...], tuple[int, ...]]:
    order = mine[np.argsort(pairs.places[mine], kind="stable")]
    return tuple(pairs.places[order].tolist()), tuple(pairs.known[order].tolist())


def _columns(rows: Rows, tables: Places, varying: Flags) -> Iterator[Copy]:
    """Yield the columns that are, nearly all, another month's or the column's beside them; each once."""
    told: set[int] = set()
    for month, others, frame in _other_columns(rows):
        if not _alike(rows, tables, varying, others, frame):
            continue
        pairs = _pairs(rows, tables, varying, others, frame)
        sizes, equal = np.bincount(pairs.columns), np.bincount(pairs.columns, pairs.equal)
        for column in np.flatnonzero((sizes >= _FEWEST_OF_COLUMN) & (equal >= LARGELY * sizes)).tolist():
            if column not in told:
                told.add(column)
                mine = np.flatnonzero((pairs.columns == column) & pairs.equal)
                yield Copy(*_in_order(pairs, mine), int(sizes[column]), month, twin=frame is rows.figures)


def _other_columns(rows: Rows) -> Iterator[tuple[str, dict[str, Places], pd.DataFrame]]:
    """Yield the columns with which each is compared: of other months as they are known, then of the same table."""
    for back in range(1, HISTORY_MONTHS + 1):
        past = {"month": rows.past["month"][:, back - 1], "ytd": rows.past["ytd"][:, back - 1]}
        if back == 1:
            past |= {role: rows.places[known] for role, known in _GROWTH.items()}
        else:
            past["last_month"] = rows.past["month"][:, back - 1]
        yield str(rows.period.shift(-back)), past, rows.history
    for role, twin in _TWINS:
        if rows.period.number > 1 or role not in {"ytd", "ytd_yoy"}:
            yield "", {role: rows.places[twin]}, rows.figures
