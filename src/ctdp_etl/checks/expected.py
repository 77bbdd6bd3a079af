"""The growth that levels and other indices make due, with what their rounding allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ctdp_etl.checks.figures import Numbers
from ctdp_etl.checks.rows import Rows

_SMALLEST_SHARE = 0.005
_FEW_MONTHS = 2
_FAR = 3.0
_SMALL = 0.05
_LOOSE_POINTS = 25.0
_FAR_POINTS = 50.0
_EXPONENTS = (1, -1, 2, -2, 3, -3)
_SLOW_POINTS = 15.0
_CLOSE = 0.03
_CLOSE_TO_TENFOLD = 0.15
"""A power of ten is told from what is due however roughly that is known: a base is restated by 15 % at most."""
_NEARER = 5
_EVIDENT = 4
_LEAST_INDEX, _MOST_INDEX = 33.0, 300.0
"""Between a third and three times the year before growth may be honest, however unlike it is to its neighbours."""
_NEVER = 100.0
CONFIRMED = 0.002
"""How far, as a share, growth may be from what levels make due and still be confirmed by them."""


@dataclass(frozen=True)
class Expected:
    """For every line: the growth that the ``terms`` make due and what their rounding allows, in points.

    A ``rough`` one rests on months that weigh alike and on series that move slowly.
    """

    role: str
    terms: tuple[str, ...]
    value: Numbers
    allowed: Numbers
    rough: bool = False

    def broken(self, rows: Rows) -> Numbers:
        """Return the break as a share of the growth due: 0 where it holds, NaN where it cannot be told."""
        written = rows.value(self.role)
        gap = np.abs(written - self.value)
        told = (self.value > 0) & np.isfinite(gap)
        share = np.divide(gap, self.value, out=np.full(len(gap), np.nan), where=told)
        return np.where(gap > self.allowed, share, np.where(told, 0.0, np.nan))


def from_previous_month(rows: Rows) -> Expected:
    """The mom that the two months of the table make due."""
    return ratio(rows, "mom", "month", "last_month", rows.value("month"), rows.value("last_month"))


def from_year_ago(rows: Rows, role: str, level: str) -> Expected:
    """The growth that a level and the same level a year ago make due."""
    before = f"year_ago_{level}"
    known = rows.value(before)
    if level == "month":
        known = np.where(rows.estimated(before), np.nan, known)
    return ratio(rows, role, level, before, rows.value(level), known)


def from_cumulatives(rows: Rows, cumulative: Numbers | None = None) -> Expected:
    """The yoy that the month makes due over the month a year ago implied by cumulatives and their indices.

    ``cumulative`` is what to take for the cumulative as reported.
    """
    ytd, index = rows.value("ytd") if cumulative is None else cumulative, rows.value("ytd_yoy")
    known, known_index = rows.value("known_ytd"), rows.value("known_ytd_yoy")
    with np.errstate(divide="ignore", invalid="ignore"):
        base, known_base = ytd / index * 100, known / known_index * 100
        year_ago = base - known_base
        slack = (
            base * (rows.half("ytd_yoy") / index + rows.half("ytd") / ytd)
            + known_base * (rows.half("known_ytd_yoy") / known_index + rows.half("known_ytd") / known)
        ) / year_ago + rows.half("month") / rows.value("month")
        value = rows.value("month") / year_ago * 100
        # A month that is a sliver of its cumulative drowns in the rounding of the cumulative.
        told = (year_ago > _SMALLEST_SHARE * base) & (slack < 1)
    value = np.where(told, value, np.nan)
    terms = ("month", "ytd", "ytd_yoy", "known_ytd", "known_ytd_yoy")
    return Expected("yoy", terms, value, value * slack + rows.half("yoy"))


def ratio(rows: Rows, role: str, above: str, below: str, numerator: Numbers, denominator: Numbers) -> Expected:
    """The index that ``numerator`` over ``denominator``, the numbers in the roles above and below, makes due.

    A denominator as small as its rounding (0.1 for 0.06) may stand for far less: nothing is told of it.
    """
    half = rows.half(below)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((numerator > 0) & (denominator > 0), numerator / denominator * 100, np.nan)
        most = np.where(denominator > half, (numerator + rows.half(above)) / (denominator - half) * 100, np.inf)
    return Expected(role, (above, below), value, most - value + rows.half(role))


def from_month(rows: Rows) -> Expected:
    """The ytd_yoy that the cumulative makes due over what was known a year ago plus the month a year ago."""
    ytd, known, month = rows.value("ytd"), rows.value("known_ytd"), rows.value("month")
    index, growth = rows.value("known_ytd_yoy"), rows.value("yoy")
    with np.errstate(divide="ignore", invalid="ignore"):
        known_base, base = known / index, month / growth
        slack = (
            known_base * (rows.half("known_ytd_yoy") / index + rows.half("known_ytd") / known)
            + base * (rows.half("yoy") / growth + rows.half("month") / month)
        ) / (known_base + base) + rows.half("ytd") / ytd
        value = ytd / (known_base + base)
        allowed = np.abs(value * slack) + rows.half("ytd_yoy")
    return Expected("ytd_yoy", ("ytd", "month", "yoy", "known_ytd", "known_ytd_yoy"), value, allowed)


def implied_month(rows: Rows) -> Numbers:
    """Return the yoy that moves last month's cumulative index, its restatement included, to this month's."""
    months = rows.period.number
    restated = np.nan_to_num(rows.value("last_yoy") - rows.value("known_yoy"))
    return months * rows.value("ytd_yoy") - (months - 1) * rows.value("known_ytd_yoy") - restated


def from_indices(rows: Rows) -> Expected:
    """The yoy of a series without levels that two cumulative indices make due, months weighing alike: a rough one."""
    value = implied_month(rows)
    honest = np.abs(rows.value("ytd_yoy") - rows.value("known_ytd_yoy")) < _SLOW_POINTS
    value = np.where(np.isnan(rows.value("month")) & honest, value, np.nan)
    return Expected("yoy", ("ytd_yoy", "known_ytd_yoy"), value, np.full(len(value), _LOOSE_POINTS), rough=True)


def from_neighbours(rows: Rows) -> Expected:
    """The ytd_yoy of a series without levels as the mean of its months, weighing alike: a rough one."""
    months = rows.period.number
    value = (rows.value("yoy") + (months - 1) * rows.value("known_ytd_yoy")) / months
    honest = np.abs(rows.value("yoy") - rows.value("known_ytd_yoy")) < _FAR_POINTS
    value = np.where(np.isnan(rows.value("month")) & honest, value, np.nan)
    return Expected("ytd_yoy", ("yoy", "known_ytd_yoy"), value, np.full(len(value), _LOOSE_POINTS), rough=True)


def from_last_yoy(rows: Rows) -> Expected:
    """The yoy of a stock (labour) without cumulative that last month's yoy and the mom make due: a rough one.

    A stock moves slowly: where this mom, or that of a year ago, does not, nothing is told.
    """
    mom, before = rows.value("mom"), np.nan_to_num(rows.value("year_ago_mom"), nan=100.0)
    slow = np.fmax(np.abs(mom - 100), np.abs(before - 100)) < _SLOW_POINTS
    alone = np.isnan(rows.value("month")) & np.isnan(rows.value("ytd_yoy"))
    value = np.where(alone & slow, rows.value("known_yoy") * mom / np.where(before > 0, before, np.nan), np.nan)
    return Expected("yoy", ("known_yoy", "mom"), value, np.full(len(value), _LOOSE_POINTS), rough=True)


def cumulative_blamed(rows: Rows) -> npt.NDArray[np.bool_]:
    """Return the lines where the cumulative index, not the month's, is the odd one out when the two disagree.

    The levels of a year ago decide: with which of the two mended, growth fits them better. Where they tell neither,
    the one is odd that makes the month's growth less like the cumulative growth known so far; early in the year, when
    that is the growth of a month or two, only what is beyond a factor of three. A cumulative index that would have to
    move by little only is not the one to blame: the month's is off by many times that.
    """
    usual = rows.value("known_ytd_yoy")
    month, cumulative = from_cumulatives(rows).value, from_month(rows).value
    with np.errstate(divide="ignore", invalid="ignore"):
        written, implied = np.abs(np.log(rows.value("yoy") / usual)), np.abs(np.log(month / usual))
    implied = np.where(np.isnan(implied), np.inf, implied)
    correction = np.abs(cumulative / rows.value("ytd_yoy") - 1)
    likely = (correction > _SMALL) & (implied > (np.log(_FAR) if rows.period.number <= _FEW_MONTHS else written))
    each = [_off_year_ago(rows, *pair) for pair in ((month, rows.value("ytd_yoy")), (rows.value("yoy"), cumulative))]
    if_month, if_cumulative = (np.nansum(off, axis=0) for off in each)
    told = (~np.isnan(each[0])).sum(axis=0)
    nearer, farther = np.minimum(if_month, if_cumulative), np.maximum(if_month, if_cumulative)
    decided = (farther - nearer > CONFIRMED) & (farther * told >= _EVIDENT * nearer)
    return np.where(decided & (told > 0), if_cumulative < if_month, likely)


def _off_year_ago(rows: Rows, month: Numbers, cumulative: Numbers) -> Numbers:
    """Return how far the two growths are from those over the levels of a year ago, in logarithms; NaN without one."""
    due = np.vstack([from_year_ago(rows, "yoy", "month").value, from_year_ago(rows, "ytd_yoy", "ytd").value])
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(np.log(np.vstack([month, cumulative]) / due))
    return np.where(np.isfinite(due), np.where(np.isfinite(off), off, _NEVER), np.nan)


class GrowthSlip(NamedTuple):
    """How a growth cell slipped: its power of ten (0 where 100 points are too few, ``None`` where too many).

    ``due`` is the growth that the ``terms`` make due. One that is not ``certain`` may be honest growth of a series
    that swings.
    """

    exponent: int | None
    due: float
    terms: tuple[str, ...]
    certain: bool


def growth_slips(rows: Rows) -> dict[tuple[str, int], GrowthSlip]:
    """Return the growth cells (role, line) that are growth for an index, an index for growth, or a power of ten off."""
    found: dict[tuple[str, int], GrowthSlip] = {}
    for due in (
        from_previous_month(rows),
        from_year_ago(rows, "yoy", "month"),
        from_year_ago(rows, "ytd_yoy", "ytd"),
        from_cumulatives(rows),
        from_month(rows),
        from_indices(rows),
        from_neighbours(rows),
        from_last_yoy(rows),
    ):
        written = rows.value(due.role)
        off = np.abs(written - due.value)
        righted = np.vstack([written + 100, written - 100, *(written / 10.0**exponent for exponent in _EXPONENTS)])
        gaps = np.abs(righted - due.value)
        shares = np.array([_CLOSE, _CLOSE, *(_CLOSE_TO_TENFOLD for _ in _EXPONENTS)])
        close = np.fmax(due.allowed, shares[:, None] * np.abs(due.value))
        slipped = (off > np.fmax(_FAR_POINTS, due.allowed)) & (gaps <= close) & (gaps < off / _NEARER)
        gaps = np.where(slipped, gaps, np.inf)
        for line in np.flatnonzero(slipped.any(axis=0)):
            nearest = (0, None, *_EXPONENTS)[gaps[:, line].argmin()]
            likely = due.rough and _LEAST_INDEX < written[line] < _MOST_INDEX
            found.setdefault(
                (due.role, int(line)), GrowthSlip(nearest, float(due.value[line]), due.terms, certain=not likely)
            )
    return found
