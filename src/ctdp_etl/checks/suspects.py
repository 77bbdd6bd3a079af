"""Which cells of a tangle are suspected, what each should be, and the slip of the hand that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ctdp_etl.checks.evidence import Due
from ctdp_etl.checks.fellegi_holt import Solution, localise
from ctdp_etl.checks.figures import LEVELS
from ctdp_etl.checks.proposals import mirrored, one_digit, power_of_ten, swapped_digits
from ctdp_etl.checks.systems import Tangle, ToldEdit

UNIT, SWAPPED, DIGIT, SIGN, RECKONED, OPEN = "unit", "swapped", "digit", "sign", "reckoned", "open"
_SLIPS = (UNIT, SWAPPED, DIGIT, SIGN)
_MOST_CELLS = 200
"""A tangle beyond this is no table with a mistake, but a table that was read or filled in wrongly."""

Dues = Mapping[tuple[str, str], Due]


class Suspect(NamedTuple):
    """A cell to change, by position in the figures; ``right`` is what it should be, in base units, NaN where open.

    ``allowed`` is the rounding of the identity that tells it, ``kind`` the slip that explains it, ``power`` the power
    of ten of a unit slip.
    """

    place: int
    right: float
    allowed: float
    kind: str
    power: int


@dataclass(frozen=True)
class Located:
    """What localisation says of a tangle: the ``certain`` suspects, and where it is in doubt ``choices`` between sets.

    ``best`` says that slips single out the certain ones among ``choices``. Without both, nothing was localised.
    ``told`` are the broken edits that they mend.
    """

    tangle: Tangle
    told: list[ToldEdit]
    certain: tuple[Suspect, ...] = ()
    choices: tuple[tuple[Suspect, ...], ...] = ()
    best: bool = False


def locate(tangle: Tangle, figures: pd.DataFrame, dues: Dues) -> Located:
    """Return the suspects of a tangle: what all cheapest solutions change, and what only some of them do."""
    if len(tangle.places) > _MOST_CELLS:
        return Located(tangle, tangle.told())
    found = localise(tangle.system)
    told = tangle.told(but=frozenset(edit for one in found.solutions for edit in one.broken))
    sets = [tuple(_suspect(tangle, one, cell, figures, dues) for cell in one.cells) for one in found.solutions]
    if not sets:
        return Located(tangle, told)
    shared = set.intersection(*({one.place for one in suspects} for suspects in sets))
    certain = tuple(one for one in sets[0] if one.place in shared)
    if len(sets) == 1:
        return Located(tangle, told, certain)
    open_ones = (tuple(one for one in suspects if one.place not in shared) for suspects in sets)
    first, *rest = sorted(open_ones, key=_rank)
    if _rank(first) < _rank(rest[0]):
        return Located(tangle, told, (*certain, *first), tuple(rest), best=True)
    return Located(tangle, told, certain, (first, *rest))


def _rank(suspects: tuple[Suspect, ...]) -> tuple[float, ...]:
    """Return the order of a set: those of which slips explain every cell first, the likeliest slip before."""
    kinds = sorted(_SLIPS.index(one.kind) if one.kind in _SLIPS else len(_SLIPS) for one in suspects)
    return (float(len(_SLIPS) in kinds), *(float(kind) for kind in kinds))


def _suspect(tangle: Tangle, solution: Solution, cell: int, figures: pd.DataFrame, dues: Dues) -> Suspect:
    place = int(tangle.places[cell])
    measure = str(figures["measure"].iloc[place])
    due, allowed = _due(tangle, solution, cell, measure, dues)
    unit = 10.0 ** float(figures["unit_mult"].iloc[place] or 0) if measure in LEVELS else 1.0
    written = tangle.system.values[cell]
    kind, right, power = OPEN, np.nan, 0
    if np.isfinite(due):
        kind, right, power = _explained(written, due, allowed, unit, 0.0 if measure in LEVELS else 100.0)
    return Suspect(place, right, allowed, kind, power)


def _due(tangle: Tangle, solution: Solution, cell: int, measure: str, dues: Dues) -> tuple[float, float]:
    """Return what the other cells make of ``cell``, by the edit whose rounding leaves least room, and that room."""
    system, edits = tangle.system, tangle.edits
    others = [other for other in solution.cells if other != cell]
    alone = ~(system.matrix[:, others] != 0).any(axis=1) & ~system.lifts[:, others].any(axis=1)
    alone[list(solution.broken)] = False
    best = np.nan, np.inf
    for edit in np.flatnonzero(alone & (system.matrix[:, cell] != 0) & np.isinf(system.cost)):
        factor = system.matrix[edit, cell]
        total = system.matrix[edit] @ system.values + edits["constant"].iloc[edit]
        room = edits["rounding"].iloc[edit] / abs(factor)
        best = min(best, (system.values[cell] - total / factor, room), key=lambda found: found[1])
    for edit in np.flatnonzero(alone & system.lifts[:, cell]):
        due = dues.get((str(edits["identity"].iloc[edit]), measure))
        number = int(edits["number"].iloc[edit])
        if due is not None and np.isfinite(due.value[number]) and due.allowed[number] < best[1]:
            best = float(due.value[number]), float(due.allowed[number])
    return best


def _explained(written: float, due: float, allowed: float, unit: float, about: float) -> tuple[str, float, int]:
    """Return the likeliest slip that makes what is ``written`` of what is due, the right number, the power of ten."""
    number, right, room = (np.array([value / unit]) for value in (written, due, allowed))
    for kind, slip in (
        (UNIT, power_of_ten(number, right, room)),
        (SWAPPED, swapped_digits(number, right, room)),
        (DIGIT, one_digit(number, right, room)),
        (SIGN, mirrored(number, right, room, about)),
    ):
        if slip.fits[0]:
            return kind, float(slip.right[0]) * unit, int(slip.place[0])
    return RECKONED, due, 0
