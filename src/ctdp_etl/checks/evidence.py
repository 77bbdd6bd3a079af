"""What each cell should be: the numbers that the identities of its line, and the sums it stands in, make due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.checks.figures import Flags, Numbers
from ctdp_etl.checks.rows import SUBMITTED, Rows
from ctdp_etl.checks.sums import Sums

SUM = "sum"
_LOOSE = np.inf
_SUM_SLACK = 1e-4

TERMS: Mapping[str, tuple[str, ...]] = {
    "restated roll": ("ytd", "month", "known_ytd", "last_month", "known_month"),
    "roll": ("ytd", "month", "known_ytd"),
    "table roll": ("ytd", "last_ytd", "month"),
    "january": ("ytd", "month"),
    "mom": ("mom", "month", "last_month"),
    "plan": ("plan_pct", "ytd", "plan"),
    "year ago": ("yoy", "month", "year_ago_month"),
    "year ago, cumulative": ("ytd_yoy", "ytd", "year_ago_ytd"),
    "bases": ("yoy", "month", "ytd", "ytd_yoy", "known_ytd", "known_ytd_yoy"),
}
"""The roles of every identity of a line, the left-hand side first."""


class Due(NamedTuple):
    """For every line: the number that an identity makes due in a role, with the rounding of its terms.

    A cell that is right stays within ``slack``, a share of what is due: published figures are restated, so that some
    identities are loose and never contradict.
    """

    identity: str
    role: str
    value: Numbers
    allowed: Numbers
    slack: float

    def broken(self, rows: Rows) -> Flags:
        """Return the lines where what stands in the role is not what is due."""
        return np.asarray(np.abs(rows.value(self.role) - self.value) > self.allowed)


def dues(rows: Rows) -> Iterator[Due]:
    """Yield what every identity of the lines makes due in each of the submission's own cells."""
    inside = ~np.isnan(rows.value("last_ytd"))
    alone = np.isnan(rows.value("last_month") + rows.value("known_month")) & ~inside
    yield from _linear(rows, "restated roll", (1, -1, -1, -1, 1), 0.002, ~inside)
    yield from _linear(rows, "roll", (1, -1, -1), _LOOSE, alone)
    yield from _linear(rows, "table roll", (1, -1, -1), 0.0, inside)
    if rows.period.number == 1:
        yield from _linear(rows, "january", (1, -1), 0.0, ~inside)
    yield from _ratio(rows, "mom", 0.002)
    yield from _ratio(rows, "plan", 0.002)
    yield from _ratio(rows, "year ago", _LOOSE)
    yield from _ratio(rows, "year ago, cumulative", _LOOSE)
    yield from _bases(rows)


def _linear(rows: Rows, identity: str, signs: tuple[int, ...], slack: float, told: Flags) -> Iterator[Due]:
    terms = dict(zip(TERMS[identity], signs, strict=True))
    left = np.where(told, sum(sign * rows.value(role) for role, sign in terms.items()), np.nan)
    allowed = sum((rows.half(role) for role in terms), np.zeros(len(left)))
    for role, sign in terms.items():
        if role in SUBMITTED:
            yield Due(identity, role, rows.value(role) - left / sign, allowed, slack)


def _ratio(rows: Rows, identity: str, slack: float) -> Iterator[Due]:
    index, above, below = TERMS[identity]
    i, a, b = (np.where(rows.value(role) > 0, rows.value(role), np.nan) for role in (index, above, below))
    share = rows.half(index) / i + rows.half(above) / a + rows.half(below) / b
    for role, value in ((index, a / b * 100), (above, i * b / 100), (below, a / i * 100)):
        if role in SUBMITTED:
            yield Due(identity, role, value, value * share, slack)


