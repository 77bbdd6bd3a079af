"""How a cumulative goes on from the month before: what is due, how far it is off, and the echo of an earlier error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ctdp_etl.checks.figures import Flags, Numbers
from ctdp_etl.checks.rows import Rows

_AGAIN = 0.2


class Rolled(NamedTuple):
    """For every line: the cumulative that history makes due, what rounding allows, and the gap to it.

    ``months`` is the gap in months; ``restated`` says that last month's restatement is counted in, ``broken`` that the
    gap is a break.
    """

    expected: Numbers
    allowed: Numbers
    gap: Numbers
    months: Numbers
    restated: Flags
    broken: Flags


def roll_on(rows: Rows) -> Rolled:
    """Return how the cumulative of each line goes on from the month before."""
    moved = rows.value("last_month") - rows.value("known_month")
    restated = ~np.isnan(moved)
    expected = rows.value("known_ytd") + rows.value("month") + np.where(restated, moved, 0.0)
    allowed = rows.half("known_ytd") + rows.half("month") + rows.half("ytd")
    allowed = allowed + np.where(restated, rows.half("last_month") + rows.half("known_month"), 0.0)
    gap = np.abs(rows.value("ytd") - expected)
    month = np.fmax(np.abs(rows.value("month")), np.abs(rows.value("known_month")))
    with np.errstate(divide="ignore", invalid="ignore"):
        months = gap / month
    told_inside = ~np.isnan(rows.value("last_ytd"))
    return Rolled(expected, allowed, gap, months, restated, (gap > allowed) & (expected != 0) & ~told_inside)


def echo(rows: Rows, line: int) -> bool:
    """Say whether the previous report's cumulative was wrong: it did not roll forward by what this one does not."""
    known_jump = rows.value("known_ytd")[line] - rows.value("earlier_ytd")[line]
    bridged = rows.value("ytd")[line] - rows.value("earlier_ytd")[line] - rows.value("month")[line]
    last = rows.value("last_month")[line]
    if np.isnan(last):
        near = [value for value in (rows.value("month")[line], rows.usual_month[line]) if value > 0]
        fits = bool(near) and all(value / 2 <= bridged <= value * 2 for value in near)
        return fits and not all(value / 2 <= known_jump <= value * 2 for value in near)
    known = rows.value("known_month")[line]
    added = rows.half("ytd")[line] + rows.half("month")[line] + rows.half("known_ytd")[line]
    if last != known and abs(bridged - known_jump) <= added:
        return False  # the month was added and last month's restatement forgotten
    off = bridged - last - (known_jump - known)
    return bool(abs(bridged - last) <= _AGAIN * abs(off))
