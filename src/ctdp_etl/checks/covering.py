"""Set covering: the cheapest choice that has a member in every limit, and all choices as cheap."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ctdp_etl.checks.conflicts import Flags
from ctdp_etl.checks.figures import Numbers

_STEPS = 20_000
_SAME = 1e-6


class Cover(NamedTuple):
    """The cheapest ``choice``, None where none was found; whether that is ``proven``, and the ``work`` that it took.

    Work is counted in nodes of the search times the size of the limits, about a microsecond: the same everywhere.
    """

    choice: Flags | None
    proven: bool
    work: int


def cheapest_cover(costs: Numbers, limits: list[Flags], most_work: int) -> Cover:
    """Return the cheapest choice that meets every limit; the search is given up after about ``most_work``."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not limits:
        return Cover(np.zeros(len(costs), dtype=bool), proven=True, work=0)
    if most_work <= 0:
        return Cover(None, proven=False, work=0)
    size = len(limits) * len(costs)
    done = milp(
        costs,
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(limits, dtype=float), lb=1),
        options={"mip_rel_gap": 0.0, "node_limit": max(most_work // size, 1)},
    )
    optimal, infeasible = done.status == 0, done.status == 2
    return Cover(done.x > 0.5 if optimal else None, optimal or infeasible, size * max(int(done.mip_node_count or 0), 1))


def covers_within(costs: Numbers, limits: list[Flags], budget: float) -> tuple[list[Flags], bool]:
    """Return every choice within the ``budget`` that meets every limit, the cheapest first, and whether that is all.

    A limit that is not met yet is met by each of its members in turn; a member that was passed over stays out.
    """
    found: list[Flags] = []
    members, nothing = np.array(limits), np.zeros(len(costs), dtype=bool)
    branches = [(nothing, nothing, np.arange(len(limits)))]
    steps = 0
    while branches and steps < _STEPS:
        steps += 1
        chosen, barred, unmet = branches.pop()
        if not len(unmet):
            found.append(chosen)
            continue
        left = budget * (1 + _SAME) - costs[chosen].sum()
        free = members[unmet] & ~barred
        least = free[free.sum(axis=1).argmin()] & (costs <= left)
        if _costs_more(costs, free & (costs <= left), left):
            continue
        passed = barred.copy()
        for member in np.flatnonzero(least):
            taken = chosen.copy()
            taken[member] = True
            branches.append((taken, passed.copy(), unmet[~members[unmet, member]]))
            passed[member] = True
    return sorted(found, key=lambda chosen: float(costs @ chosen)), not branches


def _costs_more(costs: Numbers, limits: npt.NDArray[np.bool_], left: float) -> bool:
    """Say whether limits without a common member cost more than is ``left`` already."""
    while len(limits):
        one = limits[limits.sum(axis=1).argmin()]
        left -= float(costs[one].min(initial=np.inf))
        if left < 0:
            return True
        limits = limits[~(limits & one).any(axis=1)]
    return False
