"""Growth or index: the same heading "so với cùng kỳ (%)" stands over 7.1 in one month and over 107.1 in another."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

GROWTH, INDEX, DOUBT = "growth", "index", ""
_FAR = 1.5
_CLEAR = 0.25
_WRONG = 0.005
_FEW, _NEAR_ONE = 5, 0.5
_STRAY_SHARE, _LEAST, _LIKE_INDEX = 0.2, 5, 75.0


@dataclass(frozen=True, slots=True)
class RatioColumn:
    """The unsigned figures of a ratio column by row, with the levels that they belong to and those compared with."""

    values: Mapping[int, float]
    levels: Mapping[int, float]
    bases: Mapping[int, float]
    said: str


def decide(column: RatioColumn, sums: Sequence[tuple[int, tuple[int, ...]]], *, is_index: bool) -> str:
    """Return ``GROWTH``, ``INDEX`` or ``DOUBT`` from the evidence, the strongest first.

    Negative figures are growth, but for a stray sign among indices; levels of both periods recompute it; levels of
    parts and totals (``sums``: row of the total, rows of the parts) must add up in the period compared with; then
    what the heading says; then which reading is the less extraordinary. A zero tells nothing: no change, or nothing
    produced.
    """
    said = column.said or (INDEX if is_index else DOUBT)
    told = [value for value in column.values.values() if value]
    if not told:
        return said
    if min(told) < 0:
        return INDEX if _has_stray_signs(column, sums, told) else GROWTH
    if column.said != GROWTH and like_fractions(told) and _by_levels(column) != GROWTH:
        return DOUBT
    return (
        _by_levels(column)
        or _by_sums(column, sums)
        or (said if said and not _extraordinary(told, said) else DOUBT)
        or _by_size(told)
        or (INDEX if is_index else DOUBT)
    )


def like_fractions(values: Sequence[float]) -> bool:
    """Say whether figures may be parts of one: 1.015 for an index of 101.5, though a growth of 1.015 is as likely."""
    return bool(values) and max(values) < _FEW and median(abs(value - 1) for value in values) < _NEAR_ONE


def _has_stray_signs(column: RatioColumn, sums: Sequence[tuple[int, tuple[int, ...]]], told: Sequence[float]) -> bool:
    """Say whether a few minus signs stand in a column whose other figures are indices: one slip turns no column."""
    others = {row: value for row, value in column.values.items() if value > 0}
    if len(told) < _LEAST or len(others) < (1 - _STRAY_SHARE) * len(told):
        return False
    rest = replace(column, values=others)
    evidence = _by_levels(rest) or _by_sums(rest, sums)
    if evidence:
        return evidence == INDEX
    values = list(others.values())
    return median(values) >= _LIKE_INDEX and _by_size(values) == INDEX


def _by_levels(column: RatioColumn) -> str:
    votes = []
    for row, value in column.values.items():
        level, base = column.levels.get(row), column.bases.get(row)
        if not level or not base or base < 0 or level < 0:
            continue
        index = level / base * 100
        if abs(index - 100) < 5000 and abs(value * 100 - index) > 0.5:
            votes.append(abs(value - index) < abs(value + 100 - index))
    if not votes:
        return DOUBT
    share = fmean(votes)
    return INDEX if share > 0.75 else GROWTH if share < 0.25 else DOUBT


def _by_sums(column: RatioColumn, sums: Sequence[tuple[int, tuple[int, ...]]]) -> str:
    for total, parts in sums:
        rows = (total, *parts)
        if not all(row in column.values and row in column.levels for row in rows):
            continue
        as_index = _gap(column, total, parts, lambda value: value / 100)
        as_growth = _gap(column, total, parts, lambda value: 1 + value / 100)
        if as_index * 3 < as_growth > _WRONG and as_index < _WRONG:
            return INDEX
        if as_growth * 3 < as_index > _WRONG and as_growth < _WRONG:
            return GROWTH
    return DOUBT


def _gap(column: RatioColumn, total: int, parts: Sequence[int], ratio: Callable[[float], float]) -> float:
    """Return by which share of the total the parts miss it in the period compared with."""
    bases = {row: column.levels[row] / (ratio(column.values[row]) or math.inf) for row in (total, *parts)}
    return abs(sum(bases[row] for row in parts) - bases[total]) / (abs(bases[total]) or math.inf)


def _distance(value: float, form: str) -> float:
    factor = value / 100 if form == INDEX else 1 + value / 100
    return min(abs(math.log(factor)), _FAR) if factor > 0 else _FAR


def _extraordinary(values: Sequence[float], form: str) -> bool:
    """Say whether the figures read as ``form`` contradict it: typically more than doubled or halved."""
    return median(_distance(value, form) for value in values) > math.log(2)


def _by_size(values: Sequence[float]) -> str:
    index = fmean(_distance(value, INDEX) for value in values)
    growth = fmean(_distance(value, GROWTH) for value in values)
    if abs(index - growth) < _CLEAR:
        return DOUBT
    return INDEX if index < growth else GROWTH
