"""Whether edits can hold once some cells may move, which combination of them fails, and values with which they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ctdp_etl.checks.figures import Numbers

Flags = npt.NDArray[np.bool_]
_ZERO = 1e-7
_FAILS = 1e-6
_FINEST = 1e-6
"""Edits are measured by what they allow, but by no less than this share of the largest break: solvers work to 1e-7."""


class Held(NamedTuple):
    """Edits that have to hold: ``down <= matrix @ move <= up`` with ``move >= lower``, a column per cell.

    A move is what is added to a cell as it is written.
    """

    matrix: Numbers
    down: Numbers
    up: Numbers
    lower: Numbers


class Conflict(NamedTuple):
    """A combination of ``edits`` that fails whatever the free cells are; one of the ``cells`` has to move, too."""

    edits: Flags
    cells: Flags


def fit(held: Held, free: Flags) -> tuple[Numbers, list[Conflict]]:
    """Return moves of the ``free`` cells with which the edits hold, or the conflicts that no such move solves.

    By Farkas' lemma a conflict is an implied edit: the moves that break least are dual to its weights.
    """
    size = np.abs(held.matrix).max(axis=1, initial=0.0)
    size = np.where(size > 0, size, 1.0)
    unit = max((_short(held) / size).max(initial=0.0), held.lower[free].max(initial=0.0))
    if unit <= 0:
        return np.zeros(len(free)), []
    scale = 1 / (size * np.clip((held.up - held.down) / size, _FINEST * unit, unit))
    scaled = Held(held.matrix * (scale * unit)[:, None], held.down * scale, held.up * scale, held.lower / unit)
    moves, found = (_of_one if free.sum() <= 1 else _of_several)(scaled, free)
    return moves * unit, found


def _of_one(held: Held, free: Flags) -> tuple[Numbers, list[Conflict]]:
    """Each edit leaves the free cell a range; two ranges that do not meet are a conflict, as is a fixed edit."""
    pulls = held.matrix[:, free].sum(axis=1)
    fixed = np.flatnonzero((np.abs(pulls) <= _ZERO) & (_short(held) > _FAILS))
    found = [_conflict(held, free, np.ones(1), np.array([row])) for row in fixed]
    rows = np.flatnonzero(np.abs(pulls) > _ZERO)
    ends = np.sort(np.vstack([held.down[rows] / pulls[rows], held.up[rows] / pulls[rows]]), axis=0)
    floor = held.lower[free].max(initial=-np.inf)
    low, high = max(ends[0].max(initial=-np.inf), floor), ends[1].min(initial=np.inf)
    if low > high + _FAILS:
        above, below = rows[ends[0].argmax()], rows[ends[1].argmin()]
        parts = np.array([below]) if floor >= low else np.array([above, below])
        found.append(_conflict(held, free, 1 / pulls[parts] * np.array([1.0, -1.0])[: len(parts)], parts))
    middle = (low + high) / 2 if np.isfinite(low) and np.isfinite(high) else np.clip(0.0, low, high)
    return np.where(free, middle, 0.0), found


def _of_several(held: Held, free: Flags) -> tuple[Numbers, list[Conflict]]:
    moves, short, weights = _least_broken(held, free)
    blocks = _blocks(held.matrix[:, free], short, weights)
    found = [_conflict(held, free, weights[rows], rows) for rows in blocks]
    return (moves if found else _middle(held, free, moves)), found


def _short(held: Held) -> Numbers:
    return np.maximum(np.maximum(held.down, -held.up), 0.0)


def _least_broken(held: Held, free: Flags) -> tuple[Numbers, Numbers, Numbers]:
    """Return the moves that break the edits least, by how much each is broken then, and the weights of the proof."""
    from scipy.optimize import linprog

    count, edits = int(free.sum()), len(held.down)
    above, below = np.isfinite(held.down), np.isfinite(held.up)
    matrix = np.vstack([-held.matrix[above], held.matrix[below]])[:, free]
    breaks = -np.eye(len(matrix))
    costs = np.concatenate([np.zeros(count), np.ones(len(matrix))])
    bounds = [(low, None) for low in held.lower[free]] + [(0, None)] * len(matrix)
    done = linprog(
        costs,
        A_ub=np.hstack([matrix, breaks]),
        b_ub=np.concatenate([-held.down[above], held.up[below]]),
        bounds=bounds,
        method="highs-ds",
    )
    if done.x is None:
        raise ArithmeticError(done.message)
    moves, weights, short = np.zeros(len(free)), np.zeros(edits), np.zeros(edits)
    moves[free] = done.x[:count]
    duals, gaps = -done.ineqlin.marginals, done.x[count:]
    for rows, part, sign in ((above, slice(above.sum()), 1.0), (below, slice(above.sum(), None), -1.0)):
        weights[rows] += sign * duals[part]
        short[rows] += gaps[part]
    return moves, short, weights


def _blocks(matrix: Numbers, short: Numbers, weights: Numbers) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the edits of each conflict: those with a weight that share free cells, where they are broken."""
    from scipy.sparse.csgraph import connected_components

    used = np.flatnonzero(np.abs(weights) > _ZERO)
    shared = np.abs(matrix[used]) @ np.abs(matrix[used]).T > 0
    _, labels = connected_components(shared | np.eye(len(used), dtype=bool), directed=False)
    for label in range(int(labels.max(initial=-1)) + 1):
        rows = used[labels == label]
        if short[rows].sum() > _FAILS:
            yield rows


def _conflict(held: Held, free: Flags, weights: Numbers, rows: npt.NDArray[np.intp]) -> Conflict:
    parts = weights[:, None] * held.matrix[rows]
    cells = np.abs(parts.sum(axis=0)) > _ZERO * np.abs(parts).max(axis=0)
    edits = np.zeros(len(held.down), dtype=bool)
    edits[rows] = True
    return Conflict(edits, cells & ~free)


def _middle(held: Held, free: Flags, moves: Numbers) -> Numbers:
    """Return moves as far inside what the edits allow as all of them admit, or ``moves`` where there is no room."""
    from scipy.optimize import linprog

    above, below = np.isfinite(held.down), np.isfinite(held.up)
    with np.errstate(invalid="ignore"):
        room = np.where(above & below, (held.up - held.down) / 2, 0.0)
    matrix = np.vstack([-held.matrix[above], held.matrix[below]])[:, free]
    inward = np.concatenate([room[above], room[below]])
    done = linprog(
        np.concatenate([np.zeros(matrix.shape[1]), [-1.0]]),
        A_ub=np.hstack([matrix, inward[:, None]]),
        b_ub=np.concatenate([-held.down[above], held.up[below]]),
        bounds=[(low, None) for low in held.lower[free]] + [(0, 1)],
        method="highs-ds",
    )
    found = moves.copy()
    if done.x is not None:
        found[free] = done.x[:-1]
    return found
