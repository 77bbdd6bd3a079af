"""Where the error is: the cheapest set of cells to change so that all edits can hold (Fellegi and Holt 1976).

Solved as set covering over implied edits (Garfinkel, Kunnathur, Liepins 1986; de Waal, Pannekoek, Scholtus 2011): an
integer program chooses cells, a linear one shows which combination of edits still fails and so which cells are
missing. No bound on how far a cell may move is needed, so cells of 1e-3 and 1e13 may stand in one edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ctdp_etl.checks.conflicts import Flags, Held, fit
from ctdp_etl.checks.covering import cheapest_cover, covers_within
from ctdp_etl.checks.figures import Numbers

MOST_WORK = 1_000_000
"""How far the search goes, some seconds: a tangle that takes more is a table that is wrong all over."""

_MOST_ROUNDS = 300
_NOISE = 1e-14
"""What sums of doubles are off by."""


@dataclass(frozen=True, eq=False)
class System:
    """Cells as written, and edits: ``low <= matrix @ x <= high``, the rounding of the cells allowed besides.

    ``matrix`` and ``lifts`` have a row per edit and a column per cell; an edit says nothing once a cell that ``lifts``
    it is changed (the growth between two levels). ``weights`` is what changing a cell costs, ``cost`` what leaving
    an edit broken costs (infinite: it must hold; Scholtus 2013). ``lower`` is the least that a changed cell may be.
    """

    values: Numbers
    half: Numbers
    weights: Numbers
    lower: Numbers
    matrix: Numbers
    low: Numbers
    high: Numbers
    lifts: Flags
    cost: Numbers

    @property
    def broken(self) -> Flags:
        """Which edits do not hold as the cells are written."""
        held = self.without(np.zeros(len(self.cost), dtype=bool))
        return np.asarray((held.down > 0) | (held.up < 0))

    def without(self, passed_over: Flags) -> Held:
        """Return the edits that are not passed over, in moves from what is written."""
        kept = ~passed_over
        matrix = self.matrix[kept]
        written, slack = matrix @ self.values, np.abs(matrix) @ (self.half + _NOISE * np.abs(self.values))
        return Held(
            matrix, self.low[kept] - slack - written, self.high[kept] + slack - written, self.lower - self.values
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """``cells`` to change, the edits that stay ``broken`` all the same, their ``weight``, and ``values`` that fit."""

    cells: tuple[int, ...]
    broken: tuple[int, ...]
    weight: float
    values: Numbers


@dataclass(frozen=True, eq=False)
class Localised:
    """Every cheapest solution; none where the edits contradict each other or too many rounds were needed.

    ``complete`` is False where there are more solutions than asked for, or the search was given up.
    """

    solutions: tuple[Solution, ...]
    complete: bool


def localise(system: System, most: int = 12) -> Localised:
    """Return the cheapest sets of cells whose change lets every edit hold that must, at most ``most`` of them."""
    search, work = _Search(system), MOST_WORK
    for _ in range(_MOST_ROUNDS):
        cover = cheapest_cover(search.costs, search.limits, work)
        if cover.choice is None:
            return Localised((), complete=cover.proven)
        first, work = search.tried(cover.choice), work - cover.work
        if first is not None:
            return search.with_others(first, most)
    return Localised((), complete=False)


class _Search:
    """The limits known so far: of each, a cell has to change or a soft edit to stay broken (an implied edit fails)."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.soft = np.flatnonzero(np.isfinite(system.cost))
        self.costs = np.concatenate([system.weights, system.cost[self.soft]])
        self.limits: list[Flags] = []
        for edit in np.flatnonzero(system.broken):
            self._limit(np.array([edit]), system.matrix[edit] != 0)

    def tried(self, choice: Flags) -> Solution | None:
        """Return the solution that a choice makes; where it makes none, the limits say why from now on."""
        system, changed = self.system, choice[: len(self.system.values)]
        left = self.soft[choice[len(changed) :]]
        passed_over: Flags = np.any(system.lifts[:, changed], axis=1)
        passed_over[left] = True
        moves, failing = fit(system.without(passed_over), changed)
        for conflict in failing:
            self._limit(np.flatnonzero(~passed_over)[conflict.edits], conflict.cells)
        if failing:
            return None
        weight = float(self.costs[choice].sum())
        return Solution(_numbers(changed), tuple(left.tolist()), weight, system.values + moves)

    def with_others(self, first: Solution, most: int) -> Localised:
        """Return ``first`` and what is as cheap."""
        if not first.cells:
            return Localised((first,), complete=True)
        found = [first]
        choices, complete = covers_within(self.costs, self.limits, first.weight)
        for choice in choices:
            cells = set(_numbers(choice[: len(self.system.values)]))
            known = any(set(one.cells) <= cells for one in found)
            if not known and (np.array(self.limits) & choice).any(axis=1).all():
                other = self.tried(choice)
                found += [] if other is None else [other]
            if len(found) > most:
                return Localised(_fewest(found)[:most], complete=False)
        return Localised(_fewest(found), complete)

    def _limit(self, edits: npt.NDArray[np.intp], cells: Flags) -> None:
        movers: Flags = cells | np.any(self.system.lifts[edits], axis=0)
        self.limits.append(np.concatenate([movers, np.isin(self.soft, edits)]))


def _numbers(flags: Flags) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())


def _fewest(found: list[Solution]) -> tuple[Solution, ...]:
    """Return the solutions by cells, without those that only break a soft edit less by changing one cell more."""
    fewest = [one for one in found if not any(set(other.cells) < set(one.cells) for other in found)]
    return tuple(sorted(fewest, key=lambda one: one.cells))