def _bases(rows: Rows) -> Iterator[Due]:
    """The cumulative a year ago, a level over its index, is that of the month before plus that of the month."""
    base, slack = {}, np.zeros(len(rows.places))
    for level, index in (("ytd", "ytd_yoy"), ("month", "yoy"), ("known_ytd", "known_ytd_yoy")):
        above, below = (np.where(rows.value(role) > 0, rows.value(role), np.nan) for role in (level, index))
        base[level] = above / below * 100
        slack = slack + base[level] * (rows.half(level) / above + rows.half(index) / below)
    for level, index, due in (
        ("ytd", "ytd_yoy", base["known_ytd"] + base["month"]),
        ("month", "yoy", base["ytd"] - base["known_ytd"]),
    ):
        year_ago = np.where(due > slack, due, np.nan)
        yield Due("bases", level, year_ago * rows.value(index) / 100, slack * rows.value(index) / 100, 0.05)
        growth = rows.value(level) / year_ago * 100
        yield Due("bases", index, growth, growth * slack / year_ago, 0.05)


def suspicious(rows: Rows, sums: Sums) -> pd.DataFrame:
    """Return what is due in the cells of every line and sum of which an identity is broken: a row for each identity.

    The columns are place (in the figures), line and role (-1 and empty for a cell without a line), identity, key (which
    of them; for the sum n it is -1 - n), due, allowed and slack.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        known = list(dues(rows))
        broken = np.zeros(len(rows.places), dtype=bool)
        for due in known:
            broken |= due.broken(rows)
    summed = _of_sums(rows, sums, broken)
    found = [*(_of_lines(rows, due, broken) for due in known), summed]
    return pd.DataFrame({name: np.concatenate([part[name] for part in found]) for name in summed})


def _of_lines(rows: Rows, due: Due, broken: Flags) -> dict[str, npt.NDArray[Any]]:
    places = rows.places[due.role]
    kept = broken & (places >= 0) & np.isfinite(due.value) & np.isfinite(due.allowed)
    lines = np.flatnonzero(kept)
    return {
        "place": places[kept],
        "line": lines,
        "role": np.full(len(lines), due.role, dtype=object),
        "key": list(TERMS).index(due.identity) * len(places) + lines,
        "identity": np.full(len(lines), due.identity, dtype=object),
        "due": due.value[kept],
        "allowed": due.allowed[kept],
        "slack": np.full(len(lines), due.slack),
    }


def _of_sums(rows: Rows, sums: Sums, broken: Flags) -> dict[str, npt.NDArray[Any]]:
    """The dues of the sums that are broken or that meet a broken line; the lines of a broken sum become broken."""
    x, half = (rows.figures[name].to_numpy(dtype=float) for name in ("x", "half"))
    gap = x[sums.totals] - sums.added(x)
    allowed = sums.added(half) + half[sums.totals]
    members = np.concatenate([sums.totals, sums.parts])
    number = np.concatenate([np.arange(len(sums.totals)), sums.number])
    moved = np.concatenate([-gap, gap[sums.number]])
    roles = [role for role in SUBMITTED if (rows.places[role] >= 0).any()]
    line_of, role_of = np.full(len(x), -1), np.full(len(x), "", dtype=object)
    for role in roles:
        places = rows.places[role]
        line_of[places[places >= 0]], role_of[places[places >= 0]] = np.flatnonzero(places >= 0), role
    off = np.abs(gap) > allowed
    touched = line_of[members[off[number]]]
    broken[touched[touched >= 0]] = True
    near = np.zeros(len(sums.totals), dtype=bool)
    near[number[(line_of[members] >= 0) & broken[line_of[members]]]] = True
    kept = (off | near)[number]
    return {
        "place": members[kept],
        "line": line_of[members[kept]],
        "role": role_of[members[kept]],
        "key": -1 - number[kept],
        "identity": np.full(kept.sum(), SUM, dtype=object),
        "due": (x[members] + moved)[kept],
        "allowed": allowed[number[kept]],
        "slack": np.full(kept.sum(), _SUM_SLACK),
    }
