"""Tables that repeat another area's figures of the same period, also multiplied by one factor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from ctdp_etl.checks.copies import FEWEST, LARGELY
from ctdp_etl.checks.figures import LEVELS, Flags, Numbers, Places, among, codes, firsts, numbered
from ctdp_etl.checks.rows import median

Pair = tuple[int, int, Flags, float]
"""An earlier and a later table, which of their cells repeat, and the factor between them."""

_MEASURES = ("month", "ytd", "mom", "yoy", "ytd_yoy")
_SAME = 1e-9
_PRECISE = 0.005
_FIRST_LOOK = 16
_ALIKE = 0.02


class Borrowed(NamedTuple):
    """Cells of one table and the cells of another area that they repeat, of how many that both have.

    All are positions in the figures; ``factor`` is what the other's numbers were multiplied by.
    """

    places: tuple[int, ...]
    others: tuple[int, ...]
    of: int
    factor: float = 1.0

    @property
    def share(self) -> float:
        """The share of the common cells that repeat."""
        return len(self.places) / self.of


def find_borrowed(figures: pd.DataFrame, period: str) -> tuple[Borrowed, ...]:
    """Return each table of ``period`` that repeats another area's, from the side of both."""
    told = np.flatnonzero(among(figures, "time_period", {period}) & among(figures, "measure", _MEASURES))
    # A round number says nothing: three digits at least, and no hundred.
    x, half = (figures[name].to_numpy(dtype=float)[told] for name in ("x", "half"))
    told = told[(np.abs(x) > 200 * half) & (x != 100)]
    flows, areas = codes(figures, "dataflow")[told], codes(figures, "ref_area")[told]
    found: list[Borrowed] = []
    for flow in np.unique(flows):
        mine = np.flatnonzero(flows == flow)
        if (areas[mine] != areas[mine[0]]).any():
            found += _of_dataflow(figures, told[mine])
    return tuple(found)


def _of_dataflow(figures: pd.DataFrame, told: Places) -> Iterator[Borrowed]:
    tables = numbered(figures, ("submission_id", "ref_area"), told, sort=True)
    cells = numbered(figures, ("indicator", "item", "measure"), told, sort=True)
    shape = (int(tables.max()) + 1, int(cells.max()) + 1)
    x, slack, place = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, -1, dtype=np.int64)
    values, half = (figures[name].to_numpy(dtype=float)[told] for name in ("x", "half"))
    x[tables, cells], place[tables, cells] = values, told
    precise = among(figures, "measure", LEVELS)[told] & (values > 0)
    slack[tables, cells] = np.where(precise, half / np.abs(values), np.inf)
    areas = codes(figures, "ref_area")[told[firsts(tables)]]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(slack < _PRECISE, np.log(x), np.nan)
    pairs = [*_equal(x), *_proportional(logs, slack)]
    for one, other, same, factor in sorted(pairs, key=lambda pair: pair[:2]):
        if areas[one] != areas[other]:
            of = int((~np.isnan(x[one] + x[other]) if factor == 1 else ~np.isnan(logs[one] + logs[other])).sum())
            for mine, theirs, by in ((one, other, factor), (other, one, 1 / factor)):
                yield Borrowed(tuple(place[mine][same]), tuple(place[theirs][same]), of, by)


def _equal(x: Numbers) -> Iterator[Pair]:
    for one, other in _meeting(x):
        gaps = np.abs(x[other] - x[one])
        equal, both = gaps <= _SAME * np.abs(x[one]), ~np.isnan(gaps)
        if both.sum() >= FEWEST and equal.sum() >= LARGELY * both.sum():
            yield one, other, equal, 1.0


def _meeting(x: Numbers) -> Iterator[tuple[int, int]]:
    """Yield the tables, the earlier first, that have nearly the same value in some cells: almost always none do."""
    order = np.argsort(x, axis=0)
    ranked = np.take_along_axis(x, order, axis=0).ravel(order="F")
    tables, cells = order.ravel(order="F"), np.repeat(np.arange(x.shape[1]), len(x))
    near = (np.diff(ranked) <= 3 * _SAME * np.abs(ranked[1:])) & (np.diff(cells) == 0)
    runs = np.cumsum(np.concatenate([[0], ~near]))
    found = [np.empty(0, dtype=np.int64)]
    for step in range(1, int(np.bincount(runs).max())):
        at = np.flatnonzero(runs[:-step] == runs[step:])
        low, high = np.sort([tables[at], tables[at + step]], axis=0)
        found.append(low * len(x) + high)
    pairs, counts = np.unique(np.concatenate(found), return_counts=True)
    for pair in pairs[counts >= LARGELY * FEWEST]:
        yield divmod(int(pair), len(x))


def _proportional(logs: Numbers, slack: Numbers) -> Iterator[Pair]:
    """Yield the tables whose levels are those of an earlier one divided by a factor."""
    told = ~np.isnan(logs)
    for one in range(len(logs) - 1):
        columns = np.flatnonzero(told[one])
        if len(columns) < FEWEST:
            continue
        rest = one + 1 + _maybe(logs[one, columns[:_FIRST_LOOK]] - logs[one + 1 :, columns[:_FIRST_LOOK]])
        ratio, both = logs[one] - logs[rest], told[one] & told[rest]
        factor = median(ratio)
        fits = np.abs(ratio - factor[:, None]) <= slack[one] + slack[rest] + _SAME
        whole = (both.sum(axis=1) >= FEWEST) & (fits.sum(axis=1) >= LARGELY * both.sum(axis=1))
        for number in np.flatnonzero(whole & (np.abs(factor) > _SAME)):
            yield one, int(rest[number]), fits[number], float(np.exp(factor[number]))


def _maybe(ratio: Numbers) -> Places:
    """Return the tables that have nearly one ratio in the middle half of a few cells: it spares most of the work."""
    look = np.sort(ratio, axis=1)
    told = (~np.isnan(look)).sum(axis=1)
    rows = np.arange(len(look))
    spread = look[rows, np.maximum(3 * told // 4 - 1, 0)] - look[rows, told // 4]
    return np.flatnonzero((told >= FEWEST) & (spread < _ALIKE))
