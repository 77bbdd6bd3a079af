"""Set covering: the cheapest choice that has a member in every limit, and all choices as cheap."""

from __future__ import annotations

import numpy as np

from ctdp_etl.checks.conflicts import Flags
from ctdp_etl.checks.figures import Numbers

_NODES = 10_000
_STEPS = 20_000
_SAME = 1e-6


def cheapest_cover(costs: Numbers, limits: list[Flags]) -> tuple[Flags | None, bool]:
    """Return the cheapest choice that meets every limit, or None, and whether the solver has proven that."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not limits:
        return np.zeros(len(costs), dtype=bool), True
    done = milp(
        costs,
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(limits, dtype=float), lb=1),
        # Presolving, HiGHS writes a line of its own on stdout, where a command writes its document.
        options={"mip_rel_gap": 0.0, "node_limit": _NODES, "presolve": False},
    )
    optimal, infeasible = done.status == 0, done.status == 2
    return (done.x > 0.5 if optimal else None), optimal or infeasible


def covers_within(costs: Numbers, limits: list[Flags], budget: float) -> tuple[list[Flags], bool]:
    """Return every choice within the ``budget`` that meets every limit, the cheapest first, and whether that is all.

    A limit that is not met yet is met by each of its members in turn; a member that was passed over stays out.
    """
    found: list[Flags] = []
    nothing = np.zeros(len(costs), dtype=bool)
    branches = [(nothing, nothing)]
    steps = 0
    while branches and steps < _STEPS:
        steps += 1
        chosen, barred = branches.pop()
        unmet = [limit & ~barred for limit in limits if not (limit & chosen).any()]
        if not unmet:
            found.append(chosen)
            continue
        within = costs <= budget * (1 + _SAME) - costs[chosen].sum()
        members = np.flatnonzero(min(unmet, key=np.count_nonzero) & within)
        for number, member in enumerate(members):
            taken, passed = chosen.copy(), barred.copy()
            taken[member] = passed[members[:number]] = True
            branches.append((taken, passed))
    return sorted(found, key=lambda chosen: float(costs @ chosen)), not branches
