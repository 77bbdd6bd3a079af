"""Quantiles, medians and counts of groups; a group is the number, from 0 on, of each of its values."""

from __future__ import annotations

import numpy as np

from ctdp_etl.checks.figures import Flags, Numbers, Places


def quantile(values: Numbers, groups: Places, share: float) -> Numbers:
    """Return, for each value, the quantile of its group's numbers (linear between neighbours), NaN without any."""
    ranked, first, told = _ranked(values, groups)
    at = share * np.maximum(told - 1, 0)
    low = ranked[first + np.floor(at).astype(np.int64)]
    high = ranked[first + np.ceil(at).astype(np.int64)]
    found: Numbers = np.where(at % 1 > 0, low + (high - low) * (at % 1), low)
    return found[groups]


def middle_of(values: Numbers, groups: Places) -> Numbers:
    """Return, for each value, the median of its group's numbers, NaN without any."""
    ranked, first, told = _ranked(values, groups)
    last = np.maximum(told - 1, 0)
    middle: Numbers = (ranked[first + last // 2] + ranked[first + (last + 1) // 2]) / 2
    return middle[groups]


def counted(marks: Flags, groups: Places) -> Places:
    """Return, for each unit, how many of its group are marked."""
    return np.bincount(groups[marks], minlength=int(groups.max(initial=-1)) + 1)[groups]


def _ranked(values: Numbers, groups: Places) -> tuple[Numbers, Places, Places]:
    """Return the values by group in their order, NaN last; where each group begins, and how many numbers it has."""
    sizes = np.bincount(groups)
    told = np.bincount(groups[~np.isnan(values)], minlength=len(sizes))
    # Behind the last group an empty one begins.
    return np.append(values[np.lexsort((values, groups))], np.nan), np.cumsum(sizes) - sizes, told
