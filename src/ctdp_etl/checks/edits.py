"""The arithmetic identities of lines and sums as linear edits over the submitted cells; what was known is fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ctdp_etl.checks.evidence import SUM, TERMS
from ctdp_etl.checks.expected import from_month
from ctdp_etl.checks.figures import Flags, Numbers
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import bounds
from ctdp_etl.checks.rolled import echo
from ctdp_etl.checks.rows import SUBMITTED, Rows
from ctdp_etl.checks.sums import Sums

JANUARY_INDEX, USUAL = "january index", "usual"
ROLES: Mapping[str, tuple[str, ...]] = {**TERMS, JANUARY_INDEX: ("ytd_yoy", "yoy")}
"""The roles of every identity of a line, the left-hand side first."""
CODES: Mapping[str, str] = {
    SUM: "A01",
    "restated roll": "A03",
    "roll": "A04",
    "table roll": "A05",
    "january": "A06",
    "mom": "A08",
    "year ago": "A09",
    "year ago, cumulative": "A10",
    "bases": "A11",
    "plan": "A12",
    JANUARY_INDEX: "A15",
}
"""The check that tells each identity; its rule says what the edit allows, so that both speak of the same breaks."""

ROLLS = ("restated roll", "roll")
"""The roll-forwards over the months: a restatement of older months moves them honestly, by less than an error."""
_CONTRADICTED = 0.3
"""What it costs, in cells, to contradict a witness: four together outweigh a cell."""
_USUALLY = 4.0
_AGREES = 0.02


class Edit(NamedTuple):
    """One identity over all lines: the ``factors`` of the submitted cells by role, and a constant, add up to nought.

    NaN where it does not apply. ``rounding`` is what the written digits explain, ``tolerance`` what is no break. A
    ``witness`` is broken by honest restatement too, or by an unusual month: it speaks for or against a cell, and
    starts no search.
    """

    identity: str
    factors: dict[str, Numbers]
    constant: Numbers
    rounding: Numbers
    tolerance: Numbers
    witness: bool = False

    @property
    def cost(self) -> float:
        """What it costs to leave the edit broken: infinite where it has to hold."""
        return _CONTRADICTED if self.witness else np.inf

    def broken(self, rows: Rows) -> Flags:
        """Return the lines in which the edit does not hold."""
        total = sum((factor * rows.value(role) for role, factor in self.factors.items()), self.constant)
        return np.asarray(np.abs(total) > self.tolerance)


def firm_edits(inputs: CheckInput, rows: Rows) -> Iterator[Edit]:
    """Yield the identities that have to hold over the lines of ``rows``: whoever breaks them has made an error."""
    for identity in ROLLS:
        yield _rolled(inputs, rows, identity, only_errors=True)
    yield _linear(inputs, rows, "table roll", (1, -1, -1), _inside(rows))
    if rows.period.number == 1:
        for identity in ("january", JANUARY_INDEX):
            yield _linear(inputs, rows, identity, (1, -1), np.ones(len(rows.places), dtype=bool))
    for identity in ("mom", "plan"):
        yield _ratio(inputs, rows, identity)


def witnesses(inputs: CheckInput, rows: Rows) -> Iterator[Edit]:
    """Yield what else is known of the cells of ``rows``."""
    for identity in ROLLS:
        yield _rolled(inputs, rows, identity)._replace(witness=True)
    for identity in ("year ago", "year ago, cumulative"):
        yield _ratio(inputs, rows, identity)._replace(witness=True)
    yield _bases(inputs, rows)
    yield from _usual(rows)


def sums_off(inputs: CheckInput, sums: Sums) -> tuple[Numbers, Numbers, Flags]:
    """Return for each sum what its rounding and what its check allow, and whether it is broken."""
    x, half = (inputs.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
    total, added = x[sums.totals], sums.added(x)
    rounding = sums.added(half) + half[sums.totals]
    bound = bounds(inputs, CODES[SUM], inputs.figures["dataflow"].iloc[sums.totals])
    tolerance = np.maximum(rounding, bound * np.maximum(np.abs(total), np.abs(added)))
    return rounding, tolerance, np.asarray(np.abs(total - added) > tolerance)


def _linear(
    inputs: CheckInput, rows: Rows, identity: str, signs: tuple[int, ...], told: Flags, *, only_errors: bool = False
) -> Edit:
    terms = dict(zip(ROLES[identity], signs, strict=True))
    nought = np.where(told, 0.0, np.nan)
    known = sum((sign * rows.value(role) for role, sign in terms.items() if role not in SUBMITTED), nought)
    total = sum((sign * rows.value(role) for role, sign in terms.items() if role in SUBMITTED), known)
    rounding = sum((rows.half(role) for role in terms), nought)
    due = np.abs(rows.value(ROLES[identity][0]) - total)
    bound = bounds(inputs, CODES[identity], rows.lines["dataflow"], only_errors=only_errors)
    tolerance = np.maximum(rounding, bound * due)
    factors = {role: np.full(len(total), float(sign)) for role, sign in terms.items() if role in SUBMITTED}
    return Edit(identity, factors, known, rounding, tolerance)


def _inside(rows: Rows) -> Flags:
    return ~np.isnan(rows.value("last_ytd"))


def _rolled(inputs: CheckInput, rows: Rows, identity: str, *, only_errors: bool = False) -> Edit:
    """The cumulative goes on from the month before; not told where the table has both, nor in an earlier error's echo.

    Where last month's restatement is not printed, the size is in months, and an index may explain the gap.
    """
    restated = ~np.isnan(rows.value("last_month") + rows.value("known_month"))
    signs = (1, -1, -1, -1, 1) if identity == "restated roll" else (1, -1, -1)
    told = (restated if identity == "restated roll" else ~restated) & ~_inside(rows)
    edit = _linear(inputs, rows, identity, signs, told, only_errors=only_errors)
    tolerance = edit.tolerance
    if identity == "roll":
        months = np.fmax(np.abs(rows.value("month")), np.abs(rows.value("known_month")))
        wide = bounds(inputs, CODES[identity], rows.lines["dataflow"], only_errors=only_errors) * months
        explained = from_month(rows).broken(rows) <= _AGREES
        tolerance = np.where(explained, np.nan, np.maximum(edit.rounding, wide))
    echoes = [line for line in np.flatnonzero(edit._replace(tolerance=tolerance).broken(rows)) if echo(rows, int(line))]
    tolerance[echoes] = np.nan
    return edit._replace(tolerance=tolerance)


def _ratio(inputs: CheckInput, rows: Rows, identity: str) -> Edit:
    """The level above is the growth times the level below; the growth is no term: once changed it fits any levels."""
    index, above, below = ROLES[identity]
    growth, high, low = (np.where(rows.value(role) > 0, rows.value(role), np.nan) for role in (index, above, below))
    rounding = rows.half(above) + (rows.half(index) * low + rows.half(below) * growth) / 100
    tolerance = np.maximum(rounding, bounds(inputs, CODES[identity], rows.lines["dataflow"]) * high)
    factors, known = {above: np.ones(len(high))}, np.zeros(len(high))
    if below in SUBMITTED:
        factors[below] = -growth / 100
    else:
        known = -growth * low / 100
    return Edit(identity, factors, known, rounding, tolerance)


def _bases(inputs: CheckInput, rows: Rows) -> Edit:
    """The cumulative a year ago, a level over its index, is that of the month before plus that of the month."""
    base, rounding = {}, np.zeros(len(rows.places))
    for level, index in (("ytd", "ytd_yoy"), ("month", "yoy"), ("known_ytd", "known_ytd_yoy")):
        growth = np.where(rows.value(index) > 0, rows.value(index), np.nan)
        base[level] = 100 / growth
        share = rows.half(level) + np.abs(rows.value(level)) * rows.half(index) / growth
        rounding = rounding + base[level] * share
    month = np.abs(rows.value("month") * base["month"])
    tolerance = np.maximum(rounding, bounds(inputs, CODES["bases"], rows.lines["dataflow"]) * month)
    factors = {"ytd": base["ytd"], "month": -base["month"]}
    return Edit("bases", factors, -rows.value("known_ytd") * base["known_ytd"], rounding, tolerance, witness=True)


def _usual(rows: Rows) -> Iterator[Edit]:
    """A level that is like what was known of its series stays like it: within a factor of four of the nearest."""
    for role, like in (
        ("month", ("known_month", "year_ago_month", "last_month")),
        ("last_month", ("known_month",)),
        ("ytd", ("year_ago_ytd",)),
    ):
        known = [rows.value(other) for other in like] + ([rows.usual_month] if role != "ytd" else [])
        near = np.vstack([np.where(values > 0, values, np.nan) for values in known])
        low, high = np.fmin.reduce(near) / _USUALLY, np.fmax.reduce(near) * _USUALLY
        written = rows.value(role)
        middle = np.where((written >= low) & (written <= high), (low + high) / 2, np.nan)
        width = (high - low) / 2
        yield Edit(USUAL, {role: np.ones(len(middle))}, -middle, width, width, witness=True)
