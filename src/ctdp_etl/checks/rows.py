"""One line per submission and series: where the month, its cumulative, its growth and their history stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.checks.figures import LEVELS, Numbers, texts
from ctdp_etl.model import ObsStatus
from ctdp_etl.period import Period

Places = npt.NDArray[np.int64]

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
    "known_yoy": ("yoy", -1),
    "known_ytd_yoy": ("ytd_yoy", -1),
    "earlier_ytd": ("ytd", -2),
    "year_ago_month": ("month", -12),
    "year_ago_ytd": ("ytd", -12),
    "year_ago_mom": ("mom", -12),
}
"""The roles of what was known before the report."""

_JANUARY = {"known_ytd": "month", "known_ytd_yoy": "yoy", "earlier_ytd": "month", "year_ago_ytd": "month"}
"""In January the cumulative is the month itself, and many forms leave its column out."""

_THIS_YEARS = frozenset({"last_ytd", "known_ytd", "known_ytd_yoy", "earlier_ytd"})
"""A cumulative begins anew in January: December's is not what January's goes on from."""


@dataclass(frozen=True)
class Rows:
    """``places`` has a column per role: the position in ``figures`` or ``history``, -1 where there is none.

    Values are in base units; NaN where there is none, so that an identity that lacks a term is never broken.
    """

    period: Period
    figures: pd.DataFrame
    history: pd.DataFrame
    places: pd.DataFrame

    def value(self, role: str) -> Numbers:
        """Return the role's number for every line."""
        return self._kept(role, "x")

    def half(self, role: str) -> Numbers:
        """Return the rounding of the role's number for every line."""
        return self._kept(role, "half")

    def estimated(self, role: str) -> npt.NDArray[np.bool_]:
        """Return, for every line, whether the role's number is only an estimate."""
        estimates = self._frame(role).index[self._frame(role)["obs_status"] == ObsStatus.ESTIMATE]
        return self.places[role].isin(estimates).to_numpy(dtype=bool)

    def record(self, role: str, line: int) -> pd.Series | None:
        """Return the observation in the role, or None."""
        place = int(self.places[role].iloc[line])
        return None if place < 0 else self._frame(role).iloc[place]

    def records(self, roles: tuple[str, ...], line: int) -> tuple[pd.Series, ...]:
        """Return the observations that stand in ``roles``."""
        found = (self.record(role, line) for role in roles)
        return tuple(record for record in found if record is not None)

    def some(self, lines: npt.NDArray[np.bool_]) -> Rows:
        """Return the marked lines, counted from 0 again."""
        return replace(self, places=self.places[lines].reset_index(drop=True))

    def without(self, figures: list[int]) -> Rows:
        """Return the same lines without the submitted ``figures``, by position."""
        places = self.places.copy()
        for role in SUBMITTED:
            places[role] = places[role].mask(places[role].isin(figures), -1)
        return replace(self, places=places)

    @cached_property
    def usual_month(self) -> Numbers:
        """The median month that was reported before the previous report, in base units."""
        before = str(self.period.shift(-2))
        old = self.history[(self.history["measure"] == "month") & (self.history["vintage"].astype(str) <= before)]
        monthly = old[
            old["time_period"].str.fullmatch(r"\d{4}-\d\d") & old["series"].isin(self.places["series"].unique())
        ]
        medians = monthly.groupby("series")["x"].median()
        return self.places["series"].map(medians).to_numpy(dtype=float)

    @cached_property
    def _columns(self) -> dict[tuple[str, str], Numbers]:
        return {}

    def _kept(self, role: str, column: str) -> Numbers:
        if (role, column) not in self._columns:
            self._columns[role, column] = self._column(role, column)
        return self._columns[role, column]

    def _frame(self, role: str) -> pd.DataFrame:
        return self.figures if role in SUBMITTED else self.history

    def _column(self, role: str, column: str) -> Numbers:
        places = self.places[role].to_numpy()
        values = self._frame(role)[column].to_numpy(dtype=float)
        if not len(values):
            return np.full(len(places), np.nan)
        return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def arrange(period: Period, figures: pd.DataFrame, history: pd.DataFrame) -> Rows:
    """Return the lines of every series that ``figures`` (prepared) reports for ``period``."""
    due = figures[figures["time_period"] == str(period)]
    lines = due.drop_duplicates(["submission_id", "series"])[["submission_id", "series", "dataflow"]]
    lines = lines.reset_index(drop=True)
    own = _Finder(figures, ["submission_id", "series"], lines)
    known = _Finder(history, ["series"], lines)
    places = lines.copy()
    for role, (measure, months) in SUBMITTED.items():
        told = str(period.year) if measure == "plan" else str(period.shift(months))
        places[role] = -1 if _ended(role, months, period) else own.places(measure, told)
    for role, (measure, months) in KNOWN.items():
        when = period.shift(months)
        if _ended(role, months, period):
            places[role] = -1
            continue
        found = known.places(measure, str(when))
        if when.number == 1 and role in _JANUARY:
            found = np.where(found >= 0, found, known.places(_JANUARY[role], str(when)))
        places[role] = found
    return Rows(period, figures, history, _same_unit(places, figures, history))


def _ended(role: str, months: int, period: Period) -> bool:
    return role in _THIS_YEARS and period.shift(months).year != period.year


class _Finder:
    """Finds for each line the first row of a frame with a measure and a period; ``key`` is what both have."""

    def __init__(self, frame: pd.DataFrame, key: list[str], lines: pd.DataFrame) -> None:
        both = pd.concat([lines[key], frame[key]], ignore_index=True)
        codes = both.groupby(key, sort=False, dropna=False).ngroup().to_numpy()
        self._wanted, self._keys, self._count = codes[: len(lines)], codes[len(lines) :], int(codes.max(initial=-1)) + 1
        self._rows = frame.groupby(["measure", "time_period"], sort=False).indices

    def places(self, measure: str, when: str) -> Places:
        """Return the position in the frame for each line, -1 where there is none."""
        rows = self._rows.get((measure, when), np.empty(0, dtype=np.intp))
        first = np.full(self._count, -1, dtype=np.int64)
        first[self._keys[rows[::-1]]] = rows[::-1]
        return first[self._wanted]


def _same_unit(places: pd.DataFrame, figures: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """A change from tonnes to pieces is a finding of its own; nothing is compared across it."""
    level = places["month"].where(places["month"] >= 0, places["ytd"])
    units = _units(figures, level)
    unlike = {}
    for role, (measure, _) in KNOWN.items():
        if measure in LEVELS:
            known = _units(history, places[role])
            unlike[role] = places[role].mask((known != units) & (known != "") & (units != ""), -1)
    return places.assign(**unlike)


def _units(frame: pd.DataFrame, places: pd.Series) -> pd.Series:
    return texts(places.map(frame["unit"].astype(object)))
