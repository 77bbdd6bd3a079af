"""Simulated offices: hidden monthly levels with seasons, Tết, swinging plants, estimates and restatements; no mistake.

The widths are those of the figures published for 2021-2024: an estimate of a month is off by 0.4 % (retail), 2 %
(products), 6 % (trade); one figure in thirty once more, by 1 %; one base in twenty is restated after a year. What is
the value of a quantity is estimated with it, the price being known within 1 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from mutation_forms import Rows

from ctdp_etl.period import Period

Numbers = npt.NDArray[np.float64]

_TET = {2022: 2, 2023: 1, 2024: 2, 2025: 1, 2026: 2}
"""The month in which most days of Tết fell."""
_ESTIMATE = {"RETAIL": 0.004, "ELECTRICITY": 0.003, "TRADE": 0.06, "IIP": 0.01, "LABOUR": 0.0}
_WIDTH = {"RETAIL": 0.02, "ELECTRICITY": 0.05, "LABOUR": 0.006, "IIP": 0.05}
_SEASON = {"RETAIL": 0.04, "IIP": 0.12, "LABOUR": 0.004}
_STEADY = frozenset({"RETAIL", "LABOUR"})
_PRICE = 0.01
_SEASONAL, _CROP, _SWINGING, _DEEP, _REBASED = 0.35, 0.05, 0.06, 0.03, 0.05


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of a table's rows by month from ``start``: as estimated, as first restated, as they stayed.

    ``base`` is the level with which the month a year later is compared. Rows by months, in the table's units.
    ``plans`` are the rows' plans by year.
    """

    start: Period
    estimate: Numbers
    official: Numbers
    final: Numbers
    base: Numbers
    plans: dict[int, Numbers]


@dataclass(frozen=True)
class Hand:
    """How an office writes: decimals of levels and of growth, None for a spreadsheet's full doubles."""

    levels: int | None
    growth: int | None

    def level(self, values: Numbers) -> Numbers:
        """Return levels as written."""
        return values if self.levels is None else np.round(values, self.levels)

    def index(self, values: Numbers) -> Numbers:
        """Return indices as written."""
        return values if self.growth is None else np.round(values, self.growth)


HANDS = (Hand(None, None), Hand(2, 2), Hand(1, 1), Hand(None, 2), Hand(3, 2), Hand(2, 1))


