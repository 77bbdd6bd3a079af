"""One line per submission and series: where the month, its cumulative, its growth and their history stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.checks.figures import Numbers, Places, Record, Records, among, some
from ctdp_etl.model import ObsStatus
from ctdp_etl.period import Period

HISTORY_MONTHS = 13
"""The checks look back a year and the month before; older figures would only cost time."""

SUBMITTED = {
    "month": ("month", 0),
    "last_month": ("month", -1),
    "ytd": ("ytd", 0),
    "last_ytd": ("ytd", -1),
    "mom": ("mom", 0),
    "yoy": ("yoy", 0),
    "last_yoy": ("yoy", -1),
    "ytd_yoy": ("ytd_yoy", 0),
    "plan_pct": ("plan_pct", 0),
    "plan": ("plan", 0),
}
"""The roles of a submission's own figures: measure and month, counted from the period of the report."""

KNOWN = {
    "known_month": ("month", -1),
    "known_ytd": ("ytd", -1),
    "known_mom": ("mom", -1),
    "known_yoy": ("yoy", -1),
    "known_ytd_yoy": ("ytd_yoy", -1),
    "earlier_ytd": ("ytd", -2),
    "year_ago_month": ("month", -12),
    "year_ago_ytd": ("ytd", -12),
    "year_ago_mom": ("mom", -12),
}
"""The roles of what was known before the report."""

JANUARY = {"ytd": "month", "ytd_yoy": "yoy"}
"""In January the cumulative is the month itself, and many forms leave its column out."""

THIS_YEARS = frozenset({"last_ytd", "known_ytd", "known_ytd_yoy", "earlier_ytd"})
"""A cumulative begins anew in January: December's is not what January's goes on from."""


ROLES = np.dtype([(role, np.int64) for role in (*SUBMITTED, *KNOWN)])


@dataclass(frozen=True)
class Rows:
    """``lines`` says of each line submission_id, series, dataflow, form, and ``at``: its first figure for the period.

    ``places`` has a field per role: the position in ``figures`` or ``history``, -1 where there is none. ``past`` has
    the positions in ``history`` of each level (month, ytd) by lines and months back, from the previous month on. Values
    are in base units; NaN where there is none, so that an identity that lacks a term is never broken. ``told`` and
    ``known`` are the observations of ``figures`` and ``history`` one by one.
    """

    period: Period
    figures: pd.DataFrame
    history: pd.DataFrame
    told: Records
    known: Records
    lines: pd.DataFrame
    places: npt.NDArray[np.void]
    past: Mapping[str, Places]

    def value(self, role: str) -> Numbers:
        """Return the role's number for every line."""
        return self._kept(role, "x", self._records(role).x)

    def half(self, role: str) -> Numbers:
        """Return the rounding of the role's number for every line."""
        return self._kept(role, "half", self._records(role).half)

    def estimated(self, role: str) -> npt.NDArray[np.bool_]:
        """Return, for every line, whether the role's number is only an estimate."""
        frame = self.figures if role in SUBMITTED else self.history
        estimates = among(frame, "obs_status", {ObsStatus.ESTIMATE}).astype(np.float64)
        return np.asarray(_at(estimates, self.places[role]) > 0)

    def record(self, role: str, line: int) -> Record | None:
        """Return the observation in the role, or None."""
        place = int(self.places[role][line])
        return None if place < 0 else self._records(role)[place]

    def records(self, roles: tuple[str, ...], line: int) -> tuple[Record, ...]:
        """Return the observations that stand in ``roles``."""
        found = (self.record(role, line) for role in roles)
        return tuple(record for record in found if record is not None)

    def some(self, lines: npt.NDArray[np.bool_]) -> Rows:
        """Return the marked lines, counted from 0 again."""
        past = {measure: places[lines] for measure, places in self.past.items()}
        return replace(self, lines=some(self.lines, lines), places=self.places[lines], past=past)

    def without(self, figures: list[int]) -> Rows:
        """Return the same lines without the submitted ``figures``, by position."""
        gone = np.zeros(len(self.figures) + 1, dtype=bool)
        gone[figures] = True
        places = self.places.copy()
        for role in SUBMITTED:
            places[role][gone[places[role]]] = -1
        return replace(self, places=places)

    def before(self, measure: str) -> Numbers:
        """Return what was known of a level by lines and months back."""
        return _at(self.known.x, self.past[measure])

    @cached_property
    def usual_month(self) -> Numbers:
        """The median month that was reported before the previous report, in base units."""
        vintage, last = self.history["vintage"].cat, str(self.period.shift(-2))
        reported = np.asarray(vintage.categories <= last, dtype=np.float64)[vintage.codes]
        months = np.where(_at(reported, self.past["month"]) > 0, self.before("month"), np.nan)
        return median(months)

    @cached_property
    def _columns(self) -> dict[tuple[str, str], Numbers]:
        return {}

    def _records(self, role: str) -> Records:
        return self.told if role in SUBMITTED else self.known

    def _kept(self, role: str, column: str, values: Numbers) -> Numbers:
        if (role, column) not in self._columns:
            self._columns[role, column] = _at(values, self.places[role])
        return self._columns[role, column]


def _at(values: Numbers, places: Places) -> Numbers:
    if not len(values):
        return np.full(places.shape, np.nan)
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def median(values: Numbers) -> Numbers:
    """Return the median of each row's numbers, NaN for a row without any."""
    told = (~np.isnan(values)).sum(axis=1)
    ranked = np.sort(values, axis=1)
    rows = np.arange(len(values))
    low, high = ranked[rows, np.maximum(told - 1, 0) // 2], ranked[rows, told // 2 if values.shape[1] else 0]
    return np.where(told > 0, (low + high) / 2, np.nan)
