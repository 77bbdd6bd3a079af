"""Tables that repeat another area's figures of the same period, also multiplied by one factor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.checks.copies import FEWEST, LARGELY
from ctdp_etl.checks.figures import LEVELS, Numbers
from ctdp_etl.checks.rows import Places

Flags = npt.NDArray[np.bool_]

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
    told = figures[["submission_id", "ref_area", "dataflow", "indicator", "item", "measure", "x", "half"]][
        ((figures["time_period"] == period) & figures["measure"].isin(_MEASURES)).to_numpy()
    ]
    # A round number says nothing: three digits at least, and no hundred.
    x, half = (told[name].to_numpy(dtype=float) for name in ("x", "half"))
    told = told[(np.abs(x) > 200 * half) & (x != 100)]
    found: list[Borrowed] = []
    for _, mine in told.groupby("dataflow", sort=True):
        if mine["ref_area"].nunique() > 1:
            found += _of_dataflow(mine)
    return tuple(found)


def _of_dataflow(told: pd.DataFrame) -> Iterator[Borrowed]:
    tables = told.groupby(["submission_id", "ref_area"], sort=True).ngroup().to_numpy(dtype=np.int64)
    cells = told.groupby(["indicator", "item", "measure"], sort=True).ngroup().to_numpy(dtype=np.int64)
    shape = (int(tables.max()) + 1, int(cells.max()) + 1)
    x, slack, place = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, -1, dtype=np.int64)
    values = told["x"].to_numpy(dtype=float)
    x[tables, cells], place[tables, cells] = values, told.index.to_numpy()
    precise = told["measure"].isin(LEVELS).to_numpy() & (values > 0)
    slack[tables, cells] = np.where(precise, told["half"].to_numpy(dtype=float) / np.abs(values), np.inf)
    areas = pd.Series(told["ref_area"].to_numpy()).groupby(tables).first().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(slack < _PRECISE, np.log(x), np.nan)
    for one in range(shape[0] - 1):
        rest = np.arange(one + 1, shape[0])
        rest = rest[areas[rest] != areas[one]]
        for other, same, factor in [*_equal(x, one, rest), *_proportional(logs, slack, one, rest)]:
            of = int((~np.isnan(x[one] + x[other]) if factor == 1 else ~np.isnan(logs[one] + logs[other])).sum())
            for mine, theirs, by in ((one, other, factor), (other, one, 1 / factor)):
                yield Borrowed(tuple(place[mine][same]), tuple(place[theirs][same]), of, by)


def _equal(x: Numbers, one: int, rest: Places) -> Iterator[tuple[int, Flags, float]]:
    gaps = np.abs(x[rest] - x[one])
    equal, both = gaps <= _SAME * np.abs(x[one]), ~np.isnan(gaps)
    for number in np.flatnonzero((both.sum(axis=1) >= FEWEST) & (equal.sum(axis=1) >= LARGELY * both.sum(axis=1))):
        yield int(rest[number]), equal[number], 1.0


def _proportional(logs: Numbers, slack: Numbers, one: int, rest: Places) -> Iterator[tuple[int, Flags, float]]:
    """Yield the tables whose levels are those of ``one`` divided by a factor; a first look spares most of the work."""
    columns = np.flatnonzero(~np.isnan(logs[one]))
    if len(columns) < FEWEST:
        return
    look = np.sort(logs[one, columns[:_FIRST_LOOK]] - logs[rest][:, columns[:_FIRST_LOOK]], axis=1)
    told = (~np.isnan(look)).sum(axis=1)
    rows = np.arange(len(rest))
    spread = look[rows, np.maximum(3 * told // 4 - 1, 0)] - look[rows, told // 4]
    for other in rest[np.flatnonzero((told >= FEWEST) & (spread < _ALIKE))]:
        ratio = logs[one] - logs[other]
        factor = float(np.nanmedian(ratio))
        fits = np.abs(ratio - factor) <= slack[one] + slack[other] + _SAME
        both = ~np.isnan(ratio)
        if both.sum() >= FEWEST and fits.sum() >= LARGELY * both.sum() and abs(factor) > _SAME:
            yield int(other), fits, float(np.exp(factor))