def grow(rng: np.random.Generator, rows: Rows, size: float, start: Period, months: int) -> Levels:
    """Return the levels of a table over ``months`` from a January; ``size`` is the mean of a leaf."""
    leaves = rows.sums.shape[1]
    final = _final(rng, rows, size, start, months)
    width = _ESTIMATE.get(rows.dataflow, 0.02)
    official = final * np.where(rng.random((leaves, months)) < _DEEP, _noise(rng, 0.01, leaves, months), 1.0)
    noise = np.clip(_noise(rng, width, leaves, months), 1 - 3 * width, 1 + 3 * width)
    for leaf, followed in enumerate(rows.follows):
        if followed >= 0:
            noise[leaf] = noise[followed] * _noise(rng, _PRICE, 1, months)[0]
    estimate = official * noise
    rebased = rng.random((leaves, 1)) < _REBASED
    base = final * np.where(rebased, _noise(rng, 0.03, leaves, 1), 1.0)
    plans = {
        start.year + 1 + year: rows.sums @ _plan(final[:, 12 * year : 12 * year + 12]) for year in range(months // 12)
    }
    return Levels(start, *(rows.sums @ values for values in (estimate, official, final, base)), plans)


def _final(rng: np.random.Generator, rows: Rows, size: float, start: Period, months: int) -> Numbers:
    leaves = rows.sums.shape[1]
    width = _WIDTH.get(rows.dataflow, 0.07)
    at = np.arange(months)
    number = (start.number - 1 + at) % 12
    years = (start.number - 1 + at) // 12 + start.year
    trend = rng.normal(0.07, 0.08, (leaves, 1)) / 12
    strong = _SEASON.get(rows.dataflow, 0.25)
    season = np.where(rng.random((leaves, 1)) < _SEASONAL, strong, strong / 6) * rng.standard_normal((leaves, 12))
    tet = np.array([[_TET.get(int(year)) == month + 1 for year, month in zip(years, number, strict=True)]])
    logs = np.log(size) + 1.1 * rng.standard_normal((leaves, 1)) + trend * at + season[:, number]
    logs = logs - (0.0 if rows.dataflow in _STEADY else 0.08) * tet + width * rng.standard_normal((leaves, months))
    if rows.dataflow not in _STEADY:
        logs = logs + np.clip(_plants(rng, leaves, months), *((-0.5, 0.5) if rows.is_index else (-3, 3)))
    if rows.dataflow in {"PRODUCTS", "TRADE"}:
        logs = logs + np.log(np.where(rows.sums.sum(axis=0)[:, None] > 1, 1.0, _crops(rng, leaves)[:, number]))
    levels = np.exp(logs)
    for leaf, followed in enumerate(rows.follows):
        if followed >= 0:
            price = 0.3 * rng.standard_normal() + np.cumsum(0.01 * rng.standard_normal(months))
            levels[leaf] = levels[followed] * np.exp(price)
    return levels


def _plants(rng: np.random.Generator, leaves: int, months: int) -> Numbers:
    """Return the steps of series in which one plant opens, closes or halves, in logarithms."""
    swinging = rng.random((leaves, 1)) < _SWINGING
    after = np.arange(months) >= rng.integers(1, months, (leaves, 1))
    return np.where(swinging & after, rng.normal(0.0, 0.7, (leaves, 1)), 0.0)


def _crops(rng: np.random.Generator, leaves: int) -> Numbers:
    """Return for the twelve months the share of a crop's season that is on: hardly anything outside it."""
    crop = rng.random((leaves, 1)) < _CROP
    idle = np.isin((np.arange(12) - rng.integers(0, 12, (leaves, 1))) % 12, (0, 1, 2, 3))
    return np.where(crop & idle, 0.002, 1.0)


def _noise(rng: np.random.Generator, width: float, leaves: int, months: int) -> Numbers:
    return 1 + width * rng.standard_normal((leaves, months))


@dataclass(frozen=True, eq=False)
class Report:
    """What a table says for one month, as written: an array of the rows by role."""

    rows: Rows
    levels: Levels
    month: Period
    hand: Hand

    @cached_property
    def at(self) -> int:
        """The place of the month among those of the levels."""
        start = self.levels.start
        return (self.month.year - start.year) * 12 + self.month.number - start.number

    def values(self) -> dict[str, Numbers]:
        """Return the rows' numbers by role; the share of a part is that of the total in the cumulative."""
        levels, at = self.levels, self.at
        first = at - self.month.number + 1
        month, last = levels.estimate[:, at], levels.official[:, at - 1]
        ytd = levels.final[:, first : at - 1].sum(axis=1) + last + month if at > first else month
        last_index = last / levels.base[:, at - 13] * 100
        plan = levels.plans[self.month.year]
        growth = {
            "last_yoy": last_index,
            "mom": month / last * 100,
            "yoy": month / levels.base[:, at - 12] * 100,
            "ytd_yoy": ytd / levels.base[:, first - 12 : at - 11].sum(axis=1) * 100,
            "plan_pct": self.hand.level(ytd) / plan * 100,
            "share": ytd / ytd[0] * 100,
        }
        said = {name: self.hand.level(value) for name, value in (("last_month", last), ("month", month), ("ytd", ytd))}
        said |= {name: self.hand.index(value) for name, value in growth.items()} | {"plan": plan}
        return {role: said[role] for role in self.rows.roles}


def _plan(before: Numbers) -> Numbers:
    """Return the plans that follow a year: somewhat more, three digits."""
    wanted = np.maximum(before.sum(axis=1) * 1.08, 1e-9)
    digits = 10.0 ** (np.floor(np.log10(wanted)) - 2)
    return np.round(wanted / digits) * digits
